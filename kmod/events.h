/* SPDX-License-Identifier: GPL-2.0 */
/* What the kernel tells without being asked. */
#ifndef _SVTI_EVENTS_H
#define _SVTI_EVENTS_H

#include <linux/netfilter.h>
#include <net/genetlink.h>
#include <svti.h>

struct svti_device;
struct svti_flow;
struct svti_policy;
struct svti_sa;

/* Multicast groups of the family, in the order of its table. */
enum svti_mcgrp {
	SVTI_MCGRP_INDEX_SA,
	SVTI_MCGRP_INDEX_ACQUIRE,
};

/* Defined by netlink.c, which nothing but this needs to know. */
extern struct genl_family svti_genl_family;

void svti_event_acquire(struct svti_device *sdev, const struct svti_policy *policy,
			const struct svti_flow *flow);
void svti_event_expire(struct svti_sa *sa, enum svti_expire_reason reason, bool hard);
void svti_event_mapping(struct svti_sa *sa, const union nf_inet_addr *src, __be16 sport);

#endif /* _SVTI_EVENTS_H */
