// SPDX-License-Identifier: GPL-2.0-or-later
/* What keyd put into the kernel, by device and reqid, so that the same can be taken away. */
#include <errno.h>
#include <net/if.h>
#include <search.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/log.h"
#include "children.h"

struct bundle;

/* One installed Child SA. */
struct child {
	struct child *next; /* older one of the bundle */
	struct bundle *bundle;
	uint32_t spi_in, spi_out;
	struct addr remote; /* where it sends to */
	uint32_t reqid;	    /* by which the core knows it */
};

/**
 * struct bundle - Child SAs of one connection with one peer that have the same policies
 * @remote: where the peer was when the first Child SA was made
 * @reqid: of policies and SAs in the kernel, that of the first Child SA
 * @newest: the Child SA that the kernel sends through
 * @policy: in order of compare_policies()
 *
 * While a tunnel is made anew, and when both ends make one at once, there are two Child SAs
 * for the same traffic. The kernel has each policy once, and its reqid says which SAs serve it.
 * Another connection, or another peer, with the same selectors is refused by the kernel: it
 * would take the first one's traffic.
 */
struct bundle {
	char interface[IF_NAMESIZE];
	char connection[IKE_NAME_MAX];
	struct addr remote;
	uint32_t reqid;
	struct child *newest;
	int policies;
	struct kernel_sp policy[];
};

/* Trees of search.h. */
struct children {
	struct kernel *kernel;
	void *by_spi;	  /* struct child */
	void *by_traffic; /* struct bundle */
	void *by_reqid;	  /* struct bundle */
};

static int compare_u32(uint32_t a, uint32_t b)
{
	return a < b ? -1 : a > b;
}

static int compare_addrs(const struct addr *a, const struct addr *b)
{
	return a->family != b->family ? compare_u32(a->family, b->family)
				      : memcmp(a->ip, b->ip, sizeof(a->ip));
}

static int compare_policies(const void *x, const void *y)
{
	const struct kernel_sp *a = x, *b = y;

	return compare_u32(a->dir, b->dir) ?: compare_addrs(&a->src, &b->src) ?:
	       compare_addrs(&a->dst, &b->dst) ?: compare_u32(a->src_prefix, b->src_prefix) ?:
	       compare_u32(a->dst_prefix, b->dst_prefix) ?: compare_u32(a->proto, b->proto) ?:
	       compare_u32(a->has_sport, b->has_sport) ?: compare_u32(a->has_dport, b->has_dport) ?:
	       compare_u32(a->sport_min, b->sport_min) ?: compare_u32(a->sport_max, b->sport_max) ?:
	       compare_u32(a->dport_min, b->dport_min) ?: compare_u32(a->dport_max, b->dport_max);
}

static int compare_traffic(const void *x, const void *y)
{
	const struct bundle *a = x, *b = y;
	int i, r;

	r = strcmp(a->interface, b->interface) ?: strcmp(a->connection, b->connection) ?:
	    compare_addrs(&a->remote, &b->remote) ?: compare_u32(a->policies, b->policies);
	for (i = 0; !r && i < a->policies; i++)
		r = compare_policies(&a->policy[i], &b->policy[i]);
	return r;
}

static int compare_reqids(const void *x, const void *y)
{
	const struct bundle *a = x, *b = y;

	return compare_u32(a->reqid, b->reqid) ?: strcmp(a->interface, b->interface);
}

static int compare_spis(const void *x, const void *y)
{
	const struct child *a = x, *b = y;

	return compare_u32(a->spi_in, b->spi_in)
		       ?: strcmp(a->bundle->interface, b->bundle->interface);
}

static struct child *find_child(struct children *c, const char *interface, uint32_t spi_in)
{
	struct bundle b = { .reqid = 0 };
	struct child key = { .bundle = &b, .spi_in = spi_in }, **found;

	snprintf(b.interface, sizeof(b.interface), "%s", interface);
	found = tfind(&key, &c->by_spi, compare_spis);
	return found ? *found : NULL;
}

static bool is_half_of(const struct child *child, const struct kernel_sa *sa)
{
	return sa->spi == (sa->dir == SVTI_DIR_IN ? child->spi_in : child->spi_out);
}

uint32_t children_reqid(struct children *c, const char *interface, uint32_t reqid,
			const struct kernel_sa *sa)
{
	struct bundle key = { .reqid = reqid }, **found;
	const struct child *child;

	snprintf(key.interface, sizeof(key.interface), "%s", interface);
	found = tfind(&key, &c->by_reqid, compare_reqids);
	if (!found)
		return reqid;
	child = (*found)->newest;
	while (sa && child && !is_half_of(child, sa))
		child = child->next;
	return child ? child->reqid : 0;
}

struct children *children_new(struct kernel *kernel)
{
	struct children *c = calloc(1, sizeof(*c));

	if (c)
		c->kernel = kernel;
	return c;
}

static void keep(void *node)
{
	(void)node;
}

void children_free(struct children *c)
{
	if (!c)
		return;
	tdestroy(c->by_spi, free);
	tdestroy(c->by_reqid, keep);
	tdestroy(c->by_traffic, free);
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

static void make_sas(struct kernel_sa sa[static 2], const struct ike_install *ask, uint32_t reqid)
{
	const struct kernel_sa common = {
		.reqid = reqid,
		.encr = ask->encr,
		.integ = ask->integ,
		.esn = ask->esn,
	};

	sa[0] = sa[1] = common;
	sa[0].dir = SVTI_DIR_IN;
	sa[0].spi = ask->spi_in;
	sa[0].src = ask->remote;
	sa[0].dst = ask->local;
	sa[0].encap_sport = ask->encap_remote;
	sa[0].encap_dport = ask->encap_local;
	sa[0].encr_key = ask->encr_key_in;
	sa[0].integ_key = ask->integ_key_in;
	sa[1].dir = SVTI_DIR_OUT;
	sa[1].spi = ask->spi_out;
	sa[1].src = ask->local;
	sa[1].dst = ask->remote;
	sa[1].encap_sport = ask->encap_local;
	sa[1].encap_dport = ask->encap_remote;
	sa[1].has_keepalive = ask->keepalive;
	sa[1].keepalive = CHILDREN_KEEPALIVE;
	sa[1].encr_key = ask->encr_key_out;
	sa[1].integ_key = ask->integ_key_out;
}

static struct bundle *make_bundle(const struct ike_install *ask, char *why, int *error)
{
	struct kernel_sp sp[CHILDREN_POLICIES_MAX];
	int i, count = children_policies(sp, ask->ts_local, ask->ts_remote, true, why);
	struct bundle *b;

	*error = count < 0 ? count : -ENOMEM;
	if (count < 0)
		return NULL;
	snprintf(why, CHILDREN_WHY_MAX, "out of memory");
	b = calloc(1, sizeof(*b) + count * sizeof(*sp));
	if (!b)
		return NULL;
	snprintf(b->interface, sizeof(b->interface), "%s", ask->interface);
	snprintf(b->connection, sizeof(b->connection), "%s", ask->connection);
	b->remote = ask->remote;
	b->reqid = ask->reqid;
	b->policies = count;
	for (i = 0; i < count; i++) {
		b->policy[i] = sp[i];
		b->policy[i].reqid = ask->reqid;
	}
	qsort(b->policy, count, sizeof(*b->policy), compare_policies);
	return b;
}

/* Into a tree that has no equal one. */
static bool add_new(void *item, void **tree, int (*compare)(const void *, const void *))
{
	void **node = tsearch(item, tree, compare);

	return node && *node == item;
}

static bool add_bundle(struct children *c, struct bundle *b)
{
	if (!add_new(b, &c->by_reqid, compare_reqids))
		return false;
	if (add_new(b, &c->by_traffic, compare_traffic))
		return true;
	tdelete(b, &c->by_reqid, compare_reqids);
	return false;
}

/* A new Child SA of @b, in all trees, or NULL. */
static struct child *remember(struct children *c, struct bundle *b, const struct ike_install *ask)
{
	struct child *child = calloc(1, sizeof(*child));

	if (!child)
		return NULL;
	child->bundle = b;
	child->spi_in = ask->spi_in;
	child->spi_out = ask->spi_out;
	child->remote = ask->remote;
	child->reqid = ask->reqid;
	child->next = b->newest;
	if (!add_new(child, &c->by_spi, compare_spis)) {
		free(child);
		return NULL;
	}
	if (!b->newest && !add_bundle(c, b)) {
		tdelete(child, &c->by_spi, compare_spis);
		free(child);
		return NULL;
	}
	b->newest = child;
	return child;
}

static void forget(struct children *c, struct child *child)
{
	struct bundle *b = child->bundle;
	struct child **at = &b->newest;

	tdelete(child, &c->by_spi, compare_spis);
	while (*at != child)
		at = &(*at)->next;
	*at = child->next;
	free(child);
	if (b->newest)
		return;
	tdelete(b, &c->by_reqid, compare_reqids);
	tdelete(b, &c->by_traffic, compare_traffic);
	free(b);
}

/* Remember first, so that nothing can fail once the kernel has taken it. */
static int put(struct children *c, struct bundle *b, const struct ike_install *ask, char *why)
{
	const unsigned int sps = b->newest ? 0 : (unsigned int)b->policies;
	int ifindex = kernel_ifindex(c->kernel, ask->interface);
	struct kernel_sa sa[2];
	int error;

	if (!remember(c, b, ask)) {
		snprintf(why, CHILDREN_WHY_MAX, "out of memory, SPIs or reqids");
		if (!b->newest)
			free(b);
		return -ENOMEM;
	}
	make_sas(sa, ask, b->reqid);
	error = ifindex < 0 ? ifindex : kernel_sa_new(c->kernel, ifindex, sa, 2, b->policy, sps);
	if (error) {
		snprintf(why, CHILDREN_WHY_MAX, "%s", kernel_error(c->kernel));
		forget(c, b->newest);
	}
	return error;
}

int children_install(struct children *c, const struct ike_install *ask,
		     char why[static CHILDREN_WHY_MAX])
{
	struct bundle *b, **found;
	int error;

	b = make_bundle(ask, why, &error);
	if (!b)
		return error;
	found = tfind(b, &c->by_traffic, compare_traffic);
	if (found) {
		free(b);
		b = *found;
	}
	return put(c, b, ask, why);
}

static void delete_policies(struct children *c, int ifindex, const struct bundle *b)
{
	int i, error;

	for (i = 0; i < b->policies; i++) {
		error = kernel_sp_del(c->kernel, ifindex, &b->policy[i]);
		if (error && error != -ENOENT)
			log_warning("kernel", "%s: %s", b->interface, kernel_error(c->kernel));
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
	struct child *child = find_child(c, what->interface, what->spi_in);
	int ifindex = kernel_ifindex(c->kernel, what->interface);

	if (!child)
		return;
	if (ifindex > 0) {
		/* Policies first: one without an SA would ask for a new one. */
		if (child->bundle->newest == child && !child->next)
			delete_policies(c, ifindex, child->bundle);
		delete_sa(c, ifindex, what->interface, SVTI_DIR_OUT, child->spi_out,
			  &child->remote);
		delete_sa(c, ifindex, what->interface, SVTI_DIR_IN, child->spi_in, NULL);
	}
	forget(c, child);
}

static int move_sa(struct children *c, int ifindex, uint32_t dir, const struct ike_move *move)
{
	const bool in = dir == SVTI_DIR_IN;
	const struct endpoint *src = in ? &move->remote : &move->local,
			      *dst = in ? &move->local : &move->remote;
	const struct kernel_sa sa = {
		.dir = dir,
		.spi = in ? move->spi_in : move->spi_out,
		.src = src->addr,
		.dst = dst->addr,
		.encap_sport = src->port,
		.encap_dport = dst->port,
	};

	return kernel_sa_set(c->kernel, ifindex, &sa);
}

void children_move(struct children *c, const struct ike_move *move)
{
	struct child *child = find_child(c, move->interface, move->spi_in);
	int ifindex = kernel_ifindex(c->kernel, move->interface), error;

	if (!child || ifindex < 0)
		return;
	error = move_sa(c, ifindex, SVTI_DIR_OUT, move);
	if (!error) {
		child->remote = move->remote.addr;
		error = move_sa(c, ifindex, SVTI_DIR_IN, move);
	}
	if (error)
		log_warning("kernel", "%s: %s", move->interface, kernel_error(c->kernel));
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
	struct lost {
		char interface[IF_NAMESIZE];
		uint32_t reqid;
	} * lost;
	size_t count, cap;
};

static bool is_gone(struct children *c, const struct child *child)
{
	int ifindex = kernel_ifindex(c->kernel, child->bundle->interface);
	struct kernel_sa sa;

	if (ifindex < 0)
		return ifindex == -ENODEV;
	return kernel_sa_get(c->kernel, ifindex, SVTI_DIR_OUT, child->spi_out, &sa) == -ENOENT ||
	       kernel_sa_get(c->kernel, ifindex, SVTI_DIR_IN, child->spi_in, &sa) == -ENOENT;
}

static void look_at(const void *node, VISIT visit, void *ctx)
{
	const struct child *child = *(const struct child *const *)node;
	struct gone *gone = ctx;
	struct lost *lost;

	if ((visit != postorder && visit != leaf) || !is_gone(gone->c, child))
		return;
	if (gone->count == gone->cap) {
		size_t cap = gone->cap ? 2 * gone->cap : 16;

		lost = reallocarray(gone->lost, cap, sizeof(*lost));
		if (!lost)
			return;
		gone->lost = lost;
		gone->cap = cap;
	}
	lost = &gone->lost[gone->count++];
	memcpy(lost->interface, child->bundle->interface, sizeof(lost->interface));
	lost->reqid = child->reqid;
}

void children_each_gone(struct children *c,
			void (*each)(void *ctx, const char *interface, uint32_t reqid), void *ctx)
{
	struct gone gone = { .c = c };
	size_t i;

	/* What @each brings about may change the tree: look first, tell afterwards. */
	twalk_r(c->by_spi, look_at, &gone);
	for (i = 0; i < gone.count; i++)
		each(ctx, gone.lost[i].interface, gone.lost[i].reqid);
	free(gone.lost);
}
