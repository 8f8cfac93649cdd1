// SPDX-License-Identifier: GPL-2.0-or-later
#include "crypto/dh.h"

#include <errno.h>
#include <stdlib.h>

#include "crypto/group.h"

/* A sound source of randomness needs a second draw once in 2^32 exchanges (ecp256), no third. */
enum {
	DRAWS_MAX = 8
};

static const struct dh_group *const groups[] = {
	&group_x25519, &group_ecp_256, &group_ecp_384, &group_modp_2048, &group_modp_3072,
};

static const struct dh_group *find_group(uint16_t id)
{
	for (size_t i = 0; i < sizeof(groups) / sizeof(groups[0]); i++)
		if (groups[i]->id == id)
			return groups[i];
	return NULL;
}

/**
 * dh_public_len() - size of a public value
 * @group: KE transform id
 *
 * Return: octets, 0 for a group that keyd does not have.
 */
size_t dh_public_len(uint16_t group)
{
	const struct dh_group *g = find_group(group);

	return g ? g->public_len : 0;
}

/**
 * dh_generate() - make our half
 * @dh: set up anew; dh_wipe() it after success
 * @group: KE transform id
 * @random: draws the private value; may be called more than once
 * @ctx: its first argument
 *
 * Return: 0, -EINVAL for an unknown group, -ENOMEM, or -EIO when @random gives nothing usable.
 */
int dh_generate(struct dh *dh, uint16_t group, dh_random random, void *ctx)
{
	const struct dh_group *g = find_group(group);
	int err;

	*dh = (struct dh){ .group = group };
	if (!g)
		return -EINVAL;
	err = secret_alloc(&dh->priv, g->private_len);
	if (err)
		return err;
	dh->pub_len = g->public_len;
	dh->pub = malloc(dh->pub_len);
	if (!dh->pub) {
		dh_wipe(dh);
		return -ENOMEM;
	}
	for (unsigned int draws = 0; draws < DRAWS_MAX; draws++) {
		random(ctx, dh->priv.data, dh->priv.len);
		err = g->make_public(g, dh->priv.data, dh->pub);
		if (err != -ERANGE)
			break;
	}
	if (err)
		dh_wipe(dh);
	return err == -ERANGE ? -EIO : err;
}

/**
 * dh_compute() - compute the shared secret
 * @dh: our half, from dh_generate()
 * @peer: the public value of the peer's KE payload
 * @shared: empty; g^ir in the form of RFC 7296 2.14 afterwards
 *
 * Return: 0, -EBADMSG for a public value of the wrong length or one that RFC 6989 and RFC 7748
 * tell us to refuse, -EINVAL for a @dh that was not generated, or -ENOMEM.
 */
int dh_compute(const struct dh *dh, struct bytes peer, struct secret *shared)
{
	const struct dh_group *g = find_group(dh->group);
	int err;

	if (!g || dh->priv.len != g->private_len)
		return -EINVAL;
	if (peer.len != g->public_len)
		return -EBADMSG;
	err = secret_alloc(shared, g->shared_len);
	if (err)
		return err;
	err = g->make_shared(g, dh->priv.data, peer.data, shared->data);
	if (err)
		secret_wipe(shared);
	return err;
}

/**
 * dh_wipe() - wipe and free our half
 * @dh: empty afterwards, and may be so before
 */
void dh_wipe(struct dh *dh)
{
	secret_wipe(&dh->priv);
	free(dh->pub);
	*dh = (struct dh){ 0 };
}
