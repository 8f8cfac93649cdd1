// SPDX-License-Identifier: GPL-2.0
/* The lifetimes of an SA in requests and answers. */
#include "life.h"
#include "netlink.h"
#include "refusal.h"

static const struct unit {
	const char *name;
	int soft;
	int hard;
	size_t limit;
} units[] = {
	{ "bytes", SVTI_A_SA_SOFT_BYTES, SVTI_A_SA_HARD_BYTES,
	  offsetof(struct svti_limits, bytes) },
	{ "packets", SVTI_A_SA_SOFT_PACKETS, SVTI_A_SA_HARD_PACKETS,
	  offsetof(struct svti_limits, packets) },
	{ "seconds", SVTI_A_SA_SOFT_SECONDS, SVTI_A_SA_HARD_SECONDS,
	  offsetof(struct svti_limits, seconds) },
};

/**
 * svti_nl_life_parse() - read the limits of a new SA
 * @tb: its attributes
 * @limits: filled in
 * @extack: a sentence on failure
 *
 * Return: 0 or -EINVAL.
 */
int svti_nl_life_parse(struct nlattr **tb, struct svti_limits *limits,
		       struct netlink_ext_ack *extack)
{
	for (u32 i = 0; i < ARRAY_SIZE(units); i++) {
		const struct unit *unit = &units[i];
		struct svti_limit *limit = (void *)limits + unit->limit;

		limit->soft = tb[unit->soft] ? nla_get_u64(tb[unit->soft]) : 0;
		limit->hard = tb[unit->hard] ? nla_get_u64(tb[unit->hard]) : 0;
		if (!limit->hard || limit->soft <= limit->hard)
			continue;
		NL_SET_BAD_ATTR(extack, tb[unit->soft]);
		svti_refuse(extack, "The soft limit of %s is beyond the hard one: it comes first, so make it smaller",
			    unit->name);
		return -EINVAL;
	}
	return 0;
}

/**
 * svti_nl_life_put() - write the limits of an SA
 * @msg: message
 * @limits: the limits
 *
 * Return: 0 or -EMSGSIZE.
 */
int svti_nl_life_put(struct sk_buff *msg, const struct svti_limits *limits)
{
	for (u32 i = 0; i < ARRAY_SIZE(units); i++) {
		const struct unit *unit = &units[i];
		const struct svti_limit *limit = (const void *)limits + unit->limit;

		if (limit->soft && nla_put_u64_64bit(msg, unit->soft, limit->soft, SVTI_A_SA_PAD))
			return -EMSGSIZE;
		if (limit->hard && nla_put_u64_64bit(msg, unit->hard, limit->hard, SVTI_A_SA_PAD))
			return -EMSGSIZE;
	}
	return 0;
}
