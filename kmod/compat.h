/* SPDX-License-Identifier: GPL-2.0 */
/* Every difference between kernel versions from 6.1 on; there is no version #if elsewhere. */
#ifndef _SVTI_COMPAT_H
#define _SVTI_COMPAT_H

#include <linux/crypto.h>
#include <linux/hrtimer.h>
#include <linux/netdevice.h>
#include <linux/version.h>
#include <net/genetlink.h>
#include <net/rtnetlink.h>

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 6, 0)
#include <net/gso.h>
#endif

/* A completion called @name that hands its data, a pointer to @type, to @handler. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 3, 0)
#define SVTI_CRYPTO_DONE(name, handler, type)                                                      \
	static void name(void *data, int err)                                                      \
	{                                                                                          \
		handler((type *)data, err);                                                        \
	}
#else
#define SVTI_CRYPTO_DONE(name, handler, type)                                                      \
	static void name(struct crypto_async_request *request, int err)                            \
	{                                                                                          \
		handler((type *)request->data, err);                                               \
	}
#endif

/* &rtnl_link_ops.newlink called @name that hands the underlay, and what it was told, to @handler. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 15, 0)
#define SVTI_NEWLINK(name, handler)                                                                \
	static int name(struct net_device *dev, struct rtnl_newlink_params *params,                \
			struct netlink_ext_ack *extack)                                            \
	{                                                                                          \
		return handler(rtnl_newlink_link_net(params), dev, params->tb, params->data,       \
			       extack);                                                            \
	}
#else
#define SVTI_NEWLINK(name, handler)                                                                \
	static int name(struct net *src_net, struct net_device *dev, struct nlattr *tb[],          \
			struct nlattr *data[], struct netlink_ext_ack *extack)                     \
	{                                                                                          \
		return handler(src_net, dev, tb, data, extack);                                    \
	}
#endif

/* What &genl_family.pre_doit and post_doit are told of the command. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 2, 0)
#define svti_genl_op genl_split_ops
#else
#define svti_genl_op genl_ops
#endif

/* The attributes of the request that started a dump. */
static inline struct nlattr **svti_dump_attrs(struct netlink_callback *cb)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 6, 0)
	return genl_info_dump(cb)->attrs;
#else
	return genl_dumpit_info(cb)->attrs;
#endif
}

/* A timer with its function set, not started. */
static inline void svti_hrtimer_setup(struct hrtimer *timer,
				      enum hrtimer_restart (*function)(struct hrtimer *timer),
				      clockid_t clock, enum hrtimer_mode mode)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 13, 0)
	hrtimer_setup(timer, function, clock, mode);
#else
	hrtimer_init(timer, clock, mode);
	timer->function = function;
#endif
}

/* The device does its own locking in ndo_start_xmit. */
static inline void svti_set_lockless_tx(struct net_device *dev)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 12, 0)
	dev->lltx = true;
#else
	dev->features |= NETIF_F_LLTX;
#endif
}

/* From 6.7 on the core allocates and frees &net_device.tstats. */
static inline void svti_tstats_declare(struct net_device *dev)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 7, 0)
	dev->pcpu_stat_type = NETDEV_PCPU_STAT_TSTATS;
#endif
}

static inline int svti_tstats_alloc(struct net_device *dev)
{
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 7, 0)
	dev->tstats = netdev_alloc_pcpu_stats(struct pcpu_sw_netstats);
	return dev->tstats ? 0 : -ENOMEM;
#else
	return 0;
#endif
}

static inline void svti_tstats_free(struct net_device *dev)
{
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 7, 0)
	free_percpu(dev->tstats);
#endif
}

#endif /* _SVTI_COMPAT_H */
