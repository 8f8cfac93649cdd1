# SPDX-License-Identifier: GPL-2.0-or-later
#
# What runs in the guest must be built for it: sourced by scripts/demo and tests/vm/suite.

# vm_build ROOT: build the programs and the module for the guest's kernel: the one that the
# environment's KVER names (scripts/kernels), else the newest that is installed. Sets BUILD,
# SVTI_KO, and VM_KERNEL, the options that tests/vm/run takes to boot it.
vm_build()
{
	local root=$1 kver kdir
	BUILD=$(readlink -m "${BUILD:-$root/build}")
	vm_make "$root" "BUILD=$BUILD" keyd || return 1
	vm_choose "$root" || return 1
	kver=$("$root/tests/vm/run" "${VM_KERNEL[@]}" --print-kver) || return 1
	vm_module "$root" "${kdir:-/lib/modules/$kver/build}" || return 1
	[ "$(vm_built_for "$SVTI_KO")" = "$kver" ] || {
		echo "build: $SVTI_KO is not for kernel $kver; remove it and build again" >&2
		return 1
	}
}

# The kernel to boot into VM_KERNEL, its headers into kdir, if KVER asks for one.
vm_choose()
{
	local image
	VM_KERNEL=()
	[ -n "${KVER:-}" ] || return 0
	kdir=$("$1/scripts/kernels" headers "$KVER") &&
		image=$("$1/scripts/kernels" image "$KVER") || return 1
	VM_KERNEL=(--kver "${kdir#*/linux-headers-}" --kernel-root "$image")
}

# vm_module ROOT KDIR: build the module for the kernel whose headers are in KDIR; sets SVTI_KO. The
# module of the plain build serves when it is for that kernel; else there is a second build
# folder beside it.
vm_module()
{
	local kver
	kver=$(basename "$(readlink -f "$2")")
	kver=${kver#linux-headers-}
	SVTI_KO=$BUILD/svti.ko
	vm_plain_build_fits "$kver" || SVTI_KO=$BUILD/kernel-$kver/svti.ko
	vm_make "$1" "BUILD=${SVTI_KO%/svti.ko}" "KDIR=$2" kmod
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
