// SPDX-License-Identifier: GPL-2.0-or-later
/* Security associations: install, look, delete. */
#include <errno.h>
#include <netlink/attr.h>
#include <stdlib.h>

#include "kernel/priv.h"

int kernel_sa_new(struct kernel *k, int ifindex, const struct kernel_sa *sa, unsigned int sas,
		  const struct kernel_sp *sp, unsigned int sps)
{
	struct nl_msg *msg;
	unsigned int i;
	int error = 0;

	if (!sas || sas > SVTI_BATCH_MAX || sps > SVTI_BATCH_MAX - sas)
		return kernel_fail(k, -E2BIG, "%u SAs and %u policies in one step, at most %d fit",
				   sas, sps, SVTI_BATCH_MAX);
	msg = kernel_message(k, SVTI_CMD_SA_NEW, 0, ifindex,
			     sas * KERNEL_SA_ROOM + sps * KERNEL_SP_ROOM);
	for (i = 0; msg && i < sas && !error; i++)
		error = kernel_put_sa(msg, &sa[i]);
	for (i = 0; msg && i < sps && !error; i++)
		error = kernel_put_sp(msg, &sp[i]);
	return kernel_call(k, k->genl, msg, error, "cannot install the SA", NULL, NULL);
}

/* A request that carries at most one SA. */
static int call_with(struct kernel *k, uint8_t cmd, int flags, int ifindex,
		     const struct kernel_sa *sa, const char *what, kernel_reply reply, void *ctx)
{
	struct nl_msg *msg = kernel_message(k, cmd, flags, ifindex, KERNEL_SA_ROOM);

	return kernel_call(k, k->genl, msg, msg && sa ? kernel_put_sa(msg, sa) : 0, what, reply,
			   ctx);
}

int kernel_sa_set(struct kernel *k, int ifindex, const struct kernel_sa *sa)
{
	return call_with(k, SVTI_CMD_SA_SET, 0, ifindex, sa, "cannot change the SA", NULL, NULL);
}

int kernel_sa_del(struct kernel *k, int ifindex, uint32_t dir, uint32_t spi, const struct addr *dst)
{
	struct kernel_sa sa = { .dir = dir, .spi = spi };

	if (dst)
		sa.dst = *dst;
	return call_with(k, SVTI_CMD_SA_DEL, 0, ifindex, &sa, "cannot delete the SA", NULL, NULL);
}

int kernel_sa_flush(struct kernel *k, int ifindex, uint32_t dir, uint32_t reqid)
{
	const struct kernel_sa sa = { .dir = dir, .reqid = reqid };

	return call_with(k, SVTI_CMD_SA_FLUSH, 0, ifindex, dir || reqid ? &sa : NULL,
			 "cannot flush the SAs", NULL, NULL);
}

struct one {
	struct kernel_sa *sa;
	bool found;
};

static int take_one(void *ctx, struct nlmsghdr *h)
{
	struct nlattr *table[SVTI_A_MAX + 1];
	struct one *one = ctx;

	if (kernel_attrs(h, table) || !table[SVTI_A_SA] || kernel_get_sa(one->sa, table[SVTI_A_SA]))
		return -EBADMSG;
	one->found = true;
	return 0;
}

int kernel_sa_get(struct kernel *k, int ifindex, uint32_t dir, uint32_t spi, struct kernel_sa *sa)
{
	const struct kernel_sa key = { .dir = dir, .spi = spi };
	struct one one = { .sa = sa };
	int error;

	error = call_with(k, SVTI_CMD_SA_GET, 0, ifindex, &key, "cannot get the SA", take_one,
			  &one);
	if (!error && !one.found)
		return kernel_fail(k, -ENOENT, "the kernel answered without an SA");
	return error;
}

struct list {
	int ifindex;
	struct kernel_sa *sa;
	size_t count, cap;
};

static int take_several(void *ctx, struct nlmsghdr *h)
{
	struct list *list = ctx;
	struct nlattr *attr;
	int rest;

	if (!genlmsg_valid_hdr(h, 0))
		return -EBADMSG;
	nla_for_each_attr(attr, genlmsg_attrdata(genlmsg_hdr(h), 0),
			  genlmsg_attrlen(genlmsg_hdr(h), 0), rest) {
		if (nla_type(attr) != SVTI_A_SA)
			continue;
		if (list->count == list->cap) {
			size_t cap = list->cap ? 2 * list->cap : 16;
			struct kernel_sa *more = reallocarray(list->sa, cap, sizeof(*more));

			if (!more)
				return -ENOMEM;
			list->sa = more;
			list->cap = cap;
		}
		if (kernel_get_sa(&list->sa[list->count], attr))
			return -EBADMSG;
		list->count++;
	}
	return 0;
}

static int dump_once(struct kernel *k, void *ctx)
{
	struct list *list = ctx;

	return call_with(k, SVTI_CMD_SA_GET, NLM_F_DUMP, list->ifindex, NULL, "cannot list the SAs",
			 take_several, list);
}

static void dump_again(void *ctx)
{
	((struct list *)ctx)->count = 0;
}

int kernel_sa_each(struct kernel *k, int ifindex,
		   void (*each)(void *ctx, const struct kernel_sa *sa), void *ctx)
{
	struct list list = { .ifindex = ifindex };
	size_t i;
	int error;

	error = kernel_dump(k, "cannot list the SAs", dump_once, dump_again, &list);
	for (i = 0; !error && i < list.count; i++)
		each(ctx, &list.sa[i]);
	free(list.sa);
	return error;
}
