// SPDX-License-Identifier: GPL-2.0
/* Begin and end of the module. */
#include <linux/module.h>
#include <net/genetlink.h>
#include <net/rtnetlink.h>

#include "algo.h"
#include "device.h"
#include "esp.h"
#include "link.h"
#include "netlink.h"
#include "request.h"
#include "sad.h"

static int __init svti_init(void)
{
	int err;

	svti_algo_module_init();
	err = svti_sa_module_init();
	if (err)
		return err;
	err = svti_sad_module_init();
	if (err)
		goto exit_sa;
	err = svti_device_init();
	if (err)
		goto exit_sad;
	err = svti_link_init();
	if (err)
		goto exit_device;
	err = svti_esp_register();
	if (err)
		goto exit_link;
	err = svti_netlink_init();
	if (err)
		goto exit_esp;
	return 0;

exit_esp:
	svti_esp_unregister();
exit_link:
	svti_link_exit();
exit_device:
	svti_device_exit();
exit_sad:
	svti_sad_module_exit();
exit_sa:
	svti_sa_module_exit();
	return err;
}

/*
 * First nobody asks for anything any more, then the devices go, and with them the SAs, and
 * these only after the last request that was with the crypto layer; then no packet comes in,
 * and nobody looks into the tables any more. At the end the callbacks of RCU, which are code of
 * the module as well.
 */
static void __exit svti_exit(void)
{
	svti_netlink_exit();
	svti_link_exit();
	svti_device_exit();
	svti_esp_unregister();
	svti_sad_module_exit();
	svti_sa_module_exit();
	rcu_barrier();
	svti_request_module_exit();
}

module_init(svti_init);
module_exit(svti_exit);
MODULE_DESCRIPTION("Secure virtual tunnel interface: route-based IPsec");
MODULE_LICENSE("GPL");
MODULE_ALIAS_RTNL_LINK(KBUILD_MODNAME);
MODULE_ALIAS_GENL_FAMILY(KBUILD_MODNAME);
