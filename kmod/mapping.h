/* SPDX-License-Identifier: GPL-2.0 */
/* What an authenticated packet tells of its sender's address. */
#ifndef _SVTI_MAPPING_H
#define _SVTI_MAPPING_H

#include <linux/skbuff.h>

struct svti_sa;

void svti_mapping_check(struct svti_sa *sa, const struct sk_buff *skb, __be16 sport, u64 seq);

#endif /* _SVTI_MAPPING_H */
