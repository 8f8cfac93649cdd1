// SPDX-License-Identifier: GPL-2.0-or-later
/* What svtictl prints: text in words of its own grammar, or JSON. Never a key. */
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>

#include "tools/svtictl.h"
#include "tools/svtictl_selector.h"

enum {
	SHORT = 64,
	ALG_MAX = 96
};

const char *format_dir(uint32_t dir)
{
	return dir == SVTI_DIR_IN ? "in" : dir == SVTI_DIR_OUT ? "out" : "unknown";
}

static const char *format_mode(uint32_t mode)
{
	return mode == SVTI_MODE_TRANSPORT ? "transport"
	       : mode == SVTI_MODE_TUNNEL  ? "tunnel"
					   : "unknown";
}

static const char *format_action(uint32_t action)
{
	return action == SVTI_ACTION_DISCARD ? "discard" : "protect";
}

const char *format_reason(uint32_t reason)
{
	static const char *const names[] = {
		[SVTI_EXPIRE_SEQUENCE] = "sequence",
		[SVTI_EXPIRE_BYTES] = "bytes",
		[SVTI_EXPIRE_PACKETS] = "packets",
		[SVTI_EXPIRE_SECONDS] = "seconds",
	};

	if (reason >= sizeof(names) / sizeof(*names) || !names[reason])
		return "unknown";
	return names[reason];
}

/* "3 s", "2 min 5 s", "4 h 1 min", "9 d 3 h": the two largest units */
static void format_age(char *buf, size_t len, uint64_t s)
{
	if (s < 60)
		snprintf(buf, len, "%" PRIu64 " s", s);
	else if (s < 3600)
		snprintf(buf, len, "%" PRIu64 " min %" PRIu64 " s", s / 60, s % 60);
	else if (s < 86400)
		snprintf(buf, len, "%" PRIu64 " h %" PRIu64 " min", s / 3600, s % 3600 / 60);
	else
		snprintf(buf, len, "%" PRIu64 " d %" PRIu64 " h", s / 86400, s % 86400 / 3600);
}

int output_begin(struct output *o, bool json)
{
	o->json = json;
	o->array = json ? json_array() : NULL;
	return json && !o->array ? -1 : 0;
}

int output_end(struct output *o)
{
	int error = 0;

	if (o->json) {
		error = json_dumpf(o->array, stdout, JSON_INDENT(2));
		putchar('\n');
		json_decref(o->array);
	}
	return fflush(stdout) || ferror(stdout) || error ? -1 : 0;
}

static json_t *json_u64(uint64_t value)
{
	return json_integer((json_int_t)value);
}

/* What of the outer header is copied is null. */
static void add_header(json_t *j, const struct kernel_sa *sa)
{
	json_object_set_new(j, "dscp", sa->has_dscp ? json_u64(sa->dscp) : json_null());
	json_object_set_new(j, "df", json_string(format_df(sa->df)));
	json_object_set_new(j, "ttl", sa->ttl ? json_u64(sa->ttl) : json_null());
	json_object_set_new(j, "tfc", sa->tfc ? json_u64(sa->tfc) : json_null());
}

static void add_limit(json_t *j, const char *name, const struct kernel_limit *limit)
{
	json_t *one = json_object();

	if (limit->soft)
		json_object_set_new(one, "soft", json_u64(limit->soft));
	if (limit->hard)
		json_object_set_new(one, "hard", json_u64(limit->hard));
	if (limit->hard)
		json_object_set_new(one, "left", json_u64(limit->left));
	if (json_object_size(one))
		json_object_set_new(j, name, one);
	else
		json_decref(one);
}

/* {"bytes": {"soft": 1, "hard": 2, "left": 1}, ...}: what there is of it */
static json_t *limits_to_json(const struct kernel_sa *sa)
{
	json_t *j = json_object();

	add_limit(j, "bytes", &sa->life_bytes);
	add_limit(j, "packets", &sa->life_packets);
	add_limit(j, "seconds", &sa->life_seconds);
	return j;
}

static json_t *sa_to_json(const char *dev, const struct kernel_sa *sa)
{
	char spi[SHORT], alg[ALG_MAX], src[ADDR_STRLEN], dst[ADDR_STRLEN];
	json_t *j;

	snprintf(spi, sizeof(spi), "0x%08x", sa->spi);
	alg_format(alg, sizeof(alg), sa);
	j = json_pack("{s:s, s:s, s:s, s:s, s:s, s:I, s:s, s:b}", "dev", dev, "dir",
		      format_dir(sa->dir), "spi", spi, "src", addr_format(&sa->src, src), "dst",
		      addr_format(&sa->dst, dst), "reqid", (json_int_t)sa->reqid, "alg", alg, "esn",
		      sa->esn);
	if (sa->mode)
		json_object_set_new(j, "mode", json_string(format_mode(sa->mode)));
	if (sa->has_replay_window)
		json_object_set_new(j, "replay_window", json_u64(sa->replay_window));
	if (sa->encap_sport)
		json_object_set_new(j, "encap",
				    json_pack("{s:i, s:i}", "sport", sa->encap_sport, "dport",
					      sa->encap_dport));
	if (sa->df)
		add_header(j, sa);
	if (sa->dir == SVTI_DIR_OUT)
		json_object_set_new(j, "dummy", sa->dummy ? json_u64(sa->dummy) : json_null());
	if (sa->dir == SVTI_DIR_IN)
		json_object_set_new(j, "decap_dscp", json_boolean(sa->decap_dscp));
	if (sa->has_keepalive)
		json_object_set_new(j, "keepalive", json_u64(sa->keepalive));
	if (sa->has_keepalive)
		json_object_set_new(j, "keepalives", json_u64(sa->keepalives));
	json_object_set_new(j, "seq", json_u64(sa->seq));
	json_object_set_new(j, "packets", json_u64(sa->packets));
	json_object_set_new(j, "bytes", json_u64(sa->bytes));
	json_object_set_new(j, "dummies", json_u64(sa->dummies));
	json_object_set_new(j, "age", json_u64(sa->age));
	json_object_set_new(j, "idle", sa->used ? json_u64(sa->idle) : json_null());
	json_object_set_new(j, "replayed", json_u64(sa->replayed));
	json_object_set_new(j, "auth_failed", json_u64(sa->auth_failed));
	json_object_set_new(j, "limits", limits_to_json(sa));
	return j;
}

static void print_sa_head(const char *dev, const struct kernel_sa *sa)
{
	char src[ADDR_STRLEN], dst[ADDR_STRLEN];

	printf("%s: dir %-3s spi 0x%08x src %s dst %s reqid %u\n", dev, format_dir(sa->dir),
	       sa->spi, addr_format(&sa->src, src), addr_format(&sa->dst, dst), sa->reqid);
}

/* Only what is not the default. */
static void print_header(const struct kernel_sa *sa)
{
	if (sa->mode == SVTI_MODE_TRANSPORT)
		printf(" mode transport");
	if (sa->has_dscp)
		printf(" dscp %u", sa->dscp);
	if (sa->df && sa->df != SVTI_DF_COPY)
		printf(" df %s", format_df(sa->df));
	if (sa->has_ttl && !sa->ttl)
		printf(" ttl copy");
	else if (sa->has_ttl && sa->ttl != SVTI_TTL_DEFAULT)
		printf(" ttl %u", sa->ttl);
	if (sa->decap_dscp)
		printf(" decap-dscp on");
	if (sa->tfc)
		printf(" tfc %u", sa->tfc);
	if (sa->dummy)
		printf(" dummy %u", sa->dummy);
}

/* "    bytes: warning at 1000, end at 2000, 1500 left" */
static void print_limit(const char *name, const struct kernel_limit *limit)
{
	if (!limit->soft && !limit->hard)
		return;
	printf("    %s: ", name);
	if (limit->soft)
		printf("warning at %" PRIu64 "%s", limit->soft, limit->hard ? ", " : "");
	if (limit->hard)
		printf("end at %" PRIu64 ", %" PRIu64 " left", limit->hard, limit->left);
	putchar('\n');
}

static void print_sa(const char *dev, const struct kernel_sa *sa)
{
	char alg[ALG_MAX], age[SHORT], idle[SHORT];

	print_sa_head(dev, sa);
	alg_format(alg, sizeof(alg), sa);
	printf("    alg %s esn %s", alg, sa->esn ? "on" : "off");
	if (sa->has_replay_window && sa->dir == SVTI_DIR_IN)
		printf(" replay-window %u", sa->replay_window);
	if (sa->encap_sport)
		printf(" encap %u:%u", sa->encap_sport, sa->encap_dport);
	print_header(sa);
	if (sa->has_keepalive)
		printf(" keepalive %u", sa->keepalive);
	format_age(age, sizeof(age), sa->age);
	format_age(idle, sizeof(idle), sa->idle);
	printf("\n    %" PRIu64 " packets, %" PRIu64 " bytes, sequence number %" PRIu64 "\n",
	       sa->packets, sa->bytes, sa->seq);
	printf("    installed %s ago, %s%s\n", age, sa->used ? "last used " : "never used",
	       sa->used ? strcat(idle, " ago") : "");
	if (sa->dir == SVTI_DIR_IN)
		printf("    dropped: %" PRIu64 " replayed or too old, %" PRIu64 " forged\n",
		       sa->replayed, sa->auth_failed);
	if (sa->has_keepalive)
		printf("    %" PRIu64 " keepalives\n", sa->keepalives);
	print_limit("bytes", &sa->life_bytes);
	print_limit("packets", &sa->life_packets);
	print_limit("seconds", &sa->life_seconds);
}

void output_sa(struct output *o, const char *dev, const struct kernel_sa *sa)
{
	if (o->json)
		json_array_append_new(o->array, sa_to_json(dev, sa));
	else
		print_sa(dev, sa);
}

static void add_range(json_t *j, const char *name, int min, int max)
{
	json_object_set_new(j, name, json_pack("{s:i, s:i}", "min", min, "max", max));
}

/* OPAQUE is from 65535 to 0, as in the RFCs. */
static void add_ports(json_t *j, const struct kernel_sp *sp)
{
	struct octet_range types, codes;

	if (selector_types(sp, &types, &codes)) {
		add_range(j, "type", types.min, types.max);
		add_range(j, "code", codes.min, codes.max);
		return;
	}
	if (sp->has_sport)
		add_range(j, "sport", sp->sport_min, sp->sport_max);
	if (sp->has_dport)
		add_range(j, "dport", sp->dport_min, sp->dport_max);
}

static json_t *sp_to_json(const char *dev, const struct kernel_sp *sp)
{
	char src[ADDR_STRLEN + 8], dst[ADDR_STRLEN + 8];
	json_t *j;

	format_prefix(src, sizeof(src), &sp->src, sp->src_prefix);
	format_prefix(dst, sizeof(dst), &sp->dst, sp->dst_prefix);
	j = json_pack("{s:s, s:I, s:s, s:s, s:s, s:i}", "dev", dev, "index", (json_int_t)sp->index,
		      "dir", format_dir(sp->dir), "src", src, "dst", dst, "proto", (int)sp->proto);
	add_ports(j, sp);
	json_object_set_new(j, "priority", json_u64(sp->priority));
	json_object_set_new(j, "reqid", json_u64(sp->reqid));
	json_object_set_new(j, "action", json_string(format_action(sp->action)));
	json_object_set_new(j, "packets", json_u64(sp->packets));
	json_object_set_new(j, "bytes", json_u64(sp->bytes));
	return j;
}

void output_sp(struct output *o, const char *dev, const struct kernel_sp *sp)
{
	char src[ADDR_STRLEN + 8], dst[ADDR_STRLEN + 8], proto[SHORT], ports[SHORT];

	if (o->json) {
		json_array_append_new(o->array, sp_to_json(dev, sp));
		return;
	}
	format_prefix(src, sizeof(src), &sp->src, sp->src_prefix);
	format_prefix(dst, sizeof(dst), &sp->dst, sp->dst_prefix);
	format_proto(proto, sizeof(proto), sp->proto);
	format_ports(ports, sizeof(ports), sp);
	printf("%s: dir %-3s src %s dst %s proto %s%s\n", dev, format_dir(sp->dir), src, dst, proto,
	       ports);
	printf("    index %u priority %u reqid %u action %s\n", sp->index, sp->priority,
	       sp->reqid, format_action(sp->action));
	printf("    %" PRIu64 " packets, %" PRIu64 " bytes\n", sp->packets, sp->bytes);
}

/* Events are lines of their own, also in JSON, and reach a pipe at once. */
static void print_event(json_t *j)
{
	json_dumpf(j, stdout, JSON_COMPACT);
	json_decref(j);
	putchar('\n');
	fflush(stdout);
}

/* "svti1", or "svti1@netns 3" for one that lives in another network namespace */
static void format_source(char *buf, size_t len, const struct kernel_source *from)
{
	if (from->elsewhere)
		snprintf(buf, len, "%s@netns %d", from->name, from->netnsid);
	else
		snprintf(buf, len, "%s", from->name);
}

static void print_source(json_t *j, const char *event, const struct kernel_source *from)
{
	json_object_set_new(j, "event", json_string(event));
	json_object_set_new(j, "event_seq", json_u64(from->seq));
	if (from->elsewhere)
		json_object_set_new(j, "netnsid", json_integer(from->netnsid));
	print_event(j);
}

void output_acquire(struct output *o, const struct kernel_acquire *a)
{
	const struct kernel_sp ports = {
		.proto = a->proto,
		.has_sport = a->has_ports,
		.has_dport = a->has_ports,
		.sport_min = a->sport,
		.sport_max = a->sport,
		.dport_min = a->dport,
		.dport_max = a->dport,
	};
	char dev[SHORT], src[ADDR_STRLEN], dst[ADDR_STRLEN], proto[SHORT], text[SHORT];

	addr_format(&a->src, src);
	addr_format(&a->dst, dst);
	if (o->json) {
		print_source(json_pack("{s:s, s:I, s:I, s:s, s:s, s:i, s:i, s:i}", "dev",
				       a->from.name, "index", (json_int_t)a->sp_index, "reqid",
				       (json_int_t)a->reqid, "src", src, "dst", dst, "proto",
				       (int)a->proto, "sport", (int)a->sport, "dport",
				       (int)a->dport),
			     "acquire", &a->from);
		return;
	}
	format_source(dev, sizeof(dev), &a->from);
	format_proto(proto, sizeof(proto), a->proto);
	printf("acquire %s: index %u reqid %u src %s dst %s proto %s", dev, a->sp_index, a->reqid,
	       src, dst, proto);
	format_ports(text, sizeof(text), &ports);
	puts(text);
	fflush(stdout);
}

void output_expire(struct output *o, const struct kernel_expire *e)
{
	char dev[SHORT];
	json_t *j;

	if (o->json) {
		j = sa_to_json(e->from.name, &e->sa);
		json_object_set_new(j, "reason", json_string(format_reason(e->reason)));
		json_object_set_new(j, "hard", json_boolean(e->hard));
		print_source(j, "expire", &e->from);
		return;
	}
	format_source(dev, sizeof(dev), &e->from);
	printf("expire, %s limit of %s: ", e->hard ? "hard" : "soft", format_reason(e->reason));
	print_sa_head(dev, &e->sa);
	fflush(stdout);
}

void output_mapping(struct output *o, const struct kernel_mapping *m)
{
	char dev[SHORT], src[ADDR_STRLEN], spi[SHORT], old[ADDR_STRLEN];
	json_t *j;

	addr_format(&m->src, src);
	if (o->json) {
		snprintf(spi, sizeof(spi), "0x%08x", m->sa.spi);
		j = json_pack("{s:s, s:s, s:s, s:I, s:s, s:i, s:s, s:i}", "dev", m->from.name,
			      "dir", format_dir(m->sa.dir), "spi", spi, "reqid",
			      (json_int_t)m->sa.reqid, "old_src", addr_format(&m->sa.src, old),
			      "old_sport", m->sa.encap_sport, "src", src, "sport", m->encap_sport);
		print_source(j, "mapping", &m->from);
		return;
	}
	format_source(dev, sizeof(dev), &m->from);
	printf("mapping, now from %s", src);
	if (m->encap_sport)
		printf(" port %u", m->encap_sport);
	printf(": ");
	print_sa_head(dev, &m->sa);
	fflush(stdout);
}

void output_overrun(struct output *o)
{
	if (o->json)
		print_event(json_pack("{s:s}", "event", "overrun"));
	else
		puts("overrun: some events were lost");
	fflush(stdout);
}
