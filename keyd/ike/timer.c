// SPDX-License-Identifier: GPL-2.0-or-later
#include "ike/timer.h"

#include <stddef.h>

void timer_setup(struct timer *t, void (*fire)(void *ctx), void *ctx)
{
	*t = (struct timer){ .fire = fire, .ctx = ctx };
}

/* The later one becomes the first child of the earlier one. */
static struct timer *meld(struct timer *a, struct timer *b)
{
	struct timer *swap;

	if (!a || !b)
		return a ? a : b;
	if (b->when < a->when) {
		swap = a;
		a = b;
		b = swap;
	}
	b->next = a->child;
	if (b->next)
		b->next->prev = b;
	b->prev = a;
	a->child = b;
	a->next = a->prev = NULL;
	return a;
}

/* Meld siblings in pairs from the left, then all of them from the right. */
static struct timer *meld_siblings(struct timer *first)
{
	struct timer *pairs = NULL, *root = NULL;

	while (first) {
		struct timer *a = first, *b = a->next, *pair;

		first = b ? b->next : NULL;
		a->next = a->prev = NULL;
		if (b)
			b->next = b->prev = NULL;
		pair = meld(a, b);
		pair->next = pairs;
		pairs = pair;
	}
	while (pairs) {
		struct timer *next = pairs->next;

		pairs->next = pairs->prev = NULL;
		root = meld(root, pairs);
		pairs = next;
	}
	return root;
}

void timer_cancel(struct timers *ts, struct timer *t)
{
	struct timer *rest;

	if (!t->armed)
		return;
	rest = meld_siblings(t->child);
	if (ts->root == t) {
		ts->root = rest;
	} else {
		if (t->prev->child == t)
			t->prev->child = t->next;
		else
			t->prev->next = t->next;
		if (t->next)
			t->next->prev = t->prev;
		ts->root = meld(ts->root, rest);
	}
	t->child = t->next = t->prev = NULL;
	t->armed = false;
}

void timer_set(struct timers *ts, struct timer *t, uint64_t when)
{
	timer_cancel(ts, t);
	t->when = when;
	t->armed = true;
	ts->root = meld(ts->root, t);
}

uint64_t timers_next(const struct timers *ts)
{
	return ts->root ? ts->root->when : UINT64_MAX;
}

bool timers_fire(struct timers *ts, uint64_t now)
{
	struct timer *t = ts->root;

	if (!t || t->when > now)
		return false;
	timer_cancel(ts, t);
	t->fire(t->ctx);
	return true;
}
