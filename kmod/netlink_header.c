// SPDX-License-Identifier: GPL-2.0
/* What an SA does with outer and inner headers, in requests and answers. */
#include "dummy.h"
#include "header.h"
#include "netlink.h"
#include "refusal.h"

/* What only one direction has a use for, and how to call it. */
static const struct one_way {
	u8 dir;
	int type;
	const char *name;
} one_way[] = {
	{ SVTI_DIR_IN, SVTI_A_SA_REPLAY_WINDOW, "A replay window" },
	{ SVTI_DIR_OUT, SVTI_A_SA_DSCP, "A DSCP" },
	{ SVTI_DIR_OUT, SVTI_A_SA_DF, "The DF bit" },
	{ SVTI_DIR_OUT, SVTI_A_SA_TTL, "A TTL" },
	{ SVTI_DIR_OUT, SVTI_A_SA_TFC, "TFC padding" },
	{ SVTI_DIR_OUT, SVTI_A_SA_DUMMY, "The interval of dummy packets" },
};

/**
 * svti_nl_check_dir() - refuse what the direction of an SA has no use for
 * @dir: of the SA
 * @tb: attributes of a request
 * @extack: a sentence on failure
 *
 * Return: 0 or -EINVAL.
 */
int svti_nl_check_dir(u8 dir, struct nlattr **tb, struct netlink_ext_ack *extack)
{
	for (const struct one_way *way = one_way; way < one_way + ARRAY_SIZE(one_way); way++) {
		if (!tb[way->type] || way->dir == dir)
			continue;
		NL_SET_BAD_ATTR(extack, tb[way->type]);
		svti_refuse(extack, "%s is for %sbound SAs: leave it out", way->name,
			    way->dir == SVTI_DIR_IN ? "in" : "out");
		return -EINVAL;
	}
	if (dir == SVTI_DIR_OUT &&
	    svti_nl_value(tb[SVTI_A_SA_FLAGS], 0) & SVTI_SA_FLAG_DECAP_DSCP) {
		NL_SET_ERR_MSG_ATTR(
			extack, tb[SVTI_A_SA_FLAGS],
			"The flag 2 (the outer DSCP goes inward) is for inbound SAs: leave it out");
		return -EINVAL;
	}
	return 0;
}

/* What only tunnel mode has a use for, and why. */
static const struct {
	int type;
	const char *reason;
} tunnel_only[] = {
	{ SVTI_A_SA_DSCP, "A packet in transport mode keeps its DSCP: leave it out, or use tunnel mode" },
	{ SVTI_A_SA_DF, "A packet in transport mode keeps its DF bit: leave it out, or use tunnel mode" },
	{ SVTI_A_SA_TTL, "A packet in transport mode keeps its TTL: leave it out, or use tunnel mode" },
	/* RFC 4303 2.7: only what tells its own length can be padded, and TCP does not. */
	{ SVTI_A_SA_TFC, "What transport mode protects need not tell its length, so it cannot be padded: use tunnel mode" },
};

/**
 * svti_nl_check_mode() - refuse what the mode of a new SA has no use for
 * @tb: its attributes
 * @extack: a sentence on failure
 *
 * Return: 0 or -EINVAL.
 */
int svti_nl_check_mode(struct nlattr **tb, struct netlink_ext_ack *extack)
{
	if (svti_nl_value(tb[SVTI_A_SA_MODE], SVTI_MODE_TUNNEL) == SVTI_MODE_TUNNEL)
		return 0;
	for (u32 i = 0; i < ARRAY_SIZE(tunnel_only); i++) {
		if (!tb[tunnel_only[i].type])
			continue;
		NL_SET_BAD_ATTR(extack, tb[tunnel_only[i].type]);
		extack->_msg = tunnel_only[i].reason;
		return -EINVAL;
	}
	if (svti_nl_value(tb[SVTI_A_SA_FLAGS], 0) & SVTI_SA_FLAG_DECAP_DSCP) {
		NL_SET_ERR_MSG_ATTR(extack, tb[SVTI_A_SA_FLAGS], "A packet in transport mode has no outer DSCP: leave out the flag 2, or use tunnel mode");
		return -EINVAL;
	}
	return 0;
}

/**
 * svti_nl_header_parse() - read what a new SA does with headers
 * @tb: its attributes
 * @header: filled in
 */
void svti_nl_header_parse(struct nlattr **tb, struct svti_header *header)
{
	svti_header_init(header);
	if (tb[SVTI_A_SA_DSCP])
		svti_header_fix_dscp(header, nla_get_u32(tb[SVTI_A_SA_DSCP]));
	header->df = svti_nl_value(tb[SVTI_A_SA_DF], header->df);
	header->ttl = svti_nl_value(tb[SVTI_A_SA_TTL], header->ttl);
	header->decap_dscp = svti_nl_value(tb[SVTI_A_SA_FLAGS], 0) & SVTI_SA_FLAG_DECAP_DSCP;
}

/**
 * svti_nl_header_put() - write what an SA does with headers
 * @msg: message
 * @sa: the SA
 *
 * Return: 0 or -EMSGSIZE.
 */
int svti_nl_header_put(struct sk_buff *msg, const struct svti_sa *sa)
{
	const struct svti_header *header = &sa->header;

	u32 mode = sa->transport ? SVTI_MODE_TRANSPORT : SVTI_MODE_TUNNEL;

	if (nla_put_u32(msg, SVTI_A_SA_MODE, mode))
		return -EMSGSIZE;
	if (sa->dir == SVTI_DIR_IN)
		return 0;
	if (sa->dummy && nla_put_u32(msg, SVTI_A_SA_DUMMY, sa->dummy->ms))
		return -EMSGSIZE;
	if (sa->transport)
		return 0;
	if (svti_header_dscp_is_fixed(header) &&
	    nla_put_u32(msg, SVTI_A_SA_DSCP, header->dscp_set >> 2))
		return -EMSGSIZE;
	if (nla_put_u32(msg, SVTI_A_SA_DF, header->df) ||
	    nla_put_u32(msg, SVTI_A_SA_TTL, header->ttl) ||
	    (sa->tfc && nla_put_u32(msg, SVTI_A_SA_TFC, sa->tfc)))
		return -EMSGSIZE;
	return 0;
}
