// SPDX-License-Identifier: GPL-2.0
/* The outer headers of an SA: addresses, template, route. */
#include <linux/slab.h>
#include <net/ip.h>
#include <net/route.h>

#include "algo.h"
#include "limits.h"
#include "outer.h"

/**
 * svti_outer_new() - make the outer headers of an SA
 * @family: AF_INET
 * @src: outer source
 * @dst: outer destination
 * @sport: UDP source port in network order, 0 for plain ESP
 * @dport: UDP destination port, 0 for plain ESP
 *
 * Return: the headers, or NULL without memory.
 */
struct svti_outer *svti_outer_new(u8 family, const union nf_inet_addr *src,
				  const union nf_inet_addr *dst, __be16 sport, __be16 dport)
{
	struct svti_outer *outer = kzalloc(sizeof(*outer), GFP_KERNEL_ACCOUNT);

	if (!outer)
		return NULL;
	if (dst_cache_init(&outer->cache, GFP_KERNEL)) {
		kfree(outer);
		return NULL;
	}
	outer->family = family;
	outer->src = *src;
	outer->dst = *dst;
	outer->sport = sport;
	outer->dport = dport;
	outer->len = sizeof(struct iphdr) + (sport ? sizeof(struct udphdr) : 0);
	outer->headers.ip.version = 4;
	outer->headers.ip.ihl = 5;
	outer->headers.ip.ttl = SVTI_OUTER_TTL;
	outer->headers.ip.protocol = sport ? IPPROTO_UDP : IPPROTO_ESP;
	outer->headers.ip.saddr = src->ip;
	outer->headers.ip.daddr = dst->ip;
	/* No checksum: RFC 3948 2.1, the ICV covers more. */
	outer->headers.udp.source = sport;
	outer->headers.udp.dest = dport;
	return outer;
}

/**
 * svti_outer_free() - free headers that no packet can see
 * @outer: the headers, or NULL
 */
void svti_outer_free(struct svti_outer *outer)
{
	if (!outer)
		return;
	dst_cache_destroy(&outer->cache);
	kfree(outer);
}

static void free_rcu(struct rcu_head *rcu)
{
	svti_outer_free(container_of(rcu, struct svti_outer, rcu));
}

/**
 * svti_outer_free_rcu() - free headers that were replaced, when no packet uses them any more
 * @outer: the headers
 */
void svti_outer_free_rcu(struct svti_outer *outer)
{
	call_rcu(&outer->rcu, free_rcu);
}

/**
 * svti_outer_goes_to() - compare the destination
 * @outer: the headers
 * @dst: an address
 * @family: of @dst
 *
 * Return: true if it is that of @outer.
 */
bool svti_outer_goes_to(const struct svti_outer *outer, const union nf_inet_addr *dst, u8 family)
{
	return outer->family == family && outer->dst.ip == dst->ip;
}

/**
 * svti_outer_route() - the way to the peer
 * @outer: the headers
 * @net: the underlay
 *
 * BH off. Asks the routing tables once for each CPU, and again when they have changed or the
 * path MTU has.
 *
 * Return: a route with a reference for the caller, or NULL: there is none, or the source is no
 * address of @net.
 */
struct dst_entry *svti_outer_route(struct svti_outer *outer, struct net *net)
{
	struct flowi4 fl4 = {
		.daddr = outer->dst.ip,
		.saddr = outer->src.ip,
		.flowi4_proto = outer->headers.ip.protocol,
		.fl4_sport = outer->sport,
		.fl4_dport = outer->dport,
	};
	struct dst_entry *dst = dst_cache_get(&outer->cache);
	struct rtable *rt;

	if (likely(dst))
		return dst;
	rt = ip_route_output_flow(net, &fl4, NULL);
	if (IS_ERR(rt))
		return NULL;
	dst_cache_set_ip4(&outer->cache, &rt->dst, fl4.saddr);
	return &rt->dst;
}

/**
 * svti_outer_push() - put the headers in front of an ESP packet
 * @outer: the headers
 * @skb: packet that begins with the ESP header, with room for @outer->len octets
 * @fields: what is its own
 *
 * Length and checksum of the IP header are left to svti_outer_send().
 */
void svti_outer_push(const struct svti_outer *outer, struct sk_buff *skb,
		     const struct svti_outer_fields *fields)
{
	u32 esp_len = skb->len;
	struct iphdr *iph = __skb_push(skb, outer->len);

	memcpy(iph, &outer->headers, outer->len);
	iph->tos = fields->tos;
	/* RFC 6864 4: an identification matters only for what may be fragmented. */
	iph->frag_off = fields->df ? htons(IP_DF) : 0;
	iph->id = fields->df ? 0 : htons(fields->id);
	skb_reset_network_header(skb);
	skb_set_transport_header(skb, sizeof(*iph));
	if (outer->sport)
		udp_hdr(skb)->len = htons(sizeof(struct udphdr) + esp_len);
}

/**
 * svti_outer_send() - hand a finished packet to the underlay
 * @net: the underlay
 * @skb: packet that begins with the outer IP header; consumed
 * @dst: its route; the reference is consumed
 *
 * Return: as dst_output().
 */
int svti_outer_send(struct net *net, struct sk_buff *skb, struct dst_entry *dst)
{
	skb_dst_set(skb, dst);
	skb->protocol = htons(ETH_P_IP);
	memset(IPCB(skb), 0, sizeof(*IPCB(skb)));
	return ip_local_out(net, NULL, skb);
}

/**
 * svti_outer_mtu() - the inner packet that fits with any algorithm
 * @link_mtu: MTU of the way to the peer
 *
 * Return: its octets, UDP encapsulation allowed for.
 */
u32 svti_outer_mtu(u32 link_mtu)
{
	u32 room = link_mtu - sizeof(struct iphdr) - sizeof(struct udphdr);
	const struct svti_algo *algo;
	u32 mtu = U32_MAX;

	for (unsigned int i = 0; (algo = svti_algo_at(i)); i++)
		mtu = min(mtu, svti_algo_inner_max(algo, room));
	return mtu;
}
