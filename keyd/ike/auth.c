// SPDX-License-Identifier: GPL-2.0-or-later
/* What both roles do in IKE_AUTH, RFC 7296 1.2, 2.15 and 2.16. */
#include "ike/sa.h"

#include <errno.h>
#include <stdio.h>

#include "ike/ts.h"

enum {
	ID_HEAD_LEN = 4
};

int auth_read_id(struct ident *id, const struct wire_chain *payloads, uint8_t type)
{
	struct wire_id view;

	if (wire_parse_id(&view, wire_find(payloads, type)->body) ||
	    ident_from_wire(id, view.type, view.data))
		return -EBADMSG;
	return 0;
}

void auth_put_id(struct wire_out *o, uint8_t type, const struct ident *id)
{
	wire_put_id(o, type, id->type, bytes_of(id->data, id->len));
}

void auth_put_certs(struct wire_out *o, const struct ike_answer *answer)
{
	for (unsigned int i = 0; i < answer->certs && i < IKE_CERTS_MAX; i++)
		wire_put_cert(o, IKE_PAYLOAD_CERT, IKE_CERT_X509_SIGNATURE, answer->cert[i]);
}

void auth_put_certreq(struct wire_out *o, const struct ike_conn_conf *conf)
{
	if (conf->method == IKE_AUTH_BY_CERT)
		wire_put_cert(o, IKE_PAYLOAD_CERTREQ, IKE_CERT_X509_SIGNATURE,
			      bytes_of(conf->ca_key_hash, sizeof(conf->ca_key_hash)));
}

/* Key hashes of all CERTREQ payloads, IKE_CERTREQS_MAX of them at most, RFC 7296 3.7. */
unsigned int auth_read_certreqs(const struct wire_chain *payloads, uint8_t (*hash)[20])
{
	unsigned int count = 0;

	for (unsigned int i = 0; i < payloads->count; i++) {
		struct wire_cert c;

		if (payloads->payload[i].type != IKE_PAYLOAD_CERTREQ ||
		    wire_parse_cert(&c, payloads->payload[i].body) ||
		    c.encoding != IKE_CERT_X509_SIGNATURE)
			continue;
		for (size_t at = 0; at + 20 <= c.data.len && count < IKE_CERTREQS_MAX; at += 20)
			memcpy(hash[count++], c.data.data + at, 20);
	}
	return count;
}

/* The body of the ID payload that we send. */
static struct bytes own_id(const struct ident *id, uint8_t buf[static ID_HEAD_LEN + IDENT_LEN_MAX])
{
	size_t len = id->len < IDENT_LEN_MAX ? id->len : IDENT_LEN_MAX;

	memset(buf, 0, ID_HEAD_LEN);
	buf[0] = id->type;
	if (len)
		memcpy(buf + ID_HEAD_LEN, id->data, len);
	return bytes_of(buf, ID_HEAD_LEN + len);
}

/* What the initiator, or the responder, signs: RFC 7296 2.15. */
static int signed_octets(const struct sa *sa, bool by_initiator, struct bytes id,
			 struct secret *out)
{
	const struct handshake *hs = sa->handshake;

	if (by_initiator)
		return keymat_signed_octets(out, sa->suite.prf,
					    bytes_of(hs->message_i, hs->message_i_len),
					    bytes_of(hs->nonce_r, hs->nonce_r_len), &hs->sk_pi, id);
	return keymat_signed_octets(out, sa->suite.prf, bytes_of(hs->message_r, hs->message_r_len),
				    bytes_of(hs->nonce_i, hs->nonce_i_len), &hs->sk_pr, id);
}

bool auth_ask_sign(struct sa *sa, const uint8_t (*certreq)[20], unsigned int certreqs)
{
	const struct ike_conn_conf *conf = &sa->conn->conf;
	uint8_t id[ID_HEAD_LEN + IDENT_LEN_MAX];
	struct secret octets = { 0 };
	struct ike_ask_sign ask = {
		.connection = conf->name,
		.method = conf->method,
		.prf = sa->suite.prf,
		.peer_hashes = sa->handshake->peer_hashes,
		.certreq = certreq,
		.certreqs = certreqs,
	};

	if (signed_octets(sa, sa->initiator, own_id(&conf->local_id, id), &octets))
		return false;
	ask.octets = secret_view(&octets);
	sa->ike->env.sign(sa->ike->env.ctx, sa_ask(sa), &ask);
	secret_wipe(&octets);
	secret_wipe(sa->initiator ? &sa->handshake->sk_pi : &sa->handshake->sk_pr);
	return true;
}

/* The certificates of @m, those of an encoding we do not know left out (RFC 7296 3.6). */
static unsigned int read_certs(const struct wire_chain *payloads, struct bytes *cert)
{
	unsigned int count = 0;

	for (unsigned int i = 0; i < payloads->count && count < IKE_CERTS_MAX; i++) {
		struct wire_cert c;

		if (payloads->payload[i].type == IKE_PAYLOAD_CERT &&
		    !wire_parse_cert(&c, payloads->payload[i].body) &&
		    c.encoding == IKE_CERT_X509_SIGNATURE)
			cert[count++] = c.data;
	}
	return count;
}

bool auth_ask_verify(struct sa *sa, const struct message *m, uint8_t id_payload)
{
	const struct ike_conn_conf *conf = &sa->conn->conf;
	struct bytes cert[IKE_CERTS_MAX];
	struct secret octets = { 0 };
	struct wire_auth auth;
	struct ike_ask_verify ask = {
		.connection = conf->name,
		.method = conf->method,
		.prf = sa->suite.prf,
		.peer_id = &sa->peer_id,
		.cert = cert,
		.certs = read_certs(m->payloads, cert),
	};

	if (wire_parse_auth(&auth, wire_find(m->payloads, IKE_PAYLOAD_AUTH)->body) ||
	    signed_octets(sa, !sa->initiator, wire_find(m->payloads, id_payload)->body, &octets))
		return false;
	ask.auth_method = auth.method;
	ask.auth = auth.data;
	ask.octets = secret_view(&octets);
	sa->ike->env.verify(sa->ike->env.ctx, sa_ask(sa), &ask);
	secret_wipe(&octets);
	secret_wipe(sa->initiator ? &sa->handshake->sk_pr : &sa->handshake->sk_pi);
	return true;
}

bool auth_peer_fits(const struct conn *conn, const struct ident *id, uint8_t method, char *why,
		    size_t why_len)
{
	const struct ike_conn_conf *conf = &conn->conf;
	char theirs[IDENT_STRLEN], wanted[IDENT_STRLEN];

	if (!ident_match(&conf->remote_id, id)) {
		snprintf(why, why_len, "peer says it is %.96s, connection %s wants %.96s",
			 ident_format(id, theirs), conf->name,
			 ident_format(&conf->remote_id, wanted));
		return false;
	}
	if ((conf->method == IKE_AUTH_BY_PSK) != (method == IKE_METHOD_PSK)) {
		snprintf(why, why_len, "peer authenticates by %s, connection %s wants %s",
			 ike_auth_method_name(method), conf->name,
			 conf->method == IKE_AUTH_BY_PSK ? "pre-shared key" : "certificate");
		return false;
	}
	return true;
}

static uint32_t wanted_proofs(const struct sa *sa)
{
	uint32_t wanted = IKE_PROOF_PEER_AUTH | IKE_PROOF_IDENTITY;

	if (sa->conn->conf.method == IKE_AUTH_BY_CERT)
		wanted |= IKE_PROOF_PATH | IKE_PROOF_REVOCATION;
	return wanted;
}

bool auth_is_complete(const struct sa *sa)
{
	uint32_t wanted = wanted_proofs(sa) | IKE_PROOF_WE_AUTH;

	return (sa->proofs & wanted) == wanted;
}

bool auth_take_proofs(struct sa *sa, const struct ike_answer *answer, char *why, size_t why_len)
{
	static const struct {
		uint32_t proof;
		const char *text;
	} missing[] = {
		{ IKE_PROOF_PATH, "its certificate does not lead to the connection's CA" },
		{ IKE_PROOF_REVOCATION, "its certificate may be revoked" },
		{ IKE_PROOF_IDENTITY, "the identity is not its own" },
		{ IKE_PROOF_PEER_AUTH, "its AUTH is wrong" },
	};
	uint32_t wanted = wanted_proofs(sa), have = answer->error ? 0 : answer->proofs;
	char name[IDENT_STRLEN];

	/* Ours is not for the environment to give. */
	have &= ~(uint32_t)IKE_PROOF_WE_AUTH;
	if ((have & wanted) == wanted) {
		sa->proofs |= have;
		return true;
	}
	snprintf(why, why_len, "%.96s is not authenticated", sa_peer_name(sa, name));
	for (unsigned int i = 0; i < sizeof(missing) / sizeof(missing[0]); i++) {
		if (have & missing[i].proof || !(wanted & missing[i].proof))
			continue;
		snprintf(why, why_len, "%.96s is not authenticated: %s", sa_peer_name(sa, name),
			 answer->reason ? answer->reason : missing[i].text);
		break;
	}
	return false;
}

static void log_child(const struct sa *sa)
{
	const struct child *c = sa->child;
	struct wire_ts_list local, remote;
	char mine[160], theirs[160], suite[128];

	child_put_ts(c, &local, &remote);
	ts_format(&local, mine, sizeof(mine));
	ts_format(&remote, theirs, sizeof(theirs));
	suite_format(&c->suite, IKE_PROTO_ESP, suite, sizeof(suite));
	ike_log(sa->ike, LOG_LEVEL_INFO, sa->conn,
		"#%u Child SA %s %u installed: %s === %s, %s, spi in %08x out %08x, reqid %u",
		sa->id, sa->conn->conf.child.name, c->id, mine, theirs, suite, c->spi_in,
		c->spi_out, c->reqid);
}

void auth_established(struct sa *sa)
{
	bool initial_contact = sa->handshake->initial_contact;
	char name[IDENT_STRLEN], suite[128], why[IKE_WHY_MAX];
	struct conn *conn = sa->conn;

	snprintf(why, sizeof(why), "%s", sa->handshake->why);
	sa->established_at = sa->heard_at = ike_now(sa->ike);
	sa->ike->counters.established++;
	sa_handshake_free(sa);
	suite_format(&sa->suite, IKE_PROTO_IKE, suite, sizeof(suite));
	ike_log(sa->ike, LOG_LEVEL_INFO, conn, "#%u IKE SA with %s: %s", sa->id,
		sa_peer_name(sa, name), suite);
	conn_event(conn, IKE_EVENT_IKE_UP, NULL);
	if (sa->child) {
		log_child(sa);
		conn_event(conn, IKE_EVENT_CHILD_UP, NULL);
	} else {
		ike_log(sa->ike, LOG_LEVEL_WARNING, conn, "#%u no Child SA: %s", sa->id, why);
		conn_note(conn, why);
	}
	conn_established(conn);
	dpd_arm(sa);
	unique_established(sa, initial_contact);
	sa_run(sa);
}
