// SPDX-License-Identifier: GPL-2.0-or-later
/* The grammar of svtictl. */
#include "crypto/alg.h"
#include "tools/svtictl_alg.c"
#include "tools/svtictl_parse.c"

#include "unit.h"

#define KEY20 "0x000102030405060708090a0b0c0d0e0f10111213"
#define KEY16 "0x000102030405060708090a0b0c0d0e0f"
#define KEY32 KEY16 "000102030405060708090a0b0c0d0e0f"
#define SA    "sa add dev svti1 dir out spi 0x1001 src 192.168.0.1 dst 192.168.0.2 "

static struct request r;
static char why[WHY_MAX];
static char line[1024];

/* Parse a command line as a shell would give it. */
static int parse(const char *text)
{
	char *argv[64], *save;
	int argc = 0;

	snprintf(line, sizeof(line), "%s", text);
	for (argv[0] = strtok_r(line, " ", &save); argv[argc];
	     argv[argc] = strtok_r(NULL, " ", &save))
		argc++;
	why[0] = 0;
	return request_parse(&r, argc, argv, why);
}

static void fine(const char *text)
{
	ck_assert_msg(!parse(text), "%s: %s", text, why);
}

/* Refused with a sentence that has @word in it. */
static void refused(const char *word, const char *text)
{
	ck_assert_msg(parse(text), "taken: %s", text);
	ck_assert_msg(strstr(why, word), "%s: %s", text, why);
}

START_TEST(test_sa_add)
{
	fine(SA "alg aes128gcm16 key " KEY20 " reqid 7 esn on replay-window 0 encap 4500:4501");
	ck_assert_int_eq(r.command, SA_ADD);
	ck_assert_str_eq(r.dev, "svti1");
	ck_assert_uint_eq(r.sa.dir, SVTI_DIR_OUT);
	ck_assert_uint_eq(r.sa.spi, 0x1001);
	ck_assert_uint_eq(r.sa.encr, ALG_ENCR_AES_GCM_16);
	ck_assert_uint_eq(r.sa.integ, 0);
	ck_bytes_eq(r.sa.encr_key, hex("000102030405060708090a0b0c0d0e0f10111213"));
	ck_assert_uint_eq(r.sa.reqid, 7);
	ck_assert(r.sa.esn && r.sa.has_replay_window && !r.sa.replay_window);
	ck_assert_uint_eq(r.sa.encap_sport, 4500);
	ck_assert_uint_eq(r.sa.encap_dport, 4501);
	fine(SA "alg aes128gcm16 key " KEY20 " soft-bytes 1 hard-bytes 18446744073709551615 "
		"soft-packets 5 hard-packets 6 soft-seconds 7 hard-seconds 8");
	ck_assert(r.sa.life_bytes.soft == 1 && r.sa.life_bytes.hard == UINT64_MAX);
	ck_assert(r.sa.life_packets.soft == 5 && r.sa.life_packets.hard == 6);
	ck_assert(r.sa.life_seconds.soft == 7 && r.sa.life_seconds.hard == 8);
	fine(SA "alg aes128-sha256 key " KEY16 " auth-key " KEY32);
	ck_assert_uint_eq(r.sa.encr, ALG_ENCR_AES_CBC);
	ck_assert_uint_eq(r.sa.integ, ALG_INTEG_HMAC_SHA2_256_128);
	ck_assert_uint_eq(r.sa.integ_key.len, 32);
	ck_assert(!r.sa.esn && !r.sa.has_replay_window && !r.sa.encap_sport);
}
END_TEST

/* Every algorithm by its name, and the name from what the kernel would say of it. */
START_TEST(test_algorithms)
{
	json_t *array = all_to_json(), *row;
	size_t i;

	ck_assert_uint_eq(json_array_size(array), 22 + 7 * 6);
	json_array_foreach(array, i, row) {
		const char *name = json_string_value(json_object_get(row, "alg"));
		json_int_t key = json_integer_value(json_object_get(row, "key"));
		json_int_t auth = json_integer_value(json_object_get(row, "auth_key"));
		char text[512] = SA "alg ", again[64];

		strcat(text, name);
		if (key)
			snprintf(text + strlen(text), 200, " key 0x%0*d", (int)key * 2, 1);
		if (auth)
			snprintf(text + strlen(text), 200, " auth-key 0x%0*d", (int)auth * 2, 1);
		fine(text);
		ck_assert_uint_eq(r.sa.encr_key.len, key);
		ck_assert_uint_eq(r.sa.integ_key.len, auth);
		ck_assert_uint_eq(r.sa.encr, json_integer_value(json_object_get(row, "encr")));
		ck_assert_uint_eq(r.sa.integ, json_integer_value(json_object_get(row, "integ")));
		alg_format(again, sizeof(again), &r.sa);
		ck_assert_str_eq(again, name);
	}
	json_decref(array);
	fine("help algorithms");
	ck_assert_int_eq(r.command, ALGORITHMS);
}
END_TEST

/* A key stays neither in the process list nor in a sentence. */
START_TEST(test_key_wiped)
{
	const char *bad[] = { KEY20, KEY16, "0x0001zz", "00010203" };
	size_t i, j;

	for (i = 0; i < COUNT_OF(bad); i++) {
		char text[512];

		snprintf(text, sizeof(text), SA "alg aes128gcm16 key %s", bad[i]);
		parse(text);
		ck_assert_ptr_null(strstr(why, bad[i]));
		for (j = 0; j + strlen(bad[i]) <= sizeof(line); j++)
			ck_assert(memcmp(line + j, bad[i], strlen(bad[i])));
	}
}
END_TEST

START_TEST(test_keys_refused)
{
	char longest[300] = SA "alg aes128gcm16 key 0x";

	refused("20, the last 4 of them the salt", SA "alg aes128gcm16 key " KEY16);
	refused("19, the last 3 of them the salt", SA "alg aes128ccm16 key " KEY16);
	refused("20, the last 4 of them the salt",
		SA "alg aes128ctr-sha256 key " KEY16 " auth-key " KEY32);
	refused("null takes no key", SA "alg null-sha256 key " KEY16 " auth-key " KEY32);
	refused("wants 'key' of 16 octets", SA "alg aes128-sha256 auth-key " KEY32);
	refused("36", SA "alg aes256gcm16 key " KEY20);
	refused("32", SA "alg aes128-sha256 key " KEY16 " auth-key " KEY20);
	refused("auth-key", SA "alg aes128-sha256 key " KEY16);
	refused("aes128gcm16 takes no auth-key",
		SA "alg aes128gcm16 key " KEY20 " auth-key " KEY32);
	refused("hexadecimal", SA "alg aes128gcm16 key 0x001");
	memset(longest + strlen(longest), 'a', 130);
	refused("maximum", longest);
}
END_TEST

START_TEST(test_algorithms_refused)
{
	refused("'aes128gcm4' is of no known cipher", SA "alg aes128gcm4");
	refused("'sha256' is of no known cipher", SA "alg sha256");
	refused("'aes128' wants an integrity algorithm behind it, as in aes128-sha256",
		SA "alg aes128");
	refused("as in null-sha256", SA "alg null");
	refused("no known integrity", SA "alg aes128-sha3");
	refused("no known integrity", SA "alg aes128-");
	refused("no known integrity", SA "alg aes128-sha256-esn");
	refused("no known integrity", SA "alg aes128-x25519");
	refused("leave out sha256", SA "alg aes128gcm16-sha256");
	refused("leave out sha1", SA "alg aes128gmac-sha1");
}
END_TEST

START_TEST(test_values_refused)
{
	refused("sideways", "sp add dev svti1 dir sideways");
	refused("10.1.0.0/33", "sp add dev svti1 dir in src 10.1.0.0/33");
	refused("10.1.0.1/24", "sp add dev svti1 dir in src 10.1.0.1/24");
	refused("10.1.0", "sp add dev svti1 dir in src 10.1.0");
	refused("0x12Z", "sa del dev svti1 dir in spi 0x12Z");
	refused("4294967296", "sa del dev svti1 dir in spi 4294967296");
	refused("-1", "sa show reqid -1");
	refused("spi", "sa del dev svti1 dir in spi 0");
	refused("range", "sp add dev svti1 dir in dport 90-80");
	refused("range", "sp add dev svti1 dir in dport 65536");
	refused("proto", "sp add dev svti1 dir in proto 256");
	refused("encap", SA "encap 4500");
	refused("esn", SA "esn yes");
	refused("soft-bytes", SA "soft-bytes 0");
	refused("hard-packets", SA "hard-packets 18446744073709551616");
	refused("hard-seconds", SA "hard-seconds 1.5");
	refused("reqid", "sa flush dev svti1 reqid 0");
	refused("bypass", "sp add dev svti1 dir in action bypass");
}
END_TEST

START_TEST(test_grammar_refused)
{
	refused("missing", "");
	refused("add, del", "sa");
	refused("replace", "sa replace");
	refused("policy", "policy show");
	refused("'spi' is missing", "sa del dev svti1 dir in");
	refused("'dev' is missing", "sa flush");
	refused("twice", "sa show dev a dev b");
	refused("value", "sa show dev");
	refused("lifetime", SA "lifetime 5");
	refused("mode", SA "mode transport");
	refused("not supported", "sp add dev svti1 dir in family inet6");
	refused("action", "sa show action protect");
	refused("--jason", "sa show --jason");
	refused("index", "sp del dev svti1");
	refused("index", "sp del dev svti1 index 1 dir in");
}
END_TEST

START_TEST(test_policies)
{
	fine("sp add dev svti1 dir in src 10.1.0.0/24 dst any proto tcp sport 1-2 dport 80 "
	     "priority 5 reqid 3 action discard --json");
	ck_assert(r.json);
	ck_assert_uint_eq(r.sp.dir, SVTI_DIR_IN);
	ck_assert_uint_eq(r.sp.src_prefix, 24);
	ck_assert_int_eq(r.sp.dst.family, AF_UNSPEC);
	ck_assert_uint_eq(r.sp.proto, 6);
	ck_assert(r.sp.has_sport && r.sp.sport_min == 1 && r.sp.sport_max == 2);
	ck_assert(r.sp.has_dport && r.sp.dport_min == 80 && r.sp.dport_max == 80);
	ck_assert(r.sp.has_priority && r.sp.priority == 5 && r.sp.reqid == 3);
	ck_assert_uint_eq(r.sp.action, SVTI_ACTION_DISCARD);
	fine("sp add dev svti1 dir out src 0.0.0.0/0");
	ck_assert_int_eq(r.sp.src.family, AF_INET);
	ck_assert(!r.sp.has_sport && !r.sp.has_priority && !r.sp.action);
	fine("sp del dev svti1 index 4");
	fine("sp del dev svti1 dir out src 10.1.0.0/24");
}
END_TEST

START_TEST(test_show_filters)
{
	struct kernel_sa sa = { .dir = SVTI_DIR_IN, .spi = 0x1002, .reqid = 1 };
	struct kernel_sp sp = { .dir = SVTI_DIR_OUT, .index = 3 };

	fine("--json sa show");
	ck_assert(r.json && !r.dev && request_wants_sa(&r, &sa));
	fine("sa show dir in spi 0x1002 reqid 1");
	ck_assert(request_wants_sa(&r, &sa));
	fine("sa show dir out");
	ck_assert(!request_wants_sa(&r, &sa));
	fine("sa show reqid 0");
	ck_assert(!request_wants_sa(&r, &sa));
	fine("sp show index 4");
	ck_assert(!request_wants_sp(&r, &sp));
	fine("sp show dir out reqid 0");
	ck_assert(request_wants_sp(&r, &sp));
}
END_TEST

START_TEST(test_options)
{
	fine("--help");
	ck_assert_int_eq(r.command, HELP);
	fine("help");
	ck_assert_int_eq(r.command, HELP);
	refused("'me'", "help me");
	fine("sa add -h");
	ck_assert_int_eq(r.command, HELP);
	fine("--version");
	ck_assert_int_eq(r.command, VERSION);
	fine("monitor --json dev svti1");
	ck_assert_int_eq(r.command, MONITOR);
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_test(tc, test_sa_add);
	tcase_add_test(tc, test_algorithms);
	tcase_add_test(tc, test_key_wiped);
	tcase_add_test(tc, test_keys_refused);
	tcase_add_test(tc, test_algorithms_refused);
	tcase_add_test(tc, test_values_refused);
	tcase_add_test(tc, test_grammar_refused);
	tcase_add_test(tc, test_policies);
	tcase_add_test(tc, test_show_filters);
	tcase_add_test(tc, test_options);
}

int main(void)
{
	return unit_run("svtictl", add);
}
