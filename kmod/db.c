// SPDX-License-Identifier: GPL-2.0
/*
 * Changes to policies and SAs of one device, which must fit together: an outbound policy points
 * to the newest SA of its reqid, and to none if there is none, which makes it acquire.
 */
#include <linux/netlink.h>

#include "acquire.h"
#include "db.h"
#include "device.h"
#include "events.h"
#include "refusal.h"

static bool sends(const struct svti_policy *policy)
{
	return policy->dir == SVTI_DIR_OUT && policy->action == SVTI_ACTION_PROTECT;
}

/* Point the policies of a reqid to their SA, and send what waited for it. */
static void link_policies(struct svti_device *sdev, u32 reqid)
{
	struct svti_sa *sa = svti_sad_newest(&sdev->sad, reqid);
	struct svti_policy *policy;

	svti_spd_for_each_reqid(&sdev->spd, policy, reqid)
		if (sends(policy))
			svti_acquire_link(policy, sa);
	if (sa)
		svti_sad_talk(sa);
}

/* The same for one policy that is new. */
static void link_policy(struct svti_device *sdev, struct svti_policy *policy)
{
	if (sends(policy))
		svti_acquire_link(policy, svti_sad_newest(&sdev->sad, policy->reqid));
}

/* Packets that wait may have found what they waited for at another policy. */
static void retry_waiting(struct svti_device *sdev)
{
	struct svti_policy *policy;
	unsigned long i = 0;

	if (!atomic_read(&sdev->waiting))
		return;
	svti_spd_for_each(&sdev->spd, i, policy)
		svti_acquire_retry(policy);
}

/*
 * A packet that looked at the SPD just before a policy came may begin to wait after the retry:
 * so once more when no such packet can be under way.
 */
static void retry_later(struct svti_device *sdev)
{
	queue_rcu_work(svti_wq, &sdev->retry);
}

/**
 * svti_db_retry() - the work that retry_later() queues
 * @work: &svti_device.retry
 */
void svti_db_retry(struct work_struct *work)
{
	struct svti_device *sdev = container_of(to_rcu_work(work), struct svti_device, retry);

	mutex_lock(&sdev->lock);
	retry_waiting(sdev);
	mutex_unlock(&sdev->lock);
}

/**
 * svti_db_changed() - after any change: dumps start anew, the carrier may follow
 * @sdev: device
 */
void svti_db_changed(struct svti_device *sdev)
{
	/* 0 would mean "not a dump that checks". */
	if (!++sdev->generation)
		++sdev->generation;
	svti_device_carrier(sdev);
}

/* --- policies */

/* What the SPD says no to when everything else is right. */
static void refuse_policy(struct netlink_ext_ack *extack, int err)
{
	if (err == -ENOSPC)
		svti_refuse(extack, "A device has up to %u policies: delete some first",
			    SVTI_POLICIES_MAX);
	else if (err == -E2BIG)
		svti_refuse(extack, "The policies of a device have up to %u different sets of prefix lengths and port ranges: use one that is there",
			    SVTI_SHAPES_MAX);
}

/* Packets that find it queue up, and nobody is asked, until it is linked. */
static int add_policy(struct svti_device *sdev, struct svti_policy *policy,
		      struct netlink_ext_ack *extack)
{
	struct svti_policy *old;
	int err;

	old = svti_spd_find_exact(&sdev->spd, policy->dir, &policy->sel, policy->priority);
	if (old) {
		svti_refuse(extack, "Policy %u has this direction, selector and priority: change that one, or choose another priority",
			    old->index);
		return -EEXIST;
	}
	if (sends(policy)) {
		err = svti_acquire_attach(sdev, policy);
		if (err)
			return err;
	}
	err = svti_spd_insert(&sdev->spd, policy);
	if (err) {
		refuse_policy(extack, err);
		svti_acquire_detach(policy);
		policy->acquire = NULL;
		return err;
	}
	sdev->acquiring += sends(policy);
	return 0;
}

/* The caller tidies up afterwards, and frees the policy. */
static void take_policy(struct svti_device *sdev, struct svti_policy *policy)
{
	svti_spd_remove(&sdev->spd, policy);
	sdev->acquiring -= sends(policy);
	/* What waited may find another policy. */
	svti_acquire_retry(policy);
	svti_acquire_detach(policy);
}

/**
 * svti_db_remove_policy() - remove a policy
 * @sdev: device
 * @policy: one of its SPD; freed
 */
void svti_db_remove_policy(struct svti_device *sdev, struct svti_policy *policy)
{
	take_policy(sdev, policy);
	svti_policy_free_rcu(policy);
	svti_spd_tidy(&sdev->spd);
	svti_db_changed(sdev);
}

/**
 * svti_db_flush_policies() - remove many policies, one after the other
 * @sdev: device
 * @dir: only those of this direction, or NULL
 * @reqid: only those of this reqid, or NULL
 */
void svti_db_flush_policies(struct svti_device *sdev, const u8 *dir, const u32 *reqid)
{
	struct svti_policy *policy;
	unsigned long i = 0;

	svti_spd_for_each(&sdev->spd, i, policy) {
		if ((dir && policy->dir != *dir) || (reqid && policy->reqid != *reqid))
			continue;
		take_policy(sdev, policy);
		svti_policy_free_rcu(policy);
		cond_resched();
	}
	svti_spd_tidy(&sdev->spd);
	svti_db_changed(sdev);
}

/**
 * svti_db_replace_policy() - change a policy in one step
 * @sdev: device
 * @old: a policy of its SPD; freed on success
 * @new: what it becomes; taken over on success
 * @extack: a sentence on failure
 *
 * Return: 0, -EEXIST if another policy has selector and priority of @new, -ENOMEM.
 */
int svti_db_replace_policy(struct svti_device *sdev, struct svti_policy *old,
			   struct svti_policy *new, struct netlink_ext_ack *extack)
{
	struct svti_policy *other;
	int err;

	other = svti_spd_find_exact(&sdev->spd, new->dir, &new->sel, new->priority);
	if (other && other != old) {
		svti_refuse(extack, "Policy %u has this direction, selector and priority: choose another priority",
			    other->index);
		return -EEXIST;
	}
	if (sends(new)) {
		err = svti_acquire_attach(sdev, new);
		if (err)
			return err;
		/* Where nothing waits nothing need wait: this may take a grace period. */
		if (rcu_access_pointer(old->sa))
			RCU_INIT_POINTER(new->sa, svti_sad_newest(&sdev->sad, new->reqid));
	}
	err = svti_spd_replace(&sdev->spd, old, new);
	if (err) {
		refuse_policy(extack, err);
		svti_acquire_detach(new);
		new->acquire = NULL;
		return err;
	}
	sdev->acquiring += sends(new);
	sdev->acquiring -= sends(old);
	/* What waited goes the way of the new one. */
	svti_acquire_retry(old);
	link_policy(sdev, new);
	svti_acquire_detach(old);
	svti_policy_free_rcu(old);
	svti_db_changed(sdev);
	return 0;
}

/* --- SAs */

/**
 * svti_db_remove_sa() - remove an SA
 * @sdev: device
 * @sa: one of its SAs; freed when the last packet is done with it
 */
void svti_db_remove_sa(struct svti_device *sdev, struct svti_sa *sa)
{
	bool sends = sa->dir == SVTI_DIR_OUT && svti_sad_newest(&sdev->sad, sa->reqid) == sa;

	svti_sad_remove(sa);
	if (sends)
		link_policies(sdev, sa->reqid);
	svti_sa_kill(sa);
	svti_db_changed(sdev);
}

/**
 * svti_db_flush_sas() - remove many SAs, one after the other
 * @sdev: device
 * @dir: only those of this direction, or NULL
 * @reqid: only those of this reqid, or NULL
 */
void svti_db_flush_sas(struct svti_device *sdev, const u8 *dir, const u32 *reqid)
{
	unsigned long i = 0;
	struct svti_sa *sa;

	svti_sad_for_each(&sdev->sad, i, sa) {
		if ((dir && sa->dir != *dir) || (reqid && sa->reqid != *reqid))
			continue;
		svti_db_remove_sa(sdev, sa);
		cond_resched();
	}
}

/**
 * svti_db_sa_ended() - remove an SA that has reached a hard limit, and tell it
 * @sa: the SA, referenced, perhaps removed already
 *
 * Told first, so that what the policies ask for as a consequence comes after it. Who then looks
 * waits for the mutex, and finds it gone.
 */
void svti_db_sa_ended(struct svti_sa *sa)
{
	struct svti_device *sdev = sa->sdev;

	mutex_lock(&sdev->lock);
	if (xa_load(&sdev->sad.all, sa->id) == sa) {
		svti_event_expire(sa, sa->end_reason, true);
		svti_db_remove_sa(sdev, sa);
	}
	mutex_unlock(&sdev->lock);
}

/* --- both */

/**
 * svti_db_install() - install SAs and policies: all or nothing
 * @sdev: device
 * @batch: taken over on success; on failure nothing of it is installed
 * @extack: a sentence on failure
 *
 * No packet is received on an SA of @batch before all inbound policies of it are in place, and
 * none is sent by a policy of @batch, or on an SA of it, before all of @batch is. A packet that is
 * looked up meanwhile finds all policies of @batch in its direction, or none.
 *
 * Return: 0, -EEXIST if an SPI or a policy is there already, -ENOMEM.
 */
int svti_db_install(struct svti_device *sdev, struct svti_batch *batch,
		    struct netlink_ext_ack *extack)
{
	u32 sas, policies = 0, i;
	int err = 0;

	for (sas = 0; sas < batch->sas; sas++) {
		err = svti_sad_insert(batch->sa[sas], extack);
		if (err)
			goto undo;
	}
	for (; policies < batch->policies; policies++) {
		err = add_policy(sdev, batch->policy[policies], extack);
		if (err)
			goto undo;
	}
	svti_spd_publish(&sdev->spd, SVTI_DIR_IN);
	for (i = 0; i < batch->sas; i++) {
		/* Pairs with the acquire in svti_sad_find_in(). */
		smp_store_release(&batch->sa[i]->live, true);
	}
	svti_spd_publish(&sdev->spd, SVTI_DIR_OUT);
	/* What waits elsewhere goes to the new policies first: it is older. */
	retry_waiting(sdev);
	for (i = 0; i < batch->sas; i++)
		if (batch->sa[i]->dir == SVTI_DIR_OUT)
			link_policies(sdev, batch->sa[i]->reqid);
	for (i = 0; i < batch->policies; i++)
		link_policy(sdev, batch->policy[i]);
	if (batch->policies)
		retry_later(sdev);
	svti_db_changed(sdev);
	return 0;

undo:
	while (policies)
		take_policy(sdev, batch->policy[--policies]);
	svti_spd_tidy(&sdev->spd);
	while (sas)
		svti_sad_remove(batch->sa[--sas]);
	/* Who found one of them in its short life lets go of it before the caller frees it. */
	synchronize_rcu();
	return err;
}

/**
 * svti_db_flush() - remove everything
 * @sdev: device
 */
void svti_db_flush(struct svti_device *sdev)
{
	svti_db_flush_policies(sdev, NULL, NULL);
	svti_db_flush_sas(sdev, NULL, NULL);
}
