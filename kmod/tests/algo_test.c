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

/*
 * Written down from the RFCs, not from the table: transform ids of IANA, octets of salt, IV and
 * ICV (0: that of the integrity algorithm), block, and the sizes of the key in bits.
 */
struct known_encr {
	u32 encr, salt, iv, icv, block, iv_kind;
	u32 bits[3];
};

static const struct known_encr known_encrs[] = {
	{ 20, 4, 8, 16, 4, SVTI_IV_COUNTER, { 128, 192, 256 } }, /* RFC 4106 3, 4, 6, 8 */
	{ 19, 4, 8, 12, 4, SVTI_IV_COUNTER, { 128, 192, 256 } },
	{ 18, 4, 8, 8, 4, SVTI_IV_COUNTER, { 128, 192, 256 } },
	{ 16, 3, 8, 16, 4, SVTI_IV_COUNTER, { 128, 192, 256 } }, /* RFC 4309 3, 4, 6, 7 */
	{ 15, 3, 8, 12, 4, SVTI_IV_COUNTER, { 128, 192, 256 } },
	{ 14, 3, 8, 8, 4, SVTI_IV_COUNTER, { 128, 192, 256 } },
	{ 28, 4, 8, 16, 4, SVTI_IV_COUNTER, { 256 } },		 /* RFC 7634 2 */
	{ 21, 4, 8, 16, 4, SVTI_IV_COUNTER, { 128, 192, 256 } }, /* RFC 4543 3, 5 */
	{ 12, 0, 16, 0, 16, SVTI_IV_RANDOM, { 128, 192, 256 } }, /* RFC 3602 2, 3 */
	{ 13, 4, 8, 0, 4, SVTI_IV_COUNTER, { 128, 192, 256 } },	 /* RFC 3686 3, 5 */
	{ 11, 0, 0, 0, 4, SVTI_IV_NONE },			 /* RFC 2410 2, 3 */
};

static const struct known_integ {
	u32 integ, key_len, icv;
} known_integs[] = {
	{ 12, 32, 16 },				       /* RFC 4868 2.3, 2.6 */
	{ 13, 48, 24 }, { 14, 64, 32 }, { 2, 20, 12 }, /* RFC 2404 2, 3 */
	{ 5, 16, 12 },				       /* RFC 3566 4, 5 */
	{ 8, 16, 12 },				       /* RFC 4494 2, 4 */
};

/* All pairs: @integ of a combined mode is all zero. */
static void each_known(struct kunit *test,
		       void (*check)(struct kunit *test, const struct svti_algo *algo,
				     const struct known_encr *encr,
				     const struct known_integ *integ))
{
	static const struct known_integ none;

	for (u32 e = 0; e < ARRAY_SIZE(known_encrs); e++) {
		const struct known_encr *encr = &known_encrs[e];

		for (u32 i = 0; i < (encr->icv ? 1 : ARRAY_SIZE(known_integs)); i++) {
			const struct known_integ *integ = encr->icv ? &none : &known_integs[i];
			const struct svti_algo *algo = svti_algo_find(encr->encr, integ->integ);

			KUNIT_ASSERT_NOT_NULL_MSG(test, algo, "%u and %u", encr->encr,
						  integ->integ);
			check(test, algo, encr, integ);
		}
	}
}

static void check_sizes(struct kunit *test, const struct svti_algo *algo,
			const struct known_encr *encr, const struct known_integ *integ)
{
	KUNIT_EXPECT_EQ(test, algo->iv_len, encr->iv);
	KUNIT_EXPECT_EQ(test, algo->icv_len, encr->icv + integ->icv);
	KUNIT_EXPECT_EQ(test, algo->block, encr->block);
	KUNIT_EXPECT_EQ(test, algo->iv_kind, encr->iv_kind);
	KUNIT_EXPECT_EQ(test, !algo->integ_name, !integ->integ);
}

static void known_algorithms(struct kunit *test)
{
	each_known(test, check_sizes);
}

static void unknown_algorithms(struct kunit *test)
{
	KUNIT_EXPECT_PTR_EQ(test, svti_algo_find(SVTI_ENCR_AES_CBC, SVTI_INTEG_NONE), NULL);
	KUNIT_EXPECT_PTR_EQ(
		test, svti_algo_find(SVTI_ENCR_AES_GCM_16, SVTI_INTEG_HMAC_SHA2_256_128), NULL);
	KUNIT_EXPECT_PTR_EQ(test, svti_algo_find(SVTI_ENCR_NULL, SVTI_INTEG_NONE), NULL);
	KUNIT_EXPECT_PTR_EQ(test, svti_algo_find(0, 0), NULL);
	KUNIT_EXPECT_PTR_EQ(test, svti_algo_find(20 + (1 << 16), 0), NULL);
	KUNIT_EXPECT_PTR_EQ(test, svti_algo_find(12, 12 + (1 << 16)), NULL);
	KUNIT_EXPECT_PTR_EQ(test, svti_algo_at(U32_MAX), NULL);
}

static void table_is_sane(struct kunit *test)
{
	u32 rows = 0, iv_len = 0, icv_len = 0, block = 0;
	const struct svti_algo *algo;

	for (; (algo = svti_algo_at(rows)); rows++) {
		KUNIT_EXPECT_PTR_EQ(test, svti_algo_find(algo->encr, algo->integ), algo);
		KUNIT_EXPECT_TRUE(test, is_power_of_2(algo->block));
		/* RFC 4303 2.4: the ciphertext ends on a 4-octet boundary. */
		KUNIT_EXPECT_GE(test, algo->block, 4);
		KUNIT_EXPECT_EQ(test, algo->key_bits[ARRAY_SIZE(algo->key_bits) - 1], 0);
		iv_len = max_t(u32, iv_len, algo->iv_len);
		icv_len = max_t(u32, icv_len, algo->icv_len);
		block = max_t(u32, block, algo->block);
	}
	KUNIT_EXPECT_EQ(test, rows, 8 + 3 * 6);
	KUNIT_EXPECT_EQ(test, iv_len, SVTI_IV_LEN_MAX);
	KUNIT_EXPECT_EQ(test, icv_len, SVTI_ICV_LEN_MAX);
	KUNIT_EXPECT_EQ(test, block, SVTI_ALIGN_MAX);
}

static bool known_key(const struct known_encr *encr, u32 len)
{
	if (!encr->bits[0])
		return !len;
	for (u32 i = 0; i < ARRAY_SIZE(encr->bits) && encr->bits[i]; i++)
		if (len == encr->bits[i] / 8 + encr->salt)
			return true;
	return false;
}

/* Every length there is. */
static void check_lengths(struct kunit *test, const struct svti_algo *algo,
			  const struct known_encr *encr, const struct known_integ *integ)
{
	for (u32 len = 0; len <= SVTI_KEY_LEN_MAX + 1; len++) {
		for (u32 integ_len = 0; integ_len <= SVTI_KEY_LEN_MAX + 1; integ_len++) {
			struct svti_keys keys = keys_of(len, integ_len);

			KUNIT_EXPECT_EQ(test, svti_algo_keys_fit(algo, &keys),
					known_key(encr, len) && integ_len == integ->key_len);
		}
	}
}

static void key_lengths(struct kunit *test)
{
	each_known(test, check_lengths);
}

static void check_transform(struct kunit *test, const struct svti_algo *algo,
			    const struct known_encr *encr, const struct known_integ *integ)
{
	u32 i = 0;

	do {
		u32 salt = encr->bits[i] ? encr->salt : 0;
		struct svti_keys keys = keys_of(encr->bits[i] / 8 + salt, integ->key_len);

		KUNIT_EXPECT_EQ(test, svti_algo_key_bits(algo, &keys), encr->bits[i]);
		for (u32 esn = 0; esn < 2; esn++) {
			struct crypto_aead *aead = svti_algo_aead(algo, &keys, esn);
			char name[SVTI_CRYPTO_NAME_LEN];

			KUNIT_ASSERT_FALSE_MSG(test, IS_ERR(aead), "%s: error %ld",
					       svti_algo_crypto(algo, esn, name), PTR_ERR(aead));
			KUNIT_EXPECT_EQ(test, crypto_aead_ivsize(aead), encr->iv);
			KUNIT_EXPECT_EQ(test, crypto_aead_authsize(aead), encr->icv + integ->icv);
			KUNIT_EXPECT_LT(test, strlen(svti_algo_crypto(algo, esn, name)),
					sizeof(name) - 1);
			crypto_free_aead(aead);
		}
		keys.encr_len++;
		KUNIT_EXPECT_EQ(test, PTR_ERR(svti_algo_aead(algo, &keys, false)), -EINVAL);
	} while (++i < ARRAY_SIZE(encr->bits) && encr->bits[i]);
}

static void transforms(struct kunit *test)
{
	each_known(test, check_transform);
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
