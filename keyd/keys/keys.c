// SPDX-License-Identifier: GPL-2.0-or-later
/* The tables of keys, and what pre-shared ones are for. */
#include <errno.h>
#include <search.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "crypto/prf.h"
#include "keys/priv.h"

static int by_name(const void *a, const void *b)
{
	return strcmp(a, b);
}

const void *keys_find(void *const *tree, const char *name)
{
	void *const *node = tfind(name, tree, by_name);

	return node ? *node : NULL;
}

int keys_replace(void **tree, void *item, void (*release)(void *))
{
	void **node = tsearch(item, tree, by_name);

	if (!node)
		return -ENOMEM;
	if (*node != item) {
		release(*node);
		*node = item;
	}
	return 0;
}

bool keys_why(char *why, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(why, KEYS_WHY_MAX, fmt, ap);
	va_end(ap);
	return false;
}

static void psk_free(void *p)
{
	struct psk *psk = p;

	secret_wipe(&psk->secret);
	free(psk);
}

/** keys_new() - an empty table; NULL without memory. */
struct keys *keys_new(void)
{
	return calloc(1, sizeof(struct keys));
}

/** keys_free() - wipe and free all keys; NULL is fine. */
void keys_free(struct keys *keys)
{
	if (!keys)
		return;
	tdestroy(keys->private_keys, keys_private_free);
	tdestroy(keys->psks, psk_free);
	free(keys);
}

/**
 * keys_set_psk() - give a connection its pre-shared key
 * @keys: table
 * @connection: name
 * @psk: taken over, empty afterwards also on error
 *
 * Return: 0, -EINVAL for a name that is too long, -ENOMEM.
 */
int keys_set_psk(struct keys *keys, const char *connection, struct secret *psk)
{
	struct psk *item = NULL;
	int r = -EINVAL;

	if (strlen(connection) < IKE_NAME_MAX) {
		item = calloc(1, sizeof(*item));
		r = -ENOMEM;
	}
	if (item) {
		strcpy(item->connection, connection);
		secret_move(&item->secret, psk);
		r = keys_replace(&keys->psks, item, psk_free);
		if (r)
			psk_free(item);
	}
	secret_wipe(psk);
	return r;
}

static void forget(void **tree, const char *name, void (*release)(void *))
{
	void *item = (void *)keys_find(tree, name);

	if (!item)
		return;
	tdelete(name, tree, by_name);
	release(item);
}

/**
 * keys_forget() - wipe the pre-shared key and the private key of that name
 * @keys: table
 * @name: connection or label; nothing happens when there is none
 */
void keys_forget(struct keys *keys, const char *name)
{
	forget(&keys->psks, name, psk_free);
	forget(&keys->private_keys, name, keys_private_free);
}

/** keys_psk_auth() - AUTH by pre-shared key, RFC 7296 2.15; see keys.h. */
int keys_psk_auth(const struct keys *keys, const char *connection, uint16_t prf,
		  struct bytes octets, uint8_t *out, size_t *len)
{
	const struct psk *psk = keys_find(&keys->psks, connection);

	if (!psk || !psk->secret.len)
		return -ENOKEY;
	*len = prf_len(prf);
	return *len ? prf_psk_auth(prf, secret_view(&psk->secret), octets, out) : -EINVAL;
}
