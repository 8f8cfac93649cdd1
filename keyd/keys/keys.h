/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Private keys and pre-shared keys: signs and MACs for others, gives nothing out. */
#ifndef KEYD_KEYS_KEYS_H
#define KEYD_KEYS_KEYS_H

#include "base/secret.h"
#include "ike/env.h"

struct keys;

enum { KEYS_WHY_MAX = 256, KEYS_AUTH_MAX = 1200 }; /* AlgorithmIdentifier and RSA-8192 fit */

struct keys *keys_new(void);
void keys_free(struct keys *keys);

/* Takes @psk over (it is empty afterwards). Replaces what @connection had. 0 or -ENOMEM. */
int keys_set_psk(struct keys *keys, const char *connection, struct secret *psk);
/*
 * Load a private key (PEM or DER, PKCS#1, SEC1 or PKCS#8, not encrypted) under @label, and
 * check that it belongs to @spki (BYTES_NONE: no check) and that the file is not readable by
 * others. Returns 0, or a negative errno with what is wrong in @why, to be written behind the
 * file's name.
 */
int keys_load_private(struct keys *keys, const char *label, const char *path, struct bytes spki,
		      char *why);
void keys_forget(struct keys *keys, const char *name);

/*
 * AUTH payload by pre-shared key. Into @out, KEYS_AUTH_MAX octets; *len gets its length.
 * Returns 0 or -ENOKEY.
 */
int keys_psk_auth(const struct keys *keys, const char *connection, uint16_t prf,
		  struct bytes octets, uint8_t *out, size_t *len);
/*
 * AUTH payload by signature: RFC 7427 (method 14) with the strongest hash in @peer_hashes
 * that fits the key, else methods 1, 9, 10, 11 for peers without it. Returns 0, -ENOKEY, or
 * -EOPNOTSUPP with a sentence in @why when the peer's hashes and our key do not meet.
 */
int keys_sign(const struct keys *keys, const char *label, uint32_t peer_hashes,
	      struct bytes octets, uint8_t *method, uint8_t *out, size_t *len, char *why);

#endif
