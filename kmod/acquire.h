/* SPDX-License-Identifier: GPL-2.0 */
/* Packets that wait for an SA, and the question for it. */
#ifndef _SVTI_ACQUIRE_H
#define _SVTI_ACQUIRE_H

struct sk_buff;
struct svti_device;
struct svti_flow;
struct svti_policy;
struct svti_sa;

int svti_acquire_attach(struct svti_device *sdev, struct svti_policy *policy);
void svti_acquire_detach(struct svti_policy *policy);

struct svti_sa *svti_acquire_hold(struct svti_policy *policy, const struct svti_flow *flow,
				  struct sk_buff *skb, bool waited);
void svti_acquire_link(struct svti_policy *policy, struct svti_sa *sa);
void svti_acquire_retry(struct svti_policy *policy);
void svti_acquire_flush(struct svti_policy *policy);

#endif /* _SVTI_ACQUIRE_H */
