// SPDX-License-Identifier: GPL-2.0
/* What a selector is: when it is valid, which bits it looks at, how specific it is. */
#include <linux/bitops.h>
#include <linux/math.h>
#include <linux/minmax.h>

#include "spd_key.h"

/*
 * Bits at the top that all ports of a range have in common, in steps of SPD_PORT_STEP: fewer
 * shapes to walk, and still no more than 15 disjoint ranges in a cell, one around the middle of
 * each block of ports that is no longer told apart. OPAQUE goes where ANY is.
 */
static u8 port_len(u16 min, u16 max)
{
	return round_down(SPD_PORT_BITS - fls(min ^ max), SPD_PORT_STEP);
}

/**
 * svti_spd_prefix_mask() - the mask of a prefix
 * @mask: all zero
 * @family: AF_UNSPEC for no bits, AF_INET or AF_INET6
 * @len: its bits
 */
void svti_spd_prefix_mask(union nf_inet_addr *mask, u8 family, u8 len)
{
	u32 words = family == AF_INET6 ? 4 : 1;

	for (u32 i = 0; i < words; i++) {
		u32 bits = min_t(u32, len, 32);

		mask->all[i] = (__force u32)htonl(bits ? ~0U << (32 - bits) : 0);
		len -= bits;
	}
}

/**
 * svti_spd_key_set() - where the policies of a selector are kept
 * @key: the result
 * @dir: direction
 * @sel: a valid selector
 */
void svti_spd_key_set(struct svti_spd_key *key, u8 dir, const struct svti_selector *sel)
{
	u8 sport_len = port_len(sel->sport_min, sel->sport_max);
	u8 dport_len = port_len(sel->dport_min, sel->dport_max);

	*key = (struct svti_spd_key){
		.dir = dir,
		.family = sel->family,
		.src_len = sel->src_len,
		.dst_len = sel->dst_len,
		.sport_len = sport_len,
		.dport_len = dport_len,
		.has_proto = !!sel->proto,
		.proto = sel->proto,
		.sport = sel->sport_min & spd_port_mask(sport_len),
		.dport = sel->dport_min & spd_port_mask(dport_len),
	};
	spd_set_addrs(key->addr, sel->family, &sel->src, &sel->dst);
}

/**
 * svti_spd_wild() - does it match every packet of its family?
 * @sel: a valid selector
 *
 * Return: true if nothing but the family counts.
 */
bool svti_spd_wild(const struct svti_selector *sel)
{
	return !sel->src_len && !sel->dst_len && !sel->proto &&
	       svti_ports_any(sel->sport_min, sel->sport_max) &&
	       svti_ports_any(sel->dport_min, sel->dport_max);
}

static u32 port_span(u16 min, u16 max)
{
	return svti_ports_opaque(min, max) ? 0 : max - min;
}

/**
 * svti_spd_rank() - place in the order of policies
 * @priority: a smaller number goes first
 * @sel: a valid selector
 *
 * The priority is above 29 bits of specificity, compared part by part: a family before none,
 * more bits of prefix in sum, a protocol before none, fewer ports in sum, of which OPAQUE is
 * one. If everything that A selects is selected by B too, A is not less specific in any part:
 * of two nested selectors of equal priority the inner one goes first.
 *
 * Return: a number that is smaller for what goes first; the age breaks ties.
 */
u64 svti_spd_rank(u32 priority, const struct svti_selector *sel)
{
	u32 ports = port_span(sel->sport_min, sel->sport_max) +
		    port_span(sel->dport_min, sel->dport_max);
	u32 rank = sel->family == AF_UNSPEC;

	rank = rank << 9 | (256 - sel->src_len - sel->dst_len);
	rank = rank << 1 | !sel->proto;
	rank = rank << 17 | ports;
	return (u64)priority << 32 | rank;
}

static bool addr_has_host_bits(const union nf_inet_addr *addr, u8 family, u8 len)
{
	union nf_inet_addr mask = {};
	u32 words = family == AF_INET6 ? 4 : 1;

	svti_spd_prefix_mask(&mask, family, len);
	for (u32 i = 0; i < words; i++)
		if (addr->all[i] & ~mask.all[i])
			return true;
	return false;
}

static bool range_valid(u16 min, u16 max)
{
	return min <= max || svti_ports_opaque(min, max);
}

/**
 * svti_selector_valid() - is a selector as struct svti_selector demands?
 * @sel: the selector
 *
 * Return: false for an unknown family, a prefix that is too long or has bits beyond its
 * length, or a range that ends before it begins and is not OPAQUE.
 */
bool svti_selector_valid(const struct svti_selector *sel)
{
	u8 max;

	switch (sel->family) {
	case AF_UNSPEC:
		max = 0;
		break;
	case AF_INET:
		max = 32;
		break;
	case AF_INET6:
		max = 128;
		break;
	default:
		return false;
	}
	if (sel->src_len > max || sel->dst_len > max ||
	    !range_valid(sel->sport_min, sel->sport_max) ||
	    !range_valid(sel->dport_min, sel->dport_max))
		return false;
	return !max || (!addr_has_host_bits(&sel->src, sel->family, sel->src_len) &&
			!addr_has_host_bits(&sel->dst, sel->family, sel->dst_len));
}
