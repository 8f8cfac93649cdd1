// SPDX-License-Identifier: GPL-2.0-or-later
/* Policies: install, look, delete. */
#include <errno.h>
#include <netlink/attr.h>
#include <stdlib.h>

#include "kernel/priv.h"

static int take_index(void *ctx, struct nlmsghdr *h)
{
	struct nlattr *table[SVTI_A_MAX + 1];
	struct kernel_sp sp;

	if (kernel_attrs(h, table) || !table[SVTI_A_SP] || kernel_get_sp(&sp, table[SVTI_A_SP]))
		return -EBADMSG;
	*(uint32_t *)ctx = sp.index;
	return 0;
}

int kernel_sp_new(struct kernel *k, int ifindex, const struct kernel_sp *sp, unsigned int sps,
		  uint32_t *index)
{
	int error = 0, flags = index ? NLM_F_ECHO : 0;
	uint32_t ignored;
	struct nl_msg *msg;
	unsigned int i;

	if (!sps || sps > SVTI_BATCH_MAX)
		return kernel_fail(k, -E2BIG, "%u policies in one step, at most %d fit", sps,
				   SVTI_BATCH_MAX);
	msg = kernel_message(k, SVTI_CMD_SP_NEW, flags, ifindex, sps * KERNEL_SP_ROOM);
	for (i = 0; msg && i < sps && !error; i++)
		error = kernel_put_sp(msg, &sp[i]);
	return kernel_call(k, k->genl, msg, error, "cannot add the policy", take_index,
			   index ? index : &ignored);
}

/* A request that carries at most one policy. */
static int call_with(struct kernel *k, uint8_t cmd, int flags, int ifindex,
		     const struct kernel_sp *sp, const char *what, kernel_reply reply, void *ctx)
{
	struct nl_msg *msg = kernel_message(k, cmd, flags, ifindex, KERNEL_SP_ROOM);

	return kernel_call(k, k->genl, msg, msg && sp ? kernel_put_sp(msg, sp) : 0, what, reply,
			   ctx);
}

int kernel_sp_set(struct kernel *k, int ifindex, const struct kernel_sp *sp)
{
	const struct kernel_sp set = {
		.index = sp->index,
		.has_priority = sp->has_priority,
		.priority = sp->priority,
		.has_reqid = sp->has_reqid,
		.reqid = sp->reqid,
		.action = sp->action,
	};

	return call_with(k, SVTI_CMD_SP_SET, 0, ifindex, &set, "cannot change the policy", NULL,
			 NULL);
}

/* What is not index, direction, selector or priority names no policy, and is refused. */
int kernel_sp_del(struct kernel *k, int ifindex, const struct kernel_sp *sp)
{
	struct kernel_sp key = { .index = sp->index };

	if (!sp->index) {
		key = *sp;
		key.has_reqid = false;
		key.reqid = 0;
		key.action = 0;
	}
	return call_with(k, SVTI_CMD_SP_DEL, 0, ifindex, &key, "cannot delete the policy", NULL,
			 NULL);
}

int kernel_sp_flush(struct kernel *k, int ifindex, uint32_t dir, uint32_t reqid)
{
	const struct kernel_sp sp = { .dir = dir, .reqid = reqid };

	return call_with(k, SVTI_CMD_SP_FLUSH, 0, ifindex, dir || reqid ? &sp : NULL,
			 "cannot flush the policies", NULL, NULL);
}

struct list {
	int ifindex;
	struct kernel_sp *sp;
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
		if (nla_type(attr) != SVTI_A_SP)
			continue;
		if (list->count == list->cap) {
			size_t cap = list->cap ? 2 * list->cap : 16;
			struct kernel_sp *more = reallocarray(list->sp, cap, sizeof(*more));

			if (!more)
				return -ENOMEM;
			list->sp = more;
			list->cap = cap;
		}
		if (kernel_get_sp(&list->sp[list->count], attr))
			return -EBADMSG;
		list->count++;
	}
	return 0;
}

static int dump_once(struct kernel *k, void *ctx)
{
	struct list *list = ctx;

	return call_with(k, SVTI_CMD_SP_GET, NLM_F_DUMP, list->ifindex, NULL,
			 "cannot list the policies", take_several, list);
}

static void dump_again(void *ctx)
{
	((struct list *)ctx)->count = 0;
}

int kernel_sp_each(struct kernel *k, int ifindex,
		   void (*each)(void *ctx, const struct kernel_sp *sp), void *ctx)
{
	struct list list = { .ifindex = ifindex };
	size_t i;
	int error;

	error = kernel_dump(k, "cannot list the policies", dump_once, dump_again, &list);
	for (i = 0; !error && i < list.count; i++)
		each(ctx, &list.sp[i]);
	free(list.sp);
	return error;
}
