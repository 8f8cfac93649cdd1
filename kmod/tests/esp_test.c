// SPDX-License-Identifier: GPL-2.0
/*
 * Both ESP pipelines: against published packets, and against a second way to seal a packet,
 * which uses neither rfc4106() nor authenc() and is itself held to the published packets.
 */
#include <crypto/aead.h>
#include <crypto/hash.h>
#include <crypto/skcipher.h>
#include <kunit/test.h>
#include <linux/scatterlist.h>
#include <net/inet_ecn.h>
#include <net/ip.h>

#include "../compat.h"
#include "../db.h"
#include "../device.h"
#include "../request.h"
#include "esp_vectors.h"
#include "rig.h"
#include "suites.h"

enum {
	SPI = 0x1234567,
	ROOM = 2048,
	REQID = 1
};

/* --- the second way */

struct sealer {
	const struct svti_algo *algo;
	const struct svti_keys *keys;
	u32 spi;
	bool esn;
};

/* RFC 4106 3 to 5: nonce of salt and IV, ICV behind the cipher text. @text has room for it. */
static void gcm(struct kunit *test, const struct sealer *s, const u8 *head, u32 head_len,
		const u8 *iv, u8 *text, u32 len)
{
	struct crypto_aead *aead = crypto_alloc_aead("gcm(aes)", 0, 0);
	u8 *buf = kunit_kzalloc(test, head_len + len + 16, GFP_KERNEL);
	u32 key_len = s->keys->encr_len - 4;
	DECLARE_CRYPTO_WAIT(wait);
	struct aead_request *req;
	struct scatterlist sg;
	u8 nonce[12];

	KUNIT_ASSERT_FALSE(test, IS_ERR(aead));
	KUNIT_ASSERT_EQ(test, crypto_aead_setkey(aead, s->keys->encr, key_len), 0);
	KUNIT_ASSERT_EQ(test, crypto_aead_setauthsize(aead, 16), 0);
	req = aead_request_alloc(aead, GFP_KERNEL);
	memcpy(nonce, s->keys->encr + key_len, 4);
	memcpy(nonce + 4, iv, 8);
	memcpy(buf, head, head_len);
	memcpy(buf + head_len, text, len);
	sg_init_one(&sg, buf, head_len + len + 16);
	aead_request_set_callback(req, CRYPTO_TFM_REQ_MAY_SLEEP, crypto_req_done, &wait);
	aead_request_set_ad(req, head_len);
	aead_request_set_crypt(req, &sg, &sg, len, nonce);
	KUNIT_ASSERT_EQ(test, crypto_wait_req(crypto_aead_encrypt(req), &wait), 0);
	memcpy(text, buf + head_len, len + 16);
	aead_request_free(req);
	crypto_free_aead(aead);
	kunit_kfree(test, buf);
}

static void cbc(struct kunit *test, const struct sealer *s, const u8 *iv, u8 *text, u32 len)
{
	struct crypto_skcipher *tfm = crypto_alloc_skcipher("cbc(aes)", 0, 0);
	u8 *buf = kunit_kzalloc(test, len + 16, GFP_KERNEL);
	struct skcipher_request *req;
	DECLARE_CRYPTO_WAIT(wait);
	struct scatterlist sg;

	KUNIT_ASSERT_FALSE(test, IS_ERR(tfm));
	KUNIT_ASSERT_EQ(test, crypto_skcipher_setkey(tfm, s->keys->encr, s->keys->encr_len), 0);
	req = skcipher_request_alloc(tfm, GFP_KERNEL);
	memcpy(buf, text, len);
	memcpy(buf + len, iv, 16);
	sg_init_one(&sg, buf, len);
	skcipher_request_set_callback(req, CRYPTO_TFM_REQ_MAY_SLEEP, crypto_req_done, &wait);
	skcipher_request_set_crypt(req, &sg, &sg, len, buf + len);
	KUNIT_ASSERT_EQ(test, crypto_wait_req(crypto_skcipher_encrypt(req), &wait), 0);
	memcpy(text, buf, len);
	skcipher_request_free(req);
	crypto_free_skcipher(tfm);
	kunit_kfree(test, buf);
}

/* RFC 4868 2.3, 2.6: the first half of HMAC-SHA-256. */
static void hmac(struct kunit *test, const struct sealer *s, const u8 *data, u32 len, u8 *icv)
{
	struct crypto_shash *tfm = crypto_alloc_shash("hmac(sha256)", 0, 0);
	u8 digest[32];

	KUNIT_ASSERT_FALSE(test, IS_ERR(tfm));
	KUNIT_ASSERT_EQ(test, crypto_shash_setkey(tfm, s->keys->integ, s->keys->integ_len), 0);
	KUNIT_ASSERT_EQ(test, crypto_shash_tfm_digest(tfm, data, len, digest), 0);
	memcpy(icv, digest, 16);
	crypto_free_shash(tfm);
}

/* Padding and trailer are part of @plain. Returns the length of the packet in @out. */
static u32 seal(struct kunit *test, const struct sealer *s, u64 seq, const u8 *iv, const u8 *plain,
		u32 len, u8 *out)
{
	__be32 spi = htonl(s->spi), hi = htonl(upper_32_bits(seq)), lo = htonl(lower_32_bits(seq));
	u8 *text = out + 8 + s->algo->iv_len;
	u8 aad[12];
	u32 aad_len = 0;

	memcpy(out, &spi, 4);
	memcpy(out + 4, &lo, 4);
	memcpy(out + 8, iv, s->algo->iv_len);
	memcpy(text, plain, len);
	if (!s->algo->integ) {
		memcpy(aad, &spi, 4);
		aad_len = 4;
		if (s->esn) {
			memcpy(aad + 4, &hi, 4);
			aad_len = 8;
		}
		memcpy(aad + aad_len, &lo, 4);
		gcm(test, s, aad, aad_len + 4, iv, text, len);
	} else {
		cbc(test, s, iv, text, len);
		/* RFC 4303 2.8: the upper half follows what is sent, for the ICV alone. */
		memcpy(text + len, &hi, 4);
		hmac(test, s, out, text + len - out + (s->esn ? 4 : 0), text + len);
	}
	return text + len + 16 - out;
}

/* --- published packets */

struct blob {
	u8 data[256];
	u32 len;
};

static void blob_of(struct kunit *test, struct blob *blob, const char *hex)
{
	blob->len = strlen(hex) / 2;
	KUNIT_ASSERT_LE(test, blob->len, sizeof(blob->data));
	KUNIT_ASSERT_EQ(test, hex2bin(blob->data, hex, blob->len), 0);
}

struct packet {
	struct blob key, iv, aad, plain, cipher, icv;
	struct svti_keys keys;
	struct sealer sealer;
	u64 seq;
};

static const u8 integ_key[32] = { 1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 14, 15, 16,
				  17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32 };

static struct packet *packet_of(struct kunit *test, const struct esp_vector *v,
				const struct svti_algo *algo)
{
	struct packet *p = kunit_kzalloc(test, sizeof(*p), GFP_KERNEL);
	const __be32 *aad = (const __be32 *)p->aad.data;

	KUNIT_ASSERT_NOT_NULL(test, p);
	blob_of(test, &p->key, v->key);
	blob_of(test, &p->iv, v->iv);
	blob_of(test, &p->aad, v->aad);
	blob_of(test, &p->plain, v->plain);
	blob_of(test, &p->cipher, v->cipher);
	p->keys = (struct svti_keys){ .encr = p->key.data, .encr_len = p->key.len };
	p->sealer = (struct sealer){
		.algo = algo,
		.keys = &p->keys,
		.spi = ntohl(aad[0]),
		.esn = p->aad.len == 12,
	};
	p->seq = ntohl(aad[1]);
	if (p->sealer.esn)
		p->seq = p->seq << 32 | ntohl(aad[2]);
	if (v->icv) {
		blob_of(test, &p->icv, v->icv);
	} else {
		u8 *whole = kunit_kzalloc(test, ROOM, GFP_KERNEL);
		u32 len;

		p->keys.integ = integ_key;
		p->keys.integ_len = sizeof(integ_key);
		len = seal(test, &p->sealer, p->seq, p->iv.data, p->plain.data, p->plain.len,
			   whole);
		p->icv.len = 16;
		memcpy(p->icv.data, whole + len - 16, 16);
	}
	return p;
}

static u32 whole_packet(const struct packet *p, u8 *out)
{
	u8 *pos = out;
	__be32 lo = htonl(lower_32_bits(p->seq));

	memcpy(pos, p->aad.data, 4);
	memcpy(pos + 4, &lo, 4);
	pos += 8;
	memcpy(pos, p->iv.data, p->iv.len);
	pos += p->iv.len;
	memcpy(pos, p->cipher.data, p->cipher.len);
	pos += p->cipher.len;
	memcpy(pos, p->icv.data, p->icv.len);
	return pos + p->icv.len - out;
}

/* Nothing is asynchronous here. */
static void answer(void *data, int err)
{
}

SVTI_CRYPTO_DONE(never, answer, void)

/* One request, as the pipelines make it. @text: payload and room for the ICV. */
static int crypt(struct kunit *test, struct svti_sa *sa, const struct packet *p, u8 *text)
{
	struct svti_request *req;
	int err;

	local_bh_disable();
	req = svti_request_get(sa, NULL, never);
	KUNIT_EXPECT_NOT_NULL(test, req);
	svti_request_fill(req, p->seq, p->iv.data, text, p->plain.len);
	err = sa->dir == SVTI_DIR_OUT ? crypto_aead_encrypt(&req->aead)
				      : crypto_aead_decrypt(&req->aead);
	svti_request_put(req);
	local_bh_enable();
	return err;
}

static void check_vector(struct kunit *test, const struct esp_vector *v,
			 const struct svti_algo *algo)
{
	struct packet *p = packet_of(test, v, algo);
	const struct sealer *s = &p->sealer;
	u8 *text = kunit_kzalloc(test, ROOM, GFP_KERNEL);
	u8 *sealed = kunit_kzalloc(test, ROOM, GFP_KERNEL);
	struct svti_sa *sa;
	u32 len;

	/* The sealer first: it is to judge the pipelines. */
	len = seal(test, s, p->seq, p->iv.data, p->plain.data, p->plain.len, sealed);
	KUNIT_EXPECT_EQ(test, len, whole_packet(p, text));
	KUNIT_EXPECT_EQ_MSG(test, memcmp(sealed, text, len), 0, "%s, sealer", v->name);

	sa = rig_sa(test, SVTI_DIR_OUT, s->spi, algo, s->keys, s->esn, RIG_THERE);
	memcpy(text, p->plain.data, p->plain.len);
	KUNIT_EXPECT_EQ(test, crypt(test, sa, p, text), 0);
	KUNIT_EXPECT_EQ_MSG(test, memcmp(text, p->cipher.data, p->cipher.len), 0, "%s", v->name);
	KUNIT_EXPECT_EQ_MSG(test, memcmp(text + p->cipher.len, p->icv.data, 16), 0, "%s", v->name);
	svti_sa_kill(sa);

	sa = rig_sa(test, SVTI_DIR_IN, s->spi, algo, s->keys, s->esn, RIG_HERE);
	KUNIT_EXPECT_EQ(test, crypt(test, sa, p, text), 0);
	KUNIT_EXPECT_EQ_MSG(test, memcmp(text, p->plain.data, p->plain.len), 0, "%s", v->name);
	memcpy(text, p->cipher.data, p->cipher.len);
	p->seq++;
	KUNIT_EXPECT_EQ_MSG(test, crypt(test, sa, p, text), -EBADMSG, "%s", v->name);
	svti_sa_kill(sa);
}

static void published_gcm(struct kunit *test)
{
	for (u32 i = 0; i < ARRAY_SIZE(gcm_vectors); i++)
		check_vector(test, &gcm_vectors[i], rig_gcm());
}

static void published_cbc(struct kunit *test)
{
	for (u32 i = 0; i < ARRAY_SIZE(cbc_vectors); i++)
		check_vector(test, &cbc_vectors[i], rig_cbc());
}

static void expect_drop(struct kunit *test, enum svti_drop reason, const char *what)
{
	struct rig *rig = test->priv;
	struct svti_drops *drops = this_cpu_ptr(rig->sdev->drops);

	KUNIT_EXPECT_EQ_MSG(test, rig_all_drops(rig), 1, "%s", what);
	KUNIT_EXPECT_EQ_MSG(test, rig_drops(rig, reason), 1, "%s", what);
	memset(drops, 0, sizeof(*drops));
}

static struct svti_sa *install(struct kunit *test, u8 dir, const struct sealer *s, u32 dst)
{
	struct svti_sa *sa = rig_sa(test, dir, s->spi, s->algo, s->keys, s->esn, dst);

	KUNIT_ASSERT_EQ(test, rig_install(test, sa, rig_any_policy(test, dir, REQID)), 0);
	return sa;
}

/*
 * Received for real. These packets carry ICMP or nothing at all in transport mode, which a
 * tunnel refuses, but only after ICV and padding have been found right.
 */
static void published_received(struct kunit *test)
{
	struct rig *rig = test->priv;
	u8 *whole = kunit_kzalloc(test, ROOM, GFP_KERNEL);

	for (u32 i = 0; i < ARRAY_SIZE(gcm_vectors); i++) {
		const struct esp_vector *v = &gcm_vectors[i];
		struct packet *p = packet_of(test, v, rig_gcm());
		struct svti_sa *sa = install(test, SVTI_DIR_IN, &p->sealer, RIG_HERE);
		u32 len = whole_packet(p, whole);

		sa->replay.top = p->seq - 1;
		whole[len - 1] ^= 1;
		rig_receive(test, whole, len, 0);
		expect_drop(test, SVTI_DROP_RX_AUTH_FAILED, v->name);
		KUNIT_EXPECT_EQ(test, sa->replay.top, p->seq - 1);
		whole[len - 1] ^= 1;
		rig_receive(test, whole, len, 0);
		expect_drop(test, SVTI_DROP_RX_INNER_PROTO, v->name);
		KUNIT_EXPECT_EQ(test, sa->replay.top, p->seq);
		rig_receive(test, whole, len, 0);
		expect_drop(test, SVTI_DROP_RX_REPLAYED, v->name);
		rig_flush(rig);
	}
}

/* --- the pipelines against the sealer */

static const struct sealer sealers[] = {
	{ .spi = SPI },
	{ .spi = SPI, .esn = true },
	{ .spi = SPI, .algo = (void *)1 },
	{ .spi = SPI, .algo = (void *)1, .esn = true },
};

static void sealer_desc(const struct sealer *s, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "%s%s", s->algo ? "cbc-sha256" : "gcm",
		 s->esn ? ", esn" : "");
}
KUNIT_ARRAY_PARAM(sealer, sealers, sealer_desc);

static struct sealer sealer_of(struct kunit *test)
{
	struct sealer s = *(const struct sealer *)test->param_value;

	s.keys = s.algo ? &rig_cbc_keys : &rig_gcm_keys;
	s.algo = s.algo ? rig_cbc() : rig_gcm();
	return s;
}

/* RFC 4303 2.4: what encryption is to begin with. Returns its length. */
static u32 pad(const struct sealer *s, u8 *text, u32 len, u8 next_header)
{
	u8 n = 0;

	while ((len + 2) % s->algo->block)
		text[len++] = ++n;
	text[len++] = n;
	text[len++] = next_header;
	return len;
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
	if (!s->algo->iv_random)
		KUNIT_EXPECT_EQ(test, memcmp(esp + 8, &counter, 8), 0);
	memcpy(text, inner, len);
	len = pad(s, text, len, IPPROTO_IPIP);
	esp_len = seal(test, s, seq, esp + 8, text, len, out);
	KUNIT_ASSERT_EQ(test, skb->len - sizeof(struct iphdr), esp_len);
	KUNIT_EXPECT_EQ(test, memcmp(esp, out, esp_len), 0);
	kfree_skb(skb);
	kunit_kfree(test, text);
	kunit_kfree(test, out);
}

/* Of each length modulo the block; alone and shared, with room and without. */
static void sent(struct kunit *test)
{
	struct sealer s = sealer_of(test);
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
	struct sealer s = sealer_of(test);
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
		len = pad(&s, text, len + tfc, IPPROTO_IPIP);
		len = seal(test, &s, ++seq, iv, text, len, out);
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
	struct sealer s = sealer_of(test);
	struct svti_sa *sa = install(test, SVTI_DIR_IN, &s, RIG_HERE);
	u8 *text = kunit_kzalloc(test, ROOM, GFP_KERNEL);
	u8 *out = kunit_kzalloc(test, ROOM, GFP_KERNEL);
	u8 *bad = kunit_kzalloc(test, ROOM, GFP_KERNEL);
	u8 iv[16] = { 9 };
	u32 len;

	sa->replay.top = 0x40;
	len = pad(&s, text, put_inner(test, text, 60), IPPROTO_IPIP);
	len = seal(test, &s, 0x50, iv, text, len, out);
	for (u32 at = 4; at < len; at++) {
		memcpy(bad, out, len);
		bad[at] ^= 1 << at % 8;
		rig_receive(test, bad, len, 0);
		expect_drop(test, SVTI_DROP_RX_AUTH_FAILED, "one bit");
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
	struct sealer s = sealer_of(test);
	u8 *text = kunit_kzalloc(test, ROOM, GFP_KERNEL);
	u8 *out = kunit_kzalloc(test, ROOM, GFP_KERNEL);
	u8 iv[16] = { 3 };
	u64 seq = 0;

	install(test, SVTI_DIR_IN, &s, RIG_HERE);
	for (u32 i = 0; i < ARRAY_SIZE(odds); i++) {
		const struct odd *odd = &odds[i];
		/* 61: both block sizes want padding. */
		u32 len = pad(&s, text, put_inner(test, text, 61), odd->next_header);

		if (odd->spoil)
			odd->spoil(text, &len);
		len = seal(test, &s, ++seq, iv, text, len, out);
		rig_receive(test, out, len, odd->tos);
		expect_drop(test, odd->reason, odd->name);
		/* Authentic all the same: it counts in the window. */
		rig_receive(test, out, len, odd->tos);
		expect_drop(test, SVTI_DROP_RX_REPLAYED, odd->name);
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
	plain = pad(&s, text, put_inner(test, text, 100), IPPROTO_IPIP);
	len = seal(test, &s, 1, iv, text, plain, out);
	rig_receive(test, out, len, 0);
	expect_drop(test, SVTI_DROP_RX_NO_POLICY, "no policy");

	KUNIT_ASSERT_EQ(test, rig_install(test, NULL, policy), 0);
	len = seal(test, &s, 2, iv, text, plain, out);
	rig_receive(test, out, len, 0);
	expect_drop(test, SVTI_DROP_RX_POLICY_MISMATCH, "another reqid");

	policy = rig_any_policy(test, SVTI_DIR_IN, REQID);
	policy->priority--;
	policy->action = SVTI_ACTION_DISCARD;
	KUNIT_ASSERT_EQ(test, rig_install(test, NULL, policy), 0);
	len = seal(test, &s, 3, iv, text, plain, out);
	rig_receive(test, out, len, 0);
	expect_drop(test, SVTI_DROP_RX_POLICY_DISCARD, "discard");

	policy = rig_any_policy(test, SVTI_DIR_IN, REQID);
	policy->priority -= 2;
	KUNIT_ASSERT_EQ(test, rig_install(test, NULL, policy), 0);
	len = seal(test, &s, 4, iv, text, plain, out);
	rig_receive(test, out, len, 0);
	expect_inner(test, text, 100);
	KUNIT_EXPECT_EQ(test, rig_all_drops(rig), 0);
}

/* Out through the device, over the loopback, and in again. */
static void round_trip(struct kunit *test)
{
	struct sealer s = sealer_of(test);
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
	KUNIT_CASE(published_gcm),
	KUNIT_CASE(published_cbc),
	KUNIT_CASE(published_received),
	KUNIT_CASE_PARAM(sent, sealer_gen_params),
	KUNIT_CASE(cbc_iv_differs),
	KUNIT_CASE_PARAM(received, sealer_gen_params),
	KUNIT_CASE_PARAM(damaged, sealer_gen_params),
	KUNIT_CASE_PARAM(refused, sealer_gen_params),
	KUNIT_CASE(policy_decides),
	KUNIT_CASE_PARAM(round_trip, sealer_gen_params),
	{},
};

struct kunit_suite svti_esp_suite = {
	.name = "svti_esp",
	.init = rig_init,
	.exit = rig_exit,
	.test_cases = cases,
};
