// SPDX-License-Identifier: GPL-2.0-or-later
/* IKE_AUTH as responder. */
#include <stdio.h>
#include <stdlib.h>

#include "ike/sa.h"

/* RFC 7296 2.21.2: usually the only payload in that response. */
static enum sa_step refuse(struct sa *sa, const char *why)
{
	struct wire_out o;

	wire_begin_chain(&o, sa->ike->plain, sizeof(sa->ike->plain));
	message_notify(&o, IKE_N_AUTHENTICATION_FAILED);
	window_respond(sa, IKE_EXCHANGE_IKE_AUTH, &o);
	sa_fail(sa, why);
	return STEP_MOVED;
}

struct claim {
	struct ident own; /* IDr: whom the peer wants to talk to, IDENT_ANY: it does not say */
	uint8_t method;
};

static bool fits(const struct conn *conn, const struct sa *sa, const struct claim *claim, char *why,
		 size_t why_len)
{
	char wanted[IDENT_STRLEN], own[IDENT_STRLEN];

	if (claim->own.type != IDENT_ANY && !ident_equal(&conn->conf.local_id, &claim->own)) {
		snprintf(why, why_len, "peer wants to talk to %.96s, connection %s is %.96s",
			 ident_format(&claim->own, wanted), conn->conf.name,
			 ident_format(&conn->conf.local_id, own));
		return false;
	}
	return auth_peer_fits(conn, &sa->peer_id, claim->method, why, why_len);
}

static bool has_room(const struct conn *conn)
{
	unsigned int count = 0;

	if (conn->conf.peer.family == AF_UNSPEC)
		return true; /* the cap on all SAs holds */
	for (const struct list *at = conn->sas.next; at != &conn->sas; at = at->next)
		count++;
	return count < IKE_CONN_SAS_MAX;
}

/**
 * struct choice - the best connection so far
 * @rank: how exactly it wants the peer's identity
 * @fits: the Child SA that the peer asks for fits, too
 * @looked: at so many Child SAs
 */
struct choice {
	struct conn *conn;
	int rank;
	bool fits;
	unsigned int looked;
};

static bool look_at_child(struct choice *choice, const struct sa *sa, const struct conn *conn,
			  const struct wire_chain *c)
{
	return choice->looked++ < IKE_CANDIDATES_MAX && child_fits(sa, conn, c);
}

/* A connection has one Child SA: two for the same peer are told apart by that. */
static void consider(struct choice *choice, const struct sa *sa, struct conn *conn,
		     const struct wire_chain *c)
{
	int rank = ident_match(&conn->conf.remote_id, &sa->peer_id);
	bool equal = choice->conn && rank == choice->rank &&
		     addr_equal(&conn->conf.peer, &choice->conn->conf.peer);

	if (rank > choice->rank) {
		choice->conn = conn;
		choice->rank = rank;
		choice->fits = look_at_child(choice, sa, conn, c);
	} else if (equal && !choice->fits && look_at_child(choice, sa, conn, c)) {
		choice->conn = conn;
		choice->fits = true;
	}
}

/*
 * Of those between these addresses that allow what was agreed on in IKE_SA_INIT, the one that
 * wants the peer's identity most exactly. Those for this very address come first.
 */
static struct conn *choose(const struct sa *sa, const struct claim *claim,
			   const struct wire_chain *c, char *why, size_t why_len)
{
	struct choice choice = { 0 };
	struct conn *conn = NULL, *best;

	snprintf(why, why_len, "no connection is configured for this peer");
	while ((conn = conn_candidate(sa->ike, &sa->local, &sa->remote, conn)))
		if (suite_allowed(&sa->suite, &conn->conf.ike) &&
		    fits(conn, sa, claim, why, why_len))
			consider(&choice, sa, conn, c);
	best = choice.conn;
	if (best && !has_room(best)) {
		snprintf(why, why_len, "connection %s has %u IKE SAs already", best->conf.name,
			 IKE_CONN_SAS_MAX);
		return NULL;
	}
	return best;
}

static bool has_notify(const struct wire_chain *c, uint16_t type)
{
	for (unsigned int i = 0; i < c->count; i++) {
		struct wire_notify n;

		if (c->payload[i].type == IKE_PAYLOAD_NOTIFY &&
		    !wire_parse_notify(&n, c->payload[i].body) && n.type == type)
			return true;
	}
	return false;
}

static bool keep_certreqs(struct sa *sa, const struct wire_chain *c)
{
	uint8_t hash[IKE_CERTREQS_MAX][20];
	struct handshake *hs = sa->handshake;

	hs->certreqs = auth_read_certreqs(c, hash);
	if (!hs->certreqs)
		return true;
	hs->certreq = malloc(hs->certreqs * sizeof(hash[0]));
	if (hs->certreq)
		memcpy(hs->certreq, hash, hs->certreqs * sizeof(hash[0]));
	return hs->certreq;
}

/* IDi, IDr and AUTH. Returns false with @why. */
static bool read_claim(struct sa *sa, const struct wire_chain *c, struct claim *claim, char *why,
		       size_t why_len)
{
	const struct wire_payload *auth_payload = wire_find(c, IKE_PAYLOAD_AUTH);
	struct wire_auth auth;

	*claim = (struct claim){ 0 };
	snprintf(why, why_len, "peer sent a malformed identity or AUTH");
	if (auth_read_id(&sa->peer_id, c, IKE_PAYLOAD_IDI))
		return false;
	if (!auth_payload) {
		snprintf(why, why_len, "peer asks for EAP, which is not supported");
		return false;
	}
	if (wire_parse_auth(&auth, auth_payload->body))
		return false;
	claim->method = auth.method;
	return !wire_find(c, IKE_PAYLOAD_IDR) || !auth_read_id(&claim->own, c, IKE_PAYLOAD_IDR);
}

enum sa_step auth_r_request(struct sa *sa, const struct input *in)
{
	const struct wire_chain *c = in->message->payloads;
	struct handshake *hs = sa->handshake;
	struct conn *conn = NULL;
	struct claim claim;
	char why[IKE_WHY_MAX];

	if (read_claim(sa, c, &claim, why, sizeof(why)))
		conn = choose(sa, &claim, c, why, sizeof(why));
	ident_free(&claim.own);
	if (!conn)
		return refuse(sa, why);
	sa_set_conn(sa, conn);
	hs->initial_contact = has_notify(c, IKE_N_INITIAL_CONTACT);
	hs->child_error = child_negotiate(sa, c, hs->why, sizeof(hs->why));
	if (!keep_certreqs(sa, c) || !auth_ask_verify(sa, in->message, IKE_PAYLOAD_IDI))
		return refuse(sa, "out of memory");
	return STEP_NEXT;
}

enum sa_step auth_r_verified(struct sa *sa, const struct input *in)
{
	struct handshake *hs = sa->handshake;
	char why[IKE_WHY_MAX];

	if (!auth_take_proofs(sa, in->answer, why, sizeof(why)))
		return refuse(sa, why);
	if (hs->initial_contact)
		unique_forgotten(sa);
	if (!auth_ask_sign(sa, hs->certreq, hs->certreqs))
		return refuse(sa, "out of memory");
	return STEP_NEXT;
}

/* IDr, CERT and AUTH of the response wait on the heap for the kernel's answer. */
static bool begin_reply(struct sa *sa, const struct ike_answer *a)
{
	struct handshake *hs = sa->handshake;
	struct wire_out o;

	wire_begin_chain(&o, sa->ike->plain, sizeof(sa->ike->plain));
	auth_put_id(&o, IKE_PAYLOAD_IDR, &sa->conn->conf.local_id);
	auth_put_certs(&o, a);
	wire_put_auth(&o, a->auth_method, a->auth);
	if (o.overflow)
		return false;
	hs->reply = malloc(o.len);
	if (!hs->reply)
		return false;
	memcpy(hs->reply, o.buf, o.len);
	hs->reply_out = o;
	return true;
}

static enum sa_step skip_child(struct sa *sa, const struct input *in)
{
	struct input none = { .ike = in->ike };

	sa_enter(sa, SA_R_INSTALLING, 0);
	sa_dispatch(sa, ROLE_ANSWER, 0, &none);
	return STEP_MOVED;
}

static void refuse_child(struct sa *sa, uint16_t error, const char *why)
{
	struct handshake *hs = sa->handshake;

	hs->child_error = error;
	snprintf(hs->why, sizeof(hs->why), "%s", why);
	child_remove(sa, NULL);
}

enum sa_step auth_r_signed(struct sa *sa, const struct input *in)
{
	const struct ike_answer *a = in->answer;

	if (a->error)
		return refuse(sa, a->reason ? a->reason : "cannot make our AUTH");
	if (!begin_reply(sa, a))
		return refuse(sa, "our certificates do not fit in a message");
	sa->proofs |= IKE_PROOF_WE_AUTH;
	if (sa->child && !child_ask_install(sa))
		refuse_child(sa, IKE_N_NO_ADDITIONAL_SAS, "out of memory");
	return sa->child ? STEP_NEXT : skip_child(sa, in);
}

/* The response as far as it is made, once more in the buffer where payloads are built. */
static struct wire_out resume_reply(struct sa *sa)
{
	struct wire_out o = sa->handshake->reply_out;

	memcpy(o.buf, sa->handshake->reply, o.len);
	return o;
}

enum sa_step auth_r_installed(struct sa *sa, const struct input *in)
{
	const struct ike_answer *a = in->answer;
	struct wire_out o = resume_reply(sa);
	char why[IKE_WHY_MAX];

	if (!auth_is_complete(sa))
		return refuse(sa, "not everything is proven");
	if (sa->child && (!a || a->error)) {
		snprintf(why, sizeof(why), "the kernel refused it: %s",
			 a && a->reason ? a->reason : "no reason given");
		refuse_child(sa, IKE_N_NO_ADDITIONAL_SAS, why);
	}
	if (sa->child) {
		child_installed(sa);
		child_put_answer(sa, &o);
	} else {
		message_notify(&o, sa->handshake->child_error);
	}
	window_respond(sa, IKE_EXCHANGE_IKE_AUTH, &o);
	return STEP_NEXT;
}
