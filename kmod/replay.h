/* SPDX-License-Identifier: GPL-2.0 */
/* Anti-replay window and extended sequence numbers of one inbound SA. Pure. */
#ifndef _SVTI_REPLAY_H
#define _SVTI_REPLAY_H

#include <linux/rcupdate.h>
#include <linux/spinlock.h>
#include <linux/types.h>

struct svti_replay_ring;

/**
 * struct svti_replay - the window of one inbound SA, RFC 4303 3.4.3 in the form of RFC 6479
 * @lock: taken, BH off, by svti_replay_commit() and svti_replay_resize() alone
 * @top: highest sequence number authenticated so far, 0 for none; all 64 bits with ESN, else
 *	below 2^32
 * @window: packets that may arrive late, 0 switches the check off
 * @esn: extended sequence numbers in use
 * @ring: packets seen; NULL without a window
 *
 * @top and @window may be read with READ_ONCE() at any time.
 */
struct svti_replay {
	spinlock_t lock;
	u64 top;
	u32 window;
	bool esn;
	struct svti_replay_ring __rcu *ring;
};

int svti_replay_init(struct svti_replay *r, u32 window, bool esn, gfp_t gfp);
void svti_replay_destroy(struct svti_replay *r);
int svti_replay_resize(struct svti_replay *r, u32 window);

/* Full sequence number of a received 32-bit one, RFC 4303 A2.2; 0: there is none. Lock-free. */
u64 svti_replay_infer(const struct svti_replay *r, u32 seq_lo);
/* Certainly too old or seen? Under RCU, before decryption; false says nothing. */
bool svti_replay_stale(const struct svti_replay *r, u64 seq);
/* After a good ICV: true marks @seq as seen, false means replayed or too old. */
bool svti_replay_commit(struct svti_replay *r, u64 seq);

#endif /* _SVTI_REPLAY_H */
