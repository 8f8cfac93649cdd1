/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The certificates that tests of the pki room share, and a peer who shows them. */
#ifndef TESTS_UNIT_PKI_WORLD_H
#define TESTS_UNIT_PKI_WORLD_H

#include "pki/pki.h"
#include "unit/made.h"
#include "unit/unit.h"

enum { ALL = IKE_PROOF_PATH | IKE_PROOF_REVOCATION | IKE_PROOF_IDENTITY | IKE_PROOF_PEER_AUTH };

/* root-b -> int-b -> bob, and strangers: root-c -> int-c -> a bob of theirs, mallory */
extern struct made root, inter, bob, other_root, other_inter, mallory;
void make_world(void);
struct made root_of(const char *dn, enum made_kind kind, unsigned int key);

/* What the peer signs, and its AUTH of method 14 by algorithm @pk, 0: that of its key. */
extern const struct bytes signed_octets;
struct bytes auth_of(const struct made *m, gnutls_pk_algorithm_t pk, uint16_t hash);

extern char why[PKI_WHY_MAX];
/* A pki that trusts @anchor as "root-b". */
struct pki *pki_with(const struct made *anchor);
/* What it proves of a peer that sends @cert and an AUTH; @why says what was missing. */
uint32_t judge(struct pki *pki, const struct bytes *cert, unsigned int certs, const char *id,
	       uint8_t method, struct bytes auth);
/* The common case: anchor, chain, and the peer's identity. */
#define CHAIN(...) (const struct made *const[]){ __VA_ARGS__, NULL }
uint32_t check_chain(const struct made *anchor, const struct made *const *chain, const char *id);

#define ck_refused(proofs, clause)                                                    \
	do {                                                                          \
		ck_assert_uint_eq(proofs, 0);                                         \
		ck_assert_msg(strstr(why, clause), "reason is \"%s\", not \"%s\"", why, clause); \
	} while (0)
#define ck_passed(proofs) ck_assert_msg((proofs) == ALL, "%s", why)
#define BYTES(text) { (const uint8_t *)(text), sizeof(text) - 1 }

#endif
