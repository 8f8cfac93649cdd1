/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Certificates, keys and files that tests make for themselves. */
#ifndef TESTS_UNIT_MADE_H
#define TESTS_UNIT_MADE_H

#include <gnutls/abstract.h>
#include <gnutls/x509.h>

#include "base/bytes.h"

enum made_kind {
	MADE_P256, /* the default */
	MADE_P384,
	MADE_P521,
	MADE_RSA,
	MADE_RSA_1024,
	MADE_RSA_PSS,
	MADE_ED25519,
	MADE_KINDS,
};

/* The key number @n (0 to 3) of a kind: made once in a process. */
gnutls_x509_privkey_t made_key(enum made_kind kind, unsigned int n);

struct made_extension {
	const char *oid;
	struct bytes der;
	bool critical;
};

/**
 * struct made_spec - what is special about a certificate
 * @dn: subject in RFC 4514 order, which is the reverse of the encoding; "" for an empty one
 * @from, @until: seconds from now; both 0: an hour ago, and in a day
 * @path_len: of a CA, -1 none; 0 in the initialiser means none as well, use MADE_PATH_LEN(n)
 * @usage: GNUTLS_KEY_*; 0: digitalSignature, or keyCertSign of a CA; MADE_NO_USAGE: none
 */
struct made_spec {
	const char *dn;
	enum made_kind kind;
	unsigned int key;
	bool ca;
	int path_len;
	unsigned int usage;
	long from, until;
	const char *dns;
	const char *email;
	struct bytes ip;
	const char *purpose;
	gnutls_digest_algorithm_t digest;
	int version;
	struct made_extension extension[2];
};

#define MADE_NO_USAGE (1u << 31)
#define MADE_PATH_LEN(n) ((n) + 1)

/* A certificate of @spec, signed by the key of @issuer; NULL: by itself. */
struct made {
	gnutls_x509_crt_t crt;
	gnutls_x509_privkey_t key;
	struct bytes der;
};
struct made made(const struct made_spec *spec, const struct made *issuer);

/* A directory of the test's own, which is removed when the process ends. */
const char *made_dir(void);
/* Write DIR/NAME with @mode; the path lives until the end. NAME may have one folder in it. */
const char *made_file(const char *name, struct bytes content, unsigned int mode);
const char *made_text(const char *name, const char *text, unsigned int mode);
/* PEM of several certificates one after the other. */
const char *made_pem(const char *name, const struct made *const *certs, unsigned int count);
const char *made_key_pem(const char *name, gnutls_x509_privkey_t key);

#endif
