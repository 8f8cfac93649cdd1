// SPDX-License-Identifier: GPL-2.0
/*
 * NAT keepalives of an SA that sends ESP in UDP, RFC 3948 2.3 and 4: one octet in UDP between the
 * same ports, when nothing else was sent for so long. Those of the peer end in the UDP socket
 * of the keying daemon, which the kernel knows to carry ESP.
 */
#include <linux/netdevice.h>
#include <net/dst.h>

#include "device.h"
#include "keepalive.h"
#include "outer.h"
#include "sad.h"

enum {
	KEEPALIVE = 0xff,
};

/* Under RCU. */
static bool send(struct svti_sa *sa)
{
	struct svti_outer *outer = rcu_dereference(sa->outer);
	struct svti_device *sdev = sa->sdev;
	struct svti_outer_fields fields;
	struct dst_entry *dst;
	struct sk_buff *skb;
	int err;

	if (!outer->sport || !netif_running(sdev->dev))
		return false;
	dst = svti_outer_route(outer, sdev->underlay, &sdev->via);
	if (!dst)
		return false;
	if (dst->dev == sdev->dev)
		goto release;
	skb = alloc_skb(LL_RESERVED_SPACE(dst->dev) + outer->len + 1, GFP_ATOMIC);
	if (!skb)
		goto release;
	skb_reserve(skb, LL_RESERVED_SPACE(dst->dev) + outer->len);
	skb_put_u8(skb, KEEPALIVE);
	skb->mark = READ_ONCE(sdev->via.mark);
	svti_header_alone(&sa->header, &fields);
	svti_outer_push(outer, skb, &fields);
	err = svti_outer_send(outer, sdev->underlay, skb, dst);
	return !net_xmit_eval(err);

release:
	dst_release(dst);
	return false;
}

/* The timer does not follow each packet: it looks when the last one was, and comes again. */
static void on_timer(struct timer_list *timer)
{
	struct svti_sa *sa = container_of(timer, struct svti_sa, keepalive.timer);
	struct svti_keepalive *k = &sa->keepalive;
	time64_t now = ktime_get_seconds(), due;
	u32 period = READ_ONCE(k->period);

	if (!period)
		return;
	/* The last packet was sent at some time in its second. */
	due = max(READ_ONCE(sa->used) + 1, k->last) + period;
	if (now >= due) {
		rcu_read_lock();
		if (send(sa))
			WRITE_ONCE(k->sent, k->sent + 1);
		rcu_read_unlock();
		k->last = now;
		due = now + period;
	}
	mod_timer(timer, jiffies + (due - now) * HZ);
}

/**
 * svti_keepalive_init() - prepare the keepalives of a new SA
 * @sa: the SA
 * @period: seconds, 0: none
 */
void svti_keepalive_init(struct svti_sa *sa, u32 period)
{
	sa->keepalive.period = period;
	timer_setup(&sa->keepalive.timer, on_timer, 0);
}

/**
 * svti_keepalive_set() - begin with keepalives, or end them
 * @sa: an SA in the SAD, the mutex of its device held
 * @period: seconds without a packet after which one is sent, 0: never
 */
void svti_keepalive_set(struct svti_sa *sa, u32 period)
{
	struct svti_keepalive *k = &sa->keepalive;

	/* Whatever comes next comes by the new period. */
	timer_delete_sync(&k->timer);
	WRITE_ONCE(k->period, period);
	k->last = ktime_get_seconds();
	if (period)
		mod_timer(&k->timer, jiffies + period * HZ);
}

/**
 * svti_keepalive_stop() - the SA is on its way out
 * @sa: an SA that is being removed, the mutex of its device held
 */
void svti_keepalive_stop(struct svti_sa *sa)
{
	timer_shutdown_sync(&sa->keepalive.timer);
}
