// SPDX-License-Identifier: GPL-2.0
/* sa-new and sp-new: SAs and policies of one request, installed in one step. */
#include <linux/slab.h>

#include "db.h"
#include "events.h"
#include "netlink.h"
#include "refusal.h"
#include "sad.h"
#include "spd.h"

static void free_batch(struct svti_batch *batch)
{
	for (u32 i = 0; i < batch->sas; i++)
		svti_sa_kill(batch->sa[i]);
	for (u32 i = 0; i < batch->policies; i++)
		svti_policy_free(batch->policy[i]);
	kfree(batch);
}

static int parse_object(struct genl_info *info, const struct nlattr *attr, bool with_sas,
			struct svti_batch *batch)
{
	struct netlink_ext_ack *extack = info->extack;
	int err;

	if (batch->sas + batch->policies == SVTI_BATCH_MAX) {
		NL_SET_ERR_MSG_ATTR(extack, attr, "One request installs up to 256 SAs and policies: send several");
		return -E2BIG;
	}
	switch (nla_type(attr)) {
	case SVTI_A_SA:
		if (!with_sas) {
			NL_SET_ERR_MSG_ATTR(extack, attr, "sp-new installs policies: use sa-new for both");
			return -EINVAL;
		}
		err = svti_nl_sa_parse_new(info->user_ptr[0], attr, &batch->sa[batch->sas], extack);
		batch->sas += !err;
		return err;
	case SVTI_A_SP:
		err = svti_nl_sp_parse_new(attr, &batch->policy[batch->policies], extack);
		batch->policies += !err;
		return err;
	}
	return 0;
}

/* All objects of a request, made but not installed. */
static int parse(struct genl_info *info, bool with_sas, struct svti_batch *batch)
{
	const struct nlattr *head = nlmsg_attrdata(info->nlhdr, GENL_HDRLEN);
	int len = nlmsg_attrlen(info->nlhdr, GENL_HDRLEN);
	const struct nlattr *attr;
	int rest, err;

	nla_for_each_attr(attr, head, len, rest) {
		err = parse_object(info, attr, with_sas, batch);
		if (err)
			return err;
	}
	if (batch->sas || (!with_sas && batch->policies))
		return 0;
	if (with_sas)
		NL_SET_ERR_MSG(info->extack, "sa-new needs at least one SVTI_A_SA");
	else
		NL_SET_ERR_MSG(info->extack, "sp-new needs at least one SVTI_A_SP");
	return -EINVAL;
}

/* Room for an answer, made before there is something to answer: later it must not fail. */
static struct sk_buff *begin_echo(struct genl_info *info, u32 policies)
{
	u32 one = nla_total_size(nla_total_size(sizeof(u32)));

	return genlmsg_new(nla_total_size(sizeof(u32)) + policies * one, GFP_KERNEL);
}

/* The index of each policy, in the order of the request. */
static void send_echo(struct genl_info *info, struct svti_device *sdev, struct sk_buff *msg,
		      const u32 *index, u32 count)
{
	struct nlattr *nest;
	void *header;

	header = genlmsg_put_reply(msg, info, &svti_genl_family, 0, info->genlhdr->cmd);
	if (!header || nla_put_u32(msg, SVTI_A_IFINDEX, sdev->dev->ifindex))
		goto too_small;
	for (u32 i = 0; i < count; i++) {
		nest = nla_nest_start(msg, SVTI_A_SP);
		if (!nest || nla_put_u32(msg, SVTI_A_SP_INDEX, index[i]))
			goto too_small;
		nla_nest_end(msg, nest);
	}
	genlmsg_end(msg, header);
	genlmsg_reply(msg, info);
	return;

too_small:
	nlmsg_free(msg);
}

/* Install what was parsed; on success the batch is empty. */
static int install(struct genl_info *info, struct svti_batch *batch, u32 *index)
{
	struct svti_device *sdev = svti_nl_lock(info);
	int err;

	if (IS_ERR(sdev))
		return PTR_ERR(sdev);
	err = svti_db_install(sdev, batch, info->extack);
	if (!err) {
		for (u32 i = 0; i < batch->policies; i++)
			index[i] = batch->policy[i]->index;
		batch->sas = 0;
		batch->policies = 0;
	}
	svti_nl_unlock(sdev);
	return err;
}

static int make(struct genl_info *info, bool with_sas)
{
	struct svti_batch *batch = kzalloc(sizeof(*batch), GFP_KERNEL);
	u32 *index = kcalloc(SVTI_BATCH_MAX, sizeof(*index), GFP_KERNEL);
	struct sk_buff *echo = NULL;
	u32 policies = 0;
	int err = -ENOMEM;

	if (!batch || !index)
		goto free;
	err = parse(info, with_sas, batch);
	if (err)
		goto free;
	policies = batch->policies;
	if (policies && (info->nlhdr->nlmsg_flags & NLM_F_ECHO)) {
		echo = begin_echo(info, policies);
		err = echo ? 0 : -ENOMEM;
	}
	if (!err)
		err = install(info, batch, index);
	if (echo && !err)
		/* All is installed, also if the answer does not fit in the asker's buffer. */
		send_echo(info, info->user_ptr[0], echo, index, policies);
	else
		nlmsg_free(echo);
free:
	if (batch)
		free_batch(batch);
	kfree(index);
	return err;
}

int svti_nl_sa_new(struct sk_buff *skb, struct genl_info *info)
{
	return make(info, true);
}

int svti_nl_sp_new(struct sk_buff *skb, struct genl_info *info)
{
	return make(info, false);
}
