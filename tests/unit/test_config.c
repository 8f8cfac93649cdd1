// SPDX-License-Identifier: GPL-2.0-or-later
/* keyd.conf: what is understood, what every mistake is called, and that nothing is half taken. */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>

#include "config/config.h"
#include "crypto/alg.h"
#include "crypto/prf.h"
#include "unit/made.h"
#include "unit/unit.h"

static struct config_errors errors;

/* What most connections of a test have. */
#define PSK "interface = svti1 local-address = 192.168.0.1 secret = 'some secret' "
#define CHILD "child net { } "
#define BARE "connection a { interface = x local-address = 10.0.0.1 "
#define BARE_CERT "connection a { interface = x method = cert "
#define CONN(rest) "connection a { " PSK rest CHILD "}\n"

static struct config *load(const char *text)
{
	return config_load(made_text("keyd.conf", text, 0600), &errors);
}

static struct config *loaded(const char *text)
{
	struct config *config = load(text);

	ck_assert_msg(config, "%s", errors.text[0]);
	ck_assert_uint_eq(errors.count, 0);
	return config;
}

/* The file is refused, and one of its errors has @place ("3:") and @clause. */
static void ck_error(const char *text, const char *place, const char *clause)
{
	struct config *config = load(text);
	char want[64];

	snprintf(want, sizeof(want), "/keyd.conf:%s ", place);
	ck_assert_msg(!config, "taken: %s", text);
	ck_assert_uint_gt(errors.count, 0);
	for (unsigned int i = 0; i < errors.count && i < CONFIG_ERRORS_MAX; i++)
		if (strstr(errors.text[i], want) && strstr(errors.text[i], clause))
			return;
	ck_abort_msg("wanted \"%s\" \"%s\", got \"%s\" for %s", place, clause, errors.text[0], text);
}

static const char *shown(const struct ident *id)
{
	static char buf[2][IDENT_STRLEN];
	static int turn;

	turn = !turn;
	return ident_format(id, buf[turn]);
}

static const char *text_of(const struct addr *a)
{
	static char buf[ADDR_STRLEN];

	return addr_format(a, buf);
}

START_TEST(test_defaults)
{
	struct config *config = loaded(CONN(""));
	const struct ike_conn_conf *c = config->conn;
	struct ike_proposals want;
	char got[2048], text[2048];

	ck_assert_uint_eq(config->count, 1);
	ck_assert_str_eq(config->control_socket, "/run/svti/keyd.sock");
	ck_assert_int_eq(config->log_level, -1);
	ck_assert_uint_eq(config->limits.cookie_threshold, 10);
	ck_assert_uint_eq(config->limits.block_threshold, 5);
	ck_assert_uint_eq(config->limits.half_open_max, 0);
	ck_assert_str_eq(c->name, "a");
	ck_assert_str_eq(c->interface, "svti1");
	ck_assert_int_eq(c->peer.family, AF_UNSPEC);
	ck_assert(!c->initiator);
	ck_assert_int_eq(c->method, IKE_AUTH_BY_PSK);
	ck_assert_uint_eq(c->dpd_delay, 30);
	ck_assert_int_eq(c->local_id.type, IDENT_IPV4);
	ck_assert_str_eq(shown(&c->local_id), "192.168.0.1");
	ck_assert_int_eq(c->remote_id.type, IDENT_ANY);
	ck_assert_str_eq(c->child.name, "net");
	ck_assert_uint_eq(c->child.local.count, 2);
	ck_assert_str_eq(text_of(&c->child.local.ts[0].min), "0.0.0.0");
	ck_assert_str_eq(text_of(&c->child.local.ts[1].min), "::");
	ck_assert_str_eq(text_of(&c->child.remote.ts[0].max), "255.255.255.255");
	ck_assert_uint_eq(c->child.remote.ts[0].port_max, 65535);
	ike_proposals_default(&want, IKE_PROTO_IKE);
	ike_proposals_format(&want, text, sizeof(text));
	ike_proposals_format(&c->ike, got, sizeof(got));
	ck_assert_str_eq(got, text);
	config_free(config);
}
END_TEST

START_TEST(test_everything)
{
	struct config *config = loaded(
		"# a comment\ncontrol-socket = /run/x.sock /* two\nlines */ log-level = debug // end\n"
		"cookie-threshold = always\nblock-threshold = 0\ninit-limit-half-open = 100\n"
		"connection ipsec-1.a_b {\n"
		"  description = \"Site-to-site # no comment\"\n"
		"  interface = svti2\n  local-address = 192.168.0.1\n  peer = 192.168.0.2\n"
		"  initiator = yes\n udp-encap = on\n  method = psk\n  secret = 0x00112233445566778899aabbccddeeff\n"
		"  local-id = \"CN=a\\, b, O=Example\"\n  remote-id = 'O=Example, CN=*'\n"
		"  ike = \"aes128gcm16-prfsha256-x25519, aes256-sha256-ecp256\"\n  dpd-delay = 5m\n"
		"  child net {\n    esp = aes256gcm16\n"
		"    local-subnet = { 10.1.0.0/16,\n  10.3.0.0/24 }\n"
		"    remote-subnet = 10.2.0.1\n  }\n}\n");
	const struct ike_conn_conf *c = config->conn;
	uint8_t out[KEYS_AUTH_MAX], want[PRF_LEN_MAX];
	size_t len;

	ck_assert_str_eq(config->control_socket, "/run/x.sock");
	ck_assert_int_eq(config->log_level, LOG_LEVEL_DEBUG);
	ck_assert_uint_eq(config->limits.cookie_threshold, IKE_COOKIE_ALWAYS);
	ck_assert_uint_eq(config->limits.block_threshold, 0);
	ck_assert_uint_eq(config->limits.half_open_max, 100);
	ck_assert_str_eq(c->name, "ipsec-1.a_b");
	ck_assert_str_eq(c->description, "Site-to-site # no comment");
	ck_assert(c->initiator);
	ck_assert(c->udp_encap);
	ck_assert_str_eq(text_of(&c->peer), "192.168.0.2");
	ck_assert_uint_eq(c->dpd_delay, 300);
	ck_assert_str_eq(shown(&c->local_id), "CN=a\\, b, O=Example");
	ck_assert_str_eq(shown(&c->remote_id), "O=Example, CN=*");
	ck_assert_uint_eq(c->ike.count, 2);
	ck_assert_uint_eq(c->child.esp.count, 1);
	ck_assert_uint_eq(c->child.local.count, 2);
	ck_assert_str_eq(text_of(&c->child.local.ts[1].max), "10.3.0.255");
	ck_assert_str_eq(text_of(&c->child.remote.ts[0].min), "10.2.0.1");
	ck_assert_str_eq(text_of(&c->child.remote.ts[0].max), "10.2.0.1");
	ck_assert(!keys_psk_auth(config->keys, c->name, ALG_PRF_HMAC_SHA2_256, BYTES_NONE, out, &len));
	prf_psk_auth(ALG_PRF_HMAC_SHA2_256, hex("00112233445566778899aabbccddeeff"), BYTES_NONE, want);
	ck_assert_mem_eq(out, want, 32);
	config_free(config);
}
END_TEST

/* The secret is taken as it is written: no variables, no escapes but \" and \\. */
START_TEST(test_secrets)
{
	static const struct {
		const char *written, *meant;
	} rows[] = {
		{ "'pa${HOME}ss'", "pa${HOME}ss" },
		{ "\"pa${HOME}ss\"", "pa${HOME}ss" },
		{ "${HOME}ss", NULL },
		{ "\"a\\nb\\x41\\\\\\\"'#,=\"", "a\\nb\\x41\\\"'#,=" },
		{ "'a\\nb\\\\c\"d'", "a\\nb\\\\c\"d" },
		{ "unquoted/key*", "unquoted/key*" },
		{ "0sZ29vZCBzZWNyZXQh", "good secret!" },
		{ "0x676f6f6420736563726574", "good secret" },
		{ "'with some spaces'", "with some spaces" },
		{ "123456789012345678901234567890123456789012345678901234567890123",
		  "123456789012345678901234567890123456789012345678901234567890123" },
	};
	char text[512];

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		uint8_t out[KEYS_AUTH_MAX], want[PRF_LEN_MAX];
		struct config *config;
		size_t len;

		snprintf(text, sizeof(text), BARE " "
			 "secret = %s child b { } }\n", rows[i].written);
		if (!rows[i].meant) {
			ck_assert_ptr_null(load(text));
			continue;
		}
		config = loaded(text);
		ck_assert(!keys_psk_auth(config->keys, "a", ALG_PRF_HMAC_SHA2_256, BYTES_NONE, out, &len));
		prf_psk_auth(ALG_PRF_HMAC_SHA2_256, bytes_of(rows[i].meant, strlen(rows[i].meant)),
			     BYTES_NONE, want);
		ck_assert_msg(!memcmp(out, want, 32), "%s", rows[i].written);
		config_free(config);
	}
}
END_TEST

static const struct {
	const char *text, *place, *clause;
} mistakes[] = {
	/* keys */
	{ "connection a {\n descripton = x\n" PSK CHILD "}", "2:", "did you mean description?" },
	{ "connection a {\n\n\n locall-address = x\n}", "4:", "did you mean local-address?" },
	{ "connection a {\n xyzzy = x\n}", "2:", "unknown key xyzzy" },
	{ "connection a {\n local-subnet = 10.0.0.0/8\n}", "2:", "stands in a child" },
	{ "connection a {\n child b {\n peer = 1.2.3.4\n}}", "3:", "stands in a connection" },
	{ "/* two\nlines */ peer = 1.2.3.4\n", "2:", "stands in a connection" },
	{ "connection a {\n revocation = strict\n}", "2:", "revocation comes with a later release" },
	{ "connection a {\n reauth-time = 3d\n}", "2:", "later release" },
	{ "connection a {\n udp-encap = maybe\n}", "2:", "udp-encap = maybe: " },
	{ "connection a {\n version = 1\n}", "2:", "IKEv2 only" },
	{ "connection a { child b {\n mode = transport\n} }", "2:", "later release" },
	{ "template t {\n x = 1\n}", "1:", "template comes with a later release" },
	{ "conection a {\n}", "1:", "write connection NAME" },
	{ "connection a {\n childs b { }\n}", "2:", "write child NAME" },
	{ "connection a { child b {\n child c { } } }", "2:", "a child has no sections" },
	{ "connection a {\n peer = 1.2.3.4\n peer = 1.2.3.5\n}", "3:", "already there in line 2" },
	{ "connection a { child b {\n local-subnet = any\n local-subnet = any\n} }", "3:", "already" },
	/* form */
	{ "connection {\n}", "1:", "write connection NAME" },
	{ "connection a b {\n}", "1:", "write connection NAME" },
	{ "connection a {\n", "2:", "ends inside of a section" },
	{ "connection a { }\n}\n", "2:", "} without its {" },
	{ "connection a {\n description = \"x\n}", "2:", "not closed on its line" },
	{ "connection a {\n description = 'x\n}", "2:", "not closed on its line" },
	{ "connection a {\n /* x\n}", "2:", "not closed" },
	{ "connection a {\n local-id = CN=alice\n}", "2:", "in quotes" },
	{ "connection a {\n peer 1.2.3.4\n}", "2:", "in quotes" },
	{ "connection a {\n peer = {1.2.3.4}\n}", "2:", "" },
	{ "connection a {\n description = a+b\n}", "2:", "in quotes only" },
	{ "connection a {\n description = \x01\n}", "2:", "control character" },
	{ "connection a { " PSK CHILD "}\n\nconnection a { " PSK CHILD "}\n", "3:",
	  "connection a: is already there in line 1 of" },
	{ "include(\"nothing\")", "1:", "No such file" },
	{ "\ninclude(a, b)", "2:", "write include(" },
	/* values */
	{ "control-socket = keyd.sock\n", "1:", "absolute path" },
	{ "cookie-threshold = some\n", "1:", "write a number from 0 (no limit) to 1000000, or always" },
	{ "block-threshold = always\n", "1:", "write a number from 0" },
	{ "init-limit-half-open = 1000001\n", "1:", "write a number from 0" },
	{ "\nlog-level = loud\n", "2:", "write error, warning, info or debug" },
	{ "connection a\xc3\xa5 { " PSK CHILD "}", "1:", "letters, digits" },
	{ "connection \"a b\" { " PSK CHILD "}", "1:", "letters, digits" },
	{ "connection a123456789012345678901234567890123456789012345678901234567890123 { " PSK CHILD
	  "}", "1:", "1 to 63" },
	{ CONN("child other { } "), "1:", "later release" },
	{ "connection a { " PSK "}", "1:", "has no child" },
	{ "connection a { " PSK "child \"a b\" { } }", "1:", "letters, digits" },
	{ "connection a { local-address = 10.0.0.1 secret = 'some secret' " CHILD "}", "1:",
	  "has no interface" },
	{ "connection a { interface = a234567890123456 local-address = 10.0.0.1 }", "1:", "1 to 15" },
	{ "connection a { interface = .. }", "1:", "1 to 15" },
	{ "connection a { interface = \"a/b\" }", "1:", "letters, digits" },
	{ CONN("\n\npeer = 192.168.0.300 "), "3:",
	  "connection a: peer = 192.168.0.300: not an IP address; write e.g. 192.168.0.1" },
	{ CONN("\npeer = bob.example.com "), "2:", "not an IP address" },
	{ CONN("peer = ''"), "1:", "not an IP address" },
	{ CONN("peer = 2001:db8::1 "), "1:", "of another family than the local address" },
	{ CONN("peer = fe80::1 "), "1:", "a link-local address" },
	{ CONN("peer = ::ffff:192.168.0.2 "), "1:", "an IPv4 address in IPv6 form" },
	{ CONN("peer = ff02::1 "), "1:", "not the address of one host" },
	{ CONN("peer = :: "), "1:", "not the address of one host" },
	{ CONN("peer = 2001:db8::g "), "1:", "not an IP address" },
	{ CONN("peer = 192.168.0.1 "), "1:", "is the local address" },
	{ CONN("initiator = maybe "), "1:", "write true or false" },
	{ CONN("\ninitiator = true "), "2:", "write peer = ADDRESS" },
	{ CONN("initiator = true peer = any "), "1:", "write peer = ADDRESS" },
	{ "connection a { interface = x peer = 10.0.0.2 initiator = on secret = 'some secret' " CHILD "}",
	  "1:", "write local-address = ADDRESS" },
	{ "connection a { interface = x secret = 'some secret' " CHILD "}", "1:", "has no identity" },
	{ CONN("dpd-delay = 3w "), "1:", "write a time such as" },
	{ CONN("dpd-delay = m "), "1:", "write a time such as" },
	{ CONN("dpd-delay = 99999999999 "), "1:", "write a time such as" },
	{ CONN("dpd-delay = 400d "), "1:", "longer than 366d" },
	{ CONN("ike = aes128-md5-modp768 "), "1:", "ike = aes128-md5-modp768: " },
	{ CONN("method = eap "), "1:", "write psk or cert" },
	{ CONN("local-id = any "), "1:", "without a wildcard" },
	{ CONN("local-id = *.example.com "), "1:", "without a wildcard" },
	{ CONN("remote-id = 'nonsense=x' "), "1:", "unknown attribute" },
	{ CONN("certificate = alice "), "1:", "belongs to method = cert" },
	{ CONN("ca = root-b "), "1:", "belongs to method = cert" },
	{ BARE CHILD "}", "1:", "needs secret" },
	{ BARE "\n secret = short " CHILD "}", "2:", "8 to 63" },
	{ BARE "secret = 0x0011 " CHILD "}", "1:", "8 to 64" },
	{ BARE "secret = 0xyz " CHILD "}", "1:", "not hex" },
	{ BARE "secret = 0s!! " CHILD "}", "1:", "not base64" },
	{ BARE "secret = 'gr\xc3\xbc\xc3\x9f gott' " CHILD "}",
	  "1:", "ASCII" },
	/* subnets */
	{ "connection a { " PSK "child b {\n local-subnet = 10.1.0.5/24\n} }", "2:", "bits set behind" },
	{ "connection a { " PSK "child b {\n local-subnet = 10.1.0.0/33\n} }", "2:", "0 to 32" },
	{ "connection a { " PSK "child b {\n local-subnet = 10.1.0.0/\n} }", "2:", "0 to 32" },
	{ "connection a { " PSK "child b {\n local-subnet = '10.1.0.0 255.0.255.0'\n} }", "2:",
	  "netmask" },
	{ "connection a { " PSK "child b {\n local-subnet = fd00::/129\n} }", "2:", "0 to 128" },
	{ "connection a { " PSK "child b {\n local-subnet = fd00::1/127\n} }", "2:", "bits set behind" },
	{ "connection a { " PSK "child b {\n local-subnet = 'fd00:: ffff::'\n} }", "2:", "not a subnet" },
	{ "connection a { " PSK "child b {\n local-subnet = net\n} }", "2:", "not a subnet" },
	{ "connection a { " PSK "child b {\n local-subnet = {1.1.1.1,1.1.1.1,1.1.1.1,1.1.1.1,1.1.1.1,"
	  "1.1.1.1,1.1.1.1,1.1.1.1,1.1.1.1,1.1.1.1,1.1.1.1,1.1.1.1,1.1.1.1,1.1.1.1,1.1.1.1,1.1.1.1,"
	  "1.1.1.1}\n} }", "2:", "17 subnets" },
#define TS(text) "connection a { " PSK "child b {\n local-subnet = '" text "'\n} }", "2:"
	{ TS("10.1.0.0/16[udp/53"), "not closed" },
	{ TS("10.1.0.0/16[udp/53]x"), "not closed" },
	{ TS("10.1.0.0/16[udp]53]"), "behind the bracket" },
	{ TS("10.1.0.0/16[]"), "not a protocol" },
	{ TS("10.1.0.0/16[udb]"), "not a protocol" },
	{ TS("10.1.0.0/16[256]"), "not a protocol" },
	{ TS("10.1.0.0/16[0]"), "not a protocol" },
	{ TS("10.1.0.0/16[99999999999999999999]"), "not a protocol" },
	{ TS("10.1.0.0/16[any/53]"), "ports need a protocol" },
	{ TS("10.1.0.0/16[udp/]"), "write a port" },
	{ TS("10.1.0.0/16[udp/65536]"), "write a port" },
	{ TS("10.1.0.0/16[udp/9-8]"), "write a port" },
	{ TS("10.1.0.0/16[udp/domain]"), "write a port" },
	{ TS("10.1.0.0/16[udp/opaque-9]"), "write a port" },
	{ TS("10.1.0.0/16[gre/9]"), "has no ports" },
	{ TS("10.1.0.0/16[icmp/echo]"), "the type is not" },
	{ TS("10.1.0.0/16[icmp/8-300]"), "the type is not" },
	{ TS("10.1.0.0/16[icmp/256:1]"), "the type is not" },
	{ TS("10.1.0.0/16[icmp/3:]"), "the code is not" },
	{ TS("10.1.0.0/16[icmp/3:256]"), "the code is not" },
	{ TS("10.1.0.0/16[icmp/3,4]"), "perhaps a code" },
	{ TS("10.1.0.0/16[mh/3:1]"), "only icmp" },
	{ TS("[udp/53]"), "not a subnet" },
	{ TS("10.1.0.5/24[udp/53]"), "bits set behind" },
#undef TS
	{ "connection a { " PSK "child b {\n esp = nonsense\n} }", "2:", "esp = nonsense: " },
	/* pairs */
	{ CONN("") "connection b { interface = x local-address = 192.168.0.1 secret = 'another one' "
	  CHILD "}\n", "2:",
	  "connection b: has the identities and addresses of connection a but another secret" },
	{ CONN("local-id = x ") "connection b { interface = x local-address = 192.168.0.1 "
	  "local-id = X secret = 'another one' " CHILD "}\n", "2:", "another secret" },
};

START_TEST(test_mistakes)
{
	ck_error(mistakes[_i].text, mistakes[_i].place, mistakes[_i].clause);
	/* no error gives the secret away */
	for (unsigned int i = 0; i < errors.count && i < CONFIG_ERRORS_MAX; i++)
		ck_assert_ptr_null(strstr(errors.text[i], "some secret"));
}
END_TEST

START_TEST(test_subnet_forms)
{
	struct config *config = loaded("connection a { " PSK "child b { local-subnet = "
				       "'10.1.0.0 255.255.0.0' remote-subnet = any } }");

	ck_assert_str_eq(text_of(&config->conn->child.local.ts[0].max), "10.1.255.255");
	ck_assert_str_eq(text_of(&config->conn->child.remote.ts[0].max), "255.255.255.255");
	ck_assert_str_eq(text_of(&config->conn->child.remote.ts[1].max),
			 "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff");
	ck_assert_uint_eq(config->conn->child.remote.count, 2);
	config_free(config);
	config = loaded("connection a { interface = x local-address = 2001:db8::1 peer = 2001:db8::2 "
			"secret = 'some secret' child b { local-subnet = 2001:db8:1::/49 "
			"remote-subnet = {fd00::7, 10.0.0.0/8} } }");
	ck_assert_str_eq(text_of(&config->conn->child.local.ts[0].min), "2001:db8:1::");
	ck_assert_str_eq(text_of(&config->conn->child.local.ts[0].max),
			 "2001:db8:1:7fff:ffff:ffff:ffff:ffff");
	ck_assert_str_eq(text_of(&config->conn->child.remote.ts[0].max), "fd00::7");
	ck_assert_str_eq(text_of(&config->conn->child.remote.ts[1].max), "10.255.255.255");
	ck_assert_str_eq(text_of(&config->conn->peer), "2001:db8::2");
	config_free(config);
}
END_TEST

/* Protocol and ports as swanctl writes them, RFC 7296 3.13.1. */
START_TEST(test_selector_forms)
{
	static const struct {
		const char *text;
		uint8_t proto;
		uint16_t min, max;
	} forms[] = {
		{ "10.1.0.0/16[udp/53]", 17, 53, 53 },
		{ "10.1.0.0/16[17/0-1023]", 17, 0, 1023 },
		{ "10.1.0.0/16[tcp]", 6, 0, 65535 },
		{ "10.1.0.0/16[tcp/any]", 6, 0, 65535 },
		{ "10.1.0.0/16[any]", 0, 0, 65535 },
		{ "10.1.0.0/16[255]", 255, 0, 65535 },
		{ "10.1.0.0/16[udp/opaque]", 17, 65535, 0 },
		{ "10.1.0.0/16[icmp/opaque]", 1, 65535, 0 },
		{ "10.1.0.0/16[gre/opaque]", 47, 65535, 0 },
		{ "10.1.0.0/16[icmp/8]", 1, 0x800, 0x8ff },
		{ "10.1.0.0/16[icmp/0]", 1, 0, 0xff },
		{ "10.1.0.0/16[icmp/0-255]", 1, 0, 0xffff },
		{ "10.1.0.0/16[icmp/3:4]", 1, 0x304, 0x304 },
		{ "10.1.0.0/16[icmpv6/1-4:0-7]", 58, 0x100, 0x407 },
		{ "10.1.0.0/16[icmp/2048]", 1, 0x800, 0x800 },
		{ "10.1.0.0/16[icmp/768-780]", 1, 0x300, 0x30c },
		{ "10.1.0.0/16[mh/5-7]", 135, 0x500, 0x700 },
	};

	for (size_t i = 0; i < COUNT_OF(forms); i++) {
		char text[512];
		struct config *config;
		const struct wire_ts *ts;

		snprintf(text, sizeof(text),
			 "connection a { " PSK "child b { local-subnet = %s } }", forms[i].text);
		config = loaded(text);
		ts = &config->conn->child.local.ts[0];
		ck_assert_str_eq(text_of(&ts->max), "10.1.255.255");
		ck_assert_msg(ts->proto == forms[i].proto && ts->port_min == forms[i].min &&
				      ts->port_max == forms[i].max,
			      "%s: %u %u-%u", forms[i].text, ts->proto, ts->port_min, ts->port_max);
		config_free(config);
	}
}
END_TEST

/* Different identities, or one secret for all of them, are no mistake. */
START_TEST(test_pairs)
{
	config_free(loaded(CONN("remote-id = x ") "connection b { interface = x remote-id = y "
			   "local-address = 192.168.0.1 secret = 'another one' " CHILD "}\n"));
	config_free(loaded(CONN("") "connection b { " PSK CHILD "}\n"));
	config_free(loaded(CONN("peer = 10.0.0.1 ") "connection b { interface = x peer = 10.0.0.2 "
			   "local-address = 192.168.0.1 secret = 'another one' " CHILD "}\n"));
}
END_TEST

START_TEST(test_many_errors)
{
	char text[4096];
	size_t len = (size_t)sprintf(text, "connection a {\n");

	for (int i = 0; i < 2 * CONFIG_ERRORS_MAX; i++)
		len += (size_t)sprintf(text + len, "  unknown%d = 1\n", i);
	sprintf(text + len, "}\n");
	ck_assert_ptr_null(load(text));
	ck_assert_uint_eq(errors.count, 2 * CONFIG_ERRORS_MAX);
	ck_assert_ptr_nonnull(strstr(errors.text[CONFIG_ERRORS_MAX - 1], "unknown31"));
}
END_TEST

START_TEST(test_include)
{
	struct config *config;

	made_text("conf.d/20-b.conf", "connection b { " PSK "local-id = b " CHILD "}", 0600);
	made_text("conf.d/10-a.conf", "connection a { " PSK "local-id = a " CHILD "}", 0600);
	made_text("conf.d/README", "connection", 0600);
	made_text("conf.d/.30-c.conf", "connection", 0600);
	config = loaded("include(\"conf.d\")\nlog-level = info\nconnection main { " PSK CHILD "}");
	ck_assert_uint_eq(config->count, 3);
	ck_assert_str_eq(config->conn[0].name, "main");
	ck_assert_str_eq(config->conn[1].name, "a");
	ck_assert_str_eq(config->conn[2].name, "b");
	config_free(config);
	/* a mistake has the name of its file; one that includes itself ends */
	made_text("conf.d/20-b.conf", "connection b {\n peer = x " PSK CHILD "}", 0600);
	ck_assert_ptr_null(load("\n\ninclude(\"conf.d\")\n"));
	ck_assert_ptr_nonnull(strstr(errors.text[0], "/conf.d/20-b.conf:2: connection b: peer = x"));
	made_text("conf.d/20-b.conf", "include(\"conf.d\")", 0600);
	ck_assert_ptr_null(load("include(\"conf.d\")"));
	ck_assert_ptr_nonnull(strstr(errors.text[0], "included twice"));
}
END_TEST

START_TEST(test_files)
{
	config_free(loaded(""));
	config_free(loaded("# nothing\n"));
	ck_assert_ptr_null(config_load("/nonexistent/keyd.conf", &errors));
	ck_assert_ptr_nonnull(strstr(errors.text[0], "/nonexistent/keyd.conf:1: cannot be read"));
	ck_assert_ptr_null(config_load(made_dir(), &errors));
	ck_assert_ptr_null(config_load(made_file("nul", bytes_of("a\0b", 3), 0600), &errors));
	config_free(NULL);
}
END_TEST

static struct made root_b, int_a, alice;

static void make_certificates(void)
{
	struct made root_a = made(&(struct made_spec){ .dn = "CN=root-a", .ca = true }, NULL);

	int_a = made(&(struct made_spec){ .dn = "CN=int-a", .key = 1, .ca = true }, &root_a);
	alice = made(&(struct made_spec){ .dn = "CN=alice,O=Example", .key = 2,
					  .dns = "alice.example.com" }, &int_a);
	root_b = made(&(struct made_spec){ .dn = "CN=root-b", .key = 3, .ca = true }, NULL);
}

#define LIST(...) (const struct made *const[]){ __VA_ARGS__ }
#define CERT(rest) BARE "method = cert " \
	"certificate = alice\n ca = root-b\n " rest CHILD "}\n"

static void write_labels(void)
{
	made_pem("certs/alice.pem", LIST(&alice), 1);
	made_pem("certs/int-a.crt", LIST(&int_a), 1);
	made_key_pem("private/alice.pem", alice.key);
	made_pem("ca/root-b.pem", LIST(&root_b), 1);
}

START_TEST(test_certificates)
{
	struct bytes cert[IKE_CERTS_MAX];
	uint8_t hash[20], out[KEYS_AUTH_MAX], method;
	char sentence[KEYS_WHY_MAX];
	struct config *config;
	size_t len;

	write_labels();
	config = loaded(CERT("") "connection b { interface = x method = cert certificate = alice "
			     "ca = root-b local-id = ALICE.example.com " CHILD "}\n");
	ck_assert_int_eq(config->conn->method, IKE_AUTH_BY_CERT);
	ck_assert_str_eq(config->conn->certificate, "alice");
	ck_assert_str_eq(config->conn->ca, "root-b");
	ck_assert_str_eq(shown(&config->conn->local_id), "O=Example, CN=alice");
	ck_assert_int_eq(config->conn[1].local_id.type, IDENT_FQDN);
	ck_assert(!pki_anchor_key_hash(config->pki, "root-b", hash));
	ck_assert_mem_eq(config->conn->ca_key_hash, hash, 20);
	ck_assert_mem_eq(config->conn[1].ca_key_hash, hash, 20);
	ck_assert_int_eq(pki_chain(config->pki, "alice", cert), 2); /* completed from certs/ */
	ck_bytes_eq(cert[1], int_a.der);
	ck_assert(!keys_sign(config->keys, "alice", 0, BYTES_NONE, &method, out, &len, sentence));
	config_free(config);
	/* a subject in text goes out in the octets of the certificate */
	config = loaded(CERT("local-id = 'O=EXAMPLE,   cn=Alice' "));
	ck_assert_str_eq(shown(&config->conn->local_id), "O=Example, CN=alice");
	config_free(config);
}
END_TEST

START_TEST(test_absolute_labels)
{
	char text[1024];
	struct config *config;

	write_labels();
	snprintf(text, sizeof(text), BARE_CERT "certificate = %s/certs/"
		 "alice.pem ca = %s/ca/root-b.pem " CHILD "}", made_dir(), made_dir());
	config = loaded(text);
	ck_assert_str_eq(shown(&config->conn->local_id), "O=Example, CN=alice");
	config_free(config);
	made_file("other/x.der", alice.der, 0644);
	snprintf(text, sizeof(text), BARE_CERT "certificate = %s/other/"
		 "x.der ca = root-b " CHILD "}", made_dir());
	ck_error(text, "1:", "no private key; tried ");
	made_key_pem("other/x.key", alice.key);
	config_free(loaded(text));
}
END_TEST

START_TEST(test_certificate_mistakes)
{
	struct made eve = made(&(struct made_spec){ .dn = "", .key = 2, .dns = "eve" }, &int_a);

	write_labels();
	ck_error(CERT("local-id = alice "), "3:", "local-id = alice: not in certificate alice; write its "
		 "subject \"O=Example, CN=alice\"");
	ck_error(CERT("local-id = 'CN=alice, O=Example' "), "3:", "not in certificate");
	ck_error(CERT("secret = 'some secret' "), "3:", "belongs to method = psk");
	ck_error(BARE_CERT "ca = root-b " CHILD "}", "1:",
		 "needs certificate = LABEL");
	ck_error(BARE_CERT "certificate = alice " CHILD "}", "1:",
		 "needs ca = LABEL");
	ck_error(BARE_CERT "\n certificate = nobody ca = root-b " CHILD "}",
		 "2:", "certificate = nobody: no such certificate; tried ");
	ck_assert_ptr_nonnull(strstr(errors.text[0], "/certs/nobody.pem, "));
	ck_assert_ptr_nonnull(strstr(errors.text[0], "/certs/nobody.der"));
	ck_error(BARE_CERT "certificate = alice\n ca = nobody " CHILD "}",
		 "2:", "ca = nobody: no such CA certificate; tried ");
	ck_error(BARE_CERT "certificate = ../alice ca = root-b " CHILD "}",
		 "1:", "label of a file or an absolute path");
	ck_error(BARE_CERT "certificate = alice ca = a/b " CHILD "}",
		 "1:", "label of a file or an absolute path");
	/* who the peer is could not be told from what it shows */
	made_pem("ca/root-a.pem", LIST(&int_a), 1);
	ck_error(CERT("") "connection b { interface = x local-address = 10.0.0.1 method = cert "
		 "certificate = alice ca = root-a " CHILD "}\n", "4:",
		 "has the identities and addresses of connection a but another ca");
	/* a key of somebody else, one that others may read, none */
	made_key_pem("private/alice.pem", made_key(MADE_P256, 1));
	ck_error(CERT(""), "1:", "not the key of the certificate");
	ck_assert_ptr_nonnull(strstr(errors.text[0], "/private/alice.pem"));
	made_key_pem("private/alice.pem", alice.key);
	ck_assert(!chmod(made_key_pem("private/alice.pem", alice.key), 0644));
	ck_error(CERT(""), "1:", "chmod 600 ");
	ck_assert(!remove(made_key_pem("private/alice.pem", alice.key)));
	ck_error(CERT(""), "1:", "no private key; tried ");
	/* broken files */
	write_labels();
	made_text("certs/alice.pem", "junk", 0644);
	ck_error(CERT(""), "1:", "holds no certificate");
	write_labels();
	made_pem("ca/root-b.pem", LIST(&root_b, &int_a), 2);
	ck_error(CERT(""), "2:", "holds 2 certificates");
	write_labels();
	made_pem("certs/alice.pem", LIST(&eve), 1);
	ck_error(CERT(""), "1:", "its subject is empty");
	config_free(loaded(CERT("local-id = eve ")));
}
END_TEST

/* Every error of every connection comes in one go, with its own line. */
START_TEST(test_all_at_once)
{
	ck_assert_ptr_null(load("connection a {\n interface = x\n peer = y\n dpd-delay = z\n}\n"
				"connection b {\n secret = x\n child c {\n  esp = q\n }\n}\n"));
	ck_error("connection a {\n interface = x\n peer = y\n dpd-delay = z\n}\n"
		 "connection b {\n secret = x\n child c {\n  esp = q\n }\n}\n", "9:", "connection b: esp = q");
	ck_assert_uint_ge(errors.count, 7);
}
END_TEST

/* 5,000 connections load in seconds, under the sanitizers too. */
START_TEST(test_scale)
{
	enum { N = 5000 };
	char *text = malloc(N * 160);
	struct config *config;
	size_t len = 0;

	for (int i = 0; i < N; i++)
		len += (size_t)sprintf(text + len, "connection c%d {\n interface = svti1\n local-address = "
				       "10.0.0.1\n peer = 10.1.%d.%d\n secret = \"secret %d\"\n child n { }\n}\n",
				       i, i / 250, i % 250, 10000 + i);
	config = loaded(text);
	ck_assert_uint_eq(config->count, N);
	ck_assert_str_eq(config->conn[N - 1].name, "c4999");
	config_free(config);
	free(text);
}
END_TEST

/* No octet of a good file, changed or cut off, does more than give an error. */
START_TEST(test_mutated)
{
	static const char good[] = "control-socket = '/x'\nconnection a { " PSK "local-id = \"CN=x\" "
				   "child n { local-subnet = {10.0.0.0/8, any} } } # end\n";
	static const char puts[] = "\"'{}=,+#/\\(*\n\0 x";
	char text[sizeof(good)];
	const char *path;

	for (size_t i = 0; i < sizeof(good) - 1; i++)
		for (size_t j = 0; j < sizeof(puts); j += 1 + i % 3) {
			memcpy(text, good, sizeof(good));
			text[i] = puts[j];
			path = made_file("m.conf", bytes_of(text, sizeof(good) - 1 - (j ? 0 : i)), 0600);
			config_free(config_load(path, &errors));
		}
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_unchecked_fixture(tc, make_certificates, NULL);
	tcase_add_test(tc, test_defaults);
	tcase_add_test(tc, test_everything);
	tcase_add_test(tc, test_secrets);
	tcase_add_loop_test(tc, test_mistakes, 0, COUNT_OF(mistakes));
	tcase_add_test(tc, test_subnet_forms);
	tcase_add_test(tc, test_selector_forms);
	tcase_add_test(tc, test_pairs);
	tcase_add_test(tc, test_many_errors);
	tcase_add_test(tc, test_include);
	tcase_add_test(tc, test_files);
	tcase_add_test(tc, test_certificates);
	tcase_add_test(tc, test_absolute_labels);
	tcase_add_test(tc, test_certificate_mistakes);
	tcase_add_test(tc, test_all_at_once);
	tcase_add_test(tc, test_scale);
	tcase_add_test(tc, test_mutated);
}

int main(void)
{
	return unit_run("config", add);
}
