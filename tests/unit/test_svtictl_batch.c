// SPDX-License-Identifier: GPL-2.0-or-later
/* svtictl batch: many commands from a file, on a kernel that only keeps a list. */
#include <errno.h>

/* As a program alone has it. */
#include "tools/svtictl_alg.c"
#include "tools/svtictl_batch.c"
#include "tools/svtictl_parse.c"
#include "tools/svtictl_selector.c"
#include "unit.h"

enum {
	LIST_MAX = 1000
};

/* --- the kernel: @refuse is a reqid that it does not take */

static struct {
	struct kernel_sp sp[LIST_MAX];
	unsigned int sps, calls, others;
	uint32_t refuse;
	enum command last;
} fake;

int kernel_ifindex(struct kernel *k, const char *name)
{
	(void)k;
	return !strcmp(name, "svti1") ? 1 : !strcmp(name, "svti2") ? 2 : -ENODEV;
}

const char *kernel_error(const struct kernel *k)
{
	(void)k;
	return "the kernel refused";
}

int kernel_sp_new(struct kernel *k, int ifindex, const struct kernel_sp *sp, unsigned int sps,
		  uint32_t *index)
{
	(void)k;
	(void)index;
	fake.calls++;
	ck_assert_uint_le(sps, SVTI_BATCH_MAX);
	for (unsigned int i = 0; i < sps; i++)
		if (fake.refuse && sp[i].reqid == fake.refuse)
			return -EEXIST;
	for (unsigned int i = 0; i < sps; i++) {
		fake.sp[fake.sps] = sp[i];
		fake.sp[fake.sps++].index = (uint32_t)ifindex;
	}
	return 0;
}

int run_request(struct kernel *k, const struct request *r)
{
	(void)k;
	fake.others++;
	fake.last = r->command;
	return 0;
}

static char said[512];
static unsigned int said_line;

void tool_at(const char *name, unsigned int line)
{
	(void)name;
	if (name)
		said_line = line;
}

int tool_fail(const char *why)
{
	snprintf(said, sizeof(said), "%u: %s", said_line, why);
	return EXIT_FAILED;
}

static int run(const char *text, bool json)
{
	FILE *in = fmemopen((void *)(uintptr_t)text, strlen(text), "r");
	int status;

	said[0] = 0;
	status = run_batch(NULL, in, "test", json);
	fclose(in);
	return status;
}

/* @count lines that add policies with reqids from 1 on. */
static char *policies(unsigned int count, const char *dev)
{
	char *text = malloc(count * 64 + 1);
	size_t at = 0;

	text[0] = 0;
	for (unsigned int i = 1; i <= count; i++)
		at += (size_t)sprintf(text + at, "sp add dev %s dir out reqid %u\n", dev, i);
	return text;
}

static void setup(void)
{
	memset(&fake, 0, sizeof(fake));
}

START_TEST(test_together)
{
	char *text = policies(600, "svti1");

	ck_assert_int_eq(run(text, false), 0);
	ck_assert_uint_eq(fake.sps, 600);
	ck_assert_uint_eq(fake.calls, 3);
	for (unsigned int i = 0; i < 600; i++)
		ck_assert_uint_eq(fake.sp[i].reqid, i + 1);
	setup();
	/* Each has an answer of its own in JSON. */
	ck_assert_int_eq(run(text, true), 0);
	ck_assert_uint_eq(fake.others, 600);
	free(text);
}
END_TEST

/* As if each had been given alone: what stands before the culprit is there, and it has a name. */
START_TEST(test_refused)
{
	char *text = policies(600, "svti1");

	fake.refuse = 300;
	ck_assert_int_eq(run(text, false), EXIT_FAILED);
	ck_assert_uint_eq(fake.sps, 299);
	ck_assert_str_eq(said, "300: the kernel refused");
	free(text);
	setup();
	ck_assert_int_eq(run("sp add dev svti1 dir out\nsp add dev svti9 dir out\n", false),
			 EXIT_FAILED);
	ck_assert_uint_eq(fake.sps, 1);
	ck_assert_str_eq(said, "2: the kernel refused");
}
END_TEST

START_TEST(test_order)
{
	ck_assert_int_eq(run("# a comment\n\n"
			     "sp add dev svti1 dir out reqid 1 # and another\n"
			     "\tsp add dev svti2  dir out reqid 2\r\n"
			     "sp add dev svti2 dir in reqid 3\n"
			     "sp flush dev svti1\n"
			     "sp add dev svti1 dir out reqid 4",
			     false),
			 0);
	ck_assert_uint_eq(fake.sps, 4);
	ck_assert_uint_eq(fake.calls, 3);
	ck_assert_uint_eq(fake.others, 1);
	ck_assert_int_eq(fake.last, SP_FLUSH);
	ck_assert_uint_eq(fake.sp[0].index, 1);
	ck_assert_uint_eq(fake.sp[1].index, 2);
	ck_assert_uint_eq(fake.sp[2].dir, SVTI_DIR_IN);
	ck_assert_uint_eq(fake.sp[3].reqid, 4);
	ck_assert_int_eq(run("", false), 0);
	ck_assert_int_eq(run("sp show\n", false), 0);
	ck_assert_int_eq(fake.last, SP_SHOW);
}
END_TEST

START_TEST(test_wrong_lines)
{
	static const char *const wrong[] = { "sp add dev svti1 dir up\n", "nonsense\n",
					     "batch other\n", "monitor\n", "--help\n" };
	char text[256];

	for (size_t i = 0; i < COUNT_OF(wrong); i++) {
		setup();
		snprintf(text, sizeof(text), "sp add dev svti1 dir out\n\n%s%s", wrong[i],
			 "sp add dev svti1 dir in\n");
		ck_assert_int_eq(run(text, false), EXIT_USAGE);
		ck_assert_uint_eq(fake.sps, 1);
		ck_assert_msg(!strncmp(said, "3: ", 3), "%s", said);
	}
	memset(text, 0, sizeof(text));
	for (size_t i = 0; i < 2 * (ARGS_MAX + 1); i++)
		text[i] = i % 2 ? ' ' : 'x';
	ck_assert_int_eq(run(text, false), EXIT_USAGE);
	ck_assert_str_eq(said, "1: too many words");
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_checked_fixture(tc, setup, NULL);
	tcase_add_test(tc, test_together);
	tcase_add_test(tc, test_refused);
	tcase_add_test(tc, test_order);
	tcase_add_test(tc, test_wrong_lines);
}

int main(void)
{
	return unit_run("svtictl_batch", add);
}
