// SPDX-License-Identifier: GPL-2.0-or-later
/* A tunnel does not come up, or not whole: what both ends say, and what they do not install. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "sim/inside.h"

/* The IKE SA stands, no Child SA does: RFC 7296 2.21.2. */
static void must_be_childless(struct pair *p, const char *notify, const char *reason)
{
	sim_run(p->sim, 500);
	ck_assert_int_eq(node_state(p->alice, "ipsec1"), IKE_CONN_IKE_ESTABLISHED);
	ck_assert_int_eq(node_state(p->bob, "ipsec1"), IKE_CONN_IKE_ESTABLISHED);
	ck_assert_uint_eq(node_sas(p->alice) + node_sas(p->bob), 0);
	ck_assert_uint_eq(p->alice->child_up + p->bob->child_up, 0);
	ck_assert_msg(strstr(node_error(p->alice, "ipsec1"), reason), "alice says '%s'",
		      node_error(p->alice, "ipsec1"));
	ck_assert_msg(strstr(node_error(p->bob, "ipsec1"), notify), "bob says '%s'",
		      node_error(p->bob, "ipsec1"));
	/* It is tried again and again, and nothing piles up. */
	sim_run(p->sim, 10 * MINUTE);
	ck_assert_uint_le(node_ike_sas(p->alice, "ipsec1"), 2);
	ck_assert_uint_le(node_ike_sas(p->bob, "ipsec1"), 2);
	ck_assert_uint_gt(p->bob->ike_up, 3);
}

START_TEST(test_ts_unacceptable)
{
	struct pair p;

	pair_init(&p, 10);
	conf_local(&p.a, "10.9.0.0", "10.9.0.255");
	pair_start(&p);
	must_be_childless(&p, "TS_UNACCEPTABLE",
			  "peer offered remote 10.1.0.0-10.1.0.255, connection ipsec1 wants "
			  "10.9.0.0-10.9.0.255");
	pair_free(&p);
}
END_TEST

START_TEST(test_no_esp_proposal)
{
	struct pair p;

	pair_init(&p, 11);
	conf_esp(&p.a, "aes256gcm16");
	conf_esp(&p.b, "aes128gcm16");
	pair_start(&p);
	must_be_childless(&p, "NO_PROPOSAL_CHOSEN",
			  "peer offered aes128gcm16, connection ipsec1 wants aes256gcm16");
	pair_free(&p);
}
END_TEST

START_TEST(test_install_fails_at_responder)
{
	struct pair p;

	pair_init(&p, 12);
	p.alice->install_error = -ENODEV;
	pair_start(&p);
	must_be_childless(&p, "NO_ADDITIONAL_SAS", "the kernel refused it: no such device");
	pair_free(&p);
}
END_TEST

/* The responder thinks that it has a Child SA: it is told. */
START_TEST(test_install_fails_at_initiator)
{
	struct pair p;

	pair_init(&p, 13);
	p.bob->install_error = -ENODEV;
	pair_start(&p);
	sim_run(p.sim, 500);
	ck_assert_int_eq(node_state(p.alice, "ipsec1"), IKE_CONN_IKE_ESTABLISHED);
	ck_assert_int_eq(node_state(p.bob, "ipsec1"), IKE_CONN_IKE_ESTABLISHED);
	ck_assert_uint_eq(node_sas(p.alice), 0);
	ck_assert_uint_eq(p.alice->child_up, p.alice->child_down);
	pair_free(&p);
}
END_TEST

/* Both ends give up, say why, keep trying, and install nothing. */
static void must_fail(struct pair *p, const char *alice, const char *bob)
{
	sim_run(p->sim, 5 * SECOND);
	ck_assert_msg(node_logged(p->alice, alice), "alice does not say '%s'", alice);
	ck_assert_msg(node_logged(p->bob, bob), "bob does not say '%s' but '%s'", bob,
		      node_error(p->bob, "ipsec1"));
	sim_run(p->sim, 10 * MINUTE);
	ck_assert_int_ne(node_state(p->alice, "ipsec1"), IKE_CONN_INSTALLED);
	ck_assert_int_ne(node_state(p->bob, "ipsec1"), IKE_CONN_INSTALLED);
	ck_assert_uint_eq(p->alice->installs + p->bob->installs, 0);
	ck_assert_uint_eq(p->alice->ike_up + p->bob->ike_up, 0);
	ck_assert_uint_gt(ike_counters(p->bob->ike)->failed, 5);
	ck_assert_uint_le(node_ike_sas(p->alice, "ipsec1"), 1);
}

START_TEST(test_wrong_psk)
{
	struct pair p;

	pair_init(&p, 14);
	p.bob->psk = "correct house battery staple";
	pair_start(&p);
	must_fail(&p, "refused bob: bob is not authenticated: the pre-shared keys differ",
		  "peer refused IKE_AUTH: AUTHENTICATION_FAILED");
	pair_free(&p);
}
END_TEST

/* The responder's CA, identity and revocation are as much the initiator's business. */
START_TEST(test_wrong_certificates)
{
	static const struct {
		bool at_alice;
		const char *subject, *ca, *alice, *bob;
	} c[] = {
		{ false, "bob", "other", "does not lead to the connection's CA",
		  "AUTHENTICATION_FAILED" },
		{ false, "mallory", "root", "the identity is not its own",
		  "AUTHENTICATION_FAILED" },
		{ true, "alice", "other", "established as responder",
		  "does not lead to the connection's CA" },
		{ true, "mallory", "root", "established as responder",
		  "the identity is not its own" },
	};
	struct node *node;
	struct pair p;

	pair_init(&p, 15);
	conf_cert(&p.a);
	conf_cert(&p.b);
	node = c[_i].at_alice ? p.alice : p.bob;
	node->subject = c[_i].subject;
	node->ca = c[_i].ca;
	pair_start(&p);
	sim_run(p.sim, 500);
	ck_assert_msg(node_logged(p.alice, c[_i].alice), "alice: %s",
		      node_error(p.alice, "ipsec1"));
	ck_assert_msg(strstr(node_error(p.bob, "ipsec1"), c[_i].bob), "bob: %s",
		      node_error(p.bob, "ipsec1"));
	sim_run(p.sim, MINUTE);
	ck_assert_uint_eq(p.bob->ike_up + p.bob->installs, 0);
	/* RFC 7296 2.21.2: a responder that is not believed is told, and keeps nothing. */
	ck_assert_uint_eq(node_sas(p.alice), 0);
	ck_assert_uint_eq(p.alice->ike_up, p.alice->ike_down);
	if (c[_i].at_alice)
		ck_assert(node_logged(p.alice, "peer does not believe us"));
	pair_free(&p);
}
END_TEST

/* Each proof that is missing keeps the SA from being established, whatever else is proven. */
START_TEST(test_every_proof_counts)
{
	static const uint32_t proofs[] = { IKE_PROOF_PEER_AUTH, IKE_PROOF_PATH, IKE_PROOF_IDENTITY,
					   IKE_PROOF_REVOCATION };
	struct pair p;

	pair_init(&p, 16);
	conf_cert(&p.a);
	conf_cert(&p.b);
	(_i & 1 ? p.alice : p.bob)->withhold = proofs[_i / 2];
	pair_start(&p);
	sim_run(p.sim, MINUTE);
	ck_assert_uint_eq(p.bob->ike_up, 0);
	ck_assert_uint_eq(node_sas(p.alice) + node_sas(p.bob), 0);
	ck_assert_int_ne(node_state(p.alice, "ipsec1"), IKE_CONN_INSTALLED);
	pair_free(&p);
}
END_TEST

/* The last gate of all, should a handler let one through: a proof that got lost on the way. */
START_TEST(test_gate)
{
	struct node *node;
	struct pair p;

	pair_init(&p, 16);
	conf_cert(&p.a);
	conf_cert(&p.b);
	node = _i & 1 ? p.alice : p.bob;
	node->install_delay = 100;
	pair_start(&p);
	while (!node->installs)
		sim_run(p.sim, 1);
	inside_sa(node)->proofs &= ~(uint32_t)(1 << _i / 2);
	sim_run(p.sim, 500);
	ck_assert_uint_eq(node->ike_up, 0);
	ck_assert_uint_eq(node_sas(node), 0);
	ck_assert_uint_eq(ike_counters(node->ike)->established, 0);
	ck_assert(node_logged(node, "not everything is proven"));
	pair_free(&p);
}
END_TEST

START_TEST(test_no_ike_proposal)
{
	struct pair p;

	pair_init(&p, 17);
	conf_ike(&p.a, "aes128gcm16-prfsha256-x25519");
	conf_ike(&p.b, "aes128gcm16-prfsha256-ecp256");
	pair_start(&p);
	must_fail(&p, "peer offered ecp256, connection ipsec1 wants x25519",
		  "peer refused IKE_SA_INIT: NO_PROPOSAL_CHOSEN");
	pair_free(&p);
}
END_TEST

START_TEST(test_wrong_identities)
{
	struct pair p;

	pair_init(&p, 18);
	if (_i) {
		conf_id(&p.b.remote_id, "carol");
		pair_start(&p);
		must_fail(&p, "peer wants to talk to carol, connection ipsec1 is alice",
			  "AUTHENTICATION_FAILED");
	} else {
		conf_id(&p.a.remote_id, "carol");
		pair_start(&p);
		must_fail(&p, "peer says it is bob, connection ipsec1 wants carol",
			  "AUTHENTICATION_FAILED");
	}
	pair_free(&p);
}
END_TEST

/* Without IDr in the request, the responder's identity is judged when it comes. */
START_TEST(test_wrong_responder)
{
	struct pair p;

	pair_init(&p, 19);
	conf_id(&p.b.remote_id, "*.example.com");
	pair_start(&p);
	sim_run(p.sim, SECOND);
	ck_assert(node_logged(p.bob, "peer says it is alice, connection ipsec1 wants "
				     "*.example.com"));
	sim_run(p.sim, MINUTE);
	ck_assert_uint_eq(p.bob->ike_up + p.bob->installs, 0);
	ck_assert_uint_eq(node_sas(p.alice), 0);
	pair_free(&p);
}
END_TEST

START_TEST(test_method_differs)
{
	struct pair p;

	pair_init(&p, 20);
	conf_cert(&p.a);
	pair_start(&p);
	must_fail(&p, "peer authenticates by pre-shared key, connection ipsec1 wants certificate",
		  "AUTHENTICATION_FAILED");
	pair_free(&p);
}
END_TEST

START_TEST(test_keys_fail)
{
	struct pair p;

	pair_init(&p, 21);
	(_i ? p.alice : p.bob)->sign_error = -ENOKEY;
	pair_start(&p);
	sim_run(p.sim, MINUTE);
	ck_assert(node_logged(_i ? p.alice : p.bob, "the keys are not to be had"));
	ck_assert_uint_eq(p.bob->installs + p.alice->installs, 0);
	pair_free(&p);
}
END_TEST

static void add(TCase *tc)
{
	tcase_set_timeout(tc, 60);
	tcase_add_test(tc, test_ts_unacceptable);
	tcase_add_test(tc, test_no_esp_proposal);
	tcase_add_test(tc, test_install_fails_at_responder);
	tcase_add_test(tc, test_install_fails_at_initiator);
	tcase_add_test(tc, test_wrong_psk);
	tcase_add_loop_test(tc, test_wrong_certificates, 0, 4);
	tcase_add_loop_test(tc, test_every_proof_counts, 0, 8);
	tcase_add_loop_test(tc, test_gate, 0, 10);
	tcase_add_test(tc, test_no_ike_proposal);
	tcase_add_loop_test(tc, test_wrong_identities, 0, 2);
	tcase_add_test(tc, test_wrong_responder);
	tcase_add_test(tc, test_method_differs);
	tcase_add_loop_test(tc, test_keys_fail, 0, 2);
}

int main(void)
{
	return sim_main("refused", add);
}
