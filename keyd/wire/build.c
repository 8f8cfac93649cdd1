// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Building of messages, RFC 7296 3. Reserved fields and the critical bit are sent as zero. What
 * does not fit, in the buffer or in a length field, sets @overflow.
 */
#include "wire/wire.h"

enum {
	NEXT_PAYLOAD_AT = 16, /* in the IKE header */
	LENGTH_AT = 24,
	VERSION = 2 << 4,
	KEY_LENGTH_ATTRIBUTE = 0x8000 | 14,
	LAST = 0,
	MORE_PROPOSALS = 2,
	MORE_TRANSFORMS = 3,
};

static bool has_room(struct wire_out *o, size_t len)
{
	if (!o->overflow && len > o->cap - o->len)
		o->overflow = true;
	return !o->overflow;
}

/**
 * wire_put() - append octets
 * @o: where to
 * @data: octets; NULL for zeros, which reserve the room
 * @len: how many
 */
void wire_put(struct wire_out *o, const void *data, size_t len)
{
	if (!len || !has_room(o, len))
		return;
	if (data)
		memcpy(o->buf + o->len, data, len);
	else
		memset(o->buf + o->len, 0, len);
	o->len += len;
}

void wire_put_u8(struct wire_out *o, uint8_t v)
{
	wire_put(o, &v, sizeof(v));
}

void wire_put_u16(struct wire_out *o, uint16_t v)
{
	wire_put_u8(o, (uint8_t)(v >> 8));
	wire_put_u8(o, (uint8_t)v);
}

void wire_put_u32(struct wire_out *o, uint32_t v)
{
	wire_put_u16(o, (uint16_t)(v >> 16));
	wire_put_u16(o, (uint16_t)v);
}

static void put_bytes(struct wire_out *o, struct bytes b)
{
	wire_put(o, b.data, b.len);
}

/* Put the octets from @at to the end into the 16-bit length field at @field. */
static void set_len16(struct wire_out *o, size_t at, size_t field)
{
	size_t len = o->len - at;

	if (!o->overflow && len > UINT16_MAX)
		o->overflow = true;
	if (o->overflow)
		return;
	o->buf[field] = (uint8_t)(len >> 8);
	o->buf[field + 1] = (uint8_t)len;
}

static void begin(struct wire_out *o, void *buf, size_t cap)
{
	*o = (struct wire_out){ .buf = buf, .cap = cap, .first = IKE_PAYLOAD_NONE };
}

/**
 * wire_begin_message() - start a message with its header
 * @o: builder, set up anew
 * @buf: the caller's, keeps it
 * @cap: octets of @buf
 * @h: SPIs, exchange, flags and message id. Version, next payload and length are our business;
 *     of the flags only those that we may set are sent (RFC 7296 3.1)
 */
void wire_begin_message(struct wire_out *o, void *buf, size_t cap, const struct wire_header *h)
{
	begin(o, buf, cap);
	wire_put(o, h->spi_i, WIRE_SPI_LEN);
	wire_put(o, h->spi_r, WIRE_SPI_LEN);
	wire_put_u8(o, IKE_PAYLOAD_NONE);
	wire_put_u8(o, VERSION);
	wire_put_u8(o, h->exchange);
	wire_put_u8(o, h->flags & (WIRE_FLAG_INITIATOR | WIRE_FLAG_RESPONSE));
	wire_put_u32(o, h->message_id);
	wire_put_u32(o, 0);
	o->next_at = NEXT_PAYLOAD_AT;
}

/**
 * wire_begin_chain() - start the content of an SK payload
 * @o: builder, set up anew; @o->first is what the SK payload's Next Payload field gets
 * @buf: the caller's, keeps it
 * @cap: octets of @buf
 */
void wire_begin_chain(struct wire_out *o, void *buf, size_t cap)
{
	begin(o, buf, cap);
}

/**
 * wire_end_message() - set the length of the message
 * @o: from wire_begin_message(), all payloads ended
 *
 * Return: octets of the message, or 0 when it did not fit.
 */
size_t wire_end_message(struct wire_out *o)
{
	if (!o->overflow && o->len > WIRE_MESSAGE_MAX)
		o->overflow = true;
	if (o->overflow)
		return 0;
	for (unsigned int i = 0; i < 4; i++)
		o->buf[LENGTH_AT + i] = (uint8_t)(o->len >> (24 - 8 * i));
	return o->len;
}

/**
 * wire_begin_payload() - start a payload
 * @o: builder
 * @type: enum ike_payload_type
 *
 * Links it to the payload before, or to the header. Its generic header is at the offset that is
 * returned; the Next Payload field, the first octet there, is the caller's to set for SK alone.
 *
 * Return: the place that wire_end_payload() wants.
 */
size_t wire_begin_payload(struct wire_out *o, uint8_t type)
{
	size_t at = o->len;

	wire_put(o, NULL, 4);
	if (o->overflow)
		return at;
	if (at)
		o->buf[o->next_at] = type;
	else
		o->first = type;
	o->next_at = at;
	return at;
}

/**
 * wire_end_payload() - set the length of a payload
 * @o: builder
 * @at: from wire_begin_payload()
 */
void wire_end_payload(struct wire_out *o, size_t at)
{
	set_len16(o, at, at + 2);
}

static void put_transform(struct wire_out *o, const struct wire_transform *t, bool last)
{
	size_t at = o->len;

	wire_put_u8(o, last ? LAST : MORE_TRANSFORMS);
	wire_put_u8(o, 0);
	wire_put_u16(o, 0);
	wire_put_u8(o, t->type);
	wire_put_u8(o, 0);
	wire_put_u16(o, t->id);
	if (t->key_bits) {
		wire_put_u16(o, KEY_LENGTH_ATTRIBUTE);
		wire_put_u16(o, t->key_bits);
	}
	set_len16(o, at, at + 2);
}

static void put_proposal(struct wire_out *o, const struct wire_proposal *p, bool last)
{
	size_t at = o->len;

	if (p->spi.len > UINT8_MAX || p->count > WIRE_TRANSFORMS_MAX) {
		o->overflow = true;
		return;
	}
	wire_put_u8(o, last ? LAST : MORE_PROPOSALS);
	wire_put_u8(o, 0);
	wire_put_u16(o, 0);
	wire_put_u8(o, p->number);
	wire_put_u8(o, p->protocol);
	wire_put_u8(o, (uint8_t)p->spi.len);
	wire_put_u8(o, (uint8_t)p->count);
	put_bytes(o, p->spi);
	for (unsigned int i = 0; i < p->count; i++)
		put_transform(o, &p->transform[i], i + 1 == p->count);
	set_len16(o, at, at + 2);
}

/**
 * wire_put_sa() - Security Association payload, RFC 7296 3.3
 * @o: builder
 * @proposals: the numbers in them are sent as they are
 * @count: of @proposals
 */
void wire_put_sa(struct wire_out *o, const struct wire_proposal *proposals, unsigned int count)
{
	size_t at = wire_begin_payload(o, IKE_PAYLOAD_SA);

	for (unsigned int i = 0; i < count; i++)
		put_proposal(o, &proposals[i], i + 1 == count);
	wire_end_payload(o, at);
}

/**
 * wire_put_ke() - Key Exchange payload, RFC 7296 3.4
 * @o: builder
 * @group: KE transform id
 * @data: public value, of the group's full length
 */
void wire_put_ke(struct wire_out *o, uint16_t group, struct bytes data)
{
	size_t at = wire_begin_payload(o, IKE_PAYLOAD_KE);

	wire_put_u16(o, group);
	wire_put_u16(o, 0);
	put_bytes(o, data);
	wire_end_payload(o, at);
}

/* One octet, three reserved, data: RFC 7296 3.5 and 3.8. */
static void put_typed(struct wire_out *o, uint8_t payload, uint8_t kind, struct bytes data)
{
	size_t at = wire_begin_payload(o, payload);

	wire_put_u8(o, kind);
	wire_put(o, NULL, 3);
	put_bytes(o, data);
	wire_end_payload(o, at);
}

/**
 * wire_put_id() - Identification payload, RFC 7296 3.5
 * @o: builder
 * @payload: IKE_PAYLOAD_IDI or IKE_PAYLOAD_IDR
 * @id_type: enum ident_type
 * @data: as on the wire
 */
void wire_put_id(struct wire_out *o, uint8_t payload, uint8_t id_type, struct bytes data)
{
	put_typed(o, payload, id_type, data);
}

/**
 * wire_put_cert() - Certificate or Certificate Request payload, RFC 7296 3.6 and 3.7
 * @o: builder
 * @payload: IKE_PAYLOAD_CERT or IKE_PAYLOAD_CERTREQ
 * @encoding: IKE_CERT_X509_SIGNATURE, ...
 * @data: the certificate, or the key hashes of authorities one after the other
 */
void wire_put_cert(struct wire_out *o, uint8_t payload, uint8_t encoding, struct bytes data)
{
	size_t at = wire_begin_payload(o, payload);

	wire_put_u8(o, encoding);
	put_bytes(o, data);
	wire_end_payload(o, at);
}

/**
 * wire_put_auth() - Authentication payload, RFC 7296 3.8
 * @o: builder
 * @method: enum ike_auth_method
 * @data: MAC or signature
 */
void wire_put_auth(struct wire_out *o, uint8_t method, struct bytes data)
{
	put_typed(o, IKE_PAYLOAD_AUTH, method, data);
}

/**
 * wire_put_nonce() - Nonce payload, RFC 7296 3.9
 * @o: builder
 * @nonce: WIRE_NONCE_MIN to WIRE_NONCE_MAX octets
 */
void wire_put_nonce(struct wire_out *o, struct bytes nonce)
{
	size_t at = wire_begin_payload(o, IKE_PAYLOAD_NONCE);

	put_bytes(o, nonce);
	wire_end_payload(o, at);
}

/**
 * wire_put_notify() - Notify payload, RFC 7296 3.10
 * @o: builder
 * @protocol: of the SA that @spi is of; sent as 0 without an SPI
 * @spi: SPI or BYTES_NONE
 * @type: enum ike_notify_type
 * @data: as the type wants it, or BYTES_NONE
 */
void wire_put_notify(struct wire_out *o, uint8_t protocol, struct bytes spi, uint16_t type,
		     struct bytes data)
{
	size_t at = wire_begin_payload(o, IKE_PAYLOAD_NOTIFY);

	if (spi.len > UINT8_MAX)
		o->overflow = true;
	wire_put_u8(o, spi.len ? protocol : 0);
	wire_put_u8(o, (uint8_t)spi.len);
	wire_put_u16(o, type);
	put_bytes(o, spi);
	put_bytes(o, data);
	wire_end_payload(o, at);
}

static size_t begin_delete(struct wire_out *o, uint8_t protocol, uint8_t spi_len, uint16_t count)
{
	size_t at = wire_begin_payload(o, IKE_PAYLOAD_DELETE);

	wire_put_u8(o, protocol);
	wire_put_u8(o, spi_len);
	wire_put_u16(o, count);
	return at;
}

/**
 * wire_put_delete_ike() - Delete payload for the IKE SA that carries it, RFC 7296 3.11
 * @o: builder
 */
void wire_put_delete_ike(struct wire_out *o)
{
	wire_end_payload(o, begin_delete(o, IKE_PROTO_IKE, 0, 0));
}

/**
 * wire_put_delete_esp() - Delete payload for ESP SAs, RFC 7296 3.11
 * @o: builder
 * @spis: of our inbound SAs, host order
 * @count: of @spis, at most WIRE_DELETE_SPIS_MAX
 */
void wire_put_delete_esp(struct wire_out *o, const uint32_t *spis, unsigned int count)
{
	size_t at = begin_delete(o, IKE_PROTO_ESP, sizeof(*spis), (uint16_t)count);

	if (count > WIRE_DELETE_SPIS_MAX)
		o->overflow = true;
	for (unsigned int i = 0; i < count && !o->overflow; i++)
		wire_put_u32(o, spis[i]);
	wire_end_payload(o, at);
}

static void put_selector(struct wire_out *o, const struct wire_ts *ts)
{
	size_t at = o->len, ip_len = addr_len(&ts->min);

	if (!ip_len || ts->max.family != ts->min.family) {
		o->overflow = true; /* "any" has no form on the wire */
		return;
	}
	wire_put_u8(o, ts->min.family == AF_INET ? IKE_TS_IPV4_ADDR_RANGE : IKE_TS_IPV6_ADDR_RANGE);
	wire_put_u8(o, ts->proto);
	wire_put_u16(o, 0);
	wire_put_u16(o, ts->port_min);
	wire_put_u16(o, ts->port_max);
	wire_put(o, ts->min.ip, ip_len);
	wire_put(o, ts->max.ip, ip_len);
	set_len16(o, at, at + 2);
}

/**
 * wire_put_ts() - Traffic Selector payload, RFC 7296 3.13
 * @o: builder
 * @payload: IKE_PAYLOAD_TSI or IKE_PAYLOAD_TSR
 * @list: at least one selector, of IPv4 or IPv6 addresses
 */
void wire_put_ts(struct wire_out *o, uint8_t payload, const struct wire_ts_list *list)
{
	size_t at = wire_begin_payload(o, payload);

	if (list->count > WIRE_TS_MAX)
		o->overflow = true;
	wire_put_u8(o, (uint8_t)list->count);
	wire_put(o, NULL, 3);
	for (unsigned int i = 0; i < list->count && !o->overflow; i++)
		put_selector(o, &list->ts[i]);
	wire_end_payload(o, at);
}
