/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What one group of (EC)DH does, behind crypto/dh.h. For this folder and its tests alone. */
#ifndef KEYD_CRYPTO_GROUP_H
#define KEYD_CRYPTO_GROUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ecc_curve;

/**
 * struct dh_group - a group
 * @id: KE transform id
 * @public_len: octets of a public value
 * @private_len: octets of a private value
 * @shared_len: octets of the shared secret
 * @prime: of a MODP group, @public_len octets
 * @curve: of an ECP group
 * @make_public: public value of @priv. 0, -ERANGE when @priv is not a private value of the
 *     group, or -ENOMEM
 * @make_shared: 0, -EBADMSG when @peer is not a sound public value, or -ENOMEM
 */
struct dh_group {
	uint16_t id;
	uint16_t public_len;
	uint16_t private_len;
	uint16_t shared_len;
	const uint8_t *prime;
	const struct ecc_curve *(*curve)(void);
	int (*make_public)(const struct dh_group *g, const uint8_t *priv, uint8_t *pub);
	int (*make_shared)(const struct dh_group *g, const uint8_t *priv, const uint8_t *peer,
			   uint8_t *shared);
};

extern const struct dh_group group_modp_2048, group_modp_3072;
extern const struct dh_group group_ecp_256, group_ecp_384;
extern const struct dh_group group_x25519;

#endif
