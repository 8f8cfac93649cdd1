/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A view of octets that somebody else owns. */
#ifndef KEYD_BASE_BYTES_H
#define KEYD_BASE_BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/**
 * struct bytes - borrowed octets
 * @data: first octet, may be NULL when @len is 0
 * @len: number of octets
 */
struct bytes {
	const uint8_t *data;
	size_t len;
};

#define BYTES_NONE ((struct bytes){ NULL, 0 })

static inline struct bytes bytes_of(const void *data, size_t len)
{
	return (struct bytes){ data, len };
}

static inline bool bytes_equal(struct bytes a, struct bytes b)
{
	return a.len == b.len && (!a.len || !memcmp(a.data, b.data, a.len));
}

/* In time that depends on the lengths alone: for MACs and other secrets. */
bool bytes_equal_secret(struct bytes a, struct bytes b);

#endif
