// SPDX-License-Identifier: GPL-2.0-or-later
/* Whole messages: encrypted and decrypted, RFC 7296 3.14, and handed to the network. */
#include <errno.h>

#include "crypto/alg.h"
#include "ike/sa.h"

enum {
	GENERIC_HEADER_LEN = 4
};

void message_send(struct ike *ike, const struct endpoint *local, const struct endpoint *remote,
		  struct bytes message)
{
	ike->counters.sent++;
	ike->env.send(ike->env.ctx, local, remote, message);
}

void message_notify(struct wire_out *o, uint16_t type)
{
	wire_put_notify(o, 0, BYTES_NONE, type, BYTES_NONE);
}

/* AEAD: never the same again with this key, RFC 5282 3; CBC: not to be foreseen, RFC 7296 3.14. */
static void make_iv(struct sa *sa, uint8_t *iv, size_t len)
{
	uint64_t number = sa->iv++;

	if (!alg_is_aead(sa->seal_out.encr)) {
		ike_random(sa->ike, iv, len);
		return;
	}
	for (size_t i = len; i--; number >>= 8)
		iv[i] = (uint8_t)number;
}

/**
 * message_seal() - encrypt payloads into a message
 * @sa: whose keys
 * @exchange: of the header
 * @response: of the header
 * @id: message id
 * @inner: payloads
 *
 * Return: the message in ike->sealed, or BYTES_NONE when it is too large.
 */
struct bytes message_seal(struct sa *sa, uint8_t exchange, bool response, uint32_t id,
			  const struct wire_out *inner)
{
	struct ike *ike = sa->ike;
	size_t body_len = seal_body_len(&sa->seal_out, inner->len), at, body;
	struct wire_header h = {
		.exchange = exchange,
		.flags = (uint8_t)((sa->initiator ? WIRE_FLAG_INITIATOR : 0) |
				   (response ? WIRE_FLAG_RESPONSE : 0)),
		.message_id = id,
	};
	struct wire_out o;
	uint8_t iv[16];

	if (inner->overflow)
		return BYTES_NONE;
	memcpy(h.spi_i, sa->spi_i, WIRE_SPI_LEN);
	memcpy(h.spi_r, sa->spi_r, WIRE_SPI_LEN);
	wire_begin_message(&o, ike->sealed, sizeof(ike->sealed), &h);
	at = wire_begin_payload(&o, IKE_PAYLOAD_SK);
	body = o.len;
	wire_put(&o, NULL, body_len);
	wire_end_payload(&o, at);
	if (!wire_end_message(&o))
		return BYTES_NONE;
	ike->sealed[at] = inner->len ? inner->first : IKE_PAYLOAD_NONE;
	make_iv(sa, iv, seal_iv_len(&sa->seal_out));
	if (seal_make(&sa->seal_out, bytes_of(ike->sealed, body), iv,
		      bytes_of(inner->buf, inner->len), ike->sealed + body))
		return BYTES_NONE;
	return bytes_of(ike->sealed, o.len);
}

int message_open(struct ike *ike, const struct seal *seal, struct bytes raw,
		 const struct wire_chain *outer, struct wire_chain *inner)
{
	const struct wire_payload *sk = &outer->payload[outer->count - 1];
	struct bytes header = bytes_of(raw.data, (size_t)(sk->body.data - raw.data));
	size_t len;
	int r;

	if (!sk->body.len || sk->body.len > sizeof(ike->opened) ||
	    seal_open(seal, header, sk->body, ike->opened, &len))
		return -EBADMSG;
	r = wire_parse_chain(inner, outer->next_inner, bytes_of(ike->opened, len));
	/* SK in SK: nobody may send that. */
	if (!r && (wire_find(inner, IKE_PAYLOAD_SK) || wire_find(inner, IKE_PAYLOAD_SKF)))
		r = WIRE_BAD_VALUE;
	return r ? MESSAGE_BAD_INSIDE + r : 0;
}
