// SPDX-License-Identifier: GPL-2.0
/*
 * Packets that wait for an SA, and the question for it.
 *
 * The first packet asks, the timer asks again with growing pauses, and gives up. Whatever
 * happens, the queue is empty and the timer off once the SA is there or the policy gone.
 *
 * Packets go in order: those that wait are sent before packets find the SA, and what waited at
 * another policy goes before what waits here.
 *
 * The answer need not be an SA of this very policy: a daemon may catch the first packet with a
 * wide policy and then install narrower ones with their SA. So after every installation, what
 * still waits anywhere is looked up once more.
 */
#include <linux/slab.h>
#include <linux/timer.h>
#include <net/dst.h>

#include "acquire.h"
#include "device.h"
#include "esp.h"
#include "events.h"
#include "flow.h"
#include "limits.h"
#include "sad.h"

/**
 * struct svti_acquire - the waiting room of one outbound policy
 * @sdev: device
 * @policy: policy
 * @lock: for what follows
 * @queue: packets, oldest first
 * @moved: packets at the head of @queue that have waited elsewhere, or here before
 * @bytes: octets in @queue
 * @memory: what @queue takes up, part of &svti_device.waiting_memory
 * @tries: questions asked for this queue, 0: not waiting
 * @linked: svti_acquire_link() has said whether there is an SA; until then nobody is asked
 * @closed: the policy is on its way out
 * @flow: of the first packet, which the question quotes
 * @timer: asks again, or gives up
 * @rcu: for its end; packets find it by the policy
 */
struct svti_acquire {
	struct svti_device *sdev;
	struct svti_policy *policy;
	spinlock_t lock;
	struct sk_buff_head queue;
	u32 moved;
	u32 bytes;
	u32 memory;
	u8 tries;
	bool linked;
	bool closed;
	struct svti_flow flow;
	struct timer_list timer;
	struct rcu_head rcu;
};

/* Take all packets, under the lock. */
static void take_packets(struct svti_acquire *acq, struct sk_buff_head *queue)
{
	__skb_queue_head_init(queue);
	skb_queue_splice_init(&acq->queue, queue);
	atomic_sub(acq->memory, &acq->sdev->waiting_memory);
	acq->moved = 0;
	acq->memory = 0;
	acq->bytes = 0;
}

/* Ask no more, under the lock. The timer may be under way: it finds nothing to do. */
static void stop(struct svti_acquire *acq)
{
	if (!acq->tries)
		return;
	acq->tries = 0;
	atomic_dec(&acq->sdev->waiting);
	timer_delete(&acq->timer);
}

/* Take the queue, under the lock, and be idle again. */
static void take_queue(struct svti_acquire *acq, struct sk_buff_head *queue)
{
	take_packets(acq, queue);
	stop(acq);
}

static void drop_queue(struct svti_acquire *acq, struct sk_buff_head *queue, enum svti_drop reason)
{
	struct sk_buff *skb;

	while ((skb = __skb_dequeue(queue)))
		svti_drop(acq->sdev, NULL, skb, reason);
}

/* The pause after the question that is asked now: twice the last one. */
static unsigned long next_pause(struct svti_acquire *acq)
{
	return (unsigned long)SVTI_ACQUIRE_FIRST_WAIT << acq->tries++;
}

/* Begin to ask, under the lock; false: that was done already. */
static bool begin(struct svti_acquire *acq, const struct svti_flow *flow)
{
	if (acq->tries)
		return false;
	atomic_inc(&acq->sdev->waiting);
	acq->flow = *flow;
	mod_timer(&acq->timer, jiffies + next_pause(acq));
	return true;
}

/* Ask once more, or give up: then the next packet begins anew. */
static void on_timer(struct timer_list *timer)
{
	struct svti_acquire *acq = container_of(timer, struct svti_acquire, timer);
	struct sk_buff_head given_up;
	struct svti_flow flow;
	bool ask = false;

	__skb_queue_head_init(&given_up);
	spin_lock(&acq->lock);
	if (!acq->closed && acq->tries) {
		ask = acq->tries < SVTI_ACQUIRE_TRIES;
		flow = acq->flow;
		if (ask)
			mod_timer(&acq->timer, jiffies + next_pause(acq));
		else
			take_queue(acq, &given_up);
	}
	spin_unlock(&acq->lock);
	if (ask)
		svti_event_acquire(acq->sdev, acq->policy, &flow);
	drop_queue(acq, &given_up, SVTI_DROP_TX_ACQUIRE_TIMEOUT);
}

/**
 * svti_acquire_attach() - make the waiting room of a policy
 * @sdev: device
 * @policy: outbound policy that protects, not yet published
 *
 * Return: 0 or -ENOMEM.
 */
int svti_acquire_attach(struct svti_device *sdev, struct svti_policy *policy)
{
	struct svti_acquire *acq = kzalloc(sizeof(*acq), GFP_KERNEL);

	if (!acq)
		return -ENOMEM;
	acq->sdev = sdev;
	acq->policy = policy;
	spin_lock_init(&acq->lock);
	__skb_queue_head_init(&acq->queue);
	timer_setup(&acq->timer, on_timer, 0);
	policy->acquire = acq;
	return 0;
}

/**
 * svti_acquire_detach() - the policy is going; drop what waits
 * @policy: a policy that new packets no longer find, or that was never published
 *
 * Late packets may still find the room, closed, until a grace period has passed: the policy
 * itself must not be freed earlier either. May sleep.
 */
void svti_acquire_detach(struct svti_policy *policy)
{
	struct svti_acquire *acq = policy->acquire;
	struct sk_buff_head queue;

	if (!acq)
		return;
	spin_lock_bh(&acq->lock);
	acq->closed = true;
	take_queue(acq, &queue);
	spin_unlock_bh(&acq->lock);
	timer_shutdown_sync(&acq->timer);
	drop_queue(acq, &queue, SVTI_DROP_TX_ACQUIRE_FLUSHED);
	kfree_rcu(acq, rcu);
}

static struct sk_buff *take_oldest(struct svti_acquire *acq)
{
	struct sk_buff *oldest = __skb_dequeue(&acq->queue);

	acq->moved -= !!acq->moved;
	acq->bytes -= oldest->len;
	acq->memory -= oldest->truesize;
	atomic_sub(oldest->truesize, &acq->sdev->waiting_memory);
	return oldest;
}

static bool device_is_full(const struct svti_acquire *acq, const struct sk_buff *skb)
{
	return atomic_read(&acq->sdev->waiting_memory) + skb->truesize >
	       SVTI_ACQUIRE_DEVICE_MEMORY_MAX;
}

/* At its place: behind those that waited as well, else at the end. */
static void insert(struct svti_acquire *acq, struct sk_buff *skb, bool waited)
{
	struct sk_buff *behind = (struct sk_buff *)&acq->queue;

	if (!waited) {
		__skb_queue_tail(&acq->queue, skb);
		return;
	}
	for (u32 i = 0; i < acq->moved; i++)
		behind = behind->next;
	__skb_queue_after(&acq->queue, behind, skb);
	acq->moved++;
}

/*
 * Enter a packet, the oldest ones go for it. A device with many policies has a bound of its own:
 * there, a packet goes itself when its policy has no older one.
 */
static void enter(struct svti_acquire *acq, struct sk_buff *skb, bool waited,
		  struct sk_buff_head *dropped)
{
	while (!skb_queue_empty(&acq->queue) &&
	       (skb_queue_len(&acq->queue) >= SVTI_ACQUIRE_PACKETS_MAX ||
		acq->bytes + skb->len > SVTI_ACQUIRE_BYTES_MAX || device_is_full(acq, skb)))
		__skb_queue_tail(dropped, take_oldest(acq));
	if (device_is_full(acq, skb)) {
		__skb_queue_tail(dropped, skb);
		return;
	}
	insert(acq, skb, waited);
	acq->bytes += skb->len;
	acq->memory += skb->truesize;
	atomic_add(skb->truesize, &acq->sdev->waiting_memory);
}

/**
 * svti_acquire_hold() - keep a packet until there is an SA
 * @policy: what decided it
 * @flow: what it is
 * @skb: the packet; consumed unless an SA is returned
 * @waited: it has waited before, so that it goes before others
 *
 * BH off, under RCU.
 *
 * Return: NULL, or an SA that came in the meantime, on which the caller sends the packet.
 */
struct svti_sa *svti_acquire_hold(struct svti_policy *policy, const struct svti_flow *flow,
				  struct sk_buff *skb, bool waited)
{
	struct svti_acquire *acq = policy->acquire;
	enum svti_drop reason = SVTI_DROP_TX_ACQUIRE_OVERFLOW;
	struct sk_buff_head dropped;
	struct svti_sa *sa;
	bool ended, ask = false;

	__skb_queue_head_init(&dropped);
	/* The route is needed for an ICMP error later, when this RCU section is over. */
	skb_dst_force(skb);
	spin_lock(&acq->lock);
	/* Whoever sets the SA has emptied the queue, and does both under the lock. */
	sa = rcu_dereference(policy->sa);
	ended = sa && svti_sa_ended(sa);
	if (ended)
		sa = NULL;
	if (!sa && acq->closed) {
		reason = SVTI_DROP_TX_ACQUIRE_FLUSHED;
		__skb_queue_tail(&dropped, skb);
	} else if (!sa) {
		enter(acq, skb, waited, &dropped);
		/* Who takes an SA from its policies asks, if there is no other. */
		ask = acq->linked && !ended && begin(acq, flow);
	}
	spin_unlock(&acq->lock);
	if (ask)
		svti_event_acquire(acq->sdev, policy, flow);
	drop_queue(acq, &dropped, reason);
	return sa;
}

static void send(struct svti_policy *policy, struct svti_sa *sa, struct sk_buff_head *queue)
{
	struct sk_buff *skb;

	while ((skb = __skb_dequeue(queue)))
		svti_protect(policy, sa, skb);
}

/* Under the lock, when nothing waits any more if there is an SA. Returns true: ask, for @flow. */
static bool publish(struct svti_policy *policy, struct svti_sa *sa, struct svti_flow *flow)
{
	struct svti_acquire *acq = policy->acquire;

	rcu_assign_pointer(policy->sa, sa);
	acq->linked = true;
	if (sa)
		stop(acq);
	else if (!skb_queue_empty(&acq->queue) && svti_flow_read(skb_peek(&acq->queue), flow))
		return begin(acq, flow);
	return false;
}

/**
 * svti_acquire_link() - say which SA packets are sent on, and send what waited, in order
 * @policy: outbound policy that protects, under the mutex of the device
 * @sa: its SA from now on, NULL: there is none, which makes it acquire
 *
 * New packets find the SA when nothing waits any more; until then they queue up behind. Only if
 * they keep coming faster than they are sent, for many queues, they overtake the last of these.
 */
void svti_acquire_link(struct svti_policy *policy, struct svti_sa *sa)
{
	struct svti_acquire *acq = policy->acquire;
	bool linked = false, ask = false;
	struct sk_buff_head queue;
	struct svti_flow flow;

	local_bh_disable();
	rcu_read_lock();
	for (u32 round = 0; !linked; round++) {
		__skb_queue_head_init(&queue);
		spin_lock(&acq->lock);
		if (sa)
			take_packets(acq, &queue);
		linked = skb_queue_empty(&queue) || round == SVTI_ACQUIRE_ROUNDS;
		if (linked)
			ask = publish(policy, sa, &flow);
		spin_unlock(&acq->lock);
		send(policy, sa, &queue);
	}
	if (ask)
		svti_event_acquire(acq->sdev, policy, &flow);
	rcu_read_unlock();
	local_bh_enable();
}

/**
 * svti_acquire_retry() - look up once more what waits, in order
 * @policy: any policy, under the mutex of the device, after policies came
 *
 * What no other policy takes waits on. It is asked for anew if the packet that the questions
 * quoted is no longer among it.
 */
void svti_acquire_retry(struct svti_policy *policy)
{
	struct svti_acquire *acq = policy->acquire;
	struct sk_buff_head queue;
	struct svti_flow flow;
	struct sk_buff *skb;
	bool ask = false;

	if (!acq)
		return;
	local_bh_disable();
	rcu_read_lock();
	spin_lock(&acq->lock);
	take_packets(acq, &queue);
	spin_unlock(&acq->lock);
	while ((skb = __skb_dequeue(&queue)))
		svti_look_up(acq->sdev, skb, true);
	spin_lock(&acq->lock);
	skb = skb_peek(&acq->queue);
	if (!skb) {
		stop(acq);
	} else if (acq->tries && svti_flow_read(skb, &flow) &&
		   memcmp(&flow, &acq->flow, sizeof(flow))) {
		acq->flow = flow;
		ask = true;
	}
	spin_unlock(&acq->lock);
	if (ask)
		svti_event_acquire(acq->sdev, policy, &flow);
	rcu_read_unlock();
	local_bh_enable();
}

/**
 * svti_acquire_flush() - drop what waits, the policy stays
 * @policy: any policy
 */
void svti_acquire_flush(struct svti_policy *policy)
{
	struct svti_acquire *acq = policy->acquire;
	struct sk_buff_head queue;

	if (!acq)
		return;
	spin_lock_bh(&acq->lock);
	take_queue(acq, &queue);
	spin_unlock_bh(&acq->lock);
	local_bh_disable();
	drop_queue(acq, &queue, SVTI_DROP_TX_ACQUIRE_FLUSHED);
	local_bh_enable();
}
