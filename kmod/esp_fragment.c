// SPDX-License-Identifier: GPL-2.0
/*
 * Fragmentation before encryption (RFC 4301 8.2.1, case 2): where the outer packet may not be
 * fragmented but the inner one may.
 */
#include <net/dst_metadata.h>
#include <net/ip.h>

#include "device.h"
#include "esp.h"
#include "sad.h"

/**
 * struct chain - a list of packets, by &sk_buff.next
 * @first: NULL: empty
 * @end: where the next one goes
 */
struct chain {
	struct sk_buff *first;
	struct sk_buff **end;
};

/* What the IP layer fragments on this CPU, BH off. */
static DEFINE_PER_CPU(struct chain *, chain);

static void append(struct chain *to, struct sk_buff *skb)
{
	skb_mark_not_on_list(skb);
	*to->end = skb;
	to->end = &skb->next;
}

static int take_fragment(struct net *net, struct sock *sk, struct sk_buff *skb)
{
	append(__this_cpu_read(chain), skb);
	return 0;
}

/*
 * The IP layer asks the route for its MTU, and the control block for a smaller one. It counts
 * itself what it cannot fragment for want of memory.
 */
static void fragment_one(const struct svti_sa *sa, struct sk_buff *skb, u32 mtu)
{
	struct svti_device *sdev = sa->sdev;

	if (unlikely(!skb_valid_dst(skb) || mtu < ip_hdrlen(skb) + 8))
		return svti_drop(sdev, sa, skb, SVTI_DROP_TX_TOO_BIG);
	memset(IPCB(skb), 0, sizeof(*IPCB(skb)));
	IPCB(skb)->frag_max_size = mtu;
	ip_do_fragment(dev_net(sdev->dev), NULL, skb, take_fragment);
}

/**
 * svti_fragment() - make fragments of the packets that are too big
 * @sa: that is to carry them
 * @skb: list of inner IPv4 packets that may be fragmented; consumed
 * @mtu: largest inner packet
 *
 * BH off.
 *
 * Return: a list of packets of no more than @mtu octets, perhaps empty.
 */
struct sk_buff *svti_fragment(const struct svti_sa *sa, struct sk_buff *skb, u32 mtu)
{
	struct chain done = { .end = &done.first };
	struct sk_buff *next;

	__this_cpu_write(chain, &done);
	skb_list_walk_safe(skb, skb, next) {
		skb_mark_not_on_list(skb);
		if (skb->len <= mtu)
			append(&done, skb);
		else
			fragment_one(sa, skb, mtu);
	}
	__this_cpu_write(chain, NULL);
	return done.first;
}
