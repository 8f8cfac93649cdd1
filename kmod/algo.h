/* SPDX-License-Identifier: GPL-2.0 */
/* IKEv2 transform ids <-> kernel crypto: names, key and ICV sizes. One table. */
#ifndef _SVTI_ALGO_H
#define _SVTI_ALGO_H

#include <linux/types.h>

/* IANA "Internet Key Exchange Version 2 Parameters", transform types 1 and 3. */
enum {
	SVTI_ENCR_AES_CBC = 12,
	SVTI_ENCR_AES_GCM_16 = 20,
	SVTI_INTEG_NONE = 0,
	SVTI_INTEG_HMAC_SHA2_256_128 = 12,
};

/**
 * struct svti_algo - one way to protect ESP
 * @encr: IKEv2 encryption transform id
 * @integ: IKEv2 integrity transform id, SVTI_INTEG_NONE with a combined mode
 * @name: IKE style name without key size, for messages
 * @crypto: name for crypto_alloc_aead()
 * @key_bits: allowed sizes of the encryption key, zero-terminated
 * @salt_len: octets of salt at the end of the encryption key
 * @integ_key_len: octets of the integrity key
 * @iv_len: octets of IV in the packet
 * @icv_len: octets of ICV in the packet
 * @block: padding granularity, octets
 * @iv_random: the IV must be unpredictable (RFC 3602 3), else it is the sequence number
 */
struct svti_algo {
	u16 encr;
	u16 integ;
	const char *name;
	const char *crypto;
	u16 key_bits[4];
	u8 salt_len;
	u8 integ_key_len;
	u8 iv_len;
	u8 icv_len;
	u8 block;
	bool iv_random;
};
