// SPDX-License-Identifier: GPL-2.0
/* From an inner packet to what the SPD wants to know of it. */
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <net/ip.h>
#include <net/ipv6.h>

#include "flow.h"
#include "limits.h"
#include "spd.h"

/**
 * svti_proto_has_ports() - does a protocol have what port selectors look at?
 * @proto: IP protocol
 *
 * Return: true for those with ports, and for ICMP, ICMPv6 and the Mobility Header, whose type
 * takes their place (RFC 4301 4.4.1.1).
 */
bool svti_proto_has_ports(u8 proto)
{
	switch (proto) {
	case IPPROTO_TCP:
	case IPPROTO_UDP:
	case IPPROTO_UDPLITE:
	case IPPROTO_SCTP:
	case IPPROTO_DCCP:
	case IPPROTO_ICMP:
	case IPPROTO_ICMPV6:
	case IPPROTO_MH:
		return true;
	}
	return false;
}

/*
 * Read the ports at @at, of a packet that ends at @end; false: they are not in it. Of ICMP it is
 * type and code, of a Mobility Header the type in the upper half, in both selectors.
 */
static bool read_ports(const struct sk_buff *skb, u32 at, u32 end, struct svti_flow *flow)
{
	const u8 *header;
	u8 room[4];

	if (at + sizeof(room) > end)
		return false;
	header = skb_header_pointer(skb, at, sizeof(room), room);
	if (!header)
		return false;
	flow->has_ports = true;
	flow->sport = header[0] << 8 | header[1];
	flow->dport = header[2] << 8 | header[3];
	switch (flow->proto) {
	case IPPROTO_ICMP:
	case IPPROTO_ICMPV6:
		flow->dport = flow->sport;
		break;
	case IPPROTO_MH:
		flow->sport = header[2] << 8;
		flow->dport = flow->sport;
		break;
	}
	return true;
}

/*
 * Where a packet ends, whose header says @len octets, of which @header_len are header; 0: it does
 * not. The length of a packet that is still to be segmented is that of no packet.
 */
static u32 packet_end(const struct sk_buff *skb, u32 len, u32 header_len)
{
	if (skb_is_gso(skb))
		return skb->len;
	return len >= header_len && len <= skb->len ? len : 0;
}

/* --- IPv4 */

static bool read_ip4(struct sk_buff *skb, struct svti_flow *flow)
{
	const struct iphdr *iph;
	u32 len, end;

	if (!pskb_may_pull(skb, sizeof(*iph)))
		return false;
	iph = ip_hdr(skb);
	len = iph->ihl * 4;
	if (iph->version != 4 || len < sizeof(*iph) || !pskb_may_pull(skb, len))
		return false;
	iph = ip_hdr(skb);
	end = packet_end(skb, ntohs(iph->tot_len), len);
	if (!end)
		return false;
	flow->family = AF_INET;
	flow->proto = iph->protocol;
	flow->src.ip = iph->saddr;
	flow->dst.ip = iph->daddr;
	flow->offset = (ntohs(iph->frag_off) & IP_OFFSET) * 8;
	/* Without them it is a packet all the same. */
	if (svti_proto_has_ports(flow->proto) && !flow->offset)
		read_ports(skb, len, end, flow);
	return true;
}

/* --- IPv6 */

/*
 * RFC 4301 4.4.1.1: what follows these is the next layer protocol. AH and ESP are one themselves,
 * and hide what they carry.
 */
static bool is_extension(u8 header)
{
	switch (header) {
	case IPPROTO_HOPOPTS:
	case IPPROTO_ROUTING:
	case IPPROTO_FRAGMENT:
	case IPPROTO_DSTOPTS:
		return true;
	}
	return false;
}

/**
 * struct chain - a walk along extension headers
 * @header: type of the header at @at; the next layer protocol at the end of the walk
 * @at: octets from the beginning of the packet
 * @offset: of a later fragment, octets: @header begins in the first one, nothing of it is here
 */
struct chain {
	u8 header;
	u32 at;
	u16 offset;
};

/* Step over one extension header of a packet that ends at @end; false: it is not whole. */
static bool step(const struct sk_buff *skb, u32 end, struct chain *c)
{
	struct frag_hdr room;
	const struct frag_hdr *hdr;

	/* RFC 8200 4.2: every one has 8 octets and a multiple, and begins with the next one. */
	hdr = skb_header_pointer(skb, c->at, sizeof(room), &room);
	if (!hdr)
		return false;
	if (c->header == IPPROTO_FRAGMENT) {
		c->at += sizeof(*hdr);
		c->offset = ntohs(hdr->frag_off) & IP6_OFFSET;
	} else {
		c->at += ipv6_optlen((const struct ipv6_opt_hdr *)hdr);
	}
	c->header = hdr->nexthdr;
	return c->at <= end;
}

/*
 * Walk to the next layer protocol; false: it is not in the packet, or too far away. Whoever is to
 * pass what a policy keeps out must not do so by hiding it behind headers without end.
 */
static bool walk(const struct sk_buff *skb, u32 end, struct chain *c)
{
	for (u32 i = 0; is_extension(c->header) && !c->offset; i++)
		if (i == SVTI_EXTENSION_HEADERS_MAX || !step(skb, end, c))
			return false;
	return true;
}

static bool read_ip6(struct sk_buff *skb, struct svti_flow *flow)
{
	const struct ipv6hdr *ip6h;
	struct chain c;
	u32 end;

	if (!pskb_may_pull(skb, sizeof(*ip6h)))
		return false;
	ip6h = ipv6_hdr(skb);
	if (ip6h->version != 6)
		return false;
	end = packet_end(skb, sizeof(*ip6h) + ntohs(ip6h->payload_len), sizeof(*ip6h));
	c = (struct chain){ .header = ip6h->nexthdr, .at = sizeof(*ip6h) };
	if (!end || !walk(skb, end, &c))
		return false;
	flow->family = AF_INET6;
	flow->src.in6 = ip6h->saddr;
	flow->dst.in6 = ip6h->daddr;
	/* More extension headers may be in the first fragment: nobody knows what comes then. */
	flow->proto = c.offset && is_extension(c.header) ? 0 : c.header;
	flow->offset = c.offset;
	/*
	 * RFC 8200 4.5: a first fragment has all headers. One that leaves the ports to the second
	 * could pass with ports that a policy keeps out.
	 */
	return c.offset || !svti_proto_has_ports(flow->proto) || read_ports(skb, c.at, end, flow);
}

/**
 * svti_flow_read() - read the selector fields of an inner packet
 * @skb: IPv4 or IPv6 packet, as its protocol says, that begins with its IP header, at the network
 *	header
 * @flow: filled in
 *
 * A fragment but the first has no ports (RFC 4301 4.4.1.1: OPAQUE), nor has an IPv4 packet that
 * ends before them. Later fragments are not matched to the ports of their first one: RFC 4301
 * 7.3 leaves that free, asks for a word with the peer about it (NON_FIRST_FRAGMENTS_ALSO), and
 * says itself that it fails where fragments take different ways. It would cost a table that the
 * first fragment of every packet writes to; a policy for what is OPAQUE (7.2) costs nothing.
 *
 * Pulls the IP header into the linear part.
 *
 * Return: false if the headers are not sound.
 */
bool svti_flow_read(struct sk_buff *skb, struct svti_flow *flow)
{
	memset(flow, 0, sizeof(*flow));
	return skb->protocol == htons(ETH_P_IPV6) ? read_ip6(skb, flow) : read_ip4(skb, flow);
}
