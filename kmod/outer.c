// SPDX-License-Identifier: GPL-2.0
/* The outer headers of an SA: addresses, template, route. */
#include <linux/once.h>
#include <linux/random.h>
#include <linux/siphash.h>
#include <linux/slab.h>
#include <net/addrconf.h>
#include <net/ip.h>
#include <net/ip6_checksum.h>
#include <net/ip6_route.h>
#include <net/ipv6.h>
#include <net/route.h>

#include "algo.h"
#include "limits.h"
#include "outer.h"

/*
 * RFC 6864 4: what may be fragmented needs an identification that does not come again between
 * the same addresses and with the same protocol while an earlier fragment may still be about.
 * So all SAs between two hosts count together, and it comes again after 65,536 packets; what
 * a reassembly then mixes up, the ICV tells. The hash is keyed, so that a host does not learn
 * from its packets how many go to another one.
 */
static atomic_t idents[SVTI_IDENTS];

static void choose_ident(struct svti_outer *outer, u8 proto)
{
	static siphash_aligned_key_t secret;
	u64 hash;

	get_random_once(&secret, sizeof(secret));
	hash = siphash_3u32((__force u32)outer->src.ip, (__force u32)outer->dst.ip, proto, &secret);
	outer->ident = &idents[hash % SVTI_IDENTS];
	outer->ident_base = hash >> 32;
}

static void fill_ip4(struct svti_outer *outer, u8 proto)
{
	struct iphdr *iph = &outer->headers.v4.ip;

	iph->version = 4;
	iph->ihl = 5;
	iph->protocol = proto;
	iph->saddr = outer->src.ip;
	iph->daddr = outer->dst.ip;
	choose_ident(outer, proto);
}

/*
 * The flow label is one for the SA. RFC 4301 5.1.2.2 note 8: labels copied by a gateway might
 * collide; one for each inner flow (RFC 6438) would tell the flows apart to whoever looks on, and
 * let the network reorder what shares a replay window. But not 0: by it the network may tell SAs
 * apart, as RFC 6437 3 wants it, which also wants that nobody can guess it.
 */
static void fill_ip6(struct svti_outer *outer, u8 proto)
{
	struct ipv6hdr *ip6h = &outer->headers.v6.ip;
	__be32 label;

	do {
		label = (__force __be32)get_random_u32() & IPV6_FLOWLABEL_MASK;
	} while (!label);
	ip6_flow_hdr(ip6h, 0, label);
	ip6h->nexthdr = proto;
	ip6h->saddr = outer->src.in6;
	ip6h->daddr = outer->dst.in6;
}

/**
 * svti_outer_new() - make the outer headers of an SA
 * @family: AF_INET or AF_INET6
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
	u8 proto = sport ? IPPROTO_UDP : IPPROTO_ESP;
	struct udphdr *udp;

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
	if (family == AF_INET6) {
		fill_ip6(outer, proto);
		outer->len = sizeof(struct ipv6hdr);
		udp = &outer->headers.v6.udp;
	} else {
		fill_ip4(outer, proto);
		outer->len = sizeof(struct iphdr);
		udp = &outer->headers.v4.udp;
	}
	udp->source = sport;
	udp->dest = dport;
	if (sport)
		outer->len += sizeof(*udp);
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
	if (outer->family != family)
		return false;
	if (family == AF_INET6)
		return ipv6_addr_equal(&outer->dst.in6, &dst->in6);
	return outer->dst.ip == dst->ip;
}

/* A link that is a VRF, or is in one, has tables of its own: the core knows, in both families. */
static struct dst_entry *route4(struct svti_outer *outer, struct net *net,
				const struct svti_via *via)
{
	struct flowi4 fl4 = {
		.flowi4_oif = READ_ONCE(via->link),
		.flowi4_mark = READ_ONCE(via->mark),
		.daddr = outer->dst.ip,
		.saddr = outer->src.ip,
		.flowi4_proto = outer->headers.v4.ip.protocol,
		.fl4_sport = outer->sport,
		.fl4_dport = outer->dport,
	};
	struct rtable *rt = ip_route_output_flow(net, &fl4, NULL);

	if (IS_ERR(rt))
		return NULL;
	dst_cache_set_ip4(&outer->cache, &rt->dst, fl4.saddr);
	return &rt->dst;
}

/* IPv6 routing takes any source; IPv4 does not. */
static struct dst_entry *route6(struct svti_outer *outer, struct net *net,
				const struct svti_via *via)
{
	struct flowi6 fl6 = {
		.flowi6_oif = READ_ONCE(via->link),
		.flowi6_mark = READ_ONCE(via->mark),
		.daddr = outer->dst.in6,
		.saddr = outer->src.in6,
		.flowlabel = ip6_flowlabel(&outer->headers.v6.ip),
		.flowi6_proto = outer->headers.v6.ip.nexthdr,
		.fl6_sport = outer->sport,
		.fl6_dport = outer->dport,
	};
	struct dst_entry *dst;

	if (!ipv6_chk_addr(net, &fl6.saddr, NULL, 0))
		return NULL;
	dst = ip6_dst_lookup_flow(net, NULL, &fl6, NULL);
	if (IS_ERR(dst))
		return NULL;
	dst_cache_set_ip6(&outer->cache, dst, &fl6.saddr);
	return dst;
}

/**
 * svti_outer_route() - the way to the peer
 * @outer: the headers
 * @net: the underlay
 * @via: what carries the packet there
 *
 * BH off. Asks the routing tables once for each CPU, and again when they have changed or the
 * path MTU has.
 *
 * Return: a route with a reference for the caller, or NULL: there is none, or the source is no
 * address of @net.
 */
struct dst_entry *svti_outer_route(struct svti_outer *outer, struct net *net,
				   const struct svti_via *via)
{
	struct dst_entry *dst = dst_cache_get(&outer->cache);

	if (likely(dst))
		return dst;
	return outer->family == AF_INET6 ? route6(outer, net, via) : route4(outer, net, via);
}

static void push_ip4(const struct svti_outer *outer, struct sk_buff *skb,
		     const struct svti_outer_fields *fields)
{
	struct iphdr *iph = ip_hdr(skb);

	iph->tos = fields->tos;
	iph->ttl = fields->ttl;
	if (fields->df)
		iph->frag_off = htons(IP_DF);
	else
		iph->id = htons(outer->ident_base + atomic_inc_return_relaxed(outer->ident));
	skb_set_transport_header(skb, sizeof(*iph));
}

static void push_ip6(struct sk_buff *skb, const struct svti_outer_fields *fields)
{
	struct ipv6hdr *ip6h = ipv6_hdr(skb);

	ip6_flow_hdr(ip6h, fields->tos, ip6_flowlabel(ip6h));
	ip6h->hop_limit = fields->ttl;
	/* Only the sender fragments: this says whether it may. */
	skb->ignore_df = !fields->df;
	skb_set_transport_header(skb, sizeof(*ip6h));
}

/*
 * No checksum over IPv4: RFC 3948 2.1, the ICV covers more. Over IPv6 a receiver drops what has
 * none, unless it was told (RFC 8200 8.1, RFC 6936 4), and no IKE daemon's socket was.
 */
static void push_udp(const struct svti_outer *outer, struct sk_buff *skb, u32 len)
{
	udp_hdr(skb)->len = htons(len);
	if (outer->family == AF_INET6)
		udp6_set_csum(false, skb, &outer->src.in6, &outer->dst.in6, len);
}

/**
 * svti_outer_forget_route() - look up the route anew
 * @outer: the headers
 */
void svti_outer_forget_route(struct svti_outer *outer)
{
	dst_cache_reset(&outer->cache);
}

/**
 * svti_outer_learn_mtu() - the underlay said that a packet was too big for it
 * @outer: headers of that packet
 * @net: the underlay
 * @via: what carried the packet there
 * @skb: the ICMP error, its data at the packet that it quotes
 * @mtu: what would have fitted
 *
 * The routing tables keep it, for everybody and for the time that the administrator wants. The
 * core's ipv4_update_pmtu() would look them up without the mark, and miss our route.
 */
void svti_outer_learn_mtu(struct svti_outer *outer, struct net *net, const struct svti_via *via,
			  struct sk_buff *skb, u32 mtu)
{
	struct dst_entry *dst = svti_outer_route(outer, net, via);
	struct net_device *dev = skb->dev;
	int offset = skb_network_offset(skb);
	u32 mark = skb->mark;

	if (!dst)
		return;
	/* What is quoted, as if it were about to leave once more. */
	skb_reset_network_header(skb);
	skb->dev = dst->dev;
	skb->mark = READ_ONCE(via->mark);
	dst->ops->update_pmtu(dst, NULL, skb, mtu, false);
	skb->mark = mark;
	skb->dev = dev;
	skb_set_network_header(skb, offset);
	dst_release(dst);
}

/**
 * svti_outer_redirect() - the underlay knows a better next hop
 * @outer: headers of the packet that it says this of
 * @net: the underlay
 * @via: what carried the packet there
 * @skb: the ICMP redirect, its data at the packet that it quotes
 */
void svti_outer_redirect(struct svti_outer *outer, struct net *net, const struct svti_via *via,
			 struct sk_buff *skb)
{
	u32 via_mark = READ_ONCE(via->mark), mark = skb->mark;
	struct dst_entry *dst;

	if (outer->family == AF_INET6)
		return ip6_redirect(skb, net, skb->dev->ifindex, via_mark, sock_net_uid(net, NULL));
	dst = svti_outer_route(outer, net, via);
	if (!dst)
		return;
	skb->mark = via_mark;
	dst->ops->redirect(dst, NULL, skb);
	skb->mark = mark;
	dst_release(dst);
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

	memcpy(__skb_push(skb, outer->len), &outer->headers, outer->len);
	skb_reset_network_header(skb);
	if (outer->family == AF_INET6)
		push_ip6(skb, fields);
	else
		push_ip4(outer, skb, fields);
	if (outer->sport)
		push_udp(outer, skb, sizeof(struct udphdr) + esp_len);
}

/**
 * svti_outer_send() - hand a finished packet to the underlay
 * @outer: the headers that svti_outer_push() put in front
 * @net: the underlay
 * @skb: packet that begins with the outer IP header; consumed
 * @dst: its route; the reference is consumed
 *
 * Return: as dst_output().
 */
int svti_outer_send(const struct svti_outer *outer, struct net *net, struct sk_buff *skb,
		    struct dst_entry *dst)
{
	skb_dst_set(skb, dst);
	if (outer->family == AF_INET6) {
		skb->protocol = htons(ETH_P_IPV6);
		memset(IP6CB(skb), 0, sizeof(*IP6CB(skb)));
		return ip6_local_out(net, NULL, skb);
	}
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
