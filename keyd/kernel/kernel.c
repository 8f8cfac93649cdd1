// SPDX-License-Identifier: GPL-2.0-or-later
/* The sockets: opening, asking, and what the kernel says when it refuses. */
#include <errno.h>
#include <linux/netlink.h>
#include <netlink/genl/ctrl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/time.h>

#include "kernel/priv.h"

enum {
	ANSWER_SECONDS = 10, /* the kernel answers at once, unless the answer was lost */
	DUMP_TRIES = 20,
};

int kernel_fail(struct kernel *k, int error, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(k->error, sizeof(k->error), fmt, ap);
	va_end(ap);
	return error;
}

const char *kernel_error(const struct kernel *k)
{
	return k->error;
}

struct nl_sock *kernel_socket(int protocol)
{
	const struct timeval patience = { .tv_sec = ANSWER_SECONDS };
	struct nl_sock *sock = nl_socket_alloc();
	int on = 1, fd;

	if (!sock)
		return NULL;
	if (nl_connect(sock, protocol) < 0) {
		nl_socket_free(sock);
		return NULL;
	}
	fd = nl_socket_get_fd(sock);
	/* Refused by old kernels only: then there is an errno without a sentence. */
	(void)setsockopt(fd, SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof(on));
	(void)setsockopt(fd, SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof(on));
	(void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	return sock;
}

/**
 * kernel_open - connect to the family of the loaded module
 * @why: a sentence when NULL is returned, static storage
 */
struct kernel *kernel_open(const char **why)
{
	struct kernel *k = calloc(1, sizeof(*k));

	*why = "out of memory";
	if (!k)
		return NULL;
	k->genl = kernel_socket(NETLINK_GENERIC);
	k->route = kernel_socket(NETLINK_ROUTE);
	if (!k->genl || !k->route) {
		*why = "cannot open a netlink socket";
		kernel_close(k);
		return NULL;
	}
	k->family = genl_ctrl_resolve(k->genl, SVTI_FAMILY_NAME);
	if (k->family < 0) {
		*why = "the svti kernel module is not loaded: modprobe svti";
		kernel_close(k);
		return NULL;
	}
	*why = NULL;
	return k;
}

void kernel_close(struct kernel *k)
{
	if (!k)
		return;
	nl_socket_free(k->genl);
	nl_socket_free(k->route);
	nl_socket_free(k->notify);
	explicit_bzero(k, sizeof(*k));
	free(k);
}

struct nl_msg *kernel_message(struct kernel *k, uint8_t cmd, int flags, int ifindex, size_t room)
{
	struct nl_msg *msg = nlmsg_alloc_size(NLMSG_HDRLEN + GENL_HDRLEN + 64 + room);

	if (!msg)
		return NULL;
	if (!genlmsg_put(msg, NL_AUTO_PORT, NL_AUTO_SEQ, k->family, 0, flags, cmd,
			 SVTI_FAMILY_VERSION) ||
	    nla_put_u32(msg, SVTI_A_IFINDEX, ifindex) < 0) {
		nlmsg_free(msg);
		return NULL;
	}
	return msg;
}

int kernel_read(struct kernel *k, struct nl_sock *sock, int flags)
{
	struct sockaddr_nl from = { 0 };
	socklen_t from_len = sizeof(from);
	ssize_t n;

	do {
		n = recvfrom(nl_socket_get_fd(sock), k->buffer, sizeof(k->buffer),
			     flags | MSG_TRUNC, (struct sockaddr *)&from, &from_len);
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		return -errno;
	if ((size_t)n > sizeof(k->buffer))
		return -EMSGSIZE;
	/* Any process may send to a netlink socket; port 0 is the kernel. */
	return from_len < sizeof(from) || from.nl_pid ? 0 : (int)n;
}

/* The extended ack behind an error, or behind the status of a dump's end. */
static void keep_sentence(struct kernel *k, struct nlmsghdr *h, size_t offset)
{
	struct nlattr *attr, *msg = NULL;
	int rest;

	if (!(h->nlmsg_flags & NLM_F_ACK_TLVS) || nlmsg_datalen(h) < (int)offset)
		return;
	rest = nlmsg_datalen(h) - offset;
	attr = (struct nlattr *)((char *)nlmsg_data(h) + offset);
	for (; nla_ok(attr, rest); attr = nla_next(attr, &rest))
		if (nla_type(attr) == NLMSGERR_ATTR_MSG)
			msg = attr;
	if (msg && nla_len(msg) > 0)
		snprintf(k->error, sizeof(k->error), "%.*s", nla_len(msg), (char *)nla_data(msg));
}

/* Returns the status of an NLMSG_ERROR (0: an ack) with its sentence kept. */
static int take_error(struct kernel *k, struct nlmsghdr *h)
{
	struct nlmsgerr *err = nlmsg_data(h);
	size_t offset = sizeof(*err);

	if (nlmsg_datalen(h) < (int)sizeof(*err))
		return -EBADMSG;
	if (!(h->nlmsg_flags & NLM_F_CAPPED) && err->msg.nlmsg_len > NLMSG_HDRLEN)
		offset += NLMSG_ALIGN(err->msg.nlmsg_len - NLMSG_HDRLEN);
	if (err->error)
		keep_sentence(k, h, offset);
	return err->error > 0 ? -EBADMSG : err->error;
}

static int take_done(struct kernel *k, struct nlmsghdr *h)
{
	int status = 0;

	if (nlmsg_datalen(h) >= (int)sizeof(status))
		memcpy(&status, nlmsg_data(h), sizeof(status));
	if (status < 0)
		keep_sentence(k, h, NLMSG_ALIGN(sizeof(status)));
	return status < 0 ? status : 0;
}

struct answer {
	uint32_t seq;
	bool changed; /* NLM_F_DUMP_INTR was seen */
	kernel_reply reply;
	void *ctx;
	int error; /* of reply() */
};

/* Returns true at the end of the answer, whose status is in *status then. */
static bool take_datagram(struct kernel *k, struct answer *a, int len, int *status)
{
	struct nlmsghdr *h = (struct nlmsghdr *)k->buffer;

	for (; nlmsg_ok(h, len); h = nlmsg_next(h, &len)) {
		if (h->nlmsg_seq != a->seq)
			continue;
		a->changed |= !!(h->nlmsg_flags & NLM_F_DUMP_INTR);
		if (h->nlmsg_type == NLMSG_ERROR) {
			*status = take_error(k, h);
			return true;
		}
		if (h->nlmsg_type == NLMSG_DONE) {
			*status = take_done(k, h);
			return true;
		}
		if (h->nlmsg_type >= NLMSG_MIN_TYPE && a->reply && !a->error)
			a->error = a->reply(a->ctx, h);
	}
	return false;
}

static int take_answer(struct kernel *k, struct nl_sock *sock, struct answer *a)
{
	int status = 0, n;

	do {
		n = kernel_read(k, sock, 0);
		if (n < 0)
			return n;
	} while (!take_datagram(k, a, n, &status));

	if (!status && a->error)
		return a->error;
	return !status && a->changed ? -EINTR : status;
}

static int send_message(struct nl_sock *sock, struct nl_msg *msg, struct answer *a)
{
	struct nlmsghdr *h = nlmsg_hdr(msg);

	if (!(h->nlmsg_flags & NLM_F_DUMP))
		h->nlmsg_flags |= NLM_F_ACK;
	nl_complete_msg(sock, msg);
	a->seq = h->nlmsg_seq;
	return nl_send(sock, msg) < 0 ? -EIO : 0;
}

int kernel_call(struct kernel *k, struct nl_sock *sock, struct nl_msg *msg, int error,
		const char *what, kernel_reply reply, void *ctx)
{
	struct answer a = { .reply = reply, .ctx = ctx };

	k->error[0] = 0;
	if (!msg)
		return kernel_fail(k, -ENOMEM, "%s: out of memory", what);
	if (!error)
		error = send_message(sock, msg, &a);
	/* Keys are in it. libnl sends from this buffer and makes no copy. */
	explicit_bzero(nlmsg_data(nlmsg_hdr(msg)), nlmsg_datalen(nlmsg_hdr(msg)));
	nlmsg_free(msg);
	if (!error)
		error = take_answer(k, sock, &a);
	if (error == -EPERM && !k->error[0])
		return kernel_fail(k, error, "%s: permission denied, CAP_NET_ADMIN is needed",
				   what);
	if (error && !k->error[0])
		return kernel_fail(k, error, "%s: %s", what, strerror(-error));
	return error;
}

int kernel_attrs(struct nlmsghdr *h, struct nlattr **table)
{
	static struct nla_policy policy[SVTI_A_MAX + 1] = {
		[SVTI_A_IFINDEX] = { .type = NLA_U32 },	  [SVTI_A_SA] = { .type = NLA_NESTED },
		[SVTI_A_SP] = { .type = NLA_NESTED },	  [SVTI_A_ACQUIRE] = { .type = NLA_NESTED },
		[SVTI_A_EVENT_SEQ] = { .type = NLA_U32 }, [SVTI_A_IFNAME] = { .type = NLA_STRING },
		[SVTI_A_NETNSID] = { .type = NLA_S32 },
	};

	return genlmsg_parse(h, 0, table, SVTI_A_MAX, policy) < 0 ? -EBADMSG : 0;
}

int kernel_dump(struct kernel *k, const char *what, int (*once)(struct kernel *k, void *ctx),
		void (*again)(void *ctx), void *ctx)
{
	int error, i;

	for (i = 0; i < DUMP_TRIES; i++) {
		error = once(k, ctx);
		if (error != -EINTR)
			return error;
		again(ctx);
	}
	return kernel_fail(k, -EAGAIN, "%s: they change faster than they can be read", what);
}
