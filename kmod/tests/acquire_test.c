// SPDX-License-Identifier: GPL-2.0
/* Packets that wait for an SA: how many, in which order, for how long. */
#include <kunit/test.h>
#include <linux/delay.h>
#include <linux/netfilter_ipv4.h>
#include <net/ip.h>

#include "../acquire.h"
#include "../db.h"
#include "../device.h"
#include "../esp.h"
#include "../limits.h"
#include "rig.h"
#include "suites.h"

enum {
	SPI = 0x200,
	REQID = 1,
	LEN = 100
};

static struct svti_policy *waiting_policy(struct kunit *test)
{
	struct svti_policy *policy = rig_any_policy(test, SVTI_DIR_OUT, REQID);

	KUNIT_ASSERT_EQ(test, rig_install(test, NULL, policy), 0);
	return policy;
}

/* The way there and back: what arrives in clear shows which packets were sent, in order. */
static void bring_sa(struct kunit *test)
{
	struct svti_sa *in = rig_sa(test, SVTI_DIR_IN, SPI, rig_gcm(), &rig_gcm_keys, true,
				    RIG_HERE);
	struct svti_sa *out = rig_sa(test, SVTI_DIR_OUT, SPI, rig_gcm(), &rig_gcm_keys, true,
				     RIG_HERE);

	KUNIT_ASSERT_EQ(test, rig_install(test, in, rig_any_policy(test, SVTI_DIR_IN, REQID)), 0);
	KUNIT_ASSERT_EQ(test, rig_install(test, out, NULL), 0);
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

static void send_many(struct kunit *test, u32 count, u32 len)
{
	for (u32 i = 0; i < count; i++)
		rig_send(test, rig_inner(test, len, i));
}

static u32 asked(struct kunit *test)
{
	struct rig *rig = test->priv;

	return atomic_read(&rig->sdev->event_seq);
}

static void in_order_without_loss(struct kunit *test)
{
	struct rig *rig = test->priv;

	waiting_policy(test);
	KUNIT_EXPECT_EQ(test, asked(test), 0);
	send_many(test, 20, LEN);
	KUNIT_EXPECT_EQ(test, asked(test), 1);
	KUNIT_EXPECT_PTR_EQ(test, rig_tap_next(&rig->wire), NULL);
	bring_sa(test);
	expect_ids(test, 0, 20);
	send_many(test, 3, LEN);
	expect_ids(test, 0, 3);
	KUNIT_EXPECT_EQ(test, asked(test), 1);
	KUNIT_EXPECT_EQ(test, rig_all_drops(rig), 0);
}

/* Sends @late once, when the first packet of the queue leaves for the underlay. */
static struct sk_buff *late;

static unsigned int send_late(void *priv, struct sk_buff *skb, const struct nf_hook_state *state)
{
	struct sk_buff *first = ip_hdr(skb)->protocol == IPPROTO_ESP ? late : NULL;

	if (first) {
		late = NULL;
		svti_xmit(first, first->dev);
	}
	return NF_ACCEPT;
}

/* A packet that comes while the queue is being sent goes behind it. */
static void nobody_overtakes(struct kunit *test)
{
	const struct nf_hook_ops hook = {
		.hook = send_late,
		.pf = NFPROTO_IPV4,
		.hooknum = NF_INET_LOCAL_OUT,
	};

	waiting_policy(test);
	send_many(test, 20, LEN);
	late = rig_inner(test, LEN, 20);
	KUNIT_ASSERT_EQ(test, nf_register_net_hook(&init_net, &hook), 0);
	bring_sa(test);
	nf_unregister_net_hook(&init_net, &hook);
	KUNIT_EXPECT_PTR_EQ(test, late, NULL);
	expect_ids(test, 0, 21);
	KUNIT_EXPECT_EQ(test, asked(test), 1);
	KUNIT_EXPECT_EQ(test, rig_all_drops(test->priv), 0);
}

/* Neither does one that has not waited yet overtake one that has, at another policy. */
static void the_older_go_first(struct kunit *test)
{
	struct svti_policy *policy = waiting_policy(test);
	const u16 order[] = { 5, 0, 1, 6, 2 };
	struct svti_flow flow = { .family = AF_INET };

	local_bh_disable();
	rcu_read_lock();
	for (u32 i = 0; i < ARRAY_SIZE(order); i++) {
		struct sk_buff *skb = rig_inner(test, LEN, order[i]);

		skb_dst_drop(skb);
		KUNIT_EXPECT_PTR_EQ(test, svti_acquire_hold(policy, &flow, skb, order[i] < 5), NULL);
	}
	rcu_read_unlock();
	local_bh_enable();
	bring_sa(test);
	for (u16 i = 0; i < ARRAY_SIZE(order); i++) {
		struct rig *rig = test->priv;
		struct sk_buff *skb = rig_tap_next(&rig->inner);

		KUNIT_ASSERT_NOT_NULL(test, skb);
		KUNIT_EXPECT_EQ(test, ntohs(ip_hdr(skb)->id), i < 3 ? i : i + 2);
		kfree_skb(skb);
	}
}

static void bounded_in_packets(struct kunit *test)
{
	struct rig *rig = test->priv;

	waiting_policy(test);
	send_many(test, SVTI_ACQUIRE_PACKETS_MAX + 7, LEN);
	KUNIT_EXPECT_EQ(test, rig_drops(rig, SVTI_DROP_TX_ACQUIRE_OVERFLOW), 7);
	bring_sa(test);
	expect_ids(test, 7, SVTI_ACQUIRE_PACKETS_MAX);
	KUNIT_EXPECT_EQ(test, rig_all_drops(rig), 7);
}

static void bounded_in_bytes(struct kunit *test)
{
	const u32 len = 9000, fit = SVTI_ACQUIRE_BYTES_MAX / len;
	struct rig *rig = test->priv;

	BUILD_BUG_ON(SVTI_ACQUIRE_BYTES_MAX / 9000 + 3 > SVTI_ACQUIRE_PACKETS_MAX);
	waiting_policy(test);
	send_many(test, fit, len);
	KUNIT_EXPECT_EQ(test, rig_all_drops(rig), 0);
	rig_send(test, rig_inner(test, len, fit));
	rig_send(test, rig_inner(test, LEN, fit + 1));
	KUNIT_EXPECT_EQ(test, rig_drops(rig, SVTI_DROP_TX_ACQUIRE_OVERFLOW),
			1 + (fit * len + LEN > SVTI_ACQUIRE_BYTES_MAX));
	bring_sa(test);
	expect_ids(test, rig_drops(rig, SVTI_DROP_TX_ACQUIRE_OVERFLOW),
		   fit + 2 - rig_drops(rig, SVTI_DROP_TX_ACQUIRE_OVERFLOW));
}

static struct sk_buff *packet_to(struct kunit *test, u32 host, u32 len, u16 id)
{
	struct sk_buff *skb = rig_inner(test, len, id);

	ip_hdr(skb)->daddr = htonl(0x0a020000 + host);
	ip_send_check(ip_hdr(skb));
	return skb;
}

static struct svti_policy *policy_to(struct kunit *test, u32 host, u32 reqid)
{
	struct svti_policy *policy = rig_any_policy(test, SVTI_DIR_OUT, reqid);

	policy->sel.family = AF_INET;
	policy->sel.dst_len = 32;
	policy->sel.dst.ip = htonl(0x0a020000 + host);
	KUNIT_ASSERT_EQ(test, rig_install(test, NULL, policy), 0);
	return policy;
}

/* Many policies, each within its own bound, do not take up all memory. */
static void bounded_in_the_device(struct kunit *test)
{
	enum { POLICIES = 60 };
	struct svti_policy *policy[POLICIES];
	struct rig *rig = test->priv;

	for (u32 i = 0; i < POLICIES; i++) {
		policy[i] = policy_to(test, i, i + 1);
		for (u32 k = 0; k < SVTI_ACQUIRE_PACKETS_MAX; k++)
			rig_send(test, packet_to(test, i, 4000, k));
		KUNIT_ASSERT_LE(test, atomic_read(&rig->sdev->waiting_memory),
				SVTI_ACQUIRE_DEVICE_MEMORY_MAX);
	}
	KUNIT_EXPECT_GT(test, rig_drops(rig, SVTI_DROP_TX_ACQUIRE_OVERFLOW), 0);
	for (u32 i = 0; i < POLICIES; i++)
		svti_acquire_flush(policy[i]);
	KUNIT_EXPECT_EQ(test, atomic_read(&rig->sdev->waiting_memory), 0);
	KUNIT_EXPECT_EQ(test, atomic_read(&rig->sdev->waiting), 0);
}

/* What waited at a wide policy goes by the narrow one; the rest is asked for by what it is. */
static void goes_by_another_policy(struct kunit *test)
{
	struct svti_sa *in = rig_sa(test, SVTI_DIR_IN, SPI, rig_gcm(), &rig_gcm_keys, true,
				    RIG_HERE);
	struct svti_sa *out = rig_sa(test, SVTI_DIR_OUT, SPI, rig_gcm(), &rig_gcm_keys, true,
				     RIG_HERE);
	struct svti_policy *wide = rig_any_policy(test, SVTI_DIR_OUT, REQID + 1);
	struct rig *rig = test->priv;

	wide->priority = SVTI_PRIORITY_DEFAULT + 1;
	KUNIT_ASSERT_EQ(test, rig_install(test, NULL, wide), 0);
	rig_send(test, packet_to(test, 1, LEN, 0));
	rig_send(test, packet_to(test, 9, LEN, 1));
	rig_send(test, packet_to(test, 1, LEN, 2));
	KUNIT_EXPECT_EQ(test, asked(test), 1);
	KUNIT_ASSERT_EQ(test, rig_install(test, in, rig_any_policy(test, SVTI_DIR_IN, REQID)), 0);
	KUNIT_ASSERT_EQ(test, rig_install(test, out, NULL), 0);
	KUNIT_EXPECT_EQ(test, asked(test), 1);
	policy_to(test, 1, REQID);
	for (u16 id = 0; id <= 2; id += 2) {
		struct sk_buff *skb = rig_tap_next(&rig->inner);

		KUNIT_ASSERT_NOT_NULL(test, skb);
		KUNIT_EXPECT_EQ(test, ntohs(ip_hdr(skb)->id), id);
		kfree_skb(skb);
	}
	KUNIT_EXPECT_PTR_EQ(test, rig_tap_next(&rig->inner), NULL);
	KUNIT_EXPECT_EQ(test, asked(test), 2);
	KUNIT_EXPECT_EQ(test, rig_all_drops(rig), 0);
}

static void gone_with_its_policy(struct kunit *test)
{
	struct svti_policy *policy = waiting_policy(test);
	struct rig *rig = test->priv;

	send_many(test, 5, LEN);
	mutex_lock(&rig->sdev->lock);
	svti_db_remove_policy(rig->sdev, policy);
	mutex_unlock(&rig->sdev->lock);
	KUNIT_EXPECT_EQ(test, rig_drops(rig, SVTI_DROP_TX_NO_POLICY), 5);
	send_many(test, 1, LEN);
	KUNIT_EXPECT_EQ(test, rig_drops(rig, SVTI_DROP_TX_NO_POLICY), 6);
	KUNIT_EXPECT_EQ(test, atomic_read(&rig->sdev->waiting), 0);
	bring_sa(test);
	expect_ids(test, 0, 0);
}

/* A flush leaves the policy able to acquire. */
static void asks_anew_after_a_flush(struct kunit *test)
{
	struct svti_policy *policy = waiting_policy(test);
	struct rig *rig = test->priv;

	send_many(test, 4, LEN);
	svti_acquire_flush(policy);
	KUNIT_EXPECT_EQ(test, rig_drops(rig, SVTI_DROP_TX_ACQUIRE_FLUSHED), 4);
	send_many(test, 2, LEN);
	KUNIT_EXPECT_EQ(test, asked(test), 2);
	bring_sa(test);
	expect_ids(test, 0, 2);
}

/* An inbound SA, or one for others, is not what is waited for. */
static void only_the_right_sa_helps(struct kunit *test)
{
	struct rig *rig = test->priv;
	struct svti_policy *policy = rig_any_policy(test, SVTI_DIR_OUT, REQID + 1);
	struct svti_sa *sa = rig_sa(test, SVTI_DIR_OUT, SPI, rig_gcm(), &rig_gcm_keys, true,
				    RIG_HERE);

	KUNIT_ASSERT_EQ(test, rig_install(test, NULL, policy), 0);
	send_many(test, 2, LEN);
	KUNIT_ASSERT_EQ(test, rig_install(test, sa, NULL), 0);
	KUNIT_EXPECT_PTR_EQ(test, rig_tap_next(&rig->wire), NULL);
	KUNIT_EXPECT_EQ(test, rig_all_drops(rig), 0);
}

/* Ticks until @what of the rig is no longer @old; @max: how long to wait at most. */
static unsigned long ticks_until_change(struct kunit *test, u32 (*what)(struct kunit *test),
					u32 old, unsigned long max)
{
	unsigned long start = jiffies;

	while (what(test) == old && time_before(jiffies, start + max))
		msleep(10);
	return jiffies - start;
}

static u32 given_up(struct kunit *test)
{
	return rig_drops(test->priv, SVTI_DROP_TX_ACQUIRE_TIMEOUT);
}

/*
 * The pauses double; the last one ends in giving up, and a packet then begins anew. A timer may
 * be an eighth late, and this machine as well.
 */
static void asks_again_and_gives_up(struct kunit *test)
{
	unsigned long wait = SVTI_ACQUIRE_FIRST_WAIT, ticks;
	struct rig *rig = test->priv;

	waiting_policy(test);
	send_many(test, 3, LEN);
	for (u32 tries = 1; tries <= SVTI_ACQUIRE_TRIES; tries++, wait *= 2) {
		KUNIT_EXPECT_EQ(test, asked(test), tries);
		KUNIT_EXPECT_EQ(test, rig_all_drops(rig), 0);
		if (tries < SVTI_ACQUIRE_TRIES)
			ticks = ticks_until_change(test, asked, tries, wait * 2);
		else
			ticks = ticks_until_change(test, given_up, 0, wait * 2);
		KUNIT_EXPECT_GE(test, ticks, wait - wait / 8 - HZ / 10);
		KUNIT_EXPECT_LE(test, ticks, wait + wait / 4 + HZ / 5);
	}
	KUNIT_EXPECT_EQ(test, asked(test), SVTI_ACQUIRE_TRIES);
	KUNIT_EXPECT_EQ(test, given_up(test), 3);
	send_many(test, 1, LEN);
	KUNIT_EXPECT_EQ(test, asked(test), SVTI_ACQUIRE_TRIES + 1);
	bring_sa(test);
	expect_ids(test, 0, 1);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(in_order_without_loss),   KUNIT_CASE(nobody_overtakes),
	KUNIT_CASE(the_older_go_first),	     KUNIT_CASE(bounded_in_packets),
	KUNIT_CASE(bounded_in_the_device),   KUNIT_CASE(goes_by_another_policy),
	KUNIT_CASE(bounded_in_bytes),	     KUNIT_CASE(gone_with_its_policy),
	KUNIT_CASE(asks_anew_after_a_flush), KUNIT_CASE(only_the_right_sa_helps),
	KUNIT_CASE(asks_again_and_gives_up), {},
};

struct kunit_suite svti_acquire_suite = {
	.name = "svti_acquire",
	.init = rig_init,
	.exit = rig_exit,
	.test_cases = cases,
};
