/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The world as the protocol core sees it. ike/ has no socket, clock, random source, kernel,
 * file or private key of its own: it calls these, and gets answers as events through
 * ike_answer(), never from inside the call. A question carries a token; an answer whose
 * question is no longer of interest is dropped.
 */
#ifndef KEYD_IKE_ENV_H
#define KEYD_IKE_ENV_H

#include "base/log.h"
#include "base/secret.h"
#include "ike/conf.h"

enum {
	IKE_CERTS_MAX = 16,
	IKE_CERTREQS_MAX = 64
}; /* taken from one message */

/* What must be proven before an IKE SA is established. */
enum ike_proof {
	IKE_PROOF_PEER_AUTH = 1 << 0,  /* AUTH of the peer is right for its identity */
	IKE_PROOF_PATH = 1 << 1,       /* its certificate leads to the connection's CA */
	IKE_PROOF_IDENTITY = 1 << 2,   /* the identity is in that certificate (or owns the PSK) */
	IKE_PROOF_REVOCATION = 1 << 3, /* the revocation policy let it pass */
	IKE_PROOF_WE_AUTH = 1 << 4,    /* we sent our AUTH */
};

/* Make our AUTH payload. Everything in it is valid during the call only. */
struct ike_ask_sign {
	const char *connection;
	enum ike_method method;
	uint16_t prf;	      /* for PSK */
	struct bytes octets;  /* InitiatorSignedOctets or ResponderSignedOctets, RFC 7296 2.15 */
	uint32_t peer_hashes; /* bit n: hash n of SIGNATURE_HASH_ALGORITHMS; 0: no RFC 7427 */
	const uint8_t (*certreq)[20]; /* the peer's CA key hashes */
	unsigned int certreqs;
};

/* Check the peer's AUTH payload, certificates and identity. */
struct ike_ask_verify {
	const char *connection;
	enum ike_method method;
	uint16_t prf;
	uint8_t auth_method; /* of the AUTH payload */
	struct bytes auth;
	struct bytes octets;
	const struct ident *peer_id;
	const struct bytes *cert; /* DER, the first one is the peer's, the rest in any order */
	unsigned int certs;
};

/* Install a Child SA, both directions and its policies, in one step. */
struct ike_install {
	const char *connection;
	const char *child;
	const char *interface;
	uint32_t reqid;
	struct addr local;
	struct addr remote;
	uint32_t spi_in; /* host order */
	uint32_t spi_out;
	uint16_t encr;
	uint16_t key_bits;
	uint16_t integ;
	bool esn;
	uint16_t encap_local, encap_remote; /* ports of ESP in UDP, 0: plain ESP */
	bool keepalive;			    /* keep the mapping of our NAT alive */
	struct bytes encr_key_in, encr_key_out; /* salt at the end */
	struct bytes integ_key_in, integ_key_out;
	const struct wire_ts_list *ts_local;
	const struct wire_ts_list *ts_remote;
};

/* Take away what ike_install put there. */
struct ike_uninstall {
	const char *interface;
	uint32_t reqid;
	uint32_t spi_in;
	uint32_t spi_out;
	struct addr local;
	struct addr remote;
};

/* The peer of a Child SA is elsewhere now: its packets go there. */
struct ike_move {
	const char *interface;
	uint32_t reqid;
	uint32_t spi_in;
	uint32_t spi_out;
	struct endpoint from; /* where the peer was */
	struct endpoint local, remote;
};

/* Outbound policies that make an acquire with this reqid when traffic wants out. */
struct ike_trap {
	const char *connection;
	const char *interface;
	uint32_t reqid;
	const struct wire_ts_list *ts_local;
	const struct wire_ts_list *ts_remote;
};

enum ike_event_type {
	IKE_EVENT_IKE_UP,
	IKE_EVENT_IKE_DOWN,
	IKE_EVENT_CHILD_UP,
	IKE_EVENT_CHILD_DOWN,
};

struct ike_event {
	enum ike_event_type type;
	const char *connection;
	const char *reason; /* why down; NULL else */
};

struct ike_env {
	void *ctx;
	uint64_t (*now)(void *ctx); /* milliseconds, monotonic */
	void (*random)(void *ctx, void *buf, size_t len);
	void (*send)(void *ctx, const struct endpoint *local, const struct endpoint *remote,
		     struct bytes message);
	/* Call ike_timer() at that time, replacing what was asked before; UINT64_MAX: never. */
	void (*set_timer)(void *ctx, uint64_t when);
	void (*log)(void *ctx, enum log_level level, const char *connection, const char *line);
	void (*sign)(void *ctx, uint64_t token, const struct ike_ask_sign *ask);
	void (*verify)(void *ctx, uint64_t token, const struct ike_ask_verify *ask);
	void (*install)(void *ctx, uint64_t token, const struct ike_install *ask);
	/* Seconds since an inbound packet of that SA, for dead peer detection. */
	void (*usage)(void *ctx, uint64_t token, const char *interface, uint32_t spi_in);
	void (*uninstall)(void *ctx, const struct ike_uninstall *what);
	void (*move)(void *ctx, const struct ike_move *move);
	void (*trap_add)(void *ctx, const struct ike_trap *trap);
	void (*trap_del)(void *ctx, const struct ike_trap *trap);
	void (*event)(void *ctx, const struct ike_event *event);
};

/* The answer to a question; which part counts follows from the question. */
struct ike_answer {
	int error;	    /* 0, or a negative errno: the thing could not be done */
	const char *reason; /* one clause for the log and for people, or NULL */
	/* sign: */
	uint8_t auth_method;
	struct bytes auth;
	const struct bytes *cert; /* DER, our certificate first */
	unsigned int certs;
	/* verify: */
	uint32_t proofs; /* enum ike_proof */
	/* usage: */
	uint64_t idle; /* seconds; UINT64_MAX: never used */
};

#endif
