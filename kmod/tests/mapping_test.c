// SPDX-License-Identifier: GPL-2.0
/* A peer that sends from somewhere else: when it is told, and when not. */
#include <kunit/test.h>
#include <linux/delay.h>
#include <linux/in.h>

#include "../device.h"
#include "../limits.h"
#include "../outer.h"
#include "rig.h"
#include "suites.h"

enum {
	SPI = 0x400,
	REQID = 1,
	LEN = 100,
	ELSEWHERE = 0x7f000009
};

static struct svti_outer *between(struct kunit *test, u32 from, u32 to)
{
	union nf_inet_addr src = { .ip = htonl(from) }, dst = { .ip = htonl(to) };
	struct svti_outer *outer = svti_outer_new(AF_INET, &src, &dst, 0, 0);

	KUNIT_ASSERT_NOT_NULL(test, outer);
	return outer;
}

/* An SA that sends from @from, and one that receives, and expects that from RIG_THERE. */
static struct svti_sa *bring_pair(struct kunit *test, u32 from)
{
	struct svti_sa *out = rig_sa_outer(test, SVTI_DIR_OUT, SPI, between(test, from, RIG_HERE));
	struct svti_sa *in = rig_sa_outer(test, SVTI_DIR_IN, SPI,
					  between(test, RIG_THERE, RIG_HERE));

	for (u8 dir = SVTI_DIR_IN; dir <= SVTI_DIR_OUT; dir++)
		KUNIT_ASSERT_EQ(test,
				rig_install(test, dir == SVTI_DIR_IN ? in : out,
					    rig_any_policy(test, dir, REQID)),
				0);
	return in;
}

/* Send packets, which must all arrive. Returns how many events there have been. */
static u32 told_after(struct kunit *test, u32 packets)
{
	struct rig *rig = test->priv;

	for (u32 i = 0; i < packets; i++)
		rig_send(test, rig_inner(test, LEN, i));
	for (u32 i = 0; i < packets; i++) {
		struct sk_buff *skb = rig_tap_next(&rig->inner);

		KUNIT_ASSERT_NOT_NULL(test, skb);
		kfree_skb(skb);
	}
	KUNIT_EXPECT_EQ(test, rig_all_drops(rig), 0);
	return atomic_read(&rig->sdev->event_seq);
}

static void silent_where_expected(struct kunit *test)
{
	bring_pair(test, RIG_THERE);
	KUNIT_EXPECT_EQ(test, told_after(test, 10), 0);
}

static void told_at_once_and_then_seldom(struct kunit *test)
{
	bring_pair(test, ELSEWHERE);
	KUNIT_EXPECT_EQ(test, told_after(test, 1), 1);
	KUNIT_EXPECT_EQ(test, told_after(test, 5), 1);
	msleep(jiffies_to_msecs(SVTI_MAPPING_PAUSE) + 50);
	KUNIT_EXPECT_EQ(test, told_after(test, 5), 2);
}

/* RFC 7296 2.23: what comes late says nothing, even if it is taken. */
static void only_the_newest_counts(struct kunit *test)
{
	struct svti_sa *in = bring_pair(test, ELSEWHERE);

	WRITE_ONCE(in->replay.top, 20);
	KUNIT_EXPECT_EQ(test, told_after(test, 10), 0);
	KUNIT_EXPECT_EQ(test, told_after(test, 11), 1);
}

static void nothing_without_a_window(struct kunit *test)
{
	struct svti_sa *in = bring_pair(test, ELSEWHERE);

	KUNIT_ASSERT_EQ(test, svti_replay_resize(&in->replay, 0), 0);
	KUNIT_EXPECT_EQ(test, told_after(test, 10), 0);
}

/* Who follows hears no more, and the SA goes on where it was. */
static void silent_once_followed(struct kunit *test)
{
	struct svti_sa *in = bring_pair(test, ELSEWHERE);
	struct rig *rig = test->priv;
	struct svti_outer *old;

	KUNIT_EXPECT_EQ(test, told_after(test, 3), 1);
	mutex_lock(&rig->sdev->lock);
	old = svti_sad_move(in, between(test, ELSEWHERE, RIG_HERE), NULL);
	mutex_unlock(&rig->sdev->lock);
	KUNIT_ASSERT_FALSE(test, IS_ERR(old));
	svti_outer_free_rcu(old);
	msleep(jiffies_to_msecs(SVTI_MAPPING_PAUSE) + 50);
	KUNIT_EXPECT_EQ(test, told_after(test, 3), 1);
	KUNIT_EXPECT_EQ(test, in->replay.top, 6);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(silent_where_expected),  KUNIT_CASE(told_at_once_and_then_seldom),
	KUNIT_CASE(only_the_newest_counts), KUNIT_CASE(nothing_without_a_window),
	KUNIT_CASE(silent_once_followed),   {},
};

struct kunit_suite svti_mapping_suite = {
	.name = "svti_mapping",
	.init = rig_init,
	.exit = rig_exit,
	.test_cases = cases,
};
