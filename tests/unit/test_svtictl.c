// SPDX-License-Identifier: GPL-2.0-or-later
/* The grammar of svtictl. */
#include "crypto/alg.h"
#include "tools/svtictl_alg.c"
#include "tools/svtictl_parse.c"
#include "tools/svtictl_selector.c"

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
	request_wipe(&r);
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
	fine(SA "alg aes128gcm16 key " KEY20 " dscp 0 df clear ttl copy decap-dscp on tfc 65535 "
		"mode transport "
		"dummy 10");
	ck_assert(r.sa.tfc == 65535 && r.sa.dummy == 10 && r.sa.mode == SVTI_MODE_TRANSPORT);
	ck_assert(r.sa.has_dscp && !r.sa.dscp && r.sa.has_ttl && !r.sa.ttl && r.sa.decap_dscp);
	ck_assert_uint_eq(r.sa.df, SVTI_DF_CLEAR);
	fine(SA "alg aes128gcm16 key " KEY20 " dscp copy df copy ttl 1 decap-dscp off");
	ck_assert(!r.sa.has_dscp && r.sa.has_ttl && r.sa.ttl == 1 && !r.sa.decap_dscp);
	ck_assert_uint_eq(r.sa.df, SVTI_DF_COPY);
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

START_TEST(test_sa_pair)
{
	fine(SA "alg aes128gcm16 key " KEY20 " and dir in spi 0x1002 src 192.168.0.2 "
		"dst 192.168.0.1 alg aes128-sha256 key " KEY16 " auth-key " KEY32);
	ck_assert_ptr_nonnull(r.also);
	ck_assert_uint_eq(r.sa.spi, 0x1001);
	ck_assert_uint_eq(r.sa.dir, SVTI_DIR_OUT);
	ck_assert_uint_eq(r.also->sa.spi, 0x1002);
	ck_assert_uint_eq(r.also->sa.dir, SVTI_DIR_IN);
	ck_assert_uint_eq(r.also->sa.integ_key.len, 32);
	ck_assert_str_eq(r.also->dev, "svti1");
	ck_assert_ptr_null(r.also->also);
	refused("'spi' is missing", SA "alg aes128gcm16 key " KEY20 " and dir in");
	refused("twice", SA "alg aes128gcm16 key " KEY20 " and dev svti2");
	refused("missing", SA "and dir in");
	refused("not a word", "sa del dev svti1 dir in spi 0x1002 and dir out");
}
END_TEST

START_TEST(test_sa_set)
{
	fine("sa set dev svti1 dir out spi 0x1001 dst 192.168.0.3 encap 4500:61000 keepalive 20");
	ck_assert_int_eq(r.command, SA_SET);
	ck_assert_uint_eq(r.sa.encap_dport, 61000);
	ck_assert(r.sa.has_keepalive && r.sa.keepalive == 20 && !r.sa.encap_off);
	fine("sa set dev svti1 dir in spi 0x1001 encap off replay-window 64");
	ck_assert(r.sa.encap_off && !r.sa.encap_sport && r.sa.replay_window == 64);
	refused("what is to change", "sa set dev svti1 dir in spi 0x1001");
	refused("keepalive", "sa set dev svti1 dir out spi 0x1001 keepalive 3601");
	refused("not a word", "sa set dev svti1 dir out spi 0x1001 key " KEY20);
	refused("'spi' is missing", "sa set dev svti1 dir out keepalive 1");
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
	refused("0 to 63", SA "dscp 64");
	refused("1 to 255", SA "ttl 0");
	refused("1 to 255", SA "ttl 256");
	refused("df", SA "df keep");
	refused("decap-dscp", SA "decap-dscp yes");
	refused("mode", SA "mode beet");
	refused("tfc", SA "tfc 0");
	refused("tfc", SA "tfc 65536");
	refused("dummy", SA "dummy 9");
	refused("dummy", SA "dummy 3600001");
	refused("soft-bytes", SA "soft-bytes 0");
	refused("hard-packets", SA "hard-packets 18446744073709551616");
	refused("hard-seconds", SA "hard-seconds 1.5");
	refused("reqid", "sa flush dev svti1 reqid 0");
	refused("allow", "sp add dev svti1 dir in action allow");
	refused("dport", "sp add dev svti1 dir in dport opaque-3");
	refused("0 to 255", "sp add dev svti1 dir in proto icmp type 256");
	refused("0 to 255", "sp add dev svti1 dir in proto icmp type 5-4");
}
END_TEST

START_TEST(test_grammar_refused)
{
	refused("missing", "");
	refused("add, set, del", "sa");
	refused("add, set, del", "sp");
	refused("replace", "sa replace");
	refused("policy", "policy show");
	refused("'spi' is missing", "sa del dev svti1 dir in");
	refused("'dev' is missing", "sa flush");
	refused("twice", "sa show dev a dev b");
	refused("value", "sa show dev");
	refused("lifetime", SA "lifetime 5");
	refused("not supported", "sp add dev svti1 dir in family inet6");
	refused("action", "sa show action protect");
	refused("--jason", "sa show --jason");
	refused("index", "sp del dev svti1");
	refused("'index' is missing", "sp set dev svti1 priority 3");
	refused("action", "sp set dev svti1 index 3");
	refused("proto", "sp set dev svti1 index 3 proto tcp");
	refused("proto icmp, icmpv6 or mh", "sp add dev svti1 dir in type 8");
	refused("proto icmp, icmpv6 or mh", "sp add dev svti1 dir in proto tcp type 8");
	refused("icmpv6", "sp add dev svti1 dir in proto mh type 5 code 1");
	refused("type", "sp add dev svti1 dir in proto icmp code 1");
	refused("instead", "sp add dev svti1 dir in proto icmp type 8 sport 4");
	refused("file", "batch");
	refused("'f1'", "batch f1 f2");
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
	fine("sp add dev svti1 dir out action bypass"); /* why not is for the kernel to say */
	ck_assert_uint_eq(r.sp.action, SVTI_ACTION_BYPASS);
	fine("sp set dev svti1 index 4 reqid 0");
	ck_assert_int_eq(r.command, SP_SET);
	ck_assert(r.sp.index == 4 && r.sp.has_reqid && !r.sp.reqid && !r.sp.has_priority);
	fine("sp set dev svti1 index 4 priority 0 action protect");
	ck_assert(r.sp.has_priority && !r.sp.has_reqid);
	fine("sp del dev svti1 index 4");
	fine("sp del dev svti1 dir out src 10.1.0.0/24");
}
END_TEST

/* What a policy says of ports is shown in the words by which it was made. */
START_TEST(test_ports)
{
	static const struct {
		const char *words;
		uint16_t min, max;
		const char *shown; /* NULL: as @words */
	} cases[] = {
		{ " proto udp sport 53", 53, 53, NULL },
		{ " proto udp sport 0-53", 0, 53, NULL },
		{ " proto udp sport opaque", 65535, 0, NULL },
		{ " proto icmp type 8", 0x800, 0x8ff, NULL },
		{ " proto icmp type 0", 0, 0xff, NULL },
		{ " proto 1 type 3-11", 0x300, 0xbff, " proto icmp type 3-11" },
		{ " proto icmp type 3 code 4", 0x304, 0x304, NULL },
		{ " proto icmp type 3 code 0-15", 0x300, 0x30f, NULL },
		{ " proto icmpv6 type 1-4 code 1-2", 0x101, 0x402, NULL },
		{ " proto icmp sport opaque", 65535, 0, NULL },
		{ " proto icmp sport 2048-2303", 0x800, 0x8ff, " proto icmp type 8" },
		{ " proto mh type 5", 0x500, 0x500, NULL },
		{ " proto mh type 5-7", 0x500, 0x700, NULL },
		{ " proto 47 sport opaque", 65535, 0, " proto gre sport opaque" },
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		char text[256], proto[32], ports[64];

		snprintf(text, sizeof(text), "sp add dev svti1 dir out%s", cases[i].words);
		fine(text);
		ck_assert_msg(r.sp.has_sport && !r.sp.has_dport, "%s", text);
		ck_assert_uint_eq(r.sp.sport_min, cases[i].min);
		ck_assert_uint_eq(r.sp.sport_max, cases[i].max);
		format_proto(proto, sizeof(proto), r.sp.proto);
		format_ports(ports, sizeof(ports), &r.sp);
		snprintf(text, sizeof(text), " proto %s%s", proto, ports);
		ck_assert_str_eq(text, cases[i].shown ? cases[i].shown : cases[i].words);
	}
	fine("sp add dev svti1 dir out proto tcp sport 1-2 dport opaque");
	format_ports(line, sizeof(line), &r.sp);
	ck_assert_str_eq(line, " sport 1-2 dport opaque");
	fine("sp add dev svti1 dir out proto icmp sport 1 dport 2");
	format_ports(line, sizeof(line), &r.sp);
	ck_assert_str_eq(line, " sport 1 dport 2");
	fine("sp add dev svti1 dir out proto icmp sport 1 dport 1");
	format_ports(line, sizeof(line), &r.sp);
	ck_assert_str_eq(line, " type 0 code 1");
	fine("sp add dev svti1 dir out proto tcp");
	format_ports(line, sizeof(line), &r.sp);
	ck_assert_str_eq(line, "");
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
	fine("batch - --json");
	ck_assert_int_eq(r.command, BATCH);
	ck_assert_str_eq(r.file, "-");
	fine("monitor --json dev svti1");
	ck_assert_int_eq(r.command, MONITOR);
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_test(tc, test_sa_add);
	tcase_add_test(tc, test_algorithms);
	tcase_add_test(tc, test_sa_pair);
	tcase_add_test(tc, test_sa_set);
	tcase_add_test(tc, test_key_wiped);
	tcase_add_test(tc, test_keys_refused);
	tcase_add_test(tc, test_algorithms_refused);
	tcase_add_test(tc, test_values_refused);
	tcase_add_test(tc, test_grammar_refused);
	tcase_add_test(tc, test_policies);
	tcase_add_test(tc, test_ports);
	tcase_add_test(tc, test_show_filters);
	tcase_add_test(tc, test_options);
}

int main(void)
{
	return unit_run("svtictl", add);
}
