// SPDX-License-Identifier: GPL-2.0-or-later
/* Attributes of the family <-> structures. Pure. */
#include <arpa/inet.h>
#include <errno.h>
#include <netlink/attr.h>
#include <stddef.h>

#include "kernel/priv.h"

int kernel_put_addr(struct nl_msg *msg, int attr, const struct addr *a)
{
	if (a->family == AF_UNSPEC)
		return 0;
	return nla_put(msg, attr, addr_len(a), a->ip);
}

static int put_u32_unless_0(struct nl_msg *msg, int attr, uint32_t value)
{
	return value ? nla_put_u32(msg, attr, value) : 0;
}

static int put_encap(struct nl_msg *msg, const struct kernel_sa *sa)
{
	if (!sa->encap_sport && !sa->encap_dport && !sa->encap_off)
		return 0;
	return nla_put_u16(msg, SVTI_A_SA_ENCAP_SPORT, htons(sa->encap_sport))
		       ?: nla_put_u16(msg, SVTI_A_SA_ENCAP_DPORT, htons(sa->encap_dport));
}

static int put_header(struct nl_msg *msg, const struct kernel_sa *sa)
{
	int error;

	error = put_u32_unless_0(msg, SVTI_A_SA_MODE, sa->mode);
	if (!error && sa->has_dscp)
		error = nla_put_u32(msg, SVTI_A_SA_DSCP, sa->dscp);
	if (!error)
		error = put_u32_unless_0(msg, SVTI_A_SA_DF, sa->df);
	if (!error && sa->has_ttl)
		error = nla_put_u32(msg, SVTI_A_SA_TTL, sa->ttl);
	if (!error)
		error = put_u32_unless_0(msg, SVTI_A_SA_TFC, sa->tfc);
	if (!error)
		error = put_u32_unless_0(msg, SVTI_A_SA_DUMMY, sa->dummy);
	return error;
}

static uint32_t flags(const struct kernel_sa *sa)
{
	return (sa->esn ? SVTI_SA_FLAG_ESN : 0) | (sa->decap_dscp ? SVTI_SA_FLAG_DECAP_DSCP : 0);
}

static const struct {
	int soft, hard, left;
	size_t at; /* in struct kernel_sa */
} limits[] = {
	{ SVTI_A_SA_SOFT_BYTES, SVTI_A_SA_HARD_BYTES, SVTI_A_SA_LEFT_BYTES,
	  offsetof(struct kernel_sa, life_bytes) },
	{ SVTI_A_SA_SOFT_PACKETS, SVTI_A_SA_HARD_PACKETS, SVTI_A_SA_LEFT_PACKETS,
	  offsetof(struct kernel_sa, life_packets) },
	{ SVTI_A_SA_SOFT_SECONDS, SVTI_A_SA_HARD_SECONDS, SVTI_A_SA_LEFT_SECONDS,
	  offsetof(struct kernel_sa, life_seconds) },
};

static int put_limits(struct nl_msg *msg, const struct kernel_sa *sa)
{
	const struct kernel_limit *limit;
	int error = 0;
	size_t i;

	for (i = 0; i < sizeof(limits) / sizeof(*limits) && !error; i++) {
		limit = (const void *)((const char *)sa + limits[i].at);
		if (limit->soft)
			error = nla_put_u64(msg, limits[i].soft, limit->soft);
		if (limit->hard && !error)
			error = nla_put_u64(msg, limits[i].hard, limit->hard);
	}
	return error;
}

static int put_keys(struct nl_msg *msg, const struct kernel_sa *sa)
{
	int error = 0;

	if (sa->encr_key.len)
		error = nla_put(msg, SVTI_A_SA_ENCR_KEY, sa->encr_key.len, sa->encr_key.data);
	if (!error && sa->integ_key.len)
		error = nla_put(msg, SVTI_A_SA_INTEG_KEY, sa->integ_key.len, sa->integ_key.data);
	return error;
}

int kernel_put_sa(struct nl_msg *msg, const struct kernel_sa *sa)
{
	struct nlattr *nest = nla_nest_start(msg, SVTI_A_SA | NLA_F_NESTED);
	int error;

	if (!nest)
		return -EMSGSIZE;
	error = put_u32_unless_0(msg, SVTI_A_SA_SPI, sa->spi) ?:
		put_u32_unless_0(msg, SVTI_A_SA_DIR, sa->dir) ?:
		kernel_put_addr(msg, SVTI_A_SA_SRC, &sa->src) ?:
		kernel_put_addr(msg, SVTI_A_SA_DST, &sa->dst) ?:
		put_u32_unless_0(msg, SVTI_A_SA_REQID, sa->reqid) ?:
		put_u32_unless_0(msg, SVTI_A_SA_ENCR, sa->encr) ?:
		put_u32_unless_0(msg, SVTI_A_SA_INTEG, sa->integ) ?:
		put_keys(msg, sa) ?:
		put_u32_unless_0(msg, SVTI_A_SA_FLAGS, flags(sa)) ?:
		put_encap(msg, sa) ?:
		put_header(msg, sa) ?:
		put_limits(msg, sa);
	if (!error && sa->has_replay_window)
		error = nla_put_u32(msg, SVTI_A_SA_REPLAY_WINDOW, sa->replay_window);
	if (!error && sa->has_keepalive)
		error = nla_put_u32(msg, SVTI_A_SA_KEEPALIVE, sa->keepalive);
	if (error)
		return -EMSGSIZE;
	return nla_nest_end(msg, nest) < 0 ? -EMSGSIZE : 0;
}

static int put_ports(struct nl_msg *msg, const struct kernel_sp *sp)
{
	int error = 0;

	if (sp->has_sport)
		error = nla_put_u32(msg, SVTI_A_SP_SPORT_MIN, sp->sport_min)
				?: nla_put_u32(msg, SVTI_A_SP_SPORT_MAX, sp->sport_max);
	if (!error && sp->has_dport)
		error = nla_put_u32(msg, SVTI_A_SP_DPORT_MIN, sp->dport_min)
				?: nla_put_u32(msg, SVTI_A_SP_DPORT_MAX, sp->dport_max);
	return error;
}

static int put_prefix(struct nl_msg *msg, int addr_attr, int len_attr, const struct addr *a,
		      uint32_t len)
{
	if (a->family == AF_UNSPEC)
		return 0;
	return kernel_put_addr(msg, addr_attr, a) ?: nla_put_u32(msg, len_attr, len);
}

int kernel_put_sp(struct nl_msg *msg, const struct kernel_sp *sp)
{
	struct nlattr *nest = nla_nest_start(msg, SVTI_A_SP | NLA_F_NESTED);
	int error;

	if (!nest)
		return -EMSGSIZE;
	error = put_u32_unless_0(msg, SVTI_A_SP_INDEX, sp->index) ?:
		put_u32_unless_0(msg, SVTI_A_SP_DIR, sp->dir) ?:
		put_prefix(msg, SVTI_A_SP_SRC, SVTI_A_SP_SRC_PREFIX, &sp->src, sp->src_prefix) ?:
		put_prefix(msg, SVTI_A_SP_DST, SVTI_A_SP_DST_PREFIX, &sp->dst, sp->dst_prefix) ?:
		put_u32_unless_0(msg, SVTI_A_SP_PROTO, sp->proto) ?:
		put_ports(msg, sp) ?:
		put_u32_unless_0(msg, SVTI_A_SP_ACTION, sp->action);
	if (!error && (sp->has_reqid || sp->reqid))
		error = nla_put_u32(msg, SVTI_A_SP_REQID, sp->reqid);
	if (!error && sp->has_priority)
		error = nla_put_u32(msg, SVTI_A_SP_PRIORITY, sp->priority);
	if (error)
		return -EMSGSIZE;
	return nla_nest_end(msg, nest) < 0 ? -EMSGSIZE : 0;
}

/* Absent is AF_UNSPEC. Returns false for a length that no address has. */
static bool get_addr(struct addr *a, const struct nlattr *attr)
{
	memset(a, 0, sizeof(*a));
	if (!attr)
		return true;
	if (nla_len(attr) == 4)
		a->family = AF_INET;
	else if (nla_len(attr) == 16)
		a->family = AF_INET6;
	else
		return false;
	memcpy(a->ip, nla_data(attr), nla_len(attr));
	return true;
}

static uint32_t get_u32(const struct nlattr *attr, uint32_t absent)
{
	return attr ? nla_get_u32(attr) : absent;
}

static uint64_t get_u64(const struct nlattr *attr)
{
	return attr ? nla_get_u64(attr) : 0;
}

static uint16_t get_port(const struct nlattr *attr, uint16_t absent)
{
	return attr ? (uint16_t)nla_get_u32(attr) : absent;
}

static void get_limits(struct kernel_sa *sa, struct nlattr *const *t)
{
	struct kernel_limit *limit;
	size_t i;

	for (i = 0; i < sizeof(limits) / sizeof(*limits); i++) {
		limit = (void *)((char *)sa + limits[i].at);
		limit->soft = get_u64(t[limits[i].soft]);
		limit->hard = get_u64(t[limits[i].hard]);
		limit->left = get_u64(t[limits[i].left]);
	}
}

static int parse_sa(struct nlattr **t, struct nlattr *nest)
{
	static struct nla_policy policy[SVTI_A_SA_MAX + 1] = {
		[SVTI_A_SA_SPI] = { .type = NLA_U32 },
		[SVTI_A_SA_DIR] = { .type = NLA_U32 },
		[SVTI_A_SA_REQID] = { .type = NLA_U32 },
		[SVTI_A_SA_ENCR] = { .type = NLA_U32 },
		[SVTI_A_SA_INTEG] = { .type = NLA_U32 },
		[SVTI_A_SA_FLAGS] = { .type = NLA_U32 },
		[SVTI_A_SA_REPLAY_WINDOW] = { .type = NLA_U32 },
		[SVTI_A_SA_ENCAP_SPORT] = { .type = NLA_U16 },
		[SVTI_A_SA_ENCAP_DPORT] = { .type = NLA_U16 },
		[SVTI_A_SA_MODE] = { .type = NLA_U32 },
		[SVTI_A_SA_DSCP] = { .type = NLA_U32 },
		[SVTI_A_SA_DF] = { .type = NLA_U32 },
		[SVTI_A_SA_TTL] = { .type = NLA_U32 },
		[SVTI_A_SA_TFC] = { .type = NLA_U32 },
		[SVTI_A_SA_DUMMY] = { .type = NLA_U32 },
		[SVTI_A_SA_KEEPALIVE] = { .type = NLA_U32 },
		[SVTI_A_SA_SOFT_BYTES] = { .type = NLA_U64 },
		[SVTI_A_SA_HARD_BYTES] = { .type = NLA_U64 },
		[SVTI_A_SA_SOFT_PACKETS] = { .type = NLA_U64 },
		[SVTI_A_SA_HARD_PACKETS] = { .type = NLA_U64 },
		[SVTI_A_SA_SOFT_SECONDS] = { .type = NLA_U64 },
		[SVTI_A_SA_HARD_SECONDS] = { .type = NLA_U64 },
		[SVTI_A_SA_KEY_BITS] = { .type = NLA_U32 },
		[SVTI_A_SA_SEQ] = { .type = NLA_U64 },
		[SVTI_A_SA_PACKETS] = { .type = NLA_U64 },
		[SVTI_A_SA_BYTES] = { .type = NLA_U64 },
		[SVTI_A_SA_AGE] = { .type = NLA_U64 },
		[SVTI_A_SA_IDLE] = { .type = NLA_U64 },
		[SVTI_A_SA_REPLAYED] = { .type = NLA_U64 },
		[SVTI_A_SA_AUTH_FAILED] = { .type = NLA_U64 },
		[SVTI_A_SA_DUMMIES] = { .type = NLA_U64 },
		[SVTI_A_SA_LEFT_BYTES] = { .type = NLA_U64 },
		[SVTI_A_SA_LEFT_PACKETS] = { .type = NLA_U64 },
		[SVTI_A_SA_LEFT_SECONDS] = { .type = NLA_U64 },
		[SVTI_A_SA_KEEPALIVES] = { .type = NLA_U64 },
		[SVTI_A_SA_NEW_ENCAP_SPORT] = { .type = NLA_U16 },
		[SVTI_A_SA_EXPIRE_REASON] = { .type = NLA_U32 },
		[SVTI_A_SA_EXPIRE_HARD] = { .type = NLA_FLAG },
	};

	return nla_parse_nested(t, SVTI_A_SA_MAX, nest, policy) < 0 ? -EBADMSG : 0;
}

static int get_sa(struct kernel_sa *sa, struct nlattr *const *t)
{
	memset(sa, 0, sizeof(*sa));
	if (!t[SVTI_A_SA_SPI] || !t[SVTI_A_SA_DIR] || !get_addr(&sa->src, t[SVTI_A_SA_SRC]) ||
	    !get_addr(&sa->dst, t[SVTI_A_SA_DST]))
		return -EBADMSG;
	sa->spi = nla_get_u32(t[SVTI_A_SA_SPI]);
	sa->dir = nla_get_u32(t[SVTI_A_SA_DIR]);
	sa->reqid = get_u32(t[SVTI_A_SA_REQID], 0);
	sa->encr = get_u32(t[SVTI_A_SA_ENCR], 0);
	sa->integ = get_u32(t[SVTI_A_SA_INTEG], 0);
	sa->esn = get_u32(t[SVTI_A_SA_FLAGS], 0) & SVTI_SA_FLAG_ESN;
	sa->decap_dscp = get_u32(t[SVTI_A_SA_FLAGS], 0) & SVTI_SA_FLAG_DECAP_DSCP;
	sa->has_replay_window = t[SVTI_A_SA_REPLAY_WINDOW];
	sa->replay_window = get_u32(t[SVTI_A_SA_REPLAY_WINDOW], 0);
	if (t[SVTI_A_SA_ENCAP_SPORT])
		sa->encap_sport = ntohs(nla_get_u16(t[SVTI_A_SA_ENCAP_SPORT]));
	if (t[SVTI_A_SA_ENCAP_DPORT])
		sa->encap_dport = ntohs(nla_get_u16(t[SVTI_A_SA_ENCAP_DPORT]));
	sa->mode = get_u32(t[SVTI_A_SA_MODE], 0);
	sa->has_dscp = t[SVTI_A_SA_DSCP];
	sa->dscp = get_u32(t[SVTI_A_SA_DSCP], 0);
	sa->df = get_u32(t[SVTI_A_SA_DF], 0);
	sa->has_ttl = t[SVTI_A_SA_TTL];
	sa->ttl = get_u32(t[SVTI_A_SA_TTL], 0);
	sa->tfc = get_u32(t[SVTI_A_SA_TFC], 0);
	sa->dummy = get_u32(t[SVTI_A_SA_DUMMY], 0);
	sa->has_keepalive = t[SVTI_A_SA_KEEPALIVE];
	sa->keepalive = get_u32(t[SVTI_A_SA_KEEPALIVE], 0);
	sa->keepalives = get_u64(t[SVTI_A_SA_KEEPALIVES]);
	sa->key_bits = get_u32(t[SVTI_A_SA_KEY_BITS], 0);
	sa->seq = get_u64(t[SVTI_A_SA_SEQ]);
	sa->packets = get_u64(t[SVTI_A_SA_PACKETS]);
	sa->bytes = get_u64(t[SVTI_A_SA_BYTES]);
	sa->age = get_u64(t[SVTI_A_SA_AGE]);
	sa->used = t[SVTI_A_SA_IDLE];
	sa->idle = get_u64(t[SVTI_A_SA_IDLE]);
	sa->replayed = get_u64(t[SVTI_A_SA_REPLAYED]);
	sa->auth_failed = get_u64(t[SVTI_A_SA_AUTH_FAILED]);
	sa->dummies = get_u64(t[SVTI_A_SA_DUMMIES]);
	get_limits(sa, t);
	return 0;
}

int kernel_get_sa(struct kernel_sa *sa, struct nlattr *nest)
{
	struct nlattr *t[SVTI_A_SA_MAX + 1];

	return parse_sa(t, nest) ?: get_sa(sa, t);
}

int kernel_get_expire(struct kernel_expire *expire, struct nlattr *nest)
{
	struct nlattr *t[SVTI_A_SA_MAX + 1];
	int error = parse_sa(t, nest) ?: get_sa(&expire->sa, t);

	if (error)
		return error;
	expire->reason = get_u32(t[SVTI_A_SA_EXPIRE_REASON], 0);
	expire->hard = t[SVTI_A_SA_EXPIRE_HARD];
	return 0;
}

int kernel_get_mapping(struct kernel_mapping *mapping, struct nlattr *nest)
{
	struct nlattr *t[SVTI_A_SA_MAX + 1];
	int error = parse_sa(t, nest) ?: get_sa(&mapping->sa, t);

	if (error)
		return error;
	mapping->encap_sport = 0;
	if (t[SVTI_A_SA_NEW_ENCAP_SPORT])
		mapping->encap_sport = ntohs(nla_get_u16(t[SVTI_A_SA_NEW_ENCAP_SPORT]));
	return t[SVTI_A_SA_NEW_SRC] && get_addr(&mapping->src, t[SVTI_A_SA_NEW_SRC]) ? 0 : -EBADMSG;
}

int kernel_get_sp(struct kernel_sp *sp, struct nlattr *nest)
{
	static struct nla_policy policy[SVTI_A_SP_MAX + 1] = {
		[SVTI_A_SP_INDEX] = { .type = NLA_U32 },
		[SVTI_A_SP_DIR] = { .type = NLA_U32 },
		[SVTI_A_SP_SRC_PREFIX] = { .type = NLA_U32 },
		[SVTI_A_SP_DST_PREFIX] = { .type = NLA_U32 },
		[SVTI_A_SP_PROTO] = { .type = NLA_U32 },
		[SVTI_A_SP_SPORT_MIN] = { .type = NLA_U32 },
		[SVTI_A_SP_SPORT_MAX] = { .type = NLA_U32 },
		[SVTI_A_SP_DPORT_MIN] = { .type = NLA_U32 },
		[SVTI_A_SP_DPORT_MAX] = { .type = NLA_U32 },
		[SVTI_A_SP_PRIORITY] = { .type = NLA_U32 },
		[SVTI_A_SP_REQID] = { .type = NLA_U32 },
		[SVTI_A_SP_ACTION] = { .type = NLA_U32 },
		[SVTI_A_SP_PACKETS] = { .type = NLA_U64 },
		[SVTI_A_SP_BYTES] = { .type = NLA_U64 },
	};
	struct nlattr *t[SVTI_A_SP_MAX + 1];

	memset(sp, 0, sizeof(*sp));
	if (nla_parse_nested(t, SVTI_A_SP_MAX, nest, policy) < 0 || !t[SVTI_A_SP_INDEX] ||
	    !get_addr(&sp->src, t[SVTI_A_SP_SRC]) || !get_addr(&sp->dst, t[SVTI_A_SP_DST]))
		return -EBADMSG;
	sp->index = nla_get_u32(t[SVTI_A_SP_INDEX]);
	sp->dir = get_u32(t[SVTI_A_SP_DIR], 0);
	sp->src_prefix = get_u32(t[SVTI_A_SP_SRC_PREFIX], addr_len(&sp->src) * 8);
	sp->dst_prefix = get_u32(t[SVTI_A_SP_DST_PREFIX], addr_len(&sp->dst) * 8);
	sp->proto = get_u32(t[SVTI_A_SP_PROTO], 0);
	sp->has_sport = t[SVTI_A_SP_SPORT_MIN];
	sp->sport_min = get_port(t[SVTI_A_SP_SPORT_MIN], 0);
	sp->sport_max = get_port(t[SVTI_A_SP_SPORT_MAX], sp->sport_min);
	sp->has_dport = t[SVTI_A_SP_DPORT_MIN];
	sp->dport_min = get_port(t[SVTI_A_SP_DPORT_MIN], 0);
	sp->dport_max = get_port(t[SVTI_A_SP_DPORT_MAX], sp->dport_min);
	sp->has_priority = t[SVTI_A_SP_PRIORITY];
	sp->priority = get_u32(t[SVTI_A_SP_PRIORITY], SVTI_PRIORITY_DEFAULT);
	sp->has_reqid = t[SVTI_A_SP_REQID];
	sp->reqid = get_u32(t[SVTI_A_SP_REQID], 0);
	sp->action = get_u32(t[SVTI_A_SP_ACTION], SVTI_ACTION_PROTECT);
	sp->packets = get_u64(t[SVTI_A_SP_PACKETS]);
	sp->bytes = get_u64(t[SVTI_A_SP_BYTES]);
	return 0;
}

int kernel_get_acquire(struct kernel_acquire *acquire, struct nlattr *nest)
{
	static struct nla_policy policy[SVTI_A_ACQUIRE_MAX + 1] = {
		[SVTI_A_ACQUIRE_SP_INDEX] = { .type = NLA_U32 },
		[SVTI_A_ACQUIRE_REQID] = { .type = NLA_U32 },
		[SVTI_A_ACQUIRE_PROTO] = { .type = NLA_U32 },
		[SVTI_A_ACQUIRE_SPORT] = { .type = NLA_U32 },
		[SVTI_A_ACQUIRE_DPORT] = { .type = NLA_U32 },
	};
	struct nlattr *t[SVTI_A_ACQUIRE_MAX + 1];

	memset(acquire, 0, sizeof(*acquire));
	if (nla_parse_nested(t, SVTI_A_ACQUIRE_MAX, nest, policy) < 0 ||
	    !get_addr(&acquire->src, t[SVTI_A_ACQUIRE_SRC]) ||
	    !get_addr(&acquire->dst, t[SVTI_A_ACQUIRE_DST]))
		return -EBADMSG;
	acquire->sp_index = get_u32(t[SVTI_A_ACQUIRE_SP_INDEX], 0);
	acquire->reqid = get_u32(t[SVTI_A_ACQUIRE_REQID], 0);
	acquire->proto = get_u32(t[SVTI_A_ACQUIRE_PROTO], 0);
	acquire->has_ports = t[SVTI_A_ACQUIRE_SPORT] && t[SVTI_A_ACQUIRE_DPORT];
	acquire->sport = get_port(t[SVTI_A_ACQUIRE_SPORT], 0);
	acquire->dport = get_port(t[SVTI_A_ACQUIRE_DPORT], 0);
	return 0;
}
