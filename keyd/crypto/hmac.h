/* SPDX-License-Identifier: GPL-2.0-or-later */
/* HMAC with the hash chosen at run time, its state on the caller's stack. For this folder alone. */
#ifndef KEYD_CRYPTO_HMAC_H
#define KEYD_CRYPTO_HMAC_H

#include <nettle/nettle-meta.h>
#include <nettle/sha2.h>

#include "base/bytes.h"

union hmac_hash_ctx {
	struct sha256_ctx sha256;
	struct sha512_ctx sha512; /* SHA-384 too */
};

/* A keyed HMAC; holds key material: wipe it with hmac_wipe(). */
struct hmac {
	const struct nettle_hash *hash;
	union hmac_hash_ctx outer, inner, state;
};

/* @hash: nettle_sha256, nettle_sha384 or nettle_sha512. Any length of @key will do. */
void hmac_init(struct hmac *h, const struct nettle_hash *hash, struct bytes key);
void hmac_add(struct hmac *h, struct bytes data);
/* The first @len octets of the MAC; @h is ready for the next message under the same key. */
void hmac_final(struct hmac *h, uint8_t *mac, size_t len);
void hmac_wipe(struct hmac *h);

#endif
