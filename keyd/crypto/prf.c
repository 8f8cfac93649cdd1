// SPDX-License-Identifier: GPL-2.0-or-later
#include "crypto/prf.h"

#include <errno.h>

#include <gnutls/gnutls.h>
#include <nettle/sha1.h>

#include "crypto/alg.h"
#include "crypto/hmac.h"

enum {
	PRF_PLUS_BLOCKS_MAX = 255 /* the counter is one octet, RFC 7296 2.13 */
};

static const struct nettle_hash *hash_of(uint16_t prf)
{
	switch (prf) {
	case ALG_PRF_HMAC_SHA2_256:
		return &nettle_sha256;
	case ALG_PRF_HMAC_SHA2_384:
		return &nettle_sha384;
	case ALG_PRF_HMAC_SHA2_512:
		return &nettle_sha512;
	default:
		return NULL;
	}
}

/**
 * prf_len() - size of a PRF
 * @prf: PRF transform id
 *
 * Return: octets of its output, which is also its preferred key length (RFC 4868 2.4), or 0.
 */
size_t prf_len(uint16_t prf)
{
	const struct nettle_hash *hash = hash_of(prf);

	return hash ? hash->digest_size : 0;
}

static void add_all(struct hmac *h, const struct bytes *part, unsigned int parts)
{
	for (unsigned int i = 0; i < parts; i++)
		hmac_add(h, part[i]);
}

/**
 * prf_compute() - prf(key, part[0] | part[1] | ...)
 * @prf: PRF transform id
 * @key: of any length
 * @part: what goes in
 * @parts: of @part
 * @out: prf_len() octets; a secret mostly, which the caller wipes
 *
 * Return: 0, or -EINVAL for an unknown @prf.
 */
int prf_compute(uint16_t prf, struct bytes key, const struct bytes *part, unsigned int parts,
		uint8_t *out)
{
	const struct nettle_hash *hash = hash_of(prf);
	struct hmac h;

	if (!hash)
		return -EINVAL;
	hmac_init(&h, hash, key);
	add_all(&h, part, parts);
	hmac_final(&h, out, hash->digest_size);
	hmac_wipe(&h);
	return 0;
}

/**
 * prf_plus() - prf+(key, seed), RFC 7296 2.13
 * @prf: PRF transform id
 * @key: of any length
 * @seed: the parts of the seed
 * @seeds: of @seed
 * @out: empty; the key material afterwards
 * @len: octets wanted, at most 255 times prf_len()
 *
 * T1 = prf(key, seed | 1), Tn = prf(key, Tn-1 | seed | n).
 *
 * Return: 0, -EINVAL or -ENOMEM.
 */
int prf_plus(uint16_t prf, struct bytes key, const struct bytes *seed, unsigned int seeds,
	     struct secret *out, size_t len)
{
	const struct nettle_hash *hash = hash_of(prf);
	struct bytes previous = BYTES_NONE;
	uint8_t counter = 1;
	struct hmac h;
	int err;

	if (!hash || len > (size_t)hash->digest_size * PRF_PLUS_BLOCKS_MAX)
		return -EINVAL;
	err = secret_alloc(out, len);
	if (err)
		return err;

	hmac_init(&h, hash, key);
	for (size_t at = 0; at < len; counter++) {
		size_t n = len - at < hash->digest_size ? len - at : hash->digest_size;

		hmac_add(&h, previous);
		add_all(&h, seed, seeds);
		hmac_add(&h, bytes_of(&counter, 1));
		hmac_final(&h, out->data + at, n);
		previous = bytes_of(out->data + at, n);
		at += n;
	}
	hmac_wipe(&h);
	return 0;
}

/**
 * prf_psk_auth() - AUTH by shared key, RFC 7296 2.15
 * @prf: PRF transform id
 * @secret: the pre-shared key
 * @octets: InitiatorSignedOctets or ResponderSignedOctets
 * @out: prf_len() octets
 *
 * Return: 0, or -EINVAL for an unknown @prf.
 */
int prf_psk_auth(uint16_t prf, struct bytes secret, struct bytes octets, uint8_t *out)
{
	static const char pad[] = "Key Pad for IKEv2"; /* ASCII, without the NUL */
	struct bytes text = bytes_of(pad, sizeof(pad) - 1);
	uint8_t key[PRF_LEN_MAX];
	int err;

	err = prf_compute(prf, secret, &text, 1, key);
	if (!err)
		err = prf_compute(prf, bytes_of(key, prf_len(prf)), &octets, 1, out);
	gnutls_memset(key, 0, sizeof(key));
	return err;
}

/**
 * hash_sha1() - SHA-1, where the protocol fixes it: RFC 7296 2.23 and 3.7
 * @part: what goes in
 * @parts: of @part
 * @out: 20 octets
 */
void hash_sha1(const struct bytes *part, unsigned int parts, uint8_t out[static 20])
{
	struct sha1_ctx ctx;

	sha1_init(&ctx);
	for (unsigned int i = 0; i < parts; i++)
		if (part[i].len)
			sha1_update(&ctx, part[i].len, part[i].data);
	sha1_digest(&ctx, SHA1_DIGEST_SIZE, out);
}
