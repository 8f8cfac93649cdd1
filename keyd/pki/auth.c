// SPDX-License-Identifier: GPL-2.0-or-later
/* The signature in an AUTH payload: RFC 7296 2.15 and 3.8, RFC 7427, RFC 4754. */
#include <gnutls/crypto.h>

#include "crypto/sigalg.h"
#include "pki/priv.h"
#include "wire/iana.h"

static bool check(gnutls_pubkey_t key, gnutls_sign_algorithm_t sign, unsigned int flags,
		  struct bytes octets, struct bytes signature)
{
	gnutls_datum_t data = { (unsigned char *)octets.data, (unsigned int)octets.len };
	gnutls_datum_t sig = { (unsigned char *)signature.data, (unsigned int)signature.len };

	return sig.size && gnutls_pubkey_verify_data2(key, sign, flags, &data, &sig) >= 0;
}

static bool wrong(char *why, const char *method)
{
	return pki_why(why, "the signature (%s) is wrong", method);
}

static const char *key_name(gnutls_pubkey_t key)
{
	return gnutls_pk_get_name((gnutls_pk_algorithm_t)gnutls_pubkey_get_pk_algorithm(key, NULL));
}

static bool check_rfc7427(gnutls_pubkey_t key, const struct ike_ask_verify *ask, char *why)
{
	int pk = gnutls_pubkey_get_pk_algorithm(key, NULL);
	const struct sigalg *alg;
	struct bytes signature;

	alg = sigalg_parse(ask->auth, &signature);
	if (!alg)
		return pki_why(why,
			       "the digital signature has an algorithm that keyd does not know");
	/* a plain RSA key makes both kinds of RSA signature, a PSS key only its own */
	if ((int)alg->pk != pk && !(alg->pk == GNUTLS_PK_RSA_PSS && pk == GNUTLS_PK_RSA))
		return pki_why(why, "a signature by %s does not fit the %s key of the certificate",
			       alg->name, key_name(key));
	return check(key, alg->sign, 0, ask->octets, signature) || wrong(why, alg->name);
}

/* RFC 7296 3.8: PKCS#1 v1.5, the hash is SHA-1 for all peers that have nothing better. */
static bool check_rsa(gnutls_pubkey_t key, const struct ike_ask_verify *ask, char *why)
{
	if (gnutls_pubkey_get_pk_algorithm(key, NULL) != GNUTLS_PK_RSA)
		return pki_why(why, "an RSA signature does not fit the %s key of the certificate",
			       key_name(key));
	return check(key, GNUTLS_SIGN_RSA_SHA1, GNUTLS_VERIFY_ALLOW_SIGN_WITH_SHA1, ask->octets,
		     ask->auth) ||
	       wrong(why, ike_auth_method_name(ask->auth_method));
}

/* RFC 4754: curve and hash come with the method, the signature is r || s of fixed length. */
static bool check_ecdsa(gnutls_pubkey_t key, const struct ike_ask_verify *ask, char *why)
{
	const struct sigalg_ecdsa *alg = sigalg_ecdsa_find(ask->auth_method, 0);
	gnutls_ecc_curve_t curve = GNUTLS_ECC_CURVE_INVALID;
	const char *name = ike_auth_method_name(ask->auth_method);
	gnutls_datum_t r, s, der = { NULL, 0 };
	bool ok;

	if (gnutls_pubkey_get_pk_algorithm(key, NULL) != GNUTLS_PK_ECDSA ||
	    gnutls_pubkey_export_ecc_raw2(key, &curve, NULL, NULL, 0) < 0 || curve != alg->curve)
		return pki_why(why, "a signature by %s does not fit the key of the certificate",
			       name);
	if (ask->auth.len != 2 * alg->len)
		return wrong(why, name);
	r = (gnutls_datum_t){ (unsigned char *)ask->auth.data, (unsigned int)alg->len };
	s = (gnutls_datum_t){ r.data + alg->len, r.size };
	ok = gnutls_encode_rs_value(&der, &r, &s) >= 0 &&
	     check(key, alg->sign, 0, ask->octets, bytes_of(der.data, der.size));
	gnutls_free(der.data);
	return ok || wrong(why, name);
}

bool pki_auth_verify(gnutls_x509_crt_t crt, const struct ike_ask_verify *ask, char *why)
{
	gnutls_pubkey_t key;
	bool ok;

	if (gnutls_pubkey_init(&key) < 0)
		return pki_why(why, "out of memory");
	if (gnutls_pubkey_import_x509(key, crt, 0) < 0)
		ok = pki_why(why, "the certificate has a key that keyd cannot use");
	else if (ask->auth_method == IKE_METHOD_DIGITAL_SIGNATURE)
		ok = check_rfc7427(key, ask, why);
	else if (ask->auth_method == IKE_METHOD_RSA)
		ok = check_rsa(key, ask, why);
	else if (sigalg_ecdsa_find(ask->auth_method, 0))
		ok = check_ecdsa(key, ask, why);
	else
		ok = pki_why(why, "authentication method %u (%s) where a signature is wanted",
			     ask->auth_method, ike_auth_method_name(ask->auth_method));
	gnutls_pubkey_deinit(key);
	return ok;
}
