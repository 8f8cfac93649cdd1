// SPDX-License-Identifier: GPL-2.0-or-later
#include "unit/made.h"

#include <check.h>
#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define must(call) ck_assert_msg((call) >= 0, "%s", #call)

/* Reachable until the end, so that the leak checker says nothing of what tests make. */
static void *keep(void *p)
{
	static struct kept {
		struct kept *next;
		void *p;
	} * all;
	struct kept *k = malloc(sizeof(*k));

	ck_assert(k && p);
	k->p = p;
	k->next = all;
	all = k;
	return p;
}

gnutls_x509_privkey_t made_key(enum made_kind kind, unsigned int n)
{
	static const struct {
		gnutls_pk_algorithm_t pk;
		unsigned int bits;
	} kinds[MADE_KINDS] = {
		[MADE_P256] = { GNUTLS_PK_ECDSA, GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1) },
		[MADE_P384] = { GNUTLS_PK_ECDSA, GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP384R1) },
		[MADE_P521] = { GNUTLS_PK_ECDSA, GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP521R1) },
		[MADE_RSA] = { GNUTLS_PK_RSA, 2048 },
		[MADE_RSA_1024] = { GNUTLS_PK_RSA, 1024 },
		[MADE_RSA_PSS] = { GNUTLS_PK_RSA_PSS, 2048 },
		[MADE_ED25519] = { GNUTLS_PK_EDDSA_ED25519, 256 },
	};
	static gnutls_x509_privkey_t keys[MADE_KINDS][4];
	gnutls_x509_privkey_t *key = &keys[kind][n];

	if (!*key) {
		must(gnutls_x509_privkey_init(key));
		must(gnutls_x509_privkey_generate(*key, kinds[kind].pk, kinds[kind].bits, 0));
	}
	return *key;
}

static void set_extensions(gnutls_x509_crt_t crt, const struct made_spec *spec)
{
	unsigned int usage = spec->usage;

	if (spec->ca)
		must(gnutls_x509_crt_set_basic_constraints(crt, 1, spec->path_len - 1));
	if (!usage)
		usage = spec->ca ? GNUTLS_KEY_KEY_CERT_SIGN : GNUTLS_KEY_DIGITAL_SIGNATURE;
	if (usage != MADE_NO_USAGE)
		must(gnutls_x509_crt_set_key_usage(crt, usage));
	if (spec->dns)
		must(gnutls_x509_crt_set_subject_alt_name(crt, GNUTLS_SAN_DNSNAME, spec->dns,
							  (unsigned int)strlen(spec->dns),
							  GNUTLS_FSAN_APPEND));
	if (spec->email)
		must(gnutls_x509_crt_set_subject_alt_name(crt, GNUTLS_SAN_RFC822NAME, spec->email,
							  (unsigned int)strlen(spec->email),
							  GNUTLS_FSAN_APPEND));
	if (spec->ip.len)
		must(gnutls_x509_crt_set_subject_alt_name(crt, GNUTLS_SAN_IPADDRESS, spec->ip.data,
							  (unsigned int)spec->ip.len,
							  GNUTLS_FSAN_APPEND));
	if (spec->purpose)
		must(gnutls_x509_crt_set_key_purpose_oid(crt, spec->purpose, 0));
	for (int i = 0; i < 2 && spec->extension[i].oid; i++)
		must(gnutls_x509_crt_set_extension_by_oid(crt, spec->extension[i].oid,
							  spec->extension[i].der.data,
							  spec->extension[i].der.len,
							  spec->extension[i].critical));
}

static void sign(gnutls_x509_crt_t crt, const struct made_spec *spec, const struct made *issuer)
{
	gnutls_digest_algorithm_t digest = spec->digest ? spec->digest : GNUTLS_DIG_SHA256;
	gnutls_privkey_t key;

	must(gnutls_privkey_init(&key));
	must(gnutls_privkey_import_x509(key, issuer->key, 0));
	if (gnutls_x509_privkey_get_pk_algorithm(issuer->key) == GNUTLS_PK_EDDSA_ED25519)
		digest = GNUTLS_DIG_SHA512;
	must(gnutls_x509_crt_privkey_sign(crt, issuer->crt, key, digest, 0));
	gnutls_privkey_deinit(key);
}

struct made made(const struct made_spec *spec, const struct made *issuer)
{
	static unsigned char serial;
	struct made m = { .key = made_key(spec->kind, spec->key) };
	bool dated = spec->from || spec->until;
	gnutls_datum_t der;
	time_t now = time(NULL);

	must(gnutls_x509_crt_init(&m.crt));
	must(gnutls_x509_crt_set_version(m.crt, spec->version ? (unsigned int)spec->version : 3));
	serial++;
	must(gnutls_x509_crt_set_serial(m.crt, &serial, 1));
	if (*spec->dn)
		must(gnutls_x509_crt_set_dn(m.crt, spec->dn, NULL));
	must(gnutls_x509_crt_set_activation_time(m.crt, now + (dated ? spec->from : -3600)));
	must(gnutls_x509_crt_set_expiration_time(m.crt, now + (dated ? spec->until : 86400)));
	must(gnutls_x509_crt_set_key(m.crt, m.key));
	if (spec->version < 2 && spec->version)
		issuer = issuer ? issuer : &m;
	else
		set_extensions(m.crt, spec);
	sign(m.crt, spec, issuer ? issuer : &m);
	must(gnutls_x509_crt_export2(m.crt, GNUTLS_X509_FMT_DER, &der));
	keep(m.crt);
	m.der = bytes_of(keep(der.data), der.size);
	return m;
}

static char dir[64];
static pid_t owner;

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static void remove_dir(void)
{
	if (getpid() == owner)
		nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

const char *made_dir(void)
{
	const char *tmp = getenv("TMPDIR");

	if (owner != getpid()) {
		owner = getpid();
		snprintf(dir, sizeof(dir), "%.40s/svti-XXXXXX", tmp ? tmp : "/tmp");
		ck_assert_ptr_nonnull(mkdtemp(dir));
		atexit(remove_dir);
	}
	return dir;
}

const char *made_file(const char *name, struct bytes content, unsigned int mode)
{
	char path[256];
	char *slash;
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", made_dir(), name);
	slash = strrchr(path, '/');
	*slash = '\0';
	ck_assert(!mkdir(path, 0700) || errno == EEXIST);
	*slash = '/';
	f = fopen(path, "w");
	ck_assert_ptr_nonnull(f);
	if (content.len)
		ck_assert_uint_eq(fwrite(content.data, 1, content.len, f), content.len);
	fclose(f);
	ck_assert(!chmod(path, mode));
	return keep(strdup(path));
}

const char *made_text(const char *name, const char *text, unsigned int mode)
{
	return made_file(name, bytes_of(text, strlen(text)), mode);
}

const char *made_pem(const char *name, const struct made *const *certs, unsigned int count)
{
	static char text[65536];
	size_t len = 0;

	for (unsigned int i = 0; i < count; i++) {
		gnutls_datum_t pem;

		must(gnutls_x509_crt_export2(certs[i]->crt, GNUTLS_X509_FMT_PEM, &pem));
		ck_assert_uint_lt(len + pem.size, sizeof(text));
		memcpy(text + len, pem.data, pem.size);
		len += pem.size;
		gnutls_free(pem.data);
	}
	return made_file(name, bytes_of(text, len), 0644);
}

const char *made_key_pem(const char *name, gnutls_x509_privkey_t key)
{
	gnutls_datum_t pem;
	const char *path;

	must(gnutls_x509_privkey_export2_pkcs8(key, GNUTLS_X509_FMT_PEM, NULL, GNUTLS_PKCS_PLAIN,
					       &pem));
	path = made_file(name, bytes_of(pem.data, pem.size), 0600);
	gnutls_free(pem.data);
	return path;
}
