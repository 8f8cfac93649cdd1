// SPDX-License-Identifier: GPL-2.0-or-later
/* IKE_SA_INIT, RFC 7296 1.2: both roles. Nothing in it is protected. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "ike/sa.h"

/* RFC 7427 4: what keyd can verify, Ed25519 (RFC 8420) included. */
static void put_signature_hashes(struct wire_out *o)
{
	static const uint8_t hashes[] = {
		0, IKE_HASH_SHA2_256, 0, IKE_HASH_SHA2_384,
		0, IKE_HASH_SHA2_512, 0, IKE_HASH_IDENTITY,
	};

	wire_put_notify(o, 0, BYTES_NONE, IKE_N_SIGNATURE_HASH_ALGORITHMS,
			bytes_of(hashes, sizeof(hashes)));
}

static uint32_t read_signature_hashes(struct bytes data)
{
	uint32_t bits = 0;

	for (size_t i = 0; i + 1 < data.len; i += 2)
		if (!data.data[i] && data.data[i + 1] < 32)
			bits |= (uint32_t)1 << data.data[i + 1];
	return bits;
}

/* The first Notify of that type; an unsound one is as good as none. */
static bool find_notify(const struct wire_chain *c, uint16_t type, struct wire_notify *n)
{
	for (unsigned int i = 0; i < c->count; i++)
		if (c->payload[i].type == IKE_PAYLOAD_NOTIFY &&
		    !wire_parse_notify(n, c->payload[i].body) && n->type == type)
			return true;
	return false;
}

static uint32_t peer_hashes(const struct wire_chain *c)
{
	struct wire_notify n;

	return find_notify(c, IKE_N_SIGNATURE_HASH_ALGORITHMS, &n) ? read_signature_hashes(n.data)
								   : 0;
}

static bool offers_group(const struct ike_proposals *ps, uint16_t group)
{
	for (unsigned int i = 0; i < ps->count; i++)
		for (unsigned int k = 0; k < ps->proposal[i].count; k++)
			if (ps->proposal[i].transform[k].type == IKE_TT_KE &&
			    ps->proposal[i].transform[k].id == group)
				return true;
	return false;
}

static uint16_t first_group(const struct ike_proposals *ps)
{
	for (unsigned int k = 0; ps->count && k < ps->proposal[0].count; k++)
		if (ps->proposal[0].transform[k].type == IKE_TT_KE)
			return ps->proposal[0].transform[k].id;
	return 0;
}

/* Initiator. */

static bool send_request(struct sa *sa)
{
	struct handshake *hs = sa->handshake;
	const struct ike_conn_conf *conf = &sa->conn->conf;
	struct ike *ike = sa->ike;
	struct wire_header h = {
		.exchange = IKE_EXCHANGE_IKE_SA_INIT,
		.flags = WIRE_FLAG_INITIATOR,
	};
	struct wire_out o;

	memcpy(h.spi_i, sa->spi_i, WIRE_SPI_LEN);
	wire_begin_message(&o, ike->sealed, sizeof(ike->sealed), &h);
	if (hs->cookie_len) /* the first payload, RFC 7296 2.6 */
		wire_put_notify(&o, 0, BYTES_NONE, IKE_N_COOKIE,
				bytes_of(hs->cookie, hs->cookie_len));
	suite_put_offer(&o, &conf->ike, BYTES_NONE);
	wire_put_ke(&o, hs->group, bytes_of(hs->dh.pub, hs->dh.pub_len));
	wire_put_nonce(&o, bytes_of(hs->nonce_i, hs->nonce_i_len));
	natt_put(&o, &h, &sa->local, &sa->remote, conf->udp_encap);
	if (conf->method == IKE_AUTH_BY_CERT)
		put_signature_hashes(&o);
	free(hs->message_i);
	hs->message_i_len = wire_end_message(&o);
	hs->message_i = malloc(hs->message_i_len ? hs->message_i_len : 1);
	if (!hs->message_i || !hs->message_i_len)
		return false;
	memcpy(hs->message_i, ike->sealed, hs->message_i_len);
	hs->why[0] = '\0';
	window_send(sa, IKE_EXCHANGE_IKE_SA_INIT, bytes_of(hs->message_i, hs->message_i_len));
	return true;
}

static bool new_public_value(struct sa *sa, uint16_t group)
{
	struct handshake *hs = sa->handshake;

	dh_wipe(&hs->dh);
	hs->dh = (struct dh){ 0 };
	hs->group = group;
	return !dh_generate(&hs->dh, group, ike_random, sa->ike);
}

void init_start(struct conn *conn)
{
	struct ike *ike = conn->ike;
	char name[ADDR_STRLEN];
	struct sa *sa = sa_new(ike, conn, true, NULL);

	if (!sa) {
		conn_attempt_failed(conn, "no room for another IKE SA");
		return;
	}
	sa->local = (struct endpoint){ conn->conf.local, IKE_PORT };
	sa->remote = (struct endpoint){ conn->conf.peer, IKE_PORT };
	sa->handshake->nonce_i_len = IKE_NONCE_LEN;
	ike_random(ike, sa->handshake->nonce_i, IKE_NONCE_LEN);
	unique_set_tie(sa);
	sa_enter(sa, SA_INIT_SENT, 0);
	ike_log(ike, LOG_LEVEL_INFO, conn, "#%u connecting to %s", sa->id,
		endpoint_format(&sa->remote, name));
	if (!new_public_value(sa, first_group(&conn->conf.ike)) || !send_request(sa))
		sa_fail(sa, "cannot make the IKE_SA_INIT request");
}

/* Once more with a cookie or another group; RFC 7296 2.6.1: the cookie stays in. */
static enum sa_step restart(struct sa *sa, const char *why)
{
	if (++sa->handshake->restarts > IKE_INIT_RESTARTS) {
		sa->ike->counters.drop_limit++;
		return STEP_STAY;
	}
	ike_log(sa->ike, LOG_LEVEL_INFO, sa->conn, "#%u IKE_SA_INIT once more: %s", sa->id, why);
	if (send_request(sa))
		return STEP_STAY;
	sa_fail(sa, "cannot make the IKE_SA_INIT request");
	return STEP_MOVED;
}

static enum sa_step cookie_response(struct sa *sa, struct bytes cookie)
{
	struct handshake *hs = sa->handshake;

	if (!cookie.len || cookie.len > IKE_COOKIE_MAX) {
		sa->ike->counters.drop_payloads++;
		return STEP_STAY;
	}
	memcpy(hs->cookie, cookie.data, cookie.len);
	hs->cookie_len = cookie.len;
	return restart(sa, "peer wants a cookie");
}

static enum sa_step group_response(struct sa *sa, struct bytes data)
{
	uint16_t group = data.len == 2 ? (uint16_t)(data.data[0] << 8 | data.data[1]) : 0;
	char why[128];

	if (!group || group == sa->handshake->group || !offers_group(&sa->conn->conf.ike, group)) {
		snprintf(sa->handshake->why, sizeof(sa->handshake->why),
			 "peer wants group %s, which is not what we offered",
			 transform_name(IKE_TT_KE, group, 0));
		return STEP_STAY;
	}
	snprintf(why, sizeof(why), "peer wants group %s", transform_name(IKE_TT_KE, group, 0));
	if (sa->handshake->restarts < IKE_INIT_RESTARTS && !new_public_value(sa, group)) {
		sa_fail(sa, "cannot make a public value");
		return STEP_MOVED;
	}
	return restart(sa, why);
}

/*
 * An error that anybody may have sent: not acted on at once (RFC 7296 2.21.1). If nothing better
 * comes until the request would be repeated, it is the reason for which the attempt failed.
 */
static enum sa_step error_response(struct sa *sa, const struct wire_chain *c)
{
	for (unsigned int i = 0; i < c->count; i++) {
		struct wire_notify n;

		if (c->payload[i].type != IKE_PAYLOAD_NOTIFY ||
		    wire_parse_notify(&n, c->payload[i].body) || n.type > IKE_NOTIFY_ERROR_MAX)
			continue;
		snprintf(sa->handshake->why, sizeof(sa->handshake->why),
			 "peer refused IKE_SA_INIT: %s", ike_notify_name(n.type));
		break;
	}
	return STEP_STAY;
}

/* What an answer offers, when it is a whole one. Returns false with @why. */
static bool read_response(struct sa *sa, const struct message *m, struct wire_ke *ke,
			  struct bytes *nonce, char *why, size_t why_len)
{
	const struct wire_chain *c = m->payloads;
	struct select_as as = { sa->conn->conf.name, IKE_PROTO_IKE, sa->handshake->group };
	static const uint8_t no_spi[WIRE_SPI_LEN];

	snprintf(why, why_len, "the answer to IKE_SA_INIT is malformed");
	if (!memcmp(m->h.spi_r, no_spi, WIRE_SPI_LEN) ||
	    wire_parse_ke(ke, wire_find(c, IKE_PAYLOAD_KE)->body) ||
	    wire_parse_nonce(nonce, wire_find(c, IKE_PAYLOAD_NONCE)->body))
		return false;
	if (suite_check(&sa->suite, &sa->conn->conf.ike, wire_find(c, IKE_PAYLOAD_SA)->body, &as,
			why, why_len))
		return false;
	if (sa->suite.ke != sa->handshake->group || ke->group != sa->handshake->group) {
		snprintf(why, why_len, "peer chose group %s, but the public value sent is of %s",
			 transform_name(IKE_TT_KE, sa->suite.ke, 0),
			 transform_name(IKE_TT_KE, sa->handshake->group, 0));
		return false;
	}
	return true;
}

static bool derive_keys(struct sa *sa, const struct message *m, struct bytes peer_public)
{
	struct handshake *hs = sa->handshake;
	struct secret shared = { 0 };
	struct ike_keys keys;
	bool ok;

	ok = !dh_compute(&hs->dh, peer_public, &shared) &&
	     !keymat_ike(&keys, &sa->suite, secret_view(&shared),
			 bytes_of(hs->nonce_i, hs->nonce_i_len),
			 bytes_of(hs->nonce_r, hs->nonce_r_len), sa->spi_i, m->h.spi_r);
	secret_wipe(&shared);
	if (!ok)
		return false;
	dh_wipe(&hs->dh);
	hs->dh = (struct dh){ 0 };
	secret_move(&hs->sk_d, &keys.d);
	secret_move(&hs->sk_pi, &keys.pi);
	secret_move(&hs->sk_pr, &keys.pr);
	sa->seal_out = keys.seal_i;
	sa->seal_in = keys.seal_r;
	return true;
}

enum sa_step init_response(struct sa *sa, const struct input *in)
{
	const struct message *m = in->message;
	struct handshake *hs = sa->handshake;
	uint8_t certreq[IKE_CERTREQS_MAX][20];
	struct wire_notify n;
	struct bytes nonce;
	struct wire_ke ke;

	if (!wire_find(m->payloads, IKE_PAYLOAD_SA)) {
		if (find_notify(m->payloads, IKE_N_COOKIE, &n))
			return cookie_response(sa, n.data);
		if (find_notify(m->payloads, IKE_N_INVALID_KE_PAYLOAD, &n))
			return group_response(sa, n.data);
		return error_response(sa, m->payloads);
	}
	if (!wire_find(m->payloads, IKE_PAYLOAD_KE) || !wire_find(m->payloads, IKE_PAYLOAD_NONCE)) {
		sa->ike->counters.drop_payloads++;
		return STEP_STAY;
	}
	if (!read_response(sa, m, &ke, &nonce, hs->why, sizeof(hs->why)))
		return STEP_STAY;
	memcpy(hs->nonce_r, nonce.data, nonce.len);
	hs->nonce_r_len = nonce.len;
	if (!derive_keys(sa, m, ke.data)) {
		snprintf(hs->why, sizeof(hs->why), "peer's public value is not sound");
		return STEP_STAY;
	}
	hs->message_r = malloc(m->raw.len);
	if (!hs->message_r) {
		sa_fail(sa, "out of memory");
		return STEP_MOVED;
	}
	memcpy(hs->message_r, m->raw.data, m->raw.len);
	hs->message_r_len = m->raw.len;
	hs->why[0] = '\0';
	hs->peer_hashes = peer_hashes(m->payloads);
	memcpy(sa->spi_r, m->h.spi_r, WIRE_SPI_LEN);
	sa->local = *m->local;
	sa->remote = *m->remote;
	sa->natt = natt_read(m, sa->conn->conf.udp_encap);
	natt_float(sa);
	window_accept(sa, m);
	if (!auth_ask_sign(sa, certreq, auth_read_certreqs(m->payloads, certreq))) {
		sa_fail(sa, "out of memory");
		return STEP_MOVED;
	}
	return STEP_NEXT;
}

/* Responder. */

/* The first connection between these addresses with a proposal in common. */
static struct conn *select_conn(const struct message *m, struct ike *ike, const struct wire_ke *ke,
				struct suite *suite, char *why, size_t why_len)
{
	struct bytes body = wire_find(m->payloads, IKE_PAYLOAD_SA)->body;
	const struct ike_proposals *last = NULL;
	unsigned int tries = 0;
	struct conn *conn = NULL;

	snprintf(why, why_len, "no connection is configured for this peer, or it was taken down");
	while ((conn = conn_candidate(ike, m->local, m->remote, conn))) {
		struct select_as as = { conn->conf.name, IKE_PROTO_IKE, ke->group };
		int r;

		/* Ten thousand connections that want the same are one. */
		if (last && ike_proposals_equal(last, &conn->conf.ike))
			continue;
		if (tries++ == IKE_CANDIDATES_MAX)
			return NULL;
		last = &conn->conf.ike;
		r = suite_select(suite, last, body, &as, why, why_len);
		if (r != -ENOENT)
			return r ? NULL : conn;
	}
	return NULL;
}

static void refuse(const struct message *m, struct ike *ike, const char *why)
{
	char name[ADDR_STRLEN];

	ike->counters.failed++;
	if (ike_rate(ike, &ike->lines))
		ike_log(ike, LOG_LEVEL_WARNING, NULL, "refused IKE_SA_INIT from %s: %s",
			endpoint_format(m->remote, name), why);
	receive_answer(ike, m, IKE_N_NO_PROPOSAL_CHOSEN, BYTES_NONE);
}

/* CERTREQ with the anchors of all connections it may become, RFC 7296 3.7. */
static bool put_certreqs(struct wire_out *o, struct ike *ike, const struct message *m)
{
	uint8_t hash[IKE_CERTREQS_MAX][20];
	struct conn *conn = NULL;
	unsigned int count = 0, seen = 0;

	while (count < IKE_CERTREQS_MAX && seen++ < 4 * IKE_CERTREQS_MAX &&
	       (conn = conn_candidate(ike, m->local, m->remote, conn))) {
		const uint8_t *own = conn->conf.ca_key_hash;
		bool known = conn->conf.method != IKE_AUTH_BY_CERT;

		for (unsigned int i = 0; i < count && !known; i++)
			known = !memcmp(hash[i], own, sizeof(hash[i]));
		if (!known)
			memcpy(hash[count++], own, sizeof(hash[0]));
	}
	if (count)
		wire_put_cert(o, IKE_PAYLOAD_CERTREQ, IKE_CERT_X509_SIGNATURE,
			      bytes_of(hash, count * sizeof(hash[0])));
	return count;
}

static size_t build_response(struct ike *ike, const struct message *m, const struct suite *suite,
			     const struct dh *dh, bool udp_encap)
{
	struct wire_header h = m->h;
	uint8_t nonce[IKE_NONCE_LEN];
	struct wire_out o;
	bool certs;

	h.flags = WIRE_FLAG_RESPONSE;
	sa_new_spi(ike, h.spi_r);
	ike_random(ike, nonce, sizeof(nonce));
	wire_begin_message(&o, ike->sealed, sizeof(ike->sealed), &h);
	suite_put(&o, suite, IKE_PROTO_IKE, BYTES_NONE);
	wire_put_ke(&o, dh->group, bytes_of(dh->pub, dh->pub_len));
	wire_put_nonce(&o, bytes_of(nonce, sizeof(nonce)));
	natt_put(&o, &h, m->local, m->remote, udp_encap);
	certs = put_certreqs(&o, ike, m);
	if (certs && peer_hashes(m->payloads))
		put_signature_hashes(&o);
	return wire_end_message(&o);
}

enum sa_step init_request(struct sa *none, const struct input *in)
{
	const struct message *m = in->message;
	struct ike *ike = in->ike;
	char why[IKE_WHY_MAX], name[ADDR_STRLEN];
	struct dh dh = { 0 };
	const struct conn *conn;
	struct suite suite;
	struct bytes nonce;
	struct wire_ke ke;
	struct natt natt;
	bool proven;
	size_t len;

	(void)none;
	if (wire_parse_ke(&ke, wire_find(m->payloads, IKE_PAYLOAD_KE)->body) ||
	    wire_parse_nonce(&nonce, wire_find(m->payloads, IKE_PAYLOAD_NONCE)->body)) {
		ike_drop(ike, &ike->counters.drop_malformed, m->remote,
			 "IKE_SA_INIT with a malformed KE or Nonce payload");
		return STEP_STAY;
	}
	if (!cookie_admit(ike, m, nonce, &proven))
		return STEP_STAY;
	conn = select_conn(m, ike, &ke, &suite, why, sizeof(why));
	if (!conn) {
		refuse(m, ike, why);
		return STEP_STAY;
	}
	if (ke.group != suite.ke) {
		const uint8_t wanted[] = { (uint8_t)(suite.ke >> 8), (uint8_t)suite.ke };

		receive_answer(ike, m, IKE_N_INVALID_KE_PAYLOAD, bytes_of(wanted, sizeof(wanted)));
		return STEP_STAY;
	}
	if (ke.data.len != dh_public_len(ke.group)) {
		ike_drop(ike, &ike->counters.drop_malformed, m->remote,
			 "IKE_SA_INIT with a public value of %zu octets", ke.data.len);
		return STEP_STAY;
	}
	if (dh_generate(&dh, suite.ke, ike_random, ike)) {
		ike_drop(ike, &ike->counters.drop_limit, m->remote, "cannot make a public value");
		return STEP_STAY;
	}
	natt = natt_read(m, conn->conf.udp_encap);
	len = build_response(ike, m, &suite, &dh, conn->conf.udp_encap);
	if (len && !half_open_add(ike, m, bytes_of(ike->sealed, len), &suite, &dh, &natt,
				  peer_hashes(m->payloads), proven)) {
		message_send(ike, m->local, m->remote, bytes_of(ike->sealed, len));
		ike_log(ike, LOG_LEVEL_DEBUG, NULL, "answered IKE_SA_INIT from %s",
			endpoint_format(m->remote, name));
	}
	dh_wipe(&dh);
	return STEP_STAY;
}
