/* SPDX-License-Identifier: GPL-2.0 */
/* Every suite, one for each file under test. */
#ifndef _SVTI_TESTS_SUITES_H
#define _SVTI_TESTS_SUITES_H

#include <kunit/test.h>

extern struct kunit_suite svti_acquire_suite;
extern struct kunit_suite svti_algo_suite;
extern struct kunit_suite svti_esp_suite;
extern struct kunit_suite svti_families_suite;
extern struct kunit_suite svti_flow_suite;
extern struct kunit_suite svti_header_suite;
extern struct kunit_suite svti_netlink_algo_suite;
extern struct kunit_suite svti_fragment_suite;
extern struct kunit_suite svti_replay_suite;
extern struct kunit_suite svti_life_suite;
extern struct kunit_suite svti_mapping_suite;
extern struct kunit_suite svti_sad_suite;
extern struct kunit_suite svti_spd_suite;
extern struct kunit_suite svti_vectors_suite;
extern struct kunit_suite svti_tfc_suite;
extern struct kunit_suite svti_transport_suite;

#endif /* _SVTI_TESTS_SUITES_H */
