/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Pseudo-random functions and prf+, RFC 7296 2.13. */
#ifndef KEYD_CRYPTO_PRF_H
#define KEYD_CRYPTO_PRF_H

#include "base/secret.h"

enum { PRF_LEN_MAX = 64 };

/* Output size, which is also the preferred key size; 0 for an unknown one. */
size_t prf_len(uint16_t prf);
/* prf(key, part[0] | part[1] | ...) into @out, prf_len() octets. Returns 0 or -EINVAL. */
int prf_compute(uint16_t prf, struct bytes key, const struct bytes *part, unsigned int parts,
		uint8_t *out);
/* prf+(key, seed) into an empty @out of @len octets. Returns 0, -EINVAL, -ENOMEM. */
int prf_plus(uint16_t prf, struct bytes key, const struct bytes *seed, unsigned int seeds,
	     struct secret *out, size_t len);
/* AUTH by shared key: prf(prf(secret, "Key Pad for IKEv2"), octets), RFC 7296 2.15. */
int prf_psk_auth(uint16_t prf, struct bytes secret, struct bytes octets, uint8_t *out);
/* SHA-1, for CERTREQ and NAT detection alone. */
void hash_sha1(const struct bytes *part, unsigned int parts, uint8_t out[static 20]);

#endif
