// SPDX-License-Identifier: GPL-2.0
/* The replay window against a shift register, and ESN inference against a search. */
#include <kunit/test.h>
#include <linux/prandom.h>
#include <linux/slab.h>
#include <svti.h>

#include "../replay.h"
#include "suites.h"

#define SEED  0x7265706c61790001ULL
#define STEPS 20000
#define SPACE ((u64)1 << 32)

/* The window as RFC 4303 3.4.3 draws it: seen[i] is packet top - i, and moving shifts. */
struct oracle {
	u64 top;
	u32 window;
	bool seen[SVTI_REPLAY_WINDOW_MAX];
};

static bool oracle_takes(const struct oracle *o, u64 seq)
{
	if (!o->window)
		return true;
	if (!seq)
		return false;
	if (seq > o->top)
		return true;
	return o->top - seq < o->window && !o->seen[o->top - seq];
}

static void oracle_mark(struct oracle *o, u64 seq)
{
	if (seq > o->top) {
		u64 by = min_t(u64, seq - o->top, SVTI_REPLAY_WINDOW_MAX);

		memmove(o->seen + by, o->seen, SVTI_REPLAY_WINDOW_MAX - by);
		memset(o->seen, 0, by);
		o->top = seq;
	}
	if (o->top - seq < SVTI_REPLAY_WINDOW_MAX)
		o->seen[o->top - seq] = true;
}

/* Packets outside of the old window were too old, and are so for good. */
static void oracle_resize(struct oracle *o, u32 window)
{
	for (u32 i = o->window; i < SVTI_REPLAY_WINDOW_MAX; i++)
		o->seen[i] = true;
	o->window = window;
}

/*
 * RFC 4303 A2.1: the sequence number is in the interval of 2^32 numbers that begins with the
 * bottom of the window. 0 if that number does not exist.
 */
static u64 oracle_infer(u64 top, u32 window, u32 seq_lo)
{
	__int128 bottom = (__int128)top - (window ?: 1U << 31) + 1;
	__int128 seq = (__int128)(top & ~(SPACE - 1)) + seq_lo - (__int128)SPACE;

	while (seq < bottom)
		seq += SPACE;
	if (seq < 0)
		seq += SPACE;
	return seq >> 64 ? 0 : (u64)seq;
}

static bool stale(const struct svti_replay *r, u64 seq)
{
	bool answer;

	rcu_read_lock();
	answer = svti_replay_stale(r, seq);
	rcu_read_unlock();
	return answer;
}

static struct oracle *oracle_new(struct kunit *test, u32 window)
{
	struct oracle *o = kunit_kzalloc(test, sizeof(*o), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, o);
	o->window = window;
	return o;
}

static void window_init(struct kunit *test, struct svti_replay *r, u32 window, bool esn)
{
	KUNIT_ASSERT_EQ(test, svti_replay_init(r, window, esn, GFP_KERNEL), 0);
}

/* Show both the same packet; what they say before and after decryption must be equal. */
static void step(struct kunit *test, struct svti_replay *r, struct oracle *o, u64 seq)
{
	bool takes = oracle_takes(o, seq);

	if (stale(r, seq) == takes)
		KUNIT_FAIL(test, "window %u top %llu seq %llu: stale %d", o->window, o->top, seq,
			   takes);
	if (svti_replay_commit(r, seq) != takes)
		KUNIT_FAIL(test, "window %u top %llu seq %llu: commit %d", o->window, o->top, seq,
			   !takes);
	if (takes)
		oracle_mark(o, seq);
	if (READ_ONCE(r->top) != o->top)
		KUNIT_FAIL(test, "window %u top %llu, not %llu", o->window, r->top, o->top);
}

/* Mostly near the edges of the window and of its words. */
static u64 random_seq(struct rnd_state *rnd, u64 top, u32 window)
{
	u32 r = prandom_u32_state(rnd);
	u64 back;

	switch (r % 16) {
	case 0 ... 5:
		return top + 1 + (r >> 8) % 4;
	case 6:
		return top + (r >> 8) % (2 * window + 2);
	case 7:
		return top + 64 * ((r >> 8) % 8) + (r >> 16) % 3;
	case 8:
		back = window + (r >> 8) % 4 - 2;
		break;
	case 9:
		back = window + (r >> 8) % 128;
		break;
	case 10:
		back = (r >> 8) % (2 * SVTI_REPLAY_WINDOW_MAX);
		break;
	default:
		back = (r >> 8) % (window + 1);
		break;
	}
	return back < top ? top - back : 1;
}

static const u32 windows[] = { 0, 1, 2, 31, 32, 63, 64, 65, 127, 128, 1000, 1024, 8191, 8192 };

static void window_desc(const u32 *window, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "window %u", *window);
}
KUNIT_ARRAY_PARAM(window, windows, window_desc);

static void random_packets(struct kunit *test)
{
	u32 window = *(const u32 *)test->param_value;
	struct oracle *o = oracle_new(test, window);
	struct svti_replay r;
	struct rnd_state rnd;

	prandom_seed_state(&rnd, SEED + window);
	window_init(test, &r, window, false);
	for (u32 i = 0; i < STEPS; i++)
		step(test, &r, o, random_seq(&rnd, o->top, window));
	svti_replay_destroy(&r);
}

/* With ESN, across the edges of several subspaces, from 32 bits of sequence number. */
static void esn_packets(struct kunit *test)
{
	u32 window = *(const u32 *)test->param_value;
	struct oracle *o = oracle_new(test, window);
	struct svti_replay r;
	struct rnd_state rnd;

	prandom_seed_state(&rnd, SEED ^ window);
	window_init(test, &r, window, true);
	for (u64 space = 1; space <= 4; space++) {
		u64 end = space * SPACE + 3 * window + 500;

		/* A jump that inference can follow, then crawl over the edge. */
		step(test, &r, o, o->top + SPACE / 3);
		step(test, &r, o, o->top + SPACE / 3);
		step(test, &r, o, space * SPACE - 2 * window - 300);
		for (u32 i = 0; i < STEPS / 2 && o->top < end; i++) {
			u64 seq = random_seq(&rnd, o->top, window);
			u64 inferred = svti_replay_infer(&r, lower_32_bits(seq));

			KUNIT_ASSERT_EQ(test, inferred,
					oracle_infer(o->top, window, lower_32_bits(seq)));
			if (window && seq + window > o->top)
				KUNIT_ASSERT_EQ(test, inferred, seq);
			step(test, &r, o, inferred);
		}
	}
	KUNIT_EXPECT_GT(test, r.top, 3 * SPACE);
	svti_replay_destroy(&r);
}

static void infer_edges(struct kunit *test)
{
	static const u64 tops[] = { 0,	    1, 63, 64, SPACE / 2, SPACE, 2 * SPACE, U64_MAX - SPACE,
				    U64_MAX };
	u32 window = *(const u32 *)test->param_value;
	struct svti_replay r;
	struct rnd_state rnd;

	prandom_seed_state(&rnd, SEED + 2);
	window_init(test, &r, window, true);
	for (u32 i = 0; i < ARRAY_SIZE(tops); i++) {
		for (u32 j = 0; j < 4000; j++) {
			u32 near = prandom_u32_state(&rnd);
			u32 seq_lo = prandom_u32_state(&rnd);

			r.top = tops[i] + near % 4 - 2 + (near & 4 ? window : 0);
			if (near & 8)
				seq_lo = r.top + seq_lo % 8 - 4 - (near & 16 ? window : 0);
			KUNIT_ASSERT_EQ_MSG(test, svti_replay_infer(&r, seq_lo),
					    oracle_infer(r.top, window, seq_lo), "top %llx seq %x",
					    r.top, seq_lo);
		}
	}
	svti_replay_destroy(&r);
}

static void numbered_cases(struct kunit *test)
{
	static const struct {
		u64 seq;
		bool taken;
	} cases[] = {
		{ 0, false }, /* never sent */
		{ 2, true },  /* the first to arrive need not be 1 */
		{ 1, true },  /* late */
		{ 1, false }, /* again */
		{ 2, false },
		{ 64, true },  /* first of the second word */
		{ 63, true },  /* last of the first */
		{ 33, true },  /* the oldest in a window of 32 */
		{ 32, false }, /* one too old */
		{ 33, false },
		{ 65, true },
		{ 33, false }, /* has fallen out */
		{ 34, true },
		{ 191, true }, /* more than the ring at once: old bits must be gone */
		{ 160, true },
		{ 161, true },
		{ 190, true },
		{ 190, false },
		{ 159, false },
		{ U32_MAX, true }, /* the last number without ESN */
		{ U32_MAX, false },
		{ 1, false }, /* what a wrapped counter would send */
		{ U32_MAX - 31, true },
		{ U32_MAX - 32, false },
	};
	struct svti_replay r;

	window_init(test, &r, 32, false);
	for (u32 i = 0; i < ARRAY_SIZE(cases); i++) {
		KUNIT_EXPECT_EQ(test, svti_replay_infer(&r, cases[i].seq), cases[i].seq);
		KUNIT_EXPECT_EQ_MSG(test, stale(&r, cases[i].seq), !cases[i].taken, "case %u", i);
		KUNIT_EXPECT_EQ_MSG(test, svti_replay_commit(&r, cases[i].seq), cases[i].taken,
				    "case %u", i);
	}
	KUNIT_EXPECT_EQ(test, r.top, U32_MAX);
	svti_replay_destroy(&r);
}

/* At the end of 64 bits there is nothing to go on with; what is late may still come. */
static void esn_never_wraps(struct kunit *test)
{
	struct svti_replay r;

	for (u32 window = 0; window <= 64; window += 64) {
		window_init(test, &r, window, true);
		r.top = U64_MAX - 1;
		KUNIT_EXPECT_EQ(test, svti_replay_infer(&r, U32_MAX), U64_MAX);
		KUNIT_EXPECT_TRUE(test, svti_replay_commit(&r, U64_MAX));
		KUNIT_EXPECT_EQ(test, svti_replay_infer(&r, 0), 0);
		KUNIT_EXPECT_EQ(test, svti_replay_infer(&r, 1), 0);
		KUNIT_EXPECT_TRUE(test, stale(&r, 0));
		KUNIT_EXPECT_FALSE(test, svti_replay_commit(&r, 0));
		KUNIT_EXPECT_EQ(test, r.top, U64_MAX);
		KUNIT_EXPECT_EQ(test, svti_replay_infer(&r, U32_MAX - 63), U64_MAX - 63);
		KUNIT_EXPECT_TRUE(test, svti_replay_commit(&r, U64_MAX - 63));
		svti_replay_destroy(&r);
	}
}

/* RFC 4303 3.4.3: without the service nothing is checked; the top goes on for ESN's sake. */
static void no_window(struct kunit *test)
{
	struct svti_replay r;

	window_init(test, &r, 0, false);
	KUNIT_EXPECT_PTR_EQ(test, rcu_access_pointer(r.ring), NULL);
	KUNIT_EXPECT_TRUE(test, svti_replay_commit(&r, 0));
	KUNIT_EXPECT_TRUE(test, svti_replay_commit(&r, 10));
	KUNIT_EXPECT_FALSE(test, stale(&r, 10));
	KUNIT_EXPECT_TRUE(test, svti_replay_commit(&r, 10));
	KUNIT_EXPECT_TRUE(test, svti_replay_commit(&r, 1));
	KUNIT_EXPECT_EQ(test, r.top, 10);
	svti_replay_destroy(&r);
}

static void random_resizes(struct kunit *test)
{
	struct oracle *o = oracle_new(test, 64);
	struct svti_replay r;
	struct rnd_state rnd;

	prandom_seed_state(&rnd, SEED + 1);
	window_init(test, &r, 64, false);
	for (u32 i = 0; i < 400; i++) {
		u32 window = windows[prandom_u32_state(&rnd) % ARRAY_SIZE(windows)];

		KUNIT_ASSERT_EQ(test, svti_replay_resize(&r, window), 0);
		KUNIT_ASSERT_EQ(test, r.window, window);
		oracle_resize(o, window);
		for (u32 j = 0; j < 60; j++)
			step(test, &r, o, random_seq(&rnd, o->top, window));
		for (u64 back = 0; back < min_t(u64, o->top, window + 4); back++)
			KUNIT_ASSERT_EQ(test, stale(&r, o->top - back),
					!oracle_takes(o, o->top - back));
	}
	svti_replay_destroy(&r);
}

static void refusals_change_nothing(struct kunit *test)
{
	struct svti_replay r;

	KUNIT_EXPECT_EQ(test, svti_replay_init(&r, SVTI_REPLAY_WINDOW_MAX + 1, false, GFP_KERNEL),
			-EINVAL);
	window_init(test, &r, 64, false);
	KUNIT_EXPECT_TRUE(test, svti_replay_commit(&r, 7));
	KUNIT_EXPECT_EQ(test, svti_replay_resize(&r, SVTI_REPLAY_WINDOW_MAX + 1), -EINVAL);
	current->make_it_fail = 1;
	KUNIT_EXPECT_EQ(test, svti_replay_resize(&r, 128), -ENOMEM);
	current->make_it_fail = 0;
	KUNIT_EXPECT_EQ(test, r.window, 64);
	KUNIT_EXPECT_TRUE(test, stale(&r, 7));
	KUNIT_EXPECT_TRUE(test, svti_replay_commit(&r, 6));
	svti_replay_destroy(&r);
	current->make_it_fail = 1;
	KUNIT_EXPECT_EQ(test, svti_replay_init(&r, 64, false, GFP_KERNEL), -ENOMEM);
	current->make_it_fail = 0;
}

static struct kunit_case cases[] = {
	KUNIT_CASE(numbered_cases),
	KUNIT_CASE_PARAM(random_packets, window_gen_params),
	KUNIT_CASE_PARAM(esn_packets, window_gen_params),
	KUNIT_CASE_PARAM(infer_edges, window_gen_params),
	KUNIT_CASE(esn_never_wraps),
	KUNIT_CASE(no_window),
	KUNIT_CASE(random_resizes),
	KUNIT_CASE(refusals_change_nothing),
	{},
};

struct kunit_suite svti_replay_suite = {
	.name = "svti_replay",
	.test_cases = cases,
};
