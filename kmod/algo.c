// SPDX-License-Identifier: GPL-2.0
/*
 * The ways to protect ESP that svti knows: those of RFC 8221 5 and 6 that are not outdated, and
 * AES-CMAC-96. Two tables, and all pairs that they make.
 */
#include <crypto/aead.h>
#include <crypto/authenc.h>
#include <linux/crypto.h>
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/rtnetlink.h>
#include <linux/string.h>
#include <svti.h>

#include "algo.h"

/* The name by which the kernel itself asks for the module of an algorithm. */
#define ALIAS "crypto-"

/**
 * struct part - how the kernel calls a part of an algorithm
 * @crypto: name for the crypto layer
 * @module: that brings it, if @base is there
 * @base: ALIAS and what it stands on; NULL: on nothing
 */
struct part {
	const char *crypto;
	const char *module;
	const char *base;
};

/**
 * struct svti_encr - a row of the table of encryptions; see &struct svti_algo
 * @id: IKEv2 transform id
 * @name: for messages
 * @part: for the crypto layer; a combined mode is all of it
 * @key_bits: see &svti_algo.key_bits
 * @salt_len: see &svti_algo.salt_len
 * @iv_len: see &svti_algo.iv_len
 * @icv_len: of a combined mode; 0: wants an integrity algorithm beside it
 * @block: see &svti_algo.block
 * @iv_kind: see &svti_algo.iv_kind
 */
struct svti_encr {
	u16 id;
	const char *name;
	struct part part;
	u16 key_bits[4];
	u8 salt_len;
	u8 iv_len;
	u8 icv_len;
	u8 block;
	u8 iv_kind;
};

/**
 * struct svti_integ - a row of the table of integrity algorithms
 * @id: IKEv2 transform id
 * @name: for messages
 * @part: for the crypto layer
 * @key_len: octets
 * @icv_len: octets
 */
struct svti_integ {
	u16 id;
	const char *name;
	struct part part;
	u8 key_len;
	u8 icv_len;
};

#define AES_KEY_BITS          \
	{                     \
		128, 192, 256 \
	}

/* RFC 4106 3 and 4: a salt of 4 octets; RFC 4303 2.4: what is encrypted ends at a multiple of 4. */
#define AES_GCM(octets)                                                                        \
	{                                                                                      \
		.id = SVTI_ENCR_AES_GCM_##octets, .name = "AES-GCM-" #octets,                  \
		.part = { "rfc4106(gcm(aes))", "gcm", ALIAS "aes" }, .key_bits = AES_KEY_BITS, \
		.salt_len = 4, .iv_len = 8, .icv_len = octets, .block = 4,                     \
		.iv_kind = SVTI_IV_COUNTER,                                                    \
	}

/* RFC 4309 4 and 7.1: a salt of 3 octets. */
#define AES_CCM(octets)                                                                        \
	{                                                                                      \
		.id = SVTI_ENCR_AES_CCM_##octets, .name = "AES-CCM-" #octets,                  \
		.part = { "rfc4309(ccm(aes))", "ccm", ALIAS "aes" }, .key_bits = AES_KEY_BITS, \
		.salt_len = 3, .iv_len = 8, .icv_len = octets, .block = 4,                     \
		.iv_kind = SVTI_IV_COUNTER,                                                    \
	}

static const struct svti_encr encrs[] = {
	AES_GCM(16),
	AES_GCM(12),
	AES_GCM(8),
	AES_CCM(16),
	AES_CCM(12),
	AES_CCM(8),
	{
		/* RFC 7634 2. */
		.id = SVTI_ENCR_CHACHA20_POLY1305,
		.name = "ChaCha20-Poly1305",
		.part = { "rfc7539esp(chacha20,poly1305)", "chacha20poly1305" },
		.key_bits = { 256 },
		.salt_len = 4,
		.iv_len = 8,
		.icv_len = 16,
		.block = 4,
		.iv_kind = SVTI_IV_COUNTER,
	},
	{
		/* RFC 4543 3: the payload is authenticated like the AAD, and goes as it is. */
		.id = SVTI_ENCR_NULL_AUTH_AES_GMAC,
		.name = "AES-GMAC",
		.part = { "rfc4543(gcm(aes))", "gcm", ALIAS "aes" },
		.key_bits = AES_KEY_BITS,
		.salt_len = 4,
		.iv_len = 8,
		.icv_len = 16,
		.block = 4,
		.iv_kind = SVTI_IV_COUNTER,
	},
	{
		/* RFC 3602 2 and 3. */
		.id = SVTI_ENCR_AES_CBC,
		.name = "AES-CBC",
		.part = { "cbc(aes)", "cbc", ALIAS "aes" },
		.key_bits = AES_KEY_BITS,
		.iv_len = 16,
		.block = 16,
		.iv_kind = SVTI_IV_RANDOM,
	},
	{
		/* RFC 3686 3 and 4: a nonce of 4 octets behind the key. */
		.id = SVTI_ENCR_AES_CTR,
		.name = "AES-CTR",
		.part = { "rfc3686(ctr(aes))", "ctr", ALIAS "aes" },
		.key_bits = AES_KEY_BITS,
		.salt_len = 4,
		.iv_len = 8,
		.block = 4,
		.iv_kind = SVTI_IV_COUNTER,
	},
	{
		/* RFC 2410 3. */
		.id = SVTI_ENCR_NULL,
		.name = "NULL encryption",
		.part = { "ecb(cipher_null)", "crypto_null" },
		.block = 4,
		.iv_kind = SVTI_IV_NONE,
	},
};

static const struct svti_integ integs[] = {
	{
		/* RFC 4868 2.1.1 and 2.3: the key is as long as the digest, half of that goes. */
		.id = SVTI_INTEG_HMAC_SHA2_256_128,
		.name = "HMAC-SHA2-256-128",
		.part = { "hmac(sha256)", "hmac", ALIAS "sha256" },
		.key_len = 32,
		.icv_len = 16,
	},
	{
		.id = SVTI_INTEG_HMAC_SHA2_384_192,
		.name = "HMAC-SHA2-384-192",
		.part = { "hmac(sha384)", "hmac", ALIAS "sha384" },
		.key_len = 48,
		.icv_len = 24,
	},
	{
		.id = SVTI_INTEG_HMAC_SHA2_512_256,
		.name = "HMAC-SHA2-512-256",
		.part = { "hmac(sha512)", "hmac", ALIAS "sha512" },
		.key_len = 64,
		.icv_len = 32,
	},
	{
		/* RFC 2404 2 and 3. */
		.id = SVTI_INTEG_HMAC_SHA1_96,
		.name = "HMAC-SHA1-96",
		.part = { "hmac(sha1)", "hmac", ALIAS "sha1" },
		.key_len = 20,
		.icv_len = 12,
	},
	{
		/* RFC 3566 4 and 5. */
		.id = SVTI_INTEG_AES_XCBC_96,
		.name = "AES-XCBC-96",
		.part = { "xcbc(aes)", "xcbc", ALIAS "aes" },
		.key_len = 16,
		.icv_len = 12,
	},
	{
		/* RFC 4494 2 and 4. */
		.id = SVTI_INTEG_AES_CMAC_96,
		.name = "AES-CMAC-96",
		.part = { "cmac(aes)", "cmac", ALIAS "aes" },
		.key_len = 16,
		.icv_len = 12,
	},
};

/* Every encryption that wants an integrity algorithm has one row with each; the others have one. */
static struct svti_algo algos[ARRAY_SIZE(encrs) * ARRAY_SIZE(integs)] __ro_after_init;
static unsigned int rows __ro_after_init;

static void __init add(const struct svti_encr *encr, const struct svti_integ *integ)
{
	struct svti_algo *algo = &algos[rows++];

	*algo = (struct svti_algo){
		.encr = encr->id,
		.integ = integ ? integ->id : SVTI_INTEG_NONE,
		.iv_kind = encr->iv_kind,
		.iv_len = encr->iv_len,
		.icv_len = integ ? integ->icv_len : encr->icv_len,
		.block = encr->block,
		.salt_len = encr->salt_len,
		.integ_key_len = integ ? integ->key_len : 0,
		.encr_name = encr->name,
		.integ_name = integ ? integ->name : NULL,
		.encr_row = encr,
		.integ_row = integ,
	};
	memcpy(algo->key_bits, encr->key_bits, sizeof(algo->key_bits));
}

/**
 * svti_algo_module_init() - make the pairs
 */
void __init svti_algo_module_init(void)
{
	for (unsigned int e = 0; e < ARRAY_SIZE(encrs); e++) {
		if (encrs[e].icv_len)
			add(&encrs[e], NULL);
		for (unsigned int i = 0; !encrs[e].icv_len && i < ARRAY_SIZE(integs); i++)
			add(&encrs[e], &integs[i]);
	}
}

/**
 * svti_algo_at() - a row of the table
 * @i: its number
 *
 * Return: the row, NULL past the last one.
 */
const struct svti_algo *svti_algo_at(unsigned int i)
{
	return i < rows ? &algos[i] : NULL;
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
	for (unsigned int i = 0; i < rows; i++)
		if (algos[i].encr == encr && algos[i].integ == integ)
			return &algos[i];
	return NULL;
}

/**
 * svti_algo_keys_fit() - check lengths of keys
 * @algo: a row
 * @keys: the keys
 *
 * Return: true if @algo takes keys so long.
 */
bool svti_algo_keys_fit(const struct svti_algo *algo, const struct svti_keys *keys)
{
	if (keys->integ_len != algo->integ_key_len)
		return false;
	if (!algo->key_bits[0])
		return !keys->encr_len;
	for (const u16 *bits = algo->key_bits; *bits; bits++)
		if (keys->encr_len == *bits / 8 + algo->salt_len)
			return true;
	return false;
}

/**
 * svti_algo_crypto() - what the crypto layer calls a row
 * @algo: the row
 * @esn: for an SA with extended sequence numbers
 * @name: filled in, SVTI_CRYPTO_NAME_LEN octets
 *
 * Return: @name.
 */
const char *svti_algo_crypto(const struct svti_algo *algo, bool esn, char *name)
{
	const char *encr = algo->encr_row->part.crypto;

	if (algo->integ_row)
		snprintf(name, SVTI_CRYPTO_NAME_LEN, "authenc%s(%s,%s)", esn ? "esn" : "",
			 algo->integ_row->part.crypto, encr);
	else
		strscpy(name, encr, SVTI_CRYPTO_NAME_LEN);
	return name;
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
	char name[SVTI_CRYPTO_NAME_LEN];
	struct crypto_aead *aead;
	int err;

	if (!svti_algo_keys_fit(algo, keys))
		return ERR_PTR(-EINVAL);
	aead = crypto_alloc_aead(svti_algo_crypto(algo, esn, name), 0, 0);
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

static bool present(const char *crypto)
{
	return crypto_has_alg(crypto, 0, 0);
}

static const char *missing_part(const struct part *part)
{
	if (present(part->crypto))
		return NULL;
	return part->base && !present(part->base + strlen(ALIAS)) ? part->base : part->module;
}

/**
 * svti_algo_missing() - what to load for an algorithm that the kernel does not have
 * @algo: a row, for which svti_algo_aead() returned -ENOENT
 * @esn: as it was told
 *
 * May sleep and load modules.
 *
 * Return: the name of a module, or an alias of it.
 */
const char *svti_algo_missing(const struct svti_algo *algo, bool esn)
{
	const char *encr = missing_part(&algo->encr_row->part), *integ;

	if (encr || !algo->integ_row)
		return encr ?: algo->encr_row->part.module;
	integ = missing_part(&algo->integ_row->part);
	return integ ?: esn ? "authencesn" : "authenc";
}
