// SPDX-License-Identifier: GPL-2.0-or-later
/* The socket and its clients. */
#include <errno.h>
#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/listener.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "control/priv.h"

struct client {
	struct control *control;
	struct bufferevent *bev; /* NULL: free slot */
	bool follow;
	bool closing;  /* when what was said has been read */
	uint64_t lost; /* log lines that did not fit */
};

struct control {
	struct control_env env;
	struct event_base *base;
	struct evconnlistener *listener;
	struct client client[CONTROL_CLIENTS_MAX];
	char path[sizeof(((struct sockaddr_un *)0)->sun_path)];
};

static struct evbuffer *pending(const struct client *c)
{
	return bufferevent_get_output(c->bev);
}

static void drop(struct client *c)
{
	bufferevent_free(c->bev);
	memset(c, 0, sizeof(*c));
}

/* Takes @j over. */
static void say(struct client *c, json_t *j)
{
	char *text = j ? json_dumps(j, JSON_COMPACT) : NULL;

	json_decref(j);
	if (text) {
		bufferevent_write(c->bev, text, strlen(text));
		bufferevent_write(c->bev, "\n", 1);
	} else {
		c->closing = true;
	}
	free(text);
}

/* One answer at a time: the next request is looked at when this one's answer is gone. */
static void serve(struct client *c)
{
	struct evbuffer *in = bufferevent_get_input(c->bev);
	bool follow;
	size_t len;
	char *line;

	while (!c->closing && !evbuffer_get_length(pending(c))) {
		line = evbuffer_readln(in, &len, EVBUFFER_EOL_LF);
		if (!line)
			break;
		say(c, control_answer(&c->control->env, line, len, &follow));
		c->follow |= follow;
		free(line);
	}
	if (!c->closing && !evbuffer_get_length(pending(c)) &&
	    evbuffer_get_length(in) >= CONTROL_REQUEST_MAX) {
		say(c, json_pack("{s:b, s:s}", "ok", 0, "error", "the request is too long"));
		c->closing = true;
	}
	if (c->closing)
		bufferevent_disable(c->bev, EV_READ);
}

static void on_read(struct bufferevent *bev, void *ctx)
{
	(void)bev;
	serve(ctx);
}

/* Everything has been read by the client. */
static void on_drained(struct bufferevent *bev, void *ctx)
{
	struct client *c = ctx;

	if (c->closing) {
		drop(c);
		return;
	}
	if (c->lost) {
		say(c, json_pack("{s:I}", "lost", (json_int_t)c->lost));
		c->lost = 0;
	}
	bufferevent_enable(bev, EV_READ);
	serve(c);
}

/* A client that only closed its sending side still gets its answer. */
static void on_event(struct bufferevent *bev, short what, void *ctx)
{
	struct client *c = ctx;

	(void)bev;
	if (what & BEV_EVENT_EOF && evbuffer_get_length(pending(c)) && !c->follow)
		c->closing = true;
	else
		drop(c);
}

static void on_accept(struct evconnlistener *listener, evutil_socket_t fd, struct sockaddr *sa,
		      int len, void *ctx)
{
	static const char full[] = "{\"ok\":false,\"error\":\"too many clients\"}\n";
	struct control *control = ctx;
	struct client *c = NULL;
	unsigned int i;

	(void)listener;
	(void)sa;
	(void)len;
	for (i = 0; i < CONTROL_CLIENTS_MAX && !c; i++)
		if (!control->client[i].bev)
			c = &control->client[i];
	if (!c) {
		if (write(fd, full, sizeof(full) - 1) < 0)
			log_debug("control", "a client went away before it was refused");
		evutil_closesocket(fd);
		return;
	}
	c->bev = bufferevent_socket_new(control->base, fd, BEV_OPT_CLOSE_ON_FREE);
	if (!c->bev) {
		evutil_closesocket(fd);
		return;
	}
	c->control = control;
	bufferevent_setcb(c->bev, on_read, on_drained, on_event, c);
	bufferevent_setwatermark(c->bev, EV_READ, 0, CONTROL_REQUEST_MAX);
	bufferevent_enable(c->bev, EV_READ | EV_WRITE);
}

/* Called for each log line: must not log itself. */
static void publish(void *ctx, enum log_level level, const char *object, const char *line)
{
	struct control *control = ctx;
	struct timespec now;
	unsigned int i;

	clock_gettime(CLOCK_REALTIME, &now);
	for (i = 0; i < CONTROL_CLIENTS_MAX; i++) {
		struct client *c = &control->client[i];

		if (!c->bev || !c->follow)
			continue;
		if (evbuffer_get_length(pending(c)) > CONTROL_FOLLOW_MAX)
			c->lost++;
		else
			say(c, control_log_line(now.tv_sec * 1000LL + now.tv_nsec / 1000000, level,
						object, line));
	}
}

static int explain(char why[static CONTROL_WHY_MAX], const char *path, const char *what)
{
	snprintf(why, CONTROL_WHY_MAX, "control socket %.128s: %s", path, what);
	return -1;
}

static int make_directory(const char *path, char why[static CONTROL_WHY_MAX])
{
	char copy[sizeof(((struct sockaddr_un *)0)->sun_path)];
	char *dir;

	snprintf(copy, sizeof(copy), "%s", path);
	dir = dirname(copy);
	if (mkdir(dir, 0755) && errno != EEXIST)
		return explain(why, path, strerror(errno));
	return 0;
}

/* A socket that nobody answers on was left by a keyd that crashed. */
static int clear_stale(const struct sockaddr_un *sun, char why[static CONTROL_WHY_MAX])
{
	struct stat st;
	int fd, answered;

	if (lstat(sun->sun_path, &st))
		return errno == ENOENT ? 0 : explain(why, sun->sun_path, strerror(errno));
	if (!S_ISSOCK(st.st_mode))
		return explain(why, sun->sun_path, "something that is not a socket is in the way");
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return explain(why, sun->sun_path, strerror(errno));
	/* EAGAIN: its queue is full, so somebody holds it open. */
	answered = !connect(fd, (const struct sockaddr *)sun, sizeof(*sun)) || errno == EAGAIN;
	close(fd);
	if (answered)
		return explain(why, sun->sun_path, "another keyd answers on it");
	if (unlink(sun->sun_path))
		return explain(why, sun->sun_path, strerror(errno));
	return 0;
}

static int listen_at(const struct sockaddr_un *sun, char why[static CONTROL_WHY_MAX])
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	mode_t mask;
	int error = 0;

	if (fd < 0)
		return explain(why, sun->sun_path, strerror(errno));
	mask = umask(0177);
	if (bind(fd, (const struct sockaddr *)sun, sizeof(*sun)) || listen(fd, CONTROL_CLIENTS_MAX))
		error = errno;
	umask(mask);
	if (error) {
		close(fd);
		return explain(why, sun->sun_path, strerror(error));
	}
	return fd;
}

static int open_socket(const char *path, char why[static CONTROL_WHY_MAX])
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };

	if (strlen(path) >= sizeof(sun.sun_path))
		return explain(why, path, "the path is too long");
	memcpy(sun.sun_path, path, strlen(path));
	if (make_directory(path, why) || clear_stale(&sun, why))
		return -1;
	return listen_at(&sun, why);
}

struct control *control_open(struct event_base *base, const char *path,
			     const struct control_env *env, char why[static CONTROL_WHY_MAX])
{
	struct control *control = calloc(1, sizeof(*control));
	int fd;

	if (!control) {
		explain(why, path, "out of memory");
		return NULL;
	}
	control->base = base;
	control->env = *env;
	fd = open_socket(path, why);
	if (fd < 0) {
		free(control);
		return NULL;
	}
	snprintf(control->path, sizeof(control->path), "%s", path);
	control->listener = evconnlistener_new(
		base, on_accept, control, LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC, 0, fd);
	if (!control->listener) {
		explain(why, path, "out of memory");
		close(fd);
		control_close(control);
		return NULL;
	}
	log_set_sink(publish, control);
	return control;
}

void control_close(struct control *control)
{
	unsigned int i;

	if (!control)
		return;
	log_set_sink(NULL, NULL);
	for (i = 0; i < CONTROL_CLIENTS_MAX; i++)
		if (control->client[i].bev)
			drop(&control->client[i]);
	if (control->listener)
		evconnlistener_free(control->listener);
	unlink(control->path);
	free(control);
}
