// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Liveness checks, RFC 7296 2.4: an empty request when neither IKE nor ESP was heard for
 * dpd_delay seconds. An answer to it, or its absence, is the business of the window.
 */
#include "ike/sa.h"

static uint64_t delay_of(const struct sa *sa)
{
	return (uint64_t)sa->conn->conf.dpd_delay * 1000;
}

static void look_again(struct sa *sa, uint64_t when)
{
	if (sa->conn->conf.dpd_delay)
		timer_set(&sa->ike->timers, &sa->timer, when);
}

void dpd_arm(struct sa *sa)
{
	if (sa->state == SA_ESTABLISHED)
		look_again(sa, sa->heard_at + delay_of(sa));
}

static void check(struct sa *sa)
{
	look_again(sa, ike_now(sa->ike) + delay_of(sa));
	if (!sa->checking)
		sa_want(sa, WANT_LIVENESS);
}

void dpd_tick(struct sa *sa)
{
	uint64_t now = ike_now(sa->ike);

	if (sa->checking || !sa->conn->conf.dpd_delay) {
		look_again(sa, now + delay_of(sa));
		return;
	}
	if (now < sa->heard_at + delay_of(sa)) {
		dpd_arm(sa);
		return;
	}
	if (!sa->child || sa->token) {
		/* Nothing to ask about, or no answer for as long as that. */
		check(sa);
		return;
	}
	look_again(sa, now + delay_of(sa));
	sa->ike->env.usage(sa->ike->env.ctx, sa_ask(sa), sa->conn->conf.interface,
			   sa->child->spi_in);
}

enum sa_step dpd_usage(struct sa *sa, const struct input *in)
{
	const struct ike_answer *a = in->answer;
	uint64_t idle = a->error || a->idle > UINT32_MAX ? UINT64_MAX : a->idle * 1000;

	if (idle >= delay_of(sa))
		check(sa);
	else
		look_again(sa, ike_now(sa->ike) + delay_of(sa) - idle);
	return STEP_STAY;
}
