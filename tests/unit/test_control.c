// SPDX-License-Identifier: GPL-2.0-or-later
/* The control socket, with a core of two connections that only answers questions. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "control/priv.h"
#include "unit.h"

/* --- the core */

static struct ike_conn_conf confs[2];
static struct wire_ts_list ts;
static char told[64];

static struct ike_conn_info info(unsigned int i)
{
	static const struct ident id = { .type = IDENT_FQDN, .data = (uint8_t *)"bob", .len = 3 };
	struct ike_conn_info c = { .conf = &confs[i], .last_error = "" };
	struct ike_sa_info *sa = &c.sa[0];

	if (i)
		return c;
	c.state = IKE_CONN_INSTALLED;
	c.sas = 1;
	sa->id = 6;
	sa->initiator = sa->established = true;
	memcpy(sa->spi_i, "\x20\x75\x91\x14\xc7\x8b\xf1\x31", 8);
	sa->remote.port = 500;
	ck_assert_int_eq(addr_parse(&sa->remote.addr, "192.168.0.2"), 0);
	sa->remote_id = &id;
	sa->encr = 20;
	sa->key_bits = 128;
	sa->prf = 5;
	sa->ke = 31;
	sa->established_at = 1000;
	sa->children = 1;
	sa->child[0] = (struct ike_child_info){
		.name = "net",
		.id = 5,
		.reqid = 1,
		.spi_in = 0xc2032981,
		.spi_out = 0xcc173955,
		.encr = 20,
		.key_bits = 128,
		.installed_at = 61000,
		.ts_local = &ts,
		.ts_remote = &ts,
	};
	return c;
}

void ike_each_conn(struct ike *ike, void (*visit)(void *ctx, const struct ike_conn_info *info),
		   void *ctx)
{
	const struct ike_conn_info a = info(0), b = info(1);

	(void)ike;
	visit(ctx, &a);
	visit(ctx, &b);
}

int ike_visit_conn(struct ike *ike, const char *name,
		   void (*visit)(void *ctx, const struct ike_conn_info *info), void *ctx)
{
	const struct ike_conn_info a = info(0), b = info(1);

	(void)ike;
	if (strcmp(name, "ipsec1") && strcmp(name, "ipsec2"))
		return -ENOENT;
	visit(ctx, strcmp(name, "ipsec1") ? &b : &a);
	return 0;
}

int ike_up(struct ike *ike, const char *name)
{
	(void)ike;
	snprintf(told, sizeof(told), "up %.32s", name);
	return !strcmp(name, "ipsec1") ? 0 : !strcmp(name, "ipsec2") ? -EDESTADDRREQ : -ENOENT;
}

int ike_down(struct ike *ike, const char *name)
{
	(void)ike;
	snprintf(told, sizeof(told), "down %.32s", name);
	return !strcmp(name, "ipsec1") ? 0 : -ENOENT;
}

const struct ike_counters *ike_counters(const struct ike *ike)
{
	static const struct ike_counters counters = { .received = 17 };

	(void)ike;
	return &counters;
}

const char *ike_conn_state_text(enum ike_conn_state state)
{
	return state == IKE_CONN_INSTALLED ? "Up(Installed)" : "Down(Unknown)";
}

static uint64_t now(void *ctx)
{
	(void)ctx;
	return 100000;
}

static int sa_get(void *ctx, const char *interface, uint32_t dir, uint32_t spi,
		  struct kernel_sa *sa)
{
	(void)ctx;
	ck_assert_str_eq(interface, "svti1");
	if (dir != SVTI_DIR_IN)
		return -ENOENT;
	ck_assert_uint_eq(spi, 0xc2032981);
	*sa = (struct kernel_sa){ .bytes = 840, .packets = 10, .used = true, .idle = 3 };
	return 0;
}

static int reload(void *ctx, json_t *errors)
{
	if (!*(bool *)ctx)
		return 0;
	json_array_append_new(errors, json_string("keyd.conf:3: wrong"));
	return -1;
}

/* --- the socket */

static struct event_base *base;
static struct control *control;
static bool reload_fails;
static char dir[] = "/tmp/test_control.XXXXXX", path[64], why[CONTROL_WHY_MAX];
static const struct control_env env = {
	.ctx = &reload_fails, .now = now, .sa_get = sa_get, .reload = reload
};

static void setup(void)
{
	memset(confs, 0, sizeof(confs));
	strcpy(confs[0].name, "ipsec1");
	strcpy(confs[1].name, "ipsec2");
	strcpy(confs[0].description, "caf\xc3\xa9");
	strcpy(confs[1].description, "not \xff UTF-8");
	strcpy(confs[0].interface, "svti1");
	ike_proposals_default(&confs[0].ike, IKE_PROTO_IKE);
	ike_proposals_default(&confs[0].child.esp, IKE_PROTO_ESP);
	ts.count = 1;
	ts.ts[0].port_max = 65535;
	addr_parse(&ts.ts[0].min, "10.1.0.0");
	addr_parse(&ts.ts[0].max, "10.1.0.255");
	strcpy(dir, "/tmp/test_control.XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/run/socket", dir);
	signal(SIGPIPE, SIG_IGN);
	base = event_base_new();
	control = control_open(base, path, &env, why);
	ck_assert_msg(control, "%s", why);
	log_set_level(LOG_LEVEL_INFO);
}

static void teardown(void)
{
	char run[64];

	control_close(control);
	event_base_free(base);
	ck_assert_int_ne(access(path, F_OK), 0);
	snprintf(run, sizeof(run), "%s/run", dir);
	rmdir(run);
	rmdir(dir);
}

static void turn(void)
{
	int i;

	for (i = 0; i < 20; i++)
		event_base_loop(base, EVLOOP_NONBLOCK);
}

static int client(void)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);

	strcpy(sun.sun_path, path);
	ck_assert_int_eq(connect(fd, (struct sockaddr *)&sun, sizeof(sun)), 0);
	return fd;
}

static void say(int fd, const char *text)
{
	ck_assert_int_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
}

/* One line of what keyd says; NULL when there is none, or it is not JSON. */
static json_t *line(int fd)
{
	static char buf[1 << 16];
	size_t len = 0;
	int idle = 0;

	while (idle < 10 && len < sizeof(buf) - 1) {
		if (read(fd, buf + len, 1) != 1) {
			turn();
			idle++;
		} else if (buf[len++] == '\n') {
			break;
		}
	}
	return len ? json_loadb(buf, len, 0, NULL) : NULL;
}

static json_t *ask(const char *request)
{
	int fd = client();
	json_t *answer;

	say(fd, request);
	say(fd, "\n");
	answer = line(fd);
	close(fd);
	turn();
	ck_assert_msg(answer, "no answer to %s", request);
	return answer;
}

static const char *string(const json_t *j, const char *key)
{
	const char *s = json_string_value(json_object_get(j, key));

	return s ? s : "(none)";
}

static void refused(const char *word, const char *request)
{
	json_t *answer = ask(request);

	ck_assert(json_is_false(json_object_get(answer, "ok")));
	ck_assert_msg(strstr(string(answer, "error"), word), "%s", string(answer, "error"));
	json_decref(answer);
}

START_TEST(test_show)
{
	json_t *answer = ask("{\"cmd\":\"show\"}");
	json_t *list = json_object_get(answer, "connections"), *one = json_array_get(list, 0);

	ck_assert_uint_eq(json_array_size(list), 2);
	ck_assert_int_eq(json_integer_value(json_object_get(one, "id")), 1);
	ck_assert_str_eq(string(one, "name"), "ipsec1");
	ck_assert_str_eq(string(one, "description"), "caf\xc3\xa9");
	ck_assert_str_eq(string(one, "status"), "Up(Installed)");
	ck_assert_int_eq(json_integer_value(json_object_get(one, "time")), 39);
	one = json_array_get(list, 1);
	ck_assert_str_eq(string(one, "description"), "not ? UTF-8");
	ck_assert(json_is_null(json_object_get(one, "time")));
	json_decref(answer);
}
END_TEST

START_TEST(test_show_one)
{
	json_t *answer = ask("{\"cmd\":\"show\",\"name\":\"ipsec1\"}");
	json_t *c = json_object_get(answer, "connection");
	json_t *sa = json_array_get(json_object_get(c, "ike_sas"), 0);
	json_t *child = json_array_get(json_object_get(sa, "children"), 0);
	json_t *in = json_object_get(child, "in"), *out = json_object_get(child, "out");

	ck_assert(json_is_true(json_object_get(c, "up")));
	ck_assert_str_eq(string(sa, "spi_i"), "20759114c78bf131");
	ck_assert_str_eq(string(sa, "proposal"), "AES_GCM_16-128/PRF_HMAC_SHA2_256/CURVE_25519");
	ck_assert_str_eq(string(json_object_get(sa, "remote"), "id"), "bob");
	ck_assert_str_eq(string(json_object_get(sa, "remote"), "address"), "192.168.0.2");
	ck_assert_str_eq(string(child, "proposal"), "ESP:AES_GCM_16-128");
	ck_assert_str_eq(string(in, "spi"), "c2032981");
	ck_assert_int_eq(json_integer_value(json_object_get(in, "bytes")), 840);
	ck_assert_int_eq(json_integer_value(json_object_get(in, "idle")), 3);
	ck_assert_str_eq(string(out, "spi"), "cc173955");
	ck_assert_ptr_null(json_object_get(out, "bytes"));
	ck_assert_str_eq(json_string_value(json_array_get(json_object_get(child, "local"), 0)),
			 "10.1.0.0/24");
	ck_assert_ptr_nonnull(json_object_get(c, "configuration"));
	json_decref(answer);
}
END_TEST

START_TEST(test_verbs)
{
	json_decref(ask("{\"cmd\":\"up\",\"name\":\"ipsec1\"}"));
	ck_assert_str_eq(told, "up ipsec1");
	json_decref(ask("{\"cmd\":\"down\",\"name\":\"ipsec1\"}"));
	ck_assert_str_eq(told, "down ipsec1");
	refused("ipsec9", "{\"cmd\":\"show\",\"name\":\"ipsec9\"}");
	refused("ipsec9", "{\"cmd\":\"up\",\"name\":\"ipsec9\"}");
	refused("ipsec9", "{\"cmd\":\"down\",\"name\":\"ipsec9\"}");
	refused("peer", "{\"cmd\":\"up\",\"name\":\"ipsec2\"}");
	refused("name", "{\"cmd\":\"up\"}");
}
END_TEST

START_TEST(test_counters)
{
	json_t *answer = ask("{\"cmd\":\"counters\"}");
	json_t *counters = json_object_get(answer, "counters");

	ck_assert_int_eq(json_integer_value(json_object_get(counters, "received")), 17);
	json_decref(answer);
	answer = ask("{\"cmd\":\"version\"}");
	ck_assert_str_eq(string(answer, "version"), SVTI_VERSION);
	json_decref(answer);
}
END_TEST

START_TEST(test_reload)
{
	json_t *answer;

	reload_fails = false;
	answer = ask("{\"cmd\":\"reload\"}");
	ck_assert(json_is_true(json_object_get(answer, "ok")));
	json_decref(answer);
	reload_fails = true;
	answer = ask("{\"cmd\":\"reload\"}");
	ck_assert(json_is_false(json_object_get(answer, "ok")));
	ck_assert_str_eq(json_string_value(json_array_get(json_object_get(answer, "errors"), 0)),
			 "keyd.conf:3: wrong");
	json_decref(answer);
}
END_TEST

START_TEST(test_hostile)
{
	static char deep[4000];
	int fd;
	json_t *answer;

	refused("JSON", "nonsense");
	refused("JSON", "");
	refused("cmd", "[]");
	refused("cmd", "{\"cmd\": 7}");
	refused("name", "{\"cmd\": \"show\", \"name\": 7}");
	refused("'fly'", "{\"cmd\": \"fly\"}");
	refused("JSON", "{\"cmd\": \"show\", \"cmd\": \"down\"}");
	memset(deep, '[', sizeof(deep) - 1);
	refused("JSON", deep);
	/* A request without an end is cut off. */
	fd = client();
	say(fd, deep);
	say(fd, deep);
	answer = line(fd);
	ck_assert_str_eq(string(answer, "error"), "the request is too long");
	json_decref(answer);
	turn();
	ck_assert(!read(fd, deep, 1) || errno == ECONNRESET);
	close(fd);
}
END_TEST

/* Several requests in one write, and one in pieces, are answered in order. */
START_TEST(test_framing)
{
	int fd = client();
	json_t *answer;

	say(fd, "{\"cmd\":\"version\"}\n{\"cmd\":\"counters\"}\n{\"cmd\":");
	answer = line(fd);
	ck_assert_ptr_nonnull(json_object_get(answer, "version"));
	json_decref(answer);
	answer = line(fd);
	ck_assert_ptr_nonnull(json_object_get(answer, "counters"));
	json_decref(answer);
	turn();
	say(fd, "\"version\"}\n");
	answer = line(fd);
	ck_assert_ptr_nonnull(json_object_get(answer, "version"));
	json_decref(answer);
	close(fd);
}
END_TEST

START_TEST(test_log)
{
	json_t *answer, *last, *lines;
	int fd = client();

	log_info("ipsec1", "before");
	say(fd, "{\"cmd\":\"log\",\"follow\":true}\n");
	answer = line(fd);
	lines = json_object_get(answer, "lines");
	last = json_array_get(lines, json_array_size(lines) - 1);
	ck_assert_str_eq(string(last, "line"), "before");
	json_decref(answer);
	log_warning("ipsec1", "after");
	answer = line(fd);
	ck_assert_str_eq(string(answer, "line"), "after");
	ck_assert_str_eq(string(answer, "object"), "ipsec1");
	ck_assert_str_eq(string(answer, "level"), "warning");
	json_decref(answer);
	close(fd);
}
END_TEST

/* Who follows and does not read loses lines, is told so, and holds up nobody. */
START_TEST(test_slow_follower)
{
	int fd = client(), i, lost = 0;
	json_t *answer;
	char text[900];

	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = 0;
	say(fd, "{\"cmd\":\"log\",\"follow\":true}\n");
	turn();
	ck_assert_ptr_nonnull(freopen("/dev/null", "w", stderr));
	for (i = 0; i < 5000; i++)
		log_info(NULL, "%s", text);
	json_decref(ask("{\"cmd\":\"version\"}"));
	while ((answer = line(fd))) {
		lost += (int)json_integer_value(json_object_get(answer, "lost"));
		json_decref(answer);
	}
	ck_assert_int_gt(lost, 1000);
	ck_assert_int_lt(lost, 5000);
	close(fd);
}
END_TEST

START_TEST(test_many_clients)
{
	int fd[CONTROL_CLIENTS_MAX + 1], i;
	json_t *answer;

	for (i = 0; i < CONTROL_CLIENTS_MAX; i++) {
		fd[i] = client();
		turn();
	}
	fd[i] = client();
	answer = line(fd[i]);
	ck_assert_str_eq(string(answer, "error"), "too many clients");
	json_decref(answer);
	for (i = 0; i <= CONTROL_CLIENTS_MAX; i++)
		close(fd[i]);
	turn();
	json_decref(ask("{\"cmd\":\"version\"}"));
}
END_TEST

/* A client that half-closes still gets the answer; one that goes away harms nobody. */
START_TEST(test_half_closed)
{
	int fd = client();
	json_t *answer;

	say(fd, "{\"cmd\":\"version\"}\n");
	shutdown(fd, SHUT_WR);
	answer = line(fd);
	ck_assert_ptr_nonnull(json_object_get(answer, "version"));
	json_decref(answer);
	close(fd);
	fd = client();
	say(fd, "{\"cmd\":\"show\"}\n");
	close(fd);
	turn();
	json_decref(ask("{\"cmd\":\"version\"}"));
}
END_TEST

START_TEST(test_mode)
{
	struct stat st;

	ck_assert_int_eq(stat(path, &st), 0);
	ck_assert_int_eq(st.st_mode & 07777, 0600);
}
END_TEST

/* A second keyd is refused; what a crashed one left is not in the way; a file is. */
START_TEST(test_stale)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	struct control *second;
	char other[80];
	int fd;

	ck_assert_ptr_null(control_open(base, path, &env, why));
	ck_assert_ptr_nonnull(strstr(why, "another keyd"));
	snprintf(other, sizeof(other), "%s/run/other", dir);
	fd = socket(AF_UNIX, SOCK_STREAM, 0);
	strcpy(sun.sun_path, other);
	ck_assert_int_eq(bind(fd, (struct sockaddr *)&sun, sizeof(sun)), 0);
	close(fd);
	second = control_open(base, other, &env, why);
	ck_assert_msg(second, "%s", why);
	control_close(second);
	fd = open(other, O_CREAT | O_WRONLY, 0600);
	close(fd);
	ck_assert_ptr_null(control_open(base, other, &env, why));
	ck_assert_ptr_nonnull(strstr(why, "not a socket"));
	unlink(other);
}
END_TEST

START_TEST(test_selectors)
{
	struct wire_ts s = { .port_max = 65535 };
	char text[192];

	addr_parse(&s.min, "10.1.0.1");
	addr_parse(&s.max, "10.1.0.3");
	control_format_ts(text, sizeof(text), &s);
	ck_assert_str_eq(text, "10.1.0.1-10.1.0.3");
	s.max = s.min;
	s.proto = 6;
	control_format_ts(text, sizeof(text), &s);
	ck_assert_str_eq(text, "10.1.0.1/32[tcp]");
	s.port_min = 80;
	s.port_max = 90;
	control_format_ts(text, sizeof(text), &s);
	ck_assert_str_eq(text, "10.1.0.1/32[tcp/80-90]");
	s.port_max = 80;
	s.proto = 132;
	control_format_ts(text, sizeof(text), &s);
	ck_assert_str_eq(text, "10.1.0.1/32[sctp/80]");
	s.port_max = 0;
	s.proto = 200;
	control_format_ts(text, sizeof(text), &s);
	ck_assert_str_eq(text, "10.1.0.1/32[200/opaque]");
	s.proto = 1;
	s.port_min = 0x300;
	s.port_max = 0x3ff;
	control_format_ts(text, sizeof(text), &s);
	ck_assert_str_eq(text, "10.1.0.1/32[icmp/3]");
	s.port_max = 0x504;
	control_format_ts(text, sizeof(text), &s);
	ck_assert_str_eq(text, "10.1.0.1/32[icmp/3-5:0-4]");
	s.port_min = s.port_max = 0;
	control_format_ts(text, sizeof(text), &s);
	ck_assert_str_eq(text, "10.1.0.1/32[icmp/0:0]");
	s.proto = 135;
	s.port_min = s.port_max = 0x500;
	control_format_ts(text, sizeof(text), &s);
	ck_assert_str_eq(text, "10.1.0.1/32[mh/5]");
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, test_show);
	tcase_add_test(tc, test_show_one);
	tcase_add_test(tc, test_verbs);
	tcase_add_test(tc, test_counters);
	tcase_add_test(tc, test_reload);
	tcase_add_test(tc, test_hostile);
	tcase_add_test(tc, test_framing);
	tcase_add_test(tc, test_log);
	tcase_add_test(tc, test_slow_follower);
	tcase_add_test(tc, test_many_clients);
	tcase_add_test(tc, test_half_closed);
	tcase_add_test(tc, test_mode);
	tcase_add_test(tc, test_stale);
	tcase_add_test(tc, test_selectors);
}

int main(void)
{
	return unit_run("control", add);
}
