// SPDX-License-Identifier: GPL-2.0-or-later
#include "ike/ts.h"

#include <stdio.h>

/* From 65535 to 0: packets whose ports cannot be seen, RFC 7296 3.13.1. */
static bool is_opaque(const struct wire_ts *ts)
{
	return ts->port_min > ts->port_max;
}

static bool any_port(const struct wire_ts *ts)
{
	return ts->port_min == 0 && ts->port_max == UINT16_MAX;
}

static int addr_compare(const struct addr *a, const struct addr *b)
{
	return memcmp(a->ip, b->ip, sizeof(a->ip));
}

static bool meet_ports(struct wire_ts *out, const struct wire_ts *a, const struct wire_ts *b)
{
	if (is_opaque(a) || is_opaque(b)) {
		const struct wire_ts *opaque = is_opaque(a) ? a : b;
		const struct wire_ts *other = opaque == a ? b : a;

		out->port_min = opaque->port_min;
		out->port_max = opaque->port_max;
		return is_opaque(other) || any_port(other);
	}
	out->port_min = a->port_min > b->port_min ? a->port_min : b->port_min;
	out->port_max = a->port_max < b->port_max ? a->port_max : b->port_max;
	return out->port_min <= out->port_max;
}

/* Packets that are in both; false when there are none. */
static bool meet(struct wire_ts *out, const struct wire_ts *a, const struct wire_ts *b)
{
	if (a->min.family != b->min.family)
		return false;
	if (a->proto && b->proto && a->proto != b->proto)
		return false;
	out->proto = a->proto ? a->proto : b->proto;
	out->min = addr_compare(&a->min, &b->min) > 0 ? a->min : b->min;
	out->max = addr_compare(&a->max, &b->max) < 0 ? a->max : b->max;
	return addr_compare(&out->min, &out->max) <= 0 && meet_ports(out, a, b);
}

static bool same(const struct wire_ts *a, const struct wire_ts *b)
{
	return a->proto == b->proto && a->port_min == b->port_min && a->port_max == b->port_max &&
	       addr_equal(&a->min, &b->min) && addr_equal(&a->max, &b->max);
}

static bool inside(const struct wire_ts *part, const struct wire_ts *whole)
{
	struct wire_ts both;

	return meet(&both, part, whole) && same(&both, part);
}

/* Keep the list free of selectors that another one of it covers. */
static void add(struct wire_ts_list *list, const struct wire_ts *ts)
{
	unsigned int kept = 0;

	for (unsigned int i = 0; i < list->count; i++)
		if (inside(ts, &list->ts[i]))
			return;
	for (unsigned int i = 0; i < list->count; i++)
		if (!inside(&list->ts[i], ts))
			list->ts[kept++] = list->ts[i];
	list->count = kept;
	if (list->count < WIRE_TS_MAX)
		list->ts[list->count++] = *ts;
}

void ts_narrow(struct wire_ts_list *out, const struct wire_ts_list *offered,
	       const struct wire_ts_list *ours)
{
	struct wire_ts both;

	out->count = 0;
	for (unsigned int i = 0; i < offered->count; i++)
		for (unsigned int k = 0; k < ours->count; k++)
			if (meet(&both, &offered->ts[i], &ours->ts[k]))
				add(out, &both);
}

bool ts_is_subset(const struct wire_ts_list *part, const struct wire_ts_list *whole)
{
	for (unsigned int i = 0; i < part->count; i++) {
		bool found = false;

		for (unsigned int k = 0; k < whole->count && !found; k++)
			found = inside(&part->ts[i], &whole->ts[k]);
		if (!found)
			return false;
	}
	return part->count;
}

void ts_format(const struct wire_ts_list *list, char *buf, size_t len)
{
	char min[ADDR_STRLEN], max[ADDR_STRLEN];
	size_t at = 0;

	snprintf(buf, len, "nothing");
	for (unsigned int i = 0; i < list->count && at < len; i++) {
		const struct wire_ts *ts = &list->ts[i];

		at += (size_t)snprintf(buf + at, len - at, "%s%s-%s", i ? ", " : "",
				       addr_format(&ts->min, min), addr_format(&ts->max, max));
		if (ts->proto && at < len)
			at += (size_t)snprintf(buf + at, len - at, " proto %u", ts->proto);
		if (!any_port(ts) && at < len)
			at += (size_t)snprintf(buf + at, len - at, " port %u-%u", ts->port_min,
					       ts->port_max);
	}
}
