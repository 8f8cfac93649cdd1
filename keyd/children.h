/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Child SAs and traps as the kernel has them: traffic selectors become policies, and Child
 * SAs of one connection and peer for the same traffic share them, and a reqid with them.
 */
#ifndef KEYD_CHILDREN_H
#define KEYD_CHILDREN_H

#include "ike/env.h"
#include "kernel/kernel.h"

enum {
	CHILDREN_WHY_MAX = 512,
	CHILDREN_TRAP_PRIORITY = 2 * SVTI_PRIORITY_DEFAULT, /* behind the policies of a Child SA */
	CHILDREN_KEEPALIVE = 20, /* seconds, RFC 3948 4 */
	CHILDREN_POLICIES_MAX = SVTI_BATCH_MAX - 2,	    /* beside the two SAs in one message */
};

struct children;

/* @kernel is borrowed. NULL when out of memory. */
struct children *children_new(struct kernel *kernel);
/* Frees what is known and leaves the kernel as it is. */
void children_free(struct children *c);

/*
 * Make the device if it is not there, set it up, and remove what an earlier run left on it.
 * Returns 0, or a negative errno with a sentence in @why.
 */
int children_adopt(struct children *c, const char *interface, char why[static CHILDREN_WHY_MAX]);
/* Remove all SAs and policies of the device, at the end. */
void children_clear(struct children *c, const char *interface);

/* Both SAs and the policies in one step. 0, or a negative errno with a clause in @why. */
int children_install(struct children *c, const struct ike_install *ask,
		     char why[static CHILDREN_WHY_MAX]);
void children_uninstall(struct children *c, const struct ike_uninstall *what);
/* The peer is elsewhere now; an error is logged, and traffic goes where it went. */
void children_move(struct children *c, const struct ike_move *move);
/*
 * The reqid by which the core knows what the kernel calls @reqid. @sa: the SA that it is about,
 * NULL for a policy. 0 when there is no such Child SA any more.
 */
uint32_t children_reqid(struct children *c, const char *interface, uint32_t reqid,
			const struct kernel_sa *sa);
void children_trap_add(struct children *c, const struct ike_trap *trap);
void children_trap_del(struct children *c, const struct ike_trap *trap);

/* Call @each for each Child SA of which the kernel has lost a half. */
void children_each_gone(struct children *c,
			void (*each)(void *ctx, const char *interface, uint32_t reqid), void *ctx);

/*
 * The policies of two lists of selectors, RFC 7296 2.9: every pair of one family and
 * protocol, outbound and, with @both, inbound. Returns their number, or a negative errno
 * with a clause in @why.
 */
int children_policies(struct kernel_sp sp[static CHILDREN_POLICIES_MAX],
		      const struct wire_ts_list *local, const struct wire_ts_list *remote,
		      bool both, char why[static CHILDREN_WHY_MAX]);

#endif
