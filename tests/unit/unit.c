// SPDX-License-Identifier: GPL-2.0-or-later
#include "unit/unit.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

/* Out of memory is a return value, as it is in the programs. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
	return "allocator_may_return_null=1:detect_stack_use_after_return=1";
}

static int digit_value(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *at = strchr(digits, tolower((unsigned char)c));

	ck_assert_msg(c && at, "'%c' is not a hexadecimal digit", c);
	return (int)(at - digits);
}

/* Reachable until the end, so that the leak checker says nothing of vectors. */
static uint8_t *keep(size_t len)
{
	static struct kept {
		struct kept *next;
		uint8_t data[];
	} * all;
	struct kept *k = malloc(sizeof(*k) + len);

	ck_assert_ptr_nonnull(k);
	k->next = all;
	all = k;
	return k->data;
}

struct bytes hex(const char *digits)
{
	uint8_t *data = keep(strlen(digits) / 2 + 1);
	size_t n = 0;
	int high = -1;

	for (; *digits; digits++) {
		if (isspace((unsigned char)*digits))
			continue;
		if (high < 0) {
			high = digit_value(*digits);
			continue;
		}
		data[n++] = (uint8_t)(high << 4 | digit_value(*digits));
		high = -1;
	}
	ck_assert_msg(high < 0, "odd number of hexadecimal digits");
	return bytes_of(data, n);
}

static char *to_hex(struct bytes b)
{
	char *text = (char *)keep(2 * b.len + 1);

	text[0] = '\0';
	for (size_t i = 0; i < b.len; i++)
		sprintf(text + 2 * i, "%02x", b.data[i]);
	return text;
}

void unit_bytes_eq(struct bytes got, struct bytes want, const char *what, const char *file,
		   int line)
{
	if (!bytes_equal(got, want))
		ck_abort_msg("%s:%d: %s is %s, not %s", file, line, what, to_hex(got),
			     to_hex(want));
}

uint32_t unit_random(struct unit_random *r)
{
	r->state ^= r->state << 13;
	r->state ^= r->state >> 7;
	r->state ^= r->state << 17;
	return (uint32_t)(r->state >> 16);
}

void unit_random_fill(void *ctx, void *buf, size_t len)
{
	uint8_t *octets = buf;

	while (len--)
		*octets++ = (uint8_t)unit_random(ctx);
}

int unit_run(const char *name, void (*add)(TCase *tc))
{
	Suite *suite = suite_create(name);
	TCase *tc = tcase_create(name);
	SRunner *runner = srunner_create(suite);
	int failed;

	add(tc);
	suite_add_tcase(suite, tc);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
