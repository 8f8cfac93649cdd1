// SPDX-License-Identifier: GPL-2.0-or-later
/* The signature of a peer: RFC 7427 and the older methods. */
#include <gnutls/crypto.h>
#include <stdlib.h>

#include "unit/pki_world.h"

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
	gnutls_datum_t data = { (unsigned char *)signed_octets.data,
				(unsigned int)signed_octets.len }, sig;
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

static void add(TCase *tc)
{
	tcase_add_unchecked_fixture(tc, make_world, NULL);
	tcase_add_test(tc, test_signatures);
	tcase_add_test(tc, test_pss_trailer);
	tcase_add_test(tc, test_old_methods);
}

int main(void)
{
	return unit_run("pki_auth", add);
}
