// SPDX-License-Identifier: GPL-2.0-or-later
/* The questions of the protocol core, and the queue of their answers. */
#include <errno.h>
#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "world.h"

/**
 * struct answer - an answer on its way
 * @a: points into @copy
 * @copy: reason, AUTH and certificates, one behind the other
 */
struct answer {
	struct answer *next;
	uint64_t token;
	struct ike_answer a;
	struct bytes cert[IKE_CERTS_MAX];
	char copy[];
};

static size_t copy_len(const struct ike_answer *a)
{
	size_t len = a->auth.len + (a->reason ? strlen(a->reason) + 1 : 0);
	unsigned int i;

	for (i = 0; i < a->certs; i++)
		len += a->cert[i].len;
	return len;
}

static struct bytes append(char **at, struct bytes from)
{
	struct bytes to = bytes_of(*at, from.len);

	if (from.len)
		memcpy(*at, from.data, from.len);
	*at += from.len;
	return to;
}

/* Queue a deep copy: what the answer was made of may change before it is delivered. */
static void answer_later(struct world *w, uint64_t token, const struct ike_answer *from)
{
	struct answer *n = calloc(1, sizeof(*n) + copy_len(from));
	char *at;
	unsigned int i;

	if (!n) {
		log_error("keyd", "out of memory: an answer is lost");
		return;
	}
	at = n->copy;
	n->token = token;
	n->a = *from;
	if (from->reason)
		n->a.reason = (const char *)append(&at,
						   bytes_of(from->reason, strlen(from->reason) + 1))
				      .data;
	n->a.auth = append(&at, from->auth);
	for (i = 0; i < from->certs; i++)
		n->cert[i] = append(&at, from->cert[i]);
	n->a.cert = n->cert;
	*w->answers_end = n;
	w->answers_end = &n->next;
	event_active(w->deliver, 0, 0);
}

static struct answer *take_queue(struct world *w)
{
	struct answer *queue = w->answers;

	w->answers = NULL;
	w->answers_end = &w->answers;
	return queue;
}

void world_forget_answers(struct world *w)
{
	struct answer *n, *queue = take_queue(w);

	while ((n = queue)) {
		queue = n->next;
		free(n);
	}
}

void world_deliver(evutil_socket_t fd, short what, void *ctx)
{
	struct world *w = ctx;
	struct answer *n, *queue = take_queue(w);

	(void)fd;
	(void)what;
	/* What these bring about is answered in the next round of the loop. */
	while ((n = queue)) {
		queue = n->next;
		ike_answer(w->ike, n->token, &n->a);
		free(n);
	}
}

uint64_t world_now(void *ctx)
{
	struct timespec now;

	(void)ctx;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000ULL + now.tv_nsec / 1000000;
}

static void fill_random(void *ctx, void *buf, size_t len)
{
	(void)ctx;
	if (gnutls_rnd(GNUTLS_RND_KEY, buf, len) >= 0)
		return;
	/* Keys that somebody may guess are worse than no daemon. */
	log_error("keyd", "there are no random numbers");
	_exit(EXIT_FAILURE);
}

static void send_message(void *ctx, const struct endpoint *local, const struct endpoint *remote,
			 struct bytes message)
{
	struct world *w = ctx;
	char text[ADDR_STRLEN];
	int error = net_send(w->net, local, remote, message);

	if (error)
		log_debug("net", "cannot send to %s: %s", endpoint_format(remote, text),
			  strerror(-error));
}

static void set_timer(void *ctx, uint64_t when)
{
	struct world *w = ctx;
	uint64_t now = world_now(w), left = when > now ? when - now : 0;
	const struct timeval tv = { .tv_sec = left / 1000, .tv_usec = left % 1000 * 1000 };

	if (when == UINT64_MAX)
		evtimer_del(w->timer);
	else
		evtimer_add(w->timer, &tv);
}

static void log_line(void *ctx, enum log_level level, const char *connection, const char *line)
{
	(void)ctx;
	log_write(level, connection, "%s", line);
}

static void sign(void *ctx, uint64_t token, const struct ike_ask_sign *ask)
{
	struct world *w = ctx;
	const struct ike_conn_conf *conf = world_conn(w, ask->connection);
	uint8_t auth[KEYS_AUTH_MAX];
	struct bytes cert[IKE_CERTS_MAX];
	struct ike_answer a = { .error = -ENOENT,
				.reason = "the connection is gone",
				.cert = cert };
	char why[KEYS_WHY_MAX] = "";
	size_t len = 0;
	int count;

	if (conf && ask->method == IKE_AUTH_BY_PSK) {
		a.auth_method = IKE_METHOD_PSK;
		a.error = keys_psk_auth(w->config->keys, ask->connection, ask->prf, ask->octets,
					auth, &len);
		a.reason = a.error ? "there is no pre-shared key" : NULL;
	} else if (conf) {
		a.error = keys_sign(w->config->keys, conf->certificate, ask->peer_hashes,
				    ask->octets, &a.auth_method, auth, &len, why);
		count = pki_chain(w->config->pki, conf->certificate, cert);
		a.certs = count > 0 ? (unsigned int)count : 0;
		a.reason = !a.error ? NULL : *why ? why : "there is no private key";
		if (!a.error && count <= 0) {
			a.error = -ENOENT;
			a.reason = "there is no certificate";
		}
	}
	a.auth = bytes_of(auth, a.error ? 0 : len);
	answer_later(w, token, &a);
	gnutls_memset(auth, 0, sizeof(auth));
}

/* RFC 7296 2.15: both ends compute the same with a shared key. */
static void verify_psk(struct world *w, const struct ike_ask_verify *ask, struct ike_answer *a)
{
	uint8_t want[KEYS_AUTH_MAX];
	size_t len = 0;

	if (ask->auth_method != IKE_METHOD_PSK) {
		a->reason =
			"peer authenticates by signature, the connection wants a pre-shared key";
		return;
	}
	a->error = keys_psk_auth(w->config->keys, ask->connection, ask->prf, ask->octets, want,
				 &len);
	if (a->error)
		a->reason = "there is no pre-shared key";
	else if (bytes_equal_secret(ask->auth, bytes_of(want, len)))
		/* There is no certificate that could be untrusted, revoked or another's. */
		a->proofs = IKE_PROOF_PEER_AUTH | IKE_PROOF_PATH | IKE_PROOF_IDENTITY |
			    IKE_PROOF_REVOCATION;
	else
		a->reason = "peer does not have the same pre-shared key";
	gnutls_memset(want, 0, sizeof(want));
}

static void verify(void *ctx, uint64_t token, const struct ike_ask_verify *ask)
{
	struct world *w = ctx;
	const struct ike_conn_conf *conf = world_conn(w, ask->connection);
	char why[PKI_WHY_MAX] = "";
	struct ike_answer a = { 0 };

	if (!conf) {
		a.error = -ENOENT;
		a.reason = "the connection is gone";
	} else if (ask->method == IKE_AUTH_BY_PSK) {
		verify_psk(w, ask, &a);
	} else {
		pki_verify(w->config->pki, conf->ca, ask, &a, why);
	}
	answer_later(w, token, &a);
}

static void install(void *ctx, uint64_t token, const struct ike_install *ask)
{
	struct world *w = ctx;
	char why[CHILDREN_WHY_MAX] = "";
	struct ike_answer a = { .error = children_install(w->children, ask, why) };

	a.reason = a.error ? why : NULL;
	answer_later(w, token, &a);
}

static void usage(void *ctx, uint64_t token, const char *interface, uint32_t spi_in)
{
	struct world *w = ctx;
	struct ike_answer a = { .idle = UINT64_MAX };
	int ifindex = kernel_ifindex(w->kernel, interface);
	struct kernel_sa sa;

	a.error = ifindex < 0 ? ifindex
			      : kernel_sa_get(w->kernel, ifindex, SVTI_DIR_IN, spi_in, &sa);
	if (a.error)
		a.reason = kernel_error(w->kernel);
	else if (sa.used)
		a.idle = sa.idle;
	answer_later(w, token, &a);
}

static void uninstall(void *ctx, const struct ike_uninstall *what)
{
	children_uninstall(((struct world *)ctx)->children, what);
}

static void move(void *ctx, const struct ike_move *what)
{
	children_move(((struct world *)ctx)->children, what);
}

static void trap_add(void *ctx, const struct ike_trap *trap)
{
	children_trap_add(((struct world *)ctx)->children, trap);
}

static void trap_del(void *ctx, const struct ike_trap *trap)
{
	children_trap_del(((struct world *)ctx)->children, trap);
}

static void event(void *ctx, const struct ike_event *e)
{
	static const char *const names[] = {
		[IKE_EVENT_IKE_UP] = "IKE SA up",
		[IKE_EVENT_IKE_DOWN] = "IKE SA down",
		[IKE_EVENT_CHILD_UP] = "Child SA up",
		[IKE_EVENT_CHILD_DOWN] = "Child SA down",
	};

	(void)ctx;
	log_debug(e->connection, "%s%s%s", names[e->type], e->reason ? ": " : "",
		  e->reason ? e->reason : "");
}

struct ike_env world_env(struct world *w)
{
	return (struct ike_env){
		.ctx = w,
		.now = world_now,
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
