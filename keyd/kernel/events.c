// SPDX-License-Identifier: GPL-2.0-or-later
/* What the kernel tells unasked, and that some of it was lost. */
#include <errno.h>
#include <netlink/attr.h>
#include <netlink/genl/ctrl.h>

#include "kernel/priv.h"

enum {
	EVENTS_BUFFER = 4 << 20, /* octets of the socket: a burst of acquires waits there */
	EVENTS_AT_ONCE = 1024,	 /* datagrams of one call, to give the rest of the program a turn */
};

static int join(struct kernel *k, const char *group)
{
	int id = genl_ctrl_resolve_grp(k->genl, SVTI_FAMILY_NAME, group);

	if (id < 0)
		return kernel_fail(k, -EPROTO, "the svti kernel module has no event group '%s'",
				   group);
	if (nl_socket_add_membership(k->notify, id) < 0)
		return kernel_fail(k, -EPERM,
				   "cannot listen to the events of svti: CAP_NET_ADMIN is needed");
	return 0;
}

int kernel_events_open(struct kernel *k, const struct kernel_events *events)
{
	int error, fd, size = EVENTS_BUFFER;

	k->events = *events;
	k->notify = kernel_socket(NETLINK_GENERIC);
	if (!k->notify)
		return kernel_fail(k, -errno, "cannot open a netlink socket");
	fd = nl_socket_get_fd(k->notify);
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)))
		(void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	error = join(k, SVTI_MCGRP_SA) ?: join(k, SVTI_MCGRP_ACQUIRE);
	if (error) {
		nl_socket_free(k->notify);
		k->notify = NULL;
	}
	return error;
}

int kernel_events_fd(const struct kernel *k)
{
	return k->notify ? nl_socket_get_fd(k->notify) : -1;
}

/*
 * A device counts its events; a gap means that one was lost. Two devices that share a slot
 * only lose this check, and ENOBUFS stays.
 */
static bool in_sequence(struct kernel *k, const struct kernel_source *from)
{
	struct kernel_seq *last = &k->seq[from->ifindex % KERNEL_SEQ_SLOTS];
	bool fine = last->ifindex != from->ifindex || last->netnsid != from->netnsid ||
		    last->seq + 1 == from->seq;

	last->ifindex = from->ifindex;
	last->netnsid = from->netnsid;
	last->seq = from->seq;
	return fine;
}

/* What all events have. Returns false for what is none. */
static bool get_source(struct kernel_source *from, struct nlattr *const *t)
{
	if (!t[SVTI_A_IFINDEX] || !t[SVTI_A_IFNAME] || !t[SVTI_A_EVENT_SEQ])
		return false;
	*from = (struct kernel_source){
		.ifindex = nla_get_u32(t[SVTI_A_IFINDEX]),
		.elsewhere = t[SVTI_A_NETNSID],
		.netnsid = t[SVTI_A_NETNSID] ? nla_get_s32(t[SVTI_A_NETNSID]) : -1,
		.seq = nla_get_u32(t[SVTI_A_EVENT_SEQ]),
	};
	nla_strlcpy(from->name, t[SVTI_A_IFNAME], sizeof(from->name));
	return true;
}

static void handle_acquire(struct kernel *k, const struct kernel_source *from, struct nlattr **t)
{
	struct kernel_acquire acquire;

	if (!t[SVTI_A_ACQUIRE] || kernel_get_acquire(&acquire, t[SVTI_A_ACQUIRE]))
		return;
	acquire.from = *from;
	k->events.acquire(k->events.ctx, &acquire);
}

static void handle_expire(struct kernel *k, const struct kernel_source *from, struct nlattr **t)
{
	struct kernel_expire expire;

	if (!t[SVTI_A_SA] || kernel_get_expire(&expire, t[SVTI_A_SA]))
		return;
	expire.from = *from;
	k->events.expire(k->events.ctx, &expire);
}

static void handle_mapping(struct kernel *k, const struct kernel_source *from, struct nlattr **t)
{
	struct kernel_mapping mapping;

	if (!k->events.mapping || !t[SVTI_A_SA] || kernel_get_mapping(&mapping, t[SVTI_A_SA]))
		return;
	mapping.from = *from;
	k->events.mapping(k->events.ctx, &mapping);
}

static void handle_event(struct kernel *k, struct nlmsghdr *h)
{
	struct nlattr *t[SVTI_A_MAX + 1];
	struct kernel_source from;

	if (h->nlmsg_type != k->family || kernel_attrs(h, t) || !get_source(&from, t))
		return;
	if (!in_sequence(k, &from))
		k->events.overrun(k->events.ctx);
	switch (genlmsg_hdr(h)->cmd) {
	case SVTI_CMD_ACQUIRE_NTF:
		handle_acquire(k, &from, t);
		break;
	case SVTI_CMD_SA_EXPIRE_NTF:
		handle_expire(k, &from, t);
		break;
	case SVTI_CMD_SA_MAPPING_NTF:
		handle_mapping(k, &from, t);
		break;
	}
}

/*
 * The handlers may ask the kernel in their turn, which uses the same buffer: so an event is
 * handled from a copy.
 */
static void handle_datagram(struct kernel *k, int len)
{
	char copy[KERNEL_EVENT_MAX] __attribute__((aligned(NLMSG_ALIGNTO)));
	struct nlmsghdr *h = (struct nlmsghdr *)copy;

	if (len > (int)sizeof(copy))
		return;
	memcpy(copy, k->buffer, len);
	for (; nlmsg_ok(h, len); h = nlmsg_next(h, &len))
		handle_event(k, h);
}

int kernel_events_read(struct kernel *k)
{
	int i, n;

	for (i = 0; i < EVENTS_AT_ONCE; i++) {
		n = kernel_read(k, k->notify, MSG_DONTWAIT);
		if (n == -EAGAIN)
			return 0;
		if (n == -ENOBUFS)
			k->events.overrun(k->events.ctx);
		else if (n < 0)
			return kernel_fail(k, n, "cannot read the events of svti: %s",
					   strerror(-n));
		else
			handle_datagram(k, n);
	}
	return 0;
}
