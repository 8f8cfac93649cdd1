// SPDX-License-Identifier: GPL-2.0-or-later
/* Files of anchors and of our own chains. */
#include <errno.h>
#include <stdio.h>

#include "crypto/prf.h"
#include "unit/pki_world.h"

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
	ck_assert(!pki_load_chain(pki, "x",
				  made_pem("x.pem", CHAIN(&bob, &root, &other_inter, &inter), 4),
				  why));
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

static void add(TCase *tc)
{
	tcase_add_unchecked_fixture(tc, make_world, NULL);
	tcase_add_test(tc, test_anchor_files);
	tcase_add_test(tc, test_chain_files);
	tcase_add_test(tc, test_own_identity);
}

int main(void)
{
	return unit_run("pki_files", add);
}
