/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The keys of keyd.conf: one table, which the scanner, libConfuse and error messages share. */
#ifndef KEYD_CONFIG_SCHEMA_H
#define KEYD_CONFIG_SCHEMA_H

#include <stdbool.h>
#include <stddef.h>

/* Also the depth of nesting. */
enum section {
	SECTION_ROOT,
	SECTION_CONNECTION,
	SECTION_CHILD,
	SECTIONS,
};

/* X(id, section, name, is a list) */
#define CONFIG_KEYS(X)                                                \
	X(KEY_CONTROL_SOCKET, SECTION_ROOT, "control-socket", false)  \
	X(KEY_LOG_LEVEL, SECTION_ROOT, "log-level", false)            \
	X(KEY_COOKIE_THRESHOLD, SECTION_ROOT, "cookie-threshold", false) \
	X(KEY_BLOCK_THRESHOLD, SECTION_ROOT, "block-threshold", false) \
	X(KEY_INIT_LIMIT, SECTION_ROOT, "init-limit-half-open", false) \
	X(KEY_DESCRIPTION, SECTION_CONNECTION, "description", false)  \
	X(KEY_INTERFACE, SECTION_CONNECTION, "interface", false)      \
	X(KEY_LOCAL_ADDRESS, SECTION_CONNECTION, "local-address", false) \
	X(KEY_PEER, SECTION_CONNECTION, "peer", false)                \
	X(KEY_INITIATOR, SECTION_CONNECTION, "initiator", false)      \
	X(KEY_METHOD, SECTION_CONNECTION, "method", false)            \
	X(KEY_SECRET, SECTION_CONNECTION, "secret", false)            \
	X(KEY_CERTIFICATE, SECTION_CONNECTION, "certificate", false)  \
	X(KEY_CA, SECTION_CONNECTION, "ca", false)                    \
	X(KEY_LOCAL_ID, SECTION_CONNECTION, "local-id", false)        \
	X(KEY_REMOTE_ID, SECTION_CONNECTION, "remote-id", false)      \
	X(KEY_IKE, SECTION_CONNECTION, "ike", false)                  \
	X(KEY_DPD_DELAY, SECTION_CONNECTION, "dpd-delay", false)      \
	X(KEY_UDP_ENCAP, SECTION_CONNECTION, "udp-encap", false)      \
	X(KEY_ESP, SECTION_CHILD, "esp", false)                       \
	X(KEY_LOCAL_SUBNET, SECTION_CHILD, "local-subnet", true)      \
	X(KEY_REMOTE_SUBNET, SECTION_CHILD, "remote-subnet", true)

#define X(id, section, name, list) id,
enum key { CONFIG_KEYS(X) KEYS, KEY_NONE = KEYS };
#undef X

/**
 * struct key_def - one key
 * @section: where it stands
 * @name: as written
 * @list: takes "{a, b}" beside a single value
 */
struct key_def {
	enum section section;
	const char *name;
	bool list;
};

const struct key_def *key_def(enum key key);
/* KEY_NONE when @section has no such key. */
enum key key_find(enum section section, const char *name);
/* Name of the sections that stand in @section, NULL for none. */
const char *section_inside(enum section section);
/*
 * Why @name is no key of @section, and what to do: a sentence in @buf. @is_section: it is
 * followed by "{".
 */
void key_explain(enum section section, const char *name, bool is_section, char *buf, size_t len);

#endif
