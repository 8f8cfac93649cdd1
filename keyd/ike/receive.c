// SPDX-License-Identifier: GPL-2.0-or-later
/* From a datagram to a handler. What does not fit is dropped, counted, and changes nothing. */
#include <errno.h>
#include <stdio.h>

#include "ike/sa.h"

static const uint8_t no_spi[WIRE_SPI_LEN];

/* An unprotected response with one Notify, RFC 7296 1.5 and 2.5. */
void receive_answer(struct ike *ike, const struct message *m, uint16_t type, struct bytes data)
{
	struct wire_header h = m->h;
	struct wire_out o;

	if (!ike_rate(ike, &ike->replies)) {
		ike->counters.drop_limit++;
		return;
	}
	/* The Initiator flag is the peer's own: the answer has the other one. */
	h.flags = (m->h.flags & WIRE_FLAG_INITIATOR) ^ WIRE_FLAG_INITIATOR;
	h.flags |= WIRE_FLAG_RESPONSE;
	wire_begin_message(&o, ike->sealed, sizeof(ike->sealed), &h);
	wire_put_notify(&o, 0, BYTES_NONE, type, data);
	message_send(ike, m->local, m->remote, bytes_of(ike->sealed, wire_end_message(&o)));
}

void sa_dispatch(struct sa *sa, enum sa_role role, uint8_t exchange, const struct input *in)
{
	const struct transition *t = transition_find(sa ? sa->state : SA_NONE, role, exchange);
	char name[IDENT_STRLEN];

	if (!t) {
		in->ike->counters.drop_state++;
		return;
	}
	if (t->handler(sa, in) != STEP_NEXT || !sa)
		return;
	if (t->next == t->from) {
		sa_run(sa);
		return;
	}
	if (t->next == SA_ESTABLISHED && !auth_is_complete(sa)) {
		sa_fail(sa, "not everything is proven");
		return;
	}
	sa_enter(sa, t->next, t->timeout);
	ike_log(sa->ike, t->level, sa->conn, "#%u %s: %s", sa->id, sa_peer_name(sa, name),
		t->story);
	if (t->next == SA_ESTABLISHED)
		auth_established(sa);
}

static enum sa_role role_of(const struct message *m)
{
	return m->response ? ROLE_RESPONSE : ROLE_REQUEST;
}

static void count_in(struct ike *ike, uint8_t exchange)
{
	switch (exchange) {
	case IKE_EXCHANGE_IKE_SA_INIT:
		ike->counters.init_in++;
		break;
	case IKE_EXCHANGE_IKE_AUTH:
		ike->counters.auth_in++;
		break;
	case IKE_EXCHANGE_CREATE_CHILD_SA:
		ike->counters.child_in++;
		break;
	default:
		ike->counters.info_in++;
	}
}

/*
 * A message from the peer itself, by its ICV, that no handler can be given. A request is
 * answered; INVALID_SYNTAX ends the IKE SA, and so does either in IKE_AUTH: RFC 7296 2.21.2,
 * 2.21.3. A response is not answered, the SA ends by our own request if it can.
 */
static void bad_inside(struct sa *sa, const struct message *m, int error,
		       const struct wire_chain *inner, const char *why)
{
	bool critical = error == MESSAGE_BAD_INSIDE + WIRE_CRITICAL;
	struct wire_out o;

	if (m->response) {
		if (sa->state == SA_ESTABLISHED)
			sa_close(sa, why);
		else if (sa->state == SA_CLOSING)
			sa_kill(sa);
		else
			auth_i_refuse(sa, why);
		return;
	}
	wire_begin_chain(&o, sa->ike->plain, sizeof(sa->ike->plain));
	wire_put_notify(&o, 0, BYTES_NONE,
			critical ? IKE_N_UNSUPPORTED_CRITICAL_PAYLOAD : IKE_N_INVALID_SYNTAX,
			critical ? bytes_of(&inner->bad_critical, 1) : BYTES_NONE);
	window_respond(sa, m->h.exchange, &o);
	if (sa->state == SA_HALF_OPEN)
		sa_fail(sa, why);
	else if (critical)
		ike_log(sa->ike, LOG_LEVEL_INFO, sa->conn, "refused a %s request: %s",
			ike_exchange_name(m->h.exchange), why);
	else if (sa->state == SA_CLOSING)
		sa_linger(sa);
	else
		sa_lost(sa, why);
}

/* The payloads are decrypted: look at them, and go to the handler. */
static void receive_inside(struct sa *sa, struct message *m, const struct exchange_rule *rule,
			   const struct wire_chain *inner, int inside)
{
	struct input in = { .ike = sa->ike, .message = m };
	char why[IKE_WHY_MAX];
	bool fits = !inside;

	window_accept(sa, m);
	natt_follow(sa, m->local, m->remote);
	count_in(sa->ike, m->h.exchange);
	sa->heard_at = ike_now(sa->ike);
	if (inside) {
		snprintf(why, sizeof(why), "malformed %s: %s", ike_exchange_name(m->h.exchange),
			 wire_error_text(inside - MESSAGE_BAD_INSIDE));
		sa->ike->counters.drop_malformed++;
	} else {
		fits = exchange_verify(rule, inner, why, sizeof(why));
		if (!fits)
			sa->ike->counters.drop_payloads++;
	}
	if (!fits) {
		bad_inside(sa, m, inside, inner, why);
		return;
	}
	m->payloads = inner;
	sa_dispatch(sa, role_of(m), m->h.exchange, &in);
}

static bool parse_outer(struct ike *ike, const struct message *m, struct wire_chain *outer)
{
	int r = wire_parse_chain(
		outer, m->h.next_payload,
		bytes_of(m->raw.data + WIRE_HEADER_LEN, m->raw.len - WIRE_HEADER_LEN));

	if (!r)
		return true;
	ike_drop(ike, &ike->counters.drop_malformed, m->remote, "malformed %s: %s",
		 ike_exchange_name(m->h.exchange), wire_error_text(r));
	return false;
}

static bool ends_with_sk(const struct wire_chain *outer)
{
	return outer->count && outer->payload[outer->count - 1].type == IKE_PAYLOAD_SK;
}

static void receive_plain(struct sa *sa, struct message *m, const struct exchange_rule *rule,
			  const struct wire_chain *outer)
{
	struct input in = { .ike = sa->ike, .message = m };
	char why[IKE_WHY_MAX];

	if (!exchange_verify(rule, outer, why, sizeof(why))) {
		ike_drop(sa->ike, &sa->ike->counters.drop_payloads, m->remote, "%s", why);
		return;
	}
	count_in(sa->ike, m->h.exchange);
	m->payloads = outer;
	sa_dispatch(sa, role_of(m), m->h.exchange, &in);
}

static void receive_for(struct sa *sa, struct message *m)
{
	struct ike *ike = sa->ike;
	const struct exchange_rule *rule = exchange_find(m->h.exchange, role_of(m));
	struct wire_chain outer, inner;
	int inside;

	if (!rule) {
		ike_drop(ike, &ike->counters.drop_exchange, m->remote, "exchange type %u",
			 m->h.exchange);
		return;
	}
	if (!window_check(sa, m))
		return;
	if (!transition_find(sa->state, role_of(m), m->h.exchange)) {
		ike_drop(ike, &ike->counters.drop_state, m->remote, "%s while %s",
			 ike_exchange_name(m->h.exchange), sa_state_name(sa->state));
		return;
	}
	if (!parse_outer(ike, m, &outer))
		return;
	if (!rule->encrypted) {
		receive_plain(sa, m, rule, &outer);
		return;
	}
	if (!ends_with_sk(&outer)) {
		ike_drop(ike, &ike->counters.drop_payloads, m->remote, "%s that is not encrypted",
			 ike_exchange_name(m->h.exchange));
		return;
	}
	inside = message_open(ike, &sa->seal_in, m->raw, &outer, &inner);
	if (inside == -EBADMSG) {
		ike_drop(ike, &ike->counters.drop_decrypt, m->remote, "%s that does not decrypt",
			 ike_exchange_name(m->h.exchange));
		return;
	}
	receive_inside(sa, m, rule, &inner, inside);
}

static void receive_half_open(struct half_open *ho, struct ike *ike, struct message *m)
{
	const struct exchange_rule *rule = exchange_find(IKE_EXCHANGE_IKE_AUTH, ROLE_REQUEST);
	struct wire_chain outer, inner;
	struct sa *sa;
	int inside;

	if (m->h.exchange != IKE_EXCHANGE_IKE_AUTH || m->response) {
		ike_drop(ike,
			 exchange_find(m->h.exchange, role_of(m)) ? &ike->counters.drop_state
								  : &ike->counters.drop_exchange,
			 m->remote, "%s while half-open", ike_exchange_name(m->h.exchange));
		return;
	}
	if (m->h.message_id != 1) {
		ike_drop(ike, &ike->counters.drop_message_id, m->remote,
			 "IKE_AUTH request with message id %u, expected 1", m->h.message_id);
		return;
	}
	if (!parse_outer(ike, m, &outer))
		return;
	if (!ends_with_sk(&outer)) {
		ike_drop(ike, &ike->counters.drop_payloads, m->remote,
			 "IKE_AUTH that is not encrypted");
		return;
	}
	sa = half_open_promote(ho, m, &outer, &inner, &inside);
	if (sa)
		receive_inside(sa, m, rule, &inner, inside);
}

/* A request that wants to begin an IKE SA. */
static void receive_first(struct ike *ike, struct message *m)
{
	const struct exchange_rule *rule = exchange_find(m->h.exchange, ROLE_REQUEST);
	struct input in = { .ike = ike, .message = m };
	char why[IKE_WHY_MAX];
	struct wire_chain outer;
	int r;

	if (m->h.message_id) {
		ike_drop(ike, &ike->counters.drop_message_id, m->remote,
			 "IKE_SA_INIT request with message id %u", m->h.message_id);
		return;
	}
	if (m->raw.len > IKE_INIT_REQUEST_MAX || ike->stopping) {
		ike_drop(ike, &ike->counters.drop_limit, m->remote, "IKE_SA_INIT of %zu octets%s",
			 m->raw.len, ike->stopping ? " while shutting down" : "");
		return;
	}
	/* Thrown back at us: who shares our key and fits our pattern would be ourselves. */
	if (sa_find(ike, m->h.spi_i)) {
		ike_drop(ike, &ike->counters.drop_state, m->remote, "our own IKE_SA_INIT");
		return;
	}
	if (half_open_repeat(ike, m))
		return;
	r = wire_parse_chain(&outer, m->h.next_payload,
			     bytes_of(m->raw.data + WIRE_HEADER_LEN, m->raw.len - WIRE_HEADER_LEN));
	if (r) {
		ike_drop(ike, &ike->counters.drop_malformed, m->remote, "malformed IKE_SA_INIT: %s",
			 wire_error_text(r));
		if (r == WIRE_CRITICAL)
			receive_answer(ike, m, IKE_N_UNSUPPORTED_CRITICAL_PAYLOAD,
				       bytes_of(&outer.bad_critical, 1));
		return;
	}
	if (!exchange_verify(rule, &outer, why, sizeof(why))) {
		ike_drop(ike, &ike->counters.drop_payloads, m->remote, "%s", why);
		return;
	}
	count_in(ike, m->h.exchange);
	m->payloads = &outer;
	sa_dispatch(NULL, ROLE_REQUEST, m->h.exchange, &in);
}

static void refuse_version(struct ike *ike, const struct message *m)
{
	ike_drop(ike, &ike->counters.drop_version, m->remote, "IKE version %u.%u",
		 m->h.version >> 4, m->h.version & 15);
	/* RFC 7296 2.5: a higher one is told what we speak. IKEv1 has no such answer. */
	if (m->h.version >> 4 > 2 && !m->response)
		receive_answer(ike, m, IKE_N_INVALID_MAJOR_VERSION, BYTES_NONE);
}

/*
 * Whom is it for? RFC 7296 2.6. A stranger who knows no SPI gets no INVALID_IKE_SPI, which 2.21.4
 * leaves open: it would answer whatever is sent under a forged address, and peers find out
 * that we restarted by their liveness checks and by our INITIAL_CONTACT.
 */
static void receive_message(struct ike *ike, struct message *m)
{
	bool from_initiator = m->h.flags & WIRE_FLAG_INITIATOR;
	const uint8_t *our_spi = from_initiator ? m->h.spi_r : m->h.spi_i;
	struct half_open *ho;
	struct sa *sa;

	if (!memcmp(m->h.spi_i, no_spi, WIRE_SPI_LEN)) {
		ike_drop(ike, &ike->counters.drop_malformed, m->remote, "no initiator's SPI");
		return;
	}
	if (m->h.exchange == IKE_EXCHANGE_IKE_SA_INIT && from_initiator && !m->response &&
	    !memcmp(m->h.spi_r, no_spi, WIRE_SPI_LEN)) {
		receive_first(ike, m);
		return;
	}
	ho = from_initiator ? half_open_find(ike, our_spi) : NULL;
	if (ho && half_open_is_from(ho, m->h.spi_i)) {
		receive_half_open(ho, ike, m);
		return;
	}
	sa = sa_find(ike, our_spi);
	if (!sa || sa->initiator == from_initiator ||
	    (sa->state != SA_INIT_SENT &&
	     memcmp(from_initiator ? m->h.spi_i : m->h.spi_r,
		    from_initiator ? sa->spi_i : sa->spi_r, WIRE_SPI_LEN))) {
		ike_drop(ike, &ike->counters.drop_unknown_spi, m->remote, "%s for an unknown SPI",
			 ike_exchange_name(m->h.exchange));
		return;
	}
	receive_for(sa, m);
}

void receive_datagram(struct ike *ike, const struct endpoint *local, const struct endpoint *remote,
		      struct bytes raw)
{
	struct message m = { .local = local, .remote = remote, .raw = raw };
	int r = wire_parse_header(&m.h, raw);

	ike->counters.received++;
	m.response = !r || r == WIRE_VERSION ? m.h.flags & WIRE_FLAG_RESPONSE : false;
	if (r == WIRE_VERSION)
		refuse_version(ike, &m);
	else if (r)
		ike_drop(ike, &ike->counters.drop_malformed, remote, "malformed header: %s",
			 wire_error_text(r));
	else
		receive_message(ike, &m);
}
