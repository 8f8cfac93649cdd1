/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The one type that secrets live in, with the one path that wipes them. */
#ifndef KEYD_BASE_SECRET_H
#define KEYD_BASE_SECRET_H

#include "base/bytes.h"

/**
 * struct secret - owned secret octets, never copied by assignment, never logged
 * @data: heap memory or NULL
 * @len: octets
 */
struct secret {
	uint8_t *data;
	size_t len;
};

/* All zero octets to be filled in. Returns 0 or -ENOMEM. @s must be empty. */
int secret_alloc(struct secret *s, size_t len);
/* Take a copy of @from. Returns 0 or -ENOMEM. @s must be empty. */
int secret_copy(struct secret *s, struct bytes from);
/* Hand @from over to @to, which must be empty; @from is empty afterwards. */
void secret_move(struct secret *to, struct secret *from);
/* Wipe and free; empty afterwards; may be called on an empty one. */
void secret_wipe(struct secret *s);

static inline struct bytes secret_view(const struct secret *s)
{
	return bytes_of(s->data, s->len);
}

#endif
