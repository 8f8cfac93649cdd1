/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Certificates: our chains, trust anchors, and the judgement over a peer's. Holds no
 * private key. GnuTLS does the cryptography and most of RFC 5280; what it does not look at
 * (identity, key usage of the peer, the one anchor, policies) is checked here.
 */
#ifndef KEYD_PKI_PKI_H
#define KEYD_PKI_PKI_H

#include "base/ident.h"
#include "ike/env.h"

struct pki;

struct pki *pki_new(void);
void pki_free(struct pki *pki);

enum { PKI_WHY_MAX = 256 };

/*
 * Load a chain (ours, then intermediates in any order; PEM or DER) or a single trust anchor.
 * A label is known to the pki by @label afterwards; loading it again replaces it. Returns 0,
 * or -EINVAL/-ENOENT/... with what is wrong in @why, to be written behind the file's name.
 */
int pki_load_chain(struct pki *pki, const char *label, const char *path, char *why);
/* More certificates to complete our own chains with: every one of a directory or file. */
int pki_load_extra(struct pki *pki, const char *path, char *why);
int pki_load_anchor(struct pki *pki, const char *label, const char *path, char *why);

/* Subject of our certificate, as the default identity. */
int pki_subject(const struct pki *pki, const char *label, struct ident *id);
/* SHA-1 of the SubjectPublicKeyInfo of an anchor. */
int pki_anchor_key_hash(const struct pki *pki, const char *label, uint8_t hash[static 20]);
/* Is the identity in our certificate, so that a peer will accept it (RFC 4945 3.1)? */
bool pki_has_identity(const struct pki *pki, const char *label, const struct ident *id);
/* SubjectPublicKeyInfo of our certificate in DER, to compare with the private key. */
int pki_public_key(const struct pki *pki, const char *label, struct bytes *spki);
/*
 * Our certificates to send, own one first, without the self-signed root; views that live as
 * long as the label. Returns their number (at most IKE_CERTS_MAX) or a negative errno.
 */
int pki_chain(const struct pki *pki, const char *label, struct bytes cert[static IKE_CERTS_MAX]);

/*
 * Judge a peer: its path to @anchor, its identity, its signature over @ask->octets. Sets
 * answer->proofs and, when one is missing, answer->reason (in @why).
 */
void pki_verify(struct pki *pki, const char *anchor, const struct ike_ask_verify *ask,
		struct ike_answer *answer, char *why);

#endif
