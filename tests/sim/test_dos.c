// SPDX-License-Identifier: GPL-2.0-or-later
/* Strangers who flood: cookies (RFC 7296 2.6), limits for one peer and for all. */
#include "sim/inside.h"

enum {
	COOKIE_LEN = 17
};

static struct endpoint stranger(uint32_t number)
{
	return (struct endpoint){
		{ AF_INET, { 10, (uint8_t)(number >> 16), (uint8_t)(number >> 8), (uint8_t)number } },
		500,
	};
}

/* A request of a stranger; its cookie, if it was asked for one, else nothing. */
static struct bytes knock(struct pair *p, const struct endpoint *from, uint64_t spi,
			  struct bytes cookie)
{
	static uint8_t kept[COOKIE_LEN];
	uint8_t buf[2048];
	const struct packet *answer;
	struct wire_chain c;
	struct wire_notify n;
	size_t sents = p->sim->sents;

	sim_deliver(p->alice, from, buf, inside_init(buf, sizeof(buf), spi, true, cookie));
	if (p->sim->sents == sents)
		return BYTES_NONE;
	answer = p->sim->sent[sents];
	ck_assert_int_eq(wire_parse_chain(&c, answer->h.next_payload,
					  bytes_of(answer->data + WIRE_HEADER_LEN,
						   answer->len - WIRE_HEADER_LEN)), 0);
	if (c.payload[0].type != IKE_PAYLOAD_NOTIFY)
		return BYTES_NONE;
	ck_assert_int_eq(wire_parse_notify(&n, c.payload[0].body), 0);
	ck_assert_uint_eq(n.type, IKE_N_COOKIE);
	ck_assert_uint_eq(n.data.len, COOKIE_LEN);
	/* No amplification, nothing of ours in it, and it is the answer to that request. */
	ck_assert_uint_lt(answer->len, 80);
	ck_assert(!memcmp(answer->h.spi_i, &spi, 8));
	ck_assert(!memcmp(answer->h.spi_r, (uint8_t[8]){ 0 }, 8));
	memcpy(kept, n.data.data, COOKIE_LEN);
	return bytes_of(kept, COOKIE_LEN);
}

static unsigned int half_open(const struct pair *p)
{
	return (unsigned int)ike_counters(p->alice->ike)->half_open;
}

static void begin(struct pair *p, uint64_t seed, uint32_t cookies, uint32_t block, uint32_t max)
{
	const struct ike_limits limits = { cookies, block, max };

	pair_init(p, seed);
	conf_any_peer(&p->a);
	node_set(p->alice, &p->a);
	ike_set_limits(p->alice->ike, &limits);
}

/* By default: ten may be half-open, the rest is asked for a cookie, and Bob gets in. */
START_TEST(test_flood)
{
	struct pair p;

	pair_init(&p, 601);
	conf_any_peer(&p.a);
	node_set(p.alice, &p.a);
	for (uint32_t i = 1; i <= 20000; i++) {
		struct endpoint from = stranger(i);

		knock(&p, &from, i, BYTES_NONE);
	}
	ck_assert_uint_eq(half_open(&p), 10);
	ck_assert_uint_eq(ike_counters(p.alice->ike)->cookies_out, 19990);
	inside_check(p.alice);
	node_set(p.bob, &p.b);
	ck_assert(sim_run_until(p.sim, SECOND, pair_is_up));
	ck_assert_uint_eq(sim_count(p.sim, p.bob, IKE_EXCHANGE_IKE_SA_INIT, false), 2);
	assert_mirrored(p.alice, p.bob);
	pair_free(&p);
}
END_TEST

/* Also together with a group that the responder does not want: RFC 7296 2.6.1. */
START_TEST(test_always)
{
	struct pair p;

	pair_init(&p, 602);
	if (_i) {
		conf_ike(&p.a, "aes128gcm16-prfsha256-x25519");
		conf_ike(&p.b, "aes128gcm16-prfsha256-ecp256-x25519");
	}
	node_set(p.alice, &p.a);
	ike_set_limits(p.alice->ike, &(struct ike_limits){ IKE_COOKIE_ALWAYS, 5, 0 });
	node_set(p.bob, &p.b);
	ck_assert(sim_run_until(p.sim, SECOND, pair_is_up));
	ck_assert_uint_eq(ike_counters(p.alice->ike)->cookies_out, 1);
	ck_assert_uint_eq(sim_count(p.sim, p.bob, IKE_EXCHANGE_IKE_SA_INIT, false), _i ? 3 : 2);
	assert_mirrored(p.alice, p.bob);
	pair_free(&p);
}
END_TEST

/* A cookie is good for who got it, for what was said, as it is. */
START_TEST(test_forged_cookie)
{
	struct endpoint from = stranger(1), other = stranger(2);
	uint8_t cookie[COOKIE_LEN], bent[COOKIE_LEN];
	struct pair p;

	begin(&p, 603, IKE_COOKIE_ALWAYS, 0, 0);
	memcpy(cookie, knock(&p, &from, 7, BYTES_NONE).data, COOKIE_LEN);
	knock(&p, &other, 7, bytes_of(cookie, COOKIE_LEN));
	knock(&p, &from, 8, bytes_of(cookie, COOKIE_LEN));
	for (unsigned int bit = 0; bit < 8 * COOKIE_LEN; bit++) {
		memcpy(bent, cookie, COOKIE_LEN);
		bent[bit / 8] ^= (uint8_t)(1 << bit % 8);
		ck_assert_uint_eq(knock(&p, &from, 7, bytes_of(bent, COOKIE_LEN)).len, COOKIE_LEN);
	}
	for (size_t len = 1; len < COOKIE_LEN; len++)
		knock(&p, &from, 7, bytes_of(cookie, len));
	ck_assert_uint_eq(half_open(&p), 0);
	knock(&p, &from, 7, bytes_of(cookie, COOKIE_LEN));
	ck_assert_uint_eq(half_open(&p), 1);
	pair_free(&p);
}
END_TEST

/* For a minute at least, for two at most. */
START_TEST(test_old_cookie)
{
	static const struct {
		uint64_t later;
		bool good;
	} times[] = { { 59 * SECOND, true }, { 121 * SECOND, false }, { 10 * HOUR, false } };
	struct endpoint from = stranger(1);
	uint8_t cookie[COOKIE_LEN];
	struct pair p;

	begin(&p, 604, IKE_COOKIE_ALWAYS, 0, 0);
	memcpy(cookie, knock(&p, &from, 7, BYTES_NONE).data, COOKIE_LEN);
	sim_run(p.sim, times[_i].later);
	knock(&p, &from, 7, bytes_of(cookie, COOKIE_LEN));
	ck_assert_uint_eq(half_open(&p), times[_i].good);
	pair_free(&p);
}
END_TEST

/* Requests in Bob's name do not keep Bob out: he brings a cookie, they do not. */
START_TEST(test_forged_source)
{
	struct endpoint bob = { { AF_INET, { 192, 168, 0, 2 } }, 500 };
	struct pair p;

	begin(&p, 605, 1000, 5, 0);
	for (uint64_t i = 1; i <= 100; i++)
		knock(&p, &bob, i, BYTES_NONE);
	ck_assert_uint_eq(half_open(&p), 5);
	node_set(p.bob, &p.b);
	ck_assert(sim_run_until(p.sim, SECOND, pair_is_up));
	ck_assert_uint_eq(half_open(&p), 4);
	pair_free(&p);
}
END_TEST

/* One who does read our answers has five, until they are old; IPv6: from wherever in its /64. */
START_TEST(test_block)
{
	struct endpoint from = stranger(1), v6 = { { AF_INET6, { 0x20, 1, 0xd, 0xb8 } }, 500 };
	struct pair p;

	begin(&p, 606, IKE_COOKIE_ALWAYS, 5, 0);
	for (uint64_t i = 1; i <= 20; i++) {
		struct endpoint *at = _i ? &v6 : &from;

		v6.addr.ip[8 + i % 8] = (uint8_t)i;
		knock(&p, at, i, knock(&p, at, i, BYTES_NONE));
	}
	ck_assert_uint_eq(half_open(&p), 5);
	ck_assert_uint_eq(ike_counters(p.alice->ike)->drop_blocked, 15);
	/* Somebody else has five of his own. */
	from = stranger(2);
	knock(&p, &from, 30, knock(&p, &from, 30, BYTES_NONE));
	ck_assert_uint_eq(half_open(&p), 6);
	sim_run(p.sim, IKE_HALF_OPEN_STALE);
	from = _i ? v6 : stranger(1);
	knock(&p, &from, 31, knock(&p, &from, 31, BYTES_NONE));
	ck_assert_uint_eq(half_open(&p), 6);
	ck_assert_uint_eq(ike_counters(p.alice->ike)->drop_blocked, 15);
	pair_free(&p);
}
END_TEST

START_TEST(test_limit)
{
	struct pair p;

	begin(&p, 607, 0, 0, 50);
	for (uint32_t i = 1; i <= 200; i++) {
		struct endpoint from = stranger(i);

		knock(&p, &from, i, BYTES_NONE);
	}
	ck_assert_uint_eq(half_open(&p), 50);
	ck_assert_uint_eq(ike_counters(p.alice->ike)->drop_limit, 150);
	ck_assert_uint_eq(ike_counters(p.alice->ike)->cookies_out, 0);
	sim_run(p.sim, IKE_HALF_OPEN_TIME);
	ck_assert_uint_eq(half_open(&p), 0);
	pair_free(&p);
}
END_TEST

static void add(TCase *tc)
{
	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, test_flood);
	tcase_add_loop_test(tc, test_always, 0, 2);
	tcase_add_test(tc, test_forged_cookie);
	tcase_add_loop_test(tc, test_old_cookie, 0, 3);
	tcase_add_test(tc, test_forged_source);
	tcase_add_loop_test(tc, test_block, 0, 2);
	tcase_add_test(tc, test_limit);
}

int main(void)
{
	return sim_main("dos", add);
}
