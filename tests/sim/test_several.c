// SPDX-License-Identifier: GPL-2.0-or-later
/* More than one tunnel, or one made anew, between two hosts; and one with oneself: never. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "sim/sim.h"

/* "ipsec2" beside "ipsec1": the same addresses and identities, other networks behind them. */
static void set_second(struct pair *p, struct node *self, struct node *peer)
{
	const bool is_alice = self == p->alice;
	struct ike_conn_conf conf;

	conf_between(&conf, self, peer);
	strcpy(conf.name, "ipsec2");
	strcpy(conf.interface, "svti2");
	conf.initiator = !is_alice;
	conf_local(&conf, is_alice ? "172.16.1.0" : "172.16.2.0",
		   is_alice ? "172.16.1.255" : "172.16.2.255");
	conf_remote(&conf, is_alice ? "172.16.2.0" : "172.16.1.0",
		    is_alice ? "172.16.2.255" : "172.16.1.255");
	node_set(self, &conf);
}

/* A connection has one Child SA, so this is how there are two. */
START_TEST(test_two_connections)
{
	struct pair p;

	pair_init(&p, 700 + (uint64_t)_i);
	pair_start(&p);
	set_second(&p, p.alice, p.bob);
	sim_run(p.sim, (uint64_t)_i * 7);
	set_second(&p, p.bob, p.alice);
	sim_run(p.sim, HOUR);
	for (unsigned int i = 0; i < 2; i++)
		for (unsigned int k = 0; k < 2; k++) {
			const char *name = k ? "ipsec2" : "ipsec1";

			ck_assert_int_eq(node_state(p.sim->node[i], name), IKE_CONN_INSTALLED);
			ck_assert_uint_eq(node_ike_sas(p.sim->node[i], name), 1);
		}
	assert_mirrored(p.alice, p.bob);
	ck_assert_uint_eq(node_sas(p.alice), 2);
	ck_assert_uint_eq(ike_counters(p.bob->ike)->established, 2);
	pair_free(&p);
}
END_TEST

/*
 * Alice has no second connection: what Bob's gets is an IKE SA of the first one, without a child.
 * INITIAL_CONTACT in its IKE_AUTH would make her forget the good one, RFC 7296 2.4.
 */
START_TEST(test_childless_beside_good)
{
	struct pair p;

	pair_init(&p, 720);
	pair_start(&p);
	ck_assert(sim_run_until(p.sim, SECOND, pair_is_up));
	set_second(&p, p.bob, p.alice);
	for (unsigned int i = 0; i < 60; i++) {
		sim_run(p.sim, 10 * SECOND);
		ck_assert(pair_is_up(p.sim));
		ck_assert_uint_le(node_ike_sas(p.alice, "ipsec1"), 3);
	}
	ck_assert_uint_eq(p.alice->child_down, 0);
	ck_assert_uint_gt(ike_counters(p.alice->ike)->established, 2);
	pair_free(&p);
}
END_TEST

/* What the peer forgot leaves the kernel before it is asked for the same policies again. */
START_TEST(test_forgotten_before_install)
{
	struct ike_conn_conf conf;
	struct pair p;

	pair_init(&p, 730);
	p.alice->install_delay = 50;
	pair_start(&p);
	ck_assert(sim_run_until(p.sim, SECOND, pair_is_up));
	sim_run(p.sim, MINUTE);
	sim_crash(p.bob);
	conf_between(&conf, p.bob, p.alice);
	conf.initiator = true;
	node_set(p.bob, &conf);
	for (unsigned int i = 0; i < 500; i++) {
		sim_run(p.sim, 1);
		ck_assert_uint_le(node_sas(p.alice), 1);
	}
	ck_assert(pair_is_up(p.sim));
	assert_mirrored(p.alice, p.bob);
	pair_free(&p);
}
END_TEST

/* The same, and then our own side fails: who should be up goes on trying. */
START_TEST(test_forgotten_and_failed)
{
	struct ike_conn_conf conf;
	struct pair p;

	pair_init(&p, 731);
	p.a.initiator = true;
	pair_start(&p);
	ck_assert(sim_run_until(p.sim, SECOND, pair_is_up));
	sim_run(p.sim, MINUTE);
	sim_crash(p.bob);
	p.alice->sign_error = -EIO;
	conf_between(&conf, p.bob, p.alice);
	node_set(p.bob, &conf);
	ck_assert_int_eq(ike_up(p.bob->ike, "ipsec1"), 0);
	sim_run(p.sim, 100);
	ck_assert_int_eq(ike_down(p.bob->ike, "ipsec1"), 0);
	ck_assert_uint_eq(node_sas(p.alice), 0);
	p.alice->sign_error = 0;
	conf_between(&conf, p.bob, p.alice);
	conf.dpd_delay = 31; /* another one: replaces what is held down */
	node_set(p.bob, &conf);
	ck_assert(sim_run_until(p.sim, MINUTE, pair_is_up));
	assert_mirrored(p.alice, p.bob);
	pair_free(&p);
}
END_TEST

struct thrown {
	struct endpoint from;
	size_t len;
	uint8_t data[SIM_PACKET_MAX];
};

static struct thrown thrown[64];
static unsigned int throws;

static bool keep(struct sim *sim, struct packet *packet)
{
	if (packet->from == sim->node[0] && throws < 64) {
		thrown[throws] = (struct thrown){ .from = packet->remote, .len = packet->len };
		memcpy(thrown[throws++].data, packet->data, packet->len);
	}
	return false;
}

/* Somebody sends back all that Alice says, as if her peer did. Her own key fits, of course. */
START_TEST(test_reflection)
{
	unsigned int back = 0;
	struct pair p;

	pair_init(&p, 740);
	throws = 0;
	p.sim->tap = keep;
	p.a.initiator = true;
	p.b.initiator = false;
	conf_id(&p.a.local_id, "gw1@example.com");
	conf_id(&p.a.remote_id, "*@example.com");
	conf_local(&p.a, "10.0.0.0", "10.255.255.255");
	conf_remote(&p.a, "10.0.0.0", "10.255.255.255");
	pair_start(&p);
	for (unsigned int i = 0; i < 1000; i++) {
		sim_run(p.sim, 10);
		for (; back < throws; back++)
			sim_deliver(p.alice, &thrown[back].from, thrown[back].data,
				    thrown[back].len);
	}
	ck_assert_uint_gt(back, 1);
	ck_assert_uint_eq(ike_counters(p.alice->ike)->established, 0);
	ck_assert_uint_eq(p.alice->installs, 0);
	ck_assert_uint_eq(p.alice->signs, 0);
	pair_free(&p);
}
END_TEST

static void add(TCase *tc)
{
	tcase_set_timeout(tc, 60);
	tcase_add_loop_test(tc, test_two_connections, 0, 24);
	tcase_add_test(tc, test_childless_beside_good);
	tcase_add_test(tc, test_forgotten_before_install);
	tcase_add_test(tc, test_forgotten_and_failed);
	tcase_add_test(tc, test_reflection);
}

int main(void)
{
	return sim_main("several", add);
}
