// SPDX-License-Identifier: GPL-2.0
/* Dummy packets of an outbound SA, so that silence does not show: RFC 4303 2.6. */
#include <linux/netdevice.h>
#include <linux/slab.h>

#include "device.h"
#include "dummy.h"
#include "esp.h"
#include "sad.h"

/* A packet does not touch the timer: this looks how long there was none. */
static void on_timer(struct timer_list *timer)
{
	struct svti_dummy *dummy = container_of(timer, struct svti_dummy, timer);
	unsigned long next = READ_ONCE(dummy->sent) + msecs_to_jiffies(dummy->ms);

	if (time_after_eq(jiffies, next)) {
		rcu_read_lock();
		if (netif_running(dummy->sa->sdev->dev))
			svti_send_dummy(dummy->sa);
		rcu_read_unlock();
		next = jiffies + msecs_to_jiffies(dummy->ms);
	}
	mod_timer(timer, next);
}

/**
 * svti_dummy_new() - what an SA needs for dummy packets
 * @sa: outbound SA, which frees it with kfree() after svti_dummy_stop()
 * @ms: how long it may be silent
 *
 * Return: that, not started, or NULL without memory.
 */
struct svti_dummy *svti_dummy_new(struct svti_sa *sa, u32 ms)
{
	struct svti_dummy *dummy = kzalloc(sizeof(*dummy), GFP_KERNEL_ACCOUNT);

	if (!dummy)
		return NULL;
	dummy->sa = sa;
	dummy->ms = ms;
	timer_setup(&dummy->timer, on_timer, 0);
	return dummy;
}

/**
 * svti_dummy_start() - from now on fill the silence
 * @dummy: of an SA that has been installed, or NULL
 */
void svti_dummy_start(struct svti_dummy *dummy)
{
	if (!dummy)
		return;
	WRITE_ONCE(dummy->sent, jiffies);
	mod_timer(&dummy->timer, jiffies + msecs_to_jiffies(dummy->ms));
}

/**
 * svti_dummy_stop() - be silent, until svti_dummy_start()
 * @dummy: or NULL
 *
 * May sleep.
 */
void svti_dummy_stop(struct svti_dummy *dummy)
{
	if (dummy)
		timer_delete_sync(&dummy->timer);
}
