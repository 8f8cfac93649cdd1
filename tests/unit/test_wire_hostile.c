// SPDX-License-Identifier: GPL-2.0-or-later
/* wire/wire.h under attack: whatever comes is read within its bounds, or refused. */
#include <stdlib.h>

#include "unit/unit.h"
#include "unit/wire_samples.h"

/* A copy in memory of exactly its size, so that ASan sees one octet too far. */
static struct bytes exact_copy(const uint8_t *data, size_t len)
{
	uint8_t *copy = malloc(len ? len : 1);

	must(copy);
	memcpy(copy, data, len);
	return bytes_of(copy, len);
}

static int read_copy(const uint8_t *data, size_t len)
{
	struct bytes copy = exact_copy(data, len);
	int err = sample_read(copy);

	free((void *)copy.data);
	must(err <= 0 && err >= WIRE_CRITICAL);
	return err;
}

static void set_u16(uint8_t *at, unsigned int v)
{
	at[0] = (uint8_t)(v >> 8);
	at[1] = (uint8_t)v;
}

/* The length field of the IKE header. */
static void set_message_len(uint8_t *message, size_t len)
{
	set_u16(message + 24, (unsigned int)(len >> 16));
	set_u16(message + 26, len & 0xffff);
}

START_TEST(test_truncated)
{
	uint8_t message[SAMPLE_MAX];
	size_t len = sample_message(message, sizeof(message));

	ck_assert_uint_ne(len, 0);
	ck_assert_int_eq(read_copy(message, len), 0);
	for (size_t cut = 0; cut < len; cut++)
		ck_assert_int_eq(read_copy(message, cut), WIRE_TRUNCATED);
	/* The same with a header that knows of it. */
	for (size_t cut = WIRE_HEADER_LEN; cut < len; cut++) {
		set_message_len(message, cut);
		ck_assert_int_ne(read_copy(message, cut), 0);
	}
}
END_TEST

START_TEST(test_header_length)
{
	uint8_t message[SAMPLE_MAX + 1] = { 0 };
	size_t len = sample_message(message, SAMPLE_MAX);

	for (size_t claim = 0; claim <= UINT16_MAX + 10u; claim++) {
		if (claim == len)
			continue;
		set_message_len(message, claim);
		must(read_copy(message, len) == (claim > len ? WIRE_TRUNCATED : WIRE_BAD_LENGTH));
	}
	set_message_len(message, len);
	ck_assert_int_eq(read_copy(message, len + 1), WIRE_BAD_LENGTH);
	set_message_len(message, 0xffffffff);
	ck_assert_int_eq(read_copy(message, len), WIRE_TRUNCATED);
}
END_TEST

/*
 * Where each length or count of the sample is, and how wide. One of a payload may be wrong and
 * yet lead to the beginning of a payload further on; one inside of a payload has no such luck.
 */
struct field {
	size_t at;
	unsigned int width;
	bool of_payload;
};

static unsigned int find_fields(const uint8_t *message, size_t len, struct field *field)
{
	uint8_t type = message[16];
	unsigned int n = 0;

	for (size_t at = WIRE_HEADER_LEN; at < len;) {
		size_t end = at + (size_t)(message[at + 2] << 8 | message[at + 3]);

		field[n++] = (struct field){ at + 2, 2, true };
		switch (type) {
		case IKE_PAYLOAD_SA:
			for (size_t p = at + 4; p < end;) {
				size_t p_end = p + (size_t)(message[p + 2] << 8 | message[p + 3]);

				field[n++] = (struct field){ p + 2, 2, false };
				field[n++] = (struct field){ p + 6, 1, false }; /* SPI size */
				field[n++] = (struct field){ p + 7, 1, false }; /* transforms */
				for (size_t t = p + 8 + message[p + 6]; t < p_end;
				     t += (size_t)(message[t + 2] << 8 | message[t + 3]))
					field[n++] = (struct field){ t + 2, 2, false };
				p = p_end;
			}
			break;
		case IKE_PAYLOAD_NOTIFY:
			field[n++] = (struct field){ at + 5, 1, false };
			break;
		case IKE_PAYLOAD_DELETE:
			field[n++] = (struct field){ at + 5, 1, false };
			field[n++] = (struct field){ at + 6, 2, false };
			break;
		case IKE_PAYLOAD_TSI:
		case IKE_PAYLOAD_TSR:
			field[n++] = (struct field){ at + 4, 1, false };
			for (size_t t = at + 8; t < end;
			     t += (size_t)(message[t + 2] << 8 | message[t + 3]))
				field[n++] = (struct field){ t + 2, 2, false };
			break;
		}
		type = message[at];
		at = end;
	}
	return n;
}

/* The wrong values of a field that matter: all up to the length of the sample, and the large. */
static unsigned int next_value(unsigned int v)
{
	return v < SAMPLE_MAX ? v + 1 : v + 509;
}

/* A length or count that is wrong is refused... */
START_TEST(test_lengths)
{
	uint8_t message[SAMPLE_MAX], kept[SAMPLE_MAX];
	size_t len = sample_message(message, sizeof(message));
	unsigned int n, taken = 0;
	struct field field[64];
	int err;

	n = find_fields(message, len, field);
	ck_assert_uint_eq(n, 15 + 2 * 3 + 7 + 2 + 2 * 2 + 2 + 3);
	memcpy(kept, message, len);
	for (unsigned int i = 0; i < n; i++) {
		for (unsigned int v = 0; v < 1u << 8 * field[i].width; v = next_value(v)) {
			if (field[i].width == 2)
				set_u16(message + field[i].at, v);
			else
				message[field[i].at] = (uint8_t)v;
			if (!memcmp(message, kept, len))
				continue;
			err = read_copy(message, len);
			if (field[i].of_payload && field[i].at - 2 + v > len)
				must(err);
			if (!field[i].of_payload)
				taken += !err;
		}
		memcpy(message, kept, len);
	}
	/* ... but for the SPI size 0 of a notify: what was its SPI is data then. */
	ck_assert_uint_eq(taken, 1);
}
END_TEST

/* Any octet, any value. */
START_TEST(test_every_octet)
{
	uint8_t message[SAMPLE_MAX];
	size_t len = sample_message(message, sizeof(message));

	for (size_t at = 0; at < len; at++) {
		uint8_t kept = message[at];

		for (unsigned int v = 0; v < 256; v++) {
			message[at] = (uint8_t)v;
			read_copy(message, len);
		}
		message[at] = kept;
	}
}
END_TEST

/* One step of damage; the message stays below SAMPLE_MAX. */
static size_t damage(uint8_t *message, size_t len, struct unit_random *random)
{
	static const uint8_t telling[] = { 0, 1, 2, 3, 4, 7, 8, 0x7f, 0x80, 0xff };
	size_t at = unit_random(random) % len, n = unit_random(random) % 40;

	switch (unit_random(random) % 6) {
	case 0:
		message[at] ^= (uint8_t)(1 << unit_random(random) % 8);
		break;
	case 1:
		message[at] = telling[unit_random(random) % sizeof(telling)];
		break;
	case 2:
		message[at] = (uint8_t)unit_random(random);
		break;
	case 3: /* cut */
		if (len > WIRE_HEADER_LEN)
			len = WIRE_HEADER_LEN + unit_random(random) % (len - WIRE_HEADER_LEN + 1);
		break;
	case 4: /* leave octets out */
		n = n < len - at ? n : len - at;
		if (len - n < WIRE_HEADER_LEN)
			break;
		memmove(message + at, message + at + n, len - at - n);
		len -= n;
		break;
	case 5: /* say something twice */
		n = n < len - at ? n : len - at;
		n = n < SAMPLE_MAX - len ? n : SAMPLE_MAX - len;
		memmove(message + at + n, message + at, len - at);
		len += n;
		break;
	}
	return len;
}

START_TEST(test_random)
{
	struct unit_random random = { 0x5eed };
	uint8_t sample[SAMPLE_MAX], message[SAMPLE_MAX];
	size_t sample_len = sample_message(sample, sizeof(sample));
	unsigned int taken = 0;

	for (unsigned int i = 0; i < 100000; i++) {
		size_t len = sample_len;

		memcpy(message, sample, len);
		for (unsigned int k = 1 + unit_random(&random) % 6; k; k--)
			len = damage(message, len, &random);
		if (unit_random(&random) % 8)
			set_message_len(message, len);
		taken += !read_copy(message, len);
	}
	/* Neither is everything refused: damage to data is not the codec's to see. */
	ck_assert_uint_gt(taken, 1000);
	ck_assert_uint_lt(taken, 90000);
}
END_TEST

/* Chains of noise, with first types that mean something. */
START_TEST(test_noise)
{
	struct unit_random random = { 0xbeef };
	uint8_t noise[200];

	for (unsigned int i = 0; i < 20000; i++) {
		size_t len = unit_random(&random) % sizeof(noise);
		struct bytes copy;

		unit_random_fill(&random, noise, len);
		for (size_t at = 0; at + 4 < len && unit_random(&random) % 4; at += 20) {
			noise[at] = (uint8_t)(33 + unit_random(&random) % 16);
			set_u16(noise + at + 2, 20);
		}
		copy = exact_copy(noise, len);
		sample_read_chain((uint8_t)(33 + unit_random(&random) % 16), copy);
		free((void *)copy.data);
	}
}
END_TEST

/* Too small a buffer, by any number of octets: refused, and not one octet too far is written. */
START_TEST(test_build_overflow)
{
	uint8_t message[SAMPLE_MAX];
	size_t len = sample_message(message, sizeof(message));

	for (size_t cap = 0; cap <= len; cap++) {
		uint8_t *exact = malloc(cap ? cap : 1);

		ck_assert_uint_eq(sample_message(exact, cap), cap == len ? len : 0);
		if (cap == len)
			ck_bytes_eq(bytes_of(exact, len), bytes_of(message, len));
		free(exact);
	}
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_test(tc, test_truncated);
	tcase_add_test(tc, test_header_length);
	tcase_add_test(tc, test_lengths);
	tcase_add_test(tc, test_every_octet);
	tcase_add_test(tc, test_random);
	tcase_add_test(tc, test_noise);
	tcase_add_test(tc, test_build_overflow);
}

int main(void)
{
	return unit_run("wire-hostile", add);
}
