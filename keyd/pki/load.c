// SPDX-License-Identifier: GPL-2.0-or-later
/* Files of certificates. */
#include <errno.h>

#include "base/file.h"
#include "pki/priv.h"

void crt_list_free(struct crt_list *list)
{
	for (unsigned int i = 0; i < list->count; i++)
		gnutls_x509_crt_deinit(list->crt[i]);
	gnutls_free(list->crt);
	*list = (struct crt_list){ 0 };
}

static int read_der(struct crt_list *list, const gnutls_datum_t *data)
{
	int r;

	list->crt = gnutls_calloc(1, sizeof(*list->crt));
	if (!list->crt)
		return -ENOMEM;
	r = gnutls_x509_crt_init(&list->crt[0]);
	if (r >= 0) {
		list->count = 1;
		r = gnutls_x509_crt_import(list->crt[0], data, GNUTLS_X509_FMT_DER);
	}
	return r < 0 ? -EINVAL : 0;
}

static int decode(struct crt_list *list, const struct secret *file, unsigned int max, char *why)
{
	gnutls_datum_t data = { file->data, (unsigned int)file->len };
	int r;

	if (!memmem((const char *)file->data, file->len, "-----BEGIN", 10)) {
		r = read_der(list, &data);
	} else {
		r = gnutls_x509_crt_list_import2(&list->crt, &list->count, &data,
						 GNUTLS_X509_FMT_PEM, 0);
		if (r < 0)
			*list = (struct crt_list){ 0 };
	}
	if (r < 0 || !list->count) {
		pki_why(why, "holds no certificate in PEM or DER that keyd can read");
		return -EINVAL;
	}
	if (list->count > max) {
		pki_why(why, "holds %u certificates, %u are allowed", list->count, max);
		return -E2BIG;
	}
	return 0;
}

int crt_list_read(struct crt_list *list, const char *path, unsigned int max, char *why)
{
	struct secret file = { 0 };
	int r = file_read(path, CERT_FILE_MAX, &file, NULL);

	*list = (struct crt_list){ 0 };
	if (r) {
		pki_why(why, "cannot be read: %s", strerror(-r));
		return r;
	}
	if (!file.len) {
		pki_why(why, "is empty");
		return -EINVAL;
	}
	r = decode(list, &file, max, why);
	if (r)
		crt_list_free(list);
	secret_wipe(&file);
	return r;
}
