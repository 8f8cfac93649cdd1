// SPDX-License-Identifier: GPL-2.0-or-later
#include "unit/wire_samples.h"

#include "unit/unit.h"

struct bytes sample_only_body(const struct wire_out *o, uint8_t type)
{
	static struct wire_chain chain;

	ck_assert(!o->overflow);
	ck_assert_uint_eq(o->first, type);
	ck_assert_int_eq(wire_parse_chain(&chain, type, bytes_of(o->buf, o->len)), 0);
	ck_assert_uint_eq(chain.count, 1);
	ck_assert_uint_eq(chain.payload[0].type, type);
	ck_assert(!chain.payload[0].critical);
	return chain.payload[0].body;
}

static void fill_proposals(struct wire_proposal p[2])
{
	p[0] = (struct wire_proposal){
		.number = 1,
		.protocol = IKE_PROTO_IKE,
		.count = 4,
		.transform = {
			{ .type = IKE_TT_ENCR, .id = 20, .key_bits = 128 },
			{ .type = IKE_TT_ENCR, .id = 20, .key_bits = 256 },
			{ .type = IKE_TT_PRF, .id = 5 },
			{ .type = IKE_TT_KE, .id = 31 },
		},
	};
	p[1] = (struct wire_proposal){
		.number = 2,
		.protocol = IKE_PROTO_ESP,
		.spi = hex("c0ffee01"),
		.count = 3,
		.transform = {
			{ .type = IKE_TT_ENCR, .id = 12, .key_bits = 256 },
			{ .type = IKE_TT_INTEG, .id = 12 },
			{ .type = IKE_TT_ESN, .id = 1 },
		},
	};
}

struct wire_ts sample_selector(uint8_t proto, uint16_t port_min, uint16_t port_max, const char *min,
			       const char *max)
{
	struct wire_ts ts = { .proto = proto, .port_min = port_min, .port_max = port_max };

	ck_assert_int_eq(addr_parse(&ts.min, min), 0);
	ck_assert_int_eq(addr_parse(&ts.max, max), 0);
	return ts;
}

void sample_put_payloads(struct wire_out *o)
{
	static const uint32_t spis[] = { 0x11223344, 0x55667788, 0xffffffff };
	struct bytes data = hex("00112233445566778899aabbccddeeff");
	struct wire_ts_list ts = { .count = 2 };
	struct wire_proposal proposals[2];
	size_t at;

	fill_proposals(proposals);
	ts.ts[0] = sample_selector(0, 0, 65535, "10.1.0.0", "10.1.255.255");
	ts.ts[1] = sample_selector(17, 500, 500, "2001:db8::", "2001:db8::ffff");

	wire_put_sa(o, proposals, 2);
	wire_put_ke(o, 31, hex("0be7c1f5aad87d7e448662673298a443478b859745179eaf564c79c0ef6eee25"));
	wire_put_nonce(o, data);
	wire_put_id(o, IKE_PAYLOAD_IDI, 2, bytes_of("alice.example", 13));
	wire_put_id(o, IKE_PAYLOAD_IDR, 11, BYTES_NONE);
	wire_put_cert(o, IKE_PAYLOAD_CERT, IKE_CERT_X509_SIGNATURE, data);
	wire_put_cert(o, IKE_PAYLOAD_CERTREQ, IKE_CERT_X509_SIGNATURE, BYTES_NONE);
	wire_put_auth(o, IKE_METHOD_PSK, data);
	wire_put_notify(o, IKE_PROTO_ESP, hex("01020304"), IKE_N_REKEY_SA, BYTES_NONE);
	wire_put_notify(o, IKE_PROTO_IKE, BYTES_NONE, IKE_N_COOKIE, data);
	wire_put_delete_ike(o);
	wire_put_delete_esp(o, spis, COUNT_OF(spis));
	wire_put_ts(o, IKE_PAYLOAD_TSI, &ts);
	ts.count = 1;
	wire_put_ts(o, IKE_PAYLOAD_TSR, &ts);
	at = wire_begin_payload(o, IKE_PAYLOAD_VENDOR);
	wire_put(o, "vendor", 6);
	wire_end_payload(o, at);
}

size_t sample_message(void *buf, size_t cap)
{
	const struct wire_header h = {
		.spi_i = { 1, 2, 3, 4, 5, 6, 7, 8 },
		.spi_r = { 9, 10, 11, 12, 13, 14, 15, 16 },
		.exchange = IKE_EXCHANGE_IKE_AUTH,
		.flags = WIRE_FLAG_INITIATOR,
		.message_id = 0x01020304,
	};
	struct wire_out o;

	wire_begin_message(&o, buf, cap, &h);
	sample_put_payloads(&o);
	return wire_end_message(&o);
}

/* ASan sees a read that is out of bounds; this one sees a view that is of something else. */
static void read_all(struct bytes view, struct bytes message)
{
	static volatile uint8_t sum;

	if (!view.len)
		return;
	must(view.data >= message.data);
	must(view.data + view.len <= message.data + message.len);
	for (size_t i = 0; i < view.len; i++)
		sum = (uint8_t)(sum + view.data[i]);
}

static int read_sa(struct bytes body)
{
	struct wire_proposal p;
	struct bytes rest = body;
	unsigned int proposals = 0;
	int r;

	while ((r = wire_next_proposal(&p, &rest)) > 0) {
		must(++proposals <= WIRE_PROPOSALS_MAX);
		must(p.count >= 1);
		must(p.count <= WIRE_TRANSFORMS_MAX);
		read_all(p.spi, body);
	}
	return r;
}

static int read_ts(struct bytes body)
{
	struct wire_ts_list list;
	int err = wire_parse_ts(&list, body);

	must(list.count <= WIRE_TS_MAX);
	for (unsigned int i = 0; !err && i < list.count; i++) {
		size_t len = addr_len(&list.ts[i].min);

		must(len != 0);
		must(list.ts[i].max.family == list.ts[i].min.family);
		must(memcmp(list.ts[i].min.ip, list.ts[i].max.ip, len) <= 0);
	}
	return err;
}

static int read_delete(struct bytes body)
{
	struct wire_delete d;
	int err = wire_parse_delete(&d, body);

	if (!err) {
		must(d.spis.len == (size_t)d.count * d.spi_len);
		read_all(d.spis, body);
	}
	return err;
}

static int read_notify(struct bytes body)
{
	struct wire_notify n;
	int err = wire_parse_notify(&n, body);

	if (!err) {
		read_all(n.spi, body);
		read_all(n.data, body);
	}
	return err;
}

/* The payloads that are one number and data. */
static int read_simple(uint8_t type, struct bytes body)
{
	struct bytes data = BYTES_NONE;
	struct wire_cert cert;
	struct wire_auth auth;
	struct wire_ke ke;
	struct wire_id id;
	int err = 0;

	switch (type) {
	case IKE_PAYLOAD_KE:
		err = wire_parse_ke(&ke, body);
		data = err ? data : ke.data;
		break;
	case IKE_PAYLOAD_IDI:
	case IKE_PAYLOAD_IDR:
		err = wire_parse_id(&id, body);
		data = err ? data : id.data;
		break;
	case IKE_PAYLOAD_CERT:
	case IKE_PAYLOAD_CERTREQ:
		err = wire_parse_cert(&cert, body);
		data = err ? data : cert.data;
		break;
	case IKE_PAYLOAD_AUTH:
		err = wire_parse_auth(&auth, body);
		data = err ? data : auth.data;
		break;
	case IKE_PAYLOAD_NONCE:
		err = wire_parse_nonce(&data, body);
		break;
	}
	read_all(data, body);
	return err;
}

static int read_payload(const struct wire_payload *p)
{
	switch (p->type) {
	case IKE_PAYLOAD_SA:
		return read_sa(p->body);
	case IKE_PAYLOAD_TSI:
	case IKE_PAYLOAD_TSR:
		return read_ts(p->body);
	case IKE_PAYLOAD_DELETE:
		return read_delete(p->body);
	case IKE_PAYLOAD_NOTIFY:
		return read_notify(p->body);
	default:
		return read_simple(p->type, p->body);
	}
}

int sample_read_chain(uint8_t first, struct bytes area)
{
	struct wire_chain chain;
	int err, first_err;

	first_err = wire_parse_chain(&chain, first, area);
	must(chain.count <= WIRE_PAYLOADS_MAX);
	must((first_err == WIRE_CRITICAL) == (chain.bad_critical != 0));
	for (unsigned int i = 0; i < chain.count; i++) {
		read_all(chain.payload[i].body, area);
		err = read_payload(&chain.payload[i]);
		first_err = first_err ? first_err : err;
	}
	return first_err;
}

int sample_read(struct bytes message)
{
	struct wire_header h;
	int err = wire_parse_header(&h, message);

	if (err)
		return err;
	return sample_read_chain(h.next_payload, bytes_of(message.data + WIRE_HEADER_LEN,
							  message.len - WIRE_HEADER_LEN));
}
