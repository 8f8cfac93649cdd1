// SPDX-License-Identifier: GPL-2.0
/* A security association: its life, and what packets tell it. */
#include <crypto/aead.h>
#include <linux/netdevice.h>
#include <linux/slab.h>

#include "algo.h"
#include "db.h"
#include "device.h"
#include "dummy.h"
#include "events.h"
#include "limits.h"
#include "outer.h"
#include "refusal.h"
#include "sad.h"

struct workqueue_struct *svti_wq;

/* --- life */

/* Nobody knows the SA any more. */
static void free_work(struct work_struct *work)
{
	struct svti_sa *sa = container_of(work, struct svti_sa, free_work);

	crypto_free_aead(sa->aead);
	kfree(sa->dummy);
	svti_outer_free(rcu_dereference_protected(sa->outer, true));
	if (sa->dir == SVTI_DIR_IN)
		svti_replay_destroy(&sa->replay);
	svti_life_free(sa);
	free_percpu(sa->stats);
	percpu_ref_exit(&sa->ref);
	netdev_put(sa->sdev->dev, &sa->devref);
	kfree(sa);
}

/* The last reference may go in a softirq; a transform wants to be freed where it may sleep. */
static void ref_release(struct percpu_ref *ref)
{
	struct svti_sa *sa = container_of(ref, struct svti_sa, ref);

	queue_work(svti_wq, &sa->free_work);
}

static void end_work(struct work_struct *work)
{
	struct svti_sa *sa = container_of(work, struct svti_sa, end_work);

	svti_db_sa_ended(sa);
	svti_sa_put(sa);
}

/* State of one direction. */
static int init_sequence(struct svti_sa *sa, const struct svti_sa_config *config)
{
	if (sa->dir == SVTI_DIR_IN)
		return svti_replay_init(&sa->replay, config->window, config->esn,
					GFP_KERNEL_ACCOUNT);
	atomic64_set(&sa->seq, 0);
	sa->seq_max = config->esn ? SVTI_SEQ_MAX_ESN : SVTI_SEQ_MAX;
	sa->seq_soft = sa->seq_max - SVTI_SEQ_MARGIN;
	return 0;
}

static struct crypto_aead *keyed_aead(const struct svti_sa_config *config,
				      struct netlink_ext_ack *extack)
{
	struct crypto_aead *aead = svti_algo_aead(config->algo, config->keys, config->esn);
	char name[SVTI_CRYPTO_NAME_LEN];

	if (!IS_ERR(aead))
		return aead;
	svti_algo_crypto(config->algo, config->esn, name);
	if (PTR_ERR(aead) == -ENOENT)
		svti_refuse(extack, "The kernel has no %s: load the module %s or build it in", name,
			    svti_algo_missing(config->algo, config->esn));
	else
		svti_refuse(extack, "The kernel's %s did not take the key (error %ld): try another",
			    name, -PTR_ERR(aead));
	return aead;
}

/**
 * svti_sa_new() - make an SA that no packet sees yet
 * @sdev: its device, referenced by the SA for its life
 * @config: what it is made of; &svti_sa_config.outer is taken over on success
 * @extack: a sentence on failure
 *
 * May sleep and load modules; takes no lock.
 *
 * Return: the SA, ended with svti_sa_kill(), or an ERR_PTR.
 */
struct svti_sa *svti_sa_new(struct svti_device *sdev, const struct svti_sa_config *config,
			    struct netlink_ext_ack *extack)
{
	struct svti_sa *sa = kzalloc(sizeof(*sa), GFP_KERNEL_ACCOUNT);
	int err = -ENOMEM;

	if (!sa)
		return ERR_PTR(-ENOMEM);
	sa->dir = config->dir;
	sa->esn = config->esn;
	sa->transport = config->transport;
	sa->header = config->header;
	sa->tfc = config->tfc;
	sa->spi = config->spi;
	sa->reqid = config->reqid;
	sa->algo = config->algo;
	sa->key_bits = svti_algo_key_bits(config->algo, config->keys);
	sa->sdev = sdev;
	INIT_WORK(&sa->end_work, end_work);
	INIT_WORK(&sa->free_work, free_work);
	INIT_LIST_HEAD(&sa->group_list);
	svti_keepalive_init(sa, config->keepalive);

	sa->stats = netdev_alloc_pcpu_stats(struct svti_sa_stats);
	if (!sa->stats)
		goto free_sa;
	if (percpu_ref_init(&sa->ref, ref_release, 0, GFP_KERNEL))
		goto free_stats;
	if (config->dummy) {
		sa->dummy = svti_dummy_new(sa, config->dummy);
		if (!sa->dummy)
			goto exit_ref;
	}
	if (svti_life_init(sa, &config->limits))
		goto free_dummy;
	if (init_sequence(sa, config))
		goto free_life;
	sa->aead = keyed_aead(config, extack);
	if (IS_ERR(sa->aead)) {
		err = PTR_ERR(sa->aead);
		goto free_replay;
	}
	RCU_INIT_POINTER(sa->outer, config->outer);
	netdev_hold(sdev->dev, &sa->devref, GFP_KERNEL);
	return sa;

free_replay:
	if (sa->dir == SVTI_DIR_IN)
		svti_replay_destroy(&sa->replay);
free_life:
	svti_life_free(sa);
free_dummy:
	kfree(sa->dummy);
exit_ref:
	percpu_ref_exit(&sa->ref);
free_stats:
	free_percpu(sa->stats);
free_sa:
	kfree(sa);
	return ERR_PTR(err);
}

/**
 * svti_sa_kill() - second phase of death: drop the SAD's reference
 * @sa: an SA that was never inserted, or that svti_sad_remove() took out
 *
 * It is freed after a grace period and after the last request that uses it.
 */
void svti_sa_kill(struct svti_sa *sa)
{
	percpu_ref_kill(&sa->ref);
}

/**
 * svti_sa_put() - give back a reference
 * @sa: an SA referenced with percpu_ref_get()
 */
void svti_sa_put(struct svti_sa *sa)
{
	percpu_ref_put(&sa->ref);
}

/* --- what packets tell an SA */

/**
 * svti_sa_warn() - a soft limit has been reached: there should soon be another SA
 * @sa: an SA found under RCU, or one that is not removed yet
 * @reason: which limit
 *
 * Told once in the life of an SA, whichever limit comes first. BH off.
 */
void svti_sa_warn(struct svti_sa *sa, enum svti_expire_reason reason)
{
	if (!test_bit(SVTI_SA_WARNED, &sa->state) &&
	    !test_and_set_bit(SVTI_SA_WARNED, &sa->state))
		svti_event_expire(sa, reason, false);
}

/**
 * svti_sa_end() - a hard limit has been reached: have the SA removed
 * @sa: an SA found under RCU, or one that is not removed yet
 * @reason: which limit
 *
 * Told when it is removed. BH off.
 */
void svti_sa_end(struct svti_sa *sa, enum svti_expire_reason reason)
{
	if (test_bit(SVTI_SA_ENDED, &sa->state) || test_and_set_bit(SVTI_SA_ENDED, &sa->state))
		return;
	sa->end_reason = reason;
	percpu_ref_get(&sa->ref);
	queue_work(svti_wq, &sa->end_work);
}

/**
 * svti_sa_count() - count a packet that was sent or accepted, BH off
 * @sa: the SA
 * @bytes: octets of the inner packet
 */
void svti_sa_count(struct svti_sa *sa, u32 bytes)
{
	struct svti_sa_stats *stats = this_cpu_ptr(sa->stats);
	time64_t now = ktime_get_seconds();

	u64_stats_update_begin(&stats->syncp);
	u64_stats_inc(&stats->packets);
	u64_stats_add(&stats->bytes, bytes);
	u64_stats_update_end(&stats->syncp);
	/* Written once a second, so that CPUs that share the SA share the line. */
	if (READ_ONCE(sa->used) != now)
		WRITE_ONCE(sa->used, now);
}

/**
 * svti_sa_count_dummy() - count a dummy packet that was sent or received, BH off
 * @sa: the SA
 */
void svti_sa_count_dummy(struct svti_sa *sa)
{
	struct svti_sa_stats *stats = this_cpu_ptr(sa->stats);

	u64_stats_update_begin(&stats->syncp);
	u64_stats_inc(&stats->dummies);
	u64_stats_update_end(&stats->syncp);
}

/**
 * svti_sa_count_replayed() - count a packet dropped as replayed or too old, BH off
 * @sa: the SA
 */
void svti_sa_count_replayed(struct svti_sa *sa)
{
	struct svti_sa_stats *stats = this_cpu_ptr(sa->stats);

	u64_stats_update_begin(&stats->syncp);
	u64_stats_inc(&stats->replayed);
	u64_stats_update_end(&stats->syncp);
}

/**
 * svti_sa_count_auth_failed() - count a packet dropped for a wrong ICV, BH off
 * @sa: the SA
 */
void svti_sa_count_auth_failed(struct svti_sa *sa)
{
	struct svti_sa_stats *stats = this_cpu_ptr(sa->stats);

	u64_stats_update_begin(&stats->syncp);
	u64_stats_inc(&stats->auth_failed);
	u64_stats_update_end(&stats->syncp);
}

/**
 * svti_sa_module_init() - make the queue for what takes the mutex of a device, or may sleep
 *
 * Return: 0 or -ENOMEM.
 */
int svti_sa_module_init(void)
{
	svti_wq = alloc_workqueue("svti", WQ_MEM_RECLAIM | WQ_UNBOUND, 0);
	return svti_wq ? 0 : -ENOMEM;
}

/**
 * svti_sa_module_exit() - end it, when no SA is left
 */
void svti_sa_module_exit(void)
{
	destroy_workqueue(svti_wq);
}
