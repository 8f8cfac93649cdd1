// SPDX-License-Identifier: GPL-2.0-or-later
/* Identities: parsed, taken from the wire, compared, matched, written. */
#include <check.h>
#include <errno.h>
#include <gnutls/x509.h>
#include <stdlib.h>

#include "base/dn.h"
#include "base/ident.h"

static struct ident parsed(const char *text)
{
	struct ident id;
	const char *why;

	ck_assert_msg(!ident_parse(&id, text, &why), "%s: %s", text, why);
	return id;
}

static bool equal(const char *a, const char *b)
{
	struct ident x = parsed(a), y = parsed(b);
	bool r = ident_equal(&x, &y);

	ck_assert_int_eq(r, ident_equal(&y, &x));
	ident_free(&x);
	ident_free(&y);
	return r;
}

static int match(const char *pattern, const char *id)
{
	struct ident x = parsed(pattern), y = parsed(id);
	int r = ident_match(&x, &y);

	ident_free(&x);
	ident_free(&y);
	return r;
}

static const struct {
	const char *text;
	int type; /* -1: refused */
	const char *shown; /* NULL: as the text */
} forms[] = {
	{ "any", IDENT_ANY, NULL },
	{ "%any", IDENT_ANY, "any" },
	{ "192.168.0.1", IDENT_IPV4, NULL },
	{ "2001:db8::1", IDENT_IPV6, NULL },
	{ "inet 10.0.0.1", IDENT_IPV4, "10.0.0.1" },
	{ "inet alice", -1, NULL },
	{ "alice", IDENT_FQDN, NULL },
	{ "name alice", IDENT_FQDN, "alice" },
	{ "name 192.168.0.1", IDENT_FQDN, "192.168.0.1" },
	{ "name", IDENT_FQDN, NULL },
	{ "server.example.com", IDENT_FQDN, NULL },
	{ "*.example.com", IDENT_FQDN, NULL },
	{ "*", -1, NULL },
	{ "*.", -1, NULL },
	{ "a*.example.com", -1, NULL },
	{ "*.*.com", -1, NULL },
	{ "two words", -1, NULL },
	{ "", -1, NULL },
	{ "user@example.com", IDENT_EMAIL, NULL },
	{ "*@example.com", IDENT_EMAIL, NULL },
	{ "email a=b@example.com", IDENT_EMAIL, "a=b@example.com" },
	{ "email alice", -1, NULL },
	{ "user@", -1, NULL },
	{ "key my_vpn_key", IDENT_KEY_ID, "my_vpn_key" },
	{ "CN=alice", IDENT_DN, NULL },
	{ "CN=alice, O=Example", IDENT_DN, NULL },
	{ "cn = alice ,o=Example", IDENT_DN, "CN=alice, O=Example" },
	{ "dn CN=alice", IDENT_DN, "CN=alice" },
	{ "dn 0x3010310e300c06035504030c05616c696365", IDENT_DN, "CN=alice" },
	{ "dn 0X3010310E300C06035504030C05616C696365", IDENT_DN, "CN=alice" },
	{ "dn 0x3010310e300c06035504030c05616c6963", -1, NULL },
	{ "dn 0x3000", -1, NULL },
	{ "dn 0x30zz", -1, NULL },
	{ "C=*, CN=gw", IDENT_DN, NULL },
	{ "CN=a\\, b, O=x", IDENT_DN, NULL },
	{ "CN=a\\2c b", IDENT_DN, "CN=a\\, b" },
	{ "CN=a\\00b", -1, NULL },
	{ "CN=a\\", -1, NULL },
	{ "CN=a\\q", -1, NULL },
	{ "CN=", -1, NULL },
	{ "CN=a,", -1, NULL },
	{ "CN=a;O=b", -1, NULL },
	{ "nonsense=a", -1, NULL },
	{ "2.5.4.3=alice", IDENT_DN, "CN=alice" },
	{ "1.2.3.4=alice", IDENT_DN, NULL },
	{ "1.2.840.113549.1.9.1=a@b", IDENT_DN, "E=a@b" },
	{ "2.999.4294967295=x", IDENT_DN, NULL },
	{ "1.99=x", -1, NULL },
	{ "1.2.99999999999=x", -1, NULL },
	{ "1..2=x", -1, NULL },
	{ "CN=#0c0161", IDENT_DN, "CN=a" },
	{ "CN=#030200ff, O=b", IDENT_DN, "CN=#0300FF, O=b" },
	{ "CN=#0c05", -1, NULL },
	{ "CN=#zz", -1, NULL },
	{ "CN=#0", -1, NULL },
	{ "CN=a+O=b", IDENT_DN, NULL },
	{ "CN=R\xc3\xa4v", IDENT_DN, "CN=R\\C3\\A4v" },
};

START_TEST(test_forms)
{
	const char *shown = forms[_i].shown ? forms[_i].shown : forms[_i].text, *why = NULL;
	struct ident id;
	char buf[IDENT_STRLEN];
	int r = ident_parse(&id, forms[_i].text, &why);

	if (forms[_i].type < 0) {
		ck_assert_msg(r == -EINVAL, "%s was taken", forms[_i].text);
		ck_assert_uint_gt(strlen(why), 10);
		return;
	}
	ck_assert_msg(!r, "%s: %s", forms[_i].text, why);
	ck_assert_int_eq(id.type, forms[_i].type);
	/* the value of a hex form is shown with the length octet that it had */
	if (strncmp(forms[_i].text, "CN=#0302", 8))
		ck_assert_str_eq(ident_format(&id, buf), shown);
	ident_free(&id);
}
END_TEST

/* The order written is the order in the certificate, and GnuTLS makes the same octets. */
START_TEST(test_dn_is_subject)
{
	static const char *const oid[] = { GNUTLS_OID_X520_COUNTRY_NAME,
					   GNUTLS_OID_X520_ORGANIZATION_NAME,
					   GNUTLS_OID_X520_COMMON_NAME };
	static const char *const value[] = { "SE", "Example", "alice" };
	struct ident id = parsed("C=SE, O=Example, CN=alice"), swapped = parsed("CN=alice, O=Example, C=SE"),
		     subject;
	gnutls_x509_crt_t crt;
	gnutls_x509_dn_t dn;
	gnutls_datum_t der;

	ck_assert(!gnutls_x509_crt_init(&crt));
	for (int i = 0; i < 3; i++)
		ck_assert(!gnutls_x509_crt_set_dn_by_oid(crt, oid[i], 0, value[i],
							 (unsigned int)strlen(value[i])));
	ck_assert(!gnutls_x509_crt_get_subject(crt, &dn));
	ck_assert(!gnutls_x509_dn_export2(dn, GNUTLS_X509_FMT_DER, &der));
	ck_assert(!ident_from_wire(&subject, IDENT_DN, bytes_of(der.data, der.size)));
	ck_assert_uint_eq(id.len, subject.len);
	ck_assert_mem_eq(id.data, subject.data, id.len);
	ck_assert(!ident_equal(&swapped, &subject));
	gnutls_free(der.data);
	gnutls_x509_crt_deinit(crt);
	ident_free(&id);
	ident_free(&swapped);
	ident_free(&subject);
}
END_TEST

START_TEST(test_equal)
{
	ck_assert(equal("alice", "ALICE"));
	ck_assert(!equal("alice", "alice."));
	ck_assert(!equal("alice", "name.alice"));
	ck_assert(!equal("name 10.0.0.1", "10.0.0.1"));
	ck_assert(equal("User@Example.com", "user@example.COM"));
	ck_assert(!equal("key a", "key A"));
	ck_assert(!equal("10.0.0.1", "10.0.0.2"));
	ck_assert(equal("CN=Alice Smith", "cn=ALICE   smith"));
	ck_assert(equal("CN=#130161", "CN=#0c0141")); /* PrintableString a, UTF8String A */
	ck_assert(equal("CN=\\ a\\ ", "CN=a"));
	ck_assert(!equal("CN=alice", "CN=alic"));
	ck_assert(!equal("CN=alicesmith", "CN=alice smith"));
	ck_assert(!equal("CN=alice, O=x", "O=x, CN=alice"));
	ck_assert(!equal("CN=alice, O=x", "CN=alice"));
	ck_assert(!equal("CN=alice", "O=alice"));
	ck_assert(!equal("CN=*", "CN=alice"));
	ck_assert(equal("CN=a+O=B", "o=b+cn=A"));
	ck_assert(!equal("CN=a+O=b", "CN=a, O=b"));
	ck_assert(!equal("CN=a+CN=a", "CN=a+CN=b"));
	ck_assert(!equal("CN=a", "CN=a+O=b"));
	ck_assert(equal("CN=#1e020061", "CN=#1e020061")); /* BMPString: octets only */
	ck_assert(!equal("CN=#1e020061", "CN=a"));
}
END_TEST

START_TEST(test_match)
{
	ck_assert_int_gt(match("any", "alice"), 0);
	ck_assert_int_gt(match("*.example.com", "gw.EXAMPLE.com"), match("any", "gw.example.com"));
	ck_assert_int_gt(match("*.a.example.com", "x.a.example.com"),
			 match("*.example.com", "x.a.example.com"));
	ck_assert_int_gt(match("gw.example.com", "gw.example.com"),
			 match("*.example.com", "gw.example.com"));
	ck_assert_int_eq(match("*.example.com", "example.com"), 0);
	ck_assert_int_eq(match("*.example.com", "notexample.com"), 0);
	ck_assert_int_eq(match("*.example.com", "gw.example.com.evil.org"), 0);
	ck_assert_int_eq(match("*.example.com", "email a@x.example.com"), 0);
	ck_assert_int_gt(match("*@example.com", "bob@Example.com"), 0);
	ck_assert_int_eq(match("*@example.com", "bob@an.example.com"), 0);
	ck_assert_int_eq(match("gw.example.com", "*.example.com"), 0);
	ck_assert_int_gt(match("O=x, CN=*", "O=x, CN=bob"), match("O=*, CN=*", "O=x, CN=bob"));
	ck_assert_int_gt(match("O=x, CN=bob", "O=X, CN=Bob"), match("O=x, CN=*", "O=x, CN=bob"));
	ck_assert_int_eq(match("O=x, CN=*", "O=y, CN=bob"), 0);
	ck_assert_int_eq(match("O=x, CN=*", "O=x, OU=bob"), 0);
	ck_assert_int_eq(match("O=x, CN=*", "O=x, CN=a, CN=b"), 0);
	ck_assert_int_eq(match("O=x, CN=bob", "O=x, CN=*"), 0);
	ck_assert_int_gt(match("O=*+CN=b", "CN=b+O=q"), 0);
	ck_assert_int_eq(match("CN=b*", "CN=bob"), 0);
}
END_TEST

START_TEST(test_is_pattern)
{
	static const struct {
		const char *text;
		bool pattern;
	} rows[] = { { "any", true }, { "alice", false }, { "*.a.b", true }, { "*@a.b", true },
		     { "CN=a, O=*", true }, { "CN=a*", false }, { "10.0.0.1", false } };

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct ident id = parsed(rows[i].text);

		ck_assert_msg(ident_is_pattern(&id) == rows[i].pattern, "%s", rows[i].text);
		ident_free(&id);
	}
}
END_TEST

static int from_wire(uint8_t type, const void *data, size_t len)
{
	struct ident id;
	/* on the heap, so that reading past the end is seen */
	uint8_t *copy = malloc(len ? len : 1);
	int r;

	memcpy(copy, data, len);
	r = ident_from_wire(&id, type, bytes_of(copy, len));
	if (!r)
		ident_format(&id, (char[IDENT_STRLEN]){ 0 });
	free(copy);
	ident_free(&id);
	return r;
}

START_TEST(test_wire)
{
	static const uint8_t alice[] = "\x30\x10\x31\x0e\x30\x0c\x06\x03\x55\x04\x03\x0c\x05" "alice";
	static const uint8_t nul[] = "\x30\x10\x31\x0e\x30\x0c\x06\x03\x55\x04\x03\x0c\x05" "al\0ce";
	static uint8_t big[IDENT_LEN_MAX + 1];
	size_t len = sizeof(alice) - 1;

	ck_assert_int_eq(from_wire(IDENT_IPV4, "\1\2\3\4", 4), 0);
	ck_assert_int_eq(from_wire(IDENT_IPV4, "\1\2\3\4\5", 5), -EINVAL);
	ck_assert_int_eq(from_wire(IDENT_IPV6, "\1\2\3\4", 4), -EINVAL);
	ck_assert_int_eq(from_wire(IDENT_FQDN, "alice", 5), 0);
	ck_assert_int_eq(from_wire(IDENT_FQDN, "al\0ce", 5), -EINVAL);
	ck_assert_int_eq(from_wire(IDENT_FQDN, "alice", 6), -EINVAL);
	ck_assert_int_eq(from_wire(IDENT_FQDN, "", 0), -EINVAL);
	ck_assert_int_eq(from_wire(IDENT_EMAIL, "a@b\0c", 5), -EINVAL);
	ck_assert_int_eq(from_wire(IDENT_KEY_ID, "\0\1", 2), 0);
	ck_assert_int_eq(from_wire(IDENT_KEY_ID, "", 0), -EINVAL);
	ck_assert_int_eq(from_wire(IDENT_ANY, "alice", 5), -EINVAL);
	ck_assert_int_eq(from_wire(10, "alice", 5), -EINVAL);
	memset(big, 'a', sizeof(big));
	ck_assert_int_eq(from_wire(IDENT_KEY_ID, big, sizeof(big) - 1), 0);
	ck_assert_int_eq(from_wire(IDENT_KEY_ID, big, sizeof(big)), -EINVAL);
	ck_assert_int_eq(from_wire(IDENT_DN, alice, len), 0);
	ck_assert_int_eq(from_wire(IDENT_DN, nul, len), -EINVAL);
	ck_assert_int_eq(from_wire(IDENT_DN, "\x30\x00", 2), -EINVAL);
	for (size_t i = 0; i < len; i++)
		ck_assert_int_eq(from_wire(IDENT_DN, alice, i), -EINVAL);
}
END_TEST

/* No octet changed in a name, and no length, makes the walker read past the end. */
START_TEST(test_wire_mutated)
{
	struct ident id = parsed("C=SE, O=Example+OU=x, CN=alice"), other;

	for (size_t i = 0; i < id.len; i++) {
		for (unsigned int v = 0; v < 256; v++) {
			uint8_t *copy = malloc(id.len);

			memcpy(copy, id.data, id.len);
			copy[i] = (uint8_t)v;
			if (!ident_from_wire(&other, IDENT_DN, bytes_of(copy, id.len))) {
				ident_format(&other, (char[IDENT_STRLEN]){ 0 });
				ck_assert_int_eq(ident_equal(&id, &other), ident_equal(&other, &id));
				ident_free(&other);
			}
			free(copy);
		}
	}
	ident_free(&id);
}
END_TEST

/* Indefinite and overlong lengths, too many relative names. */
START_TEST(test_der_limits)
{
	static uint8_t der[4 + 13 * (DN_RDNS_MAX + 1)];
	static const uint8_t rdn[] = "\x31\x0b\x30\x09\x06\x03\x55\x04\x03\x0c\x02" "ab";

	for (unsigned int n = DN_RDNS_MAX; n <= DN_RDNS_MAX + 1; n++) {
		size_t len = 13 * n;

		memcpy(der, (uint8_t[]){ 0x30, 0x82, (uint8_t)(len >> 8), (uint8_t)len }, 4);
		for (unsigned int i = 0; i < n; i++)
			memcpy(der + 4 + 13 * i, rdn, 13);
		ck_assert_int_eq(dn_valid(bytes_of(der, 4 + len)), n == DN_RDNS_MAX);
	}
	ck_assert(dn_valid(bytes_of("\x30\x0d\x31\x0b\x30\x09\x06\x03\x55\x04\x03\x0c\x02" "ab", 15)));
	ck_assert(!dn_valid(bytes_of("\x30\x81\x0d\x31\x0b\x30\x09\x06\x03\x55\x04\x03\x0c\x02" "ab", 16)));
	ck_assert(!dn_valid(bytes_of("\x30\x80\x31\x0b\x30\x09\x06\x03\x55\x04\x03\x0c\x02" "ab\0", 18)));
	ck_assert(!dn_valid(bytes_of("\x30\x0d\x31\x0b\x30\x09\x06\x03\x55\x04\x03\x0c\x02" "abc", 16)));
}
END_TEST

START_TEST(test_format)
{
	char buf[IDENT_STRLEN], text[256];
	struct ident id;

	ck_assert_str_eq(ident_format(NULL, buf), "(none)");
	ck_assert(!ident_from_wire(&id, IDENT_FQDN, bytes_of("a\x1b[31m\n\xc3", 8)));
	ck_assert_str_eq(ident_format(&id, buf), "a\\1B[31m\\0A\\C3");
	ident_free(&id);
	memset(text, 0x80, sizeof(text));
	ck_assert(!ident_from_wire(&id, IDENT_KEY_ID, bytes_of(text, sizeof(text))));
	ident_format(&id, buf);
	ck_assert_uint_lt(strlen(buf), IDENT_STRLEN);
	ck_assert_str_eq(buf + strlen(buf) - 3, "...");
	ident_free(&id);
	for (size_t cap = 5; cap < 20; cap++) {
		id = parsed("CN=alice, O=Example");
		dn_format(bytes_of(id.data, id.len), buf, cap);
		ck_assert_uint_lt(strlen(buf), cap);
		ident_free(&id);
	}
	strcpy(text, "CN=");
	memset(text + 3, 'x', 240);
	text[243] = '\0';
	id = parsed(text);
	dn_format(bytes_of(id.data, id.len), buf, 32);
	ck_assert_str_eq(buf + strlen(buf) - 3, "...");
	ident_free(&id);
}
END_TEST

START_TEST(test_copy)
{
	struct ident a = parsed("CN=alice"), b;

	ck_assert(!ident_copy(&b, &a));
	ident_free(&a);
	ck_assert_str_eq(ident_format(&b, (char[IDENT_STRLEN]){ 0 }), "CN=alice");
	ident_free(&b);
	ident_free(&b);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("ident");
	TCase *tc = tcase_create("ident");
	SRunner *runner;
	int failed;

	tcase_add_loop_test(tc, test_forms, 0, sizeof(forms) / sizeof(forms[0]));
	tcase_add_test(tc, test_dn_is_subject);
	tcase_add_test(tc, test_equal);
	tcase_add_test(tc, test_match);
	tcase_add_test(tc, test_is_pattern);
	tcase_add_test(tc, test_wire);
	tcase_add_test(tc, test_wire_mutated);
	tcase_add_test(tc, test_der_limits);
	tcase_add_test(tc, test_format);
	tcase_add_test(tc, test_copy);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
