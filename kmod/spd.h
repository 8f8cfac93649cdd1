/* SPDX-License-Identifier: GPL-2.0 */
/* The security policy database of one device. Knows nothing of netdev or netlink. */
#ifndef _SVTI_SPD_H
#define _SVTI_SPD_H

#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/netfilter.h>
#include <linux/rbtree.h>
#include <linux/rcupdate.h>
#include <linux/rhashtable-types.h>
#include <linux/types.h>
#include <linux/u64_stats_sync.h>
#include <linux/xarray.h>
#include <svti.h>

struct svti_acquire;
struct svti_sa;
struct svti_spd_cell;
struct svti_spd_reqid;
struct svti_spd_shape;
struct svti_spd_walk;

/**
 * struct svti_selector - what a policy selects, RFC 4301 4.4.1.1
 * @family: AF_INET, AF_INET6, or AF_UNSPEC: any packet of either, then without prefixes
 * @src_len: prefix length of @src, bits
 * @dst_len: prefix length of @dst, bits
 * @proto: IP protocol, 0 for any
 * @src: source prefix, bits beyond @src_len are zero
 * @dst: destination prefix, bits beyond @dst_len are zero
 * @sport_min: first source port, host order; see &svti_flow.sport for ICMP
 * @sport_max: last source port; 0..65535 is ANY, also a packet whose ports are not known;
 *	65535..0 is OPAQUE, such packets alone
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

/* OPAQUE, RFC 4301 4.4.1.2: ports that cannot be seen. */
static inline bool svti_ports_opaque(u16 min, u16 max)
{
	return min == U16_MAX && max == 0;
}

/* ANY, of which OPAQUE is a part. */
static inline bool svti_ports_any(u16 min, u16 max)
{
	return min == 0 && max == U16_MAX;
}

/* Does it select nothing but packets whose ports cannot be seen? */
static inline bool svti_selector_opaque(const struct svti_selector *sel)
{
	return svti_ports_opaque(sel->sport_min, sel->sport_max) ||
	       svti_ports_opaque(sel->dport_min, sel->dport_max);
}

/**
 * struct svti_flow - what the SPD wants to know of a packet
 * @family: AF_INET or AF_INET6
 * @proto: next layer protocol, 0: not to be known, which only a policy for any protocol selects
 * @has_ports: @sport and @dport are known (not a later fragment, protocol has ports)
 * @offset: of a fragment that is not the first one of its packet, octets; else 0
 * @sport: host order; type << 8 | code of ICMP and ICMPv6, type << 8 of a Mobility Header
 * @dport: host order; as @sport where there is but one value
 * @src: inner source
 * @dst: inner destination
 */
struct svti_flow {
	u8 family;
	u8 proto;
	bool has_ports;
	u16 offset;
	u16 sport;
	u16 dport;
	union nf_inet_addr src;
	union nf_inet_addr dst;
};

/**
 * struct svti_policy_stats - what one CPU counted for one policy
 * @packets: packets that the policy decided
 * @bytes: octets of these, inner header included
 */
struct svti_policy_stats {
	u64_stats_t packets;
	u64_stats_t bytes;
};

/**
 * struct svti_policy - one entry of an SPD
 * @sel: what it selects
 * @dir: enum svti_dir
 * @action: enum svti_action
 * @priority: smaller is looked at first; equal ones: the more specific, then the older
 * @reqid: SAs that may serve it
 * @index: number given at insertion, unique in the device, never 0
 * @stats: per-CPU counters, see svti_policy_count()
 * @sa: outbound: the newest usable SA of @reqid, maintained by the SAD; NULL: acquire
 * @acquire: owned by acquire.c, outbound only
 *
 * Filled in by who made it with svti_policy_alloc() and then constant, but for @sa and
 * @acquire, once svti_spd_insert() has published it. What follows @acquire belongs to spd.c.
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
	struct svti_acquire *acquire;

	u64 rank; /* priority and specificity, smaller goes first */
	u64 age; /* number of the insertion, breaks ties of rank */
	u64 since; /* &svti_spd_way.version from which on packets may find it */
	struct svti_spd_cell *cell;
	struct list_head cell_list; /* in the cell, by rank and age */
	struct rb_node shape_node; /* in the shape, by rank and age */
	struct svti_spd_reqid *reqid_group;
	struct list_head reqid_list;
	bool stats_moved; /* a replacement counts on */
	struct rcu_head rcu;
};

/**
 * struct svti_spd_way - policies for packets of one direction and family
 * @first: the policy that decides every packet, if there is one
 * @walk: else the shapes to look into, best first; NULL: no policy at all
 * @version: what a lookup reads once, so that it finds all of what svti_spd_publish() published
 *	at once or nothing of it; the same for both families
 */
struct svti_spd_way {
	struct svti_policy __rcu *first;
	struct svti_spd_walk __rcu *walk;
	u64 version;
};

/**
 * struct svti_spd - the policies of one device, both directions
 * @way: [direction - 1][IPv6?], what the lookup reads
 * @cells: every cell, by shape and masked selector
 * @shapes: sets of prefix lengths in use
 * @reqids: groups of policies, by reqid
 * @by_index: every policy
 * @next_index: where the search for a free index starts
 * @next_age: see &svti_policy.age
 * @count: policies in it
 * @shape_count: shapes in it
 * @untidy: [direction - 1], svti_spd_tidy() has something to do
 * @lock: the device's mutex, held by whoever changes anything
 */
struct svti_spd {
	struct svti_spd_way way[2][2];
	struct rhashtable cells;
	struct list_head shapes;
	struct rhashtable reqids;
	struct xarray by_index;
	u32 next_index;
	u64 next_age;
	u32 count;
	u32 shape_count;
	bool untidy[2];
	struct mutex *lock;
};

int svti_spd_init(struct svti_spd *spd, struct mutex *lock);
void svti_spd_destroy(struct svti_spd *spd);

/* A policy with counters and nothing else; svti_policy_free() while it is unpublished. */
struct svti_policy *svti_policy_alloc(gfp_t gfp);
void svti_policy_free(struct svti_policy *policy);
/* After svti_spd_remove() or svti_spd_replace(): frees when no reader can hold it. */
void svti_policy_free_rcu(struct svti_policy *policy);

int svti_spd_insert(struct svti_spd *spd, struct svti_policy *policy);
void svti_spd_publish(struct svti_spd *spd, enum svti_dir dir);
int svti_spd_replace(struct svti_spd *spd, struct svti_policy *old, struct svti_policy *new);
void svti_spd_remove(struct svti_spd *spd, struct svti_policy *policy);
void svti_spd_tidy(struct svti_spd *spd);

struct svti_policy *svti_spd_lookup(struct svti_spd *spd, enum svti_dir dir,
				    const struct svti_flow *flow);
bool svti_selector_valid(const struct svti_selector *sel);

struct svti_policy *svti_spd_by_index(struct svti_spd *spd, u32 index);
struct svti_policy *svti_spd_find_exact(struct svti_spd *spd, enum svti_dir dir,
					const struct svti_selector *sel, u32 priority);

/* Policies of a reqid, in both directions: first, and the one after @policy; NULL: no more. */
struct svti_policy *svti_spd_reqid_first(struct svti_spd *spd, u32 reqid);
struct svti_policy *svti_spd_reqid_next(struct svti_policy *policy);

/*
 * Under the device's mutex. @i is an unsigned long: start it at 0, or at one more than the
 * last index seen to go on with a dump. The policy at hand may be removed.
 */
#define svti_spd_for_each(spd, i, policy) xa_for_each_start(&(spd)->by_index, i, policy, i)

/* Under the device's mutex; nothing may be removed on the way. */
#define svti_spd_for_each_reqid(spd, policy, id)                                                   \
	for ((policy) = svti_spd_reqid_first(spd, id); (policy);                                   \
	     (policy) = svti_spd_reqid_next(policy))

/* Count @packets with @bytes in all for @policy, BH off. */
void svti_policy_count(const struct svti_policy *policy, u32 packets, u64 bytes);
/* Sum of all CPUs. */
void svti_policy_stats_read(const struct svti_policy *policy, u64 *packets, u64 *bytes);

#endif /* _SVTI_SPD_H */
