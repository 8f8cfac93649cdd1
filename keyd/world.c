// SPDX-License-Identifier: GPL-2.0-or-later
/* Opening, loading and closing of everything that a keyd holds. */
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>

#include "world.h"

enum {
	KERNEL_EVENTS = NET_SOCKETS
}; /* index into readable[] */

__attribute__((format(printf, 2, 3))) static int fail(char *why, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(why, WORLD_WHY_MAX, fmt, ap);
	va_end(ap);
	return -1;
}

/* --- what comes in */

static void on_message(void *ctx, const struct endpoint *local, const struct endpoint *remote,
		       struct bytes message)
{
	ike_receive(((struct world *)ctx)->ike, local, remote, message);
}

static void on_acquire(void *ctx, const struct kernel_acquire *acquire)
{
	struct world *w = ctx;

	/* What we cannot reach is not ours. */
	if (!acquire->from.elsewhere)
		ike_acquire(w->ike, children_reqid(w->children, acquire->from.name, acquire->reqid,
						   NULL));
}

static void on_expire(void *ctx, const struct kernel_expire *expire)
{
	struct world *w = ctx;
	const char *name = expire->from.name;
	uint32_t reqid;

	if (expire->from.elsewhere)
		return;
	if (!expire->hard) {
		log_warning("kernel", "%s: the SA 0x%08x should be replaced soon", name,
			    expire->sa.spi);
		return;
	}
	reqid = children_reqid(w->children, name, expire->sa.reqid, &expire->sa);
	if (reqid)
		ike_expire(w->ike, name, reqid);
}

static void on_mapping(void *ctx, const struct kernel_mapping *mapping)
{
	const struct endpoint from = { mapping->src, mapping->encap_sport };

	/* Plain ESP has no port: the next IKE message tells where the peer is. */
	if (!mapping->from.elsewhere && mapping->encap_sport)
		ike_mapping(((struct world *)ctx)->ike, mapping->sa.spi, &from);
}

static void expire_lost(void *ctx, const char *interface, uint32_t reqid)
{
	ike_expire(((struct world *)ctx)->ike, interface, reqid);
}

static void on_overrun(void *ctx)
{
	struct world *w = ctx;

	/* A lost acquire is asked again by the kernel; a lost expiry is seen by looking. */
	log_warning("kernel", "some events were lost, looking at the SAs again");
	children_each_gone(w->children, expire_lost, w);
}

static void on_net(evutil_socket_t fd, short what, void *ctx)
{
	struct world *w = ctx;
	unsigned int i;

	(void)what;
	for (i = 0; i < NET_SOCKETS; i++)
		if (net_fd(w->net, i) == fd)
			net_read(w->net, i);
}

static void on_kernel(evutil_socket_t fd, short what, void *ctx)
{
	struct world *w = ctx;

	(void)fd;
	(void)what;
	if (kernel_events_read(w->kernel) < 0)
		log_error("kernel", "%s", kernel_error(w->kernel));
}

static void on_timer(evutil_socket_t fd, short what, void *ctx)
{
	(void)fd;
	(void)what;
	ike_timer(((struct world *)ctx)->ike);
}

/* --- opening and closing */

static int watch(struct world *w, unsigned int i, int fd, event_callback_fn callback)
{
	w->readable[i] = event_new(w->base, fd, EV_READ | EV_PERSIST, callback, w);
	return w->readable[i] && !event_add(w->readable[i], NULL) ? 0 : -1;
}

static int watch_all(struct world *w)
{
	unsigned int i;

	w->timer = evtimer_new(w->base, on_timer, w);
	w->deliver = event_new(w->base, -1, 0, world_deliver, w);
	if (!w->timer || !w->deliver)
		return -1;
	for (i = 0; i < NET_SOCKETS; i++)
		if (net_fd(w->net, i) >= 0 && watch(w, i, net_fd(w->net, i), on_net))
			return -1;
	return watch(w, KERNEL_EVENTS, kernel_events_fd(w->kernel), on_kernel);
}

static int open_kernel(struct world *w, char *why)
{
	const struct kernel_events events = {
		.ctx = w,
		.acquire = on_acquire,
		.expire = on_expire,
		.mapping = on_mapping,
		.overrun = on_overrun,
	};
	const char *sentence;

	w->kernel = kernel_open(&sentence);
	if (!w->kernel)
		return fail(why, "%s", sentence);
	if (kernel_events_open(w->kernel, &events))
		return fail(why, "%s", kernel_error(w->kernel));
	return 0;
}

int world_open(struct world *w, struct event_base *base, char why[static WORLD_WHY_MAX])
{
	struct ike_env env;

	memset(w, 0, sizeof(*w));
	w->base = base;
	w->answers_end = &w->answers;
	if (open_kernel(w, why))
		return -1;
	w->net = net_open(NET_PORT, NET_PORT_NATT, on_message, w, why);
	if (!w->net)
		return -1;
	w->children = children_new(w->kernel);
	env = world_env(w);
	w->ike = ike_new(&env);
	if (!w->children || !w->ike || watch_all(w))
		return fail(why, "out of memory");
	return 0;
}

static bool has_interface(const struct ike_conn_conf *conn, unsigned int count, const char *name)
{
	unsigned int i;

	for (i = 0; i < count; i++)
		if (!strcmp(conn[i].interface, name))
			return true;
	return false;
}

static void clear_kernel(struct world *w)
{
	unsigned int i;

	for (i = 0; w->config && i < w->config->count; i++)
		if (!has_interface(w->config->conn, i, w->config->conn[i].interface))
			children_clear(w->children, w->config->conn[i].interface);
}

void world_close(struct world *w)
{
	unsigned int i;

	if (w->ike)
		ike_free(w->ike);
	world_forget_answers(w);
	clear_kernel(w);
	for (i = 0; i < sizeof(w->readable) / sizeof(*w->readable); i++)
		if (w->readable[i])
			event_free(w->readable[i]);
	if (w->timer)
		event_free(w->timer);
	if (w->deliver)
		event_free(w->deliver);
	children_free(w->children);
	net_close(w->net);
	kernel_close(w->kernel);
	free(w->by_name);
	config_free(w->config);
	memset(w, 0, sizeof(*w));
}

/* --- configuration */

static int compare_conns(const void *a, const void *b)
{
	const struct ike_conn_conf *const *x = a, *const *y = b;

	return strcmp((*x)->name, (*y)->name);
}

static const struct ike_conn_conf **sort_by_name(const struct config *config)
{
	const struct ike_conn_conf **by_name;
	unsigned int i;

	by_name = calloc(config->count + 1, sizeof(*by_name));
	for (i = 0; by_name && i < config->count; i++)
		by_name[i] = &config->conn[i];
	if (by_name)
		qsort(by_name, config->count, sizeof(*by_name), compare_conns);
	return by_name;
}

static int compare_name(const void *name, const void *conn)
{
	return strcmp(name, (*(const struct ike_conn_conf *const *)conn)->name);
}

static const struct ike_conn_conf *find(const struct ike_conn_conf **by_name, unsigned int count,
					const char *name)
{
	const struct ike_conn_conf **found = bsearch(name, by_name, count, sizeof(*by_name),
						     compare_name);

	return found ? *found : NULL;
}

const struct ike_conn_conf *world_conn(const struct world *w, const char *name)
{
	return w->config ? find(w->by_name, w->config->count, name) : NULL;
}

/* Devices that are new to us: all before the first connection, so that a failure changes none. */
static int adopt_devices(struct world *w, const struct config *config, char *why)
{
	const char *name;
	unsigned int i;

	for (i = 0; i < config->count; i++) {
		name = config->conn[i].interface;
		if (has_interface(config->conn, i, name) ||
		    (w->config && has_interface(w->config->conn, w->config->count, name)))
			continue;
		if (children_adopt(w->children, name, why))
			return -1;
	}
	return 0;
}

/*
 * Tell the core what went, what came and what changed; it leaves alone what is the same. All that
 * goes or changes goes first: two connections may have swapped subnets, and the kernel takes a
 * policy once.
 */
static void apply(struct world *w, const struct config *before)
{
	const struct ike_conn_conf *now;
	unsigned int i;

	for (i = 0; before && i < before->count; i++) {
		now = world_conn(w, before->conn[i].name);
		if (!now || !ike_conn_conf_equal(&before->conn[i], now))
			ike_conn_remove(w->ike, before->conn[i].name);
	}
	for (i = 0; i < w->config->count; i++)
		if (ike_conn_set(w->ike, &w->config->conn[i]))
			log_error(w->config->conn[i].name, "out of memory: not loaded");
}

int world_load(struct world *w, struct config *config, char why[static WORLD_WHY_MAX])
{
	const struct ike_conn_conf **by_name = sort_by_name(config);
	struct config *before = w->config;

	if (!by_name)
		return fail(why, "out of memory");
	if (adopt_devices(w, config, why)) {
		free(by_name);
		return -1;
	}
	free(w->by_name);
	w->by_name = by_name;
	w->config = config;
	ike_set_limits(w->ike, &config->limits);
	apply(w, before);
	config_free(before);
	return 0;
}
