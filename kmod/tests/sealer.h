/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A second way to make ESP packets, out of the bare modes and digests of the crypto layer: it
 * uses none of its templates for ESP, and nothing of the table but names of rows. Published
 * packets judge it, and it judges the pipelines.
 */
#ifndef _SVTI_TESTS_SEALER_H
#define _SVTI_TESTS_SEALER_H

#include <kunit/test.h>

#include "../algo.h"

/**
 * struct sealer - what a packet is sealed with
 * @algo: a row
 * @keys: its keys
 * @spi: SPI, host order
 * @esn: extended sequence numbers
 */
struct sealer {
	const struct svti_algo *algo;
	const struct svti_keys *keys;
	u32 spi;
	bool esn;
};

struct svti_keys sealer_keys(const struct svti_algo *algo, u32 which);
u32 sealer_pad(const struct sealer *s, u8 *text, u32 len, u8 next_header);
u32 sealer_seal(struct kunit *test, const struct sealer *s, u64 seq, const u8 *iv, const u8 *plain,
		u32 len, u8 *out);
void sealer_combine(struct kunit *test, const struct sealer *s, const u8 *head, u32 head_len,
		    const u8 *iv, u8 *text, u32 len);
void sealer_mac(struct kunit *test, const struct sealer *s, const u8 *data, u32 len, u8 *icv);

#endif /* _SVTI_TESTS_SEALER_H */
