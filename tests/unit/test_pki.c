// SPDX-License-Identifier: GPL-2.0-or-later
/* Chains, anchors, and the judgement over a peer: what must pass, and all that must not. */
#include <errno.h>
#include <gnutls/crypto.h>
#include <stdio.h>
#include <stdlib.h>

#include "crypto/prf.h"
#include "crypto/sigalg.h"
#include "pki/pki.h"
#include "unit/made.h"
#include "unit/unit.h"

enum { ALL = IKE_PROOF_PATH | IKE_PROOF_REVOCATION | IKE_PROOF_IDENTITY | IKE_PROOF_PEER_AUTH };

static const char octets[] = "InitiatorSignedOctets";

/* root-b -> int-b -> bob, and strangers */
static struct made root, inter, bob, other_root, other_inter, mallory;

static struct made root_of(const char *dn, enum made_kind kind, unsigned int key)
{
	return made(&(struct made_spec){ .dn = dn, .kind = kind, .key = key, .ca = true }, NULL);
}

static void make_world(void)
{
	root = root_of("CN=root-b", MADE_P256, 0);
	inter = made(&(struct made_spec){ .dn = "CN=int-b", .key = 1, .ca = true }, &root);
	bob = made(&(struct made_spec){ .dn = "CN=bob", .key = 2 }, &inter);
	other_root = root_of("CN=root-c", MADE_P256, 3);
	other_inter = made(&(struct made_spec){ .dn = "CN=int-c", .key = 3, .ca = true }, &other_root);
	mallory = made(&(struct made_spec){ .dn = "CN=bob", .key = 3 }, &other_inter);
}

/* AUTH of method 14 by the key of @m as algorithm @pk, which is that of the key when 0. */
static struct bytes auth_of(const struct made *m, gnutls_pk_algorithm_t pk, uint16_t hash)
{
	static uint8_t auth[1024];
	const struct sigalg *alg;
	gnutls_datum_t data = { (unsigned char *)octets, sizeof(octets) - 1 }, sig;
	gnutls_privkey_t key;
	size_t len;

	ck_assert_int_ge(gnutls_privkey_init(&key), 0);
	ck_assert_int_ge(gnutls_privkey_import_x509(key, m->key, 0), 0);
	if (!pk)
		pk = (gnutls_pk_algorithm_t)gnutls_privkey_get_pk_algorithm(key, NULL);
	alg = sigalg_find(pk, pk == GNUTLS_PK_EDDSA_ED25519 ? IKE_HASH_IDENTITY : hash);
	ck_assert_ptr_nonnull(alg);
	ck_assert_int_ge(gnutls_privkey_sign_data2(key, alg->sign, 0, &data, &sig), 0);
	auth[0] = (uint8_t)alg->id.len;
	memcpy(auth + 1, alg->id.data, alg->id.len);
	memcpy(auth + 1 + alg->id.len, sig.data, sig.size);
	len = 1 + alg->id.len + sig.size;
	gnutls_free(sig.data);
	gnutls_privkey_deinit(key);
	return bytes_of(auth, len);
}

static char why[PKI_WHY_MAX];

/* What @pki proves of a peer that sends @cert and an AUTH. */
static uint32_t judge(struct pki *pki, const struct bytes *cert, unsigned int certs, const char *id,
		      uint8_t method, struct bytes auth)
{
	struct ike_answer answer = { 0 };
	struct ident ident;
	const char *sentence;
	struct ike_ask_verify ask = {
		.connection = "ipsec1",
		.method = IKE_AUTH_BY_CERT,
		.auth_method = method,
		.auth = auth,
		.octets = bytes_of(octets, sizeof(octets) - 1),
		.peer_id = &ident,
		.cert = cert,
		.certs = certs,
	};

	ck_assert_msg(!ident_parse(&ident, id, &sentence), "%s: %s", id, sentence);
	pki_verify(pki, "root-b", &ask, &answer, why);
	ident_free(&ident);
	if (answer.proofs == ALL)
		ck_assert_ptr_null(answer.reason);
	else
		ck_assert_ptr_nonnull(answer.reason);
	return answer.proofs;
}

static struct pki *pki_with(const struct made *anchor)
{
	struct pki *pki = pki_new();
	const char *path = made_pem("anchor.pem", &anchor, 1);

	ck_assert_msg(!pki_load_anchor(pki, "root-b", path, why), "%s", why);
	return pki;
}

/* The common case: anchor, chain of up to 16 and the peer's identity. */
#define CHAIN(...) (const struct made *const[]){ __VA_ARGS__, NULL }
static uint32_t check_chain(const struct made *anchor, const struct made *const *chain,
			    const char *id)
{
	struct bytes cert[32];
	unsigned int n = 0;
	struct pki *pki = pki_with(anchor);
	uint32_t proofs;

	for (; chain[n]; n++)
		cert[n] = chain[n]->der;
	proofs = judge(pki, cert, n, id, IKE_METHOD_DIGITAL_SIGNATURE,
		       auth_of(chain[0], 0, IKE_HASH_SHA2_256));
	pki_free(pki);
	return proofs;
}

#define ck_refused(proofs, clause)                                                    \
	do {                                                                          \
		ck_assert_uint_eq(proofs, 0);                                         \
		ck_assert_msg(strstr(why, clause), "reason is \"%s\", not \"%s\"", why, clause); \
	} while (0)
#define ck_passed(proofs) ck_assert_msg((proofs) == ALL, "%s", why)

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
	{ { .dn = "CN=e", .extension = { { "1.2.3.4", { (const uint8_t *)"\x05", 2 }, true } } },
	  "critical extension 1.2.3.4" },
	{ { .dn = "CN=e", .extension = { { "1.2.3.4", { (const uint8_t *)"\x05", 2 }, false } } }, NULL },
	{ { .dn = "CN=e", .extension = { { "2.5.29.36", { (const uint8_t *)"0\x03\x80\x01", 5 }, true } } },
	  "2.5.29.36" },
	{ { .dn = "CN=e", .extension = { { "2.5.29.36", { (const uint8_t *)"0\x03\x80\x01", 5 }, false } } },
	  "2.5.29.36" },
	{ { .dn = "CN=e", .extension = { { "2.5.29.54", { (const uint8_t *)"\x02\x01", 3 }, true } } },
	  "2.5.29.54" },
	{ { .dn = "CN=e", .extension = { { "2.5.29.33", { (const uint8_t *)"0", 2 }, false } } },
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
#define NC_DN(tag) "\x30\x14" tag "\x12\x30\x10\xa4\x0e\x30\x0c\x31\x0a\x30\x08\x06\x03\x55\x04\x03\x0c\x01x"
#define BYTES(text) { (const uint8_t *)(text), sizeof(text) - 1 }

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
	};

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct made e = made(&(struct made_spec){ .dn = "CN=e", .key = 2,
				.extension = { { "2.5.29.17", rows[i].san, false } } }, &inter);

		ck_assert_uint_eq(check_chain(&root, CHAIN(&e, &inter), rows[i].id) &
				  IKE_PROOF_IDENTITY, 0);
	}
}
END_TEST

/* bob's certificates and @auth, whose fate the caller tells */
static uint32_t check_auth(const struct made *ee, const struct made *issuer, uint8_t method,
			   struct bytes auth)
{
	struct pki *pki = pki_with(&root);
	uint32_t proofs = judge(pki, (struct bytes[]){ ee->der, issuer->der }, 2, "CN=bob", method,
				auth);

	pki_free(pki);
	return proofs;
}

#define ck_unsigned(proofs) \
	ck_assert_uint_eq(proofs, IKE_PROOF_PATH | IKE_PROOF_REVOCATION | IKE_PROOF_IDENTITY)

START_TEST(test_signatures)
{
	struct made rsa = made(&(struct made_spec){ .dn = "CN=bob", .kind = MADE_RSA }, &inter);
	struct made ed = made(&(struct made_spec){ .dn = "CN=bob", .kind = MADE_ED25519 }, &inter);
	static const uint16_t hashes[] = { IKE_HASH_SHA2_256, IKE_HASH_SHA2_384, IKE_HASH_SHA2_512 };
	uint8_t copy[1024];
	struct bytes auth;

	for (size_t i = 0; i < COUNT_OF(hashes); i++) {
		ck_passed(check_auth(&bob, &inter, 14, auth_of(&bob, 0, hashes[i])));
		ck_passed(check_auth(&rsa, &inter, 14, auth_of(&rsa, 0, hashes[i])));
		ck_passed(check_auth(&rsa, &inter, 14, auth_of(&rsa, GNUTLS_PK_RSA_PSS, hashes[i])));
	}
	ck_passed(check_auth(&ed, &inter, 14, auth_of(&ed, 0, 0)));

	/* another's key, another kind of key, a certificate of another kind */
	ck_unsigned(check_auth(&bob, &inter, 14, auth_of(&mallory, 0, IKE_HASH_SHA2_256)));
	ck_assert_ptr_nonnull(strstr(why, "is wrong"));
	ck_unsigned(check_auth(&bob, &inter, 14, auth_of(&rsa, 0, IKE_HASH_SHA2_256)));
	ck_assert_ptr_nonnull(strstr(why, "does not fit"));
	ck_unsigned(check_auth(&rsa, &inter, 14, auth_of(&ed, 0, 0)));

	/* an algorithm that is not in the table: SHA-1 with RSA, RFC 7427 A.1.1 */
	auth = hex("0f 300d 0609 2a86 4886 f70d 0101 0505 00 aabbcc");
	ck_unsigned(check_auth(&rsa, &inter, 14, auth));
	ck_assert_ptr_nonnull(strstr(why, "does not know"));

	/* cut and changed, octet by octet */
	auth = auth_of(&bob, 0, IKE_HASH_SHA2_256);
	memcpy(copy, auth.data, auth.len);
	for (size_t i = 0; i < auth.len; i += i < 16 ? 1 : 7) {
		uint8_t *cut = malloc(i ? i : 1);

		memcpy(cut, copy, i);
		ck_unsigned(check_auth(&bob, &inter, 14, bytes_of(cut, i)));
		free(cut);
		copy[i] ^= 1;
		ck_unsigned(check_auth(&bob, &inter, 14, bytes_of(copy, auth.len)));
		copy[i] ^= 1;
	}
	ck_passed(check_auth(&bob, &inter, 14, bytes_of(copy, auth.len)));
}
END_TEST

/* The PSS parameters as RFC 7427 A.4.3 prints them, with a trailerField, are taken too. */
START_TEST(test_pss_trailer)
{
	struct made rsa = made(&(struct made_spec){ .dn = "CN=bob", .kind = MADE_RSA }, &inter);
	struct bytes id = hex("3046 0609 2a86 4886 f70d 0101 0a30 39a0 0f30 0d06 0960 8648 0165 0304"
			      "0201 0500 a11c 301a 0609 2a86 4886 f70d 0101 0830 0d06 0960 8648 0165"
			      "0304 0201 0500 a203 0201 20a3 0302 0101");
	struct bytes auth = auth_of(&rsa, GNUTLS_PK_RSA_PSS, IKE_HASH_SHA2_256);
	uint8_t printed[1024];

	ck_assert_uint_eq(id.len, 72);
	printed[0] = 72;
	memcpy(printed + 1, id.data, 72);
	memcpy(printed + 73, auth.data + 68, auth.len - 68);
	ck_passed(check_auth(&rsa, &inter, 14, bytes_of(printed, auth.len + 5)));
}
END_TEST

static struct bytes raw_of(const struct made *m, gnutls_sign_algorithm_t alg)
{
	static uint8_t raw[1024];
	gnutls_datum_t data = { (unsigned char *)octets, sizeof(octets) - 1 }, sig;
	gnutls_privkey_t key;
	struct bytes result;

	ck_assert_int_ge(gnutls_privkey_init(&key), 0);
	ck_assert_int_ge(gnutls_privkey_import_x509(key, m->key, 0), 0);
	ck_assert_int_ge(gnutls_privkey_sign_data2(key, alg, 0, &data, &sig), 0);
	memcpy(raw, sig.data, sig.size);
	result = bytes_of(raw, sig.size);
	gnutls_free(sig.data);
	gnutls_privkey_deinit(key);
	return result;
}

/* r || s out of DER */
static struct bytes split(struct bytes der, size_t len)
{
	static uint8_t raw[132];
	gnutls_datum_t sig = { (unsigned char *)der.data, (unsigned int)der.len }, n[2];

	ck_assert_int_ge(gnutls_decode_rs_value(&sig, &n[0], &n[1]), 0);
	memset(raw, 0, sizeof(raw));
	for (size_t i = 0; i < 2; i++) {
		size_t skip = n[i].size > len ? n[i].size - len : 0;

		memcpy(raw + (i + 1) * len - (n[i].size - skip), n[i].data + skip, n[i].size - skip);
		gnutls_free(n[i].data);
	}
	return bytes_of(raw, 2 * len);
}

/* Methods 1 and 9 to 11, for peers without RFC 7427. */
START_TEST(test_old_methods)
{
	struct made rsa = made(&(struct made_spec){ .dn = "CN=bob", .kind = MADE_RSA }, &inter);
	struct made p384 = made(&(struct made_spec){ .dn = "CN=bob", .kind = MADE_P384 }, &inter);
	struct made p521 = made(&(struct made_spec){ .dn = "CN=bob", .kind = MADE_P521 }, &inter);
	struct bytes auth;

	ck_passed(check_auth(&rsa, &inter, 1, raw_of(&rsa, GNUTLS_SIGN_RSA_SHA1)));
	ck_unsigned(check_auth(&rsa, &inter, 1, raw_of(&rsa, GNUTLS_SIGN_RSA_SHA256)));
	ck_unsigned(check_auth(&bob, &inter, 1, raw_of(&rsa, GNUTLS_SIGN_RSA_SHA1)));
	ck_unsigned(check_auth(&rsa, &inter, 1, BYTES_NONE));
	auth = split(raw_of(&bob, GNUTLS_SIGN_ECDSA_SHA256), 32);
	ck_passed(check_auth(&bob, &inter, 9, auth));
	ck_unsigned(check_auth(&bob, &inter, 9, bytes_of(auth.data, 63)));
	ck_unsigned(check_auth(&bob, &inter, 10, auth));
	ck_unsigned(check_auth(&p384, &inter, 9, auth));
	memset((uint8_t *)auth.data, 0, auth.len); /* r = s = 0 */
	ck_unsigned(check_auth(&bob, &inter, 9, auth));
	auth = split(raw_of(&p384, GNUTLS_SIGN_ECDSA_SHA384), 48);
	ck_passed(check_auth(&p384, &inter, 10, auth));
	auth = split(raw_of(&p521, GNUTLS_SIGN_ECDSA_SHA512), 66);
	ck_passed(check_auth(&p521, &inter, 11, auth));
	ck_unsigned(check_auth(&bob, &inter, 2, auth)); /* a shared key is no signature */
	ck_unsigned(check_auth(&bob, &inter, 200, auth));
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

START_TEST(test_anchor_files)
{
	struct made v1 = made(&(struct made_spec){ .dn = "CN=v1", .version = 1 }, NULL);
	struct pki *pki = pki_new();
	uint8_t hash[20], want[20];
	gnutls_pubkey_t key;
	gnutls_datum_t spki;
	struct bytes part;

	ck_assert(pki_load_anchor(pki, "a", made_pem("b.pem", CHAIN(&root, &inter), 2), why));
	ck_assert_ptr_nonnull(strstr(why, "holds 2 certificates"));
	ck_assert(pki_load_anchor(pki, "a", made_pem("e.pem", CHAIN(&bob), 1), why));
	ck_assert_ptr_nonnull(strstr(why, "not a CA"));
	ck_assert(pki_load_anchor(pki, "a", made_pem("v.pem", CHAIN(&v1), 1), why));
	ck_assert_int_eq(pki_load_anchor(pki, "a", "/nonexistent", why), -ENOENT);
	ck_assert(pki_load_anchor(pki, "a", made_dir(), why));
	ck_assert(pki_load_anchor(pki, "a", made_text("j.pem", "junk", 0644), why));
	ck_assert(pki_load_anchor(pki, "a", made_text("0.pem", "", 0644), why));
	ck_assert(pki_load_anchor(pki, "a", made_text("c.pem", "-----BEGIN CERTIFICATE-----\nAA==\n"
						      "-----END CERTIFICATE-----\n", 0644), why));
	ck_assert_int_eq(pki_anchor_key_hash(pki, "a", hash), -ENOENT);
	ck_assert(!pki_load_anchor(pki, "a", made_file("r.der", root.der, 0644), why));
	ck_assert(!pki_anchor_key_hash(pki, "a", hash));
	/* RFC 7296 3.7: SHA-1 of the SubjectPublicKeyInfo */
	gnutls_pubkey_init(&key);
	gnutls_pubkey_import_x509(key, root.crt, 0);
	gnutls_pubkey_export2(key, GNUTLS_X509_FMT_DER, &spki);
	part = bytes_of(spki.data, spki.size);
	hash_sha1(&part, 1, want);
	ck_assert_mem_eq(hash, want, 20);
	gnutls_free(spki.data);
	gnutls_pubkey_deinit(key);
	/* loading again replaces */
	ck_assert(!pki_load_anchor(pki, "a", made_pem("o.pem", CHAIN(&other_root), 1), why));
	ck_assert(!pki_anchor_key_hash(pki, "a", hash));
	ck_assert_mem_ne(hash, want, 20);
	pki_free(pki);
}
END_TEST

static void ck_sends(const struct pki *pki, const char *label, const struct made *const *want)
{
	struct bytes cert[IKE_CERTS_MAX];
	int n = pki_chain(pki, label, cert), i;

	for (i = 0; want[i]; i++) {
		ck_assert_int_lt(i, n);
		ck_bytes_eq(cert[i], want[i]->der);
	}
	ck_assert_int_eq(i, n);
}

START_TEST(test_chain_files)
{
	struct made selfsigned = made(&(struct made_spec){ .dn = "CN=lone" }, NULL);
	struct made useless = made(&(struct made_spec){ .dn = "CN=u", .key = 2,
							.usage = GNUTLS_KEY_KEY_ENCIPHERMENT }, &inter);
	struct pki *pki = pki_new();
	struct bytes none[IKE_CERTS_MAX];

	ck_assert(!pki_load_chain(pki, "x", made_pem("x.pem", CHAIN(&bob, &inter, &root), 3), why));
	ck_sends(pki, "x", CHAIN(&bob, &inter));
	ck_assert(!pki_load_chain(pki, "x", made_pem("x.pem", CHAIN(&bob, &root, &other_inter, &inter), 4), why));
	ck_sends(pki, "x", CHAIN(&bob, &inter));
	ck_assert(!pki_load_chain(pki, "y", made_pem("y.pem", CHAIN(&root, &inter, &bob), 3), why));
	ck_sends(pki, "y", CHAIN(&bob, &inter));
	ck_assert(!pki_load_chain(pki, "z", made_file("z.der", bob.der, 0644), why));
	ck_sends(pki, "z", CHAIN(&bob));
	ck_assert(!pki_load_chain(pki, "s", made_file("s.der", selfsigned.der, 0644), why));
	ck_sends(pki, "s", CHAIN(&selfsigned));
	ck_assert(pki_load_chain(pki, "c", made_pem("c.pem", CHAIN(&inter, &root), 2), why));
	ck_assert_ptr_nonnull(strstr(why, "CAs only"));
	ck_assert(pki_load_chain(pki, "u", made_pem("u.pem", CHAIN(&useless), 1), why));
	ck_assert_int_eq(pki_load_chain(pki, "n", "/nonexistent", why), -ENOENT);
	ck_assert_int_eq(pki_chain(pki, "n", none), -ENOENT);
	/* extra ones complete what was loaded before and after */
	made_text("store/README.pem", "no certificate", 0644);
	made_file("store/a.der", other_inter.der, 0644);
	made_pem("store/b.crt", CHAIN(&root, &bob, &inter), 3);
	made_file("store/hidden", BYTES_NONE, 0644);
	ck_assert(!pki_load_extra(pki, made_dir(), why)); /* nothing useful in it, no harm */
	{
		char store[300];

		snprintf(store, sizeof(store), "%s/store", made_dir());
		ck_assert(!pki_load_extra(pki, store, why));
	}
	ck_sends(pki, "z", CHAIN(&bob, &inter));
	ck_assert(!pki_load_chain(pki, "w", made_file("w.der", bob.der, 0644), why));
	ck_sends(pki, "w", CHAIN(&bob, &inter));
	ck_assert(pki_load_extra(pki, "/nonexistent", why));
	pki_free(pki);
}
END_TEST

START_TEST(test_own_identity)
{
	struct made e = made(&(struct made_spec){ .dn = "CN=a,O=b", .key = 2, .dns = "a.b" }, &inter);
	struct made empty = made(&(struct made_spec){ .dn = "", .key = 2, .dns = "a.b" }, &inter);
	struct pki *pki = pki_new();
	char buf[IDENT_STRLEN];
	struct ident id;
	struct bytes spki;
	const char *sentence;

	ck_assert(!pki_load_chain(pki, "a", made_pem("a.pem", CHAIN(&e), 1), why));
	ck_assert(!pki_subject(pki, "a", &id));
	ck_assert_str_eq(ident_format(&id, buf), "O=b, CN=a");
	ck_assert(pki_has_identity(pki, "a", &id));
	ident_free(&id);
	ck_assert(!ident_parse(&id, "A.B", &sentence));
	ck_assert(pki_has_identity(pki, "a", &id));
	ck_assert(!pki_has_identity(pki, "nobody", &id));
	ident_free(&id);
	ck_assert(!pki_public_key(pki, "a", &spki));
	ck_assert_uint_gt(spki.len, 64);
	ck_assert_int_eq(pki_public_key(pki, "b", &spki), -ENOENT);
	/* RFC 4945 3.1.5: an empty subject is no identity */
	ck_assert(!pki_load_chain(pki, "a", made_pem("a.pem", CHAIN(&empty), 1), why));
	ck_assert(pki_subject(pki, "a", &id));
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
	tcase_add_test(tc, test_signatures);
	tcase_add_test(tc, test_pss_trailer);
	tcase_add_test(tc, test_old_methods);
	tcase_add_test(tc, test_limits);
	tcase_add_test(tc, test_nothing);
	tcase_add_test(tc, test_anchor_files);
	tcase_add_test(tc, test_chain_files);
	tcase_add_test(tc, test_own_identity);
	tcase_add_test(tc, test_reason_is_clean);
}

int main(void)
{
	return unit_run("pki", add);
}
