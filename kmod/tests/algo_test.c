// SPDX-License-Identifier: GPL-2.0
/* The table of algorithms against the crypto layer, and the arithmetic of padding. */
#include <crypto/aead.h>
#include <kunit/test.h>
#include <linux/err.h>
#include <svti.h>

#include "../algo.h"
#include "suites.h"

static const u8 octets[SVTI_KEY_LEN_MAX + 1] = { 1, 2, 3 };

static struct svti_keys keys_of(u32 encr_len, u32 integ_len)
{
	return (struct svti_keys){
		.encr = octets,
		.encr_len = encr_len,
		.integ = octets,
		.integ_len = integ_len,
	};
}

/* Written down from RFC 4106, 3602 and 4868, not from the table. */
static const struct {
	u32 encr, integ, key_len, integ_len, bits, iv, icv, block;
} known[] = {
	{ 20, 0, 20, 0, 128, 8, 16, 4 },     { 20, 0, 28, 0, 192, 8, 16, 4 },
	{ 20, 0, 36, 0, 256, 8, 16, 4 },     { 12, 12, 16, 32, 128, 16, 16, 16 },
	{ 12, 12, 24, 32, 192, 16, 16, 16 }, { 12, 12, 32, 32, 256, 16, 16, 16 },
};

static void known_algorithms(struct kunit *test)
{
	for (u32 i = 0; i < ARRAY_SIZE(known); i++) {
		const struct svti_algo *algo = svti_algo_find(known[i].encr, known[i].integ);
		struct svti_keys keys = keys_of(known[i].key_len, known[i].integ_len);

		KUNIT_ASSERT_NOT_NULL(test, algo);
		KUNIT_EXPECT_TRUE(test, svti_algo_keys_fit(algo, &keys));
		KUNIT_EXPECT_EQ(test, svti_algo_key_bits(algo, &keys), known[i].bits);
		KUNIT_EXPECT_EQ(test, algo->iv_len, known[i].iv);
		KUNIT_EXPECT_EQ(test, algo->icv_len, known[i].icv);
		KUNIT_EXPECT_EQ(test, algo->block, known[i].block);
		KUNIT_EXPECT_EQ(test, algo->iv_random, known[i].encr == SVTI_ENCR_AES_CBC);
	}
}

static void unknown_algorithms(struct kunit *test)
{
	KUNIT_EXPECT_PTR_EQ(test, svti_algo_find(SVTI_ENCR_AES_CBC, SVTI_INTEG_NONE), NULL);
	KUNIT_EXPECT_PTR_EQ(
		test, svti_algo_find(SVTI_ENCR_AES_GCM_16, SVTI_INTEG_HMAC_SHA2_256_128), NULL);
	KUNIT_EXPECT_PTR_EQ(test, svti_algo_find(0, 0), NULL);
	KUNIT_EXPECT_PTR_EQ(test, svti_algo_find(20 + (1 << 16), 0), NULL);
	KUNIT_EXPECT_PTR_EQ(test, svti_algo_find(12, 12 + (1 << 16)), NULL);
	KUNIT_EXPECT_PTR_EQ(test, svti_algo_at(U32_MAX), NULL);
}

static void table_is_sane(struct kunit *test)
{
	const struct svti_algo *algo;
	u32 rows = 0;

	for (; (algo = svti_algo_at(rows)); rows++) {
		KUNIT_EXPECT_PTR_EQ(test, svti_algo_find(algo->encr, algo->integ), algo);
		KUNIT_EXPECT_TRUE(test, is_power_of_2(algo->block));
		/* RFC 4303 2.4: the ciphertext ends on a 4-octet boundary. */
		KUNIT_EXPECT_GE(test, algo->block, 4);
		KUNIT_EXPECT_LE(test, algo->block, SVTI_ALIGN_MAX);
		KUNIT_EXPECT_LE(test, algo->iv_len, SVTI_IV_LEN_MAX);
		KUNIT_EXPECT_LE(test, algo->icv_len, SVTI_ICV_LEN_MAX);
		KUNIT_EXPECT_NE(test, algo->key_bits[0], 0);
		KUNIT_EXPECT_EQ(test, algo->key_bits[ARRAY_SIZE(algo->key_bits) - 1], 0);
	}
	KUNIT_EXPECT_EQ(test, rows, 2);
}

static bool known_length(const struct svti_algo *algo, u32 len, u32 integ_len)
{
	for (u32 i = 0; i < ARRAY_SIZE(known); i++)
		if (known[i].encr == algo->encr && known[i].key_len == len &&
		    known[i].integ_len == integ_len)
			return true;
	return false;
}

/* Every length there is; and a refusal names every length that would be right. */
static void key_lengths(struct kunit *test)
{
	const struct svti_algo *algo;

	for (u32 row = 0; (algo = svti_algo_at(row)); row++) {
		for (u32 len = 0; len <= SVTI_KEY_LEN_MAX + 1; len++) {
			for (u32 integ = 0; integ <= SVTI_KEY_LEN_MAX + 1; integ++) {
				struct svti_keys keys = keys_of(len, integ);

				KUNIT_EXPECT_EQ(test, svti_algo_keys_fit(algo, &keys),
						known_length(algo, len, integ));
			}
		}
		for (const u16 *bits = algo->key_bits; *bits; bits++) {
			char number[8];

			snprintf(number, sizeof(number), "%u", *bits / 8 + algo->salt_len);
			KUNIT_EXPECT_NOT_NULL(test, strstr(algo->key_help, number));
		}
	}
}

static void transforms(struct kunit *test)
{
	for (u32 i = 0; i < ARRAY_SIZE(known); i++) {
		const struct svti_algo *algo = svti_algo_find(known[i].encr, known[i].integ);
		struct svti_keys keys = keys_of(known[i].key_len, known[i].integ_len);

		for (u32 esn = 0; esn < 2; esn++) {
			struct crypto_aead *aead = svti_algo_aead(algo, &keys, esn);

			KUNIT_ASSERT_FALSE(test, IS_ERR(aead));
			KUNIT_EXPECT_EQ(test, crypto_aead_ivsize(aead), known[i].iv);
			KUNIT_EXPECT_EQ(test, crypto_aead_authsize(aead), known[i].icv);
			crypto_free_aead(aead);
		}
		keys.encr_len++;
		KUNIT_EXPECT_EQ(test, PTR_ERR(svti_algo_aead(algo, &keys, false)), -EINVAL);
	}
}

/* RFC 4303 2.4 to 2.6, octet by octet: what an inner packet becomes. */
static u32 esp_len(const struct svti_algo *algo, u32 inner)
{
	u32 pad = 0;

	while ((inner + pad + 2) % algo->block)
		pad++;
	return 4 + 4 + algo->iv_len + inner + pad + 1 + 1 + algo->icv_len;
}

static void padding(struct kunit *test)
{
	const struct svti_algo *algo;

	for (u32 row = 0; (algo = svti_algo_at(row)); row++)
		for (u32 inner = 0; inner < 3000; inner++)
			KUNIT_ASSERT_EQ(test, svti_algo_cipher_len(algo, inner),
					esp_len(algo, inner) - 8 - algo->iv_len - algo->icv_len);
}

static void largest_inner_packet(struct kunit *test)
{
	const struct svti_algo *algo;

	for (u32 row = 0; (algo = svti_algo_at(row)); row++) {
		for (u32 room = 0; room < 3000; room++) {
			u32 inner = svti_algo_inner_max(algo, room);

			if (inner)
				KUNIT_ASSERT_LE(test, esp_len(algo, inner), room);
			KUNIT_ASSERT_GT(test, esp_len(algo, inner + 1), room);
		}
	}
}

static struct kunit_case cases[] = {
	KUNIT_CASE(known_algorithms),	  KUNIT_CASE(unknown_algorithms),
	KUNIT_CASE(table_is_sane),	  KUNIT_CASE(key_lengths),
	KUNIT_CASE(transforms),		  KUNIT_CASE(padding),
	KUNIT_CASE(largest_inner_packet), {},
};

struct kunit_suite svti_algo_suite = {
	.name = "svti_algo",
	.test_cases = cases,
};
