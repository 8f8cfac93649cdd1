// SPDX-License-Identifier: GPL-2.0-or-later
/* A tunnel comes up: every kind of authentication and algorithm, narrowing, cookies, retries. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "sim/sim.h"

static void must_be_up(struct pair *p)
{
	ck_assert_msg(sim_run_until(p->sim, MINUTE, pair_is_up), "not up: alice '%s', bob '%s'",
		      node_error(p->alice, "ipsec1"), node_error(p->bob, "ipsec1"));
	assert_mirrored(p->alice, p->bob);
	ck_assert_uint_eq(node_sas(p->alice), 1);
}

START_TEST(test_psk)
{
	struct pair p;

	pair_init(&p, 1);
	pair_start(&p);
	must_be_up(&p);
	ck_assert_uint_eq(sim_count(p.sim, p.bob, IKE_EXCHANGE_IKE_SA_INIT, false), 1);
	ck_assert_uint_eq(sim_count(p.sim, p.bob, IKE_EXCHANGE_IKE_AUTH, false), 1);
	ck_assert_uint_eq(p.sim->sents, 4);
	ck_assert_uint_eq(p.alice->ike_up, 1);
	ck_assert_uint_eq(p.bob->child_up, 1);
	sim_run(p.sim, HOUR);
	ck_assert_uint_eq(p.sim->sents, 4);
	pair_free(&p);
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_test(tc, test_psk);
}

int main(void)
{
	return sim_main("handshake", add);
}
