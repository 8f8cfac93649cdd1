// SPDX-License-Identifier: GPL-2.0-or-later
/* keydctl: one request to the control socket, and its answer printed. */
#include <errno.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "config/config.h"
#include "tools/keydctl.h"

enum {
	EXIT_FAILED = 1,
	EXIT_USAGE = 2,
	ANSWER_SECONDS = 30,
	POLL_MS = 100,
	WAIT_MAX = 86400, /* seconds */
};

static const char usage[] =
	"Usage: keydctl [-s SOCKET] [--json] COMMAND\n"
	"\n"
	"  show             one line a connection: state and time since the last rekey\n"
	"  show NAME        IKE SAs, Child SAs, counters and configuration of one\n"
	"  up NAME          start it and keep it up; --wait SECONDS: until it is up\n"
	"  down NAME        take it down, and leave it down\n"
	"  reload           read the configuration again; only what changed is touched\n"
	"  log [-f]         the last log lines; -f: and those to come\n"
	"  counters         messages received, sent, dropped by reason\n"
	"  version          of the running keyd\n"
	"\n"
	"  -s, --socket SOCKET   default " CONFIG_CONTROL_SOCKET "\n"
	"  --json                the answer as JSON\n"
	"  -h, --help; --version\n";

struct options {
	const char *socket;
	bool json;
	bool follow;
	long wait; /* seconds, 0: not */
	const char *cmd;
	const char *name; /* NULL: none */
};

static int fail(const char *what, const char *why)
{
	fprintf(stderr, "keydctl: %s%s%s\n", what, *why ? ": " : "", why);
	return EXIT_FAILED;
}

static int connect_to(const char *path)
{
	const struct timeval patience = { .tv_sec = ANSWER_SECONDS };
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	int fd;

	if (strlen(path) >= sizeof(sun.sun_path))
		return -ENAMETOOLONG;
	memcpy(sun.sun_path, path, strlen(path));
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	if (connect(fd, (const struct sockaddr *)&sun, sizeof(sun)) ||
	    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience))) {
		int error = -errno;

		close(fd);
		return error;
	}
	return fd;
}

/* A stream to a keyd, or NULL with a sentence printed. */
static FILE *open_daemon(const char *path)
{
	int fd = connect_to(path);
	FILE *stream;

	if (fd < 0) {
		fprintf(stderr, "keydctl: cannot reach keyd at %s: %s%s\n", path, strerror(-fd),
			fd == -ENOENT || fd == -ECONNREFUSED ? ": is it running?" : "");
		return NULL;
	}
	stream = fdopen(fd, "r");
	if (!stream)
		close(fd);
	return stream;
}

static json_t *read_answer(FILE *daemon)
{
	char *line = NULL;
	size_t cap = 0;
	ssize_t len = getline(&line, &cap, daemon);
	json_t *j = len > 0 ? json_loadb(line, len, 0, NULL) : NULL;

	free(line);
	return j;
}

static bool send_line(int fd, const char *line)
{
	size_t len = strlen(line);

	return send(fd, line, len, MSG_NOSIGNAL) == (ssize_t)len &&
	       send(fd, "\n", 1, MSG_NOSIGNAL) == 1;
}

/* One request, one answer; NULL with a sentence printed when there is none. */
static json_t *ask(FILE *daemon, const char *cmd, const char *name, bool follow)
{
	json_t *request = json_pack("{s:s, s:s*, s:b}", "cmd", cmd, "name", name, "follow", follow);
	char *text = request ? json_dumps(request, JSON_COMPACT) : NULL;
	json_t *answer = NULL;

	json_decref(request);
	if (text && send_line(fileno(daemon), text))
		answer = read_answer(daemon);
	free(text);
	if (!answer)
		fail("keyd gave no answer", "");
	return answer;
}

static int print_json(const json_t *j)
{
	json_dumpf(j, stdout, JSON_INDENT(2));
	putchar('\n');
	return fflush(stdout) ? fail("cannot write to standard output", "") : 0;
}

/* The errors of an answer; returns the exit status that it stands for. */
static int print_errors(const json_t *answer)
{
	const char *error = json_string_value(json_object_get(answer, "error"));
	const json_t *one;
	size_t i;

	if (json_is_true(json_object_get(answer, "ok")))
		return 0;
	fail(error ? error : "keyd refused", "");
	json_array_foreach(json_object_get(answer, "errors"), i, one)
		fprintf(stderr, "%s\n", json_string_value(one));
	return EXIT_FAILED;
}

/* A line of the log is a line of output, also as JSON. */
static void print_line(const struct options *o, const json_t *line)
{
	if (o->json) {
		json_dumpf(line, stdout, JSON_COMPACT);
		putchar('\n');
	} else {
		print_log_line(line);
	}
}

static void print_answer(const struct options *o, const json_t *answer)
{
	const json_t *j;
	size_t i;

	if ((j = json_object_get(answer, "connections")))
		print_connections(j);
	else if ((j = json_object_get(answer, "connection")))
		print_connection(j);
	else if ((j = json_object_get(answer, "counters")))
		print_counters(j);
	else if ((j = json_object_get(answer, "version")))
		printf("keyd %s\n", json_string_value(j));
	else if ((j = json_object_get(answer, "message")))
		puts(json_string_value(j));
	if (!strcmp(o->cmd, "log"))
		json_array_foreach(json_object_get(answer, "lines"), i, j)
			print_line(o, j);
}

static int follow_log(const struct options *o, FILE *daemon)
{
	const struct timeval forever = { 0 };
	json_t *line;

	if (setsockopt(fileno(daemon), SOL_SOCKET, SO_RCVTIMEO, &forever, sizeof(forever)))
		return fail("cannot wait for log lines", strerror(errno));
	while (!fflush(stdout) && (line = read_answer(daemon))) {
		print_line(o, line);
		json_decref(line);
	}
	return ferror(stdout) ? fail("cannot write to standard output", "")
			      : fail("keyd closed the connection", "");
}

/* Until the connection is up. Returns an exit status. */
static int wait_until_up(const struct options *o, FILE *daemon)
{
	const struct timespec pause = { .tv_nsec = POLL_MS * 1000000L };
	long left = o->wait * 1000 / POLL_MS;
	char why[512] = "";

	for (; left >= 0; left--) {
		json_t *answer = ask(daemon, "show", o->name, false);
		json_t *c = json_object_get(answer, "connection");
		const char *status = json_string_value(json_object_get(c, "status"));
		const char *error = json_string_value(json_object_get(c, "last_error"));
		bool up = json_is_true(json_object_get(c, "up"));

		snprintf(why, sizeof(why), "%s%s%s", status ? status : "gone",
			 error && *error ? ": " : "", error ? error : "");
		json_decref(answer);
		if (up)
			return 0;
		if (!status)
			break;
		nanosleep(&pause, NULL);
	}
	fprintf(stderr, "keydctl: connection %s is not up: %s\n", o->name, why);
	return EXIT_FAILED;
}

static int run(const struct options *o)
{
	FILE *daemon = open_daemon(o->socket);
	json_t *answer;
	int status;

	if (!daemon)
		return EXIT_FAILED;
	answer = ask(daemon, o->cmd, o->name, o->follow);
	status = answer ? print_errors(answer) : EXIT_FAILED;
	if (answer && o->json && !(o->follow && !status))
		status = print_json(answer) ?: status;
	else if (!status)
		print_answer(o, answer);
	json_decref(answer);
	if (!status && o->wait)
		status = wait_until_up(o, daemon);
	if (!status && o->follow)
		status = follow_log(o, daemon);
	fclose(daemon);
	return status;
}

static const struct {
	const char *cmd;
	int names_min, names_max;
} commands[] = {
	{ "show", 0, 1 }, { "up", 1, 1 },	{ "down", 1, 1 },    { "reload", 0, 0 },
	{ "log", 0, 0 },  { "counters", 0, 0 }, { "version", 0, 0 },
};

static int misuse(const char *what, const char *which)
{
	fprintf(stderr, "keydctl: %s%s (see --help)\n", what, which);
	return EXIT_USAGE;
}

static int check_command(struct options *o, int words, char **word)
{
	size_t i;

	if (!words)
		return misuse("a command is missing", "");
	for (i = 0; i < sizeof(commands) / sizeof(*commands); i++)
		if (!strcmp(word[0], commands[i].cmd))
			break;
	if (i == sizeof(commands) / sizeof(*commands))
		return misuse("there is no command ", word[0]);
	o->cmd = commands[i].cmd;
	o->name = words > 1 ? word[1] : NULL;
	if (words - 1 < commands[i].names_min)
		return misuse("the name of a connection is missing behind ", o->cmd);
	if (words - 1 > commands[i].names_max)
		return misuse("too many words behind ", o->cmd);
	if (o->follow && strcmp(o->cmd, "log"))
		return misuse("-f belongs to log, not to ", o->cmd);
	if (o->wait && strcmp(o->cmd, "up"))
		return misuse("--wait belongs to up, not to ", o->cmd);
	return 0;
}

static bool parse_wait(struct options *o)
{
	char *end;

	o->wait = strtol(optarg, &end, 10);
	return *optarg && !*end && o->wait > 0 && o->wait <= WAIT_MAX;
}

int main(int argc, char **argv)
{
	static const struct option long_options[] = {
		{ "socket", required_argument, NULL, 's' },
		{ "json", no_argument, NULL, 'j' },
		{ "wait", required_argument, NULL, 'w' },
		{ "help", no_argument, NULL, 'h' },
		{ "follow", no_argument, NULL, 'f' },
		{ "version", no_argument, NULL, 'V' },
		{ NULL, 0, NULL, 0 },
	};
	struct options o = { .socket = CONFIG_CONTROL_SOCKET };
	int c;

	while ((c = getopt_long(argc, argv, "s:fh", long_options, NULL)) >= 0) {
		if (c == 's')
			o.socket = optarg;
		else if (c == 'j')
			o.json = true;
		else if (c == 'f')
			o.follow = true;
		else if (c == 'w' && !parse_wait(&o))
			return misuse("--wait wants seconds from 1 to 86400, not ", optarg);
		else if (c == 'h' || c == 'V')
			return printf("%s", c == 'h' ? usage : "keydctl " SVTI_VERSION "\n") < 0;
		else if (c == '?')
			return EXIT_USAGE;
	}
	c = check_command(&o, argc - optind, argv + optind);
	return c ? c : run(&o);
}
