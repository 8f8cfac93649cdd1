// SPDX-License-Identifier: GPL-2.0-or-later
/* What the kernel tells unasked: acquires, expiries, and that some of them were lost. */
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
static bool in_sequence(struct kernel *k, uint32_t ifindex, uint32_t seq)
{
	struct kernel_seq *last = &k->seq[ifindex % KERNEL_SEQ_SLOTS];
	bool fine = last->ifindex != ifindex || last->seq + 1 == seq;

	last->ifindex = ifindex;
	last->seq = seq;
	return fine;
}

static void handle_event(struct kernel *k, struct nlmsghdr *h)
{
	struct nlattr *t[SVTI_A_MAX + 1];
	struct kernel_acquire acquire;
	struct kernel_expire expire;
	uint32_t ifindex, seq;

	if (h->nlmsg_type != k->family || kernel_attrs(h, t) || !t[SVTI_A_IFINDEX] ||
	    !t[SVTI_A_EVENT_SEQ])
		return;
	ifindex = nla_get_u32(t[SVTI_A_IFINDEX]);
	seq = nla_get_u32(t[SVTI_A_EVENT_SEQ]);
	if (!in_sequence(k, ifindex, seq))
		k->events.overrun(k->events.ctx);

	if (genlmsg_hdr(h)->cmd == SVTI_CMD_ACQUIRE_NTF && t[SVTI_A_ACQUIRE] &&
	    !kernel_get_acquire(&acquire, t[SVTI_A_ACQUIRE])) {
		acquire.ifindex = ifindex;
		acquire.seq = seq;
		k->events.acquire(k->events.ctx, &acquire);
	}
	if (genlmsg_hdr(h)->cmd == SVTI_CMD_SA_EXPIRE_NTF && t[SVTI_A_SA] &&
	    !kernel_get_expire(&expire, t[SVTI_A_SA])) {
		expire.ifindex = ifindex;
		expire.seq = seq;
		k->events.expire(k->events.ctx, &expire);
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
