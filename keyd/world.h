/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The world of the protocol core: struct ike_env over libevent, sockets, kernel, keys and
 * pki. Answers are delivered by the event loop, never from inside a question.
 */
#ifndef KEYD_WORLD_H
#define KEYD_WORLD_H

#include <event2/event.h>
#include <stdio.h>

#include "children.h"
#include "config/config.h"
#include "ike/ike.h"
#include "net/net.h"

enum {
	WORLD_WHY_MAX = 512
};

struct answer;

/**
 * struct world - everything that one keyd holds
 * @config: the loaded configuration, NULL until world_load()
 * @by_name: its connections, ordered by name
 * @answers: to be delivered, in order; @answers_end: where the next one goes
 */
struct world {
	struct event_base *base;
	struct ike *ike;
	struct kernel *kernel;
	struct children *children;
	struct net *net;
	struct config *config;
	const struct ike_conn_conf **by_name;
	struct event *timer;
	struct event *deliver;
	struct event *readable[NET_SOCKETS + 1]; /* sockets, then kernel events */
	struct answer *answers, **answers_end;
};

/*
 * Open sockets and kernel. Returns 0, or -1 with a sentence in @why; world_close() in either
 * case.
 */
int world_open(struct world *w, struct event_base *base, char why[static WORLD_WHY_MAX]);
/* Removes what is in the kernel, frees all. The peers were told before, see ike_shutdown(). */
void world_close(struct world *w);

/*
 * Take @config over, as the first one or in place of the one before: devices are made, then
 * connections added, changed and removed. Returns 0, or -1 with a sentence in @why: nothing
 * was changed, and @config is still the caller's.
 */
int world_load(struct world *w, struct config *config, char why[static WORLD_WHY_MAX]);

/* By name, NULL when there is none. */
const struct ike_conn_conf *world_conn(const struct world *w, const char *name);
uint64_t world_now(void *ctx);

/* env.c: the core's view of @w, whose @ike gets made with it. */
struct ike_env world_env(struct world *w);
/* Answers that nobody will get any more. */
void world_forget_answers(struct world *w);
/* Event callback: hand over what is in the queue now. */
void world_deliver(evutil_socket_t fd, short what, void *ctx);

#endif
