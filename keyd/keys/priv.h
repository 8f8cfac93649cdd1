/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of keys/ share. */
#ifndef KEYD_KEYS_PRIV_H
#define KEYD_KEYS_PRIV_H

#include <gnutls/abstract.h>

#include "keys/keys.h"

/**
 * struct private_key - a key that signs
 * @key: GnuTLS wipes what is in it
 * @pk: what it signs as: GNUTLS_PK_RSA_PSS where the certificate says so
 * @bits: of the modulus or curve
 * @curve: of an ECDSA key
 * @hash: the only IKE_HASH_* that the certificate allows, 0: any
 */
struct private_key {
	char label[IKE_LABEL_MAX];
	gnutls_privkey_t key;
	gnutls_pk_algorithm_t pk;
	unsigned int bits;
	gnutls_ecc_curve_t curve;
	uint16_t hash;
};

struct psk {
	char connection[IKE_NAME_MAX];
	struct secret secret;
};

struct keys {
	void *private_keys; /* trees of tsearch(), ordered by the name that each item begins with */
	void *psks;
};

const void *keys_find(void *const *tree, const char *name);
/* Put @item in place of what had its name. 0 or -ENOMEM. */
int keys_replace(void **tree, void *item, void (*release)(void *));
void keys_private_free(void *key);

/* snprintf into a buffer of KEYS_WHY_MAX octets; returns false, so that it can end a check. */
bool keys_why(char *why, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif
