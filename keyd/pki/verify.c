// SPDX-License-Identifier: GPL-2.0-or-later
/* The judgement over a peer: what it proved, and the first thing that it did not. */
#include "pki/store.h"

/* Certificates behind the first one; what cannot be decoded is passed over (RFC 4945 3.3.10). */
static void decode_others(struct crt_list *list, gnutls_x509_crt_t room[static IKE_CERTS_MAX],
			  const struct ike_ask_verify *ask)
{
	*list = (struct crt_list){ 0, room };
	for (unsigned int i = 1; i < ask->certs && i < IKE_CERTS_MAX; i++) {
		gnutls_datum_t der = { (unsigned char *)ask->cert[i].data,
				       (unsigned int)ask->cert[i].len };
		gnutls_x509_crt_t crt;

		if (gnutls_x509_crt_init(&crt) < 0)
			return;
		if (gnutls_x509_crt_import(crt, &der, GNUTLS_X509_FMT_DER) < 0)
			gnutls_x509_crt_deinit(crt);
		else
			room[list->count++] = crt;
	}
}

static bool path_ok(const struct anchor *anchor, gnutls_x509_crt_t ee,
		    const struct ike_ask_verify *ask, char *why)
{
	gnutls_x509_crt_t room[IKE_CERTS_MAX];
	struct crt_list others;
	bool ok;

	if (!crt_may_sign(ee, why))
		return false;
	decode_others(&others, room, ask);
	ok = pki_path_verify(anchor, ee, &others, why);
	for (unsigned int i = 0; i < others.count; i++)
		gnutls_x509_crt_deinit(others.crt[i]);
	return ok;
}

static bool identity_ok(gnutls_x509_crt_t ee, const struct ident *id, char *why)
{
	char name[IDENT_STRLEN], subject[IDENT_STRLEN];

	return crt_has_identity(ee, id) ||
	       pki_why(why, "the identity %.100s is not in its certificate %.100s",
		       ident_format(id, name), crt_name(ee, subject));
}

static void judge(const struct anchor *anchor, gnutls_x509_crt_t ee,
		  const struct ike_ask_verify *ask, struct ike_answer *answer, char *why)
{
	if (!path_ok(anchor, ee, ask, why))
		return;
	answer->proofs |= IKE_PROOF_PATH;
	/*
	 * The policy is "relaxed": refuse what is known to be revoked. Nothing can be known
	 * to be, as keyd has no source of revocation yet; "strict" is refused in the
	 * configuration for the same reason.
	 */
	answer->proofs |= IKE_PROOF_REVOCATION;
	if (!identity_ok(ee, ask->peer_id, why))
		return;
	answer->proofs |= IKE_PROOF_IDENTITY;
	if (!pki_auth_verify(ee, ask, why))
		return;
	answer->proofs |= IKE_PROOF_PEER_AUTH;
	*why = '\0'; /* a path that was tried and led nowhere may have left its own */
}

void pki_verify(struct pki *pki, const char *label, const struct ike_ask_verify *ask,
		struct ike_answer *answer, char *why)
{
	const struct anchor *anchor = pki_label_find(&pki->anchors, label);
	gnutls_datum_t der = { 0 };
	gnutls_x509_crt_t ee;

	*why = '\0';
	answer->proofs = 0;
	if (ask->certs)
		der = (gnutls_datum_t){ (unsigned char *)ask->cert[0].data,
					(unsigned int)ask->cert[0].len };
	if (!anchor)
		pki_why(why, "the CA %.100s is not loaded", label);
	else if (!ask->certs)
		pki_why(why, "the peer sent no certificate");
	else if (gnutls_x509_crt_init(&ee) < 0)
		pki_why(why, "out of memory");
	else {
		if (gnutls_x509_crt_import(ee, &der, GNUTLS_X509_FMT_DER) < 0)
			pki_why(why, "the peer's certificate cannot be decoded");
		else
			judge(anchor, ee, ask, answer, why);
		gnutls_x509_crt_deinit(ee);
	}
	answer->reason = *why ? why : NULL;
}
