// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>
#include <stdlib.h>

#include "sim/sim.h"

void conf_id(struct ident *id, const char *text)
{
	const char *why;

	ident_free(id);
	ck_assert_msg(!ident_parse(id, text, &why), "%s: %s", text, why);
}

static void set_range(struct wire_ts_list *list, const char *min, const char *max)
{
	struct wire_ts *ts = &list->ts[list->count++];

	*ts = (struct wire_ts){ .port_max = 65535 };
	ck_assert_int_eq(addr_parse(&ts->min, min), 0);
	ck_assert_int_eq(addr_parse(&ts->max, max), 0);
}

void conf_local(struct ike_conn_conf *conf, const char *min, const char *max)
{
	conf->child.local.count = 0;
	set_range(&conf->child.local, min, max);
}

void conf_remote(struct ike_conn_conf *conf, const char *min, const char *max)
{
	conf->child.remote.count = 0;
	set_range(&conf->child.remote, min, max);
}

void conf_ike(struct ike_conn_conf *conf, const char *text)
{
	char why[160];

	ck_assert_msg(!ike_proposals_parse(&conf->ike, IKE_PROTO_IKE, text, why, sizeof(why)), "%s",
		      why);
}

void conf_esp(struct ike_conn_conf *conf, const char *text)
{
	char why[160];

	ck_assert_msg(!ike_proposals_parse(&conf->child.esp, IKE_PROTO_ESP, text, why, sizeof(why)),
		      "%s", why);
}

static void subnet(struct wire_ts_list *list, const struct node *node)
{
	char min[32], max[32];

	snprintf(min, sizeof(min), "10.%u.0.0", node->index + 1);
	snprintf(max, sizeof(max), "10.%u.0.255", node->index + 1);
	list->count = 0;
	set_range(list, min, max);
}

void conf_between(struct ike_conn_conf *conf, struct node *self, struct node *peer)
{
	memset(conf, 0, sizeof(*conf));
	strcpy(conf->name, "ipsec1");
	strcpy(conf->interface, "svti1");
	strcpy(conf->child.name, "net");
	conf->local = self->addr;
	conf->peer = peer->addr;
	conf->method = IKE_AUTH_BY_PSK;
	conf_id(&conf->local_id, self->name);
	conf_id(&conf->remote_id, peer->name);
	ike_proposals_default(&conf->ike, IKE_PROTO_IKE);
	ike_proposals_default(&conf->child.esp, IKE_PROTO_ESP);
	subnet(&conf->child.local, self);
	subnet(&conf->child.remote, peer);
}

void conf_any_peer(struct ike_conn_conf *conf)
{
	conf->peer = (struct addr){ 0 };
	conf_id(&conf->remote_id, "any");
	conf_remote(conf, "10.0.0.0", "10.255.255.255");
}

void conf_cert(struct ike_conn_conf *conf)
{
	conf->method = IKE_AUTH_BY_CERT;
	strcpy(conf->certificate, "own");
	strcpy(conf->ca, "root");
	memset(conf->ca_key_hash, 0xca, sizeof(conf->ca_key_hash));
}

void node_set(struct node *node, struct ike_conn_conf *conf)
{
	ck_assert_int_eq(ike_conn_set(node->ike, conf), 0);
	ike_conn_conf_free(conf);
	conf->local_id = conf->remote_id = (struct ident){ 0 };
}

void pair_init(struct pair *p, uint64_t seed)
{
	*p = (struct pair){ .sim = sim_new(seed) };
	p->alice = sim_node(p->sim, "alice");
	p->bob = sim_node(p->sim, "bob");
	conf_between(&p->a, p->alice, p->bob);
	conf_between(&p->b, p->bob, p->alice);
	p->b.initiator = true;
}

void pair_start(struct pair *p)
{
	node_set(p->alice, &p->a);
	node_set(p->bob, &p->b);
}

void pair_free(struct pair *p)
{
	ike_conn_conf_free(&p->a);
	ike_conn_conf_free(&p->b);
	sim_free(p->sim);
}

static void keep_state(void *ctx, const struct ike_conn_info *info)
{
	*(enum ike_conn_state *)ctx = info->state;
}

enum ike_conn_state node_state(struct node *node, const char *connection)
{
	enum ike_conn_state state;

	ck_assert_int_eq(ike_visit_conn(node->ike, connection, keep_state, &state), 0);
	return state;
}

static void keep_error(void *ctx, const struct ike_conn_info *info)
{
	*(const char **)ctx = info->last_error;
}

const char *node_error(struct node *node, const char *connection)
{
	const char *error;

	ck_assert_int_eq(ike_visit_conn(node->ike, connection, keep_error, &error), 0);
	return error;
}

static void keep_sas(void *ctx, const struct ike_conn_info *info)
{
	*(unsigned int *)ctx = info->sas;
}

unsigned int node_ike_sas(struct node *node, const char *connection)
{
	unsigned int sas;

	ck_assert_int_eq(ike_visit_conn(node->ike, connection, keep_sas, &sas), 0);
	return sas;
}

bool pair_is_up(struct sim *sim)
{
	for (unsigned int i = 0; i < 2; i++)
		if (node_state(sim->node[i], "ipsec1") != IKE_CONN_INSTALLED)
			return false;
	return true;
}

bool same_selectors(const struct wire_ts_list *a, const struct wire_ts_list *b)
{
	for (unsigned int i = 0; i < a->count && i < b->count; i++) {
		const struct wire_ts *s = &a->ts[i], *t = &b->ts[i];

		if (s->proto != t->proto || s->port_min != t->port_min ||
		    s->port_max != t->port_max || !addr_equal(&s->min, &t->min) ||
		    !addr_equal(&s->max, &t->max))
			return false;
	}
	return a->count == b->count;
}

static bool is_mirror(const struct fake_sa *a, const struct fake_sa *b)
{
	return b->used && a->spi_in == b->spi_out && a->spi_out == b->spi_in &&
	       addr_equal(&a->local, &b->remote) && addr_equal(&a->remote, &b->local) &&
	       a->encr == b->encr && a->key_bits == b->key_bits && a->integ == b->integ &&
	       a->esn == b->esn && a->encr_len == b->encr_len && a->integ_len == b->integ_len &&
	       !memcmp(a->encr_in, b->encr_out, a->encr_len) &&
	       !memcmp(a->encr_out, b->encr_in, a->encr_len) &&
	       !memcmp(a->integ_in, b->integ_out, a->integ_len) &&
	       !memcmp(a->integ_out, b->integ_in, a->integ_len) &&
	       same_selectors(&a->ts_local, &b->ts_remote) &&
	       same_selectors(&a->ts_remote, &b->ts_local);
}

void assert_mirrored(struct node *a, struct node *b)
{
	for (unsigned int i = 0; i < SIM_FAKE_SAS; i++) {
		bool found = !a->sa[i].used;

		for (unsigned int k = 0; k < SIM_FAKE_SAS && !found; k++)
			found = is_mirror(&a->sa[i], &b->sa[k]);
		ck_assert_msg(found, "seed %lu: a Child SA of %s has no mirror at %s",
			      (unsigned long)a->sim->seed, a->name, b->name);
	}
	ck_assert_uint_eq(node_sas(a), node_sas(b));
}

void assert_quiet(struct node *node)
{
	ck_assert_uint_eq(node_sas(node), 0);
	ck_assert_uint_eq(node->ike_up, node->ike_down);
	ck_assert_uint_eq(node->child_up, node->child_down);
	ck_assert_uint_eq(ike_counters(node->ike)->half_open, 0);
}

uint64_t drops_of(const struct ike_counters *c)
{
	return c->drop_malformed + c->drop_version + c->drop_unknown_spi + c->drop_message_id +
	       c->drop_exchange + c->drop_payloads + c->drop_decrypt + c->drop_state +
	       c->drop_limit;
}

static unsigned int sas_of(struct node *node)
{
	unsigned int sas;

	return ike_visit_conn(node->ike, "ipsec1", keep_sas, &sas) ? 0 : sas;
}

void snapshot_take(struct snapshot *s, struct node *node)
{
	*s = (struct snapshot){
		.counters = *ike_counters(node->ike),
		.state = node_state(node, "ipsec1"),
		.sas = sas_of(node),
		.installs = node->installs,
		.uninstalls = node->uninstalls,
		.signs = node->signs,
		.verifies = node->verifies,
	};
}

void snapshot_unchanged(const struct snapshot *s, struct node *node, uint64_t drops)
{
	struct snapshot is;

	snapshot_take(&is, node);
	ck_assert_uint_eq(is.state, s->state);
	ck_assert_uint_eq(is.sas, s->sas);
	ck_assert_uint_eq(is.installs, s->installs);
	ck_assert_uint_eq(is.uninstalls, s->uninstalls);
	ck_assert_uint_eq(is.signs, s->signs);
	ck_assert_uint_eq(is.verifies, s->verifies);
	ck_assert_uint_eq(is.counters.established, s->counters.established);
	ck_assert_uint_eq(drops_of(&is.counters), drops_of(&s->counters) + drops);
}

int sim_main(const char *name, void (*add)(TCase *tc))
{
	Suite *suite = suite_create(name);
	TCase *tc = tcase_create(name);
	SRunner *runner = srunner_create(suite);
	int failed;

	add(tc);
	suite_add_tcase(suite, tc);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
