/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What unit tests share. */
#ifndef TESTS_UNIT_UNIT_H
#define TESTS_UNIT_UNIT_H

#include <check.h>

#include "base/bytes.h"

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

/* Octets of a vector as its source prints it: spaces do not matter. Never freed. */
struct bytes hex(const char *digits);

/* For loops of many: ck_assert() and its kin note each call in a file. */
#define must(expression)                                                     \
	do {                                                                 \
		if (!(expression))                                           \
			ck_abort_msg("'%s' does not hold", #expression);     \
	} while (0)

/* The octets are equal; if not, show both. */
#define ck_bytes_eq(got, want) unit_bytes_eq(got, want, #got, __FILE__, __LINE__)
void unit_bytes_eq(struct bytes got, struct bytes want, const char *what, const char *file,
		   int line);

/* Numbers that look random and are the same in every run: xorshift, from any seed but 0. */
struct unit_random {
	uint64_t state;
};
uint32_t unit_random(struct unit_random *r);
/* As a dh_random: @ctx is a struct unit_random. */
void unit_random_fill(void *ctx, void *buf, size_t len);

/* Run the tests that @add adds, as one suite; what main() returns. */
int unit_run(const char *name, void (*add)(TCase *tc));

#endif
