// SPDX-License-Identifier: GPL-2.0-or-later
/* One request of ours at a time, the last response to the peer's: RFC 7296 2.1 to 2.3. */
#include <stdio.h>
#include <stdlib.h>

#include "crypto/prf.h"
#include "ike/sa.h"

static void digest_of(const struct message *m, uint8_t digest[static 20])
{
	hash_sha1(&m->raw, 1, digest);
}

static void count_out(struct ike *ike, uint8_t exchange)
{
	if (exchange == IKE_EXCHANGE_IKE_SA_INIT)
		ike->counters.init_out++;
	else if (exchange == IKE_EXCHANGE_IKE_AUTH)
		ike->counters.auth_out++;
	else
		ike->counters.info_out++;
}

static void give_up(struct sa *sa)
{
	char why[128];

	if (sa->state == SA_CLOSING) {
		sa_kill(sa);
		return;
	}
	snprintf(why, sizeof(why), "peer did not answer %s in %u s",
		 ike_exchange_name(sa->window.exchange), IKE_RETRANSMIT_TOTAL / 1000);
	if (sa->state == SA_ESTABLISHED) {
		window_free(sa);
		sa_lost(sa, why);
		return;
	}
	sa_fail(sa, why);
}

static void expired(void *ctx)
{
	struct sa *sa = ctx;
	struct window *w = &sa->window;

	/* What an unprotected answer said is believed when no other one came, RFC 7296 2.21.1. */
	if (sa->state == SA_INIT_SENT && sa->handshake->why[0]) {
		sa_fail(sa, sa->handshake->why);
		return;
	}
	if (w->tries == IKE_RETRANSMIT_TRIES) {
		give_up(sa);
		return;
	}
	w->tries++;
	w->timeout = w->timeout * 9 / 5;
	timer_set(&sa->ike->timers, &w->timer, ike_now(sa->ike) + w->timeout);
	sa->ike->counters.retransmitted++;
	if (w->tries == 1)
		ike_log(sa->ike, LOG_LEVEL_INFO, sa->conn, "no answer to %s yet, sending it again",
			ike_exchange_name(w->exchange));
	message_send(sa->ike, &sa->local, &sa->remote, bytes_of(w->request, w->request_len));
}

void window_setup(struct sa *sa)
{
	timer_setup(&sa->window.timer, expired, sa);
}

static void forget_request(struct window *w)
{
	free(w->request);
	w->request = NULL;
	w->outstanding = false;
}

/* Only the response that was given last is needed from here on. */
void window_keep_response(struct sa *sa)
{
	timer_cancel(&sa->ike->timers, &sa->window.timer);
	forget_request(&sa->window);
}

void window_free(struct sa *sa)
{
	window_keep_response(sa);
	free(sa->window.response);
	sa->window.response = NULL;
}

static uint8_t *copy(struct bytes b)
{
	uint8_t *to = b.len ? malloc(b.len) : NULL;

	if (to)
		memcpy(to, b.data, b.len);
	return to;
}

void window_send(struct sa *sa, uint8_t exchange, struct bytes message)
{
	struct window *w = &sa->window;

	forget_request(w);
	w->request = copy(message);
	if (!w->request) {
		ike_log(sa->ike, LOG_LEVEL_ERROR, sa->conn, "cannot make the %s request",
			ike_exchange_name(exchange));
		/* The timer finds the SA that goes no further. */
		w->tries = IKE_RETRANSMIT_TRIES;
		timer_set(&sa->ike->timers, &w->timer, ike_now(sa->ike));
		return;
	}
	w->request_len = message.len;
	w->outstanding = true;
	w->exchange = exchange;
	w->tries = 0;
	w->timeout = IKE_RETRANSMIT_TIMEOUT;
	timer_set(&sa->ike->timers, &w->timer, ike_now(sa->ike) + w->timeout);
	count_out(sa->ike, exchange);
	message_send(sa->ike, &sa->local, &sa->remote, message);
}

void window_request(struct sa *sa, uint8_t exchange, const struct wire_out *inner)
{
	window_send(sa, exchange, message_seal(sa, exchange, false, sa->window.send_id, inner));
}

void window_respond(struct sa *sa, uint8_t exchange, const struct wire_out *inner)
{
	struct window *w = &sa->window;
	struct bytes message = message_seal(sa, exchange, true, w->receive_id - 1, inner);

	free(w->response);
	w->response = copy(message);
	w->response_len = message.len;
	if (!w->response) {
		ike_log(sa->ike, LOG_LEVEL_ERROR, sa->conn, "cannot make the %s response",
			ike_exchange_name(exchange));
		return;
	}
	message_send(sa->ike, &w->from_local, &w->from_remote, message);
}

static bool check_request(struct sa *sa, const struct message *m)
{
	struct window *w = &sa->window;
	uint8_t digest[20];

	if (m->h.message_id == w->receive_id)
		return true;
	digest_of(m, digest);
	if (!w->answered || m->h.message_id != w->receive_id - 1 ||
	    memcmp(digest, w->last_digest, sizeof(digest))) {
		ike_drop(sa->ike, &sa->ike->counters.drop_message_id, m->remote,
			 "%s request with message id %u, expected %u",
			 ike_exchange_name(m->h.exchange), m->h.message_id, w->receive_id);
		return false;
	}
	/* The same octets again: our response got lost, or is not ready yet, RFC 7296 2.1. */
	sa->ike->counters.retransmit_received++;
	if (w->response)
		message_send(sa->ike, m->local, m->remote, bytes_of(w->response, w->response_len));
	return false;
}

bool window_check(struct sa *sa, const struct message *m)
{
	const struct window *w = &sa->window;

	if (!m->response)
		return check_request(sa, m);
	if (w->outstanding && m->h.message_id == w->send_id && m->h.exchange == w->exchange)
		return true;
	ike_drop(sa->ike, &sa->ike->counters.drop_message_id, m->remote,
		 "%s response with message id %u that nothing waits for",
		 ike_exchange_name(m->h.exchange), m->h.message_id);
	return false;
}

void window_accept(struct sa *sa, const struct message *m)
{
	struct window *w = &sa->window;

	if (m->response) {
		timer_cancel(&sa->ike->timers, &w->timer);
		forget_request(w);
		w->tries = 0;
		w->send_id++;
		return;
	}
	free(w->response);
	w->response = NULL;
	w->answered = true;
	w->from_local = *m->local;
	w->from_remote = *m->remote;
	w->receive_id++;
	digest_of(m, w->last_digest);
}
