// SPDX-License-Identifier: GPL-2.0-or-later
/* One connection: its own values; authentication is in auth.c, the child in child.c. */
#include <stdarg.h>
#include <stdio.h>

#include "config/priv.h"

const char *conn_value(const struct conn_ctx *c, enum key key)
{
	cfg_t *sec = key_def(key)->section == SECTION_CHILD ? c->child : c->sec;

	return sec ? cfg_getstr(sec, key_def(key)->name) : NULL;
}

static const struct place *place_of(const struct conn_ctx *c, enum key key)
{
	for (size_t i = 1; i < c->places; i++)
		if (c->place[i].key == key)
			return &c->place[i];
	return c->place;
}

void conn_error(struct conn_ctx *c, enum key key, const char *value, const char *fmt, ...)
{
	const char *name = key == KEY_NONE ? "" : key_def(key)->name;
	char text[CONFIG_ERROR_LEN];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	c->failed = true;
	config_error(c->loader, place_of(c, key), c->name, "%s%s%s%s%s", name, value ? " = " : "",
		     value ? value : "", *name ? ": " : "", text);
}

static void copy_text(char *to, size_t room, struct conn_ctx *c, enum key key)
{
	const char *text = conn_value(c, key);

	if (text && strlen(text) >= room)
		conn_error(c, key, NULL, "longer than %zu characters", room - 1);
	else if (text)
		strcpy(to, text);
}

static void take_addresses(struct conn_ctx *c)
{
	const char *local = conn_value(c, KEY_LOCAL_ADDRESS), *peer = conn_value(c, KEY_PEER), *why;
	struct ike_conn_conf *conf = c->conf;

	if (local && strcmp(local, "any") && value_address(local, &conf->local, &why))
		conn_error(c, KEY_LOCAL_ADDRESS, local, "%s", why);
	if (peer && strcmp(peer, "any") && value_address(peer, &conf->peer, &why))
		conn_error(c, KEY_PEER, peer, "%s", why);
	if (conf->initiator && (!peer || !strcmp(peer, "any")))
		conn_error(c, peer ? KEY_PEER : KEY_INITIATOR, peer,
			   "an initiator has to know its peer; write peer = ADDRESS");
	if (conf->initiator && (!local || !strcmp(local, "any")))
		conn_error(
			c, local ? KEY_LOCAL_ADDRESS : KEY_INITIATOR, local,
			"an initiator has to know its own address; write local-address = ADDRESS");
	if (conf->local.family != AF_UNSPEC && addr_equal(&conf->local, &conf->peer))
		conn_error(c, KEY_PEER, peer, "is the local address");
	else if (conf->local.family != AF_UNSPEC && conf->peer.family != AF_UNSPEC &&
		 conf->local.family != conf->peer.family)
		conn_error(c, KEY_PEER, peer,
			   "is of another family than the local address; write two IPv4 or two "
			   "IPv6 addresses");
}

static void take_interface(struct conn_ctx *c)
{
	const char *text = conn_value(c, KEY_INTERFACE), *why;

	if (!text)
		conn_error(c, KEY_NONE, NULL, "has no interface; write e.g. interface = svti1");
	else if (value_interface(text, &why))
		conn_error(c, KEY_INTERFACE, text, "%s", why);
	else
		strcpy(c->conf->interface, text);
}

static void take_proposals(struct conn_ctx *c)
{
	const char *text = conn_value(c, KEY_IKE);
	char why[256];

	if (!text)
		ike_proposals_default(&c->conf->ike, IKE_PROTO_IKE);
	else if (ike_proposals_parse(&c->conf->ike, IKE_PROTO_IKE, text, why, sizeof(why)))
		conn_error(c, KEY_IKE, text, "%s", why);
}

/** config_connection() - fill a connection, with every default resolved */
void config_connection(struct conn_ctx *c)
{
	const char *text, *why;

	if (value_name(c->name, &why)) {
		conn_error(c, KEY_NONE, NULL, "%s", why);
		return;
	}
	strcpy(c->conf->name, c->name);
	copy_text(c->conf->description, sizeof(c->conf->description), c, KEY_DESCRIPTION);
	text = conn_value(c, KEY_INITIATOR);
	if (text && value_bool(text, &c->conf->initiator, &why))
		conn_error(c, KEY_INITIATOR, text, "%s", why);
	text = conn_value(c, KEY_UDP_ENCAP);
	if (text && value_bool(text, &c->conf->udp_encap, &why))
		conn_error(c, KEY_UDP_ENCAP, text, "%s", why);
	c->conf->dpd_delay = 30;
	text = conn_value(c, KEY_DPD_DELAY);
	if (text && value_duration(text, &c->conf->dpd_delay, &why))
		conn_error(c, KEY_DPD_DELAY, text, "%s", why);
	take_interface(c);
	take_addresses(c);
	take_proposals(c);
	config_auth(c);
	config_child(c);
}
