# SPDX-License-Identifier: GPL-2.0-or-later
# test: the guest, its namespaces and the kernel's own IPsec work, so that the rest means something
net_up
xfrm_keys alice aes128gcm16 on
xfrm_keys bob aes128gcm16 on
wire_listen
answerer bob "$BOB_LAN"
ping_over alice bob
sweep alice bob 0-20,1400
transfer alice bob 50000
wire_close
wire_protected
