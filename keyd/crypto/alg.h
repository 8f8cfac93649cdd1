/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Transforms that keyd can negotiate: number, name in configuration and `show`, sizes.
 * One table; "aes128gcm16-prfsha256-x25519" is made of its names.
 */
#ifndef KEYD_CRYPTO_ALG_H
#define KEYD_CRYPTO_ALG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	ALG_ENCR_NULL = 11,
	ALG_ENCR_AES_CBC = 12,
	ALG_ENCR_AES_CTR = 13,
	ALG_ENCR_AES_CCM_8 = 14,
	ALG_ENCR_AES_CCM_12 = 15,
	ALG_ENCR_AES_CCM_16 = 16,
	ALG_ENCR_AES_GCM_8 = 18,
	ALG_ENCR_AES_GCM_12 = 19,
	ALG_ENCR_AES_GCM_16 = 20,
	ALG_ENCR_NULL_AUTH_AES_GMAC = 21,
	ALG_ENCR_CHACHA20_POLY1305 = 28,
	ALG_PRF_HMAC_SHA2_256 = 5,
	ALG_PRF_HMAC_SHA2_384 = 6,
	ALG_PRF_HMAC_SHA2_512 = 7,
	ALG_INTEG_NONE = 0,
	ALG_INTEG_HMAC_SHA1_96 = 2,
	ALG_INTEG_AES_XCBC_96 = 5,
	ALG_INTEG_AES_CMAC_96 = 8,
	ALG_INTEG_HMAC_SHA2_256_128 = 12,
	ALG_INTEG_HMAC_SHA2_384_192 = 13,
	ALG_INTEG_HMAC_SHA2_512_256 = 14,
	ALG_KE_NONE = 0,
	ALG_KE_MODP_2048 = 14,
	ALG_KE_MODP_3072 = 15,
	ALG_KE_ECP_256 = 19,
	ALG_KE_ECP_384 = 20,
	ALG_KE_X25519 = 31,
	ALG_ESN_NO = 0,
	ALG_ESN_YES = 1,
};

/**
 * struct alg - one transform
 * @type: enum ike_transform_type
 * @id: IANA number
 * @key_bits: of the encryption key, 0 where there is no Key Length attribute
 * @name: in proposals ("aes128gcm16", "sha256", "prfsha256", "x25519")
 * @display: in `show` ("AES_GCM_16-128", "HMAC_SHA2_256_128")
 * @key_len: octets of key material drawn from prf+, salt included
 * @salt_len: how many of them, at the end, are the salt
 * @iv_len: octets of IV in the message (ENCR)
 * @icv_len: octets of ICV (AEAD or INTEG)
 * @block: padding granularity (ENCR)
 * @ike: can protect IKE
 * @esp: can protect ESP (the kernel module has it)
 */
struct alg {
	uint8_t type;
	uint16_t id;
	uint16_t key_bits;
	const char *name;
	const char *display;
	uint8_t key_len;
	uint8_t salt_len;
	uint8_t iv_len;
	uint8_t icv_len;
	uint8_t block;
	bool ike;
	bool esp;
};

/* NULL when keyd does not have it. */
const struct alg *alg_find(uint8_t type, uint16_t id, uint16_t key_bits);
/* The ENCR of an SA as the kernel module shows it, which gives the bits of every key. */
const struct alg *alg_find_esp(uint32_t encr, uint32_t key_bits);
/* By name in a proposal, NULL when unknown. "prfsha256" is a PRF, "sha256" an INTEG. */
const struct alg *alg_by_name(const char *name, size_t len);
bool alg_is_aead(uint16_t encr_id);
/* Iterate the table: NULL at the end. */
const struct alg *alg_at(unsigned int index);
/* A name for any transform, "ENCR 3" for one that keyd does not have; static ring of buffers. */
const char *alg_name(uint8_t type, uint16_t id, uint16_t key_bits);

#endif
