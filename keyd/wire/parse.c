// SPDX-License-Identifier: GPL-2.0-or-later
/* The frame of a message: header and chain of payloads, RFC 7296 3.1 and 3.2. */
#include "wire/wire.h"

#include "wire/get.h"

enum {
	GENERIC_HEADER_LEN = 4,
	CRITICAL_BIT = 0x80,
	MAJOR_VERSION = 2,
};

/**
 * wire_error_text() - what a parser did not like
 * @error: enum wire_error
 *
 * Return: a clause for the log, static.
 */
const char *wire_error_text(int error)
{
	switch (error) {
	case WIRE_TRUNCATED:
		return "a length points beyond the end";
	case WIRE_BAD_LENGTH:
		return "a length that cannot be";
	case WIRE_BAD_VALUE:
		return "a field has a value that it must not have";
	case WIRE_TOO_MANY:
		return "more elements than are accepted";
	case WIRE_VERSION:
		return "the major version is not 2";
	case WIRE_CRITICAL:
		return "an unknown payload is marked as critical";
	default:
		return "no error";
	}
}

/**
 * wire_parse_header() - read the IKE header
 * @h: result. Filled in also with WIRE_VERSION, whose answer needs it (RFC 7296 2.5)
 * @message: a whole datagram, without the non-ESP marker of UDP port 4500
 *
 * The minor version and reserved flags are for the reader to ignore, RFC 7296 3.1.
 *
 * Return: 0; WIRE_TRUNCATED, WIRE_VERSION, or WIRE_BAD_LENGTH when the message is longer than
 * it says or than any can be.
 */
int wire_parse_header(struct wire_header *h, struct bytes message)
{
	const uint8_t *at = message.data;

	if (message.len < WIRE_HEADER_LEN)
		return WIRE_TRUNCATED;
	memcpy(h->spi_i, at, WIRE_SPI_LEN);
	memcpy(h->spi_r, at + 8, WIRE_SPI_LEN);
	h->next_payload = at[16];
	h->version = at[17];
	h->exchange = at[18];
	h->flags = at[19];
	h->message_id = get_u32(at + 20);
	h->length = get_u32(at + 24);

	/* Another version may count its length in another way: this one first. */
	if (h->version >> 4 != MAJOR_VERSION)
		return WIRE_VERSION;
	if (h->length > message.len)
		return WIRE_TRUNCATED;
	if (h->length < message.len || message.len > WIRE_MESSAGE_MAX)
		return WIRE_BAD_LENGTH;
	return 0;
}

static bool is_known(uint8_t type)
{
	switch (type) {
#define X(name, number, text) case number:
		IKE_PAYLOADS(X)
#undef X
		return true;
	default:
		return false;
	}
}

static bool is_encrypted(uint8_t type)
{
	return type == IKE_PAYLOAD_SK || type == IKE_PAYLOAD_SKF;
}

/**
 * wire_parse_chain() - walk payloads
 * @c: result; with WIRE_CRITICAL, @c->bad_critical is the payload to complain of
 * @first: type of the first payload: from the IKE header, or @next_inner of an SK payload
 * @area: all payloads, nothing else
 *
 * An unknown payload without the critical bit stays in the chain, where nobody looks for it; the
 * bit of a known one means nothing (RFC 7296 3.2). SK and SKF must be the last (RFC 7296 3.14):
 * their next payload is inside, in @c->next_inner.
 *
 * Return: 0 or a negative enum wire_error.
 */
int wire_parse_chain(struct wire_chain *c, uint8_t first, struct bytes area)
{
	uint8_t type = first, next;

	c->count = 0;
	c->next_inner = IKE_PAYLOAD_NONE;
	c->bad_critical = IKE_PAYLOAD_NONE;

	for (; type != IKE_PAYLOAD_NONE; type = next) {
		struct wire_payload *p;
		struct bytes head;
		uint16_t len;

		if (c->count == WIRE_PAYLOADS_MAX)
			return WIRE_TOO_MANY;
		if (!take(&area, GENERIC_HEADER_LEN, &head))
			return WIRE_TRUNCATED;
		next = head.data[0];
		len = get_u16(head.data + 2);
		if (len < GENERIC_HEADER_LEN)
			return WIRE_BAD_LENGTH;

		p = &c->payload[c->count];
		p->type = type;
		p->critical = head.data[1] & CRITICAL_BIT;
		if (!take(&area, len - GENERIC_HEADER_LEN, &p->body))
			return WIRE_TRUNCATED;
		c->count++;

		if (p->critical && !is_known(type)) {
			c->bad_critical = type;
			return WIRE_CRITICAL;
		}
		if (is_encrypted(type)) {
			c->next_inner = next;
			break;
		}
	}
	return area.len ? WIRE_BAD_LENGTH : 0;
}

/**
 * wire_find() - look for a payload
 * @c: chain
 * @type: enum ike_payload_type
 *
 * Return: the first one of that type, in @c, or NULL.
 */
const struct wire_payload *wire_find(const struct wire_chain *c, uint8_t type)
{
	for (unsigned int i = 0; i < c->count; i++)
		if (c->payload[i].type == type)
			return &c->payload[i];
	return NULL;
}

/**
 * wire_count() - count payloads
 * @c: chain
 * @type: enum ike_payload_type
 *
 * Return: how many of that type there are.
 */
unsigned int wire_count(const struct wire_chain *c, uint8_t type)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < c->count; i++)
		n += c->payload[i].type == type;
	return n;
}
