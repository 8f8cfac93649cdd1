// SPDX-License-Identifier: GPL-2.0
/*
 * Where policies are found: tuple space search.
 *
 * The *shape* of a selector is which bits of a packet it looks at: family, two prefix lengths,
 * whether there is a protocol, and for each port how many bits at the top all ports of its range
 * have in common (16 for a single port, 0 for any). Policies of one shape that agree in those
 * bits share a *cell*, found by one hash lookup whatever the number of policies; in it only port
 * ranges remain to be compared, of which few are disjoint (see spd_key.c).
 *
 * A lookup walks the shapes from the one with the best policy on and stops where the next
 * cannot hold anything better than what it has: its cost depends on the number of shapes. If
 * the very best policy matches every packet of a family, the lookup is one load.
 *
 * Readers are under RCU; whoever changes something holds the device's mutex.
 */
#include <linux/jhash.h>
#include <linux/mm.h>
#include <linux/rhashtable.h>
#include <linux/slab.h>
#include <linux/sort.h>
#include <linux/string.h>

#include "spd_key.h"
#include "spd_shape.h"

/**
 * struct svti_spd_shape - which bits of a packet some policies look at
 * @list: in the SPD
 * @key: the shape; what depends on the packet is 0
 * @mask: of the addresses, as in &svti_spd_key.addr
 * @sport_mask: of the source port
 * @dport_mask: of the destination port
 * @walked: a walk knows it
 * @policies: by rank and age
 * @rcu: for its end
 */
struct svti_spd_shape {
	struct list_head list;
	struct svti_spd_key key;
	u32 mask[8];
	u16 sport_mask;
	u16 dport_mask;
	bool walked;
	struct rb_root_cached policies;
	struct rcu_head rcu;
};

/**
 * struct svti_spd_cell - policies that differ in port ranges and rank alone
 * @node: in &svti_spd.cells
 * @key: the shape and the masked selector
 * @shape: the shape, which outlives it
 * @policies: by rank and age
 * @rcu: for its end
 */
struct svti_spd_cell {
	struct rhash_head node;
	struct svti_spd_key key;
	struct svti_spd_shape *shape;
	struct list_head policies;
	struct rcu_head rcu;
};

/**
 * struct svti_spd_walk - the shapes of a direction and family
 * @rcu: for its replacement
 * @count: entries in @entry
 * @entry: a shape and the rank of its best policy, which may be better than it is in truth
 */
struct svti_spd_walk {
	struct rcu_head rcu;
	u32 count;
	struct spd_walk_entry {
		u64 best;
		struct svti_spd_shape *shape;
	} entry[];
};

static u32 key_hash(const void *data, u32 len, u32 seed)
{
	const struct svti_spd_key *key = data;

	return jhash2(data, SPD_KEY_WORDS_FIXED + spd_addr_words(key->family), seed);
}

static int key_compare(struct rhashtable_compare_arg *arg, const void *obj)
{
	const struct svti_spd_cell *cell = obj;
	const u32 *a = arg->key;
	const u32 *b = (const u32 *)&cell->key;
	u32 words = SPD_KEY_WORDS_FIXED + spd_addr_words(((const struct svti_spd_key *)a)->family);

	for (u32 i = 0; i < words; i++)
		if (a[i] != b[i])
			return 1;
	return 0;
}

static const struct rhashtable_params cell_params = {
	.key_len = sizeof(struct svti_spd_key),
	.key_offset = offsetof(struct svti_spd_cell, key),
	.head_offset = offsetof(struct svti_spd_cell, node),
	.hashfn = key_hash,
	.obj_cmpfn = key_compare,
	.automatic_shrinking = true,
};

/* --- lookup */

static bool range_has(u16 min, u16 max, const struct svti_flow *flow, u16 port)
{
	if (svti_ports_any(min, max))
		return true;
	/* RFC 4301 4.4.1.1: what is not known is in no range, and alone in OPAQUE. */
	return flow->has_ports ? port >= min && port <= max : svti_ports_opaque(min, max);
}

static bool ports_match(const struct svti_selector *sel, const struct svti_flow *flow)
{
	return range_has(sel->sport_min, sel->sport_max, flow, flow->sport) &&
	       range_has(sel->dport_min, sel->dport_max, flow, flow->dport);
}

static struct svti_spd_cell *find_cell(struct svti_spd *spd, const struct svti_spd_shape *shape,
				       const struct svti_flow *flow, const u32 *addr)
{
	struct svti_spd_key key;
	u32 words = spd_addr_words(shape->key.family);

	memcpy(&key, &shape->key, offsetof(struct svti_spd_key, addr));
	if (key.has_proto)
		key.proto = flow->proto;
	if (flow->has_ports) {
		key.sport = flow->sport & shape->sport_mask;
		key.dport = flow->dport & shape->dport_mask;
	} else if (key.sport_len || key.dport_len) {
		return NULL;
	}
	for (u32 i = 0; i < words; i++)
		key.addr[i] = addr[i] & shape->mask[i];
	return rhashtable_lookup(&spd->cells, &key, cell_params);
}

/**
 * svti_spd_lookup() - the policy that decides a packet
 * @spd: the SPD
 * @dir: direction
 * @flow: the packet
 *
 * Caller is in an RCU read section, which ends the life of what is returned.
 *
 * Return: the first policy in order that selects the packet, or NULL.
 */
struct svti_policy *svti_spd_lookup(struct svti_spd *spd, enum svti_dir dir,
				    const struct svti_flow *flow)
{
	struct svti_spd_way *way = &spd->way[dir - 1][flow->family == AF_INET6];
	struct svti_policy *best = rcu_dereference(way->first);
	const struct svti_spd_walk *walk;
	u32 addr[8];
	u64 version;

	if (best)
		return best;
	/* Pairs with the release in svti_spd_publish(): what is of this version is in place. */
	version = smp_load_acquire(&way->version);
	walk = rcu_dereference(way->walk);
	if (!walk)
		return NULL;
	spd_set_addrs(addr, flow->family, &flow->src, &flow->dst);
	for (u32 i = 0; i < walk->count; i++) {
		const struct spd_walk_entry *entry = &walk->entry[i];
		struct svti_spd_cell *cell;
		struct svti_policy *policy;

		if (best && best->rank < entry->best)
			break;
		cell = find_cell(spd, entry->shape, flow, addr);
		if (!cell)
			continue;
		list_for_each_entry_rcu(policy, &cell->policies, cell_list) {
			if (best && !spd_goes_before(policy, best))
				break;
			if (ports_match(&policy->sel, flow) && policy->since <= version) {
				best = policy;
				break;
			}
		}
	}
	return best;
}

/* --- walks */

static struct svti_policy *shape_best(const struct svti_spd_shape *shape)
{
	return rb_entry_safe(rb_first_cached(&shape->policies), struct svti_policy, shape_node);
}

static bool shape_on_way(const struct svti_spd_shape *shape, u8 dir, bool v6)
{
	u8 family = v6 ? AF_INET6 : AF_INET;

	return shape->key.dir == dir &&
	       (shape->key.family == family || shape->key.family == AF_UNSPEC) && shape_best(shape);
}

static int compare_entries(const void *a, const void *b)
{
	const struct spd_walk_entry *x = a;
	const struct spd_walk_entry *y = b;

	return x->best < y->best ? -1 : x->best > y->best;
}

/* An empty way is a NULL walk. */
static int walk_build(const struct svti_spd *spd, u8 dir, bool v6, struct svti_spd_walk **out)
{
	const struct svti_spd_shape *shape;
	struct svti_spd_walk *walk;
	u32 count = 0;

	*out = NULL;
	list_for_each_entry(shape, &spd->shapes, list)
		count += shape_on_way(shape, dir, v6);
	if (!count)
		return 0;
	walk = kvmalloc(struct_size(walk, entry, count), GFP_KERNEL_ACCOUNT);
	if (!walk)
		return -ENOMEM;
	walk->count = 0;
	list_for_each_entry(shape, &spd->shapes, list)
		if (shape_on_way(shape, dir, v6))
			walk->entry[walk->count++] = (struct spd_walk_entry){
				.best = shape_best(shape)->rank,
				.shape = (struct svti_spd_shape *)shape,
			};
	sort(walk->entry, count, sizeof(walk->entry[0]), compare_entries, NULL);
	*out = walk;
	return 0;
}

static struct svti_policy *find_first(const struct svti_spd *spd, u8 dir, bool v6)
{
	const struct svti_spd_shape *shape;
	struct svti_policy *first = NULL;

	list_for_each_entry(shape, &spd->shapes, list)
		if (shape_on_way(shape, dir, v6) &&
		    (!first || spd_goes_before(shape_best(shape), first)))
			first = shape_best(shape);
	return first && svti_spd_wild(&first->sel) ? first : NULL;
}

/* Those of @dir, whose walks have just been built without them. */
static void free_empty_shapes(struct svti_spd *spd, u8 dir)
{
	struct svti_spd_shape *shape, *next;

	list_for_each_entry_safe(shape, next, &spd->shapes, list) {
		if (shape->key.dir != dir || shape_best(shape))
			continue;
		list_del(&shape->list);
		spd->shape_count--;
		kfree_rcu(shape, rcu);
	}
}

static int walks_build(const struct svti_spd *spd, u8 dir, struct svti_spd_walk *walk[2])
{
	if (walk_build(spd, dir, false, &walk[0]))
		return -ENOMEM;
	if (!walk_build(spd, dir, true, &walk[1]))
		return 0;
	kvfree(walk[0]);
	return -ENOMEM;
}

static void walks_publish(struct svti_spd *spd, u8 dir, struct svti_spd_walk *walk[2])
{
	for (u32 v6 = 0; v6 < 2; v6++) {
		struct svti_spd_way *way = &spd->way[dir - 1][v6];
		struct svti_spd_walk *old = rcu_dereference_protected(way->walk,
								      lockdep_is_held(spd->lock));

		for (u32 i = 0; walk[v6] && i < walk[v6]->count; i++)
			walk[v6]->entry[i].shape->walked = true;
		rcu_assign_pointer(way->walk, walk[v6]);
		if (old)
			kvfree_rcu(old, rcu);
	}
}

/**
 * svti_spd_find_firsts() - see whether one policy decides every packet
 * @spd: the SPD, of which every policy in @dir is published
 * @dir: direction
 */
void svti_spd_find_firsts(struct svti_spd *spd, u8 dir)
{
	for (u32 v6 = 0; v6 < 2; v6++)
		rcu_assign_pointer(spd->way[dir - 1][v6].first, find_first(spd, dir, v6));
}

/*
 * After removals. Without memory the old walks stay: they promise more than the shapes hold,
 * which costs time and nothing else, and keep empty shapes alive until the next change.
 */
static void walks_refresh(struct svti_spd *spd, u8 dir)
{
	struct svti_spd_walk *walk[2];

	if (walks_build(spd, dir, walk))
		return;
	walks_publish(spd, dir, walk);
	free_empty_shapes(spd, dir);
}

/**
 * svti_spd_tidy() - after removals: lookups are as fast again as they can be
 * @spd: the SPD
 *
 * Once after any number of svti_spd_remove(): it costs as much as there are shapes. Caller
 * holds the device's mutex; may sleep.
 */
void svti_spd_tidy(struct svti_spd *spd)
{
	lockdep_assert_held(spd->lock);
	for (u8 dir = SVTI_DIR_IN; dir <= SVTI_DIR_OUT; dir++) {
		if (!spd->untidy[dir - 1])
			continue;
		spd->untidy[dir - 1] = false;
		svti_spd_find_firsts(spd, dir);
		walks_refresh(spd, dir);
	}
}

/* --- places */

static struct svti_spd_shape *find_shape(struct svti_spd *spd, const struct svti_spd_key *key)
{
	struct svti_spd_shape *shape;

	list_for_each_entry(shape, &spd->shapes, list)
		if (!memcmp(&shape->key, key, offsetof(struct svti_spd_key, proto)))
			return shape;
	return NULL;
}

static struct svti_spd_shape *shape_get(struct svti_spd *spd, const struct svti_spd_key *key)
{
	struct svti_spd_shape *shape = find_shape(spd, key);
	union nf_inet_addr src = {}, dst = {};

	if (shape)
		return shape;
	if (spd->shape_count >= SVTI_SHAPES_MAX)
		return ERR_PTR(-E2BIG);
	shape = kzalloc(sizeof(*shape), GFP_KERNEL_ACCOUNT);
	if (!shape)
		return ERR_PTR(-ENOMEM);
	memcpy(&shape->key, key, offsetof(struct svti_spd_key, proto));
	svti_spd_prefix_mask(&src, key->family, key->src_len);
	svti_spd_prefix_mask(&dst, key->family, key->dst_len);
	spd_set_addrs(shape->mask, key->family, &src, &dst);
	shape->sport_mask = spd_port_mask(key->sport_len);
	shape->dport_mask = spd_port_mask(key->dport_len);
	shape->policies = RB_ROOT_CACHED;
	list_add_tail(&shape->list, &spd->shapes);
	spd->shape_count++;
	return shape;
}

/* Only for a shape that no walk has ever seen. */
static void shape_forget(struct svti_spd *spd, struct svti_spd_shape *shape)
{
	list_del(&shape->list);
	spd->shape_count--;
	kfree(shape);
}

static struct svti_spd_cell *cell_get(struct svti_spd *spd, struct svti_spd_shape *shape,
				      const struct svti_spd_key *key)
{
	struct svti_spd_cell *cell = rhashtable_lookup_fast(&spd->cells, key, cell_params);
	int err;

	if (cell)
		return cell;
	cell = kzalloc(sizeof(*cell), GFP_KERNEL_ACCOUNT);
	if (!cell)
		return ERR_PTR(-ENOMEM);
	cell->key = *key;
	cell->shape = shape;
	INIT_LIST_HEAD(&cell->policies);
	err = rhashtable_insert_fast(&spd->cells, &cell->node, cell_params);
	if (err) {
		kfree(cell);
		return ERR_PTR(-ENOMEM);
	}
	return cell;
}

static void cell_put(struct svti_spd *spd, struct svti_spd_cell *cell)
{
	if (!list_empty(&cell->policies))
		return;
	rhashtable_remove_fast(&spd->cells, &cell->node, cell_params);
	kfree_rcu(cell, rcu);
}

static bool shape_less(struct rb_node *node, const struct rb_node *other)
{
	return spd_goes_before(rb_entry(node, struct svti_policy, shape_node),
			       rb_entry(other, struct svti_policy, shape_node));
}

static bool same_selector(const struct svti_policy *policy, const struct svti_selector *sel)
{
	/* What a cell has in common need not be compared. */
	return policy->sel.sport_min == sel->sport_min && policy->sel.sport_max == sel->sport_max &&
	       policy->sel.dport_min == sel->dport_min && policy->sel.dport_max == sel->dport_max;
}

/* The entry after which @policy belongs; from the end, where the youngest of a rank goes. */
static struct list_head *find_place(struct svti_spd_cell *cell, const struct svti_policy *policy,
				    const struct svti_policy *replaces)
{
	struct list_head *place = NULL;
	struct svti_policy *p;

	list_for_each_entry_reverse(p, &cell->policies, cell_list)
	{
		if (!place && !spd_goes_before(policy, p))
			place = &p->cell_list;
		if (p->rank < policy->rank)
			break;
		if (p != replaces && p->rank == policy->rank && same_selector(p, &policy->sel))
			return ERR_PTR(-EEXIST);
	}
	return place ?: &cell->policies;
}

/**
 * svti_spd_place_prepare() - make room for a policy
 * @spd: the SPD
 * @policy: complete, with its age; its rank is set here
 * @replaces: a policy that it may be equal to, or NULL
 * @place: filled in for svti_spd_place_commit() or svti_spd_place_abort(), one of which must
 *	be called before anything else happens to the SPD
 *
 * No reader sees a difference.
 *
 * Return: 0; -EEXIST: same direction, selector and priority as another; -E2BIG: too many
 * shapes; -ENOMEM. With an error everything is as it was.
 */
int svti_spd_place_prepare(struct svti_spd *spd, struct svti_policy *policy,
			   const struct svti_policy *replaces, struct svti_spd_place *place)
{
	struct svti_spd_shape *shape;
	struct svti_policy *best;
	struct svti_spd_key key;
	int err;

	*place = (struct svti_spd_place){};
	policy->rank = svti_spd_rank(policy->priority, &policy->sel);
	svti_spd_key_set(&key, policy->dir, &policy->sel);
	shape = shape_get(spd, &key);
	if (IS_ERR(shape))
		return PTR_ERR(shape);
	best = shape_best(shape);
	policy->cell = cell_get(spd, shape, &key);
	if (IS_ERR(policy->cell)) {
		err = PTR_ERR(policy->cell);
		goto no_cell;
	}
	place->after = find_place(policy->cell, policy, replaces);
	if (IS_ERR(place->after)) {
		err = PTR_ERR(place->after);
		goto no_place;
	}
	rb_add_cached(&policy->shape_node, &shape->policies, shape_less);
	if (best && best->rank <= policy->rank)
		return 0;
	err = walks_build(spd, policy->dir, place->walk);
	if (!err) {
		place->new_walks = true;
		return 0;
	}
	rb_erase_cached(&policy->shape_node, &shape->policies);
no_place:
	cell_put(spd, policy->cell);
no_cell:
	if (!best && !shape->walked)
		shape_forget(spd, shape);
	return err;
}

/**
 * svti_spd_place_abort() - undo svti_spd_place_prepare()
 * @spd: the SPD
 * @policy: the policy, unpublished again
 * @place: what was prepared
 */
void svti_spd_place_abort(struct svti_spd *spd, struct svti_policy *policy,
			  struct svti_spd_place *place)
{
	struct svti_spd_shape *shape = policy->cell->shape;

	rb_erase_cached(&policy->shape_node, &shape->policies);
	cell_put(spd, policy->cell);
	if (!shape_best(shape) && !shape->walked)
		shape_forget(spd, shape);
	kvfree(place->walk[0]);
	kvfree(place->walk[1]);
}

/**
 * svti_spd_place_commit() - put a policy where lookups of its version find it
 * @spd: the SPD
 * @policy: the policy
 * @place: what svti_spd_place_prepare() prepared for it
 */
void svti_spd_place_commit(struct svti_spd *spd, struct svti_policy *policy,
			   struct svti_spd_place *place)
{
	list_add_rcu(&policy->cell_list, place->after);
	if (!place->new_walks)
		return;
	walks_publish(spd, policy->dir, place->walk);
	free_empty_shapes(spd, policy->dir);
}

/**
 * svti_spd_displace() - no lookup that begins from now on finds a policy
 * @spd: the SPD
 * @policy: the policy, to be freed after a grace period
 */
void svti_spd_displace(struct svti_spd *spd, struct svti_policy *policy)
{
	struct svti_spd_shape *shape = policy->cell->shape;
	struct svti_policy *best;

	for (u32 v6 = 0; v6 < 2; v6++) {
		struct svti_spd_way *way = &spd->way[policy->dir - 1][v6];

		if (rcu_access_pointer(way->first) == policy)
			RCU_INIT_POINTER(way->first, NULL);
	}
	list_del_rcu(&policy->cell_list);
	rb_erase_cached(&policy->shape_node, &shape->policies);
	cell_put(spd, policy->cell);
	best = shape_best(shape);
	if (!best || best->rank > policy->rank || svti_spd_wild(&policy->sel))
		spd->untidy[policy->dir - 1] = true;
}

/**
 * svti_spd_find_exact() - the policy with just this selector
 * @spd: the SPD
 * @dir: direction
 * @sel: the selector, for which svti_selector_valid() holds
 * @priority: the priority
 *
 * Caller holds the device's mutex.
 *
 * Return: the policy, NULL if there is none.
 */
struct svti_policy *svti_spd_find_exact(struct svti_spd *spd, enum svti_dir dir,
					const struct svti_selector *sel, u32 priority)
{
	struct svti_spd_cell *cell;
	struct svti_policy *policy;
	struct svti_spd_key key;

	lockdep_assert_held(spd->lock);
	svti_spd_key_set(&key, dir, sel);
	cell = rhashtable_lookup_fast(&spd->cells, &key, cell_params);
	if (!cell)
		return NULL;
	list_for_each_entry(policy, &cell->policies, cell_list)
		if (policy->priority == priority && same_selector(policy, sel))
			return policy;
	return NULL;
}

/**
 * svti_spd_shapes_init() - before the first policy
 * @spd: the SPD, zeroed
 *
 * Return: 0 or -ENOMEM.
 */
int svti_spd_shapes_init(struct svti_spd *spd)
{
	INIT_LIST_HEAD(&spd->shapes);
	return rhashtable_init(&spd->cells, &cell_params);
}

/**
 * svti_spd_shapes_destroy() - after the last policy
 * @spd: the SPD, in which no policy is left and no reader can begin
 */
void svti_spd_shapes_destroy(struct svti_spd *spd)
{
	for (u8 dir = SVTI_DIR_IN; dir <= SVTI_DIR_OUT; dir++) {
		struct svti_spd_walk *none[2] = {};

		walks_publish(spd, dir, none);
		free_empty_shapes(spd, dir);
	}
	rhashtable_destroy(&spd->cells);
}
