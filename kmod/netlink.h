/* SPDX-License-Identifier: GPL-2.0 */
/* The generic-netlink family: what its files share. Nothing below includes this. */
#ifndef _SVTI_NETLINK_H
#define _SVTI_NETLINK_H

#include <linux/netfilter.h>
#include <net/genetlink.h>
#include <svti.h>

#include "device.h"

struct svti_algo;
struct svti_keys;

/**
 * struct svti_nl_object - how the attributes of an object are checked and explained
 * @name: for sentences: "SA"
 * @max: highest attribute
 * @policy: types and ranges
 * @help: for each attribute that a request may carry, what it must be
 */
struct svti_nl_object {
	const char *name;
	int max;
	const struct nla_policy *policy;
	const char *const *help;
};

#define SVTI_BIT(attr) (1ULL << (attr))

int svti_nl_parse(const struct svti_nl_object *object, struct nlattr **tb,
		  const struct nlattr *nest, struct netlink_ext_ack *extack);
int svti_nl_only(const struct svti_nl_object *object, struct nlattr **tb, u64 allowed,
		 const char *what, struct netlink_ext_ack *extack);
int svti_nl_need(const struct svti_nl_object *object, struct nlattr **tb, u64 needed,
		 struct netlink_ext_ack *extack);
int svti_nl_addr(const struct nlattr *attr, union nf_inet_addr *addr, u8 *family,
		 struct netlink_ext_ack *extack);
int svti_nl_one(struct genl_info *info, int type, const struct nlattr **nest);

u32 svti_nl_value(const struct nlattr *attr, u32 absent);
struct svti_device *svti_nl_lock(struct genl_info *info);
void svti_nl_unlock(struct svti_device *sdev);

typedef int (*svti_nl_fill_t)(struct sk_buff *msg, struct svti_device *sdev, const void *object);
int svti_nl_reply(struct genl_info *info, struct svti_device *sdev, const void *object,
		  svti_nl_fill_t fill);

/* One message of a dump. */
int svti_nl_dump_one(struct sk_buff *msg, struct netlink_callback *cb, struct svti_device *sdev,
		     enum svti_cmd cmd, const void *object, svti_nl_fill_t fill);
struct svti_device *svti_nl_dump_lock(struct sk_buff *msg, struct netlink_callback *cb);
void svti_nl_dump_unlock(struct svti_device *sdev);

/* netlink_sa.c */
int svti_nl_sa_parse_new(struct svti_device *sdev, const struct nlattr *nest, struct svti_sa **sa,
			 struct netlink_ext_ack *extack);
int svti_nl_sa_set(struct sk_buff *skb, struct genl_info *info);
int svti_nl_sa_get(struct sk_buff *skb, struct genl_info *info);
int svti_nl_sa_dump(struct sk_buff *skb, struct netlink_callback *cb);
int svti_nl_sa_del(struct sk_buff *skb, struct genl_info *info);
int svti_nl_sa_flush(struct sk_buff *skb, struct genl_info *info);
void svti_nl_sa_wipe_keys(struct genl_info *info);

/* netlink_header.c */
int svti_nl_check_dir(u8 dir, struct nlattr **tb, struct netlink_ext_ack *extack);
int svti_nl_check_mode(struct nlattr **tb, struct netlink_ext_ack *extack);
void svti_nl_header_parse(struct nlattr **tb, struct svti_header *header);
int svti_nl_header_put(struct sk_buff *msg, const struct svti_sa *sa);

/* netlink_life.c */
int svti_nl_life_parse(struct nlattr **tb, struct svti_limits *limits,
		       struct netlink_ext_ack *extack);
int svti_nl_life_put(struct sk_buff *msg, const struct svti_limits *limits);

/* netlink_algo.c */
int svti_nl_algo(struct nlattr **tb, const struct svti_algo **algo, struct svti_keys *keys,
		 struct netlink_ext_ack *extack);

/* netlink_sp.c */
int svti_nl_sp_parse_new(const struct nlattr *nest, struct svti_policy **policy,
			 struct netlink_ext_ack *extack);
int svti_nl_sp_set(struct sk_buff *skb, struct genl_info *info);
int svti_nl_sp_get(struct sk_buff *skb, struct genl_info *info);
int svti_nl_sp_dump(struct sk_buff *skb, struct netlink_callback *cb);
int svti_nl_sp_del(struct sk_buff *skb, struct genl_info *info);
int svti_nl_sp_flush(struct sk_buff *skb, struct genl_info *info);

/* netlink_new.c: SAs and policies in one step */
int svti_nl_sa_new(struct sk_buff *skb, struct genl_info *info);
int svti_nl_sp_new(struct sk_buff *skb, struct genl_info *info);

int svti_netlink_init(void);
void svti_netlink_exit(void);

#endif /* _SVTI_NETLINK_H */
