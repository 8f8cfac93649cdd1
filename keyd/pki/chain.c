// SPDX-License-Identifier: GPL-2.0-or-later
/* Our own certificates and the way from each to its root. */
#include <dirent.h>
#include <errno.h>
#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/log.h"
#include "pki/store.h"

/**
 * struct chain - one of ours
 * @file: the certificates of its file
 * @own: the end entity, one of @file
 * @count: certificates to send
 * @der: these, own one first
 * @spki: SubjectPublicKeyInfo of the own one
 */
struct chain {
	char label[IKE_LABEL_MAX];
	struct crt_list file;
	gnutls_x509_crt_t own;
	unsigned int count;
	gnutls_datum_t der[IKE_CERTS_MAX];
	gnutls_datum_t spki;
};

static void forget_der(struct chain *chain)
{
	for (unsigned int i = 0; i < chain->count; i++)
		gnutls_free(chain->der[i].data);
	chain->count = 0;
}

void pki_chain_free(void *p)
{
	struct chain *chain = p;

	forget_der(chain);
	gnutls_free(chain->spki.data);
	crt_list_free(&chain->file);
	free(chain);
}

static bool is_root(gnutls_x509_crt_t crt)
{
	return gnutls_x509_crt_check_issuer(crt, crt);
}

static gnutls_x509_crt_t find_issuer(gnutls_x509_crt_t crt, const struct crt_list *list)
{
	for (unsigned int i = 0; i < list->count; i++)
		if (crt_signed_by(crt, list->crt[i]))
			return list->crt[i];
	return NULL;
}

static bool contains(gnutls_x509_crt_t *list, unsigned int count, gnutls_x509_crt_t crt)
{
	for (unsigned int i = 0; i < count; i++)
		if (gnutls_x509_crt_equals(list[i], crt))
			return true;
	return false;
}

/* RFC 4945 3.3: from the own one up, without the self-signed root, nothing twice. */
static int complete(const struct pki *pki, struct chain *chain)
{
	gnutls_x509_crt_t path[IKE_CERTS_MAX], crt = chain->own;

	forget_der(chain);
	while (chain->count < IKE_CERTS_MAX && crt && !contains(path, chain->count, crt)) {
		if (chain->count && is_root(crt))
			break;
		if (gnutls_x509_crt_export2(crt, GNUTLS_X509_FMT_DER, &chain->der[chain->count]) <
		    0)
			return -ENOMEM;
		path[chain->count++] = crt;
		crt = find_issuer(path[chain->count - 1], &chain->file);
		if (!crt)
			crt = find_issuer(path[chain->count - 1], &pki->extra);
	}
	return 0;
}

/* Ours comes first in the file; where CAs are before it, it is the first that is none. */
static gnutls_x509_crt_t own_of(const struct crt_list *file)
{
	for (unsigned int i = 0; i < file->count; i++)
		if (!crt_is_ca(file->crt[i]))
			return file->crt[i];
	return NULL;
}

static bool export_spki(gnutls_x509_crt_t crt, gnutls_datum_t *spki)
{
	gnutls_pubkey_t key;
	bool ok;

	if (gnutls_pubkey_init(&key) < 0)
		return false;
	ok = gnutls_pubkey_import_x509(key, crt, 0) >= 0 &&
	     gnutls_pubkey_export2(key, GNUTLS_X509_FMT_DER, spki) >= 0;
	gnutls_pubkey_deinit(key);
	return ok;
}

static bool fill(struct chain *chain, char *why)
{
	chain->own = own_of(&chain->file);
	if (!chain->own)
		return pki_why(why,
			       "holds certificates of CAs only; put the gateway's own one first");
	/* peers would refuse what we refuse */
	if (!crt_may_sign(chain->own, why) || !crt_is_acceptable(chain->own, why))
		return false;
	return export_spki(chain->own, &chain->spki) ||
	       pki_why(why, "has a key that keyd cannot use");
}

int pki_load_chain(struct pki *pki, const char *label, const char *path, char *why)
{
	struct chain *chain;
	int r;

	if (!pki_label_ok(label, why))
		return -EINVAL;
	chain = calloc(1, sizeof(*chain));
	if (!chain)
		return -ENOMEM;
	strcpy(chain->label, label);
	r = crt_list_read(&chain->file, path, CHAIN_FILE_MAX, why);
	if (!r && !fill(chain, why))
		r = -EINVAL;
	if (!r)
		r = complete(pki, chain);
	if (!r)
		r = pki_label_replace(&pki->chains, chain, pki_chain_free);
	if (r) {
		pki_chain_free(chain);
		return r;
	}
	/* not an error: it would take the connections of other certificates down with it */
	if (!crt_is_current(chain->own, why))
		log_warning(label, "%s", why);
	return 0;
}

/* Keep the intermediates of @list, which is emptied. */
static int add_extra(struct pki *pki, struct crt_list *list)
{
	size_t size = (pki->extra.count + list->count) * sizeof(*list->crt);
	gnutls_x509_crt_t *grown = list->count ? gnutls_realloc(pki->extra.crt, size) : NULL;

	if (grown) {
		pki->extra.crt = grown;
		for (unsigned int i = 0; i < list->count; i++) {
			gnutls_x509_crt_t crt = list->crt[i];

			if (pki->extra.count < EXTRA_MAX && crt_is_ca(crt) && !is_root(crt) &&
			    !contains(grown, pki->extra.count, crt))
				grown[pki->extra.count++] = crt;
			else
				gnutls_x509_crt_deinit(crt);
		}
		list->count = 0;
	}
	crt_list_free(list);
	return grown ? 0 : -ENOMEM;
}

static int is_certificate_file(const struct dirent *entry)
{
	static const char *const ends[] = { ".pem", ".crt", ".cer", ".der" };
	size_t len = strlen(entry->d_name);

	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		if (len > 4 && !strcmp(entry->d_name + len - 4, ends[i]))
			return 1;
	return 0;
}

/* A file of a directory that is no certificate is nobody's mistake: other things live there too. */
static int add_directory(struct pki *pki, const char *path, char *why)
{
	struct dirent **names;
	struct crt_list list;
	char file[PATH_MAX];
	int count = scandir(path, &names, is_certificate_file, alphasort), r = 0;

	if (count < 0) {
		r = -errno;
		pki_why(why, "cannot be read: %s", strerror(-r));
		return r;
	}
	for (int i = 0; i < count; i++) {
		if ((size_t)snprintf(file, sizeof(file), "%s/%s", path, names[i]->d_name) <
			    sizeof(file) &&
		    !r && !crt_list_read(&list, file, CERTS_PER_FILE_MAX, why))
			r = add_extra(pki, &list);
		free(names[i]);
	}
	free(names);
	return r;
}

static void complete_again(const void *node, VISIT visit, void *pki)
{
	if (visit == postorder || visit == leaf)
		complete(pki, *(struct chain *const *)node);
}

int pki_load_extra(struct pki *pki, const char *path, char *why)
{
	struct crt_list list;
	struct stat st;
	int r;

	if (!stat(path, &st) && S_ISDIR(st.st_mode)) {
		r = add_directory(pki, path, why);
	} else {
		r = crt_list_read(&list, path, CERTS_PER_FILE_MAX, why);
		if (!r)
			r = add_extra(pki, &list);
	}
	if (!r)
		twalk_r(pki->chains, complete_again, pki);
	return r;
}

int pki_subject(const struct pki *pki, const char *label, struct ident *id)
{
	const struct chain *chain = pki_label_find(&pki->chains, label);
	gnutls_datum_t der;
	int r;

	if (!chain || gnutls_x509_crt_get_raw_dn(chain->own, &der) < 0)
		return -ENOENT;
	r = ident_from_wire(id, IDENT_DN, bytes_of(der.data, der.size));
	gnutls_free(der.data);
	return r;
}

bool pki_has_identity(const struct pki *pki, const char *label, const struct ident *id)
{
	const struct chain *chain = pki_label_find(&pki->chains, label);

	return chain && crt_has_identity(chain->own, id);
}

int pki_public_key(const struct pki *pki, const char *label, struct bytes *spki)
{
	const struct chain *chain = pki_label_find(&pki->chains, label);

	if (!chain)
		return -ENOENT;
	*spki = bytes_of(chain->spki.data, chain->spki.size);
	return 0;
}

int pki_chain(const struct pki *pki, const char *label, struct bytes cert[static IKE_CERTS_MAX])
{
	const struct chain *chain = pki_label_find(&pki->chains, label);

	if (!chain)
		return -ENOENT;
	for (unsigned int i = 0; i < chain->count; i++)
		cert[i] = bytes_of(chain->der[i].data, chain->der[i].size);
	return (int)chain->count;
}
