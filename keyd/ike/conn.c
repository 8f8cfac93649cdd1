// SPDX-License-Identifier: GPL-2.0-or-later
/* Connections: what should be up, and what is done about it. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "ike/sa.h"

static struct bytes name_bytes(const char *name)
{
	return bytes_of(name, strlen(name));
}

static uint64_t hash_of_addr(const struct ike *ike, const struct addr *addr)
{
	uint8_t key[17] = { addr->family };

	memcpy(key + 1, addr->ip, addr_len(addr));
	return hash_of(&ike->by_peer, bytes_of(key, sizeof(key)));
}

static uint64_t hash_of_reqid(const struct ike *ike, uint32_t reqid)
{
	return hash_of(&ike->by_reqid, bytes_of(&reqid, sizeof(reqid)));
}

struct conn *conn_find(const struct ike *ike, const char *name)
{
	struct hash_node *n = hash_first(&ike->by_name, hash_of(&ike->by_name, name_bytes(name)));

	for (; n; n = hash_next(n)) {
		struct conn *conn = container_of(n, struct conn, by_name);

		if (!strcmp(conn->conf.name, name))
			return conn;
	}
	return NULL;
}

struct conn *conn_by_reqid(const struct ike *ike, uint32_t reqid, struct child **child)
{
	uint64_t hash = hash_of_reqid(ike, reqid);
	struct hash_node *n;

	*child = NULL;
	for (n = hash_first(&ike->by_reqid, hash); n; n = hash_next(n)) {
		struct conn *conn = container_of(n, struct conn, by_reqid);

		if (conn->trap_reqid == reqid)
			return conn;
	}
	for (n = hash_first(&ike->by_child, hash); n; n = hash_next(n)) {
		*child = container_of(n, struct child, by_reqid);
		if ((*child)->reqid == reqid)
			return (*child)->sa->conn;
	}
	*child = NULL;
	return NULL;
}

uint32_t conn_new_reqid(struct ike *ike)
{
	struct child *child;

	do
		ike->last_reqid++;
	while (!ike->last_reqid || conn_by_reqid(ike, ike->last_reqid, &child));
	return ike->last_reqid;
}

static struct ike_trap trap_of(const struct conn *conn)
{
	return (struct ike_trap){
		.connection = conn->conf.name,
		.interface = conn->conf.interface,
		.reqid = conn->trap_reqid,
		.ts_local = &conn->conf.child.local,
		.ts_remote = &conn->conf.child.remote,
	};
}

static void add_trap(struct conn *conn)
{
	struct ike *ike = conn->ike;
	struct ike_trap trap;

	if (conn->conf.peer.family == AF_UNSPEC)
		return;
	conn->trap_reqid = conn_new_reqid(ike);
	hash_add(&ike->by_reqid, &conn->by_reqid, hash_of_reqid(ike, conn->trap_reqid));
	trap = trap_of(conn);
	ike->env.trap_add(ike->env.ctx, &trap);
}

static void remove_trap(struct conn *conn)
{
	struct ike_trap trap = trap_of(conn);

	if (!conn->trap_reqid)
		return;
	conn->ike->env.trap_del(conn->ike->env.ctx, &trap);
	hash_del(&conn->ike->by_reqid, &conn->by_reqid);
	conn->trap_reqid = 0;
}

static void retry(void *ctx)
{
	conn_start(ctx);
}

int conn_new(struct ike *ike, const struct ike_conn_conf *conf)
{
	struct conn *conn = calloc(1, sizeof(*conn));

	if (!conn)
		return -ENOMEM;
	if (ike_conn_conf_copy(&conn->conf, conf)) {
		free(conn);
		return -ENOMEM;
	}
	conn->ike = ike;
	conn->wanted = conf->initiator;
	list_init(&conn->sas);
	list_add_tail(&conn->in_ike, &ike->conns);
	timer_setup(&conn->retry, retry, conn);
	hash_add(&ike->by_name, &conn->by_name, hash_of(&ike->by_name, name_bytes(conf->name)));
	hash_add(&ike->by_peer, &conn->by_peer, hash_of_addr(ike, &conf->peer));
	add_trap(conn);
	if (conn->wanted)
		conn_start(conn);
	return 0;
}

void conn_free(struct conn *conn)
{
	struct ike *ike = conn->ike;

	timer_cancel(&ike->timers, &conn->retry);
	hash_del(&ike->by_name, &conn->by_name);
	hash_del(&ike->by_peer, &conn->by_peer);
	hash_del(&ike->by_reqid, &conn->by_reqid);
	list_del(&conn->in_ike);
	ike_conn_conf_free(&conn->conf);
	free(conn);
}

void conn_down(struct conn *conn, const char *reason)
{
	struct list *at, *next;

	conn->held = true;
	conn->wanted = false;
	timer_cancel(&conn->ike->timers, &conn->retry);
	list_each_safe(at, next, &conn->sas)
		sa_close(container_of(at, struct sa, in_conn), reason);
}

/* It cannot be found any more, and is freed with the last of its SAs. */
void conn_retire(struct conn *conn, const char *reason)
{
	struct ike *ike = conn->ike;

	conn->dying = true;
	remove_trap(conn);
	hash_del(&ike->by_name, &conn->by_name);
	hash_del(&ike->by_peer, &conn->by_peer);
	list_del(&conn->in_ike);
	list_add_tail(&conn->in_ike, &ike->dying);
	conn_down(conn, reason);
}

void conn_reap(struct ike *ike)
{
	struct list *at, *next;

	list_each_safe(at, next, &ike->dying) {
		struct conn *conn = container_of(at, struct conn, in_ike);

		if (list_empty(&conn->sas))
			conn_free(conn);
	}
}

static bool has_sa(const struct conn *conn, bool (*is)(const struct sa *sa))
{
	for (struct list *at = conn->sas.next; at != &conn->sas; at = at->next)
		if (is(container_of(at, struct sa, in_conn)))
			return true;
	return false;
}

void conn_start(struct conn *conn)
{
	timer_cancel(&conn->ike->timers, &conn->retry);
	if (conn->held || conn->dying || conn->ike->stopping ||
	    conn->conf.peer.family == AF_UNSPEC || has_sa(conn, sa_is_up) ||
	    has_sa(conn, sa_is_pending))
		return;
	conn->tried_at = ike_now(conn->ike);
	init_start(conn);
}

/* 1, 2, 4 ... 60 s, less up to half of it, so that peers which fail together part. */
static uint32_t backoff(struct conn *conn)
{
	unsigned int shift = conn->failures > 6 ? 6 : conn->failures ? conn->failures - 1 : 0;
	uint32_t delay = IKE_RETRY_MIN << shift, jitter;

	if (delay > IKE_RETRY_MAX)
		delay = IKE_RETRY_MAX;
	ike_random(conn->ike, &jitter, sizeof(jitter));
	return delay - jitter % (delay / 2 + 1);
}

static void try_again(struct conn *conn, uint32_t delay)
{
	if (!conn->wanted || conn->ike->stopping || has_sa(conn, sa_is_up) ||
	    has_sa(conn, sa_is_pending))
		return;
	timer_set(&conn->ike->timers, &conn->retry, ike_now(conn->ike) + delay);
}

void conn_note(struct conn *conn, const char *reason)
{
	snprintf(conn->last_error, sizeof(conn->last_error), "%s", reason);
}

void conn_attempt_failed(struct conn *conn, const char *reason)
{
	uint32_t delay;

	if (!conn->dying)
		conn_note(conn, reason);
	conn->failures++;
	delay = backoff(conn);
	if (conn->wanted && !conn->ike->stopping && !has_sa(conn, sa_is_up))
		ike_log(conn->ike, LOG_LEVEL_WARNING, conn,
			"could not connect: %s; next try in %u.%u s", reason, delay / 1000,
			delay % 1000 / 100);
	else
		ike_log(conn->ike, LOG_LEVEL_WARNING, conn, "could not connect: %s", reason);
	try_again(conn, delay);
}

void conn_ended(struct conn *conn, const char *reason, bool was_stable)
{
	if (!conn)
		return;
	if (!conn->dying)
		conn_note(conn, reason);
	ike_log(conn->ike, LOG_LEVEL_INFO, conn, "IKE SA ended: %s", reason);
	conn->failures = was_stable ? 0 : conn->failures + 1;
	try_again(conn, was_stable ? 0 : backoff(conn));
}

void conn_child_ended(struct conn *conn, const char *reason)
{
	conn_note(conn, reason);
	conn->failures++;
	try_again(conn, backoff(conn));
}

void conn_established(struct conn *conn)
{
	if (has_sa(conn, sa_is_up)) {
		conn->last_error[0] = '\0';
		timer_cancel(&conn->ike->timers, &conn->retry);
		return;
	}
	/* Without CREATE_CHILD_SA, another IKE SA is the way to a Child SA. */
	conn->failures++;
	try_again(conn, backoff(conn));
}

void conn_event(struct conn *conn, enum ike_event_type type, const char *reason)
{
	struct ike_event event = {
		.type = type,
		.connection = conn->conf.name,
		.reason = reason,
	};

	conn->ike->env.event(conn->ike->env.ctx, &event);
}

static bool is_established(const struct sa *sa)
{
	return sa->state == SA_ESTABLISHED;
}

static bool is_unanswered(const struct sa *sa)
{
	return sa->state == SA_ESTABLISHED && sa->window.outstanding && sa->window.tries;
}

static bool is_sound(const struct sa *sa)
{
	return sa_is_up(sa) && !is_unanswered(sa);
}

enum ike_conn_state conn_state(const struct conn *conn)
{
	if (has_sa(conn, is_sound))
		return IKE_CONN_INSTALLED;
	if (has_sa(conn, is_unanswered))
		return IKE_CONN_RETRANSMISSION;
	if (has_sa(conn, is_established))
		return IKE_CONN_IKE_ESTABLISHED;
	if (has_sa(conn, sa_is_pending) || conn->retry.armed)
		return IKE_CONN_CONNECTING;
	return IKE_CONN_UNKNOWN;
}

static bool may_be_meant(const struct conn *conn, const struct addr *local, const struct addr *peer)
{
	return !conn->held && addr_equal(&conn->conf.peer, peer) &&
	       (conn->conf.local.family == AF_UNSPEC || addr_equal(&conn->conf.local, local));
}

static struct conn *next_meant(struct hash_node *n, const struct addr *local,
			       const struct addr *peer)
{
	for (; n; n = hash_next(n)) {
		struct conn *conn = container_of(n, struct conn, by_peer);

		if (may_be_meant(conn, local, peer))
			return conn;
	}
	return NULL;
}

/**
 * conn_candidate() - the next connection that a peer's message may be for
 * @ike: the core
 * @local: where it came to
 * @remote: where it came from
 * @after: the one before, NULL for the first one
 *
 * Those with this very peer come before those with any.
 *
 * Return: a connection, NULL at the end.
 */
struct conn *conn_candidate(const struct ike *ike, const struct endpoint *local,
			    const struct endpoint *remote, struct conn *after)
{
	static const struct addr any;
	struct conn *conn;

	if (!after || after->conf.peer.family != AF_UNSPEC) {
		conn = next_meant(
			after ? hash_next(&after->by_peer)
			      : hash_first(&ike->by_peer, hash_of_addr(ike, &remote->addr)),
			&local->addr, &remote->addr);
		if (conn)
			return conn;
		after = NULL;
	}
	return next_meant(after ? hash_next(&after->by_peer)
				: hash_first(&ike->by_peer, hash_of_addr(ike, &any)),
			  &local->addr, &any);
}
