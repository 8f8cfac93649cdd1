// SPDX-License-Identifier: GPL-2.0-or-later
/* Traffic selectors -> policies of the kernel. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

#include "base/ipproto.h"
#include "children.h"

enum {
	PREFIXES_MAX = 256,
};

/* The prefixes of one selector. */
struct prefixes {
	struct addr addr[PREFIXES_MAX];
	uint32_t len[PREFIXES_MAX];
	int count;
};

__attribute__((format(printf, 3, 4))) static int refuse(char *why, int error, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(why, CHILDREN_WHY_MAX, fmt, ap);
	va_end(ap);
	return error;
}

static bool any_port(const struct wire_ts *ts)
{
	return !ts->port_min && ts->port_max == UINT16_MAX;
}

/* 65535-0, RFC 7296 3.13.1. */
static bool opaque(const struct wire_ts *ts)
{
	return ts->port_min > ts->port_max;
}

/* RFC 7296 3.13.1: where ports are undefined, all of them MUST be given. */
static int check_ports(const struct wire_ts *ts, char *why)
{
	if (any_port(ts))
		return 0;
	if (!ts->proto)
		return refuse(why, -EOPNOTSUPP, "a traffic selector has ports but no protocol");
	if (!opaque(ts) && !ipproto_has_ports(ts->proto) && !ipproto_has_type(ts->proto))
		return refuse(why, -EOPNOTSUPP,
			      "a traffic selector has ports of protocol %u, which has none",
			      ts->proto);
	return 0;
}

static int split(struct prefixes *p, const struct wire_ts *ts, char *why)
{
	int error = check_ports(ts, why);

	if (error)
		return error;
	p->count = kernel_range_to_prefixes(&ts->min, &ts->max, p->addr, p->len, PREFIXES_MAX);
	return p->count < 0 ? refuse(why, p->count, "a traffic selector is no address range") : 0;
}

static void set_ports(bool *has, uint16_t *min, uint16_t *max, const struct wire_ts *ts)
{
	*has = !any_port(ts);
	*min = *has ? ts->port_min : 0;
	*max = *has ? ts->port_max : 0;
}

static uint8_t common_proto(const struct wire_ts *a, const struct wire_ts *b)
{
	return a->proto ? a->proto : b->proto;
}

/*
 * What goes from @from to @to. A type is in one port selector alone: the local one says what may
 * be sent, the remote one what may be received (RFC 4301 4.4.1.3).
 */
static struct kernel_sp way(uint32_t dir, const struct wire_ts *from, const struct wire_ts *to)
{
	struct kernel_sp sp = { .dir = dir, .proto = common_proto(from, to) };

	set_ports(&sp.has_sport, &sp.sport_min, &sp.sport_max, from);
	if (!ipproto_has_type(sp.proto))
		set_ports(&sp.has_dport, &sp.dport_min, &sp.dport_max, to);
	return sp;
}

static struct addr prefix_of(const struct prefixes *p, int i, uint32_t *len)
{
	*len = p->len[i];
	return p->addr[i];
}

/* Is there a packet in both? Of two ports, both can be seen or neither. */
static bool meet(const struct wire_ts *local, const struct wire_ts *remote)
{
	if (local->min.family != remote->min.family)
		return false;
	if (local->proto && remote->proto && local->proto != remote->proto)
		return false;
	if (!ipproto_has_ports(common_proto(local, remote)) || any_port(local) || any_port(remote))
		return true;
	return opaque(local) == opaque(remote);
}

/* Appends the policies of one pair at @count; returns the new count or a negative errno. */
static int add_pair(struct kernel_sp *sp, int count, const struct wire_ts *local,
		    const struct wire_ts *remote, bool both, char *why)
{
	struct prefixes l, r;
	int i, j, error;

	error = split(&l, local, why) ?: split(&r, remote, why);
	if (error)
		return error;
	if (l.count * r.count * (both ? 2 : 1) > CHILDREN_POLICIES_MAX - count)
		return refuse(why, -E2BIG, "the traffic selectors need more than %d policies",
			      CHILDREN_POLICIES_MAX);
	for (i = 0; i < l.count; i++) {
		for (j = 0; j < r.count; j++) {
			struct kernel_sp *out = &sp[count++], *in;

			*out = way(SVTI_DIR_OUT, local, remote);
			out->src = prefix_of(&l, i, &out->src_prefix);
			out->dst = prefix_of(&r, j, &out->dst_prefix);
			if (!both)
				continue;
			in = &sp[count++];
			*in = way(SVTI_DIR_IN, remote, local);
			in->src = prefix_of(&r, j, &in->src_prefix);
			in->dst = prefix_of(&l, i, &in->dst_prefix);
		}
	}
	return count;
}

int children_policies(struct kernel_sp sp[static CHILDREN_POLICIES_MAX],
		      const struct wire_ts_list *local, const struct wire_ts_list *remote,
		      bool both, char why[static CHILDREN_WHY_MAX])
{
	unsigned int i, j;
	int count = 0;

	for (i = 0; i < local->count; i++) {
		for (j = 0; j < remote->count; j++) {
			const struct wire_ts *l = &local->ts[i], *r = &remote->ts[j];

			if (!meet(l, r))
				continue;
			count = add_pair(sp, count, l, r, both, why);
			if (count < 0)
				return count;
		}
	}
	if (!count)
		return refuse(why, -EINVAL,
			      "no two traffic selectors are of one family and protocol, and "
			      "of ports that can or cannot be seen");
	return count;
}
