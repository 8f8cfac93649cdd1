// SPDX-License-Identifier: GPL-2.0
/*
 * How long an SA lives: octets, packets and seconds, RFC 4301 4.4.2.1.
 *
 * CPUs that use an SA together do not meet for each packet: each takes a lease of what is left,
 * which is smaller the less is left, down to what the packet at hand needs.
 */
#include <linux/log2.h>
#include <linux/minmax.h>
#include <linux/percpu.h>
#include <linux/slab.h>

#include "compat.h"
#include "life.h"
#include "sad.h"

/* --- octets and packets */

/*
 * Lease @need units and some more; the whole of a limit when there is none. Returns false if that
 * is beyond the hard limit. @soft is set by the one who passes the soft limit.
 */
static bool draw(const struct svti_limit *limit, atomic64_t *taken, u64 *lease, u64 need,
		 bool *soft)
{
	/* One share of 64, split among all CPUs. */
	const u32 share = 6 + order_base_2(num_possible_cpus());
	s64 old = atomic64_read(taken);
	u64 from, next, grant;

	do {
		from = old;
		if (need - *lease > limit->hard - from)
			return false;
		next = from < limit->soft ? min(limit->soft, limit->hard) : limit->hard;
		grant = min(need - *lease + ((next - from) >> share), limit->hard - from);
	} while (!atomic64_try_cmpxchg(taken, &old, from + grant));
	*lease += grant;
	*soft |= from < limit->soft && from + grant >= limit->soft;
	return true;
}

/* Is there nothing left for the next packet, on this CPU and in the budget? */
static bool used_up(const struct svti_limit *limit, const atomic64_t *taken, u64 lease)
{
	return !lease && (u64)atomic64_read(taken) == limit->hard;
}

static bool take_slowly(struct svti_sa *sa, struct svti_lease *lease, u32 packets, u64 bytes)
{
	struct svti_budget *b = sa->budget;
	bool soft_bytes = false, soft_packets = false, granted;

	granted = (lease->bytes >= bytes ||
		   draw(&b->bytes, &b->bytes_taken, &lease->bytes, bytes, &soft_bytes)) &&
		  (lease->packets >= packets ||
		   draw(&b->packets, &b->packets_taken, &lease->packets, packets, &soft_packets));
	if (granted) {
		lease->bytes -= bytes;
		lease->packets -= packets;
	}
	if (soft_bytes)
		svti_sa_warn(sa, SVTI_EXPIRE_BYTES);
	if (soft_packets)
		svti_sa_warn(sa, SVTI_EXPIRE_PACKETS);
	if (used_up(&b->packets, &b->packets_taken, lease->packets) ||
	    (!granted && lease->bytes >= bytes))
		svti_sa_end(sa, SVTI_EXPIRE_PACKETS);
	else if (!granted || used_up(&b->bytes, &b->bytes_taken, lease->bytes))
		svti_sa_end(sa, SVTI_EXPIRE_BYTES);
	return granted;
}

/**
 * svti_life_take() - use up some of the life of an SA
 * @sa: an SA with a &svti_sa.budget, found under RCU
 * @packets: to be sent, or received
 * @bytes: octets of them that are encrypted or decrypted
 *
 * BH off. Warns at the soft limits, once, and ends the SA at the hard ones: with the packet that
 * reaches one, or before the one that would exceed it.
 *
 * Return: false if this is more than is left.
 */
bool svti_life_take(struct svti_sa *sa, u32 packets, u64 bytes)
{
	struct svti_lease *lease = this_cpu_ptr(sa->budget->lease);

	if (unlikely(lease->packets <= packets || lease->bytes <= bytes))
		return take_slowly(sa, lease, packets, bytes);
	lease->packets -= packets;
	lease->bytes -= bytes;
	return true;
}

/**
 * svti_life_left() - what an SA may still use up
 * @sa: an SA with a &svti_sa.budget
 * @left: filled in; without a hard limit it means nothing
 */
void svti_life_left(const struct svti_sa *sa, struct svti_lease *left)
{
	const struct svti_budget *b = sa->budget;
	int cpu;

	left->bytes = b->bytes.hard - (u64)atomic64_read(&b->bytes_taken);
	left->packets = b->packets.hard - (u64)atomic64_read(&b->packets_taken);
	for_each_possible_cpu(cpu) {
		const struct svti_lease *lease = per_cpu_ptr(b->lease, cpu);

		left->bytes += READ_ONCE(lease->bytes);
		left->packets += READ_ONCE(lease->packets);
	}
}

static struct svti_limit or_none(struct svti_limit limit)
{
	return (struct svti_limit){ .soft = limit.soft ?: U64_MAX, .hard = limit.hard ?: U64_MAX };
}

static int init_budget(struct svti_sa *sa)
{
	struct svti_budget *b = kzalloc(sizeof(*b), GFP_KERNEL_ACCOUNT);

	if (!b)
		return -ENOMEM;
	b->lease = alloc_percpu_gfp(struct svti_lease, GFP_KERNEL_ACCOUNT);
	if (!b->lease) {
		kfree(b);
		return -ENOMEM;
	}
	b->bytes = or_none(sa->limits.bytes);
	b->packets = or_none(sa->limits.packets);
	sa->budget = b;
	return 0;
}

/* --- seconds */

static ktime_t born_plus(const struct svti_sa *sa, u64 seconds)
{
	return ktime_add_safe(sa->born, ktime_set(min_t(u64, seconds, KTIME_SEC_MAX), 0));
}

/* In a softirq: first at the soft limit, then at the hard one. */
static enum hrtimer_restart on_time(struct hrtimer *timer)
{
	struct svti_sa *sa = container_of(timer, struct svti_sa, life_timer);
	ktime_t end = born_plus(sa, sa->limits.seconds.hard);

	if (sa->limits.seconds.hard && ktime_get_boottime() >= end) {
		svti_sa_end(sa, SVTI_EXPIRE_SECONDS);
		return HRTIMER_NORESTART;
	}
	svti_sa_warn(sa, SVTI_EXPIRE_SECONDS);
	if (!sa->limits.seconds.hard)
		return HRTIMER_NORESTART;
	hrtimer_set_expires(timer, end);
	return HRTIMER_RESTART;
}

/**
 * svti_life_seconds_left() - how long an SA will live
 * @sa: an SA with a hard limit of seconds
 *
 * Return: seconds, rounded up.
 */
u64 svti_life_seconds_left(const struct svti_sa *sa)
{
	ktime_t left = ktime_sub(born_plus(sa, sa->limits.seconds.hard), ktime_get_boottime());

	return left > 0 ? DIV_ROUND_UP_ULL(left, NSEC_PER_SEC) : 0;
}

/**
 * svti_life_age() - how long an SA has lived
 * @sa: an SA that was installed
 *
 * Return: seconds.
 */
u64 svti_life_age(const struct svti_sa *sa)
{
	return div_u64(ktime_sub(ktime_get_boottime(), sa->born), NSEC_PER_SEC);
}

/* --- begin and end */

/**
 * svti_life_init() - set the limits of a new SA
 * @sa: the SA
 * @limits: its limits
 *
 * Return: 0 or -ENOMEM.
 */
int svti_life_init(struct svti_sa *sa, const struct svti_limits *limits)
{
	sa->limits = *limits;
	/* The clock of xfrm's lifetimes as well: it goes on while the machine sleeps. */
	svti_hrtimer_setup(&sa->life_timer, on_time, CLOCK_BOOTTIME, HRTIMER_MODE_ABS_SOFT);
	if (limits->bytes.soft || limits->bytes.hard || limits->packets.soft ||
	    limits->packets.hard)
		return init_budget(sa);
	return 0;
}

/**
 * svti_life_free() - free what svti_life_init() made
 * @sa: an SA that nobody knows any more
 */
void svti_life_free(struct svti_sa *sa)
{
	if (!sa->budget)
		return;
	free_percpu(sa->budget->lease);
	kfree(sa->budget);
}

/**
 * svti_life_start() - the life begins
 * @sa: an SA that is being installed, the mutex of its device held
 */
void svti_life_start(struct svti_sa *sa)
{
	const struct svti_limit *seconds = &sa->limits.seconds;

	sa->born = ktime_get_boottime();
	if (seconds->soft || seconds->hard)
		hrtimer_start(&sa->life_timer, born_plus(sa, seconds->soft ?: seconds->hard),
			      HRTIMER_MODE_ABS_SOFT);
}

/**
 * svti_life_stop() - no timer goes off any more
 * @sa: an SA that is being removed, the mutex of its device held
 */
void svti_life_stop(struct svti_sa *sa)
{
	hrtimer_cancel(&sa->life_timer);
}
