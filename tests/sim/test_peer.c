// SPDX-License-Identifier: GPL-2.0-or-later
/* A peer that has the keys and breaks the rules; and walks through states at random. */
#include <stdio.h>
#include <stdlib.h>

#include "sim/inside.h"

/* Which payloads of an encrypted message remain, and which notifies of an exchange are looked for. */
struct edit {
	struct node *of;
	uint8_t exchange;
	uint32_t drop; /* bit n: the nth payload is left out */
	int twice;     /* this one comes twice, -1: none */
	int add;       /* a payload of this type is added, 0: none */
	bool critical;
	bool done;
};

static void edit(const struct wire_chain *c, struct wire_out *o, void *ctx)
{
	struct edit *e = ctx;
	const struct wire_payload extra = { .type = (uint8_t)e->add };

	for (unsigned int i = 0; i < c->count; i++) {
		if (!(e->drop & 1u << i))
			inside_put(o, &c->payload[i]);
		if (e->twice == (int)i)
			inside_put(o, &c->payload[i]);
	}
	if (e->add) {
		size_t at = o->len;

		inside_put(o, &extra);
		if (e->critical)
			o->buf[at + 1] = 0x80;
	}
	e->done = true;
}

static bool edit_packet(struct sim *sim, struct packet *p)
{
	struct edit *e = sim->tap_ctx;

	if (p->from == e->of && p->h.exchange == e->exchange)
		inside_rewrite(p, edit, e);
	return true;
}

/* The notify in the last encrypted packet of @from, 0: none. */
static uint16_t last_notify(struct node *from, struct node *to, uint8_t exchange, bool response)
{
	const struct packet *p = sim_last(from->sim, from, exchange, response);
	struct sa *sa = inside_sa(to);
	struct wire_chain outer, inner;
	struct wire_notify n;

	ck_assert_ptr_nonnull(p);
	ck_assert_int_eq(
		wire_parse_chain(&outer, p->h.next_payload, bytes_of(p->data + 28, p->len - 28)),
		0);
	ck_assert_int_eq(
		message_open(to->ike, &sa->seal_in, bytes_of(p->data, p->len), &outer, &inner), 0);
	for (unsigned int i = 0; i < inner.count; i++)
		if (inner.payload[i].type == IKE_PAYLOAD_NOTIFY &&
		    !wire_parse_notify(&n, inner.payload[i].body))
			return n.type;
	return 0;
}

/* IKE_AUTH requests have IDi, N(INITIAL_CONTACT), IDr, AUTH, SA, TSi, TSr here. */
enum {
	REQUEST_PAYLOADS = 7,
	REQUIRED = 1 << 0 | 1 << 3 | 1 << 4 | 1 << 5 | 1 << 6
};

START_TEST(test_auth_request_subsets)
{
	struct edit e = { .exchange = IKE_EXCHANGE_IKE_AUTH, .drop = (uint32_t)_i, .twice = -1 };
	struct pair p;

	pair_init(&p, 200);
	e.of = p.bob;
	p.sim->tap = edit_packet;
	p.sim->tap_ctx = &e;
	pair_start(&p);
	/* Until the response is on its way, and its receiver still has the keys. */
	while (!sim_last(p.sim, p.alice, IKE_EXCHANGE_IKE_AUTH, true))
		sim_run(p.sim, 1);
	ck_assert(e.done);
	inside_check(p.alice);
	if (!(e.drop & REQUIRED)) {
		sim_run(p.sim, SECOND);
		ck_assert(pair_is_up(p.sim));
	} else {
		bool eap = (e.drop & REQUIRED) == 1 << 3;

		ck_assert_uint_eq(last_notify(p.alice, p.bob, IKE_EXCHANGE_IKE_AUTH, true),
				  eap ? IKE_N_AUTHENTICATION_FAILED : IKE_N_INVALID_SYNTAX);
		ck_assert_uint_eq(ike_counters(p.alice->ike)->drop_payloads, eap ? 0 : 1);
		ck_assert_uint_eq(p.alice->ike->parked, 0);
		sim_run(p.sim, 900);
		ck_assert_uint_eq(p.alice->verifies + p.alice->installs, 0);
		ck_assert_int_eq(node_state(p.alice, "ipsec1"), IKE_CONN_UNKNOWN);
		/* What remains is the response, and that not for long. */
		p.bob->mute = true;
		sim_run(p.sim, MINUTE);
		ck_assert_uint_eq(p.alice->ike->sa_count, 0);
	}
	pair_free(&p);
}
END_TEST

/* IDr, AUTH, SA, TSi, TSr. */
START_TEST(test_auth_response_subsets)
{
	struct edit e = { .exchange = IKE_EXCHANGE_IKE_AUTH, .drop = (uint32_t)_i, .twice = -1 };
	struct pair p;

	pair_init(&p, 201);
	e.of = p.alice;
	p.sim->tap = edit_packet;
	p.sim->tap_ctx = &e;
	pair_start(&p);
	sim_run(p.sim, 500);
	inside_check(p.bob);
	if (!e.drop) {
		ck_assert(pair_is_up(p.sim));
	} else if (e.drop & 3) {
		ck_assert_uint_eq(p.bob->verifies + p.bob->installs + p.bob->ike_up, 0);
		ck_assert_uint_eq(ike_counters(p.bob->ike)->drop_payloads, 1);
		/* The peer took it for established, and is told: RFC 7296 2.21. */
		ck_assert_uint_eq(node_sas(p.alice), 0);
		ck_assert_uint_eq(p.alice->ike_down, 1);
	} else {
		/* Authenticated, but no Child SA that we could use: the peer is told. */
		ck_assert_int_eq(node_state(p.bob, "ipsec1"), IKE_CONN_IKE_ESTABLISHED);
		ck_assert_uint_eq(node_sas(p.alice) + node_sas(p.bob), 0);
	}
	pair_free(&p);
}
END_TEST

START_TEST(test_doubled)
{
	struct edit e = { .exchange = IKE_EXCHANGE_IKE_AUTH, .twice = _i / 2 };
	bool at_bob = _i & 1;
	struct pair p;

	pair_init(&p, 202);
	e.of = at_bob ? p.bob : p.alice;
	p.sim->tap = edit_packet;
	p.sim->tap_ctx = &e;
	pair_start(&p);
	sim_run(p.sim, 500);
	inside_check(p.alice);
	inside_check(p.bob);
	if ((at_bob && _i / 2 == 1) || (!at_bob && _i / 2 >= 5))
		ck_assert(pair_is_up(p.sim)); /* a Notify, and nothing at all */
	else
		ck_assert_uint_eq(p.bob->ike_up + p.bob->installs, 0);
	pair_free(&p);
}
END_TEST

/* One payload more: what does not belong there, what nobody knows, and what is critical. */
static const struct {
	int type;
	bool critical, accepted;
	uint16_t answer;
} extras[] = {
	{ IKE_PAYLOAD_VENDOR, false, true, 0 },
	{ 200, false, true, 0 },
	{ IKE_PAYLOAD_VENDOR, true, true, 0 },
	{ 200, true, false, IKE_N_UNSUPPORTED_CRITICAL_PAYLOAD },
	{ IKE_PAYLOAD_KE, false, false, IKE_N_INVALID_SYNTAX },
	{ IKE_PAYLOAD_NONCE, false, false, IKE_N_INVALID_SYNTAX },
	{ IKE_PAYLOAD_DELETE, false, false, IKE_N_INVALID_SYNTAX },
	{ IKE_PAYLOAD_EAP, false, false, IKE_N_INVALID_SYNTAX },
	{ IKE_PAYLOAD_CP, false, true, 0 },
};

START_TEST(test_extra_payload)
{
	struct edit e = { .exchange = IKE_EXCHANGE_IKE_AUTH, .twice = -1 };
	struct pair p;

	pair_init(&p, 203);
	e.of = p.bob;
	e.add = extras[_i].type;
	e.critical = extras[_i].critical;
	p.sim->tap = edit_packet;
	p.sim->tap_ctx = &e;
	pair_start(&p);
	while (!sim_last(p.sim, p.alice, IKE_EXCHANGE_IKE_AUTH, true))
		sim_run(p.sim, 1);
	if (!extras[_i].accepted)
		ck_assert_uint_eq(last_notify(p.alice, p.bob, IKE_EXCHANGE_IKE_AUTH, true),
				  extras[_i].answer);
	sim_run(p.sim, 500);
	ck_assert(pair_is_up(p.sim) == extras[_i].accepted);
	pair_free(&p);
}
END_TEST

static void up(struct pair *p, uint64_t seed)
{
	pair_init(p, seed);
	pair_start(p);
	ck_assert(sim_run_until(p->sim, SECOND, pair_is_up));
	sim_run(p->sim, SECOND);
}

static void begin(struct wire_out *o)
{
	static uint8_t buf[4096];

	wire_begin_chain(o, buf, sizeof(buf));
}

START_TEST(test_message_ids)
{
	static const uint32_t ids[] = { 0, 1, 3, 4, 1000, UINT32_MAX };
	struct snapshot before;
	struct wire_out o;
	struct pair p;

	up(&p, 204);
	begin(&o);
	for (unsigned int i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
		snapshot_take(&before, p.alice);
		inside_send(p.bob, IKE_EXCHANGE_INFORMATIONAL, false, ids[i], &o);
		sim_run(p.sim, 100);
		snapshot_unchanged(&before, p.alice, 1);
		ck_assert_uint_eq(sim_count(p.sim, p.alice, IKE_EXCHANGE_INFORMATIONAL, true), 0);
	}
	/* Responses that nobody asked for. */
	for (uint32_t id = 0; id < 3; id++) {
		snapshot_take(&before, p.alice);
		inside_send(p.bob, IKE_EXCHANGE_INFORMATIONAL, true, id, &o);
		sim_run(p.sim, 100);
		snapshot_unchanged(&before, p.alice, 1);
	}
	ck_assert_uint_eq(ike_counters(p.alice->ike)->drop_message_id, 9);
	/* The right one; what comes back is dropped by one who did not know that it asked. */
	inside_send(p.bob, IKE_EXCHANGE_INFORMATIONAL, false, 2, &o);
	sim_run(p.sim, 100);
	ck_assert_uint_eq(sim_count(p.sim, p.alice, IKE_EXCHANGE_INFORMATIONAL, true), 1);
	ck_assert_uint_eq(ike_counters(p.bob->ike)->drop_message_id, 1);
	/* Once more with other octets is not the same again. */
	inside_send(p.bob, IKE_EXCHANGE_INFORMATIONAL, false, 2, &o);
	sim_run(p.sim, 100);
	ck_assert_uint_eq(ike_counters(p.alice->ike)->drop_message_id, 10);
	ck_assert(pair_is_up(p.sim));
	pair_free(&p);
}
END_TEST

/* An answer counts if its id and its exchange are those of the question. */
START_TEST(test_wrong_responses)
{
	struct snapshot before;
	struct wire_out o;
	struct sa *sa;
	struct pair p;

	up(&p, 210);
	begin(&o);
	sa = inside_sa(p.bob);
	p.alice->deaf = true;
	sa_want(sa, WANT_LIVENESS);
	ck_assert(sa->window.outstanding);
	for (uint32_t id = 0; id < 5; id++)
		for (uint8_t exchange = 34; exchange <= 37; exchange++) {
			if (id == 2 && exchange == IKE_EXCHANGE_INFORMATIONAL)
				continue;
			snapshot_take(&before, p.bob);
			inside_send(p.alice, exchange, true, id, &o);
			sim_run(p.sim, 20);
			snapshot_unchanged(&before, p.bob, 1);
			ck_assert(sa->window.outstanding);
		}
	inside_send(p.alice, IKE_EXCHANGE_INFORMATIONAL, true, 2, &o);
	sim_run(p.sim, 20);
	ck_assert(!sa->window.outstanding);
	ck_assert_uint_eq(sa->window.send_id, 3);
	pair_free(&p);
}
END_TEST

/* No exchange but INFORMATIONAL and CREATE_CHILD_SA does anything now. */
START_TEST(test_other_exchanges)
{
	struct wire_out o;
	struct pair p;

	up(&p, 205);
	begin(&o);
	for (unsigned int exchange = 0; exchange < 256; exchange++) {
		struct snapshot before;

		if (exchange == IKE_EXCHANGE_CREATE_CHILD_SA ||
		    exchange == IKE_EXCHANGE_INFORMATIONAL)
			continue;
		snapshot_take(&before, p.alice);
		inside_send(p.bob, (uint8_t)exchange, false, 2, &o);
		sim_run(p.sim, 20);
		snapshot_unchanged(&before, p.alice, 1);
	}
	ck_assert_uint_eq(ike_counters(p.alice->ike)->drop_exchange, 252);
	ck_assert_uint_eq(ike_counters(p.alice->ike)->drop_state, 2);
	pair_free(&p);
}
END_TEST

/* RFC 7296 4: rekeying is refused, and nothing else happens. */
START_TEST(test_create_child_sa)
{
	const uint8_t nonce[32] = { 1 };
	uint8_t spi[8] = { 9, 9, 9, 9, 9, 9, 9, 9 };
	struct ike_proposals ps;
	struct wire_out o;
	struct pair p;

	up(&p, 206);
	begin(&o);
	ike_proposals_default(&ps, _i ? IKE_PROTO_IKE : IKE_PROTO_ESP);
	suite_put_offer(&o, &ps, bytes_of(spi, _i ? 8 : 4));
	wire_put_nonce(&o, bytes_of(nonce, sizeof(nonce)));
	inside_send(p.bob, IKE_EXCHANGE_CREATE_CHILD_SA, false, 2, &o);
	sim_run(p.sim, 100);
	ck_assert_uint_eq(last_notify(p.alice, p.bob, IKE_EXCHANGE_CREATE_CHILD_SA, true),
			  IKE_N_NO_ADDITIONAL_SAS);
	ck_assert_uint_eq(ike_counters(p.alice->ike)->child_in, 1);
	ck_assert(pair_is_up(p.sim));
	assert_mirrored(p.alice, p.bob);
	pair_free(&p);
}
END_TEST

/* Requests of a peer that is right about the keys and wrong about the rest. */
static void put_odd(struct wire_out *o, int kind, const struct sa *sa)
{
	static const uint8_t data[64] = { 0 };
	uint32_t spis[3] = { 0x01020304, sa->child->spi_in, sa->child->spi_in };
	size_t at;

	switch (kind) {
	case 0: /* Child SAs that are not there */
		wire_put_delete_esp(o, spis, 1);
		break;
	case 1: /* the right one, twice, and another */
		wire_put_delete_esp(o, spis, 3);
		break;
	case 2: /* the Child SA, after the IKE SA that it belongs to */
		wire_put_delete_ike(o);
		wire_put_delete_esp(o, spis + 1, 1);
		break;
	case 3:
		wire_put_delete_ike(o);
		wire_put_delete_ike(o);
		break;
	case 4: /* a Delete that is no Delete */
		at = wire_begin_payload(o, IKE_PAYLOAD_DELETE);
		wire_put(o, data, 3);
		wire_end_payload(o, at);
		break;
	case 5: /* notifies that mean nothing here */
		for (uint16_t type = 1; type < 60; type++)
			if (type != IKE_N_INVALID_SYNTAX && type != IKE_N_AUTHENTICATION_FAILED &&
			    type != IKE_N_UNSUPPORTED_CRITICAL_PAYLOAD)
				wire_put_notify(o, IKE_PROTO_ESP, bytes_of(data, 4), type,
						bytes_of(data, type));
		break;
	case 6: /* the initiator does not believe us, and says so behind IKE_AUTH */
		message_notify(o, IKE_N_AUTHENTICATION_FAILED);
		break;
	default: /* unknown, critical */
		at = wire_begin_payload(o, 200);
		wire_end_payload(o, at);
		o->buf[at + 1] = 0x80;
	}
}

static const struct {
	bool child_stays, ike_stays;
	uint16_t answer;
} odd[] = {
	{ true, true, 0 },
	{ false, true, 0 },
	{ false, false, 0 },
	{ false, false, 0 },
	{ false, false, IKE_N_INVALID_SYNTAX },
	{ true, true, 0 },
	{ false, false, 0 },
	{ true, true, IKE_N_UNSUPPORTED_CRITICAL_PAYLOAD },
};

START_TEST(test_odd_requests)
{
	struct wire_out o;
	struct pair p;

	up(&p, 207);
	begin(&o);
	put_odd(&o, _i, inside_sa(p.bob));
	inside_send(p.bob, IKE_EXCHANGE_INFORMATIONAL, false, 2, &o);
	sim_run(p.sim, 15);
	inside_check(p.alice);
	ck_assert_uint_eq(last_notify(p.alice, p.bob, IKE_EXCHANGE_INFORMATIONAL, true),
			  odd[_i].answer);
	ck_assert_uint_eq(node_sas(p.alice), odd[_i].child_stays);
	ck_assert_int_eq(node_state(p.alice, "ipsec1"), odd[_i].child_stays ? IKE_CONN_INSTALLED
							: odd[_i].ike_stays
								? IKE_CONN_IKE_ESTABLISHED
								: IKE_CONN_UNKNOWN);
	ck_assert_uint_eq(p.alice->child_down, !odd[_i].child_stays);
	ck_assert_uint_eq(p.alice->ike_down, !odd[_i].ike_stays);
	pair_free(&p);
}
END_TEST

/* The initiator's notifies of failure count behind IKE_AUTH alone, RFC 7296 2.21.2. */
START_TEST(test_late_failure)
{
	struct wire_out o;
	struct pair p;

	up(&p, 208);
	begin(&o);
	inside_send(p.bob, IKE_EXCHANGE_INFORMATIONAL, false, 2, &o);
	sim_run(p.sim, 100);
	message_notify(&o, IKE_N_AUTHENTICATION_FAILED);
	inside_send(p.bob, IKE_EXCHANGE_INFORMATIONAL, false, 3, &o);
	sim_run(p.sim, 100);
	ck_assert_int_eq(node_state(p.alice, "ipsec1"), IKE_CONN_INSTALLED);
	pair_free(&p);
}
END_TEST

/* A responder that gives more than it was asked for does not get it. */
static void widen(const struct wire_chain *c, struct wire_out *o, void *ctx)
{
	const int *side = ctx;
	struct wire_ts_list all = { .count = 1, .ts[0] = { .port_max = 65535 } };

	all.ts[0].min.family = all.ts[0].max.family = AF_INET;
	memset(all.ts[0].max.ip, 255, 4);
	for (unsigned int i = 0; i < c->count; i++) {
		if (c->payload[i].type == (*side ? IKE_PAYLOAD_TSI : IKE_PAYLOAD_TSR))
			wire_put_ts(o, c->payload[i].type, &all);
		else
			inside_put(o, &c->payload[i]);
	}
}

static bool widen_packet(struct sim *sim, struct packet *p)
{
	if (p->from == sim->node[0] && p->h.exchange == IKE_EXCHANGE_IKE_AUTH)
		inside_rewrite(p, widen, sim->tap_ctx);
	return true;
}

START_TEST(test_wider_selectors)
{
	struct pair p;

	pair_init(&p, 209);
	p.sim->tap = widen_packet;
	p.sim->tap_ctx = &_i;
	pair_start(&p);
	sim_run(p.sim, 500);
	ck_assert_int_eq(node_state(p.bob, "ipsec1"), IKE_CONN_IKE_ESTABLISHED);
	ck_assert_str_eq(node_error(p.bob, "ipsec1"),
			 "peer's traffic selectors go beyond what we asked for");
	ck_assert_uint_eq(node_sas(p.alice) + node_sas(p.bob), 0);
	pair_free(&p);
}
END_TEST

/*
 * At random: genuine messages of three peers in any order and number, changed or not, encrypted
 * with the right keys or not at all, time that passes, answers that come or are errors. Whatever
 * happens, what is established is proven.
 */
static void one_step(struct sim *sim, uint64_t *random)
{
	struct node *a = sim->node[sim_random(random) % 2],
		    *b = a == sim->node[0] ? sim->node[1] : sim->node[0];
	struct endpoint from = { b->addr, 500 };
	uint8_t data[SIM_PACKET_MAX];
	const struct packet *k;
	struct wire_out o;
	struct sa *sa;
	size_t len;

	switch (sim_random(random) % 8) {
	case 0:
		sim_run(sim, sim_random(random) % 30);
		break;
	case 1:
		sim_run(sim, sim_random(random) % (20 * SECOND));
		break;
	case 2:
		a->sign_error = sim_random(random) % 4 ? 0 : -2;
		a->withhold = sim_random(random) % 2 ? 0 : 1u << sim_random(random) % 4;
		a->verify_delay = sim_random(random) % 40;
		break;
	case 3: /* a peer out of its mind */
		sa = inside_sa(b);
		if (!sa || !sa->seal_out.encr_key.len)
			break;
		begin(&o);
		message_notify(&o, (uint16_t)(sim_random(random) % 60));
		if (sim_random(random) % 8 == 0)
			wire_put_delete_ike(&o);
		inside_send(b, (uint8_t)(34 + sim_random(random) % 5), sim_random(random) % 2,
			    sim_random(random) % 4, &o);
		break;
	default:
		if (!sim->sents)
			break;
		k = sim->sent[sim->sents - 1 -
			      sim_random(random) % (sim->sents < 12 ? sim->sents : 12)];
		len = k->len;
		memcpy(data, k->data, len);
		if (sim_random(random) % 2)
			data[16 + sim_random(random) % 8] = (uint8_t)sim_random(random);
		if (sim_random(random) % 4 == 0)
			data[sim_random(random) % len] ^= (uint8_t)sim_random(random);
		sim_deliver(a, &from, data, len);
	}
}

START_TEST(test_random_walk)
{
	struct pair p;
	uint64_t random;

	pair_init(&p, 300 + (uint64_t)_i);
	random = 7 * p.sim->seed;
	if (_i & 1) {
		conf_cert(&p.a);
		conf_cert(&p.b);
	}
	p.a.initiator = _i & 2;
	p.sim->loss = p.sim->duplicate = 100;
	pair_start(&p);
	for (unsigned int i = 0; i < 400; i++) {
		one_step(p.sim, &random);
		inside_check(p.alice);
		inside_check(p.bob);
	}
	p.alice->sign_error = p.bob->sign_error = 0;
	p.alice->withhold = p.bob->withhold = 0;
	p.sim->loss = p.sim->duplicate = 0;
	/* What one end thinks it has and the other one does not is found out by liveness checks. */
	ike_down(p.alice->ike, "ipsec1");
	ike_down(p.bob->ike, "ipsec1");
	sim_run(p.sim, 20 * MINUTE);
	assert_quiet(p.alice);
	assert_quiet(p.bob);
	ck_assert_uint_eq(p.alice->ike->sa_count + p.bob->ike->sa_count, 0);
	ck_assert_int_eq(ike_up(p.alice->ike, "ipsec1"), 0);
	ck_assert_int_eq(ike_up(p.bob->ike, "ipsec1"), 0);
	ck_assert_msg(sim_run_until(p.sim, 5 * MINUTE, pair_is_up), "seed %lu: not up",
		      (unsigned long)p.sim->seed);
	sim_run(p.sim, MINUTE);
	assert_mirrored(p.alice, p.bob);
	pair_free(&p);
}
END_TEST

static void add(TCase *tc)
{
	tcase_set_timeout(tc, 120);
	tcase_add_loop_test(tc, test_auth_request_subsets, 0, 1 << REQUEST_PAYLOADS);
	tcase_add_loop_test(tc, test_auth_response_subsets, 0, 1 << 5);
	tcase_add_loop_test(tc, test_doubled, 0, 14);
	tcase_add_loop_test(tc, test_extra_payload, 0, sizeof(extras) / sizeof(extras[0]));
	tcase_add_test(tc, test_message_ids);
	tcase_add_test(tc, test_wrong_responses);
	tcase_add_test(tc, test_other_exchanges);
	tcase_add_loop_test(tc, test_create_child_sa, 0, 2);
	tcase_add_loop_test(tc, test_odd_requests, 0, sizeof(odd) / sizeof(odd[0]));
	tcase_add_test(tc, test_late_failure);
	tcase_add_loop_test(tc, test_wider_selectors, 0, 2);
	tcase_add_loop_test(tc, test_random_walk, 0, 60);
}

int main(void)
{
	return sim_main("peer", add);
}
