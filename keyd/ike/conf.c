// SPDX-License-Identifier: GPL-2.0-or-later
#include "ike/conf.h"

#include <errno.h>

int ike_conn_conf_copy(struct ike_conn_conf *to, const struct ike_conn_conf *from)
{
	*to = *from;
	to->local_id = to->remote_id = (struct ident){ 0 };
	if (ident_copy(&to->local_id, &from->local_id) ||
	    ident_copy(&to->remote_id, &from->remote_id)) {
		ike_conn_conf_free(to);
		return -ENOMEM;
	}
	return 0;
}

void ike_conn_conf_free(struct ike_conn_conf *c)
{
	ident_free(&c->local_id);
	ident_free(&c->remote_id);
}

static bool proposal_equal(const struct ike_proposal *a, const struct ike_proposal *b)
{
	if (a->protocol != b->protocol || a->count != b->count)
		return false;
	for (unsigned int i = 0; i < a->count; i++) {
		const struct wire_transform *s = &a->transform[i], *t = &b->transform[i];

		if (s->type != t->type || s->id != t->id || s->key_bits != t->key_bits)
			return false;
	}
	return true;
}

bool ike_proposals_equal(const struct ike_proposals *a, const struct ike_proposals *b)
{
	if (a->count != b->count)
		return false;
	for (unsigned int i = 0; i < a->count; i++)
		if (!proposal_equal(&a->proposal[i], &b->proposal[i]))
			return false;
	return true;
}

static bool ts_equal(const struct wire_ts_list *a, const struct wire_ts_list *b)
{
	if (a->count != b->count)
		return false;
	for (unsigned int i = 0; i < a->count; i++) {
		const struct wire_ts *s = &a->ts[i], *t = &b->ts[i];

		if (s->proto != t->proto || s->port_min != t->port_min ||
		    s->port_max != t->port_max || !addr_equal(&s->min, &t->min) ||
		    !addr_equal(&s->max, &t->max))
			return false;
	}
	return true;
}

static bool child_equal(const struct ike_child_conf *a, const struct ike_child_conf *b)
{
	return !strcmp(a->name, b->name) && ike_proposals_equal(&a->esp, &b->esp) &&
	       ts_equal(&a->local, &b->local) && ts_equal(&a->remote, &b->remote);
}

/* Identities as octets: a change of case is a change of configuration. */
static bool same_ident(const struct ident *a, const struct ident *b)
{
	return a->type == b->type &&
	       bytes_equal(bytes_of(a->data, a->len), bytes_of(b->data, b->len));
}

/**
 * ike_conn_conf_equal() - does it mean the same tunnel?
 * @a: one
 * @b: the other
 *
 * Return: true when they differ in the description at most, which no peer and no kernel sees.
 */
bool ike_conn_conf_equal(const struct ike_conn_conf *a, const struct ike_conn_conf *b)
{
	return !strcmp(a->name, b->name) && !strcmp(a->interface, b->interface) &&
	       addr_equal(&a->local, &b->local) && addr_equal(&a->peer, &b->peer) &&
	       a->initiator == b->initiator &&
	       a->udp_encap == b->udp_encap && a->method == b->method &&
	       same_ident(&a->local_id, &b->local_id) && same_ident(&a->remote_id, &b->remote_id) &&
	       !strcmp(a->certificate, b->certificate) && !strcmp(a->ca, b->ca) &&
	       !memcmp(a->ca_key_hash, b->ca_key_hash, sizeof(a->ca_key_hash)) &&
	       ike_proposals_equal(&a->ike, &b->ike) && a->dpd_delay == b->dpd_delay &&
	       child_equal(&a->child, &b->child);
}
