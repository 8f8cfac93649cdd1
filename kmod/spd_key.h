/* SPDX-License-Identifier: GPL-2.0 */
/* What the SPD hashes and compares of a selector or a packet. Private to spd*.c. */
#ifndef _SVTI_SPD_KEY_H
#define _SVTI_SPD_KEY_H

#include <linux/string.h>

#include "spd.h"

#define SPD_PORT_BITS 16
#define SPD_PORT_STEP 4
#define SPD_PORT_MAX  0xffff

/*
 * Addresses come last, source before destination, without a gap: only the words in use are
 * hashed and compared. Everything before them is part of the shape or masked by it.
 */
struct svti_spd_key {
	u8 dir;
	u8 family;
	u8 src_len;
	u8 dst_len;
	u8 sport_len;
	u8 dport_len;
	u8 has_proto;
	u8 proto;
	u16 sport;
	u16 dport;
	u32 addr[8];
};

#define SPD_KEY_WORDS_FIXED (offsetof(struct svti_spd_key, addr) / sizeof(u32))

static inline u32 spd_addr_words(u8 family)
{
	return family == AF_INET ? 2 : family == AF_INET6 ? 8 : 0;
}

static inline void spd_set_addrs(u32 *words, u8 family, const union nf_inet_addr *src,
				 const union nf_inet_addr *dst)
{
	if (family == AF_INET) {
		words[0] = (__force u32)src->ip;
		words[1] = (__force u32)dst->ip;
	} else if (family == AF_INET6) {
		memcpy(&words[0], src->all, sizeof(src->all));
		memcpy(&words[4], dst->all, sizeof(dst->all));
	}
}

static inline u16 spd_port_mask(u8 len)
{
	return SPD_PORT_MAX << (SPD_PORT_BITS - len);
}

/* Of two policies that select a packet, the first one decides. */
static inline bool spd_goes_before(const struct svti_policy *a, const struct svti_policy *b)
{
	return a->rank < b->rank || (a->rank == b->rank && a->age < b->age);
}

void svti_spd_key_set(struct svti_spd_key *key, u8 dir, const struct svti_selector *sel);
void svti_spd_prefix_mask(union nf_inet_addr *mask, u8 family, u8 len);
u64 svti_spd_rank(u32 priority, const struct svti_selector *sel);
bool svti_spd_wild(const struct svti_selector *sel);

#endif /* _SVTI_SPD_KEY_H */
