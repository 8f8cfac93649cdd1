// SPDX-License-Identifier: GPL-2.0-or-later
/* The life of an IKE SA. */
#include "ike/sa.h"

#include <stdio.h>
#include <stdlib.h>

static struct bytes spi_bytes(const uint8_t *spi)
{
	return bytes_of(spi, WIRE_SPI_LEN);
}

const uint8_t *sa_our_spi(const struct sa *sa)
{
	return sa->initiator ? sa->spi_i : sa->spi_r;
}

struct sa *sa_find(const struct ike *ike, const uint8_t *spi)
{
	struct hash_node *n = hash_first(&ike->by_spi, hash_of(&ike->by_spi, spi_bytes(spi)));

	for (; n; n = hash_next(n)) {
		struct sa *sa = container_of(n, struct sa, by_spi);

		if (!memcmp(sa_our_spi(sa), spi, WIRE_SPI_LEN))
			return sa;
	}
	return NULL;
}

void sa_new_spi(struct ike *ike, uint8_t spi[static WIRE_SPI_LEN])
{
	static const uint8_t zero[WIRE_SPI_LEN];

	do
		ike_random(ike, spi, WIRE_SPI_LEN);
	while (!memcmp(spi, zero, WIRE_SPI_LEN) || sa_find(ike, spi) || half_open_find(ike, spi));
}

/* The time limit of a state has passed. */
static void timed_out(void *ctx)
{
	struct sa *sa = ctx;

	switch (sa->state) {
	case SA_ESTABLISHED:
		dpd_tick(sa);
		break;
	case SA_CLOSED:
		sa_kill(sa);
		break;
	case SA_I_VERIFYING:
	case SA_I_INSTALLING:
		/* The peer takes it for established. */
		conn_attempt_failed(sa->conn, "no answer from our own side in time");
		sa->ike->counters.failed++;
		sa_close(sa, NULL);
		break;
	default:
		sa_fail(sa, "no answer from our own side in time");
	}
}

struct sa *sa_new(struct ike *ike, struct conn *conn, bool initiator, const uint8_t *spi)
{
	struct sa *sa;

	if (ike->sa_count >= IKE_SAS_MAX)
		return NULL;
	sa = calloc(1, sizeof(*sa));
	if (!sa)
		return NULL;
	sa->handshake = calloc(1, sizeof(*sa->handshake));
	if (!sa->handshake) {
		free(sa);
		return NULL;
	}
	sa->ike = ike;
	sa->initiator = initiator;
	sa->id = ++ike->last_sa;
	sa->state = SA_NONE;
	sa->created_at = ike_now(ike);
	timer_setup(&sa->timer, timed_out, sa);
	window_setup(sa);
	if (spi)
		memcpy(initiator ? sa->spi_i : sa->spi_r, spi, WIRE_SPI_LEN);
	else
		sa_new_spi(ike, initiator ? sa->spi_i : sa->spi_r);
	hash_add(&ike->by_spi, &sa->by_spi, hash_of(&ike->by_spi, spi_bytes(sa_our_spi(sa))));
	list_add_tail(&sa->in_ike, &ike->sas);
	list_init(&sa->in_conn);
	sa_set_conn(sa, conn);
	ike->sa_count++;
	return sa;
}

void sa_set_conn(struct sa *sa, struct conn *conn)
{
	list_del(&sa->in_conn);
	sa->conn = conn;
	if (conn)
		list_add_head(&sa->in_conn, &conn->sas);
}

static bool is_parked(enum sa_state state)
{
	return state == SA_HALF_OPEN || state == SA_R_VERIFYING || state == SA_R_SIGNING ||
	       state == SA_R_INSTALLING;
}

void sa_enter(struct sa *sa, enum sa_state state, uint32_t timeout)
{
	struct ike *ike = sa->ike;

	ike->parked += (unsigned int)is_parked(state) - (unsigned int)sa->parked;
	sa->parked = is_parked(state);
	ike->lingering += (unsigned int)(state == SA_CLOSED) - (unsigned int)sa->lingering;
	sa->lingering = state == SA_CLOSED;
	sa->state = state;
	if (timeout)
		timer_set(&ike->timers, &sa->timer, ike_now(ike) + timeout);
	else
		timer_cancel(&ike->timers, &sa->timer);
}

static struct bytes token_bytes(const uint64_t *token)
{
	return bytes_of(token, sizeof(*token));
}

uint64_t sa_ask(struct sa *sa)
{
	struct ike *ike = sa->ike;

	hash_del(&ike->by_token, &sa->by_token);
	sa->token = ++ike->last_token;
	hash_add(&ike->by_token, &sa->by_token, hash_of(&ike->by_token, token_bytes(&sa->token)));
	return sa->token;
}

void sa_handshake_free(struct sa *sa)
{
	struct handshake *hs = sa->handshake;

	if (!hs)
		return;
	dh_wipe(&hs->dh);
	secret_wipe(&hs->sk_d);
	secret_wipe(&hs->sk_pi);
	secret_wipe(&hs->sk_pr);
	free(hs->message_i);
	free(hs->message_r);
	free(hs->certreq);
	free(hs->reply);
	free(hs);
	sa->handshake = NULL;
}

/* Nothing that it could protect, be asked or do remains. */
static void strip(struct sa *sa)
{
	hash_del(&sa->ike->by_token, &sa->by_token);
	sa->token = 0;
	child_remove(sa, NULL);
	sa_handshake_free(sa);
	seal_wipe(&sa->seal_in);
	seal_wipe(&sa->seal_out);
	sa->want = 0;
}

void sa_kill(struct sa *sa)
{
	struct ike *ike = sa->ike;

	if (sa->state == SA_DEAD)
		return;
	strip(sa);
	window_free(sa);
	sa_enter(sa, SA_DEAD, 0);
	hash_del(&ike->by_spi, &sa->by_spi);
	list_del(&sa->in_ike);
	list_add_tail(&sa->in_ike, &ike->graveyard);
	sa_set_conn(sa, NULL);
	ike->sa_count--;
}

void sa_linger(struct sa *sa)
{
	if (!sa->window.response || sa->ike->lingering >= IKE_CLOSED_MAX) {
		sa_kill(sa);
		return;
	}
	strip(sa);
	window_keep_response(sa);
	sa_set_conn(sa, NULL);
	sa_enter(sa, SA_CLOSED, IKE_CLOSED_TIME);
}

void sa_bury(struct ike *ike)
{
	struct list *at, *next;

	list_each_safe(at, next, &ike->graveyard) {
		struct sa *sa = container_of(at, struct sa, in_ike);

		ident_free(&sa->peer_id);
		free(sa);
	}
	list_init(&ike->graveyard);
}

/* Under way as initiator. A responder's comes from whoever says so, and holds up nothing. */
bool sa_is_pending(const struct sa *sa)
{
	return sa->state >= SA_INIT_SENT && sa->state <= SA_I_INSTALLING && !sa->handshake->abandon;
}

bool sa_is_up(const struct sa *sa)
{
	return sa->state == SA_ESTABLISHED && sa->child && sa->child->installed;
}

const char *sa_peer_name(const struct sa *sa, char buf[static IDENT_STRLEN])
{
	if (sa->peer_id.type != IDENT_ANY)
		return ident_format(&sa->peer_id, buf);
	return endpoint_format(&sa->remote, buf);
}

static void say_down(struct sa *sa, const char *reason)
{
	if (sa->state == SA_ESTABLISHED)
		conn_event(sa->conn, IKE_EVENT_IKE_DOWN, reason);
}

static void begin_closing(struct sa *sa, enum sa_want want)
{
	hash_del(&sa->ike->by_token, &sa->by_token);
	sa->token = 0;
	sa_handshake_free(sa);
	sa_enter(sa, SA_CLOSING, 0);
	sa->want = 0;
	sa_want(sa, want);
}

void sa_close(struct sa *sa, const char *reason)
{
	switch (sa->state) {
	case SA_ESTABLISHED:
		child_remove(sa, reason);
		say_down(sa, reason);
		begin_closing(sa, WANT_CLOSE);
		break;
	case SA_I_VERIFYING:
	case SA_I_INSTALLING:
		child_remove(sa, reason);
		begin_closing(sa, WANT_CLOSE);
		break;
	case SA_AUTH_SENT:
		/* The peer may have it by now: its answer says how to tell it. */
		child_remove(sa, reason);
		sa->handshake->abandon = true;
		break;
	case SA_CLOSING:
	case SA_CLOSED:
	case SA_DEAD:
		break;
	default:
		sa_kill(sa);
	}
}

void sa_refuse_peer(struct sa *sa)
{
	child_remove(sa, NULL);
	begin_closing(sa, WANT_CLOSE_FAILED);
}

void sa_fail(struct sa *sa, const char *reason)
{
	struct conn *conn = sa->conn;
	bool ours = sa->initiator && !sa->handshake->abandon;
	char name[IDENT_STRLEN], why[IKE_WHY_MAX];

	snprintf(why, sizeof(why), "%s", reason);
	if (!sa->initiator && ike_rate(sa->ike, &sa->ike->lines))
		ike_log(sa->ike, LOG_LEVEL_WARNING, conn, "refused %s: %s", sa_peer_name(sa, name),
			why);
	sa->ike->counters.failed++;
	if (sa->initiator)
		sa_kill(sa);
	else
		sa_linger(sa);
	if (ours && conn)
		conn_attempt_failed(conn, why);
	else if (conn && !sa->initiator && !conn->dying)
		conn_note(conn, why);
}

void sa_lost(struct sa *sa, const char *reason)
{
	struct conn *conn = sa->conn;
	bool stable = ike_now(sa->ike) - sa->established_at >= IKE_STABLE_TIME;
	char why[IKE_WHY_MAX];

	snprintf(why, sizeof(why), "%s", reason);
	child_remove(sa, why);
	say_down(sa, why);
	sa_linger(sa);
	conn_ended(conn, why, stable);
}

void sa_drop(struct sa *sa, const char *reason)
{
	child_remove(sa, reason);
	say_down(sa, reason);
	sa_kill(sa);
}

void sa_want(struct sa *sa, enum sa_want want)
{
	sa->want |= want;
	sa_run(sa);
}

void sa_run(struct sa *sa)
{
	struct wire_out o;

	if (!sa->want || sa->window.outstanding ||
	    (sa->state != SA_ESTABLISHED && sa->state != SA_CLOSING))
		return;
	wire_begin_chain(&o, sa->ike->plain, sizeof(sa->ike->plain));
	if (sa->want & WANT_CLOSE_FAILED) {
		/* RFC 7296 2.21.2: usually with no other payloads. */
		message_notify(&o, IKE_N_AUTHENTICATION_FAILED);
		sa->want = 0;
	} else if (sa->want & WANT_CLOSE) {
		wire_put_delete_ike(&o);
		sa->want = 0;
	} else if (sa->want & WANT_DELETE_CHILD) {
		wire_put_delete_esp(&o, &sa->delete_spi, 1);
		sa->want &= ~(uint32_t)WANT_DELETE_CHILD;
	} else {
		sa->checking = true;
		sa->want &= ~(uint32_t)WANT_LIVENESS;
	}
	window_request(sa, IKE_EXCHANGE_INFORMATIONAL, &o);
}
