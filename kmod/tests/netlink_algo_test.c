// SPDX-License-Identifier: GPL-2.0
/* What requests with a wrong algorithm or wrong keys are told. */
#include <kunit/test.h>
#include <net/netlink.h>

#include "../algo.h"
#include "../netlink.h"
#include "suites.h"

/**
 * struct ask - what an SA is asked to have, and the answer
 * @encr: transform id
 * @key_len: octets, 0: absent
 * @integ: transform id, 0: absent
 * @integ_key_len: octets, 0: absent
 * @err: expected
 * @says: the sentence
 */
struct ask {
	u32 encr, key_len, integ, integ_key_len;
	int err;
	const char *says;
};

static const struct ask asks[] = {
	{ 20, 20, 0, 0 },
	{ 14, 35, 0, 0 },
	{ 28, 36, 0, 0 },
	{ 11, 0, 14, 64 },
	{ 13, 28, 5, 16 },
	{ 3, 24, 2, 20, -EOPNOTSUPP,
	  "Encryption 3 is not supported: use one of 20, 19, 18, 16, 15, 14, 28, 21, 12, 13, 11" },
	{ U32_MAX, 24, 2, 20, -EOPNOTSUPP,
	  "Encryption 4294967295 is not supported: use one of 20, 19, 18, 16, 15, 14, 28, 21, 12, 13, 11" },
	{ 12, 16, 1, 16, -EOPNOTSUPP,
	  "Integrity 1 is not supported: use one of 12, 13, 14, 2, 5, 8" },
	{ 12, 16, 0, 0, -EOPNOTSUPP,
	  "AES-CBC needs an integrity algorithm beside it: use one of 12, 13, 14, 2, 5, 8" },
	{ 11, 0, 0, 0, -EOPNOTSUPP,
	  "NULL encryption needs an integrity algorithm beside it: use one of 12, 13, 14, 2, 5, 8" },
	{ 20, 20, 12, 32, -EOPNOTSUPP,
	  "AES-GCM-16 authenticates by itself: leave out integrity 12" },
	{ 20, 16, 0, 0, -EINVAL,
	  "AES-GCM-16 takes an encryption key of 20, 28 or 36 octets, the last 4 the salt; this one has 16" },
	{ 15, 0, 0, 0, -EINVAL,
	  "AES-CCM-12 takes an encryption key of 19, 27 or 35 octets, the last 3 the salt; this one has 0" },
	{ 28, 32, 0, 0, -EINVAL,
	  "ChaCha20-Poly1305 takes an encryption key of 36 octets, the last 4 the salt; this one has 32" },
	{ 12, 17, 12, 32, -EINVAL,
	  "AES-CBC takes an encryption key of 16, 24 or 32 octets; this one has 17" },
	{ 11, 1, 12, 32, -EINVAL, "NULL encryption takes no encryption key: leave it out" },
	{ 12, 16, 12, 20, -EINVAL,
	  "HMAC-SHA2-256-128 takes an integrity key of 32 octets; this one has 20" },
	{ 11, 0, 8, 0, -EINVAL, "AES-CMAC-96 takes an integrity key of 16 octets; this one has 0" },
	{ 21, 20, 0, 16, -EINVAL, "AES-GMAC takes no integrity key: leave it out" },
};

static void put(struct sk_buff *msg, const struct ask *ask)
{
	static const u8 key[SVTI_KEY_LEN_MAX];

	nla_put_u32(msg, SVTI_A_SA_ENCR, ask->encr);
	if (ask->key_len)
		nla_put(msg, SVTI_A_SA_ENCR_KEY, ask->key_len, key);
	if (ask->integ)
		nla_put_u32(msg, SVTI_A_SA_INTEG, ask->integ);
	if (ask->integ_key_len)
		nla_put(msg, SVTI_A_SA_INTEG_KEY, ask->integ_key_len, key);
}

static void sentences(struct kunit *test)
{
	for (u32 i = 0; i < ARRAY_SIZE(asks); i++) {
		const struct ask *ask = &asks[i];
		struct sk_buff *msg = nlmsg_new(NLMSG_DEFAULT_SIZE, GFP_KERNEL);
		struct nlattr *tb[SVTI_A_SA_MAX + 1];
		struct netlink_ext_ack extack = {};
		const struct svti_algo *algo;
		struct svti_keys keys = {};

		KUNIT_ASSERT_NOT_NULL(test, msg);
		put(msg, ask);
		KUNIT_ASSERT_EQ(test,
				nla_parse(tb, SVTI_A_SA_MAX, (struct nlattr *)msg->data, msg->len,
					  NULL, NULL),
				0);
		KUNIT_EXPECT_EQ_MSG(test, svti_nl_algo(tb, &algo, &keys, &extack), ask->err, "%u",
				    i);
		KUNIT_EXPECT_EQ(test, !extack._msg, !ask->says);
		if (extack._msg && ask->says)
			KUNIT_EXPECT_STREQ(test, extack._msg, ask->says);
		if (!ask->err) {
			KUNIT_EXPECT_EQ(test, keys.encr_len, ask->key_len);
			KUNIT_EXPECT_EQ(test, keys.integ_len, ask->integ_key_len);
			KUNIT_EXPECT_EQ(test, !keys.encr, !ask->key_len);
		}
		kfree_skb(msg);
	}
}

static struct kunit_case cases[] = {
	KUNIT_CASE(sentences),
	{},
};

struct kunit_suite svti_netlink_algo_suite = {
	.name = "svti_netlink_algo",
	.test_cases = cases,
};
