// SPDX-License-Identifier: GPL-2.0-or-later
#include "ike/hash.h"

#include <errno.h>
#include <stdlib.h>

enum {
	SLOTS_MIN = 64
};

static uint64_t rotate(uint64_t x, unsigned int by)
{
	return x << by | x >> (64 - by);
}

static void sip_round(uint64_t v[4])
{
	v[0] += v[1];
	v[2] += v[3];
	v[1] = rotate(v[1], 13) ^ v[0];
	v[3] = rotate(v[3], 16) ^ v[2];
	v[0] = rotate(v[0], 32);
	v[2] += v[1];
	v[0] += v[3];
	v[1] = rotate(v[1], 17) ^ v[2];
	v[3] = rotate(v[3], 21) ^ v[0];
	v[2] = rotate(v[2], 32);
}

static uint64_t get_le(const uint8_t *at, size_t len)
{
	uint64_t word = 0;

	for (size_t i = 0; i < len; i++)
		word |= (uint64_t)at[i] << (8 * i);
	return word;
}

static void absorb(uint64_t v[4], uint64_t word)
{
	v[3] ^= word;
	sip_round(v);
	sip_round(v);
	v[0] ^= word;
}

/**
 * hash_of() - SipHash-2-4 of octets
 * @h: the table, for its key
 * @data: what to hash
 *
 * Return: the hash, with its lowest bit set: a node that is in a table has a hash other than 0.
 */
uint64_t hash_of(const struct hash *h, struct bytes data)
{
	uint64_t v[4] = {
		h->key[0] ^ 0x736f6d6570736575,
		h->key[1] ^ 0x646f72616e646f6d,
		h->key[0] ^ 0x6c7967656e657261,
		h->key[1] ^ 0x7465646279746573,
	};
	size_t whole = data.len & ~(size_t)7;

	for (size_t i = 0; i < whole; i += 8)
		absorb(v, get_le(data.data + i, 8));
	absorb(v, get_le(data.data + whole, data.len - whole) | (uint64_t)data.len << 56);
	v[2] ^= 0xff;
	for (unsigned int i = 0; i < 4; i++)
		sip_round(v);
	return (v[0] ^ v[1] ^ v[2] ^ v[3]) | 1;
}

int hash_init(struct hash *h, const uint8_t key[static 16])
{
	*h = (struct hash){
		.slot = calloc(SLOTS_MIN, sizeof(*h->slot)),
		.slots = SLOTS_MIN,
		.key = { get_le(key, 8), get_le(key + 8, 8) },
	};
	return h->slot ? 0 : -ENOMEM;
}

void hash_free(struct hash *h)
{
	free(h->slot);
	*h = (struct hash){ 0 };
}

/* The lowest bit is always set: leave it out. */
static struct hash_node **slot_of(const struct hash *h, uint64_t hash)
{
	return &h->slot[(hash >> 1) & (h->slots - 1)];
}

/* Without memory the chains get longer, nothing else. */
static void grow(struct hash *h)
{
	struct hash old = *h;

	h->slot = calloc(2 * old.slots, sizeof(*h->slot));
	if (!h->slot) {
		h->slot = old.slot;
		return;
	}
	h->slots = 2 * old.slots;
	for (size_t i = 0; i < old.slots; i++)
		for (struct hash_node *n = old.slot[i], *next; n; n = next) {
			struct hash_node **slot = slot_of(h, n->hash);

			next = n->next;
			n->next = *slot;
			*slot = n;
		}
	free(old.slot);
}

void hash_add(struct hash *h, struct hash_node *node, uint64_t hash)
{
	struct hash_node **slot;

	if (h->count >= h->slots)
		grow(h);
	slot = slot_of(h, hash);
	node->hash = hash;
	node->next = *slot;
	*slot = node;
	h->count++;
}

void hash_del(struct hash *h, struct hash_node *node)
{
	if (!node->hash)
		return;
	for (struct hash_node **at = slot_of(h, node->hash); *at; at = &(*at)->next)
		if (*at == node) {
			*at = node->next;
			h->count--;
			break;
		}
	*node = (struct hash_node){ 0 };
}

static struct hash_node *same_hash(struct hash_node *node, uint64_t hash)
{
	while (node && node->hash != hash)
		node = node->next;
	return node;
}

struct hash_node *hash_first(const struct hash *h, uint64_t hash)
{
	return same_hash(*slot_of(h, hash), hash);
}

struct hash_node *hash_next(const struct hash_node *node)
{
	return same_hash(node->next, node->hash);
}
