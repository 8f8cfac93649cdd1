// SPDX-License-Identifier: GPL-2.0
/* Transport mode: where ESP goes between headers, and that all of a packet comes back. */
#include <kunit/test.h>
#include <net/ip.h>
#include <net/ipv6.h>

#include "../esp_transport.h"
#include "../outer.h"
#include "rig.h"
#include "suites.h"

enum {
	SPI = 0x7a000,
	GAP = 16, /* ESP header and IV of AES-GCM */
	ROOM = 128,
	END = 255, /* of a chain: hop-by-hop options have 0 */
};

/* --- packets from the loopback to itself */

static struct sk_buff *room(struct kunit *test)
{
	struct rig *rig = test->priv;
	struct sk_buff *skb = alloc_skb(4096, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, skb);
	skb_reserve(skb, ROOM);
	skb_reset_network_header(skb);
	skb->dev = rig->dev;
	return skb;
}

static void put_payload(struct sk_buff *skb, u32 len)
{
	for (u32 i = 0; i < len; i++)
		skb_put_u8(skb, i * 7 + len);
}

/* @options: octets of IPv4 options, all of them NOP. */
static struct sk_buff *ip4(struct kunit *test, u32 options, u8 proto, u32 len)
{
	struct sk_buff *skb = room(test);
	struct iphdr *iph = skb_put_zero(skb, sizeof(*iph));

	*iph = (struct iphdr){
		.version = 4,
		.ihl = 5 + options / 4,
		.tos = 0xb9,
		.tot_len = htons(sizeof(*iph) + options + len),
		.id = htons(4711),
		.frag_off = htons(IP_DF),
		.ttl = 37,
		.protocol = proto,
		.saddr = htonl(RIG_HERE),
		.daddr = htonl(RIG_HERE),
	};
	memset(skb_put(skb, options), IPOPT_NOP, options);
	put_payload(skb, len);
	ip_send_check(ip_hdr(skb));
	skb->protocol = htons(ETH_P_IP);
	return skb;
}

/* @chain: extension headers, up to END; each has 8 octets, and 8 more for its place in the chain. */
static struct sk_buff *ip6(struct kunit *test, const u8 *chain, u8 proto, u32 len)
{
	struct sk_buff *skb = room(test);
	struct ipv6hdr *ip6h = skb_put_zero(skb, sizeof(*ip6h));

	ip6_flow_hdr(ip6h, 0xb9, htonl(0x12345));
	ip6h->hop_limit = 37;
	ip6h->saddr = in6addr_loopback;
	ip6h->daddr = in6addr_loopback;
	ip6h->nexthdr = *chain == END ? proto : *chain;
	for (u32 i = 0; chain[i] != END; i++) {
		bool fragment = chain[i] == IPPROTO_FRAGMENT;
		struct ipv6_opt_hdr *hdr = skb_put_zero(skb, fragment ? 8 : 8 * (i + 1));

		hdr->nexthdr = chain[i + 1] == END ? proto : chain[i + 1];
		hdr->hdrlen = fragment ? 0 : i;
		/* PadN in the whole of options; a routing header that leads no further. */
		if (chain[i] != IPPROTO_ROUTING && !fragment) {
			((u8 *)hdr)[2] = IPV6_TLV_PADN;
			((u8 *)hdr)[3] = 8 * (i + 1) - 4;
		}
	}
	put_payload(skb, len);
	ipv6_hdr(skb)->payload_len = htons(skb->len - sizeof(*ip6h));
	skb->protocol = htons(ETH_P_IPV6);
	return skb;
}

static struct svti_outer *outer_of(struct kunit *test, const struct sk_buff *skb, __be16 port)
{
	union nf_inet_addr addr = { .all = { 0 } };
	struct svti_outer *outer;
	u8 family = AF_INET;

	if (skb->protocol == htons(ETH_P_IPV6)) {
		family = AF_INET6;
		addr.in6 = in6addr_loopback;
	} else {
		addr.ip = htonl(RIG_HERE);
	}
	outer = svti_outer_new(family, &addr, &addr, port, port);
	KUNIT_ASSERT_NOT_NULL(test, outer);
	return outer;
}

/* --- the functions alone */

/* What stands at @at says what follows the first @keep octets. */
static u8 follower(const struct sk_buff *skb, u32 keep)
{
	u32 at = sizeof(struct ipv6hdr);
	u8 next = ipv6_hdr(skb)->nexthdr;

	if (skb->protocol == htons(ETH_P_IP))
		return ip_hdr(skb)->protocol;
	while (at < keep) {
		next = skb->data[at];
		at += 8 * (skb->data[at + 1] + 1);
	}
	return next;
}

/* Apart and together again; @want octets of headers stay in front. */
static void there_and_back(struct kunit *test, struct sk_buff *skb, u32 want, __be16 port)
{
	struct svti_outer *outer = outer_of(test, skb, port);
	struct svti_sa *sa = rig_sa_outer(test, SVTI_DIR_IN, SPI, outer);
	struct sk_buff *before = skb_copy(skb, GFP_KERNEL);
	u32 udp = port ? sizeof(struct udphdr) : 0, keep = 0;
	u8 next;

	KUNIT_ASSERT_NOT_NULL(test, before);
	rcu_read_lock();
	KUNIT_ASSERT_EQ(test, svti_transport_admit(outer, skb, &keep), SVTI_DROP_COUNT);
	KUNIT_EXPECT_EQ(test, keep, want);
	KUNIT_EXPECT_EQ(test, memcmp(skb->data, before->data, skb->len), 0);
	next = svti_transport_split(outer, skb, keep, GAP);
	KUNIT_EXPECT_EQ(test, next, follower(before, keep));
	KUNIT_EXPECT_EQ(test, skb->len, before->len - keep);
	KUNIT_EXPECT_EQ(test, memcmp(skb->data, before->data + keep, skb->len), 0);

	/* Whatever is put into the gap. */
	memset(skb_push(skb, GAP), 0xee, GAP);
	KUNIT_EXPECT_TRUE(test, svti_transport_push(outer, skb, keep, port));
	KUNIT_EXPECT_EQ(test, skb->len, before->len + GAP + udp);
	KUNIT_EXPECT_EQ(test, follower(skb, keep), port ? IPPROTO_UDP : IPPROTO_ESP);
	KUNIT_EXPECT_EQ(test, skb_transport_offset(skb), keep);
	if (port) {
		KUNIT_EXPECT_EQ(test, udp_hdr(skb)->source, port);
		KUNIT_EXPECT_EQ(test, udp_hdr(skb)->dest, port);
		KUNIT_EXPECT_EQ(test, ntohs(udp_hdr(skb)->len), skb->len - keep);
	}

	skb_pull(skb, keep + udp + GAP);
	KUNIT_EXPECT_EQ(test, svti_transport_join(sa, skb, next, keep, port), SVTI_DROP_COUNT);
	rcu_read_unlock();
	KUNIT_EXPECT_EQ(test, skb->len, before->len);
	/* RFC 3948 3.1.2: behind a NAT the checksum of UDP is worth nothing. */
	if (port && next == IPPROTO_UDP && skb->protocol == htons(ETH_P_IP) && skb->len >= keep + 8)
		memset(before->data + keep + offsetof(struct udphdr, check), 0, 2);
	KUNIT_EXPECT_EQ(test, memcmp(skb->data, before->data, min(skb->len, before->len)), 0);
	KUNIT_EXPECT_EQ(test, skb_network_offset(skb), 0);
	KUNIT_EXPECT_EQ(test, skb_transport_offset(skb), keep);
	kfree_skb(before);
	kfree_skb(skb);
	svti_sa_kill(sa);
}

static void split_ip4(struct kunit *test)
{
	static const u8 protos[] = { IPPROTO_TCP, IPPROTO_UDP, IPPROTO_ICMP, IPPROTO_ESP, 255 };

	for (u32 options = 0; options <= 40; options += 4)
		for (u32 i = 0; i < ARRAY_SIZE(protos); i++)
			for (u32 len = 0; len < 40; len += len < 9 ? 1 : 10) {
				u32 keep = sizeof(struct iphdr) + options;

				there_and_back(test, ip4(test, options, protos[i], len), keep, 0);
				there_and_back(test, ip4(test, options, protos[i], len), keep,
					       htons(4500));
			}
}

/* Chains of extension headers, and how many of them stay in front: RFC 4303 3.1.1. */
static const struct chain {
	u8 headers[6];
	u8 front;
} chains[] = {
	{ { END }, 0 },
	{ { IPPROTO_HOPOPTS, END }, 1 },
	{ { IPPROTO_DSTOPTS, END }, 0 },
	{ { IPPROTO_ROUTING, END }, 1 },
	{ { IPPROTO_HOPOPTS, IPPROTO_ROUTING, END }, 2 },
	{ { IPPROTO_HOPOPTS, IPPROTO_DSTOPTS, END }, 1 },
	{ { IPPROTO_DSTOPTS, IPPROTO_ROUTING, END }, 2 },
	{ { IPPROTO_ROUTING, IPPROTO_DSTOPTS, END }, 1 },
	{ { IPPROTO_HOPOPTS, IPPROTO_DSTOPTS, IPPROTO_ROUTING, IPPROTO_DSTOPTS, END }, 3 },
};

static void split_ip6(struct kunit *test)
{
	for (u32 i = 0; i < ARRAY_SIZE(chains); i++)
		for (u32 len = 0; len < 40; len += len < 9 ? 1 : 10) {
			u32 keep = sizeof(struct ipv6hdr);

			for (u32 j = 1; j <= chains[i].front; j++)
				keep += 8 * j;
			there_and_back(test, ip6(test, chains[i].headers, IPPROTO_UDP, len), keep,
				       0);
			there_and_back(test, ip6(test, chains[i].headers, IPPROTO_TCP, len), keep,
				       htons(4500));
		}
}

/* --- what is not for transport mode */

static void expect_refusal(struct kunit *test, struct sk_buff *skb, enum svti_drop reason)
{
	struct svti_outer *outer = outer_of(test, skb, 0);
	u32 keep;

	KUNIT_EXPECT_EQ(test, svti_transport_admit(outer, skb, &keep), reason);
	svti_outer_free(outer);
	kfree_skb(skb);
}

static void other_ends(struct kunit *test)
{
	static const u8 none[] = { END };
	struct sk_buff *skb;

	expect_refusal(test, rig_inner(test, 40, 1), SVTI_DROP_TX_TRANSPORT_ENDS);
	expect_refusal(test, rig_inner6(test, 60, 1), SVTI_DROP_TX_TRANSPORT_ENDS);
	for (u32 i = 0; i < 2; i++) {
		skb = ip4(test, 0, IPPROTO_UDP, 20);
		*(i ? &ip_hdr(skb)->saddr : &ip_hdr(skb)->daddr) = htonl(RIG_THERE);
		expect_refusal(test, skb, SVTI_DROP_TX_TRANSPORT_ENDS);
		skb = ip6(test, none, IPPROTO_UDP, 20);
		(i ? &ipv6_hdr(skb)->saddr : &ipv6_hdr(skb)->daddr)->s6_addr[15] = 2;
		expect_refusal(test, skb, SVTI_DROP_TX_TRANSPORT_ENDS);
	}
}

/* IPv4 is put together before. */
static void fragments(struct kunit *test)
{
	static const u8 fragments[][4] = {
		{ IPPROTO_FRAGMENT, END },
		{ IPPROTO_HOPOPTS, IPPROTO_FRAGMENT, END },
		{ IPPROTO_ROUTING, IPPROTO_FRAGMENT, END },
		{ IPPROTO_DSTOPTS, IPPROTO_FRAGMENT, END },
		{ IPPROTO_FRAGMENT, IPPROTO_DSTOPTS, END },
	};

	for (u32 i = 0; i < ARRAY_SIZE(fragments); i++)
		expect_refusal(test, ip6(test, fragments[i], IPPROTO_UDP, 20),
			       SVTI_DROP_TX_TRANSPORT_FRAGMENT);
}

/* Headers that end elsewhere than ESP began, and a source that is not the peer. */
static void join_refuses(struct kunit *test)
{
	static const u8 chain[] = { IPPROTO_HOPOPTS, END };
	struct sk_buff *skb = ip6(test, chain, IPPROTO_UDP, 100);
	struct svti_sa *sa = rig_sa_outer(test, SVTI_DIR_IN, SPI, outer_of(test, skb, 0));

	rcu_read_lock();
	ipv6_hdr(skb)->nexthdr = IPPROTO_HOPOPTS;
	skb->data[sizeof(struct ipv6hdr) + 1] = 1;
	skb_pull(skb, 64);
	KUNIT_EXPECT_EQ(test, svti_transport_join(sa, skb, IPPROTO_TCP, 48, false),
			SVTI_DROP_RX_INNER_MALFORMED);
	kfree_skb(skb);
	skb = ip6(test, chain, IPPROTO_UDP, 100);
	ipv6_hdr(skb)->saddr.s6_addr[15] = 2;
	skb_pull(skb, 64);
	KUNIT_EXPECT_EQ(test, svti_transport_join(sa, skb, IPPROTO_TCP, 48, false),
			SVTI_DROP_RX_TRANSPORT_ENDS);
	kfree_skb(skb);
	rcu_read_unlock();
	svti_sa_kill(sa);
}

/* --- through the device */

static struct svti_sa *install(struct kunit *test, u8 dir, const struct sk_buff *skb)
{
	struct svti_sa *sa = rig_sa_outer(test, dir, SPI, outer_of(test, skb, 0));

	sa->transport = true;
	KUNIT_ASSERT_EQ(test, rig_install(test, sa, rig_any_policy(test, dir, 1)), 0);
	return sa;
}

static void round_trip(struct kunit *test)
{
	struct rig *rig = test->priv;

	for (u32 i = 0; i < 2; i++) {
		static const u8 none[] = { END };

		/* Not above what another suite may have taught the path to here. */
		for (u32 len = i ? 8 : 0; len < 1150; len += len < 40 ? 1 : 333) {
			struct sk_buff *skb = i ? ip6(test, none, IPPROTO_UDP, len)
						: ip4(test, 4, 200, len);
			struct sk_buff *want = skb_copy(skb, GFP_KERNEL), *got;
			u32 keep = i ? 40 : 24;

			if (len == (i ? 8 : 0)) {
				install(test, SVTI_DIR_IN, skb);
				install(test, SVTI_DIR_OUT, skb);
			}
			rig_send(test, skb);
			got = rig_tap_next(&rig->wire);
			KUNIT_ASSERT_NOT_NULL(test, got);
			KUNIT_EXPECT_EQ(test, got->len, keep + GAP + ALIGN(len + 2, 4) + 16);
			if (!i) {
				KUNIT_EXPECT_EQ(test, ip_hdr(got)->ttl, 37);
				KUNIT_EXPECT_EQ(test, ip_hdr(got)->tos, 0xb9);
				KUNIT_EXPECT_EQ(test, ip_hdr(got)->id, htons(4711));
			}
			kfree_skb(got);
			got = rig_tap_next(&rig->inner);
			KUNIT_ASSERT_NOT_NULL(test, got);
			KUNIT_EXPECT_EQ(test, got->len, want->len);
			KUNIT_EXPECT_EQ(test,
					memcmp(got->data, want->data, min(got->len, want->len)), 0);
			kfree_skb(got);
			kfree_skb(want);
		}
		KUNIT_EXPECT_EQ(test, rig_all_drops(rig), 0);
		rig_flush(rig);
	}
}

/* RFC 4303 3.3.4: what the local IP layer has fragmented is protected whole, or not at all. */
static void put_together(struct kunit *test)
{
	struct sk_buff *whole = ip4(test, 0, IPPROTO_UDP, 800), *part, *got;
	struct rig *rig = test->priv;

	install(test, SVTI_DIR_OUT, whole);
	ip_hdr(whole)->frag_off = 0;
	ip_send_check(ip_hdr(whole));
	for (u32 i = 0; i < 3; i++) {
		u32 at = 0;

		/* The last but one time around a part is missing. */
		for (u32 j = 0; j < 2; j++) {
			u32 len = j ? 400 : 400;

			part = skb_copy(whole, GFP_KERNEL);
			memmove(part->data + 20, part->data + 20 + at, len);
			skb_trim(part, 20 + len);
			ip_hdr(part)->tot_len = htons(part->len);
			ip_hdr(part)->id = htons(i);
			ip_hdr(part)->frag_off = htons(at / 8 | (j ? 0 : IP_MF));
			ip_send_check(ip_hdr(part));
			part->dev = rig->dev;
			at += len;
			if (i == 1 && j)
				kfree_skb(part);
			else
				rig_send(test, part);
		}
		if (i == 1)
			continue;
		got = rig_tap_next(&rig->wire);
		KUNIT_ASSERT_NOT_NULL(test, got);
		KUNIT_EXPECT_EQ(test, got->len, 20 + GAP + ALIGN(802, 4) + 16);
		KUNIT_EXPECT_EQ(test, ip_hdr(got)->id, htons(i));
		kfree_skb(got);
	}
	KUNIT_EXPECT_TRUE(test, skb_queue_empty(&rig->wire.queue));
	KUNIT_EXPECT_EQ(test, rig_all_drops(rig), 0);
	kfree_skb(whole);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(split_ip4),	  KUNIT_CASE(split_ip6),
	KUNIT_CASE(other_ends),	  KUNIT_CASE(fragments),
	KUNIT_CASE(join_refuses), KUNIT_CASE(round_trip),
	KUNIT_CASE(put_together), {},
};

struct kunit_suite svti_transport_suite = {
	.name = "svti_transport",
	.init = rig_init,
	.exit = rig_exit,
	.test_cases = cases,
};
