/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A doubly linked ring with a head, nodes inside the objects. */
#ifndef KEYD_IKE_LIST_H
#define KEYD_IKE_LIST_H

#include <stdbool.h>
#include <stddef.h>

struct list {
	struct list *next, *prev;
};

#define container_of(ptr, type, member) ((type *)(void *)((char *)(ptr)-offsetof(type, member)))

static inline void list_init(struct list *head)
{
	head->next = head->prev = head;
}

static inline bool list_empty(const struct list *head)
{
	return head->next == head;
}

static inline void list_add_before(struct list *node, struct list *at)
{
	node->next = at;
	node->prev = at->prev;
	at->prev->next = node;
	at->prev = node;
}

static inline void list_add_tail(struct list *node, struct list *head)
{
	list_add_before(node, head);
}

static inline void list_add_head(struct list *node, struct list *head)
{
	list_add_before(node, head->next);
}

/* Take it out; it is a ring of its own then, so that doing it twice is harmless. */
static inline void list_del(struct list *node)
{
	node->prev->next = node->next;
	node->next->prev = node->prev;
	list_init(node);
}

/* @at may be taken out of the list on the way. */
#define list_each_safe(at, next_at, head)                                 \
	for ((at) = (head)->next, (next_at) = (at)->next; (at) != (head); \
	     (at) = (next_at), (next_at) = (at)->next)

#endif
