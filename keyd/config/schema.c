// SPDX-License-Identifier: GPL-2.0-or-later
#include "config/schema.h"

#include <stdio.h>
#include <string.h>

#define X(id, section, name, list) [id] = { section, name, list },
static const struct key_def keys[KEYS] = { CONFIG_KEYS(X) };
#undef X

/* Keys and sections that are known but not built: refused by name, never ignored. */
static const char *const later[] = {
	"ca-certificate",
	"certificates",
	"close-action",
	"copy-df",
	"copy-dscp",
	"copy-ecn",
	"crl",
	"crl-uri",
	"dpd-action",
	"dpd-timeout",
	"eap",
	"eap-id",
	"enable",
	"encap",
	"esn",
	"fragmentation",
	"keying-tries",
	"key",
	"lifetime",
	"local-port",
	"local-auth",
	"mark",
	"mobike",
	"mode",
	"ocsp",
	"pool",
	"pools",
	"ppk",
	"ppk-id",
	"priority",
	"proto",
	"radius",
	"reauth-time",
	"rekey-bytes",
	"rekey-packets",
	"rekey-time",
	"remote-auth",
	"remote-port",
	"replay-window",
	"retransmit-base",
	"retransmit-timeout",
	"retransmit-tries",
	"revocation",
	"routes",
	"sa-rekey-time",
	"start-action",
	"template",
	"tfc",
	"unique",
	"use",
	"vip",
};

const struct key_def *key_def(enum key key)
{
	return &keys[key];
}

enum key key_find(enum section section, const char *name)
{
	for (unsigned int i = 0; i < KEYS; i++)
		if (keys[i].section == section && !strcmp(keys[i].name, name))
			return (enum key)i;
	return KEY_NONE;
}

const char *section_inside(enum section section)
{
	static const char *const inside[SECTIONS] = { "connection", "child", NULL };

	return inside[section];
}

enum {
	NAME_MAX_LEN = 24
};

/* Levenshtein distance, above NAME_MAX_LEN for names that are longer. */
static unsigned int distance(const char *a, const char *b)
{
	size_t m = strlen(a), n = strlen(b);
	unsigned int row[NAME_MAX_LEN + 1];

	if (m > NAME_MAX_LEN || n > NAME_MAX_LEN)
		return NAME_MAX_LEN + 1;
	for (size_t j = 0; j <= n; j++)
		row[j] = (unsigned int)j;
	for (size_t i = 1; i <= m; i++) {
		unsigned int diagonal = row[0];

		row[0] = (unsigned int)i;
		for (size_t j = 1; j <= n; j++) {
			unsigned int best = diagonal + (a[i - 1] != b[j - 1]);

			diagonal = row[j];
			if (row[j] + 1 < best)
				best = row[j] + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			row[j] = best;
		}
	}
	return row[n];
}

static const char *nearest(enum section section, const char *name)
{
	const char *best = NULL;
	unsigned int least = (unsigned int)strlen(name) / 3 + 2;

	for (unsigned int i = 0; i < KEYS; i++) {
		unsigned int d = distance(keys[i].name, name);

		if (keys[i].section == section && d < least) {
			least = d;
			best = keys[i].name;
		}
	}
	return best;
}

static bool is_later(const char *name)
{
	for (size_t i = 0; i < sizeof(later) / sizeof(later[0]); i++)
		if (!strcmp(later[i], name))
			return true;
	return false;
}

static const char *where(enum section section)
{
	static const char *const text[SECTIONS] = { "outside of connections", "in a connection",
						    "in a child" };

	return text[section];
}

void key_explain(enum section section, const char *name, bool is_section, char *buf, size_t len)
{
	const char *near = nearest(section, name);

	for (unsigned int i = 0; !is_section && i < KEYS; i++)
		if (!strcmp(keys[i].name, name)) {
			snprintf(buf, len, "%s stands %s, not here", name, where(keys[i].section));
			return;
		}
	if (!strcmp(name, "version"))
		snprintf(buf, len, "keyd speaks IKEv2 only; remove the line");
	else if (is_later(name))
		snprintf(buf, len, "%.40s comes with a later release; remove %s", name,
			 is_section ? "the section" : "the line");
	else if (is_section)
		snprintf(buf, len, "unknown section %.40s; %s", name,
			 section == SECTION_ROOT	 ? "write connection NAME { ... }"
			 : section == SECTION_CONNECTION ? "write child NAME { ... }"
							 : "a child has no sections");
	else if (near)
		snprintf(buf, len, "unknown key %.40s; did you mean %s?", name, near);
	else
		snprintf(buf, len, "unknown key %.40s; remove the line", name);
}
