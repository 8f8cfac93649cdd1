/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Timers in a pairing heap: nodes inside the objects, O(log n), nothing to allocate. */
#ifndef KEYD_IKE_TIMER_H
#define KEYD_IKE_TIMER_H

#include <stdbool.h>
#include <stdint.h>

struct timer {
	uint64_t when; /* ms */
	bool armed;
	struct timer *child;
	struct timer *next; /* sibling */
	struct timer *prev; /* sibling before, or parent */
	void (*fire)(void *ctx);
	void *ctx;
};

struct timers {
	struct timer *root;
};

void timer_setup(struct timer *t, void (*fire)(void *ctx), void *ctx);
/* Arm, or move if it is armed. */
void timer_set(struct timers *ts, struct timer *t, uint64_t when);
void timer_cancel(struct timers *ts, struct timer *t);
/* When the first one is due, UINT64_MAX: none. */
uint64_t timers_next(const struct timers *ts);
/* Fire the first one if it is due. Returns false when there is none. */
bool timers_fire(struct timers *ts, uint64_t now);

#endif
