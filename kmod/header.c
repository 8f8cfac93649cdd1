// SPDX-License-Identifier: GPL-2.0
/*
 * What the outer header of a tunnel takes from the inner one, and what it gives back: RFC 4301
 * 5.1.2 (DSCP, DF, TTL) and RFC 6040 (ECN).
 */
#include <linux/ipv6.h>
#include <net/dsfield.h>
#include <net/inet_ecn.h>
#include <net/ip.h>
#include <svti.h>

#include "header.h"
#include "outer.h"

/**
 * svti_header_init() - the defaults
 * @header: set
 */
void svti_header_init(struct svti_header *header)
{
	*header = (struct svti_header){
		.dscp_keep = 0xff,
		.df = SVTI_DF_COPY,
		.ttl = SVTI_TTL_DEFAULT,
	};
}

/**
 * svti_header_fix_dscp() - send all packets with one DSCP
 * @header: changed
 * @dscp: 0..63
 */
void svti_header_fix_dscp(struct svti_header *header, u8 dscp)
{
	header->dscp_keep = INET_ECN_MASK;
	header->dscp_set = dscp << 2;
}

/**
 * svti_header_dscp_is_fixed() - do all packets go out with one DSCP?
 * @header: that
 *
 * Return: true after svti_header_fix_dscp().
 */
bool svti_header_dscp_is_fixed(const struct svti_header *header)
{
	return header->dscp_keep == INET_ECN_MASK;
}

static bool is_ipv6(const struct sk_buff *skb)
{
	return skb->protocol == htons(ETH_P_IPV6);
}

/**
 * svti_header_may_fragment() - does its sender let an inner packet be fragmented?
 * @skb: inner packet, at its network header
 *
 * Return: false with DF, and for IPv6.
 */
bool svti_header_may_fragment(const struct sk_buff *skb)
{
	return !is_ipv6(skb) && !(ip_hdr(skb)->frag_off & htons(IP_DF));
}

/*
 * IPv6 is as with DF, but 1280 octets must get through (RFC 2473 7.1): where they do not in one
 * piece, the outer packet goes in several.
 */
static bool may_fragment_outer(const struct svti_header *header, const struct sk_buff *skb, u32 mtu)
{
	if (is_ipv6(skb) && unlikely(mtu < IPV6_MIN_MTU))
		return true;
	if (likely(header->df == SVTI_DF_COPY))
		return svti_header_may_fragment(skb);
	return header->df == SVTI_DF_CLEAR;
}

/**
 * svti_header_outward() - what the outer header takes from the inner one
 * @header: how
 * @skb: inner packet, at its network header
 * @mtu: the largest inner packet that needs no fragments
 * @fields: filled in
 *
 * The ECN field is copied, CE as well: RFC 6040 4.1, normal mode.
 */
void svti_header_outward(const struct svti_header *header, const struct sk_buff *skb, u32 mtu,
			 struct svti_outer_fields *fields)
{
	u8 tos, ttl;

	if (is_ipv6(skb)) {
		tos = ipv6_get_dsfield(ipv6_hdr(skb));
		ttl = ipv6_hdr(skb)->hop_limit;
	} else {
		tos = ip_hdr(skb)->tos;
		ttl = ip_hdr(skb)->ttl;
	}
	fields->tos = (tos & header->dscp_keep) | header->dscp_set;
	fields->ttl = header->ttl ?: ttl;
	fields->df = !may_fragment_outer(header, skb, mtu);
}

/**
 * svti_header_alone() - the outer header of a packet without an inner one
 * @header: what all packets have in common
 * @fields: filled in
 */
void svti_header_alone(const struct svti_header *header, struct svti_outer_fields *fields)
{
	fields->tos = header->dscp_set;
	fields->ttl = header->ttl ?: SVTI_TTL_DEFAULT;
	fields->df = header->df != SVTI_DF_CLEAR;
}

/**
 * svti_header_inward() - what the inner header takes from the outer one
 * @header: how
 * @skb: inner packet, at its network header; writable
 * @outer_tos: TOS octet or traffic class of the outer header
 *
 * Return: false if the packet must be dropped: RFC 6040 4.2, the outer header says that there is
 * congestion, and the inner packet has no way to tell.
 */
bool svti_header_inward(const struct svti_header *header, struct sk_buff *skb, u8 outer_tos)
{
	u8 inner_tos;

	inner_tos = is_ipv6(skb) ? ipv6_get_dsfield(ipv6_hdr(skb)) : ip_hdr(skb)->tos;
	if (unlikely(INET_ECN_decapsulate(skb, outer_tos, inner_tos) > 1))
		return false;
	if (likely(!header->decap_dscp))
		return true;
	if (is_ipv6(skb))
		ipv6_copy_dscp(outer_tos, ipv6_hdr(skb));
	else
		ipv4_copy_dscp(outer_tos, ip_hdr(skb));
	return true;
}
