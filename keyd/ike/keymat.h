/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Keys of IKE SAs and Child SAs, and what AUTH signs. Pure. */
#ifndef KEYD_IKE_KEYMAT_H
#define KEYD_IKE_KEYMAT_H

#include "crypto/seal.h"
#include "ike/select.h"

/**
 * struct ike_keys - what comes out of a key exchange, RFC 7296 2.14
 * @d: SK_d
 * @pi: SK_pi
 * @pr: SK_pr
 * @seal_i: SK_ei and SK_ai: messages of the initiator
 * @seal_r: SK_er and SK_ar
 */
struct ike_keys {
	struct secret d, pi, pr;
	struct seal seal_i, seal_r;
};

/* Returns 0 or a negative errno; @keys is empty then. */
int keymat_ike(struct ike_keys *keys, const struct suite *suite, struct bytes shared,
	       struct bytes ni, struct bytes nr, const uint8_t *spi_i, const uint8_t *spi_r);
void keymat_wipe(struct ike_keys *keys);

/**
 * struct child_keys - KEYMAT of a Child SA, RFC 7296 2.17
 * @keymat: all of it, which the views below are of
 */
struct child_keys {
	struct secret keymat;
	struct bytes encr_i, integ_i; /* from the initiator of the exchange to the responder */
	struct bytes encr_r, integ_r;
};

int keymat_child(struct child_keys *keys, const struct suite *esp, uint16_t prf,
		 const struct secret *d, struct bytes ni, struct bytes nr);

/*
 * Octets that AUTH protects: @message | @nonce | prf(@p, @id), RFC 7296 2.15. @id: the body of the
 * ID payload as it is on the wire, reserved octets included. @out is empty before. Returns 0 or a
 * negative errno.
 */
int keymat_signed_octets(struct secret *out, uint16_t prf, struct bytes message, struct bytes nonce,
			 const struct secret *p, struct bytes id);

#endif
