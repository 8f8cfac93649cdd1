/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The IKEv2 core: connections, IKE SAs and Child SAs of one daemon. Single-threaded, sans
 * I/O (see env.h). No call re-enters another through the environment.
 */
#ifndef KEYD_IKE_IKE_H
#define KEYD_IKE_IKE_H

#include "ike/env.h"

struct ike;

/* @env is copied. NULL when out of memory. */
struct ike *ike_new(const struct ike_env *env);
/* Wipes and frees all, tells nobody; see ike_shutdown(). */
void ike_free(struct ike *ike);

/* From now on; IKE_COOKIE_THRESHOLD, IKE_BLOCK_THRESHOLD and 0 until this is called. */
void ike_set_limits(struct ike *ike, const struct ike_limits *limits);

/*
 * Add a connection, or replace the one of that name: unchanged configuration keeps its
 * tunnel, a changed one is taken down (the peer is told) and started afresh. Copies @conf.
 * Returns 0 or -ENOMEM.
 */
int ike_conn_set(struct ike *ike, const struct ike_conn_conf *conf);
/* Take it down and forget it. Returns 0 or -ENOENT. */
int ike_conn_remove(struct ike *ike, const char *name);
/* Start it and keep it up. Returns 0, -ENOENT, or -EDESTADDRREQ when the peer is "any". */
int ike_up(struct ike *ike, const char *name);
/* Take it down, tell the peer, and leave it down, also under traffic. 0 or -ENOENT. */
int ike_down(struct ike *ike, const char *name);
/* Take all down and tell the peers; ike_idle() is true when that is done or has been tried long enough. */
void ike_shutdown(struct ike *ike);
bool ike_idle(const struct ike *ike);

/* What happens to the core. */
void ike_receive(struct ike *ike, const struct endpoint *local, const struct endpoint *remote,
		 struct bytes message);
void ike_timer(struct ike *ike);
void ike_answer(struct ike *ike, uint64_t token, const struct ike_answer *answer);
/* Traffic met the trap of that reqid, or a policy of a Child SA that has no SA left. */
void ike_acquire(struct ike *ike, uint32_t reqid);
/* An authentic ESP packet of that inbound SA came from another address or port. */
void ike_mapping(struct ike *ike, uint32_t spi_in, const struct endpoint *remote);
/* The kernel ended an SA (sequence numbers used up). */
void ike_expire(struct ike *ike, const char *interface, uint32_t reqid);

/* What an operator is told of a connection. */
enum ike_conn_state {
	IKE_CONN_UNKNOWN,	  /* Down(Unknown): nothing is being done about it */
	IKE_CONN_CONNECTING,	  /* Down(Connecting) */
	IKE_CONN_IKE_ESTABLISHED, /* Down(IKE Established): no Child SA */
	IKE_CONN_INSTALLED,	  /* Up(Installed) */
	IKE_CONN_RETRANSMISSION,  /* Down(Retransmission): a liveness check goes unanswered */
};
const char *ike_conn_state_text(enum ike_conn_state state);

/* Snapshots for `keydctl show`; pointers are valid during the visit. Times in ms of env->now(). */
struct ike_child_info {
	const char *name;
	uint32_t id;
	uint32_t reqid;
	uint32_t spi_in, spi_out;
	uint16_t encr, key_bits, integ, ke;
	bool esn;
	uint64_t installed_at;
	const struct wire_ts_list *ts_local, *ts_remote;
};

struct ike_sa_info {
	uint32_t id;	/* the "#6" of `show` */
	bool initiator; /* we started it */
	bool established;
	uint8_t spi_i[8], spi_r[8];
	struct endpoint local, remote;
	const struct ident *local_id, *remote_id; /* NULL before they are known */
	uint16_t encr, key_bits, integ, prf, ke;
	uint64_t established_at;
	unsigned int children;
	struct ike_child_info child[4];
};

struct ike_conn_info {
	const struct ike_conn_conf *conf;
	enum ike_conn_state state;
	const char *last_error; /* why it is down, "" when there is nothing to say */
	unsigned int sas;
	struct ike_sa_info sa[8]; /* the newest ones */
};

void ike_each_conn(struct ike *ike, void (*visit)(void *ctx, const struct ike_conn_info *info),
		   void *ctx);
/* Returns 0 or -ENOENT. */
int ike_visit_conn(struct ike *ike, const char *name,
		   void (*visit)(void *ctx, const struct ike_conn_info *info), void *ctx);

/* Counters by name, for `keydctl counters` and tests; X(name) */
/* clang-format off */
#define IKE_COUNTERS(X)                                                                        \
	X(received) X(sent) X(retransmitted) X(retransmit_received)                            \
	X(init_in) X(init_out) X(auth_in) X(auth_out) X(child_in) X(info_in) X(info_out)       \
	X(established) X(failed) X(half_open) X(cookies_out)                                   \
	X(drop_malformed) X(drop_version) X(drop_unknown_spi) X(drop_message_id)               \
	X(drop_exchange) X(drop_payloads) X(drop_decrypt) X(drop_state) X(drop_limit)          \
	X(drop_blocked)
/* clang-format on */

struct ike_counters {
#define X(name) uint64_t name;
	IKE_COUNTERS(X)
#undef X
};
const struct ike_counters *ike_counters(const struct ike *ike);

#endif
