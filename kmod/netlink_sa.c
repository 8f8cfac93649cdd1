// SPDX-License-Identifier: GPL-2.0
/* Requests about SAs. */
#include <linux/inetdevice.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <net/ipv6.h>

#include "algo.h"
#include "attr.h"
#include "db.h"
#include "netlink.h"
#include "outer.h"
#include "refusal.h"
#include "sad.h"

/* For NLA_POLICY_RANGE() they are too large. */
static struct netlink_range_validation tfc_range = {
	.min = 1,
	.max = SVTI_TFC_MAX,
};

static struct netlink_range_validation dummy_range = {
	.min = SVTI_DUMMY_MIN,
	.max = SVTI_DUMMY_MAX,
};

static const struct nla_policy policy[SVTI_A_SA_MAX + 1] = {
	[SVTI_A_SA_SPI] = NLA_POLICY_MIN(NLA_U32, SVTI_SPI_MIN),
	[SVTI_A_SA_DIR] = NLA_POLICY_RANGE(NLA_U32, SVTI_DIR_IN, SVTI_DIR_OUT),
	[SVTI_A_SA_SRC] = NLA_POLICY_RANGE(NLA_BINARY, 4, SVTI_ADDR_LEN_MAX),
	[SVTI_A_SA_DST] = NLA_POLICY_RANGE(NLA_BINARY, 4, SVTI_ADDR_LEN_MAX),
	[SVTI_A_SA_REQID] = { .type = NLA_U32 },
	[SVTI_A_SA_ENCR] = { .type = NLA_U32 },
	[SVTI_A_SA_ENCR_KEY] = NLA_POLICY_RANGE(NLA_BINARY, 1, SVTI_KEY_LEN_MAX),
	[SVTI_A_SA_INTEG] = { .type = NLA_U32 },
	[SVTI_A_SA_INTEG_KEY] = NLA_POLICY_RANGE(NLA_BINARY, 1, SVTI_KEY_LEN_MAX),
	[SVTI_A_SA_FLAGS] = NLA_POLICY_MASK(NLA_U32, SVTI_SA_FLAG_ESN | SVTI_SA_FLAG_DECAP_DSCP),
	[SVTI_A_SA_REPLAY_WINDOW] = NLA_POLICY_MAX(NLA_U32, SVTI_REPLAY_WINDOW_MAX),
	[SVTI_A_SA_ENCAP_SPORT] = { .type = NLA_BE16 },
	[SVTI_A_SA_ENCAP_DPORT] = { .type = NLA_BE16 },
	[SVTI_A_SA_MODE] = NLA_POLICY_RANGE(NLA_U32, SVTI_MODE_TUNNEL, SVTI_MODE_TRANSPORT),
	[SVTI_A_SA_DSCP] = NLA_POLICY_MAX(NLA_U32, 63),
	[SVTI_A_SA_DF] = NLA_POLICY_RANGE(NLA_U32, SVTI_DF_COPY, SVTI_DF_CLEAR),
	[SVTI_A_SA_TTL] = NLA_POLICY_MAX(NLA_U32, 255),
	[SVTI_A_SA_TFC] = NLA_POLICY_FULL_RANGE(NLA_U32, &tfc_range),
	[SVTI_A_SA_DUMMY] = NLA_POLICY_FULL_RANGE(NLA_U32, &dummy_range),
	[SVTI_A_SA_KEEPALIVE] = NLA_POLICY_MAX(NLA_U32, SVTI_KEEPALIVE_MAX),
	[SVTI_A_SA_SOFT_BYTES] = NLA_POLICY_MIN(NLA_U64, 1),
	[SVTI_A_SA_HARD_BYTES] = NLA_POLICY_MIN(NLA_U64, 1),
	[SVTI_A_SA_SOFT_PACKETS] = NLA_POLICY_MIN(NLA_U64, 1),
	[SVTI_A_SA_HARD_PACKETS] = NLA_POLICY_MIN(NLA_U64, 1),
	[SVTI_A_SA_SOFT_SECONDS] = NLA_POLICY_MIN(NLA_U64, 1),
	[SVTI_A_SA_HARD_SECONDS] = NLA_POLICY_MIN(NLA_U64, 1),
};

static const char *const help[SVTI_A_SA_MAX + 1] = {
	[SVTI_A_SA_SPI] = "An SPI is a number from 256 (smaller ones are reserved) to 2^32 - 1",
	[SVTI_A_SA_DIR] = "The direction of an SA is 1 (in) or 2 (out)",
	[SVTI_A_SA_SRC] = "The source of an SA is an address of 4 octets or 16",
	[SVTI_A_SA_DST] = "The destination of an SA is an address of 4 octets or 16",
	[SVTI_A_SA_REQID] = "The reqid of an SA is a number of 32 bits",
	[SVTI_A_SA_ENCR] = "The encryption of an SA is an IKEv2 transform id of 32 bits",
	[SVTI_A_SA_ENCR_KEY] = "An encryption key has 1 to 64 octets, a salt included",
	[SVTI_A_SA_INTEG] = "The integrity of an SA is an IKEv2 transform id of 32 bits",
	[SVTI_A_SA_INTEG_KEY] = "An integrity key has 1 to 64 octets",
	[SVTI_A_SA_FLAGS] = "The flags of an SA are 1 (extended sequence numbers) and 2 (inbound: the outer DSCP goes inward)",
	[SVTI_A_SA_REPLAY_WINDOW] = "A replay window is 0 to 8192 packets",
	[SVTI_A_SA_ENCAP_SPORT] = "A port of the UDP encapsulation is a number of 16 bits in network order",
	[SVTI_A_SA_ENCAP_DPORT] = "A port of the UDP encapsulation is a number of 16 bits in network order",
	[SVTI_A_SA_MODE] = "The mode of an SA is 1 (tunnel) or 2 (transport)",
	[SVTI_A_SA_DSCP] = "A DSCP is 0 to 63",
	[SVTI_A_SA_DF] = "The DF bit is 1 (copied), 2 (set) or 3 (cleared)",
	[SVTI_A_SA_TTL] = "A TTL is 1 to 255, or 0 for that of the inner packet",
	[SVTI_A_SA_TFC] = "TFC padding is to 1 to 65535 octets",
	[SVTI_A_SA_DUMMY] = "Dummy packets come after 10 to 3600000 milliseconds of silence",
	[SVTI_A_SA_KEEPALIVE] = "A keepalive is due after 1 to 3600 seconds, or never: 0",
	[SVTI_A_SA_SOFT_BYTES] = "A soft limit is 1 or more octets, 64 bits: leave it out for none",
	[SVTI_A_SA_HARD_BYTES] = "A hard limit is 1 or more octets, 64 bits: leave it out for none",
	[SVTI_A_SA_SOFT_PACKETS] = "A soft limit is 1 or more packets, 64 bits: leave it out for none",
	[SVTI_A_SA_HARD_PACKETS] = "A hard limit is 1 or more packets, 64 bits: leave it out for none",
	[SVTI_A_SA_SOFT_SECONDS] = "A soft limit is 1 or more seconds, 64 bits: leave it out for none",
	[SVTI_A_SA_HARD_SECONDS] = "A hard limit is 1 or more seconds, 64 bits: leave it out for none",
};

static const struct svti_nl_object object = {
	.name = "SA",
	.max = SVTI_A_SA_MAX,
	.policy = policy,
	.help = help,
};

/* --- making */

/**
 * svti_nl_sa_wipe_keys() - wipe the keys of a request from its memory
 * @info: request, perhaps malformed
 */
void svti_nl_sa_wipe_keys(struct genl_info *info)
{
	struct nlattr *head = nlmsg_attrdata(info->nlhdr, GENL_HDRLEN);
	int len = nlmsg_attrlen(info->nlhdr, GENL_HDRLEN);
	struct nlattr *nest, *attr;
	int rest, inner_rest;

	nla_for_each_attr(nest, head, len, rest) {
		if (nla_type(nest) != SVTI_A_SA)
			continue;
		nla_for_each_nested(attr, nest, inner_rest)
			if (nla_type(attr) == SVTI_A_SA_ENCR_KEY ||
			    nla_type(attr) == SVTI_A_SA_INTEG_KEY)
				memzero_explicit(nla_data(attr), nla_len(attr));
	}
}

static bool is_host(const union nf_inet_addr *addr, u8 family)
{
	if (family == AF_INET)
		return !ipv4_is_multicast(addr->ip) && !ipv4_is_lbcast(addr->ip) &&
		       !ipv4_is_zeronet(addr->ip);
	return !ipv6_addr_any(&addr->in6) && !ipv6_addr_is_multicast(&addr->in6) &&
	       !ipv6_addr_v4mapped(&addr->in6);
}

/* Can packets go from one to the other? */
static int check_endpoints(const struct svti_outer *want, u8 src_family,
			   struct netlink_ext_ack *extack)
{
	if (src_family != want->family) {
		NL_SET_ERR_MSG(extack, "Source and destination of an SA are of one family: give two IPv4 addresses or two of IPv6");
		return -EINVAL;
	}
	if (!is_host(&want->src, want->family) || !is_host(&want->dst, want->family)) {
		NL_SET_ERR_MSG(extack, "The addresses of an SA are those of two hosts: no multicast, broadcast, 0.0.0.0, :: or ::ffff:0:0/96");
		return -EINVAL;
	}
	if (want->family == AF_INET)
		return 0;
	/* It would need an interface as well, and the peer's SA would know another one. */
	if ((ipv6_addr_type(&want->src.in6) | ipv6_addr_type(&want->dst.in6)) &
	    IPV6_ADDR_LINKLOCAL) {
		NL_SET_ERR_MSG(extack, "A link-local address means something on one link alone: give global or unique local addresses");
		return -EINVAL;
	}
	if (!ipv6_mod_enabled()) {
		NL_SET_ERR_MSG(extack, "IPv6 is switched off in this kernel: give IPv4 addresses, or boot without ipv6.disable=1");
		return -EAFNOSUPPORT;
	}
	return 0;
}

/* The outer headers that the attributes want; what is absent comes from @old. */
static struct svti_outer *parse_outer(struct nlattr **tb, const struct svti_outer *old,
				      struct netlink_ext_ack *extack)
{
	struct svti_outer want = {}, *outer;
	u8 src_family;
	int err = 0;

	if (old)
		want = *old;
	src_family = want.family;
	if (tb[SVTI_A_SA_SRC])
		err = svti_nl_addr(tb[SVTI_A_SA_SRC], &want.src, &src_family, extack);
	if (!err && tb[SVTI_A_SA_DST])
		err = svti_nl_addr(tb[SVTI_A_SA_DST], &want.dst, &want.family, extack);
	if (!err)
		err = check_endpoints(&want, src_family, extack);
	if (err)
		return ERR_PTR(err);
	if (tb[SVTI_A_SA_ENCAP_SPORT])
		want.sport = nla_get_be16(tb[SVTI_A_SA_ENCAP_SPORT]);
	if (tb[SVTI_A_SA_ENCAP_DPORT])
		want.dport = nla_get_be16(tb[SVTI_A_SA_ENCAP_DPORT]);
	if (!want.sport != !want.dport) {
		NL_SET_ERR_MSG(extack, "UDP encapsulation needs both ports: give SVTI_A_SA_ENCAP_SPORT and SVTI_A_SA_ENCAP_DPORT, both above 0, or 0 and 0 for none");
		return ERR_PTR(-EINVAL);
	}
	outer = svti_outer_new(want.family, &want.src, &want.dst, want.sport, want.dport);
	return outer ?: ERR_PTR(-ENOMEM);
}

/* RFC 3948 4: a keepalive is for a NAT, and a NAT is for encapsulation. */
static int check_keepalive(u8 dir, const struct svti_outer *outer, struct nlattr **tb,
			   struct netlink_ext_ack *extack)
{
	if (!svti_nl_value(tb[SVTI_A_SA_KEEPALIVE], 0) || (dir == SVTI_DIR_OUT && outer->sport))
		return 0;
	NL_SET_ERR_MSG_ATTR(extack, tb[SVTI_A_SA_KEEPALIVE], "Keepalives are for outbound SAs with UDP encapsulation: leave them out, or give both ports");
	return -EINVAL;
}

/**
 * svti_nl_sa_parse_new() - make the SA that a request describes
 * @sdev: its device
 * @nest: SVTI_A_SA of sa-new
 * @sa: set on success, for svti_db_install() or svti_sa_kill()
 * @extack: a sentence on failure
 *
 * May sleep and load modules, so it is called without lock.
 *
 * Return: 0 or an error.
 */
int svti_nl_sa_parse_new(struct svti_device *sdev, const struct nlattr *nest, struct svti_sa **sa,
			 struct netlink_ext_ack *extack)
{
	struct nlattr *tb[SVTI_A_SA_MAX + 1];
	struct svti_sa_config config = {};
	struct svti_keys keys = {};
	int err;

	err = svti_nl_parse(&object, tb, nest, extack) ?:
	      svti_nl_need(&object, tb,
			   SVTI_BIT(SVTI_A_SA_SPI) | SVTI_BIT(SVTI_A_SA_DIR) |
				   SVTI_BIT(SVTI_A_SA_SRC) | SVTI_BIT(SVTI_A_SA_DST) |
				   SVTI_BIT(SVTI_A_SA_ENCR),
			   extack) ?:
	      svti_nl_algo(tb, &config.algo, &keys, extack);
	if (!err)
		err = svti_nl_check_dir(nla_get_u32(tb[SVTI_A_SA_DIR]), tb, extack)
			      ?: svti_nl_check_mode(tb, extack);
	if (err)
		return err;
	config.keys = &keys;
	config.dir = nla_get_u32(tb[SVTI_A_SA_DIR]);
	config.spi = htonl(nla_get_u32(tb[SVTI_A_SA_SPI]));
	config.reqid = svti_nl_value(tb[SVTI_A_SA_REQID], 0);
	config.esn = svti_nl_value(tb[SVTI_A_SA_FLAGS], 0) & SVTI_SA_FLAG_ESN;
	config.window = svti_nl_value(tb[SVTI_A_SA_REPLAY_WINDOW], SVTI_REPLAY_WINDOW_DEFAULT);
	config.transport = svti_nl_value(tb[SVTI_A_SA_MODE], SVTI_MODE_TUNNEL) == SVTI_MODE_TRANSPORT;
	svti_nl_header_parse(tb, &config.header);
	config.tfc = svti_nl_value(tb[SVTI_A_SA_TFC], 0);
	config.dummy = svti_nl_value(tb[SVTI_A_SA_DUMMY], 0);
	err = svti_nl_life_parse(tb, &config.limits, extack);
	if (err)
		return err;
	config.outer = parse_outer(tb, NULL, extack);
	if (IS_ERR(config.outer))
		return PTR_ERR(config.outer);
	config.keepalive = svti_nl_value(tb[SVTI_A_SA_KEEPALIVE], 0);
	err = check_keepalive(config.dir, config.outer, tb, extack);
	if (!err) {
		*sa = svti_sa_new(sdev, &config, extack);
		err = PTR_ERR_OR_ZERO(*sa);
	}
	if (err)
		svti_outer_free(config.outer);
	return err;
}

/* --- finding */

/* The SA that SPI, direction and perhaps the destination name, or an ERR_PTR. */
static struct svti_sa *find(struct svti_device *sdev, struct nlattr **tb, const struct nlattr *dst,
			    struct netlink_ext_ack *extack)
{
	u8 dir = nla_get_u32(tb[SVTI_A_SA_DIR]), family = AF_UNSPEC;
	u32 spi = nla_get_u32(tb[SVTI_A_SA_SPI]);
	union nf_inet_addr addr;
	struct svti_sa *sa;
	bool ambiguous;
	int err;

	if (dst) {
		err = svti_nl_addr(dst, &addr, &family, extack);
		if (err)
			return ERR_PTR(err);
	}
	sa = svti_sad_find(sdev, dir, htonl(spi), dst ? &addr : NULL, family, &ambiguous);
	if (ambiguous) {
		svti_refuse(extack, "Several outbound SAs of %s have SPI 0x%08x: name one by its destination",
			    sdev->dev->name, spi);
		return ERR_PTR(-EINVAL);
	}
	if (!sa) {
		svti_refuse(extack, "%s has no %s SA with SPI 0x%08x%s: dump them to see which there are",
			    sdev->dev->name, dir == SVTI_DIR_IN ? "inbound" : "outbound", spi,
			    dst ? " and this destination" : "");
		return ERR_PTR(-ENOENT);
	}
	return sa;
}

/* Lock the device of a request and find the SA that it names. */
static struct svti_sa *find_locked(struct genl_info *info, struct nlattr **tb, u64 also,
				   const char *what, bool by_dst)
{
	u64 key = SVTI_BIT(SVTI_A_SA_DIR) | SVTI_BIT(SVTI_A_SA_SPI);
	struct netlink_ext_ack *extack = info->extack;
	const struct nlattr *nest;
	struct svti_device *sdev;
	struct svti_sa *sa;
	int err;

	err = svti_nl_one(info, SVTI_A_SA, &nest);
	if (err)
		return ERR_PTR(err);
	if (!nest) {
		NL_SET_ERR_MSG(extack, "Which SA? Give SVTI_A_SA with direction and SPI");
		return ERR_PTR(-EINVAL);
	}
	err = svti_nl_parse(&object, tb, nest, extack) ?:
	      svti_nl_need(&object, tb, key, extack) ?:
	      svti_nl_only(&object, tb, key | also, what, extack);
	if (err)
		return ERR_PTR(err);
	sdev = svti_nl_lock(info);
	if (IS_ERR(sdev))
		return ERR_CAST(sdev);
	sa = find(sdev, tb, by_dst ? tb[SVTI_A_SA_DST] : NULL, extack);
	if (IS_ERR(sa))
		svti_nl_unlock(sdev);
	return sa;
}

/* --- telling */

static u32 flags(const struct svti_sa *sa)
{
	return (sa->esn ? SVTI_SA_FLAG_ESN : 0) |
	       (sa->header.decap_dscp ? SVTI_SA_FLAG_DECAP_DSCP : 0);
}

/* Everything but the keys. */
static int fill(struct sk_buff *msg, struct svti_device *sdev, const void *data)
{
	const struct svti_sa *sa = data;
	struct nlattr *nest = nla_nest_start(msg, SVTI_A_SA);

	if (!nest || svti_put_sa_name(msg, sa) ||
	    nla_put_u32(msg, SVTI_A_SA_ENCR, sa->algo->encr) ||
	    nla_put_u32(msg, SVTI_A_SA_INTEG, sa->algo->integ) ||
	    nla_put_u32(msg, SVTI_A_SA_KEY_BITS, sa->key_bits) ||
	    nla_put_u32(msg, SVTI_A_SA_FLAGS, flags(sa)) || svti_nl_header_put(msg, sa))
		return -EMSGSIZE;
	if (sa->dir == SVTI_DIR_IN &&
	    nla_put_u32(msg, SVTI_A_SA_REPLAY_WINDOW, READ_ONCE(sa->replay.window)))
		return -EMSGSIZE;
	if (sa->keepalive.period &&
	    nla_put_u32(msg, SVTI_A_SA_KEEPALIVE, sa->keepalive.period))
		return -EMSGSIZE;
	if (svti_nl_life_put(msg, &sa->limits) || svti_put_sa_counters(msg, sa))
		return -EMSGSIZE;
	nla_nest_end(msg, nest);
	return 0;
}

int svti_nl_sa_get(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *tb[SVTI_A_SA_MAX + 1];
	struct svti_sa *sa;
	int err;

	sa = find_locked(info, tb, SVTI_BIT(SVTI_A_SA_DST),
			 "sa-get takes direction, SPI and destination alone", true);
	if (IS_ERR(sa))
		return PTR_ERR(sa);
	err = svti_nl_reply(info, sa->sdev, sa, fill);
	svti_nl_unlock(sa->sdev);
	return err;
}

int svti_nl_sa_dump(struct sk_buff *skb, struct netlink_callback *cb)
{
	struct svti_device *sdev = svti_nl_dump_lock(skb, cb);
	unsigned long i = cb->args[0];
	struct svti_sa *sa;

	if (IS_ERR(sdev))
		return PTR_ERR(sdev);
	svti_sad_for_each(&sdev->sad, i, sa) {
		if (svti_nl_dump_one(skb, cb, sdev, SVTI_CMD_SA_GET, sa, fill))
			break;
		cb->args[0] = i + 1;
	}
	svti_nl_dump_unlock(sdev);
	return skb->len;
}

/* --- changing */

/* What sa-set changes: on failure, nothing. @new is taken over on success. */
static int move(struct svti_sa *sa, struct svti_outer *new, struct nlattr **tb,
		struct netlink_ext_ack *extack)
{
	struct svti_outer *old;
	int err = 0;

	old = svti_sad_move(sa, new, extack);
	if (IS_ERR(old))
		return PTR_ERR(old);
	if (tb[SVTI_A_SA_REPLAY_WINDOW])
		err = svti_replay_resize(&sa->replay, nla_get_u32(tb[SVTI_A_SA_REPLAY_WINDOW]));
	if (err) {
		rcu_assign_pointer(sa->outer, old);
		/* Packets may have seen it. */
		synchronize_rcu();
		return err;
	}
	svti_outer_free_rcu(old);
	/* Without encapsulation there are no keepalives. */
	if (tb[SVTI_A_SA_KEEPALIVE] || !new->sport)
		svti_keepalive_set(sa, svti_nl_value(tb[SVTI_A_SA_KEEPALIVE], 0));
	return 0;
}

/* Addresses, ports, window and keepalives of @sa as @tb wants them. */
static int set(struct svti_sa *sa, struct nlattr **tb, struct netlink_ext_ack *extack)
{
	struct svti_outer *old = rcu_dereference_protected(sa->outer,
							   lockdep_is_held(&sa->sdev->lock));
	struct svti_outer *new;
	int err;

	err = svti_nl_check_dir(sa->dir, tb, extack);
	if (err)
		return err;
	new = parse_outer(tb, old, extack);
	if (IS_ERR(new))
		return PTR_ERR(new);
	err = check_keepalive(sa->dir, new, tb, extack) ?: move(sa, new, tb, extack);
	if (err) {
		svti_outer_free(new);
		return err;
	}
	svti_db_changed(sa->sdev);
	return 0;
}

int svti_nl_sa_set(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *tb[SVTI_A_SA_MAX + 1];
	struct svti_sa *sa;
	int err;

	sa = find_locked(info, tb,
			 SVTI_BIT(SVTI_A_SA_SRC) | SVTI_BIT(SVTI_A_SA_DST) |
				 SVTI_BIT(SVTI_A_SA_ENCAP_SPORT) | SVTI_BIT(SVTI_A_SA_ENCAP_DPORT) |
				 SVTI_BIT(SVTI_A_SA_KEEPALIVE) | SVTI_BIT(SVTI_A_SA_REPLAY_WINDOW),
			 "sa-set changes addresses, encapsulation ports, keepalive and replay window alone",
			 false);
	if (IS_ERR(sa))
		return PTR_ERR(sa);
	err = set(sa, tb, info->extack);
	svti_nl_unlock(sa->sdev);
	return err;
}

int svti_nl_sa_del(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *tb[SVTI_A_SA_MAX + 1];
	struct svti_device *sdev;
	struct svti_sa *sa;

	sa = find_locked(info, tb, SVTI_BIT(SVTI_A_SA_DST),
			 "sa-del takes direction, SPI and destination alone", true);
	if (IS_ERR(sa))
		return PTR_ERR(sa);
	sdev = sa->sdev;
	svti_db_remove_sa(sdev, sa);
	svti_nl_unlock(sdev);
	return 0;
}

int svti_nl_sa_flush(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr *tb[SVTI_A_SA_MAX + 1] = {};
	const struct nlattr *nest;
	struct svti_device *sdev;
	u32 reqid;
	u8 dir;
	int err;

	err = svti_nl_one(info, SVTI_A_SA, &nest);
	if (!err && nest)
		err = svti_nl_parse(&object, tb, nest, info->extack) ?:
		      svti_nl_only(&object, tb,
				   SVTI_BIT(SVTI_A_SA_DIR) | SVTI_BIT(SVTI_A_SA_REQID),
				   "sa-flush takes direction and reqid alone", info->extack);
	if (err)
		return err;
	sdev = svti_nl_lock(info);
	if (IS_ERR(sdev))
		return PTR_ERR(sdev);
	dir = svti_nl_value(tb[SVTI_A_SA_DIR], 0);
	reqid = svti_nl_value(tb[SVTI_A_SA_REQID], 0);
	svti_db_flush_sas(sdev, tb[SVTI_A_SA_DIR] ? &dir : NULL,
			  tb[SVTI_A_SA_REQID] ? &reqid : NULL);
	svti_nl_unlock(sdev);
	return 0;
}
