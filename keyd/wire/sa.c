// SPDX-License-Identifier: GPL-2.0-or-later
/* The Security Association payload: proposals, transforms, attributes; RFC 7296 3.3. */
#include "wire/wire.h"

#include "wire/get.h"

enum {
	PROPOSAL_LEN = 8,	  /* without SPI and transforms */
	TRANSFORM_LEN = 8,	  /* without attributes */
	ATTRIBUTE_LEN = 4,	  /* without the value of a long one */
	ATTRIBUTE_SHORT = 0x8000, /* AF bit: the value stands where the length would */
	ATTRIBUTE_KEY_LENGTH = 14,
	LAST = 0, /* "Last Substruc" */
	MORE_PROPOSALS = 2,
	MORE_TRANSFORMS = 3,
};

/* Is "Last Substruc" what it must be, RFC 7296 3.3.1 and 3.3.2? */
static bool last_is_right(uint8_t last, uint8_t more, bool more_follow)
{
	return last == (more_follow ? more : LAST);
}

/*
 * The one attribute there is: a Key Length in its short form. What else comes makes the transform
 * unacceptable, not the message (RFC 7296 3.3.6); so do a Key Length of 0 and a second one, of
 * which nobody could say what was agreed.
 */
static int parse_attributes(struct wire_transform *t, struct bytes rest)
{
	while (rest.len) {
		struct bytes head, value;
		uint16_t type, word;

		if (!take(&rest, ATTRIBUTE_LEN, &head))
			return WIRE_TRUNCATED;
		type = get_u16(head.data);
		word = get_u16(head.data + 2);
		if (type == (ATTRIBUTE_SHORT | ATTRIBUTE_KEY_LENGTH) && word && !t->key_bits) {
			t->key_bits = word;
			continue;
		}
		t->unknown_attr = true;
		if (!(type & ATTRIBUTE_SHORT) && !take(&rest, word, &value))
			return WIRE_TRUNCATED;
	}
	return 0;
}

static int parse_transform(struct wire_transform *t, struct bytes *rest, bool more_follow)
{
	struct bytes head, attributes;
	uint16_t len;

	if (!take(rest, TRANSFORM_LEN, &head))
		return WIRE_TRUNCATED;
	len = get_u16(head.data + 2);
	if (len < TRANSFORM_LEN)
		return WIRE_BAD_LENGTH;
	if (!take(rest, len - TRANSFORM_LEN, &attributes))
		return WIRE_TRUNCATED;
	if (!last_is_right(head.data[0], MORE_TRANSFORMS, more_follow))
		return WIRE_BAD_VALUE;
	*t = (struct wire_transform){
		.type = head.data[4],
		.id = get_u16(head.data + 6),
	};
	return parse_attributes(t, attributes);
}

/* RFC 7296 3.3.1. An IKE SA's first one has no SPI; its rekeying has. */
static bool spi_len_fits(uint8_t protocol, size_t len)
{
	switch (protocol) {
	case IKE_PROTO_IKE:
		return len == 0 || len == WIRE_SPI_LEN;
	case IKE_PROTO_AH:
	case IKE_PROTO_ESP:
		return len == 4;
	default:
		return true; /* a protocol to come: its proposal will not be chosen */
	}
}

/* Everything behind the fixed part: the SPI and exactly p->count transforms. */
static int parse_content(struct wire_proposal *p, uint8_t spi_len, struct bytes content)
{
	int err;

	if (!take(&content, spi_len, &p->spi))
		return WIRE_TRUNCATED;
	if (!spi_len_fits(p->protocol, spi_len))
		return WIRE_BAD_LENGTH;
	for (unsigned int i = 0; i < p->count; i++) {
		err = parse_transform(&p->transform[i], &content, i + 1 < p->count);
		if (err)
			return err;
	}
	return content.len ? WIRE_BAD_LENGTH : 0;
}

/*
 * Proposals are numbered in steps of one (RFC 7296 3.3.1). Holding the peer to that bounds their
 * number without counting: none may be above WIRE_PROPOSALS_MAX.
 */
static int check_number(uint8_t number, struct bytes rest)
{
	if (!number)
		return WIRE_BAD_VALUE;
	if (number > WIRE_PROPOSALS_MAX)
		return WIRE_TOO_MANY;
	if (rest.len >= PROPOSAL_LEN && rest.data[4] != number + 1)
		return WIRE_BAD_VALUE;
	return 0;
}

/**
 * wire_next_proposal() - take one proposal off an SA payload
 * @p: result, a view of the payload
 * @rest: what is left of the payload's body; moved on
 *
 * A transform with an attribute that is not one sound Key Length has @unknown_attr set and must
 * not be chosen. That the first number is 1 in a request is for the caller to check.
 *
 * Return: 1, 0 at the end, or a negative enum wire_error, after which @rest must not be used.
 */
int wire_next_proposal(struct wire_proposal *p, struct bytes *rest)
{
	struct bytes head, content;
	uint16_t len;
	int err;

	if (!rest->len)
		return 0;
	if (!take(rest, PROPOSAL_LEN, &head))
		return WIRE_TRUNCATED;
	len = get_u16(head.data + 2);
	if (len < PROPOSAL_LEN)
		return WIRE_BAD_LENGTH;
	if (!take(rest, len - PROPOSAL_LEN, &content))
		return WIRE_TRUNCATED;
	if (!last_is_right(head.data[0], MORE_PROPOSALS, rest->len))
		return WIRE_BAD_VALUE;

	p->number = head.data[4];
	p->protocol = head.data[5];
	p->count = head.data[7];
	if (!p->count)
		return WIRE_BAD_VALUE;
	if (p->count > WIRE_TRANSFORMS_MAX)
		return WIRE_TOO_MANY;
	err = check_number(p->number, *rest);
	if (!err)
		err = parse_content(p, head.data[6], content);
	return err ? err : 1;
}
