/* SPDX-License-Identifier: GPL-2.0 */
/* Objects as netlink attributes, for answers and for events alike. */
#ifndef _SVTI_ATTR_H
#define _SVTI_ATTR_H

#include <linux/netfilter.h>
#include <linux/skbuff.h>

struct svti_sa;

int svti_put_addr(struct sk_buff *msg, int type, const union nf_inet_addr *addr, u8 family);
int svti_put_sa_name(struct sk_buff *msg, const struct svti_sa *sa);
int svti_put_sa_counters(struct sk_buff *msg, const struct svti_sa *sa);

#endif /* _SVTI_ATTR_H */
