// SPDX-License-Identifier: GPL-2.0
/* Later fragments, whose ports cannot be seen: which policies are for them. RFC 4301 7. */
#include <kunit/test.h>
#include <net/ip.h>
#include <net/ipv6.h>

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

static struct sk_buff *fragment4(struct kunit *test, u32 offset)
{
	struct sk_buff *skb = rig_inner(test, LEN, offset);

	ip_hdr(skb)->frag_off = htons(offset / 8);
	ip_send_check(ip_hdr(skb));
	return skb;
}

static struct sk_buff *fragment6(struct kunit *test, u32 offset)
{
	struct sk_buff *skb = rig_inner6(test, LEN, offset);
	struct frag_hdr *frag = (struct frag_hdr *)(ipv6_hdr(skb) + 1);

	ipv6_hdr(skb)->nexthdr = IPPROTO_FRAGMENT;
	*frag = (struct frag_hdr){ .nexthdr = IPPROTO_UDP, .frag_off = htons(offset | IP6_MF) };
	return skb;
}

/* Send a fragment around; true if it came out. */
static bool passes(struct kunit *test, bool v6, u32 offset)
{
	struct sk_buff *skb = v6 ? fragment6(test, offset) : fragment4(test, offset);
	struct rig *rig = test->priv;

	rig_send(test, skb);
	skb = rig_tap_next(&rig->inner);
	kfree_skb(skb);
	return skb;
}

static u16 dport_of_inner(struct kunit *test, bool v6)
{
	struct sk_buff *skb = v6 ? fragment6(test, 0) : fragment4(test, 0);
	u32 at = v6 ? sizeof(struct ipv6hdr) + sizeof(struct frag_hdr) : sizeof(struct iphdr);
	u16 port = skb->data[at + 2] << 8 | skb->data[at + 3];

	kfree_skb(skb);
	return port;
}

struct family {
	const char *name;
	bool v6;
};

static const struct family families[] = { { "IPv4", false }, { "IPv6", true } };

static void family_desc(const struct family *family, char *desc)
{
	strscpy(desc, family->name, KUNIT_PARAM_DESC_SIZE);
}
KUNIT_ARRAY_PARAM(family, families, family_desc);

/* RFC 4301 7: of a port's policies a later fragment fits none, and says so. */
static void later_fragments(struct kunit *test)
{
	bool v6 = ((const struct family *)test->param_value)->v6;
	u16 port = dport_of_inner(test, v6);
	struct rig *rig = test->priv;

	tunnel(test);
	inner_ports(test, SVTI_DIR_OUT, port, port);
	inner_ports(test, SVTI_DIR_IN, port, port);
	KUNIT_EXPECT_TRUE(test, passes(test, v6, 0));
	KUNIT_EXPECT_FALSE(test, passes(test, v6, 1480));
	KUNIT_EXPECT_EQ(test, rig_drops(rig, SVTI_DROP_TX_FRAGMENT_NO_POLICY), 1);
	inner_ports(test, SVTI_DIR_OUT, 65535, 0);
	KUNIT_EXPECT_FALSE(test, passes(test, v6, 1480));
	KUNIT_EXPECT_EQ(test, rig_drops(rig, SVTI_DROP_RX_FRAGMENT_NO_POLICY), 1);
	inner_ports(test, SVTI_DIR_IN, 65535, 0);
	KUNIT_EXPECT_TRUE(test, passes(test, v6, 1480));
	KUNIT_EXPECT_TRUE(test, passes(test, v6, 0));
	KUNIT_EXPECT_EQ(test, rig_all_drops(rig), 2);
}

/* RFC 4301 7.2: none of them may lie over the ports, which ANY does not look at. */
static void no_overlap(struct kunit *test)
{
	struct rig *rig = test->priv;

	tunnel(test);
	inner_ports(test, SVTI_DIR_OUT, 0, 65535);
	inner_ports(test, SVTI_DIR_IN, 65535, 0);
	KUNIT_EXPECT_FALSE(test, passes(test, false, 8));
	KUNIT_EXPECT_FALSE(test, passes(test, false, SVTI_FRAGMENT_OFFSET_MIN - 8));
	KUNIT_EXPECT_EQ(test, rig_drops(rig, SVTI_DROP_RX_FRAGMENT_OFFSET), 2);
	KUNIT_EXPECT_TRUE(test, passes(test, false, SVTI_FRAGMENT_OFFSET_MIN));
	KUNIT_EXPECT_FALSE(test, passes(test, false, 0));
	KUNIT_EXPECT_EQ(test, rig_drops(rig, SVTI_DROP_RX_NO_POLICY), 1);
	inner_ports(test, SVTI_DIR_IN, 0, 65535);
	KUNIT_EXPECT_TRUE(test, passes(test, false, 0));
	KUNIT_EXPECT_FALSE(test, passes(test, false, 8));
	KUNIT_EXPECT_EQ(test, rig_all_drops(rig), 4);
	/* Of IPv6 nobody can tell where the ports are: RFC 5722 has such packets dropped later. */
	KUNIT_EXPECT_TRUE(test, passes(test, true, 8));
}

static struct kunit_case cases[] = {
	KUNIT_CASE_PARAM(later_fragments, family_gen_params),
	KUNIT_CASE(no_overlap),
	{},
};

struct kunit_suite svti_fragment_suite = {
	.name = "svti_fragment",
	.init = rig_init,
	.exit = rig_exit,
	.test_cases = cases,
};
