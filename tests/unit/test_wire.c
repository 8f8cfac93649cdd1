// SPDX-License-Identifier: GPL-2.0-or-later
/* wire/wire.h: what is built is what is parsed, octet by octet, and where the limits are. */
#include <stdio.h>

#include "unit/unit.h"
#include "unit/wire_samples.h"

static uint8_t buf[70000];

static struct wire_out new_chain(void)
{
	struct wire_out o;

	wire_begin_chain(&o, buf, sizeof(buf));
	return o;
}

START_TEST(test_names)
{
	ck_assert_str_eq(ike_exchange_name(34), "IKE_SA_INIT");
	ck_assert_str_eq(ike_exchange_name(33), "unknown");
	ck_assert_str_eq(ike_payload_name(46), "SK");
	ck_assert_str_eq(ike_payload_name(255), "unknown");
	ck_assert_str_eq(ike_notify_name(24), "AUTHENTICATION_FAILED");
	ck_assert_str_eq(ike_notify_name(16431), "SIGNATURE_HASH_ALGORITHMS");
	ck_assert_str_eq(ike_notify_name(65535), "unknown");
	ck_assert_str_eq(ike_transform_type_name(IKE_TT_KE), "key exchange");
	ck_assert_str_eq(ike_transform_type_name(0), "unknown");
	ck_assert_str_eq(ike_auth_method_name(14), "digital signature");
	ck_assert_str_eq(ike_auth_method_name(3), "unknown");
	for (int error = WIRE_CRITICAL; error < 0; error++)
		ck_assert_str_ne(wire_error_text(error), wire_error_text(0));
}
END_TEST

/* RFC 7634 B: a message as somebody else made it. Its SK holds one notify. */
START_TEST(test_foreign_message)
{
	struct bytes message = hex("c0c1c2c3c4c5c6c7 d0d1d2d3d4d5d6d7 2e202500 00000009 00000045"
				   "29000029 1011121314151617 610394701f8d017f7c12924889"
				   "6b71bfe25236efd7cdc67066906315b2");
	struct wire_header h;
	struct wire_chain c;
	struct wire_notify n;

	ck_assert_int_eq(wire_parse_header(&h, message), 0);
	ck_bytes_eq(bytes_of(h.spi_i, 8), hex("c0c1c2c3c4c5c6c7"));
	ck_bytes_eq(bytes_of(h.spi_r, 8), hex("d0d1d2d3d4d5d6d7"));
	ck_assert_uint_eq(h.next_payload, IKE_PAYLOAD_SK);
	ck_assert_uint_eq(h.version, 0x20);
	ck_assert_uint_eq(h.exchange, IKE_EXCHANGE_INFORMATIONAL);
	ck_assert_uint_eq(h.flags, 0);
	ck_assert_uint_eq(h.message_id, 9);
	ck_assert_uint_eq(h.length, 69);

	ck_assert_int_eq(
		wire_parse_chain(&c, h.next_payload, bytes_of(message.data + 28, message.len - 28)),
		0);
	ck_assert_uint_eq(c.count, 1);
	ck_assert_uint_eq(c.next_inner, IKE_PAYLOAD_NOTIFY);
	ck_bytes_eq(c.payload[0].body, bytes_of(message.data + 32, 37));

	ck_assert_int_eq(wire_parse_chain(&c, c.next_inner, hex("0000000c 00004001 0000000a")), 0);
	ck_assert_uint_eq(c.next_inner, IKE_PAYLOAD_NONE);
	ck_assert_int_eq(wire_parse_notify(&n, c.payload[0].body), 0);
	ck_assert_uint_eq(n.type, IKE_N_SET_WINDOW_SIZE);
	ck_bytes_eq(n.data, hex("0000000a"));
}
END_TEST

START_TEST(test_header)
{
	const struct wire_header h = {
		.spi_i = { 1, 2, 3, 4, 5, 6, 7, 8 },
		.spi_r = { 0x80, 9 },
		.next_payload = 99, /* not the caller's business */
		.version = 0x11,
		.length = 5,
		.exchange = IKE_EXCHANGE_IKE_SA_INIT,
		.flags = 0xff,
		.message_id = 0xfffefdfc,
	};
	struct wire_header parsed;
	struct wire_out o;

	wire_begin_message(&o, buf, sizeof(buf), &h);
	ck_assert_uint_eq(wire_end_message(&o), WIRE_HEADER_LEN);
	ck_bytes_eq(bytes_of(buf, o.len), hex("0102030405060708 8009000000000000 00 20 22 28"
					      "fffefdfc 0000001c"));
	ck_assert_int_eq(wire_parse_header(&parsed, bytes_of(buf, o.len)), 0);
	ck_assert_uint_eq(parsed.message_id, 0xfffefdfc);
	ck_assert_uint_eq(parsed.flags, WIRE_FLAG_INITIATOR | WIRE_FLAG_RESPONSE);

	/* Reserved flags and the minor version are ignored; another major version is told. */
	buf[19] = 0xff;
	buf[17] = 0x2f;
	ck_assert_int_eq(wire_parse_header(&parsed, bytes_of(buf, o.len)), 0);
	buf[17] = 0x30;
	buf[27] = 0xff;
	ck_assert_int_eq(wire_parse_header(&parsed, bytes_of(buf, o.len)), WIRE_VERSION);
	ck_bytes_eq(bytes_of(parsed.spi_i, 8), bytes_of(h.spi_i, 8));
	ck_assert_uint_eq(parsed.version, 0x30);
	buf[17] = 0x10;
	ck_assert_int_eq(wire_parse_header(&parsed, bytes_of(buf, o.len)), WIRE_VERSION);
}
END_TEST

START_TEST(test_message_max)
{
	const struct wire_header h = { .exchange = IKE_EXCHANGE_INFORMATIONAL };

	for (size_t len = WIRE_MESSAGE_MAX - 1; len <= WIRE_MESSAGE_MAX + 1; len++) {
		struct wire_header parsed;
		struct wire_out o;
		size_t at;

		wire_begin_message(&o, buf, sizeof(buf), &h);
		at = wire_begin_payload(&o, IKE_PAYLOAD_VENDOR);
		wire_put(&o, NULL, len - WIRE_HEADER_LEN - 4);
		wire_end_payload(&o, at);
		ck_assert_uint_eq(wire_end_message(&o), len <= WIRE_MESSAGE_MAX ? len : 0);
		ck_assert_int_eq(o.overflow, len > WIRE_MESSAGE_MAX);

		memset(buf, 0, WIRE_HEADER_LEN);
		buf[17] = 0x20;
		buf[26] = (uint8_t)(len >> 8);
		buf[27] = (uint8_t)len;
		ck_assert_int_eq(wire_parse_header(&parsed, bytes_of(buf, len)),
				 len <= WIRE_MESSAGE_MAX ? 0 : WIRE_BAD_LENGTH);
	}
}
END_TEST

/* A payload that its 16-bit length cannot tell. */
START_TEST(test_payload_max)
{
	for (size_t len = UINT16_MAX - 1; len <= UINT16_MAX + 1u; len++) {
		struct wire_out o = new_chain();
		size_t at = wire_begin_payload(&o, IKE_PAYLOAD_VENDOR);

		wire_put(&o, NULL, len - 4);
		wire_end_payload(&o, at);
		ck_assert_int_eq(o.overflow, len > UINT16_MAX);
		wire_put_u8(&o, 1);
		ck_assert_uint_eq(o.len, len + (len <= UINT16_MAX));
	}
}
END_TEST

START_TEST(test_chain)
{
	struct wire_chain c;

	ck_assert_int_eq(wire_parse_chain(&c, 0, BYTES_NONE), 0);
	ck_assert_uint_eq(c.count, 0);
	ck_assert_ptr_null(wire_find(&c, IKE_PAYLOAD_SA));
	ck_assert_int_eq(wire_parse_chain(&c, 0, hex("00")), WIRE_BAD_LENGTH);
	ck_assert_int_eq(wire_parse_chain(&c, 43, BYTES_NONE), WIRE_TRUNCATED);
	ck_assert_int_eq(wire_parse_chain(&c, 43, hex("000000")), WIRE_TRUNCATED);
	ck_assert_int_eq(wire_parse_chain(&c, 43, hex("00000003")), WIRE_BAD_LENGTH);
	ck_assert_int_eq(wire_parse_chain(&c, 43, hex("00000005")), WIRE_TRUNCATED);
	ck_assert_int_eq(wire_parse_chain(&c, 43, hex("0000000400")), WIRE_BAD_LENGTH);
	ck_assert_int_eq(wire_parse_chain(&c, 43, hex("2b000004")), WIRE_TRUNCATED);

	ck_assert_int_eq(wire_parse_chain(&c, 43, hex("29 00 0005 aa 2b 7f 0004 00 80 0006 bbcc")),
			 0);
	ck_assert_uint_eq(c.count, 3);
	ck_assert_uint_eq(wire_count(&c, IKE_PAYLOAD_VENDOR), 2);
	ck_assert_uint_eq(wire_count(&c, IKE_PAYLOAD_NOTIFY), 1);
	ck_assert_uint_eq(wire_count(&c, IKE_PAYLOAD_SA), 0);
	ck_assert_ptr_eq(wire_find(&c, IKE_PAYLOAD_VENDOR), &c.payload[0]);
	ck_bytes_eq(c.payload[0].body, hex("aa"));
	ck_assert(!c.payload[1].critical); /* seven reserved bits are not the critical one */
	ck_assert(c.payload[2].critical);  /* which means nothing on a payload we know */
}
END_TEST

/* RFC 7296 2.5 */
START_TEST(test_unknown_payload)
{
	struct wire_chain c;

	for (unsigned int type = 1; type < 256; type++) {
		bool known = !strcmp(ike_payload_name((uint8_t)type), "unknown") ? false : true;

		ck_assert_int_eq(wire_parse_chain(&c, (uint8_t)type, hex("00 00 0006 aabb")), 0);
		ck_assert_uint_eq(c.count, 1);
		ck_assert_uint_eq(c.payload[0].type, type);
		ck_assert_uint_eq(c.bad_critical, 0);
		ck_assert_int_eq(wire_parse_chain(&c, (uint8_t)type, hex("00 80 0006 aabb")),
				 known ? 0 : WIRE_CRITICAL);
		ck_assert_uint_eq(c.bad_critical, known ? 0 : type);
	}
	ck_assert_int_eq(wire_parse_chain(&c, 200, hex("2b 00 0006 aabb 00 00 0004")), 0);
	ck_assert_uint_eq(c.count, 2);
	ck_assert_ptr_eq(wire_find(&c, IKE_PAYLOAD_VENDOR), &c.payload[1]);
}
END_TEST

/* RFC 7296 3.14: nothing comes behind SK, and its next payload is inside of it. */
START_TEST(test_encrypted)
{
	static const uint8_t types[] = { IKE_PAYLOAD_SK, IKE_PAYLOAD_SKF };
	struct wire_chain c;

	for (size_t i = 0; i < COUNT_OF(types); i++) {
		ck_assert_int_eq(wire_parse_chain(&c, types[i], hex("23 00 0006 aabb")), 0);
		ck_assert_uint_eq(c.count, 1);
		ck_assert_uint_eq(c.next_inner, IKE_PAYLOAD_IDI);
		ck_bytes_eq(c.payload[0].body, hex("aabb"));
		ck_assert_int_eq(wire_parse_chain(&c, types[i], hex("00 00 0004")), 0);
		ck_assert_uint_eq(c.next_inner, IKE_PAYLOAD_NONE);
		ck_assert_int_eq(wire_parse_chain(&c, types[i], hex("2b 00 0006 aabb 00 00 0004")),
				 WIRE_BAD_LENGTH);
	}
	ck_assert_int_eq(wire_parse_chain(&c, 43, hex("2e 00 0004 23 00 0005 aa")), 0);
	ck_assert_uint_eq(c.count, 2);
	ck_assert_uint_eq(c.next_inner, IKE_PAYLOAD_IDI);
}
END_TEST

START_TEST(test_chain_limit)
{
	for (unsigned int n = WIRE_PAYLOADS_MAX; n <= WIRE_PAYLOADS_MAX + 1; n++) {
		struct wire_out o = new_chain();
		struct wire_chain c;

		for (unsigned int i = 0; i < n; i++)
			wire_end_payload(&o, wire_begin_payload(&o, IKE_PAYLOAD_VENDOR));
		ck_assert_int_eq(wire_parse_chain(&c, o.first, bytes_of(o.buf, o.len)),
				 n <= WIRE_PAYLOADS_MAX ? 0 : WIRE_TOO_MANY);
	}
}
END_TEST

/* --- payloads */

/* RFC 5903 8.1 prints the payload. */
START_TEST(test_ke)
{
	struct bytes payload = hex("00000048 00130000"
				   "DAD0B653 94221CF9 B051E1FE CA5787D0 98DFE637 FC90B9EF"
				   "945D0C37 72581180 5271A046 1CDB8252 D61F1C45 6FA3E59A"
				   "B1F45B33 ACCF5F58 389E0577 B8990BB3");
	struct wire_out o = new_chain();
	struct wire_ke ke;

	wire_put_ke(&o, 19, bytes_of(payload.data + 8, 64));
	ck_bytes_eq(bytes_of(o.buf, o.len), payload);
	ck_assert_int_eq(wire_parse_ke(&ke, sample_only_body(&o, IKE_PAYLOAD_KE)), 0);
	ck_assert_uint_eq(ke.group, 19);
	ck_bytes_eq(ke.data, bytes_of(payload.data + 8, 64));
	ck_assert_int_eq(wire_parse_ke(&ke, hex("001fffff aa")), 0);
	ck_assert_int_eq(wire_parse_ke(&ke, hex("001f0000")), WIRE_BAD_LENGTH);
	ck_assert_int_eq(wire_parse_ke(&ke, hex("001f00")), WIRE_TRUNCATED);
}
END_TEST

START_TEST(test_id_auth_cert)
{
	struct wire_out o = new_chain();
	struct wire_auth auth;
	struct wire_cert cert;
	struct wire_id id;

	wire_put_id(&o, IKE_PAYLOAD_IDR, 2, bytes_of("bob", 3));
	ck_bytes_eq(bytes_of(o.buf, o.len), hex("00 00 000b 02 000000 626f62"));
	ck_assert_int_eq(wire_parse_id(&id, sample_only_body(&o, IKE_PAYLOAD_IDR)), 0);
	ck_assert_uint_eq(id.type, 2);
	ck_bytes_eq(id.data, bytes_of("bob", 3));
	ck_assert_int_eq(wire_parse_id(&id, hex("0bffffff")), 0);
	ck_assert_uint_eq(id.data.len, 0);
	ck_assert_int_eq(wire_parse_id(&id, hex("0b0000")), WIRE_TRUNCATED);

	o = new_chain();
	wire_put_auth(&o, IKE_METHOD_DIGITAL_SIGNATURE, hex("abcd"));
	ck_bytes_eq(bytes_of(o.buf, o.len), hex("00 00 000a 0e 000000 abcd"));
	ck_assert_int_eq(wire_parse_auth(&auth, sample_only_body(&o, IKE_PAYLOAD_AUTH)), 0);
	ck_assert_uint_eq(auth.method, 14);
	ck_bytes_eq(auth.data, hex("abcd"));
	ck_assert_int_eq(wire_parse_auth(&auth, hex("0e000000")), WIRE_BAD_LENGTH);
	ck_assert_int_eq(wire_parse_auth(&auth, hex("0e0000")), WIRE_TRUNCATED);

	o = new_chain();
	wire_put_cert(&o, IKE_PAYLOAD_CERT, IKE_CERT_X509_SIGNATURE, hex("3000"));
	ck_bytes_eq(bytes_of(o.buf, o.len), hex("00 00 0007 04 3000"));
	ck_assert_int_eq(wire_parse_cert(&cert, sample_only_body(&o, IKE_PAYLOAD_CERT)), 0);
	ck_assert_uint_eq(cert.encoding, 4);
	ck_bytes_eq(cert.data, hex("3000"));
	ck_assert_int_eq(wire_parse_cert(&cert, hex("04")), 0);
	ck_assert_uint_eq(cert.data.len, 0);
	ck_assert_int_eq(wire_parse_cert(&cert, BYTES_NONE), WIRE_TRUNCATED);
}
END_TEST

START_TEST(test_nonce)
{
	uint8_t octets[300] = { 1, 2, 3 };

	for (size_t len = 0; len <= sizeof(octets); len++) {
		struct wire_out o = new_chain();
		struct bytes nonce;
		int err;

		wire_put_nonce(&o, bytes_of(octets, len));
		err = wire_parse_nonce(&nonce, sample_only_body(&o, IKE_PAYLOAD_NONCE));
		ck_assert_int_eq(err, len < 16 || len > 256 ? WIRE_BAD_LENGTH : 0);
		if (!err)
			ck_bytes_eq(nonce, bytes_of(octets, len));
	}
}
END_TEST

START_TEST(test_notify)
{
	static const struct {
		const char *body;
		int err;
		uint8_t protocol;
		const char *spi, *data;
	} cases[] = {
		{ "00 00 4006 aabb", 0, 0, "", "aabb" },
		{ "03 00 4006", 0, 0, "", "" }, /* no SPI: the protocol means nothing */
		{ "03 04 4009 01020304", 0, 3, "01020304", "" },
		{ "02 04 002c 01020304 05", 0, 2, "01020304", "05" },
		{ "c8 02 4009 0102", 0, 200, "0102", "" },
		{ "03 04 4009 010203", WIRE_TRUNCATED, 0, "", "" },
		{ "03 03 4009 010203", WIRE_BAD_LENGTH, 0, "", "" },
		{ "03 08 4009 0102030405060708", WIRE_BAD_LENGTH, 0, "", "" },
		{ "01 08 4009 0102030405060708", WIRE_BAD_LENGTH, 0, "", "" },
		{ "00 04 4009 01020304", WIRE_BAD_VALUE, 0, "", "" },
		{ "03 ff 4009", WIRE_TRUNCATED, 0, "", "" },
		{ "030040", WIRE_TRUNCATED, 0, "", "" },
	};
	struct wire_out o = new_chain();
	struct wire_notify n;

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		ck_assert_msg(wire_parse_notify(&n, hex(cases[i].body)) == cases[i].err, "%s",
			      cases[i].body);
		if (cases[i].err)
			continue;
		ck_assert_uint_eq(n.protocol, cases[i].protocol);
		ck_bytes_eq(n.spi, hex(cases[i].spi));
		ck_bytes_eq(n.data, hex(cases[i].data));
	}

	wire_put_notify(&o, IKE_PROTO_ESP, hex("c1c2c3c4"), IKE_N_REKEY_SA, hex("ee"));
	ck_bytes_eq(bytes_of(o.buf, o.len), hex("00 00 000d 03 04 4009 c1c2c3c4 ee"));
	o = new_chain();
	wire_put_notify(&o, IKE_PROTO_IKE, BYTES_NONE, IKE_N_INVALID_SYNTAX, BYTES_NONE);
	ck_bytes_eq(bytes_of(o.buf, o.len), hex("00 00 0008 00 00 0007"));
}
END_TEST

START_TEST(test_delete)
{
	static const struct {
		const char *body;
		int err;
	} cases[] = {
		{ "01 00 0000", 0 },
		{ "01 00 0001", WIRE_BAD_LENGTH },
		{ "01 08 0001 0102030405060708", WIRE_BAD_LENGTH },
		{ "01 00 0000 00", WIRE_BAD_LENGTH },
		{ "03 04 0000", 0 },
		{ "02 04 0001 01020304", 0 },
		{ "03 04 0001 010203", WIRE_TRUNCATED },
		{ "03 04 0001 0102030405", WIRE_BAD_LENGTH },
		{ "03 04 ffff", WIRE_TOO_MANY },
		{ "03 00 0001 01020304", WIRE_BAD_LENGTH },
		{ "03 08 0001 0102030405060708", WIRE_BAD_LENGTH },
		{ "00 00 0000", WIRE_BAD_VALUE },
		{ "04 04 0001 01020304", WIRE_BAD_VALUE },
		{ "03 04 00", WIRE_TRUNCATED },
	};
	uint32_t spis[WIRE_DELETE_SPIS_MAX + 1] = { 0xc1c2c3c4, 5 };
	struct wire_out o = new_chain();
	struct wire_delete d;

	for (size_t i = 0; i < COUNT_OF(cases); i++)
		ck_assert_msg(wire_parse_delete(&d, hex(cases[i].body)) == cases[i].err, "%s",
			      cases[i].body);

	wire_put_delete_ike(&o);
	ck_bytes_eq(bytes_of(o.buf, o.len), hex("00 00 0008 01 00 0000"));
	o = new_chain();
	wire_put_delete_esp(&o, spis, 2);
	ck_bytes_eq(bytes_of(o.buf, o.len), hex("00 00 0010 03 04 0002 c1c2c3c4 00000005"));

	o = new_chain();
	wire_put_delete_esp(&o, spis, WIRE_DELETE_SPIS_MAX);
	ck_assert_int_eq(wire_parse_delete(&d, sample_only_body(&o, IKE_PAYLOAD_DELETE)), 0);
	ck_assert_uint_eq(d.count, WIRE_DELETE_SPIS_MAX);
	ck_assert_uint_eq(d.spis.len, 4 * WIRE_DELETE_SPIS_MAX);
	o = new_chain();
	wire_put_delete_esp(&o, spis, WIRE_DELETE_SPIS_MAX + 1);
	ck_assert(o.overflow);
	memset(buf, 0, 1024);
	memcpy(buf, hex("03040081").data, 4);
	ck_assert_int_eq(wire_parse_delete(&d, bytes_of(buf, 4 + 4 * 129)), WIRE_TOO_MANY);
}
END_TEST

START_TEST(test_ts)
{
	struct wire_ts_list list = { .count = 2 }, parsed;
	struct wire_out o = new_chain();

	list.ts[0] = sample_selector(0, 0, 65535, "10.1.0.0", "10.1.255.255");
	list.ts[1] = sample_selector(6, 80, 443, "2001:db8::", "2001:db8::ffff");
	wire_put_ts(&o, IKE_PAYLOAD_TSR, &list);
	ck_bytes_eq(bytes_of(o.buf, o.len),
		    hex("00 00 0040 02 000000"
			"07 00 0010 0000 ffff 0a010000 0a01ffff"
			"08 06 0028 0050 01bb 20010db8000000000000000000000000"
			"20010db800000000000000000000ffff"));
	ck_assert_int_eq(wire_parse_ts(&parsed, sample_only_body(&o, IKE_PAYLOAD_TSR)), 0);
	ck_assert_uint_eq(parsed.count, 2);
	for (unsigned int i = 0; i < parsed.count; i++) {
		ck_assert_uint_eq(parsed.ts[i].proto, list.ts[i].proto);
		ck_assert_uint_eq(parsed.ts[i].port_min, list.ts[i].port_min);
		ck_assert_uint_eq(parsed.ts[i].port_max, list.ts[i].port_max);
		ck_assert(addr_equal(&parsed.ts[i].min, &list.ts[i].min));
		ck_assert(addr_equal(&parsed.ts[i].max, &list.ts[i].max));
	}

	/* What has no form on the wire is not written in another one. */
	list.ts[1].max.family = AF_INET;
	o = new_chain();
	wire_put_ts(&o, IKE_PAYLOAD_TSI, &list);
	ck_assert(o.overflow);
	list.ts[0].min.family = AF_UNSPEC;
	o = new_chain();
	wire_put_ts(&o, IKE_PAYLOAD_TSI, &list);
	ck_assert(o.overflow);
}
END_TEST

START_TEST(test_bad_ts)
{
#define ANY4 "07 00 0010 0000 ffff 00000000 ffffffff"
	static const struct {
		const char *body;
		int err;
		unsigned int count;
	} cases[] = {
		{ "01 ffffff" ANY4, 0, 1 },
		{ "00 000000", WIRE_BAD_VALUE, 0 },
		{ "01 0000", WIRE_TRUNCATED, 0 },
		{ "01 000000", WIRE_TRUNCATED, 0 },
		{ "02 000000" ANY4, WIRE_TRUNCATED, 0 },
		{ "01 000000" ANY4 ANY4, WIRE_BAD_LENGTH, 0 },
		{ "01 000000" ANY4 "00", WIRE_BAD_LENGTH, 0 },
		{ "21 000000" ANY4, WIRE_TOO_MANY, 0 },
		{ "01 000000 07 00 0003", WIRE_BAD_LENGTH, 0 },
		{ "01 000000 07 00 000f 0000 ffff 00000000 ffffff", WIRE_BAD_LENGTH, 0 },
		{ "01 000000 07 00 0014 0000 ffff 00000000 ffffffff 00000000", WIRE_BAD_LENGTH, 0 },
		{ "01 000000 08 00 0010 0000 ffff 00000000 ffffffff", WIRE_BAD_LENGTH, 0 },
		{ "01 000000 07 00 0011 0000 ffff 00000000 ffffffff", WIRE_TRUNCATED, 0 },
		{ "01 000000 07 00 0010 0000 ffff 0a000002 0a000001", WIRE_BAD_VALUE, 0 },
		{ "01 000000 07 00 0010 0000 ffff 0a000002 0a000002", 0, 1 },
		{ "01 000000 07 06 0010 0051 0050 00000000 ffffffff", WIRE_BAD_VALUE, 0 },
		{ "01 000000 07 06 0010 0050 0050 00000000 ffffffff", 0, 1 },
		{ "01 000000 07 06 0010 ffff 0000 00000000 ffffffff", 0, 1 }, /* OPAQUE */
		{ "01 000000 07 06 0010 ffff 0001 00000000 ffffffff", WIRE_BAD_VALUE, 0 },
		{ "01 000000 c8 00 0006 aabb", 0, 0 }, /* types to come, RFC 7296 3.13 */
		{ "03 000000 c8 00 0004" ANY4 "09 00 0005 aa", 0, 1 },
	};
#undef ANY4
	struct wire_ts_list list;

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		ck_assert_msg(wire_parse_ts(&list, hex(cases[i].body)) == cases[i].err, "%s",
			      cases[i].body);
		if (!cases[i].err)
			ck_assert_uint_eq(list.count, cases[i].count);
	}
}
END_TEST

START_TEST(test_ts_limit)
{
	struct wire_ts_list list = { .count = WIRE_TS_MAX }, parsed;
	struct wire_out o = new_chain();

	for (unsigned int i = 0; i < WIRE_TS_MAX; i++)
		list.ts[i] = sample_selector(0, 0, 65535, "::", "::");
	wire_put_ts(&o, IKE_PAYLOAD_TSI, &list);
	ck_assert_int_eq(wire_parse_ts(&parsed, sample_only_body(&o, IKE_PAYLOAD_TSI)), 0);
	ck_assert_uint_eq(parsed.count, WIRE_TS_MAX);
	list.count++;
	o = new_chain();
	wire_put_ts(&o, IKE_PAYLOAD_TSI, &list);
	ck_assert(o.overflow);
}
END_TEST

/* --- building */

/* Payloads are linked from the header, and from the first of a chain without one. */
START_TEST(test_links)
{
	static const uint8_t order[] = {
		33, 34, 40, 35, 36, 37, 38, 39, 41, 41, 42, 42, 44, 45, 43
	};
	uint8_t message[SAMPLE_MAX];
	size_t len = sample_message(message, sizeof(message));
	struct wire_out o = new_chain();
	struct wire_chain c;

	ck_assert_int_eq(sample_read(bytes_of(message, len)), 0);
	ck_assert_int_eq(wire_parse_chain(&c, message[16], bytes_of(message + 28, len - 28)), 0);
	ck_assert_uint_eq(c.count, COUNT_OF(order));
	for (unsigned int i = 0; i < c.count; i++)
		ck_assert_uint_eq(c.payload[i].type, order[i]);

	sample_put_payloads(&o);
	ck_assert_uint_eq(o.first, order[0]);
	ck_bytes_eq(bytes_of(o.buf, o.len), bytes_of(message + 28, len - 28));
}
END_TEST

/* As it is sealed: the body of SK is reserved, and its next payload set by hand. */
START_TEST(test_sk_by_hand)
{
	const struct wire_header h = { .exchange = IKE_EXCHANGE_IKE_AUTH };
	struct wire_header parsed;
	struct wire_chain c;
	struct wire_out o;
	size_t at;

	wire_begin_message(&o, buf, sizeof(buf), &h);
	at = wire_begin_payload(&o, IKE_PAYLOAD_SK);
	memset(buf + o.len, 0xff, 64);
	wire_put(&o, NULL, 64);
	buf[at] = IKE_PAYLOAD_IDI;
	wire_end_payload(&o, at);
	ck_assert_uint_eq(wire_end_message(&o), 28 + 4 + 64);
	ck_assert_int_eq(wire_parse_header(&parsed, bytes_of(buf, o.len)), 0);
	ck_assert_int_eq(wire_parse_chain(&c, parsed.next_payload, bytes_of(buf + 28, o.len - 28)),
			 0);
	ck_assert_uint_eq(c.next_inner, IKE_PAYLOAD_IDI);
	for (size_t i = 0; i < 64; i++)
		ck_assert_uint_eq(c.payload[0].body.data[i], 0);
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_test(tc, test_names);
	tcase_add_test(tc, test_foreign_message);
	tcase_add_test(tc, test_header);
	tcase_add_test(tc, test_message_max);
	tcase_add_test(tc, test_payload_max);
	tcase_add_test(tc, test_chain);
	tcase_add_test(tc, test_unknown_payload);
	tcase_add_test(tc, test_encrypted);
	tcase_add_test(tc, test_chain_limit);
	tcase_add_test(tc, test_ke);
	tcase_add_test(tc, test_id_auth_cert);
	tcase_add_test(tc, test_nonce);
	tcase_add_test(tc, test_notify);
	tcase_add_test(tc, test_delete);
	tcase_add_test(tc, test_ts);
	tcase_add_test(tc, test_bad_ts);
	tcase_add_test(tc, test_ts_limit);
	tcase_add_test(tc, test_links);
	tcase_add_test(tc, test_sk_by_hand);
}

int main(void)
{
	return unit_run("wire", add);
}
