# SPDX-License-Identifier: GPL-2.0-or-later
#
# What runs in the guest must be built for it: sourced by scripts/demo and tests/vm/suite.

# vm_build ROOT: build the programs and the module for the guest's kernel; sets BUILD and
# SVTI_KO. The module of the plain build serves when it is for that kernel; else (this
# machine runs another one) there is a second build folder beside it.
vm_build()
{
	local root=$1 kver
	kver=$("$root/tests/vm/run" --print-kver) || return 1
	BUILD=$(readlink -m "${BUILD:-$root/build}")
	SVTI_KO=$BUILD/svti.ko
	vm_make "$root" "BUILD=$BUILD" keyd || return 1
	if ! vm_plain_build_fits "$kver"; then
		SVTI_KO=$BUILD/kernel-$kver/svti.ko
	fi
	vm_make "$root" "BUILD=${SVTI_KO%/svti.ko}" "KDIR=/lib/modules/$kver/build" kmod || return 1
	[ "$(vm_built_for "$SVTI_KO")" = "$kver" ] || {
		echo "build: $SVTI_KO is not for kernel $kver; remove it and build again" >&2
		return 1
	}
}

vm_make()
{
	local root=$1
	shift
	env -u MAKEFLAGS -u MAKELEVEL -u MFLAGS make --no-print-directory -j2 -C "$root" "$@"
}

# vm_built_for FILE: print the kernel version that a module is for.
vm_built_for()
{
	modinfo -F vermagic "$1" | cut -d' ' -f1
}

# vm_plain_build_fits KVER: is what a plain "make kmod" makes here for that kernel? It takes the
# running kernel's headers where there are some.
vm_plain_build_fits()
{
	if [ -e "$SVTI_KO" ]; then
		[ "$(vm_built_for "$SVTI_KO")" = "$1" ]
	else
		[ "$(uname -r)" = "$1" ] || [ ! -e "/lib/modules/$(uname -r)/build" ]
	fi
}
