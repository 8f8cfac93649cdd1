/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The inside of the core: its objects and the files that work on them. A handshake goes
 *
 *   ike.c      what happens: a message, a timer, an answer, a command
 *   receive.c  message -> SA, window, decryption, verification by the table of exchanges
 *   table.c    (state, exchange, role) -> handler, next state, time limit, story
 *   init.c auth_i.c auth_r.c info.c   the handlers
 *   auth.c child.c unique.c           what both roles share
 *   window.c   requests with retransmission, stored responses
 *   sa.c conn.c half_open.c           the life of the objects
 *   cookie.c                          who may become one of them
 *   natt.c                            NATs on the way
 *
 * Nothing here is called from inside the environment, and nothing is freed while a handler
 * runs: what has ended waits in the graveyard for the end of the event.
 */
#ifndef KEYD_IKE_SA_H
#define KEYD_IKE_SA_H

#include "crypto/dh.h"
#include "ike/hash.h"
#include "ike/ike.h"
#include "ike/keymat.h"
#include "ike/list.h"
#include "ike/select.h"
#include "ike/timer.h"

enum {
	IKE_RETRANSMIT_TRIES = 5,      /* after the first transmission */
	IKE_RETRANSMIT_TIMEOUT = 4000, /* ms, then times 1.8 each time: 165 s in all */
	IKE_RETRANSMIT_TOTAL = 165060,
	IKE_NONCE_LEN = 32,	     /* ours: at least half the key of any PRF, RFC 7296 2.10 */
	IKE_HALF_OPEN_STALE = 30000, /* ms: one so old gives way to others of its peer */
	IKE_COOKIE_SECRET_TIME = 60000, /* ms */
	IKE_COOKIE_MAX = 64,	     /* RFC 7296 2.6 */
	IKE_INIT_RESTARTS = 4,	     /* IKE_SA_INIT once more with a cookie or another group */
	IKE_INIT_REQUEST_MAX = 4096, /* octets of an IKE_SA_INIT message that are kept */
	IKE_HALF_OPEN_MAX = 8192,    /* records; the oldest goes when there are more */
	IKE_HALF_OPEN_TIME = IKE_RETRANSMIT_TOTAL, /* as long as the peer may go on trying */
	IKE_PARKED_MAX = 2048, /* handshakes of peers whose AUTH is being checked */
	IKE_PARKED_TIME = IKE_RETRANSMIT_TOTAL, /* for the answer to one question */
	IKE_CLOSED_TIME = 30000,		/* a stored response is still given */
	IKE_CLOSED_MAX = 1024,			/* SAs of which only that is left */
	IKE_SAS_MAX = 131072,			/* of the core */
	IKE_CONN_SAS_MAX = 16,			/* of a connection to a single peer */
	IKE_CANDIDATES_MAX = 32, /* different IKE proposals tried for one IKE_SA_INIT */
	IKE_CROSSING = 2000,	 /* ms: see unique.c */
	IKE_RETRY_MIN = 1000,	 /* ms between attempts of a connection */
	IKE_RETRY_MAX = 60000,
	IKE_STABLE_TIME = 10000,   /* ms: what lasted longer is restarted at once */
	IKE_SHUTDOWN_TIME = 10000, /* ms that peers have to confirm our Delete */
	IKE_WHY_MAX = 320,
	IKE_SCRATCH_LEN = 65536,
};

enum {
	IKE_PORT = 500,
	IKE_PORT_NATT = 4500,
};

enum sa_state {
	SA_NONE,      /* a request that begins an IKE SA */
	SA_INIT_SENT, /* initiator */
	SA_I_SIGNING,
	SA_AUTH_SENT,
	SA_I_VERIFYING,
	SA_I_INSTALLING,
	SA_HALF_OPEN, /* responder: IKE_SA_INIT is answered */
	SA_R_VERIFYING,
	SA_R_SIGNING,
	SA_R_INSTALLING,
	SA_ESTABLISHED,
	SA_CLOSING, /* we said that it ends, the peer has not confirmed */
	SA_CLOSED,  /* nothing but the last response is left, to give it again */
	SA_DEAD,    /* in the graveyard */
};

enum sa_role {
	ROLE_REQUEST,  /* the peer asks */
	ROLE_RESPONSE, /* the peer answers */
	ROLE_ANSWER,   /* the environment answers; there is no exchange */
};

/* What a handler says to the one who dispatched. */
enum sa_step {
	STEP_NEXT,  /* go where the table says */
	STEP_STAY,  /* nothing changes */
	STEP_MOVED, /* the handler brought the SA elsewhere: it failed, or it ended */
};

struct sa;
struct conn;
struct half_open; /* a responder's record between IKE_SA_INIT and IKE_AUTH */

/* A message that has passed all checks which need no handler. */
struct message {
	struct wire_header h;
	const struct endpoint *local, *remote;
	struct bytes raw;
	bool response;
	const struct wire_chain *payloads; /* inside SK, when the exchange is encrypted */
};

struct input {
	struct ike *ike;
	const struct message *message;
	const struct ike_answer *answer;
};

struct payload_rule {
	uint8_t type;
	uint8_t min, max;
};

struct exchange_rule {
	uint8_t exchange;
	enum sa_role role;
	bool encrypted;
	bool notify_is_enough; /* an error Notify makes up for required payloads */
	struct payload_rule payload[9];
};

struct transition {
	enum sa_state from;
	enum sa_role role;
	uint8_t exchange;
	enum sa_step (*handler)(struct sa *sa, const struct input *in);
	enum sa_state next;
	uint32_t timeout; /* ms in @next, 0: none */
	enum log_level level;
	const char *story;
};

const struct exchange_rule *exchange_find(uint8_t exchange, enum sa_role role);
/* Returns true when the payloads are as the rule says; else a clause in @why. */
bool exchange_verify(const struct exchange_rule *rule, const struct wire_chain *chain, char *why,
		     size_t why_len);
const struct transition *transition_find(enum sa_state from, enum sa_role role, uint8_t exchange);
const char *sa_state_name(enum sa_state state);

/* An outstanding request of ours, and the last response that we gave: windows of 1, RFC 7296 2.3. */
struct window {
	uint32_t send_id;    /* of our next request */
	uint32_t receive_id; /* of the peer's next request */
	bool outstanding;
	uint8_t exchange;   /* of the outstanding request */
	unsigned int tries; /* retransmissions so far */
	uint32_t timeout;   /* ms, the current one */
	uint8_t *request;
	size_t request_len;
	bool answered;				 /* there is a last request of the peer */
	struct endpoint from_local, from_remote; /* of that one: the response goes there */
	uint8_t last_digest[20]; /* of that one: it is given the same response again */
	uint8_t *response;	 /* NULL while it is being worked on */
	size_t response_len;
	struct timer timer;
};

/* What is needed until the SA is established, and not a moment longer. */
struct handshake {
	struct dh dh; /* initiator: until the response */
	uint16_t group;
	uint8_t *message_i, *message_r; /* IKE_SA_INIT as sent and received, for AUTH */
	size_t message_i_len, message_r_len;
	uint8_t nonce_i[WIRE_NONCE_MAX], nonce_r[WIRE_NONCE_MAX];
	size_t nonce_i_len, nonce_r_len;
	uint8_t cookie[IKE_COOKIE_MAX];
	size_t cookie_len;
	unsigned int restarts;
	struct secret sk_d, sk_pi, sk_pr;
	uint32_t peer_hashes;
	uint8_t (*certreq)[20]; /* of the peer's IKE_AUTH request, until we sign */
	unsigned int certreqs;
	bool initial_contact; /* the peer said so */
	bool abandon;	      /* close it as soon as the peer answers */
	uint8_t *reply;	      /* IKE_AUTH response as far as it is made: IDr, CERT, AUTH */
	struct wire_out reply_out;
	uint16_t child_error;  /* Notify that goes in the response in place of a Child SA */
	char why[IKE_WHY_MAX]; /* what an unprotected answer complained of; why there is no child */
};

struct child {
	struct sa *sa;
	struct hash_node by_reqid, by_spi;
	uint32_t id;
	uint32_t reqid;
	uint32_t spi_in, spi_out;
	bool asked, installed; /* the kernel was asked to; it did */
	struct endpoint remote; /* where the kernel sends to */
	uint64_t installed_at;
	struct suite suite;
	unsigned int ts_locals, ts_remotes;
	struct wire_ts *ts; /* local ones, then remote ones: no more memory than needed */
};

/* Requests that wait for the window. */
enum sa_want {
	WANT_CLOSE = 1 << 0,	    /* Delete of the IKE SA */
	WANT_CLOSE_FAILED = 1 << 1, /* the same, saying AUTHENTICATION_FAILED */
	WANT_DELETE_CHILD = 1 << 2,
	WANT_LIVENESS = 1 << 3,
};

/**
 * struct natt - what IKE_SA_INIT told of NATs, RFC 7296 2.23
 * @encap: IKE uses port 4500, and ESP goes in UDP
 * @we_behind: we are behind a NAT, and have to keep its mapping alive
 * @peer_behind: the peer is, and its address may change
 */
struct natt {
	bool encap;
	bool we_behind;
	bool peer_behind;
};

struct sa {
	struct ike *ike;
	struct conn *conn; /* NULL before it is known */
	struct list in_conn, in_ike;
	struct hash_node by_spi, by_token;
	uint32_t id;
	enum sa_state state;
	bool initiator;
	bool parked, lingering; /* counted in the core */
	uint8_t spi_i[WIRE_SPI_LEN], spi_r[WIRE_SPI_LEN];
	uint64_t tie; /* from Ni: the same number at both ends, see unique.c */
	struct endpoint local, remote;
	struct natt natt;
	struct suite suite;
	uint32_t proofs; /* enum ike_proof */
	struct ident peer_id;
	struct window window;
	struct timer timer; /* of the state; liveness, when established */
	struct handshake *handshake;
	struct seal seal_out, seal_in;
	uint64_t iv;
	struct child *child;
	uint32_t want;	     /* enum sa_want */
	uint32_t delete_spi; /* inbound SPI for WANT_DELETE_CHILD */
	uint64_t token;	     /* of the question that is open, 0: none */
	uint64_t created_at, established_at, heard_at;
	bool checking; /* a liveness check is on its way */
};

struct conn {
	struct ike *ike;
	struct ike_conn_conf conf;
	struct list in_ike, sas;
	struct hash_node by_name, by_peer, by_reqid;
	uint32_t trap_reqid;   /* 0: no trap */
	bool wanted;	       /* keep it up */
	bool held;	       /* the operator took it down */
	bool dying;	       /* not configured any more, its SAs are being closed */
	unsigned int failures; /* attempts since it was last up */
	uint64_t tried_at;
	struct timer retry;
	char last_error[IKE_WHY_MAX];
};

/* A bucket of answers and log lines that strangers can cause. */
struct rate {
	uint64_t at;
	uint32_t tokens;
};

/* Secrets for cookies: the newest has @number, the one before is beside it. */
struct cookie_jar {
	uint8_t secret[2][32];
	uint8_t number;
	bool usable;
	uint64_t made_at;
};

struct ike {
	struct ike_env env;
	struct ike_limits limits;
	struct cookie_jar cookies;
	struct ike_counters counters;
	struct timers timers;
	uint64_t timer_set; /* what set_timer() was last told */
	struct hash by_spi, by_token, by_name, by_peer;
	struct hash by_reqid;		    /* of traps */
	struct hash by_child, by_child_spi; /* Child SAs by reqid, by inbound SPI */
	struct hash half_open_spi, half_open_request, half_open_peer;
	struct list conns, dying, sas, half_open, graveyard;
	unsigned int sa_count, half_open_count, parked, lingering;
	struct timer half_open_timer;
	uint64_t last_token;
	uint32_t last_sa, last_child, last_reqid;
	struct rate replies, lines;
	bool stopping;
	uint64_t stop_at;
	uint8_t plain[IKE_SCRATCH_LEN];	 /* payloads being built */
	uint8_t sealed[IKE_SCRATCH_LEN]; /* message being built */
	uint8_t opened[IKE_SCRATCH_LEN]; /* payloads that were decrypted */
};

/* ike.c */
uint64_t ike_now(const struct ike *ike);
void ike_random(void *ctx, void *buf, size_t len); /* a dh_random */
void ike_log(struct ike *ike, enum log_level level, const struct conn *conn, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
/* Take one out of a bucket of 100 a second. */
bool ike_rate(struct ike *ike, struct rate *rate);
void ike_drop(struct ike *ike, uint64_t *counter, const struct endpoint *from, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/* message.c */
void message_send(struct ike *ike, const struct endpoint *local, const struct endpoint *remote,
		  struct bytes message);
/* Octets of an inner chain made with wire_begin_chain() in ike->plain, as a whole message. */
struct bytes message_seal(struct sa *sa, uint8_t exchange, bool response, uint32_t id,
			  const struct wire_out *inner);
/*
 * Check and decrypt into ike->opened and walk the payloads. @outer ends with SK. Returns 0;
 * -EBADMSG: a stranger's; or a negative enum wire_error shifted by MESSAGE_BAD_INSIDE.
 */
enum {
	MESSAGE_BAD_INSIDE = -1000
};
int message_open(struct ike *ike, const struct seal *seal, struct bytes raw,
		 const struct wire_chain *outer, struct wire_chain *inner);
void message_notify(struct wire_out *o, uint16_t type);

/* window.c */
void window_setup(struct sa *sa);
void window_free(struct sa *sa);
void window_keep_response(struct sa *sa);
/* A request as it is, with the id that is next. */
void window_send(struct sa *sa, uint8_t exchange, struct bytes message);
/* A request made of the chain in @inner. */
void window_request(struct sa *sa, uint8_t exchange, const struct wire_out *inner);
/* The response to the request of the peer that was accepted last. */
void window_respond(struct sa *sa, uint8_t exchange, const struct wire_out *inner);
/* Does the id fit? Deals with repeated requests itself; false: there is nothing more to do. */
bool window_check(struct sa *sa, const struct message *m);
/* The message is genuine and will be handled: move on. */
void window_accept(struct sa *sa, const struct message *m);

/* sa.c */
/* @conn: NULL when it is not known yet; @spi: ours, NULL for a new one. NULL: no memory, too many. */
struct sa *sa_new(struct ike *ike, struct conn *conn, bool initiator, const uint8_t *spi);
/* A random SPI that no SA of ours has. */
void sa_new_spi(struct ike *ike, uint8_t spi[static WIRE_SPI_LEN]);
void sa_enter(struct sa *sa, enum sa_state state, uint32_t timeout);
void sa_set_conn(struct sa *sa, struct conn *conn);
struct sa *sa_find(const struct ike *ike, const uint8_t *spi);
const uint8_t *sa_our_spi(const struct sa *sa);
/* A token for the next question; the answer to an older one is not heard any more. */
uint64_t sa_ask(struct sa *sa);
/* Send what waits for the window. */
void sa_run(struct sa *sa);
void sa_want(struct sa *sa, enum sa_want want);
/* No more children, no more part of the connection's life; tells the peer if it should know. */
void sa_close(struct sa *sa, const char *reason);
/* It ends here and now, the peer is not told. */
void sa_kill(struct sa *sa);
/* The same for one that was established. */
void sa_drop(struct sa *sa, const char *reason);
/* Only the response that is stored stays for a while. */
void sa_linger(struct sa *sa);
/* The initiator does not believe the responder, and says so: RFC 7296 2.21.2. */
void sa_refuse_peer(struct sa *sa);
/* An attempt failed: tell the connection why, and end. */
void sa_fail(struct sa *sa, const char *reason);
/* An established one ended. */
void sa_lost(struct sa *sa, const char *reason);
void sa_bury(struct ike *ike);
bool sa_is_pending(const struct sa *sa);
bool sa_is_up(const struct sa *sa);
const char *sa_peer_name(const struct sa *sa, char buf[static IDENT_STRLEN]);
void sa_handshake_free(struct sa *sa);

/* conn.c */
struct conn *conn_find(const struct ike *ike, const char *name);
/* The one behind the policies of that reqid; *child: if they are a Child SA's. */
struct conn *conn_by_reqid(const struct ike *ike, uint32_t reqid, struct child **child);
uint32_t conn_new_reqid(struct ike *ike);
int conn_new(struct ike *ike, const struct ike_conn_conf *conf);
void conn_retire(struct conn *conn, const char *reason);
void conn_free(struct conn *conn);
void conn_reap(struct ike *ike);
/* Start unless it is up or in progress. */
void conn_start(struct conn *conn);
void conn_down(struct conn *conn, const char *reason);
/* An attempt failed, or what was up ended: retry if it should be up. */
void conn_attempt_failed(struct conn *conn, const char *reason);
void conn_ended(struct conn *conn, const char *reason, bool was_stable);
/* It has no Child SA any more, the IKE SA goes on. */
void conn_child_ended(struct conn *conn, const char *reason);
void conn_established(struct conn *conn);
void conn_event(struct conn *conn, enum ike_event_type type, const char *reason);
void conn_note(struct conn *conn, const char *reason);
enum ike_conn_state conn_state(const struct conn *conn);
/* Those that may be meant by a message between these addresses, one after the other. */
struct conn *conn_candidate(const struct ike *ike, const struct endpoint *local,
			    const struct endpoint *remote, struct conn *after);

/*
 * cookie.c: may this IKE_SA_INIT cost us something? If not, it was answered, or dropped and counted.
 * *proven: it came with a cookie of ours.
 */
bool cookie_admit(struct ike *ike, const struct message *m, struct bytes nonce, bool *proven);

/* natt.c */
/* Both Notify payloads; @forced: so that the peer sees a NAT at us. */
void natt_put(struct wire_out *o, const struct wire_header *h, const struct endpoint *local,
	      const struct endpoint *remote, bool forced);
struct natt natt_read(const struct message *m, bool forced);
/* From here on IKE goes where ESP in UDP goes. */
void natt_float(struct sa *sa);
/* An authentic, new packet of the peer came this way. */
void natt_follow(struct sa *sa, const struct endpoint *local, const struct endpoint *remote);

/* half_open.c */
struct half_open *half_open_find(const struct ike *ike, const uint8_t *spi_r);
bool half_open_is_from(const struct half_open *ho, const uint8_t *spi_i);
/* The request was answered before: does so again. */
bool half_open_repeat(struct ike *ike, const struct message *m);
/* Takes what is in @sa's handshake. Returns 0 or -ENOMEM. */
int half_open_add(struct ike *ike, const struct message *request, struct bytes response,
		  const struct suite *suite, struct dh *dh, const struct natt *natt, uint32_t peer_hashes, bool proven);
/* IKE_AUTH came: gives an SA with keys, and its payloads in @inner; NULL: dropped. */
struct sa *half_open_promote(struct half_open *ho, const struct message *m,
			     const struct wire_chain *outer, struct wire_chain *inner, int *inside);
/* How many there are of a peer; *weak: the one that may give way, or NULL. */
unsigned int half_open_from(struct ike *ike, const struct addr *peer, struct half_open **weak);
void half_open_drop(struct half_open *ho);
void half_open_flush(struct ike *ike);
void half_open_timeout(void *ctx);
size_t half_open_size(const struct half_open *ho);

/* receive.c */
void receive_datagram(struct ike *ike, const struct endpoint *local, const struct endpoint *remote,
		      struct bytes raw);
/* Answer without protection; rate-limited. */
void receive_answer(struct ike *ike, const struct message *m, uint16_t type, struct bytes data);
void sa_dispatch(struct sa *sa, enum sa_role role, uint8_t exchange, const struct input *in);

/* init.c */
void init_start(struct conn *conn);
enum sa_step init_request(struct sa *none, const struct input *in);
enum sa_step init_response(struct sa *sa, const struct input *in);

/* auth_i.c, auth_r.c */
/* We do not believe the responder, and say so: RFC 7296 2.21.2. Gives STEP_MOVED. */
enum sa_step auth_i_refuse(struct sa *sa, const char *why);
enum sa_step auth_i_signed(struct sa *sa, const struct input *in);
enum sa_step auth_i_response(struct sa *sa, const struct input *in);
enum sa_step auth_i_verified(struct sa *sa, const struct input *in);
enum sa_step auth_i_installed(struct sa *sa, const struct input *in);
enum sa_step auth_r_request(struct sa *sa, const struct input *in);
enum sa_step auth_r_verified(struct sa *sa, const struct input *in);
enum sa_step auth_r_signed(struct sa *sa, const struct input *in);
enum sa_step auth_r_installed(struct sa *sa, const struct input *in);

/* auth.c */
/* Our ID, certificates and AUTH are asked for; @certreq: what the peer's CERTREQ said. */
bool auth_ask_sign(struct sa *sa, const uint8_t (*certreq)[20], unsigned int certreqs);
unsigned int auth_read_certreqs(const struct wire_chain *payloads, uint8_t (*hash)[20]);
/* Ask whether @m authenticates its sender, whose ID payload is @id. */
bool auth_ask_verify(struct sa *sa, const struct message *m, uint8_t id_payload);
/* Take the answer; false, with @why: a proof that the connection needs is missing. */
bool auth_take_proofs(struct sa *sa, const struct ike_answer *answer, char *why, size_t why_len);
/* Are all proofs there, the peer's and ours? */
bool auth_is_complete(const struct sa *sa);
/* Why the peer's identity or method is not what the connection wants, in @why; true: it is. */
bool auth_peer_fits(const struct conn *conn, const struct ident *id, uint8_t method, char *why,
		    size_t why_len);
/* The identity in a payload of that type. Returns 0 or -EBADMSG. */
int auth_read_id(struct ident *id, const struct wire_chain *payloads, uint8_t type);
void auth_put_id(struct wire_out *o, uint8_t type, const struct ident *id);
void auth_put_certs(struct wire_out *o, const struct ike_answer *answer);
void auth_put_certreq(struct wire_out *o, const struct ike_conn_conf *conf);
/* The IKE SA is established: events, connection, duplicates. */
void auth_established(struct sa *sa);

/* child.c */
/* A Child SA that is nothing but a reqid and an SPI. Returns 0 or -ENOMEM. */
int child_new(struct sa *sa);
/* Out of the kernel, if it is there, and away; @reason for the event. */
void child_remove(struct sa *sa, const char *reason);
/* The peer has it too, and learns that we do not. */
void child_tell_deleted(struct sa *sa);
void child_put_spi(const struct child *c, uint8_t spi[static 4]);
void child_put_ts(const struct child *c, struct wire_ts_list *local, struct wire_ts_list *remote);
/* Responder: choose and narrow. Returns 0, or the Notify to answer with and why. */
uint16_t child_negotiate(struct sa *sa, const struct wire_chain *payloads, char *why,
			 size_t why_len);
/* Would a Child SA of that connection come of what the peer asks for? */
bool child_fits(const struct sa *sa, const struct conn *conn, const struct wire_chain *payloads);
/* Initiator: is the answer a part of what we asked for? */
bool child_accept(struct sa *sa, const struct wire_chain *payloads, char *why, size_t why_len);
/* SA, TSi and TSr of a responder. */
void child_put_answer(const struct sa *sa, struct wire_out *o);
bool child_ask_install(struct sa *sa);
void child_installed(struct sa *sa);
/* The kernel sends where the IKE SA does. */
void child_follow(struct sa *sa);
/* By inbound SPI, which is unique in the core; or NULL. */
struct child *child_by_spi(const struct ike *ike, uint32_t spi_in);

/* info.c */
enum sa_step info_request(struct sa *sa, const struct input *in);
enum sa_step info_response(struct sa *sa, const struct input *in);
enum sa_step info_closing_request(struct sa *sa, const struct input *in);
enum sa_step info_closed(struct sa *sa, const struct input *in);
enum sa_step info_create_child(struct sa *sa, const struct input *in);

/* dpd.c */
void dpd_arm(struct sa *sa);
void dpd_tick(struct sa *sa);
enum sa_step dpd_usage(struct sa *sa, const struct input *in);

/* unique.c */
/* Ni is known. */
void unique_set_tie(struct sa *sa);
/*
 * INITIAL_CONTACT of a peer that is who it says, RFC 7296 2.4: what it forgot ends, before the
 * kernel is asked for policies that would still be there.
 */
void unique_forgotten(struct sa *sa);
/* @sa is established: others of the same peer end. */
void unique_established(struct sa *sa, bool initial_contact);
/* Is there none yet, so that INITIAL_CONTACT is true? */
bool unique_is_first(const struct sa *sa);

#endif
