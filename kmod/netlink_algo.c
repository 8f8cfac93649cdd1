// SPDX-License-Identifier: GPL-2.0
/* Which algorithm an SA is to have, and whether its keys fit; if not, what would be right. */
#include <linux/kernel.h>
#include <linux/string.h>

#include "algo.h"
#include "netlink.h"
#include "refusal.h"

enum {
	LIST_LEN = 64
};

static void append(char *list, const char *between, u32 number)
{
	size_t len = strlen(list);

	scnprintf(list + len, LIST_LEN - len, "%s%u", len ? between : "", number);
}

/* "11, 12, 13": rows with the same encryption follow each other. */
static void list_encr(char *list)
{
	const struct svti_algo *algo;
	u32 last = 0;

	*list = 0;
	for (u32 i = 0; (algo = svti_algo_at(i)); i++) {
		if (algo->encr != last)
			append(list, ", ", algo->encr);
		last = algo->encr;
	}
}

static void list_integ(char *list, u32 encr)
{
	const struct svti_algo *algo;

	*list = 0;
	for (u32 i = 0; (algo = svti_algo_at(i)); i++)
		if (algo->encr == encr)
			append(list, ", ", algo->integ);
}

static const struct svti_algo *first_with(u32 encr)
{
	const struct svti_algo *algo;

	for (u32 i = 0; (algo = svti_algo_at(i)); i++)
		if (algo->encr == encr)
			break;
	return algo;
}

static void refuse_pair(u32 encr, u32 integ, struct netlink_ext_ack *extack)
{
	const struct svti_algo *algo = first_with(encr);
	char list[LIST_LEN];

	if (!algo) {
		list_encr(list);
		svti_refuse(extack, "Encryption %u is not supported: use one of %s", encr, list);
		return;
	}
	if (!algo->integ) {
		svti_refuse(extack, "%s authenticates by itself: leave out integrity %u",
			    algo->encr_name, integ);
		return;
	}
	list_integ(list, encr);
	if (integ)
		svti_refuse(extack, "Integrity %u is not supported: use one of %s", integ, list);
	else
		svti_refuse(extack, "%s needs an integrity algorithm beside it: use one of %s",
			    algo->encr_name, list);
}

static void refuse_encr_key(const struct svti_algo *algo, u32 len, struct netlink_ext_ack *extack)
{
	char list[LIST_LEN] = "", salt[32] = "";

	if (!algo->key_bits[0]) {
		svti_refuse(extack, "%s takes no encryption key: leave it out", algo->encr_name);
		return;
	}
	for (const u16 *bits = algo->key_bits; *bits; bits++)
		append(list, bits[1] ? ", " : " or ", *bits / 8 + algo->salt_len);
	if (algo->salt_len)
		snprintf(salt, sizeof(salt), ", the last %u the salt", algo->salt_len);
	svti_refuse(extack, "%s takes an encryption key of %s octets%s; this one has %u",
		    algo->encr_name, list, salt, len);
}

static void refuse_integ_key(const struct svti_algo *algo, u32 len, struct netlink_ext_ack *extack)
{
	if (algo->integ)
		svti_refuse(extack, "%s takes an integrity key of %u octets; this one has %u",
			    algo->integ_name, algo->integ_key_len, len);
	else
		svti_refuse(extack, "%s takes no integrity key: leave it out", algo->encr_name);
}

static void take_key(const struct nlattr *attr, const u8 **key, u32 *len)
{
	*key = attr ? nla_data(attr) : NULL;
	*len = attr ? nla_len(attr) : 0;
}

/**
 * svti_nl_algo() - the algorithm and the keys that the attributes name
 * @tb: attributes of an SA, SVTI_A_SA_ENCR among them
 * @algo: set to the row
 * @keys: set to the keys, which stay in the message
 * @extack: a sentence on failure
 *
 * Return: 0, -EOPNOTSUPP for a pair of transforms that there is not, -EINVAL for keys that do not
 * fit.
 */
int svti_nl_algo(struct nlattr **tb, const struct svti_algo **algo, struct svti_keys *keys,
		 struct netlink_ext_ack *extack)
{
	u32 encr = nla_get_u32(tb[SVTI_A_SA_ENCR]);
	u32 integ = svti_nl_value(tb[SVTI_A_SA_INTEG], SVTI_INTEG_NONE);

	*algo = svti_algo_find(encr, integ);
	if (!*algo) {
		refuse_pair(encr, integ, extack);
		return -EOPNOTSUPP;
	}
	take_key(tb[SVTI_A_SA_ENCR_KEY], &keys->encr, &keys->encr_len);
	take_key(tb[SVTI_A_SA_INTEG_KEY], &keys->integ, &keys->integ_len);
	if (svti_algo_keys_fit(*algo, keys))
		return 0;
	if (keys->integ_len != (*algo)->integ_key_len)
		refuse_integ_key(*algo, keys->integ_len, extack);
	else
		refuse_encr_key(*algo, keys->encr_len, extack);
	return -EINVAL;
}
