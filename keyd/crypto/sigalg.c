// SPDX-License-Identifier: GPL-2.0-or-later
#include "crypto/sigalg.h"

#include "wire/iana.h"

#define BLOB(octets) { (const uint8_t *)(octets), sizeof(octets) - 1 }

/* sha256WithRSAEncryption and its kin, RFC 7427 A.1: parameters NULL. */
#define RSA_ID(n) BLOB("\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01" n "\x05\x00")
/* ecdsa-with-SHA256 and its kin, A.3: no parameters. */
#define ECDSA_ID(n) BLOB("\x30\x0a\x06\x08\x2a\x86\x48\xce\x3d\x04\x03" n)
/* id-RSASSA-PSS with one hash for message and MGF1, salt as long as the hash. */
#define HASH_ID(n) "\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02" n "\x05\x00"
#define PSS_PARAMS(hash, salt)                                                                     \
	"\xa0\x0f" HASH_ID(hash) "\xa1\x1c\x30\x1a\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x08"   \
		HASH_ID(hash) "\xa2\x03\x02\x01" salt
#define PSS_ID(hash, salt)                                                                         \
	BLOB("\x30\x41\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0a\x30\x34" PSS_PARAMS(hash, salt))
/*
 * As printed in RFC 7427 A.4.3, with the trailerField that DER leaves out because it has its
 * default value: peers send either.
 */
#define PSS_TRAILER_ID(hash, salt)                                                               \
	BLOB("\x30\x46\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0a\x30\x39" PSS_PARAMS(hash, salt) \
	     "\xa3\x03\x02\x01\x01")

/* The first one of a key and hash is the one that we send. */
static const struct sigalg algs[] = {
	{ "RSA with SHA2-256", IKE_HASH_SHA2_256, GNUTLS_PK_RSA, GNUTLS_SIGN_RSA_SHA256,
	  RSA_ID("\x0b") },
	{ "RSA with SHA2-384", IKE_HASH_SHA2_384, GNUTLS_PK_RSA, GNUTLS_SIGN_RSA_SHA384,
	  RSA_ID("\x0c") },
	{ "RSA with SHA2-512", IKE_HASH_SHA2_512, GNUTLS_PK_RSA, GNUTLS_SIGN_RSA_SHA512,
	  RSA_ID("\x0d") },
	{ "RSA-PSS with SHA2-256", IKE_HASH_SHA2_256, GNUTLS_PK_RSA_PSS,
	  GNUTLS_SIGN_RSA_PSS_SHA256, PSS_ID("\x01", "\x20") },
	{ "RSA-PSS with SHA2-384", IKE_HASH_SHA2_384, GNUTLS_PK_RSA_PSS,
	  GNUTLS_SIGN_RSA_PSS_SHA384, PSS_ID("\x02", "\x30") },
	{ "RSA-PSS with SHA2-512", IKE_HASH_SHA2_512, GNUTLS_PK_RSA_PSS,
	  GNUTLS_SIGN_RSA_PSS_SHA512, PSS_ID("\x03", "\x40") },
	{ "RSA-PSS with SHA2-256", IKE_HASH_SHA2_256, GNUTLS_PK_RSA_PSS,
	  GNUTLS_SIGN_RSA_PSS_SHA256, PSS_TRAILER_ID("\x01", "\x20") },
	{ "RSA-PSS with SHA2-384", IKE_HASH_SHA2_384, GNUTLS_PK_RSA_PSS,
	  GNUTLS_SIGN_RSA_PSS_SHA384, PSS_TRAILER_ID("\x02", "\x30") },
	{ "RSA-PSS with SHA2-512", IKE_HASH_SHA2_512, GNUTLS_PK_RSA_PSS,
	  GNUTLS_SIGN_RSA_PSS_SHA512, PSS_TRAILER_ID("\x03", "\x40") },
	{ "ECDSA with SHA2-256", IKE_HASH_SHA2_256, GNUTLS_PK_ECDSA, GNUTLS_SIGN_ECDSA_SHA256,
	  ECDSA_ID("\x02") },
	{ "ECDSA with SHA2-384", IKE_HASH_SHA2_384, GNUTLS_PK_ECDSA, GNUTLS_SIGN_ECDSA_SHA384,
	  ECDSA_ID("\x03") },
	{ "ECDSA with SHA2-512", IKE_HASH_SHA2_512, GNUTLS_PK_ECDSA, GNUTLS_SIGN_ECDSA_SHA512,
	  ECDSA_ID("\x04") },
	/* RFC 8420 A.1 */
	{ "Ed25519", IKE_HASH_IDENTITY, GNUTLS_PK_EDDSA_ED25519, GNUTLS_SIGN_EDDSA_ED25519,
	  BLOB("\x30\x05\x06\x03\x2b\x65\x70") },
};

static const struct sigalg_ecdsa ecdsa[] = {
	{ IKE_METHOD_ECDSA_256, GNUTLS_ECC_CURVE_SECP256R1, GNUTLS_SIGN_ECDSA_SHA256, 32 },
	{ IKE_METHOD_ECDSA_384, GNUTLS_ECC_CURVE_SECP384R1, GNUTLS_SIGN_ECDSA_SHA384, 48 },
	{ IKE_METHOD_ECDSA_521, GNUTLS_ECC_CURVE_SECP521R1, GNUTLS_SIGN_ECDSA_SHA512, 66 },
};

const struct sigalg *sigalg_parse(struct bytes auth, struct bytes *signature)
{
	struct bytes id;

	if (!auth.len || auth.data[0] >= auth.len)
		return NULL;
	id = bytes_of(auth.data + 1, auth.data[0]);
	*signature = bytes_of(id.data + id.len, auth.len - 1 - id.len);
	for (size_t i = 0; i < sizeof(algs) / sizeof(algs[0]); i++)
		if (bytes_equal(algs[i].id, id))
			return &algs[i];
	return NULL;
}

const struct sigalg *sigalg_find(gnutls_pk_algorithm_t pk, uint16_t hash)
{
	for (size_t i = 0; i < sizeof(algs) / sizeof(algs[0]); i++)
		if (algs[i].pk == pk && algs[i].hash == hash)
			return &algs[i];
	return NULL;
}

const struct sigalg_ecdsa *sigalg_ecdsa_find(uint8_t method, gnutls_ecc_curve_t curve)
{
	for (size_t i = 0; i < sizeof(ecdsa) / sizeof(ecdsa[0]); i++)
		if (method ? ecdsa[i].method == method : ecdsa[i].curve == curve)
			return &ecdsa[i];
	return NULL;
}
