// SPDX-License-Identifier: GPL-2.0
/*
 * Runs the suites when something is written to the module's parameter "kunit". KUnit itself runs
 * those of a module before its init function, when there is no device of kind svti yet.
 */
#include <linux/module.h>

#include "suites.h"

static struct kunit_suite *suites[] = {
	&svti_replay_suite, &svti_algo_suite, &svti_spd_suite,
	&svti_sad_suite,    &svti_esp_suite,  &svti_acquire_suite,
};

static int run(const char *value, const struct kernel_param *param)
{
	int err = __kunit_test_suites_init(suites, ARRAY_SIZE(suites));

	__kunit_test_suites_exit(suites, ARRAY_SIZE(suites));
	return err;
}

static const struct kernel_param_ops ops = { .set = run };

module_param_cb(kunit, &ops, NULL, 0200);
MODULE_PARM_DESC(kunit, "write anything to run the KUnit suites");
