/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of pki/ share. */
#ifndef KEYD_PKI_PRIV_H
#define KEYD_PKI_PRIV_H

#include <gnutls/abstract.h>
#include <gnutls/x509.h>

#include "pki/pki.h"

enum {
	CERT_FILE_MAX = 4 << 20, /* octets of a file of certificates */
	CERTS_PER_FILE_MAX = 1024,
	CHAIN_FILE_MAX = 64, /* certificates in a file with one of our chains */
};

/* Certificates that are owned together. */
struct crt_list {
	unsigned int count;
	gnutls_x509_crt_t *crt;
};

/* All certificates of a PEM or DER file; 0, or a negative errno with a sentence in @why. */
int crt_list_read(struct crt_list *list, const char *path, unsigned int max, char *why);
void crt_list_free(struct crt_list *list);

/**
 * struct anchor - a CA that connections trust
 * @file: owns its certificate
 * @crt: that one
 * @list: holds @crt and nothing else
 * @key_hash: SHA-1 of its SubjectPublicKeyInfo
 */
struct anchor {
	char label[IKE_LABEL_MAX];
	struct crt_list file;
	gnutls_x509_crt_t crt;
	gnutls_x509_trust_list_t list;
	uint8_t key_hash[20];
};

/* The subject in @buf for people, IDENT_STRLEN octets; "(no subject)" when it is empty. */
const char *crt_name(gnutls_x509_crt_t crt, char buf[static IDENT_STRLEN]);
const char *crt_issuer_name(gnutls_x509_crt_t crt, char buf[static IDENT_STRLEN]);
bool crt_is_ca(gnutls_x509_crt_t crt);
/* Is @issuer a CA whose key signed @crt? Nothing else about either is asked. */
bool crt_signed_by(gnutls_x509_crt_t crt, gnutls_x509_crt_t issuer);
/* Is the clock within the validity? Else a clause in @why. */
bool crt_is_current(gnutls_x509_crt_t crt, char *why);
/* May the key of this end entity make IKE signatures? Else a clause in @why. */
bool crt_may_sign(gnutls_x509_crt_t crt, char *why);
/* Version, extensions and key size that keyd can judge, of any certificate below the anchor. */
bool crt_is_acceptable(gnutls_x509_crt_t crt, char *why);
/* Name constraints of @crt are of the kinds that GnuTLS enforces. @has: there are some. */
bool crt_constraints_enforced(gnutls_x509_crt_t crt, bool *has, char *why);
/* Value of the extension, empty when it is not there; to be freed with gnutls_free(). */
gnutls_datum_t crt_extension(gnutls_x509_crt_t crt, const char *oid);
/* Is the identity the subject or a subjectAltName (RFC 4945 3.1)? Never the CN. */
bool crt_has_identity(gnutls_x509_crt_t crt, const struct ident *id);

/*
 * A path from @ee over @others (below IKE_CERTS_MAX) to the anchor that GnuTLS and the rules
 * above accept. Returns false with a clause in @why.
 */
bool pki_path_verify(const struct anchor *anchor, gnutls_x509_crt_t ee,
		     const struct crt_list *others, char *why);

/* Is AUTH made with the key of @crt? Else a clause in @why. */
bool pki_auth_verify(gnutls_x509_crt_t crt, const struct ike_ask_verify *ask, char *why);

/* snprintf into a buffer of PKI_WHY_MAX octets; returns false, so that it can end a check. */
bool pki_why(char *why, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif
