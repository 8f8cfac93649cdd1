/* SPDX-License-Identifier: GPL-2.0 */
/* IKEv2 transform ids <-> kernel crypto: names, key and ICV sizes. One table. */
#ifndef _SVTI_ALGO_H
#define _SVTI_ALGO_H

#include <linux/align.h>
#include <linux/math.h>
#include <linux/types.h>

struct crypto_aead;

/* IANA "Internet Key Exchange Version 2 Parameters", transform types 1 and 3. */
enum {
	SVTI_ENCR_NULL = 11,
	SVTI_ENCR_AES_CBC = 12,
	SVTI_ENCR_AES_CTR = 13,
	SVTI_ENCR_AES_CCM_8 = 14,
	SVTI_ENCR_AES_CCM_12 = 15,
	SVTI_ENCR_AES_CCM_16 = 16,
	SVTI_ENCR_AES_GCM_8 = 18,
	SVTI_ENCR_AES_GCM_12 = 19,
	SVTI_ENCR_AES_GCM_16 = 20,
	SVTI_ENCR_NULL_AUTH_AES_GMAC = 21,
	SVTI_ENCR_CHACHA20_POLY1305 = 28,
	SVTI_INTEG_NONE = 0,
	SVTI_INTEG_HMAC_SHA1_96 = 2,
	SVTI_INTEG_AES_XCBC_96 = 5,
	SVTI_INTEG_AES_CMAC_96 = 8,
	SVTI_INTEG_HMAC_SHA2_256_128 = 12,
	SVTI_INTEG_HMAC_SHA2_384_192 = 13,
	SVTI_INTEG_HMAC_SHA2_512_256 = 14,
};

/* Of the whole table. */
enum {
	SVTI_ESP_HEADER_LEN = 8,  /* SPI and sequence number, RFC 4303 2 */
	SVTI_ESP_TRAILER_LEN = 2, /* pad length and next header */
	SVTI_IV_LEN_MAX = 16,
	SVTI_ICV_LEN_MAX = 32,
	SVTI_ALIGN_MAX = 16,	   /* largest &svti_algo.block */
	SVTI_CRYPTO_NAME_LEN = 48, /* of svti_algo_crypto() */
};

/**
 * enum svti_iv - where the IV in the packet comes from
 * @SVTI_IV_COUNTER: the sequence number, 64 bits: it must not repeat under a key
 * @SVTI_IV_RANDOM: nobody must be able to guess it
 * @SVTI_IV_NONE: there is none
 */
enum svti_iv {
	SVTI_IV_COUNTER,
	SVTI_IV_RANDOM,
	SVTI_IV_NONE,
};

struct svti_encr;
struct svti_integ;

/**
 * struct svti_algo - one way to protect ESP
 * @encr: IKEv2 encryption transform id
 * @integ: IKEv2 integrity transform id, SVTI_INTEG_NONE with a combined mode
 * @iv_kind: enum svti_iv
 * @iv_len: octets of IV in the packet
 * @icv_len: octets of ICV in the packet
 * @block: padding granularity, octets, a power of two
 * @salt_len: octets of salt at the end of the encryption key
 * @integ_key_len: octets of the integrity key
 * @key_bits: allowed sizes of the encryption key, ends with 0; none: there is no key
 * @encr_name: of the encryption, for messages
 * @integ_name: of the integrity, NULL with a combined mode
 * @encr_row: what it is made of
 * @integ_row: what it is made of, NULL with a combined mode
 *
 * Additional authenticated data are SPI and sequence number, 8 octets, and with ESN the SPI,
 * the upper and the lower half of the sequence number, 12 octets.
 */
struct svti_algo {
	u16 encr;
	u16 integ;
	u8 iv_kind;
	u8 iv_len;
	u8 icv_len;
	u8 block;
	u8 salt_len;
	u8 integ_key_len;
	u16 key_bits[4];
	const char *encr_name;
	const char *integ_name;
	const struct svti_encr *encr_row;
	const struct svti_integ *integ_row;
};

/**
 * struct svti_keys - key material of one SA; borrowed, never stored here
 * @encr: encryption key followed by the salt, as IKEv2 makes it (RFC 4106 8.1), or NULL
 * @integ: integrity key, or NULL
 * @encr_len: octets in @encr, salt included
 * @integ_len: octets in @integ
 */
struct svti_keys {
	const u8 *encr;
	const u8 *integ;
	u32 encr_len;
	u32 integ_len;
};

/* The row of a pair of transform ids; NULL: not supported. */
const struct svti_algo *svti_algo_find(u32 encr, u32 integ);
/* Row number @i, NULL past the last one. */
const struct svti_algo *svti_algo_at(unsigned int i);
/* Do the lengths fit? */
bool svti_algo_keys_fit(const struct svti_algo *algo, const struct svti_keys *keys);
/* Bits of the encryption key, salt aside. */
static inline u32 svti_algo_key_bits(const struct svti_algo *algo, const struct svti_keys *keys)
{
	return (keys->encr_len - algo->salt_len) * 8;
}

/* A transform with keys and ICV length set, or an ERR_PTR; free with crypto_free_aead(). */
struct crypto_aead *svti_algo_aead(const struct svti_algo *algo, const struct svti_keys *keys,
				   bool esn);
/* Its name in the crypto layer, in @name of SVTI_CRYPTO_NAME_LEN; returns @name. */
const char *svti_algo_crypto(const struct svti_algo *algo, bool esn, char *name);
/* The module that would bring what the kernel lacks for it. */
const char *svti_algo_missing(const struct svti_algo *algo, bool esn);

void svti_algo_module_init(void);

/* Octets that are encrypted for an inner packet of @inner: with padding and trailer. */
static inline u32 svti_algo_cipher_len(const struct svti_algo *algo, u32 inner)
{
	return ALIGN(inner + SVTI_ESP_TRAILER_LEN, (u32)algo->block);
}

/*
 * Octets of an inner packet of @inner with TFC padding (RFC 4303 2.7) to @tfc, 0: none. @mtu: the
 * largest inner packet that the path takes in one piece; padding is never the cause of another.
 */
static inline u32 svti_algo_tfc_len(u32 tfc, u32 mtu, u32 inner)
{
	return max(inner, min(tfc, mtu));
}

/* The largest inner packet whose ESP packet has no more than @room octets; 0: none. */
static inline u32 svti_algo_inner_max(const struct svti_algo *algo, u32 room)
{
	u32 fixed = SVTI_ESP_HEADER_LEN + algo->iv_len + algo->icv_len;

	if (room < fixed + algo->block)
		return 0;
	return round_down(room - fixed, (u32)algo->block) - SVTI_ESP_TRAILER_LEN;
}

#endif /* _SVTI_ALGO_H */
