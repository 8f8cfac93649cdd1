/* SPDX-License-Identifier: GPL-2.0 */
/* What the outer header of a tunnel takes from the inner one, and what it gives back. */
#ifndef _SVTI_HEADER_H
#define _SVTI_HEADER_H

#include <linux/types.h>

struct sk_buff;
struct svti_outer_fields;

/**
 * struct svti_header - how the outer headers of an SA relate to the inner ones
 * @dscp_keep: outbound: bits of the TOS octet that are copied outward, ECN among them
 * @dscp_set: outbound: bits that are the same in all packets
 * @df: outbound: enum svti_df
 * @ttl: outbound: 0: copied
 * @decap_dscp: inbound: the outer DSCP is copied inward
 */
struct svti_header {
	u8 dscp_keep;
	u8 dscp_set;
	u8 df;
	u8 ttl;
	bool decap_dscp;
};

void svti_header_init(struct svti_header *header);
void svti_header_fix_dscp(struct svti_header *header, u8 dscp);
bool svti_header_dscp_is_fixed(const struct svti_header *header);
bool svti_header_may_fragment(const struct sk_buff *skb);
void svti_header_outward(const struct svti_header *header, const struct sk_buff *skb, u32 mtu,
			 struct svti_outer_fields *fields);
void svti_header_alone(const struct svti_header *header, struct svti_outer_fields *fields);
bool svti_header_inward(const struct svti_header *header, struct sk_buff *skb, u8 outer_tos);

#endif /* _SVTI_HEADER_H */
