// SPDX-License-Identifier: GPL-2.0
/*
 * What the kernel tells without being asked. Sent from any context but hard interrupts, to the
 * underlay, where the keying daemon lives. Each event of a device has a number, counted also
 * when nobody listens or memory is short: who misses one asks for all there is.
 */
#include "attr.h"
#include "device.h"
#include "events.h"
#include "outer.h"
#include "sad.h"

/*
 * Which device it is. Where the daemon is, the index of one that lives in another namespace means
 * nothing, or another device: then there is the number of that namespace as well.
 */
static int put_source(struct sk_buff *msg, const struct svti_device *sdev)
{
	const struct net_device *dev = sdev->dev;
	int err;

	err = nla_put_u32(msg, SVTI_A_IFINDEX, dev->ifindex) ?:
	      nla_put_string(msg, SVTI_A_IFNAME, dev->name);
	rcu_read_lock();
	if (!err && !net_eq(dev_net(dev), sdev->underlay))
		err = nla_put_s32(msg, SVTI_A_NETNSID,
				  peernet2id_alloc(sdev->underlay, dev_net(dev), GFP_ATOMIC));
	rcu_read_unlock();
	return err;
}

/* Begin a message about @sdev; NULL: nobody listens, or no memory. */
static struct sk_buff *begin(struct svti_device *sdev, enum svti_cmd cmd, enum svti_mcgrp group,
			     void **header)
{
	u32 seq = atomic_inc_return(&sdev->event_seq);
	struct sk_buff *msg;

	if (!genl_has_listeners(&svti_genl_family, sdev->underlay, group))
		return NULL;
	msg = genlmsg_new(NLMSG_DEFAULT_SIZE, GFP_ATOMIC);
	if (!msg)
		return NULL;
	*header = genlmsg_put(msg, 0, 0, &svti_genl_family, 0, cmd);
	if (!*header || put_source(msg, sdev) || nla_put_u32(msg, SVTI_A_EVENT_SEQ, seq)) {
		nlmsg_free(msg);
		return NULL;
	}
	return msg;
}

static void end(struct svti_device *sdev, struct sk_buff *msg, void *header, enum svti_mcgrp group)
{
	genlmsg_end(msg, header);
	genlmsg_multicast_netns(&svti_genl_family, sdev->underlay, msg, 0, group, GFP_ATOMIC);
}

static int put_acquire(struct sk_buff *msg, const struct svti_policy *policy,
		       const struct svti_flow *flow)
{
	struct nlattr *nest = nla_nest_start(msg, SVTI_A_ACQUIRE);

	if (!nest || nla_put_u32(msg, SVTI_A_ACQUIRE_SP_INDEX, policy->index) ||
	    nla_put_u32(msg, SVTI_A_ACQUIRE_REQID, policy->reqid) ||
	    svti_put_addr(msg, SVTI_A_ACQUIRE_SRC, &flow->src, flow->family) ||
	    svti_put_addr(msg, SVTI_A_ACQUIRE_DST, &flow->dst, flow->family) ||
	    nla_put_u32(msg, SVTI_A_ACQUIRE_PROTO, flow->proto))
		return -EMSGSIZE;
	if (flow->has_ports && (nla_put_u32(msg, SVTI_A_ACQUIRE_SPORT, flow->sport) ||
				nla_put_u32(msg, SVTI_A_ACQUIRE_DPORT, flow->dport)))
		return -EMSGSIZE;
	nla_nest_end(msg, nest);
	return 0;
}

/**
 * svti_event_acquire() - ask for an SA
 * @sdev: device
 * @policy: what needs it
 * @flow: the packet that needs it
 */
void svti_event_acquire(struct svti_device *sdev, const struct svti_policy *policy,
			const struct svti_flow *flow)
{
	struct sk_buff *msg;
	void *header;

	msg = begin(sdev, SVTI_CMD_ACQUIRE_NTF, SVTI_MCGRP_INDEX_ACQUIRE, &header);
	if (!msg)
		return;
	if (put_acquire(msg, policy, flow))
		nlmsg_free(msg);
	else
		end(sdev, msg, header, SVTI_MCGRP_INDEX_ACQUIRE);
}

static int put_expire(struct sk_buff *msg, const struct svti_sa *sa, enum svti_expire_reason reason,
		      bool hard)
{
	struct nlattr *nest = nla_nest_start(msg, SVTI_A_SA);

	if (!nest || svti_put_sa_name(msg, sa) || svti_put_sa_counters(msg, sa) ||
	    nla_put_u32(msg, SVTI_A_SA_EXPIRE_REASON, reason) ||
	    (hard && nla_put_flag(msg, SVTI_A_SA_EXPIRE_HARD)))
		return -EMSGSIZE;
	nla_nest_end(msg, nest);
	return 0;
}

/**
 * svti_event_expire() - tell that an SA has reached a limit of its life
 * @sa: the SA
 * @reason: which limit
 * @hard: it ends
 */
void svti_event_expire(struct svti_sa *sa, enum svti_expire_reason reason, bool hard)
{
	struct sk_buff *msg;
	void *header;

	msg = begin(sa->sdev, SVTI_CMD_SA_EXPIRE_NTF, SVTI_MCGRP_INDEX_SA, &header);
	if (!msg)
		return;
	if (put_expire(msg, sa, reason, hard))
		nlmsg_free(msg);
	else
		end(sa->sdev, msg, header, SVTI_MCGRP_INDEX_SA);
}

static int put_mapping(struct sk_buff *msg, const struct svti_sa *sa, const union nf_inet_addr *src,
		       __be16 sport)
{
	struct nlattr *nest = nla_nest_start(msg, SVTI_A_SA);
	u8 family = rcu_dereference(sa->outer)->family;

	if (!nest || svti_put_sa_name(msg, sa) ||
	    svti_put_addr(msg, SVTI_A_SA_NEW_SRC, src, family) ||
	    (sport && nla_put_be16(msg, SVTI_A_SA_NEW_ENCAP_SPORT, sport)))
		return -EMSGSIZE;
	nla_nest_end(msg, nest);
	return 0;
}

/**
 * svti_event_mapping() - tell that a peer sends from another address or port
 * @sa: inbound SA, under RCU
 * @src: the address
 * @sport: the port of its UDP encapsulation, 0: it does not encapsulate
 */
void svti_event_mapping(struct svti_sa *sa, const union nf_inet_addr *src, __be16 sport)
{
	struct sk_buff *msg;
	void *header;

	msg = begin(sa->sdev, SVTI_CMD_SA_MAPPING_NTF, SVTI_MCGRP_INDEX_SA, &header);
	if (!msg)
		return;
	if (put_mapping(msg, sa, src, sport))
		nlmsg_free(msg);
	else
		end(sa->sdev, msg, header, SVTI_MCGRP_INDEX_SA);
}
