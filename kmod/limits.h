/* SPDX-License-Identifier: GPL-2.0 */
/* Every number inside the module that somebody chose; those of the interface are in svti.h. */
#ifndef _SVTI_LIMITS_H
#define _SVTI_LIMITS_H

#include <linux/bits.h>
#include <linux/jiffies.h>
#include <linux/limits.h>
#include <linux/sizes.h>
#include <linux/types.h>
#include <net/ip.h>

enum {
	/* Among the ESP handlers, where it must be unique: vti has 100, xfrmi 10, esp4 0. */
	SVTI_HANDLER_PRIORITY = 200,
	/* RFC 8200 4.1 has a use for five that are walked over. */
	SVTI_EXTENSION_HEADERS_MAX = 8,
	/* Octets: RFC 4301 D.3, the first fragment of IPv4 has all that is before. */
	SVTI_FRAGMENT_OFFSET_MIN = 128,
	/* Among the users of the reassembly, so that nobody else gets our fragments. */
	SVTI_DEFRAG_USER = IP_DEFRAG_MACVLAN + 1,
	/* Counters for the identification of outer IPv4 packets, a power of two. */
	SVTI_IDENTS = 1024,
	/* svti in svti in svti: each level takes a kilobyte or two of stack. */
	SVTI_NESTING_MAX = 4,
	/* What waits for an SA, in one policy. */
	SVTI_ACQUIRE_PACKETS_MAX = 64,
	SVTI_ACQUIRE_BYTES_MAX = SZ_256K,
	/* And in all policies of a device, with what the kernel adds to each packet. */
	SVTI_ACQUIRE_DEVICE_MEMORY_MAX = SZ_16M,
	/* The first question is repeated after 1, 2, 4, 8 s; 16 s later the queue is dropped. */
	SVTI_ACQUIRE_FIRST_WAIT = HZ,
	SVTI_ACQUIRE_TRIES = 5,
	/* Queues that are sent in order while packets keep coming faster than that. */
	SVTI_ACQUIRE_ROUNDS = 16,
};

/* RFC 4303 3.3.3: a counter must not cycle. */
#define SVTI_SEQ_MAX U32_MAX
/*
 * With 63 bits, senders on all CPUs that meet at the end cannot wrap the counter either, and
 * no one lives to see the difference.
 */
#define SVTI_SEQ_MAX_ESN ((u64)S64_MAX)
/*
 * So many numbers before the last one, the daemon is warned: at ten million packets a second it
 * has 27 seconds to make a new SA.
 */
#define SVTI_SEQ_MARGIN BIT(28)
/* Between two events of one SA that its peer is elsewhere. */
#define SVTI_MAPPING_PAUSE HZ

#endif /* _SVTI_LIMITS_H */
