// SPDX-License-Identifier: GPL-2.0-or-later
/* The Child SA that IKE_AUTH sets up: proposal, selectors, keys, kernel. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "ike/sa.h"
#include "ike/ts.h"

enum {
	SPI_MIN = 256
}; /* RFC 4303 2.1 */

static uint32_t get_spi(const uint8_t *at)
{
	return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

void child_put_spi(const struct child *c, uint8_t spi[static 4])
{
	for (unsigned int i = 0; i < 4; i++)
		spi[i] = (uint8_t)(c->spi_in >> (24 - 8 * i));
}

static uint64_t hash_of_u32(const struct ike *ike, uint32_t value)
{
	return hash_of(&ike->by_child, bytes_of(&value, sizeof(value)));
}

struct child *child_by_spi(const struct ike *ike, uint32_t spi_in)
{
	struct hash_node *n = hash_first(&ike->by_child_spi, hash_of_u32(ike, spi_in));

	for (; n; n = hash_next(n)) {
		struct child *c = container_of(n, struct child, by_spi);

		if (c->spi_in == spi_in)
			return c;
	}
	return NULL;
}

int child_new(struct sa *sa)
{
	struct ike *ike = sa->ike;
	struct child *c = calloc(1, sizeof(*c));

	if (!c)
		return -ENOMEM;
	c->sa = sa;
	c->id = ++ike->last_child;
	c->reqid = conn_new_reqid(ike);
	do
		ike_random(ike, &c->spi_in, sizeof(c->spi_in));
	while (c->spi_in < SPI_MIN || child_by_spi(ike, c->spi_in));
	hash_add(&ike->by_child, &c->by_reqid, hash_of_u32(ike, c->reqid));
	hash_add(&ike->by_child_spi, &c->by_spi, hash_of_u32(ike, c->spi_in));
	sa->child = c;
	return 0;
}

void child_remove(struct sa *sa, const char *reason)
{
	struct child *c = sa->child;
	struct ike *ike = sa->ike;
	bool was_up = c && c->installed && sa->state == SA_ESTABLISHED;

	if (!c)
		return;
	if (c->asked) {
		struct ike_uninstall what = {
			.interface = sa->conn->conf.interface,
			.reqid = c->reqid,
			.spi_in = c->spi_in,
			.spi_out = c->spi_out,
			.local = sa->local.addr,
			.remote = c->remote.addr,
		};

		ike->env.uninstall(ike->env.ctx, &what);
	}
	hash_del(&ike->by_child, &c->by_reqid);
	hash_del(&ike->by_child_spi, &c->by_spi);
	free(c->ts);
	free(c);
	sa->child = NULL;
	if (was_up)
		conn_event(sa->conn, IKE_EVENT_CHILD_DOWN, reason);
}

void child_tell_deleted(struct sa *sa)
{
	sa->delete_spi = sa->child->spi_in;
	sa_want(sa, WANT_DELETE_CHILD);
}

void child_put_ts(const struct child *c, struct wire_ts_list *local, struct wire_ts_list *remote)
{
	local->count = c->ts_locals;
	remote->count = c->ts_remotes;
	memcpy(local->ts, c->ts, c->ts_locals * sizeof(*c->ts));
	memcpy(remote->ts, c->ts + c->ts_locals, c->ts_remotes * sizeof(*c->ts));
}

static bool set_ts(struct child *c, const struct wire_ts_list *local,
		   const struct wire_ts_list *remote)
{
	c->ts = malloc((local->count + remote->count) * sizeof(*c->ts));
	if (!c->ts)
		return false;
	c->ts_locals = local->count;
	c->ts_remotes = remote->count;
	memcpy(c->ts, local->ts, local->count * sizeof(*c->ts));
	memcpy(c->ts + local->count, remote->ts, remote->count * sizeof(*c->ts));
	return true;
}

/* TSi and TSr, as ours and the peer's. */
static bool read_ts(const struct sa *sa, const struct wire_chain *c, struct wire_ts_list *local,
		    struct wire_ts_list *remote)
{
	struct wire_ts_list *i = sa->initiator ? local : remote,
			    *r = sa->initiator ? remote : local;

	return !wire_parse_ts(i, wire_find(c, IKE_PAYLOAD_TSI)->body) &&
	       !wire_parse_ts(r, wire_find(c, IKE_PAYLOAD_TSR)->body);
}

static bool take_suite(struct child *c, const struct suite *suite)
{
	c->suite = *suite;
	if (suite->spi_len != 4)
		return false;
	c->spi_out = get_spi(suite->spi);
	return c->spi_out >= SPI_MIN;
}

static void explain_ts(const struct wire_ts_list *theirs, const struct wire_ts_list *ours,
		       const char *side, const struct conn *conn, char *why, size_t why_len)
{
	char offered[96], wanted[96];

	ts_format(theirs, offered, sizeof(offered));
	ts_format(ours, wanted, sizeof(wanted));
	snprintf(why, why_len, "peer offered %s %s, connection %s wants %s", side, offered,
		 conn->conf.name, wanted);
}

/* What a responder and a peer can agree on. */
struct deal {
	struct suite suite;
	struct wire_ts_list local, remote;
};

/* Returns 0, or the Notify to answer with and why. */
static uint16_t make_deal(struct deal *deal, const struct sa *sa, const struct conn *conn,
			  const struct wire_chain *payloads, char *why, size_t why_len)
{
	const struct ike_child_conf *conf = &conn->conf.child;
	struct select_as as = { conn->conf.name, IKE_PROTO_ESP, 0 };
	struct wire_ts_list local, remote;

	if (suite_select(&deal->suite, &conf->esp, wire_find(payloads, IKE_PAYLOAD_SA)->body, &as,
			 why, why_len))
		return IKE_N_NO_PROPOSAL_CHOSEN;
	if (!read_ts(sa, payloads, &local, &remote)) {
		snprintf(why, why_len, "peer's traffic selectors are malformed");
		return IKE_N_TS_UNACCEPTABLE;
	}
	ts_narrow(&deal->local, &local, &conf->local);
	ts_narrow(&deal->remote, &remote, &conf->remote);
	if (!deal->local.count)
		explain_ts(&local, &conf->local, "remote", conn, why, why_len);
	else if (!deal->remote.count)
		explain_ts(&remote, &conf->remote, "local", conn, why, why_len);
	else
		return 0;
	return IKE_N_TS_UNACCEPTABLE;
}

bool child_fits(const struct sa *sa, const struct conn *conn, const struct wire_chain *payloads)
{
	char why[IKE_WHY_MAX];
	struct deal deal;

	return !make_deal(&deal, sa, conn, payloads, why, sizeof(why));
}

uint16_t child_negotiate(struct sa *sa, const struct wire_chain *payloads, char *why,
			 size_t why_len)
{
	struct deal deal;
	uint16_t refusal = make_deal(&deal, sa, sa->conn, payloads, why, why_len);

	if (refusal)
		return refusal;
	snprintf(why, why_len, "out of memory");
	if (child_new(sa))
		return IKE_N_NO_ADDITIONAL_SAS;
	if (!take_suite(sa->child, &deal.suite)) {
		snprintf(why, why_len, "peer's SPI is reserved");
		child_remove(sa, NULL);
		return IKE_N_NO_PROPOSAL_CHOSEN;
	}
	if (!set_ts(sa->child, &deal.local, &deal.remote)) {
		child_remove(sa, NULL);
		return IKE_N_NO_ADDITIONAL_SAS;
	}
	return 0;
}

bool child_accept(struct sa *sa, const struct wire_chain *payloads, char *why, size_t why_len)
{
	const struct ike_child_conf *conf = &sa->conn->conf.child;
	struct select_as as = { sa->conn->conf.name, IKE_PROTO_ESP, 0 };
	struct wire_ts_list local, remote;
	struct suite suite;

	snprintf(why, why_len, "peer's answer has no Child SA and no reason");
	if (!wire_find(payloads, IKE_PAYLOAD_SA) || !wire_find(payloads, IKE_PAYLOAD_TSI) ||
	    !wire_find(payloads, IKE_PAYLOAD_TSR))
		return false;
	if (suite_check(&suite, &conf->esp, wire_find(payloads, IKE_PAYLOAD_SA)->body, &as, why,
			why_len))
		return false;
	snprintf(why, why_len, "peer's answer has a reserved SPI");
	if (!take_suite(sa->child, &suite))
		return false;
	snprintf(why, why_len, "peer's traffic selectors are malformed");
	if (!read_ts(sa, payloads, &local, &remote))
		return false;
	snprintf(why, why_len, "peer's traffic selectors go beyond what we asked for");
	if (!ts_is_subset(&local, &conf->local) || !ts_is_subset(&remote, &conf->remote))
		return false;
	snprintf(why, why_len, "out of memory");
	return set_ts(sa->child, &local, &remote);
}

void child_put_answer(const struct sa *sa, struct wire_out *o)
{
	struct wire_ts_list local, remote;
	uint8_t spi[4];

	child_put_spi(sa->child, spi);
	child_put_ts(sa->child, &local, &remote);
	suite_put(o, &sa->child->suite, IKE_PROTO_ESP, bytes_of(spi, sizeof(spi)));
	wire_put_ts(o, IKE_PAYLOAD_TSI, &remote);
	wire_put_ts(o, IKE_PAYLOAD_TSR, &local);
}

bool child_ask_install(struct sa *sa)
{
	const struct handshake *hs = sa->handshake;
	const struct ike_conn_conf *conf = &sa->conn->conf;
	struct wire_ts_list local, remote;
	struct child *c = sa->child;
	struct child_keys keys;
	struct ike_install ask = {
		.connection = conf->name,
		.child = conf->child.name,
		.interface = conf->interface,
		.reqid = c->reqid,
		.local = sa->local.addr,
		.remote = sa->remote.addr,
		.spi_in = c->spi_in,
		.spi_out = c->spi_out,
		.encr = c->suite.encr,
		.key_bits = c->suite.key_bits,
		.integ = c->suite.integ,
		.esn = c->suite.esn,
		.encap_local = sa->natt.encap ? sa->local.port : 0,
		.encap_remote = sa->natt.encap ? sa->remote.port : 0,
		.keepalive = sa->natt.we_behind,
		.ts_local = &local,
		.ts_remote = &remote,
	};

	if (keymat_child(&keys, &c->suite, sa->suite.prf, &hs->sk_d,
			 bytes_of(hs->nonce_i, hs->nonce_i_len),
			 bytes_of(hs->nonce_r, hs->nonce_r_len)))
		return false;
	child_put_ts(c, &local, &remote);
	ask.encr_key_out = sa->initiator ? keys.encr_i : keys.encr_r;
	ask.integ_key_out = sa->initiator ? keys.integ_i : keys.integ_r;
	ask.encr_key_in = sa->initiator ? keys.encr_r : keys.encr_i;
	ask.integ_key_in = sa->initiator ? keys.integ_r : keys.integ_i;
	c->asked = true;
	c->remote = sa->remote;
	sa->ike->env.install(sa->ike->env.ctx, sa_ask(sa), &ask);
	secret_wipe(&keys.keymat);
	secret_wipe(&sa->handshake->sk_d);
	return true;
}

void child_installed(struct sa *sa)
{
	sa->child->installed = true;
	sa->child->installed_at = ike_now(sa->ike);
	child_follow(sa);
}

void child_follow(struct sa *sa)
{
	struct child *c = sa->child;

	if (c && c->installed && !endpoint_equal(&c->remote, &sa->remote)) {
		const struct ike_move move = {
			.interface = sa->conn->conf.interface,
			.reqid = c->reqid,
			.spi_in = c->spi_in,
			.spi_out = c->spi_out,
			.from = c->remote,
			.local = sa->local,
			.remote = sa->remote,
		};

		c->remote = sa->remote;
		sa->ike->env.move(sa->ike->env.ctx, &move);
	}
}
