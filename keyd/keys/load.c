// SPDX-License-Identifier: GPL-2.0-or-later
/* Private keys from files, and whether they belong to their certificates. */
#include <errno.h>
#include <gnutls/crypto.h>
#include <gnutls/x509.h>
#include <stdlib.h>

#include "base/file.h"
#include "keys/priv.h"
#include "wire/iana.h"

enum {
	KEY_FILE_MAX = 1 << 20,
	RSA_BITS_MIN = 2048,
	RSA_BITS_MAX = 8192
};

void keys_private_free(void *p)
{
	struct private_key *key = p;

	if (key->key)
		gnutls_privkey_deinit(key->key);
	free(key);
}

static bool decode(struct private_key *key, const struct secret *file, char *why)
{
	gnutls_datum_t data = { file->data, (unsigned int)file->len };
	gnutls_x509_crt_fmt_t format = GNUTLS_X509_FMT_DER;
	gnutls_x509_privkey_t raw;
	int r;

	if (file->len && memmem((const char *)file->data, file->len, "-----BEGIN", 10))
		format = GNUTLS_X509_FMT_PEM;
	if (gnutls_x509_privkey_init(&raw) < 0)
		return keys_why(why, "out of memory");
	r = gnutls_x509_privkey_import2(raw, &data, format, NULL, 0);
	if (r >= 0)
		r = gnutls_privkey_init(&key->key);
	if (r >= 0)
		r = gnutls_privkey_import_x509(key->key, raw, GNUTLS_PRIVKEY_IMPORT_COPY);
	gnutls_x509_privkey_deinit(raw);
	if (r == GNUTLS_E_DECRYPTION_FAILED)
		return keys_why(why,
				"is encrypted; write it without a passphrase: openssl pkey -in "
				"OLD -out NEW");
	return r >= 0 || keys_why(why, "holds no private key in PEM or DER that keyd can read");
}

static bool kind_ok(struct private_key *key, char *why)
{
	int pk = gnutls_privkey_get_pk_algorithm(key->key, &key->bits);

	key->pk = (gnutls_pk_algorithm_t)pk;
	switch (pk) {
	case GNUTLS_PK_RSA:
	case GNUTLS_PK_RSA_PSS:
		if (key->bits >= RSA_BITS_MIN && key->bits <= RSA_BITS_MAX)
			return true;
		return keys_why(why, "is an RSA key of %u bits; %u to %u are allowed", key->bits,
				RSA_BITS_MIN, RSA_BITS_MAX);
	case GNUTLS_PK_ECDSA:
		if (gnutls_privkey_export_ecc_raw2(key->key, &key->curve, NULL, NULL, NULL, 0) < 0)
			key->curve = GNUTLS_ECC_CURVE_INVALID;
		if (key->curve == GNUTLS_ECC_CURVE_SECP256R1 ||
		    key->curve == GNUTLS_ECC_CURVE_SECP384R1 ||
		    key->curve == GNUTLS_ECC_CURVE_SECP521R1)
			return true;
		break;
	case GNUTLS_PK_EDDSA_ED25519:
		return true;
	default:
		break;
	}
	return keys_why(
		why, "is a key of a kind that keyd does not have; use RSA, ECDSA on P-256, P-384 "
		     "or P-521, or Ed25519");
}

static bool datum_equal(const gnutls_datum_t *a, const gnutls_datum_t *b)
{
	return bytes_equal(bytes_of(a->data, a->size), bytes_of(b->data, b->size));
}

/* An RSA key file rarely says that it is for PSS while its certificate does: compare numbers. */
static bool same_rsa(gnutls_pubkey_t a, gnutls_pubkey_t b)
{
	gnutls_datum_t n[2] = { 0 }, e[2] = { 0 };
	bool same = gnutls_pubkey_export_rsa_raw(a, &n[0], &e[0]) >= 0 &&
		    gnutls_pubkey_export_rsa_raw(b, &n[1], &e[1]) >= 0 &&
		    datum_equal(&n[0], &n[1]) && datum_equal(&e[0], &e[1]);

	for (int i = 0; i < 2; i++) {
		gnutls_free(n[i].data);
		gnutls_free(e[i].data);
	}
	return same;
}

static bool same_key(gnutls_pubkey_t a, gnutls_pubkey_t b)
{
	gnutls_datum_t x = { 0 }, y = { 0 };
	bool same = gnutls_pubkey_export2(a, GNUTLS_X509_FMT_DER, &x) >= 0 &&
		    gnutls_pubkey_export2(b, GNUTLS_X509_FMT_DER, &y) >= 0 && datum_equal(&x, &y);

	gnutls_free(x.data);
	gnutls_free(y.data);
	return same || same_rsa(a, b);
}

/* A certificate for PSS may fix the hash; our salts are as long as the hash (RFC 4055 3.1). */
static bool pss_limits(struct private_key *key, gnutls_pubkey_t public, char *why)
{
	gnutls_digest_algorithm_t digest = GNUTLS_DIG_UNKNOWN;
	gnutls_x509_spki_t spki;
	unsigned int salt = 0;

	key->pk = GNUTLS_PK_RSA_PSS;
	if (gnutls_x509_spki_init(&spki) < 0)
		return keys_why(why, "out of memory");
	if (gnutls_pubkey_get_spki(public, spki, 0) < 0 ||
	    gnutls_x509_spki_get_rsa_pss_params(spki, &digest, &salt) < 0)
		digest = GNUTLS_DIG_UNKNOWN;
	gnutls_x509_spki_deinit(spki);
	switch (digest) {
	case GNUTLS_DIG_UNKNOWN:
		return true;
	case GNUTLS_DIG_SHA256:
		key->hash = IKE_HASH_SHA2_256;
		break;
	case GNUTLS_DIG_SHA384:
		key->hash = IKE_HASH_SHA2_384;
		break;
	case GNUTLS_DIG_SHA512:
		key->hash = IKE_HASH_SHA2_512;
		break;
	default:
		return keys_why(why,
				"has a certificate for RSA-PSS with a hash that IKE does not use");
	}
	return salt <= (unsigned int)gnutls_hash_get_len(digest) ||
	       keys_why(why, "has a certificate for RSA-PSS with a salt that IKE does not use");
}

static bool belongs(struct private_key *key, struct bytes spki, char *why)
{
	gnutls_datum_t der = { (unsigned char *)spki.data, (unsigned int)spki.len };
	gnutls_pubkey_t ours = NULL, theirs = NULL;
	bool ok;

	if (!spki.len)
		return true;
	if (gnutls_pubkey_init(&ours) < 0 || gnutls_pubkey_init(&theirs) < 0)
		ok = keys_why(why, "out of memory");
	else if (gnutls_pubkey_import_privkey(ours, key->key, 0, 0) < 0 ||
		 gnutls_pubkey_import(theirs, &der, GNUTLS_X509_FMT_DER) < 0 ||
		 !same_key(ours, theirs))
		ok = keys_why(why, "is not the key of the certificate; put there the one that the "
				   "certificate was requested with");
	else if (gnutls_pubkey_get_pk_algorithm(theirs, NULL) == GNUTLS_PK_RSA_PSS)
		ok = pss_limits(key, theirs, why);
	else
		ok = true;
	if (ours)
		gnutls_pubkey_deinit(ours);
	if (theirs)
		gnutls_pubkey_deinit(theirs);
	return ok;
}

static int read_key(const char *path, struct secret *file, char *why)
{
	mode_t mode = 0;
	int r = file_read(path, KEY_FILE_MAX, file, &mode);

	if (r) {
		keys_why(why, "cannot be read: %s", strerror(-r));
		return r;
	}
	if (mode & 077) {
		keys_why(why, "may be read by others (mode %04o); chmod 600 %.150s", mode, path);
		return -EPERM;
	}
	return 0;
}

/** keys_load_private() - a private key from a file; see keys.h. */
int keys_load_private(struct keys *keys, const char *label, const char *path, struct bytes spki,
		      char *why)
{
	struct private_key *key;
	struct secret file = { 0 };
	int r;

	if (!*label || strlen(label) >= IKE_LABEL_MAX) {
		keys_why(why, "a label has 1 to %d characters", IKE_LABEL_MAX - 1);
		return -EINVAL;
	}
	key = calloc(1, sizeof(*key));
	if (!key) {
		keys_why(why, "out of memory");
		return -ENOMEM;
	}
	strcpy(key->label, label);
	r = read_key(path, &file, why);
	if (!r && (!decode(key, &file, why) || !kind_ok(key, why) || !belongs(key, spki, why)))
		r = -EINVAL;
	if (!r)
		r = keys_replace(&keys->private_keys, key, keys_private_free);
	if (r)
		keys_private_free(key);
	secret_wipe(&file);
	return r;
}
