// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/secret.h"

#include <errno.h>
#include <stdlib.h>

#include <gnutls/gnutls.h>

/**
 * secret_alloc() - make room for a secret
 * @s: empty; owns the memory afterwards
 * @len: octets, 0 leaves it empty
 *
 * Return: 0 or -ENOMEM.
 */
int secret_alloc(struct secret *s, size_t len)
{
	uint8_t *data = NULL;

	if (len) {
		data = calloc(1, len);
		if (!data)
			return -ENOMEM;
	}
	s->data = data;
	s->len = len;
	return 0;
}

/**
 * secret_copy() - take a copy of octets
 * @s: empty; owns the copy afterwards
 * @from: stays the caller's, who wipes it
 *
 * Return: 0 or -ENOMEM.
 */
int secret_copy(struct secret *s, struct bytes from)
{
	int err = secret_alloc(s, from.len);

	if (!err && from.len)
		memcpy(s->data, from.data, from.len);
	return err;
}

/**
 * secret_move() - hand a secret over
 * @to: empty; the owner afterwards
 * @from: empty afterwards
 */
void secret_move(struct secret *to, struct secret *from)
{
	*to = *from;
	from->data = NULL;
	from->len = 0;
}

/**
 * secret_wipe() - overwrite and free
 * @s: empty afterwards, and may be so before
 */
void secret_wipe(struct secret *s)
{
	if (s->data)
		gnutls_memset(s->data, 0, s->len);
	free(s->data);
	s->data = NULL;
	s->len = 0;
}
