// SPDX-License-Identifier: GPL-2.0
/* The network device of kind "svti", and the namespaces it lives between. */
#include <linux/if_arp.h>
#include <linux/if_ether.h>
#include <net/addrconf.h>
#include <net/ip.h>
#include <net/ip_tunnels.h>

#include "acquire.h"
#include "algo.h"
#include "compat.h"
#include "db.h"
#include "device.h"
#include "esp.h"
#include "outer.h"

static const struct net_device_ops netdev_ops;

/**
 * svti_device_is() - is it one of ours?
 * @dev: any device
 *
 * Return: true if it is.
 */
bool svti_device_is(const struct net_device *dev)
{
	return dev->netdev_ops == &netdev_ops;
}

/**
 * svti_device_carrier() - set the carrier as policies and SAs want it
 * @sdev: device, its mutex held
 */
void svti_device_carrier(struct svti_device *sdev)
{
	if (sdev->sad.outbound || sdev->acquiring)
		netif_carrier_on(sdev->dev);
	else
		netif_carrier_off(sdev->dev);
}

/**
 * svti_device_reroute() - send another way from now on
 * @sdev: device, under RTNL
 * @via: the way
 */
void svti_device_reroute(struct svti_device *sdev, const struct svti_via *via)
{
	WRITE_ONCE(sdev->via.link, via->link);
	WRITE_ONCE(sdev->via.mark, via->mark);
	/* Who still looks up the old way has put it into a cache when this returns. */
	synchronize_net();
	mutex_lock(&sdev->lock);
	svti_sad_reroute(&sdev->sad);
	mutex_unlock(&sdev->lock);
}

/* --- the network device */

static int dev_init(struct net_device *dev)
{
	struct svti_device *sdev = netdev_priv(dev);
	int err;

	mutex_init(&sdev->lock);
	sdev->dev = dev;
	sdev->generation = 1;
	INIT_RCU_WORK(&sdev->retry, svti_db_retry);
	err = svti_tstats_alloc(dev);
	if (err)
		return err;
	err = -ENOMEM;
	sdev->drops = alloc_percpu(struct svti_drops);
	if (!sdev->drops)
		goto free_tstats;
	err = gro_cells_init(&sdev->gro, dev);
	if (err)
		goto free_drops;
	err = svti_spd_init(&sdev->spd, &sdev->lock);
	if (err)
		goto destroy_gro;
	err = svti_sad_init(&sdev->sad);
	if (err)
		goto destroy_spd;
	return 0;

destroy_spd:
	svti_spd_destroy(&sdev->spd);
destroy_gro:
	gro_cells_destroy(&sdev->gro);
free_drops:
	free_percpu(sdev->drops);
free_tstats:
	svti_tstats_free(dev);
	return err;
}

/* Under RTNL, when the device is down and unlinked: no SA and no policy outlives this. */
static void dev_uninit(struct net_device *dev)
{
	struct svti_device *sdev = netdev_priv(dev);

	list_del_init(&sdev->underlay_list);
	mutex_lock(&sdev->lock);
	sdev->dying = true;
	svti_db_flush(sdev);
	mutex_unlock(&sdev->lock);
	flush_rcu_work(&sdev->retry);
}

/* Each SA held the device until it was freed: nobody is left. */
static void dev_free(struct net_device *dev)
{
	struct svti_device *sdev = netdev_priv(dev);

	svti_sad_destroy(&sdev->sad);
	svti_spd_destroy(&sdev->spd);
	gro_cells_destroy(&sdev->gro);
	free_percpu(sdev->drops);
	svti_tstats_free(dev);
}

/* There is no link layer to make an address from, nor anybody to solicit. */
static int dev_up(struct net_device *dev)
{
	struct inet6_dev *in6 = __in6_dev_get(dev);

	if (in6)
		in6->cnf.addr_gen_mode = IN6_ADDR_GEN_MODE_NONE;
	return 0;
}

/* A device that is down sends nothing later, nor does one that moves to another namespace. */
static int dev_down(struct net_device *dev)
{
	struct svti_device *sdev = netdev_priv(dev);
	struct svti_policy *policy;
	unsigned long i = 0;

	mutex_lock(&sdev->lock);
	svti_spd_for_each(&sdev->spd, i, policy)
		svti_acquire_flush(policy);
	mutex_unlock(&sdev->lock);
	return 0;
}

static void dev_stats(struct net_device *dev, struct rtnl_link_stats64 *stats)
{
	dev_get_tstats64(dev, stats);
	svti_drops_to_link(netdev_priv(dev), stats);
}

/* The link, else itself: nothing. */
static int get_iflink(const struct net_device *dev)
{
	const struct svti_device *sdev = netdev_priv(dev);

	return READ_ONCE(sdev->via.link) ?: dev->ifindex;
}

static const struct net_device_ops netdev_ops = {
	.ndo_init = dev_init,
	.ndo_uninit = dev_uninit,
	.ndo_open = dev_up,
	.ndo_stop = dev_down,
	.ndo_start_xmit = svti_xmit,
	.ndo_get_stats64 = dev_stats,
	.ndo_get_iflink = get_iflink,
};

static const struct device_type device_type = { .name = KBUILD_MODNAME };

/**
 * svti_device_setup() - what all devices have in common
 * @dev: a device that is being made
 */
void svti_device_setup(struct net_device *dev)
{
	const netdev_features_t features = NETIF_F_SG | NETIF_F_HW_CSUM | NETIF_F_RXCSUM |
					   NETIF_F_HIGHDMA | NETIF_F_GSO | NETIF_F_GSO_SOFTWARE;

	dev->netdev_ops = &netdev_ops;
	dev->ethtool_ops = &svti_ethtool_ops;
	dev->header_ops = &ip_tunnel_header_ops;
	dev->needs_free_netdev = true;
	dev->priv_destructor = dev_free;
	SET_NETDEV_DEVTYPE(dev, &device_type);

	dev->type = ARPHRD_NONE;
	dev->flags = IFF_POINTOPOINT | IFF_NOARP;
	dev->priv_flags |= IFF_NO_QUEUE;
	dev->features |= features;
	dev->hw_features |= features;
	dev->hw_enc_features |= features;
	svti_set_lockless_tx(dev);
	svti_tstats_declare(dev);
	/* An ICMP error needs the route of the packet that it answers. */
	netif_keep_dst(dev);

	dev->mtu = svti_outer_mtu(ETH_DATA_LEN);
	dev->min_mtu = IPV4_MIN_MTU;
	dev->max_mtu = svti_outer_mtu(IP_MAX_MTU);
	/*
	 * What an inner packet gets in front and behind over IPv4: with it nothing is copied to
	 * make room. No more than that: a forwarded packet comes with 78 octets in front of it,
	 * and would be copied if we asked for more, since what is kept is a multiple of 16. So
	 * what is forwarded finds the room for ESP over IPv6 as well, and so does TCP, which
	 * keeps much more; a datagram that begins here is copied once.
	 */
	dev->needed_headroom = sizeof(struct iphdr) + sizeof(struct udphdr) +
			       SVTI_ESP_HEADER_LEN + SVTI_IV_LEN_MAX;
	dev->needed_tailroom = SVTI_ALIGN_MAX + SVTI_ESP_TRAILER_LEN + SVTI_ICV_LEN_MAX;
}

/* --- namespaces */

/*
 * A device in a namespace that dies is unregistered by the core. One whose underlay dies has
 * nowhere to send to and dies as well, wherever it is.
 */
static void __net_exit net_exit_batch(struct list_head *nets)
{
	struct svti_device *sdev;
	LIST_HEAD(dying);
	struct net *net;

	rtnl_lock();
	list_for_each_entry(net, nets, exit_list)
		list_for_each_entry(sdev, &svti_net(net)->devices, underlay_list)
			unregister_netdevice_queue(sdev->dev, &dying);
	unregister_netdevice_many(&dying);
	/* Returns when nobody holds the devices any more, so no SA is left. */
	rtnl_unlock();
}

static struct pernet_operations net_ops = {
	.exit_batch = net_exit_batch,
};

/**
 * svti_device_init() - be ready for devices
 *
 * Return: 0 or an error.
 */
int svti_device_init(void)
{
	return register_pernet_device(&net_ops);
}

/**
 * svti_device_exit() - when no device is left
 */
void svti_device_exit(void)
{
	unregister_pernet_device(&net_ops);
}
