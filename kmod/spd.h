/* SPDX-License-Identifier: GPL-2.0 */
/* The security policy database of one device. Knows nothing of netdev or netlink. */
#ifndef _SVTI_SPD_H
#define _SVTI_SPD_H

#include <linux/netfilter.h>
#include <linux/rcupdate.h>
#include <linux/types.h>
#include <svti.h>

struct svti_sa;

/**
 * struct svti_selector - what a policy selects, RFC 4301 4.4.1.1
 * @family: AF_INET, AF_INET6, or AF_UNSPEC: any packet of either
 * @src_len: prefix length of @src, bits
 * @dst_len: prefix length of @dst, bits
 * @proto: IP protocol, 0 for any
 * @src: source prefix, bits beyond @src_len are zero
 * @dst: destination prefix, bits beyond @dst_len are zero
 * @sport_min: first source port, host order
 * @sport_max: last source port; 0..65535 is "any, also a packet without ports"
 * @dport_min: first destination port
 * @dport_max: last destination port
 */
struct svti_selector {
	u8 family;
	u8 src_len;
	u8 dst_len;
	u8 proto;
	union nf_inet_addr src;
	union nf_inet_addr dst;
	u16 sport_min;
	u16 sport_max;
	u16 dport_min;
	u16 dport_max;
};

/**
 * struct svti_flow - what the SPD wants to know of a packet
 * @family: AF_INET or AF_INET6
 * @proto: IP protocol
 * @has_ports: @sport and @dport are known (not a later fragment, protocol has ports)
 * @sport: host order
 * @dport: host order
 * @src: inner source
 * @dst: inner destination
 */
struct svti_flow {
	u8 family;
	u8 proto;
	bool has_ports;
	u16 sport;
	u16 dport;
	union nf_inet_addr src;
	union nf_inet_addr dst;
};

/**
 * struct svti_policy - one entry of an SPD
 * @sel: what it selects
 * @dir: enum svti_dir
 * @action: enum svti_action
 * @priority: smaller is looked at first; equal ones: the more specific, then the older
 * @reqid: SAs that may serve it
 * @index: number given at insertion, unique in the device
 * @packets: per-CPU counters live behind this, see svti_policy_count()
 * @sa: outbound: the newest usable SA of @reqid, maintained by the SAD; NULL: acquire
 */
struct svti_policy {
	struct svti_selector sel;
	u8 dir;
	u8 action;
	u32 priority;
	u32 reqid;
	u32 index;
	struct svti_policy_stats __percpu *stats;
	struct svti_sa __rcu *sa;
	struct svti_acquire *acquire; /* owned by acquire.c, outbound only */
	struct list_head list; /* all policies of the device, in order of index */
	struct svti_spd_node *node; /* owned by spd.c */
	struct rcu_head rcu;
};
