# SPDX-License-Identifier: GPL-2.0-or-later
#
# Starting QEMU for tests/vm/run, and judging how the guest ended: sourced by it, works on
# its variables (KERNEL, INITRAMFS, RUN, ACCEL, ...).

VM_TRIAL_SECONDS=10

# vm_qemu ACCEL ARGUMENT...: the machine, without devices.
vm_qemu()
{
	local accel=$1 cpu=max,-erms
	shift
	[ "$accel" != kvm ] || cpu=host
	exec qemu-system-x86_64 -accel "$accel" -M q35,hpet=off -cpu "$cpu" -nodefaults \
		-no-user-config -display none -no-reboot "$@"
}

# vm_accel: print kvm if a guest really reaches userspace with it, else tcg. That /dev/kvm
# opens says little: nested or restricted KVM may hang in the first instructions. The answer
# holds until this machine is booted again.
vm_accel()
{
	local memo answer=tcg
	[ -r /dev/kvm ] && [ -w /dev/kvm ] || {
		echo tcg
		return
	}
	memo=$VM_CACHE/vm/accel-$(cat /proc/sys/kernel/random/boot_id)
	if [ ! -s "$memo" ]; then
		mkdir -p "$RUN/trial/job"
		touch "$RUN/trial/job/trial"
		vm_initrd "$RUN/trial" "$RUN/trial.initrd"
		(vm_qemu kvm -m 512 -smp 1 -kernel "$KERNEL" -initrd "$RUN/trial.initrd" \
			-append "console=ttyS0 loglevel=3 panic=-1" \
			-chardev pipe,id=log,path="$(vm_fifo trial)" -serial chardev:log) \
			>/dev/null 2>&1 &
		vm_trial_wait $! && answer=kvm
		rm -f "$VM_CACHE"/vm/accel-*
		echo "$answer" >"$memo"
	fi
	cat "$memo"
}

# vm_trial_wait PID: true if the trial guest says that it lives within the limit.
vm_trial_wait()
{
	local pid=$1 line result=1
	while read -r -t "$VM_TRIAL_SECONDS" line; do
		case $line in *"userspace reached"*) result=0; break ;; esac
	done <>"$RUN/trial.out"
	kill -KILL "$pid" 2>/dev/null || true
	wait "$pid" 2>/dev/null || true
	return $result
}

# vm_fifo NAME: make the pair of fifos of a QEMU pipe chardev, print its path. (QEMU truncates
# a plain file that it is given for output, also one that its caller was appending to.)
vm_fifo()
{
	mkfifo "$RUN/$1.in" "$RUN/$1.out"
	echo "$RUN/$1"
}

# vm_initrd DIR OUT: the cached initramfs followed by what DIR holds.
vm_initrd()
{
	cp "$INITRAMFS" "$2"
	(cd "$1" && find job | cpio -o -H newc --quiet) >>"$2"
}

# vm_job: write down for the guest what to run.
vm_job()
{
	local job=$RUN/guest/job pair
	mkdir -p "$job"
	cp "$VM_DIR/guest-init" "$job/"
	{
		printf 'VM_KROOT=%q\nVM_CWD=%q\n' "$KROOT" "$PWD"
		printf 'VM_TTY=%q\n' "${TTY:+$(vm_tty_settings)}"
		printf 'VM_COMMAND=('
		printf '%q ' "${COMMAND[@]}"
		printf ')\n'
		for pair in "${ENVIRONMENT[@]}"; do
			printf 'export %s=%q\n' "${pair%%=*}" "${pair#*=}"
		done
		[ -z "$TTY" ] || printf 'export TERM=%q\n' "${TERM:-vt100}"
	} >"$job/job"
	vm_initrd "$RUN/guest" "$RUN/initrd"
}

vm_tty_settings()
{
	local size
	size=$(stty size 2>/dev/null) || size="24 80"
	echo "sane rows ${size% *} cols ${size#* }"
}

# vm_boot: run the guest to its end. Returns QEMU's status; the command's is in $RUN/status.
vm_boot()
{
	local port devices=() limit=() append
	# Warnings and worse go to the console log; the rest stays in the guest's dmesg.
	append="console=ttyS0 loglevel=5 panic=-1 oops=panic net.ifnames=0 $APPEND"
	for port in out err status; do
		devices+=(-chardev "pipe,id=$port,path=$(vm_fifo "$port")"
			-device "virtserialport,chardev=$port,name=vm.$port")
	done
	if [ -n "$TTY" ]; then
		devices+=(-chardev stdio,id=tty,signal=off -device virtconsole,chardev=tty)
	fi
	[ -z "$LIMIT" ] || limit=(timeout --foreground -k 5 "$LIMIT")

	cat "$RUN/out.out" &
	PIDS+=($!)
	cat "$RUN/err.out" >&2 &
	PIDS+=($!)
	cat "$RUN/status.out" >"$RUN/status" &
	PIDS+=($!)
	cat "$(vm_fifo console).out" >"$RUN/console" &
	PIDS+=($!)

	export -f vm_qemu
	"${limit[@]}" bash -c 'vm_qemu "$@"' vm "$ACCEL" -m "$MEM" -smp "$SMP" \
		-kernel "$KERNEL" -initrd "$RUN/initrd" -append "$append" \
		-chardev "pipe,id=console,path=$RUN/console" -serial chardev:console \
		-device virtio-serial-pci "${devices[@]}" \
		-fsdev local,id=root,path=/,readonly=on,security_model=none,multidevs=remap \
		-device virtio-9p-pci,fsdev=root,mount_tag=host <&0 &
	QEMU=$!
	PIDS+=("$QEMU")
	local status=0
	wait "$QEMU" || status=$?
	# The readers end when the last writer is gone; should QEMU not have opened the fifos at
	# all, opening them here lets go of the readers.
	for port in out err status console; do
		: <>"$RUN/$port.out"
	done
	wait "${PIDS[@]:0:4}" 2>/dev/null || true
	PIDS=()
	return $status
}

# vm_verdict STATUS: say what happened, and exit with the status of the whole.
vm_verdict()
{
	local status=
	read -r status <"$RUN/status" || true
	if grep -aqE "$VM_SPLAT" "$RUN/console"; then
		echo "vm: the kernel complained:" >&2
		vm_splat >&2
		exit 99
	elif [ "$1" -eq 124 ] || [ "$1" -eq 137 ]; then
		echo "vm: stopped after the limit of $LIMIT s" >&2
		tail -n 20 "$RUN/console" >&2
		exit 124
	elif [ "$1" -ne 0 ] || [ -z "$status" ]; then
		echo "vm: the guest ended without a result (QEMU status $1); its console:" >&2
		tail -n 40 "$RUN/console" >&2
		exit 125
	fi
	exit "$status"
}

# From a little before the first complaint on, at most 120 lines.
vm_splat()
{
	grep -aE -B5 -A100 -m1 "$VM_SPLAT" "$RUN/console" | head -n 120 | tr -d '\r'
}
