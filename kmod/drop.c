// SPDX-License-Identifier: GPL-2.0
/* The end of a packet that goes no further: counted, told to who traces it, freed. */
#include <linux/ipv6.h>
#include <net/ip.h>

#include "device.h"
#include "flow.h"
#include "outer.h"

#define CREATE_TRACE_POINTS
#include "trace.h"

/* What the rest of the kernel calls it, for dropwatch and its like; it has no word for most. */
static enum skb_drop_reason core_reason(enum svti_drop reason)
{
	switch (reason) {
	case SVTI_DROP_TX_NO_POLICY:
	case SVTI_DROP_TX_FRAGMENT_NO_POLICY:
	case SVTI_DROP_TX_POLICY_DISCARD:
	case SVTI_DROP_RX_NO_POLICY:
	case SVTI_DROP_RX_FRAGMENT_NO_POLICY:
	case SVTI_DROP_RX_POLICY_DISCARD:
	case SVTI_DROP_RX_POLICY_MISMATCH:
		return SKB_DROP_REASON_XFRM_POLICY;
	case SVTI_DROP_TX_NO_MEMORY:
	case SVTI_DROP_RX_NO_MEMORY:
		return SKB_DROP_REASON_NOMEM;
	case SVTI_DROP_TX_ACQUIRE_OVERFLOW:
	case SVTI_DROP_TX_CRYPTO_BUSY:
	case SVTI_DROP_RX_CRYPTO_BUSY:
		return SKB_DROP_REASON_FULL_RING;
	case SVTI_DROP_TX_INNER_MALFORMED:
	case SVTI_DROP_RX_INNER_MALFORMED:
		return SKB_DROP_REASON_IP_INHDR;
	case SVTI_DROP_TX_INNER_PROTO:
	case SVTI_DROP_RX_INNER_PROTO:
		return SKB_DROP_REASON_UNHANDLED_PROTO;
	case SVTI_DROP_TX_NO_ROUTE:
		return SKB_DROP_REASON_IP_OUTNOROUTES;
	case SVTI_DROP_TX_TOO_BIG:
		return SKB_DROP_REASON_PKT_TOO_BIG;
	case SVTI_DROP_TX_SEGMENT:
		return SKB_DROP_REASON_SKB_GSO_SEG;
	case SVTI_DROP_RX_DEVICE_DOWN:
		return SKB_DROP_REASON_DEV_READY;
	default:
		return SKB_DROP_REASON_NOT_SPECIFIED;
	}
}

static void count(struct svti_device *sdev, enum svti_drop reason)
{
	this_cpu_inc(sdev->drops->count[reason]);
}

/* The addresses of a header that nobody has checked; without any when it is none. */
static void read_addresses(const struct sk_buff *skb, struct svti_flow *flow)
{
	const struct ipv6hdr *ip6h = (const struct ipv6hdr *)skb_network_header(skb);
	const struct iphdr *iph = ip_hdr(skb);
	long room = skb_tail_pointer(skb) - skb_network_header(skb);

	memset(flow, 0, sizeof(*flow));
	if (room >= (long)sizeof(*iph) && iph->version == 4) {
		flow->family = AF_INET;
		flow->proto = iph->protocol;
		flow->src.ip = iph->saddr;
		flow->dst.ip = iph->daddr;
	} else if (room >= (long)sizeof(*ip6h) && ip6h->version == 6) {
		flow->family = AF_INET6;
		flow->proto = ip6h->nexthdr;
		flow->src.in6 = ip6h->saddr;
		flow->dst.in6 = ip6h->daddr;
	}
}

/* Both kinds of sockaddr have the port at the same place. */
static struct sockaddr_in6 endpoint(u8 family, const union nf_inet_addr *addr, u16 port)
{
	struct sockaddr_in6 to = { .sin6_family = family, .sin6_port = htons(port) };

	if (family == AF_INET6)
		to.sin6_addr = addr->in6;
	else
		((struct sockaddr_in *)&to)->sin_addr = addr->in;
	return to;
}

static void tell(struct svti_device *sdev, const struct svti_sa *sa, enum svti_drop reason,
		 const struct svti_flow *flow)
{
	struct sockaddr_in6 src = endpoint(flow->family, &flow->src, flow->sport);
	struct sockaddr_in6 dst = endpoint(flow->family, &flow->dst, flow->dport);

	trace_svti_drop(sdev->dev, svti_drop_names[reason], sa ? ntohl(sa->spi) : 0, flow->proto,
			&src, &dst);
}

static noinline void trace(struct svti_device *sdev, const struct svti_sa *sa, struct sk_buff *skb,
			   enum svti_drop reason)
{
	struct svti_flow flow;

	/* The inner packet, unless the outer header is still in front of the data. */
	if (skb_network_offset(skb) || !svti_flow_read(skb, &flow))
		read_addresses(skb, &flow);
	tell(sdev, sa, reason, &flow);
}

static noinline void trace_sealed(const struct svti_sa *sa, enum svti_drop reason)
{
	const struct svti_outer *outer = rcu_dereference(sa->outer);
	const struct svti_flow flow = {
		.family = outer->family,
		.proto = outer->sport ? IPPROTO_UDP : IPPROTO_ESP,
		.sport = ntohs(outer->sport),
		.dport = ntohs(outer->dport),
		.src = outer->src,
		.dst = outer->dst,
	};

	tell(sa->sdev, sa, reason, &flow);
}

/**
 * svti_drop() - a packet goes no further
 * @sdev: the device
 * @sa: the packet's SA, or NULL if that is not known
 * @skb: the packet with its inner header in clear or an outer one, at the network header; freed
 * @reason: why
 */
void svti_drop(struct svti_device *sdev, const struct svti_sa *sa, struct sk_buff *skb,
	       enum svti_drop reason)
{
	count(sdev, reason);
	if (trace_svti_drop_enabled())
		trace(sdev, sa, skb, reason);
	kfree_skb_reason(skb, core_reason(reason));
}

/**
 * svti_drop_sealed() - a packet of which no header can be read any more goes no further
 * @sa: its SA, under RCU, whose addresses it is told by
 * @skb: the packet, freed; NULL if somebody else has done so
 * @reason: why
 */
void svti_drop_sealed(const struct svti_sa *sa, struct sk_buff *skb, enum svti_drop reason)
{
	count(sa->sdev, reason);
	if (trace_svti_drop_enabled())
		trace_sealed(sa, reason);
	kfree_skb_reason(skb, core_reason(reason));
}
