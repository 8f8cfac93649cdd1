/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The store behind struct pki. */
#ifndef KEYD_PKI_STORE_H
#define KEYD_PKI_STORE_H

#include "pki/priv.h"

enum {
	EXTRA_MAX = 4096
}; /* intermediates to complete our chains with */

struct pki {
	void *chains; /* trees of tsearch(), ordered by the label that each item begins with */
	void *anchors;
	struct crt_list extra;
};

const void *pki_label_find(void *const *tree, const char *label);
/* Put @item in place of what had its label. 0 or -ENOMEM. */
int pki_label_replace(void **tree, void *item, void (*release)(void *));
bool pki_label_ok(const char *label, char *why);
void pki_chain_free(void *chain);

#endif
