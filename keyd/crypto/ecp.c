// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Curves over a prime field, RFC 5903. A public value is x | y, the shared secret x alone
 * (RFC 5903 7). What the libraries copy on their way is wiped by the memory functions that
 * GnuTLS gives to GMP when it is loaded; what is ours is wiped here.
 */
#include <errno.h>
#include <string.h>

#include <gmp.h>
#include <gnutls/gnutls.h>
#include <nettle/ecc-curve.h>
#include <nettle/ecc.h>

#include "crypto/alg.h"
#include "crypto/group.h"

/* A number in @len octets, most significant first. */
static void get_number(mpz_t z, const uint8_t *octets, size_t len)
{
	mpz_import(z, len, 1, 1, 1, 0, octets);
}

static void put_number(uint8_t *octets, size_t len, const mpz_t z)
{
	size_t used = (mpz_sizeinbase(z, 2) + 7) / 8;

	memset(octets, 0, len);
	mpz_export(octets + len - used, NULL, 1, 1, 1, 0, z);
}

static void wipe_number(mpz_t z)
{
	mp_size_t n = (mp_size_t)mpz_size(z);

	if (n)
		gnutls_memset(mpz_limbs_modify(z, n), 0, (size_t)n * sizeof(mp_limb_t));
	mpz_clear(z);
}

static void wipe_scalar(struct ecc_scalar *s)
{
	gnutls_memset(s->p, 0, ecc_size(s->ecc) * sizeof(mp_limb_t));
	ecc_scalar_clear(s);
}

static void wipe_point(struct ecc_point *p)
{
	gnutls_memset(p->p, 0, ecc_size_a(p->ecc) * sizeof(mp_limb_t));
	ecc_point_clear(p);
}

/* False when the number is 0 or not below the order of the group. */
static bool set_scalar(struct ecc_scalar *s, const struct dh_group *g, const uint8_t *priv)
{
	bool ok;
	mpz_t z;

	mpz_init(z);
	get_number(z, priv, g->private_len);
	ok = ecc_scalar_set(s, z);
	wipe_number(z);
	return ok;
}

/* False when the coordinates are not below the prime or not on the curve, RFC 6989 2.3. */
static bool set_point(struct ecc_point *p, const struct dh_group *g, const uint8_t *pub)
{
	size_t half = g->public_len / 2;
	mpz_t x, y;
	bool ok;

	mpz_inits(x, y, NULL);
	get_number(x, pub, half);
	get_number(y, pub + half, half);
	ok = ecc_point_set(p, x, y);
	mpz_clears(x, y, NULL);
	return ok;
}

/* x, and y if there is room for it, each @g->shared_len octets. */
static void get_point(const struct ecc_point *p, const struct dh_group *g, uint8_t *to_x,
		      uint8_t *to_y)
{
	mpz_t x, y;

	mpz_inits(x, y, NULL);
	ecc_point_get(p, x, y);
	put_number(to_x, g->shared_len, x);
	if (to_y)
		put_number(to_y, g->shared_len, y);
	wipe_number(x);
	wipe_number(y);
}

static int ecp_public(const struct dh_group *g, const uint8_t *priv, uint8_t *pub)
{
	struct ecc_scalar scalar;
	struct ecc_point point;
	int err = 0;

	ecc_scalar_init(&scalar, g->curve());
	ecc_point_init(&point, g->curve());
	if (set_scalar(&scalar, g, priv)) {
		ecc_point_mul_g(&point, &scalar);
		get_point(&point, g, pub, pub + g->shared_len);
	} else {
		err = -ERANGE;
	}
	wipe_scalar(&scalar);
	wipe_point(&point);
	return err;
}

static int ecp_shared(const struct dh_group *g, const uint8_t *priv, const uint8_t *peer,
		      uint8_t *shared)
{
	struct ecc_point theirs, product;
	struct ecc_scalar scalar;
	int err = 0;

	ecc_scalar_init(&scalar, g->curve());
	ecc_point_init(&theirs, g->curve());
	ecc_point_init(&product, g->curve());
	if (!set_point(&theirs, g, peer)) {
		err = -EBADMSG;
	} else if (!set_scalar(&scalar, g, priv)) {
		err = -EINVAL;
	} else {
		/* Never the point at infinity: the order is prime, and above the scalar. */
		ecc_point_mul(&product, &scalar, &theirs);
		get_point(&product, g, shared, NULL);
	}
	wipe_scalar(&scalar);
	ecc_point_clear(&theirs);
	wipe_point(&product);
	return err;
}

const struct dh_group group_ecp_256 = {
	.id = ALG_KE_ECP_256,
	.public_len = 2 * 32,
	.private_len = 32,
	.shared_len = 32,
	.curve = nettle_get_secp_256r1,
	.make_public = ecp_public,
	.make_shared = ecp_shared,
};

const struct dh_group group_ecp_384 = {
	.id = ALG_KE_ECP_384,
	.public_len = 2 * 48,
	.private_len = 48,
	.shared_len = 48,
	.curve = nettle_get_secp_384r1,
	.make_public = ecp_public,
	.make_shared = ecp_shared,
};
