// SPDX-License-Identifier: GPL-2.0
/* Later fragments, whose ports cannot be seen: which policies are for them. RFC 4301 7. */
#include <kunit/test.h>
#include <net/ip.h>

#include "../limits.h"
#include "../spd.h"
#include "rig.h"
#include "suites.h"

enum {
	SPI = 0x300,
	REQID = 1,
	LEN = 100
};

static void inner_ports(struct kunit *test, u8 dir, u16 min, u16 max)
{
	struct svti_policy *policy = rig_any_policy(test, dir, REQID);

	policy->sel.proto = IPPROTO_UDP;
	policy->sel.dport_min = min;
	policy->sel.dport_max = max;
	KUNIT_ASSERT_EQ(test, rig_install(test, NULL, policy), 0);
}

static void tunnel(struct kunit *test)
{
	struct svti_sa *in = rig_sa(test, SVTI_DIR_IN, SPI, rig_gcm(), &rig_gcm_keys, true,
				    RIG_HERE);
	struct svti_sa *out = rig_sa(test, SVTI_DIR_OUT, SPI, rig_gcm(), &rig_gcm_keys, true,
				     RIG_HERE);

	KUNIT_ASSERT_EQ(test, rig_install(test, in, NULL), 0);
	KUNIT_ASSERT_EQ(test, rig_install(test, out, NULL), 0);
}

/* Send a fragment around; true if it came out. */
static bool passes(struct kunit *test, u32 offset)
{
	struct sk_buff *skb = rig_inner(test, LEN, offset);
	struct rig *rig = test->priv;

	ip_hdr(skb)->frag_off = htons(offset / 8);
	ip_send_check(ip_hdr(skb));
	rig_send(test, skb);
	skb = rig_tap_next(&rig->inner);
	kfree_skb(skb);
	return skb;
}

static u16 dport_of_inner(struct kunit *test)
{
	struct sk_buff *skb = rig_inner(test, LEN, 0);
	u16 port = skb->data[22] << 8 | skb->data[23];

	kfree_skb(skb);
	return port;
}

/* RFC 4301 7: of a port's policies a later fragment fits none, and says so. */
static void later_fragments(struct kunit *test)
{
	u16 port = dport_of_inner(test);
	struct rig *rig = test->priv;

	tunnel(test);
	inner_ports(test, SVTI_DIR_OUT, port, port);
	inner_ports(test, SVTI_DIR_IN, port, port);
	KUNIT_EXPECT_TRUE(test, passes(test, 0));
	KUNIT_EXPECT_FALSE(test, passes(test, 1480));
	KUNIT_EXPECT_EQ(test, rig_drops(rig, SVTI_DROP_TX_FRAGMENT_NO_POLICY), 1);
	inner_ports(test, SVTI_DIR_OUT, 65535, 0);
	KUNIT_EXPECT_FALSE(test, passes(test, 1480));
	KUNIT_EXPECT_EQ(test, rig_drops(rig, SVTI_DROP_RX_FRAGMENT_NO_POLICY), 1);
	inner_ports(test, SVTI_DIR_IN, 65535, 0);
	KUNIT_EXPECT_TRUE(test, passes(test, 1480));
	KUNIT_EXPECT_TRUE(test, passes(test, 0));
	KUNIT_EXPECT_EQ(test, rig_all_drops(rig), 2);
}

/* RFC 4301 7.2: none of them may lie over the ports, which ANY does not look at. */
static void no_overlap(struct kunit *test)
{
	struct rig *rig = test->priv;

	tunnel(test);
	inner_ports(test, SVTI_DIR_OUT, 0, 65535);
	inner_ports(test, SVTI_DIR_IN, 65535, 0);
	KUNIT_EXPECT_FALSE(test, passes(test, 8));
	KUNIT_EXPECT_FALSE(test, passes(test, SVTI_FRAGMENT_OFFSET_MIN - 8));
	KUNIT_EXPECT_EQ(test, rig_drops(rig, SVTI_DROP_RX_FRAGMENT_OFFSET), 2);
	KUNIT_EXPECT_TRUE(test, passes(test, SVTI_FRAGMENT_OFFSET_MIN));
	KUNIT_EXPECT_FALSE(test, passes(test, 0));
	KUNIT_EXPECT_EQ(test, rig_drops(rig, SVTI_DROP_RX_NO_POLICY), 1);
	inner_ports(test, SVTI_DIR_IN, 0, 65535);
	KUNIT_EXPECT_TRUE(test, passes(test, 0));
	KUNIT_EXPECT_FALSE(test, passes(test, 8));
	KUNIT_EXPECT_EQ(test, rig_all_drops(rig), 4);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(later_fragments),
	KUNIT_CASE(no_overlap),
	{},
};

struct kunit_suite svti_fragment_suite = {
	.name = "svti_fragment",
	.init = rig_init,
	.exit = rig_exit,
	.test_cases = cases,
};
