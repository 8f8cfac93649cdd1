// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Connections of one name, and those that nothing of a handshake tells apart: a responder would
 * take the pre-shared key, or trust the CA, of the wrong one.
 */
#include <stdlib.h>
#include <strings.h>

#include "config/priv.h"

/* Identity and address of both ends, in an order that puts equal ones side by side. */
static int compare_ident(const struct ident *a, const struct ident *b)
{
	if (a->type != b->type)
		return a->type < b->type ? -1 : 1;
	if (a->len != b->len)
		return a->len < b->len ? -1 : 1;
	if (!a->len)
		return 0;
	if (a->type == IDENT_FQDN || a->type == IDENT_EMAIL)
		return strncasecmp((const char *)a->data, (const char *)b->data, a->len);
	return memcmp(a->data, b->data, a->len);
}

static int compare(const void *x, const void *y)
{
	const struct ike_conn_conf *a = *(const struct ike_conn_conf *const *)x,
				   *b = *(const struct ike_conn_conf *const *)y;
	int r = (int)a->method - (int)b->method;

	if (!r)
		r = compare_ident(&a->local_id, &b->local_id);
	if (!r)
		r = compare_ident(&a->remote_id, &b->remote_id);
	if (!r)
		r = (int)a->local.family - (int)b->local.family;
	if (!r)
		r = memcmp(a->local.ip, b->local.ip, sizeof(a->local.ip));
	if (!r)
		r = (int)a->peer.family - (int)b->peer.family;
	return r ? r : memcmp(a->peer.ip, b->peer.ip, sizeof(a->peer.ip));
}

static cfg_t *section_of(const struct loader *l, const struct ike_conn_conf *conf)
{
	return cfg_getnsec(l->cfg, section_inside(SECTION_ROOT),
			   (unsigned int)(conf - l->config->conn));
}

static const struct place *head_of(const struct loader *l, const struct ike_conn_conf *conf)
{
	size_t left = (size_t)(conf - l->config->conn);

	for (size_t i = 0; i < l->places; i++)
		if (l->place[i].key == PLACE_CONNECTION && !left--)
			return &l->place[i];
	return NULL;
}

/* To be sorted, and freed; NULL without memory, which is an error. */
static const struct ike_conn_conf **all_conns(struct loader *l)
{
	const struct ike_conn_conf **order = calloc(l->config->count + 1, sizeof(*order));

	if (!order)
		config_error(l, NULL, NULL, "out of memory");
	for (unsigned int i = 0; order && i < l->config->count; i++)
		order[i] = &l->config->conn[i];
	return order;
}

static int compare_names(const void *x, const void *y)
{
	const struct ike_conn_conf *a = *(const struct ike_conn_conf *const *)x,
				   *b = *(const struct ike_conn_conf *const *)y;
	int r = strcmp(a->name, b->name);

	return r ? r : (a > b) - (a < b);
}

/** config_check_names() - no two connections of one name */
void config_check_names(struct loader *l)
{
	const struct ike_conn_conf **order = all_conns(l);
	const struct place *first;

	if (!order)
		return;
	qsort(order, l->config->count, sizeof(*order), compare_names);
	for (unsigned int i = 1; i < l->config->count; i++) {
		if (!*order[i]->name || strcmp(order[i - 1]->name, order[i]->name) ||
		    l->errors->count >= CONFIG_ERRORS_MAX)
			continue;
		first = head_of(l, order[i - 1]);
		config_error(l, head_of(l, order[i]), order[i]->name,
			     "is already there in line %u of %s; rename one", first->line,
			     l->file[first->file]);
	}
	free(order);
}

/* What the two want of the peer, or show it, under the key; NULL: nothing. */
static bool differ(const struct loader *l, const struct ike_conn_conf *a,
		   const struct ike_conn_conf *b, enum key key)
{
	const char *first = cfg_getstr(section_of(l, a), key_def(key)->name),
		   *second = cfg_getstr(section_of(l, b), key_def(key)->name);

	return first && second && strcmp(first, second);
}

static void check_pair(struct loader *l, const struct ike_conn_conf *a,
		       const struct ike_conn_conf *b)
{
	const char *what;

	if (a > b) {
		check_pair(l, b, a);
		return;
	}
	if (a->method == IKE_AUTH_BY_PSK)
		what = differ(l, a, b, KEY_SECRET) ? "secret" : NULL;
	else
		what = differ(l, a, b, KEY_CA) ? "ca" : NULL;
	if (what)
		config_error(l, head_of(l, b), b->name,
			     "has the identities and addresses of connection %s but another %s; "
			     "give them different identities",
			     a->name, what);
}

/** config_check_credentials() - no two connections with all the same but the secret or CA */
void config_check_credentials(struct loader *l)
{
	const struct ike_conn_conf **order = all_conns(l);
	unsigned int n = l->config->count;

	if (!order)
		return;
	qsort(order, n, sizeof(*order), compare);
	for (unsigned int i = 1; i < n && l->errors->count < CONFIG_ERRORS_MAX; i++)
		if (!compare(&order[i - 1], &order[i]))
			check_pair(l, order[i - 1], order[i]);
	free(order);
}
