// SPDX-License-Identifier: GPL-2.0
/*
 * The rtnetlink kind "svti": how devices are made, changed and shown.
 *
 * A device may be bound to a link, an interface or a VRF of the underlay, which then carries its
 * outer packets, and goes when that goes. What comes in is bound by its SPI and its ICV alone:
 * it may take another way than what goes out.
 */
#include <net/rtnetlink.h>
#include <svti.h>

#include "compat.h"
#include "db.h"
#include "device.h"
#include "link.h"
#include "refusal.h"

/* Values are checked by who knows what to say of them. */
static const struct nla_policy policy[IFLA_SVTI_MAX + 1] = {
	[IFLA_SVTI_UNSPEC] = { .strict_start_type = IFLA_SVTI_UNSPEC + 1 },
	[IFLA_SVTI_ID] = { .type = NLA_U32 },
	[IFLA_SVTI_LINK] = { .type = NLA_U32 },
	[IFLA_SVTI_FWMARK] = { .type = NLA_U32 },
};

/**
 * struct config - what a device is told when it is made, and may be told later
 * @id: see &svti_device.id
 * @via: see &svti_device.via
 */
struct config {
	u32 id;
	struct svti_via via;
};

static int validate(struct nlattr *tb[], struct nlattr *data[], struct netlink_ext_ack *extack)
{
	if (tb[IFLA_ADDRESS]) {
		NL_SET_ERR_MSG_ATTR(extack, tb[IFLA_ADDRESS], "An svti device has no link-layer address: leave it out");
		return -EINVAL;
	}
	if (data && data[IFLA_SVTI_ID] && !nla_get_u32(data[IFLA_SVTI_ID])) {
		NL_SET_ERR_MSG_ATTR(extack, data[IFLA_SVTI_ID], "An id is 1 to 4294967295: leave it out for none");
		return -EINVAL;
	}
	return 0;
}

/* "ip link add link L type svti" and "ip link add type svti link L" say the same. */
static int read_link(struct nlattr *tb[], struct nlattr *data[], int *link,
		     struct netlink_ext_ack *extack)
{
	struct nlattr *own = data ? data[IFLA_SVTI_LINK] : NULL;

	if (tb[IFLA_LINK] && own && nla_get_u32(tb[IFLA_LINK]) != nla_get_u32(own)) {
		NL_SET_ERR_MSG_ATTR(extack, own, "The link is named twice, and differently: name it once");
		return -EINVAL;
	}
	if (own)
		*link = nla_get_u32(own);
	else if (tb[IFLA_LINK])
		*link = nla_get_u32(tb[IFLA_LINK]);
	return 0;
}

/* What is not said stays as it is in @config. */
static int read_config(struct nlattr *tb[], struct nlattr *data[], struct config *config,
		       struct netlink_ext_ack *extack)
{
	if (data && data[IFLA_SVTI_ID])
		config->id = nla_get_u32(data[IFLA_SVTI_ID]);
	if (data && data[IFLA_SVTI_FWMARK])
		config->via.mark = nla_get_u32(data[IFLA_SVTI_FWMARK]);
	return read_link(tb, data, &config->via.link, extack);
}

/* May a device be bound to it? */
static int check_link(struct net *underlay, const struct net_device *dev, int link,
		      struct netlink_ext_ack *extack)
{
	const struct net_device *found = link ? __dev_get_by_index(underlay, link) : NULL;

	if (link && !found) {
		svti_refuse(extack, "No interface has index %d where the device sends from: see ip link",
			    link);
		return -ENODEV;
	}
	if (found && found == dev) {
		NL_SET_ERR_MSG(extack, "A device cannot be its own link: name an interface of the underlay");
		return -ELOOP;
	}
	return 0;
}

/* An id names one device among those of a link, or among those without one. */
static int check_id(struct net *underlay, const struct svti_device *self,
		    const struct config *config, struct netlink_ext_ack *extack)
{
	const struct svti_device *other;

	if (!config->id)
		return 0;
	list_for_each_entry(other, &svti_net(underlay)->devices, underlay_list) {
		if (other == self || other->id != config->id ||
		    other->via.link != config->via.link)
			continue;
		svti_refuse(extack, "Device %s has id %u on this link: choose another id or link",
			    netdev_name(other->dev), config->id);
		return -EEXIST;
	}
	return 0;
}

static int create(struct net *underlay, struct net_device *dev, struct nlattr *tb[],
		  struct nlattr *data[], struct netlink_ext_ack *extack)
{
	struct svti_device *sdev = netdev_priv(dev);
	struct config config = { 0 };
	int err;

	err = read_config(tb, data, &config, extack) ?:
	      check_link(underlay, NULL, config.via.link, extack) ?:
	      check_id(underlay, NULL, &config, extack);
	if (err)
		return err;
	sdev->underlay = underlay;
	sdev->id = config.id;
	sdev->via = config.via;
	INIT_LIST_HEAD(&sdev->underlay_list);
	netif_carrier_off(dev);
	err = register_netdevice(dev);
	if (err)
		return err;
	list_add(&sdev->underlay_list, &svti_net(underlay)->devices);
	return 0;
}

SVTI_NEWLINK(newlink, create)

/* An index of the underlay means something only there; elsewhere IFLA_LINK tells it. */
static bool is_at_home(const struct net_device *dev)
{
	const struct svti_device *sdev = netdev_priv(dev);

	return net_eq(dev_net(dev), sdev->underlay);
}

/*
 * Link and mark take effect at once, the id stays. Who may configure the device's namespace may
 * not for that alone choose ways through the underlay.
 */
static int changelink(struct net_device *dev, struct nlattr *tb[], struct nlattr *data[],
		      struct netlink_ext_ack *extack)
{
	struct svti_device *sdev = netdev_priv(dev);
	struct config config = { .id = sdev->id, .via = sdev->via };
	int err;

	if (!ns_capable(sdev->underlay->user_ns, CAP_NET_ADMIN)) {
		NL_SET_ERR_MSG(extack, "This needs CAP_NET_ADMIN also where the device's underlay is: ask from there");
		return -EPERM;
	}
	if (data && data[IFLA_SVTI_LINK] && !is_at_home(dev)) {
		NL_SET_ERR_MSG_ATTR(extack, data[IFLA_SVTI_LINK], "The device has left its underlay: change its link there, before");
		return -EINVAL;
	}
	err = read_config(tb, data, &config, extack);
	if (err)
		return err;
	if (config.id != sdev->id) {
		NL_SET_ERR_MSG_ATTR(extack, data[IFLA_SVTI_ID], "The id of a device is for its life: make another device");
		return -EINVAL;
	}
	err = check_link(sdev->underlay, dev, config.via.link, extack) ?:
	      check_id(sdev->underlay, sdev, &config, extack);
	if (err)
		return err;
	if (config.via.link != sdev->via.link || config.via.mark != sdev->via.mark)
		svti_device_reroute(sdev, &config.via);
	return 0;
}

static size_t get_size(const struct net_device *dev)
{
	return nla_total_size(sizeof(u32)) + /* IFLA_SVTI_ID */
	       nla_total_size(sizeof(u32)) + /* IFLA_SVTI_LINK */
	       nla_total_size(sizeof(u32)); /* IFLA_SVTI_FWMARK */
}

static int fill_info(struct sk_buff *skb, const struct net_device *dev)
{
	const struct svti_device *sdev = netdev_priv(dev);

	if ((sdev->id && nla_put_u32(skb, IFLA_SVTI_ID, sdev->id)) ||
	    (sdev->via.link && is_at_home(dev) &&
	     nla_put_u32(skb, IFLA_SVTI_LINK, sdev->via.link)) ||
	    (sdev->via.mark && nla_put_u32(skb, IFLA_SVTI_FWMARK, sdev->via.mark)))
		return -EMSGSIZE;
	return 0;
}

static struct net *get_link_net(const struct net_device *dev)
{
	const struct svti_device *sdev = netdev_priv(dev);

	return sdev->underlay;
}

static struct rtnl_link_ops link_ops __read_mostly = {
	.kind = KBUILD_MODNAME,
	.maxtype = IFLA_SVTI_MAX,
	.policy = policy,
	.priv_size = sizeof(struct svti_device),
	.setup = svti_device_setup,
	.validate = validate,
	.newlink = newlink,
	.changelink = changelink,
	.get_size = get_size,
	.fill_info = fill_info,
	.get_link_net = get_link_net,
};

/* --- the end of a link */

/* An interface goes, or leaves the underlay: with it the devices that are bound to it. */
static void link_goes(struct net_device *link)
{
	struct svti_device *sdev;
	LIST_HEAD(dying);

	list_for_each_entry(sdev, &svti_net(dev_net(link))->devices, underlay_list)
		if (sdev->via.link == link->ifindex && sdev->dev->reg_state == NETREG_REGISTERED)
			unregister_netdevice_queue(sdev->dev, &dying);
	unregister_netdevice_many(&dying);
}

static int on_event(struct notifier_block *block, unsigned long event, void *info)
{
	if (event == NETDEV_UNREGISTER)
		link_goes(netdev_notifier_info_to_dev(info));
	return NOTIFY_DONE;
}

static struct notifier_block notifier = { .notifier_call = on_event };

/**
 * svti_link_init() - make the kind "svti" known
 *
 * Return: 0 or an error.
 */
int svti_link_init(void)
{
	int err;

	err = register_netdevice_notifier(&notifier);
	if (err)
		return err;
	err = rtnl_link_register(&link_ops);
	if (err)
		unregister_netdevice_notifier(&notifier);
	return err;
}

/**
 * svti_link_exit() - remove every device, and the kind
 */
void svti_link_exit(void)
{
	rtnl_link_unregister(&link_ops);
	unregister_netdevice_notifier(&notifier);
}
