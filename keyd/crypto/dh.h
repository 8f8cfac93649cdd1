/* SPDX-License-Identifier: GPL-2.0-or-later */
/* (EC)DH: MODP (RFC 3526), ECP (RFC 5903), X25519 (RFC 8031), with the checks of RFC 6989. */
#ifndef KEYD_CRYPTO_DH_H
#define KEYD_CRYPTO_DH_H

#include "base/secret.h"

/* Fills @buf with @len random octets; the caller's own source, see struct ike_env. */
typedef void (*dh_random)(void *ctx, void *buf, size_t len);

/**
 * struct dh - our half of an exchange
 * @group: KE transform id
 * @priv: private value
 * @pub: public value as in the KE payload, heap
 * @pub_len: octets
 */
struct dh {
	uint16_t group;
	struct secret priv;
	uint8_t *pub;
	size_t pub_len;
};

/* Octets of a public value, 0 for an unknown group. */
size_t dh_public_len(uint16_t group);
/* Returns 0, -EINVAL for an unknown group, -ENOMEM, -EIO when @random gives nothing usable. */
int dh_generate(struct dh *dh, uint16_t group, dh_random random, void *ctx);
/*
 * g^ir as RFC 7296 2.14 wants it (MODP padded to the length of the prime; ECP: the x
 * coordinate). Returns 0, or -EBADMSG for a degenerate or invalid public value, -ENOMEM.
 */
int dh_compute(const struct dh *dh, struct bytes peer, struct secret *shared);
void dh_wipe(struct dh *dh);

#endif
