// SPDX-License-Identifier: GPL-2.0
/*
 * Anti-replay window and extended sequence numbers.
 *
 * The window is the ring of RFC 6479: it has at least one word more than the window needs, so
 * that moving forward clears whole words and never shifts. Only svti_replay_commit() and
 * svti_replay_resize() write, under the lock; the checks before decryption take none.
 */
#include <linux/bitmap.h>
#include <linux/log2.h>
#include <linux/minmax.h>
#include <linux/overflow.h>
#include <linux/slab.h>
#include <svti.h>

#include "replay.h"

#if BITS_PER_LONG != 64
#error "svti needs a 64-bit machine: the top of the window is read without a lock"
#endif

/**
 * struct svti_replay_ring - packets seen
 * @rcu: for its replacement
 * @window: packets that may arrive late
 * @mask: words in @bits, less one; their number is a power of two
 * @bits: one for each sequence number, which is its place modulo the size
 */
struct svti_replay_ring {
	struct rcu_head rcu;
	u32 window;
	u32 mask;
	unsigned long bits[];
};

static struct svti_replay_ring *ring_alloc(u32 window, gfp_t gfp)
{
	u32 words = roundup_pow_of_two(BITS_TO_LONGS(window) + 1);
	struct svti_replay_ring *ring = kzalloc(struct_size(ring, bits, words), gfp);

	if (ring) {
		ring->window = window;
		ring->mask = words - 1;
	}
	return ring;
}

static unsigned long *ring_word(struct svti_replay_ring *ring, u64 seq)
{
	return &ring->bits[(seq / BITS_PER_LONG) & ring->mask];
}

static bool ring_test(struct svti_replay_ring *ring, u64 seq)
{
	return READ_ONCE(*ring_word(ring, seq)) & BIT(seq % BITS_PER_LONG);
}

static void ring_set(struct svti_replay_ring *ring, u64 seq)
{
	unsigned long *word = ring_word(ring, seq);

	WRITE_ONCE(*word, *word | BIT(seq % BITS_PER_LONG));
}

/* Forget what the words between @top and the larger @seq held a turn of the ring ago. */
static void ring_advance(struct svti_replay_ring *ring, u64 top, u64 seq)
{
	u64 steps = min_t(u64, seq / BITS_PER_LONG - top / BITS_PER_LONG, ring->mask + 1);

	for (; steps; steps--) {
		top += BITS_PER_LONG;
		WRITE_ONCE(*ring_word(ring, top), 0);
	}
}

static bool below_window(u64 top, u32 window, u64 seq)
{
	return seq <= top && top - seq >= window;
}

/**
 * svti_replay_init() - make an empty window
 * @r: the window
 * @window: packets that may arrive late, 0..SVTI_REPLAY_WINDOW_MAX
 * @esn: extended sequence numbers, RFC 4303 2.2.1
 * @gfp: how to allocate
 *
 * Return: 0, -EINVAL for a window that is too large, or -ENOMEM; then nothing is to be freed.
 */
int svti_replay_init(struct svti_replay *r, u32 window, bool esn, gfp_t gfp)
{
	struct svti_replay_ring *ring = NULL;

	if (window > SVTI_REPLAY_WINDOW_MAX)
		return -EINVAL;
	if (window) {
		ring = ring_alloc(window, gfp);
		if (!ring)
			return -ENOMEM;
	}
	spin_lock_init(&r->lock);
	r->top = 0;
	r->window = window;
	r->esn = esn;
	RCU_INIT_POINTER(r->ring, ring);
	return 0;
}

/**
 * svti_replay_destroy() - free what svti_replay_init() made
 * @r: the window; no reader is left
 */
void svti_replay_destroy(struct svti_replay *r)
{
	kfree(rcu_dereference_protected(r->ring, true));
	RCU_INIT_POINTER(r->ring, NULL);
}

/*
 * What the old window does not know counts as seen: those packets were too old a moment ago,
 * and a window that grows must not let them in a second time.
 */
static void ring_take_over(struct svti_replay_ring *ring, struct svti_replay_ring *old, u64 top)
{
	u64 n = min_t(u64, ring->window, top);

	for (u64 seq = top; n; n--, seq--)
		if (!old || below_window(top, old->window, seq) || ring_test(old, seq))
			ring_set(ring, seq);
}

/**
 * svti_replay_resize() - change the window of a running SA
 * @r: the window
 * @window: packets that may arrive late, 0..SVTI_REPLAY_WINDOW_MAX
 *
 * What was seen stays seen, and what was too old stays too old. May sleep; packets go on.
 *
 * Return: 0, -EINVAL for a window that is too large, or -ENOMEM; then all is as before.
 */
int svti_replay_resize(struct svti_replay *r, u32 window)
{
	struct svti_replay_ring *ring = NULL;
	struct svti_replay_ring *old;

	if (window > SVTI_REPLAY_WINDOW_MAX)
		return -EINVAL;
	if (window) {
		ring = ring_alloc(window, GFP_KERNEL);
		if (!ring)
			return -ENOMEM;
	}
	spin_lock_bh(&r->lock);
	old = rcu_dereference_protected(r->ring, lockdep_is_held(&r->lock));
	if (ring)
		ring_take_over(ring, old, r->top);
	rcu_assign_pointer(r->ring, ring);
	WRITE_ONCE(r->window, window);
	spin_unlock_bh(&r->lock);
	if (old)
		kfree_rcu(old, rcu);
	return 0;
}

/**
 * svti_replay_infer() - the full sequence number of a packet
 * @r: the window
 * @seq_lo: the 32 bits that the packet carries
 *
 * RFC 4303 A2.2: the number nearest to the window that ends so, where the window and the
 * 2^32 - window numbers above it are the candidates. Without a window they are centred on the
 * top, since then nothing is too old. Below the first subspace there is none (case B would
 * underflow), so that the packet can only belong to the first.
 *
 * Return: the sequence number, or 0 if it would be beyond 2^64: the SA is used up.
 */
u64 svti_replay_infer(const struct svti_replay *r, u32 seq_lo)
{
	u64 top = READ_ONCE(r->top);
	u32 window = READ_ONCE(r->window);
	u32 seq_hi = upper_32_bits(top);
	u32 top_lo = lower_32_bits(top);
	u32 bottom;

	if (!r->esn)
		return seq_lo;
	if (!window)
		window = 1U << 31;
	bottom = top_lo - window + 1;
	if (top_lo >= window - 1) {
		if (seq_lo < bottom && check_add_overflow(seq_hi, 1U, &seq_hi))
			return 0;
	} else if (seq_lo >= bottom && seq_hi) {
		seq_hi--;
	}
	return (u64)seq_hi << 32 | seq_lo;
}

/**
 * svti_replay_stale() - spare the decryption of a packet that would be refused
 * @r: the window
 * @seq: its sequence number, from svti_replay_infer()
 *
 * Sequence number 0 is never sent by who counts from 1 (RFC 4303 3.3.3), and is what a
 * wrapped one looks like. Caller is in an RCU read section.
 *
 * A ring that moves on meanwhile can show the bit of a packet one turn later; by then @seq
 * has left the window, so that the answer is right all the same.
 *
 * Return: true if the packet was seen or is too old.
 */
bool svti_replay_stale(const struct svti_replay *r, u64 seq)
{
	struct svti_replay_ring *ring = rcu_dereference(r->ring);
	u64 top = READ_ONCE(r->top);

	if (!ring)
		return r->esn && !seq;
	if (!seq || below_window(top, ring->window, seq))
		return true;
	return seq <= top && ring_test(ring, seq);
}

/**
 * svti_replay_commit() - take note of an authentic packet, RFC 4303 3.4.3
 * @r: the window
 * @seq: its sequence number, from svti_replay_infer() before the ICV was checked with it
 *
 * Any context but hard interrupts.
 *
 * Return: true if the packet is to be taken, false if it was seen or is too old.
 */
bool svti_replay_commit(struct svti_replay *r, u64 seq)
{
	struct svti_replay_ring *ring;
	bool fresh;

	spin_lock_bh(&r->lock);
	ring = rcu_dereference_protected(r->ring, lockdep_is_held(&r->lock));
	if (!ring)
		fresh = seq || !r->esn;
	else if (!seq || below_window(r->top, ring->window, seq))
		fresh = false;
	else
		fresh = seq > r->top || !ring_test(ring, seq);
	if (!fresh)
		goto out;
	if (seq > r->top) {
		if (ring)
			ring_advance(ring, r->top, seq);
		WRITE_ONCE(r->top, seq);
	}
	if (ring)
		ring_set(ring, seq);
out:
	spin_unlock_bh(&r->lock);
	return fresh;
}
