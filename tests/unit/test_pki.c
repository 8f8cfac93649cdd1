// SPDX-License-Identifier: GPL-2.0-or-later
/* A peer's path and identity: what must pass, and all that must not. */
#include <stdlib.h>

#include "unit/pki_world.h"

static const struct {
	enum made_kind ca, leaf;
} kinds[] = {
	{ MADE_P256, MADE_P256 }, { MADE_P384, MADE_P384 }, { MADE_P521, MADE_P521 },
	{ MADE_RSA, MADE_RSA }, { MADE_RSA, MADE_P256 }, { MADE_P256, MADE_RSA },
	{ MADE_ED25519, MADE_ED25519 }, { MADE_RSA_PSS, MADE_RSA_PSS },
};

START_TEST(test_kinds)
{
	struct made r = root_of("CN=r", kinds[_i].ca, 0);
	struct made i = made(&(struct made_spec){ .dn = "CN=i", .kind = kinds[_i].ca, .key = 0,
						  .ca = true }, &r);
	struct made e = made(&(struct made_spec){ .dn = "CN=e", .kind = kinds[_i].leaf,
						  .key = 1 }, &i);

	ck_passed(check_chain(&r, CHAIN(&e, &i), "CN=e"));
	ck_passed(check_chain(&i, CHAIN(&e), "CN=e")); /* an intermediate as anchor */
}
END_TEST

/* Any order, twice, the root itself, strangers, and what is no certificate. */
START_TEST(test_order_and_junk)
{
	struct made i2 = made(&(struct made_spec){ .dn = "CN=int-2", .key = 3, .ca = true }, &inter);
	struct made e = made(&(struct made_spec){ .dn = "CN=e", .key = 2 }, &i2);
	struct bytes cert[16] = { e.der };
	struct pki *pki = pki_with(&root);
	unsigned int n = 1;

	ck_passed(check_chain(&root, CHAIN(&e, &i2, &inter), "CN=e"));
	ck_passed(check_chain(&root, CHAIN(&e, &inter, &i2), "CN=e"));
	ck_passed(check_chain(&root, CHAIN(&e, &root, &mallory, &inter, &inter, &other_inter, &i2,
					   &e, &other_root), "CN=e"));
	cert[n++] = bytes_of("junk", 4);
	cert[n++] = BYTES_NONE;
	cert[n++] = inter.der;
	cert[n++] = bytes_of(inter.der.data, inter.der.len - 1);
	cert[n++] = i2.der;
	ck_passed(judge(pki, cert, n, "CN=e", 14, auth_of(&e, 0, IKE_HASH_SHA2_256)));
	pki_free(pki);
}
END_TEST

/* Two CAs of one name and different keys: the walk finds the one that signed. */
START_TEST(test_namesakes)
{
	struct made twin = made(&(struct made_spec){ .dn = "CN=int-b", .key = 3, .ca = true }, &root);
	struct made old = made(&(struct made_spec){ .dn = "CN=int-b", .key = 1, .ca = true,
						    .from = -7200, .until = -3600 }, &root);
	struct made fake = root_of("CN=root-b", MADE_P256, 3);
	struct made fake_bob = made(&(struct made_spec){ .dn = "CN=bob", .key = 2 }, &fake);

	ck_passed(check_chain(&root, CHAIN(&bob, &twin, &inter), "CN=bob"));
	ck_passed(check_chain(&root, CHAIN(&bob, &inter, &twin), "CN=bob"));
	/* the first that fits has expired, the second has not */
	ck_passed(check_chain(&root, CHAIN(&bob, &old, &inter), "CN=bob"));
	ck_refused(check_chain(&root, CHAIN(&bob, &old), "CN=bob"), "expired on");
	ck_refused(check_chain(&root, CHAIN(&fake_bob, &fake), "CN=bob"), "not signed by it");
}
END_TEST

START_TEST(test_wrong_anchor)
{
	ck_refused(check_chain(&other_root, CHAIN(&bob, &inter, &root), "CN=bob"),
		   "no path to CA root-b");
	ck_refused(check_chain(&root, CHAIN(&mallory, &other_inter, &other_root), "CN=bob"),
		   "unknown issuer");
	ck_refused(check_chain(&root, CHAIN(&bob), "CN=bob"),
		   "no path to CA root-b: CN=bob has the unknown issuer CN=int-b");
	ck_refused(check_chain(&root, CHAIN(&bob, &other_inter), "CN=bob"), "CN=int-b");
}
END_TEST

START_TEST(test_dates)
{
	const struct made_spec old = { .dn = "CN=e", .key = 2, .from = -7200, .until = -60 },
			       future = { .dn = "CN=e", .key = 2, .from = 3600, .until = 7200 };
	struct made e = made(&old, &inter), r, i;

	ck_refused(check_chain(&root, CHAIN(&e, &inter), "CN=e"), "certificate CN=e expired on");
	ck_assert_ptr_nonnull(strstr(why, "is the clock"));
	e = made(&future, &inter);
	ck_refused(check_chain(&root, CHAIN(&e, &inter), "CN=e"), "is not valid before");
	i = made(&(struct made_spec){ .dn = "CN=i", .key = 1, .ca = true, .from = -7200,
				      .until = -60 }, &root);
	e = made(&(struct made_spec){ .dn = "CN=e", .key = 2 }, &i);
	ck_refused(check_chain(&root, CHAIN(&e, &i), "CN=e"), "certificate CN=i expired on");
	r = made(&(struct made_spec){ .dn = "CN=r", .ca = true, .from = -7200, .until = -60 }, NULL);
	e = made(&(struct made_spec){ .dn = "CN=e", .key = 2 }, &r);
	ck_refused(check_chain(&r, CHAIN(&e), "CN=e"), "certificate CN=r expired on");
}
END_TEST

static const struct {
	struct made_spec spec;
	const char *refused; /* NULL: passes */
} leaves[] = {
	{ { .dn = "CN=e", .usage = MADE_NO_USAGE }, NULL },
	{ { .dn = "CN=e", .usage = GNUTLS_KEY_NON_REPUDIATION }, NULL },
	{ { .dn = "CN=e", .usage = GNUTLS_KEY_DIGITAL_SIGNATURE | GNUTLS_KEY_KEY_AGREEMENT }, NULL },
	{ { .dn = "CN=e", .usage = GNUTLS_KEY_KEY_ENCIPHERMENT }, "digitalSignature" },
	{ { .dn = "CN=e", .usage = GNUTLS_KEY_KEY_CERT_SIGN }, "digitalSignature" },
	{ { .dn = "CN=e", .ca = true }, "is a CA's" },
	{ { .dn = "CN=e", .ca = true, .usage = GNUTLS_KEY_DIGITAL_SIGNATURE }, "is a CA's" },
	{ { .dn = "CN=e", .purpose = GNUTLS_KP_TLS_WWW_SERVER }, NULL },
	{ { .dn = "CN=e", .purpose = GNUTLS_KP_IPSEC_IKE }, NULL },
	{ { .dn = "CN=e", .purpose = GNUTLS_KP_ANY }, NULL },
	{ { .dn = "CN=e", .purpose = GNUTLS_KP_CODE_SIGNING }, "another purpose" },
	{ { .dn = "CN=e", .kind = MADE_RSA_1024 }, "1024 bits" },
	{ { .dn = "CN=e", .version = 1 }, "version 3" },
	{ { .dn = "CN=e", .extension = { { "1.2.3.4", BYTES("\x05\0"), true } } },
	  "critical extension 1.2.3.4" },
	{ { .dn = "CN=e", .extension = { { "1.2.3.4", BYTES("\x05\0"), false } } }, NULL },
	{ { .dn = "CN=e", .extension = { { "2.5.29.36", BYTES("0\x03\x80\x01\0"), true } } },
	  "2.5.29.36" },
	{ { .dn = "CN=e", .extension = { { "2.5.29.36", BYTES("0\x03\x80\x01\0"), false } } },
	  "2.5.29.36" },
	{ { .dn = "CN=e", .extension = { { "2.5.29.54", BYTES("\x02\x01\0"), true } } },
	  "2.5.29.54" },
	{ { .dn = "CN=e", .extension = { { "2.5.29.33", BYTES("0\0"), false } } },
	  "2.5.29.33" },
};

START_TEST(test_leaves)
{
	struct made_spec spec = leaves[_i].spec;
	struct made e;
	uint32_t proofs;

	spec.key = 2;
	e = made(&spec, &inter);
	proofs = check_chain(&root, CHAIN(&e, &inter), "CN=e");
	if (leaves[_i].refused)
		ck_refused(proofs, leaves[_i].refused);
	else
		ck_passed(proofs);
}
END_TEST

/* Whose key signs certificates must be a CA, by its own word and its issuer's. */
START_TEST(test_issuers)
{
	struct made no_ca = made(&(struct made_spec){ .dn = "CN=i", .key = 1 }, &root);
	struct made no_usage = made(&(struct made_spec){ .dn = "CN=i", .key = 1, .ca = true,
							 .usage = GNUTLS_KEY_CRL_SIGN }, &root);
	struct made no_more = made(&(struct made_spec){ .dn = "CN=i", .key = 1, .ca = true,
							.path_len = MADE_PATH_LEN(0) }, &root);
	struct made under = made(&(struct made_spec){ .dn = "CN=j", .key = 3, .ca = true }, &no_more);
	struct made e = made(&(struct made_spec){ .dn = "CN=e", .key = 2 }, &no_ca);

	ck_refused(check_chain(&root, CHAIN(&e, &no_ca), "CN=e"), "no path");
	e = made(&(struct made_spec){ .dn = "CN=e", .key = 2 }, &no_usage);
	ck_assert_uint_eq(check_chain(&root, CHAIN(&e, &no_usage), "CN=e"), 0);
	e = made(&(struct made_spec){ .dn = "CN=e", .key = 2 }, &no_more);
	ck_passed(check_chain(&root, CHAIN(&e, &no_more), "CN=e"));
	e = made(&(struct made_spec){ .dn = "CN=e", .key = 2 }, &under);
	ck_assert_uint_eq(check_chain(&root, CHAIN(&e, &under, &no_more), "CN=e"), 0);
	/* bob's own certificate signs for nobody */
	e = made(&(struct made_spec){ .dn = "CN=eve", .key = 3 }, &bob);
	ck_refused(check_chain(&root, CHAIN(&e, &bob, &inter), "CN=eve"), "no path");
}
END_TEST

START_TEST(test_weak)
{
	struct made e = made(&(struct made_spec){ .dn = "CN=e", .key = 2,
						  .digest = GNUTLS_DIG_SHA1 }, &inter);
	struct made weak_ca = made(&(struct made_spec){ .dn = "CN=w", .kind = MADE_RSA_1024, .ca = true },
				   &root);

	ck_refused(check_chain(&root, CHAIN(&e, &inter), "CN=e"), "too weak");
	e = made(&(struct made_spec){ .dn = "CN=e", .key = 2 }, &weak_ca);
	ck_refused(check_chain(&root, CHAIN(&e, &weak_ca), "CN=e"), "1024 bits");
}
END_TEST

/* permitted: dNSName example.com; permitted: directoryName CN=x; excluded: the same */
#define NC_DNS "\x30\x11\xa0\x0f\x30\x0d\x82\x0b" "example.com"
#define NC_DN(tag) \
	"\x30\x14" tag "\x12\x30\x10\xa4\x0e\x30\x0c\x31\x0a\x30\x08\x06\x03\x55\x04\x03\x0c\x01x"

static struct made constrained(struct bytes der, const char *dns)
{
	return made(&(struct made_spec){ .dn = "CN=n", .key = 1, .ca = true, .dns = dns,
					 .extension = { { "2.5.29.30", der, true } } }, &root);
}

START_TEST(test_name_constraints)
{
	const struct bytes dns = BYTES(NC_DNS), permitted = BYTES(NC_DN("\xa0")),
			   excluded = BYTES(NC_DN("\xa1")), junk = BYTES("\x30\x03\xa0\x03\x30");
	struct made n = constrained(dns, NULL), j;
	struct made e = made(&(struct made_spec){ .dn = "CN=e", .key = 2, .dns = "gw.example.com" }, &n);

	ck_passed(check_chain(&root, CHAIN(&e, &n), "gw.example.com"));
	e = made(&(struct made_spec){ .dn = "CN=e", .key = 2, .dns = "gw.example.org" }, &n);
	ck_refused(check_chain(&root, CHAIN(&e, &n), "gw.example.org"), "constraint");
	/* a CA below the constraint with names of its own: GnuTLS would not look at them */
	j = made(&(struct made_spec){ .dn = "CN=j", .key = 3, .ca = true, .dns = "evil.org" }, &n);
	e = made(&(struct made_spec){ .dn = "CN=e", .key = 2, .dns = "gw.example.com" }, &j);
	ck_refused(check_chain(&root, CHAIN(&e, &j, &n), "gw.example.com"), "constraints over CAs");
	n = constrained(permitted, NULL);
	e = made(&(struct made_spec){ .dn = "CN=e", .key = 2 }, &n);
	ck_refused(check_chain(&root, CHAIN(&e, &n), "CN=e"), "name constraints of a kind");
	n = constrained(excluded, NULL);
	e = made(&(struct made_spec){ .dn = "CN=e", .key = 2 }, &n);
	ck_refused(check_chain(&root, CHAIN(&e, &n), "CN=e"), "name constraints of a kind");
	n = constrained(junk, NULL);
	e = made(&(struct made_spec){ .dn = "CN=e", .key = 2 }, &n);
	ck_assert_uint_eq(check_chain(&root, CHAIN(&e, &n), "CN=e"), 0);
}
END_TEST

static const struct {
	const char *dn; /* RFC 4514: reversed */
	const char *dns, *email;
	struct bytes ip;
	const char *id;
	bool in;
} identities[] = {
	{ .dn = "CN=bob,O=Example", .id = "O=Example, CN=bob", .in = true },
	{ .dn = "CN=bob,O=Example", .id = "o=EXAMPLE, cn=Bob", .in = true },
	{ .dn = "CN=bob,O=Example", .id = "CN=bob, O=Example" },
	{ .dn = "CN=bob,O=Example", .id = "CN=bob" },
	{ .dn = "CN=bob,O=Example", .id = "O=Example, CN=*" },
	{ .dn = "CN=bob.example.com", .id = "bob.example.com" }, /* never the CN */
	{ .dn = "CN=10.0.0.1", .id = "10.0.0.1" },
	{ .dn = "CN=bob,EMAIL=bob@example.com", .id = "bob@example.com" },
	{ .dn = "CN=bob", .dns = "bob.example.com", .id = "BOB.example.com", .in = true },
	{ .dn = "CN=bob", .dns = "bob.example.com", .id = "CN=bob", .in = true },
	{ .dn = "CN=bob", .dns = "bob.example.com", .id = "example.com" },
	{ .dn = "CN=bob", .dns = "bob.example.com", .id = "x.bob.example.com" },
	{ .dn = "CN=bob", .dns = "*.example.com", .id = "bob.example.com" },
	{ .dn = "CN=bob", .dns = "*.example.com", .id = "*.example.com" },
	{ .dn = "CN=bob", .dns = "bob@example.com", .id = "bob@example.com" },
	{ .dn = "CN=bob", .email = "bob@example.com", .id = "bob@EXAMPLE.com", .in = true },
	{ .dn = "CN=bob", .email = "bob@example.com", .id = "example.com" },
	{ .dn = "CN=bob", .ip = BYTES("\x0a\0\0\1"), .id = "10.0.0.1", .in = true },
	{ .dn = "CN=bob", .ip = BYTES("\x0a\0\0\1"), .id = "10.0.0.2" },
	{ .dn = "CN=bob", .dns = "10.0.0.1", .id = "10.0.0.1" },
	{ .dn = "CN=bob", .ip = BYTES("\x20\1\xd\xb8\0\0\0\0\0\0\0\0\0\0\0\1"), .id = "2001:db8::1",
	  .in = true },
	{ .dn = "CN=bob", .dns = "bob", .id = "key bob" },
	{ .dn = "", .dns = "bob.example.com", .id = "bob.example.com", .in = true },
};

START_TEST(test_identities)
{
	struct made e = made(&(struct made_spec){ .dn = identities[_i].dn, .key = 2,
						  .dns = identities[_i].dns,
						  .email = identities[_i].email,
						  .ip = identities[_i].ip }, &inter);
	uint32_t proofs = check_chain(&root, CHAIN(&e, &inter), identities[_i].id);

	if (identities[_i].in) {
		ck_passed(proofs);
	} else {
		ck_assert_uint_eq(proofs, IKE_PROOF_PATH | IKE_PROOF_REVOCATION);
		ck_assert_ptr_nonnull(strstr(why, "is not in its certificate"));
	}
}
END_TEST

/* dNSName "bob.example.com\0.evil.org", iPAddress of 8 octets (a subnet), a SAN cut short. */
START_TEST(test_hostile_san)
{
	static const struct {
		struct bytes san;
		const char *id;
	} rows[] = {
		{ BYTES("\x30\x1b\x82\x19" "bob.example.com\0.evil.org"), "bob.example.com" },
		{ BYTES("\x30\x0a\x87\x08\x0a\0\0\1\xff\xff\xff\xff"), "10.0.0.1" },
		{ BYTES("\x30\x05\x82\x20" "bob"), "bob" },
		{ BYTES("\x30\x02\x82\x00"), "bob" },
		{ BYTES("\x30\x05\x82\x03" "bob\x05\x00"), "bob" }, /* something behind it */
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct made e = made(&(struct made_spec){ .dn = "CN=e", .key = 2,
				.extension = { { "2.5.29.17", rows[i].san, false } } }, &inter);

		ck_assert_uint_eq(check_chain(&root, CHAIN(&e, &inter), rows[i].id) &
				  IKE_PROOF_IDENTITY, 0);
	}
}
END_TEST

/* At most 16 certificates count; a crowd of namesakes ends soon. */
START_TEST(test_limits)
{
	const struct made *many[32] = { &bob };
	struct made twin[15];
	unsigned int n;

	for (n = 1; n < 15; n++)
		many[n] = &other_inter;
	many[n] = &inter;
	ck_passed(check_chain(&root, many, "CN=bob"));
	many[n++] = &other_inter;
	many[n] = &inter;
	ck_refused(check_chain(&root, many, "CN=bob"), "unknown issuer");
	/* each of these signed all of them, and none leads to the root */
	for (n = 0; n < 15; n++) {
		twin[n] = made(&(struct made_spec){ .dn = "CN=loop", .key = 1, .ca = true }, n ? &twin[0] : NULL);
		many[n + 1] = &twin[n];
	}
	many[n + 1] = NULL;
	twin[0] = made(&(struct made_spec){ .dn = "CN=bob", .key = 2 }, &twin[0]);
	many[0] = &twin[0];
	ck_refused(check_chain(&root, many, "CN=bob"), "no path");
}
END_TEST

/* Which of two would count is no question that may come up. */
START_TEST(test_extension_twice)
{
	const struct bytes one = BYTES("\x30\x05\x82\x03" "bob"), two = BYTES("\x30\x05\x82\x03" "eve");
	struct made e = made(&(struct made_spec){ .dn = "CN=e", .key = 2,
						  .extension = { { "2.5.29.17", one, false },
								 { "2.5.29.18", two, false } } }, &inter);
	uint8_t *oid = memmem(e.der.data, e.der.len, "\x55\x1d\x12", 3);

	ck_assert_ptr_nonnull(oid);
	oid[2] = 0x11;
	ck_refused(check_chain(&root, CHAIN(&e, &inter), "bob"), "cannot be decoded");
}
END_TEST

START_TEST(test_nothing)
{
	struct pki *pki = pki_new();
	struct bytes junk = bytes_of("junk", 4);

	ck_refused(judge(pki, &bob.der, 1, "CN=bob", 14, BYTES_NONE), "is not loaded");
	pki_free(pki);
	pki = pki_with(&root);
	ck_refused(judge(pki, NULL, 0, "CN=bob", 14, BYTES_NONE), "sent no certificate");
	ck_refused(judge(pki, &junk, 1, "CN=bob", 14, BYTES_NONE), "cannot be decoded");
	for (size_t len = 0; len < bob.der.len; len += 13) {
		uint8_t *cut = malloc(len ? len : 1);
		struct bytes cert = bytes_of(cut, len);

		memcpy(cut, bob.der.data, len);
		ck_refused(judge(pki, &cert, 1, "CN=bob", 14, BYTES_NONE), "cannot be decoded");
		free(cut);
	}
	pki_free(pki);
}
END_TEST

/* A subject with control characters and a NUL reaches the log as text. */
START_TEST(test_reason_is_clean)
{
	struct made e = made(&(struct made_spec){ .dn = "CN=\x1b[31m\x7f", .key = 2 }, &other_inter);

	ck_assert_uint_eq(check_chain(&root, CHAIN(&e), "CN=e"), 0);
	for (const char *p = why; *p; p++)
		ck_assert_int_ge(*p, ' ');
	ck_assert_ptr_nonnull(strstr(why, "\\1B[31m"));
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_unchecked_fixture(tc, make_world, NULL);
	tcase_add_loop_test(tc, test_kinds, 0, COUNT_OF(kinds));
	tcase_add_test(tc, test_order_and_junk);
	tcase_add_test(tc, test_namesakes);
	tcase_add_test(tc, test_wrong_anchor);
	tcase_add_test(tc, test_dates);
	tcase_add_loop_test(tc, test_leaves, 0, COUNT_OF(leaves));
	tcase_add_test(tc, test_issuers);
	tcase_add_test(tc, test_weak);
	tcase_add_test(tc, test_name_constraints);
	tcase_add_loop_test(tc, test_identities, 0, COUNT_OF(identities));
	tcase_add_test(tc, test_hostile_san);
	tcase_add_test(tc, test_limits);
	tcase_add_test(tc, test_extension_twice);
	tcase_add_test(tc, test_nothing);
	tcase_add_test(tc, test_reason_is_clean);
}

int main(void)
{
	return unit_run("pki", add);
}
