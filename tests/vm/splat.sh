# SPDX-License-Identifier: GPL-2.0-or-later
#
# What a kernel prints when something went wrong inside it.
VM_SPLAT='WARNING: |BUG: |BUG at |Oops|general protection fault|Kernel panic|Call Trace:'
VM_SPLAT+='|INFO: task .* blocked|rcu: INFO|refcount_t: |unregister_netdevice: waiting'
VM_SPLAT+='|suspicious RCU|possible circular locking|UBSAN: |KASAN: |Out of memory: Killed'
