/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of this room share. Nobody else includes it. */
#ifndef KEYD_KERNEL_PRIV_H
#define KEYD_KERNEL_PRIV_H

#include <netlink/genl/genl.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>

#include "kernel/kernel.h"

enum {
	KERNEL_ERROR_MAX = 512,
	KERNEL_BUFFER = 65536, /* one datagram: dumps come in at most 32 KiB each */
	KERNEL_EVENT_MAX = 4096,
	KERNEL_SEQ_SLOTS = 1024,
	KERNEL_SA_ROOM = 512, /* octets that one SA takes in a message at most, with keys */
	KERNEL_SP_ROOM = 160,
};

/* The last event of one device. */
struct kernel_seq {
	uint32_t ifindex; /* 0: empty */
	int32_t netnsid;
	uint32_t seq;
};

struct kernel {
	struct nl_sock *genl;
	struct nl_sock *route;
	struct nl_sock *notify; /* NULL until kernel_events_open() */
	int family;
	struct kernel_events events;
	struct kernel_seq seq[KERNEL_SEQ_SLOTS];
	char error[KERNEL_ERROR_MAX];
	char buffer[KERNEL_BUFFER] __attribute__((aligned(NLMSG_ALIGNTO)));
};

/**
 * kernel_reply - one message of an answer
 * Returns 0 or a negative errno, which ends the call.
 */
typedef int (*kernel_reply)(void *ctx, struct nlmsghdr *h);

/* Set the sentence of kernel_error() and return @error. */
int kernel_fail(struct kernel *k, int error, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* A request of the family for a device, with room for @room octets of attributes, or NULL. */
struct nl_msg *kernel_message(struct kernel *k, uint8_t cmd, int flags, int ifindex, size_t room);
/*
 * Send @msg, take the whole answer, wipe and free @msg, which may be NULL (out of memory).
 * @error: of building the message; nothing is sent then.
 * @what begins the sentence when the kernel gave only an errno: "cannot add the SA".
 * Returns 0, or a negative errno; -EINTR: a dump that changed on the way.
 */
int kernel_call(struct kernel *k, struct nl_sock *sock, struct nl_msg *msg, int error,
		const char *what, kernel_reply reply, void *ctx);
/* The attributes of an answer or event of the family, SVTI_A_MAX + 1 of them. 0 or -EBADMSG. */
int kernel_attrs(struct nlmsghdr *h, struct nlattr **table);
/*
 * Call @once until the dump that it makes was not interrupted by a change, @again before
 * each repetition.
 */
int kernel_dump(struct kernel *k, const char *what, int (*once)(struct kernel *k, void *ctx),
		void (*again)(void *ctx), void *ctx);
/* Octets in one datagram of @sock in k->buffer, 0: not from the kernel, or a negative errno. */
int kernel_read(struct kernel *k, struct nl_sock *sock, int flags);
/* A connected netlink socket with extended acks, or NULL. */
struct nl_sock *kernel_socket(int protocol);

/* Attributes <-> structures. put: 0 or -EMSGSIZE; get: 0 or -EBADMSG. */
int kernel_put_sa(struct nl_msg *msg, const struct kernel_sa *sa);
int kernel_put_sp(struct nl_msg *msg, const struct kernel_sp *sp);
int kernel_put_addr(struct nl_msg *msg, int attr, const struct addr *a);
int kernel_get_sa(struct kernel_sa *sa, struct nlattr *nest);
/* The SA of an event that says why it came. */
int kernel_get_expire(struct kernel_expire *expire, struct nlattr *nest);
int kernel_get_mapping(struct kernel_mapping *mapping, struct nlattr *nest);
int kernel_get_sp(struct kernel_sp *sp, struct nlattr *nest);
int kernel_get_acquire(struct kernel_acquire *acquire, struct nlattr *nest);

#endif
