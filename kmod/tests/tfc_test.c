// SPDX-License-Identifier: GPL-2.0
/* What hides sizes and silence: TFC padding and dummy packets, RFC 4303 2.6 and 2.7. */
#include <kunit/test.h>
#include <linux/delay.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include <net/ip.h>

#include "../db.h"
#include "../device.h"
#include "../dummy.h"
#include "../header.h"
#include "rig.h"
#include "suites.h"

enum {
	SPI = 0x7fc00,
	SILENCE = 20, /* milliseconds */
};

/* Octets of the outer packet of an inner one of @inner. */
static u32 outer_len(const struct svti_algo *algo, u32 inner)
{
	return sizeof(struct iphdr) + SVTI_ESP_HEADER_LEN + algo->iv_len +
	       svti_algo_cipher_len(algo, inner) + algo->icv_len;
}

/* Every inner size to every padded one, on paths from the smallest on. */
static void padded_sizes(struct kunit *test)
{
	const struct svti_algo *algo;

	for (u32 i = 0; (algo = svti_algo_at(i)); i++) {
		for (u32 path = IPV4_MIN_MTU; path < 1600; path += 101) {
			u32 mtu = svti_algo_inner_max(algo, path - sizeof(struct iphdr));
			u32 first = svti_algo_tfc_len(1400, mtu, 20);

			if (!mtu)
				continue;
			KUNIT_EXPECT_LE(test, outer_len(algo, mtu), path);
			KUNIT_EXPECT_GT(test, outer_len(algo, mtu + 1), path);
			for (u32 inner = 20; inner < 1600; inner++) {
				u32 padded = svti_algo_tfc_len(1400, mtu, inner);

				KUNIT_EXPECT_GE(test, padded, inner);
				KUNIT_EXPECT_EQ(test, svti_algo_tfc_len(0, mtu, inner), inner);
				/* All as large as the smallest, or too large for that anyway. */
				if (inner <= min(1400U, mtu))
					KUNIT_EXPECT_EQ(test, padded, first);
				else
					KUNIT_EXPECT_EQ(test, padded, inner);
				if (inner <= mtu)
					KUNIT_EXPECT_LE(test, outer_len(algo, padded), path);
			}
		}
	}
}

/* RFC 4303 2.4: what is encrypted is whole blocks, with the least padding that makes it so. */
static void whole_blocks(struct kunit *test)
{
	const struct svti_algo *algo;

	for (u32 i = 0; (algo = svti_algo_at(i)); i++) {
		for (u32 inner = 0; inner < 2000; inner++) {
			u32 len = svti_algo_cipher_len(algo, inner);

			KUNIT_EXPECT_EQ(test, len % algo->block, 0);
			KUNIT_EXPECT_GE(test, len, inner + SVTI_ESP_TRAILER_LEN);
			KUNIT_EXPECT_LT(test, len, inner + SVTI_ESP_TRAILER_LEN + algo->block);
		}
	}
}

static u32 wire_len(struct kunit *test)
{
	struct rig *rig = test->priv;
	struct sk_buff *skb = rig_tap_next(&rig->wire);
	u32 len;

	KUNIT_ASSERT_NOT_NULL(test, skb);
	len = skb->len;
	kfree_skb(skb);
	return len;
}

static void expect_inner(struct kunit *test, u32 len, u16 id)
{
	struct sk_buff *want = rig_inner(test, len, id);
	struct rig *rig = test->priv;
	struct sk_buff *skb = rig_tap_next(&rig->inner);

	KUNIT_ASSERT_NOT_NULL(test, skb);
	KUNIT_ASSERT_EQ(test, skb_linearize(skb), 0);
	KUNIT_EXPECT_EQ(test, skb->len, len);
	KUNIT_EXPECT_EQ(test, memcmp(skb->data, want->data, min(len, skb->len)), 0);
	kfree_skb(skb);
	kfree_skb(want);
}

/* One SA out and one in, over the loopback. */
static struct svti_sa *pair(struct kunit *test, const struct svti_algo *algo,
			    const struct svti_keys *keys, u32 tfc)
{
	struct svti_sa *sa = rig_sa(test, SVTI_DIR_IN, SPI, algo, keys, true, RIG_HERE);

	KUNIT_ASSERT_EQ(test, rig_install(test, sa, rig_any_policy(test, SVTI_DIR_IN, 1)), 0);
	sa = rig_sa(test, SVTI_DIR_OUT, SPI, algo, keys, true, RIG_HERE);
	sa->tfc = tfc;
	KUNIT_ASSERT_EQ(test, rig_install(test, sa, rig_any_policy(test, SVTI_DIR_OUT, 1)), 0);
	return sa;
}

static void check_wire(struct kunit *test, const struct svti_algo *algo,
		       const struct svti_keys *keys)
{
	struct rig *rig = test->priv;

	pair(test, algo, keys, 300);
	for (u32 len = 28; len < 340; len++) {
		rig_send(test, rig_inner(test, len, len));
		KUNIT_EXPECT_EQ(test, wire_len(test), outer_len(algo, max(len, 300U)));
		expect_inner(test, len, len);
	}
	KUNIT_EXPECT_EQ(test, rig_all_drops(rig), 0);
	rig_flush(rig);
}

static void equal_on_the_wire(struct kunit *test)
{
	check_wire(test, rig_gcm(), &rig_gcm_keys);
	check_wire(test, rig_cbc(), &rig_cbc_keys);
}

static int set_mtu(u32 mtu)
{
	int err;

	rtnl_lock();
	err = dev_set_mtu(init_net.loopback_dev, mtu);
	rtnl_unlock();
	return err;
}

/* The loopback takes a little less than TFC may ask for. */
static void never_beyond_the_path(struct kunit *test)
{
	struct rig *rig = test->priv;
	u32 mtu = READ_ONCE(init_net.loopback_dev->mtu);

	pair(test, rig_cbc(), &rig_cbc_keys, SVTI_TFC_MAX);
	KUNIT_ASSERT_EQ(test, set_mtu(1001), 0);
	for (u32 len = 28; len < 900; len += 109) {
		rig_send(test, rig_inner(test, len, len));
		KUNIT_EXPECT_LE(test, wire_len(test), 1001);
		expect_inner(test, len, len);
	}
	KUNIT_EXPECT_EQ(test, set_mtu(mtu), 0);
	KUNIT_EXPECT_EQ(test, rig_all_drops(rig), 0);
}

static void add_dummy(struct kunit *test, struct svti_sa *sa)
{
	sa->dummy = svti_dummy_new(sa, SILENCE);
	KUNIT_ASSERT_NOT_NULL(test, sa->dummy);
}

static struct svti_sa *talker(struct kunit *test, u32 spi, struct svti_policy *policy)
{
	struct svti_sa *sa = rig_sa(test, SVTI_DIR_OUT, spi, rig_gcm(), &rig_gcm_keys, false,
				    RIG_HERE);

	add_dummy(test, sa);
	KUNIT_ASSERT_EQ(test, rig_install(test, sa, policy), 0);
	return sa;
}

static u64 dummies(const struct svti_sa *sa)
{
	struct svti_sa_totals totals;

	svti_sa_totals(sa->stats, &totals);
	return totals.dummies;
}

/* In silence there are dummy packets, of all sizes; the other end counts them, and that is all. */
static void in_silence(struct kunit *test)
{
	struct svti_sa *in = rig_sa(test, SVTI_DIR_IN, SPI, rig_gcm(), &rig_gcm_keys, false,
				    RIG_HERE);
	struct svti_sa *out = talker(test, SPI, rig_any_policy(test, SVTI_DIR_OUT, 1));
	struct rig *rig = test->priv;
	struct svti_sa_totals totals;
	u32 first = 0, others = 0;

	KUNIT_ASSERT_EQ(test, rig_install(test, in, rig_any_policy(test, SVTI_DIR_IN, 1)), 0);
	for (u32 i = 0; i < 10; i++) {
		u32 len;

		msleep(SILENCE);
		len = wire_len(test);
		first = first ?: len;
		others += len != first;
	}
	KUNIT_EXPECT_GT(test, others, 0);
	KUNIT_EXPECT_GE(test, dummies(in), 10);
	KUNIT_EXPECT_EQ(test, rig_drops(rig, SVTI_DROP_RX_DUMMY), dummies(in));
	KUNIT_EXPECT_EQ(test, rig_all_drops(rig), dummies(in));
	KUNIT_EXPECT_TRUE(test, skb_queue_empty(&rig->inner.queue));
	svti_sa_totals(out->stats, &totals);
	KUNIT_EXPECT_EQ(test, totals.packets, 0);
	KUNIT_EXPECT_EQ(test, totals.bytes, 0);
	svti_sa_totals(in->stats, &totals);
	KUNIT_EXPECT_EQ(test, totals.packets, 0);
	KUNIT_EXPECT_EQ(test, (u32)out->used, 0);
}

/* As long as there is something to send, or the device is down, there are none. */
static void not_in_traffic(struct kunit *test)
{
	struct svti_sa *out = talker(test, SPI, rig_any_policy(test, SVTI_DIR_OUT, 1));
	unsigned long start = jiffies;

	do {
		rig_send(test, rig_inner(test, 100, 1));
		cpu_relax();
	} while (time_before(jiffies, start + msecs_to_jiffies(6 * SILENCE)));
	KUNIT_EXPECT_EQ(test, dummies(out), 0);
	msleep(3 * SILENCE);
	KUNIT_EXPECT_GT(test, dummies(out), 0);
}

/* The newest SA of a reqid sends them, and the one before it after its end. */
static void newest_alone(struct kunit *test)
{
	struct svti_sa *old = talker(test, SPI, rig_any_policy(test, SVTI_DIR_OUT, 1));
	struct svti_sa *new = talker(test, SPI + 1, NULL);
	struct rig *rig = test->priv;

	msleep(5 * SILENCE);
	KUNIT_EXPECT_EQ(test, dummies(old), 0);
	KUNIT_EXPECT_GT(test, dummies(new), 0);
	mutex_lock(&rig->sdev->lock);
	svti_db_remove_sa(rig->sdev, new);
	mutex_unlock(&rig->sdev->lock);
	msleep(5 * SILENCE);
	KUNIT_EXPECT_GT(test, dummies(old), 0);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(padded_sizes),      KUNIT_CASE(whole_blocks),
	KUNIT_CASE(equal_on_the_wire), KUNIT_CASE(never_beyond_the_path),
	KUNIT_CASE(in_silence),	       KUNIT_CASE(not_in_traffic),
	KUNIT_CASE(newest_alone),      {},
};

struct kunit_suite svti_tfc_suite = {
	.name = "svti_tfc",
	.init = rig_init,
	.exit = rig_exit,
	.test_cases = cases,
};
