/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A message with every payload that the codec knows, and a reader that looks at all of it. */
#ifndef TESTS_UNIT_WIRE_SAMPLES_H
#define TESTS_UNIT_WIRE_SAMPLES_H

#include "wire/wire.h"

enum {
	SAMPLE_MAX = 2048
};

struct wire_ts sample_selector(uint8_t proto, uint16_t port_min, uint16_t port_max, const char *min,
			       const char *max);
/* The body of the only payload of a chain that was built without header. */
struct bytes sample_only_body(const struct wire_out *o, uint8_t type);

/* The payloads, in the order of sample_message(). */
void sample_put_payloads(struct wire_out *o);
/* Into @buf of @cap octets. Returns the length, 0 after an overflow. */
size_t sample_message(void *buf, size_t cap);
/*
 * Parse a message with every parser there is, and read each octet of each view. Fails the test
 * when a view is not inside of @message. Returns 0 or the first error.
 */
int sample_read(struct bytes message);
/* The same for a chain without header. */
int sample_read_chain(uint8_t first, struct bytes area);

#endif
