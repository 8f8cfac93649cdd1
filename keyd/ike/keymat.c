// SPDX-License-Identifier: GPL-2.0-or-later
#include "ike/keymat.h"

#include <errno.h>

#include "crypto/alg.h"
#include "crypto/prf.h"

static size_t key_len(uint8_t type, uint16_t id, uint16_t key_bits)
{
	const struct alg *alg = alg_find(type, id, key_bits);

	return alg ? alg->key_len : 0;
}

/* Cut the next @len octets off @from. */
static struct bytes cut(struct bytes *from, size_t len)
{
	struct bytes piece = bytes_of(from->data, len);

	from->data += len;
	from->len -= len;
	return piece;
}

static int seal_set(struct seal *seal, const struct suite *suite, struct bytes encr,
		    struct bytes integ)
{
	seal->encr = suite->encr;
	seal->key_bits = suite->key_bits;
	seal->integ = suite->integ;
	if (secret_copy(&seal->encr_key, encr))
		return -ENOMEM;
	return integ.len ? secret_copy(&seal->integ_key, integ) : 0;
}

/* {SK_d | SK_ai | SK_ar | SK_ei | SK_er | SK_pi | SK_pr} = prf+(SKEYSEED, Ni | Nr | SPIi | SPIr) */
static int split(struct ike_keys *keys, const struct suite *suite, struct bytes all)
{
	size_t p = prf_len(suite->prf), a = key_len(IKE_TT_INTEG, suite->integ, 0),
	       e = key_len(IKE_TT_ENCR, suite->encr, suite->key_bits);
	struct bytes d = cut(&all, p), ai = cut(&all, a), ar = cut(&all, a), ei = cut(&all, e),
		     er = cut(&all, e), pi = cut(&all, p), pr = cut(&all, p);

	if (secret_copy(&keys->d, d) || secret_copy(&keys->pi, pi) || secret_copy(&keys->pr, pr) ||
	    seal_set(&keys->seal_i, suite, ei, ai) || seal_set(&keys->seal_r, suite, er, ar))
		return -ENOMEM;
	return 0;
}

int keymat_ike(struct ike_keys *keys, const struct suite *suite, struct bytes shared,
	       struct bytes ni, struct bytes nr, const uint8_t *spi_i, const uint8_t *spi_r)
{
	size_t p = prf_len(suite->prf), a = key_len(IKE_TT_INTEG, suite->integ, 0),
	       e = key_len(IKE_TT_ENCR, suite->encr, suite->key_bits);
	struct bytes seed[] = { ni, nr, bytes_of(spi_i, WIRE_SPI_LEN),
				bytes_of(spi_r, WIRE_SPI_LEN) };
	uint8_t nonces[2 * WIRE_NONCE_MAX];
	struct secret skeyseed = { 0 }, all = { 0 };
	int r;

	*keys = (struct ike_keys){ 0 };
	if (!p || !e || ni.len > WIRE_NONCE_MAX || nr.len > WIRE_NONCE_MAX)
		return -EINVAL;
	memcpy(nonces, ni.data, ni.len);
	memcpy(nonces + ni.len, nr.data, nr.len);
	r = secret_alloc(&skeyseed, p);
	if (!r)
		r = prf_compute(suite->prf, bytes_of(nonces, ni.len + nr.len), &shared, 1,
				skeyseed.data);
	if (!r)
		r = prf_plus(suite->prf, secret_view(&skeyseed), seed, 4, &all,
			     3 * p + 2 * a + 2 * e);
	if (!r)
		r = split(keys, suite, secret_view(&all));
	secret_wipe(&skeyseed);
	secret_wipe(&all);
	if (r)
		keymat_wipe(keys);
	return r;
}

void keymat_wipe(struct ike_keys *keys)
{
	secret_wipe(&keys->d);
	secret_wipe(&keys->pi);
	secret_wipe(&keys->pr);
	seal_wipe(&keys->seal_i);
	seal_wipe(&keys->seal_r);
}

int keymat_child(struct child_keys *keys, const struct suite *esp, uint16_t prf,
		 const struct secret *d, struct bytes ni, struct bytes nr)
{
	size_t e = key_len(IKE_TT_ENCR, esp->encr, esp->key_bits),
	       a = key_len(IKE_TT_INTEG, esp->integ, 0);
	struct bytes seed[] = { ni, nr }, all;
	int r;

	*keys = (struct child_keys){ 0 };
	/* RFC 2410 2: NULL encryption has no key; then there must be one for integrity. */
	if (!e && (esp->encr != ALG_ENCR_NULL || !a))
		return -EINVAL;
	r = prf_plus(prf, secret_view(d), seed, 2, &keys->keymat, 2 * (e + a));
	if (r)
		return r;
	all = secret_view(&keys->keymat);
	keys->encr_i = cut(&all, e);
	keys->integ_i = cut(&all, a);
	keys->encr_r = cut(&all, e);
	keys->integ_r = cut(&all, a);
	return 0;
}

int keymat_signed_octets(struct secret *out, uint16_t prf, struct bytes message, struct bytes nonce,
			 const struct secret *p, struct bytes id)
{
	size_t mac_len = prf_len(prf);
	int r;

	if (!mac_len)
		return -EINVAL;
	r = secret_alloc(out, message.len + nonce.len + mac_len);
	if (r)
		return r;
	memcpy(out->data, message.data, message.len);
	memcpy(out->data + message.len, nonce.data, nonce.len);
	r = prf_compute(prf, secret_view(p), &id, 1, out->data + message.len + nonce.len);
	if (r)
		secret_wipe(out);
	return r;
}
