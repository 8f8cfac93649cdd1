/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The IKEv2 payload codec, RFC 7296 3: octets <-> views. Pure: nothing is allocated, no
 * I/O, no SA. A view points into the message that it was parsed from and lives as long.
 *
 * Parsing is strict about every length. Each parser returns 0, or a negative enum wire_error.
 */
#ifndef KEYD_WIRE_WIRE_H
#define KEYD_WIRE_WIRE_H

#include "base/addr.h"
#include "base/bytes.h"
#include "wire/iana.h"

enum {
	WIRE_HEADER_LEN = 28,
	WIRE_SPI_LEN = 8,
	WIRE_MESSAGE_MAX = 65535 - 8 - 20, /* largest message that fits in UDP over IPv4 */
	WIRE_PAYLOADS_MAX = 64, /* in one chain */
	WIRE_PROPOSALS_MAX = 32, /* in one SA payload */
	WIRE_TRANSFORMS_MAX = 64, /* in one proposal */
	WIRE_TS_MAX = 32, /* in one TS payload */
	WIRE_NONCE_MIN = 16,
	WIRE_NONCE_MAX = 256, /* RFC 7296 3.9 */
	WIRE_DELETE_SPIS_MAX = 128,
};

enum wire_error {
	WIRE_TRUNCATED = -1, /* a length points beyond the end */
	WIRE_BAD_LENGTH = -2, /* a length that its kind cannot have */
	WIRE_BAD_VALUE = -3, /* a field with a value that it must not have */
	WIRE_TOO_MANY = -4, /* above one of the limits */
	WIRE_VERSION = -5, /* major version is not 2 */
	WIRE_CRITICAL = -6, /* unknown payload with the critical bit, RFC 7296 2.5 */
};
const char *wire_error_text(int error);

enum wire_flags {
	WIRE_FLAG_INITIATOR = 0x08,
	WIRE_FLAG_VERSION = 0x10,
	WIRE_FLAG_RESPONSE = 0x20,
};

/* The header, RFC 7296 3.1. SPIs are compared as octets only. */
struct wire_header {
	uint8_t spi_i[WIRE_SPI_LEN];
	uint8_t spi_r[WIRE_SPI_LEN];
	uint8_t next_payload;
	uint8_t version; /* major << 4 | minor */
	uint8_t exchange;
	uint8_t flags;
	uint32_t message_id;
	uint32_t length;
};

struct wire_payload {
	uint8_t type;
	bool critical;
	struct bytes body; /* behind the generic header */
};

/* A chain of payloads. In an SK payload @next_inner is the type of the first one inside. */
struct wire_chain {
	struct wire_payload payload[WIRE_PAYLOADS_MAX];
	unsigned int count;
	uint8_t next_inner;
	uint8_t bad_critical; /* type that made WIRE_CRITICAL */
};

int wire_parse_header(struct wire_header *h, struct bytes message);
/* Walk the payloads of @area, first of type @first. An SK or SKF payload ends the chain. */
int wire_parse_chain(struct wire_chain *c, uint8_t first, struct bytes area);
/* The first payload of @type, or NULL. */
const struct wire_payload *wire_find(const struct wire_chain *c, uint8_t type);
unsigned int wire_count(const struct wire_chain *c, uint8_t type);

struct wire_transform {
	uint8_t type;
	uint16_t id;
	uint16_t key_bits; /* 0: no Key Length attribute */
	bool unknown_attr; /* carries an attribute that is not one sound Key Length: not acceptable */
};

struct wire_proposal {
	uint8_t number;
	uint8_t protocol;
	struct bytes spi;
	unsigned int count;
	struct wire_transform transform[WIRE_TRANSFORMS_MAX];
};

/*
 * Iterate the proposals of an SA payload, one at a time to keep the memory small:
 * 	struct bytes rest = payload->body;
 * 	while ((r = wire_next_proposal(&p, &rest)) > 0) ...
 * Returns 1, 0 at the end, or a negative error.
 */
int wire_next_proposal(struct wire_proposal *p, struct bytes *rest);

struct wire_ke {
	uint16_t group;
	struct bytes data;
};
int wire_parse_ke(struct wire_ke *ke, struct bytes body);

struct wire_id {
	uint8_t type;
	struct bytes data;
};
int wire_parse_id(struct wire_id *id, struct bytes body);

struct wire_cert { /* CERT and CERTREQ */
	uint8_t encoding;
	struct bytes data;
};
int wire_parse_cert(struct wire_cert *cert, struct bytes body);

struct wire_auth {
	uint8_t method;
	struct bytes data;
};
int wire_parse_auth(struct wire_auth *auth, struct bytes body);

int wire_parse_nonce(struct bytes *nonce, struct bytes body);

struct wire_notify {
	uint8_t protocol;
	uint16_t type;
	struct bytes spi;
	struct bytes data;
};
int wire_parse_notify(struct wire_notify *n, struct bytes body);

struct wire_delete {
	uint8_t protocol;
	uint8_t spi_len; /* 0 or 4 */
	unsigned int count;
	struct bytes spis; /* count * spi_len octets */
};
int wire_parse_delete(struct wire_delete *d, struct bytes body);

/* A traffic selector, RFC 7296 3.13.1; addresses in network order, ports in host order. */
struct wire_ts {
	uint8_t proto; /* 0: any */
	uint16_t port_min;
	uint16_t port_max;
	struct addr min;
	struct addr max;
};

struct wire_ts_list {
	unsigned int count;
	struct wire_ts ts[WIRE_TS_MAX];
};
/* Selectors of a type we do not know are left out (RFC 7296 3.13). */
int wire_parse_ts(struct wire_ts_list *list, struct bytes body);

/*
 * Building. Every call appends; running out of room sets @overflow and all later calls do
 * nothing, so one check at the end is enough. Payloads link themselves to the one before.
 */
struct wire_out {
	uint8_t *buf;
	size_t cap;
	size_t len;
	size_t next_at; /* where the type of the next payload goes, 0: chain has no header: @first */
	uint8_t first; /* type of the first payload of a chain without header */
	bool overflow;
};

/* A message; of @h: SPIs, exchange, flags, message id. wire_end_message() sets its length. */
void wire_begin_message(struct wire_out *o, void *buf, size_t cap, const struct wire_header *h);
/* A chain without header: the content of an SK payload. */
void wire_begin_chain(struct wire_out *o, void *buf, size_t cap);
/* Returns the length of the message, or 0 after an overflow. */
size_t wire_end_message(struct wire_out *o);

/*
 * A payload by hand: begin gives its place, which end needs. The octet there is its Next Payload
 * field: set it for SK, where it is the type of the first payload inside.
 */
size_t wire_begin_payload(struct wire_out *o, uint8_t type);
void wire_end_payload(struct wire_out *o, size_t at);
void wire_put(struct wire_out *o, const void *data, size_t len); /* NULL @data: zeros */
void wire_put_u8(struct wire_out *o, uint8_t v);
void wire_put_u16(struct wire_out *o, uint16_t v);
void wire_put_u32(struct wire_out *o, uint32_t v);

void wire_put_sa(struct wire_out *o, const struct wire_proposal *proposals, unsigned int count);
void wire_put_ke(struct wire_out *o, uint16_t group, struct bytes data);
void wire_put_id(struct wire_out *o, uint8_t payload, uint8_t id_type, struct bytes data);
void wire_put_cert(struct wire_out *o, uint8_t payload, uint8_t encoding, struct bytes data);
void wire_put_auth(struct wire_out *o, uint8_t method, struct bytes data);
void wire_put_nonce(struct wire_out *o, struct bytes nonce);
void wire_put_notify(struct wire_out *o, uint8_t protocol, struct bytes spi, uint16_t type,
		     struct bytes data);
void wire_put_delete_ike(struct wire_out *o);
void wire_put_delete_esp(struct wire_out *o, const uint32_t *spis, unsigned int count);
void wire_put_ts(struct wire_out *o, uint8_t payload, const struct wire_ts_list *list);

#endif
