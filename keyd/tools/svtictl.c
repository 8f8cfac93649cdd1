// SPDX-License-Identifier: GPL-2.0-or-later
/* svtictl: run one command against the kernel. */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>

#include "tools/svtictl.h"

static const char usage[] =
	"Usage: svtictl [--json] COMMAND\n"
	"\n"
	"  sa add dev DEV dir in|out spi SPI src ADDR dst ADDR alg NAME [key 0xHEX] [auth-key 0xHEX]\n"
	"         [reqid N] [esn on|off] [replay-window N] [encap SPORT:DPORT] [keepalive SECONDS]\n"
	"         [mode tunnel|transport] [dscp copy|N] [df copy|set|clear] [ttl copy|N]\n"
	"         [decap-dscp on|off] [tfc OCTETS] [dummy MS]\n"
	"         [soft-bytes N] [hard-bytes N] [soft-packets N] [hard-packets N]\n"
	"         [soft-seconds N] [hard-seconds N] [and dir in|out spi SPI ...]\n"
	"  sa set dev DEV dir in|out spi SPI [src ADDR] [dst ADDR] [encap SPORT:DPORT|off]\n"
	"         [keepalive SECONDS] [replay-window N]\n"
	"  sa del dev DEV dir in|out spi SPI [dst ADDR]\n"
	"  sa show [dev DEV] [dir in|out] [spi SPI] [reqid N]\n"
	"  sa flush dev DEV [dir in|out] [reqid N]\n"
	"  sp add dev DEV dir in|out [SELECTOR] [priority N] [reqid N] [action protect|discard]\n"
	"  sp set dev DEV index N [priority N] [reqid N] [action protect|discard]\n"
	"  sp del dev DEV index N\n"
	"  sp del dev DEV dir in|out [SELECTOR] [priority N]\n"
	"  sp show [dev DEV] [dir in|out] [index N] [reqid N]\n"
	"  sp flush dev DEV [dir in|out] [reqid N]\n"
	"  monitor [dev DEV]\n"
	"  batch FILE|-       commands, one a line, up to the first that fails; # begins a comment\n"
	"  help algorithms\n"
	"  -h, --help; --version\n"
	"\n"
	"SELECTOR: [src PREFIX] [dst PREFIX] [proto P [sport A-B|opaque] [dport A-B|opaque]\n"
	"          or [type T-U [code C-D]] for icmp, icmpv6 and mh]\n"
	"\n"
	"alg: such as aes128gcm16, whose key ends with the salt, or aes128-sha256, with auth-key.\n"
	"A policy uses the SAs of its reqid; without src, dst, proto or ports it selects every one.\n"
	"What follows an 'and' is added in the same step, such as both SAs of a new pair.\n"
	"opaque are packets whose ports cannot be seen, such as later fragments; a range of ports or\n"
	"types has none of these.\n"
	"dscp, df and ttl are of the outer header of an outbound SA, default copy, copy and 64;\n"
	"decap-dscp lets an inbound SA write the outer DSCP into the inner header, default off.\n"
	"Against who watches sizes and times, an outbound SA pads inner packets to tfc octets, and sends\n"
	"a dummy packet after so much silence.\n";

/* Where a command comes from. */
static const char *source;
static unsigned int source_line;

void tool_at(const char *name, unsigned int line)
{
	source = name;
	source_line = line;
}

int tool_fail(const char *why)
{
	if (source)
		fprintf(stderr, "svtictl: %s:%u: %s\n", source, source_line, why);
	else
		fprintf(stderr, "svtictl: %s\n", why);
	return EXIT_FAILED;
}

struct show {
	const struct request *r;
	struct kernel *k;
	struct output out;
	const char *dev;
};

static void show_sa(void *ctx, const struct kernel_sa *sa)
{
	struct show *show = ctx;

	if (request_wants_sa(show->r, sa))
		output_sa(&show->out, show->dev, sa);
}

static void show_sp(void *ctx, const struct kernel_sp *sp)
{
	struct show *show = ctx;

	if (request_wants_sp(show->r, sp))
		output_sp(&show->out, show->dev, sp);
}

static int show_device(void *ctx, int ifindex, const char *name)
{
	struct show *show = ctx;

	show->dev = name;
	if (show->r->command == SA_SHOW)
		return kernel_sa_each(show->k, ifindex, show_sa, show);
	return kernel_sp_each(show->k, ifindex, show_sp, show);
}

static int run_show(struct kernel *k, const struct request *r)
{
	struct show show = { .r = r, .k = k };
	int error;

	if (output_begin(&show.out, r->json))
		return tool_fail("out of memory");
	if (r->dev) {
		error = kernel_ifindex(k, r->dev);
		if (error > 0)
			error = show_device(&show, error, r->dev);
	} else {
		error = kernel_link_each(k, show_device, &show);
	}
	if (error < 0)
		return tool_fail(kernel_error(k));
	return output_end(&show.out) ? tool_fail("cannot write to standard output") : 0;
}

struct monitor {
	struct output out;
	const char *dev; /* NULL: all */
};

static bool wanted(const struct monitor *m, const struct kernel_source *from)
{
	return !m->dev || (!from->elsewhere && !strcmp(m->dev, from->name));
}

static void monitor_acquire(void *ctx, const struct kernel_acquire *acquire)
{
	struct monitor *m = ctx;

	if (wanted(m, &acquire->from))
		output_acquire(&m->out, acquire);
}

static void monitor_expire(void *ctx, const struct kernel_expire *expire)
{
	struct monitor *m = ctx;

	if (wanted(m, &expire->from))
		output_expire(&m->out, expire);
}

static void monitor_mapping(void *ctx, const struct kernel_mapping *mapping)
{
	struct monitor *m = ctx;

	if (wanted(m, &mapping->from))
		output_mapping(&m->out, mapping);
}

static void monitor_overrun(void *ctx)
{
	output_overrun(&((struct monitor *)ctx)->out);
}

static int run_monitor(struct kernel *k, const struct request *r)
{
	struct monitor m = { .out.json = r->json, .dev = r->dev };
	const struct kernel_events events = {
		.ctx = &m,
		.acquire = monitor_acquire,
		.expire = monitor_expire,
		.mapping = monitor_mapping,
		.overrun = monitor_overrun,
	};
	struct pollfd fd = { .events = POLLIN };

	if (r->dev && kernel_ifindex(k, r->dev) < 0)
		return tool_fail(kernel_error(k));
	if (kernel_events_open(k, &events) < 0)
		return tool_fail(kernel_error(k));
	fd.fd = kernel_events_fd(k);
	for (;;) {
		if (poll(&fd, 1, -1) < 0 && errno != EINTR)
			return tool_fail("cannot wait for events");
		if (kernel_events_read(k) < 0)
			return tool_fail(kernel_error(k));
		if (ferror(stdout))
			return tool_fail("cannot write to standard output");
	}
}

/* All SAs of the request, in one step. */
static int add_sas(struct kernel *k, int dev, const struct request *r)
{
	struct kernel_sa *sa;
	unsigned int count = 0;
	const struct request *one;
	int error;

	for (one = r; one; one = one->also)
		count++;
	sa = calloc(count, sizeof(*sa));
	if (!sa)
		return -ENOMEM;
	count = 0;
	for (one = r; one; one = one->also)
		sa[count++] = one->sa;
	error = kernel_sa_new(k, dev, sa, count, NULL, 0);
	free(sa);
	return error;
}

/* Commands that change something. In JSON they answer with an object, else with silence. */
static int run_change(struct kernel *k, const struct request *r)
{
	const struct kernel_sa *sa = &r->sa;
	const struct kernel_sp *sp = &r->sp;
	uint32_t index = 0;
	int error = kernel_ifindex(k, r->dev);
	int dev = error;

	if (error < 0)
		return tool_fail(kernel_error(k));
	switch (r->command) {
	case SA_ADD:
		error = add_sas(k, dev, r);
		break;
	case SA_SET:
		error = kernel_sa_set(k, dev, sa);
		break;
	case SA_DEL:
		error = kernel_sa_del(k, dev, sa->dir, sa->spi, &sa->dst);
		break;
	case SA_FLUSH:
		error = kernel_sa_flush(k, dev, sa->dir, sa->reqid);
		break;
	case SP_ADD:
		error = kernel_sp_new(k, dev, sp, 1, &index);
		break;
	case SP_SET:
		error = kernel_sp_set(k, dev, sp);
		break;
	case SP_DEL:
		error = kernel_sp_del(k, dev, sp);
		break;
	default:
		error = kernel_sp_flush(k, dev, sp->dir, sp->reqid);
		break;
	}
	if (error)
		return tool_fail(kernel_error(k));
	if (r->json && r->command == SP_ADD)
		printf("{\"index\": %u}\n", index);
	else if (r->json)
		puts("{}");
	return 0;
}

int run_request(struct kernel *k, const struct request *r)
{
	if (r->command & (SA_SHOW | SP_SHOW))
		return run_show(k, r);
	return r->command == MONITOR ? run_monitor(k, r) : run_change(k, r);
}

static int run_file(struct kernel *k, const struct request *r)
{
	bool is_stdin = !strcmp(r->file, "-");
	FILE *in = is_stdin ? stdin : fopen(r->file, "re");
	char why[WHY_MAX];
	int status;

	if (!in) {
		snprintf(why, sizeof(why), "cannot read %.128s: %s", r->file, strerror(errno));
		return tool_fail(why);
	}
	status = run_batch(k, in, is_stdin ? "standard input" : r->file, r->json);
	if (!is_stdin)
		fclose(in);
	return status;
}

static int run(const struct request *r)
{
	const char *why;
	struct kernel *k;
	int status;

	if (r->command == HELP || r->command == VERSION) {
		printf("%s", r->command == HELP ? usage : "svtictl " SVTI_VERSION "\n");
		return 0;
	}
	if (r->command == ALGORITHMS)
		return alg_list(r->json) ? tool_fail("cannot write to standard output") : 0;
	k = kernel_open(&why);
	if (!k)
		return tool_fail(why);
	status = r->command == BATCH ? run_file(k, r) : run_request(k, r);
	kernel_close(k);
	return status;
}

int main(int argc, char **argv)
{
	char why[WHY_MAX];
	struct request r;
	int status;

	if (request_parse(&r, argc - 1, argv + 1, why)) {
		tool_fail(why);
		status = EXIT_USAGE;
	} else {
		status = run(&r);
	}
	request_wipe(&r);
	return status;
}
