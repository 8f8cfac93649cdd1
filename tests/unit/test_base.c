// SPDX-License-Identifier: GPL-2.0-or-later
/* base/: octets, secrets, addresses and the log. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/addr.h"
#include "base/log.h"
#include "base/secret.h"
#include "unit/unit.h"

START_TEST(test_bytes_equal)
{
	uint8_t a[40] = { 0 }, b[40] = { 0 };

	for (size_t len = 0; len <= sizeof(a); len++) {
		ck_assert(bytes_equal(bytes_of(a, len), bytes_of(b, len)));
		ck_assert(bytes_equal_secret(bytes_of(a, len), bytes_of(b, len)));
		for (size_t bit = 0; bit < 8 * len; bit++) {
			b[bit / 8] = (uint8_t)(1 << bit % 8);
			ck_assert(!bytes_equal(bytes_of(a, len), bytes_of(b, len)));
			ck_assert(!bytes_equal_secret(bytes_of(a, len), bytes_of(b, len)));
			b[bit / 8] = 0;
		}
	}
	ck_assert(!bytes_equal(bytes_of(a, 3), bytes_of(a, 4)));
	ck_assert(!bytes_equal_secret(bytes_of(a, 3), bytes_of(a, 4)));
	ck_assert(bytes_equal(BYTES_NONE, bytes_of(a, 0)));
	ck_assert(bytes_equal_secret(BYTES_NONE, bytes_of(a, 0)));
}
END_TEST

START_TEST(test_secret)
{
	struct bytes octets = hex("00 01 02 03");
	struct secret a = { 0 }, b = { 0 };

	ck_assert_int_eq(secret_copy(&a, octets), 0);
	ck_assert_ptr_ne(a.data, octets.data);
	ck_bytes_eq(secret_view(&a), octets);
	secret_move(&b, &a);
	ck_assert_ptr_null(a.data);
	ck_assert_uint_eq(a.len, 0);
	ck_bytes_eq(secret_view(&b), octets);
	secret_wipe(&b);
	ck_assert_ptr_null(b.data);
	ck_assert_uint_eq(b.len, 0);
	secret_wipe(&b);

	ck_assert_int_eq(secret_alloc(&a, 3), 0);
	ck_bytes_eq(secret_view(&a), hex("000000"));
	secret_wipe(&a);
	ck_assert_int_eq(secret_copy(&a, BYTES_NONE), 0);
	ck_assert_ptr_null(a.data);
	ck_assert_int_eq(secret_alloc(&a, SIZE_MAX), -ENOMEM);
	ck_assert_ptr_null(a.data);
}
END_TEST

START_TEST(test_addr_text)
{
	static const char *const good[] = {
		"0.0.0.0",
		"192.168.0.1",
		"255.255.255.255",
		"::",
		"::1",
		"2001:db8::1",
		"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
	};
	static const char *const bad[] = {
		"",	      "any",	     " 10.0.0.1",  "10.0.0.1 ",	 "10.0.0",
		"10.0.0.256", "10.0.0.1/24", "localhost",  "fe80::1%lo", "::1::",
		"1:2:3:4",    "10.0.0.1.1",  "0x0a.0.0.1", "[::1]",	 "-1.0.0.1",
	};
	char text[ADDR_STRLEN];
	struct addr a, kept;

	for (size_t i = 0; i < COUNT_OF(good); i++) {
		ck_assert_int_eq(addr_parse(&a, good[i]), 0);
		ck_assert_str_eq(addr_format(&a, text), good[i]);
		ck_assert_uint_eq(addr_len(&a), strchr(good[i], ':') ? 16 : 4);
	}
	kept = a;
	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		ck_assert_msg(addr_parse(&a, bad[i]) == -EINVAL, "'%s' was taken", bad[i]);
		ck_assert_mem_eq(&a, &kept, sizeof(a));
	}
	a = (struct addr){ .family = AF_UNSPEC };
	ck_assert_str_eq(addr_format(&a, text), "any");
	ck_assert_uint_eq(addr_len(&a), 0);
}
END_TEST

static struct endpoint endpoint(const char *ip, uint16_t port)
{
	struct endpoint e = { .port = port };

	ck_assert_int_eq(addr_parse(&e.addr, ip), 0);
	return e;
}

START_TEST(test_addr_equal)
{
	struct endpoint a = endpoint("10.0.0.1", 500), b = endpoint("10.0.0.1", 500);
	struct endpoint zero4 = endpoint("0.0.0.0", 500), zero6 = endpoint("::", 500), any = { 0 };

	ck_assert(addr_equal(&a.addr, &b.addr) && endpoint_equal(&a, &b));
	b.port = 4500;
	ck_assert(addr_equal(&a.addr, &b.addr) && !endpoint_equal(&a, &b));
	b = endpoint("10.0.0.2", 500);
	ck_assert(!addr_equal(&a.addr, &b.addr) && !endpoint_equal(&a, &b));
	ck_assert(!addr_equal(&zero4.addr, &zero6.addr));
	ck_assert(!addr_equal(&zero4.addr, &any.addr));
	ck_assert(addr_equal(&any.addr, &any.addr));
	a = endpoint("2001:db8::1", 1), b = endpoint("2001:db8::2", 1);
	ck_assert(!addr_equal(&a.addr, &b.addr));
}
END_TEST

START_TEST(test_sockaddr)
{
	const struct endpoint v4 = endpoint("192.0.2.1", 4500), v6 = endpoint("2001:db8::1", 500);
	struct sockaddr_in6 mapped = { .sin6_family = AF_INET6, .sin6_port = htons(4500) };
	struct sockaddr other = { .sa_family = AF_UNIX };
	struct endpoint back, any = { .port = 500 };
	struct sockaddr_storage ss;
	char text[ADDR_STRLEN];

	ck_assert_uint_eq(endpoint_to_sockaddr(&v4, &ss), sizeof(struct sockaddr_in));
	ck_assert_uint_eq(ntohs(((struct sockaddr_in *)&ss)->sin_port), 4500);
	ck_assert_int_eq(endpoint_from_sockaddr(&back, (struct sockaddr *)&ss), 0);
	ck_assert(endpoint_equal(&back, &v4));
	ck_assert_str_eq(endpoint_format(&back, text), "192.0.2.1[4500]");

	ck_assert_uint_eq(endpoint_to_sockaddr(&v6, &ss), sizeof(struct sockaddr_in6));
	ck_assert_int_eq(endpoint_from_sockaddr(&back, (struct sockaddr *)&ss), 0);
	ck_assert(endpoint_equal(&back, &v6));
	ck_assert_str_eq(endpoint_format(&back, text), "2001:db8::1[500]");

	ck_assert_int_eq(inet_pton(AF_INET6, "::ffff:192.0.2.1", &mapped.sin6_addr), 1);
	ck_assert_int_eq(endpoint_from_sockaddr(&back, (struct sockaddr *)&mapped), 0);
	ck_assert(endpoint_equal(&back, &v4));

	ck_assert_int_eq(endpoint_from_sockaddr(&back, &other), -EAFNOSUPPORT);
	ck_assert(endpoint_equal(&back, &v4));
	ck_assert_uint_eq(endpoint_to_sockaddr(&any, &ss), 0);
	ck_assert_str_eq(endpoint_format(&any, text), "any[500]");
}
END_TEST

/* --- the log: standard error is a file while @run runs, and its content is returned */

static const char *logged_by(void (*run)(void))
{
	static char content[65536];
	FILE *file = tmpfile();
	int saved = dup(STDERR_FILENO);
	size_t len;

	ck_assert(file && saved >= 0);
	ck_assert_int_ge(dup2(fileno(file), STDERR_FILENO), 0);
	run();
	ck_assert_int_ge(dup2(saved, STDERR_FILENO), 0);
	close(saved);
	rewind(file);
	len = fread(content, 1, sizeof(content) - 1, file);
	content[len] = '\0';
	fclose(file);
	return content;
}

/* The line behind the time stamp "2026-01-02T03:04:05.678Z ". */
static const char *behind_stamp(const char *line)
{
	static const char form[] = "dddd-dd-ddTdd:dd:dd.dddZ ";

	for (size_t i = 0; form[i]; i++)
		if (form[i] == 'd')
			ck_assert_msg(line[i] >= '0' && line[i] <= '9', "'%s'", line);
		else
			ck_assert_msg(line[i] == form[i], "'%s'", line);
	return line + sizeof(form) - 1;
}

static void log_levels(void)
{
	log_set_level(LOG_LEVEL_WARNING);
	log_error("ipsec1", "one %d", 1);
	log_warning(NULL, "two");
	log_info("ipsec1", "not this");
	log_debug("ipsec1", "nor this");
}

START_TEST(test_log_levels)
{
	const char *line = behind_stamp(logged_by(log_levels));

	ck_assert_int_eq(strncmp(line, "error: ipsec1: one 1\n", 21), 0);
	ck_assert_str_eq(behind_stamp(line + 21), "warning: two\n");
}
END_TEST

static const char *hostile;

static void log_hostile(void)
{
	log_error("peer", "[%s]", hostile);
}

/* What a peer writes stays on its line and cannot do anything to a terminal. */
START_TEST(test_log_escapes)
{
	static const struct {
		const char *text, *shown;
	} cases[] = {
		{ "CN=alice, O=a\"b\\c", "CN=alice, O=a\"b\\c" },
		{ "J\xc3\xbcrgen \xe6\xbc\xa2 \xf0\x9f\x98\x80",
		  "J\xc3\xbcrgen \xe6\xbc\xa2 \xf0\x9f\x98\x80" },
		{ "a\nerror: forged", "a\\x0aerror: forged" },
		{ "\r\t\v\f\b\a", "\\x0d\\x09\\x0b\\x0c\\x08\\x07" },
		{ "\x1b[2J\x7f", "\\x1b[2J\\x7f" },
		{ "\x9b"
		  "2J",
		  "\\x9b2J" },		      /* CSI in 8 bits, not UTF-8 */
		{ "\xc2\x9b", "\\xc2\\x9b" }, /* the same as U+009B */
		{ "\xe2\x80\xa8\xe2\x80\xae",
		  "\\xe2\\x80\\xa8\\xe2\\x80\\xae" }, /* U+2028, U+202E */
		{ "\xe2\x81\xa6\xef\xbb\xbf",
		  "\\xe2\\x81\\xa6\\xef\\xbb\\xbf" },			 /* U+2066, U+FEFF */
		{ "\xc1\x81\xe0\x81\x81", "\\xc1\\x81\\xe0\\x81\\x81" }, /* overlong "A", twice */
		{ "\xc0\x8a", "\\xc0\\x8a" },				 /* overlong newline */
		{ "\xe0\x80\x8a\xf0\x80\x80\x8a", "\\xe0\\x80\\x8a\\xf0\\x80\\x80\\x8a" },
		{ "\xed\xa0\x80", "\\xed\\xa0\\x80" },			 /* surrogate */
		{ "\xf4\x90\x80\x80\xff", "\\xf4\\x90\\x80\\x80\\xff" }, /* beyond U+10FFFF */
		{ "\xc3", "\\xc3" },
		{ "\xe6\xbc", "\\xe6\\xbc" }, /* cut short */
	};
	char want[256];

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		hostile = cases[i].text;
		snprintf(want, sizeof(want), "error: peer: [%s]\n", cases[i].shown);
		ck_assert_str_eq(behind_stamp(logged_by(log_hostile)), want);
	}
}
END_TEST

/* Of any length, plain or all to be escaped: one line, cut with "...". */
START_TEST(test_log_long)
{
	static const char fill[] = { 'x', '\x01', '\xfc' };
	static char text[3 * LOG_LINE_MAX];
	const char *line;

	for (size_t k = 0; k < COUNT_OF(fill); k++) {
		for (size_t len = LOG_LINE_MAX / 4 - 8; len < sizeof(text) - 1;
		     len += 1 + len / 40) {
			memset(text, fill[k], len);
			text[len] = '\0';
			hostile = text;
			line = behind_stamp(logged_by(log_hostile)) + strlen("error: peer: ");
			ck_assert_uint_le(strlen(line), LOG_LINE_MAX);
			ck_assert_ptr_eq(strchr(line, '\n'), line + strlen(line) - 1);
			if (len >= LOG_LINE_MAX)
				ck_assert_str_eq(line + strlen(line) - 4, "...\n");
		}
	}
}
END_TEST

static void log_to_journal(void)
{
	struct stat st;
	char stream[64];

	ck_assert_int_eq(fstat(STDERR_FILENO, &st), 0);
	snprintf(stream, sizeof(stream), "%llu:%llu", (unsigned long long)st.st_dev,
		 (unsigned long long)st.st_ino);
	setenv("JOURNAL_STREAM", stream, 1);
	log_error("ipsec1", "a");
	log_info(NULL, "b");
	setenv("JOURNAL_STREAM", "1:1", 1);
	log_info(NULL, "c");
	unsetenv("JOURNAL_STREAM");
}

/* Level prefix of sd-daemon(3), no time: the journal has its own. */
START_TEST(test_log_journal)
{
	const char *lines = logged_by(log_to_journal);

	ck_assert_int_eq(strncmp(lines, "<3>ipsec1: a\n<6>b\n", 18), 0);
	ck_assert_str_eq(behind_stamp(lines + 18), "info: c\n");
}
END_TEST

struct seen {
	unsigned int lines;
	int64_t last_ms;
	char first[64], last[64];
};

static void see_kept(void *ctx, int64_t when_ms, enum log_level level, const char *object,
		     const char *line)
{
	struct seen *seen = ctx;

	ck_assert_int_ge(when_ms, seen->last_ms);
	ck_assert_int_eq(level, LOG_LEVEL_INFO);
	seen->last_ms = when_ms;
	snprintf(seen->lines++ ? seen->last : seen->first, sizeof(seen->first), "%s:%s",
		 object ? object : "-", line);
	log_info(NULL, "while the kept lines are shown");
}

static struct seen seen;

static void log_many(void)
{
	char object[16];

	log_each_kept(see_kept, &seen);
	ck_assert_uint_eq(seen.lines, 0);
	for (unsigned int i = 0; i < 2 * LOG_KEPT + 7; i++) {
		snprintf(object, sizeof(object), "conn%u", i);
		log_info(i % 2 ? object : NULL, "line %u", i);
		log_debug(NULL, "not kept");
	}
	log_each_kept(see_kept, &seen);
}

START_TEST(test_log_kept)
{
	logged_by(log_many);
	ck_assert_uint_eq(seen.lines, LOG_KEPT);
	ck_assert_str_eq(seen.first, "conn1007:line 1007");
	ck_assert_str_eq(seen.last, "-:line 2006");
}
END_TEST

static unsigned int sunk;

static void sink(void *ctx, enum log_level level, const char *object, const char *line)
{
	ck_assert_str_eq(ctx, "ctx");
	ck_assert_int_eq(level, LOG_LEVEL_INFO);
	ck_assert_str_eq(object, "x");
	ck_assert_str_eq(line, "a\\x0ab");
	sunk++;
	log_info("sink", "does not come round");
}

static void log_to_sink(void)
{
	static char ctx[] = "ctx";

	log_set_sink(sink, ctx);
	log_info("x", "a\nb");
	log_debug("x", "below the level");
	log_set_sink(NULL, NULL);
	log_info("x", "no more");
}

START_TEST(test_log_sink)
{
	logged_by(log_to_sink);
	ck_assert_uint_eq(sunk, 1);
}
END_TEST

static void log_without_stderr(void)
{
	close(STDERR_FILENO);
	errno = ENOENT;
	log_error(NULL, "nobody hears this");
	ck_assert_int_eq(errno, ENOENT);
}

/* The caller's errno survives, also when nothing can be written. */
START_TEST(test_log_errno)
{
	ck_assert_str_eq(logged_by(log_without_stderr), "");
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_test(tc, test_bytes_equal);
	tcase_add_test(tc, test_secret);
	tcase_add_test(tc, test_addr_text);
	tcase_add_test(tc, test_addr_equal);
	tcase_add_test(tc, test_sockaddr);
	tcase_add_test(tc, test_log_levels);
	tcase_add_test(tc, test_log_escapes);
	tcase_add_test(tc, test_log_long);
	tcase_add_test(tc, test_log_journal);
	tcase_add_test(tc, test_log_kept);
	tcase_add_test(tc, test_log_sink);
	tcase_add_test(tc, test_log_errno);
}

int main(void)
{
	return unit_run("base", add);
}
