// SPDX-License-Identifier: GPL-2.0-or-later
/* Protocol and ports behind a subnet: "10.1.0.0/16[udp/53]", as swanctl writes them. */
#include <errno.h>

#include "base/ipproto.h"
#include "config/priv.h"

enum {
	SUBNET_TEXT_MAX = 80,
	PROTO_MAX = 255,
};

static int refuse(const char **why, const char *sentence)
{
	*why = sentence;
	return -EINVAL;
}

/* The number at *at, which moves behind it. */
static bool take_number(const char **at, unsigned int max, unsigned int *value)
{
	unsigned int n = 0;
	const char *p = *at;

	for (; *p >= '0' && *p <= '9' && n <= max; p++)
		n = n * 10 + (unsigned int)(*p - '0');
	if (p == *at || n > max)
		return false;
	*at = p;
	*value = n;
	return true;
}

/* "7" or "5-9" at *at, which moves behind it. */
static bool take_range(const char **at, unsigned int max, unsigned int *first, unsigned int *last)
{
	if (!take_number(at, max, first))
		return false;
	*last = *first;
	if (**at != '-')
		return true;
	++*at;
	return take_number(at, max, last) && *first <= *last;
}

/*
 * "8", "3:4", "3-5:0-7": types and codes as RFC 4301 4.4.1.1 puts them into ports. From 256 on a
 * number is both already, which is how swanctl writes them.
 */
static int take_types(struct wire_ts *ts, const char *at, const char **why)
{
	bool codes = ipproto_has_code(ts->proto);
	unsigned int first, last, low = 0, high = codes ? UINT8_MAX : 0;

	if (!take_range(&at, UINT16_MAX, &first, &last))
		return refuse(why, "the type is not a number from 0 to 255");
	if (first > UINT8_MAX && *at == ']') {
		ts->port_min = (uint16_t)first;
		ts->port_max = (uint16_t)last;
		return 0;
	}
	if (first > UINT8_MAX || last > UINT8_MAX)
		return refuse(why, "the type is not a number from 0 to 255");
	if (*at == ':' && !codes)
		return refuse(why, "only icmp and icmpv6 have a code behind the type");
	if (*at == ':') {
		at++;
		if (!take_range(&at, UINT8_MAX, &low, &high))
			return refuse(why, "the code is not a number from 0 to 255");
	}
	if (*at != ']')
		return refuse(why,
			      "write the type and perhaps a code, e.g. [icmp/8] or [icmp/3:4]");
	ts->port_min = (uint16_t)(first << 8 | low);
	ts->port_max = (uint16_t)(last << 8 | high);
	return 0;
}

static int take_ports(struct wire_ts *ts, const char *at, const char **why)
{
	unsigned int first = UINT16_MAX, last = 0;

	if (!ts->proto)
		return refuse(why, "ports need a protocol; write e.g. [udp/53]");
	if (!strcmp(at, "any]"))
		return 0;
	if (ipproto_has_type(ts->proto) && strcmp(at, "opaque]"))
		return take_types(ts, at, why);
	if (!strcmp(at, "opaque]"))
		at += strlen("opaque");
	else if (!ipproto_has_ports(ts->proto))
		return refuse(why, "the protocol has no ports; leave them out");
	else if (!take_range(&at, UINT16_MAX, &first, &last) || strcmp(at, "]"))
		return refuse(why, "write a port, a range, opaque or any, e.g. [udp/53]");
	ts->port_min = (uint16_t)first;
	ts->port_max = (uint16_t)last;
	return 0;
}

/* @at: behind the bracket. */
static int take_proto(struct wire_ts *ts, const char *at, const char **why)
{
	size_t len = strcspn(at, "/]");
	const char *number = at;
	unsigned int n = 0;

	if (at[len] == ']' && at[len + 1])
		return refuse(why, "something stands behind the bracket; remove it");
	if (len != 3 || strncmp(at, "any", 3)) {
		n = ipproto_by_name(at, len);
		if (!n && (!take_number(&number, PROTO_MAX, &n) || number != at + len || !n))
			return refuse(why, "not a protocol; write e.g. [udp], or its number from 1 "
					   "to 255");
	}
	ts->proto = (uint8_t)n;
	return at[len] == '/' ? take_ports(ts, at + len + 1, why) : 0;
}

/* @behind: what stands behind the bracket, or NULL. */
static int add(struct wire_ts_list *list, const char *subnet, const char *behind, const char **why)
{
	struct wire_ts ts;
	int error = value_subnet(subnet, &ts, why);

	if (!error && behind)
		error = take_proto(&ts, behind, why);
	if (!error)
		list->ts[list->count++] = ts;
	return error;
}

/* A subnet, and behind it what value_subnet() does not know of; "any" is one of each family. */
int value_selector(const char *text, struct wire_ts_list *list, const char **why)
{
	size_t len = strcspn(text, "[");
	const char *behind = text[len] ? text + len + 1 : NULL;
	char subnet[SUBNET_TEXT_MAX];

	if (len >= sizeof(subnet))
		return refuse(why, "not a subnet; write e.g. 10.1.0.0/16[udp/53]");
	if (behind && text[strlen(text) - 1] != ']')
		return refuse(why, "the bracket is not closed at the end; write e.g. "
				   "10.1.0.0/16[udp/53]");
	memcpy(subnet, text, len);
	subnet[len] = '\0';
	if (strcmp(subnet, "any"))
		return add(list, subnet, behind, why);
	return add(list, "0.0.0.0/0", behind, why) ?: add(list, "::/0", behind, why);
}
