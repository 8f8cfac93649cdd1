// SPDX-License-Identifier: GPL-2.0-or-later
/* A tunnel comes up: every kind of authentication and algorithm, narrowing, cookies, retries. */
#include <stdio.h>
#include <stdlib.h>

#include "crypto/alg.h"
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
	ck_assert_str_eq(node_error(p.bob, "ipsec1"), "");
	sim_run(p.sim, HOUR);
	ck_assert_uint_eq(p.sim->sents, 4);
	pair_free(&p);
}
END_TEST

/* Certificates go in both directions, the own one first, and so do CERTREQ and the hashes. */
START_TEST(test_certificates)
{
	const uint32_t hashes = 1 << IKE_HASH_SHA2_256 | 1 << IKE_HASH_SHA2_384 |
				1 << IKE_HASH_SHA2_512 | 1 << IKE_HASH_IDENTITY;
	struct pair p;

	pair_init(&p, 2);
	conf_cert(&p.a);
	conf_cert(&p.b);
	memset(p.a.ca_key_hash, 0xaa, 20);
	memset(p.b.ca_key_hash, 0xbb, 20);
	pair_start(&p);
	must_be_up(&p);
	ck_assert_uint_eq(p.alice->hashes, hashes);
	ck_assert_uint_eq(p.bob->hashes, hashes);
	ck_assert_uint_eq(p.alice->certreqs, 1);
	ck_assert_uint_eq(p.alice->certreq[0][0], 0xbb);
	ck_assert_uint_eq(p.bob->certreqs, 1);
	ck_assert_uint_eq(p.bob->certreq[0][19], 0xaa);
	pair_free(&p);
}
END_TEST

static const char *const suites[] = {
	"aes128gcm16-prfsha256-x25519",	  "aes256gcm16-prfsha512-ecp384",
	"aes128-sha256-ecp256",		  "aes256-sha384-modp2048",
	"aes192-sha512-modp3072",	  "aes128gcm16-prfsha384-modp2048, aes128-sha256-x25519",
	"aes256-sha256-prfsha512-x25519",
};

START_TEST(test_ike_suites)
{
	struct pair p;

	pair_init(&p, 3);
	conf_ike(&p.a, suites[_i]);
	conf_ike(&p.b, suites[_i]);
	pair_start(&p);
	must_be_up(&p);
	pair_free(&p);
}
END_TEST

static const struct {
	const char *alice, *bob;
	uint16_t encr, key_bits, integ;
	bool esn;
} children[] = {
	{ "aes128gcm16", "aes128gcm16", ALG_ENCR_AES_GCM_16, 128, 0, true },
	{ "aes256gcm16-noesn", "aes256gcm16", ALG_ENCR_AES_GCM_16, 256, 0, false },
	{ "aes256gcm16", "aes128gcm16-aes256gcm16-noesn", ALG_ENCR_AES_GCM_16, 256, 0, false },
	{ "aes128-sha256", "aes256gcm16, aes128-sha256", ALG_ENCR_AES_CBC, 128,
	  ALG_INTEG_HMAC_SHA2_256_128, true },
	{ "aes256-sha256-esn", "aes128-aes256-sha256", ALG_ENCR_AES_CBC, 256,
	  ALG_INTEG_HMAC_SHA2_256_128, true },
	{ "chacha20poly1305", "aes128gcm16-chacha20poly1305", ALG_ENCR_CHACHA20_POLY1305, 0, 0,
	  true },
	{ "aes256gcm8-aes192ccm12", "aes192ccm12", ALG_ENCR_AES_CCM_12, 192, 0, true },
	{ "aes128gmac-noesn", "aes128gmac", ALG_ENCR_NULL_AUTH_AES_GMAC, 128, 0, false },
	{ "aes256ctr-sha384", "aes256ctr-sha1-sha384", ALG_ENCR_AES_CTR, 256,
	  ALG_INTEG_HMAC_SHA2_384_192, true },
	{ "null-aescmac-sha512", "null-sha512", ALG_ENCR_NULL, 0, ALG_INTEG_HMAC_SHA2_512_256,
	  true },
	{ "aes192-aesxcbc", "aes192-sha1-aesxcbc", ALG_ENCR_AES_CBC, 192, ALG_INTEG_AES_XCBC_96,
	  true },
	/* The group is for CREATE_CHILD_SA: it does not keep IKE_AUTH from agreeing. */
	{ "aes128gcm16-x25519", "aes128gcm16-ecp256", ALG_ENCR_AES_GCM_16, 128, 0, true },
};

START_TEST(test_esp_suites)
{
	struct pair p;

	pair_init(&p, 4);
	conf_esp(&p.a, children[_i].alice);
	conf_esp(&p.b, children[_i].bob);
	pair_start(&p);
	must_be_up(&p);
	ck_assert_uint_eq(p.bob->sa[0].encr, children[_i].encr);
	ck_assert_uint_eq(p.bob->sa[0].key_bits, children[_i].key_bits);
	ck_assert_uint_eq(p.bob->sa[0].integ, children[_i].integ);
	ck_assert_uint_eq(p.bob->sa[0].esn, children[_i].esn);
	pair_free(&p);
}
END_TEST

/* RFC 7296 1.2: the initiator guessed a group that the responder does not want. */
START_TEST(test_invalid_ke)
{
	const struct packet *retry;
	struct pair p;

	pair_init(&p, 5);
	conf_ike(&p.a, "aes128gcm16-prfsha256-ecp384");
	conf_ike(&p.b, "aes128gcm16-prfsha256-x25519-ecp384");
	pair_start(&p);
	must_be_up(&p);
	ck_assert_uint_eq(sim_count(p.sim, p.bob, IKE_EXCHANGE_IKE_SA_INIT, false), 2);
	retry = sim_last(p.sim, p.bob, IKE_EXCHANGE_IKE_SA_INIT, false);
	ck_assert_uint_eq(retry->h.message_id, 0);
	ck_assert(node_logged(p.bob, "peer wants group ecp384"));
	pair_free(&p);
}
END_TEST

/* A group that both have is not asked for again, though the responder would have preferred another. */
START_TEST(test_initiators_group)
{
	struct pair p;

	pair_init(&p, 5);
	conf_ike(&p.a, "aes128gcm16-prfsha256-ecp384-x25519");
	conf_ike(&p.b, "aes128gcm16-prfsha256-x25519-ecp384");
	pair_start(&p);
	must_be_up(&p);
	ck_assert_uint_eq(sim_count(p.sim, p.bob, IKE_EXCHANGE_IKE_SA_INIT, false), 1);
	pair_free(&p);
}
END_TEST

struct cookie_tap {
	uint8_t cookie[65];
	size_t len;
	unsigned int asked;
	bool always;
};

static void answer_init(struct sim *sim, const struct packet *to, uint16_t notify,
			struct bytes data)
{
	struct wire_header h = to->h;
	uint8_t buf[256];
	struct wire_out o;

	h.flags = WIRE_FLAG_RESPONSE;
	wire_begin_message(&o, buf, sizeof(buf), &h);
	wire_put_notify(&o, 0, BYTES_NONE, notify, data);
	sim_send_packet(sim->node[0], &to->remote, &to->local, bytes_of(buf, wire_end_message(&o)));
}

static bool first_payload_is_cookie(const struct packet *p, const struct cookie_tap *t)
{
	struct wire_chain c;
	struct wire_notify n;

	ck_assert_int_eq(
		wire_parse_chain(&c, p->h.next_payload,
				 bytes_of(p->data + WIRE_HEADER_LEN, p->len - WIRE_HEADER_LEN)),
		0);
	return c.payload[0].type == IKE_PAYLOAD_NOTIFY &&
	       !wire_parse_notify(&n, c.payload[0].body) && n.type == IKE_N_COOKIE &&
	       bytes_equal(n.data, bytes_of(t->cookie, t->len));
}

static bool want_cookie(struct sim *sim, struct packet *p)
{
	struct cookie_tap *t = sim->tap_ctx;

	if (p->from != sim->node[1] || p->h.exchange != IKE_EXCHANGE_IKE_SA_INIT)
		return true;
	if (!t->always && first_payload_is_cookie(p, t))
		return true;
	t->asked++;
	answer_init(sim, p, IKE_N_COOKIE, bytes_of(t->cookie, t->len));
	return false;
}

START_TEST(test_cookie)
{
	struct cookie_tap t = { .cookie = "a cookie as long as it may be", .len = 64 };
	struct pair p;

	pair_init(&p, 6);
	p.sim->tap = want_cookie;
	p.sim->tap_ctx = &t;
	/* RFC 7296 2.6.1: both at once; the cookie stays in the second retry. */
	conf_ike(&p.a, "aes128gcm16-prfsha256-ecp256");
	conf_ike(&p.b, "aes128gcm16-prfsha256-x25519-ecp256");
	pair_start(&p);
	must_be_up(&p);
	ck_assert_uint_eq(t.asked, 1);
	ck_assert_uint_eq(sim_count(p.sim, p.bob, IKE_EXCHANGE_IKE_SA_INIT, false), 3);
	pair_free(&p);
}
END_TEST

/* Who asks for cookies for ever, or for an impossible one, does not get us to send for ever. */
START_TEST(test_cookie_abuse)
{
	struct cookie_tap t = { .len = _i ? 65 : 20, .always = true };
	struct pair p;

	pair_init(&p, 7);
	p.sim->tap = want_cookie;
	p.sim->tap_ctx = &t;
	pair_start(&p);
	sim_run(p.sim, 3 * SECOND);
	ck_assert_uint_le(t.asked, 6);
	ck_assert_int_eq(node_state(p.bob, "ipsec1"), IKE_CONN_CONNECTING);
	ck_assert_uint_gt(drops_of(ike_counters(p.bob->ike)), 0);
	pair_free(&p);
}
END_TEST

static bool refuse_init(struct sim *sim, struct packet *p)
{
	unsigned int *left = sim->tap_ctx;

	if (p->from != sim->node[1] || p->h.exchange != IKE_EXCHANGE_IKE_SA_INIT || !*left)
		return true;
	--*left;
	answer_init(sim, p, IKE_N_NO_PROPOSAL_CHOSEN, BYTES_NONE);
	return true;
}

/* RFC 7296 2.21.1: an error that anybody may have sent does not end it when a good answer comes. */
START_TEST(test_forged_error)
{
	unsigned int left = 1;
	struct pair p;

	pair_init(&p, 8);
	p.sim->tap = refuse_init;
	p.sim->tap_ctx = &left;
	pair_start(&p);
	must_be_up(&p);
	ck_assert_uint_eq(ike_counters(p.bob->ike)->failed, 0);
	pair_free(&p);
}
END_TEST

START_TEST(test_narrowing)
{
	struct pair p;

	pair_init(&p, 9);
	if (_i) /* the responder wants less */
		conf_remote(&p.a, "10.2.0.64", "10.2.0.127");
	else /* the initiator asks for everything: the route decides */
		conf_remote(&p.b, "0.0.0.0", "255.255.255.255");
	pair_start(&p);
	must_be_up(&p);
	ck_assert_uint_eq(p.bob->sa[0].ts_remote.ts[0].min.ip[1], 1);
	ck_assert_uint_eq(p.bob->sa[0].ts_remote.ts[0].max.ip[1], 1);
	ck_assert_uint_eq(p.bob->sa[0].ts_local.ts[0].min.ip[3], _i ? 64 : 0);
	ck_assert_uint_eq(p.bob->sa[0].ts_local.ts[0].max.ip[3], _i ? 127 : 255);
	pair_free(&p);
}
END_TEST

/* Of several connections for any peer, the one that wants this identity most exactly. */
START_TEST(test_choice_by_identity)
{
	static const char *const ids[] = { "any", "*.example.com", "bob.example.com" };
	static const char *const subjects[] = { "bob.example.org", "carol.example.com",
						"bob.example.com" };
	struct pair p;
	char name[16];

	pair_init(&p, 22);
	for (unsigned int i = 0; i < 3; i++) {
		/* In an order that does not help. */
		unsigned int k = (i + 1) % 3;
		struct ike_conn_conf conf;

		conf_between(&conf, p.alice, p.bob);
		conf_any_peer(&conf);
		conf_id(&conf.remote_id, ids[k]);
		snprintf(name, sizeof(name), "any%u", k);
		strcpy(conf.name, name);
		node_set(p.alice, &conf);
	}
	conf_id(&p.b.local_id, subjects[_i]);
	node_set(p.bob, &p.b);
	sim_run(p.sim, SECOND);
	for (int i = 0; i < 3; i++) {
		snprintf(name, sizeof(name), "any%d", i);
		ck_assert_int_eq(node_state(p.alice, name),
				 i == _i ? IKE_CONN_INSTALLED : IKE_CONN_UNKNOWN);
	}
	ck_assert_int_eq(node_state(p.bob, "ipsec1"), IKE_CONN_INSTALLED);
	pair_free(&p);
}
END_TEST

/* A connection that fits the addresses but not the proposal leaves the choice to the next one. */
START_TEST(test_choice_by_proposal)
{
	struct ike_conn_conf conf;
	struct pair p;

	pair_init(&p, 23);
	conf_ike(&p.b, "aes256gcm16-prfsha512-ecp384");
	conf_ike(&p.a, "aes128gcm16-prfsha256-x25519");
	conf_between(&conf, p.alice, p.bob);
	conf_any_peer(&conf);
	strcpy(conf.name, "second");
	pair_start(&p);
	node_set(p.alice, &conf);
	sim_run(p.sim, SECOND);
	ck_assert_int_eq(node_state(p.alice, "second"), IKE_CONN_INSTALLED);
	ck_assert_int_eq(node_state(p.alice, "ipsec1"), IKE_CONN_UNKNOWN);
	pair_free(&p);
}
END_TEST

/* A slow signature or a slow kernel parks one handshake; the others go on. */
START_TEST(test_parked)
{
	struct ike_conn_conf conf;
	struct node *carol;
	struct pair p;

	pair_init(&p, 24);
	carol = sim_node(p.sim, "carol");
	p.alice->verify_delay = 30 * SECOND;
	pair_start(&p);
	sim_run(p.sim, SECOND);
	ck_assert_int_eq(node_state(p.bob, "ipsec1"), IKE_CONN_CONNECTING);

	p.alice->verify_delay = 0;
	conf_between(&conf, p.alice, carol);
	strcpy(conf.name, "carol");
	node_set(p.alice, &conf);
	conf_between(&conf, carol, p.alice);
	conf.initiator = true;
	node_set(carol, &conf);
	sim_run(p.sim, 200);
	ck_assert_int_eq(node_state(carol, "ipsec1"), IKE_CONN_INSTALLED);
	ck_assert_int_eq(node_state(p.bob, "ipsec1"), IKE_CONN_CONNECTING);

	sim_run(p.sim, 40 * SECOND);
	ck_assert_int_eq(node_state(p.bob, "ipsec1"), IKE_CONN_INSTALLED);
	ck_assert_uint_eq(p.alice->verifies, 2);
	ck_assert_uint_gt(ike_counters(p.alice->ike)->retransmit_received, 2);
	pair_free(&p);
}
END_TEST

static const struct {
	uint64_t sign, verify, install;
} delays[] = { { 700, 0, 0 }, { 0, 700, 0 }, { 0, 0, 700 }, { 9000, 9000, 9000 } };

START_TEST(test_slow_environment)
{
	struct pair p;

	pair_init(&p, 25);
	p.alice->sign_delay = p.bob->sign_delay = delays[_i].sign;
	p.alice->verify_delay = p.bob->verify_delay = delays[_i].verify;
	p.alice->install_delay = p.bob->install_delay = delays[_i].install;
	pair_start(&p);
	must_be_up(&p);
	ck_assert_uint_eq(p.alice->signs, 1);
	pair_free(&p);
}
END_TEST

static void add(TCase *tc)
{
	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, test_psk);
	tcase_add_test(tc, test_certificates);
	tcase_add_loop_test(tc, test_ike_suites, 0, sizeof(suites) / sizeof(suites[0]));
	tcase_add_loop_test(tc, test_esp_suites, 0, sizeof(children) / sizeof(children[0]));
	tcase_add_test(tc, test_invalid_ke);
	tcase_add_test(tc, test_initiators_group);
	tcase_add_test(tc, test_cookie);
	tcase_add_loop_test(tc, test_cookie_abuse, 0, 2);
	tcase_add_test(tc, test_forged_error);
	tcase_add_loop_test(tc, test_narrowing, 0, 2);
	tcase_add_loop_test(tc, test_choice_by_identity, 0, 3);
	tcase_add_test(tc, test_choice_by_proposal);
	tcase_add_test(tc, test_parked);
	tcase_add_loop_test(tc, test_slow_environment, 0, 4);
}

int main(void)
{
	return sim_main("handshake", add);
}
