// SPDX-License-Identifier: GPL-2.0-or-later
/* What keyd put into the kernel, by device and reqid, so that the same can be taken away. */
#include <errno.h>
#include <net/if.h>
#include <search.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/log.h"
#include "children.h"

/* One installed Child SA. */
struct child {
	struct child *next;
	uint32_t spi_in, spi_out;
	struct addr remote;
	int policies;
	struct kernel_sp policy[];
};

struct group {
	char interface[IF_NAMESIZE];
	uint32_t reqid;
	struct child *first;
};

struct children {
	struct kernel *kernel;
	void *groups; /* tree of struct group, search.h */
};

static int compare_groups(const void *a, const void *b)
{
	const struct group *x = a, *y = b;

	if (x->reqid != y->reqid)
		return x->reqid < y->reqid ? -1 : 1;
	return strcmp(x->interface, y->interface);
}

static struct group *find(struct children *c, const char *interface, uint32_t reqid)
{
	struct group key = { .reqid = reqid }, **found;

	snprintf(key.interface, sizeof(key.interface), "%s", interface);
	found = tfind(&key, &c->groups, compare_groups);
	return found ? *found : NULL;
}

static struct group *find_or_make(struct children *c, const char *interface, uint32_t reqid)
{
	struct group *g = find(c, interface, reqid);

	if (g)
		return g;
	g = calloc(1, sizeof(*g));
	if (!g)
		return NULL;
	snprintf(g->interface, sizeof(g->interface), "%s", interface);
	g->reqid = reqid;
	if (!tsearch(g, &c->groups, compare_groups)) {
		free(g);
		return NULL;
	}
	return g;
}

static void free_group(void *node)
{
	struct group *g = node;
	struct child *child;

	while ((child = g->first)) {
		g->first = child->next;
		free(child);
	}
	free(g);
}

static void forget_if_empty(struct children *c, struct group *g)
{
	if (g->first)
		return;
	tdelete(g, &c->groups, compare_groups);
	free(g);
}

struct children *children_new(struct kernel *kernel)
{
	struct children *c = calloc(1, sizeof(*c));

	if (c)
		c->kernel = kernel;
	return c;
}

void children_free(struct children *c)
{
	if (!c)
		return;
	tdestroy(c->groups, free_group);
	free(c);
}

static void count_sa(void *ctx, const struct kernel_sa *sa)
{
	(void)sa;
	++*(unsigned int *)ctx;
}

static void count_sp(void *ctx, const struct kernel_sp *sp)
{
	(void)sp;
	++*(unsigned int *)ctx;
}

static int flush(struct children *c, int ifindex)
{
	int error = kernel_sp_flush(c->kernel, ifindex, 0, 0);

	return error ? error : kernel_sa_flush(c->kernel, ifindex, 0, 0);
}

int children_adopt(struct children *c, const char *interface, char why[static CHILDREN_WHY_MAX])
{
	unsigned int sas = 0, sps = 0;
	int ifindex = kernel_link_ensure(c->kernel, interface);
	int error = ifindex < 0 ? ifindex : 0;

	if (!error)
		error = kernel_sa_each(c->kernel, ifindex, count_sa, &sas);
	if (!error)
		error = kernel_sp_each(c->kernel, ifindex, count_sp, &sps);
	if (!error && (sas || sps)) {
		error = flush(c, ifindex);
		if (!error)
			log_info("kernel",
				 "%s: removed what an earlier run left there: %u SAs, "
				 "%u policies",
				 interface, sas, sps);
	}
	if (error)
		snprintf(why, CHILDREN_WHY_MAX, "interface %s: %s", interface,
			 kernel_error(c->kernel));
	return error;
}

void children_clear(struct children *c, const char *interface)
{
	int ifindex = kernel_ifindex(c->kernel, interface);

	/* Who deleted the device deleted all that was on it. */
	if (ifindex > 0 && flush(c, ifindex))
		log_warning("kernel", "%s: %s", interface, kernel_error(c->kernel));
}

static bool same_policy(const struct kernel_sp *a, const struct kernel_sp *b)
{
	return a->dir == b->dir && addr_equal(&a->src, &b->src) && addr_equal(&a->dst, &b->dst) &&
	       a->src_prefix == b->src_prefix && a->dst_prefix == b->dst_prefix &&
	       a->proto == b->proto && a->has_sport == b->has_sport &&
	       a->has_dport == b->has_dport && a->sport_min == b->sport_min &&
	       a->sport_max == b->sport_max && a->dport_min == b->dport_min &&
	       a->dport_max == b->dport_max;
}

static bool held_by_another(const struct group *g, const struct child *but,
			    const struct kernel_sp *sp)
{
	const struct child *child;
	int i;

	for (child = g->first; child; child = child->next)
		for (i = 0; child != but && i < child->policies; i++)
			if (same_policy(&child->policy[i], sp))
				return true;
	return false;
}

static void make_sas(struct kernel_sa sa[static 2], const struct ike_install *ask)
{
	const struct kernel_sa common = {
		.reqid = ask->reqid,
		.encr = ask->encr,
		.integ = ask->integ,
		.esn = ask->esn,
	};

	sa[0] = sa[1] = common;
	sa[0].dir = SVTI_DIR_IN;
	sa[0].spi = ask->spi_in;
	sa[0].src = ask->remote;
	sa[0].dst = ask->local;
	sa[0].encr_key = ask->encr_key_in;
	sa[0].integ_key = ask->integ_key_in;
	sa[1].dir = SVTI_DIR_OUT;
	sa[1].spi = ask->spi_out;
	sa[1].src = ask->local;
	sa[1].dst = ask->remote;
	sa[1].encr_key = ask->encr_key_out;
	sa[1].integ_key = ask->integ_key_out;
}

/* Ask the kernel for @child, with those of its policies that @g does not have yet. */
static int put(struct children *c, const struct group *g, const struct child *child,
	       const struct ike_install *ask, char *why)
{
	struct kernel_sp sp[CHILDREN_POLICIES_MAX];
	struct kernel_sa sa[2];
	unsigned int count = 0;
	int i, error, ifindex = kernel_ifindex(c->kernel, ask->interface);

	for (i = 0; i < child->policies; i++)
		if (!held_by_another(g, child, &child->policy[i]))
			sp[count++] = child->policy[i];
	make_sas(sa, ask);
	error = ifindex < 0 ? ifindex : kernel_sa_new(c->kernel, ifindex, sa, 2, sp, count);
	if (error)
		snprintf(why, CHILDREN_WHY_MAX, "%s", kernel_error(c->kernel));
	return error;
}

static struct child *make_child(const struct ike_install *ask, char *why, int *error)
{
	struct kernel_sp sp[CHILDREN_POLICIES_MAX];
	struct child *child;
	int i, count = children_policies(sp, ask->ts_local, ask->ts_remote, true, why);

	*error = count < 0 ? count : -ENOMEM;
	if (count < 0)
		return NULL;
	snprintf(why, CHILDREN_WHY_MAX, "out of memory");
	child = calloc(1, sizeof(*child) + count * sizeof(*sp));
	if (!child)
		return NULL;
	child->spi_in = ask->spi_in;
	child->spi_out = ask->spi_out;
	child->remote = ask->remote;
	child->policies = count;
	for (i = 0; i < count; i++) {
		child->policy[i] = sp[i];
		child->policy[i].reqid = ask->reqid;
	}
	return child;
}

int children_install(struct children *c, const struct ike_install *ask,
		     char why[static CHILDREN_WHY_MAX])
{
	int error;
	struct child *child = make_child(ask, why, &error);
	struct group *g = child ? find_or_make(c, ask->interface, ask->reqid) : NULL;

	if (!g) {
		free(child);
		return error;
	}
	error = put(c, g, child, ask, why);
	if (error) {
		free(child);
		forget_if_empty(c, g);
		return error;
	}
	child->next = g->first;
	g->first = child;
	return 0;
}

static void delete_policies(struct children *c, int ifindex, const struct group *g,
			    const struct child *child)
{
	int i, error;

	for (i = 0; i < child->policies; i++) {
		if (held_by_another(g, child, &child->policy[i]))
			continue;
		error = kernel_sp_del(c->kernel, ifindex, &child->policy[i]);
		if (error && error != -ENOENT)
			log_warning("kernel", "%s: %s", g->interface, kernel_error(c->kernel));
	}
}

static void delete_sa(struct children *c, int ifindex, const char *interface, uint32_t dir,
		      uint32_t spi, const struct addr *dst)
{
	int error = kernel_sa_del(c->kernel, ifindex, dir, spi, dst);

	/* It may be gone already: expired, or deleted by hand. */
	if (error && error != -ENOENT)
		log_warning("kernel", "%s: %s", interface, kernel_error(c->kernel));
}

void children_uninstall(struct children *c, const struct ike_uninstall *what)
{
	struct group *g = find(c, what->interface, what->reqid);
	int ifindex = kernel_ifindex(c->kernel, what->interface);
	struct child **at, *child;

	for (at = g ? &g->first : NULL; at && *at; at = &(*at)->next)
		if ((*at)->spi_in == what->spi_in)
			break;
	if (!at || !*at)
		return;
	child = *at;
	if (ifindex > 0) {
		/* Policies first: one without an SA would ask for a new one. */
		delete_policies(c, ifindex, g, child);
		delete_sa(c, ifindex, what->interface, SVTI_DIR_OUT, child->spi_out,
			  &child->remote);
		delete_sa(c, ifindex, what->interface, SVTI_DIR_IN, child->spi_in, NULL);
	}
	*at = child->next;
	free(child);
	forget_if_empty(c, g);
}

/* The policies of a trap; returns their number, 0 with a warning when there are none. */
static int trap_policies(struct kernel_sp *sp, const struct ike_trap *trap)
{
	char why[CHILDREN_WHY_MAX];
	int i, count = children_policies(sp, trap->ts_local, trap->ts_remote, false, why);

	for (i = 0; i < count; i++) {
		sp[i].reqid = trap->reqid;
		sp[i].has_priority = true;
		sp[i].priority = CHILDREN_TRAP_PRIORITY;
	}
	if (count < 0)
		log_warning(trap->connection, "traffic cannot bring it up: %s", why);
	return count < 0 ? 0 : count;
}

void children_trap_add(struct children *c, const struct ike_trap *trap)
{
	struct kernel_sp sp[CHILDREN_POLICIES_MAX];
	int ifindex = kernel_ifindex(c->kernel, trap->interface);
	int count = trap_policies(sp, trap);

	if (ifindex < 0 ||
	    (count && kernel_sp_new(c->kernel, ifindex, sp, (unsigned int)count, NULL)))
		log_warning(trap->connection, "traffic cannot bring it up: %s",
			    kernel_error(c->kernel));
}

void children_trap_del(struct children *c, const struct ike_trap *trap)
{
	struct kernel_sp sp[CHILDREN_POLICIES_MAX];
	int ifindex = kernel_ifindex(c->kernel, trap->interface);
	int i, error, count = trap_policies(sp, trap);

	for (i = 0; ifindex > 0 && i < count; i++) {
		error = kernel_sp_del(c->kernel, ifindex, &sp[i]);
		if (error && error != -ENOENT)
			log_warning(trap->connection, "%s", kernel_error(c->kernel));
	}
}

struct gone {
	struct children *c;
	struct group *found; /* copies of name and reqid alone */
	size_t count, cap;
};

static bool is_gone(struct children *c, const struct group *g, const struct child *child)
{
	int ifindex = kernel_ifindex(c->kernel, g->interface);
	struct kernel_sa sa;

	if (ifindex < 0)
		return ifindex == -ENODEV;
	return kernel_sa_get(c->kernel, ifindex, SVTI_DIR_OUT, child->spi_out, &sa) == -ENOENT ||
	       kernel_sa_get(c->kernel, ifindex, SVTI_DIR_IN, child->spi_in, &sa) == -ENOENT;
}

static void look_at_group(const void *node, VISIT visit, void *ctx)
{
	const struct group *g = *(const struct group *const *)node;
	struct gone *gone = ctx;
	const struct child *child = g->first;

	if (visit != postorder && visit != leaf)
		return;
	while (child && !is_gone(gone->c, g, child))
		child = child->next;
	if (!child)
		return;
	if (gone->count == gone->cap) {
		size_t cap = gone->cap ? 2 * gone->cap : 16;
		struct group *more = reallocarray(gone->found, cap, sizeof(*more));

		if (!more)
			return;
		gone->found = more;
		gone->cap = cap;
	}
	gone->found[gone->count] = *g;
	gone->found[gone->count++].first = NULL;
}

void children_each_gone(struct children *c,
			void (*each)(void *ctx, const char *interface, uint32_t reqid), void *ctx)
{
	struct gone gone = { .c = c };
	size_t i;

	/* What @each brings about may change the tree: look first, tell afterwards. */
	twalk_r(c->groups, look_at_group, &gone);
	for (i = 0; i < gone.count; i++)
		each(ctx, gone.found[i].interface, gone.found[i].reqid);
	free(gone.found);
}
