// SPDX-License-Identifier: GPL-2.0-or-later
#include "crypto/hmac.h"

#include <gnutls/gnutls.h>
#include <nettle/hmac.h>

void hmac_init(struct hmac *h, const struct nettle_hash *hash, struct bytes key)
{
	h->hash = hash;
	hmac_set_key(&h->outer, &h->inner, &h->state, hash, key.len, key.data);
}

void hmac_add(struct hmac *h, struct bytes data)
{
	if (data.len)
		hmac_update(&h->state, h->hash, data.len, data.data);
}

void hmac_final(struct hmac *h, uint8_t *mac, size_t len)
{
	hmac_digest(&h->outer, &h->inner, &h->state, h->hash, len, mac);
}

void hmac_wipe(struct hmac *h)
{
	gnutls_memset(h, 0, sizeof(*h));
}
