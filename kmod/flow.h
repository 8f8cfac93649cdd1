/* SPDX-License-Identifier: GPL-2.0 */
/* From an inner packet to what the SPD wants to know of it. */
#ifndef _SVTI_FLOW_H
#define _SVTI_FLOW_H

#include <linux/skbuff.h>

struct svti_flow;

bool svti_proto_has_ports(u8 proto);
bool svti_flow_read(struct sk_buff *skb, struct svti_flow *flow);

#endif /* _SVTI_FLOW_H */
