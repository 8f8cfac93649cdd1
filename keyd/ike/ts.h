/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Traffic selectors as sets of packets, RFC 7296 2.9. Pure. */
#ifndef KEYD_IKE_TS_H
#define KEYD_IKE_TS_H

#include "wire/wire.h"

/* All that is in both; empty: nothing in common. At most WIRE_TS_MAX of it, the first ones. */
void ts_narrow(struct wire_ts_list *out, const struct wire_ts_list *offered,
	       const struct wire_ts_list *ours);
/* Is each one of @part inside one of @whole? False for an empty @part. */
bool ts_is_subset(const struct wire_ts_list *part, const struct wire_ts_list *whole);
/* "10.1.0.0-10.1.0.255, ..." for the log; cut when it does not fit. */
void ts_format(const struct wire_ts_list *list, char *buf, size_t len);

#endif
