/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Signature algorithms of AUTH payloads: RFC 7427 (method 14), RFC 7296 (1), RFC 4754 (9-11). */
#ifndef KEYD_CRYPTO_SIGALG_H
#define KEYD_CRYPTO_SIGALG_H

#include <gnutls/gnutls.h>

#include "base/bytes.h"

/**
 * struct sigalg - one algorithm of method 14
 * @name: for people
 * @hash: enum ike_hash
 * @pk: GNUTLS_PK_RSA, _RSA_PSS, _ECDSA or _EDDSA_ED25519
 * @sign: the same for GnuTLS
 * @id: DER of the AlgorithmIdentifier, RFC 7427 appendix A and RFC 8420 appendix A
 */
struct sigalg {
	const char *name;
	uint16_t hash;
	gnutls_pk_algorithm_t pk;
	gnutls_sign_algorithm_t sign;
	struct bytes id;
};

/*
 * Split the authentication data of method 14. Returns NULL when it is malformed or its
 * AlgorithmIdentifier is none of ours, octet by octet.
 */
const struct sigalg *sigalg_parse(struct bytes auth, struct bytes *signature);
/* By key and hash, NULL when there is none. */
const struct sigalg *sigalg_find(gnutls_pk_algorithm_t pk, uint16_t hash);

/**
 * struct sigalg_ecdsa - methods 9 to 11: ECDSA with a curve and hash fixed, signature r || s
 * @method: enum ike_auth_method
 * @len: octets of r, and of s
 */
struct sigalg_ecdsa {
	uint8_t method;
	gnutls_ecc_curve_t curve;
	gnutls_sign_algorithm_t sign;
	size_t len;
};

/* By method, or by curve when @method is 0; NULL when there is none. */
const struct sigalg_ecdsa *sigalg_ecdsa_find(uint8_t method, gnutls_ecc_curve_t curve);

#endif
