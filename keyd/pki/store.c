// SPDX-License-Identifier: GPL-2.0-or-later
/* What the pki knows by label: trust anchors here, our own chains in chain.c. */
#include "pki/store.h"

#include <errno.h>
#include <search.h>
#include <stdlib.h>

static int by_label(const void *a, const void *b)
{
	return strcmp(a, b);
}

const void *pki_label_find(void *const *tree, const char *label)
{
	void *const *node = tfind(label, tree, by_label);

	return node ? *node : NULL;
}

int pki_label_replace(void **tree, void *item, void (*release)(void *))
{
	void **node = tsearch(item, tree, by_label);

	if (!node)
		return -ENOMEM;
	if (*node != item) {
		release(*node);
		*node = item;
	}
	return 0;
}

bool pki_label_ok(const char *label, char *why)
{
	return (*label && strlen(label) < IKE_LABEL_MAX) ||
	       pki_why(why, "a label has 1 to %d characters", IKE_LABEL_MAX - 1);
}

static void anchor_free(void *p)
{
	struct anchor *anchor = p;

	if (anchor->list)
		gnutls_x509_trust_list_deinit(anchor->list, 0);
	crt_list_free(&anchor->file);
	free(anchor);
}

struct pki *pki_new(void)
{
	return calloc(1, sizeof(struct pki));
}

void pki_free(struct pki *pki)
{
	if (!pki)
		return;
	tdestroy(pki->chains, pki_chain_free);
	tdestroy(pki->anchors, anchor_free);
	crt_list_free(&pki->extra);
	free(pki);
}

static bool may_issue(gnutls_x509_crt_t crt)
{
	unsigned int usage;

	return crt_is_ca(crt) && (gnutls_x509_crt_get_key_usage(crt, &usage, NULL) < 0 ||
				  usage & GNUTLS_KEY_KEY_CERT_SIGN);
}

static bool fill_anchor(struct anchor *anchor, char *why)
{
	size_t len = sizeof(anchor->key_hash);

	if (anchor->file.count != 1)
		return pki_why(why,
			       "holds %u certificates; write the one CA to trust into a file of "
			       "its own",
			       anchor->file.count);
	anchor->crt = anchor->file.crt[0];
	/* RFC 4945 5.1.3.9 */
	if (!may_issue(anchor->crt))
		return pki_why(why,
			       "is not a CA's certificate (it lacks basicConstraints CA or the key "
			       "usage keyCertSign)");
	if (!crt_is_acceptable(anchor->crt, why))
		return false;
	if (gnutls_x509_crt_get_key_id(anchor->crt, GNUTLS_KEYID_USE_SHA1, anchor->key_hash, &len) <
		    0 ||
	    gnutls_x509_trust_list_init(&anchor->list, 1) < 0 ||
	    gnutls_x509_trust_list_add_cas(anchor->list, &anchor->crt, 1, 0) != 1)
		return pki_why(why, "has a key that keyd cannot use");
	return true;
}

int pki_load_anchor(struct pki *pki, const char *label, const char *path, char *why)
{
	struct anchor *anchor;
	int r;

	if (!pki_label_ok(label, why))
		return -EINVAL;
	anchor = calloc(1, sizeof(*anchor));
	if (!anchor)
		return -ENOMEM;
	strcpy(anchor->label, label);
	r = crt_list_read(&anchor->file, path, CERTS_PER_FILE_MAX, why);
	if (!r && !fill_anchor(anchor, why))
		r = -EINVAL;
	if (!r)
		r = pki_label_replace(&pki->anchors, anchor, anchor_free);
	if (r)
		anchor_free(anchor);
	return r;
}

int pki_anchor_key_hash(const struct pki *pki, const char *label, uint8_t hash[static 20])
{
	const struct anchor *anchor = pki_label_find(&pki->anchors, label);

	if (!anchor)
		return -ENOENT;
	memcpy(hash, anchor->key_hash, sizeof(anchor->key_hash));
	return 0;
}
