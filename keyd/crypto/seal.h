/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Protection of the SK payload, RFC 7296 3.14 and RFC 5282. */
#ifndef KEYD_CRYPTO_SEAL_H
#define KEYD_CRYPTO_SEAL_H

#include "base/secret.h"

/**
 * struct seal - how one direction of an IKE SA is protected
 * @encr: ENCR transform id
 * @key_bits: of the encryption key
 * @integ: INTEG transform id, 0 with AEAD
 * @encr_key: SK_e, with the salt of an AEAD at its end
 * @integ_key: SK_a, empty with AEAD
 */
struct seal {
	uint16_t encr;
	uint16_t key_bits;
	uint16_t integ;
	struct secret encr_key;
	struct secret integ_key;
};

/* Octets that an SK body of @plain octets takes: IV, padding, pad length, ICV included. */
size_t seal_body_len(const struct seal *s, size_t plain);
/*
 * Make the body of an SK payload. @header: the octets of the message before the body (IKE
 * header to the generic header of SK, its lengths already final). @iv: seal_iv_len() octets,
 * unique per key for AEAD, unpredictable for CBC. @out has room for seal_body_len() octets
 * and follows @header in memory. Returns 0 or a negative errno.
 */
int seal_make(const struct seal *s, struct bytes header, const uint8_t *iv, struct bytes plain,
	      uint8_t *out);
size_t seal_iv_len(const struct seal *s);
/*
 * Check and decrypt. @plain gets at most @body.len octets; *plain_len is what remains after
 * the padding. Returns 0, or -EBADMSG for whatever is wrong with it: nothing in @plain may
 * be used then.
 */
int seal_open(const struct seal *s, struct bytes header, struct bytes body, uint8_t *plain,
	      size_t *plain_len);
void seal_wipe(struct seal *s);

#endif
