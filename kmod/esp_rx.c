// SPDX-License-Identifier: GPL-2.0
/*
 * Receiving, from the underlay to the inner packet: SA, sequence number, decryption, window,
 * trailer, inner header, policy, ECN, delivery. Read from the end up.
 *
 * All of it runs with BH off and in an RCU read section.
 */
#include <linux/icmp.h>
#include <net/inet_ecn.h>
#include <net/ip.h>
#include <net/route.h>
#include <net/xfrm.h>

#include "compat.h"
#include "device.h"
#include "esp.h"
#include "flow.h"
#include "limits.h"
#include "outer.h"
#include "request.h"

/**
 * struct rx_cb - what a packet remembers while it is decrypted
 * @seq: its sequence number, all 64 bits
 */
struct rx_cb {
	u64 seq;
};

static struct rx_cb *rx_cb(struct sk_buff *skb)
{
	BUILD_BUG_ON(sizeof(struct rx_cb) > sizeof_field(struct sk_buff, cb));
	return (struct rx_cb *)skb->cb;
}

static void drop(struct svti_device *sdev, struct sk_buff *skb, enum svti_drop reason)
{
	svti_drop(sdev, reason, 1);
	kfree_skb(skb);
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
	/* The ICV has covered every octet since the peer took the packet. */
	skb->ip_summed = CHECKSUM_UNNECESSARY;
	skb->csum_level = ~0;
	skb->encapsulation = 0;
	memset(skb->cb, 0, sizeof(skb->cb));
	gro_cells_receive(&sdev->gro, skb);
}

/* RFC 6040 4.2, drops among it. */
static enum svti_drop merge_ecn(struct sk_buff *skb, u8 outer_tos)
{
	if (INET_ECN_decapsulate(skb, outer_tos, ip_hdr(skb)->tos) > 1)
		return SVTI_DROP_RX_ECN;
	return SVTI_DROP_COUNT;
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
		return SVTI_DROP_RX_NO_POLICY;
	if (unlikely(policy->action == SVTI_ACTION_PROTECT && policy->reqid != sa->reqid))
		return SVTI_DROP_RX_POLICY_MISMATCH;
	svti_policy_count(policy, 1, skb->len);
	if (unlikely(policy->action == SVTI_ACTION_DISCARD))
		return SVTI_DROP_RX_POLICY_DISCARD;
	return SVTI_DROP_COUNT;
}

/* Off with the ESP header; what follows the inner packet is TFC padding (RFC 4303 2.7). */
static enum svti_drop strip_header(const struct svti_sa *sa, struct sk_buff *skb)
{
	__skb_pull(skb, SVTI_ESP_HEADER_LEN + sa->algo->iv_len);
	skb_reset_network_header(skb);
	skb_reset_mac_header(skb);
	skb_reset_mac_len(skb);
	skb->protocol = htons(ETH_P_IP);
	if (unlikely(skb->len < sizeof(struct iphdr) ||
		     ntohs(ip_hdr(skb)->tot_len) > skb->len))
		return SVTI_DROP_RX_INNER_MALFORMED;
	__skb_trim(skb, ntohs(ip_hdr(skb)->tot_len));
	skb_reset_transport_header(skb);
	/* What the underlay said of the outer packet is not true of this one. */
	skb_gso_reset(skb);
	return SVTI_DROP_COUNT;
}

/* RFC 4303 2.4 to 2.6: off with ICV, next header, pad length and padding. */
static enum svti_drop strip_trailer(const struct svti_sa *sa, struct sk_buff *skb)
{
	const struct svti_algo *algo = sa->algo;
	u32 head = SVTI_ESP_HEADER_LEN + algo->iv_len;
	const u8 *end = skb_tail_pointer(skb) - algo->icv_len;
	u8 pad = end[-2], next_header = end[-1];
	const u8 *padding = end - SVTI_ESP_TRAILER_LEN - pad;

	if (unlikely(head + pad + SVTI_ESP_TRAILER_LEN + algo->icv_len > skb->len))
		return SVTI_DROP_RX_BAD_PADDING;
	/* "The receiver SHOULD inspect the Padding field." */
	for (u32 i = 0; i < pad; i++)
		if (unlikely(padding[i] != i + 1))
			return SVTI_DROP_RX_BAD_PADDING;
	__skb_trim(skb, skb->len - pad - SVTI_ESP_TRAILER_LEN - algo->icv_len);

	switch (next_header) {
	case IPPROTO_IPIP:
		return SVTI_DROP_COUNT;
	case IPPROTO_IPV6:
		return SVTI_DROP_RX_INNER_IPV6;
	case IPPROTO_NONE:
		return SVTI_DROP_RX_DUMMY;
	default:
		return SVTI_DROP_RX_INNER_PROTO;
	}
}

/* Octets of an ESP packet that were encrypted. */
static u32 cipher_len(const struct svti_sa *sa, const struct sk_buff *skb)
{
	return skb->len - SVTI_ESP_HEADER_LEN - sa->algo->iv_len - sa->algo->icv_len;
}

static enum svti_drop open_packet(struct svti_sa *sa, struct sk_buff *skb)
{
	u8 outer_tos = ip_hdr(skb)->tos;
	enum svti_drop reason;

	if (unlikely(!svti_replay_commit(&sa->replay, rx_cb(skb)->seq))) {
		svti_sa_count_replayed(sa);
		return SVTI_DROP_RX_REPLAYED;
	}
	/* Only what is authentic and new uses up the SA. */
	if (sa->budget && unlikely(!svti_life_take(sa, 1, cipher_len(sa, skb))))
		return SVTI_DROP_RX_EXPIRED;
	reason = strip_trailer(sa, skb);
	if (likely(reason == SVTI_DROP_COUNT))
		reason = strip_header(sa, skb);
	if (likely(reason == SVTI_DROP_COUNT))
		reason = check_policy(sa, skb);
	if (likely(reason == SVTI_DROP_COUNT))
		reason = merge_ecn(skb, outer_tos);
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
	} else if (err == -EBADMSG) {
		svti_sa_count_auth_failed(sa);
		reason = SVTI_DROP_RX_AUTH_FAILED;
	} else if (err == -EBUSY || err == -ENOSPC) {
		reason = SVTI_DROP_RX_CRYPTO_BUSY;
	} else {
		reason = SVTI_DROP_RX_CRYPTO_ERROR;
	}
	drop(sa->sdev, skb, reason);
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
		return drop(sa->sdev, skb, SVTI_DROP_RX_NO_MEMORY);
	svti_request_fill(req, rx_cb(skb)->seq, iv, iv + sa->algo->iv_len, len);
	err = crypto_aead_decrypt(&req->aead);
	if (unlikely(err == -EINPROGRESS))
		return;
	svti_request_put(req);
	decrypted(sa, skb, err);
}

/* An ESP packet of an SA of ours, from its SPI on. */
static void receive(struct svti_sa *sa, struct sk_buff *skb)
{
	const struct svti_algo *algo = sa->algo;
	u32 around = SVTI_ESP_HEADER_LEN + algo->iv_len + algo->icv_len;
	struct svti_device *sdev = sa->sdev;
	const struct ip_esp_hdr *esp;
	u64 seq;

	if (unlikely(skb->len < around + algo->block || (skb->len - around) % algo->block))
		return drop(sdev, skb, SVTI_DROP_RX_MALFORMED);
	esp = (const struct ip_esp_hdr *)skb->data;
	seq = svti_replay_infer(&sa->replay, ntohl(esp->seq_no));
	if (unlikely(svti_replay_stale(&sa->replay, seq))) {
		svti_sa_count_replayed(sa);
		return drop(sdev, skb, SVTI_DROP_RX_REPLAYED);
	}
	/*
	 * Decryption writes in place, so the packet must be ours alone and in one piece. Pages
	 * are copied too: they may belong to a file or to a neighbour's socket.
	 */
	if (unlikely(skb_linearize_cow(skb)))
		return drop(sdev, skb, SVTI_DROP_RX_NO_MEMORY);
	rx_cb(skb)->seq = seq;
	/* The underlay's device may go while the packet is with the crypto layer. */
	skb->dev = sdev->dev;
	decrypt(sa, skb, skb->len - around);
}

/* --- among the handlers of ESP: what is not ours goes on as it came */

static int esp4_rcv(struct sk_buff *skb)
{
	union nf_inet_addr dst = { .ip = ip_hdr(skb)->daddr };
	struct svti_sa *sa;

	if (!pskb_may_pull(skb, sizeof(struct ip_esp_hdr)))
		return -EINVAL;
	sa = svti_sad_find_in(dev_net(skb->dev), ((struct ip_esp_hdr *)skb->data)->spi, &dst,
			      AF_INET);
	if (!sa)
		return -EINVAL;
	receive(sa, skb);
	return 0;
}

/*
 * From a UDP socket: the UDP header is still between IP and ESP, the SPI not read yet. Accepted
 * for every SA, also one without a NAT on the way: RFC 7296 2.23.
 */
static int esp4_input(struct sk_buff *skb, int next_header, __be32 spi, int encap_type)
{
	return esp4_rcv(skb);
}

/* Called for every packet that xfrm decrypted; 1 lets it go on to the next handler. */
static int esp4_cb(struct sk_buff *skb, int err)
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

	if (!svti_sad_find_out(net, esp->spi, &dst, AF_INET))
		return -ENOENT;
	if (icmp->type == ICMP_DEST_UNREACH && icmp->code == ICMP_FRAG_NEEDED)
		ipv4_update_pmtu(skb, net, info, 0, IPPROTO_ESP);
	else if (icmp->type == ICMP_REDIRECT)
		ipv4_redirect(skb, net, 0, IPPROTO_ESP);
	return 0;
}

static struct xfrm4_protocol esp4_handler = {
	.handler = esp4_rcv,
	.input_handler = esp4_input,
	.cb_handler = esp4_cb,
	.err_handler = esp4_err,
	.priority = SVTI_HANDLER_PRIORITY,
};

/**
 * svti_esp_register() - see every ESP packet before xfrm does
 *
 * Return: 0, or -EEXIST if somebody has our place.
 */
int svti_esp_register(void)
{
	return xfrm4_protocol_register(&esp4_handler, IPPROTO_ESP);
}

/**
 * svti_esp_unregister() - see none any more; waits for those under way
 */
void svti_esp_unregister(void)
{
	xfrm4_protocol_deregister(&esp4_handler, IPPROTO_ESP);
}
