// SPDX-License-Identifier: GPL-2.0-or-later
#include "crypto/alg.h"

#include <stdio.h>
#include <string.h>

#include "wire/iana.h"

#define AES_CBC(bits)                                                                            \
	{ .type = IKE_TT_ENCR, .id = ALG_ENCR_AES_CBC, .key_bits = bits, .name = "aes" #bits,    \
	  .display = "AES_CBC-" #bits, .key_len = bits / 8, .iv_len = 16, .block = 16,           \
	  .ike = true, .esp = true }

/* The four octets of salt: RFC 4106 8.1, RFC 5282 7.1. */
#define AES_GCM(octets, bits, in_ike)                                                            \
	{ .type = IKE_TT_ENCR, .id = ALG_ENCR_AES_GCM_##octets, .key_bits = bits,                \
	  .name = "aes" #bits "gcm" #octets, .display = "AES_GCM_" #octets "-" #bits,            \
	  .key_len = bits / 8 + 4, .salt_len = 4, .iv_len = 8, .icv_len = octets, .block = 1,    \
	  .ike = in_ike, .esp = true }

/* Three octets: RFC 4309 7.1. */
#define AES_CCM(octets, bits)                                                                    \
	{ .type = IKE_TT_ENCR, .id = ALG_ENCR_AES_CCM_##octets, .key_bits = bits,                \
	  .name = "aes" #bits "ccm" #octets, .display = "AES_CCM_" #octets "-" #bits,            \
	  .key_len = bits / 8 + 3, .salt_len = 3, .iv_len = 8, .icv_len = octets, .block = 1,    \
	  .esp = true }

/* RFC 3686 5.1. */
#define AES_CTR(bits)                                                                            \
	{ .type = IKE_TT_ENCR, .id = ALG_ENCR_AES_CTR, .key_bits = bits,                         \
	  .name = "aes" #bits "ctr", .display = "AES_CTR-" #bits, .key_len = bits / 8 + 4,       \
	  .salt_len = 4, .iv_len = 8, .block = 1, .esp = true }

/* RFC 4543 5.1. */
#define AES_GMAC(bits)                                                                           \
	{ .type = IKE_TT_ENCR, .id = ALG_ENCR_NULL_AUTH_AES_GMAC, .key_bits = bits,              \
	  .name = "aes" #bits "gmac", .display = "NULL_AES_GMAC-" #bits,                         \
	  .key_len = bits / 8 + 4, .salt_len = 4, .iv_len = 8, .icv_len = 16, .block = 1,        \
	  .esp = true }

/* Key length = output length: RFC 4868 2.4. */
#define PRF_HMAC_SHA2(bits)                                                                      \
	{ .type = IKE_TT_PRF, .id = ALG_PRF_HMAC_SHA2_##bits, .name = "prfsha" #bits,            \
	  .display = "PRF_HMAC_SHA2_" #bits, .key_len = bits / 8, .ike = true }

#define INTEG_HMAC_SHA2(bits, icv_bits)                                                          \
	{ .type = IKE_TT_INTEG, .id = ALG_INTEG_HMAC_SHA2_##bits##_##icv_bits,                   \
	  .name = "sha" #bits, .display = "HMAC_SHA2_" #bits "_" #icv_bits,                      \
	  .key_len = bits / 8, .icv_len = icv_bits / 8, .ike = true, .esp = true }

#define INTEG_ESP_96(number, text, shown, octets)                                                \
	{ .type = IKE_TT_INTEG, .id = number, .name = text, .display = shown, .key_len = octets, \
	  .icv_len = 12, .esp = true }

#define KEY_EXCHANGE(number, text, shown)                                                        \
	{ .type = IKE_TT_KE, .id = number, .name = text, .display = shown, .ike = true, .esp = true }

#define SEQUENCE_NUMBERS(number, text, shown)                                                    \
	{ .type = IKE_TT_ESN, .id = number, .name = text, .display = shown, .esp = true }

static const struct alg table[] = {
	AES_GCM(16, 128, true),
	AES_GCM(16, 192, true),
	AES_GCM(16, 256, true),
	AES_GCM(12, 128, false),
	AES_GCM(12, 192, false),
	AES_GCM(12, 256, false),
	AES_GCM(8, 128, false),
	AES_GCM(8, 192, false),
	AES_GCM(8, 256, false),
	AES_CCM(16, 128),
	AES_CCM(16, 192),
	AES_CCM(16, 256),
	AES_CCM(12, 128),
	AES_CCM(12, 192),
	AES_CCM(12, 256),
	AES_CCM(8, 128),
	AES_CCM(8, 192),
	AES_CCM(8, 256),
	/* RFC 7634 2 and 4: always 256 bits, which are not negotiated. */
	{ .type = IKE_TT_ENCR, .id = ALG_ENCR_CHACHA20_POLY1305, .name = "chacha20poly1305",
	  .display = "CHACHA20_POLY1305", .key_len = 36, .salt_len = 4, .iv_len = 8, .icv_len = 16,
	  .block = 1, .esp = true },
	AES_GMAC(128),
	AES_GMAC(192),
	AES_GMAC(256),
	AES_CBC(128),
	AES_CBC(192),
	AES_CBC(256),
	AES_CTR(128),
	AES_CTR(192),
	AES_CTR(256),
	/* RFC 2410. */
	{ .type = IKE_TT_ENCR, .id = ALG_ENCR_NULL, .name = "null", .display = "NULL", .block = 1,
	  .esp = true },
	PRF_HMAC_SHA2(256),
	PRF_HMAC_SHA2(384),
	PRF_HMAC_SHA2(512),
	INTEG_HMAC_SHA2(256, 128),
	INTEG_HMAC_SHA2(384, 192),
	INTEG_HMAC_SHA2(512, 256),
	/* RFC 2404 3, RFC 3566 4 and RFC 4494 2. */
	INTEG_ESP_96(ALG_INTEG_HMAC_SHA1_96, "sha1", "HMAC_SHA1_96", 20),
	INTEG_ESP_96(ALG_INTEG_AES_XCBC_96, "aesxcbc", "AES_XCBC_96", 16),
	INTEG_ESP_96(ALG_INTEG_AES_CMAC_96, "aescmac", "AES_CMAC_96", 16),
	KEY_EXCHANGE(ALG_KE_X25519, "x25519", "CURVE_25519"),
	KEY_EXCHANGE(ALG_KE_ECP_256, "ecp256", "ECP_256"),
	KEY_EXCHANGE(ALG_KE_ECP_384, "ecp384", "ECP_384"),
	KEY_EXCHANGE(ALG_KE_MODP_2048, "modp2048", "MODP_2048"),
	KEY_EXCHANGE(ALG_KE_MODP_3072, "modp3072", "MODP_3072"),
	SEQUENCE_NUMBERS(ALG_ESN_NO, "noesn", "NO_EXT_SEQ"),
	SEQUENCE_NUMBERS(ALG_ESN_YES, "esn", "EXT_SEQ"),
};

enum { TABLE_SIZE = sizeof(table) / sizeof(table[0]) };

/* Other names that people know from other programs: the ICV in bits. */
#define AES_ICV_BITS(bits)                              \
	{ "aes" #bits "gcm128", "aes" #bits "gcm16" },  \
	{ "aes" #bits "gcm96", "aes" #bits "gcm12" },   \
	{ "aes" #bits "gcm64", "aes" #bits "gcm8" },    \
	{ "aes" #bits "ccm128", "aes" #bits "ccm16" },  \
	{ "aes" #bits "ccm96", "aes" #bits "ccm12" },   \
	{ "aes" #bits "ccm64", "aes" #bits "ccm8" }

static const struct {
	const char *alias;
	const char *name;
} aliases[] = {
	AES_ICV_BITS(128),
	AES_ICV_BITS(192),
	AES_ICV_BITS(256),
	{ "curve25519", "x25519" },
};

/**
 * alg_find() - look a transform up as it is negotiated
 * @type: enum ike_transform_type
 * @id: transform id
 * @key_bits: of the Key Length attribute, 0 without one
 *
 * Return: its entry, or NULL when keyd does not have it.
 */
const struct alg *alg_find(uint8_t type, uint16_t id, uint16_t key_bits)
{
	for (unsigned int i = 0; i < TABLE_SIZE; i++)
		if (table[i].type == type && table[i].id == id && table[i].key_bits == key_bits)
			return &table[i];
	return NULL;
}

/**
 * alg_find_esp() - look the encryption of an SA up
 * @encr: transform id
 * @key_bits: of its key, salt aside; 0: it has none
 *
 * Return: its entry, or NULL when ESP does not have it.
 */
const struct alg *alg_find_esp(uint32_t encr, uint32_t key_bits)
{
	for (unsigned int i = 0; i < TABLE_SIZE; i++)
		if (table[i].type == IKE_TT_ENCR && table[i].esp && table[i].id == encr &&
		    (uint32_t)(table[i].key_len - table[i].salt_len) * 8 == key_bits)
			return &table[i];
	return NULL;
}

static bool is_name(const char *name, const char *text, size_t len)
{
	return strlen(name) == len && !memcmp(name, text, len);
}

/**
 * alg_by_name() - look a transform up as it is configured
 * @name: need not end with NUL
 * @len: octets of @name
 *
 * Return: its entry, or NULL when the name is unknown.
 */
const struct alg *alg_by_name(const char *name, size_t len)
{
	for (unsigned int i = 0; i < sizeof(aliases) / sizeof(aliases[0]); i++)
		if (is_name(aliases[i].alias, name, len)) {
			name = aliases[i].name;
			len = strlen(name);
			break;
		}
	for (unsigned int i = 0; i < TABLE_SIZE; i++)
		if (is_name(table[i].name, name, len))
			return &table[i];
	return NULL;
}

/**
 * alg_is_aead() - does it protect integrity by itself?
 * @encr_id: ENCR transform id
 *
 * Return: true when there must be no INTEG transform beside it (RFC 5282 8).
 */
bool alg_is_aead(uint16_t encr_id)
{
	for (unsigned int i = 0; i < TABLE_SIZE; i++)
		if (table[i].type == IKE_TT_ENCR && table[i].id == encr_id)
			return table[i].icv_len;
	return false;
}

/**
 * alg_at() - walk the table
 * @index: from 0 on
 *
 * Return: an entry; inside a type the preferred one comes first. NULL behind the last one.
 */
const struct alg *alg_at(unsigned int index)
{
	return index < TABLE_SIZE ? &table[index] : NULL;
}

static const char *type_name(uint8_t type)
{
	static const char *const names[] = {
		[IKE_TT_ENCR] = "ENCR",
		[IKE_TT_PRF] = "PRF",
		[IKE_TT_INTEG] = "INTEG",
		[IKE_TT_KE] = "KE",
		[IKE_TT_ESN] = "ESN",
	};

	return type && type < sizeof(names) / sizeof(names[0]) ? names[type] : NULL;
}

/**
 * alg_name() - a name for people, whatever the transform is
 * @type: transform type
 * @id: transform id
 * @key_bits: of the Key Length attribute, 0 without one
 *
 * Return: static text that the eighth call from now overwrites.
 */
const char *alg_name(uint8_t type, uint16_t id, uint16_t key_bits)
{
	static char ring[8][32];
	static unsigned int turn;
	const struct alg *alg = alg_find(type, id, key_bits);
	const char *kind = type_name(type);
	char *text;
	int len;

	if (alg)
		return alg->display;
	if (!id && !key_bits && (type == IKE_TT_INTEG || type == IKE_TT_KE))
		return "NONE";

	text = ring[turn++ % (sizeof(ring) / sizeof(ring[0]))];
	if (kind)
		len = snprintf(text, sizeof(ring[0]), "%s %u", kind, id);
	else
		len = snprintf(text, sizeof(ring[0]), "type %u %u", type, id);
	if (key_bits)
		snprintf(text + len, sizeof(ring[0]) - (size_t)len, " (%u bits)", key_bits);
	return text;
}
