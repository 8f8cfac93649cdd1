// SPDX-License-Identifier: GPL-2.0
/* Objects as netlink attributes, for answers and for events alike. */
#include <net/netlink.h>

#include "attr.h"
#include "outer.h"
#include "sad.h"

/**
 * svti_put_addr() - write an address
 * @msg: message
 * @type: attribute
 * @addr: address
 * @family: of @addr
 *
 * Return: 0 or -EMSGSIZE.
 */
int svti_put_addr(struct sk_buff *msg, int type, const union nf_inet_addr *addr, u8 family)
{
	return nla_put(msg, type,
		       family == AF_INET6 ? sizeof(struct in6_addr) : sizeof(struct in_addr), addr);
}

static int put_outer(struct sk_buff *msg, const struct svti_outer *outer)
{
	if (svti_put_addr(msg, SVTI_A_SA_SRC, &outer->src, outer->family) ||
	    svti_put_addr(msg, SVTI_A_SA_DST, &outer->dst, outer->family))
		return -EMSGSIZE;
	if (outer->sport && (nla_put_be16(msg, SVTI_A_SA_ENCAP_SPORT, outer->sport) ||
			     nla_put_be16(msg, SVTI_A_SA_ENCAP_DPORT, outer->dport)))
		return -EMSGSIZE;
	return 0;
}

/**
 * svti_put_sa_name() - write which SA it is
 * @msg: message
 * @sa: the SA
 *
 * Return: 0 or -EMSGSIZE.
 */
int svti_put_sa_name(struct sk_buff *msg, const struct svti_sa *sa)
{
	int err;

	rcu_read_lock();
	err = put_outer(msg, rcu_dereference(sa->outer));
	rcu_read_unlock();
	if (err || nla_put_u32(msg, SVTI_A_SA_SPI, ntohl(sa->spi)) ||
	    nla_put_u32(msg, SVTI_A_SA_DIR, sa->dir) ||
	    nla_put_u32(msg, SVTI_A_SA_REQID, sa->reqid))
		return -EMSGSIZE;
	return 0;
}

static int put_u64(struct sk_buff *msg, int type, u64 value)
{
	return nla_put_u64_64bit(msg, type, value, SVTI_A_SA_PAD);
}

/* What is left until the hard limits that it has. */
static int put_left(struct sk_buff *msg, const struct svti_sa *sa)
{
	struct svti_lease left = {};

	if (sa->budget)
		svti_life_left(sa, &left);
	if ((sa->limits.bytes.hard && put_u64(msg, SVTI_A_SA_LEFT_BYTES, left.bytes)) ||
	    (sa->limits.packets.hard && put_u64(msg, SVTI_A_SA_LEFT_PACKETS, left.packets)) ||
	    (sa->limits.seconds.hard &&
	     put_u64(msg, SVTI_A_SA_LEFT_SECONDS, svti_life_seconds_left(sa))))
		return -EMSGSIZE;
	return 0;
}

static u64 last_seq(const struct svti_sa *sa)
{
	if (sa->dir == SVTI_DIR_IN)
		return READ_ONCE(sa->replay.top);
	return min_t(u64, atomic64_read(&sa->seq), sa->seq_max);
}

/**
 * svti_put_sa_counters() - write what an SA has done, and what it may still do
 * @msg: message
 * @sa: the SA
 *
 * Return: 0 or -EMSGSIZE.
 */
int svti_put_sa_counters(struct sk_buff *msg, const struct svti_sa *sa)
{
	time64_t used = READ_ONCE(sa->used);
	struct svti_sa_totals totals;

	svti_sa_totals(sa->stats, &totals);
	if (put_u64(msg, SVTI_A_SA_SEQ, last_seq(sa)) ||
	    put_u64(msg, SVTI_A_SA_PACKETS, totals.packets) ||
	    put_u64(msg, SVTI_A_SA_BYTES, totals.bytes) ||
	    put_u64(msg, SVTI_A_SA_DUMMIES, totals.dummies) ||
	    put_u64(msg, SVTI_A_SA_AGE, svti_life_age(sa)) || put_left(msg, sa))
		return -EMSGSIZE;
	if (used && put_u64(msg, SVTI_A_SA_IDLE, ktime_get_seconds() - used))
		return -EMSGSIZE;
	if (sa->keepalive.period &&
	    put_u64(msg, SVTI_A_SA_KEEPALIVES, READ_ONCE(sa->keepalive.sent)))
		return -EMSGSIZE;
	if (sa->dir == SVTI_DIR_IN && (put_u64(msg, SVTI_A_SA_REPLAYED, totals.replayed) ||
				       put_u64(msg, SVTI_A_SA_AUTH_FAILED, totals.auth_failed)))
		return -EMSGSIZE;
	return 0;
}
