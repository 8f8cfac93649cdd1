// SPDX-License-Identifier: GPL-2.0
/*
 * Receiving, from the underlay to the inner packet: SA, sequence number, decryption, window,
 * trailer, inner header, policy, ECN, delivery. Read from the end up.
 *
 * All of it runs with BH off and in an RCU read section.
 */
#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <linux/udp.h>
#include <net/dsfield.h>
#include <net/ip.h>
#include <net/ipv6.h>
#include <net/ndisc.h>
#include <net/xfrm.h>

#include "compat.h"
#include "device.h"
#include "esp.h"
#include "esp_transport.h"
#include "flow.h"
#include "header.h"
#include "limits.h"
#include "mapping.h"
#include "outer.h"
#include "request.h"

/**
 * struct rx_cb - what a packet remembers while it is decrypted
 * @seq: its sequence number, all 64 bits
 * @headers: octets of the IP headers in front, UDP aside
 * @outer_tos: DSCP and ECN of the outer header
 * @sport: source port of the UDP encapsulation, 0: none
 */
struct rx_cb {
	u64 seq;
	u16 headers;
	u8 outer_tos;
	__be16 sport;
};

static struct rx_cb *rx_cb(struct sk_buff *skb)
{
	BUILD_BUG_ON(sizeof(struct rx_cb) > sizeof_field(struct sk_buff, cb));
	return (struct rx_cb *)skb->cb;
}

static void drop(const struct svti_sa *sa, struct sk_buff *skb, enum svti_drop reason)
{
	svti_drop(sa->sdev, sa, skb, reason);
}

/* An inner packet, from strip_trailer() on. */
static bool is_ip6(const struct sk_buff *skb)
{
	return skb->protocol == htons(ETH_P_IPV6);
}

/* --- after decryption: each step returns SVTI_DROP_COUNT to go on */

static void deliver(struct svti_sa *sa, struct sk_buff *skb)
{
	struct svti_device *sdev = sa->sdev;
	struct net_device *dev = sdev->dev;

	svti_sa_count(sa, skb->len);
	dev_sw_netstats_rx_add(dev, skb->len);
	skb->dev = dev;
	/* What was computed over the outer headers says nothing of the inner ones. */
	skb_clear_hash(skb);
	skb_set_queue_mapping(skb, 0);
	skb_scrub_packet(skb, !net_eq(sdev->underlay, dev_net(dev)));
	/* Nor may a mark of the outer packet send the inner one back into the tunnel. */
	skb->mark = 0;
	/* The ICV has covered every octet since the peer took the packet. */
	skb->ip_summed = CHECKSUM_UNNECESSARY;
	skb->csum_level = ~0;
	skb->encapsulation = 0;
	memset(skb->cb, 0, sizeof(skb->cb));
	gro_cells_receive(&sdev->gro, skb);
}

/*
 * RFC 4301 7.2, D.3: nothing that is let in as a later fragment may lie over the ports of the
 * first one. Of IPv6 the ports may be anywhere; there whoever reassembles drops what overlaps
 * (RFC 5722 3).
 */
static bool overlaps(const struct svti_policy *policy, const struct svti_flow *flow)
{
	return flow->family == AF_INET && flow->offset < SVTI_FRAGMENT_OFFSET_MIN &&
	       svti_selector_opaque(&policy->sel);
}

/* RFC 4301 5.2 step 4: the packet must be one that its SA was made for. */
static enum svti_drop check_policy(struct svti_sa *sa, struct sk_buff *skb)
{
	const struct svti_policy *policy;
	struct svti_flow flow;

	if (unlikely(!svti_flow_read(skb, &flow)))
		return SVTI_DROP_RX_INNER_MALFORMED;
	policy = svti_spd_lookup(&sa->sdev->spd, SVTI_DIR_IN, &flow);
	if (unlikely(!policy))
		return flow.offset ? SVTI_DROP_RX_FRAGMENT_NO_POLICY : SVTI_DROP_RX_NO_POLICY;
	if (unlikely(policy->action == SVTI_ACTION_PROTECT && policy->reqid != sa->reqid))
		return SVTI_DROP_RX_POLICY_MISMATCH;
	svti_policy_count(policy, 1, skb->len);
	if (unlikely(policy->action == SVTI_ACTION_DISCARD))
		return SVTI_DROP_RX_POLICY_DISCARD;
	if (unlikely(flow.offset && overlaps(policy, &flow)))
		return SVTI_DROP_RX_FRAGMENT_OFFSET;
	return SVTI_DROP_COUNT;
}

/* The length that the inner packet claims; U32_MAX: not even the header is there. */
static u32 claimed_len(const struct sk_buff *skb)
{
	if (is_ip6(skb))
		return skb->len < sizeof(struct ipv6hdr)
			       ? U32_MAX
			       : sizeof(struct ipv6hdr) + ntohs(ipv6_hdr(skb)->payload_len);
	return skb->len < sizeof(struct iphdr) ? U32_MAX : ntohs(ip_hdr(skb)->tot_len);
}

/* The inner packet; what follows it is TFC padding (RFC 4303 2.7). */
static enum svti_drop open_tunnel(struct sk_buff *skb, u8 next_header)
{
	u32 len;

	if (next_header == IPPROTO_IPIP)
		skb->protocol = htons(ETH_P_IP);
	else if (next_header == IPPROTO_IPV6)
		skb->protocol = htons(ETH_P_IPV6);
	else
		return SVTI_DROP_RX_INNER_PROTO;
	skb_reset_network_header(skb);
	len = claimed_len(skb);
	if (unlikely(len > skb->len))
		return SVTI_DROP_RX_INNER_MALFORMED;
	__skb_trim(skb, len);
	skb_reset_transport_header(skb);
	return SVTI_DROP_COUNT;
}

/* What was protected, as its next header says. */
static enum svti_drop open_payload(const struct svti_sa *sa, struct sk_buff *skb, u8 next_header,
				   const struct rx_cb *cb)
{
	enum svti_drop reason;

	if (unlikely(next_header == IPPROTO_NONE))
		return SVTI_DROP_RX_DUMMY;
	__skb_pull(skb, SVTI_ESP_HEADER_LEN + sa->algo->iv_len);
	if (sa->transport)
		reason = svti_transport_join(sa, skb, next_header, cb->headers, cb->sport);
	else
		reason = open_tunnel(skb, next_header);
	skb_reset_mac_header(skb);
	skb_reset_mac_len(skb);
	/* What the underlay said of the outer packet is not true of this one. */
	skb_gso_reset(skb);
	return reason;
}

/* RFC 4303 2.4 to 2.6: off with ICV, next header, pad length and padding. */
static enum svti_drop strip_trailer(const struct svti_sa *sa, struct sk_buff *skb, u8 *next_header)
{
	const struct svti_algo *algo = sa->algo;
	u32 head = SVTI_ESP_HEADER_LEN + algo->iv_len;
	const u8 *end = skb_tail_pointer(skb) - algo->icv_len;
	u8 pad = end[-2];
	const u8 *padding = end - SVTI_ESP_TRAILER_LEN - pad;

	if (unlikely(head + pad + SVTI_ESP_TRAILER_LEN + algo->icv_len > skb->len))
		return SVTI_DROP_RX_BAD_PADDING;
	/* "The receiver SHOULD inspect the Padding field." */
	for (u32 i = 0; i < pad; i++)
		if (unlikely(padding[i] != i + 1))
			return SVTI_DROP_RX_BAD_PADDING;
	*next_header = end[-1];
	__skb_trim(skb, skb->len - pad - SVTI_ESP_TRAILER_LEN - algo->icv_len);
	return SVTI_DROP_COUNT;
}

/* Octets of an ESP packet that were encrypted. */
static u32 cipher_len(const struct svti_sa *sa, const struct sk_buff *skb)
{
	return skb->len - SVTI_ESP_HEADER_LEN - sa->algo->iv_len - sa->algo->icv_len;
}

static enum svti_drop open_packet(struct svti_sa *sa, struct sk_buff *skb)
{
	struct rx_cb cb = *rx_cb(skb);
	enum svti_drop reason;
	u8 next_header;

	if (unlikely(!svti_replay_commit(&sa->replay, cb.seq))) {
		svti_sa_count_replayed(sa);
		return SVTI_DROP_RX_REPLAYED;
	}
	svti_mapping_check(sa, skb, cb.sport, cb.seq);
	/* Only what is authentic and new uses up the SA. */
	if (sa->budget && unlikely(!svti_life_take(sa, 1, cipher_len(sa, skb))))
		return SVTI_DROP_RX_EXPIRED;
	reason = strip_trailer(sa, skb, &next_header);
	if (likely(reason == SVTI_DROP_COUNT))
		reason = open_payload(sa, skb, next_header, &cb);
	if (likely(reason == SVTI_DROP_COUNT))
		reason = check_policy(sa, skb);
	/* In transport mode the header is the one that the network has marked. */
	if (likely(reason == SVTI_DROP_COUNT) && !sa->transport &&
	    unlikely(!svti_header_inward(&sa->header, skb, cb.outer_tos)))
		reason = SVTI_DROP_RX_ECN;
	if (unlikely(reason == SVTI_DROP_COUNT && !(sa->sdev->dev->flags & IFF_UP)))
		reason = SVTI_DROP_RX_DEVICE_DOWN;
	return reason;
}

static void decrypted(struct svti_sa *sa, struct sk_buff *skb, int err)
{
	enum svti_drop reason;

	if (likely(!err)) {
		reason = open_packet(sa, skb);
		if (likely(reason == SVTI_DROP_COUNT))
			return deliver(sa, skb);
		if (reason == SVTI_DROP_RX_DUMMY)
			svti_sa_count_dummy(sa);
	} else if (err == -EBADMSG) {
		svti_sa_count_auth_failed(sa);
		reason = SVTI_DROP_RX_AUTH_FAILED;
	} else if (err == -EBUSY || err == -ENOSPC) {
		reason = SVTI_DROP_RX_CRYPTO_BUSY;
	} else {
		reason = SVTI_DROP_RX_CRYPTO_ERROR;
	}
	drop(sa, skb, reason);
}

/* A late answer of the crypto layer, BH off. */
static void decrypted_late(struct svti_request *req, int err)
{
	rcu_read_lock();
	decrypted(req->sa, req->skb, err);
	rcu_read_unlock();
	svti_request_put(req);
}

SVTI_CRYPTO_DONE(decrypt_done, decrypted_late, struct svti_request)

/* --- decryption */

static void decrypt(struct svti_sa *sa, struct sk_buff *skb, u32 len)
{
	struct svti_request *req = svti_request_get(sa, skb, decrypt_done);
	u8 *iv = skb->data + SVTI_ESP_HEADER_LEN;
	int err;

	if (unlikely(!req))
		return drop(sa, skb, SVTI_DROP_RX_NO_MEMORY);
	svti_request_fill(req, rx_cb(skb)->seq, iv, iv + sa->algo->iv_len, len);
	err = crypto_aead_decrypt(&req->aead);
	if (unlikely(err == -EINPROGRESS))
		return;
	svti_request_put(req);
	decrypted(sa, skb, err);
}

/* An ESP packet of an SA of ours, from its SPI on. */
static void receive(struct svti_sa *sa, struct sk_buff *skb, u8 outer_tos, __be16 sport)
{
	const struct svti_algo *algo = sa->algo;
	u32 around = SVTI_ESP_HEADER_LEN + algo->iv_len + algo->icv_len;
	struct svti_device *sdev = sa->sdev;
	const struct ip_esp_hdr *esp;
	u64 seq;

	if (unlikely(skb->len < around + algo->block || (skb->len - around) % algo->block))
		return drop(sa, skb, SVTI_DROP_RX_MALFORMED);
	esp = (const struct ip_esp_hdr *)skb->data;
	seq = svti_replay_infer(&sa->replay, ntohl(esp->seq_no));
	if (unlikely(svti_replay_stale(&sa->replay, seq))) {
		svti_sa_count_replayed(sa);
		return drop(sa, skb, SVTI_DROP_RX_REPLAYED);
	}
	/*
	 * Decryption writes in place, so the packet must be ours alone and in one piece. Pages
	 * are copied too: they may belong to a file or to a neighbour's socket.
	 */
	if (unlikely(skb_linearize_cow(skb)))
		return drop(sa, skb, SVTI_DROP_RX_NO_MEMORY);
	*rx_cb(skb) = (struct rx_cb){
		.seq = seq,
		.headers = -skb_network_offset(skb) - (sport ? sizeof(struct udphdr) : 0),
		.outer_tos = outer_tos,
		.sport = sport,
	};
	/* The underlay's device may go while the packet is with the crypto layer. */
	skb->dev = sdev->dev;
	decrypt(sa, skb, skb->len - around);
}

/* --- among the handlers of ESP: what is not ours goes on as it came */

/* The SA of a packet that begins with its SPI; NULL: not ours. */
static struct svti_sa *find(struct sk_buff *skb, const union nf_inet_addr *dst, u8 family)
{
	if (!pskb_may_pull(skb, sizeof(struct ip_esp_hdr)))
		return NULL;
	return svti_sad_find_in(dev_net(skb->dev), ((struct ip_esp_hdr *)skb->data)->spi, dst,
				family);
}

static int receive4(struct sk_buff *skb, __be16 sport)
{
	union nf_inet_addr dst = { .ip = ip_hdr(skb)->daddr };
	struct svti_sa *sa = find(skb, &dst, AF_INET);

	if (!sa)
		return -EINVAL;
	receive(sa, skb, ip_hdr(skb)->tos, sport);
	return 0;
}

static int receive6(struct sk_buff *skb, __be16 sport)
{
	union nf_inet_addr dst = { .in6 = ipv6_hdr(skb)->daddr };
	struct svti_sa *sa = find(skb, &dst, AF_INET6);

	if (!sa)
		return -EINVAL;
	receive(sa, skb, ipv6_get_dsfield(ipv6_hdr(skb)), sport);
	return 0;
}

static int esp4_rcv(struct sk_buff *skb)
{
	return receive4(skb, 0);
}

static int esp6_rcv(struct sk_buff *skb)
{
	return receive6(skb, 0);
}

/* The UDP header of an encapsulated packet has been pulled, and is right in front. */
static __be16 source_port(const struct sk_buff *skb, int encap_type)
{
	const struct udphdr *udp = (const struct udphdr *)skb->data - 1;

	return encap_type == UDP_ENCAP_ESPINUDP ? udp->source : 0;
}

/*
 * From a UDP socket: the UDP header is still between IP and ESP, the SPI not read yet. Accepted
 * for every SA, also one without a NAT on the way: RFC 7296 2.23.
 */
static int esp4_input(struct sk_buff *skb, int next_header, __be32 spi, int encap_type)
{
	return receive4(skb, source_port(skb, encap_type));
}

static int esp6_input(struct sk_buff *skb, int next_header, __be32 spi, int encap_type)
{
	return receive6(skb, source_port(skb, encap_type));
}

/* Called for every packet that xfrm decrypted; 1 lets it go on to the next handler. */
static int esp_cb(struct sk_buff *skb, int err)
{
	return 1;
}

/*
 * An ICMP error about a packet that we sent. Only what quotes an SPI of ours is believed, and
 * only that stops the walk along the handlers.
 */
static int esp4_err(struct sk_buff *skb, u32 info)
{
	const struct iphdr *iph = (const struct iphdr *)skb->data;
	const struct ip_esp_hdr *esp = (const void *)iph + iph->ihl * 4;
	union nf_inet_addr dst = { .ip = iph->daddr };
	struct net *net = dev_net(skb->dev);
	const struct icmphdr *icmp = icmp_hdr(skb);
	const struct svti_sa *sa;
	struct svti_outer *outer;

	sa = svti_sad_find_out(net, esp->spi, &dst, AF_INET);
	if (!sa)
		return -ENOENT;
	outer = rcu_dereference(sa->outer);
	if (icmp->type == ICMP_DEST_UNREACH && icmp->code == ICMP_FRAG_NEEDED)
		svti_outer_learn_mtu(outer, net, &sa->sdev->via, skb, info);
	else if (icmp->type == ICMP_REDIRECT)
		svti_outer_redirect(outer, net, &sa->sdev->via, skb);
	return 0;
}

static int esp6_err(struct sk_buff *skb, struct inet6_skb_parm *opt, u8 type, u8 code, int offset,
		    __be32 info)
{
	const struct ipv6hdr *ip6h = (const struct ipv6hdr *)skb->data;
	const struct ip_esp_hdr *esp = (const void *)(skb->data + offset);
	union nf_inet_addr dst = { .in6 = ip6h->daddr };
	struct net *net = dev_net(skb->dev);
	const struct svti_sa *sa;
	struct svti_outer *outer;

	sa = svti_sad_find_out(net, esp->spi, &dst, AF_INET6);
	if (!sa)
		return -ENOENT;
	outer = rcu_dereference(sa->outer);
	if (type == ICMPV6_PKT_TOOBIG)
		svti_outer_learn_mtu(outer, net, &sa->sdev->via, skb, ntohl(info));
	else if (type == NDISC_REDIRECT)
		svti_outer_redirect(outer, net, &sa->sdev->via, skb);
	return 0;
}

static struct xfrm4_protocol esp4_handler = {
	.handler = esp4_rcv,
	.input_handler = esp4_input,
	.cb_handler = esp_cb,
	.err_handler = esp4_err,
	.priority = SVTI_HANDLER_PRIORITY,
};

static struct xfrm6_protocol esp6_handler = {
	.handler = esp6_rcv,
	.input_handler = esp6_input,
	.cb_handler = esp_cb,
	.err_handler = esp6_err,
	.priority = SVTI_HANDLER_PRIORITY,
};

/**
 * svti_esp_register() - see every ESP packet before xfrm does
 *
 * Return: 0, or -EEXIST if somebody has our place.
 */
int svti_esp_register(void)
{
	int err;

	err = xfrm4_protocol_register(&esp4_handler, IPPROTO_ESP);
	if (err)
		return err;
	err = xfrm6_protocol_register(&esp6_handler, IPPROTO_ESP);
	if (err)
		xfrm4_protocol_deregister(&esp4_handler, IPPROTO_ESP);
	return err;
}

/**
 * svti_esp_unregister() - see none any more; waits for those under way
 */
void svti_esp_unregister(void)
{
	xfrm6_protocol_deregister(&esp6_handler, IPPROTO_ESP);
	xfrm4_protocol_deregister(&esp4_handler, IPPROTO_ESP);
}
