// SPDX-License-Identifier: GPL-2.0-or-later
/* The core from outside: what happens to it, and what it is told to do. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <gnutls/gnutls.h>

#include "ike/sa.h"

enum {
	RATE_PER_SECOND = 100
};

uint64_t ike_now(const struct ike *ike)
{
	return ike->env.now(ike->env.ctx);
}

void ike_random(void *ctx, void *buf, size_t len)
{
	struct ike *ike = ctx;

	ike->env.random(ike->env.ctx, buf, len);
}

void ike_log(struct ike *ike, enum log_level level, const struct conn *conn, const char *fmt, ...)
{
	char line[LOG_LINE_MAX];
	va_list args;

	va_start(args, fmt);
	vsnprintf(line, sizeof(line), fmt, args);
	va_end(args);
	ike->env.log(ike->env.ctx, level, conn ? conn->conf.name : NULL, line);
}

bool ike_rate(struct ike *ike, struct rate *rate)
{
	uint64_t now = ike_now(ike);

	if (!rate->at || now - rate->at >= 1000) {
		rate->at = now ? now : 1;
		rate->tokens = RATE_PER_SECOND;
	}
	if (!rate->tokens)
		return false;
	rate->tokens--;
	return true;
}

void ike_drop(struct ike *ike, uint64_t *counter, const struct endpoint *from, const char *fmt, ...)
{
	char what[IKE_WHY_MAX], name[ADDR_STRLEN];
	va_list args;

	++*counter;
	if (!ike_rate(ike, &ike->lines))
		return;
	va_start(args, fmt);
	vsnprintf(what, sizeof(what), fmt, args);
	va_end(args);
	ike_log(ike, LOG_LEVEL_DEBUG, NULL, "dropped from %s: %s", endpoint_format(from, name),
		what);
}

static bool init_tables(struct ike *ike)
{
	struct hash *tables[] = {
		&ike->by_spi,	    &ike->by_token,	 &ike->by_name,
		&ike->by_peer,	    &ike->by_reqid,	 &ike->by_child,
		&ike->by_child_spi, &ike->half_open_spi, &ike->half_open_request,
		&ike->half_open_peer,
	};
	uint8_t key[16];

	ike_random(ike, key, sizeof(key));
	for (unsigned int i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
		if (hash_init(tables[i], key))
			return false;
	return true;
}

static void free_tables(struct ike *ike)
{
	hash_free(&ike->by_spi);
	hash_free(&ike->by_token);
	hash_free(&ike->by_name);
	hash_free(&ike->by_peer);
	hash_free(&ike->by_reqid);
	hash_free(&ike->by_child);
	hash_free(&ike->by_child_spi);
	hash_free(&ike->half_open_spi);
	hash_free(&ike->half_open_request);
	hash_free(&ike->half_open_peer);
}

struct ike *ike_new(const struct ike_env *env)
{
	struct ike *ike = calloc(1, sizeof(*ike));

	if (!ike)
		return NULL;
	ike->env = *env;
	ike->limits.cookie_threshold = IKE_COOKIE_THRESHOLD;
	ike->limits.block_threshold = IKE_BLOCK_THRESHOLD;
	ike->timer_set = UINT64_MAX;
	list_init(&ike->conns);
	list_init(&ike->dying);
	list_init(&ike->sas);
	list_init(&ike->half_open);
	list_init(&ike->graveyard);
	timer_setup(&ike->half_open_timer, half_open_timeout, ike);
	if (init_tables(ike))
		return ike;
	free_tables(ike);
	free(ike);
	return NULL;
}

/* End of every event: bury the dead, ask for the next timer. */
static void leave(struct ike *ike)
{
	uint64_t next;

	sa_bury(ike);
	conn_reap(ike);
	next = timers_next(&ike->timers);
	if (next == ike->timer_set)
		return;
	ike->timer_set = next;
	ike->env.set_timer(ike->env.ctx, next);
}

static void free_conns(struct list *conns)
{
	struct list *at, *next;

	list_each_safe(at, next, conns)
		conn_free(container_of(at, struct conn, in_ike));
}

void ike_free(struct ike *ike)
{
	struct list *at, *next;

	if (!ike)
		return;
	ike->stopping = true;
	list_each_safe(at, next, &ike->sas)
		sa_kill(container_of(at, struct sa, in_ike));
	sa_bury(ike);
	half_open_flush(ike);
	free_conns(&ike->conns);
	free_conns(&ike->dying);
	free_tables(ike);
	gnutls_memset(ike, 0, sizeof(*ike));
	free(ike);
}

void ike_set_limits(struct ike *ike, const struct ike_limits *limits)
{
	ike->limits = *limits;
}

int ike_conn_set(struct ike *ike, const struct ike_conn_conf *conf)
{
	struct conn *conn = conn_find(ike, conf->name);
	int r;

	if (conn && ike_conn_conf_equal(&conn->conf, conf)) {
		memcpy(conn->conf.description, conf->description, sizeof(conf->description));
		return 0;
	}
	/* The peer hears the Delete before it hears of the new one. */
	if (conn)
		conn_retire(conn, "the configuration changed");
	r = conn_new(ike, conf);
	leave(ike);
	return r;
}

int ike_conn_remove(struct ike *ike, const char *name)
{
	struct conn *conn = conn_find(ike, name);

	if (!conn)
		return -ENOENT;
	conn_retire(conn, "the connection was removed");
	leave(ike);
	return 0;
}

int ike_up(struct ike *ike, const char *name)
{
	struct conn *conn = conn_find(ike, name);

	if (!conn)
		return -ENOENT;
	if (conn->conf.peer.family == AF_UNSPEC) {
		/* There is nobody to call, but whoever calls is let in again. */
		conn->held = false;
		return -EDESTADDRREQ;
	}
	conn->held = false;
	conn->wanted = true;
	conn->failures = 0;
	conn_start(conn);
	leave(ike);
	return 0;
}

int ike_down(struct ike *ike, const char *name)
{
	struct conn *conn = conn_find(ike, name);

	if (!conn)
		return -ENOENT;
	conn_down(conn, "taken down");
	conn_note(conn, "taken down");
	leave(ike);
	return 0;
}

void ike_shutdown(struct ike *ike)
{
	struct list *at, *next;

	if (ike->stopping)
		return;
	ike->stopping = true;
	ike->stop_at = ike_now(ike) + IKE_SHUTDOWN_TIME;
	half_open_flush(ike);
	list_each_safe(at, next, &ike->conns)
		conn_retire(container_of(at, struct conn, in_ike), "shutting down");
	leave(ike);
}

bool ike_idle(const struct ike *ike)
{
	if (!ike->stopping)
		return false;
	for (const struct list *at = ike->sas.next; at != &ike->sas; at = at->next)
		if (container_of(at, struct sa, in_ike)->state != SA_CLOSED)
			return ike_now(ike) >= ike->stop_at;
	return true;
}

void ike_receive(struct ike *ike, const struct endpoint *local, const struct endpoint *remote,
		 struct bytes message)
{
	receive_datagram(ike, local, remote, message);
	leave(ike);
}

void ike_timer(struct ike *ike)
{
	uint64_t now = ike_now(ike);

	ike->timer_set = UINT64_MAX;
	while (timers_fire(&ike->timers, now))
		;
	leave(ike);
}

static struct sa *take_token(struct ike *ike, uint64_t token)
{
	struct hash_node *n = hash_first(&ike->by_token,
					 hash_of(&ike->by_token, bytes_of(&token, sizeof(token))));

	for (; n; n = hash_next(n)) {
		struct sa *sa = container_of(n, struct sa, by_token);

		if (sa->token != token)
			continue;
		hash_del(&ike->by_token, &sa->by_token);
		sa->token = 0;
		return sa;
	}
	return NULL;
}

void ike_answer(struct ike *ike, uint64_t token, const struct ike_answer *answer)
{
	struct input in = { .ike = ike, .answer = answer };
	struct sa *sa = take_token(ike, token);

	if (!sa)
		return;
	sa_dispatch(sa, ROLE_ANSWER, 0, &in);
	leave(ike);
}

void ike_acquire(struct ike *ike, uint32_t reqid)
{
	struct child *child;
	struct conn *conn = conn_by_reqid(ike, reqid, &child);

	/* Traffic does not come again and again faster than attempts may fail. */
	if (!conn ||
	    (conn->retry.armed && conn->tried_at && ike_now(ike) < conn->tried_at + IKE_RETRY_MIN))
		return;
	conn_start(conn);
	leave(ike);
}

void ike_expire(struct ike *ike, const char *interface, uint32_t reqid)
{
	struct child *child;
	struct conn *conn = conn_by_reqid(ike, reqid, &child);
	struct sa *sa;

	if (!conn || !child || !child->installed || strcmp(conn->conf.interface, interface))
		return;
	sa = child->sa;
	ike_log(ike, LOG_LEVEL_INFO, conn, "#%u the Child SA expired", sa->id);
	child_tell_deleted(sa);
	child_remove(sa, "expired");
	conn_start(conn);
	leave(ike);
}
