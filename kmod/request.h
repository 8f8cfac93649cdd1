/* SPDX-License-Identifier: GPL-2.0 */
/* One request to the crypto layer: its memory, and how ESP is laid out in it. */
#ifndef _SVTI_REQUEST_H
#define _SVTI_REQUEST_H

#include <crypto/aead.h>
#include <linux/scatterlist.h>

#include "algo.h"

struct sk_buff;
struct svti_sa;

enum {
	/* SPI, both halves of an extended sequence number, IV. */
	SVTI_AAD_LEN_MAX = 12 + SVTI_IV_LEN_MAX,
};

/**
 * struct svti_request - what the crypto layer needs for one packet
 * @room: octets behind @aead
 * @sa: the SA; referenced
 * @skb: the packet
 * @sg: @aad, then payload and ICV
 * @iv: where the cipher works on it
 * @aad: authenticated, not encrypted
 * @aead: the request proper, and behind it what the implementation asks for
 */
struct svti_request {
	u32 room;
	struct svti_sa *sa;
	struct sk_buff *skb;
	struct scatterlist sg[2];
	u8 iv[SVTI_IV_LEN_MAX];
	u8 aad[SVTI_AAD_LEN_MAX] __aligned(8);
	struct aead_request aead;
};

struct svti_request *svti_request_get(struct svti_sa *sa, struct sk_buff *skb,
				      crypto_completion_t done);
void svti_request_put(struct svti_request *req);
void svti_request_fill(struct svti_request *req, u64 seq, const u8 *iv, u8 *payload, u32 len);

void svti_request_module_exit(void);

#endif /* _SVTI_REQUEST_H */
