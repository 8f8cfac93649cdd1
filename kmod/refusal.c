// SPDX-License-Identifier: GPL-2.0
/* Sentences that say why a request was refused, with the values that matter. */
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/netlink.h>
#include <linux/spinlock.h>

#include "refusal.h"

enum {
	SENTENCE_LEN = 160,
	SENTENCES = 128,
	/* Netlink copies the sentence at once when the command has returned. */
	SENTENCE_LIFE = HZ,
};

/**
 * struct sentence - memory that stays put until netlink has copied it into the answer
 * @until: jiffies from which on it may be used again
 * @text: the sentence
 *
 * struct netlink_ext_ack has no memory of its own for it before 6.2, and too little since.
 */
struct sentence {
	unsigned long until;
	char text[SENTENCE_LEN];
};

static DEFINE_SPINLOCK(lock);
static struct sentence sentences[SENTENCES];
static unsigned int next;
static bool used_all;

/* NULL: more refusals in a second than there are sentences. */
static struct sentence *take(void)
{
	struct sentence *s;

	spin_lock_bh(&lock);
	s = &sentences[next];
	if (used_all && time_before(jiffies, s->until)) {
		s = NULL;
	} else {
		s->until = jiffies + SENTENCE_LIFE;
		next = (next + 1) % SENTENCES;
		used_all |= !next;
	}
	spin_unlock_bh(&lock);
	return s;
}

/**
 * svti_refuse() - say why a request is refused
 * @extack: where to say it, NULL: nowhere
 * @format: of a sentence that names what is wrong and what would be right
 */
void svti_refuse(struct netlink_ext_ack *extack, const char *format, ...)
{
	struct sentence *s;
	va_list args;

	if (!extack)
		return;
	s = take();
	if (!s) {
		NL_SET_ERR_MSG(extack, "Refused, like too many requests in this second to say why: ask again later");
		return;
	}
	va_start(args, format);
	vsnprintf(s->text, sizeof(s->text), format, args);
	va_end(args);
	extack->_msg = s->text;
}
