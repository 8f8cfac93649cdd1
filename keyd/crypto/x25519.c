// SPDX-License-Identifier: GPL-2.0-or-later
/* X25519, RFC 7748 and RFC 8031. */
#include <errno.h>

#include <nettle/curve25519.h>

#include "base/bytes.h"
#include "crypto/alg.h"
#include "crypto/group.h"

static int x25519_public(const struct dh_group *g, const uint8_t *priv, uint8_t *pub)
{
	(void)g;
	curve25519_mul_g(pub, priv);
	return 0;
}

static int x25519_shared(const struct dh_group *g, const uint8_t *priv, const uint8_t *peer,
			 uint8_t *shared)
{
	static const uint8_t zero[CURVE25519_SIZE];

	curve25519_mul(shared, priv, peer);
	/* A point of small order gives a secret that everybody knows, RFC 7748 6.1. */
	if (bytes_equal_secret(bytes_of(shared, g->shared_len), bytes_of(zero, sizeof(zero))))
		return -EBADMSG;
	return 0;
}

const struct dh_group group_x25519 = {
	.id = ALG_KE_X25519,
	.public_len = CURVE25519_SIZE,
	.private_len = CURVE25519_SIZE,
	.shared_len = CURVE25519_SIZE,
	.make_public = x25519_public,
	.make_shared = x25519_shared,
};
