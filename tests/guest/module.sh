# SPDX-License-Identifier: GPL-2.0-or-later
#
# The module under test, from where it was built.

svti_load()
{
	local depends
	depends=$(modinfo -F depends "$SVTI_KO")
	[ -z "$depends" ] || modprobe -a ${depends//,/ }
	insmod "$SVTI_KO"
}

svti_unload()
{
	rmmod svti
}

svti_loaded()
{
	[ -d /sys/module/svti ]
}
