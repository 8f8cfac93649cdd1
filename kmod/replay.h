/* SPDX-License-Identifier: GPL-2.0 */
/* Anti-replay window and extended sequence numbers of one inbound SA. Pure. */
#ifndef _SVTI_REPLAY_H
#define _SVTI_REPLAY_H

#include <linux/bitops.h>
#include <linux/spinlock.h>
#include <linux/types.h>

/**
 * struct svti_replay - the window of one inbound SA, RFC 4303 3.4.3 in the form of RFC 6479
 * @lock: taken, BH off, by svti_replay_commit() alone
 * @top: highest sequence number authenticated so far; all 64 bits with ESN, else below 2^32
 * @window: packets that may arrive late, 0 switches the check off
 * @words: longs in @bitmap, a power of two, at least one more than @window needs
 * @esn: extended sequence numbers in use
 * @bitmap: ring of packets seen
 */
struct svti_replay {
	spinlock_t lock;
	u64 top;
	u32 window;
	u32 words;
	bool esn;
	unsigned long *bitmap;
};

int svti_replay_init(struct svti_replay *r, u32 window, bool esn, gfp_t gfp);
void svti_replay_destroy(struct svti_replay *r);
int svti_replay_resize(struct svti_replay *r, u32 window);

/* Full sequence number of a received 32-bit one, RFC 4303 A2.2. Lock-free. */
u64 svti_replay_infer(const struct svti_replay *r, u32 seq_lo);
/* Certainly too old? Lock-free hint before decryption; false says nothing. */
bool svti_replay_stale(const struct svti_replay *r, u64 seq);
/* After a good ICV: true marks @seq as seen, false means replayed or too old. */
bool svti_replay_commit(struct svti_replay *r, u64 seq);

#endif /* _SVTI_REPLAY_H */
