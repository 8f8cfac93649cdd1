// SPDX-License-Identifier: GPL-2.0
/* IPv4 and IPv6, inside and outside, in all combinations: outer headers, ECN, sizes, refusals. */
#include <kunit/test.h>
#include <net/inet_ecn.h>
#include <net/ip.h>
#include <net/ip6_checksum.h>
#include <net/ipv6.h>

#include "../db.h"
#include "../device.h"
#include "../outer.h"
#include "rig.h"
#include "suites.h"

enum {
	SPI = 0x7000,
	REQID = 1,
};

/**
 * struct combination - what is inside what
 * @inner: AF_INET or AF_INET6
 * @outer: likewise
 * @encap: ESP in UDP
 */
struct combination {
	u8 inner;
	u8 outer;
	bool encap;
};

static const struct combination combinations[] = {
	{ AF_INET, AF_INET },	     { AF_INET6, AF_INET },	   { AF_INET, AF_INET6 },
	{ AF_INET6, AF_INET6 },	     { AF_INET, AF_INET, true },   { AF_INET6, AF_INET, true },
	{ AF_INET, AF_INET6, true }, { AF_INET6, AF_INET6, true },
};

static void combination_desc(const struct combination *c, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "IPv%c in %sIPv%c", c->inner == AF_INET ? '4' : '6',
		 c->encap ? "UDP in " : "", c->outer == AF_INET ? '4' : '6');
}
KUNIT_ARRAY_PARAM(combination, combinations, combination_desc);

/* From here to here. */
static struct svti_outer *outer_of(struct kunit *test, const struct combination *c)
{
	union nf_inet_addr from = { .all = { 0 } }, to = { .all = { 0 } };
	__be16 port = c->encap ? htons(4500) : 0;
	struct svti_outer *outer;

	if (c->outer == AF_INET) {
		from.ip = htonl(RIG_HERE);
		to.ip = htonl(RIG_HERE);
	} else {
		from.in6 = in6addr_loopback;
		to.in6 = in6addr_loopback;
	}
	outer = svti_outer_new(c->outer, &from, &to, port, port);
	KUNIT_ASSERT_NOT_NULL(test, outer);
	return outer;
}

static struct svti_sa *install(struct kunit *test, u8 dir, const struct combination *c)
{
	struct svti_sa *sa = rig_sa_outer(test, dir, SPI, outer_of(test, c));

	KUNIT_ASSERT_EQ(test, rig_install(test, sa, rig_any_policy(test, dir, REQID)), 0);
	return sa;
}

static struct sk_buff *inner_of(struct kunit *test, const struct combination *c, u32 len, u8 tos)
{
	struct sk_buff *skb = c->inner == AF_INET ? rig_inner(test, len, len)
						  : rig_inner6(test, len, len);

	if (c->inner == AF_INET)
		ipv4_change_dsfield(ip_hdr(skb), 0, tos);
	else
		ipv6_change_dsfield(ipv6_hdr(skb), 0, tos);
	return skb;
}

/* --- outer headers */

static void check_udp(struct kunit *test, const struct combination *c, struct sk_buff *skb, u32 at)
{
	const struct udphdr *udp = (const struct udphdr *)(skb->data + at);
	u32 len = skb->len - at;

	KUNIT_EXPECT_EQ(test, ntohs(udp->source), 4500);
	KUNIT_EXPECT_EQ(test, ntohs(udp->dest), 4500);
	KUNIT_EXPECT_EQ(test, ntohs(udp->len), len);
	if (c->outer == AF_INET) {
		KUNIT_EXPECT_EQ(test, udp->check, 0);
		return;
	}
	KUNIT_EXPECT_NE(test, udp->check, 0);
	KUNIT_EXPECT_EQ(test,
			csum_ipv6_magic(&ipv6_hdr(skb)->saddr, &ipv6_hdr(skb)->daddr, len,
					IPPROTO_UDP, skb_checksum(skb, at, len, 0)),
			0);
}

static void check_ip4(struct kunit *test, const struct combination *c, struct sk_buff *skb, u8 tos,
		      bool df)
{
	const struct iphdr *iph = ip_hdr(skb);

	KUNIT_EXPECT_TRUE(test, iph->version == 4 && iph->ihl == 5);
	KUNIT_EXPECT_EQ(test, iph->tos, tos);
	KUNIT_EXPECT_EQ(test, iph->frag_off, df ? htons(IP_DF) : 0);
	KUNIT_EXPECT_EQ(test, iph->ttl, 64);
	KUNIT_EXPECT_EQ(test, iph->protocol, c->encap ? IPPROTO_UDP : IPPROTO_ESP);
	KUNIT_EXPECT_EQ(test, ntohs(iph->tot_len), skb->len);
	KUNIT_EXPECT_EQ(test, ip_fast_csum(iph, iph->ihl), 0);
}

static void check_ip6(struct kunit *test, const struct combination *c, struct sk_buff *skb, u8 tos,
		      __be32 *label)
{
	const struct ipv6hdr *ip6h = ipv6_hdr(skb);

	KUNIT_EXPECT_TRUE(test, ip6h->version == 6);
	KUNIT_EXPECT_EQ(test, ipv6_get_dsfield(ip6h), tos);
	KUNIT_EXPECT_EQ(test, ip6h->hop_limit, 64);
	KUNIT_EXPECT_EQ(test, ip6h->nexthdr, c->encap ? IPPROTO_UDP : IPPROTO_ESP);
	KUNIT_EXPECT_EQ(test, ntohs(ip6h->payload_len), skb->len - sizeof(*ip6h));
	/* One for all packets of an SA. */
	if (!*label)
		*label = ip6_flowlabel(ip6h);
	KUNIT_EXPECT_NE(test, ip6_flowlabel(ip6h), 0);
	KUNIT_EXPECT_EQ(test, ip6_flowlabel(ip6h), *label);
}

static void outer_headers(struct kunit *test)
{
	const struct combination *c = test->param_value;
	struct rig *rig = test->priv;
	__be32 label = 0;

	rig->wire.proto = c->encap ? IPPROTO_UDP : IPPROTO_ESP;
	install(test, SVTI_DIR_OUT, c);
	for (u32 i = 0; i < 16; i++) {
		struct sk_buff *skb = inner_of(test, c, 60 + i, i << 4 | i % 4);
		bool df = c->inner == AF_INET6 || i & 4;

		if (c->inner == AF_INET)
			ip_hdr(skb)->frag_off = df ? htons(IP_DF) : 0;
		rig_send(test, skb);
		skb = rig_tap_next(&rig->wire);
		KUNIT_ASSERT_NOT_NULL(test, skb);
		if (skb->ip_summed == CHECKSUM_PARTIAL)
			KUNIT_ASSERT_EQ(test, skb_checksum_help(skb), 0);
		KUNIT_ASSERT_EQ(test, skb_linearize(skb), 0);
		if (c->outer == AF_INET)
			check_ip4(test, c, skb, i << 4 | i % 4, df);
		else
			check_ip6(test, c, skb, i << 4 | i % 4, &label);
		if (c->encap)
			check_udp(test, c, skb,
				  c->outer == AF_INET ? sizeof(struct iphdr)
						      : sizeof(struct ipv6hdr));
		kfree_skb(skb);
	}
	KUNIT_EXPECT_EQ(test, rig_all_drops(rig), 0);
}

/* Another SA, another label. */
static void labels_differ(struct kunit *test)
{
	const struct combination c = { .outer = AF_INET6 };
	u32 same = 0;

	for (u32 i = 0; i < 20; i++) {
		struct svti_outer *a = outer_of(test, &c), *b = outer_of(test, &c);

		same += ip6_flowlabel(&a->headers.v6.ip) == ip6_flowlabel(&b->headers.v6.ip);
		svti_outer_free(a);
		svti_outer_free(b);
	}
	KUNIT_EXPECT_LT(test, same, 3);
}

/* --- there and back */

static void expect_inner(struct kunit *test, const struct combination *c, const u8 *data, u32 len)
{
	struct rig *rig = test->priv;
	struct sk_buff *skb = rig_tap_next(&rig->inner);

	KUNIT_ASSERT_NOT_NULL(test, skb);
	KUNIT_EXPECT_EQ(test, skb->len, len);
	KUNIT_ASSERT_EQ(test, skb_linearize(skb), 0);
	KUNIT_EXPECT_EQ(test, memcmp(skb->data, data, min(len, skb->len)), 0);
	KUNIT_EXPECT_EQ(test, ntohs(skb->protocol), c->inner == AF_INET ? ETH_P_IP : ETH_P_IPV6);
	kfree_skb(skb);
}

/* Out through the device, over the loopback, and in again. */
static void round_trip(struct kunit *test)
{
	const struct combination *c = test->param_value;
	u8 *data = kunit_kzalloc(test, 2048, GFP_KERNEL);
	u32 shortest = c->inner == AF_INET ? 28 : 48, packets = 0;
	struct svti_sa_totals totals;
	struct svti_sa *in;

	if (c->encap)
		kunit_skip(test, "no socket takes it here: see the e2e tests");
	in = install(test, SVTI_DIR_IN, c);
	install(test, SVTI_DIR_OUT, c);
	for (u32 len = shortest; len < 1400; len += len < 90 ? 1 : 177) {
		struct sk_buff *skb = inner_of(test, c, len, 0);

		memcpy(data, skb->data, len);
		rig_send(test, skb);
		expect_inner(test, c, data, len);
		packets++;
	}
	svti_sa_totals(in->stats, &totals);
	KUNIT_EXPECT_EQ(test, totals.packets, packets);
	KUNIT_EXPECT_EQ(test, rig_all_drops(test->priv), 0);
}

/* --- ECN */

enum {
	DROPPED = 4
};

/* RFC 6040 4.2, figure 4: row the inner field, column the outer one: 00, 01, 10, 11. */
static const u8 merged[4][4] = {
	{ 0, 0, 0, DROPPED },
	{ 1, 1, 1, 3 },
	{ 2, 1, 2, 3 },
	{ 3, 3, 3, 3 },
};

static u8 field_of(const struct combination *c, const struct sk_buff *skb)
{
	return c->inner == AF_INET ? ip_hdr(skb)->tos : ipv6_get_dsfield(ipv6_hdr(skb));
}

static void expect_merged(struct kunit *test, const struct combination *c, u8 inner, u8 outer)
{
	u8 want = merged[inner & 3][outer & 3];
	struct rig *rig = test->priv;
	struct sk_buff *skb = want == DROPPED ? skb_dequeue(&rig->inner.queue)
					      : rig_tap_next(&rig->inner);

	KUNIT_EXPECT_EQ_MSG(test, rig_drops(rig, SVTI_DROP_RX_ECN), want == DROPPED,
			    "inner %u, outer %u", inner & 3, outer & 3);
	KUNIT_ASSERT_EQ_MSG(test, !skb, want == DROPPED, "inner %u, outer %u", inner & 3,
			    outer & 3);
	if (!skb)
		return;
	KUNIT_EXPECT_EQ_MSG(test, field_of(c, skb), (inner & ~3) | want, "inner %u, outer %u",
			    inner & 3, outer & 3);
	if (c->inner == AF_INET)
		KUNIT_EXPECT_EQ(test, ip_fast_csum(ip_hdr(skb), 5), 0);
	kfree_skb(skb);
}

/* Every pair of fields; a DSCP that the outer header brings stays outside (RFC 2983 3.1). */
static void ecn(struct kunit *test)
{
	const struct combination *c = test->param_value;
	u32 header = c->outer == AF_INET ? sizeof(struct iphdr) : sizeof(struct ipv6hdr);
	struct rig *rig = test->priv;
	struct sk_buff *esp[16];

	if (c->encap)
		kunit_skip(test, "the same as without");
	install(test, SVTI_DIR_OUT, c);
	for (u32 i = 0; i < 16; i++) {
		rig_send(test, inner_of(test, c, 80, 0xb8 | i / 4));
		esp[i] = rig_tap_next(&rig->wire);
		KUNIT_ASSERT_NOT_NULL(test, esp[i]);
		KUNIT_ASSERT_EQ(test, skb_linearize(esp[i]), 0);
	}
	install(test, SVTI_DIR_IN, c);
	for (u32 i = 0; i < 16; i++) {
		u8 outer = 0x28 | i % 4;

		memset(this_cpu_ptr(rig->sdev->drops), 0, sizeof(struct svti_drops));
		if (c->outer == AF_INET)
			rig_receive(test, esp[i]->data + header, esp[i]->len - header, outer);
		else
			rig_receive6(test, esp[i]->data + header, esp[i]->len - header, outer);
		expect_merged(test, c, 0xb8 | i / 4, outer);
		kfree_skb(esp[i]);
	}
}

/* --- who is meant */

/* The same SPI to an address of each family, whose first octets are the same. */
static void one_spi_two_families(struct kunit *test)
{
	union nf_inet_addr from = { .all = { 0 } }, to4 = { .all = { 0 } }, to6 = { .all = { 0 } };
	struct svti_sa *sa4, *sa6;

	from.ip = to4.ip = htonl(RIG_HERE);
	to6.in6.s6_addr32[0] = htonl(RIG_HERE);
	sa4 = rig_sa_outer(test, SVTI_DIR_OUT, SPI, svti_outer_new(AF_INET, &from, &to4, 0, 0));
	sa6 = rig_sa_outer(test, SVTI_DIR_OUT, SPI, svti_outer_new(AF_INET6, &from, &to6, 0, 0));
	KUNIT_ASSERT_EQ(test, rig_install(test, sa4, NULL), 0);
	KUNIT_ASSERT_EQ(test, rig_install(test, sa6, NULL), 0);
	rcu_read_lock();
	KUNIT_EXPECT_PTR_EQ(test, svti_sad_find_out(&init_net, htonl(SPI), &to4, AF_INET), sa4);
	KUNIT_EXPECT_PTR_EQ(test, svti_sad_find_out(&init_net, htonl(SPI), &to6, AF_INET6), sa6);
	to6.in6.s6_addr[15] = 1;
	KUNIT_EXPECT_NULL(test, svti_sad_find_out(&init_net, htonl(SPI), &to6, AF_INET6));
	rcu_read_unlock();
}

/* ESP over IPv6 to an SA of IPv4 is not ours, nor the other way round. */
static void families_do_not_mix(struct kunit *test)
{
	const struct combination c4 = { AF_INET, AF_INET }, c6 = { AF_INET, AF_INET6 };
	struct svti_sa *sa = install(test, SVTI_DIR_IN, &c4);
	u8 esp[64] = {};

	*(__be32 *)esp = htonl(SPI);
	rig_receive6(test, esp, sizeof(esp), 0);
	KUNIT_EXPECT_EQ(test, rig_all_drops(test->priv), 0);
	rig_receive(test, esp, sizeof(esp), 0);
	KUNIT_EXPECT_EQ(test, rig_all_drops(test->priv), 1);
	rig_flush(test->priv);
	sa = install(test, SVTI_DIR_IN, &c6);
	KUNIT_EXPECT_EQ(test, sa->replay.top, 0);
	rig_receive(test, esp, sizeof(esp), 0);
	KUNIT_EXPECT_EQ(test, rig_all_drops(test->priv), 1);
	rig_receive6(test, esp, sizeof(esp), 0);
	KUNIT_EXPECT_EQ(test, rig_all_drops(test->priv), 2);
}

/* A source that is no address of ours has no route, as it has none over IPv4. */
static void foreign_source(struct kunit *test)
{
	union nf_inet_addr from = { .all = { 0 } }, to = { .all = { 0 } };
	struct rig *rig = test->priv;
	struct svti_sa *sa;

	from.in6.s6_addr[0] = 0xfd;
	to.in6 = in6addr_loopback;
	sa = rig_sa_outer(test, SVTI_DIR_OUT, SPI, svti_outer_new(AF_INET6, &from, &to, 0, 0));
	KUNIT_ASSERT_EQ(test, rig_install(test, sa, rig_any_policy(test, SVTI_DIR_OUT, REQID)), 0);
	rig_send(test, rig_inner6(test, 100, 1));
	KUNIT_EXPECT_EQ(test, rig_drops(rig, SVTI_DROP_TX_NO_ROUTE), 1);
	KUNIT_EXPECT_EQ(test, rig_all_drops(rig), 1);
}

static struct kunit_case cases[] = {
	KUNIT_CASE_PARAM(outer_headers, combination_gen_params),
	KUNIT_CASE(labels_differ),
	KUNIT_CASE_PARAM(round_trip, combination_gen_params),
	KUNIT_CASE_PARAM(ecn, combination_gen_params),
	KUNIT_CASE(one_spi_two_families),
	KUNIT_CASE(families_do_not_mix),
	KUNIT_CASE(foreign_source),
	{},
};

struct kunit_suite svti_families_suite = {
	.name = "svti_families",
	.init = rig_init,
	.exit = rig_exit,
	.test_cases = cases,
};
