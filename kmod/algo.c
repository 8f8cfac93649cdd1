// SPDX-License-Identifier: GPL-2.0
/* The ways to protect ESP that svti knows, RFC 8221 5 and 6. */
#include <crypto/aead.h>
#include <crypto/authenc.h>
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <svti.h>

#include "algo.h"

static const struct svti_algo algos[] = {
	{
		/* RFC 4106; the AAD with ESN is that of RFC 4106 5. */
		.encr = SVTI_ENCR_AES_GCM_16,
		.integ = SVTI_INTEG_NONE,
		.name = "aes-gcm16",
		.crypto = "rfc4106(gcm(aes))",
		.crypto_esn = "rfc4106(gcm(aes))",
		.key_help = "AES-GCM-16 takes 20, 28 or 36 octets (a key of 16, 24 or 32 and 4 of "
			    "salt) and no integrity key",
		.key_bits = { 128, 192, 256 },
		.salt_len = 4,
		.iv_len = 8,
		.icv_len = 16,
		.block = 4,
	},
	{
		/* RFC 3602 and RFC 4868 2.3. */
		.encr = SVTI_ENCR_AES_CBC,
		.integ = SVTI_INTEG_HMAC_SHA2_256_128,
		.name = "aes-cbc-sha256",
		.crypto = "authenc(hmac(sha256),cbc(aes))",
		.crypto_esn = "authencesn(hmac(sha256),cbc(aes))",
		.key_help =
			"AES-CBC with HMAC-SHA2-256-128 takes an encryption key of 16, 24 or 32 "
			"octets and an integrity key of 32",
		.key_bits = { 128, 192, 256 },
		.integ_key_len = 32,
		.iv_len = 16,
		.icv_len = 16,
		.block = 16,
		.iv_random = true,
	},
};

/**
 * svti_algo_at() - a row of the table
 * @i: its number
 *
 * Return: the row, NULL past the last one.
 */
const struct svti_algo *svti_algo_at(unsigned int i)
{
	return i < ARRAY_SIZE(algos) ? &algos[i] : NULL;
}

/**
 * svti_algo_find() - the row of a pair of transforms
 * @encr: IKEv2 encryption transform id
 * @integ: IKEv2 integrity transform id, SVTI_INTEG_NONE with a combined mode
 *
 * Return: the row, NULL if the pair is not supported.
 */
const struct svti_algo *svti_algo_find(u32 encr, u32 integ)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(algos); i++)
		if (algos[i].encr == encr && algos[i].integ == integ)
			return &algos[i];
	return NULL;
}

/**
 * svti_algo_keys_fit() - check lengths of keys
 * @algo: a row
 * @keys: the keys
 *
 * Return: true if @algo takes keys so long; if not, @algo->key_help says what it takes.
 */
bool svti_algo_keys_fit(const struct svti_algo *algo, const struct svti_keys *keys)
{
	if (keys->integ_len != algo->integ_key_len || keys->encr_len > SVTI_KEY_LEN_MAX)
		return false;
	for (const u16 *bits = algo->key_bits; *bits; bits++)
		if (keys->encr_len == *bits / 8 + algo->salt_len)
			return true;
	return false;
}

/* Both keys in one piece, as authenc wants them: a parameter, integrity key, encryption key. */
static int set_authenc_keys(struct crypto_aead *aead, const struct svti_keys *keys)
{
	u8 blob[RTA_SPACE(sizeof(struct crypto_authenc_key_param)) +
		2 * SVTI_KEY_LEN_MAX] __aligned(RTA_ALIGNTO);
	struct rtattr *rta = (struct rtattr *)blob;
	struct crypto_authenc_key_param *param = RTA_DATA(rta);
	u8 *pos = blob + RTA_SPACE(sizeof(*param));
	int err;

	rta->rta_type = CRYPTO_AUTHENC_KEYA_PARAM;
	rta->rta_len = RTA_LENGTH(sizeof(*param));
	param->enckeylen = cpu_to_be32(keys->encr_len);
	memcpy(pos, keys->integ, keys->integ_len);
	pos += keys->integ_len;
	memcpy(pos, keys->encr, keys->encr_len);
	pos += keys->encr_len;
	err = crypto_aead_setkey(aead, blob, pos - blob);
	memzero_explicit(blob, sizeof(blob));
	return err;
}

/**
 * svti_algo_aead() - a keyed transform
 * @algo: a row
 * @keys: its keys, for which svti_algo_keys_fit() holds
 * @esn: for an SA with extended sequence numbers
 *
 * Of the best implementation there is: asynchronous ones are not masked out, that would pick
 * plain C over AES-NI. May sleep and load modules.
 *
 * Return: the transform, to be freed with crypto_free_aead(), or an ERR_PTR: -ENOENT without
 * an implementation, -EINVAL for keys that do not fit, -ENOMEM.
 */
struct crypto_aead *svti_algo_aead(const struct svti_algo *algo, const struct svti_keys *keys,
				   bool esn)
{
	struct crypto_aead *aead;
	int err;

	if (!svti_algo_keys_fit(algo, keys))
		return ERR_PTR(-EINVAL);
	aead = crypto_alloc_aead(esn ? algo->crypto_esn : algo->crypto, 0, 0);
	if (IS_ERR(aead))
		return aead;
	if (algo->integ)
		err = set_authenc_keys(aead, keys);
	else
		err = crypto_aead_setkey(aead, keys->encr, keys->encr_len);
	if (!err)
		err = crypto_aead_setauthsize(aead, algo->icv_len);
	if (err) {
		crypto_free_aead(aead);
		return ERR_PTR(err);
	}
	return aead;
}
