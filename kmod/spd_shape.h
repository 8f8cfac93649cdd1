/* SPDX-License-Identifier: GPL-2.0 */
/* Where policies are found. Private to spd.c; all of it under the device's mutex. */
#ifndef _SVTI_SPD_SHAPE_H
#define _SVTI_SPD_SHAPE_H

#include "spd.h"

/**
 * struct svti_spd_place - what is ready for a policy to be published
 * @after: entry of the cell after which it belongs
 * @new_walks: @walk is to be published too
 * @walk: for IPv4 and IPv6
 */
struct svti_spd_place {
	struct list_head *after;
	bool new_walks;
	struct svti_spd_walk *walk[2];
};

int svti_spd_shapes_init(struct svti_spd *spd);
void svti_spd_shapes_destroy(struct svti_spd *spd);

int svti_spd_place_prepare(struct svti_spd *spd, struct svti_policy *policy,
			   const struct svti_policy *replaces, struct svti_spd_place *place);
void svti_spd_place_abort(struct svti_spd *spd, struct svti_policy *policy,
			  struct svti_spd_place *place);
void svti_spd_place_commit(struct svti_spd *spd, struct svti_policy *policy,
			   struct svti_spd_place *place);
void svti_spd_displace(struct svti_spd *spd, struct svti_policy *policy);
void svti_spd_find_firsts(struct svti_spd *spd, u8 dir);

#endif /* _SVTI_SPD_SHAPE_H */
