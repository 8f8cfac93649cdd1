// SPDX-License-Identifier: GPL-2.0
/*
 * What an authenticated packet tells of its sender's address: a NAT may have given the peer
 * another address or port, the peer may have moved, or begun or ceased to encapsulate.
 *
 * The kernel tells, and the daemon decides: RFC 7296 2.23 has a host behind a NAT do nothing, and
 * RFC 4555 3.8 changes the rules.
 */
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/jiffies.h>

#include "events.h"
#include "limits.h"
#include "mapping.h"
#include "outer.h"
#include "sad.h"

/* Where a packet comes from, its outer IP header in place. */
static union nf_inet_addr source_of(const struct sk_buff *skb, u8 family)
{
	union nf_inet_addr src = {};

	if (family == AF_INET6)
		src.in6 = ipv6_hdr(skb)->saddr;
	else
		src.ip = ip_hdr(skb)->saddr;
	return src;
}

/*
 * RFC 7296 2.23: only a new packet counts, else one that was kept for a while would point back;
 * and without replay protection nobody knows which is new. Whoever copies packets and sends the
 * copy first can still do this: so not more than one event in a while.
 */
static void tell(struct svti_sa *sa, const union nf_inet_addr *src, __be16 sport, u64 seq)
{
	s64 now = get_jiffies_64(), quiet_until = atomic64_read(&sa->mapping_quiet);

	if (!READ_ONCE(sa->replay.window) || seq != READ_ONCE(sa->replay.top) ||
	    now < quiet_until ||
	    !atomic64_try_cmpxchg(&sa->mapping_quiet, &quiet_until, now + SVTI_MAPPING_PAUSE))
		return;
	svti_event_mapping(sa, src, sport);
}

/**
 * svti_mapping_check() - does the packet come from the peer that the SA knows?
 * @sa: inbound SA
 * @skb: an authenticated packet, just taken by the window; its outer IP header is in place
 * @sport: source port of its UDP encapsulation, 0: none
 * @seq: its sequence number
 *
 * BH off, under RCU. If not, the daemon is told.
 */
void svti_mapping_check(struct svti_sa *sa, const struct sk_buff *skb, __be16 sport, u64 seq)
{
	const struct svti_outer *outer = rcu_dereference(sa->outer);
	union nf_inet_addr src = source_of(skb, outer->family);

	if (unlikely(!nf_inet_addr_cmp(&src, &outer->src) || sport != outer->sport))
		tell(sa, &src, sport, seq);
}
