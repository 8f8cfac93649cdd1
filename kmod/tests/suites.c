// SPDX-License-Identifier: GPL-2.0
/*
 * Runs the suites when their names, with commas, or "all" are written to the module's parameter "kunit". KUnit
 * itself runs those of a module before its init function, when there is no device of kind svti yet.
 */
#include <linux/module.h>
#include <linux/string.h>

#include "suites.h"

/* clang-format off: one a line */
static struct kunit_suite *suites[] = {
	&svti_replay_suite,
	&svti_algo_suite,
	&svti_transport_suite,
	&svti_spd_suite,
	&svti_sad_suite,
	&svti_life_suite,
	&svti_mapping_suite,
	&svti_esp_suite,
	&svti_acquire_suite,
	&svti_flow_suite,
	&svti_families_suite,
	&svti_vectors_suite,
	&svti_netlink_algo_suite,
	&svti_fragment_suite,
	&svti_header_suite,
	&svti_tfc_suite,
};
/* clang-format on */

static bool wanted(const char *words, const char *name)
{
	size_t len = strlen(name);

	for (; words; words = strchr(words, ',') ? strchr(words, ',') + 1 : NULL)
		if (!strncmp(words, name, len) && strchr(",\n", words[len]))
			return true;
	return false;
}

static int run(const char *value, const struct kernel_param *param)
{
	bool all = wanted(value, "all");
	int err = 0;

	for (unsigned int i = 0; i < ARRAY_SIZE(suites) && !err; i++) {
		if (!all && !wanted(value, suites[i]->name))
			continue;
		err = __kunit_test_suites_init(&suites[i], 1);
		__kunit_test_suites_exit(&suites[i], 1);
	}
	return err;
}

static const struct kernel_param_ops ops = { .set = run };

module_param_cb(kunit, &ops, NULL, 0200);
MODULE_PARM_DESC(kunit, "write names of KUnit suites, or all, to run them");
