// SPDX-License-Identifier: GPL-2.0
/*
 * Transport mode: ESP between the headers of a packet and what they carry, RFC 4303 3.1.1. The
 * packet keeps its addresses, so they must be those of the SA.
 */
#include <linux/ipv6.h>
#include <linux/udp.h>
#include <net/ip.h>
#include <net/ip6_checksum.h>
#include <net/ipv6.h>

#include "esp_transport.h"
#include "limits.h"
#include "outer.h"
#include "sad.h"

static bool is_ip6(const struct sk_buff *skb)
{
	return skb->protocol == htons(ETH_P_IPV6);
}

/* --- where ESP goes */

/**
 * struct place - a place in a chain of headers
 * @at: octets in front of it
 * @link: where the header before it says what follows
 * @next: what follows
 */
struct place {
	u32 at;
	u32 link;
	u8 next;
};

/* Over the extension header that follows; false: it is not whole. */
static bool step(const struct sk_buff *skb, struct place *place)
{
	const struct ipv6_opt_hdr *hdr;
	struct ipv6_opt_hdr room;

	hdr = skb_header_pointer(skb, place->at, sizeof(room), &room);
	if (!hdr)
		return false;
	place->link = place->at;
	/* RFC 8200 4.5: a fragment header has no length. */
	place->at += place->next == IPPROTO_FRAGMENT ? sizeof(struct frag_hdr) : ipv6_optlen(hdr);
	place->next = hdr->nexthdr;
	return place->at <= skb->len;
}

/*
 * RFC 4303 3.1.1: behind hop-by-hop options and routing header, and in front of the destination
 * options, but for those that the routing header is for.
 */
static bool stays_in_front(const struct sk_buff *skb, struct place place)
{
	switch (place.next) {
	case IPPROTO_HOPOPTS:
	case IPPROTO_ROUTING:
		return true;
	case IPPROTO_DSTOPTS:
		return step(skb, &place) && place.next == IPPROTO_ROUTING;
	}
	return false;
}

static struct place first_place(const struct sk_buff *skb)
{
	if (is_ip6(skb))
		return (struct place){
			.at = sizeof(struct ipv6hdr),
			.link = offsetof(struct ipv6hdr, nexthdr),
			.next = ipv6_hdr(skb)->nexthdr,
		};
	return (struct place){
		.at = ip_hdrlen(skb),
		.link = offsetof(struct iphdr, protocol),
		.next = ip_hdr(skb)->protocol,
	};
}

/* --- sending */

/**
 * svti_transport_whole() - make one packet of its fragments
 * @net: namespace of the packet
 * @skb: inner packet; consumed if it is a fragment of IPv4
 *
 * RFC 4303 3.3.4: transport mode is for whole datagrams, and a device like this one, behind the
 * local IP layer, may have to put them together.
 *
 * Return: a whole packet, or one that is a fragment of IPv6; NULL: others are missing.
 */
struct sk_buff *svti_transport_whole(struct net *net, struct sk_buff *skb)
{
	if (likely(is_ip6(skb) || !ip_is_fragment(ip_hdr(skb))))
		return skb;
	memset(IPCB(skb), 0, sizeof(*IPCB(skb)));
	return ip_defrag(net, skb, SVTI_DEFRAG_USER) ? NULL : skb;
}

/* Is there a fragment header in the rest of the chain, which svti_flow_read() has walked? */
static bool is_fragment(const struct sk_buff *skb, struct place place)
{
	/* Nor is what will be segmented into fragments a whole datagram. */
	if (skb_is_gso(skb) && skb_shinfo(skb)->gso_type & SKB_GSO_UDP)
		return true;
	if (!is_ip6(skb))
		return ip_is_fragment(ip_hdr(skb));
	while (place.next == IPPROTO_HOPOPTS || place.next == IPPROTO_ROUTING ||
	       place.next == IPPROTO_DSTOPTS)
		if (!step(skb, &place))
			return false;
	return place.next == IPPROTO_FRAGMENT;
}

static bool ends_match(const struct svti_outer *outer, const struct sk_buff *skb)
{
	if (is_ip6(skb))
		return outer->family == AF_INET6 &&
		       ipv6_addr_equal(&ipv6_hdr(skb)->saddr, &outer->src.in6) &&
		       ipv6_addr_equal(&ipv6_hdr(skb)->daddr, &outer->dst.in6);
	return outer->family == AF_INET && ip_hdr(skb)->saddr == outer->src.ip &&
	       ip_hdr(skb)->daddr == outer->dst.ip;
}

/**
 * svti_transport_admit() - may this packet go in transport mode?
 * @outer: addresses of the SA
 * @skb: inner packet with sound headers
 * @keep: set to the octets that stay in front of ESP
 *
 * Return: SVTI_DROP_COUNT, or why not.
 */
enum svti_drop svti_transport_admit(const struct svti_outer *outer, const struct sk_buff *skb,
				    u32 *keep)
{
	struct place place = first_place(skb);

	if (unlikely(!ends_match(outer, skb)))
		return SVTI_DROP_TX_TRANSPORT_ENDS;
	while (is_ip6(skb) && stays_in_front(skb, place))
		if (!step(skb, &place))
			return SVTI_DROP_TX_INNER_MALFORMED;
	if (unlikely(is_fragment(skb, place)))
		return SVTI_DROP_TX_TRANSPORT_FRAGMENT;
	*keep = place.at;
	return SVTI_DROP_COUNT;
}

/**
 * svti_transport_split() - make room between the headers and what they carry
 * @outer: ports of the SA
 * @skb: packet in one piece, with @gap and UDP header free in front of it; afterwards it begins
 *	behind @keep
 * @keep: from svti_transport_admit()
 * @gap: octets to make, which a UDP header, if there is one, goes in front of
 *
 * Return: what followed the headers before.
 */
u8 svti_transport_split(const struct svti_outer *outer, struct sk_buff *skb, u32 keep, u32 gap)
{
	struct udphdr *udp = (struct udphdr *)(skb->data + keep - gap) - 1;
	u8 *headers = skb->data - gap - svti_outer_udp_len(outer);
	struct place place = first_place(skb);

	while (place.at < keep)
		step(skb, &place);
	memmove(headers, skb->data, keep);
	headers[place.link] = outer->sport ? IPPROTO_UDP : IPPROTO_ESP;
	if (outer->sport)
		*udp = (struct udphdr){ .source = outer->sport, .dest = outer->dport };
	__skb_pull(skb, keep);
	return place.next;
}

/**
 * svti_transport_push() - finish the headers of a packet
 * @outer: addresses of the SA, which may be others by now
 * @skb: packet that begins with the ESP header, its headers in front of it since
 *	svti_transport_split()
 * @keep: octets of the headers
 * @udp: there is a UDP header behind them
 *
 * Length and checksum of the IP header are left to svti_outer_send().
 *
 * Return: false if the packet has not the addresses of the SA any more.
 */
bool svti_transport_push(const struct svti_outer *outer, struct sk_buff *skb, u32 keep, bool udp)
{
	u32 len = skb->len + sizeof(struct udphdr);

	__skb_push(skb, keep + (udp ? sizeof(struct udphdr) : 0));
	skb_reset_network_header(skb);
	skb_set_transport_header(skb, keep);
	if (udp) {
		udp_hdr(skb)->len = htons(len);
		udp_hdr(skb)->check = 0;
	}
	if (unlikely(!ends_match(outer, skb)))
		return false;
	/* As svti_outer_push() does it, and for its reasons. */
	if (udp && is_ip6(skb))
		udp6_set_csum(false, skb, &outer->src.in6, &outer->dst.in6, len);
	return true;
}

/* --- receiving */

/* The link that leads behind the first @keep octets; false: none does. */
static bool find_link(const struct sk_buff *skb, u32 keep, u32 *link)
{
	struct place place = first_place(skb);

	while (place.at < keep)
		if (!step(skb, &place))
			return false;
	*link = place.link;
	return place.at == keep;
}

static void finish_ip4(struct sk_buff *skb, bool udp)
{
	struct iphdr *iph = ip_hdr(skb);

	iph->tot_len = htons(skb->len);
	ip_send_check(iph);
	/*
	 * RFC 3948 3.1.2: behind a NAT the checksum is that of other addresses. TCP is told not to
	 * look at it, as UDP is, but from UDP it can be taken for good.
	 */
	if (udp && iph->protocol == IPPROTO_UDP &&
	    skb->len >= skb_transport_offset(skb) + sizeof(struct udphdr))
		udp_hdr(skb)->check = 0;
}

/**
 * svti_transport_join() - restore a packet from its headers and what was protected
 * @sa: its SA
 * @skb: packet that begins with what was protected, in one piece, the headers at the network header
 * @next_header: what @skb begins with
 * @keep: octets of the headers
 * @udp: there was a UDP header behind them
 *
 * The addresses are not protected. The policy looks at them; but whatever it says, they are those
 * of the SA.
 *
 * Return: SVTI_DROP_COUNT, or why the packet must be dropped.
 */
enum svti_drop svti_transport_join(const struct svti_sa *sa, struct sk_buff *skb, u8 next_header,
				   u32 keep, bool udp)
{
	const struct svti_outer *outer = rcu_dereference(sa->outer);
	u32 link;

	/* The protocol of @skb is that of the packet that came: what ends_match() compares. */
	memmove(skb->data - keep, skb_network_header(skb), keep);
	__skb_push(skb, keep);
	skb_reset_network_header(skb);
	skb_set_transport_header(skb, keep);
	if (unlikely(!ends_match(outer, skb)))
		return SVTI_DROP_RX_TRANSPORT_ENDS;
	if (unlikely(!find_link(skb, keep, &link)))
		return SVTI_DROP_RX_INNER_MALFORMED;
	skb->data[link] = next_header;
	if (is_ip6(skb))
		ipv6_hdr(skb)->payload_len = htons(skb->len - sizeof(struct ipv6hdr));
	else
		finish_ip4(skb, udp);
	return SVTI_DROP_COUNT;
}
