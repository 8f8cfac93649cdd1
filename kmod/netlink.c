// SPDX-License-Identifier: GPL-2.0
/* The generic-netlink family: its table, the device of a request, and what all objects share. */
#include <linux/bitops.h>
#include <net/sock.h>

#include "compat.h"
#include "events.h"
#include "netlink.h"
#include "refusal.h"

/* --- attributes */

/**
 * svti_nl_parse() - split an object into its attributes
 * @object: what it should be
 * @tb: filled in, @object->max + 1 pointers
 * @nest: the attribute that contains it
 * @extack: a sentence on failure
 *
 * Return: 0 or -EINVAL, -ERANGE.
 */
int svti_nl_parse(const struct svti_nl_object *object, struct nlattr **tb,
		  const struct nlattr *nest, struct netlink_ext_ack *extack)
{
	int err = nla_parse_nested(tb, object->max, nest, object->policy, extack);
	const struct nlattr *bad = extack->bad_attr;
	int type;

	if (!err || !bad)
		return err;
	type = nla_type(bad);
	if (bad == nest)
		svti_refuse(extack, "An %s is a nest of attributes: set NLA_F_NESTED in its type",
			    object->name);
	else if (type <= object->max && object->help[type])
		extack->_msg = object->help[type];
	else if (type <= object->max)
		svti_refuse(extack, "Attribute %d of an %s is only in answers: leave it out", type,
			    object->name);
	else
		svti_refuse(extack, "An %s has no attribute %d: the last one is %d", object->name,
			    type, object->max);
	return err;
}

/**
 * svti_nl_only() - refuse attributes that a command does not take
 * @object: what it is
 * @tb: its attributes
 * @allowed: SVTI_BIT() of those that may be there
 * @what: what they are, for the sentence: "sa-del takes ..."
 * @extack: a sentence on failure
 *
 * Return: 0 or -EINVAL.
 */
int svti_nl_only(const struct svti_nl_object *object, struct nlattr **tb, u64 allowed,
		 const char *what, struct netlink_ext_ack *extack)
{
	for (int type = 1; type <= object->max; type++) {
		if (!tb[type] || (allowed & SVTI_BIT(type)))
			continue;
		NL_SET_BAD_ATTR(extack, tb[type]);
		svti_refuse(extack, "%s", what);
		return -EINVAL;
	}
	return 0;
}

/**
 * svti_nl_need() - refuse an object without what it must have
 * @object: what it is
 * @tb: its attributes
 * @needed: SVTI_BIT() of those that must be there
 * @extack: a sentence on failure
 *
 * Return: 0 or -EINVAL.
 */
int svti_nl_need(const struct svti_nl_object *object, struct nlattr **tb, u64 needed,
		 struct netlink_ext_ack *extack)
{
	for (int type = 1; type <= object->max; type++) {
		if (!(needed & SVTI_BIT(type)) || tb[type])
			continue;
		svti_refuse(extack, "Attribute %d of the %s is missing: %s", type, object->name,
			    object->help[type]);
		return -EINVAL;
	}
	return 0;
}

/**
 * svti_nl_addr() - read an address
 * @attr: the attribute
 * @addr: filled in, unused octets zero
 * @family: set to AF_INET or AF_INET6
 * @extack: a sentence on failure
 *
 * Return: 0 or -EINVAL.
 */
int svti_nl_addr(const struct nlattr *attr, union nf_inet_addr *addr, u8 *family,
		 struct netlink_ext_ack *extack)
{
	memset(addr, 0, sizeof(*addr));
	switch (nla_len(attr)) {
	case sizeof(struct in_addr):
		*family = AF_INET;
		memcpy(addr, nla_data(attr), sizeof(struct in_addr));
		return 0;
	case sizeof(struct in6_addr):
		*family = AF_INET6;
		memcpy(addr, nla_data(attr), sizeof(struct in6_addr));
		return 0;
	}
	NL_SET_ERR_MSG_ATTR(extack, attr, "An address has 4 octets (IPv4) or 16 (IPv6)");
	return -EINVAL;
}

/**
 * svti_nl_value() - a number that may be absent
 * @attr: u32 attribute or NULL
 * @absent: what NULL means
 *
 * Return: the number.
 */
u32 svti_nl_value(const struct nlattr *attr, u32 absent)
{
	return attr ? nla_get_u32(attr) : absent;
}

/**
 * svti_nl_one() - the only object of a request that takes one
 * @info: request
 * @type: SVTI_A_SA or SVTI_A_SP
 * @nest: set to it, or to NULL if there is none
 *
 * Return: 0, or -EINVAL if there are more, or of another kind.
 */
int svti_nl_one(struct genl_info *info, int type, const struct nlattr **nest)
{
	const struct nlattr *head = nlmsg_attrdata(info->nlhdr, GENL_HDRLEN);
	int len = nlmsg_attrlen(info->nlhdr, GENL_HDRLEN);
	const struct nlattr *attr;
	int rest;

	*nest = NULL;
	nla_for_each_attr(attr, head, len, rest) {
		if (nla_type(attr) == SVTI_A_IFINDEX)
			continue;
		if (nla_type(attr) != type || *nest) {
			NL_SET_BAD_ATTR(info->extack, attr);
			svti_refuse(info->extack, "This command takes the device and one %s",
				    type == SVTI_A_SA ? "SVTI_A_SA" : "SVTI_A_SP");
			return -EINVAL;
		}
		*nest = attr;
	}
	return 0;
}

/* --- the device of a request */

/*
 * SAs send from, and receive in, the underlay. Who may configure the device's namespace may not
 * for that alone take SPIs and send packets there.
 */
static int may_configure(struct sk_buff *skb, const struct svti_device *sdev,
			 struct netlink_ext_ack *extack)
{
	if (netlink_ns_capable(skb, sdev->underlay->user_ns, CAP_NET_ADMIN))
		return 0;
	NL_SET_ERR_MSG(extack, "This needs CAP_NET_ADMIN also where the device's underlay is: ask from there");
	return -EPERM;
}

/* The device, with a reference, or an ERR_PTR. */
static struct svti_device *device_get(struct sk_buff *skb, struct net *net,
				      const struct nlattr *ifindex, struct netlink_ext_ack *extack)
{
	struct net_device *dev;
	int err;

	if (!ifindex) {
		NL_SET_ERR_MSG(extack, "Which device? Give SVTI_A_IFINDEX");
		return ERR_PTR(-EINVAL);
	}
	dev = dev_get_by_index(net, nla_get_u32(ifindex));
	if (!dev) {
		svti_refuse(extack, "No interface has index %u in this namespace: see ip link",
			    nla_get_u32(ifindex));
		return ERR_PTR(-ENODEV);
	}
	if (!svti_device_is(dev)) {
		svti_refuse(extack, "Interface %s is not an svti device: see ip link show type svti",
			    dev->name);
		err = -EOPNOTSUPP;
	} else {
		err = may_configure(skb, netdev_priv(dev), extack);
	}
	if (err) {
		dev_put(dev);
		return ERR_PTR(err);
	}
	return netdev_priv(dev);
}

static int pre_doit(const struct svti_genl_op *op, struct sk_buff *skb, struct genl_info *info)
{
	struct svti_device *sdev = device_get(skb, genl_info_net(info),
					      info->attrs[SVTI_A_IFINDEX], info->extack);

	if (IS_ERR(sdev)) {
		svti_nl_sa_wipe_keys(info);
		return PTR_ERR(sdev);
	}
	info->user_ptr[0] = sdev;
	return 0;
}

static void post_doit(const struct svti_genl_op *op, struct sk_buff *skb, struct genl_info *info)
{
	struct svti_device *sdev = info->user_ptr[0];

	svti_nl_sa_wipe_keys(info);
	dev_put(sdev->dev);
}

/* Lock the device; an ERR_PTR if it is on its way out. */
static struct svti_device *lock_device(struct svti_device *sdev, struct netlink_ext_ack *extack)
{
	mutex_lock(&sdev->lock);
	if (!sdev->dying)
		return sdev;
	mutex_unlock(&sdev->lock);
	NL_SET_ERR_MSG(extack, "The interface is just being deleted: make it anew");
	return ERR_PTR(-ENODEV);
}

/**
 * svti_nl_lock() - lock the device of a request
 * @info: request
 *
 * Return: the device, to be unlocked with svti_nl_unlock(), or an ERR_PTR.
 */
struct svti_device *svti_nl_lock(struct genl_info *info)
{
	return lock_device(info->user_ptr[0], info->extack);
}

/**
 * svti_nl_unlock() - end what svti_nl_lock() began
 * @sdev: device
 */
void svti_nl_unlock(struct svti_device *sdev)
{
	mutex_unlock(&sdev->lock);
}

/* --- answers */

/**
 * svti_nl_reply() - answer with one object
 * @info: request
 * @sdev: device, locked
 * @object: what to tell
 * @fill: writes it
 *
 * Return: 0 or an error.
 */
int svti_nl_reply(struct genl_info *info, struct svti_device *sdev, const void *object,
		  svti_nl_fill_t fill)
{
	struct sk_buff *msg = genlmsg_new(NLMSG_DEFAULT_SIZE, GFP_KERNEL);
	void *header;

	if (!msg)
		return -ENOMEM;
	header = genlmsg_put_reply(msg, info, &svti_genl_family, 0, info->genlhdr->cmd);
	if (!header || nla_put_u32(msg, SVTI_A_IFINDEX, sdev->dev->ifindex) ||
	    fill(msg, sdev, object)) {
		nlmsg_free(msg);
		return -EMSGSIZE;
	}
	genlmsg_end(msg, header);
	return genlmsg_reply(msg, info);
}

/**
 * svti_nl_dump_lock() - lock the device of a dump, for one of its messages
 * @msg: where the dump goes
 * @cb: the dump
 *
 * Return: the device, referenced and locked, for svti_nl_dump_unlock(), or an ERR_PTR.
 */
struct svti_device *svti_nl_dump_lock(struct sk_buff *msg, struct netlink_callback *cb)
{
	struct nlattr **attrs = svti_dump_attrs(cb);
	struct svti_device *sdev, *locked;

	for (int type = 1; type <= SVTI_A_MAX; type++) {
		if (type == SVTI_A_IFINDEX || !attrs[type])
			continue;
		NL_SET_ERR_MSG_ATTR(cb->extack, attrs[type], "A dump takes the device alone");
		return ERR_PTR(-EINVAL);
	}
	sdev = device_get(cb->skb, sock_net(msg->sk), attrs[SVTI_A_IFINDEX], cb->extack);
	if (IS_ERR(sdev))
		return sdev;
	locked = lock_device(sdev, cb->extack);
	if (IS_ERR(locked))
		dev_put(sdev->dev);
	else
		cb->seq = sdev->generation;
	return locked;
}

/**
 * svti_nl_dump_unlock() - end what svti_nl_dump_lock() began
 * @sdev: device
 */
void svti_nl_dump_unlock(struct svti_device *sdev)
{
	mutex_unlock(&sdev->lock);
	dev_put(sdev->dev);
}

/**
 * svti_nl_dump_one() - add one object to a dump
 * @msg: where the dump goes
 * @cb: the dump
 * @sdev: device, locked
 * @cmd: of the message
 * @object: what to tell
 * @fill: writes it
 *
 * Return: 0, or -EMSGSIZE if it is for the next message.
 */
int svti_nl_dump_one(struct sk_buff *msg, struct netlink_callback *cb, struct svti_device *sdev,
		     enum svti_cmd cmd, const void *object, svti_nl_fill_t fill)
{
	void *header;

	header = genlmsg_put(msg, NETLINK_CB(cb->skb).portid, cb->nlh->nlmsg_seq,
			     &svti_genl_family, NLM_F_MULTI, cmd);
	if (!header)
		return -EMSGSIZE;
	genl_dump_check_consistent(cb, header);
	if (nla_put_u32(msg, SVTI_A_IFINDEX, sdev->dev->ifindex) || fill(msg, sdev, object)) {
		genlmsg_cancel(msg, header);
		return -EMSGSIZE;
	}
	genlmsg_end(msg, header);
	return 0;
}

/* --- the family */

/* The insides of a nest are checked by who knows what to say of them. */
static const struct nla_policy policy[SVTI_A_MAX + 1] = {
	[SVTI_A_IFINDEX] = { .type = NLA_U32 },
	[SVTI_A_SA] = { .type = NLA_NESTED },
	[SVTI_A_SP] = { .type = NLA_NESTED },
};

static int (*const handlers[SVTI_CMD_MAX + 1])(struct sk_buff *skb, struct genl_info *info) = {
	[SVTI_CMD_SA_NEW] = svti_nl_sa_new,	[SVTI_CMD_SA_SET] = svti_nl_sa_set,
	[SVTI_CMD_SA_GET] = svti_nl_sa_get,	[SVTI_CMD_SA_DEL] = svti_nl_sa_del,
	[SVTI_CMD_SA_FLUSH] = svti_nl_sa_flush, [SVTI_CMD_SP_NEW] = svti_nl_sp_new,
	[SVTI_CMD_SP_SET] = svti_nl_sp_set,	[SVTI_CMD_SP_GET] = svti_nl_sp_get,
	[SVTI_CMD_SP_DEL] = svti_nl_sp_del,	[SVTI_CMD_SP_FLUSH] = svti_nl_sp_flush,
};

/* Whoever refuses says why; what the rest of the kernel refused has no sentence yet. */
static int doit(struct sk_buff *skb, struct genl_info *info)
{
	int err = handlers[info->genlhdr->cmd](skb, info);

	if (!err || info->extack->_msg)
		return err;
	if (err == -ENOMEM)
		NL_SET_ERR_MSG(info->extack, "The kernel has no memory left for this: free some, and ask again");
	else
		svti_refuse(info->extack, "The kernel failed with error %d and changed nothing: ask again",
			    -err);
	return err;
}

#define DO(command) { .cmd = (command), .flags = GENL_UNS_ADMIN_PERM, .doit = doit }
#define DO_DUMP(command, dump)                                                                     \
	{ .cmd = (command), .flags = GENL_UNS_ADMIN_PERM, .doit = doit, .dumpit = (dump) }

static const struct genl_small_ops ops[] = {
	DO(SVTI_CMD_SA_NEW),
	DO(SVTI_CMD_SA_SET),
	DO_DUMP(SVTI_CMD_SA_GET, svti_nl_sa_dump),
	DO(SVTI_CMD_SA_DEL),
	DO(SVTI_CMD_SA_FLUSH),
	DO(SVTI_CMD_SP_NEW),
	DO(SVTI_CMD_SP_SET),
	DO_DUMP(SVTI_CMD_SP_GET, svti_nl_sp_dump),
	DO(SVTI_CMD_SP_DEL),
	DO(SVTI_CMD_SP_FLUSH),
};

/* Events tell inner addresses: not for everybody. */
static const struct genl_multicast_group mcgrps[] = {
	[SVTI_MCGRP_INDEX_SA] = { .name = SVTI_MCGRP_SA, .flags = GENL_MCAST_CAP_NET_ADMIN },
	[SVTI_MCGRP_INDEX_ACQUIRE] = { .name = SVTI_MCGRP_ACQUIRE,
				       .flags = GENL_MCAST_CAP_NET_ADMIN },
};

struct genl_family svti_genl_family __ro_after_init = {
	.name = SVTI_FAMILY_NAME,
	.version = SVTI_FAMILY_VERSION,
	.maxattr = SVTI_A_MAX,
	.policy = policy,
	.netnsok = true,
	.parallel_ops = true,
	.module = THIS_MODULE,
	.pre_doit = pre_doit,
	.post_doit = post_doit,
	.small_ops = ops,
	.n_small_ops = ARRAY_SIZE(ops),
	.mcgrps = mcgrps,
	.n_mcgrps = ARRAY_SIZE(mcgrps),
};

/**
 * svti_netlink_init() - take requests
 *
 * Return: 0 or an error.
 */
int __init svti_netlink_init(void)
{
	return genl_register_family(&svti_genl_family);
}

/**
 * svti_netlink_exit() - take none any more; waits for those under way
 */
void svti_netlink_exit(void)
{
	genl_unregister_family(&svti_genl_family);
}
