// SPDX-License-Identifier: GPL-2.0
/* What outer and inner headers take from each other: whole tables, and seen on the wire. */
#include <kunit/test.h>
#include <linux/ipv6.h>
#include <net/dsfield.h>
#include <net/inet_ecn.h>
#include <net/ip.h>

#include "../header.h"
#include "../outer.h"
#include "rig.h"
#include "suites.h"

enum {
	DROP = 4, /* not an ECN codepoint */
};

/* RFC 6040 figure 4, by inner and outer codepoint: Not-ECT, ECT(1), ECT(0), CE. */
static const u8 inward[4][4] = {
	{ 0, 0, 0, DROP },
	{ 1, 1, 1, 3 },
	{ 2, 1, 2, 3 },
	{ 3, 3, 3, 3 },
};

/* A header alone; the caller frees it. */
static struct sk_buff *ipv4(struct kunit *test, u8 tos, u8 ttl, bool df)
{
	struct sk_buff *skb = rig_inner(test, sizeof(struct iphdr), 77);
	struct iphdr *iph = ip_hdr(skb);

	iph->tos = tos;
	iph->ttl = ttl;
	iph->frag_off = df ? htons(IP_DF) : 0;
	ip_send_check(iph);
	return skb;
}

static struct sk_buff *ipv6(struct kunit *test, u8 tos, u8 ttl, bool df)
{
	struct sk_buff *skb = alloc_skb(sizeof(struct ipv6hdr), GFP_KERNEL);
	struct ipv6hdr *ip6h;

	KUNIT_ASSERT_NOT_NULL(test, skb);
	skb_reset_network_header(skb);
	ip6h = skb_put_zero(skb, sizeof(*ip6h));
	ip6_flow_hdr(ip6h, tos, htonl(0xabcde));
	ip6h->hop_limit = ttl;
	skb->protocol = htons(ETH_P_IPV6);
	return skb;
}

typedef struct sk_buff *(*make_t)(struct kunit *test, u8 tos, u8 ttl, bool df);

/* The header as it should be made anew, all of it. */
static void expect_same(struct kunit *test, const struct sk_buff *got, struct sk_buff *want)
{
	KUNIT_EXPECT_EQ(test, got->len, want->len);
	KUNIT_EXPECT_EQ(test, memcmp(got->data, want->data, got->len), 0);
	kfree_skb(want);
}

static void ecn_and_dscp_inward(struct kunit *test, make_t make, bool decap_dscp)
{
	struct svti_header header = { .decap_dscp = decap_dscp };

	for (u32 inner = 0; inner < 256; inner++) {
		for (u32 outer = 0; outer < 256; outer++) {
			struct sk_buff *skb = make(test, inner, 64, false);
			u8 ecn = inward[inner & 3][outer & 3];
			u8 dscp = decap_dscp ? outer & ~3 : inner & ~3;

			KUNIT_EXPECT_EQ(test, svti_header_inward(&header, skb, outer), ecn != DROP);
			if (ecn != DROP)
				expect_same(test, skb, make(test, dscp | ecn, 64, false));
			kfree_skb(skb);
		}
	}
}

static void inward_ipv4(struct kunit *test)
{
	ecn_and_dscp_inward(test, ipv4, false);
	ecn_and_dscp_inward(test, ipv4, true);
}

static void inward_ipv6(struct kunit *test)
{
	ecn_and_dscp_inward(test, ipv6, false);
	ecn_and_dscp_inward(test, ipv6, true);
}

static struct svti_outer_fields outward_of(struct kunit *test, const struct svti_header *header,
					   make_t make, u8 tos, u8 ttl, bool df, u32 mtu)
{
	struct svti_outer_fields fields;
	struct sk_buff *skb = make(test, tos, ttl, df);

	svti_header_outward(header, skb, mtu, &fields);
	expect_same(test, skb, make(test, tos, ttl, df));
	kfree_skb(skb);
	return fields;
}

/* RFC 6040 figure 3, normal mode, whatever becomes of the DSCP. */
static void tos_outward(struct kunit *test)
{
	struct svti_header header;

	svti_header_init(&header);
	for (u32 tos = 0; tos < 256; tos++) {
		KUNIT_EXPECT_EQ(test, outward_of(test, &header, ipv4, tos, 64, false, 1400).tos,
				tos);
		KUNIT_EXPECT_EQ(test, outward_of(test, &header, ipv6, tos, 64, false, 1400).tos,
				tos);
	}
	for (u32 dscp = 0; dscp < 64; dscp++) {
		svti_header_init(&header);
		KUNIT_EXPECT_FALSE(test, svti_header_dscp_is_fixed(&header));
		svti_header_fix_dscp(&header, dscp);
		KUNIT_EXPECT_TRUE(test, svti_header_dscp_is_fixed(&header));
		for (u32 tos = 0; tos < 256; tos += 3)
			KUNIT_EXPECT_EQ(test,
					outward_of(test, &header, ipv4, tos, 64, false, 1400).tos,
					dscp << 2 | (tos & 3));
	}
}

static void ttl_outward(struct kunit *test)
{
	struct svti_header header;

	svti_header_init(&header);
	KUNIT_EXPECT_EQ(test, outward_of(test, &header, ipv4, 0, 7, false, 1400).ttl, 64);
	header.ttl = 255;
	KUNIT_EXPECT_EQ(test, outward_of(test, &header, ipv6, 0, 7, false, 1400).ttl, 255);
	header.ttl = 0;
	KUNIT_EXPECT_EQ(test, outward_of(test, &header, ipv4, 0, 7, false, 1400).ttl, 7);
	KUNIT_EXPECT_EQ(test, outward_of(test, &header, ipv6, 0, 8, false, 1400).ttl, 8);
}

/* RFC 4301 8.1; no router fragments IPv6, so it is as with DF. */
static void df_outward(struct kunit *test)
{
	static const struct {
		u8 df;
		bool without, with, ipv6;
	} cases[] = {
		{ SVTI_DF_COPY, false, true, true },
		{ SVTI_DF_SET, true, true, true },
		{ SVTI_DF_CLEAR, false, false, false },
	};
	struct svti_header header;

	svti_header_init(&header);
	KUNIT_EXPECT_EQ(test, header.df, SVTI_DF_COPY);
	for (u32 i = 0; i < ARRAY_SIZE(cases); i++) {
		header.df = cases[i].df;
		KUNIT_EXPECT_EQ(test, outward_of(test, &header, ipv4, 0, 64, false, 1400).df,
				cases[i].without);
		KUNIT_EXPECT_EQ(test, outward_of(test, &header, ipv4, 0, 64, true, 1400).df,
				cases[i].with);
		KUNIT_EXPECT_EQ(test, outward_of(test, &header, ipv6, 0, 64, false, 1400).df,
				cases[i].ipv6);
		/* RFC 2473 7.1: 1280 octets must get through. */
		KUNIT_EXPECT_TRUE(test, !outward_of(test, &header, ipv6, 0, 64, false, 1279).df);
		KUNIT_EXPECT_EQ(test, outward_of(test, &header, ipv6, 0, 64, false, 1280).df,
				cases[i].ipv6);
	}
}

/* RFC 6864 4.3: two SAs to one host, in turns, without DF: no identification comes again. */
static void idents_differ(struct kunit *test)
{
	enum {
		PACKETS = 600
	};
	unsigned long *seen = bitmap_zalloc(U16_MAX + 1, GFP_KERNEL);
	struct rig *rig = test->priv;

	KUNIT_ASSERT_NOT_NULL(test, seen);
	for (u32 i = 0; i < PACKETS; i++) {
		struct sk_buff *skb;
		u16 id;

		if (i % 100 == 0) {
			/* The low half of the SPI is the same, and the sequence starts anew. */
			struct svti_sa *sa = rig_sa(test, SVTI_DIR_OUT, 0x10000 * (i + 1),
						    rig_gcm(), &rig_gcm_keys, false, RIG_THERE);

			KUNIT_ASSERT_EQ(
				test,
				rig_install(test, sa,
					    i ? NULL : rig_any_policy(test, SVTI_DIR_OUT, 1)),
				0);
		}
		rig_send(test, rig_inner(test, 28, i));
		skb = rig_tap_next(&rig->wire);
		KUNIT_ASSERT_NOT_NULL(test, skb);
		KUNIT_EXPECT_EQ(test, ip_hdr(skb)->frag_off, 0);
		id = ntohs(ip_hdr(skb)->id);
		KUNIT_EXPECT_FALSE(test, __test_and_set_bit(id, seen));
		kfree_skb(skb);
	}
	bitmap_free(seen);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(inward_ipv4),
	KUNIT_CASE(inward_ipv6),
	KUNIT_CASE(tos_outward),
	KUNIT_CASE(ttl_outward),
	KUNIT_CASE(df_outward),
	KUNIT_CASE(idents_differ),
	{},
};

struct kunit_suite svti_header_suite = {
	.name = "svti_header",
	.init = rig_init,
	.exit = rig_exit,
	.test_cases = cases,
};
