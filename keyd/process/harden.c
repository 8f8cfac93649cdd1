// SPDX-License-Identifier: GPL-2.0-or-later
/* Privileges given up for good. */
#include <cap-ng.h>
#include <errno.h>
#include <stdbool.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "process/harden.h"

int harden_early(const char **what)
{
	const struct rlimit none = { 0, 0 };

	*what = "RLIMIT_CORE";
	if (setrlimit(RLIMIT_CORE, &none))
		return -errno;
	*what = "PR_SET_DUMPABLE";
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0))
		return -errno;
	*what = "PR_SET_NO_NEW_PRIVS";
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ? -errno : 0;
}

int harden_late(const char **what)
{
	bool bounding;

	*what = "capabilities";
	if (capng_get_caps_process())
		return -EPERM;
	/* Shrinking the bounding set needs CAP_SETPCAP, which not every service manager leaves. */
	bounding = capng_have_capability(CAPNG_EFFECTIVE, CAP_SETPCAP);
	capng_clear(CAPNG_SELECT_BOTH);
	if (capng_update(CAPNG_ADD, CAPNG_EFFECTIVE | CAPNG_PERMITTED, CAP_NET_ADMIN))
		return -EINVAL;
	return capng_apply(bounding ? CAPNG_SELECT_BOTH : CAPNG_SELECT_CAPS) ? -EPERM : 0;
}
