// SPDX-License-Identifier: GPL-2.0-or-later
/* The payloads of a few fields each, RFC 7296 3.4 to 3.11. Reserved octets are not looked at. */
#include "wire/wire.h"

#include "wire/get.h"

enum {
	FIXED_LEN = 4 /* what comes before the data in most of them */
};

/**
 * wire_parse_ke() - Key Exchange payload, RFC 7296 3.4
 * @ke: result, a view of @body; whether the length fits the group is for crypto/dh.h to say
 * @body: of the payload
 *
 * Return: 0 or a negative enum wire_error.
 */
int wire_parse_ke(struct wire_ke *ke, struct bytes body)
{
	struct bytes fixed;

	if (!take(&body, FIXED_LEN, &fixed))
		return WIRE_TRUNCATED;
	if (!body.len)
		return WIRE_BAD_LENGTH;
	ke->group = get_u16(fixed.data);
	ke->data = body;
	return 0;
}

/**
 * wire_parse_id() - Identification payload, RFC 7296 3.5
 * @id: result, a view of @body; ident_from_wire() judges the content
 * @body: of the payload
 *
 * Return: 0 or a negative enum wire_error.
 */
int wire_parse_id(struct wire_id *id, struct bytes body)
{
	struct bytes fixed;

	if (!take(&body, FIXED_LEN, &fixed))
		return WIRE_TRUNCATED;
	id->type = fixed.data[0];
	id->data = body;
	return 0;
}

/**
 * wire_parse_cert() - Certificate or Certificate Request payload, RFC 7296 3.6 and 3.7
 * @cert: result, a view of @body; the data of a CERTREQ may be empty
 * @body: of the payload
 *
 * Return: 0 or a negative enum wire_error.
 */
int wire_parse_cert(struct wire_cert *cert, struct bytes body)
{
	struct bytes encoding;

	if (!take(&body, 1, &encoding))
		return WIRE_TRUNCATED;
	cert->encoding = encoding.data[0];
	cert->data = body;
	return 0;
}

/**
 * wire_parse_auth() - Authentication payload, RFC 7296 3.8
 * @auth: result, a view of @body; never empty
 * @body: of the payload
 *
 * Return: 0 or a negative enum wire_error.
 */
int wire_parse_auth(struct wire_auth *auth, struct bytes body)
{
	struct bytes fixed;

	if (!take(&body, FIXED_LEN, &fixed))
		return WIRE_TRUNCATED;
	if (!body.len)
		return WIRE_BAD_LENGTH;
	auth->method = fixed.data[0];
	auth->data = body;
	return 0;
}

/**
 * wire_parse_nonce() - Nonce payload, RFC 7296 3.9
 * @nonce: result, a view of @body
 * @body: of the payload
 *
 * Return: 0 or WIRE_BAD_LENGTH.
 */
int wire_parse_nonce(struct bytes *nonce, struct bytes body)
{
	if (body.len < WIRE_NONCE_MIN || body.len > WIRE_NONCE_MAX)
		return WIRE_BAD_LENGTH;
	*nonce = body;
	return 0;
}

/* Octets of an SPI in Notify and Delete payloads, or an error for a protocol nobody knows. */
static int spi_len_of(uint8_t protocol)
{
	switch (protocol) {
	case IKE_PROTO_IKE:
		return 0; /* they are in the IKE header */
	case IKE_PROTO_AH:
	case IKE_PROTO_ESP:
		return 4;
	default:
		return WIRE_BAD_VALUE;
	}
}

/**
 * wire_parse_notify() - Notify payload, RFC 7296 3.10
 * @n: result, a view of @body. Without an SPI the protocol means nothing and reads 0; of a
 *     protocol that we do not know, any SPI is taken
 * @body: of the payload
 *
 * Return: 0 or a negative enum wire_error.
 */
int wire_parse_notify(struct wire_notify *n, struct bytes body)
{
	struct bytes fixed;
	int spi_len;

	if (!take(&body, FIXED_LEN, &fixed))
		return WIRE_TRUNCATED;
	n->protocol = fixed.data[0];
	n->type = get_u16(fixed.data + 2);
	if (!take(&body, fixed.data[1], &n->spi))
		return WIRE_TRUNCATED;
	n->data = body;
	if (!n->spi.len) {
		n->protocol = 0;
		return 0;
	}
	if (!n->protocol)
		return WIRE_BAD_VALUE;
	spi_len = spi_len_of(n->protocol);
	return spi_len >= 0 && n->spi.len != (size_t)spi_len ? WIRE_BAD_LENGTH : 0;
}

/**
 * wire_parse_delete() - Delete payload, RFC 7296 3.11
 * @d: result, a view of @body
 * @body: of the payload
 *
 * Return: 0 or a negative enum wire_error.
 */
int wire_parse_delete(struct wire_delete *d, struct bytes body)
{
	struct bytes fixed;
	int spi_len;

	if (!take(&body, FIXED_LEN, &fixed))
		return WIRE_TRUNCATED;
	d->protocol = fixed.data[0];
	d->spi_len = fixed.data[1];
	d->count = get_u16(fixed.data + 2);
	d->spis = body;

	spi_len = spi_len_of(d->protocol);
	if (spi_len < 0)
		return spi_len;
	if (d->spi_len != spi_len || (!spi_len && d->count))
		return WIRE_BAD_LENGTH;
	if (d->count > WIRE_DELETE_SPIS_MAX)
		return WIRE_TOO_MANY;
	if (d->count * d->spi_len > body.len)
		return WIRE_TRUNCATED;
	return d->count * d->spi_len < body.len ? WIRE_BAD_LENGTH : 0;
}
