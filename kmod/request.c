// SPDX-License-Identifier: GPL-2.0
/* One request to the crypto layer: its memory, and how ESP is laid out in it. */
#include <linux/percpu.h>
#include <linux/slab.h>

#include "request.h"
#include "sad.h"

/*
 * The last request that was given back on this CPU, BH off. As long as the implementation
 * answers at once, every packet uses the same memory; one that is late takes it along, and the
 * next packet gets new memory.
 */
static DEFINE_PER_CPU(struct svti_request *, spare);

/**
 * svti_request_get() - memory for a packet's request, BH off
 * @sa: its SA, referenced by the request until svti_request_put()
 * @skb: the packet
 * @done: called if the answer comes late, with the request as its data
 *
 * Return: the request, or NULL without memory.
 */
struct svti_request *svti_request_get(struct svti_sa *sa, struct sk_buff *skb,
				      crypto_completion_t done)
{
	u32 room = crypto_aead_reqsize(sa->aead);
	struct svti_request *req = __this_cpu_xchg(spare, NULL);

	if (unlikely(!req || req->room < room)) {
		kfree(req);
		req = kmalloc(sizeof(*req) + room, GFP_ATOMIC);
		if (!req)
			return NULL;
		req->room = room;
	}
	percpu_ref_get(&sa->ref);
	req->sa = sa;
	req->skb = skb;
	aead_request_set_tfm(&req->aead, sa->aead);
	/*
	 * No CRYPTO_TFM_REQ_MAY_BACKLOG: a full queue refuses, and the packet is dropped, as on
	 * any other full queue. So -EBUSY and -ENOSPC both mean that the request is still ours.
	 */
	aead_request_set_callback(&req->aead, 0, done, req);
	return req;
}

/**
 * svti_request_put() - the request is done with, BH off
 * @req: the request; its reference to the SA is given back
 */
void svti_request_put(struct svti_request *req)
{
	svti_sa_put(req->sa);
	kfree(__this_cpu_xchg(spare, req));
}

/**
 * svti_request_fill() - lay out one ESP packet
 * @req: the request
 * @seq: sequence number, all 64 bits
 * @iv: IV as in the packet
 * @payload: what is encrypted in place, followed by the ICV
 * @len: octets of it, without the ICV
 *
 * The AAD is SPI and sequence number (RFC 4106 5, RFC 4303 3.3.2.1), followed by the IV, as the
 * kernel's rfc4106() and authenc() want it; authencesn() puts the upper half of the sequence
 * number behind the payload itself (RFC 4303 3.3.2.2).
 */
void svti_request_fill(struct svti_request *req, u64 seq, const u8 *iv, u8 *payload, u32 len)
{
	const struct svti_sa *sa = req->sa;
	const struct svti_algo *algo = sa->algo;
	__be32 *aad = (__be32 *)req->aad;
	u32 aad_len;

	*aad++ = sa->spi;
	if (sa->esn)
		*aad++ = htonl(upper_32_bits(seq));
	*aad++ = htonl(lower_32_bits(seq));
	memcpy(aad, iv, algo->iv_len);
	memcpy(req->iv, iv, algo->iv_len);
	aad_len = (u8 *)aad - req->aad + algo->iv_len;

	sg_init_table(req->sg, ARRAY_SIZE(req->sg));
	sg_set_buf(&req->sg[0], req->aad, aad_len);
	sg_set_buf(&req->sg[1], payload, len + algo->icv_len);
	/* The crypto layer counts the ICV as input of a decryption. */
	if (sa->dir == SVTI_DIR_IN)
		len += algo->icv_len;
	aead_request_set_ad(&req->aead, aad_len);
	aead_request_set_crypt(&req->aead, req->sg, req->sg, len, req->iv);
}

/**
 * svti_request_module_exit() - free what is kept, when no packet is under way
 */
void svti_request_module_exit(void)
{
	int cpu;

	for_each_possible_cpu(cpu)
		kfree(per_cpu(spare, cpu));
}
