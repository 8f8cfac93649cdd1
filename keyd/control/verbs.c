// SPDX-License-Identifier: GPL-2.0-or-later
/* What can be asked: one table of verbs. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

#include "control/priv.h"

enum {
	MESSAGE_MAX = 256
};

static json_t *ok(const char *key, json_t *value)
{
	json_t *j = json_object();

	json_object_set_new(j, "ok", json_true());
	json_object_set_new(j, key, value);
	return j;
}

__attribute__((format(printf, 1, 2))) static json_t *refuse(const char *fmt, ...)
{
	char text[MESSAGE_MAX];
	json_t *j = json_object();
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	json_object_set_new(j, "ok", json_false());
	json_object_set_new(j, "error", control_text(text));
	return j;
}

struct show {
	const struct control_env *env;
	json_t *result;
	unsigned int count;
};

static void add_line(void *ctx, const struct ike_conn_info *info)
{
	struct show *show = ctx;

	json_array_append_new(show->result, control_show_line(show->env, info, ++show->count));
}

static void take_whole(void *ctx, const struct ike_conn_info *info)
{
	struct show *show = ctx;

	show->result = control_show_whole(show->env, info);
}

static json_t *show(const struct control_env *env, json_t *request, const char *name)
{
	struct show s = { .env = env };

	(void)request;
	if (!name) {
		s.result = json_array();
		ike_each_conn(env->ike, add_line, &s);
		return ok("connections", s.result);
	}
	if (ike_visit_conn(env->ike, name, take_whole, &s))
		return refuse("there is no connection '%.64s'", name);
	return ok("connection", s.result);
}

static json_t *message(const char *fmt, const char *name)
{
	char text[MESSAGE_MAX];

	snprintf(text, sizeof(text), "connection %.64s %s", name, fmt);
	return ok("message", control_text(text));
}

static json_t *up(const struct control_env *env, json_t *request, const char *name)
{
	int error;

	(void)request;
	if (!name)
		return refuse("up wants the name of a connection");
	error = ike_up(env->ike, name);
	if (error == -ENOENT)
		return refuse("there is no connection '%.64s'", name);
	if (error == -EDESTADDRREQ)
		return refuse("connection %.64s has no peer address to go to: it can only wait",
			      name);
	if (error)
		return refuse("connection %.64s: %s", name, strerror(-error));
	return message("is being brought up", name);
}

static json_t *down(const struct control_env *env, json_t *request, const char *name)
{
	(void)request;
	if (!name)
		return refuse("down wants the name of a connection");
	if (ike_down(env->ike, name))
		return refuse("there is no connection '%.64s'", name);
	return message("is being taken down, and stays down", name);
}

static json_t *reload(const struct control_env *env, json_t *request, const char *name)
{
	json_t *errors = json_array(), *j;

	(void)request;
	(void)name;
	if (!env->reload(env->ctx, errors)) {
		json_decref(errors);
		return ok("message", json_string("the configuration is loaded"));
	}
	j = refuse("the configuration is wrong, nothing was changed");
	json_object_set_new(j, "errors", errors);
	return j;
}

static const char *level_name(enum log_level level)
{
	static const char *const names[] = {
		[LOG_LEVEL_ERROR] = "error",
		[LOG_LEVEL_WARNING] = "warning",
		[LOG_LEVEL_INFO] = "info",
		[LOG_LEVEL_DEBUG] = "debug",
	};

	return level <= LOG_LEVEL_DEBUG ? names[level] : "unknown";
}

json_t *control_log_line(int64_t when_ms, enum log_level level, const char *object,
			 const char *line)
{
	json_t *j = json_object();

	json_object_set_new(j, "time", json_integer(when_ms));
	json_object_set_new(j, "level", json_string(level_name(level)));
	json_object_set_new(j, "object", control_text(object));
	json_object_set_new(j, "line", control_text(line));
	return j;
}

static void add_log(void *ctx, int64_t when_ms, enum log_level level, const char *object,
		    const char *line)
{
	json_array_append_new(ctx, control_log_line(when_ms, level, object, line));
}

static json_t *show_log(const struct control_env *env, json_t *request, const char *name)
{
	json_t *lines = json_array();

	(void)env;
	(void)request;
	(void)name;
	log_each_kept(add_log, lines);
	return ok("lines", lines);
}

static json_t *counters(const struct control_env *env, json_t *request, const char *name)
{
	const struct ike_counters *c = ike_counters(env->ike);
	json_t *j = json_object();

	(void)request;
	(void)name;
#define X(counter) json_object_set_new(j, #counter, json_integer((json_int_t)c->counter));
	IKE_COUNTERS(X)
#undef X
	return ok("counters", j);
}

static json_t *version(const struct control_env *env, json_t *request, const char *name)
{
	(void)env;
	(void)request;
	(void)name;
	return ok("version", json_string(SVTI_VERSION));
}

static const struct {
	const char *name;
	json_t *(*answer)(const struct control_env *env, json_t *request, const char *name);
} verbs[] = {
	{ "show", show },	{ "up", up },	     { "down", down },
	{ "reload", reload },	{ "log", show_log }, { "counters", counters },
	{ "version", version },
};

static json_t *dispatch(const struct control_env *env, json_t *request, bool *follow)
{
	const char *cmd = json_string_value(json_object_get(request, "cmd"));
	json_t *name = json_object_get(request, "name");
	size_t i;

	if (!cmd)
		return refuse("a request is an object with a string \"cmd\"");
	if (name && !json_is_string(name))
		return refuse("\"name\" is not a string");
	for (i = 0; i < sizeof(verbs) / sizeof(*verbs); i++) {
		if (strcmp(cmd, verbs[i].name))
			continue;
		*follow = verbs[i].answer == show_log &&
			  json_is_true(json_object_get(request, "follow"));
		return verbs[i].answer(env, request, json_string_value(name));
	}
	return refuse("'%.64s' is not a command", cmd);
}

json_t *control_answer(const struct control_env *env, const char *line, size_t len, bool *follow)
{
	json_t *request = json_loadb(line, len, JSON_REJECT_DUPLICATES, NULL), *answer;

	*follow = false;
	if (!request)
		return refuse("the request is not JSON");
	answer = dispatch(env, request, follow);
	json_decref(request);
	return answer;
}
