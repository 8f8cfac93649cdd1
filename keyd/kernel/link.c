// SPDX-License-Identifier: GPL-2.0-or-later
/* Links of kind svti, over rtnetlink. */
#include <errno.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netlink/attr.h>
#include <stdlib.h>

#include "kernel/priv.h"

enum {
	LINKS_MAX = 65536
};

struct link {
	int ifindex;
	bool svti;
	bool up;
	char kind[16];
	char name[IFNAMSIZ];
};

static int parse_link(struct link *link, struct nlmsghdr *h)
{
	static struct nla_policy policy[IFLA_MAX + 1] = {
		[IFLA_IFNAME] = { .type = NLA_STRING, .minlen = 1 },
		[IFLA_LINKINFO] = { .type = NLA_NESTED },
	};
	static struct nla_policy info_policy[IFLA_INFO_MAX + 1] = {
		[IFLA_INFO_KIND] = { .type = NLA_STRING },
	};
	struct nlattr *t[IFLA_MAX + 1], *info[IFLA_INFO_MAX + 1];
	struct ifinfomsg *ifi = nlmsg_data(h);

	memset(link, 0, sizeof(*link));
	if (h->nlmsg_type != RTM_NEWLINK)
		return 0;
	if (nlmsg_parse(h, sizeof(*ifi), t, IFLA_MAX, policy) < 0 || !t[IFLA_IFNAME])
		return -EBADMSG;
	link->ifindex = ifi->ifi_index;
	link->up = ifi->ifi_flags & IFF_UP;
	nla_strlcpy(link->name, t[IFLA_IFNAME], sizeof(link->name));
	if (t[IFLA_LINKINFO] &&
	    nla_parse_nested(info, IFLA_INFO_MAX, t[IFLA_LINKINFO], info_policy) >= 0 &&
	    info[IFLA_INFO_KIND])
		nla_strlcpy(link->kind, info[IFLA_INFO_KIND], sizeof(link->kind));
	link->svti = !strcmp(link->kind, "svti");
	return 0;
}

static struct nl_msg *link_message(int type, int flags, int ifindex, unsigned int ifi_flags)
{
	struct ifinfomsg ifi = {
		.ifi_family = AF_UNSPEC,
		.ifi_index = ifindex,
		.ifi_flags = ifi_flags,
		.ifi_change = ifi_flags,
	};
	struct nl_msg *msg = nlmsg_alloc_simple(type, flags);

	if (msg && nlmsg_append(msg, &ifi, sizeof(ifi), NLMSG_ALIGNTO) < 0) {
		nlmsg_free(msg);
		return NULL;
	}
	return msg;
}

static int take_link(void *ctx, struct nlmsghdr *h)
{
	return parse_link(ctx, h);
}

/* Returns 0, or -ENODEV with a sentence. */
static int look_up(struct kernel *k, const char *name, struct link *link)
{
	struct nl_msg *msg;
	int error;

	memset(link, 0, sizeof(*link));
	if (!*name || strlen(name) >= IFNAMSIZ)
		return kernel_fail(k, -ENODEV, "'%.64s' cannot be the name of a device", name);
	msg = link_message(RTM_GETLINK, 0, 0, 0);
	error = kernel_call(k, k->route, msg, msg ? nla_put_string(msg, IFLA_IFNAME, name) : 0,
			    "cannot look up the device", take_link, link);
	if (error == -ENODEV || (!error && !link->ifindex))
		return kernel_fail(k, -ENODEV, "there is no device '%s'", name);
	return error;
}

static int wrong_kind(struct kernel *k, const struct link *link)
{
	return kernel_fail(k, -EMEDIUMTYPE, "device '%s' is not an svti device, but %s%s",
			   link->name, *link->kind ? "of kind " : "of no kind", link->kind);
}

int kernel_ifindex(struct kernel *k, const char *name)
{
	struct link link;
	int error = look_up(k, name, &link);

	if (error)
		return error;
	return link.svti ? link.ifindex : wrong_kind(k, &link);
}

static int put_kind(struct nl_msg *msg, const char *name)
{
	struct nlattr *info;

	if (nla_put_string(msg, IFLA_IFNAME, name) < 0)
		return -EMSGSIZE;
	info = nla_nest_start(msg, IFLA_LINKINFO);
	if (!info || nla_put_string(msg, IFLA_INFO_KIND, "svti") < 0)
		return -EMSGSIZE;
	nla_nest_end(msg, info);
	return 0;
}

int kernel_link_ensure(struct kernel *k, const char *name)
{
	struct nl_msg *msg;
	struct link link;
	int error = look_up(k, name, &link);

	if (!error && !link.svti)
		return wrong_kind(k, &link);
	if (!error && link.up)
		return link.ifindex;
	if (!error) {
		msg = link_message(RTM_NEWLINK, 0, link.ifindex, IFF_UP);
		error = kernel_call(k, k->route, msg, 0, "cannot set the device up", NULL, NULL);
		return error ? error : link.ifindex;
	}
	if (error != -ENODEV)
		return error;
	msg = link_message(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, 0, IFF_UP);
	error = kernel_call(k, k->route, msg, msg ? put_kind(msg, name) : 0,
			    "cannot make the device", NULL, NULL);
	return error ? error : kernel_ifindex(k, name);
}

struct links {
	struct link *link;
	size_t count, cap;
};

static int take_svti(void *ctx, struct nlmsghdr *h)
{
	struct links *links = ctx;
	struct link link;

	if (parse_link(&link, h))
		return -EBADMSG;
	if (!link.svti)
		return 0;
	if (links->count == links->cap) {
		size_t cap = links->cap ? 2 * links->cap : 16;
		struct link *more;

		if (cap > LINKS_MAX)
			return -E2BIG;
		more = reallocarray(links->link, cap, sizeof(*more));
		if (!more)
			return -ENOMEM;
		links->link = more;
		links->cap = cap;
	}
	links->link[links->count++] = link;
	return 0;
}

static int dump_once(struct kernel *k, void *ctx)
{
	struct nl_msg *msg = link_message(RTM_GETLINK, NLM_F_DUMP, 0, 0);

	return kernel_call(k, k->route, msg, 0, "cannot list the devices", take_svti, ctx);
}

static void dump_again(void *ctx)
{
	((struct links *)ctx)->count = 0;
}

int kernel_link_each(struct kernel *k, int (*each)(void *ctx, int ifindex, const char *name),
		     void *ctx)
{
	struct links links = { 0 };
	size_t i;
	int error = kernel_dump(k, "cannot list the devices", dump_once, dump_again, &links);

	for (i = 0; !error && i < links.count; i++)
		error = each(ctx, links.link[i].ifindex, links.link[i].name);
	free(links.link);
	return error;
}
