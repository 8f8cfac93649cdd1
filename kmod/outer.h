/* SPDX-License-Identifier: GPL-2.0 */
/* The outer headers of an SA: addresses, template, route. */
#ifndef _SVTI_OUTER_H
#define _SVTI_OUTER_H

#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/netfilter.h>
#include <linux/skbuff.h>
#include <linux/udp.h>
#include <net/dst_cache.h>

struct net;

/**
 * struct svti_via - what carries outer packets; zeros: the routing tables alone decide
 * @link: index of an interface, or of a VRF, which the route is bound to
 * @mark: of the packets and of their route
 */
struct svti_via {
	int link;
	u32 mark;
};

/**
 * struct svti_outer - where an SA sends to, and the headers that say so; constant
 * @family: AF_INET or AF_INET6
 * @len: octets of @headers in use
 * @src: outer source
 * @dst: outer destination
 * @sport: of the UDP encapsulation, network order; 0: plain ESP
 * @dport: likewise
 * @cache: the route to @dst, for each CPU
 * @ident: counts the identifications of IPv4 packets that may be fragmented
 * @ident_base: the first of them
 * @headers: IP and UDP header of @family, but for what differs from packet to packet
 * @rcu: for its replacement
 */
struct svti_outer {
	u8 family;
	u8 len;
	union nf_inet_addr src;
	union nf_inet_addr dst;
	__be16 sport;
	__be16 dport;
	struct dst_cache cache;
	atomic_t *ident;
	u16 ident_base;
	union {
		struct {
			struct iphdr ip;
			struct udphdr udp;
		} v4;
		struct {
			struct ipv6hdr ip;
			struct udphdr udp;
		} v6;
	} headers;
	struct rcu_head rcu;
};

/**
 * struct svti_outer_fields - what differs from packet to packet
 * @tos: DSCP and ECN: the TOS octet or the traffic class
 * @ttl: time to live, or hop limit
 * @df: don't fragment, neither here nor on the way
 */
struct svti_outer_fields {
	u8 tos;
	u8 ttl;
	bool df;
};

struct svti_outer *svti_outer_new(u8 family, const union nf_inet_addr *src,
				  const union nf_inet_addr *dst, __be16 sport, __be16 dport);
/* Octets of the UDP header, if there is one. */
static inline u32 svti_outer_udp_len(const struct svti_outer *outer)
{
	return outer->sport ? sizeof(struct udphdr) : 0;
}

void svti_outer_free(struct svti_outer *outer);
void svti_outer_free_rcu(struct svti_outer *outer);

bool svti_outer_goes_to(const struct svti_outer *outer, const union nf_inet_addr *dst, u8 family);
struct dst_entry *svti_outer_route(struct svti_outer *outer, struct net *net,
				   const struct svti_via *via);
void svti_outer_forget_route(struct svti_outer *outer);
void svti_outer_learn_mtu(struct svti_outer *outer, struct net *net, const struct svti_via *via,
			  struct sk_buff *skb, u32 mtu);
void svti_outer_redirect(struct svti_outer *outer, struct net *net, const struct svti_via *via,
			 struct sk_buff *skb);
void svti_outer_push(const struct svti_outer *outer, struct sk_buff *skb,
		     const struct svti_outer_fields *fields);
int svti_outer_send(const struct svti_outer *outer, struct net *net, struct sk_buff *skb,
		    struct dst_entry *dst);
u32 svti_outer_mtu(u32 link_mtu);

#endif /* _SVTI_OUTER_H */
