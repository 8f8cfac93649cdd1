// SPDX-License-Identifier: GPL-2.0-or-later
/* Connections as JSON, for `keydctl show`. */
#include <inttypes.h>
#include <stdio.h>

#include "base/ipproto.h"
#include "control/priv.h"
#include "crypto/alg.h"

enum {
	PROPOSAL_MAX = 256,
	PROPOSALS_MAX = 4096,
	TS_TEXT_MAX = 192
};

json_t *control_text(const char *text)
{
	char plain[1024];
	json_t *j;
	size_t i;

	if (!text)
		return json_null();
	j = json_string(text);
	if (j)
		return j;
	for (i = 0; text[i] && i < sizeof(plain) - 1; i++)
		plain[i] = text[i] & 0x80 ? '?' : text[i];
	plain[i] = 0;
	return json_string(plain);
}

static void set(json_t *j, const char *key, json_t *value)
{
	json_object_set_new(j, key, value);
}

static void set_u64(json_t *j, const char *key, uint64_t value)
{
	set(j, key, json_integer((json_int_t)value));
}

static void set_ident(json_t *j, const char *key, const struct ident *id)
{
	char text[IDENT_STRLEN];

	set(j, key, id ? control_text(ident_format(id, text)) : json_null());
}

static void set_addr(json_t *j, const char *key, const struct addr *a)
{
	char text[ADDR_STRLEN];

	set(j, key, json_string(a->family == AF_UNSPEC ? "any" : addr_format(a, text)));
}

static uint64_t seconds_since(const struct control_env *env, uint64_t then)
{
	uint64_t now = env->now(env->ctx);

	return now > then ? (now - then) / 1000 : 0;
}

static const char *display(uint8_t type, uint16_t id, uint16_t key_bits)
{
	const struct alg *alg = alg_find(type, id, key_bits);

	return alg ? alg->display : alg_name(type, id, key_bits);
}

static void append(char *buf, const char *text)
{
	size_t len = strlen(buf);

	snprintf(buf + len, PROPOSAL_MAX - len, "%s%s", len ? "/" : "", text);
}

/* "AES_CBC-128/HMAC_SHA2_256_128/PRF_HMAC_SHA2_256/ECP_256" */
static void format_proposal(char buf[static PROPOSAL_MAX], uint16_t encr, uint16_t key_bits,
			    uint16_t integ, uint16_t prf, uint16_t ke)
{
	buf[0] = 0;
	append(buf, display(IKE_TT_ENCR, encr, key_bits));
	if (integ)
		append(buf, display(IKE_TT_INTEG, integ, 0));
	if (prf)
		append(buf, display(IKE_TT_PRF, prf, 0));
	if (ke)
		append(buf, display(IKE_TT_KE, ke, 0));
}

static const char *proto_name(uint8_t proto, char buf[static 8])
{
	const char *name = ipproto_name(proto);

	snprintf(buf, 8, "%u", proto);
	return name ? name : buf;
}

static void append_range(char *buf, size_t len, char before, unsigned int first, unsigned int last)
{
	size_t at = strlen(buf);

	if (first == last)
		snprintf(buf + at, len - at, "%c%u", before, first);
	else
		snprintf(buf + at, len - at, "%c%u-%u", before, first, last);
}

/* Ports, or types and codes as RFC 4301 4.4.1.1 puts them there. */
static void append_ports(char *buf, size_t len, const struct wire_ts *ts)
{
	unsigned int low = ts->port_min & UINT8_MAX, high = ts->port_max & UINT8_MAX;

	if (!ipproto_has_type(ts->proto)) {
		append_range(buf, len, '/', ts->port_min, ts->port_max);
		return;
	}
	append_range(buf, len, '/', ts->port_min >> 8, ts->port_max >> 8);
	if (ipproto_has_code(ts->proto) && (low || high != UINT8_MAX))
		append_range(buf, len, ':', low, high);
}

/* "10.1.0.0/24[udp/53]": as the configuration has it, if it can be said there. */
void control_format_ts(char *buf, size_t len, const struct wire_ts *ts)
{
	char min[ADDR_STRLEN], max[ADDR_STRLEN], number[8];
	struct addr prefix;
	uint32_t bits;
	size_t at;

	addr_format(&ts->min, min);
	if (kernel_range_to_prefixes(&ts->min, &ts->max, &prefix, &bits, 1) == 1)
		snprintf(buf, len, "%s/%" PRIu32, min, bits);
	else
		snprintf(buf, len, "%s-%s", min, addr_format(&ts->max, max));
	if (!ts->proto && !ts->port_min && ts->port_max == UINT16_MAX)
		return;
	at = strlen(buf);
	snprintf(buf + at, len - at, "[%s", ts->proto ? proto_name(ts->proto, number) : "any");
	at = strlen(buf);
	if (ts->port_min > ts->port_max)
		snprintf(buf + at, len - at, "/opaque");
	else if (ts->port_min || ts->port_max != UINT16_MAX)
		append_ports(buf, len, ts);
	at = strlen(buf);
	snprintf(buf + at, len - at, "]");
}

static void set_ts(json_t *j, const char *key, const struct wire_ts_list *list)
{
	json_t *array = json_array();
	char text[TS_TEXT_MAX];
	unsigned int i;

	for (i = 0; list && i < list->count; i++) {
		control_format_ts(text, sizeof(text), &list->ts[i]);
		json_array_append_new(array, json_string(text));
	}
	set(j, key, array);
}

static json_t *half(const struct control_env *env, const char *interface, uint32_t dir,
		    uint32_t spi, uint32_t *reqid)
{
	struct kernel_sa sa;
	json_t *j = json_object();
	char text[16];

	snprintf(text, sizeof(text), "%08" PRIx32, spi);
	set(j, "spi", json_string(text));
	if (env->sa_get(env->ctx, interface, dir, spi, &sa))
		return j;
	*reqid = sa.reqid;
	set_u64(j, "packets", sa.packets);
	set_u64(j, "bytes", sa.bytes);
	set(j, "idle", sa.used ? json_integer((json_int_t)sa.idle) : json_null());
	if (dir == SVTI_DIR_IN) {
		set_u64(j, "replayed", sa.replayed);
		set_u64(j, "auth_failed", sa.auth_failed);
	}
	return j;
}

static json_t *child(const struct control_env *env, const char *interface,
		     const struct ike_child_info *c)
{
	char proposal[PROPOSAL_MAX], text[PROPOSAL_MAX + 8];
	json_t *j = json_object();
	uint32_t reqid = c->reqid; /* the kernel has it as that of an older Child SA, perhaps */

	format_proposal(proposal, c->encr, c->key_bits, c->integ, 0, c->ke);
	snprintf(text, sizeof(text), "ESP:%s", proposal);
	set(j, "name", control_text(c->name));
	set_u64(j, "id", c->id);
	set(j, "state", json_string("INSTALLED"));
	set(j, "mode", json_string("TUNNEL"));
	set(j, "proposal", json_string(text));
	set(j, "esn", json_boolean(c->esn));
	set_u64(j, "installed", seconds_since(env, c->installed_at));
	set(j, "in", half(env, interface, SVTI_DIR_IN, c->spi_in, &reqid));
	set(j, "out", half(env, interface, SVTI_DIR_OUT, c->spi_out, &reqid));
	set_u64(j, "reqid", reqid);
	set_ts(j, "local", c->ts_local);
	set_ts(j, "remote", c->ts_remote);
	return j;
}

static json_t *side(const struct ident *id, const struct endpoint *at)
{
	json_t *j = json_object();

	set_ident(j, "id", id);
	set_addr(j, "address", &at->addr);
	set_u64(j, "port", at->port);
	return j;
}

static void set_spi(json_t *j, const char *key, const uint8_t spi[static 8])
{
	char text[17];
	int i;

	for (i = 0; i < 8; i++)
		snprintf(text + 2 * i, 3, "%02x", spi[i]);
	set(j, key, json_string(text));
}

static json_t *ike_sa(const struct control_env *env, const char *interface,
		      const struct ike_sa_info *sa)
{
	const unsigned int most = sizeof(sa->child) / sizeof(*sa->child);
	json_t *j = json_object(), *children = json_array();
	char proposal[PROPOSAL_MAX];
	unsigned int i;

	set_u64(j, "id", sa->id);
	set(j, "state", json_string(sa->established ? "ESTABLISHED" : "CONNECTING"));
	set(j, "initiator", json_boolean(sa->initiator));
	set_spi(j, "spi_i", sa->spi_i);
	set_spi(j, "spi_r", sa->spi_r);
	set(j, "local", side(sa->local_id, &sa->local));
	set(j, "remote", side(sa->remote_id, &sa->remote));
	if (sa->encr) {
		format_proposal(proposal, sa->encr, sa->key_bits, sa->integ, sa->prf, sa->ke);
		set(j, "proposal", json_string(proposal));
	}
	if (sa->established)
		set_u64(j, "established", seconds_since(env, sa->established_at));
	for (i = 0; i < sa->children && i < most; i++)
		json_array_append_new(children, child(env, interface, &sa->child[i]));
	set(j, "children", children);
	return j;
}

static void set_proposals(json_t *j, const char *key, const struct ike_proposals *ps)
{
	char text[PROPOSALS_MAX] = "";

	ike_proposals_format(ps, text, sizeof(text));
	set(j, key, json_string(text));
}

static json_t *configuration(const struct ike_conn_conf *conf)
{
	json_t *j = json_object(), *c = json_object();

	set(j, "method", json_string(conf->method == IKE_AUTH_BY_CERT ? "cert" : "psk"));
	set_addr(j, "local_address", &conf->local);
	set_addr(j, "peer", &conf->peer);
	set(j, "initiator", json_boolean(conf->initiator));
	set_ident(j, "local_id", &conf->local_id);
	set_ident(j, "remote_id", &conf->remote_id);
	if (conf->method == IKE_AUTH_BY_CERT) {
		set(j, "certificate", control_text(conf->certificate));
		set(j, "ca", control_text(conf->ca));
	}
	set_proposals(j, "ike", &conf->ike);
	set_u64(j, "dpd_delay", conf->dpd_delay);
	set(c, "name", control_text(conf->child.name));
	set_proposals(c, "esp", &conf->child.esp);
	set_ts(c, "local", &conf->child.local);
	set_ts(c, "remote", &conf->child.remote);
	set(j, "child", c);
	return j;
}

/* Since the newest Child SA, else the newest IKE SA, else null. */
static json_t *since_rekey(const struct control_env *env, const struct ike_conn_info *info)
{
	uint64_t newest = 0, established = 0;
	unsigned int i, c;

	for (i = 0; i < info->sas; i++) {
		if (info->sa[i].established && info->sa[i].established_at > established)
			established = info->sa[i].established_at;
		for (c = 0; c < info->sa[i].children; c++)
			if (info->sa[i].child[c].installed_at > newest)
				newest = info->sa[i].child[c].installed_at;
	}
	if (!newest)
		newest = established;
	return newest ? json_integer((json_int_t)seconds_since(env, newest)) : json_null();
}

static json_t *head(const struct control_env *env, const struct ike_conn_info *info)
{
	json_t *j = json_object();

	set(j, "name", control_text(info->conf->name));
	set(j, "description", control_text(info->conf->description));
	set(j, "interface", control_text(info->conf->interface));
	set(j, "status", json_string(ike_conn_state_text(info->state)));
	set(j, "up", json_boolean(info->state == IKE_CONN_INSTALLED));
	set(j, "time", since_rekey(env, info));
	set(j, "last_error", control_text(info->last_error));
	return j;
}

json_t *control_show_line(const struct control_env *env, const struct ike_conn_info *info,
			  unsigned int id)
{
	json_t *j = head(env, info);

	set_u64(j, "id", id);
	return j;
}

json_t *control_show_whole(const struct control_env *env, const struct ike_conn_info *info)
{
	json_t *j = head(env, info), *sas = json_array();
	unsigned int i;

	for (i = 0; i < info->sas; i++)
		json_array_append_new(sas, ike_sa(env, info->conf->interface, &info->sa[i]));
	set(j, "ike_sas", sas);
	set(j, "configuration", configuration(info->conf));
	return j;
}
