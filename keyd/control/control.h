/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The control socket: a UNIX stream socket, one JSON object a line each way.
 *
 *   {"cmd": "show"}                     {"ok": true, "connections": [...]}
 *   {"cmd": "show", "name": "ipsec1"}   {"ok": true, "connection": {...}}
 *   {"cmd": "up", "name": "ipsec1"}     {"ok": true, "message": "..."}; so down, reload
 *   {"cmd": "log", "follow": true}      {"ok": true, "lines": [...]}, then a line for each entry
 *   {"cmd": "counters"}                 {"ok": true, "counters": {...}}
 *   {"cmd": "version"}                  {"ok": true, "version": "..."}
 *   whatever fails                      {"ok": false, "error": "a sentence"}
 *
 * A client has one request in work; what it does not read is bounded and holds up nobody.
 */
#ifndef KEYD_CONTROL_CONTROL_H
#define KEYD_CONTROL_CONTROL_H

#include <event2/event.h>
#include <jansson.h>

#include "ike/ike.h"
#include "kernel/kernel.h"

enum {
	CONTROL_CLIENTS_MAX = 32,
	CONTROL_REQUEST_MAX = 4096,   /* octets of a request line */
	CONTROL_FOLLOW_MAX = 1 << 20, /* octets of log lines that wait for a slow reader */
	CONTROL_WHY_MAX = 256,
};

/**
 * struct control_env - what the verbs work on
 * @ike: the core
 * @now: its clock, ms
 * @sa_get: counters of an SA; 0 or a negative errno
 * @reload: read the configuration again; 0, or -1 with sentences appended to @errors
 */
struct control_env {
	void *ctx;
	struct ike *ike;
	uint64_t (*now)(void *ctx);
	int (*sa_get)(void *ctx, const char *interface, uint32_t dir, uint32_t spi,
		      struct kernel_sa *sa);
	int (*reload)(void *ctx, json_t *errors);
};

struct control;

/* @env is copied. NULL with a sentence in @why. Log lines go to followers from now on. */
struct control *control_open(struct event_base *base, const char *path,
			     const struct control_env *env, char why[static CONTROL_WHY_MAX]);
/* Closes all clients and removes the socket. */
void control_close(struct control *control);

#endif
