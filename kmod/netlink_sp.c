// SPDX-License-Identifier: GPL-2.0
/* Requests about policies. */
#include <linux/inetdevice.h>
#include <net/ipv6.h>

#include "attr.h"
#include "db.h"
#include "flow.h"
#include "netlink.h"
#include "refusal.h"
#include "spd.h"

/* Not const: struct nla_policy of 6.1 does not promise to leave it alone. */
static struct netlink_range_validation port_range = { .max = U16_MAX };

static const struct nla_policy policy[SVTI_A_SP_MAX + 1] = {
	[SVTI_A_SP_INDEX] = NLA_POLICY_MIN(NLA_U32, 1),
	[SVTI_A_SP_DIR] = NLA_POLICY_RANGE(NLA_U32, SVTI_DIR_IN, SVTI_DIR_OUT),
	[SVTI_A_SP_SRC] = NLA_POLICY_RANGE(NLA_BINARY, 4, SVTI_ADDR_LEN_MAX),
	[SVTI_A_SP_SRC_PREFIX] = NLA_POLICY_MAX(NLA_U32, 128),
	[SVTI_A_SP_DST] = NLA_POLICY_RANGE(NLA_BINARY, 4, SVTI_ADDR_LEN_MAX),
	[SVTI_A_SP_DST_PREFIX] = NLA_POLICY_MAX(NLA_U32, 128),
	[SVTI_A_SP_PROTO] = NLA_POLICY_RANGE(NLA_U32, 1, 255),
	[SVTI_A_SP_SPORT_MIN] = NLA_POLICY_FULL_RANGE(NLA_U32, &port_range),
	[SVTI_A_SP_SPORT_MAX] = NLA_POLICY_FULL_RANGE(NLA_U32, &port_range),
	[SVTI_A_SP_DPORT_MIN] = NLA_POLICY_FULL_RANGE(NLA_U32, &port_range),
	[SVTI_A_SP_DPORT_MAX] = NLA_POLICY_FULL_RANGE(NLA_U32, &port_range),
	[SVTI_A_SP_PRIORITY] = { .type = NLA_U32 },
	[SVTI_A_SP_REQID] = { .type = NLA_U32 },
	[SVTI_A_SP_ACTION] = NLA_POLICY_RANGE(NLA_U32, SVTI_ACTION_PROTECT, SVTI_ACTION_BYPASS),
};

static const char *const help[SVTI_A_SP_MAX + 1] = {
	[SVTI_A_SP_INDEX] = "The index of a policy is the number that sp-new answered with, from 1 on",
	[SVTI_A_SP_DIR] = "The direction of a policy is 1 (in) or 2 (out)",
	[SVTI_A_SP_SRC] = "The source of a policy is an address of 4 octets or 16",
	[SVTI_A_SP_SRC_PREFIX] = "A prefix has 0 to 32 bits of IPv4, or 0 to 128 of IPv6",
	[SVTI_A_SP_DST] = "The destination of a policy is an address of 4 octets or 16",
	[SVTI_A_SP_DST_PREFIX] = "A prefix has 0 to 32 bits of IPv4, or 0 to 128 of IPv6",
	[SVTI_A_SP_PROTO] = "The protocol of a policy is 1 to 255; leave it out for any",
	[SVTI_A_SP_SPORT_MIN] = "A port is 0 to 65535, 32 bits in host order; type * 256 + code of ICMP",
	[SVTI_A_SP_SPORT_MAX] = "A port is 0 to 65535, 32 bits in host order; type * 256 + code of ICMP",
	[SVTI_A_SP_DPORT_MIN] = "A port is 0 to 65535, 32 bits in host order; type * 256 + code of ICMP",
	[SVTI_A_SP_DPORT_MAX] = "A port is 0 to 65535, 32 bits in host order; type * 256 + code of ICMP",
	[SVTI_A_SP_PRIORITY] = "The priority of a policy is a number of 32 bits",
	[SVTI_A_SP_REQID] = "The reqid of a policy is a number of 32 bits",
	[SVTI_A_SP_ACTION] = "The action of a policy is 1 (protect) or 2 (discard)",
};

static const struct svti_nl_object object = {
	.name = "SP",
	.max = SVTI_A_SP_MAX,
	.policy = policy,
	.help = help,
};

enum {
	SELECTOR = SVTI_BIT(SVTI_A_SP_SRC) | SVTI_BIT(SVTI_A_SP_SRC_PREFIX) |
		   SVTI_BIT(SVTI_A_SP_DST) | SVTI_BIT(SVTI_A_SP_DST_PREFIX) |
		   SVTI_BIT(SVTI_A_SP_PROTO) | SVTI_BIT(SVTI_A_SP_SPORT_MIN) |
		   SVTI_BIT(SVTI_A_SP_SPORT_MAX) | SVTI_BIT(SVTI_A_SP_DPORT_MIN) |
		   SVTI_BIT(SVTI_A_SP_DPORT_MAX),
};

/* --- making */

/* Clears the bits of @addr beyond its prefix; true if there were any. */
static bool clear_host_bits(union nf_inet_addr *addr, u8 family, u8 len)
{
	struct in6_addr prefix;
	__be32 ip;

	if (family == AF_INET) {
		ip = addr->ip;
		addr->ip &= inet_make_mask(len);
		return addr->ip != ip;
	}
	ipv6_addr_prefix(&prefix, &addr->in6, len);
	swap(prefix, addr->in6);
	return !ipv6_addr_equal(&prefix, &addr->in6);
}

/* One side of a selector; no address selects every one. */
static int parse_prefix(const struct nlattr *addr, const struct nlattr *prefix,
			struct svti_selector *sel, union nf_inet_addr *to, u8 *len,
			struct netlink_ext_ack *extack)
{
	u8 other = sel->family, max;
	int err;

	if (!addr && !prefix)
		return 0;
	if (!addr) {
		NL_SET_ERR_MSG_ATTR(extack, prefix, "A prefix length needs the address: give both");
		return -EINVAL;
	}
	err = svti_nl_addr(addr, to, &sel->family, extack);
	if (err)
		return err;
	if (other != AF_UNSPEC && other != sel->family) {
		NL_SET_ERR_MSG_ATTR(extack, addr, "Source and destination of a policy are of one family: give two prefixes of IPv4 or two of IPv6");
		return -EINVAL;
	}
	max = sel->family == AF_INET6 ? 128 : 32;
	*len = svti_nl_value(prefix, max);
	if (*len > max) {
		NL_SET_ERR_MSG_ATTR(extack, prefix, "A prefix of IPv4 has 0 to 32 bits");
		return -EINVAL;
	}
	if (clear_host_bits(to, sel->family, *len)) {
		NL_SET_BAD_ATTR(extack, addr);
		if (sel->family == AF_INET6)
			svti_refuse(extack, "The address has bits beyond its prefix of %u: %pI6c/%u has none",
				    *len, to, *len);
		else
			svti_refuse(extack, "The address has bits beyond its prefix of %u: %pI4/%u has none",
				    *len, to, *len);
		return -EINVAL;
	}
	return 0;
}

static int parse_ports(const struct nlattr *first, const struct nlattr *last, u16 *min, u16 *max,
		       struct netlink_ext_ack *extack)
{
	*min = 0;
	*max = U16_MAX;
	if (!first && !last)
		return 0;
	if (!first) {
		NL_SET_ERR_MSG_ATTR(extack, last, "A range of ports needs its first one: give both");
		return -EINVAL;
	}
	*min = nla_get_u32(first);
	*max = svti_nl_value(last, *min);
	if (*min > *max && !svti_ports_opaque(*min, *max)) {
		NL_SET_BAD_ATTR(extack, last);
		svti_refuse(extack, "A range of ports from %u cannot end at %u: end it at %u or above, or write 65535 to 0 for ports that cannot be seen",
			    *min, *max, *min);
		return -EINVAL;
	}
	return 0;
}

static bool is_range(u16 min, u16 max)
{
	return !svti_ports_any(min, max) && !svti_ports_opaque(min, max);
}

/* Ports of what has none, and of which one is known and one is not, would select nothing. */
static int check_ports(const struct svti_selector *sel, struct netlink_ext_ack *extack)
{
	bool opaque = svti_selector_opaque(sel);
	bool range = is_range(sel->sport_min, sel->sport_max) ||
		     is_range(sel->dport_min, sel->dport_max);

	if (range && !svti_proto_has_ports(sel->proto)) {
		NL_SET_ERR_MSG(extack, "Ports need a protocol that has them: 6 (TCP), 17 (UDP), 33, 132, 136, or 1 (ICMP), 58, 135 for their types");
		return -EINVAL;
	}
	if (opaque && range) {
		NL_SET_ERR_MSG(extack, "No packet has one port that can be seen and one that cannot: leave out one of the two");
		return -EINVAL;
	}
	/* RFC 4301 7.2 */
	if (opaque && !sel->proto) {
		NL_SET_ERR_MSG(extack, "Ports that cannot be seen (65535 to 0) need a protocol: give one, or leave out the ports");
		return -EINVAL;
	}
	return 0;
}

static int parse_selector(struct nlattr **tb, struct svti_selector *sel,
			  struct netlink_ext_ack *extack)
{
	memset(sel, 0, sizeof(*sel));
	sel->proto = svti_nl_value(tb[SVTI_A_SP_PROTO], 0);
	return parse_prefix(tb[SVTI_A_SP_SRC], tb[SVTI_A_SP_SRC_PREFIX], sel, &sel->src,
			    &sel->src_len, extack) ?:
	       parse_prefix(tb[SVTI_A_SP_DST], tb[SVTI_A_SP_DST_PREFIX], sel, &sel->dst,
			    &sel->dst_len, extack) ?:
	       parse_ports(tb[SVTI_A_SP_SPORT_MIN], tb[SVTI_A_SP_SPORT_MAX], &sel->sport_min,
			   &sel->sport_max, extack) ?:
	       parse_ports(tb[SVTI_A_SP_DPORT_MIN], tb[SVTI_A_SP_DPORT_MAX], &sel->dport_min,
			   &sel->dport_max, extack) ?:
	       check_ports(sel, extack);
}

/* Priority, reqid and action, where absent ones stay as they are. */
static int parse_rest(struct nlattr **tb, struct svti_policy *to, struct netlink_ext_ack *extack)
{
	to->priority = svti_nl_value(tb[SVTI_A_SP_PRIORITY], to->priority);
	to->reqid = svti_nl_value(tb[SVTI_A_SP_REQID], to->reqid);
	to->action = svti_nl_value(tb[SVTI_A_SP_ACTION], to->action);
	if (to->action == SVTI_ACTION_BYPASS) {
		NL_SET_ERR_MSG(extack, "What should not be protected is not routed into the device: change the route, there is no bypass here");
		return -EOPNOTSUPP;
	}
	if (to->action == SVTI_ACTION_DISCARD && to->reqid) {
		NL_SET_ERR_MSG(extack, "A policy that discards has no SA: leave out the reqid, or set it to 0");
		return -EINVAL;
	}
	return 0;
}

/**
 * svti_nl_sp_parse_new() - make the policy that a request describes
 * @nest: SVTI_A_SP of sa-new or sp-new
 * @made: set on success, for svti_db_install() or svti_policy_free()
 * @extack: a sentence on failure
 *
 * Return: 0 or an error.
 */
int svti_nl_sp_parse_new(const struct nlattr *nest, struct svti_policy **made,
			 struct netlink_ext_ack *extack)
{
	struct nlattr *tb[SVTI_A_SP_MAX + 1];
	struct svti_policy *new;
	int err;

	err = svti_nl_parse(&object, tb, nest, extack) ?:
	      svti_nl_need(&object, tb, SVTI_BIT(SVTI_A_SP_DIR), extack) ?:
	      svti_nl_only(&object, tb,
			   SELECTOR | SVTI_BIT(SVTI_A_SP_DIR) | SVTI_BIT(SVTI_A_SP_PRIORITY) |
				   SVTI_BIT(SVTI_A_SP_REQID) | SVTI_BIT(SVTI_A_SP_ACTION),
			   "The index of a policy is given by the kernel: leave it out", extack);
	if (err)
		return err;
	new = svti_policy_alloc(GFP_KERNEL);
	if (!new)
		return -ENOMEM;
	new->dir = nla_get_u32(tb[SVTI_A_SP_DIR]);
	new->priority = SVTI_PRIORITY_DEFAULT;
	new->action = SVTI_ACTION_PROTECT;
	err = parse_selector(tb, &new->sel, extack) ?: parse_rest(tb, new, extack);
	if (err) {
		svti_policy_free(new);
		return err;
	}
	*made = new;
	return 0;
}

/* --- finding */

static struct svti_policy *find_by_index(struct svti_device *sdev, u32 index,
					 struct netlink_ext_ack *extack)
{
	struct svti_policy *found = svti_spd_by_index(&sdev->spd, index);

	if (found)
		return found;
	svti_refuse(extack, "%s has no policy %u: dump them to see which there are",
		    sdev->dev->name, index);
	return ERR_PTR(-ENOENT);
}

static struct svti_policy *find_by_selector(struct svti_device *sdev, struct nlattr **tb,
					    struct netlink_ext_ack *extack)
{
	u32 priority = svti_nl_value(tb[SVTI_A_SP_PRIORITY], SVTI_PRIORITY_DEFAULT);
	struct svti_policy *found;
	struct svti_selector sel;
	int err;

	if (!tb[SVTI_A_SP_DIR]) {
		NL_SET_ERR_MSG(extack, "Which policy? Give its index, or direction, selector and priority");
		return ERR_PTR(-EINVAL);
	}
	err = parse_selector(tb, &sel, extack);
	if (err)
		return ERR_PTR(err);
	found = svti_spd_find_exact(&sdev->spd, nla_get_u32(tb[SVTI_A_SP_DIR]), &sel, priority);
	if (found)
		return found;
	svti_refuse(extack, "%s has no policy of this direction, selector and priority %u: dump them to see which there are",
		    sdev->dev->name, priority);
	return ERR_PTR(-ENOENT);
}

/* Parse the only policy of a request. */
static int parse_one(struct genl_info *info, struct nlattr **tb, u64 allowed, const char *what)
{
	const struct nlattr *nest;
	int err;

	err = svti_nl_one(info, SVTI_A_SP, &nest);
	if (err)
		return err;
	if (!nest) {
		NL_SET_ERR_MSG(info->extack, "Which policy? Give SVTI_A_SP with its index");
		return -EINVAL;
	}
	return svti_nl_parse(&object, tb, nest, info->extack) ?:
	       svti_nl_only(&object, tb, allowed, what, info->extack);
}

/* Lock the device of a request and find the policy of an index. */
static struct svti_policy *find_locked(struct genl_info *info, struct nlattr **tb, u64 also,
				       const char *what, struct svti_device **sdev)
{
	struct svti_policy *found;
	int err;

	err = parse_one(info, tb, SVTI_BIT(SVTI_A_SP_INDEX) | also, what) ?:
	      svti_nl_need(&object, tb, SVTI_BIT(SVTI_A_SP_INDEX), info->extack);
	if (err)
		return ERR_PTR(err);
	*sdev = svti_nl_lock(info);
	if (IS_ERR(*sdev))
		return ERR_CAST(*sdev);
	found = find_by_index(*sdev, nla_get_u32(tb[SVTI_A_SP_INDEX]), info->extack);
	if (IS_ERR(found))
		svti_nl_unlock(*sdev);
	return found;
}

/* --- telling */

static int put_selector(struct sk_buff *msg, const struct svti_selector *sel)
{
	if (sel->family != AF_UNSPEC &&
	    (svti_put_addr(msg, SVTI_A_SP_SRC, &sel->src, sel->family) ||
	     nla_put_u32(msg, SVTI_A_SP_SRC_PREFIX, sel->src_len) ||
	     svti_put_addr(msg, SVTI_A_SP_DST, &sel->dst, sel->family) ||
	     nla_put_u32(msg, SVTI_A_SP_DST_PREFIX, sel->dst_len)))
		return -EMSGSIZE;
	if (sel->proto && nla_put_u32(msg, SVTI_A_SP_PROTO, sel->proto))
		return -EMSGSIZE;
	if (!svti_ports_any(sel->sport_min, sel->sport_max) &&
	    (nla_put_u32(msg, SVTI_A_SP_SPORT_MIN, sel->sport_min) ||
	     nla_put_u32(msg, SVTI_A_SP_SPORT_MAX, sel->sport_max)))
		return -EMSGSIZE;
	if (!svti_ports_any(sel->dport_min, sel->dport_max) &&
	    (nla_put_u32(msg, SVTI_A_SP_DPORT_MIN, sel->dport_min) ||
	     nla_put_u32(msg, SVTI_A_SP_DPORT_MAX, sel->dport_max)))
		return -EMSGSIZE;
	return 0;
}

static int fill(struct sk_buff *msg, struct svti_device *sdev, const void *data)
{
	const struct svti_policy *sp = data;
	struct nlattr *nest = nla_nest_start(msg, SVTI_A_SP);
	u64 packets, bytes;

	svti_policy_stats_read(sp, &packets, &bytes);
	if (!nest || nla_put_u32(msg, SVTI_A_SP_INDEX, sp->index) ||
	    nla_put_u32(msg, SVTI_A_SP_DIR, sp->dir) || put_selector(msg, &sp->sel) ||
	    nla_put_u32(msg, SVTI_A_SP_PRIORITY, sp->priority) ||
	    nla_put_u32(msg, SVTI_A_SP_REQID, sp->reqid) ||
	    nla_put_u32(msg, SVTI_A_SP_ACTION, sp->action) ||
	    nla_put_u64_64bit(msg, SVTI_A_SP_PACKETS, packets, SVTI_A_SP_PAD) ||
	    nla_put_u64_64bit(msg, SVTI_A_SP_BYTES, bytes, SVTI_A_SP_PAD))
		return -EMSGSIZE;
	nla_nest_end(msg, nest);
	return 0;
}

int svti_nl_sp_get(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *tb[SVTI_A_SP_MAX + 1];
	struct svti_device *sdev;
	struct svti_policy *found;
	int err;

	found = find_locked(info, tb, 0, "sp-get takes the index alone", &sdev);
	if (IS_ERR(found))
		return PTR_ERR(found);
	err = svti_nl_reply(info, sdev, found, fill);
	svti_nl_unlock(sdev);
	return err;
}

int svti_nl_sp_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct svti_device *sdev = svti_nl_dump_lock(skb, cb);
	unsigned long i = cb->args[0];
	struct svti_policy *sp;

	if (IS_ERR(sdev))
		return PTR_ERR(sdev);
	svti_spd_for_each(&sdev->spd, i, sp) {
		if (svti_nl_dump_one(skb, cb, sdev, SVTI_CMD_SP_GET, sp, fill))
			break;
		cb->args[0] = i + 1;
	}
	svti_nl_dump_unlock(sdev);
	return skb->len;
}

/* --- changing */

/* A policy like @old, with priority, reqid and action as @tb wants them, in its place. */
static int set(struct svti_device *sdev, struct svti_policy *old, struct nlattr **tb,
	       struct netlink_ext_ack *extack)
{
	struct svti_policy *new = svti_policy_alloc(GFP_KERNEL);
	int err;

	if (!new)
		return -ENOMEM;
	new->sel = old->sel;
	new->dir = old->dir;
	new->priority = old->priority;
	new->reqid = old->reqid;
	new->action = old->action;
	err = parse_rest(tb, new, extack) ?: svti_db_replace_policy(sdev, old, new, extack);
	if (err)
		svti_policy_free(new);
	return err;
}

int svti_nl_sp_set(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *tb[SVTI_A_SP_MAX + 1];
	struct svti_device *sdev;
	struct svti_policy *found;
	int err;

	found = find_locked(info, tb,
			    SVTI_BIT(SVTI_A_SP_PRIORITY) | SVTI_BIT(SVTI_A_SP_REQID) |
				    SVTI_BIT(SVTI_A_SP_ACTION),
			    "sp-set takes the index and changes priority, reqid and action alone",
			    &sdev);
	if (IS_ERR(found))
		return PTR_ERR(found);
	err = set(sdev, found, tb, info->extack);
	svti_nl_unlock(sdev);
	return err;
}

int svti_nl_sp_del(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *tb[SVTI_A_SP_MAX + 1];
	struct svti_device *sdev;
	struct svti_policy *found;
	int err;

	err = parse_one(info, tb,
			SELECTOR | SVTI_BIT(SVTI_A_SP_INDEX) | SVTI_BIT(SVTI_A_SP_DIR) |
				SVTI_BIT(SVTI_A_SP_PRIORITY),
			"sp-del takes the index, or direction, selector and priority alone");
	if (err)
		return err;
	if (tb[SVTI_A_SP_INDEX]) {
		err = svti_nl_only(&object, tb, SVTI_BIT(SVTI_A_SP_INDEX),
				   "The index says it all: give nothing else", info->extack);
		if (err)
			return err;
	}
	sdev = svti_nl_lock(info);
	if (IS_ERR(sdev))
		return PTR_ERR(sdev);
	if (tb[SVTI_A_SP_INDEX])
		found = find_by_index(sdev, nla_get_u32(tb[SVTI_A_SP_INDEX]), info->extack);
	else
		found = find_by_selector(sdev, tb, info->extack);
	err = PTR_ERR_OR_ZERO(found);
	if (!err)
		svti_db_remove_policy(sdev, found);
	svti_nl_unlock(sdev);
	return err;
}

int svti_nl_sp_flush(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *tb[SVTI_A_SP_MAX + 1] = {};
	const struct nlattr *nest;
	struct svti_device *sdev;
	u32 reqid;
	u8 dir;
	int err;

	err = svti_nl_one(info, SVTI_A_SP, &nest);
	if (!err && nest)
		err = svti_nl_parse(&object, tb, nest, info->extack) ?:
		      svti_nl_only(&object, tb,
				   SVTI_BIT(SVTI_A_SP_DIR) | SVTI_BIT(SVTI_A_SP_REQID),
				   "sp-flush takes direction and reqid alone", info->extack);
	if (err)
		return err;
	sdev = svti_nl_lock(info);
	if (IS_ERR(sdev))
		return PTR_ERR(sdev);
	dir = svti_nl_value(tb[SVTI_A_SP_DIR], 0);
	reqid = svti_nl_value(tb[SVTI_A_SP_REQID], 0);
	svti_db_flush_policies(sdev, tb[SVTI_A_SP_DIR] ? &dir : NULL,
			       tb[SVTI_A_SP_REQID] ? &reqid : NULL);
	svti_nl_unlock(sdev);
	return 0;
}
