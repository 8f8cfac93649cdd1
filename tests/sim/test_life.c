// SPDX-License-Identifier: GPL-2.0-or-later
/* What people and kernels do to tunnels: down, up, reload, traffic, expiry, shutdown. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "sim/sim.h"

static void up(struct pair *p, uint64_t seed)
{
	pair_init(p, seed);
	pair_start(p);
	ck_assert(sim_run_until(p->sim, SECOND, pair_is_up));
	sim_run(p->sim, MINUTE);
}

static void must_be_up(struct pair *p)
{
	ck_assert(pair_is_up(p->sim));
	assert_mirrored(p->alice, p->bob);
	ck_assert_uint_eq(node_sas(p->alice), 1);
	ck_assert_uint_eq(node_ike_sas(p->alice, "ipsec1"), 1);
	ck_assert_uint_eq(node_ike_sas(p->bob, "ipsec1"), 1);
}

START_TEST(test_down_by_initiator)
{
	struct pair p;

	up(&p, 40);
	ck_assert_int_eq(ike_down(p.bob->ike, "ipsec1"), 0);
	ck_assert_int_eq(node_state(p.bob, "ipsec1"), IKE_CONN_UNKNOWN);
	assert_quiet(p.bob);
	sim_run(p.sim, SECOND);
	assert_quiet(p.alice);
	ck_assert_int_eq(node_state(p.alice, "ipsec1"), IKE_CONN_UNKNOWN);
	ck_assert_str_eq(node_error(p.alice, "ipsec1"), "peer deleted the IKE SA");
	/* It stays down, also under traffic and when the peer calls. */
	ike_acquire(p.bob->ike, p.bob->trap[0]);
	ck_assert_int_eq(ike_up(p.alice->ike, "ipsec1"), 0);
	sim_run(p.sim, 10 * MINUTE);
	assert_quiet(p.bob);
	ck_assert_int_eq(node_state(p.bob, "ipsec1"), IKE_CONN_UNKNOWN);

	ck_assert_int_eq(ike_up(p.bob->ike, "ipsec1"), 0);
	ck_assert(sim_run_until(p.sim, 5 * SECOND, pair_is_up));
	sim_run(p.sim, 2 * MINUTE);
	must_be_up(&p);
	pair_free(&p);
}
END_TEST

START_TEST(test_down_by_responder)
{
	struct pair p;

	up(&p, 41);
	ck_assert_int_eq(ike_down(p.alice->ike, "ipsec1"), 0);
	sim_run(p.sim, 20 * MINUTE);
	assert_quiet(p.alice);
	ck_assert_int_eq(node_state(p.bob, "ipsec1"), IKE_CONN_CONNECTING);
	/* Up again: whoever is first. */
	ck_assert_int_eq(ike_up(p.alice->ike, "ipsec1"), 0);
	ck_assert(sim_run_until(p.sim, 5 * SECOND, pair_is_up));
	sim_run(p.sim, 2 * MINUTE);
	must_be_up(&p);
	pair_free(&p);
}
END_TEST

/* Both at once: two Deletes cross. */
START_TEST(test_down_by_both)
{
	struct pair p;

	up(&p, 42);
	ck_assert_int_eq(ike_down(p.alice->ike, "ipsec1"), 0);
	sim_run(p.sim, (uint64_t)_i);
	ck_assert_int_eq(ike_down(p.bob->ike, "ipsec1"), 0);
	sim_run(p.sim, MINUTE);
	assert_quiet(p.alice);
	assert_quiet(p.bob);
	ck_assert_uint_eq(node_ike_sas(p.alice, "ipsec1"), 0);
	ck_assert_uint_eq(ike_counters(p.alice->ike)->retransmitted, 0);
	pair_free(&p);
}
END_TEST

/* At any moment of the handshake: nothing stays behind at either end. */
START_TEST(test_down_during_handshake)
{
	struct node *who;
	struct pair p;

	pair_init(&p, 43);
	p.alice->sign_delay = p.alice->verify_delay = p.alice->install_delay = 10;
	p.bob->sign_delay = p.bob->verify_delay = p.bob->install_delay = 10;
	pair_start(&p);
	sim_run(p.sim, (uint64_t)_i / 2 * 5);
	who = _i & 1 ? p.alice : p.bob;
	ck_assert_int_eq(ike_down(who->ike, "ipsec1"), 0);
	sim_run(p.sim, 10 * MINUTE);
	assert_quiet(who);
	ck_assert_int_eq(node_state(who, "ipsec1"), IKE_CONN_UNKNOWN);
	ck_assert_int_eq(ike_down(who == p.bob ? p.alice->ike : p.bob->ike, "ipsec1"), 0);
	sim_run(p.sim, 10 * MINUTE);
	assert_quiet(p.alice);
	assert_quiet(p.bob);
	ck_assert_uint_eq(node_ike_sas(p.alice, "ipsec1") + node_ike_sas(p.bob, "ipsec1"), 0);
	pair_free(&p);
}
END_TEST

START_TEST(test_reload_unchanged)
{
	struct ike_conn_conf conf;
	struct pair p;
	size_t sent;

	up(&p, 44);
	sent = p.sim->sents;
	conf_between(&conf, p.bob, p.alice);
	conf.initiator = true;
	strcpy(conf.description, "another text");
	node_set(p.bob, &conf);
	sim_run(p.sim, MINUTE);
	must_be_up(&p);
	ck_assert_uint_eq(p.sim->sents, sent);
	ck_assert_uint_eq(p.bob->ike_up, 1);
	pair_free(&p);
}
END_TEST

START_TEST(test_reload_changed)
{
	struct node *node;
	struct ike_conn_conf conf;
	uint32_t trap;
	struct pair p;

	up(&p, 45);
	node = _i ? p.alice : p.bob;
	trap = node->trap[0];
	conf_between(&conf, node, node == p.bob ? p.alice : p.bob);
	conf.initiator = node == p.bob;
	conf_esp(&conf, "aes256gcm16");
	node_set(node, &conf);
	ck_assert_uint_eq(node->traps, 1);
	ck_assert_uint_ne(node->trap[0], trap);
	ck_assert_uint_eq(node->child_down, 1);
	sim_run(p.sim, 10 * SECOND);
	must_be_up(&p);
	ck_assert_uint_eq(p.alice->sa[0].key_bits, 256);
	ck_assert_uint_eq(p.bob->ike_up, 2);
	pair_free(&p);
}
END_TEST

START_TEST(test_remove)
{
	struct pair p;

	up(&p, 46);
	ck_assert_int_eq(ike_conn_remove(p.bob->ike, "ipsec1"), 0);
	ck_assert_int_eq(ike_conn_remove(p.bob->ike, "ipsec1"), -ENOENT);
	ck_assert_int_eq(ike_up(p.bob->ike, "ipsec1"), -ENOENT);
	ck_assert_int_eq(ike_down(p.bob->ike, "ipsec1"), -ENOENT);
	ck_assert_uint_eq(p.bob->traps, 0);
	sim_run(p.sim, MINUTE);
	assert_quiet(p.alice);
	assert_quiet(p.bob);
	pair_free(&p);
}
END_TEST

/* Traffic starts it, whoever is the initiator by configuration; once, however much there is. */
START_TEST(test_acquire)
{
	struct pair p;

	pair_init(&p, 47);
	p.b.initiator = false;
	pair_start(&p);
	sim_run(p.sim, MINUTE);
	ck_assert_uint_eq(p.sim->sents, 0);
	ck_assert_int_eq(node_state(p.bob, "ipsec1"), IKE_CONN_UNKNOWN);
	for (unsigned int i = 0; i < 10; i++) {
		ike_acquire(p.bob->ike, p.bob->trap[0]);
		sim_run(p.sim, 3);
	}
	ck_assert(sim_run_until(p.sim, SECOND, pair_is_up));
	ck_assert_uint_eq(sim_count(p.sim, p.bob, IKE_EXCHANGE_IKE_SA_INIT, false), 1);
	ike_acquire(p.bob->ike, p.bob->trap[0]);
	ike_acquire(p.bob->ike, p.bob->sa[0].reqid);
	ike_acquire(p.bob->ike, 4711);
	sim_run(p.sim, MINUTE);
	must_be_up(&p);
	ck_assert_uint_eq(sim_count(p.sim, p.bob, IKE_EXCHANGE_IKE_SA_INIT, false), 1);
	pair_free(&p);
}
END_TEST

/* Traffic at both ends at once. */
START_TEST(test_acquire_by_both)
{
	struct pair p;

	pair_init(&p, 48 + (uint64_t)_i);
	p.b.initiator = false;
	pair_start(&p);
	ike_acquire(p.alice->ike, p.alice->trap[0]);
	ike_acquire(p.bob->ike, p.bob->trap[0]);
	sim_run(p.sim, 10 * SECOND);
	must_be_up(&p);
	pair_free(&p);
}
END_TEST

/* An acquire's attempt that fails is not repeated by itself, but by the next acquire. */
START_TEST(test_acquire_fails)
{
	struct pair p;

	pair_init(&p, 56);
	p.b.initiator = false;
	p.alice->psk = "wrong";
	pair_start(&p);
	ike_acquire(p.bob->ike, p.bob->trap[0]);
	sim_run(p.sim, 10 * MINUTE);
	ck_assert_uint_eq(sim_count(p.sim, p.bob, IKE_EXCHANGE_IKE_SA_INIT, false), 1);
	ck_assert_int_eq(node_state(p.bob, "ipsec1"), IKE_CONN_UNKNOWN);
	p.alice->psk = p.bob->psk;
	ike_acquire(p.bob->ike, p.bob->trap[0]);
	ck_assert(sim_run_until(p.sim, SECOND, pair_is_up));
	pair_free(&p);
}
END_TEST

/* The kernel used up the sequence numbers: a new tunnel, the old one gone at both ends. */
START_TEST(test_expire)
{
	struct node *node;
	uint32_t spi;
	struct pair p;

	up(&p, 57);
	node = _i ? p.alice : p.bob;
	spi = node->sa[0].spi_in;
	ike_expire(node->ike, "other", node->sa[0].reqid);
	ike_expire(node->ike, "svti1", 4711);
	ck_assert_uint_eq(node_sas(node), 1);
	ike_expire(node->ike, "svti1", node->sa[0].reqid);
	ck_assert_uint_eq(node_sas(node), 0);
	ck_assert(sim_run_until(p.sim, SECOND, pair_is_up));
	sim_run(p.sim, MINUTE);
	must_be_up(&p);
	ck_assert_uint_ne(node->sa[0].spi_in, spi);
	pair_free(&p);
}
END_TEST

START_TEST(test_shutdown)
{
	struct pair p;

	up(&p, 58);
	ck_assert(!ike_idle(p.bob->ike));
	ike_shutdown(p.bob->ike);
	ck_assert_uint_eq(node_sas(p.bob), 0);
	ck_assert_uint_eq(p.bob->traps, 0);
	ck_assert(!ike_idle(p.bob->ike));
	sim_run(p.sim, 50);
	ck_assert(ike_idle(p.bob->ike));
	assert_quiet(p.alice);
	/* Nothing starts any more. */
	ck_assert_int_eq(ike_up(p.alice->ike, "ipsec1"), 0);
	sim_run(p.sim, 10 * MINUTE);
	assert_quiet(p.bob);
	ck_assert_int_eq(node_state(p.alice, "ipsec1"), IKE_CONN_CONNECTING);
	pair_free(&p);
}
END_TEST

/* A peer that does not answer is not waited for longer than ten seconds. */
START_TEST(test_shutdown_alone)
{
	struct pair p;

	up(&p, 59);
	p.alice->deaf = true;
	ike_shutdown(p.bob->ike);
	sim_run(p.sim, 9999);
	ck_assert(!ike_idle(p.bob->ike));
	ck_assert_uint_eq(sim_count(p.sim, p.bob, IKE_EXCHANGE_INFORMATIONAL, false), 2);
	sim_run(p.sim, 1);
	ck_assert(ike_idle(p.bob->ike));
	pair_free(&p);
}
END_TEST

/* Our Delete was confirmed by a response that got lost: the peer gives it again. */
START_TEST(test_delete_with_loss)
{
	struct pair p;

	up(&p, 60 + (uint64_t)_i);
	p.sim->loss = 400;
	ck_assert_int_eq(ike_down(_i & 1 ? p.alice->ike : p.bob->ike, "ipsec1"), 0);
	sim_run(p.sim, 10 * MINUTE);
	p.sim->loss = 0;
	ck_assert_int_eq(ike_down(_i & 1 ? p.bob->ike : p.alice->ike, "ipsec1"), 0);
	sim_run(p.sim, 10 * MINUTE);
	/* If each of six Deletes got lost, the peer has it still: without liveness checks, for ever. */
	assert_quiet(_i & 1 ? p.alice : p.bob);
	ck_assert_uint_eq(node_ike_sas(p.alice, "ipsec1") + node_ike_sas(p.bob, "ipsec1"), 0);
	pair_free(&p);
}
END_TEST

static bool lose_first_response(struct sim *sim, struct packet *p)
{
	unsigned int *left = sim->tap_ctx;

	if (p->from != sim->node[0] || p->h.exchange == IKE_EXCHANGE_IKE_SA_INIT ||
	    !(p->h.flags & WIRE_FLAG_RESPONSE) || !*left)
		return true;
	--*left;
	return false;
}

/* The last response of an SA that has ended is given again for a while, and no longer. */
START_TEST(test_last_response)
{
	unsigned int left = 2;
	struct pair p;

	if (_i) {
		up(&p, 73);
	} else {
		pair_init(&p, 73);
		p.bob->psk = "wrong";
	}
	p.sim->tap = lose_first_response;
	p.sim->tap_ctx = &left;
	if (_i) {
		ck_assert_int_eq(ike_down(p.bob->ike, "ipsec1"), 0);
	} else {
		pair_start(&p);
	}
	/* The second repetition, after 4 and 7.2 s, gets through. */
	sim_run(p.sim, 12 * SECOND);
	ck_assert_uint_eq(left, 0);
	ck_assert_uint_eq(ike_counters(p.bob->ike)->retransmitted, 2);
	ck_assert_uint_eq(ike_counters(p.alice->ike)->retransmit_received, 2);
	if (_i)
		ck_assert_uint_eq(ike_counters(p.bob->ike)->info_out, 1);
	else
		ck_assert_str_eq(node_error(p.bob, "ipsec1"),
				 "peer refused IKE_AUTH: AUTHENTICATION_FAILED");
	ike_shutdown(p.bob->ike);
	ck_assert(ike_idle(p.bob->ike));
	pair_free(&p);
}
END_TEST

START_TEST(test_any_peer)
{
	struct ike_conn_conf conf;
	struct node *carol;
	struct pair p;

	pair_init(&p, 70);
	carol = sim_node(p.sim, "carol");
	conf_any_peer(&p.a);
	p.a.local = (struct addr){ 0 };
	pair_start(&p);
	conf_between(&conf, carol, p.alice);
	conf.initiator = true;
	node_set(carol, &conf);
	sim_run(p.sim, SECOND);
	ck_assert_uint_eq(p.alice->traps, 0);
	ck_assert_int_eq(node_state(p.bob, "ipsec1"), IKE_CONN_INSTALLED);
	ck_assert_int_eq(node_state(carol, "ipsec1"), IKE_CONN_INSTALLED);
	ck_assert_uint_eq(node_sas(p.alice), 2);
	ck_assert_uint_eq(node_ike_sas(p.alice, "ipsec1"), 2);
	ck_assert_int_eq(ike_up(p.alice->ike, "ipsec1"), -EDESTADDRREQ);
	/* One of them leaves: the other one stays. */
	ck_assert_int_eq(ike_down(carol->ike, "ipsec1"), 0);
	sim_run(p.sim, SECOND);
	ck_assert_uint_eq(node_sas(p.alice), 1);
	assert_mirrored(p.alice, p.bob);
	pair_free(&p);
}
END_TEST

/* Our own address is not configured: it is learnt from the answer. */
START_TEST(test_any_local)
{
	struct pair p;

	pair_init(&p, 71);
	p.b.local = (struct addr){ 0 };
	pair_start(&p);
	ck_assert(sim_run_until(p.sim, SECOND, pair_is_up));
	assert_mirrored(p.alice, p.bob);
	ck_assert(addr_equal(&p.bob->sa[0].local, &p.bob->addr));
	pair_free(&p);
}
END_TEST

static void see(void *ctx, const struct ike_conn_info *info)
{
	const struct ike_sa_info *sa = &info->sa[0];
	const struct ike_child_info *c = &sa->child[0];
	const struct node *node = ctx;
	char id[IDENT_STRLEN];

	ck_assert_str_eq(ike_conn_state_text(info->state), "Up(Installed)");
	ck_assert_uint_eq(info->sas, 1);
	ck_assert(sa->initiator && sa->established);
	ck_assert_uint_eq(sa->remote.port, 500);
	ck_assert_str_eq(ident_format(sa->remote_id, id), "alice");
	ck_assert_uint_eq(sa->children, 1);
	ck_assert_str_eq(c->name, "net");
	ck_assert_uint_eq(c->spi_in, node->sa[0].spi_in);
	ck_assert_uint_eq(c->reqid, node->sa[0].reqid);
	ck_assert(same_selectors(c->ts_local, &node->sa[0].ts_local));
	ck_assert(same_selectors(c->ts_remote, &node->sa[0].ts_remote));
	ck_assert_uint_eq(c->installed_at, sa->established_at);
}

START_TEST(test_show)
{
	struct pair p;

	up(&p, 72);
	ck_assert_int_eq(ike_visit_conn(p.bob->ike, "ipsec1", see, p.bob), 0);
	ck_assert_int_eq(ike_visit_conn(p.bob->ike, "ipsec2", see, p.bob), -ENOENT);
	ike_each_conn(p.bob->ike, see, p.bob);
	pair_free(&p);
}
END_TEST

static void add(TCase *tc)
{
	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, test_down_by_initiator);
	tcase_add_test(tc, test_down_by_responder);
	tcase_add_loop_test(tc, test_down_by_both, 0, 30);
	tcase_add_loop_test(tc, test_down_during_handshake, 0, 50);
	tcase_add_test(tc, test_reload_unchanged);
	tcase_add_loop_test(tc, test_reload_changed, 0, 2);
	tcase_add_test(tc, test_remove);
	tcase_add_test(tc, test_acquire);
	tcase_add_loop_test(tc, test_acquire_by_both, 0, 8);
	tcase_add_test(tc, test_acquire_fails);
	tcase_add_loop_test(tc, test_expire, 0, 2);
	tcase_add_test(tc, test_shutdown);
	tcase_add_test(tc, test_shutdown_alone);
	tcase_add_loop_test(tc, test_delete_with_loss, 0, 10);
	tcase_add_loop_test(tc, test_last_response, 0, 2);
	tcase_add_test(tc, test_any_peer);
	tcase_add_test(tc, test_any_local);
	tcase_add_test(tc, test_show);
}

int main(void)
{
	return sim_main("life", add);
}
