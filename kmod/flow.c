// SPDX-License-Identifier: GPL-2.0
/* From an inner packet to what the SPD wants to know of it. */
#include <linux/ip.h>
#include <net/ip.h>

#include "flow.h"
#include "spd.h"

/* Protocols that begin with a source and a destination port. */
static bool has_ports(u8 proto)
{
	switch (proto) {
	case IPPROTO_TCP:
	case IPPROTO_UDP:
	case IPPROTO_UDPLITE:
	case IPPROTO_SCTP:
	case IPPROTO_DCCP:
		return true;
	}
	return false;
}

/*
 * Is the IPv4 header whole and true? The length of a packet that is still to be segmented is
 * that of no packet.
 */
static bool header_is_sound(struct sk_buff *skb)
{
	const struct iphdr *iph;
	u32 len;

	if (!pskb_may_pull(skb, sizeof(*iph)))
		return false;
	iph = ip_hdr(skb);
	if (iph->version != 4 || iph->ihl < 5 || !pskb_may_pull(skb, iph->ihl * 4))
		return false;
	if (skb_is_gso(skb))
		return true;
	iph = ip_hdr(skb);
	len = ntohs(iph->tot_len);
	return len >= iph->ihl * 4 && len <= skb->len;
}

/**
 * svti_flow_read() - read the selector fields of an inner IPv4 packet
 * @skb: packet that begins with its IP header, at the network header
 * @flow: filled in
 *
 * A fragment but the first has no ports (RFC 4301 4.4.1.1: OPAQUE), nor has a packet that
 * ends before them. Pulls the headers into the linear part.
 *
 * Return: false if the IP header is not sound.
 */
bool svti_flow_read(struct sk_buff *skb, struct svti_flow *flow)
{
	const struct iphdr *iph;
	const __be16 *ports;
	u32 len;

	if (!header_is_sound(skb))
		return false;
	iph = ip_hdr(skb);
	len = iph->ihl * 4;
	memset(flow, 0, sizeof(*flow));
	flow->family = AF_INET;
	flow->proto = iph->protocol;
	if (has_ports(flow->proto) && !(iph->frag_off & htons(IP_OFFSET)) &&
	    pskb_may_pull(skb, len + 2 * sizeof(*ports))) {
		iph = ip_hdr(skb);
		ports = (const __be16 *)((const u8 *)iph + len);
		flow->has_ports = true;
		flow->sport = ntohs(ports[0]);
		flow->dport = ntohs(ports[1]);
	}
	flow->src.ip = iph->saddr;
	flow->dst.ip = iph->daddr;
	return true;
}
