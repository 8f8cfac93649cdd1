// SPDX-License-Identifier: GPL-2.0
/* The tables of security associations: how packets and configuration find them. */
#include <linux/slab.h>
#include <net/net_namespace.h>
#include <net/netns/generic.h>
#include <net/xfrm.h>

#include "device.h"
#include "dummy.h"
#include "outer.h"
#include "refusal.h"
#include "sad.h"

/**
 * struct svti_sa_group - outbound SAs of one reqid
 * @node: in &svti_sad.groups
 * @reqid: the number
 * @sas: newest first
 * @talker: of these, the one whose dummy packets are sent, or NULL
 */
struct svti_sa_group {
	struct rhash_head node;
	u32 reqid;
	struct list_head sas;
	struct svti_sa *talker;
};

static const struct rhashtable_params in_params = {
	.key_len = sizeof_field(struct svti_sa, spi),
	.key_offset = offsetof(struct svti_sa, spi),
	.head_offset = offsetof(struct svti_sa, in_node),
	.automatic_shrinking = true,
};

static const struct rhashtable_params out_params = {
	.key_len = sizeof_field(struct svti_sa, spi),
	.key_offset = offsetof(struct svti_sa, spi),
	.head_offset = offsetof(struct svti_sa, out_node),
	.automatic_shrinking = true,
};

static const struct rhashtable_params group_params = {
	.key_len = sizeof_field(struct svti_sa_group, reqid),
	.key_offset = offsetof(struct svti_sa_group, reqid),
	.head_offset = offsetof(struct svti_sa_group, node),
	.min_size = 4,
	.automatic_shrinking = true,
};

static unsigned int net_id;

/**
 * svti_net() - what a namespace that carries ESP knows
 * @net: the namespace
 *
 * Return: its tables.
 */
struct svti_net *svti_net(const struct net *net)
{
	return net_generic(net, net_id);
}

/* --- the tables */

/*
 * May an SA have these addresses? Inbound, xfrm must not have an SA of the same SPI and
 * destination: it would never see its packets again. Outbound, no other SA may have this SPI to
 * the same destination.
 */
static int endpoint_free(const struct svti_sa *sa, const struct svti_outer *outer,
			 struct netlink_ext_ack *extack)
{
	struct net *net = sa->sdev->underlay;
	struct svti_sa *other;
	struct xfrm_state *x;
	int err = 0;

	if (sa->dir == SVTI_DIR_IN) {
		x = xfrm_state_lookup(net, 0, (const xfrm_address_t *)&outer->dst, sa->spi,
				      IPPROTO_ESP, outer->family);
		if (!x)
			return 0;
		xfrm_state_put(x);
		svti_refuse(extack, "SPI 0x%08x is already in use by an xfrm state: choose another",
			    ntohl(sa->spi));
		return -EEXIST;
	}
	rcu_read_lock();
	other = svti_sad_find_out(net, sa->spi, &outer->dst, outer->family);
	if (other && other != sa) {
		svti_refuse(extack, "SPI 0x%08x is already in use by an outbound SA of %s to the same address: delete that first",
			    ntohl(sa->spi), netdev_name(other->sdev->dev));
		err = -EEXIST;
	}
	rcu_read_unlock();
	return err;
}

/* SPIs are unique, because an SPI alone chooses a receiving SA, also beside xfrm. */
static int insert_in(struct svti_net *net, struct svti_sa *sa, struct netlink_ext_ack *extack)
{
	const struct svti_outer *outer = rcu_dereference_protected(sa->outer, true);
	struct svti_sa *old;
	int err;

	err = endpoint_free(sa, outer, extack);
	if (err)
		return err;
	rcu_read_lock();
	old = rhashtable_lookup_get_insert_fast(&net->in, &sa->in_node, in_params);
	err = PTR_ERR_OR_ZERO(old);
	if (old && !err) {
		svti_refuse(extack, "SPI 0x%08x is already in use by an inbound SA of %s: choose another",
			    ntohl(sa->spi), netdev_name(old->sdev->dev));
		err = -EEXIST;
	}
	rcu_read_unlock();
	return err;
}

static int insert_out(struct svti_net *net, struct svti_sa *sa, struct netlink_ext_ack *extack)
{
	int err;

	mutex_lock(&net->out_lock);
	err = endpoint_free(sa, rcu_dereference_protected(sa->outer, true), extack);
	if (!err)
		err = rhltable_insert(&net->out, &sa->out_node, out_params);
	mutex_unlock(&net->out_lock);
	return err;
}

static int insert_group(struct svti_sad *sad, struct svti_sa *sa)
{
	struct svti_sa_group *group;
	int err;

	group = rhashtable_lookup_fast(&sad->groups, &sa->reqid, group_params);
	if (!group) {
		group = kzalloc(sizeof(*group), GFP_KERNEL);
		if (!group)
			return -ENOMEM;
		group->reqid = sa->reqid;
		INIT_LIST_HEAD(&group->sas);
		err = rhashtable_insert_fast(&sad->groups, &group->node, group_params);
		if (err) {
			kfree(group);
			return err;
		}
	}
	sa->group = group;
	list_add(&sa->group_list, &group->sas);
	sad->outbound++;
	return 0;
}

/* Only the mutex protects groups; packets do not know them. */
static void remove_group(struct svti_sad *sad, struct svti_sa *sa)
{
	list_del(&sa->group_list);
	if (sa->group->talker == sa) {
		svti_dummy_stop(sa->dummy);
		sa->group->talker = NULL;
	}
	sad->outbound--;
	if (list_empty(&sa->group->sas)) {
		rhashtable_remove_fast(&sad->groups, &sa->group->node, group_params);
		kfree(sa->group);
	}
}

static void remove_table(struct svti_net *net, struct svti_sa *sa)
{
	if (sa->dir == SVTI_DIR_IN)
		rhashtable_remove_fast(&net->in, &sa->in_node, in_params);
	else
		rhltable_remove(&net->out, &sa->out_node, out_params);
}

/**
 * svti_sad_insert() - enter an SA into the tables
 * @sa: an SA; packets use it once &svti_sa.live is set
 * @extack: a sentence on failure
 *
 * Under the mutex of the device.
 *
 * Return: 0, -EEXIST if its SPI is taken, -ENOSPC: SVTI_SAS_MAX, -ENOMEM.
 */
int svti_sad_insert(struct svti_sa *sa, struct netlink_ext_ack *extack)
{
	struct svti_sad *sad = &sa->sdev->sad;
	struct svti_net *net = svti_net(sa->sdev->underlay);
	int err;

	lockdep_assert_held(&sa->sdev->lock);
	if (sad->count >= SVTI_SAS_MAX) {
		svti_refuse(extack, "A device has up to %u SAs: delete some first", SVTI_SAS_MAX);
		return -ENOSPC;
	}
	err = xa_alloc_cyclic(&sad->all, &sa->id, sa, xa_limit_31b, &sad->next_id, GFP_KERNEL);
	if (err < 0)
		return err;
	err = sa->dir == SVTI_DIR_IN ? insert_in(net, sa, extack) : insert_out(net, sa, extack);
	if (err)
		goto erase;
	if (sa->dir == SVTI_DIR_OUT) {
		err = insert_group(sad, sa);
		if (err)
			goto remove;
	}
	svti_life_start(sa);
	sad->count++;
	svti_keepalive_set(sa, sa->keepalive.period);
	return 0;

remove:
	remove_table(net, sa);
erase:
	xa_erase(&sad->all, sa->id);
	return err;
}

/**
 * svti_sad_remove() - first phase of death: no new packet finds the SA
 * @sa: an SA that is in the tables
 *
 * Under the mutex of the device. Policies still point to it: see svti_db_remove_sa().
 */
void svti_sad_remove(struct svti_sa *sa)
{
	struct svti_device *sdev = sa->sdev;

	lockdep_assert_held(&sdev->lock);
	svti_life_stop(sa);
	svti_keepalive_stop(sa);
	remove_table(svti_net(sdev->underlay), sa);
	if (sa->dir == SVTI_DIR_OUT)
		remove_group(&sdev->sad, sa);
	xa_erase(&sdev->sad.all, sa->id);
	sdev->sad.count--;
}

/**
 * svti_sad_talk() - an outbound SA is the one that sends, in silence too
 * @sa: the newest SA of its reqid, the mutex of its device held
 *
 * Of the SAs of a reqid only this one sends dummy packets: what the peer may have deleted already
 * must be left alone.
 */
void svti_sad_talk(struct svti_sa *sa)
{
	struct svti_sa *old = sa->group->talker;

	if (old == sa)
		return;
	if (old)
		svti_dummy_stop(old->dummy);
	sa->group->talker = sa;
	svti_dummy_start(sa->dummy);
}

/**
 * svti_sad_newest() - the SA that is to send
 * @sad: SAs of a device, under its mutex
 * @reqid: of which number
 *
 * Return: the newest outbound SA, or NULL. One that has ended is on its way out.
 */
struct svti_sa *svti_sad_newest(const struct svti_sad *sad, u32 reqid)
{
	struct svti_sa_group *group;

	group = rhashtable_lookup_fast((struct rhashtable *)&sad->groups, &reqid, group_params);
	return group ? list_first_entry(&group->sas, struct svti_sa, group_list) : NULL;
}

/**
 * svti_sad_reroute() - have each SA look up its route anew
 * @sad: SAs of a device, under its mutex
 */
void svti_sad_reroute(struct svti_sad *sad)
{
	struct svti_sa *sa;
	unsigned long i = 0;

	svti_sad_for_each(sad, i, sa)
		svti_outer_forget_route(rcu_dereference_protected(sa->outer, true));
}

/**
 * svti_sad_move() - change the endpoint of an SA in place
 * @sa: an SA in the SAD, the mutex of its device held
 * @outer: its addresses and ports from now on
 * @extack: a sentence on failure
 *
 * Each packet goes by the old headers or the new ones. Sequence number, window and counters go on.
 *
 * Return: what it had before, for svti_outer_free_rcu(), or an ERR_PTR: -EEXIST.
 */
struct svti_outer *svti_sad_move(struct svti_sa *sa, struct svti_outer *outer,
				 struct netlink_ext_ack *extack)
{
	struct svti_net *net = svti_net(sa->sdev->underlay);
	struct svti_outer *old;
	int err;

	/* Against who adds an SA with this SPI to the same address. */
	mutex_lock(&net->out_lock);
	err = endpoint_free(sa, outer, extack);
	old = err ? ERR_PTR(err)
		  : rcu_replace_pointer(sa->outer, outer, lockdep_is_held(&sa->sdev->lock));
	mutex_unlock(&net->out_lock);
	return old;
}

/* --- lookup */

static bool sa_goes_to(const struct svti_sa *sa, const union nf_inet_addr *dst, u8 family)
{
	const struct svti_outer *outer = rcu_dereference(sa->outer);

	return svti_outer_goes_to(outer, dst, family);
}

/**
 * svti_sad_find_in() - the SA of a received packet
 * @net: namespace that received it
 * @spi: its SPI
 * @dst: its outer destination
 * @family: of @dst
 *
 * Under RCU.
 *
 * Return: an SA in use, or NULL: the packet is not ours.
 */
struct svti_sa *svti_sad_find_in(struct net *net, __be32 spi, const union nf_inet_addr *dst,
				 u8 family)
{
	struct svti_sa *sa = rhashtable_lookup(&svti_net(net)->in, &spi, in_params);

	/* Pairs with the release in svti_db_install(). */
	if (!sa || !smp_load_acquire(&sa->live) || !sa_goes_to(sa, dst, family))
		return NULL;
	return sa;
}

/**
 * svti_sad_find_out() - the SA that made a packet
 * @net: namespace that sent it
 * @spi: its SPI
 * @dst: its outer destination
 * @family: of @dst
 *
 * Under RCU.
 *
 * Return: an SA, or NULL: the packet was not ours.
 */
struct svti_sa *svti_sad_find_out(struct net *net, __be32 spi, const union nf_inet_addr *dst,
				  u8 family)
{
	struct rhlist_head *list, *pos;
	struct svti_sa *sa;

	list = rhltable_lookup(&svti_net(net)->out, &spi, out_params);
	rhl_for_each_entry_rcu(sa, pos, list, out_node)
		if (sa_goes_to(sa, dst, family))
			return sa;
	return NULL;
}

/**
 * svti_sad_find() - an SA of a device, as its administrator names it
 * @sdev: the device, its mutex held
 * @dir: direction
 * @spi: SPI
 * @dst: outer destination, NULL for any
 * @family: of @dst
 * @ambiguous: set if more than one has that name
 *
 * Return: the SA, or NULL.
 */
struct svti_sa *svti_sad_find(const struct svti_device *sdev, u8 dir, __be32 spi,
			      const union nf_inet_addr *dst, u8 family, bool *ambiguous)
{
	struct svti_net *net = svti_net(sdev->underlay);
	struct rhlist_head *list, *pos;
	struct svti_sa *sa, *found = NULL;

	*ambiguous = false;
	rcu_read_lock();
	if (dir == SVTI_DIR_IN) {
		sa = rhashtable_lookup(&net->in, &spi, in_params);
		if (sa && sa->sdev == sdev && (!dst || sa_goes_to(sa, dst, family)))
			found = sa;
	} else {
		list = rhltable_lookup(&net->out, &spi, out_params);
		rhl_for_each_entry_rcu(sa, pos, list, out_node) {
			if (sa->sdev != sdev || (dst && !sa_goes_to(sa, dst, family)))
				continue;
			*ambiguous = found;
			found = sa;
		}
	}
	rcu_read_unlock();
	return found;
}

/* --- begin and end */

/**
 * svti_sad_init() - make the empty SAD of a device
 * @sad: filled in
 *
 * Return: 0 or -ENOMEM.
 */
int svti_sad_init(struct svti_sad *sad)
{
	xa_init_flags(&sad->all, XA_FLAGS_ALLOC1);
	sad->next_id = 1;
	sad->count = 0;
	sad->outbound = 0;
	return rhashtable_init(&sad->groups, &group_params);
}

/**
 * svti_sad_destroy() - free an SAD that is empty again
 * @sad: the SAD
 */
void svti_sad_destroy(struct svti_sad *sad)
{
	rhashtable_destroy(&sad->groups);
	xa_destroy(&sad->all);
}

static int __net_init net_init(struct net *net)
{
	struct svti_net *tables = svti_net(net);
	int err;

	mutex_init(&tables->out_lock);
	INIT_LIST_HEAD(&tables->devices);
	err = rhashtable_init(&tables->in, &in_params);
	if (err)
		return err;
	err = rhltable_init(&tables->out, &out_params);
	if (err)
		rhashtable_destroy(&tables->in);
	return err;
}

static void __net_exit net_exit(struct net *net)
{
	struct svti_net *tables = svti_net(net);

	rhltable_destroy(&tables->out);
	rhashtable_destroy(&tables->in);
}

/*
 * A subsystem, not a device: these end after every network device of the namespace, of whatever
 * kind, and until then any of them may receive an ESP packet that is looked up here.
 */
static struct pernet_operations net_ops = {
	.init = net_init,
	.exit = net_exit,
	.id = &net_id,
	.size = sizeof(struct svti_net),
};

/**
 * svti_sad_module_init() - make the tables of all namespaces
 *
 * Return: 0 or an error.
 */
int svti_sad_module_init(void)
{
	return register_pernet_subsys(&net_ops);
}

/**
 * svti_sad_module_exit() - free the tables, when no device is left and no packet comes in
 */
void svti_sad_module_exit(void)
{
	unregister_pernet_subsys(&net_ops);
}
