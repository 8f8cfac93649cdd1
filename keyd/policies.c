// SPDX-License-Identifier: GPL-2.0-or-later
/* Traffic selectors -> policies of the kernel. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

#include "children.h"

enum {
	PREFIXES_MAX = 256,
	PROTO_ICMP = 1,
	PROTO_ICMPV6 = 58
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

/* RFC 7296 3.13.1: ports of ICMP are type and code, and 65535-0 is OPAQUE. */
static int check_ports(const struct wire_ts *ts, char *why)
{
	if (any_port(ts))
		return 0;
	if (ts->port_min > ts->port_max)
		return refuse(why, -EOPNOTSUPP, "a traffic selector has opaque ports");
	if (!ts->proto)
		return refuse(why, -EOPNOTSUPP, "a traffic selector has ports but no protocol");
	if (ts->proto == PROTO_ICMP || ts->proto == PROTO_ICMPV6)
		return refuse(why, -EOPNOTSUPP, "a traffic selector is of one ICMP type");
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

static struct kernel_sp outbound(const struct wire_ts *local, const struct wire_ts *remote)
{
	struct kernel_sp sp = { .dir = SVTI_DIR_OUT };

	sp.proto = local->proto ? local->proto : remote->proto;
	set_ports(&sp.has_sport, &sp.sport_min, &sp.sport_max, local);
	set_ports(&sp.has_dport, &sp.dport_min, &sp.dport_max, remote);
	return sp;
}

/* The same seen from the other end. */
static struct kernel_sp inbound(const struct kernel_sp *out)
{
	struct kernel_sp in = *out;

	in.dir = SVTI_DIR_IN;
	in.src = out->dst;
	in.dst = out->src;
	in.src_prefix = out->dst_prefix;
	in.dst_prefix = out->src_prefix;
	in.has_sport = out->has_dport;
	in.sport_min = out->dport_min;
	in.sport_max = out->dport_max;
	in.has_dport = out->has_sport;
	in.dport_min = out->sport_min;
	in.dport_max = out->sport_max;
	return in;
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
			struct kernel_sp *out = &sp[count++];

			*out = outbound(local, remote);
			out->src = l.addr[i];
			out->src_prefix = l.len[i];
			out->dst = r.addr[j];
			out->dst_prefix = r.len[j];
			if (both)
				sp[count++] = inbound(out);
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

			if (l->min.family != r->min.family ||
			    (l->proto && r->proto && l->proto != r->proto))
				continue;
			count = add_pair(sp, count, l, r, both, why);
			if (count < 0)
				return count;
		}
	}
	if (!count)
		return refuse(why, -EINVAL,
			      "no two traffic selectors are of one family and protocol");
	return count;
}
