// SPDX-License-Identifier: GPL-2.0-or-later
/* Address ranges as prefixes: traffic selectors have ranges, policies have prefixes. */
#include <errno.h>

#include "kernel/kernel.h"

/* The last address of the prefix of @len bits that begins with @a. */
static struct addr last_of(const struct addr *a, unsigned int len)
{
	struct addr last = *a;
	unsigned int bit;

	for (bit = len; bit < addr_len(a) * 8; bit++)
		last.ip[bit / 8] |= 0x80 >> bit % 8;
	return last;
}

static unsigned int trailing_zeros(const struct addr *a)
{
	unsigned int bits = addr_len(a) * 8, n = 0;

	while (n < bits && !(a->ip[(bits - 1 - n) / 8] & (1 << n % 8)))
		n++;
	return n;
}

/* Returns false when @a was the last address of its family. */
static bool step(struct addr *a)
{
	size_t i = addr_len(a);

	while (i-- > 0)
		if (++a->ip[i])
			return true;
	return false;
}

static int compare(const struct addr *a, const struct addr *b)
{
	return memcmp(a->ip, b->ip, addr_len(a));
}

/**
 * kernel_range_to_prefixes - the fewest prefixes that make up a range
 * @min: first address
 * @max: last address, of the same family
 * @prefix: gets their first addresses
 * @len: gets their lengths
 * @maximum: room in both
 *
 * Returns their number, -E2BIG when they are more than @maximum, -EINVAL for what is no range.
 */
int kernel_range_to_prefixes(const struct addr *min, const struct addr *max, struct addr *prefix,
			     uint32_t *len, unsigned int maximum)
{
	const unsigned int bits = addr_len(min) * 8;
	struct addr at = *min, last;
	unsigned int count = 0, l;

	if (!bits || min->family != max->family || compare(min, max) > 0)
		return -EINVAL;
	do {
		if (count == maximum)
			return -E2BIG;
		l = bits - trailing_zeros(&at);
		while (last = last_of(&at, l), compare(&last, max) > 0)
			l++;
		prefix[count] = at;
		len[count++] = l;
		at = last;
	} while (compare(&last, max) < 0 && step(&at));
	return count;
}
