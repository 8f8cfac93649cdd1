// SPDX-License-Identifier: GPL-2.0
/* The life of SAs: where they are found, which are refused, which one sends, how they die. */
#include <kunit/test.h>
#include <linux/delay.h>
#include <linux/ip.h>

#include "../db.h"
#include "../device.h"
#include "../esp.h"
#include "../events.h"
#include "../limits.h"
#include "../outer.h"
#include "rig.h"
#include "suites.h"

enum {
	SPI = 0x100,
	REQID = 1
};

static struct svti_sa *new_sa(struct kunit *test, u8 dir, u32 spi, u32 dst)
{
	return rig_sa(test, dir, spi, rig_gcm(), &rig_gcm_keys, false, dst);
}

static struct svti_sa *add(struct kunit *test, u8 dir, u32 spi, u32 dst)
{
	struct svti_sa *sa = new_sa(test, dir, spi, dst);

	KUNIT_ASSERT_EQ(test, rig_install(test, sa, NULL), 0);
	return sa;
}

static void drop_sa(struct rig *rig, struct svti_sa *sa)
{
	mutex_lock(&rig->sdev->lock);
	svti_db_remove_sa(rig->sdev, sa);
	mutex_unlock(&rig->sdev->lock);
}

static struct svti_sa *find(u8 dir, u32 spi, u32 dst)
{
	union nf_inet_addr addr = { .ip = htonl(dst) };
	struct svti_sa *sa;

	rcu_read_lock();
	sa = dir == SVTI_DIR_IN ? svti_sad_find_in(&init_net, htonl(spi), &addr, AF_INET)
				: svti_sad_find_out(&init_net, htonl(spi), &addr, AF_INET);
	rcu_read_unlock();
	return sa;
}

static void found_by_spi_and_address(struct kunit *test)
{
	struct svti_sa *in[20], *out[20];
	struct rig *rig = test->priv;

	for (u32 i = 0; i < ARRAY_SIZE(in); i++) {
		in[i] = add(test, SVTI_DIR_IN, SPI + i, RIG_HERE);
		out[i] = add(test, SVTI_DIR_OUT, SPI + i, RIG_THERE + i % 3);
	}
	for (u32 i = 0; i < ARRAY_SIZE(in); i++) {
		KUNIT_EXPECT_PTR_EQ(test, find(SVTI_DIR_IN, SPI + i, RIG_HERE), in[i]);
		KUNIT_EXPECT_PTR_EQ(test, find(SVTI_DIR_OUT, SPI + i, RIG_THERE + i % 3), out[i]);
		KUNIT_EXPECT_PTR_EQ(test, find(SVTI_DIR_IN, SPI + i, RIG_THERE), NULL);
		KUNIT_EXPECT_PTR_EQ(test, find(SVTI_DIR_OUT, SPI + i, RIG_THERE + i % 3 + 1), NULL);
	}
	KUNIT_EXPECT_PTR_EQ(test, find(SVTI_DIR_IN, SPI - 1, RIG_HERE), NULL);
	KUNIT_EXPECT_PTR_EQ(test, find(SVTI_DIR_IN, ntohl((__force __be32)SPI), RIG_HERE), NULL);
	drop_sa(rig, in[7]);
	KUNIT_EXPECT_PTR_EQ(test, find(SVTI_DIR_IN, SPI + 7, RIG_HERE), NULL);
	KUNIT_EXPECT_PTR_EQ(test, find(SVTI_DIR_OUT, SPI + 7, RIG_THERE + 1), out[7]);
	KUNIT_EXPECT_PTR_EQ(test, find(SVTI_DIR_IN, SPI + 8, RIG_HERE), in[8]);
	rig_flush(rig);
	for (u32 i = 0; i < ARRAY_SIZE(in); i++) {
		KUNIT_EXPECT_PTR_EQ(test, find(SVTI_DIR_IN, SPI + i, RIG_HERE), NULL);
		KUNIT_EXPECT_PTR_EQ(test, find(SVTI_DIR_OUT, SPI + i, RIG_THERE + i % 3), NULL);
	}
}

/* RFC 4301 4.1: an SPI alone chooses a receiving SA; a sender's is the receiver's choice. */
static void duplicates(struct kunit *test)
{
	struct svti_sa *sa = add(test, SVTI_DIR_IN, SPI, RIG_HERE);
	struct rig *rig = test->priv;

	KUNIT_EXPECT_EQ(test, rig_install(test, new_sa(test, SVTI_DIR_IN, SPI, RIG_HERE), NULL),
			-EEXIST);
	KUNIT_EXPECT_EQ(test, rig_install(test, new_sa(test, SVTI_DIR_IN, SPI, RIG_THERE), NULL),
			-EEXIST);
	KUNIT_EXPECT_PTR_EQ(test, find(SVTI_DIR_IN, SPI, RIG_HERE), sa);

	sa = add(test, SVTI_DIR_OUT, SPI, RIG_THERE);
	KUNIT_EXPECT_EQ(test, rig_install(test, new_sa(test, SVTI_DIR_OUT, SPI, RIG_THERE), NULL),
			-EEXIST);
	add(test, SVTI_DIR_OUT, SPI, RIG_THERE + 1);
	KUNIT_EXPECT_PTR_EQ(test, find(SVTI_DIR_OUT, SPI, RIG_THERE), sa);
	KUNIT_EXPECT_EQ(test, rig->sdev->sad.outbound, 2);

	/* The SPI of one that is gone may be used again at once. */
	drop_sa(rig, sa);
	add(test, SVTI_DIR_OUT, SPI, RIG_THERE);
}

/* In place: found by the new address alone, and not where another one is. */
static void moves(struct kunit *test)
{
	union nf_inet_addr src = { .ip = htonl(RIG_HERE) }, dst = { .ip = htonl(RIG_THERE + 1) };
	struct svti_sa *sa = add(test, SVTI_DIR_OUT, SPI, RIG_THERE);
	struct svti_sa *other = add(test, SVTI_DIR_OUT, SPI, RIG_THERE + 1);
	struct svti_outer *outer = svti_outer_new(AF_INET, &src, &dst, 0, 0), *old;
	struct rig *rig = test->priv;

	KUNIT_ASSERT_NOT_NULL(test, outer);
	mutex_lock(&rig->sdev->lock);
	KUNIT_EXPECT_EQ(test, PTR_ERR(svti_sad_move(sa, outer, NULL)), -EEXIST);
	mutex_unlock(&rig->sdev->lock);
	KUNIT_EXPECT_PTR_EQ(test, find(SVTI_DIR_OUT, SPI, RIG_THERE), sa);
	drop_sa(rig, other);
	mutex_lock(&rig->sdev->lock);
	old = svti_sad_move(sa, outer, NULL);
	mutex_unlock(&rig->sdev->lock);
	KUNIT_ASSERT_FALSE(test, IS_ERR(old));
	KUNIT_EXPECT_EQ(test, ntohl(old->dst.ip), RIG_THERE);
	svti_outer_free_rcu(old);
	KUNIT_EXPECT_PTR_EQ(test, find(SVTI_DIR_OUT, SPI, RIG_THERE), NULL);
	KUNIT_EXPECT_PTR_EQ(test, find(SVTI_DIR_OUT, SPI, RIG_THERE + 1), sa);
}

/* Nothing of a message that fails stays, and a policy goes on as it was. */
static void all_or_nothing(struct kunit *test)
{
	struct svti_sa *old = add(test, SVTI_DIR_OUT, SPI, RIG_THERE);
	struct svti_policy *policy = rig_any_policy(test, SVTI_DIR_OUT, REQID);
	struct rig *rig = test->priv;

	KUNIT_ASSERT_EQ(test, rig_install(test, NULL, policy), 0);
	KUNIT_EXPECT_PTR_EQ(test, rcu_access_pointer(policy->sa), old);
	/* The SA fits, the policy is there already. */
	KUNIT_EXPECT_EQ(test,
			rig_install(test, new_sa(test, SVTI_DIR_OUT, SPI + 1, RIG_THERE),
				    rig_any_policy(test, SVTI_DIR_OUT, REQID)),
			-EEXIST);
	KUNIT_EXPECT_PTR_EQ(test, find(SVTI_DIR_OUT, SPI + 1, RIG_THERE), NULL);
	KUNIT_EXPECT_PTR_EQ(test, rcu_access_pointer(policy->sa), old);
	KUNIT_EXPECT_EQ(test, rig->sdev->sad.outbound, 1);
	KUNIT_EXPECT_EQ(test, rig->sdev->spd.count, 1);
}

static void bounded(struct kunit *test)
{
	struct rig *rig = test->priv;
	struct svti_sa *sa;

	KUNIT_EXPECT_EQ(test, rig->sdev->sad.count, 0);
	sa = add(test, SVTI_DIR_IN, SPI, RIG_HERE);
	KUNIT_EXPECT_EQ(test, rig->sdev->sad.count, 1);
	rig->sdev->sad.count = SVTI_SAS_MAX;
	KUNIT_EXPECT_EQ(test, rig_install(test, new_sa(test, SVTI_DIR_OUT, SPI, RIG_THERE), NULL),
			-ENOSPC);
	rig->sdev->sad.count = 1;
	KUNIT_EXPECT_EQ(test, rig_install(test, new_sa(test, SVTI_DIR_IN, SPI, RIG_HERE), NULL),
			-EEXIST);
	KUNIT_EXPECT_EQ(test, rig->sdev->sad.count, 1);
	drop_sa(rig, sa);
	KUNIT_EXPECT_EQ(test, rig->sdev->sad.count, 0);
}

static void the_newest_sends(struct kunit *test)
{
	struct svti_policy *policy = rig_any_policy(test, SVTI_DIR_OUT, REQID);
	struct svti_policy *other = rig_any_policy(test, SVTI_DIR_OUT, REQID + 1);
	struct rig *rig = test->priv;
	struct svti_sa *sa[3];

	other->priority++;
	KUNIT_ASSERT_EQ(test, rig_install(test, NULL, policy), 0);
	KUNIT_ASSERT_EQ(test, rig_install(test, NULL, other), 0);
	KUNIT_EXPECT_PTR_EQ(test, rcu_access_pointer(policy->sa), NULL);
	for (u32 i = 0; i < ARRAY_SIZE(sa); i++) {
		sa[i] = add(test, SVTI_DIR_OUT, SPI + i, RIG_THERE);
		KUNIT_EXPECT_PTR_EQ(test, rcu_access_pointer(policy->sa), sa[i]);
	}
	drop_sa(rig, sa[0]);
	KUNIT_EXPECT_PTR_EQ(test, rcu_access_pointer(policy->sa), sa[2]);
	drop_sa(rig, sa[2]);
	KUNIT_EXPECT_PTR_EQ(test, rcu_access_pointer(policy->sa), sa[1]);
	drop_sa(rig, sa[1]);
	KUNIT_EXPECT_PTR_EQ(test, rcu_access_pointer(policy->sa), NULL);
	KUNIT_EXPECT_PTR_EQ(test, rcu_access_pointer(other->sa), NULL);
	KUNIT_EXPECT_EQ(test, rig->sdev->sad.outbound, 0);
}

static bool dies_within(struct rig *rig, int refs, u32 ms)
{
	for (; ms; ms--) {
		if (netdev_refcnt_read(rig->dev) == refs)
			return true;
		msleep(1);
	}
	return false;
}

/* Out of the tables at once, but not freed while a request is with the crypto layer. */
static void death_has_two_phases(struct kunit *test)
{
	struct rig *rig = test->priv;
	int refs;

	/* With a carrier, and when everybody has seen it, nothing but SAs comes and goes. */
	KUNIT_ASSERT_EQ(test, rig_install(test, NULL, rig_any_policy(test, SVTI_DIR_OUT, 9)), 0);
	msleep(300);
	refs = netdev_refcnt_read(rig->dev);
	for (u8 dir = SVTI_DIR_IN; dir <= SVTI_DIR_OUT; dir++) {
		u32 dst = dir == SVTI_DIR_IN ? RIG_HERE : RIG_THERE;
		struct svti_sa *sa = add(test, dir, SPI, dst);

		KUNIT_EXPECT_EQ(test, netdev_refcnt_read(rig->dev), refs + 1);
		percpu_ref_get(&sa->ref);
		drop_sa(rig, sa);
		KUNIT_EXPECT_PTR_EQ(test, find(dir, SPI, dst), NULL);
		rcu_barrier();
		KUNIT_EXPECT_FALSE(test, dies_within(rig, refs, 100));
		KUNIT_EXPECT_EQ(test, ntohl(sa->spi), SPI);
		svti_sa_put(sa);
		KUNIT_EXPECT_TRUE(test, dies_within(rig, refs, 2000));
	}
}

/* RFC 4303 3.3.3: the last number is sent, none after it. */
static void exhaustion(struct kunit *test)
{
	struct svti_policy *policy = rig_any_policy(test, SVTI_DIR_OUT, REQID);
	struct svti_sa *sa = new_sa(test, SVTI_DIR_OUT, SPI, RIG_THERE);
	struct rig *rig = test->priv;
	struct sk_buff *skb, *inner[4];
	__be32 seq;

	KUNIT_ASSERT_EQ(test, rig_install(test, sa, policy), 0);
	KUNIT_EXPECT_EQ(test, sa->seq_max, U32_MAX);
	atomic64_set(&sa->seq, U32_MAX - 2);
	/* Of the soft limit, another test. */
	set_bit(SVTI_SA_WARNED, &sa->state);
	for (u32 i = 0; i < ARRAY_SIZE(inner); i++)
		inner[i] = rig_inner(test, 100, i);
	/* In one go, before the work that points the policy elsewhere. */
	local_bh_disable();
	for (u32 i = 0; i < ARRAY_SIZE(inner); i++)
		svti_xmit(inner[i], rig->dev);
	local_bh_enable();
	for (u32 i = 0; i < 2; i++) {
		skb = rig_tap_next(&rig->wire);
		KUNIT_ASSERT_NOT_NULL(test, skb);
		KUNIT_ASSERT_EQ(test, skb_copy_bits(skb, sizeof(struct iphdr) + 4, &seq, 4), 0);
		KUNIT_EXPECT_EQ(test, ntohl(seq), U32_MAX - 1 + i);
		kfree_skb(skb);
	}
	KUNIT_EXPECT_PTR_EQ(test, rig_tap_next(&rig->wire), NULL);
	/* Once told, and gone; what is left waits for another one, which is asked for once. */
	KUNIT_EXPECT_EQ(test, rig_all_drops(rig), 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&rig->sdev->event_seq), 2);
	KUNIT_EXPECT_PTR_EQ(test, find(SVTI_DIR_OUT, SPI, RIG_THERE), NULL);
	KUNIT_EXPECT_PTR_EQ(test, rcu_access_pointer(policy->sa), NULL);
	KUNIT_EXPECT_EQ(test, rig->sdev->sad.outbound, 0);
	add(test, SVTI_DIR_OUT, SPI + 1, RIG_THERE);
	for (u32 i = 0; i < 2; i++) {
		skb = rig_tap_next(&rig->wire);
		KUNIT_ASSERT_NOT_NULL(test, skb);
		KUNIT_ASSERT_EQ(test, skb_copy_bits(skb, sizeof(struct iphdr) + 4, &seq, 4), 0);
		KUNIT_EXPECT_EQ(test, ntohl(seq), 1 + i);
		kfree_skb(skb);
	}
}

static struct kunit_case cases[] = {
	KUNIT_CASE(found_by_spi_and_address),
	KUNIT_CASE(duplicates),
	KUNIT_CASE(moves),
	KUNIT_CASE(all_or_nothing),
	KUNIT_CASE(bounded),
	KUNIT_CASE(the_newest_sends),
	KUNIT_CASE(death_has_two_phases),
	KUNIT_CASE(exhaustion),
	{},
};

struct kunit_suite svti_sad_suite = {
	.name = "svti_sad",
	.init = rig_init,
	.exit = rig_exit,
	.test_cases = cases,
};
