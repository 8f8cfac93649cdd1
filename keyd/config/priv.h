/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of config/ share. */
#ifndef KEYD_CONFIG_PRIV_H
#define KEYD_CONFIG_PRIV_H

#include <confuse.h>
#include <limits.h>

#include "config/config.h"
#include "config/schema.h"

enum {
	FILES_MAX = 4096,	 /* the file and all that it includes */
	FILE_LEN_MAX = 64 << 20, /* octets of one */
	WORD_MAX = 4096,	 /* octets of one word or quoted value */
};

/* The option that has the name of a connection; no key is called so. */
#define SECTION_NAME "name"

/* Where something was written. */
struct place {
	unsigned int line;
	uint16_t file;
	uint8_t key; /* enum key, or PLACE_CONNECTION for the head of a connection */
};

enum {
	PLACE_CONNECTION = KEYS
};

/**
 * struct loader - one run of config_load()
 * @config: what is being made
 * @errors: what is wrong with it
 * @dir: directory of the main file: labels and includes are relative to it
 * @cfg: libConfuse's tree over all files
 * @file: names of the files, the first is the main one; @scanned of them are read
 * @place: heads and keys of all connections, in the order of the files
 * @extra: certificates to complete chains are loaded
 */
struct loader {
	struct config *config;
	struct config_errors *errors;
	char dir[PATH_MAX];
	cfg_t *cfg;
	char *file[FILES_MAX];
	unsigned int files;
	unsigned int scanned;
	struct place *place;
	size_t places;
	size_t places_room;
	bool extra;
};

/**
 * struct conn_ctx - the connection that is being made
 * @sec: what libConfuse has of it
 * @name: of the connection
 * @place: its head, followed by its keys
 * @places: of these
 */
struct conn_ctx {
	struct loader *loader;
	cfg_t *sec;
	const char *name;
	cfg_t *child;
	const struct place *place;
	size_t places;
	struct ike_conn_conf *conf;
	bool failed;
};

/* Keep an error. @connection may be NULL. */
void config_error(struct loader *l, const struct place *place, const char *connection,
		  const char *fmt, ...) __attribute__((format(printf, 4, 5)));
/* "connection NAME: KEY = VALUE: ..." at the line of @key; without value for the secret or NULL. */
void conn_error(struct conn_ctx *c, enum key key, const char *value, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/* scan.c: make of a file what libConfuse reads alike; keys, places, and what it does not see. */
bool config_scan(struct loader *l, unsigned int file, struct secret *text);

/* connection.c, child.c, auth.c: fill c->conf; what is wrong is an error. */
void config_connection(struct conn_ctx *c);
void config_auth(struct conn_ctx *c);
void config_child(struct conn_ctx *c);
/* The value of a key, NULL when it is not given. */
const char *conn_value(const struct conn_ctx *c, enum key key);

/* value.c: 0, or -EINVAL with the sentence in *why. */
int value_bool(const char *text, bool *value, const char **why);
int value_duration(const char *text, uint32_t *seconds, const char **why);
/* 0 to @max. */
int value_count(const char *text, uint32_t max, uint32_t *value, const char **why);
int value_address(const char *text, struct addr *addr, const char **why);
int value_subnet(const char *text, struct wire_ts *ts, const char **why);
/* selector.c: as value_subnet(), with protocol and ports in brackets behind; added to @list. */
int value_selector(const char *text, struct wire_ts_list *list, const char **why);
int value_name(const char *text, const char **why);
int value_interface(const char *text, const char **why);
int value_secret(const char *text, struct secret *secret, const char **why);

/* same.c: connections of one name, and those that a peer cannot tell apart. */
void config_check_names(struct loader *l);
void config_check_credentials(struct loader *l);

#endif
