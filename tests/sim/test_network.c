// SPDX-License-Identifier: GPL-2.0-or-later
/* A bad network: loss, duplicates, reordering, corruption, dead peers; the times of it all. */
#include <stdio.h>
#include <stdlib.h>

#include "sim/sim.h"

enum {
	SEEDS = 60,
	RUNS = 8
}; /* each test of a loop does RUNS seeds */

static void bad_network(struct sim *sim)
{
	sim->loss = 300;
	sim->duplicate = 300;
	sim->jitter = 3 * SECOND;
}

static void good_network(struct sim *sim)
{
	sim->loss = sim->duplicate = sim->corrupt = 0;
	sim->jitter = 0;
}

/* When all has calmed down: exactly one IKE SA and one Child SA, the same at both ends. */
static void must_settle(struct pair *p)
{
	unsigned long seed = (unsigned long)p->sim->seed;

	good_network(p->sim);
	sim_run(p->sim, 10 * MINUTE);
	ck_assert_msg(pair_is_up(p->sim), "seed %lu: not up: alice '%s', bob '%s'", seed,
		      node_error(p->alice, "ipsec1"), node_error(p->bob, "ipsec1"));
	assert_mirrored(p->alice, p->bob);
	ck_assert_msg(node_sas(p->alice) == 1, "seed %lu: alice has %u Child SAs", seed,
		      node_sas(p->alice));
	ck_assert_msg(node_ike_sas(p->alice, "ipsec1") == 1 && node_ike_sas(p->bob, "ipsec1") == 1,
		      "seed %lu: alice has %u IKE SAs, bob %u", seed,
		      node_ike_sas(p->alice, "ipsec1"), node_ike_sas(p->bob, "ipsec1"));
	ck_assert_uint_eq(ike_counters(p->alice->ike)->half_open, 0);
	ck_assert_uint_eq(p->alice->ike_up - p->alice->ike_down, 1);
	ck_assert_uint_eq(p->bob->child_up - p->bob->child_down, 1);
}

static void one_lossy(uint64_t seed, bool both, unsigned int corrupt)
{
	struct pair p;

	pair_init(&p, seed);
	bad_network(p.sim);
	p.sim->corrupt = corrupt;
	if (seed % 2) {
		conf_cert(&p.a);
		conf_cert(&p.b);
	}
	p.alice->sign_delay = seed % 3 * 300;
	p.bob->verify_delay = seed % 5 * 200;
	p.a.initiator = both;
	pair_start(&p);
	ck_assert_msg(sim_run_until(p.sim, HOUR, pair_is_up), "seed %lu: not up in an hour",
		      (unsigned long)seed);
	must_settle(&p);
	pair_free(&p);
}

START_TEST(test_loss)
{
	for (uint64_t i = 0; i < RUNS; i++)
		one_lossy(1000 + (uint64_t)_i * RUNS + i, false, 0);
}
END_TEST

START_TEST(test_corruption)
{
	for (uint64_t i = 0; i < RUNS; i++)
		one_lossy(5000 + (uint64_t)_i * RUNS + i, false, 200);
}
END_TEST

/* Both ends start: at once, or a little apart, in a good network or a bad one. */
START_TEST(test_crossing_loss)
{
	for (uint64_t i = 0; i < RUNS; i++)
		one_lossy(9000 + (uint64_t)_i * RUNS + i, true, 0);
}
END_TEST

START_TEST(test_crossing)
{
	for (uint64_t i = 0; i < RUNS; i++) {
		struct pair p;

		pair_init(&p, 20000 + (uint64_t)_i * RUNS + i);
		p.a.initiator = true;
		p.sim->delay = 1 + i * 5;
		p.sim->jitter = (uint64_t)_i % 4 * 20;
		node_set(p.alice, &p.a);
		sim_run(p.sim, (uint64_t)_i * 3);
		node_set(p.bob, &p.b);
		sim_run(p.sim, 30 * SECOND);
		must_settle(&p);
		/* Without loss nobody has to begin anew. */
		ck_assert_uint_le(ike_counters(p.alice->ike)->init_out, 1);
		ck_assert_uint_le(ike_counters(p.bob->ike)->init_out, 1);
		pair_free(&p);
	}
}
END_TEST

/* The same seed gives the same packets at the same times. */
START_TEST(test_replay_of_a_seed)
{
	struct pair p[2];

	for (unsigned int i = 0; i < 2; i++) {
		pair_init(&p[i], 77);
		bad_network(p[i].sim);
		pair_start(&p[i]);
		sim_run(p[i].sim, 10 * MINUTE);
	}
	ck_assert_uint_eq(p[0].sim->sents, p[1].sim->sents);
	for (size_t i = 0; i < p[0].sim->sents; i++) {
		const struct packet *a = p[0].sim->sent[i], *b = p[1].sim->sent[i];

		ck_assert_uint_eq(a->when, b->when);
		ck_assert(bytes_equal(bytes_of(a->data, a->len), bytes_of(b->data, b->len)));
	}
	pair_free(&p[0]);
	pair_free(&p[1]);
}
END_TEST

/* 4.0 s, base 1.8, 5 tries: 165 s in all, to the millisecond. */
static const uint64_t sent_at[] = { 0, 4000, 11200, 24160, 47488, 89478 };
enum {
	GIVEN_UP_AT = 165060,
	TRANSMISSIONS = 6
};

static void check_times(struct sim *sim, size_t from, uint64_t start)
{
	for (unsigned int i = 0; i < TRANSMISSIONS; i++) {
		const struct packet *p = sim->sent[from + i], *first = sim->sent[from];

		ck_assert_uint_eq(p->when - start, sent_at[i]);
		ck_assert_uint_eq(p->h.message_id, first->h.message_id);
		ck_assert(
			bytes_equal(bytes_of(p->data, p->len), bytes_of(first->data, first->len)));
	}
}

START_TEST(test_retransmission)
{
	struct pair p;
	uint64_t start;

	pair_init(&p, 30);
	p.alice->deaf = true;
	start = p.sim->now;
	pair_start(&p);
	sim_run(p.sim, GIVEN_UP_AT - 1);
	check_times(p.sim, 0, start);
	ck_assert_uint_eq(p.sim->sents, TRANSMISSIONS);
	ck_assert_uint_eq(ike_counters(p.bob->ike)->failed, 0);
	ck_assert_uint_eq(ike_counters(p.bob->ike)->retransmitted, 5);
	sim_run(p.sim, 1);
	ck_assert_uint_eq(ike_counters(p.bob->ike)->failed, 1);
	ck_assert(strstr(node_error(p.bob, "ipsec1"), "did not answer IKE_SA_INIT in 165 s"));
	ck_assert_int_eq(node_state(p.bob, "ipsec1"), IKE_CONN_CONNECTING);
	/* For ever. */
	sim_run(p.sim, 24 * HOUR);
	ck_assert_uint_gt(ike_counters(p.bob->ike)->failed, 300);
	p.alice->deaf = false;
	ck_assert(sim_run_until(p.sim, 5 * MINUTE, pair_is_up));
	pair_free(&p);
}
END_TEST

/* Attempts that fail at once are repeated with a delay that grows to a minute, and differs. */
START_TEST(test_backoff)
{
	uint64_t last = 0, gap, shortest = UINT64_MAX, longest = 0;
	unsigned int attempts = 0;
	struct pair p;

	pair_init(&p, 31);
	p.bob->psk = "wrong";
	pair_start(&p);
	sim_run(p.sim, HOUR);
	for (size_t i = 0; i < p.sim->sents; i++) {
		const struct packet *k = p.sim->sent[i];

		if (k->from != p.bob || k->h.exchange != IKE_EXCHANGE_IKE_SA_INIT)
			continue;
		gap = k->when - last;
		last = k->when;
		if (++attempts < 10)
			continue;
		shortest = gap < shortest ? gap : shortest;
		longest = gap > longest ? gap : longest;
	}
	ck_assert_uint_gt(attempts, 60);
	ck_assert_uint_lt(attempts, 130);
	ck_assert_uint_ge(shortest, 30 * SECOND);
	ck_assert_uint_le(longest, 61 * SECOND);
	ck_assert_uint_gt(longest - shortest, 5 * SECOND);
	pair_free(&p);
}
END_TEST

static void up_with_dpd(struct pair *p, uint64_t seed, uint32_t delay)
{
	pair_init(p, seed);
	p->a.dpd_delay = p->b.dpd_delay = delay;
	pair_start(p);
	ck_assert(sim_run_until(p->sim, SECOND, pair_is_up));
	sim_run(p->sim, SECOND);
}

START_TEST(test_dpd_quiet)
{
	struct pair p;

	up_with_dpd(&p, 32, 30);
	sim_run(p.sim, 10 * MINUTE);
	ck_assert(pair_is_up(p.sim));
	/* Each check is heard by the other end too: about one in 30 s, not two. */
	ck_assert_uint_ge(ike_counters(p.bob->ike)->info_out + ike_counters(p.alice->ike)->info_out,
			  19);
	ck_assert_uint_le(ike_counters(p.bob->ike)->info_out + ike_counters(p.alice->ike)->info_out,
			  40);
	pair_free(&p);
}
END_TEST

/* Traffic inside the Child SA is a sign of life. */
START_TEST(test_dpd_traffic)
{
	struct pair p;

	up_with_dpd(&p, 33, 30);
	for (unsigned int i = 0; i < 60; i++) {
		world_traffic(p.alice, p.bob);
		sim_run(p.sim, 10 * SECOND);
	}
	ck_assert_uint_eq(ike_counters(p.alice->ike)->info_out, 0);
	ck_assert_uint_eq(ike_counters(p.bob->ike)->info_out, 0);
	sim_run(p.sim, MINUTE);
	ck_assert_uint_gt(ike_counters(p.bob->ike)->info_out, 0);
	pair_free(&p);
}
END_TEST

START_TEST(test_dpd_dead_peer)
{
	uint64_t start;
	struct pair p;
	size_t first;

	up_with_dpd(&p, 34, 30);
	p.alice->deaf = p.alice->mute = true;
	first = p.sim->sents;
	while (sim_count(p.sim, p.bob, IKE_EXCHANGE_INFORMATIONAL, false) == 0)
		sim_run(p.sim, 1);
	start = p.sim->now;
	ck_assert_int_eq(node_state(p.bob, "ipsec1"), IKE_CONN_INSTALLED);
	sim_run(p.sim, 3999);
	ck_assert_int_eq(node_state(p.bob, "ipsec1"), IKE_CONN_INSTALLED);
	sim_run(p.sim, 1);
	ck_assert_int_eq(node_state(p.bob, "ipsec1"), IKE_CONN_RETRANSMISSION);
	sim_run(p.sim, GIVEN_UP_AT - 4000 - 1);
	ck_assert_int_eq(node_state(p.bob, "ipsec1"), IKE_CONN_RETRANSMISSION);
	ck_assert_uint_eq(node_sas(p.bob), 1);
	while (p.sim->sent[first]->from != p.bob)
		first++;
	(void)start;
	sim_run(p.sim, 1);
	/* All of its SAs are gone, and the initiator starts at once. */
	ck_assert_uint_eq(node_sas(p.bob), 0);
	ck_assert_int_eq(node_state(p.bob, "ipsec1"), IKE_CONN_CONNECTING);
	ck_assert_uint_eq(sim_last(p.sim, p.bob, IKE_EXCHANGE_IKE_SA_INIT, false)->when,
			  p.sim->now);
	/* The responder clears, and waits. */
	sim_run(p.sim, MINUTE);
	ck_assert_uint_eq(node_sas(p.alice), 0);
	ck_assert_int_eq(node_state(p.alice, "ipsec1"), IKE_CONN_UNKNOWN);
	p.alice->deaf = p.alice->mute = false;
	ck_assert(sim_run_until(p.sim, 5 * MINUTE, pair_is_up));
	must_settle(&p);
	pair_free(&p);
}
END_TEST

/* A network that comes back in time leaves everything as it was. */
START_TEST(test_dpd_recovers)
{
	struct pair p;

	up_with_dpd(&p, 35, 10);
	p.alice->deaf = p.alice->mute = true;
	sim_run(p.sim, MINUTE);
	ck_assert_int_eq(node_state(p.bob, "ipsec1"), IKE_CONN_RETRANSMISSION);
	p.alice->deaf = p.alice->mute = false;
	sim_run(p.sim, 2 * MINUTE);
	ck_assert(pair_is_up(p.sim));
	ck_assert_uint_eq(p.bob->ike_up, 1);
	ck_assert_uint_eq(p.alice->ike_up, 1);
	pair_free(&p);
}
END_TEST

/* A peer that restarted without a word comes back: its INITIAL_CONTACT ends what we had. */
START_TEST(test_crash)
{
	struct ike_conn_conf conf;
	struct pair p;

	pair_init(&p, 36 + (uint64_t)_i);
	p.a.dpd_delay = p.b.dpd_delay = 30;
	p.a.initiator = _i & 2;
	pair_start(&p);
	ck_assert(sim_run_until(p.sim, SECOND, pair_is_up));
	sim_run(p.sim, MINUTE);
	sim_crash(_i & 1 ? p.alice : p.bob);
	if (_i & 1) {
		conf_between(&conf, p.alice, p.bob);
		conf.initiator = _i & 2;
		node_set(p.alice, &conf);
	} else {
		conf_between(&conf, p.bob, p.alice);
		conf.initiator = true;
		node_set(p.bob, &conf);
	}
	/* At once where the restarted one initiates, else when the other one notices. */
	ck_assert(sim_run_until(p.sim, _i == 1 ? 5 * MINUTE : SECOND, pair_is_up));
	must_settle(&p);
	pair_free(&p);
}
END_TEST

static void add(TCase *tc)
{
	tcase_set_timeout(tc, 120);
	tcase_add_loop_test(tc, test_loss, 0, SEEDS);
	tcase_add_loop_test(tc, test_corruption, 0, SEEDS / 2);
	tcase_add_loop_test(tc, test_crossing_loss, 0, SEEDS);
	tcase_add_loop_test(tc, test_crossing, 0, SEEDS);
	tcase_add_test(tc, test_replay_of_a_seed);
	tcase_add_test(tc, test_retransmission);
	tcase_add_test(tc, test_backoff);
	tcase_add_test(tc, test_dpd_quiet);
	tcase_add_test(tc, test_dpd_traffic);
	tcase_add_test(tc, test_dpd_dead_peer);
	tcase_add_test(tc, test_dpd_recovers);
	tcase_add_loop_test(tc, test_crash, 0, 4);
}

int main(void)
{
	return sim_main("network", add);
}
