/* SPDX-License-Identifier: GPL-2.0 */
/* Sentences that say why a request was refused, with the values that matter. */
#ifndef _SVTI_REFUSAL_H
#define _SVTI_REFUSAL_H

#include <linux/compiler_attributes.h>

struct netlink_ext_ack;

__printf(2, 3) void svti_refuse(struct netlink_ext_ack *extack, const char *format, ...);

#endif /* _SVTI_REFUSAL_H */
