// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The environment of a core: keys, pki and kernel that answer when the node says, and remember.
 * A certificate is the text "subject=S ca=C"; its signature is a MAC with a key that is made
 * of the subject, which nobody else here uses.
 */
#include <stdio.h>
#include <stdlib.h>

#include "crypto/alg.h"
#include "crypto/prf.h"
#include "sim/sim.h"

static uint64_t now(void *ctx)
{
	return ((struct node *)ctx)->sim->now;
}

static void fill_random(void *ctx, void *buf, size_t len)
{
	struct node *node = ctx;
	uint8_t *at = buf;

	while (len--)
		*at++ = (uint8_t)sim_random(&node->random);
}

static void send_message(void *ctx, const struct endpoint *local, const struct endpoint *remote,
			 struct bytes message)
{
	sim_send_packet(ctx, local, remote, message);
}

static void set_timer(void *ctx, uint64_t when)
{
	((struct node *)ctx)->timer = when;
}

static void log_line(void *ctx, enum log_level level, const char *connection, const char *text)
{
	struct node *node = ctx;
	char line[LOG_LINE_MAX + 128];

	(void)level;
	snprintf(line, sizeof(line), "%s: %s", connection ? connection : "-", text);
	if (getenv("SIM_LOG"))
		fprintf(stderr, "%8lu.%03lu %-6s %s\n",
			(unsigned long)(node->sim->now / 1000 - 1000),
			(unsigned long)(node->sim->now % 1000), node->name, line);
	if (node->lines < SIM_LINES)
		node->line[node->lines++] = strdup(line);
}

bool node_logged(const struct node *node, const char *text)
{
	for (unsigned int i = 0; i < node->lines; i++)
		if (strstr(node->line[i], text))
			return true;
	return false;
}

static void private_key(const char *subject, char key[static 96])
{
	snprintf(key, 96, "private key of %.64s", subject);
}

static void fake_signature(const char *subject, struct bytes octets, uint8_t out[static 32])
{
	char key[96];

	private_key(subject, key);
	prf_compute(ALG_PRF_HMAC_SHA2_256, bytes_of(key, strlen(key)), &octets, 1, out);
}

static struct bytes psk_of(const struct node *node)
{
	return bytes_of(node->psk, strlen(node->psk));
}

static void sign(void *ctx, uint64_t token, const struct ike_ask_sign *ask)
{
	struct node *node = ctx;
	uint8_t auth[PRF_LEN_MAX];
	char leaf[80];
	struct bytes cert[2] = { { 0 }, bytes_of("intermediate", 12) };
	struct ike_answer a = { .auth.data = auth, .error = node->sign_error };

	node->signs++;
	node->hashes = ask->peer_hashes;
	node->certreqs = ask->certreqs;
	if (ask->certreqs)
		memcpy(node->certreq, ask->certreq, ask->certreqs * sizeof(ask->certreq[0]));
	if (node->sign_error) {
		a.reason = "the keys are not to be had";
	} else if (ask->method == IKE_AUTH_BY_PSK) {
		a.auth_method = IKE_METHOD_PSK;
		a.auth.len = prf_len(ask->prf);
		prf_psk_auth(ask->prf, psk_of(node), ask->octets, auth);
	} else {
		snprintf(leaf, sizeof(leaf), "subject=%s ca=%s", node->subject, node->ca);
		cert[0] = bytes_of(leaf, strlen(leaf));
		a.auth_method = IKE_METHOD_DIGITAL_SIGNATURE;
		a.auth.len = 32;
		a.cert = cert;
		a.certs = 2;
		fake_signature(node->subject, ask->octets, auth);
	}
	sim_answer_later(node, node->sign_delay, token, &a);
}

static void verify_psk(const struct node *node, const struct ike_ask_verify *ask,
		       struct ike_answer *a)
{
	uint8_t want[PRF_LEN_MAX];

	prf_psk_auth(ask->prf, psk_of(node), ask->octets, want);
	if (bytes_equal_secret(ask->auth, bytes_of(want, prf_len(ask->prf))))
		a->proofs = IKE_PROOF_PEER_AUTH | IKE_PROOF_IDENTITY;
	else
		a->reason = "the pre-shared keys differ";
}

static void verify_cert(const struct node *node, const struct ike_ask_verify *ask,
			struct ike_answer *a)
{
	char subject[64] = "", ca[64] = "", leaf[160], id[IDENT_STRLEN];
	uint8_t want[32];

	if (ask->certs) {
		snprintf(leaf, sizeof(leaf), "%.*s", (int)ask->cert[0].len,
			 (const char *)ask->cert[0].data);
		sscanf(leaf, "subject=%63s ca=%63s", subject, ca);
	}
	fake_signature(subject, ask->octets, want);
	if (!strcmp(ca, node->trusts))
		a->proofs |= IKE_PROOF_PATH;
	if (!strcmp(subject, ident_format(ask->peer_id, id)))
		a->proofs |= IKE_PROOF_IDENTITY;
	if (bytes_equal(ask->auth, bytes_of(want, sizeof(want))))
		a->proofs |= IKE_PROOF_PEER_AUTH;
	if (!strstr(subject, "revoked"))
		a->proofs |= IKE_PROOF_REVOCATION;
}

static void verify(void *ctx, uint64_t token, const struct ike_ask_verify *ask)
{
	struct node *node = ctx;
	struct ike_answer a = { 0 };

	node->verifies++;
	if (ask->method == IKE_AUTH_BY_PSK)
		verify_psk(node, ask, &a);
	else
		verify_cert(node, ask, &a);
	a.proofs &= ~node->withhold;
	sim_answer_later(node, node->verify_delay, token, &a);
}

/* The core must not ask for what a kernel with one SPD for a device cannot have. */
static void check_install(const struct node *node, const struct ike_install *ask)
{
	const struct alg *encr = alg_find(IKE_TT_ENCR, ask->encr, ask->key_bits);
	const struct alg *integ = alg_find(IKE_TT_INTEG, ask->integ, 0);
	unsigned int same = 0;

	ck_assert_ptr_nonnull(encr);
	ck_assert_uint_eq(ask->encr_key_in.len, encr->key_len);
	ck_assert_uint_eq(ask->encr_key_out.len, encr->key_len);
	ck_assert_uint_eq(ask->integ_key_in.len, ask->integ_key_out.len);
	ck_assert_int_eq(!ask->integ, alg_is_aead(ask->encr));
	ck_assert_uint_eq(ask->integ_key_in.len, integ ? integ->key_len : 0);
	ck_assert(!encr->key_len || !bytes_equal(ask->encr_key_in, ask->encr_key_out));
	ck_assert(!integ || !bytes_equal(ask->integ_key_in, ask->integ_key_out));
	ck_assert_uint_eq(!ask->encap_local, !ask->encap_remote);
	ck_assert(ask->encap_local || !ask->keepalive);
	ck_assert_uint_ge(ask->spi_in, 256);
	ck_assert_uint_ge(ask->spi_out, 256);
	ck_assert_uint_gt(ask->ts_local->count, 0);
	ck_assert_uint_gt(ask->ts_remote->count, 0);
	for (unsigned int i = 0; i < SIM_FAKE_SAS; i++) {
		const struct fake_sa *sa = &node->sa[i];

		if (!sa->used)
			continue;
		ck_assert_uint_ne(sa->spi_in, ask->spi_in);
		ck_assert_uint_ne(sa->reqid, ask->reqid);
		same += !strcmp(sa->interface, ask->interface) &&
			addr_equal(&sa->remote, &ask->remote) &&
			same_selectors(&sa->ts_local, ask->ts_local) &&
			same_selectors(&sa->ts_remote, ask->ts_remote);
	}
	/* While one takes the place of another, or both ends make one; no more pile up. */
	ck_assert_uint_le(same, 2);
	for (unsigned int i = 0; i < node->traps; i++)
		ck_assert_uint_ne(node->trap[i], ask->reqid);
}

static void install(void *ctx, uint64_t token, const struct ike_install *ask)
{
	struct node *node = ctx;
	struct ike_answer a = { .error = node->install_error };
	struct fake_sa *sa = NULL;

	node->installs++;
	check_install(node, ask);
	for (unsigned int i = 0; i < SIM_FAKE_SAS && !sa; i++)
		if (!node->sa[i].used)
			sa = &node->sa[i];
	ck_assert_ptr_nonnull(sa);
	if (node->install_error) {
		a.reason = "no such device";
		sim_answer_later(node, node->install_delay, token, &a);
		return;
	}
	*sa = (struct fake_sa){
		.used = true,
		.reqid = ask->reqid,
		.spi_in = ask->spi_in,
		.spi_out = ask->spi_out,
		.local = ask->local,
		.remote = ask->remote,
		.encap_local = ask->encap_local,
		.encap_remote = ask->encap_remote,
		.keepalive = ask->keepalive,
		.encr = ask->encr,
		.key_bits = ask->key_bits,
		.integ = ask->integ,
		.esn = ask->esn,
		.encr_len = ask->encr_key_in.len,
		.integ_len = ask->integ_key_in.len,
		.ts_local = *ask->ts_local,
		.ts_remote = *ask->ts_remote,
	};
	snprintf(sa->interface, sizeof(sa->interface), "%s", ask->interface);
	if (ask->encr_key_in.len) {
		memcpy(sa->encr_in, ask->encr_key_in.data, ask->encr_key_in.len);
		memcpy(sa->encr_out, ask->encr_key_out.data, ask->encr_key_out.len);
	}
	if (ask->integ_key_in.len) {
		memcpy(sa->integ_in, ask->integ_key_in.data, ask->integ_key_in.len);
		memcpy(sa->integ_out, ask->integ_key_out.data, ask->integ_key_out.len);
	}
	sim_answer_later(node, node->install_delay, token, &a);
}

static void uninstall(void *ctx, const struct ike_uninstall *what)
{
	struct node *node = ctx;

	node->uninstalls++;
	for (unsigned int i = 0; i < SIM_FAKE_SAS; i++) {
		struct fake_sa *sa = &node->sa[i];

		if (!sa->used || sa->reqid != what->reqid)
			continue;
		ck_assert_uint_eq(sa->spi_in, what->spi_in);
		ck_assert_uint_eq(sa->spi_out, what->spi_out);
		ck_assert_str_eq(sa->interface, what->interface);
		ck_assert(addr_equal(&sa->remote, &what->remote));
		memset(sa, 0, sizeof(*sa));
		return;
	}
	ck_assert_msg(node->install_error, "%s: uninstalled what is not there", node->name);
}

static void move(void *ctx, const struct ike_move *m)
{
	struct node *node = ctx;

	node->moves++;
	for (unsigned int i = 0; i < SIM_FAKE_SAS; i++) {
		struct fake_sa *sa = &node->sa[i];

		if (!sa->used || sa->reqid != m->reqid)
			continue;
		ck_assert_uint_eq(sa->spi_in, m->spi_in);
		ck_assert_uint_eq(sa->spi_out, m->spi_out);
		ck_assert(addr_equal(&sa->remote, &m->from.addr));
		ck_assert_uint_eq(sa->encap_remote, m->from.port);
		sa->remote = m->remote.addr;
		sa->encap_remote = m->remote.port;
		return;
	}
	ck_abort_msg("%s: moved what is not there", node->name);
}

static void usage(void *ctx, uint64_t token, const char *interface, uint32_t spi_in)
{
	struct node *node = ctx;
	struct ike_answer a = { .idle = UINT64_MAX };

	(void)interface;
	for (unsigned int i = 0; i < SIM_FAKE_SAS; i++)
		if (node->sa[i].used && node->sa[i].spi_in == spi_in && node->sa[i].heard_at)
			a.idle = (node->sim->now - node->sa[i].heard_at) / 1000;
	sim_answer_later(node, 1, token, &a);
}

static void trap_add(void *ctx, const struct ike_trap *trap)
{
	struct node *node = ctx;

	ck_assert_uint_lt(node->traps, SIM_TRAPS);
	node->trap[node->traps++] = trap->reqid;
}

static void trap_del(void *ctx, const struct ike_trap *trap)
{
	struct node *node = ctx;

	for (unsigned int i = 0; i < node->traps; i++)
		if (node->trap[i] == trap->reqid) {
			node->trap[i] = node->trap[--node->traps];
			return;
		}
	ck_abort_msg("%s: a trap that is not there", node->name);
}

static void event(void *ctx, const struct ike_event *e)
{
	struct node *node = ctx;
	unsigned int *const counter[] = {
		[IKE_EVENT_IKE_UP] = &node->ike_up,
		[IKE_EVENT_IKE_DOWN] = &node->ike_down,
		[IKE_EVENT_CHILD_UP] = &node->child_up,
		[IKE_EVENT_CHILD_DOWN] = &node->child_down,
	};

	++*counter[e->type];
	ck_assert_uint_ge(node->ike_up, node->ike_down);
	ck_assert_uint_ge(node->child_up, node->child_down);
}

struct ike_env world_env(struct node *node)
{
	return (struct ike_env){
		.ctx = node,
		.now = now,
		.random = fill_random,
		.send = send_message,
		.set_timer = set_timer,
		.log = log_line,
		.sign = sign,
		.verify = verify,
		.install = install,
		.usage = usage,
		.uninstall = uninstall,
		.move = move,
		.trap_add = trap_add,
		.trap_del = trap_del,
		.event = event,
	};
}

/* Everything that the node's own side knew is gone. */
void world_reset(struct node *node)
{
	memset(node->sa, 0, sizeof(node->sa));
	node->traps = 0;
	node->ike_up = node->ike_down = node->child_up = node->child_down = 0;
	for (unsigned int i = 0; i < node->lines; i++)
		free(node->line[i]);
	node->lines = 0;
}

unsigned int node_sas(const struct node *node)
{
	unsigned int count = 0;

	for (unsigned int i = 0; i < SIM_FAKE_SAS; i++)
		count += node->sa[i].used;
	return count;
}

static void touch(struct node *node)
{
	for (unsigned int i = 0; i < SIM_FAKE_SAS; i++)
		if (node->sa[i].used)
			node->sa[i].heard_at = node->sim->now;
}

void world_traffic(struct node *a, struct node *b)
{
	touch(a);
	touch(b);
}
