// SPDX-License-Identifier: GPL-2.0-or-later
/* Pre-shared and private keys: what is loaded, what is refused, what is signed. */
#include <errno.h>
#include <gnutls/crypto.h>
#include <stdlib.h>

#include "crypto/alg.h"
#include "crypto/prf.h"
#include "crypto/sigalg.h"
#include "keys/keys.h"
#include "unit/made.h"
#include "unit/unit.h"

static const char octets[] = "ResponderSignedOctets";
static char why[KEYS_WHY_MAX];

static struct bytes signed_octets(void)
{
	return bytes_of(octets, sizeof(octets) - 1);
}

static struct secret secret_of(const char *text)
{
	struct secret s = { 0 };

	ck_assert(!secret_copy(&s, bytes_of(text, strlen(text))));
	return s;
}

START_TEST(test_psk)
{
	struct keys *keys = keys_new();
	struct secret one = secret_of("first secret"), two = secret_of("second secret");
	uint8_t out[KEYS_AUTH_MAX], want[PRF_LEN_MAX];
	size_t len = 0;

	ck_assert_int_eq(keys_psk_auth(keys, "a", ALG_PRF_HMAC_SHA2_256, signed_octets(), out, &len),
			 -ENOKEY);
	ck_assert(!keys_set_psk(keys, "a", &one));
	ck_assert_ptr_null(one.data);
	ck_assert_int_eq(keys_psk_auth(keys, "b", ALG_PRF_HMAC_SHA2_256, signed_octets(), out, &len),
			 -ENOKEY);
	ck_assert(!keys_psk_auth(keys, "a", ALG_PRF_HMAC_SHA2_384, signed_octets(), out, &len));
	ck_assert_uint_eq(len, 48);
	ck_assert(!prf_psk_auth(ALG_PRF_HMAC_SHA2_384, bytes_of("first secret", 12), signed_octets(),
				want));
	ck_assert_mem_eq(out, want, 48);
	ck_assert(!keys_set_psk(keys, "a", &two)); /* replaces */
	ck_assert(!keys_psk_auth(keys, "a", ALG_PRF_HMAC_SHA2_384, signed_octets(), out, &len));
	ck_assert_mem_ne(out, want, 48);
	ck_assert_int_lt(keys_psk_auth(keys, "a", 99, signed_octets(), out, &len), 0);
	keys_forget(keys, "a");
	keys_forget(keys, "a");
	ck_assert_int_eq(keys_psk_auth(keys, "a", ALG_PRF_HMAC_SHA2_256, signed_octets(), out, &len),
			 -ENOKEY);
	keys_free(keys);
	keys_free(NULL);
}
END_TEST

static struct bytes spki_of(gnutls_pubkey_t key)
{
	gnutls_datum_t der;
	uint8_t *copy;

	ck_assert_int_ge(gnutls_pubkey_export2(key, GNUTLS_X509_FMT_DER, &der), 0);
	copy = malloc(der.size);
	memcpy(copy, der.data, der.size);
	gnutls_free(der.data);
	return bytes_of(copy, der.size);
}

static gnutls_pubkey_t public_of(enum made_kind kind, unsigned int n)
{
	gnutls_privkey_t key;
	gnutls_pubkey_t public;

	ck_assert_int_ge(gnutls_privkey_init(&key), 0);
	ck_assert_int_ge(gnutls_privkey_import_x509(key, made_key(kind, n), 0), 0);
	ck_assert_int_ge(gnutls_pubkey_init(&public), 0);
	ck_assert_int_ge(gnutls_pubkey_import_privkey(public, key, 0, 0), 0);
	gnutls_privkey_deinit(key);
	return public;
}

static int load(struct keys *keys, const char *path, struct bytes spki)
{
	why[0] = '\0';
	return keys_load_private(keys, "k", path, spki, why);
}

static const char *exported(enum made_kind kind, gnutls_x509_crt_fmt_t format, int pkcs8)
{
	gnutls_datum_t out;
	const char *path;

	if (pkcs8 < 0)
		ck_assert_int_ge(gnutls_x509_privkey_export2(made_key(kind, 0), format, &out), 0);
	else
		ck_assert_int_ge(gnutls_x509_privkey_export2_pkcs8(made_key(kind, 0), format,
								   pkcs8 ? "passphrase" : NULL,
								   pkcs8 ? GNUTLS_PKCS_PBES2_AES_256 :
									   GNUTLS_PKCS_PLAIN,
								   &out), 0);
	path = made_file("k", bytes_of(out.data, out.size), 0600);
	gnutls_free(out.data);
	return path;
}

/* PKCS#1, SEC1 and PKCS#8, in PEM and DER; encrypted ones are told from broken ones. */
START_TEST(test_formats)
{
	static const enum made_kind kinds[] = { MADE_RSA, MADE_P256, MADE_P384, MADE_ED25519 };
	struct keys *keys = keys_new();
	enum made_kind kind = kinds[_i];
	gnutls_pubkey_t public = public_of(kind, 0), other = public_of(kind, 1);
	struct bytes spki = spki_of(public), wrong = spki_of(other);

	for (int format = GNUTLS_X509_FMT_DER; format <= GNUTLS_X509_FMT_PEM; format++) {
		if (kind != MADE_ED25519) /* has PKCS#8 only */
			ck_assert_msg(!load(keys, exported(kind, (gnutls_x509_crt_fmt_t)format, -1), spki),
				      "%s", why);
		ck_assert_msg(!load(keys, exported(kind, (gnutls_x509_crt_fmt_t)format, 0), spki), "%s", why);
	}
	ck_assert(!load(keys, exported(kind, GNUTLS_X509_FMT_PEM, 0), BYTES_NONE));
	ck_assert_int_eq(load(keys, exported(kind, GNUTLS_X509_FMT_PEM, 0), wrong), -EINVAL);
	ck_assert_ptr_nonnull(strstr(why, "not the key of the certificate"));
	ck_assert_int_eq(load(keys, exported(kind, GNUTLS_X509_FMT_PEM, 1), spki), -EINVAL);
	ck_assert_ptr_nonnull(strstr(why, "is encrypted"));
	free((void *)spki.data);
	free((void *)wrong.data);
	gnutls_pubkey_deinit(public);
	gnutls_pubkey_deinit(other);
	keys_free(keys);
}
END_TEST

START_TEST(test_files)
{
	struct keys *keys = keys_new();
	const char *path = made_key_pem("k", made_key(MADE_P256, 0));
	uint8_t out[KEYS_AUTH_MAX], method;
	size_t len;

	ck_assert_int_eq(load(keys, "/nonexistent", BYTES_NONE), -ENOENT);
	ck_assert_int_lt(load(keys, made_dir(), BYTES_NONE), 0);
	ck_assert_int_eq(load(keys, made_text("0", "", 0600), BYTES_NONE), -EINVAL);
	ck_assert_int_eq(load(keys, made_text("j", "junk", 0600), BYTES_NONE), -EINVAL);
	ck_assert_int_eq(load(keys, made_text("p", "-----BEGIN PRIVATE KEY-----\nAAAA\n"
					      "-----END PRIVATE KEY-----\n", 0600), BYTES_NONE), -EINVAL);
	ck_assert_int_eq(load(keys, made_text("c", "-----BEGIN CERTIFICATE-----\nAAAA\n", 0600),
			      BYTES_NONE), -EINVAL);
	ck_assert_int_eq(load(keys, made_key_pem("w", made_key(MADE_RSA_1024, 0)), BYTES_NONE), -EINVAL);
	ck_assert_ptr_nonnull(strstr(why, "1024 bits"));
	/* none of these left anything behind */
	ck_assert_int_eq(keys_sign(keys, "k", 0, signed_octets(), &method, out, &len, why), -ENOKEY);
	ck_assert(!load(keys, path, BYTES_NONE));
	ck_assert(!keys_sign(keys, "k", 0, signed_octets(), &method, out, &len, why));
	keys_forget(keys, "k");
	ck_assert_int_eq(keys_sign(keys, "k", 0, signed_octets(), &method, out, &len, why), -ENOKEY);
	keys_free(keys);
}
END_TEST

START_TEST(test_permissions)
{
	static const struct {
		unsigned int mode;
		bool good;
	} rows[] = { { 0600, true }, { 0400, true }, { 0700, true }, { 0640, false }, { 0644, false },
		     { 0604, false }, { 0620, false } };
	gnutls_datum_t pem;
	struct keys *keys = keys_new();

	ck_assert_int_ge(gnutls_x509_privkey_export2(made_key(MADE_P256, 0), GNUTLS_X509_FMT_PEM,
						     &pem), 0);
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		const char *path = made_file("k", bytes_of(pem.data, pem.size), rows[i].mode);

		ck_assert_int_eq(load(keys, path, BYTES_NONE), rows[i].good ? 0 : -EPERM);
		if (!rows[i].good)
			ck_assert_ptr_nonnull(strstr(why, "chmod 600"));
	}
	gnutls_free(pem.data);
	keys_free(keys);
}
END_TEST

#define H(hash) (1u << IKE_HASH_##hash)
#define SHA2 (H(SHA2_256) | H(SHA2_384) | H(SHA2_512))

/* What is signed with, by our key and the peer's hashes. */
static const struct {
	enum made_kind kind;
	uint32_t hashes;
	int method; /* 0: refused */
	uint16_t hash; /* of method 14 */
} choices[] = {
	{ MADE_RSA, SHA2 | H(IDENTITY), 14, IKE_HASH_SHA2_256 },
	{ MADE_RSA, H(SHA2_512) | H(SHA2_384), 14, IKE_HASH_SHA2_384 },
	{ MADE_RSA, H(SHA2_512), 14, IKE_HASH_SHA2_512 },
	{ MADE_RSA, H(SHA1), 0, 0 },
	{ MADE_RSA, H(IDENTITY), 0, 0 },
	{ MADE_RSA, 0, 1, 0 },
	{ MADE_P256, SHA2, 14, IKE_HASH_SHA2_256 },
	{ MADE_P256, 0, 9, 0 },
	{ MADE_P384, SHA2, 14, IKE_HASH_SHA2_384 },
	{ MADE_P384, H(SHA2_256), 14, IKE_HASH_SHA2_256 },
	{ MADE_P384, 0, 10, 0 },
	{ MADE_P521, SHA2, 14, IKE_HASH_SHA2_512 },
	{ MADE_P521, 0, 11, 0 },
	{ MADE_ED25519, SHA2 | H(IDENTITY), 14, IKE_HASH_IDENTITY },
	{ MADE_ED25519, SHA2, 0, 0 },
	{ MADE_ED25519, 0, 0, 0 },
	{ MADE_RSA_PSS, SHA2, 14, IKE_HASH_SHA2_256 },
	{ MADE_RSA_PSS, 0, 0, 0 },
};

static bool verifies(enum made_kind kind, gnutls_sign_algorithm_t alg, struct bytes signature)
{
	gnutls_pubkey_t public = public_of(kind, 0);
	gnutls_datum_t data = { (unsigned char *)octets, sizeof(octets) - 1 };
	gnutls_datum_t sig = { (unsigned char *)signature.data, (unsigned int)signature.len };
	int r = gnutls_pubkey_verify_data2(public, alg, GNUTLS_VERIFY_ALLOW_SIGN_WITH_SHA1, &data, &sig);

	gnutls_pubkey_deinit(public);
	return r >= 0;
}

static bool verifies_raw(enum made_kind kind, uint8_t method, const uint8_t *raw, size_t len)
{
	const struct sigalg_ecdsa *alg = sigalg_ecdsa_find(method, 0);
	gnutls_datum_t r = { (unsigned char *)raw, (unsigned int)len / 2 };
	gnutls_datum_t s = { r.data + r.size, r.size }, der;
	bool ok;

	ck_assert_uint_eq(len, 2 * alg->len);
	ck_assert_int_ge(gnutls_encode_rs_value(&der, &r, &s), 0);
	ok = verifies(kind, alg->sign, bytes_of(der.data, der.size));
	gnutls_free(der.data);
	return ok;
}

START_TEST(test_choices)
{
	enum made_kind kind = choices[_i].kind;
	struct keys *keys = keys_new();
	uint8_t out[KEYS_AUTH_MAX], method = 0;
	const struct sigalg *alg;
	struct bytes signature;
	size_t len = 0;
	int r;

	ck_assert_msg(!load(keys, made_key_pem("k", made_key(kind, 0)), BYTES_NONE), "%s", why);
	r = keys_sign(keys, "k", choices[_i].hashes, signed_octets(), &method, out, &len, why);
	if (!choices[_i].method) {
		ck_assert_int_eq(r, -EOPNOTSUPP);
		ck_assert_uint_gt(strlen(why), 10);
		keys_free(keys);
		return;
	}
	ck_assert_msg(!r, "%s", why);
	ck_assert_int_eq(method, choices[_i].method);
	if (method == 14) {
		alg = sigalg_parse(bytes_of(out, len), &signature);
		ck_assert_ptr_nonnull(alg);
		ck_assert_uint_eq(alg->hash, choices[_i].hash);
		ck_assert(verifies(kind, alg->sign, signature));
	} else if (method == 1) {
		ck_assert(verifies(kind, GNUTLS_SIGN_RSA_SHA1, bytes_of(out, len)));
	} else {
		/* some r or s begins with zero octets: the length stays */
		for (int i = 0; i < 300; i++) {
			ck_assert(!keys_sign(keys, "k", 0, signed_octets(), &method, out, &len, why));
			ck_assert_uint_eq(len, 2 * sigalg_ecdsa_find(method, 0)->len);
			if (!out[0] || !out[len / 2])
				break;
		}
		ck_assert(verifies_raw(kind, method, out, len));
	}
	keys_free(keys);
}
END_TEST

/* A plain RSA key file whose certificate says RSASSA-PSS with SHA2-384: that is what it signs. */
START_TEST(test_pss_certificate)
{
	gnutls_pubkey_t public = public_of(MADE_RSA, 0);
	struct keys *keys = keys_new();
	uint8_t out[KEYS_AUTH_MAX], method = 0;
	gnutls_x509_spki_t params;
	const struct sigalg *alg;
	struct bytes spki, signature;
	size_t len = 0;

	ck_assert_int_ge(gnutls_x509_spki_init(&params), 0);
	gnutls_x509_spki_set_rsa_pss_params(params, GNUTLS_DIG_SHA384, 48);
	ck_assert_int_ge(gnutls_pubkey_set_spki(public, params, 0), 0);
	gnutls_x509_spki_deinit(params);
	spki = spki_of(public);
	ck_assert_msg(!load(keys, made_key_pem("k", made_key(MADE_RSA, 0)), spki), "%s", why);
	ck_assert(!keys_sign(keys, "k", SHA2, signed_octets(), &method, out, &len, why));
	alg = sigalg_parse(bytes_of(out, len), &signature);
	ck_assert_ptr_nonnull(alg);
	ck_assert_int_eq(alg->sign, GNUTLS_SIGN_RSA_PSS_SHA384);
	ck_assert(verifies(MADE_RSA, alg->sign, signature));
	ck_assert_int_eq(keys_sign(keys, "k", H(SHA2_256), signed_octets(), &method, out, &len, why),
			 -EOPNOTSUPP);
	ck_assert_int_eq(load(keys, made_key_pem("k", made_key(MADE_RSA, 1)), spki), -EINVAL);
	free((void *)spki.data);
	gnutls_pubkey_deinit(public);
	keys_free(keys);
}
END_TEST

/* RFC 7427 appendix A, RFC 8420 A.1: the octets that go before a signature. */
START_TEST(test_identifiers)
{
	static const struct {
		gnutls_pk_algorithm_t pk;
		uint16_t hash;
		const char *id;
	} rows[] = {
		{ GNUTLS_PK_RSA, IKE_HASH_SHA2_256, "300d 0609 2a86 4886 f70d 0101 0b05 00" },
		{ GNUTLS_PK_RSA, IKE_HASH_SHA2_384, "300d 0609 2a86 4886 f70d 0101 0c05 00" },
		{ GNUTLS_PK_RSA, IKE_HASH_SHA2_512, "300d 0609 2a86 4886 f70d 0101 0d05 00" },
		{ GNUTLS_PK_ECDSA, IKE_HASH_SHA2_256, "300a 0608 2a86 48ce 3d04 0302" },
		{ GNUTLS_PK_ECDSA, IKE_HASH_SHA2_384, "300a 0608 2a86 48ce 3d04 0303" },
		{ GNUTLS_PK_ECDSA, IKE_HASH_SHA2_512, "300a 0608 2a86 48ce 3d04 0304" },
		{ GNUTLS_PK_EDDSA_ED25519, IKE_HASH_IDENTITY, "3005 0603 2b65 70" },
		/* without the trailerField that A.4.3 prints, as DER wants it */
		{ GNUTLS_PK_RSA_PSS, IKE_HASH_SHA2_256,
		  "3041 0609 2a86 4886 f70d 0101 0a30 34a0 0f30 0d06 0960 8648 0165 0304 0201 0500 a11c"
		  "301a 0609 2a86 4886 f70d 0101 0830 0d06 0960 8648 0165 0304 0201 0500 a203 0201 20" },
	};
	struct bytes rest;

	for (size_t i = 0; i < COUNT_OF(rows); i++)
		ck_bytes_eq(sigalg_find(rows[i].pk, rows[i].hash)->id, hex(rows[i].id));
	ck_assert_ptr_null(sigalg_find(GNUTLS_PK_RSA, IKE_HASH_SHA1));
	ck_assert_ptr_null(sigalg_parse(BYTES_NONE, &rest));
	ck_assert_ptr_null(sigalg_parse(hex("07 3005 0603 2b65"), &rest));
	ck_assert_ptr_nonnull(sigalg_parse(hex("07 3005 0603 2b65 70"), &rest));
	ck_assert_uint_eq(rest.len, 0);
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_test(tc, test_psk);
	tcase_add_loop_test(tc, test_formats, 0, 4);
	tcase_add_test(tc, test_files);
	tcase_add_test(tc, test_permissions);
	tcase_add_loop_test(tc, test_choices, 0, COUNT_OF(choices));
	tcase_add_test(tc, test_pss_certificate);
	tcase_add_test(tc, test_identifiers);
}

int main(void)
{
	return unit_run("keys", add);
}
