/* SPDX-License-Identifier: GPL-2.0 */
/* Dummy packets of an outbound SA, so that silence does not show: RFC 4303 2.6. */
#ifndef _SVTI_DUMMY_H
#define _SVTI_DUMMY_H

#include <linux/timer.h>

struct svti_sa;

/**
 * struct svti_dummy - when an SA sends its next dummy packet
 * @sa: the SA, which outlives this
 * @timer: runs while @sa is the one that sends for its reqid
 * @ms: silence that is filled, milliseconds
 * @sent: jiffies of the last packet of @sa, of either sort
 */
struct svti_dummy {
	struct svti_sa *sa;
	struct timer_list timer;
	u32 ms;
	unsigned long sent;
};

struct svti_dummy *svti_dummy_new(struct svti_sa *sa, u32 ms);
void svti_dummy_start(struct svti_dummy *dummy);
void svti_dummy_stop(struct svti_dummy *dummy);

/* An SA has sent something. @dummy: NULL: it does not matter. */
static inline void svti_dummy_sent(struct svti_dummy *dummy)
{
	if (unlikely(dummy) && READ_ONCE(dummy->sent) != jiffies)
		WRITE_ONCE(dummy->sent, jiffies);
}

#endif /* _SVTI_DUMMY_H */
