// SPDX-License-Identifier: GPL-2.0-or-later
/* AUTH by signature: the choice of algorithm, and the octets of the payload. */
#include <errno.h>
#include <gnutls/crypto.h>

#include "crypto/sigalg.h"
#include "keys/priv.h"
#include "wire/iana.h"

static int refuse(char *why, const char *sentence)
{
	keys_why(why, "%s", sentence);
	return -EOPNOTSUPP;
}

static int sign(const struct private_key *key, gnutls_sign_algorithm_t alg, struct bytes octets,
		gnutls_datum_t *signature, char *why)
{
	gnutls_datum_t data = { (unsigned char *)octets.data, (unsigned int)octets.len };
	int r = gnutls_privkey_sign_data2(key->key, alg, 0, &data, signature);

	if (r >= 0)
		return 0;
	keys_why(why, "signing failed: %s", gnutls_strerror(r));
	return -EIO;
}

/*
 * The hash whose strength is that of the key comes first, then stronger ones, then weaker:
 * a hash beyond the key adds nothing, and the plain one is what every peer has.
 */
static unsigned int rank_of_key(const struct private_key *key)
{
	if (key->pk == GNUTLS_PK_ECDSA)
		return key->bits <= 256 ? 0 : key->bits <= 384 ? 1 : 2;
	return key->bits <= 3072 ? 0 : key->bits <= 7680 ? 1 : 2;
}

static const struct sigalg *choose(const struct private_key *key, uint32_t peer_hashes)
{
	static const uint16_t order[3][3] = {
		{ IKE_HASH_SHA2_256, IKE_HASH_SHA2_384, IKE_HASH_SHA2_512 },
		{ IKE_HASH_SHA2_384, IKE_HASH_SHA2_512, IKE_HASH_SHA2_256 },
		{ IKE_HASH_SHA2_512, IKE_HASH_SHA2_384, IKE_HASH_SHA2_256 },
	};

	if (key->pk == GNUTLS_PK_EDDSA_ED25519) /* RFC 8420 2 */
		return peer_hashes >> IKE_HASH_IDENTITY & 1
			       ? sigalg_find(key->pk, IKE_HASH_IDENTITY)
			       : NULL;
	for (unsigned int i = 0; i < 3; i++) {
		uint16_t hash = order[rank_of_key(key)][i];

		if ((peer_hashes >> hash & 1) && (!key->hash || key->hash == hash))
			return sigalg_find(key->pk, hash);
	}
	return NULL;
}

/* RFC 7427 3: length of the AlgorithmIdentifier, the same, signature. */
static int sign_rfc7427(const struct private_key *key, uint32_t peer_hashes, struct bytes octets,
			uint8_t *out, size_t *len, char *why)
{
	const struct sigalg *alg = choose(key, peer_hashes);
	gnutls_datum_t signature;
	int r;

	if (!alg)
		return refuse(why, "the peer has no hash for signatures by our kind of key");
	r = sign(key, alg->sign, octets, &signature, why);
	if (r)
		return r;
	*len = 1 + alg->id.len + signature.size;
	if (*len <= KEYS_AUTH_MAX) {
		out[0] = (uint8_t)alg->id.len;
		memcpy(out + 1, alg->id.data, alg->id.len);
		memcpy(out + 1 + alg->id.len, signature.data, signature.size);
	} else {
		r = refuse(why, "the signature is too long");
	}
	gnutls_free(signature.data);
	return r;
}

/* Method 1 with SHA-1, RFC 7296 3.8: all that is certain of a peer without RFC 7427. */
static int sign_rsa(const struct private_key *key, struct bytes octets, uint8_t *out, size_t *len,
		    char *why)
{
	gnutls_datum_t signature;
	int r = sign(key, GNUTLS_SIGN_RSA_SHA1, octets, &signature, why);

	if (r)
		return r;
	*len = signature.size;
	if (*len <= KEYS_AUTH_MAX)
		memcpy(out, signature.data, signature.size);
	else
		r = refuse(why, "the signature is too long");
	gnutls_free(signature.data);
	return r;
}

/* Right-aligned in @len octets; DER may have put a zero octet before it, or left some out. */
static bool put_padded(uint8_t *out, size_t len, const gnutls_datum_t *n)
{
	struct bytes v = bytes_of(n->data, n->size);

	for (; v.len && !*v.data; v.len--)
		v.data++;
	if (v.len > len)
		return false;
	memset(out, 0, len - v.len);
	memcpy(out + len - v.len, v.data, v.len);
	return true;
}

/* Methods 9 to 11: r || s, RFC 4754 3. */
static int sign_ecdsa(const struct private_key *key, uint8_t *method, struct bytes octets,
		      uint8_t *out, size_t *len, char *why)
{
	const struct sigalg_ecdsa *alg = sigalg_ecdsa_find(0, key->curve);
	gnutls_datum_t signature, r = { 0 }, s = { 0 };
	int err;

	if (!alg)
		return refuse(why, "no method for our curve and a peer without RFC 7427");
	err = sign(key, alg->sign, octets, &signature, why);
	if (err)
		return err;
	*method = alg->method;
	*len = 2 * alg->len;
	if (gnutls_decode_rs_value(&signature, &r, &s) < 0 || !put_padded(out, alg->len, &r) ||
	    !put_padded(out + alg->len, alg->len, &s)) {
		keys_why(why, "the signature could not be split into r and s");
		err = -EIO;
	}
	gnutls_free(r.data);
	gnutls_free(s.data);
	gnutls_free(signature.data);
	return err;
}

/** keys_sign() - AUTH by signature, RFC 7296 2.15; see keys.h. */
int keys_sign(const struct keys *keys, const char *label, uint32_t peer_hashes, struct bytes octets,
	      uint8_t *method, uint8_t *out, size_t *len, char *why)
{
	const struct private_key *key = keys_find(&keys->private_keys, label);

	*why = '\0';
	if (!key) {
		keys_why(why, "the private key %.100s is not loaded", label);
		return -ENOKEY;
	}
	if (peer_hashes) {
		*method = IKE_METHOD_DIGITAL_SIGNATURE;
		return sign_rfc7427(key, peer_hashes, octets, out, len, why);
	}
	switch (key->pk) {
	case GNUTLS_PK_RSA:
		*method = IKE_METHOD_RSA;
		return sign_rsa(key, octets, out, len, why);
	case GNUTLS_PK_ECDSA:
		return sign_ecdsa(key, method, octets, out, len, why);
	default:
		return refuse(why,
			      "our kind of key needs a peer with RFC 7427, which this one is not");
	}
}
