# SPDX-License-Identifier: GPL-2.0-or-later
#
# The User Mode Linux kernel with KASAN, lockdep and kmemleak, and svti.ko with its KUnit suites for
# it. Who sources this sets NAME, that of the level.
#
# The kernel is built once for each version and configuration, and kept in SVTI_CACHE
# (default: svti in the user's cache directory). The module is in $BUILD/uml. UML_TIMEOUT: seconds
# for the whole boot. UML_LOG: where the console goes, if it is wanted.

UML=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
TOP=$(cd "$UML/../.." && pwd)
BUILD=${BUILD:-$TOP/build}
CACHE=${SVTI_CACHE:-${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/svti}
PACKAGE=linux-source-6.1
CONFIG=$TOP/tests/kunit/config
PATCH=$TOP/tests/kunit/um-xstate.patch

could_not_run()
{
	printf '%s: %s\n' "$NAME" "$1" >&2
	[ -z "${2:-}" ] || tail -n 40 "$2" >&2
	echo "$NAME: 0 passed, 1 failed"
	exit 1
}

hash()
{
	sha256sum | cut -c 1-12
}

# A directory may be read while another run fills it: each is made under another name first.
unpack_source()
{
	local part=$SOURCE.part
	[ -e "$SOURCE/Makefile" ] && return
	[ -e "/usr/src/$PACKAGE.tar.xz" ] || could_not_run "/usr/src/$PACKAGE.tar.xz is missing: install $PACKAGE"
	echo "$NAME: unpacking $PACKAGE $VERSION" >&2
	rm -rf "$part"
	if ! mkdir -p "$part" ||
		! tar -C "$part" --strip-components=1 --exclude="$PACKAGE/Documentation/*/*" \
			-xf "/usr/src/$PACKAGE.tar.xz" ||
		! patch -s -d "$part" -p 1 <"$PATCH" || ! mv "$part" "$SOURCE"; then
		could_not_run "cannot unpack $PACKAGE into $SOURCE"
	fi
}

# Every line of our configuration must have survived: what Kconfig drops would not be tested.
check_config()
{
	local line
	while read -r line; do
		grep -qxF -e "$line" "$KERNEL/.config" || could_not_run "the kernel's configuration has no '$line'"
	done < <(grep -E '^(CONFIG_|# CONFIG_.* is not set)' "$CONFIG")
}

# What modules need to be built is kept, objects are not.
build_kernel()
{
	[ -e "$KERNEL/complete" ] && return
	unpack_source
	echo "$NAME: building the kernel $(basename "$KERNEL"), about 5 minutes" >&2
	mkdir -p "$KERNEL" || could_not_run "cannot make $KERNEL"
	cp "$CONFIG" "$KERNEL/.config"
	make -C "$SOURCE" O="$KERNEL" ARCH=um olddefconfig >"$KERNEL/log" 2>&1 ||
		could_not_run "configuring the kernel failed" "$KERNEL/log"
	check_config
	make -C "$SOURCE" O="$KERNEL" ARCH=um -j"$(nproc)" >>"$KERNEL/log" 2>&1 ||
		could_not_run "building the kernel failed" "$KERNEL/log"
	find "$KERNEL" \( -path "$KERNEL/scripts" -o -path "$KERNEL/tools" \) -prune -o \
		-name '*.[oa]' -type f -exec rm -f {} +
	rm -f "$KERNEL/vmlinux"
	touch "$KERNEL/complete"
}

# What the module is made of, and for which kernel.
fingerprint()
{
	echo "$KERNEL"
	(cd "$TOP" && find Kbuild kmod uapi -name '*.[ch]' -o -name Kbuild | LC_ALL=C sort | xargs sha256sum)
}

build_module()
{
	local dir=$BUILD/uml
	mkdir -p "$dir" || could_not_run "cannot make $dir"
	fingerprint >"$SCRATCH/fingerprint"
	cmp -s "$SCRATCH/fingerprint" "$dir/fingerprint" && return
	rm -rf "$dir/src" "$dir/fingerprint"
	mkdir "$dir/src" && cp -as "$TOP/Kbuild" "$TOP/kmod" "$TOP/uapi" "$dir/src/" ||
		could_not_run "cannot link the sources into $dir"
	make -C "$KERNEL" M="$dir/src" ARCH=um SVTI_KUNIT=1 -j"$(nproc)" modules >"$dir/log" 2>&1 ||
		could_not_run "building svti.ko failed" "$dir/log"
	cp "$dir/src/svti.ko" "$dir/svti.ko" && mv "$SCRATCH/fingerprint" "$dir/fingerprint"
}

# uml_build: kernel and module; a lock keeps two levels from building the same.
uml_build()
{
	mkdir -p "$CACHE" "$BUILD" || could_not_run "cannot make $CACHE and $BUILD"
	SCRATCH=$(mktemp -d) || could_not_run "cannot make a scratch directory"
	trap 'rm -rf "$SCRATCH"' EXIT
	LOG=${UML_LOG:-$SCRATCH/console}
	VERSION=$(dpkg-query -W -f='${Version}' "$PACKAGE" 2>/dev/null) ||
		could_not_run "the package $PACKAGE is not installed"
	SOURCE=$CACHE/$PACKAGE-$VERSION-$(hash <"$PATCH")
	KERNEL=$CACHE/um-$VERSION-$( (cat "$CONFIG" "$PATCH"; gcc --version) | hash)
	if [ ! -e "$KERNEL/complete" ]; then
		exec 9>"$CACHE/um.lock"
		flock 9
		build_kernel
		exec 9>&-
	fi
	exec 9>"$BUILD/uml.lock"
	flock 9
	build_module
	exec 9>&-
}

# uml_boot COMMAND [ARGUMENT...]: run it in the machine, as root, with the module loaded; the
# console is in $LOG. Address space randomisation of the host now and then leaves no room for the
# machine's memory.
uml_boot()
{
	TMPDIR=$SCRATCH timeout --kill-after=10 "${UML_TIMEOUT:-900}" setarch -R "$KERNEL/linux" mem=1G \
		uml_dir="$SCRATCH" root=none rootfstype=hostfs rootflags=/ ro panic=-1 loglevel=7 \
		con=null con0=null,fd:1 console=tty0 earlyprintk SVTI_KO="$BUILD/uml/svti.ko" \
		init="$UML/init" -- "$@" >"$LOG" 2>&1 </dev/null
}
