// SPDX-License-Identifier: GPL-2.0
/*
 * The security policy database: which policies there are, by index and by reqid.
 *
 * How a packet finds its policy is in spd_shape.c, how policies are ordered in spd_key.c.
 *
 * Whoever changes something holds the device's mutex. Everything that may fail comes before
 * anything that a reader could see, so that a failure leaves the SPD as it was.
 */
#include <linux/percpu.h>
#include <linux/rhashtable.h>
#include <linux/slab.h>

#include "spd_key.h"
#include "spd_shape.h"

/**
 * struct svti_spd_reqid - policies of one reqid
 * @node: in &svti_spd.reqids
 * @reqid: the number
 * @policies: in order of insertion
 * @rcu: for its end, since the table may be walked by its own worker
 */
struct svti_spd_reqid {
	struct rhash_head node;
	u32 reqid;
	struct list_head policies;
	struct rcu_head rcu;
};

static const struct rhashtable_params reqid_params = {
	.key_len = sizeof(u32),
	.key_offset = offsetof(struct svti_spd_reqid, reqid),
	.head_offset = offsetof(struct svti_spd_reqid, node),
	.automatic_shrinking = true,
};

/* --- policies */

/**
 * svti_policy_alloc() - a policy to be filled in
 * @gfp: how to allocate
 *
 * Return: a policy, zero but for its counters, or NULL. It belongs to the caller until
 * svti_spd_insert() or svti_spd_replace() succeeds.
 */
struct svti_policy *svti_policy_alloc(gfp_t gfp)
{
	struct svti_policy *policy = kzalloc(sizeof(*policy), gfp | __GFP_ACCOUNT);

	if (!policy)
		return NULL;
	policy->stats = alloc_percpu_gfp(struct svti_policy_stats, gfp | __GFP_ACCOUNT);
	if (!policy->stats) {
		kfree(policy);
		return NULL;
	}
	return policy;
}

/**
 * svti_policy_free() - free a policy that no packet has seen
 * @policy: the policy
 */
void svti_policy_free(struct svti_policy *policy)
{
	if (!policy->stats_moved)
		free_percpu(policy->stats);
	kfree(policy);
}

static void policy_free_cb(struct rcu_head *rcu)
{
	svti_policy_free(container_of(rcu, struct svti_policy, rcu));
}

/**
 * svti_policy_free_rcu() - free a policy that svti_spd_remove() has taken out
 * @policy: the policy; &svti_policy.acquire has been taken from it
 *
 * The module must not go before rcu_barrier().
 */
void svti_policy_free_rcu(struct svti_policy *policy)
{
	call_rcu(&policy->rcu, policy_free_cb);
}

/**
 * svti_policy_count() - a policy has decided
 * @policy: the policy
 * @packets: how many packets
 * @bytes: their octets in all, inner header included
 *
 * BH off. Without u64_stats_sync: svti is for 64-bit machines.
 */
void svti_policy_count(const struct svti_policy *policy, u32 packets, u64 bytes)
{
	struct svti_policy_stats *stats = this_cpu_ptr(policy->stats);

	u64_stats_add(&stats->packets, packets);
	u64_stats_add(&stats->bytes, bytes);
}

/**
 * svti_policy_stats_read() - what a policy has decided so far
 * @policy: the policy
 * @packets: packets on all CPUs
 * @bytes: octets of these
 */
void svti_policy_stats_read(const struct svti_policy *policy, u64 *packets, u64 *bytes)
{
	int cpu;

	*packets = 0;
	*bytes = 0;
	for_each_possible_cpu(cpu) {
		const struct svti_policy_stats *stats = per_cpu_ptr(policy->stats, cpu);

		*packets += u64_stats_read(&stats->packets);
		*bytes += u64_stats_read(&stats->bytes);
	}
}

/* --- reqids */

static struct svti_spd_reqid *reqid_get(struct svti_spd *spd, u32 reqid)
{
	struct svti_spd_reqid *group = rhashtable_lookup_fast(&spd->reqids, &reqid, reqid_params);

	if (group)
		return group;
	group = kzalloc(sizeof(*group), GFP_KERNEL_ACCOUNT);
	if (!group)
		return NULL;
	group->reqid = reqid;
	INIT_LIST_HEAD(&group->policies);
	if (rhashtable_insert_fast(&spd->reqids, &group->node, reqid_params)) {
		kfree(group);
		return NULL;
	}
	return group;
}

static void reqid_put(struct svti_spd *spd, struct svti_spd_reqid *group)
{
	if (!list_empty(&group->policies))
		return;
	rhashtable_remove_fast(&spd->reqids, &group->node, reqid_params);
	kfree_rcu(group, rcu);
}

/**
 * svti_spd_reqid_first() - begin with the policies of a reqid
 * @spd: the SPD
 * @reqid: the reqid
 *
 * Caller holds the device's mutex.
 *
 * Return: the oldest policy with it, of either direction, or NULL.
 */
struct svti_policy *svti_spd_reqid_first(struct svti_spd *spd, u32 reqid)
{
	struct svti_spd_reqid *group;

	lockdep_assert_held(spd->lock);
	group = rhashtable_lookup_fast(&spd->reqids, &reqid, reqid_params);
	return group ? list_first_entry(&group->policies, struct svti_policy, reqid_list) : NULL;
}

/**
 * svti_spd_reqid_next() - go on with the policies of a reqid
 * @policy: the one at hand
 *
 * Caller holds the device's mutex.
 *
 * Return: the next one with the same reqid, or NULL.
 */
struct svti_policy *svti_spd_reqid_next(struct svti_policy *policy)
{
	if (list_is_last(&policy->reqid_list, &policy->reqid_group->policies))
		return NULL;
	return list_next_entry(policy, reqid_list);
}

/* --- the database */

/**
 * svti_spd_init() - an empty SPD
 * @spd: the SPD
 * @lock: the device's mutex
 *
 * Return: 0 or -ENOMEM; then nothing is to be freed.
 */
int svti_spd_init(struct svti_spd *spd, struct mutex *lock)
{
	int err;

	*spd = (struct svti_spd){ .lock = lock };
	xa_init_flags(&spd->by_index, XA_FLAGS_ALLOC1 | XA_FLAGS_ACCOUNT);
	err = rhashtable_init(&spd->reqids, &reqid_params);
	if (err)
		return err;
	err = svti_spd_shapes_init(spd);
	if (err)
		rhashtable_destroy(&spd->reqids);
	return err;
}

/**
 * svti_spd_destroy() - the end of an SPD
 * @spd: the SPD; every policy has been removed, and no reader can begin
 *
 * Takes the device's mutex; may sleep.
 */
void svti_spd_destroy(struct svti_spd *spd)
{
	mutex_lock(spd->lock);
	svti_spd_shapes_destroy(spd);
	mutex_unlock(spd->lock);
	rhashtable_destroy(&spd->reqids);
	xa_destroy(&spd->by_index);
}

/**
 * svti_spd_by_index() - find a policy by its number
 * @spd: the SPD
 * @index: the number
 *
 * Caller holds the device's mutex.
 *
 * Return: the policy, NULL if there is none.
 */
struct svti_policy *svti_spd_by_index(struct svti_spd *spd, u32 index)
{
	lockdep_assert_held(spd->lock);
	return xa_load(&spd->by_index, index);
}

static bool policy_valid(const struct svti_policy *policy)
{
	return (policy->dir == SVTI_DIR_IN || policy->dir == SVTI_DIR_OUT) &&
	       svti_selector_valid(&policy->sel);
}

static u64 version_of(const struct svti_spd *spd, u8 dir)
{
	return spd->way[dir - 1][0].version;
}

static void enter_policy(struct svti_spd *spd, struct svti_policy *policy,
			 struct svti_spd_place *place)
{
	list_add_tail(&policy->reqid_list, &policy->reqid_group->policies);
	svti_spd_place_commit(spd, policy, place);
	spd->count++;
}

/**
 * svti_spd_insert() - add a policy
 * @spd: the SPD, which owns @policy on success
 * @policy: from svti_policy_alloc(), with selector, direction, action, priority and reqid
 *
 * Gives it an &svti_policy.index, which is not used again soon. &svti_policy.sa should be what
 * packets are to find, from the next svti_spd_publish() on, which must come before the mutex is
 * given back. Caller holds the device's mutex; may sleep.
 *
 * Return: 0; -EINVAL: direction or selector (see svti_selector_valid()); -EEXIST: another one
 * of the same direction, selector and priority; -ENOSPC: SVTI_POLICIES_MAX; -E2BIG:
 * SVTI_SHAPES_MAX; -ENOMEM. On failure the SPD is as it was and @policy is the caller's.
 */
int svti_spd_insert(struct svti_spd *spd, struct svti_policy *policy)
{
	struct svti_spd_place place;
	int err;

	lockdep_assert_held(spd->lock);
	if (!policy_valid(policy))
		return -EINVAL;
	if (spd->count >= SVTI_POLICIES_MAX)
		return -ENOSPC;
	policy->reqid_group = reqid_get(spd, policy->reqid);
	if (!policy->reqid_group)
		return -ENOMEM;
	policy->age = spd->next_age;
	policy->since = version_of(spd, policy->dir) + 1;
	err = svti_spd_place_prepare(spd, policy, NULL, &place);
	if (err)
		goto no_place;
	err = xa_alloc_cyclic(&spd->by_index, &policy->index, policy, XA_LIMIT(1, U32_MAX),
			      &spd->next_index, GFP_KERNEL);
	if (err < 0)
		goto no_index;
	spd->next_age++;
	enter_policy(spd, policy, &place);
	return 0;

no_index:
	svti_spd_place_abort(spd, policy, &place);
no_place:
	reqid_put(spd, policy->reqid_group);
	return err;
}

/**
 * svti_spd_publish() - packets find what has been inserted, all of it at once
 * @spd: the SPD
 * @dir: direction
 *
 * A lookup that has begun goes on without. Caller holds the device's mutex.
 */
void svti_spd_publish(struct svti_spd *spd, enum svti_dir dir)
{
	lockdep_assert_held(spd->lock);
	for (u32 v6 = 0; v6 < 2; v6++) {
		struct svti_spd_way *way = &spd->way[dir - 1][v6];

		/* Pairs with the acquire in svti_spd_lookup(). */
		smp_store_release(&way->version, way->version + 1);
	}
	/* Until here a policy for all packets went on to be found first. */
	svti_spd_find_firsts(spd, dir);
}

static void unlink_policy(struct svti_spd *spd, struct svti_policy *policy)
{
	svti_spd_displace(spd, policy);
	list_del(&policy->reqid_list);
	reqid_put(spd, policy->reqid_group);
	spd->count--;
}

/**
 * svti_spd_replace() - change a policy
 * @spd: the SPD
 * @old: the policy as it is, the caller's on success
 * @new: from svti_policy_alloc(), with everything set that svti_spd_insert() wants
 *
 * @new takes over index, age and counters; &svti_policy.sa and &svti_policy.acquire are the
 * caller's to move. A packet that both select finds one of the two. Caller holds the device's
 * mutex; may sleep, for a grace period if @new comes earlier in order than @old.
 *
 * Return: as svti_spd_insert(), but for -ENOSPC.
 */
int svti_spd_replace(struct svti_spd *spd, struct svti_policy *old, struct svti_policy *new)
{
	struct svti_policy_stats __percpu *unused = new->stats;
	struct svti_spd_place place;
	int err;

	lockdep_assert_held(spd->lock);
	if (!policy_valid(new))
		return -EINVAL;
	new->reqid_group = reqid_get(spd, new->reqid);
	if (!new->reqid_group)
		return -ENOMEM;
	new->age = old->age;
	err = svti_spd_place_prepare(spd, new, old, &place);
	if (err) {
		reqid_put(spd, new->reqid_group);
		return err;
	}
	new->stats = old->stats;
	old->stats_moved = true;
	free_percpu(unused);
	new->index = old->index;
	new->since = version_of(spd, new->dir);
	xa_store(&spd->by_index, new->index, new, GFP_KERNEL);
	enter_policy(spd, new, &place);
	/* A lookup that has passed the place of @new already must still meet @old. */
	if (new->cell != old->cell || spd_goes_before(new, old))
		synchronize_rcu();
	unlink_policy(spd, old);
	spd->untidy[new->dir - 1] = true;
	svti_spd_tidy(spd);
	return 0;
}

/**
 * svti_spd_remove() - take a policy out
 * @spd: the SPD
 * @policy: one of its policies, the caller's from now on
 *
 * Packets may use it until svti_policy_free_rcu() is through. svti_spd_tidy() must follow, after
 * this or more removals. Caller holds the device's mutex; never fails.
 */
void svti_spd_remove(struct svti_spd *spd, struct svti_policy *policy)
{
	lockdep_assert_held(spd->lock);
	xa_erase(&spd->by_index, policy->index);
	unlink_policy(spd, policy);
}
