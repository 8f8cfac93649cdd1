# SPDX-License-Identifier: GPL-2.0-or-later
# test: id, link and fwmark of a device: given, shown, changed, refused; it goes with its link
# What "ip -d link show" says of svti1 behind its kind.
shown()
{
	ip -n "$1" -d -o link show svti1 | sed -n 's/.* svti \(.*\) numtxqueues.*/\1/p' |
		sed 's/ *addrgenmode.*//'
}

# As "ip -j" has it: a list of name=value.
json()
{
	ip -n "$1" -d -j link show svti1 | python3 -c '
import json, sys
data = json.load(sys.stdin)[0]["linkinfo"].get("info_data", {})
print(*(f"{name}={value!r}" for name, value in data.items()))'
}

net_up
ip -n alice link add link wire name svti1 type svti id 100 fwmark 0x1
same "what is shown" "$(shown alice)" "id 100 link wire fwmark 0x1"
same "JSON" "$(json alice)" "id=100 link='wire' fwmark='0x1'"
has "ip link" "$(ip -n alice link show svti1)" ' svti1@wire: '

# One of each id on a link; without a link they are among themselves.
refused "svti1 has id 100 on this link" ip -n alice link add svti2 type svti id 100 link wire
ip -n alice link add svti2 type svti id 100
refused "svti2 has id 100" ip -n alice link add svti3 type svti id 100
refused "svti1 has id 100" ip -n alice link set svti2 type svti link wire
ip -n alice link add svti3 type svti link lan id 100
ip -n alice link add svti4 type svti
refused "An id is 1 to" ip -n alice link add svti5 type svti id 0
refused "named twice" ip -n alice link add link lan name svti5 type svti link wire
refused "its own link" ip -n alice link set svti2 type svti link svti2
refused "id of a device is for its life" ip -n alice link set svti2 type svti id 101
refused "there is no interface 'nowhere'" ip -n alice link add svti5 type svti link nowhere
refused "'colour' is not known" ip -n alice link add svti5 type svti colour 3
refused "fwmark 'many' is not a number" ip -n alice link add svti5 type svti fwmark many
has "help" "$(ip link help svti)" 'id ID.*'
same "devices" "$(ip -n alice -o link show type svti | wc -l)" 4

# What is not said stays.
ip -n alice link set svti1 type svti id 100 fwmark 0xfffffffe
same "what is shown" "$(shown alice)" "id 100 link wire fwmark 0xfffffffe"
ip -n alice link set svti1 type svti fwmark 0
refused "svti2 has id 100" ip -n alice link set svti1 type svti nolink id 100
same "what is shown" "$(shown alice)" "id 100 link wire"
ip -n alice link del svti2
ip -n alice link set svti1 type svti nolink
same "what is shown" "$(shown alice)" "id 100"
lacks "ip link" "$(ip -n alice link show svti1)" 'svti1@'
ip -n alice link set svti1 type svti link wire

# Elsewhere, an index of the underlay names something else, or nothing.
ip netns add inner
ip -n alice link set svti1 netns inner
same "what is shown" "$(shown inner)" "id 100"
has "ip link" "$(ip -n inner -o link show svti1)" ' svti1@if[0-9]+: .*link-netns alice'
refused "has left its underlay" ip -n inner link set svti1 type svti link lo
ip -n inner link set svti1 type svti fwmark 0x2
same "what is shown" "$(shown inner)" "id 100 fwmark 0x2"

# Who owns the namespace of the device alone does not choose ways through the underlay.
spawn owner unshare -U -r -n sleep 100
owner=$(cat "$WORK/owner.pid")
owns() { [ "$(readlink "/proc/$owner/ns/net")" != "$(readlink /proc/self/ns/net)" ]; }
within 10 owns
ip -n alice link set svti4 netns "$owner"
refused "CAP_NET_ADMIN also where the device's underlay is" \
	nsenter -U -n -t "$owner" ip link set svti4 type svti fwmark 0x3
stop owner

# The end of a link, by deletion, and by a move; in each namespace.
ip -n alice link del wire
within 10 gone inner || fail "svti1 outlived its link"
has "svti3" "$(ip -n alice link show svti3)" 'svti3@lan'
ip -n alice link set lan netns inner
refused "does not exist" ip -n alice link show svti3
