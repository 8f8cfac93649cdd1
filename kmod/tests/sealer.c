// SPDX-License-Identifier: GPL-2.0
/* A second way to make ESP packets, step by step as the RFCs have it. */
#include <crypto/aead.h>
#include <crypto/hash.h>
#include <crypto/skcipher.h>
#include <linux/scatterlist.h>
#include <svti.h>

#include "sealer.h"

enum {
	HEAD_LEN = 8,
	TAG_LEN = 16,
};

/* --- combined modes */

/* What differs between them: mode, salt, and the block that the mode starts from. */
struct combined {
	u16 encr;
	const char *mode;
	u8 salt_len;
	u8 nonce_at;
	u8 first;
	bool payload_is_aad;
};

static const struct combined combineds[] = {
	/* RFC 4106 4: salt and IV. */
	{ SVTI_ENCR_AES_GCM_16, "gcm(aes)", 4 },
	{ SVTI_ENCR_AES_GCM_12, "gcm(aes)", 4 },
	{ SVTI_ENCR_AES_GCM_8, "gcm(aes)", 4 },
	/* RFC 4309 4: a nonce of 11 octets, so a counter of 4: RFC 3610 2.3, L' is 3. */
	{ SVTI_ENCR_AES_CCM_16, "ccm(aes)", 3, 1, 3 },
	{ SVTI_ENCR_AES_CCM_12, "ccm(aes)", 3, 1, 3 },
	{ SVTI_ENCR_AES_CCM_8, "ccm(aes)", 3, 1, 3 },
	/* RFC 7634 2. */
	{ SVTI_ENCR_CHACHA20_POLY1305, "rfc7539(chacha20,poly1305)", 4 },
	/* RFC 4543 3.3: SPI, sequence number, IV and payload, and nothing encrypted. */
	{ SVTI_ENCR_NULL_AUTH_AES_GMAC, "gcm(aes)", 4, .payload_is_aad = true },
};

static const struct combined *combined_of(const struct sealer *s)
{
	for (u32 i = 0; i < ARRAY_SIZE(combineds); i++)
		if (combineds[i].encr == s->algo->encr)
			return &combineds[i];
	return NULL;
}

/* @buf: @aad_len octets of AAD, @len to encrypt in place, room for the ICV. */
static void run_aead(struct kunit *test, const char *mode, const u8 *key, u32 key_len, u32 icv_len,
		     u8 *nonce, u8 *buf, u32 aad_len, u32 len)
{
	struct crypto_aead *aead = crypto_alloc_aead(mode, 0, 0);
	DECLARE_CRYPTO_WAIT(wait);
	struct aead_request *req;
	struct scatterlist sg;

	KUNIT_ASSERT_FALSE(test, IS_ERR(aead));
	KUNIT_ASSERT_EQ(test, crypto_aead_setkey(aead, key, key_len), 0);
	KUNIT_ASSERT_EQ(test, crypto_aead_setauthsize(aead, icv_len), 0);
	req = aead_request_alloc(aead, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, req);
	sg_init_one(&sg, buf, aad_len + len + icv_len);
	aead_request_set_callback(req, CRYPTO_TFM_REQ_MAY_SLEEP, crypto_req_done, &wait);
	aead_request_set_ad(req, aad_len);
	aead_request_set_crypt(req, &sg, &sg, len, nonce);
	KUNIT_ASSERT_EQ(test, crypto_wait_req(crypto_aead_encrypt(req), &wait), 0);
	aead_request_free(req);
	crypto_free_aead(aead);
}

/**
 * sealer_combine() - encryption and ICV of a combined mode
 * @test: the test
 * @s: with a row that is one
 * @head: SPI and sequence number as they are authenticated
 * @head_len: octets
 * @iv: IV
 * @text: encrypted in place; the ICV comes behind it
 * @len: octets
 */
void sealer_combine(struct kunit *test, const struct sealer *s, const u8 *head, u32 head_len,
		    const u8 *iv, u8 *text, u32 len)
{
	const struct combined *c = combined_of(s);
	u8 *buf = kunit_kzalloc(test, head_len + 8 + len + TAG_LEN, GFP_KERNEL);
	u32 key_len = s->keys->encr_len - c->salt_len, aad_len = head_len;
	u8 *nonce = kunit_kzalloc(test, 16, GFP_KERNEL);
	u8 *pos = buf + head_len;

	nonce[0] = c->first;
	memcpy(nonce + c->nonce_at, s->keys->encr + key_len, c->salt_len);
	memcpy(nonce + c->nonce_at + c->salt_len, iv, 8);
	memcpy(buf, head, head_len);
	if (c->payload_is_aad) {
		memcpy(pos, iv, 8);
		pos += 8;
		aad_len += 8 + len;
	}
	memcpy(pos, text, len);
	run_aead(test, c->mode, s->keys->encr, key_len, s->algo->icv_len, nonce, buf, aad_len,
		 c->payload_is_aad ? 0 : len);
	memcpy(text, pos, len + s->algo->icv_len);
	kunit_kfree(test, nonce);
	kunit_kfree(test, buf);
}

/* --- encryption and integrity one by one */

static void run_cipher(struct kunit *test, const char *mode, const u8 *key, u32 key_len,
		       const u8 *block, u8 *text, u32 len)
{
	struct crypto_skcipher *tfm = crypto_alloc_skcipher(mode, 0, 0);
	u8 *buf = kunit_kzalloc(test, len + 16, GFP_KERNEL);
	struct skcipher_request *req;
	DECLARE_CRYPTO_WAIT(wait);
	struct scatterlist sg;

	KUNIT_ASSERT_FALSE(test, IS_ERR(tfm));
	KUNIT_ASSERT_EQ(test, crypto_skcipher_setkey(tfm, key, key_len), 0);
	req = skcipher_request_alloc(tfm, GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, req);
	memcpy(buf, text, len);
	memcpy(buf + len, block, 16);
	sg_init_one(&sg, buf, len);
	skcipher_request_set_callback(req, CRYPTO_TFM_REQ_MAY_SLEEP, crypto_req_done, &wait);
	skcipher_request_set_crypt(req, &sg, &sg, len, buf + len);
	KUNIT_ASSERT_EQ(test, crypto_wait_req(crypto_skcipher_encrypt(req), &wait), 0);
	memcpy(text, buf, len);
	skcipher_request_free(req);
	crypto_free_skcipher(tfm);
	kunit_kfree(test, buf);
}

static void encrypt(struct kunit *test, const struct sealer *s, const u8 *iv, u8 *text, u32 len)
{
	const struct svti_keys *keys = s->keys;
	u8 block[16] = {};

	switch (s->algo->encr) {
	case SVTI_ENCR_AES_CBC:
		run_cipher(test, "cbc(aes)", keys->encr, keys->encr_len, iv, text, len);
		break;
	case SVTI_ENCR_AES_CTR:
		/* RFC 3686 4: nonce, IV, and a counter that starts from 1. */
		memcpy(block, keys->encr + keys->encr_len - 4, 4);
		memcpy(block + 4, iv, 8);
		block[15] = 1;
		run_cipher(test, "ctr(aes)", keys->encr, keys->encr_len - 4, block, text, len);
		break;
	case SVTI_ENCR_NULL:
		break;
	default:
		KUNIT_FAIL(test, "encryption %u is not known here", s->algo->encr);
	}
}

/**
 * sealer_mac() - the ICV of an integrity algorithm
 * @test: the test
 * @s: with a row that has one
 * @data: authenticated
 * @len: octets
 * @icv: gets as many octets as the ICV has
 */
void sealer_mac(struct kunit *test, const struct sealer *s, const u8 *data, u32 len, u8 *icv)
{
	/* RFC 4868 2.3, RFC 2404 2, RFC 3566 4, RFC 4494 2: the first octets of the digest. */
	static const struct {
		u16 integ;
		const char *digest;
		u8 icv_len;
	} macs[] = {
		{ SVTI_INTEG_HMAC_SHA2_256_128, "hmac(sha256)", 16 },
		{ SVTI_INTEG_HMAC_SHA2_384_192, "hmac(sha384)", 24 },
		{ SVTI_INTEG_HMAC_SHA2_512_256, "hmac(sha512)", 32 },
		{ SVTI_INTEG_HMAC_SHA1_96, "hmac(sha1)", 12 },
		{ SVTI_INTEG_AES_XCBC_96, "xcbc(aes)", 12 },
		{ SVTI_INTEG_AES_CMAC_96, "cmac(aes)", 12 },
	};
	struct crypto_shash *tfm;
	u8 digest[64];
	u32 i = 0;

	while (i < ARRAY_SIZE(macs) && macs[i].integ != s->algo->integ)
		i++;
	KUNIT_ASSERT_LT(test, i, ARRAY_SIZE(macs));
	tfm = crypto_alloc_shash(macs[i].digest, 0, 0);
	KUNIT_ASSERT_FALSE(test, IS_ERR(tfm));
	KUNIT_ASSERT_EQ(test, crypto_shash_setkey(tfm, s->keys->integ, s->keys->integ_len), 0);
	KUNIT_ASSERT_EQ(test, crypto_shash_tfm_digest(tfm, data, len, digest), 0);
	memcpy(icv, digest, macs[i].icv_len);
	crypto_free_shash(tfm);
}

/* --- packets */

/**
 * sealer_keys() - keys for a row
 * @algo: the row
 * @which: of its key sizes, the smallest is 0; beyond the largest that is taken
 *
 * Return: keys that differ from row to row in nothing but length.
 */
struct svti_keys sealer_keys(const struct svti_algo *algo, u32 which)
{
	static const u8 octets[SVTI_KEY_LEN_MAX] = { 7, 1, 200, 9, 42, 77, 13, 250, 66, 5, 31 };
	u32 i = 0;

	while (i < which && algo->key_bits[i] && algo->key_bits[i + 1])
		i++;
	return (struct svti_keys){
		.encr = octets,
		.encr_len = algo->key_bits[i] ? algo->key_bits[i] / 8 + algo->salt_len : 0,
		.integ = octets,
		.integ_len = algo->integ_key_len,
	};
}

/**
 * sealer_pad() - RFC 4303 2.4: what encryption is to begin with
 * @s: sealer
 * @text: what is to be protected, and room
 * @len: octets of it
 * @next_header: what it is
 *
 * Return: octets, with padding, pad length and next header.
 */
u32 sealer_pad(const struct sealer *s, u8 *text, u32 len, u8 next_header)
{
	u8 n = 0;

	while ((len + 2) % s->algo->block)
		text[len++] = ++n;
	text[len++] = n;
	text[len++] = next_header;
	return len;
}

/**
 * sealer_seal() - an ESP packet
 * @test: the test
 * @s: sealer
 * @seq: sequence number
 * @iv: IV
 * @plain: what is encrypted, from sealer_pad()
 * @len: octets of it
 * @out: the packet, from its SPI on
 *
 * Return: octets of it.
 */
u32 sealer_seal(struct kunit *test, const struct sealer *s, u64 seq, const u8 *iv, const u8 *plain,
		u32 len, u8 *out)
{
	__be32 spi = htonl(s->spi), hi = htonl(upper_32_bits(seq)), lo = htonl(lower_32_bits(seq));
	u8 *text = out + HEAD_LEN + s->algo->iv_len;
	u32 head_len = s->esn ? 12 : 8;
	__be32 head[3] = { spi, s->esn ? hi : lo, lo };

	memcpy(out, &spi, 4);
	memcpy(out + 4, &lo, 4);
	memcpy(out + HEAD_LEN, iv, s->algo->iv_len);
	memcpy(text, plain, len);
	if (combined_of(s)) {
		sealer_combine(test, s, (u8 *)head, head_len, iv, text, len);
	} else {
		encrypt(test, s, iv, text, len);
		/* RFC 4303 2.8: the upper half follows what is sent, for the ICV alone. */
		memcpy(text + len, &hi, 4);
		sealer_mac(test, s, out, text + len - out + (s->esn ? 4 : 0), text + len);
	}
	return text + len + s->algo->icv_len - out;
}
