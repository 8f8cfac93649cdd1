// SPDX-License-Identifier: GPL-2.0-or-later
/* The Traffic Selector payload, RFC 7296 3.13. */
#include "wire/wire.h"

#include "wire/get.h"

enum {
	TS_LIST_LEN = 4, /* before the first selector */
	TS_HEAD_LEN = 4, /* type, protocol, length: the same for every type */
	TS_PORTS_LEN = 4,
};

static uint8_t family_of(uint8_t ts_type)
{
	switch (ts_type) {
	case IKE_TS_IPV4_ADDR_RANGE:
		return AF_INET;
	case IKE_TS_IPV6_ADDR_RANGE:
		return AF_INET6;
	default:
		return AF_UNSPEC;
	}
}

/* From 65535 to 0 is not an empty range but OPAQUE: ports that cannot be seen. */
static bool ports_are_sound(uint16_t min, uint16_t max)
{
	return min <= max || (min == UINT16_MAX && max == 0);
}

/* @content: of an address range, what is behind the head. */
static int parse_range(struct wire_ts *ts, uint8_t family, uint8_t proto, struct bytes content)
{
	struct bytes ports, min, max;
	size_t ip_len;

	*ts = (struct wire_ts){
		.proto = proto,
		.min.family = family,
		.max.family = family,
	};
	ip_len = addr_len(&ts->min);
	if (content.len != TS_PORTS_LEN + 2 * ip_len || !take(&content, TS_PORTS_LEN, &ports) ||
	    !take(&content, ip_len, &min) || !take(&content, ip_len, &max))
		return WIRE_BAD_LENGTH;

	ts->port_min = get_u16(ports.data);
	ts->port_max = get_u16(ports.data + 2);
	memcpy(ts->min.ip, min.data, ip_len);
	memcpy(ts->max.ip, max.data, ip_len);
	if (!ports_are_sound(ts->port_min, ts->port_max) || memcmp(min.data, max.data, ip_len) > 0)
		return WIRE_BAD_VALUE;
	return 0;
}

/**
 * wire_parse_ts() - Traffic Selector payload
 * @list: result; those of a type that we do not know are left out, so it may be empty
 * @body: of the payload
 *
 * Ports from 65535 to 0 (OPAQUE, RFC 7296 3.13.1) are passed on as they are: no packet with
 * ports is in them.
 *
 * Return: 0 or a negative enum wire_error.
 */
int wire_parse_ts(struct wire_ts_list *list, struct bytes body)
{
	struct bytes head, content;
	unsigned int number;
	int err;

	list->count = 0;
	if (!take(&body, TS_LIST_LEN, &head))
		return WIRE_TRUNCATED;
	number = head.data[0];
	if (!number)
		return WIRE_BAD_VALUE;
	if (number > WIRE_TS_MAX)
		return WIRE_TOO_MANY;

	while (number--) {
		uint8_t family;
		uint16_t len;

		if (!take(&body, TS_HEAD_LEN, &head))
			return WIRE_TRUNCATED;
		len = get_u16(head.data + 2);
		if (len < TS_HEAD_LEN)
			return WIRE_BAD_LENGTH;
		if (!take(&body, len - TS_HEAD_LEN, &content))
			return WIRE_TRUNCATED;
		family = family_of(head.data[0]);
		if (family == AF_UNSPEC)
			continue;
		err = parse_range(&list->ts[list->count], family, head.data[1], content);
		if (err)
			return err;
		list->count++;
	}
	return body.len ? WIRE_BAD_LENGTH : 0;
}
