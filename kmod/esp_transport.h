/* SPDX-License-Identifier: GPL-2.0 */
/* Transport mode: ESP between the headers of a packet and what they carry, RFC 4303 3.1.1. */
#ifndef _SVTI_ESP_TRANSPORT_H
#define _SVTI_ESP_TRANSPORT_H

#include <linux/types.h>

#include "stats.h"

struct net;
struct sk_buff;
struct svti_outer;
struct svti_sa;

/* Sending, in this order. */
struct sk_buff *svti_transport_whole(struct net *net, struct sk_buff *skb);
enum svti_drop svti_transport_admit(const struct svti_outer *outer, const struct sk_buff *skb,
				    u32 *keep);
u8 svti_transport_split(const struct svti_outer *outer, struct sk_buff *skb, u32 keep, u32 gap);
bool svti_transport_push(const struct svti_outer *outer, struct sk_buff *skb, u32 keep, bool udp);

/* Receiving. */
enum svti_drop svti_transport_join(const struct svti_sa *sa, struct sk_buff *skb, u8 next_header,
				   u32 keep, bool udp);

#endif /* _SVTI_ESP_TRANSPORT_H */
