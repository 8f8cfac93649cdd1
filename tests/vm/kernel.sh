# SPDX-License-Identifier: GPL-2.0-or-later
#
# Which kernel the guest boots, and the files made from it: sourced by tests/vm/run.
# What is made is kept outside the tree, by kernel version and the age of its sources.

VM_CACHE=${SVTI_CACHE:-${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/svti}
# What reaches the host's file system; everything else is loaded from there.
VM_MODULES=(virtio_pci virtio_console 9pnet_virtio 9p overlay)

# vm_kver: print the newest installed stock kernel whose headers are installed too.
vm_kver()
{
	local image kver best=
	for image in $(printf '%s\n' /boot/vmlinuz-*-amd64 | sort -V); do
		kver=${image#/boot/vmlinuz-}
		case $kver in *-cloud-* | *-rt-*) continue ;; esac
		[ -e "/lib/modules/$kver/build/Makefile" ] && best=$kver
	done
	[ -n "$best" ] || {
		echo "vm: no linux-image-*-amd64 with matching headers: run scripts/setup" >&2
		return 1
	}
	echo "$best"
}

# vm_vmlinux KROOT KVER: print the path of the kernel to boot. The ELF file inside vmlinuz
# boots without the firmware and without unpacking itself, which saves 2 s under TCG.
vm_vmlinux()
{
	local image=$1/boot/vmlinuz-$2 elf=$VM_CACHE/vm/$2/vmlinux tmp offset
	[ -r "$image" ] || {
		echo "vm: $image is missing or not readable" >&2
		return 1
	}
	if [ ! -e "$elf" ] || [ "$image" -nt "$elf" ]; then
		mkdir -p "${elf%/*}"
		tmp=$(mktemp "$elf.XXXXXX")
		offset=$(LC_ALL=C grep -aobPm1 '\xFD7zXZ\x00' "$image" | head -n1 | cut -d: -f1)
		# The stream is followed by other data, about which xz complains: the ELF magic tells.
		[ -z "$offset" ] || tail -c+$((offset + 1)) "$image" | xz -dc >"$tmp" 2>/dev/null || true
		if [ "$(head -c4 "$tmp")" != $'\x7fELF' ]; then
			rm -f "$tmp"
			echo "$image"
			return
		fi
		touch -r "$image" "$tmp"
		mv "$tmp" "$elf"
	fi
	echo "$elf"
}

# vm_initramfs KROOT KVER: print the path of an initramfs that mounts the host's root.
vm_initramfs()
{
	local kroot=$1 kver=$2 out=$VM_CACHE/vm/$2/initramfs init=$VM_DIR/initramfs-init
	local modules=${1%/}/lib/modules/$2 dir
	[ -e "$modules/modules.dep" ] || {
		echo "vm: $modules has no modules.dep: run depmod -b ${kroot%/}/ $kver" >&2
		return 1
	}
	if [ ! -e "$out" ] || [ "$modules/modules.dep" -nt "$out" ] || [ "$init" -nt "$out" ]; then
		mkdir -p "${out%/*}"
		dir=$(mktemp -d "$out.XXXXXX")
		vm_initramfs_fill "$kroot" "$kver" "$dir/root"
		(cd "$dir/root" && find . | cpio -o -H newc --quiet) >"$dir/cpio"
		mv "$dir/cpio" "$out"
		rm -rf "$dir"
	fi
	echo "$out"
}

vm_initramfs_fill()
{
	local verb file name root=$3
	mkdir -p "$root"/{bin,dev,proc,sys,job,lower,rw,root,lib}
	install -m755 "$VM_DIR/initramfs-init" "$root/init"
	install -m755 "$(command -v busybox)" "$root/bin/busybox"
	# Each module is listed after what it depends on.
	modprobe -d "${1%/}/" -S "$2" -a --show-depends "${VM_MODULES[@]}" |
		while read -r verb file _; do
			[ "$verb" = insmod ] || continue
			name=${file##*/}
			name=${name%.xz}
			[ ! -e "$root/lib/$name" ] || continue
			case $file in
			*.xz) xz -dc "$file" >"$root/lib/$name" ;;
			*) cp "$file" "$root/lib/$name" ;;
			esac
			echo "$name" >>"$root/lib/order"
		done
	[ -s "$root/lib/order" ]
}
