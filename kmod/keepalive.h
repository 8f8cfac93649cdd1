/* SPDX-License-Identifier: GPL-2.0 */
/* NAT keepalives of an SA that sends ESP in UDP. */
#ifndef _SVTI_KEEPALIVE_H
#define _SVTI_KEEPALIVE_H

#include <linux/time64.h>
#include <linux/timer.h>
#include <linux/types.h>

struct svti_sa;

/**
 * struct svti_keepalive - keepalives of one outbound SA
 * @period: seconds without a packet after which one is sent, 0: never
 * @last: ktime_get_seconds() of the last one, or when they began
 * @sent: how many
 * @timer: goes off when one may be due
 */
struct svti_keepalive {
	u32 period;
	time64_t last;
	u64 sent;
	struct timer_list timer;
};

void svti_keepalive_init(struct svti_sa *sa, u32 period);
void svti_keepalive_set(struct svti_sa *sa, u32 period);
void svti_keepalive_stop(struct svti_sa *sa);

#endif /* _SVTI_KEEPALIVE_H */
