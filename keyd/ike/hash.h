/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A hash table that grows by itself, nodes inside the objects. The hash is keyed, so that
 * whoever chooses the keys (SPIs, messages of strangers) cannot choose the collisions.
 */
#ifndef KEYD_IKE_HASH_H
#define KEYD_IKE_HASH_H

#include "base/bytes.h"

struct hash_node {
	struct hash_node *next;
	uint64_t hash;
};

struct hash {
	struct hash_node **slot;
	size_t slots; /* a power of two */
	size_t count;
	uint64_t key[2];
};

/* @key: 16 random octets. Returns 0 or -ENOMEM. */
int hash_init(struct hash *h, const uint8_t key[static 16]);
void hash_free(struct hash *h);
uint64_t hash_of(const struct hash *h, struct bytes data);
/* A node that is in no table has all zero octets; hash_del() of one does nothing. */
void hash_add(struct hash *h, struct hash_node *node, uint64_t hash);
void hash_del(struct hash *h, struct hash_node *node);
/* Nodes with that hash, one after the other; NULL at the end. The caller compares the keys. */
struct hash_node *hash_first(const struct hash *h, uint64_t hash);
struct hash_node *hash_next(const struct hash_node *node);

#endif
