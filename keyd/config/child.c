// SPDX-License-Identifier: GPL-2.0-or-later
/* The child of a connection: what its Child SA protects, and how. */
#include <assert.h>

#include "config/priv.h"

static void take_subnets(struct conn_ctx *c, enum key key, struct wire_ts_list *list)
{
	const char *name = key_def(key)->name, *why;
	unsigned int count = cfg_size(c->child, name);

	static_assert(2 * IKE_CONF_TS_MAX <= WIRE_TS_MAX, "each may be one of each family");
	if (count > IKE_CONF_TS_MAX) {
		conn_error(c, key, NULL, "%u subnets, %d are allowed", count, IKE_CONF_TS_MAX);
		return;
	}
	/* nothing said: the route decides what goes into the tunnel */
	if (!count)
		value_selector("any", list, &why);
	for (unsigned int i = 0; i < count; i++) {
		const char *text = cfg_getnstr(c->child, name, i);

		if (value_selector(text, list, &why))
			conn_error(c, key, text, "%s", why);
	}
}

/** config_child() - fill the one child of a connection */
void config_child(struct conn_ctx *c)
{
	struct ike_child_conf *child = &c->conf->child;
	unsigned int count = cfg_size(c->sec, section_inside(SECTION_CONNECTION));
	const char *text, *why;
	char sentence[256];

	if (!count) {
		conn_error(c, KEY_NONE, NULL, "has no child; add e.g. child net { }");
		return;
	}
	if (count > IKE_CHILDREN_MAX) {
		conn_error(c, KEY_NONE, NULL,
			   "has %u children; more than one come with a later release, write a "
			   "connection for each",
			   count);
		return;
	}
	c->child = cfg_getnsec(c->sec, section_inside(SECTION_CONNECTION), 0);
	if (value_name(cfg_title(c->child), &why))
		conn_error(c, KEY_NONE, NULL, "child %.80s: %s", cfg_title(c->child), why);
	else
		strcpy(child->name, cfg_title(c->child));
	text = conn_value(c, KEY_ESP);
	if (!text)
		ike_proposals_default(&child->esp, IKE_PROTO_ESP);
	else if (ike_proposals_parse(&child->esp, IKE_PROTO_ESP, text, sentence, sizeof(sentence)))
		conn_error(c, KEY_ESP, text, "%s", sentence);
	take_subnets(c, KEY_LOCAL_SUBNET, &child->local);
	take_subnets(c, KEY_REMOTE_SUBNET, &child->remote);
}
