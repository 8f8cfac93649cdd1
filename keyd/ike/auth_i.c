// SPDX-License-Identifier: GPL-2.0-or-later
/* IKE_AUTH as initiator. */
#include <stdio.h>
#include <stdlib.h>

#include "ike/sa.h"

enum sa_step auth_i_refuse(struct sa *sa, const char *why)
{
	struct conn *conn = sa->conn;
	bool abandoned = sa->handshake->abandon;
	char reason[IKE_WHY_MAX];

	snprintf(reason, sizeof(reason), "%s", why);
	sa->ike->counters.failed++;
	sa_refuse_peer(sa);
	if (!abandoned)
		conn_attempt_failed(conn, reason);
	return STEP_MOVED;
}

static enum sa_step fail(struct sa *sa, const char *why)
{
	sa_fail(sa, why);
	return STEP_MOVED;
}

enum sa_step auth_i_signed(struct sa *sa, const struct input *in)
{
	const struct ike_answer *a = in->answer;
	const struct ike_conn_conf *conf = &sa->conn->conf;
	struct wire_out o;
	uint8_t spi[4];

	if (a->error)
		return fail(sa, a->reason ? a->reason : "cannot make our AUTH");
	if (child_new(sa))
		return fail(sa, "out of memory");
	child_put_spi(sa->child, spi);

	wire_begin_chain(&o, sa->ike->plain, sizeof(sa->ike->plain));
	auth_put_id(&o, IKE_PAYLOAD_IDI, &conf->local_id);
	auth_put_certs(&o, a);
	if (unique_is_first(sa))
		message_notify(&o, IKE_N_INITIAL_CONTACT);
	auth_put_certreq(&o, conf);
	if (!ident_is_pattern(&conf->remote_id))
		auth_put_id(&o, IKE_PAYLOAD_IDR, &conf->remote_id);
	wire_put_auth(&o, a->auth_method, a->auth);
	suite_put_offer(&o, &conf->child.esp, bytes_of(spi, sizeof(spi)));
	wire_put_ts(&o, IKE_PAYLOAD_TSI, &conf->child.local);
	wire_put_ts(&o, IKE_PAYLOAD_TSR, &conf->child.remote);
	if (o.overflow)
		return fail(sa, "our certificates do not fit in a message");
	sa->proofs |= IKE_PROOF_WE_AUTH;
	window_request(sa, IKE_EXCHANGE_IKE_AUTH, &o);
	return STEP_NEXT;
}

/* The first error that the peer names, 0: none. */
static uint16_t first_error(const struct wire_chain *c)
{
	for (unsigned int i = 0; i < c->count; i++) {
		struct wire_notify n;

		if (c->payload[i].type == IKE_PAYLOAD_NOTIFY &&
		    !wire_parse_notify(&n, c->payload[i].body) && n.type <= IKE_NOTIFY_ERROR_MAX)
			return n.type;
	}
	return 0;
}

/*
 * RFC 7296 2.21.2: a Child SA that failed leaves the IKE SA. If the peer thinks that it has one,
 * and we do not, it is told when the IKE SA stands.
 */
static void take_child(struct sa *sa, const struct wire_chain *c)
{
	struct handshake *hs = sa->handshake;
	uint16_t error = first_error(c);

	if (error)
		snprintf(hs->why, sizeof(hs->why), "peer refused it: %s", ike_notify_name(error));
	else if (child_accept(sa, c, hs->why, sizeof(hs->why)))
		return;
	else
		child_tell_deleted(sa);
	child_remove(sa, NULL);
}

enum sa_step auth_i_response(struct sa *sa, const struct input *in)
{
	const struct wire_chain *c = in->message->payloads;
	char why[IKE_WHY_MAX];
	struct wire_auth auth;

	if (sa->handshake->abandon) {
		sa_enter(sa, SA_I_VERIFYING, 0);
		sa_close(sa, NULL);
		return STEP_MOVED;
	}
	if (!wire_find(c, IKE_PAYLOAD_AUTH) || !wire_find(c, IKE_PAYLOAD_IDR)) {
		snprintf(why, sizeof(why), "peer refused IKE_AUTH: %s",
			 ike_notify_name(first_error(c)));
		return fail(sa, why);
	}
	if (wire_parse_auth(&auth, wire_find(c, IKE_PAYLOAD_AUTH)->body) ||
	    auth_read_id(&sa->peer_id, c, IKE_PAYLOAD_IDR))
		return auth_i_refuse(sa, "peer sent a malformed identity or AUTH");
	if (!auth_peer_fits(sa->conn, &sa->peer_id, auth.method, why, sizeof(why)))
		return auth_i_refuse(sa, why);
	take_child(sa, c);
	if (!auth_ask_verify(sa, in->message, IKE_PAYLOAD_IDR))
		return auth_i_refuse(sa, "out of memory");
	return STEP_NEXT;
}

/* Go on without a Child SA: there is nothing to install, and nothing to wait for. */
static enum sa_step skip_child(struct sa *sa, const struct input *in)
{
	struct input none = { .ike = in->ike };

	sa_enter(sa, SA_I_INSTALLING, 0);
	sa_dispatch(sa, ROLE_ANSWER, 0, &none);
	return STEP_MOVED;
}

enum sa_step auth_i_verified(struct sa *sa, const struct input *in)
{
	char why[IKE_WHY_MAX];

	if (!auth_take_proofs(sa, in->answer, why, sizeof(why)))
		return auth_i_refuse(sa, why);
	if (!sa->child)
		return skip_child(sa, in);
	if (!child_ask_install(sa)) {
		child_tell_deleted(sa);
		child_remove(sa, NULL);
		return skip_child(sa, in);
	}
	return STEP_NEXT;
}

enum sa_step auth_i_installed(struct sa *sa, const struct input *in)
{
	const struct ike_answer *a = in->answer;
	struct handshake *hs = sa->handshake;

	if (!sa->child)
		return STEP_NEXT;
	if (!a || a->error) {
		snprintf(hs->why, sizeof(hs->why), "the kernel refused it: %s",
			 a && a->reason ? a->reason : "no reason given");
		child_tell_deleted(sa);
		child_remove(sa, NULL);
		return STEP_NEXT;
	}
	child_installed(sa);
	return STEP_NEXT;
}
