// SPDX-License-Identifier: GPL-2.0-or-later
/* Rules for one certificate: what RFC 4945 5.1 asks for and GnuTLS leaves to its caller. */
#include <stdarg.h>
#include <stdio.h>
#include <time.h>

#include "base/der.h"
#include "base/dn.h"
#include "pki/priv.h"

enum {
	EXTENSIONS_MAX = 64,
	OID_LEN = 64,
	RSA_BITS_MIN = 2048,
	RSA_BITS_MAX = 8192
};

#define OID_KEY_USAGE		 "2.5.29.15"
#define OID_SUBJECT_ALT_NAME	 "2.5.29.17"
#define OID_BASIC_CONSTRAINTS	 "2.5.29.19"
#define OID_NAME_CONSTRAINTS	 "2.5.29.30"
#define OID_CERTIFICATE_POLICIES "2.5.29.32"
#define OID_POLICY_MAPPINGS	 "2.5.29.33"
#define OID_POLICY_CONSTRAINTS	 "2.5.29.36"
#define OID_EXTENDED_KEY_USAGE	 "2.5.29.37"
#define OID_INHIBIT_ANY_POLICY	 "2.5.29.54"

enum {
	SAN_EMAIL = 0x81,
	SAN_DNS = 0x82,
	SAN_IP = 0x87
};

bool pki_why(char *why, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(why, PKI_WHY_MAX, fmt, ap);
	va_end(ap);
	return false;
}

static const char *format_dn(const gnutls_datum_t *der, char buf[static IDENT_STRLEN])
{
	dn_format(bytes_of(der->data, der->size), buf, IDENT_STRLEN);
	if (!*buf)
		strcpy(buf, "(no subject)");
	return buf;
}

const char *crt_name(gnutls_x509_crt_t crt, char buf[static IDENT_STRLEN])
{
	gnutls_datum_t der = { NULL, 0 };

	gnutls_x509_crt_get_raw_dn(crt, &der);
	format_dn(&der, buf);
	gnutls_free(der.data);
	return buf;
}

const char *crt_issuer_name(gnutls_x509_crt_t crt, char buf[static IDENT_STRLEN])
{
	gnutls_datum_t der = { NULL, 0 };

	gnutls_x509_crt_get_raw_issuer_dn(crt, &der);
	format_dn(&der, buf);
	gnutls_free(der.data);
	return buf;
}

bool crt_is_ca(gnutls_x509_crt_t crt)
{
	unsigned int ca = 0;

	return gnutls_x509_crt_get_basic_constraints(crt, NULL, &ca, NULL) >= 0 && ca;
}

bool crt_signed_by(gnutls_x509_crt_t crt, gnutls_x509_crt_t issuer)
{
	unsigned int status = ~0u;

	return gnutls_x509_crt_check_issuer(crt, issuer) && crt_is_ca(issuer) &&
	       gnutls_x509_crt_verify(crt, &issuer, 1,
				      GNUTLS_VERIFY_DISABLE_TIME_CHECKS |
					      GNUTLS_VERIFY_ALLOW_BROKEN,
				      &status) >= 0 &&
	       !(status & (GNUTLS_CERT_SIGNATURE_FAILURE | GNUTLS_CERT_SIGNER_NOT_FOUND));
}

bool crt_is_current(gnutls_x509_crt_t crt, char *why)
{
	time_t now = time(NULL), from = gnutls_x509_crt_get_activation_time(crt),
	       until = gnutls_x509_crt_get_expiration_time(crt), then;
	char name[IDENT_STRLEN], when[32] = "?", clock[32] = "?";
	struct tm tm;

	if (from == (time_t)-1 || until == (time_t)-1)
		return pki_why(why, "certificate %.80s has no validity that keyd can read",
			       crt_name(crt, name));
	if (now >= from && now <= until)
		return true;
	then = now < from ? from : until;
	if (gmtime_r(&then, &tm))
		strftime(when, sizeof(when), "%Y-%m-%d %H:%M:%S", &tm);
	if (gmtime_r(&now, &tm))
		strftime(clock, sizeof(clock), "%Y-%m-%d %H:%M", &tm);
	return pki_why(why, "certificate %.80s %s %s UTC, is the clock (%s) right?",
		       crt_name(crt, name), now < from ? "is not valid before" : "expired on", when,
		       clock);
}

/*
 * RFC 4945 5.1.3.12 leaves EKU to us and RFC 4809 3.1.6.3 wants no failure by it, while in
 * the field gateways carry TLS purposes. What is made for something else altogether, such
 * as signing code, is not taken.
 */
static bool purpose_fits(gnutls_x509_crt_t crt, char *why)
{
	static const char *const good[] = {
		"1.3.6.1.5.5.7.3.17",			   /* ipsecIKE */
		"2.5.29.37.0",				   /* any */
		"1.3.6.1.5.5.7.3.1",  "1.3.6.1.5.5.7.3.2", /* TLS server, client */
		"1.3.6.1.5.5.7.3.5",  "1.3.6.1.5.5.7.3.6", "1.3.6.1.5.5.7.3.7", /* old IPsec ones */
	};
	char oid[OID_LEN], name[IDENT_STRLEN];

	for (unsigned int i = 0; i < EXTENSIONS_MAX; i++) {
		size_t len = sizeof(oid);
		int r = gnutls_x509_crt_get_key_purpose_oid(crt, i, oid, &len, NULL);

		if (r == GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE && !i)
			return true;
		if (r == GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE)
			break;
		for (size_t j = 0; r >= 0 && j < sizeof(good) / sizeof(good[0]); j++)
			if (!strcmp(oid, good[j]))
				return true;
	}
	return pki_why(why,
		       "certificate %.80s is for another purpose (extended key usage) than IKE",
		       crt_name(crt, name));
}

bool crt_may_sign(gnutls_x509_crt_t crt, char *why)
{
	unsigned int usage = 0;
	char name[IDENT_STRLEN];
	int r = gnutls_x509_crt_get_key_usage(crt, &usage, NULL);

	if (crt_is_ca(crt))
		return pki_why(why, "certificate %.80s is a CA's and not a gateway's",
			       crt_name(crt, name));
	/* RFC 4945 5.1.3.2 */
	if (r != GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE &&
	    (r < 0 || !(usage & (GNUTLS_KEY_DIGITAL_SIGNATURE | GNUTLS_KEY_NON_REPUDIATION))))
		return pki_why(why, "certificate %.80s has a key usage without digitalSignature",
			       crt_name(crt, name));
	return purpose_fits(crt, why);
}

/*
 * Critical ones that are honoured, by GnuTLS or here; policies: any will do. Of the ones that
 * steer policies keyd enforces none and GnuTLS not all, so a path with them is refused even
 * where they are not critical.
 */
static bool extension_ok(const char *oid, bool critical)
{
	static const char *const honoured[] = {
		OID_KEY_USAGE,	      OID_SUBJECT_ALT_NAME,	OID_BASIC_CONSTRAINTS,
		OID_NAME_CONSTRAINTS, OID_CERTIFICATE_POLICIES, OID_EXTENDED_KEY_USAGE,
	};

	if (!strcmp(oid, OID_POLICY_MAPPINGS) || !strcmp(oid, OID_POLICY_CONSTRAINTS) ||
	    !strcmp(oid, OID_INHIBIT_ANY_POLICY))
		return false;
	for (size_t i = 0; critical && i < sizeof(honoured) / sizeof(honoured[0]); i++)
		if (!strcmp(oid, honoured[i]))
			return true;
	return !critical;
}

static bool extensions_ok(gnutls_x509_crt_t crt, char *why)
{
	char oid[OID_LEN], name[IDENT_STRLEN];
	unsigned int critical;

	/* none is there twice: GnuTLS does not decode such a certificate (RFC 5280 4.2) */
	for (unsigned int i = 0; i < EXTENSIONS_MAX; i++) {
		size_t len = OID_LEN;
		int r = gnutls_x509_crt_get_extension_info(crt, i, oid, &len, &critical);

		if (r == GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE)
			return true;
		if (r < 0)
			break;
		if (!extension_ok(oid, critical))
			return pki_why(
				why,
				"certificate %.80s has the %sextension %s, which keyd does not honour",
				crt_name(crt, name), critical ? "critical " : "", oid);
	}
	return pki_why(why, "certificate %.80s has extensions that keyd cannot read",
		       crt_name(crt, name));
}

static bool key_ok(gnutls_x509_crt_t crt, char *why)
{
	unsigned int bits = 0;
	char name[IDENT_STRLEN];

	switch (gnutls_x509_crt_get_pk_algorithm(crt, &bits)) {
	case GNUTLS_PK_RSA:
	case GNUTLS_PK_RSA_PSS:
		/* above: too slow to let strangers ask for */
		if (bits >= RSA_BITS_MIN && bits <= RSA_BITS_MAX)
			return true;
		return pki_why(why,
			       "certificate %.80s has an RSA key of %u bits, %u to %u are allowed",
			       crt_name(crt, name), bits, RSA_BITS_MIN, RSA_BITS_MAX);
	case GNUTLS_PK_ECDSA:
		if (bits >= 256)
			return true;
		break;
	case GNUTLS_PK_EDDSA_ED25519:
		return true;
	default:
		break;
	}
	return pki_why(why, "certificate %.80s has a kind of key that is not allowed",
		       crt_name(crt, name));
}

bool crt_is_acceptable(gnutls_x509_crt_t crt, char *why)
{
	char name[IDENT_STRLEN];

	if (gnutls_x509_crt_get_version(crt) != 3) /* RFC 4945 5.1.1 */
		return pki_why(why, "certificate %.80s is not of version 3", crt_name(crt, name));
	return key_ok(crt, why) && extensions_ok(crt, why);
}

gnutls_datum_t crt_extension(gnutls_x509_crt_t crt, const char *oid)
{
	gnutls_datum_t value = { NULL, 0 };

	if (gnutls_x509_crt_get_extension_by_oid2(crt, oid, 0, &value, NULL) < 0)
		value = (gnutls_datum_t){ NULL, 0 };
	return value;
}

/* GeneralSubtrees whose bases are all of the kinds that GnuTLS compares rightly. */
static bool subtrees_ok(struct bytes subtrees)
{
	struct bytes subtree, base;
	uint8_t tag;

	while (subtrees.len)
		if (!der_expect(&subtrees, DER_SEQUENCE, &subtree) ||
		    !der_next(&subtree, &tag, &base) || subtree.len ||
		    (tag != SAN_EMAIL && tag != SAN_DNS && tag != SAN_IP))
			return false;
	return true;
}

bool crt_constraints_enforced(gnutls_x509_crt_t crt, bool *has, char *why)
{
	gnutls_datum_t der = crt_extension(crt, OID_NAME_CONSTRAINTS);
	struct bytes rest = bytes_of(der.data, der.size), seq = BYTES_NONE, subtrees;
	char name[IDENT_STRLEN];
	bool ok = true;
	uint8_t tag;

	*has = der.data != NULL;
	if (*has)
		ok = der_expect(&rest, DER_SEQUENCE, &seq) && !rest.len;
	while (ok && seq.len) /* [0] permitted, [1] excluded */
		ok = der_next(&seq, &tag, &subtrees) && (tag == 0xa0 || tag == 0xa1) &&
		     subtrees_ok(subtrees);
	gnutls_free(der.data);
	return ok ||
	       pki_why(why, "CA %.80s has name constraints of a kind that keyd does not enforce",
		       crt_name(crt, name));
}

static bool san_equal(uint8_t tag, struct bytes value, const struct ident *id)
{
	struct ident san = { .data = (uint8_t *)value.data, .len = value.len };

	switch (tag) {
	case SAN_EMAIL:
		san.type = IDENT_EMAIL;
		break;
	case SAN_DNS:
		san.type = IDENT_FQDN;
		break;
	case SAN_IP:
		san.type = value.len == 4 ? IDENT_IPV4 : IDENT_IPV6;
		break;
	default:
		return false;
	}
	/* RFC 4945 5.1.3.6.1: a name with a wildcard is no identity */
	if (!value.len || (tag != SAN_IP && memchr(value.data, '*', value.len)))
		return false;
	return ident_equal(&san, id);
}

bool crt_has_identity(gnutls_x509_crt_t crt, const struct ident *id)
{
	gnutls_datum_t der = { NULL, 0 };
	struct bytes rest, names, value;
	bool found = false;
	uint8_t tag;

	if (id->type == IDENT_DN) {
		struct ident subject = { .type = IDENT_DN };

		if (gnutls_x509_crt_get_raw_dn(crt, &der) >= 0) {
			subject.data = der.data;
			subject.len = der.size;
			found = dn_valid(bytes_of(der.data, der.size)) && ident_equal(&subject, id);
		}
	} else {
		der = crt_extension(crt, OID_SUBJECT_ALT_NAME);
		rest = bytes_of(der.data, der.size);
		if (der_expect(&rest, DER_SEQUENCE, &names) && !rest.len)
			while (!found && der_next(&names, &tag, &value))
				found = san_equal(tag, value, id);
	}
	gnutls_free(der.data);
	return found;
}
