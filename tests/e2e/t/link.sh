# SPDX-License-Identifier: GPL-2.0-or-later
# test: stock iproute2 adds, shows and deletes an svti device
# Without our plugin for it.
unset IP_LIB_DIR
net_up
ip -n alice link add svti1 type svti
ip -n alice link add svti2 type svti
refused "File exists" ip -n alice link add svti1 type svti
has "ip -d link" "$(ip -n alice -d link show svti1)" '\bsvti\b'
same "devices of kind svti" "$(ip -n alice -o link show type svti | wc -l)" 2
ip -n alice link set svti1 up
has "flags" "$(ip -n alice link show svti1)" '[<,]UP[,>]'
has "statistics" "$(ip -n alice -d -s link show svti1)" 'RX:'
# Every octet of overhead counts: no packet through here may exceed the wire's 1500.
mtu=$(ip netns exec alice cat /sys/class/net/svti1/mtu)
[ "$mtu" -lt 1500 ] || fail "the MTU of svti1 is $mtu"
ip -n alice link del svti1
refused "does not exist" ip -n alice link show svti1
ip -n alice link del svti2
