// SPDX-License-Identifier: GPL-2.0-or-later
/* NATs on the way: RFC 7296 2.23. */
#include "sim/inside.h"

static const struct addr gateway = { AF_INET, { 203, 0, 113, 1 } };

/* The only Child SA of a node. */
static const struct fake_sa *child_of(const struct node *node)
{
	for (unsigned int i = 0; i < SIM_FAKE_SAS; i++)
		if (node->sa[i].used)
			return &node->sa[i];
	ck_abort_msg("%s has no Child SA", node->name);
}

static void behind(struct node *node, uint16_t shift)
{
	node->outside = gateway;
	node->shift = shift;
}

/* Alice takes peers from anywhere; Bob begins. */
static void start(struct pair *p)
{
	conf_any_peer(&p->a);
	p->b.dpd_delay = 20;
	pair_start(p);
	ck_assert(sim_run_until(p->sim, 20 * SECOND, pair_is_up));
}

static void ck_encap(const struct node *node, const struct addr *remote, uint16_t port,
		     bool keepalive)
{
	const struct fake_sa *sa = child_of(node);

	ck_assert_uint_eq(sa->encap_local, port ? 4500 : 0);
	ck_assert_uint_eq(sa->encap_remote, port);
	ck_assert(addr_equal(&sa->remote, remote));
	ck_assert_int_eq(sa->keepalive, keepalive);
}

START_TEST(test_none)
{
	struct pair p;

	pair_init(&p, 701);
	start(&p);
	ck_encap(p.alice, &p.bob->addr, 0, false);
	ck_encap(p.bob, &p.alice->addr, 0, false);
	ck_assert_uint_eq(sim_last(p.sim, p.bob, IKE_EXCHANGE_IKE_AUTH, false)->remote.port, 500);
	pair_free(&p);
}
END_TEST

/* Either asks for it, or both do. */
START_TEST(test_forced)
{
	struct pair p;

	pair_init(&p, 702);
	p.a.udp_encap = _i & 1;
	p.b.udp_encap = _i & 2;
	start(&p);
	ck_encap(p.alice, &p.bob->addr, 4500, false);
	ck_encap(p.bob, &p.alice->addr, 4500, false);
	ck_assert_uint_eq(sim_last(p.sim, p.bob, IKE_EXCHANGE_IKE_AUTH, false)->remote.port, 4500);
	pair_free(&p);
}
END_TEST

START_TEST(test_initiator_behind)
{
	struct pair p;

	pair_init(&p, 703);
	behind(p.bob, 20000);
	p.sim->loss = 200;
	p.sim->jitter = 100;
	p.sim->duplicate = 200;
	start(&p);
	ck_encap(p.alice, &gateway, 24500, false);
	ck_encap(p.bob, &p.alice->addr, 4500, true);
	p.sim->loss = 0;
	/* Alice's own requests find the way. */
	world_traffic(p.alice, p.bob);
	sim_run(p.sim, 2 * MINUTE);
	ck_assert(pair_is_up(p.sim));
	pair_free(&p);
}
END_TEST

/* Its ports 500 and 4500 are forwarded. */
START_TEST(test_responder_behind)
{
	struct pair p;

	pair_init(&p, 704);
	behind(p.alice, 0);
	p.b.peer = gateway;
	start(&p);
	ck_encap(p.alice, &p.bob->addr, 4500, true);
	ck_encap(p.bob, &gateway, 4500, false);
	pair_free(&p);
}
END_TEST

/* The NAT forgets its mapping; Bob's next message, or next ESP packet, comes from elsewhere. */
START_TEST(test_rebinding)
{
	const struct endpoint moved = { gateway, 34500 }, back = { gateway, 24500 };
	const struct packet *old;
	struct pair p;

	pair_init(&p, 705);
	behind(p.bob, 20000);
	start(&p);
	p.bob->shift = 30000;
	if (_i) {
		ike_mapping(p.alice->ike, child_of(p.alice)->spi_in, &moved);
	} else {
		sim_run(p.sim, 40 * SECOND); /* Bob's liveness check */
	}
	ck_encap(p.alice, &gateway, 34500, false);
	ck_assert_uint_eq(p.alice->moves, 1);
	ck_assert(node_logged(p.alice, "203.0.113.1[34500]"));
	/* An old message, sent once more by somebody else, moves nothing. */
	old = sim_last(p.sim, p.bob, IKE_EXCHANGE_IKE_AUTH, false);
	sim_deliver(p.alice, &back, old->data, old->len);
	ck_assert_uint_eq(p.alice->moves, 1);
	ck_assert_uint_eq(p.bob->moves, 0);
	sim_run(p.sim, 5 * MINUTE);
	ck_assert(pair_is_up(p.sim));
	pair_free(&p);
}
END_TEST

/* Nobody moves a peer without a NAT, and who is behind one himself is not moved either. */
START_TEST(test_no_following)
{
	const struct endpoint elsewhere = { { AF_INET, { 198, 51, 100, 7 } }, 4500 };
	struct pair p;

	pair_init(&p, 706);
	if (_i)
		behind(p.bob, 20000);
	start(&p);
	ike_mapping(p.bob->ike, child_of(p.bob)->spi_in, &elsewhere);
	if (!_i)
		ike_mapping(p.alice->ike, child_of(p.alice)->spi_in, &elsewhere);
	ike_mapping(p.alice->ike, 0x12345678, &elsewhere);
	ck_assert_uint_eq(p.alice->moves + p.bob->moves, 0);
	pair_free(&p);
}
END_TEST

/* It moves while the kernel is still at work. */
START_TEST(test_moved_while_installing)
{
	struct pair p;

	pair_init(&p, 707);
	behind(p.bob, 20000);
	p.alice->install_delay = 3 * SECOND;
	conf_any_peer(&p.a);
	p.b.dpd_delay = 20;
	pair_start(&p);
	sim_run(p.sim, SECOND);
	p.bob->shift = 30000;
	ck_assert(sim_run_until(p.sim, 60 * SECOND, pair_is_up));
	sim_run(p.sim, 60 * SECOND);
	ck_encap(p.alice, &gateway, 34500, false);
	pair_free(&p);
}
END_TEST

static bool drop_notifies(struct sim *sim, struct packet *p)
{
	/* A peer without NAT traversal: its payloads of that type are of another one. */
	if (p->h.exchange == IKE_EXCHANGE_IKE_SA_INIT)
		for (size_t i = WIRE_HEADER_LEN; i + 8 < p->len; i++)
			if (p->data[i] == 0 && p->data[i + 1] == 28 && p->data[i + 4] == 0x40 &&
			    (p->data[i + 5] == 4 || p->data[i + 5] == 5))
				p->data[i + 4] = 0xf0;
	(void)sim;
	return true;
}

/* RFC 7296 2.23: without these payloads of the peer, nothing of all this. */
START_TEST(test_not_supported)
{
	struct pair p;

	pair_init(&p, 708);
	p.a.udp_encap = p.b.udp_encap = true;
	p.a.method = p.b.method = IKE_AUTH_BY_PSK;
	p.sim->tap = drop_notifies;
	conf_any_peer(&p.a);
	pair_start(&p);
	sim_run(p.sim, SECOND);
	/* AUTH covers the message as it was sent: it comes to nothing, but on port 500. */
	ck_assert_ptr_nonnull(sim_last(p.sim, p.bob, IKE_EXCHANGE_IKE_AUTH, false));
	ck_assert_uint_eq(sim_last(p.sim, p.bob, IKE_EXCHANGE_IKE_AUTH, false)->remote.port, 500);
	pair_free(&p);
}
END_TEST

static void add(TCase *tc)
{
	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, test_none);
	tcase_add_loop_test(tc, test_forced, 1, 4);
	tcase_add_test(tc, test_initiator_behind);
	tcase_add_test(tc, test_responder_behind);
	tcase_add_loop_test(tc, test_rebinding, 0, 2);
	tcase_add_loop_test(tc, test_no_following, 0, 2);
	tcase_add_test(tc, test_moved_while_installing);
	tcase_add_test(tc, test_not_supported);
}

int main(void)
{
	return sim_main("natt", add);
}
