// SPDX-License-Identifier: GPL-2.0
/* Both ESP pipelines against the sealer, with every algorithm. */
#include <kunit/test.h>
#include <net/inet_ecn.h>
#include <net/ip.h>

#include "../db.h"
#include "../device.h"
#include "rig.h"
#include "sealer.h"
#include "suites.h"

enum {
	SPI = 0x1234567,
	ROOM = 2048,
	REQID = 1
};

static struct svti_sa *install(struct kunit *test, u8 dir, const struct sealer *s, u32 dst)
{
	struct svti_sa *sa = rig_sa(test, dir, s->spi, s->algo, s->keys, s->esn, dst);

	KUNIT_ASSERT_EQ(test, rig_install(test, sa, rig_any_policy(test, dir, REQID)), 0);
	return sa;
}

/* --- the pipelines against the sealer */

enum {
	ROWS = 26
};

/* Every row of the table without and with ESN: what counts is the place in here. */
static const u8 params[2 * ROWS];

static const struct svti_algo *row_of(const u8 *param)
{
	return svti_algo_at((param - params) / 2);
}

static bool esn_of(const u8 *param)
{
	return (param - params) % 2;
}

static void param_desc(const u8 *param, char *desc)
{
	const struct svti_algo *algo = row_of(param);

	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "%s%s%s%s", algo->encr_name,
		 algo->integ ? " with " : "", algo->integ ? algo->integ_name : "",
		 esn_of(param) ? ", esn" : "");
}
KUNIT_ARRAY_PARAM(param, params, param_desc);

/* @keys is filled in. */
static struct sealer sealer_of(struct kunit *test, struct svti_keys *keys)
{
	const u8 *param = test->param_value;
	const struct svti_algo *algo = row_of(param);

	/* Of different sizes. */
	*keys = sealer_keys(algo, (param - params) / 2 % 3);
	return (struct sealer){ .algo = algo, .keys = keys, .spi = SPI, .esn = esn_of(param) };
}

static void all_rows(struct kunit *test)
{
	KUNIT_EXPECT_PTR_EQ(test, svti_algo_at(ROWS), NULL);
	KUNIT_EXPECT_NOT_NULL(test, svti_algo_at(ROWS - 1));
}

static void check_outer(struct kunit *test, struct sk_buff *skb, const struct iphdr *inner)
{
	const struct iphdr *iph = ip_hdr(skb);

	KUNIT_EXPECT_TRUE(test, iph->version == 4);
	KUNIT_EXPECT_TRUE(test, iph->ihl == 5);
	KUNIT_EXPECT_EQ(test, iph->tos, inner->tos);
	KUNIT_EXPECT_EQ(test, iph->frag_off, inner->frag_off & htons(IP_DF));
	KUNIT_EXPECT_EQ(test, ntohl(iph->saddr), RIG_HERE);
	KUNIT_EXPECT_EQ(test, ntohl(iph->daddr), RIG_THERE);
	KUNIT_EXPECT_EQ(test, ntohs(iph->tot_len), skb->len);
	KUNIT_EXPECT_EQ(test, ip_fast_csum(iph, iph->ihl), 0);
}

/* The packet must be what the sealer makes of the same IV. */
static void check_sent(struct kunit *test, const struct sealer *s, u64 seq, const u8 *inner,
		       u32 len)
{
	struct rig *rig = test->priv;
	u8 *text = kunit_kzalloc(test, ROOM, GFP_KERNEL);
	u8 *out = kunit_kzalloc(test, ROOM, GFP_KERNEL);
	struct sk_buff *skb = rig_tap_next(&rig->wire);
	__be64 counter = cpu_to_be64(seq);
	const u8 *esp;
	u32 esp_len;

	KUNIT_ASSERT_NOT_NULL(test, skb);
	KUNIT_ASSERT_EQ(test, skb_linearize(skb), 0);
	check_outer(test, skb, (const struct iphdr *)inner);
	esp = skb->data + sizeof(struct iphdr);
	if (s->algo->iv_kind == SVTI_IV_COUNTER)
		KUNIT_EXPECT_EQ(test, memcmp(esp + 8, &counter, 8), 0);
	memcpy(text, inner, len);
	len = sealer_pad(s, text, len, IPPROTO_IPIP);
	esp_len = sealer_seal(test, s, seq, esp + 8, text, len, out);
	KUNIT_ASSERT_EQ(test, skb->len - sizeof(struct iphdr), esp_len);
	KUNIT_EXPECT_EQ(test, memcmp(esp, out, esp_len), 0);
	kfree_skb(skb);
	kunit_kfree(test, text);
	kunit_kfree(test, out);
}

/* Of each length modulo the block; alone and shared, with room and without. */
static void sent(struct kunit *test)
{
	struct svti_keys keys;
	struct sealer s = sealer_of(test, &keys);
	struct svti_sa *sa = install(test, SVTI_DIR_OUT, &s, RIG_THERE);
	u64 seq = s.esn ? 0x1fffffff0ULL : 0;
	u8 *inner = kunit_kzalloc(test, ROOM, GFP_KERNEL);

	atomic64_set(&sa->seq, seq);
	for (u32 len = 28; len < 1400; len += len < 64 ? 1 : 333) {
		struct sk_buff *skb = rig_inner(test, len, len), *clone = NULL, *tight;

		ip_hdr(skb)->tos = len << 2;
		ip_hdr(skb)->frag_off = len & 1 ? htons(IP_DF) : 0;
		ip_hdr(skb)->check = 0;
		ip_send_check(ip_hdr(skb));
		memcpy(inner, skb->data, len);
		if (len % 3 == 1)
			clone = skb_clone(skb, GFP_KERNEL);
		if (len % 3 == 2) {
			tight = skb_copy_expand(skb, 0, 0, GFP_KERNEL);
			KUNIT_ASSERT_NOT_NULL(test, tight);
			kfree_skb(skb);
			skb = tight;
		}
		rig_send(test, skb);
		check_sent(test, &s, ++seq, inner, len);
		if (clone)
			KUNIT_EXPECT_EQ(test, memcmp(clone->data, inner, len), 0);
		kfree_skb(clone);
	}
	KUNIT_EXPECT_EQ(test, atomic64_read(&sa->seq), seq);
	KUNIT_EXPECT_EQ(test, rig_all_drops(test->priv), 0);
}

/* RFC 3602 3: nobody must be able to guess the next IV. */
static void cbc_iv_differs(struct kunit *test)
{
	struct sealer s = { .algo = rig_cbc(), .keys = &rig_cbc_keys, .spi = SPI };
	struct rig *rig = test->priv;
	u8 ivs[8][16];

	install(test, SVTI_DIR_OUT, &s, RIG_THERE);
	for (u32 i = 0; i < ARRAY_SIZE(ivs); i++) {
		struct sk_buff *skb;

		rig_send(test, rig_inner(test, 100, 1));
		skb = rig_tap_next(&rig->wire);
		KUNIT_ASSERT_NOT_NULL(test, skb);
		KUNIT_ASSERT_EQ(test, skb_copy_bits(skb, sizeof(struct iphdr) + 8, ivs[i], 16), 0);
		kfree_skb(skb);
		for (u32 j = 0; j < i; j++)
			KUNIT_EXPECT_NE(test, memcmp(ivs[i], ivs[j], 8), 0);
	}
}

/* An inner packet in @text; returns its length. */
static u32 put_inner(struct kunit *test, u8 *text, u32 len)
{
	struct sk_buff *skb = rig_inner(test, len, len);

	memcpy(text, skb->data, len);
	kfree_skb(skb);
	return len;
}

static void expect_inner(struct kunit *test, const u8 *inner, u32 len)
{
	struct rig *rig = test->priv;
	struct sk_buff *skb = rig_tap_next(&rig->inner);

	KUNIT_ASSERT_NOT_NULL(test, skb);
	KUNIT_EXPECT_EQ(test, skb->len, len);
	KUNIT_ASSERT_EQ(test, skb_linearize(skb), 0);
	KUNIT_EXPECT_EQ(test, memcmp(skb->data, inner, min(len, skb->len)), 0);
	KUNIT_EXPECT_TRUE(test, skb->ip_summed == CHECKSUM_UNNECESSARY);
	kfree_skb(skb);
}

static void received(struct kunit *test)
{
	struct svti_keys keys;
	struct sealer s = sealer_of(test, &keys);
	struct svti_sa *sa = install(test, SVTI_DIR_IN, &s, RIG_HERE);
	u8 *text = kunit_kzalloc(test, ROOM, GFP_KERNEL);
	u8 *out = kunit_kzalloc(test, ROOM, GFP_KERNEL);
	u64 seq = s.esn ? 0x1fffffff0ULL : 0;
	struct svti_sa_totals totals;
	u64 bytes = 0, packets = 0;
	u8 iv[16] = { 5 };

	sa->replay.top = seq;
	for (u32 len = 28; len < 1400; len += len < 64 ? 1 : 333) {
		u32 inner = put_inner(test, text, len);
		/* Traffic flow confidentiality, RFC 4303 2.7: what follows is cut off. */
		u32 tfc = len % 5 ? 0 : 40;

		iv[0]++;
		memset(text + len, 0xee, tfc);
		len = sealer_pad(&s, text, len + tfc, IPPROTO_IPIP);
		len = sealer_seal(test, &s, ++seq, iv, text, len, out);
		rig_receive(test, out, len, 0);
		expect_inner(test, text, inner);
		len = inner;
		bytes += inner;
		packets++;
	}
	svti_sa_totals(sa->stats, &totals);
	KUNIT_EXPECT_EQ(test, totals.packets, packets);
	KUNIT_EXPECT_EQ(test, totals.bytes, bytes);
	KUNIT_EXPECT_EQ(test, sa->replay.top, seq);
	KUNIT_EXPECT_EQ(test, rig_all_drops(test->priv), 0);
}

/* One bit wrong anywhere but in the SPI, which would make it another SA's: no entry. */
static void damaged(struct kunit *test)
{
	struct svti_keys keys;
	struct sealer s = sealer_of(test, &keys);
	struct svti_sa *sa = install(test, SVTI_DIR_IN, &s, RIG_HERE);
	u8 *text = kunit_kzalloc(test, ROOM, GFP_KERNEL);
	u8 *out = kunit_kzalloc(test, ROOM, GFP_KERNEL);
	u8 *bad = kunit_kzalloc(test, ROOM, GFP_KERNEL);
	u8 iv[16] = { 9 };
	u32 len;

	sa->replay.top = 0x40;
	len = sealer_pad(&s, text, put_inner(test, text, 60), IPPROTO_IPIP);
	len = sealer_seal(test, &s, 0x50, iv, text, len, out);
	for (u32 at = 4; at < len; at++) {
		memcpy(bad, out, len);
		bad[at] ^= 1 << at % 8;
		rig_receive(test, bad, len, 0);
		rig_expect_drop(test, SVTI_DROP_RX_AUTH_FAILED, "one bit");
	}
	for (u32 cut = 1; cut < len - 8; cut++) {
		rig_receive(test, out, len - cut, 0);
		KUNIT_EXPECT_EQ(test,
				rig_drops(test->priv, SVTI_DROP_RX_AUTH_FAILED) +
					rig_drops(test->priv, SVTI_DROP_RX_MALFORMED),
				cut);
	}
	KUNIT_EXPECT_EQ(test, sa->replay.top, 0x40);
	rig_receive(test, out, len, 0);
	expect_inner(test, text, 60);
}

/* An authentic packet with something in it that a tunnel does not take. */
struct odd {
	const char *name;
	enum svti_drop reason;
	u8 next_header;
	u8 tos;
	void (*spoil)(u8 *text, u32 *len);
};

static void spoil_padding(u8 *text, u32 *len)
{
	text[*len - 3] ^= 1;
}

static void spoil_pad_length(u8 *text, u32 *len)
{
	text[*len - 2] = 255;
}

static void spoil_total_length(u8 *text, u32 *len)
{
	text[2] = 0xff;
}

static void spoil_version(u8 *text, u32 *len)
{
	text[0] = 0x65;
}

static void spoil_ihl(u8 *text, u32 *len)
{
	text[0] = 0x44;
}

static void spoil_by_cutting(u8 *text, u32 *len)
{
	*len = 16;
	memset(text + 1, 0, 15);
	text[15] = IPPROTO_IPIP;
}

static const struct odd odds[] = {
	{ "padding", SVTI_DROP_RX_BAD_PADDING, IPPROTO_IPIP, 0, spoil_padding },
	{ "pad length", SVTI_DROP_RX_BAD_PADDING, IPPROTO_IPIP, 0, spoil_pad_length },
	{ "dummy", SVTI_DROP_RX_DUMMY, IPPROTO_NONE },
	{ "transport mode", SVTI_DROP_RX_INNER_PROTO, IPPROTO_TCP },
	{ "total length", SVTI_DROP_RX_INNER_MALFORMED, IPPROTO_IPIP, 0, spoil_total_length },
	{ "version", SVTI_DROP_RX_INNER_MALFORMED, IPPROTO_IPIP, 0, spoil_version },
	{ "header length", SVTI_DROP_RX_INNER_MALFORMED, IPPROTO_IPIP, 0, spoil_ihl },
	{ "no whole header", SVTI_DROP_RX_INNER_MALFORMED, IPPROTO_IPIP, 0, spoil_by_cutting },
	/* RFC 6040 4.2: congestion that the inner packet cannot report. */
	{ "congestion", SVTI_DROP_RX_ECN, IPPROTO_IPIP, INET_ECN_CE },
};

static void refused(struct kunit *test)
{
	struct svti_keys keys;
	struct sealer s = sealer_of(test, &keys);
	u8 *text = kunit_kzalloc(test, ROOM, GFP_KERNEL);
	u8 *out = kunit_kzalloc(test, ROOM, GFP_KERNEL);
	u8 iv[16] = { 3 };
	u64 seq = 0;

	install(test, SVTI_DIR_IN, &s, RIG_HERE);
	for (u32 i = 0; i < ARRAY_SIZE(odds); i++) {
		const struct odd *odd = &odds[i];
		/* 61: both block sizes want padding. */
		u32 len = sealer_pad(&s, text, put_inner(test, text, 61), odd->next_header);

		if (odd->spoil)
			odd->spoil(text, &len);
		len = sealer_seal(test, &s, ++seq, iv, text, len, out);
		rig_receive(test, out, len, odd->tos);
		rig_expect_drop(test, odd->reason, odd->name);
		/* Authentic all the same: it counts in the window. */
		rig_receive(test, out, len, odd->tos);
		rig_expect_drop(test, SVTI_DROP_RX_REPLAYED, odd->name);
	}
}

/* RFC 4301 5.2: an SA may bring only what a policy has it for. */
static void policy_decides(struct kunit *test)
{
	struct sealer s = { .algo = rig_gcm(), .keys = &rig_gcm_keys, .spi = SPI };
	struct svti_sa *sa = rig_sa(test, SVTI_DIR_IN, SPI, s.algo, s.keys, false, RIG_HERE);
	struct svti_policy *policy = rig_any_policy(test, SVTI_DIR_IN, REQID + 1);
	u8 *text = kunit_kzalloc(test, ROOM, GFP_KERNEL);
	u8 *out = kunit_kzalloc(test, ROOM, GFP_KERNEL);
	struct rig *rig = test->priv;
	u8 iv[8] = { 1 };
	u32 len, plain;

	KUNIT_ASSERT_EQ(test, rig_install(test, sa, NULL), 0);
	plain = sealer_pad(&s, text, put_inner(test, text, 100), IPPROTO_IPIP);
	len = sealer_seal(test, &s, 1, iv, text, plain, out);
	rig_receive(test, out, len, 0);
	rig_expect_drop(test, SVTI_DROP_RX_NO_POLICY, "no policy");

	KUNIT_ASSERT_EQ(test, rig_install(test, NULL, policy), 0);
	len = sealer_seal(test, &s, 2, iv, text, plain, out);
	rig_receive(test, out, len, 0);
	rig_expect_drop(test, SVTI_DROP_RX_POLICY_MISMATCH, "another reqid");

	policy = rig_any_policy(test, SVTI_DIR_IN, REQID);
	policy->priority--;
	policy->action = SVTI_ACTION_DISCARD;
	KUNIT_ASSERT_EQ(test, rig_install(test, NULL, policy), 0);
	len = sealer_seal(test, &s, 3, iv, text, plain, out);
	rig_receive(test, out, len, 0);
	rig_expect_drop(test, SVTI_DROP_RX_POLICY_DISCARD, "discard");

	policy = rig_any_policy(test, SVTI_DIR_IN, REQID);
	policy->priority -= 2;
	KUNIT_ASSERT_EQ(test, rig_install(test, NULL, policy), 0);
	len = sealer_seal(test, &s, 4, iv, text, plain, out);
	rig_receive(test, out, len, 0);
	expect_inner(test, text, 100);
	KUNIT_EXPECT_EQ(test, rig_all_drops(rig), 0);
}

/* Out through the device, over the loopback, and in again. */
static void round_trip(struct kunit *test)
{
	struct svti_keys keys;
	struct sealer s = sealer_of(test, &keys);
	struct svti_sa *in = install(test, SVTI_DIR_IN, &s, RIG_HERE);
	u8 *inner = kunit_kzalloc(test, ROOM, GFP_KERNEL);

	install(test, SVTI_DIR_OUT, &s, RIG_HERE);
	for (u32 len = 28; len < 300; len += 17) {
		put_inner(test, inner, len);
		rig_send(test, rig_inner(test, len, len));
		expect_inner(test, inner, len);
	}
	KUNIT_EXPECT_EQ(test, in->replay.top, 16);
	KUNIT_EXPECT_EQ(test, rig_all_drops(test->priv), 0);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(all_rows),
	KUNIT_CASE_PARAM(sent, param_gen_params),
	KUNIT_CASE(cbc_iv_differs),
	KUNIT_CASE_PARAM(received, param_gen_params),
	KUNIT_CASE_PARAM(damaged, param_gen_params),
	KUNIT_CASE_PARAM(refused, param_gen_params),
	KUNIT_CASE(policy_decides),
	KUNIT_CASE_PARAM(round_trip, param_gen_params),
	{},
};

struct kunit_suite svti_esp_suite = {
	.name = "svti_esp",
	.init = rig_init,
	.exit = rig_exit,
	.test_cases = cases,
};
