// SPDX-License-Identifier: GPL-2.0
/* How long SAs live: what is warned of, what ends, and what becomes of the packets. */
#include <kunit/test.h>
#include <linux/delay.h>
#include <linux/ip.h>

#include "../db.h"
#include "../device.h"
#include "../esp.h"
#include "../limits.h"
#include "rig.h"
#include "suites.h"

enum {
	SPI = 0x300,
	REQID = 1,
	LEN = 100
};

static struct svti_sa *limited(struct kunit *test, u8 dir, u32 spi, struct svti_limits limits)
{
	struct rig *rig = test->priv;
	struct svti_sa *sa;

	rig->limits = limits;
	sa = rig_sa(test, dir, spi, rig_gcm(), &rig_gcm_keys, true, RIG_HERE);
	rig->limits = (struct svti_limits){};
	return sa;
}

/* The way there and back, so that what arrives in clear shows what was sent, in order. */
static void bring_pair(struct kunit *test, u32 spi, struct svti_limits in, struct svti_limits out)
{
	KUNIT_ASSERT_EQ(test, rig_install(test, limited(test, SVTI_DIR_IN, spi, in), NULL), 0);
	KUNIT_ASSERT_EQ(test, rig_install(test, limited(test, SVTI_DIR_OUT, spi, out), NULL), 0);
}

static void bring_policies(struct kunit *test)
{
	for (u8 dir = SVTI_DIR_IN; dir <= SVTI_DIR_OUT; dir++)
		KUNIT_ASSERT_EQ(test, rig_install(test, NULL, rig_any_policy(test, dir, REQID)), 0);
}

/* Without a pause, so that no work is done in between. */
static void send_at_once(struct kunit *test, u32 first, u32 count)
{
	struct rig *rig = test->priv;
	struct sk_buff_head queue;

	__skb_queue_head_init(&queue);
	for (u32 i = 0; i < count; i++)
		__skb_queue_tail(&queue, rig_inner(test, LEN, first + i));
	local_bh_disable();
	for (u32 i = 0; i < count; i++)
		svti_xmit(__skb_dequeue(&queue), rig->dev);
	local_bh_enable();
}

static void expect_ids(struct kunit *test, u32 first, u32 count)
{
	struct rig *rig = test->priv;
	struct sk_buff *skb;

	for (u32 i = 0; i < count; i++) {
		skb = rig_tap_next(&rig->inner);
		KUNIT_ASSERT_NOT_NULL(test, skb);
		KUNIT_EXPECT_EQ(test, ntohs(ip_hdr(skb)->id), first + i);
		kfree_skb(skb);
	}
	KUNIT_EXPECT_PTR_EQ(test, rig_tap_next(&rig->inner), NULL);
}

static u32 told(struct kunit *test)
{
	struct rig *rig = test->priv;

	return atomic_read(&rig->sdev->event_seq);
}

static bool is_there(struct kunit *test, u8 dir, u32 spi)
{
	struct rig *rig = test->priv;
	bool found, ambiguous;

	mutex_lock(&rig->sdev->lock);
	found = svti_sad_find(rig->sdev, dir, htonl(spi), NULL, AF_UNSPEC, &ambiguous);
	mutex_unlock(&rig->sdev->lock);
	return found;
}

/* The last packet that the limit allows is sent; what follows waits for the next SA. */
static void packets_out(struct kunit *test)
{
	const struct svti_limits limits = { .packets = { .soft = 7, .hard = 10 } };
	struct rig *rig = test->priv;

	bring_policies(test);
	bring_pair(test, SPI, (struct svti_limits){}, limits);
	send_at_once(test, 0, 6);
	KUNIT_EXPECT_EQ(test, told(test), 0);
	send_at_once(test, 6, 3);
	KUNIT_EXPECT_EQ(test, told(test), 1);
	KUNIT_EXPECT_TRUE(test, is_there(test, SVTI_DIR_OUT, SPI));
	send_at_once(test, 9, 5);
	expect_ids(test, 0, 10);
	/* The end was told, and what was asked for as a consequence. */
	KUNIT_EXPECT_FALSE(test, is_there(test, SVTI_DIR_OUT, SPI));
	KUNIT_EXPECT_TRUE(test, is_there(test, SVTI_DIR_IN, SPI));
	KUNIT_EXPECT_EQ(test, told(test), 3);
	send_at_once(test, 14, 2);
	bring_pair(test, SPI + 1, (struct svti_limits){}, limits);
	expect_ids(test, 10, 6);
	KUNIT_EXPECT_EQ(test, told(test), 3);
	KUNIT_EXPECT_EQ(test, rig_all_drops(rig), 0);
}

/* An older SA of the same policies takes over, and nobody is asked. */
static void older_one_takes_over(struct kunit *test)
{
	struct rig *rig = test->priv;

	bring_policies(test);
	bring_pair(test, SPI, (struct svti_limits){}, (struct svti_limits){});
	bring_pair(test, SPI + 1, (struct svti_limits){},
		   (struct svti_limits){ .packets.hard = 3 });
	send_at_once(test, 0, 8);
	expect_ids(test, 0, 8);
	KUNIT_EXPECT_FALSE(test, is_there(test, SVTI_DIR_OUT, SPI + 1));
	KUNIT_EXPECT_EQ(test, told(test), 1);
	KUNIT_EXPECT_EQ(test, rig_all_drops(rig), 0);
}

/* RFC 4301 4.4.2.1: padding counts, what is not encrypted does not. */
static void bytes_out(struct kunit *test)
{
	const u32 one = svti_algo_cipher_len(rig_gcm(), LEN);
	struct rig *rig = test->priv;

	KUNIT_EXPECT_EQ(test, one, 104);
	bring_policies(test);
	bring_pair(test, SPI, (struct svti_limits){},
		   (struct svti_limits){ .bytes = { .soft = 2 * one, .hard = 6 * one - 1 } });
	send_at_once(test, 0, 1);
	KUNIT_EXPECT_EQ(test, told(test), 0);
	send_at_once(test, 1, 1);
	KUNIT_EXPECT_EQ(test, told(test), 1);
	send_at_once(test, 2, 4);
	expect_ids(test, 0, 5);
	KUNIT_EXPECT_FALSE(test, is_there(test, SVTI_DIR_OUT, SPI));
	bring_pair(test, SPI + 1, (struct svti_limits){},
		   (struct svti_limits){ .bytes.hard = 3 * one });
	/* With the third, nothing is left. */
	send_at_once(test, 6, 2);
	expect_ids(test, 5, 3);
	KUNIT_EXPECT_FALSE(test, is_there(test, SVTI_DIR_OUT, SPI + 1));
	KUNIT_EXPECT_EQ(test, rig_all_drops(rig), 0);
}

/* Inbound, what comes too much is dropped, and soon nobody knows the SPI. */
static void packets_in(struct kunit *test)
{
	struct rig *rig = test->priv;

	bring_policies(test);
	bring_pair(test, SPI, (struct svti_limits){ .packets = { .soft = 2, .hard = 4 } },
		   (struct svti_limits){});
	send_at_once(test, 0, 10);
	expect_ids(test, 0, 4);
	KUNIT_EXPECT_FALSE(test, is_there(test, SVTI_DIR_IN, SPI));
	KUNIT_EXPECT_TRUE(test, is_there(test, SVTI_DIR_OUT, SPI));
	KUNIT_EXPECT_EQ(test, told(test), 2);
	KUNIT_EXPECT_EQ(test, rig_all_drops(rig), rig_drops(rig, SVTI_DROP_RX_EXPIRED));
	KUNIT_EXPECT_LE(test, rig_drops(rig, SVTI_DROP_RX_EXPIRED), 6);
}

/* What is forged uses up nothing. */
static void forged_in(struct kunit *test)
{
	struct svti_sa *sa = limited(test, SVTI_DIR_IN, SPI,
				     (struct svti_limits){ .packets.hard = 2 });
	struct rig *rig = test->priv;
	u8 esp[80] = {};

	KUNIT_ASSERT_EQ(test, rig_install(test, sa, NULL), 0);
	for (u32 i = 1; i < 10; i++) {
		*(__be32 *)&esp[0] = htonl(SPI);
		*(__be32 *)&esp[4] = htonl(i);
		rig_receive(test, esp, sizeof(esp), 0);
	}
	KUNIT_EXPECT_EQ(test, rig_drops(rig, SVTI_DROP_RX_AUTH_FAILED), 9);
	KUNIT_EXPECT_TRUE(test, is_there(test, SVTI_DIR_IN, SPI));
	KUNIT_EXPECT_EQ(test, told(test), 0);
}

/* Leases make it cheap, not wrong: never beyond the hard limit, 1/64 early at the soft one. */
static void leases(struct kunit *test)
{
	const u32 soft = 60000, hard = 100000;
	struct svti_sa *sa = limited(test, SVTI_DIR_OUT, SPI,
				     (struct svti_limits){ .packets = { soft, hard } });
	u32 taken = 0, warned = 0, most = 0;
	struct svti_lease left, *lease;

	KUNIT_ASSERT_EQ(test, rig_install(test, sa, NULL), 0);
	local_bh_disable();
	lease = this_cpu_ptr(sa->budget->lease);
	while (taken <= hard && svti_life_take(sa, 1, 1500)) {
		taken++;
		most = max_t(u32, most, lease->packets);
		if (told(test) && !warned)
			warned = taken;
		svti_life_left(sa, &left);
		if (left.packets != hard - taken)
			break;
	}
	KUNIT_EXPECT_EQ(test, taken, hard);
	KUNIT_EXPECT_FALSE(test, svti_life_take(sa, 1, 1));
	KUNIT_EXPECT_TRUE(test, svti_sa_ended(sa));
	local_bh_enable();
	KUNIT_EXPECT_LE(test, warned, soft);
	KUNIT_EXPECT_GT(test, warned, soft - soft / 64);
	KUNIT_EXPECT_LE(test, most, hard / 64 + 1);
	KUNIT_EXPECT_GT(test, most, 100);
}

/* Each limit alone, at the smallest and the largest. */
static void extremes(struct kunit *test)
{
	struct svti_sa *sa = limited(test, SVTI_DIR_OUT, SPI,
				     (struct svti_limits){ .packets = { 1, 1 } });

	KUNIT_ASSERT_EQ(test, rig_install(test, sa, NULL), 0);
	local_bh_disable();
	KUNIT_EXPECT_TRUE(test, svti_life_take(sa, 1, 1500));
	KUNIT_EXPECT_TRUE(test, svti_sa_ended(sa));
	KUNIT_EXPECT_FALSE(test, svti_life_take(sa, 1, 1500));
	local_bh_enable();

	sa = limited(test, SVTI_DIR_OUT, SPI + 1, (struct svti_limits){ .bytes.soft = 3000 });
	KUNIT_ASSERT_EQ(test, rig_install(test, sa, NULL), 0);
	local_bh_disable();
	for (u32 i = 0; i < 100000; i++)
		if (!svti_life_take(sa, 1, U32_MAX))
			break;
	KUNIT_EXPECT_FALSE(test, svti_sa_ended(sa));
	KUNIT_EXPECT_TRUE(test, test_bit(SVTI_SA_WARNED, &sa->state));
	local_bh_enable();

	sa = limited(test, SVTI_DIR_OUT, SPI + 2,
		     (struct svti_limits){ .bytes = { U64_MAX, U64_MAX } });
	KUNIT_ASSERT_EQ(test, rig_install(test, sa, NULL), 0);
	local_bh_disable();
	KUNIT_EXPECT_TRUE(test, svti_life_take(sa, 1000, U64_MAX / 2));
	KUNIT_EXPECT_FALSE(test, test_bit(SVTI_SA_WARNED, &sa->state));
	KUNIT_EXPECT_TRUE(test, svti_life_take(sa, 1000, U64_MAX / 2 + 1));
	KUNIT_EXPECT_TRUE(test, svti_sa_ended(sa));
	local_bh_enable();
}

static u32 ms_until(struct kunit *test, u32 events)
{
	ktime_t start = ktime_get();

	while (told(test) < events && ktime_ms_delta(ktime_get(), start) < 5000)
		msleep(10);
	return ktime_ms_delta(ktime_get(), start);
}

/* In seconds; an SA that is removed before its time has no more to say. */
static void seconds(struct kunit *test)
{
	const struct svti_limits limits = { .seconds = { .soft = 1, .hard = 2 } };
	struct rig *rig = test->priv;
	struct svti_sa *sa = limited(test, SVTI_DIR_IN, SPI, limits);
	u32 ms;

	KUNIT_ASSERT_EQ(test, rig_install(test, sa, NULL), 0);
	KUNIT_EXPECT_PTR_EQ(test, sa->budget, NULL);
	KUNIT_EXPECT_EQ(test, svti_life_seconds_left(sa), 2);
	ms = ms_until(test, 1);
	KUNIT_EXPECT_GE(test, ms, 980);
	KUNIT_EXPECT_LE(test, ms, 1500);
	KUNIT_EXPECT_TRUE(test, is_there(test, SVTI_DIR_IN, SPI));
	ms = ms_until(test, 2);
	KUNIT_EXPECT_GE(test, ms, 480);
	KUNIT_EXPECT_LE(test, ms, 1500);
	KUNIT_EXPECT_FALSE(test, is_there(test, SVTI_DIR_IN, SPI));

	KUNIT_ASSERT_EQ(test, rig_install(test, limited(test, SVTI_DIR_IN, SPI, limits), NULL), 0);
	rig_flush(rig);
	msleep(1200);
	KUNIT_EXPECT_EQ(test, told(test), 2);
}

/* RFC 4303 3.3.3: a warning while there is time to make another SA. */
static void sequence(struct kunit *test)
{
	struct rig *rig = test->priv;
	struct svti_sa *sa = rig_sa(test, SVTI_DIR_OUT, SPI, rig_gcm(), &rig_gcm_keys, false,
				    RIG_THERE);

	KUNIT_ASSERT_EQ(test, rig_install(test, sa, rig_any_policy(test, SVTI_DIR_OUT, REQID)), 0);
	atomic64_set(&sa->seq, U32_MAX - SVTI_SEQ_MARGIN - 3);
	send_at_once(test, 0, 2);
	KUNIT_EXPECT_EQ(test, told(test), 0);
	send_at_once(test, 2, 5);
	KUNIT_EXPECT_EQ(test, told(test), 1);
	KUNIT_EXPECT_FALSE(test, svti_sa_ended(sa));
	KUNIT_EXPECT_EQ(test, rig_all_drops(rig), 0);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(packets_out), KUNIT_CASE(older_one_takes_over),
	KUNIT_CASE(bytes_out),	 KUNIT_CASE(packets_in),
	KUNIT_CASE(forged_in),	 KUNIT_CASE(leases),
	KUNIT_CASE(extremes),	 KUNIT_CASE(seconds),
	KUNIT_CASE(sequence),	 {},
};

struct kunit_suite svti_life_suite = {
	.name = "svti_life",
	.init = rig_init,
	.exit = rig_exit,
	.test_cases = cases,
};
