// SPDX-License-Identifier: GPL-2.0-or-later
/* Whoever can send datagrams, and does not have the keys. */
#include <stdio.h>
#include <stdlib.h>

#include "sim/inside.h"

/* A handshake that takes its time, so that every state can be looked at. */
static void slow_pair(struct pair *p, uint64_t seed)
{
	pair_init(p, seed);
	p->alice->sign_delay = p->alice->verify_delay = p->alice->install_delay = 20;
	p->bob->sign_delay = p->bob->verify_delay = p->bob->install_delay = 20;
	pair_start(p);
}

enum {
	MOMENTS = 16,
	MOMENT = 10
}; /* ms: 0 to 160 covers all, and the tunnel that is up */

/* The packets of an undisturbed run with the same seed: octet for octet what will be sent. */
static struct sim *reference(uint64_t seed)
{
	struct pair p;

	slow_pair(&p, seed);
	ck_assert(sim_run_until(p.sim, SECOND, pair_is_up));
	sim_run(p.sim, SECOND);
	ck_assert_uint_eq(p.sim->sents, 4);
	return p.sim;
}

static void must_come_up(struct pair *p)
{
	ck_assert(sim_run_until(p->sim, 5 * SECOND, pair_is_up));
	sim_run(p->sim, SECOND);
	assert_mirrored(p->alice, p->bob);
	ck_assert_uint_eq(node_sas(p->alice), 1);
	ck_assert_uint_eq(p->bob->ike_up, 1);
	inside_check(p->alice);
	inside_check(p->bob);
}

static void set_length(uint8_t *data, size_t len)
{
	data[24] = data[25] = 0;
	data[26] = (uint8_t)(len >> 8);
	data[27] = (uint8_t)len;
}

/* Every message of the handshake, cut at every octet, to both ends, at every moment. */
START_TEST(test_truncated)
{
	static const struct endpoint ports[2] = {
		{ { AF_INET, { 192, 168, 0, 1 } }, 500 },
		{ { AF_INET, { 192, 168, 0, 2 } }, 500 },
	};
	struct sim *ref = reference(100);
	struct pair p;

	slow_pair(&p, 100);
	sim_run(p.sim, (uint64_t)_i * MOMENT);
	for (size_t i = 0; i < ref->sents; i++) {
		const struct packet *k = ref->sent[i];

		for (size_t len = 0; len < k->len; len++)
			for (unsigned int to = 0; to < 4; to++) {
				struct node *node = p.sim->node[to & 1];
				uint8_t data[SIM_PACKET_MAX];
				struct snapshot before;

				memcpy(data, k->data, len);
				if (to & 2 && len >= WIRE_HEADER_LEN)
					set_length(data, len);
				snapshot_take(&before, node);
				sim_deliver(node, &ports[!(to & 1)], data, len);
				snapshot_unchanged(&before, node, 1);
			}
	}
	ck_assert_uint_eq(p.alice->lines + p.bob->lines > 0, 1);
	must_come_up(&p);
	pair_free(&p);
	sim_free(ref);
}
END_TEST

/* One bit wrong in what is encrypted: nothing changes, wherever the bit is. */
START_TEST(test_bit_flips)
{
	struct sim *ref = reference(101);
	struct pair p;

	slow_pair(&p, 101);
	sim_run(p.sim, (uint64_t)_i * MOMENT);
	for (size_t i = 2; i < ref->sents; i++) {
		const struct packet *k = ref->sent[i];
		struct node *to = k->from == ref->node[0] ? p.bob : p.alice;
		struct endpoint from = { k->from->addr, 500 };

		for (size_t bit = 0; bit < 8 * k->len; bit += 3) {
			uint8_t data[SIM_PACKET_MAX];
			struct snapshot before;

			/* The flags that are reserved and the minor version mean nothing. */
			memcpy(data, k->data, k->len);
			data[bit / 8] ^= (uint8_t)(1 << bit % 8);
			snapshot_take(&before, to);
			sim_deliver(to, &from, data, k->len);
			snapshot_unchanged(&before, to, 1);
		}
	}
	must_come_up(&p);
	pair_free(&p);
	sim_free(ref);
}
END_TEST

/* All that was ever sent, again, at any moment and to whom it may concern. */
START_TEST(test_replayed)
{
	struct pair p;

	slow_pair(&p, 102);
	sim_run(p.sim, (uint64_t)_i * MOMENT);
	for (size_t i = 0, sents = p.sim->sents; i < sents; i++) {
		const struct packet *k = p.sim->sent[i];
		struct node *to = k->from == p.alice ? p.bob : p.alice;
		struct endpoint from = { k->from->addr, 500 };
		struct snapshot before;

		if (k->when + p.sim->delay > p.sim->now)
			continue; /* in flight still: that would be no replay */
		snapshot_take(&before, to);
		sim_deliver(to, &from, k->data, k->len);
		/* A repeated request gets its response again, all else is dropped. */
		if (ike_counters(to->ike)->retransmit_received ==
		    before.counters.retransmit_received)
			snapshot_unchanged(&before, to,
					   k->h.exchange == IKE_EXCHANGE_IKE_SA_INIT &&
							   !(k->h.flags & WIRE_FLAG_RESPONSE)
						   ? 0
						   : 1);
		else
			snapshot_unchanged(&before, to, 0);
	}
	must_come_up(&p);
	pair_free(&p);
}
END_TEST

/* A repeated request gets the very same response, and is not worked on twice. */
START_TEST(test_repeated_request)
{
	const struct packet *request, *response;
	struct endpoint from;
	struct pair p;
	size_t sents;

	pair_init(&p, 103);
	pair_start(&p);
	ck_assert(sim_run_until(p.sim, SECOND, pair_is_up));
	request = sim_last(p.sim, p.bob, IKE_EXCHANGE_IKE_AUTH, false);
	response = sim_last(p.sim, p.alice, IKE_EXCHANGE_IKE_AUTH, true);
	from = (struct endpoint){ p.bob->addr, 500 };
	sents = p.sim->sents;
	for (unsigned int i = 0; i < 5; i++)
		sim_deliver(p.alice, &from, request->data, request->len);
	ck_assert_uint_eq(p.sim->sents, sents + 5);
	for (size_t i = sents; i < p.sim->sents; i++)
		ck_assert(bytes_equal(bytes_of(response->data, response->len),
				      bytes_of(p.sim->sent[i]->data, p.sim->sent[i]->len)));
	ck_assert_uint_eq(p.alice->verifies, 1);
	ck_assert_uint_eq(p.alice->installs, 1);
	pair_free(&p);
}
END_TEST

START_TEST(test_flood)
{
	struct endpoint from = { { AF_INET, { 192, 168, 0, 2 } }, 500 };
	const unsigned int flood = IKE_HALF_OPEN_MAX + 300;
	struct half_open *oldest;
	uint8_t buf[2048];
	struct pair p;
	size_t len;

	pair_init(&p, 104);
	ike_set_limits(p.alice->ike, &(struct ike_limits){ 0 });
	node_set(p.alice, &p.a);
	for (unsigned int i = 0; i < flood; i++) {
		len = inside_init(buf, sizeof(buf), i + 1, true, BYTES_NONE);
		sim_deliver(p.alice, &from, buf, len);
	}
	inside_check(p.alice);
	ck_assert_uint_eq(ike_counters(p.alice->ike)->half_open, IKE_HALF_OPEN_MAX);
	ck_assert_uint_eq(ike_counters(p.alice->ike)->drop_limit, 300);
	ck_assert_uint_eq(p.alice->ike->sa_count, 0);
	oldest = half_open_find(p.alice->ike, p.sim->sent[p.sim->sents - 1]->h.spi_r);
	ck_assert_ptr_nonnull(oldest);
	ck_assert_uint_le(half_open_size(oldest), 1024);
	ck_assert_ptr_null(half_open_find(p.alice->ike, p.sim->sent[0]->h.spi_r));
	/* The one who means it gets in. */
	node_set(p.bob, &p.b);
	ck_assert(sim_run_until(p.sim, 5 * SECOND, pair_is_up));
	sim_run(p.sim, IKE_HALF_OPEN_TIME);
	ck_assert_uint_eq(ike_counters(p.alice->ike)->half_open, 0);
	pair_free(&p);
}
END_TEST

/* Strangers without a connection, or with an unsound value, leave nothing; answers are rationed. */
START_TEST(test_strangers)
{
	struct endpoint from = { { AF_INET, { 192, 168, 0, 99 } }, 500 };
	uint8_t buf[2048];
	struct pair p;
	size_t len;

	pair_init(&p, 105);
	node_set(p.alice, &p.a);
	for (unsigned int i = 0; i < 1000; i++) {
		len = inside_init(buf, sizeof(buf), i + 1, true, BYTES_NONE);
		sim_deliver(p.alice, &from, buf, len);
	}
	ck_assert_uint_eq(ike_counters(p.alice->ike)->half_open, 0);
	ck_assert_uint_le(p.sim->sents, 100);
	ck_assert_uint_le(p.alice->lines, 100);
	from.addr.ip[3] = 2;
	len = inside_init(buf, sizeof(buf), 7, false, BYTES_NONE);
	sim_deliver(p.alice, &from, buf, len);
	ck_assert_uint_eq(ike_counters(p.alice->ike)->half_open, 0);
	ck_assert_uint_eq(ike_counters(p.alice->ike)->drop_malformed, 1);
	pair_free(&p);
}
END_TEST

/* An IKE_AUTH that nobody could have made: no SA, and the keys are derived once. */
START_TEST(test_forged_auth)
{
	struct endpoint from = { { AF_INET, { 192, 168, 0, 2 } }, 500 };
	uint8_t buf[2048], garbage[200] = { 0 };
	struct wire_header h;
	struct wire_out o;
	struct pair p;
	size_t at, len;

	pair_init(&p, 106);
	node_set(p.alice, &p.a);
	len = inside_init(buf, sizeof(buf), 7, true, BYTES_NONE);
	sim_deliver(p.alice, &from, buf, len);
	h = p.sim->sent[0]->h;
	h.exchange = IKE_EXCHANGE_IKE_AUTH;
	h.flags = WIRE_FLAG_INITIATOR;
	h.message_id = 1;
	wire_begin_message(&o, buf, sizeof(buf), &h);
	at = wire_begin_payload(&o, IKE_PAYLOAD_SK);
	wire_put(&o, garbage, sizeof(garbage));
	wire_end_payload(&o, at);
	len = wire_end_message(&o);
	for (unsigned int i = 0; i < 100; i++)
		sim_deliver(p.alice, &from, buf, len);
	ck_assert_uint_eq(ike_counters(p.alice->ike)->drop_decrypt, 100);
	ck_assert_uint_eq(ike_counters(p.alice->ike)->half_open, 1);
	ck_assert_uint_eq(p.alice->ike->sa_count, 0);
	/* Nor do other exchanges get anywhere before IKE_AUTH. */
	for (unsigned int exchange = 0; exchange < 256; exchange++) {
		buf[18] = (uint8_t)exchange;
		sim_deliver(p.alice, &from, buf, len);
	}
	ck_assert_uint_eq(drops_of(ike_counters(p.alice->ike)), 356);
	ck_assert_uint_eq(ike_counters(p.alice->ike)->drop_state, 3);
	ck_assert_uint_eq(ike_counters(p.alice->ike)->drop_exchange, 252);
	pair_free(&p);
}
END_TEST

/* RFC 7296 2.5. */
START_TEST(test_versions)
{
	struct endpoint from = { { AF_INET, { 192, 168, 0, 2 } }, 500 };
	const struct packet *answer;
	struct wire_chain c;
	struct wire_notify n;
	uint8_t buf[2048];
	struct pair p;
	size_t len;

	pair_init(&p, 107);
	node_set(p.alice, &p.a);
	len = inside_init(buf, sizeof(buf), 7, true, BYTES_NONE);
	buf[17] = 0x10;
	sim_deliver(p.alice, &from, buf, len);
	ck_assert_uint_eq(p.sim->sents, 0);
	buf[17] = 0x30;
	buf[19] |= WIRE_FLAG_RESPONSE;
	sim_deliver(p.alice, &from, buf, len);
	ck_assert_uint_eq(p.sim->sents, 0);
	buf[19] &= (uint8_t)~WIRE_FLAG_RESPONSE;
	sim_deliver(p.alice, &from, buf, len);
	ck_assert_uint_eq(ike_counters(p.alice->ike)->drop_version, 3);
	ck_assert_uint_eq(p.sim->sents, 1);
	answer = p.sim->sent[0];
	ck_assert_uint_eq(answer->h.version, 0x20);
	ck_assert_uint_eq(answer->h.flags, WIRE_FLAG_RESPONSE);
	ck_assert(!memcmp(answer->h.spi_i, buf, 8));
	ck_assert_int_eq(wire_parse_chain(&c, answer->h.next_payload,
					  bytes_of(answer->data + 28, answer->len - 28)),
			 0);
	ck_assert_int_eq(wire_parse_notify(&n, c.payload[0].body), 0);
	ck_assert_uint_eq(n.type, IKE_N_INVALID_MAJOR_VERSION);
	/* A higher minor version, reserved flags and a critical bit where it means nothing. */
	buf[17] = 0x2f;
	buf[19] |= 0xc7;
	buf[29] |= 0x80;
	sim_deliver(p.alice, &from, buf, len);
	ck_assert_uint_eq(ike_counters(p.alice->ike)->half_open, 1);
	pair_free(&p);
}
END_TEST

/* An unknown payload is skipped, unless it is critical: RFC 7296 2.5. */
START_TEST(test_unknown_payload)
{
	struct endpoint from = { { AF_INET, { 192, 168, 0, 2 } }, 500 };
	const struct packet *answer;
	uint8_t buf[2048];
	struct wire_chain c;
	struct wire_notify n;
	struct pair p;
	size_t len;

	pair_init(&p, 108);
	node_set(p.alice, &p.a);
	for (unsigned int critical = 2; critical--;) {
		len = inside_init(buf, sizeof(buf), 7, true, BYTES_NONE);
		/* The first payload's type goes into the new one in front of it. */
		memmove(buf + 32, buf + 28, len - 28);
		buf[28] = buf[16];
		buf[16] = 200;
		buf[29] = critical ? 0x80 : 0;
		buf[30] = 0;
		buf[31] = 4;
		set_length(buf, len + 4);
		sim_deliver(p.alice, &from, buf, len + 4);
	}
	ck_assert_uint_eq(p.sim->sents, 2);
	answer = p.sim->sent[0];
	ck_assert_int_eq(wire_parse_chain(&c, answer->h.next_payload,
					  bytes_of(answer->data + 28, answer->len - 28)),
			 0);
	ck_assert_int_eq(wire_parse_notify(&n, c.payload[0].body), 0);
	ck_assert_uint_eq(n.type, IKE_N_UNSUPPORTED_CRITICAL_PAYLOAD);
	ck_assert_uint_eq(n.data.len, 1);
	ck_assert_uint_eq(n.data.data[0], 200);
	ck_assert_uint_eq(ike_counters(p.alice->ike)->half_open, 1);
	pair_free(&p);
}
END_TEST

/* Which payloads an IKE_SA_INIT message keeps. */
struct subset {
	unsigned int mask;
	bool twice;
	struct node *of;
	bool done;
};

static bool keep_some(struct sim *sim, struct packet *p)
{
	struct subset *s = sim->tap_ctx;
	struct wire_header h = p->h;
	struct wire_chain c;
	struct wire_out o;
	static uint8_t buf[SIM_PACKET_MAX];

	if (p->from != s->of || p->h.exchange != IKE_EXCHANGE_IKE_SA_INIT)
		return true;
	ck_assert_int_eq(wire_parse_chain(&c, h.next_payload, bytes_of(p->data + 28, p->len - 28)),
			 0);
	wire_begin_message(&o, buf, sizeof(buf), &h);
	for (unsigned int i = 0; i < c.count; i++) {
		if (s->mask & 1u << i || i > 2)
			inside_put(&o, &c.payload[i]);
		if (s->mask & 1u << i && i < 3 && s->twice)
			inside_put(&o, &c.payload[i]);
	}
	free(p->data);
	p->len = wire_end_message(&o);
	p->data = malloc(p->len);
	memcpy(p->data, buf, p->len);
	s->done = true;
	return true;
}

/* All subsets of SA, KE and Nonce, and each of them twice, in both directions. */
START_TEST(test_init_payloads)
{
	struct subset s = { .mask = (unsigned int)_i & 7, .twice = _i & 8 };
	struct pair p;

	pair_init(&p, 109);
	s.of = _i & 16 ? p.alice : p.bob;
	p.sim->tap = keep_some;
	p.sim->tap_ctx = &s;
	pair_start(&p);
	sim_run(p.sim, 3 * SECOND);
	ck_assert(s.done);
	if (s.mask == 7 && !s.twice) {
		/* As it was, so the messages that AUTH signs are the same. */
		ck_assert(pair_is_up(p.sim));
	} else {
		struct node *to = _i & 16 ? p.bob : p.alice;

		ck_assert_uint_eq(ike_counters(to->ike)->drop_payloads, 1);
		ck_assert_uint_eq(ike_counters(p.alice->ike)->half_open, _i & 16 ? 1 : 0);
		ck_assert_int_eq(node_state(p.bob, "ipsec1"), IKE_CONN_CONNECTING);
		ck_assert_uint_eq(p.bob->signs, 0);
	}
	pair_free(&p);
}
END_TEST

static void add(TCase *tc)
{
	tcase_set_timeout(tc, 120);
	tcase_add_loop_test(tc, test_truncated, 0, MOMENTS + 1);
	tcase_add_loop_test(tc, test_bit_flips, 0, MOMENTS + 1);
	tcase_add_loop_test(tc, test_replayed, 0, MOMENTS + 1);
	tcase_add_test(tc, test_repeated_request);
	tcase_add_test(tc, test_flood);
	tcase_add_test(tc, test_strangers);
	tcase_add_test(tc, test_forged_auth);
	tcase_add_test(tc, test_versions);
	tcase_add_test(tc, test_unknown_payload);
	tcase_add_loop_test(tc, test_init_payloads, 0, 32);
}

int main(void)
{
	return sim_main("hostile", add);
}
