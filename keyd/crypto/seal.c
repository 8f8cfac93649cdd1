// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The body of an SK payload is IV | ciphertext | ICV; the plaintext is payloads | padding | pad
 * length (RFC 7296 3.14, RFC 5282 3). With a block cipher the MAC covers everything from the
 * IKE header to the ciphertext and is checked before anything is decrypted; with an AEAD the
 * octets before the IV are the associated data (RFC 5282 5.1).
 */
#include "crypto/seal.h"

#include <errno.h>

#include <gnutls/gnutls.h>
#include <nettle/aes.h>
#include <nettle/cbc.h>
#include <nettle/gcm.h>
#include <nettle/nettle-meta.h>

#include "crypto/alg.h"
#include "crypto/hmac.h"
#include "wire/iana.h"

enum {
	SALT_LEN = 4,
	PAD_LENGTH_LEN = 1,
	ICV_LEN_MAX = 32,
};

union cipher_ctx {
	struct aes128_ctx aes128;
	struct aes192_ctx aes192;
	struct aes256_ctx aes256;
	struct gcm_aes128_ctx gcm128;
	struct gcm_aes192_ctx gcm192;
	struct gcm_aes256_ctx gcm256;
};

/* A seal looked up: what to compute with. One of @gcm and @cbc is set. */
struct suite {
	const struct alg *encr;
	const struct nettle_aead *gcm;
	const struct nettle_cipher *cbc;
	const struct nettle_hash *hash; /* of the MAC beside @cbc */
	size_t icv_len;
};

/* A body cut into its parts. */
struct body {
	struct bytes iv;
	struct bytes text; /* payloads, padding, pad length; mostly encrypted */
	struct bytes icv;
};

static const struct nettle_aead *gcm_of(uint16_t key_bits)
{
	switch (key_bits) {
	case 128:
		return &nettle_gcm_aes128;
	case 192:
		return &nettle_gcm_aes192;
	default:
		return &nettle_gcm_aes256;
	}
}

static const struct nettle_cipher *cbc_of(uint16_t key_bits)
{
	switch (key_bits) {
	case 128:
		return &nettle_aes128;
	case 192:
		return &nettle_aes192;
	default:
		return &nettle_aes256;
	}
}

static const struct nettle_hash *hash_of(uint16_t integ)
{
	switch (integ) {
	case ALG_INTEG_HMAC_SHA2_256_128:
		return &nettle_sha256;
	case ALG_INTEG_HMAC_SHA2_384_192:
		return &nettle_sha384;
	default:
		return &nettle_sha512;
	}
}

/* False unless algorithms and key lengths are ones that we have and that fit together. */
static bool find_suite(struct suite *suite, const struct seal *s)
{
	const struct alg *encr = alg_find(IKE_TT_ENCR, s->encr, s->key_bits);
	const struct alg *integ = alg_find(IKE_TT_INTEG, s->integ, 0);

	if (!encr || !encr->ike || s->encr_key.len != encr->key_len)
		return false;
	*suite = (struct suite){ .encr = encr };
	if (alg_is_aead(s->encr)) {
		if (s->integ != ALG_INTEG_NONE)
			return false;
		suite->gcm = gcm_of(s->key_bits);
		suite->icv_len = encr->icv_len;
		return true;
	}
	if (!integ || !integ->ike || s->integ_key.len != integ->key_len)
		return false;
	suite->cbc = cbc_of(s->key_bits);
	suite->hash = hash_of(s->integ);
	suite->icv_len = integ->icv_len;
	return true;
}

/* Least padding that makes payloads, padding and pad length a multiple of the block. */
static size_t pad_len(const struct suite *suite, size_t plain)
{
	size_t over = (plain + PAD_LENGTH_LEN) % suite->encr->block;

	return over ? suite->encr->block - over : 0;
}

/**
 * seal_iv_len() - octets of IV
 * @s: complete
 *
 * Return: octets, 0 for an algorithm that keyd does not have for IKE.
 */
size_t seal_iv_len(const struct seal *s)
{
	const struct alg *encr = alg_find(IKE_TT_ENCR, s->encr, s->key_bits);

	return encr && encr->ike ? encr->iv_len : 0;
}

/**
 * seal_body_len() - what an SK body will take
 * @s: complete
 * @plain: octets of the payloads inside
 *
 * Return: octets of IV, payloads, padding, pad length and ICV; 0 when @s is not usable.
 */
size_t seal_body_len(const struct seal *s, size_t plain)
{
	struct suite suite;

	if (!find_suite(&suite, s))
		return 0;
	return suite.encr->iv_len + plain + pad_len(&suite, plain) + PAD_LENGTH_LEN + suite.icv_len;
}

static struct body cut_body(const struct suite *suite, const uint8_t *data, size_t len)
{
	size_t iv_len = suite->encr->iv_len, text_len = len - iv_len - suite->icv_len;

	return (struct body){
		.iv = bytes_of(data, iv_len),
		.text = bytes_of(data + iv_len, text_len),
		.icv = bytes_of(data + iv_len + text_len, suite->icv_len),
	};
}

/* Run @crypt, the AEAD's encryption or decryption, from @b->text to @to; get the ICV for it. */
static void run_gcm(const struct suite *suite, nettle_crypt_func *crypt, const struct seal *s,
		    struct bytes header, const struct body *b, uint8_t *to, uint8_t *icv)
{
	size_t key_len = s->encr_key.len - SALT_LEN;
	uint8_t nonce[GCM_IV_SIZE];
	union cipher_ctx ctx;

	/* RFC 5282 4: salt, then IV. */
	memcpy(nonce, s->encr_key.data + key_len, SALT_LEN);
	memcpy(nonce + SALT_LEN, b->iv.data, sizeof(nonce) - SALT_LEN);

	suite->gcm->set_encrypt_key(&ctx, s->encr_key.data);
	suite->gcm->set_nonce(&ctx, nonce);
	suite->gcm->update(&ctx, header.len, header.data);
	crypt(&ctx, b->text.len, to, b->text.data);
	suite->gcm->digest(&ctx, suite->icv_len, icv);

	gnutls_memset(&ctx, 0, sizeof(ctx));
	gnutls_memset(nonce, 0, sizeof(nonce));
}

static void encrypt_cbc(const struct suite *suite, const struct seal *s, const struct body *b,
			uint8_t *to)
{
	uint8_t chain[AES_BLOCK_SIZE];
	union cipher_ctx ctx;

	memcpy(chain, b->iv.data, sizeof(chain));
	suite->cbc->set_encrypt_key(&ctx, s->encr_key.data);
	cbc_encrypt(&ctx, suite->cbc->encrypt, AES_BLOCK_SIZE, chain, b->text.len, to,
		    b->text.data);
	gnutls_memset(&ctx, 0, sizeof(ctx));
}

static void decrypt_cbc(const struct suite *suite, const struct seal *s, const struct body *b,
			uint8_t *to)
{
	uint8_t chain[AES_BLOCK_SIZE];
	union cipher_ctx ctx;

	memcpy(chain, b->iv.data, sizeof(chain));
	suite->cbc->set_decrypt_key(&ctx, s->encr_key.data);
	cbc_decrypt(&ctx, suite->cbc->decrypt, AES_BLOCK_SIZE, chain, b->text.len, to,
		    b->text.data);
	gnutls_memset(&ctx, 0, sizeof(ctx));
}

/* The MAC of encrypt-then-MAC: header, IV and ciphertext. */
static void compute_mac(const struct suite *suite, const struct seal *s, struct bytes header,
			const struct body *b, uint8_t *icv)
{
	struct hmac h;

	hmac_init(&h, suite->hash, secret_view(&s->integ_key));
	hmac_add(&h, header);
	hmac_add(&h, b->iv);
	hmac_add(&h, b->text);
	hmac_final(&h, icv, suite->icv_len);
	hmac_wipe(&h);
}

/**
 * seal_make() - make the body of an SK payload
 * @s: complete
 * @header: the message up to and with the generic header of SK, all lengths final
 * @iv: seal_iv_len() octets, unique per key for an AEAD, unpredictable for CBC
 * @plain: the payloads
 * @out: seal_body_len() octets, behind @header
 *
 * Return: 0, or -EINVAL when @s is not usable.
 */
int seal_make(const struct seal *s, struct bytes header, const uint8_t *iv, struct bytes plain,
	      uint8_t *out)
{
	uint8_t *text, *icv;
	struct suite suite;
	struct body b;
	size_t pad;

	if (!find_suite(&suite, s))
		return -EINVAL;
	pad = pad_len(&suite, plain.len);
	b = cut_body(&suite, out, seal_body_len(s, plain.len));
	text = out + b.iv.len;
	icv = text + b.text.len;

	memcpy(out, iv, b.iv.len);
	if (plain.len)
		memcpy(text, plain.data, plain.len);
	memset(text + plain.len, 0, pad);
	text[plain.len + pad] = (uint8_t)pad;

	if (suite.gcm) {
		run_gcm(&suite, suite.gcm->encrypt, s, header, &b, text, icv);
	} else {
		encrypt_cbc(&suite, s, &b, text);
		compute_mac(&suite, s, header, &b, icv);
	}
	return 0;
}

/* True when @b->icv is right; @plain is decrypted then, and not before with a block cipher. */
static bool open_text(const struct suite *suite, const struct seal *s, struct bytes header,
		      const struct body *b, uint8_t *plain)
{
	uint8_t icv[ICV_LEN_MAX];

	if (suite->gcm)
		run_gcm(suite, suite->gcm->decrypt, s, header, b, plain, icv);
	else
		compute_mac(suite, s, header, b, icv);
	if (!bytes_equal_secret(bytes_of(icv, suite->icv_len), b->icv)) {
		if (suite->gcm)
			gnutls_memset(plain, 0, b->text.len);
		return false;
	}
	if (suite->cbc)
		decrypt_cbc(suite, s, b, plain);
	return true;
}

/**
 * seal_open() - check and decrypt the body of an SK payload
 * @s: complete
 * @header: the message up to and with the generic header of SK
 * @body: of the SK payload
 * @plain: room for @body.len octets, apart from @body
 * @plain_len: octets of the payloads in it; 0 on error
 *
 * Any padding that gives proper alignment is taken (RFC 7296 3.14, RFC 5282 3).
 *
 * Return: 0, -EBADMSG for whatever is wrong with the message, -EINVAL when @s is not usable.
 */
int seal_open(const struct seal *s, struct bytes header, struct bytes body, uint8_t *plain,
	      size_t *plain_len)
{
	struct suite suite;
	size_t around, pad;
	struct body b;

	*plain_len = 0;
	if (!find_suite(&suite, s))
		return -EINVAL;
	around = suite.encr->iv_len + suite.icv_len;
	if (body.len < around + PAD_LENGTH_LEN || (body.len - around) % suite.encr->block)
		return -EBADMSG;
	b = cut_body(&suite, body.data, body.len);

	if (!open_text(&suite, s, header, &b, plain))
		return -EBADMSG;
	pad = plain[b.text.len - 1];
	if (pad + PAD_LENGTH_LEN > b.text.len) {
		gnutls_memset(plain, 0, b.text.len);
		return -EBADMSG;
	}
	*plain_len = b.text.len - pad - PAD_LENGTH_LEN;
	return 0;
}

/**
 * seal_wipe() - wipe the keys
 * @s: not usable afterwards
 */
void seal_wipe(struct seal *s)
{
	secret_wipe(&s->encr_key);
	secret_wipe(&s->integ_key);
	*s = (struct seal){ 0 };
}
