// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/bytes.h"

#include <nettle/memops.h>

/**
 * bytes_equal_secret() - compare secrets
 * @a: one
 * @b: the other
 *
 * How long it takes tells the lengths and nothing of the content, not even whether it matched.
 */
bool bytes_equal_secret(struct bytes a, struct bytes b)
{
	if (a.len != b.len)
		return false;
	return !a.len || memeql_sec(a.data, b.data, a.len);
}
