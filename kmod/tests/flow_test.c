// SPDX-License-Identifier: GPL-2.0
/*
 * Selector fields of inner packets: chains of extension headers in every order, cut at every octet,
 * in pieces, with lengths that lie. Whoever builds a packet here knows what must be read from it.
 */
#include <kunit/test.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/skbuff.h>
#include <net/ip.h>
#include <net/ipv6.h>

#include "../flow.h"
#include "../limits.h"
#include "../spd.h"
#include "suites.h"

enum {
	ROOM = 4096,
	SPORT = 0x1234,
	DPORT = 0xfedc,
};

static const struct in6_addr here6 = { { .u6_addr8 = { 0xfd, 1, [15] = 1 } } };
static const struct in6_addr there6 = { { .u6_addr8 = { 0xfd, 2, [15] = 2 } } };

/**
 * struct made - a packet, and what is to be read from it
 * @data: its octets
 * @len: how many
 * @needed: octets without which the headers are not sound
 * @next: where the type of the header to come is to be written
 * @hidden: a later fragment: what comes now is no header
 * @offset: of this
 * @proto: of the flow
 * @ports: of the flow
 */
struct made {
	u8 *data;
	u32 len;
	u32 needed;
	u32 next;
	bool hidden;
	u16 offset;
	u8 proto;
	bool ports;
};

static void begin6(struct kunit *test, struct made *m)
{
	struct ipv6hdr *ip6h;

	*m = (struct made){ .data = kunit_kzalloc(test, ROOM, GFP_KERNEL) };
	KUNIT_ASSERT_NOT_NULL(test, m->data);
	ip6h = (struct ipv6hdr *)m->data;
	ip6h->version = 6;
	ip6h->hop_limit = 64;
	ip6h->saddr = here6;
	ip6h->daddr = there6;
	m->next = offsetof(struct ipv6hdr, nexthdr);
	m->len = sizeof(*ip6h);
	m->needed = m->len;
}

static void set_length6(struct made *m, u32 len)
{
	((struct ipv6hdr *)m->data)->payload_len = htons(len - sizeof(struct ipv6hdr));
}

/* An extension header of @units more octaves than one; a fragment header has no length. */
static void extend(struct made *m, u8 type, u8 units, u16 frag_off)
{
	u8 *hdr = m->data + m->len;
	u32 len = type == IPPROTO_FRAGMENT ? 8 : 8 + units * 8;

	m->data[m->next] = type;
	m->next = m->len;
	memset(hdr, 0xa5, len);
	if (type == IPPROTO_FRAGMENT)
		*(__be16 *)(hdr + 2) = htons(frag_off);
	else
		hdr[1] = units;
	m->len += len;
	if (m->hidden)
		return;
	m->needed = m->len;
	m->hidden = type == IPPROTO_FRAGMENT && frag_off & IP6_OFFSET;
	m->offset = m->hidden ? frag_off & IP6_OFFSET : 0;
	/* What a later fragment begins with is named, and is not there. */
	m->proto = 0;
}

static bool with_ports(u8 proto)
{
	return proto == IPPROTO_TCP || proto == IPPROTO_UDP || proto == IPPROTO_SCTP ||
	       proto == IPPROTO_DCCP || proto == IPPROTO_UDPLITE || proto == IPPROTO_ICMP ||
	       proto == IPPROTO_ICMPV6 || proto == IPPROTO_MH;
}

/* RFC 4301 4.4.1.1: type and code of ICMP, type of a Mobility Header: the third octet. */
static u16 sport_of(u8 proto)
{
	return proto == IPPROTO_MH ? DPORT & 0xff00 : SPORT;
}

static u16 dport_of(u8 proto)
{
	return proto == IPPROTO_ICMP || proto == IPPROTO_ICMPV6 || proto == IPPROTO_MH
		       ? sport_of(proto)
		       : DPORT;
}

static void finish6(struct made *m, u8 proto)
{
	const __be16 ports[] = { htons(SPORT), htons(DPORT) };

	m->data[m->next] = proto;
	memcpy(m->data + m->len, ports, sizeof(ports));
	m->len += 20;
	if (!m->hidden) {
		m->ports = with_ports(proto);
		m->needed += m->ports ? 4 : 0;
		m->proto = proto;
	} else if (m->next + 8 == m->needed) {
		/* It follows the fragment header at once. */
		m->proto = proto;
	}
	set_length6(m, m->len);
}

/* The first @linear octets in the linear part, the rest in a page. */
static struct sk_buff *packet(struct kunit *test, const u8 *data, u32 len, u32 linear, u16 protocol)
{
	struct sk_buff *skb = alloc_skb(ROOM, GFP_KERNEL);
	struct page *page;

	KUNIT_ASSERT_NOT_NULL(test, skb);
	linear = min(linear, len);
	skb_reset_network_header(skb);
	skb_put_data(skb, data, linear);
	if (linear < len) {
		page = alloc_page(GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, page);
		memcpy(page_address(page), data + linear, len - linear);
		skb_add_rx_frag(skb, 0, page, 0, len - linear, PAGE_SIZE);
	}
	skb->protocol = htons(protocol);
	return skb;
}

static bool read(struct kunit *test, const u8 *data, u32 len, u32 linear, u16 protocol,
		 struct svti_flow *flow)
{
	struct sk_buff *skb = packet(test, data, len, linear, protocol);
	bool sound = svti_flow_read(skb, flow);

	kfree_skb(skb);
	return sound;
}

static void expect6(struct kunit *test, const struct made *m, u32 len, u32 linear, const char *what)
{
	struct svti_flow flow;
	bool sound = read(test, m->data, len, linear, ETH_P_IPV6, &flow);

	KUNIT_ASSERT_EQ_MSG(test, sound, len >= m->needed, "%s: %u octets, %u in one piece", what,
			    len, linear);
	if (!sound)
		return;
	KUNIT_EXPECT_EQ_MSG(test, flow.family, AF_INET6, "%s", what);
	KUNIT_EXPECT_EQ_MSG(test, flow.proto, m->proto, "%s", what);
	KUNIT_EXPECT_EQ_MSG(test, flow.has_ports, m->ports, "%s", what);
	KUNIT_EXPECT_EQ_MSG(test, flow.sport, m->ports ? sport_of(m->proto) : 0, "%s", what);
	KUNIT_EXPECT_EQ_MSG(test, flow.dport, m->ports ? dport_of(m->proto) : 0, "%s", what);
	KUNIT_EXPECT_EQ_MSG(test, flow.offset, m->hidden ? m->offset : 0, "%s", what);
	KUNIT_EXPECT_TRUE(test, ipv6_addr_equal(&flow.src.in6, &here6));
	KUNIT_EXPECT_TRUE(test, ipv6_addr_equal(&flow.dst.in6, &there6));
}

/* --- IPv6 */

/* The kinds of extension headers: type, length and, of a fragment, offset and more. */
static const struct {
	u8 type;
	u8 units;
	u16 frag_off;
} kinds[] = {
	{ IPPROTO_HOPOPTS, 0 },		 { IPPROTO_ROUTING, 2 },     { IPPROTO_DSTOPTS, 1 },
	{ IPPROTO_FRAGMENT, 0, 1 },	 { IPPROTO_FRAGMENT, 0, 0 }, { IPPROTO_FRAGMENT, 0, 0x100 },
	{ IPPROTO_FRAGMENT, 0, 0xfff9 },
};

static const u8 protos[] = { IPPROTO_TCP,     IPPROTO_UDP,    IPPROTO_SCTP, IPPROTO_DCCP,
			     IPPROTO_UDPLITE, IPPROTO_ICMPV6, IPPROTO_ESP,  IPPROTO_AH,
			     IPPROTO_NONE,    IPPROTO_MH,     IPPROTO_IPIP, 200 };

/* Every chain of up to three, in front of every protocol. */
static void chains(struct kunit *test)
{
	const u32 n = ARRAY_SIZE(kinds) + 1;
	struct made m;

	for (u32 chain = 0; chain < n * n * n; chain++)
		for (u32 p = 0; p < ARRAY_SIZE(protos); p++) {
			char what[48];

			begin6(test, &m);
			for (u32 rest = chain; rest; rest /= n)
				if (rest % n)
					extend(&m, kinds[rest % n - 1].type,
					       kinds[rest % n - 1].units,
					       kinds[rest % n - 1].frag_off);
			finish6(&m, protos[p]);
			snprintf(what, sizeof(what), "chain %u, protocol %u", chain, protos[p]);
			expect6(test, &m, m.len, m.len, what);
			kunit_kfree(test, m.data);
		}
}

/* Cut at every octet, with a header that admits it; and in two pieces at every octet. */
static void cut(struct kunit *test)
{
	struct made m;

	for (u32 kind = 0; kind < ARRAY_SIZE(kinds); kind++) {
		begin6(test, &m);
		extend(&m, IPPROTO_HOPOPTS, 1, 0);
		extend(&m, kinds[kind].type, kinds[kind].units, kinds[kind].frag_off);
		extend(&m, IPPROTO_DSTOPTS, 0, 0);
		finish6(&m, IPPROTO_UDP);
		for (u32 len = 0; len <= m.len; len++) {
			if (len >= sizeof(struct ipv6hdr))
				set_length6(&m, len);
			expect6(test, &m, len, len, "cut");
			expect6(test, &m, len, len / 2, "cut, in pieces");
		}
		for (u32 linear = 0; linear <= m.len; linear++)
			expect6(test, &m, m.len, linear, "in pieces");
		kunit_kfree(test, m.data);
	}
}

/* A length beyond the packet is a lie; octets beyond the length are not of the packet. */
static void lengths_that_lie(struct kunit *test)
{
	struct svti_flow flow;
	struct made m;

	begin6(test, &m);
	extend(&m, IPPROTO_DSTOPTS, 0, 0);
	finish6(&m, IPPROTO_TCP);
	for (u32 len = sizeof(struct ipv6hdr); len <= m.len + 8; len++) {
		set_length6(&m, len);
		KUNIT_EXPECT_EQ_MSG(test, read(test, m.data, m.len, m.len, ETH_P_IPV6, &flow),
				    len >= m.needed && len <= m.len, "length %u", len);
	}
	/* Each length that an extension header can have, where there is room for 20 octaves. */
	for (u32 units = 0; units < 256; units++) {
		set_length6(&m, 40 + 8 * 20);
		m.data[41] = units;
		KUNIT_EXPECT_EQ_MSG(test, read(test, m.data, 40 + 8 * 20, ROOM, ETH_P_IPV6, &flow),
				    units < 19, "%u octaves", units);
	}
}

/* To a bound: RFC 8200 4.1 has a use for fewer. */
static void long_chains(struct kunit *test)
{
	struct svti_flow flow;
	struct made m;

	for (u32 n = 0; n < 40; n++) {
		begin6(test, &m);
		for (u32 i = 0; i < n; i++)
			extend(&m, IPPROTO_DSTOPTS, 0, 0);
		finish6(&m, IPPROTO_TCP);
		KUNIT_EXPECT_EQ_MSG(test, read(test, m.data, m.len, m.len, ETH_P_IPV6, &flow),
				    n <= SVTI_EXTENSION_HEADERS_MAX, "%u headers", n);
		kunit_kfree(test, m.data);
	}
}

/* --- IPv4 */

static u32 make4(u8 *data, u8 ihl, u8 proto, u16 frag_off, u32 len)
{
	const __be16 ports[] = { htons(SPORT), htons(DPORT) };
	struct iphdr *iph = (struct iphdr *)data;

	memset(data, 0xa5, ROOM);
	*iph = (struct iphdr){
		.version = 4,
		.ihl = ihl,
		.tot_len = htons(len),
		.protocol = proto,
		.frag_off = htons(frag_off),
		.saddr = htonl(0x0a000001),
		.daddr = htonl(0x0a000002),
	};
	memcpy(data + ihl * 4, ports, sizeof(ports));
	return len;
}

/* Every header length and packet length, of all of the packet and of what is left of it. */
static void ip4(struct kunit *test)
{
	u8 *data = kunit_kzalloc(test, ROOM, GFP_KERNEL);
	struct svti_flow flow;

	KUNIT_ASSERT_NOT_NULL(test, data);
	for (u32 ihl = 0; ihl < 16; ihl++)
		for (u32 len = 0; len < 100; len++) {
			bool ports = len >= ihl * 4 + 4;

			make4(data, ihl, IPPROTO_UDP, 0, len);
			KUNIT_ASSERT_EQ_MSG(test, read(test, data, 100, len, ETH_P_IP, &flow),
					    ihl >= 5 && len >= ihl * 4, "%u of %u", ihl, len);
			if (ihl < 5 || len < ihl * 4)
				continue;
			KUNIT_EXPECT_EQ(test, flow.family, AF_INET);
			KUNIT_EXPECT_EQ(test, flow.proto, IPPROTO_UDP);
			KUNIT_EXPECT_EQ(test, flow.src.ip, htonl(0x0a000001));
			KUNIT_EXPECT_EQ(test, flow.dst.ip, htonl(0x0a000002));
			KUNIT_EXPECT_EQ_MSG(test, flow.has_ports, ports, "%u of %u", ihl, len);
			KUNIT_EXPECT_EQ(test, flow.dport, ports ? DPORT : 0);
			KUNIT_EXPECT_FALSE(test,
					   len && read(test, data, len - 1, len, ETH_P_IP, &flow));
		}
}

static void ip4_protocols(struct kunit *test)
{
	static const u16 offsets[] = { 0, IP_DF, IP_MF, 1, IP_MF | 1, IP_OFFSET };
	u8 *data = kunit_kzalloc(test, ROOM, GFP_KERNEL);
	struct svti_flow flow;
	u32 len;

	KUNIT_ASSERT_NOT_NULL(test, data);
	for (u32 proto = 0; proto < 256; proto++)
		for (u32 i = 0; i < ARRAY_SIZE(offsets); i++) {
			len = make4(data, 5, proto, offsets[i], 60);
			KUNIT_ASSERT_TRUE(test, read(test, data, len, len, ETH_P_IP, &flow));
			KUNIT_EXPECT_EQ(test, flow.proto, proto);
			KUNIT_EXPECT_EQ_MSG(test, flow.has_ports,
					    with_ports(proto) && !(offsets[i] & IP_OFFSET),
					    "protocol %u, offset %x", proto, offsets[i]);
			KUNIT_EXPECT_EQ(test, flow.has_ports, with_ports(proto) && !flow.offset);
			KUNIT_EXPECT_EQ(test, flow.offset, (offsets[i] & IP_OFFSET) * 8);
			KUNIT_EXPECT_EQ(test, flow.sport, flow.has_ports ? sport_of(proto) : 0);
			KUNIT_EXPECT_EQ(test, flow.dport, flow.has_ports ? dport_of(proto) : 0);
		}
}

/* The stack says what a packet is, and its header must agree. */
static void versions(struct kunit *test)
{
	u8 *data = kunit_kzalloc(test, ROOM, GFP_KERNEL);
	struct svti_flow flow;
	struct made m;

	KUNIT_ASSERT_NOT_NULL(test, data);
	begin6(test, &m);
	finish6(&m, IPPROTO_TCP);
	make4(data, 5, IPPROTO_TCP, 0, 60);
	for (u32 version = 0; version < 16; version++) {
		m.data[0] = version << 4;
		data[0] = version << 4 | 5;
		KUNIT_EXPECT_EQ(test, read(test, m.data, m.len, m.len, ETH_P_IPV6, &flow),
				version == 6);
		KUNIT_EXPECT_EQ(test, read(test, data, 60, 60, ETH_P_IP, &flow), version == 4);
	}
}

/* The length in front of what is still to be segmented is not looked at. */
static void segments(struct kunit *test)
{
	struct svti_flow flow;
	struct sk_buff *skb;
	struct made m;

	begin6(test, &m);
	finish6(&m, IPPROTO_TCP);
	set_length6(&m, sizeof(struct ipv6hdr));
	skb = packet(test, m.data, m.len, m.len, ETH_P_IPV6);
	KUNIT_EXPECT_FALSE(test, svti_flow_read(skb, &flow));
	skb_shinfo(skb)->gso_size = 1000;
	KUNIT_EXPECT_TRUE(test, svti_flow_read(skb, &flow));
	KUNIT_EXPECT_EQ(test, flow.dport, DPORT);
	kfree_skb(skb);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(chains),	 KUNIT_CASE(cut),      KUNIT_CASE(lengths_that_lie),
	KUNIT_CASE(long_chains), KUNIT_CASE(ip4),      KUNIT_CASE(ip4_protocols),
	KUNIT_CASE(versions),	 KUNIT_CASE(segments), {},
};

struct kunit_suite svti_flow_suite = {
	.name = "svti_flow",
	.test_cases = cases,
};
