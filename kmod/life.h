/* SPDX-License-Identifier: GPL-2.0 */
/* How long an SA lives: octets, packets and seconds, RFC 4301 4.4.2.1. */
#ifndef _SVTI_LIFE_H
#define _SVTI_LIFE_H

#include <linux/atomic.h>
#include <linux/cache.h>
#include <linux/percpu.h>
#include <linux/types.h>

struct svti_sa;

/**
 * struct svti_limit - when an SA is to be replaced, and when it ends
 * @soft: a warning is given, 0: never
 * @hard: the SA ends, 0: never; not below @soft
 */
struct svti_limit {
	u64 soft;
	u64 hard;
};

/**
 * struct svti_limits - all of them; the first that is reached counts
 * @bytes: octets that are encrypted or decrypted, padding included
 * @packets: packets
 * @seconds: seconds from the installation on, those in which the machine slept included
 */
struct svti_limits {
	struct svti_limit bytes;
	struct svti_limit packets;
	struct svti_limit seconds;
};

/**
 * struct svti_lease - what one CPU may use up without asking
 * @bytes: octets
 * @packets: packets
 */
struct svti_lease {
	u64 bytes;
	u64 packets;
};

/**
 * struct svti_budget - octets and packets of an SA that has limits for them
 * @bytes: limits, U64_MAX: none
 * @packets: likewise
 * @lease: for each CPU
 * @bytes_taken: octets that have been leased
 * @packets_taken: packets that have been leased
 *
 * What is leased counts as used. So the hard limit is never exceeded, and the soft one is never
 * announced late; both may be up to 1/64 early, with what other CPUs have leased and not used.
 */
struct svti_budget {
	struct svti_limit bytes;
	struct svti_limit packets;
	struct svti_lease __percpu *lease;
	/* Apart from what each packet reads. */
	atomic64_t bytes_taken ____cacheline_aligned_in_smp;
	atomic64_t packets_taken;
};

int svti_life_init(struct svti_sa *sa, const struct svti_limits *limits);
void svti_life_free(struct svti_sa *sa);
void svti_life_start(struct svti_sa *sa);
void svti_life_stop(struct svti_sa *sa);

bool svti_life_take(struct svti_sa *sa, u32 packets, u64 bytes);

void svti_life_left(const struct svti_sa *sa, struct svti_lease *left);
u64 svti_life_seconds_left(const struct svti_sa *sa);
u64 svti_life_age(const struct svti_sa *sa);

#endif /* _SVTI_LIFE_H */
