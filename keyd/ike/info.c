// SPDX-License-Identifier: GPL-2.0-or-later
/* INFORMATIONAL, RFC 7296 1.4, and CREATE_CHILD_SA as far as it is refused. */
#include <stdio.h>

#include "ike/sa.h"

static uint32_t get_u32(const uint8_t *at)
{
	return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

/* What a request asks for, as a whole, before anything is done about it. */
struct wish {
	bool delete_ike;
	bool delete_child;
	uint16_t failed; /* error Notify that ends the IKE SA */
	bool malformed;
};

static void read_delete(const struct sa *sa, struct bytes body, struct wish *wish)
{
	struct wire_delete d;

	if (wire_parse_delete(&d, body)) {
		wish->malformed = true;
		return;
	}
	if (d.protocol == IKE_PROTO_IKE)
		wish->delete_ike = true;
	if (d.protocol != IKE_PROTO_ESP || d.spi_len != 4)
		return;
	/* The SPI that the sender receives on: ours is the other one, RFC 7296 1.4.1. */
	for (unsigned int i = 0; i < d.count; i++)
		if (sa->child && get_u32(d.spis.data + 4 * i) == sa->child->spi_out)
			wish->delete_child = true;
}

static void read_notify(struct bytes body, struct wish *wish)
{
	struct wire_notify n;

	if (wire_parse_notify(&n, body))
		wish->malformed = true;
	else if (n.type == IKE_N_AUTHENTICATION_FAILED || n.type == IKE_N_INVALID_SYNTAX ||
		 n.type == IKE_N_UNSUPPORTED_CRITICAL_PAYLOAD)
		wish->failed = n.type;
}

static struct wish read_wish(const struct sa *sa, const struct wire_chain *c)
{
	struct wish wish = { 0 };

	for (unsigned int i = 0; i < c->count; i++) {
		if (c->payload[i].type == IKE_PAYLOAD_DELETE)
			read_delete(sa, c->payload[i].body, &wish);
		else if (c->payload[i].type == IKE_PAYLOAD_NOTIFY)
			read_notify(c->payload[i].body, &wish);
	}
	return wish;
}

/*
 * RFC 7296 2.21.2: these end the IKE SA without a Delete in the exchange right behind IKE_AUTH,
 * by which an initiator says that it does not believe us.
 */
static bool is_failed_auth(const struct sa *sa, const struct message *m, const struct wish *wish)
{
	return wish->failed && !sa->initiator && m->h.message_id == 2;
}

static void respond(struct sa *sa, const struct wire_out *o)
{
	window_respond(sa, IKE_EXCHANGE_INFORMATIONAL, o);
}

enum sa_step info_request(struct sa *sa, const struct input *in)
{
	struct wish wish = read_wish(sa, in->message->payloads);
	char why[IKE_WHY_MAX];
	struct wire_out o;

	wire_begin_chain(&o, sa->ike->plain, sizeof(sa->ike->plain));
	if (wish.malformed) {
		message_notify(&o, IKE_N_INVALID_SYNTAX);
		respond(sa, &o);
		sa_lost(sa, "peer sent a malformed INFORMATIONAL request");
		return STEP_MOVED;
	}
	if (wish.delete_ike) {
		respond(sa, &o);
		sa_lost(sa, "peer deleted the IKE SA");
		return STEP_MOVED;
	}
	if (is_failed_auth(sa, in->message, &wish)) {
		respond(sa, &o);
		snprintf(why, sizeof(why), "peer does not believe us: %s",
			 ike_notify_name(wish.failed));
		sa_lost(sa, why);
		return STEP_MOVED;
	}
	if (wish.delete_child) {
		wire_put_delete_esp(&o, &sa->child->spi_in, 1);
		respond(sa, &o);
		ike_log(sa->ike, LOG_LEVEL_INFO, sa->conn, "#%u peer deleted the Child SA", sa->id);
		child_remove(sa, "peer deleted the Child SA");
		conn_child_ended(sa->conn, "peer deleted the Child SA");
		return STEP_MOVED;
	}
	respond(sa, &o);
	return STEP_STAY;
}

/* A response to a Delete or to a liveness check: what counts is that it came. */
enum sa_step info_response(struct sa *sa, const struct input *in)
{
	(void)in;
	sa->checking = false;
	sa_run(sa);
	dpd_arm(sa);
	return STEP_STAY;
}

enum sa_step info_closing_request(struct sa *sa, const struct input *in)
{
	struct wish wish = read_wish(sa, in->message->payloads);
	struct wire_out o;

	wire_begin_chain(&o, sa->ike->plain, sizeof(sa->ike->plain));
	respond(sa, &o);
	if (!wish.delete_ike)
		return STEP_STAY;
	sa_linger(sa);
	return STEP_MOVED;
}

enum sa_step info_closed(struct sa *sa, const struct input *in)
{
	(void)in;
	/* It may be the answer to a request from before: then ours to close is next. */
	if (sa->want) {
		sa_run(sa);
		return STEP_STAY;
	}
	sa_linger(sa);
	return STEP_MOVED;
}

/* RFC 7296 4: what who does not rekey answers. The peer makes a new IKE SA in place. */
enum sa_step info_create_child(struct sa *sa, const struct input *in)
{
	struct wire_out o;

	(void)in;
	wire_begin_chain(&o, sa->ike->plain, sizeof(sa->ike->plain));
	message_notify(&o, IKE_N_NO_ADDITIONAL_SAS);
	window_respond(sa, IKE_EXCHANGE_CREATE_CHILD_SA, &o);
	ike_log(sa->ike, LOG_LEVEL_INFO, sa->conn, "#%u refused CREATE_CHILD_SA: NO_ADDITIONAL_SAS",
		sa->id);
	return STEP_STAY;
}
