// SPDX-License-Identifier: GPL-2.0
/*
 * Sending, from the inner packet to the underlay: flow, policy, SA, route and size, sequence
 * numbers, room, trailer, header, encryption, outer header, output. Read from the end up.
 *
 * All of it runs with BH off and in an RCU read section.
 */
#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <linux/random.h>
#include <net/dst_metadata.h>
#include <net/icmp.h>
#include <net/ip.h>
#include <net/ip_tunnels.h>
#include <net/ipv6.h>

#include "acquire.h"
#include "compat.h"
#include "device.h"
#include "dummy.h"
#include "esp.h"
#include "esp_transport.h"
#include "flow.h"
#include "header.h"
#include "limits.h"
#include "outer.h"
#include "request.h"

/**
 * struct tx_cb - what a packet remembers while it is encrypted
 * @fields: for the outer header
 * @inner_len: octets of the inner packet, 0: a dummy
 * @keep: octets of the headers that stay in front of ESP, 0: tunnel mode
 * @udp: with these there is a UDP header
 * @depth: tunnels that it is in, this one included
 */
struct tx_cb {
	struct svti_outer_fields fields;
	u32 inner_len;
	u16 keep;
	bool udp;
	u8 depth;
};

/* Of the packet that this CPU is sending to the underlay, BH off. */
static DEFINE_PER_CPU(u8, depth);

/**
 * struct tx_path - what the way to the peer asks of a packet
 * @outer: where it goes
 * @keep: octets of the headers that stay in front of ESP, 0: tunnel mode
 * @head: octets to keep free for outer headers, from IP on outwards
 * @mtu: the largest inner packet that needs no fragments
 * @max: the largest inner packet
 * @fragment: the inner packet has to be fragmented, so that none is larger
 */
struct tx_path {
	struct svti_outer *outer;
	u32 keep;
	u32 head;
	u32 mtu;
	u32 max;
	bool fragment;
};

static struct tx_cb *tx_cb(struct sk_buff *skb)
{
	BUILD_BUG_ON(sizeof(struct tx_cb) > sizeof_field(struct sk_buff, cb));
	return (struct tx_cb *)skb->cb;
}

/* --- after encryption */

static void forget_inner(struct svti_device *sdev, struct sk_buff *skb)
{
	skb_scrub_packet(skb, !net_eq(sdev->underlay, dev_net(sdev->dev)));
	skb->ip_summed = CHECKSUM_NONE;
	skb->encapsulation = 0;
	/* The mark of the inner packet has chosen the way here; this one chooses its own. */
	skb->mark = READ_ONCE(sdev->via.mark);
	skb_gso_reset(skb);
}

/* If the route leads into an svti device again, that one finds how deep the packet is. */
static int send(const struct svti_outer *outer, struct net *underlay, struct sk_buff *skb,
		struct dst_entry *dst, u8 new_depth)
{
	u8 old_depth = __this_cpu_read(depth);
	int err;

	__this_cpu_write(depth, new_depth);
	err = svti_outer_send(outer, underlay, skb, dst);
	__this_cpu_write(depth, old_depth);
	return err;
}

/* The outer header; false: the SA has got other addresses since the packet came. */
static bool push_header(const struct svti_outer *outer, struct sk_buff *skb, const struct tx_cb *cb)
{
	if (likely(!cb->keep))
		svti_outer_push(outer, skb, &cb->fields);
	else if (!svti_transport_push(outer, skb, cb->keep, cb->udp))
		return false;
	else
		skb->ignore_df = !cb->fields.df;
	return true;
}

static u32 header_len(const struct svti_outer *outer, const struct tx_cb *cb)
{
	if (likely(!cb->keep))
		return outer->len;
	return cb->keep + (cb->udp ? sizeof(struct udphdr) : 0);
}

/* Outer header, route, and off it goes. */
static void output(struct svti_sa *sa, struct sk_buff *skb)
{
	struct svti_outer *outer = rcu_dereference(sa->outer);
	struct svti_device *sdev = sa->sdev;
	struct tx_cb cb = *tx_cb(skb);
	struct dst_entry *dst;
	int err;

	/* The route is looked up once more: the packet may have been with the crypto layer. */
	dst = svti_outer_route(outer, sdev->underlay, &sdev->via);
	if (unlikely(!dst))
		return svti_drop_sealed(sa, skb, SVTI_DROP_TX_NO_ROUTE);
	forget_inner(sdev, skb);
	if (unlikely(skb_cow_head(skb, header_len(outer, &cb) + LL_RESERVED_SPACE(dst->dev)))) {
		dst_release(dst);
		return svti_drop_sealed(sa, skb, SVTI_DROP_TX_NO_MEMORY);
	}
	if (unlikely(!push_header(outer, skb, &cb))) {
		dst_release(dst);
		return svti_drop_sealed(sa, skb, SVTI_DROP_TX_TRANSPORT_ENDS);
	}
	err = send(outer, sdev->underlay, skb, dst, cb.depth);
	if (unlikely(net_xmit_eval(err)))
		return svti_drop_sealed(sa, NULL, SVTI_DROP_TX_OUTPUT);
	svti_dummy_sent(sa->dummy);
	if (unlikely(!cb.inner_len))
		return svti_sa_count_dummy(sa);
	dev_sw_netstats_tx_add(sdev->dev, 1, cb.inner_len);
	svti_sa_count(sa, cb.inner_len);
}

static void encrypted(struct svti_sa *sa, struct sk_buff *skb, int err)
{
	if (likely(!err))
		output(sa, skb);
	else if (err == -EBUSY || err == -ENOSPC)
		svti_drop_sealed(sa, skb, SVTI_DROP_TX_CRYPTO_BUSY);
	else
		svti_drop_sealed(sa, skb, SVTI_DROP_TX_CRYPTO_ERROR);
}

/* A late answer of the crypto layer, BH off. */
static void encrypted_late(struct svti_request *req, int err)
{
	rcu_read_lock();
	encrypted(req->sa, req->skb, err);
	rcu_read_unlock();
	svti_request_put(req);
}

SVTI_CRYPTO_DONE(encrypt_done, encrypted_late, struct svti_request)

/* --- encryption */

static void encrypt(struct svti_sa *sa, struct sk_buff *skb, u64 seq, const u8 *iv, u8 *payload,
		    u32 len)
{
	struct svti_request *req = svti_request_get(sa, skb, encrypt_done);
	int err;

	if (unlikely(!req))
		return svti_drop(sa->sdev, sa, skb, SVTI_DROP_TX_NO_MEMORY);
	svti_request_fill(req, seq, iv, payload, len);
	err = crypto_aead_encrypt(&req->aead);
	if (unlikely(err == -EINPROGRESS))
		return;
	svti_request_put(req);
	encrypted(sa, skb, err);
}

/*
 * RFC 4303 2.7: TFC padding; 2.4 to 2.6: padding 1, 2, 3..., its length, the next header; room
 * for the ICV.
 */
static void append_trailer(struct sk_buff *skb, u32 tfc, u32 pad, u8 icv_len, u8 next_header)
{
	u8 *tail = __skb_put(skb, tfc + pad + SVTI_ESP_TRAILER_LEN + icv_len);

	memset(tail, 0, tfc);
	tail += tfc;
	for (u32 i = 1; i <= pad; i++)
		*tail++ = i;
	*tail++ = pad;
	*tail = next_header;
}

/* RFC 4303 2.1, 2.2, and the IV in front of the payload. Returns the IV. */
static const u8 *prepend_header(const struct svti_sa *sa, struct sk_buff *skb, u64 seq)
{
	const struct svti_algo *algo = sa->algo;
	__be32 *header = __skb_push(skb, SVTI_ESP_HEADER_LEN + algo->iv_len);
	u8 *iv = (u8 *)&header[2];
	__be64 counter = cpu_to_be64(seq);

	header[0] = sa->spi;
	header[1] = htonl(lower_32_bits(seq));
	/*
	 * RFC 4106 3.1 and the other counter modes want an IV that never repeats under a key,
	 * which the sequence number is; RFC 3602 3 wants one that nobody can guess.
	 */
	if (likely(algo->iv_kind == SVTI_IV_COUNTER))
		memcpy(iv, &counter, sizeof(counter));
	else if (algo->iv_kind == SVTI_IV_RANDOM)
		get_random_bytes(iv, algo->iv_len);
	return iv;
}

/*
 * The packet in memory of its own, in one piece, with room at both ends. TCP keeps a clone of
 * what it sends for retransmission, and pages may belong to a file: these are copied, since
 * encryption writes in place.
 */
static struct sk_buff *make_room(struct sk_buff *skb, u32 head, u32 tail)
{
	struct sk_buff *copy;

	if (likely(!skb_cloned(skb) && !skb_is_nonlinear(skb) && skb_headroom(skb) >= head &&
		   skb_tailroom(skb) >= tail))
		return skb;
	copy = skb_copy_expand(skb, head, tail, GFP_ATOMIC);
	/* The sender's socket goes on paying for it: TCP small queues count on that. */
	if (copy && skb->sk)
		skb_set_owner_w(copy, skb->sk);
	if (copy)
		consume_skb(skb);
	return copy;
}

static bool is_ip6(const struct sk_buff *skb)
{
	return skb->protocol == htons(ETH_P_IPV6);
}

/*
 * Make ESP of a packet that is to have @padded octets with TFC padding, and room for that and
 * the rest at both ends.
 */
static void seal(struct svti_sa *sa, struct sk_buff *skb, u64 seq, u32 padded, u8 next_header)
{
	const struct svti_algo *algo = sa->algo;
	u32 len = svti_algo_cipher_len(algo, padded);
	const u8 *iv;

	append_trailer(skb, padded - skb->len, len - padded - SVTI_ESP_TRAILER_LEN, algo->icv_len,
		       next_header);
	iv = prepend_header(sa, skb, seq);
	encrypt(sa, skb, seq, iv, skb->data + SVTI_ESP_HEADER_LEN + algo->iv_len, len);
}

/* Both return the next header of what is encrypted, and note what the outer one needs. */
static u8 open_tunnel(const struct svti_sa *sa, struct sk_buff *skb, const struct tx_path *path)
{
	struct tx_cb *cb = tx_cb(skb);

	cb->keep = 0;
	svti_header_outward(&sa->header, skb, path->mtu, &cb->fields);
	return is_ip6(skb) ? IPPROTO_IPV6 : IPPROTO_IPIP;
}

static u8 open_transport(const struct svti_sa *sa, struct sk_buff *skb, const struct tx_path *path)
{
	struct tx_cb *cb = tx_cb(skb);

	cb->keep = path->keep;
	cb->udp = path->outer->sport;
	/* RFC 8200 5: 1280 octets must get through, if need be in fragments. */
	cb->fields.df = !is_ip6(skb) || path->mtu >= IPV6_MIN_MTU;
	return svti_transport_split(path->outer, skb, path->keep,
				    SVTI_ESP_HEADER_LEN + sa->algo->iv_len);
}

/* Octets to be protected of a packet, with TFC padding, which transport mode has none of. */
static u32 padded_len(const struct svti_sa *sa, const struct tx_path *path,
		      const struct sk_buff *skb)
{
	return svti_algo_tfc_len(sa->tfc, path->mtu, skb->len) - path->keep;
}

/* One packet, no GSO. */
static void protect_one(struct svti_sa *sa, struct sk_buff *skb, u64 seq,
			const struct tx_path *path)
{
	const struct svti_algo *algo = sa->algo;
	struct svti_device *sdev = sa->sdev;
	u32 padded = padded_len(sa, path, skb);
	u32 len = svti_algo_cipher_len(algo, padded) + algo->icv_len + path->keep;
	struct sk_buff *roomy;
	u8 next_header;

	if (unlikely(skb->ip_summed == CHECKSUM_PARTIAL && skb_checksum_help(skb)))
		return svti_drop(sdev, sa, skb, SVTI_DROP_TX_NO_MEMORY);
	roomy = make_room(skb, path->head + SVTI_ESP_HEADER_LEN + algo->iv_len, len - skb->len);
	if (unlikely(!roomy))
		return svti_drop(sdev, sa, skb, SVTI_DROP_TX_NO_MEMORY);
	skb = roomy;
	tx_cb(skb)->inner_len = skb->len;
	next_header = path->keep ? open_transport(sa, skb, path) : open_tunnel(sa, skb, path);
	seal(sa, skb, seq, padded, next_header);
}

/* --- before encryption */

/* Octets to be encrypted for the packets of a list. */
static u64 cipher_len(const struct svti_sa *sa, const struct tx_path *path,
		      const struct sk_buff *list)
{
	u64 len = 0;

	for (; list; list = list->next)
		len += svti_algo_cipher_len(sa->algo, padded_len(sa, path, list));
	return len;
}

/*
 * Sequence numbers and lifetime for the @count packets of a list, or for none of them: 0, the SA
 * ends. RFC 4303 3.3.3: never beyond the last number.
 */
static u64 reserve(struct svti_sa *sa, const struct tx_path *path, const struct sk_buff *list,
		   u32 count)
{
	u64 last;

	if (sa->budget && unlikely(!svti_life_take(sa, count, cipher_len(sa, path, list))))
		return 0;
	last = atomic64_add_return(count, &sa->seq);
	if (unlikely(last >= sa->seq_soft)) {
		svti_sa_warn(sa, SVTI_EXPIRE_SEQUENCE);
		if (last >= sa->seq_max)
			svti_sa_end(sa, SVTI_EXPIRE_SEQUENCE);
		if (last > sa->seq_max)
			return 0;
	}
	return last - count + 1;
}

/* The largest inner packet that makes an outer one of no more than @mtu octets. */
static u32 inner_max(const struct svti_sa *sa, const struct tx_path *path, u32 mtu)
{
	u32 around = path->keep ? path->keep + svti_outer_udp_len(path->outer) : path->outer->len;
	u32 max = mtu > around ? svti_algo_inner_max(sa->algo, mtu - around) : 0;

	return max ? max + path->keep : 0;
}

static bool fits(const struct sk_buff *skb, u32 mtu)
{
	return skb_is_gso(skb) ? skb_gso_validate_network_len(skb, mtu) : skb->len <= mtu;
}

/* RFC 4301 8.2.1, case 1 and 3: the sender is told what would have fitted. */
static void tell_too_big(struct sk_buff *skb, u32 mtu)
{
	skb_dst_update_pmtu_no_confirm(skb, mtu);
	if (is_ip6(skb))
		icmpv6_ndo_send(skb, ICMPV6_PKT_TOOBIG, 0, mtu);
	else
		icmp_ndo_send(skb, ICMP_DEST_UNREACH, ICMP_FRAG_NEEDED, htonl(mtu));
}

/*
 * A packet that is too big for the path goes as fragments of the outer packet, which the
 * underlay makes, or of the inner one, if one of them may be fragmented. False: none may.
 * 1280 octets of IPv6 must get through in any case (RFC 2473 7.1).
 */
static bool fit(const struct svti_sa *sa, struct sk_buff *skb, struct tx_path *path)
{
	u32 mtu = is_ip6(skb) ? max_t(u32, path->mtu, IPV6_MIN_MTU) : path->mtu;

	if (likely(fits(skb, mtu)) || sa->header.df == SVTI_DF_CLEAR)
		return true;
	if (!svti_header_may_fragment(skb)) {
		tell_too_big(skb, mtu);
		return false;
	}
	path->fragment = sa->header.df == SVTI_DF_SET;
	return true;
}

/*
 * Ask the route to the peer. @path has @outer and @keep already. Returns SVTI_DROP_COUNT, or why
 * nothing can be sent.
 */
static enum svti_drop find_path(const struct svti_sa *sa, struct tx_path *path)
{
	struct svti_outer *outer = path->outer;
	struct svti_device *sdev = sa->sdev;
	struct dst_entry *dst = svti_outer_route(outer, sdev->underlay, &sdev->via);

	if (unlikely(!dst))
		return SVTI_DROP_TX_NO_ROUTE;
	if (unlikely(dst->dev == sdev->dev)) {
		dst_release(dst);
		return SVTI_DROP_TX_ROUTE_LOOP;
	}
	path->head = LL_RESERVED_SPACE(dst->dev) +
		     (path->keep ? svti_outer_udp_len(outer) : outer->len);
	path->mtu = inner_max(sa, path, dst_mtu(dst));
	path->max = inner_max(sa, path, IP_MAX_MTU);
	dst_release(dst);
	return SVTI_DROP_COUNT;
}

/* Route and size; false: the packet is gone. */
static bool admit(const struct svti_sa *sa, struct sk_buff *skb, struct tx_path *path)
{
	enum svti_drop reason = SVTI_DROP_COUNT;

	*path = (struct tx_path){ .outer = rcu_dereference(sa->outer) };
	if (sa->transport)
		reason = svti_transport_admit(path->outer, skb, &path->keep);
	if (likely(reason == SVTI_DROP_COUNT))
		reason = find_path(sa, path);
	if (likely(reason == SVTI_DROP_COUNT) &&
	    unlikely(!fit(sa, skb, path) || !(path->fragment || fits(skb, path->max))))
		reason = SVTI_DROP_TX_TOO_BIG;
	if (likely(reason == SVTI_DROP_COUNT))
		return true;
	svti_drop(sa->sdev, sa, skb, reason);
	return false;
}

/* The segments of a GSO packet as a list, each one linear and with its checksum. */
static struct sk_buff *segment(struct svti_sa *sa, struct sk_buff *skb)
{
	struct sk_buff *segments;

	if (!skb_is_gso(skb)) {
		skb_mark_not_on_list(skb);
		return skb;
	}
	segments = skb_gso_segment(skb, 0);
	if (IS_ERR_OR_NULL(segments)) {
		svti_drop(sa->sdev, sa, skb, SVTI_DROP_TX_SEGMENT);
		return NULL;
	}
	consume_skb(skb);
	return segments;
}

/* A packet as the list of those that are encrypted; NULL: nothing is left of it. */
static struct sk_buff *split(struct svti_sa *sa, struct sk_buff *skb, const struct tx_path *path,
			     u32 *count)
{
	u8 depth = tx_cb(skb)->depth;

	skb = segment(sa, skb);
	if (unlikely(path->fragment) && skb)
		skb = svti_fragment(sa, skb, path->mtu);
	*count = 0;
	for (struct sk_buff *one = skb; one; one = one->next) {
		/* The IP layer has control blocks of its own. */
		tx_cb(one)->depth = depth;
		++*count;
	}
	return skb;
}

/* The SA has come to its end before these: they wait for the next one. */
static void wait_for_next(struct svti_policy *policy, struct svti_device *sdev,
			  struct sk_buff *list)
{
	struct sk_buff *skb, *next;
	struct svti_flow flow;
	struct svti_sa *sa;

	skb_list_walk_safe(list, skb, next) {
		skb_mark_not_on_list(skb);
		if (unlikely(!svti_flow_read(skb, &flow))) {
			svti_drop(sdev, NULL, skb, SVTI_DROP_TX_INNER_MALFORMED);
			continue;
		}
		sa = svti_acquire_hold(policy, &flow, skb, false);
		if (sa)
			svti_protect(policy, sa, skb);
	}
}

/* A packet for transport mode; NULL: a fragment that waits for others. */
static struct sk_buff *whole(struct svti_device *sdev, struct sk_buff *skb)
{
	u8 depth = tx_cb(skb)->depth;

	skb = svti_transport_whole(dev_net(sdev->dev), skb);
	if (skb)
		tx_cb(skb)->depth = depth;
	return skb;
}

/**
 * svti_protect() - send a packet on an SA
 * @policy: that decided it
 * @sa: that is to carry it
 * @skb: the inner packet; consumed
 *
 * A GSO packet takes one decision about route and size, and one reservation of sequence
 * numbers, for all its segments.
 */
void svti_protect(struct svti_policy *policy, struct svti_sa *sa, struct sk_buff *skb)
{
	struct svti_device *sdev = sa->sdev;
	struct sk_buff *next;
	struct tx_path path;
	u32 bytes, count;
	u64 seq;

	skb = sa->transport ? whole(sdev, skb) : skb;
	if (!skb)
		return;
	bytes = skb->len;
	if (!admit(sa, skb, &path))
		return;
	skb = split(sa, skb, &path, &count);
	if (!skb)
		return;
	seq = reserve(sa, &path, skb, count);
	if (unlikely(!seq))
		return wait_for_next(policy, sdev, skb);
	svti_policy_count(policy, count, bytes);
	skb_list_walk_safe(skb, skb, next) {
		skb_mark_not_on_list(skb);
		protect_one(sa, skb, seq++, &path);
	}
}

/* RFC 4303 2.6: as large as the padded packets, else of any size; only random octets in it. */
static struct sk_buff *make_dummy(const struct svti_sa *sa, const struct tx_path *path)
{
	u32 head = path->head + SVTI_ESP_HEADER_LEN + sa->algo->iv_len;
	struct sk_buff *skb;
	u32 len;

	if (!path->mtu)
		return NULL;
	len = svti_algo_tfc_len(sa->tfc, path->mtu, 0)
		      ?: 1 + reciprocal_scale(get_random_u32(), path->mtu);
	skb = alloc_skb(head + svti_algo_cipher_len(sa->algo, len) + sa->algo->icv_len, GFP_ATOMIC);
	if (!skb)
		return NULL;
	skb_reserve(skb, head);
	get_random_bytes(__skb_put(skb, len), len);
	skb->dev = sa->sdev->dev;
	skb->protocol = htons(ETH_P_IP);
	*tx_cb(skb) = (struct tx_cb){ .depth = 1 };
	svti_header_alone(&sa->header, &tx_cb(skb)->fields);
	return skb;
}

/**
 * svti_send_dummy() - send a packet that the peer discards
 * @sa: that is to carry it
 *
 * Does nothing if it cannot. BH off, under RCU.
 */
void svti_send_dummy(struct svti_sa *sa)
{
	struct tx_path path = { .outer = rcu_dereference(sa->outer) };
	struct sk_buff *skb;
	u64 seq;

	if (find_path(sa, &path) != SVTI_DROP_COUNT)
		return;
	skb = make_dummy(sa, &path);
	if (!skb)
		return;
	seq = reserve(sa, &path, skb, 1);
	if (seq)
		seal(sa, skb, seq, skb->len, IPPROTO_NONE);
	else
		kfree_skb(skb);
}

/* No policy allows it: RFC 4301 6 has the sender told so. */
static void refuse(struct svti_device *sdev, struct sk_buff *skb, enum svti_drop reason)
{
	if (is_ip6(skb))
		icmpv6_ndo_send(skb, ICMPV6_DEST_UNREACH, ICMPV6_ADM_PROHIBITED, 0);
	else
		icmp_ndo_send(skb, ICMP_DEST_UNREACH, ICMP_PKT_FILTERED, 0);
	svti_drop(sdev, NULL, skb, reason);
}

static void decide(struct svti_device *sdev, struct sk_buff *skb, const struct svti_flow *flow,
		   bool waited)
{
	struct svti_policy *policy = svti_spd_lookup(&sdev->spd, SVTI_DIR_OUT, flow);
	struct svti_sa *sa;

	if (unlikely(!policy))
		return refuse(sdev, skb, flow->offset ? SVTI_DROP_TX_FRAGMENT_NO_POLICY
						      : SVTI_DROP_TX_NO_POLICY);
	if (unlikely(policy->action == SVTI_ACTION_DISCARD)) {
		svti_policy_count(policy, 1, skb->len);
		return refuse(sdev, skb, SVTI_DROP_TX_POLICY_DISCARD);
	}
	sa = rcu_dereference(policy->sa);
	if (unlikely(!sa))
		sa = svti_acquire_hold(policy, flow, skb, waited);
	if (likely(sa))
		svti_protect(policy, sa, skb);
}

/**
 * svti_look_up() - find out what is to be done with an inner packet, and do it
 * @sdev: device
 * @skb: the inner packet; consumed
 * @waited: it has waited for an SA
 *
 * BH off, under RCU.
 */
void svti_look_up(struct svti_device *sdev, struct sk_buff *skb, bool waited)
{
	struct svti_flow flow;

	if (unlikely(skb->protocol != htons(ETH_P_IP) && !is_ip6(skb)))
		return svti_drop(sdev, NULL, skb, SVTI_DROP_TX_INNER_PROTO);
	if (unlikely(skb_network_offset(skb) || !svti_flow_read(skb, &flow)))
		return svti_drop(sdev, NULL, skb, SVTI_DROP_TX_INNER_MALFORMED);
	decide(sdev, skb, &flow, waited);
}

/**
 * svti_xmit() - send a packet that was routed to the device
 * @skb: the inner packet; consumed
 * @dev: the device
 *
 * Return: NETDEV_TX_OK.
 */
netdev_tx_t svti_xmit(struct sk_buff *skb, struct net_device *dev)
{
	struct svti_device *sdev = netdev_priv(dev);

	/*
	 * Tunnels may go through tunnels, to a bound: the routes may well form a circle. The packet
	 * itself carries its depth, since an SA or the crypto layer may keep it waiting.
	 */
	tx_cb(skb)->depth = __this_cpu_read(depth) + 1;
	if (unlikely(tx_cb(skb)->depth > SVTI_NESTING_MAX)) {
		svti_drop(sdev, NULL, skb, SVTI_DROP_TX_NESTED_TOO_DEEP);
		return NETDEV_TX_OK;
	}
	rcu_read_lock();
	svti_look_up(sdev, skb, false);
	rcu_read_unlock();
	return NETDEV_TX_OK;
}
