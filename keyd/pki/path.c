// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A path from a peer's certificate to the one CA of its connection. The walk tries issuers by
 * name and signature, also the second candidate when the first leads nowhere, and holds each
 * path that arrives against the rules of cert.c and then against GnuTLS.
 */
#include "pki/priv.h"

/* A peer can send namesakes of namesakes. */
enum {
	SIGNATURES_MAX = 64, /* tried to tell them apart in one walk */
	JUDGED_MAX = 8,	     /* complete paths */
};

struct walk {
	const struct anchor *anchor;
	const struct crt_list *others;
	gnutls_x509_crt_t path[IKE_CERTS_MAX + 1];
	unsigned int depth;
	bool used[IKE_CERTS_MAX];
	unsigned int signatures;
	unsigned int judged;
	bool arrived; /* a path was found, and judged: @why is about it */
	char *why;
};

static bool refused(struct walk *w, unsigned int status)
{
	char name[IDENT_STRLEN];
	const char *what = "is not valid";

	if (status & GNUTLS_CERT_INSECURE_ALGORITHM)
		what = "has a signature or key that is too weak";
	else if (status & GNUTLS_CERT_SIGNER_CONSTRAINTS_FAILURE)
		what = "breaks a constraint of a CA above it";
	else if (status & GNUTLS_CERT_SIGNER_NOT_CA)
		what = "has an issuer that may not issue certificates";
	else if (status & GNUTLS_CERT_SIGNATURE_FAILURE)
		what = "has a wrong signature in it";
	else if (status & (GNUTLS_CERT_EXPIRED | GNUTLS_CERT_NOT_ACTIVATED))
		what = "has a CA that is not valid today, is the clock right?";
	return pki_why(w->why, "path of %.100s to CA %.100s %s", crt_name(w->path[0], name),
		       w->anchor->label, what);
}

/* GnuTLS applies constraints to the end entity's names only (RFC 5280 4.2.1.10 wants all). */
static bool constraints_ok(struct walk *w)
{
	bool has, below_has_san = false;
	char name[IDENT_STRLEN];
	gnutls_datum_t san;

	for (unsigned int i = 1; i <= w->depth; i++) {
		gnutls_x509_crt_t crt = i < w->depth ? w->path[i] : w->anchor->crt;

		if (!crt_constraints_enforced(crt, &has, w->why))
			return false;
		if (has && below_has_san)
			return pki_why(w->why,
				       "CA %s has name constraints over CAs with alternative "
				       "names, which keyd does not enforce",
				       crt_name(crt, name));
		san = crt_extension(crt, "2.5.29.17");
		below_has_san |= san.data != NULL;
		gnutls_free(san.data);
	}
	return true;
}

static bool judge(struct walk *w)
{
	unsigned int status = ~0u;

	for (unsigned int i = 0; i < w->depth; i++)
		if (!crt_is_acceptable(w->path[i], w->why) || !crt_is_current(w->path[i], w->why))
			return false;
	if (!crt_is_current(w->anchor->crt, w->why) || !constraints_ok(w))
		return false;
	/* MEDIUM: RSA of 2048 bits and more; SHA-1 is refused without it */
	if (gnutls_x509_trust_list_verify_crt2(w->anchor->list, w->path, w->depth, NULL, 0,
					       GNUTLS_PROFILE_TO_VFLAGS(GNUTLS_PROFILE_MEDIUM) |
						       GNUTLS_VERIFY_DO_NOT_ALLOW_X509_V1_CA_CRT,
					       &status, NULL) < 0)
		return pki_why(w->why, "GnuTLS could not judge the path to CA %.100s",
			       w->anchor->label);
	return !status || refused(w, status);
}

static bool may_be_issuer(gnutls_x509_crt_t crt, gnutls_x509_crt_t issuer)
{
	return gnutls_x509_crt_check_issuer(crt, issuer) && crt_is_ca(issuer);
}

/*
 * Where one certificate alone has the issuer's name, GnuTLS checks the signature when it judges
 * the path; among namesakes the signature decides whom to follow.
 */
static bool issued_by(struct walk *w, gnutls_x509_crt_t crt, gnutls_x509_crt_t issuer, bool alone)
{
	return may_be_issuer(crt, issuer) &&
	       (alone || (w->signatures++ < SIGNATURES_MAX && crt_signed_by(crt, issuer)));
}

static unsigned int count_issuers(const struct walk *w, gnutls_x509_crt_t crt)
{
	unsigned int n = may_be_issuer(crt, w->anchor->crt);

	for (unsigned int i = 0; i < w->others->count; i++)
		n += may_be_issuer(crt, w->others->crt[i]);
	return n;
}

static void dead_end(struct walk *w, gnutls_x509_crt_t last)
{
	char name[IDENT_STRLEN], issuer[IDENT_STRLEN];

	crt_name(last, name);
	if (gnutls_x509_crt_check_issuer(last, w->anchor->crt))
		pki_why(w->why,
			"no path to CA %.60s: %.100s names it as issuer but is not signed by it",
			w->anchor->label, name);
	else
		pki_why(w->why, "no path to CA %.60s: %.70s has the unknown issuer %.70s",
			w->anchor->label, name, crt_issuer_name(last, issuer));
}

/* Depth first, at most IKE_CERTS_MAX deep; the number of signatures bounds the width. */
static bool extend(struct walk *w)
{
	gnutls_x509_crt_t last = w->path[w->depth - 1];
	bool alone = count_issuers(w, last) == 1, led_on = false;

	if (issued_by(w, last, w->anchor->crt, alone) && w->judged++ < JUDGED_MAX) {
		if (judge(w))
			return true;
		w->arrived = true;
	}
	for (unsigned int i = 0; i < w->others->count && w->depth < IKE_CERTS_MAX; i++) {
		if (w->used[i] || !issued_by(w, last, w->others->crt[i], alone))
			continue;
		led_on = true;
		w->used[i] = true;
		w->path[w->depth++] = w->others->crt[i];
		if (extend(w))
			return true;
		w->depth--;
		w->used[i] = false;
	}
	if (!w->arrived && !led_on)
		dead_end(w, last);
	return false;
}

bool pki_path_verify(const struct anchor *anchor, gnutls_x509_crt_t ee,
		     const struct crt_list *others, char *why)
{
	struct walk w = {
		.anchor = anchor,
		.others = others,
		.path = { ee },
		.depth = 1,
		.why = why,
	};

	return extend(&w);
}
