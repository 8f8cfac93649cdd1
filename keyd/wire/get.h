/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading from octets, for the parsers of this folder alone: one place where bounds are checked. */
#ifndef KEYD_WIRE_GET_H
#define KEYD_WIRE_GET_H

#include "base/bytes.h"

/* Cut the first @len octets off @from into @part. False, and nothing done, when there are fewer. */
static inline bool take(struct bytes *from, size_t len, struct bytes *part)
{
	if (len > from->len)
		return false;
	*part = bytes_of(from->data, len);
	if (len) {
		from->data += len;
		from->len -= len;
	}
	return true;
}

/* Big-endian integers, RFC 7296 3.1. The caller has made sure that the octets are there. */
static inline uint16_t get_u16(const uint8_t *at)
{
	return (uint16_t)(at[0] << 8 | at[1]);
}

static inline uint32_t get_u32(const uint8_t *at)
{
	return (uint32_t)get_u16(at) << 16 | get_u16(at + 2);
}

#endif
