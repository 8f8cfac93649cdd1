/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A peer that knows the keys and does not keep to the rules: it looks inside the core. */
#ifndef TESTS_SIM_INSIDE_H
#define TESTS_SIM_INSIDE_H

#include "ike/sa.h"
#include "sim/sim.h"

/* The SA of a node that is not dead; NULL: none. */
struct sa *inside_sa(struct node *node);
/* What every SA of a core must hold at any time. */
void inside_check(struct node *node);
/* Send what @inner holds as @from's peer would get it, in the SA of @from. */
void inside_send(struct node *from, uint8_t exchange, bool response, uint32_t id,
		 const struct wire_out *inner);
/*
 * Change the payloads of a packet that @p->from just made: @change gets them and puts others into
 * the builder. The packet is encrypted anew.
 */
typedef void (*inside_change)(const struct wire_chain *payloads, struct wire_out *o, void *ctx);
void inside_rewrite(struct packet *p, inside_change change, void *ctx);
/*
 * An IKE_SA_INIT request as good as any, with a cookie if it is not empty; not @sound: its public
 * value is too short. Returns its length.
 */
size_t inside_init(uint8_t *buf, size_t cap, uint64_t spi, bool sound, struct bytes cookie);
/* Put a payload as it is. */
void inside_put(struct wire_out *o, const struct wire_payload *payload);

#endif
