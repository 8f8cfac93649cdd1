// SPDX-License-Identifier: GPL-2.0-or-later
/* Signals, reload, the control socket and an orderly end, around one world. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/un.h>
#include <unistd.h>

#include "control/control.h"
#include "daemon.h"
#include "process/harden.h"
#include "world.h"

enum {
	SHUTDOWN_MS = 5000, /* for peers to acknowledge that we go */
	SHUTDOWN_POLL_MS = 50,
};

struct daemon {
	const char *config_path;
	struct event_base *base;
	struct world world;
	struct control *control;
	struct event *hup, *term, *interrupt, *ending;
	uint64_t deadline; /* of the shutdown, 0: not begun */
};

/* Tell the service manager, sd_notify(3): one datagram to the socket that it names. */
static void notify_manager(const char *state)
{
	const char *path = getenv("NOTIFY_SOCKET");
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	size_t len = path ? strlen(path) : 0;
	int fd;

	if (!len || len >= sizeof(sun.sun_path))
		return;
	memcpy(sun.sun_path, path, len);
	if (path[0] == '@')
		sun.sun_path[0] = 0;
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return;
	if (sendto(fd, state, strlen(state), MSG_NOSIGNAL, (struct sockaddr *)&sun,
		   offsetof(struct sockaddr_un, sun_path) + len) < 0)
		log_warning("keyd", "cannot tell the service manager: %s", strerror(errno));
	close(fd);
}

/* --- reload */

/* Errors go to the log and, where @errors is not NULL, to who asked. */
static void report(json_t *errors, const char *text)
{
	log_error("config", "%s", text);
	if (errors)
		json_array_append_new(errors, json_string(text));
}

static void report_all(json_t *errors, const struct config_errors *found)
{
	unsigned int i;

	for (i = 0; i < found->count && i < CONFIG_ERRORS_MAX; i++)
		report(errors, found->text[i]);
}

/* What the file says counts over the command line, and stays until it says otherwise. */
static void take_log_level(const struct config *config)
{
	if (config->log_level >= 0)
		log_set_level((enum log_level)config->log_level);
}

static int load(struct daemon *d, json_t *errors)
{
	struct config_errors *found = calloc(1, sizeof(*found));
	struct config *config = found ? config_load(d->config_path, found) : NULL;
	char why[WORLD_WHY_MAX];

	if (!config) {
		if (found)
			report_all(errors, found);
		free(found);
		return -1;
	}
	free(found);
	if (world_load(&d->world, config, why)) {
		report(errors, why);
		config_free(config);
		return -1;
	}
	take_log_level(config);
	log_info("config", "%s: loaded, %u connection%s", d->config_path, config->count,
		 config->count == 1 ? "" : "s");
	return 0;
}

static int reload(void *ctx, json_t *errors)
{
	struct daemon *d = ctx;

	if (d->deadline) {
		report(errors, "keyd is shutting down");
		return -1;
	}
	return load(d, errors);
}

static void on_hup(evutil_socket_t sig, short what, void *ctx)
{
	(void)sig;
	(void)what;
	if (reload(ctx, NULL))
		log_error("config", "the configuration is wrong, nothing was changed");
}

/* --- the end */

static void on_ending(evutil_socket_t fd, short what, void *ctx)
{
	struct daemon *d = ctx;
	const struct timeval pause = { .tv_usec = SHUTDOWN_POLL_MS * 1000 };

	(void)fd;
	(void)what;
	if (ike_idle(d->world.ike) || world_now(NULL) >= d->deadline)
		event_base_loopexit(d->base, NULL);
	else
		evtimer_add(d->ending, &pause);
}

/* The second signal ends it at once. */
static void on_term(evutil_socket_t sig, short what, void *ctx)
{
	struct daemon *d = ctx;

	(void)what;
	if (d->deadline) {
		event_base_loopexit(d->base, NULL);
		return;
	}
	log_info("keyd", "%s: taking all connections down", strsignal((int)sig));
	notify_manager("STOPPING=1");
	d->deadline = world_now(NULL) + SHUTDOWN_MS;
	ike_shutdown(d->world.ike);
	on_ending(-1, 0, d);
}

/* --- the beginning */

static int sa_get(void *ctx, const char *interface, uint32_t dir, uint32_t spi,
		  struct kernel_sa *sa)
{
	struct daemon *d = ctx;
	int ifindex = kernel_ifindex(d->world.kernel, interface);

	return ifindex < 0 ? ifindex : kernel_sa_get(d->world.kernel, ifindex, dir, spi, sa);
}

static int open_control(struct daemon *d, const char *path)
{
	const struct control_env env = {
		.ctx = d,
		.ike = d->world.ike,
		.now = world_now,
		.sa_get = sa_get,
		.reload = reload,
	};
	char why[CONTROL_WHY_MAX];

	d->control = control_open(d->base, path, &env, why);
	if (!d->control)
		log_error("keyd", "%s", why);
	return d->control ? 0 : -1;
}

static int watch_signals(struct daemon *d)
{
	/* A client that goes away in the middle of an answer. */
	signal(SIGPIPE, SIG_IGN);
	d->hup = evsignal_new(d->base, SIGHUP, on_hup, d);
	d->term = evsignal_new(d->base, SIGTERM, on_term, d);
	d->interrupt = evsignal_new(d->base, SIGINT, on_term, d);
	d->ending = evtimer_new(d->base, on_ending, d);
	if (!d->hup || !d->term || !d->interrupt || !d->ending || evsignal_add(d->hup, NULL) ||
	    evsignal_add(d->term, NULL) || evsignal_add(d->interrupt, NULL)) {
		log_error("keyd", "cannot watch signals");
		return -1;
	}
	return 0;
}

/*
 * Devices are cleared of what an earlier run left only when this keyd holds the ports and the
 * control socket, so never under a running one.
 */
static int open_all(struct daemon *d, struct config *config, const char *socket)
{
	char why[WORLD_WHY_MAX];
	const char *what;
	int error;

	if (world_open(&d->world, d->base, why)) {
		log_error("keyd", "%s", why);
		return -1;
	}
	if (open_control(d, socket ? socket : config->control_socket) || watch_signals(d))
		return -1;
	error = harden_late(&what);
	if (error) {
		log_error("keyd", "cannot give up %s: %s", what, strerror(-error));
		return -1;
	}
	if (world_load(&d->world, config, why)) {
		log_error("keyd", "%s", why);
		return -1;
	}
	take_log_level(config);
	log_info("keyd", "keyd " SVTI_VERSION " with %u connection%s of %s", config->count,
		 config->count == 1 ? "" : "s", d->config_path);
	return 0;
}

/* The configuration is checked before anything is opened. */
static int start(struct daemon *d, const char *socket)
{
	struct config_errors *found = calloc(1, sizeof(*found));
	struct config *config = found ? config_load(d->config_path, found) : NULL;

	if (!config && found)
		report_all(NULL, found);
	free(found);
	if (!config)
		return -1;
	if (open_all(d, config, socket)) {
		config_free(config);
		return -1;
	}
	return 0;
}

static void free_event(struct event *event)
{
	if (event)
		event_free(event);
}

static void finish(struct daemon *d)
{
	control_close(d->control);
	world_close(&d->world);
	free_event(d->hup);
	free_event(d->term);
	free_event(d->interrupt);
	free_event(d->ending);
	event_base_free(d->base);
	free(d);
}

int daemon_run(const char *config_path, const char *socket)
{
	struct daemon *d = calloc(1, sizeof(*d));
	const char *what;
	int error;

	error = harden_early(&what);
	if (error) {
		log_error("keyd", "%s: %s", what, strerror(-error));
		free(d);
		return EXIT_FAILURE;
	}
	if (d)
		d->base = event_base_new();
	if (!d || !d->base) {
		log_error("keyd", "out of memory");
		free(d);
		return EXIT_FAILURE;
	}
	d->config_path = config_path;
	error = start(d, socket);
	if (!error) {
		notify_manager("READY=1");
		event_base_dispatch(d->base);
		log_info("keyd", "ended");
	}
	finish(d);
	return error ? EXIT_FAILURE : EXIT_SUCCESS;
}
