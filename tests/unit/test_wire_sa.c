// SPDX-License-Identifier: GPL-2.0-or-later
/* The SA payload of wire/wire.h. */
#include <stdio.h>

#include "unit/unit.h"
#include "unit/wire_samples.h"

static uint8_t buf[16384];

static struct wire_out new_chain(void)
{
	struct wire_out o;

	wire_begin_chain(&o, buf, sizeof(buf));
	return o;
}

static int next(struct wire_proposal *p, const char *body)
{
	struct bytes rest = hex(body);

	return wire_next_proposal(p, &rest);
}

/* RFC 7296 3.3: two proposals as anybody would write them. */
START_TEST(test_sa)
{
	const struct wire_proposal proposals[] = {
		{
			.number = 1,
			.protocol = IKE_PROTO_ESP,
			.spi = hex("01020304"),
			.count = 2,
			.transform = {
				{ .type = IKE_TT_ENCR, .id = 20, .key_bits = 128 },
				{ .type = IKE_TT_ESN, .id = 0 },
			},
		},
		{
			.number = 2,
			.protocol = IKE_PROTO_IKE,
			.count = 1,
			.transform = { { .type = IKE_TT_PRF, .id = 5 } },
		},
	};
	struct wire_out o = new_chain();
	struct wire_proposal p;
	struct bytes rest;

	wire_put_sa(&o, proposals, COUNT_OF(proposals));
	ck_bytes_eq(bytes_of(o.buf, o.len), hex("00 00 0034"
						"02 00 0020 01 03 04 02 01020304"
						"03 00 000c 01 00 0014 800e 0080"
						"00 00 0008 05 00 0000"
						"00 00 0010 02 01 00 01"
						"00 00 0008 02 00 0005"));
	rest = sample_only_body(&o, IKE_PAYLOAD_SA);
	for (size_t i = 0; i < COUNT_OF(proposals); i++) {
		ck_assert_int_eq(wire_next_proposal(&p, &rest), 1);
		ck_assert_uint_eq(p.number, proposals[i].number);
		ck_assert_uint_eq(p.protocol, proposals[i].protocol);
		ck_bytes_eq(p.spi, proposals[i].spi);
		ck_assert_uint_eq(p.count, proposals[i].count);
		for (unsigned int t = 0; t < p.count; t++) {
			ck_assert_uint_eq(p.transform[t].type, proposals[i].transform[t].type);
			ck_assert_uint_eq(p.transform[t].id, proposals[i].transform[t].id);
			ck_assert_uint_eq(p.transform[t].key_bits,
					  proposals[i].transform[t].key_bits);
			ck_assert(!p.transform[t].unknown_attr);
		}
	}
	ck_assert_int_eq(wire_next_proposal(&p, &rest), 0);
}
END_TEST

/* An attribute spoils its transform and no other, RFC 7296 3.3.6; one that lies spoils all. */
START_TEST(test_attributes)
{
	static const struct {
		const char *attributes;
		int r;
		uint16_t key_bits;
		bool unknown;
	} cases[] = {
		{ "", 1, 0, false },
		{ "800e0100", 1, 256, false },
		{ "800e0000", 1, 0, true },	       /* a key of no bits */
		{ "800e0080 800e0100", 1, 128, true }, /* which of them? */
		{ "800f0080", 1, 0, true },
		{ "800e0080 800f0001", 1, 128, true },
		{ "000e0002 0080", 1, 0, true }, /* the long form is forbidden, RFC 7296 3.3.5 */
		{ "00110000", 1, 0, true },
		{ "00110003 aabbcc 800e0080", 1, 128, true },
		{ "00110003 aabb", WIRE_TRUNCATED, 0, false },
		{ "0011ffff", WIRE_TRUNCATED, 0, false },
		{ "80", WIRE_TRUNCATED, 0, false },
		{ "800e00", WIRE_TRUNCATED, 0, false },
	};
	struct wire_proposal p;
	char body[256];

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		unsigned int len = (unsigned int)hex(cases[i].attributes).len;

		snprintf(body, sizeof(body), "00 00 %04x 01 01 00 02 03 00 %04x 01 00 000c %s %s",
			 24 + len, 8 + len, cases[i].attributes, "00 00 0008 02 00 0005");
		ck_assert_msg(next(&p, body) == cases[i].r, "%s", cases[i].attributes);
		if (cases[i].r < 0)
			continue;
		ck_assert_uint_eq(p.transform[0].key_bits, cases[i].key_bits);
		ck_assert_int_eq(p.transform[0].unknown_attr, cases[i].unknown);
		ck_assert_uint_eq(p.transform[1].id, 5);
		ck_assert(!p.transform[1].unknown_attr);
	}
}
END_TEST

START_TEST(test_bad_proposals)
{
#define PRF "00 00 0008 02 00 0005"
	static const struct {
		const char *body;
		int r;
	} cases[] = {
		{ "00 00 0010 01 01 00 01" PRF, 1 },
		{ "00 ff 0010 01 01 00 01 00 ff 0008 02 ff 0005", 1 }, /* reserved */
		{ "00 00 0010 00 01 00 01" PRF, WIRE_BAD_VALUE },      /* number 0 */
		{ "00 00 0008 01 01 00 00", WIRE_BAD_VALUE },	       /* no transforms */
		{ "00 00 0007 01 01 00 00", WIRE_BAD_LENGTH },
		{ "00 00 0010 01 01 00 01" PRF "00", WIRE_BAD_VALUE }, /* last, but more follows */
		{ "02 00 0010 01 01 00 01" PRF,
		  WIRE_BAD_VALUE }, /* not last, but nothing follows */
		{ "01 00 0010 01 01 00 01" PRF, WIRE_BAD_VALUE },
		{ "03 00 0010 01 01 00 01" PRF, WIRE_BAD_VALUE },
		{ "00 00 0010 01 01 00 01 03 00 0008 02 00 0005", WIRE_BAD_VALUE },
		{ "00 00 0010 01 01 00 01 02 00 0008 02 00 0005", WIRE_BAD_VALUE },
		{ "00 00 0018 01 01 00 02" PRF PRF, WIRE_BAD_VALUE }, /* 0, then one more */
		{ "00 00 0010 01 01 00 02" PRF, WIRE_BAD_VALUE },
		{ "00 00 0010 01 01 00 02 03 00 0008 02 00 0005", WIRE_TRUNCATED },
		{ "00 00 0018 01 01 00 01" PRF PRF, WIRE_BAD_LENGTH }, /* a transform too many */
		{ "00 00 0010 01 01 00 01 00 00 0007 02 00 0005", WIRE_BAD_LENGTH },
		{ "00 00 0010 01 01 00 01 00 00 0009 02 00 0005", WIRE_TRUNCATED },
		{ "00 00 0014 01 01 04 01 aabbccdd" PRF, WIRE_BAD_LENGTH }, /* IKE: 0 or 8 */
		{ "00 00 0018 01 01 08 01 aabbccddaabbccdd" PRF, 1 },
		{ "00 00 0010 01 03 00 01" PRF, WIRE_BAD_LENGTH }, /* ESP: 4 */
		{ "00 00 0014 01 03 04 01 aabbccdd" PRF, 1 },
		{ "00 00 0018 01 02 08 01 aabbccddaabbccdd" PRF, WIRE_BAD_LENGTH },
		{ "00 00 0012 01 c8 02 01 aabb" PRF, 1 },	  /* a protocol to come */
		{ "00 00 0010 01 01 ff 01" PRF, WIRE_TRUNCATED }, /* SPI beyond the end */
		{ "02 00 0010 01 01 00 01" PRF "00 00 0010 03 01 00 01" PRF, WIRE_BAD_VALUE },
		{ "02 00 0010 01 01 00 01" PRF "00 00 0010 01 01 00 01" PRF, WIRE_BAD_VALUE },
		{ "02 00 0010 01 01 00 01" PRF "00 00 0010 02 01 00 01" PRF, 1 },
		{ "00 00 0010 20 01 00 01" PRF, 1 },
		{ "00 00 0010 21 01 00 01" PRF, WIRE_TOO_MANY },
	};
#undef PRF
	struct wire_proposal p;

	for (size_t i = 0; i < COUNT_OF(cases); i++)
		ck_assert_msg(next(&p, cases[i].body) == cases[i].r, "%s", cases[i].body);
}
END_TEST

START_TEST(test_sa_limits)
{
	static struct wire_proposal many[WIRE_PROPOSALS_MAX + 1], p;
	struct wire_out o;
	struct bytes rest;
	unsigned int n;
	int r;

	for (n = 0; n < COUNT_OF(many); n++)
		many[n] = (struct wire_proposal){ .number = (uint8_t)(n + 1),
						  .protocol = 1,
						  .count = 1 };
	for (unsigned int count = WIRE_PROPOSALS_MAX; count <= COUNT_OF(many); count++) {
		o = new_chain();
		wire_put_sa(&o, many, count);
		rest = sample_only_body(&o, IKE_PAYLOAD_SA);
		for (n = 0; (r = wire_next_proposal(&p, &rest)) > 0; n++)
			;
		ck_assert_uint_eq(n, WIRE_PROPOSALS_MAX);
		ck_assert_int_eq(r, count > WIRE_PROPOSALS_MAX ? WIRE_TOO_MANY : 0);
	}

	many[0].count = WIRE_TRANSFORMS_MAX;
	o = new_chain();
	wire_put_sa(&o, many, 1);
	rest = sample_only_body(&o, IKE_PAYLOAD_SA);
	ck_assert_int_eq(wire_next_proposal(&p, &rest), 1);
	ck_assert_uint_eq(p.count, WIRE_TRANSFORMS_MAX);
	buf[4 + 7] = WIRE_TRANSFORMS_MAX + 1;
	rest = bytes_of(buf + 4, o.len - 4);
	ck_assert_int_eq(wire_next_proposal(&p, &rest), WIRE_TOO_MANY);

	many[0].count = WIRE_TRANSFORMS_MAX + 1;
	o = new_chain();
	wire_put_sa(&o, many, 1);
	ck_assert(o.overflow);
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_test(tc, test_sa);
	tcase_add_test(tc, test_attributes);
	tcase_add_test(tc, test_bad_proposals);
	tcase_add_test(tc, test_sa_limits);
}

int main(void)
{
	return unit_run("wire-sa", add);
}
