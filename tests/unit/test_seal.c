// SPDX-License-Identifier: GPL-2.0-or-later
/* crypto/seal.h. */
#include <errno.h>
#include <stdlib.h>

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>

#include "crypto/alg.h"
#include "crypto/prf.h"
#include "crypto/seal.h"
#include "unit/unit.h"

/*
 * ESP packets, whose plaintext ends in an octet that is small enough to be a pad length: to SK
 * they are as good as any. draft-mcgrew-gcm-test-01, by page; AAD is SPI and sequence number.
 */
static const struct {
	const char *source;
	uint16_t key_bits;
	const char *key, *iv, *header, *plain, *cipher, *icv;
} gcm[] = {
	{
		.source = "7",
		.key_bits = 128,
		.key = "feffe9928665731c6d6a8f9467308308cafebabe",
		.iv = "facedbaddecaf888",
		.header = "0000a5f80000000a",
		.plain = "4500003e698f000080114dccc0a80102c0a801010a980035002a2343b2d00100000100000000"
			"0000037369700963796265726369747902646b00000100010001",
		.cipher = "deb22cd9b07c72c16e3a65beeb8df304a5a5897d33ae530f1ba76d5d114d2a5c3de81827c10e"
			"9a4f51330d0eec416642cfbb85a5b47e48a4ec3b9ba95d918bd1",
		.icv = "83b70d3aa8bc6ee4c309e9d85a41ad4a",
	},
	{
		.source = "8",
		.key_bits = 256,
		.key = "abbccddef00112233445566778899aababbccddef00112233445566778899aab11223344",
		.iv = "0102030405060708",
		.header = "4a2cbfe300000002",
		.plain = "4500003069a6400080062690c0a801029389155e0a9e008b2dc57ee0000000007002400020bf"
			"0000020405b40101040201020201",
		.cipher = "ff425c9b724599df7a3bcd510194e00d6a78107f1b0b1cbf06efae9d65a5d763748a63798577"
			"1d347f0545659f14e99def842d8e",
		.icv = "b335f4eecfdbf831824b4c4915956c96",
	},
	{
		.source = "11b",
		.key_bits = 192,
		.key = "feffe9928665731c6d6a8f9467308308feffe9928665731ccafebabe",
		.iv = "facedbaddecaf888",
		.header = "0000a5f80000000a",
		.plain = "45000028a4ad4000400678800a01038f0a010612802306b8cb712602dd6bb03e501016d07568"
			"0001",
		.cipher = "a5b1f8066029aea40e598b8122de02420938b3ab33f828e687b8858b5bfbdbd0315b27452144"
			"cc77",
		.icv = "95457b9652037f5318027b5b4cd7a636",
	},
	{
		.source = "13",
		.key_bits = 256,
		.key = "abbccddef00112233445566778899aababbccddef00112233445566778899aab73616c74",
		.iv = "616e640169766563",
		.header = "17405e67156f3126dd0db99b",
		.plain = "45080028732c00004006e9f90a0106120a01038f06b88023dd6bafbecb71260250101f646d54"
			"0001",
		.cipher = "f2d69ecdbd5a0d5b8d5ef38bad4da58d1f278fde98ef67549d524a3018d9a57ff4d3a31ce673"
			"119e",
		.icv = "451626c2415771e3b7eebca614c89b35",
	},
	{
		.source = "15",
		.key_bits = 256,
		.key = "abbccddef00112233445566778899aababbccddef00112233445566778899aab73616c74",
		.iv = "616e640169766563",
		.header = "17405e67156f3126dd0db99b",
		.plain = "636973636f0172756c657301746865016e6574776501646566696e6501746865746563686e6f"
			"6c6f67696573017468617477696c6c01646566696e65746f6d6f72726f7701020201",
		.cipher = "d4b7ed86a1777f2ea13d6973d324c69e7b43f826fb56831226508bebd2dceb18d0a6df10e548"
			"7df074113e14c641024e3e6773d91a62ee429b043a10e3efe6b012a49363412364f8",
		.icv = "c0cac587f249e56b11e24f30e44ccc76",
	},
	{
		.source = "16a",
		.key_bits = 128,
		.key = "7d773d00c144c525ac619d18c84a3f47d9664267",
		.iv = "43457e9182443bc6",
		.header = "335467aeffffffff",
		.plain = "01020201",
		.cipher = "437f866b",
		.icv = "cb3f699fe9b0822bac961c4504bef270",
	},
};

/* RFC 3602 4. The MAC over them is RFC 4868's, which test_prf.c has. */
static const struct {
	const char *source;
	const char *key, *iv, *plain, *cipher;
} cbc[] = {
	{
		.source = "case 5",
		.key = "90d382b410eeba7ad938c46cec1a82bf",
		.iv = "e96e8c08ab465763fd098d45dd3ff893",
		.plain = "08000ebda70a00008e9c083db95b070008090a0b0c0d0e0f101112131415161718191a1b1c1d"
			"1e1f202122232425262728292a2b2c2d2e2f30313233343536370102030405060708090a0b0c"
			"0d0e0e01",
		.cipher = "f663c25d325c18c6a9453e194e120849a4870b66cc6b9965330013b4898dc856a4699e523a55"
			"db080b59ec3a8e4b7e52775b07d1db34ed9c538ab50c551b874aa269add047ad2d5913ac19b7"
			"cfbad4a6",
	},
	{
		.source = "case 6",
		.key = "90d382b410eeba7ad938c46cec1a82bf",
		.iv = "69d08df7d203329db093fc4924e5bd80",
		.plain = "0800b5e8a80a0500a69c083d0b660e0077777777777777777777777701020201",
		.cipher = "f51995881ec4e0c4488987ce742e8109689bb379d2d750c0d915dca346a89f75",
	},
	{
		.source = "case 7",
		.key = "0123456789abcdef0123456789abcdef",
		.iv = "f4e765244f6407adf13dc1380f673f37",
		.plain = "45000054090400004001f988c0a87b03c0a87bc808009f76a90a0100b49c083d02a204000809"
			"0a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f"
			"30313233343536370102030405060708090a0a04",
		.cipher = "773b5241a4c449225e4f3ce5ed611b0c237ca96cf74a93013c1b0ea1a0cf70f8e4ecaec78ac5"
			"3aad7a0f022b859243c647752e94a859352b8a4d4d2decd136e5c177f132ad3fbfb2201ac990"
			"4c74ee0a109e0ca1e4dfe9d5a100b842f1c22f0d",
	},
	{
		.source = "case 8",
		.key = "0123456789abcdef0123456789abcdef",
		.iv = "85d47224b5f3dd5d2101d4ea8dffab22",
		.plain = "45000044090c00004001f990c0a87b03c0a87bc80800d63caa0a0200c69c083da3de0300ffff"
			"ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff0102030405060708"
			"090a0a04",
		.cipher = "15b92683819596a8047232cc00f7048fe45318e11f8a0f62ede3c3fc61203bb50f980a08c984"
			"3fd3a1b06d5c07ff9639b7eb7dfb3512e5de435e7207ed971ef3d2726d9b5ef6affc6d17a0de"
			"cbb13892",
	},
};

/* Everything that can protect an IKE SA. */
static const struct suite {
	uint16_t encr, key_bits, integ;
} suites[] = {
	{ ALG_ENCR_AES_GCM_16, 128, ALG_INTEG_NONE },
	{ ALG_ENCR_AES_GCM_16, 192, ALG_INTEG_NONE },
	{ ALG_ENCR_AES_GCM_16, 256, ALG_INTEG_NONE },
	{ ALG_ENCR_AES_CBC, 128, ALG_INTEG_HMAC_SHA2_256_128 },
	{ ALG_ENCR_AES_CBC, 192, ALG_INTEG_HMAC_SHA2_384_192 },
	{ ALG_ENCR_AES_CBC, 256, ALG_INTEG_HMAC_SHA2_512_256 },
};

enum { PLAIN_MAX = 300 };

static struct seal seal_of(const struct suite *suite, struct bytes encr_key, struct bytes integ_key)
{
	struct seal s = {
		.encr = suite->encr,
		.key_bits = suite->key_bits,
		.integ = suite->integ,
	};

	ck_assert_int_eq(secret_copy(&s.encr_key, encr_key), 0);
	ck_assert_int_eq(secret_copy(&s.integ_key, integ_key), 0);
	return s;
}

static struct seal random_seal(const struct suite *suite, struct unit_random *random)
{
	size_t icv_len = suite->integ == ALG_INTEG_HMAC_SHA2_256_128 ? 16 :
			 suite->integ == ALG_INTEG_HMAC_SHA2_384_192 ? 24 : 32;
	uint8_t key[64];

	unit_random_fill(random, key, sizeof(key));
	return seal_of(suite, bytes_of(key, suite->key_bits / 8u + (suite->integ ? 0 : 4)),
		       bytes_of(key, suite->integ ? 2 * icv_len : 0));
}

static struct bytes join(struct bytes a, struct bytes b, struct bytes c)
{
	static uint8_t all[4096];

	ck_assert_uint_le(a.len + b.len + c.len, sizeof(all));
	memcpy(all, a.data, a.len);
	memcpy(all + a.len, b.data, b.len);
	memcpy(all + a.len + b.len, c.data, c.len);
	return bytes_of(all, a.len + b.len + c.len);
}

/* @plain: as it was encrypted, with padding and pad length. */
static void opens_to(const struct seal *s, struct bytes header, struct bytes body,
		     struct bytes plain)
{
	uint8_t *out = malloc(body.len);
	size_t len, pad = plain.data[plain.len - 1];

	ck_assert_int_eq(seal_open(s, header, body, out, &len), 0);
	ck_bytes_eq(bytes_of(out, len), bytes_of(plain.data, plain.len - pad - 1));
	free(out);
}

/* Nor does it leave plaintext behind. */
static void does_not_open(const struct seal *s, struct bytes header, struct bytes body)
{
	uint8_t *out = malloc(body.len + 1);
	size_t len = 77;

	memset(out, 0xa5, body.len + 1);
	ck_assert_int_eq(seal_open(s, header, body, out, &len), -EBADMSG);
	ck_assert_uint_eq(len, 0);
	for (size_t i = 0; i < body.len + 1; i++)
		must(out[i] == 0xa5 || !out[i]);
	free(out);
}

START_TEST(test_gcm_vector)
{
	const struct suite suite = { ALG_ENCR_AES_GCM_16, gcm[_i].key_bits, ALG_INTEG_NONE };
	struct seal s = seal_of(&suite, hex(gcm[_i].key), BYTES_NONE);
	struct bytes body = join(hex(gcm[_i].iv), hex(gcm[_i].cipher), hex(gcm[_i].icv));

	opens_to(&s, hex(gcm[_i].header), body, hex(gcm[_i].plain));
	seal_wipe(&s);
}
END_TEST

START_TEST(test_cbc_vector)
{
	struct bytes integ_key = hex("000102030405060708090a0b0c0d0e0f"
				     "101112131415161718191a1b1c1d1e1f");
	struct seal s = seal_of(&suites[3], hex(cbc[_i].key), integ_key);
	const struct bytes signed_parts[] = { hex("feed"), hex(cbc[_i].iv), hex(cbc[_i].cipher) };
	uint8_t mac[32];
	struct bytes body;

	ck_assert_int_eq(prf_compute(ALG_PRF_HMAC_SHA2_256, integ_key, signed_parts, 3, mac), 0);
	body = join(signed_parts[1], signed_parts[2], bytes_of(mac, 16));
	opens_to(&s, signed_parts[0], body, hex(cbc[_i].plain));
	seal_wipe(&s);
}
END_TEST

/* Wycheproof, testvectors_v1/aes_gcm_test.json, tcId 41 to 46, 153, 154: tags that are wrong. */
START_TEST(test_gcm_bad_tag)
{
	static const char *const tags[] = {
		"d9847dbc326a06e988c77ad3863e6083", "da847dbc326a06e988c77ad3863e6083",
		"58847dbc326a06e988c77ad3863e6083", "d8857dbc326a06e988c77ad3863e6083",
		"d8847d3c326a06e988c77ad3863e6083", "d8847dbc336a06e988c77ad3863e6083",
		"00000000000000000000000000000000", "ffffffffffffffffffffffffffffffff",
	};
	struct seal s = seal_of(&suites[0], hex("000102030405060708090a0b0c0d0e0f 50515253"),
				BYTES_NONE);
	struct bytes iv = hex("5455565758595a5b");
	struct bytes cipher = hex("eb156d081ed6b6b55f4612f021d87b39");

	for (size_t i = 0; i < COUNT_OF(tags); i++)
		does_not_open(&s, BYTES_NONE, join(iv, cipher, hex(tags[i])));
	/* The right one, by which the padding is looked at: 0x2f is more than there is. */
	does_not_open(&s, BYTES_NONE, join(iv, cipher, hex("d8847dbc326a06e988c77ad3863e6083")));
	seal_wipe(&s);
}
END_TEST

/* A message as it is sent: header and, behind it in exactly enough memory, the body. */
struct message {
	uint8_t *data;
	struct bytes header, body;
};

static struct message make(const struct seal *s, size_t header_len, struct bytes plain,
			   struct unit_random *random)
{
	size_t body_len = seal_body_len(s, plain.len);
	uint8_t iv[16], *data = malloc(header_len + body_len);

	ck_assert_uint_le(seal_iv_len(s), sizeof(iv));
	unit_random_fill(random, iv, sizeof(iv));
	unit_random_fill(random, data, header_len);
	ck_assert_int_eq(seal_make(s, bytes_of(data, header_len), iv, plain, data + header_len), 0);
	ck_bytes_eq(bytes_of(data + header_len, seal_iv_len(s)), bytes_of(iv, seal_iv_len(s)));
	return (struct message){
		data,
		bytes_of(data, header_len),
		bytes_of(data + header_len, body_len),
	};
}

START_TEST(test_round_trip)
{
	struct unit_random random = { 11 };
	struct seal s = random_seal(&suites[_i], &random);
	uint8_t plain[PLAIN_MAX], *out;
	size_t len;

	unit_random_fill(&random, plain, sizeof(plain));
	for (size_t n = 0; n <= sizeof(plain); n++) {
		struct message m = make(&s, 32, bytes_of(plain, n), &random);

		out = malloc(m.body.len);
		ck_assert_int_eq(seal_open(&s, m.header, m.body, out, &len), 0);
		ck_bytes_eq(bytes_of(out, len), bytes_of(plain, n));
		free(out);
		free(m.data);
	}
	seal_wipe(&s);
}
END_TEST

/* Any bit of header, IV, text or ICV. */
START_TEST(test_every_bit_counts)
{
	struct unit_random random = { 12 };
	struct seal s = random_seal(&suites[_i], &random);
	struct message m = make(&s, 32, hex("2900000800004000"), &random);

	for (size_t bit = 0; bit < 8 * (m.header.len + m.body.len); bit++) {
		m.data[bit / 8] ^= (uint8_t)(1 << bit % 8);
		does_not_open(&s, m.header, m.body);
		m.data[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	free(m.data);
	seal_wipe(&s);
}
END_TEST

START_TEST(test_truncated)
{
	struct unit_random random = { 13 };
	struct seal s = random_seal(&suites[_i], &random);
	struct message m = make(&s, 32, hex("2900000800004000"), &random);

	for (size_t len = 0; len < m.body.len; len++) {
		uint8_t *exact = malloc(len + !len);

		memcpy(exact, m.body.data, len);
		does_not_open(&s, m.header, bytes_of(exact, len));
		free(exact);
	}
	does_not_open(&s, bytes_of(m.header.data, m.header.len - 1), m.body);
	free(m.data);
	seal_wipe(&s);
}
END_TEST

/* Body over @text, whose padding is of the caller's making, by GnuTLS: an oracle of its own. */
static struct bytes peer_makes(const struct seal *s, struct bytes header, struct bytes text)
{
	static const gnutls_cipher_algorithm_t cbc_of[] = {
		GNUTLS_CIPHER_AES_128_CBC, GNUTLS_CIPHER_AES_192_CBC, GNUTLS_CIPHER_AES_256_CBC,
	};
	static const gnutls_cipher_algorithm_t gcm_of[] = {
		GNUTLS_CIPHER_AES_128_GCM, GNUTLS_CIPHER_AES_192_GCM, GNUTLS_CIPHER_AES_256_GCM,
	};
	unsigned int size = s->key_bits / 64u - 2;
	gnutls_datum_t key = { s->encr_key.data, s->key_bits / 8u };
	size_t iv_len = seal_iv_len(s), icv_len = 16;
	static uint8_t body[1024];
	uint8_t iv[16] = { 9, 8, 7, 6, 5, 4, 3, 2, 1 };

	memcpy(body, iv, iv_len);
	if (!s->integ) {
		size_t len = sizeof(body) - iv_len;
		gnutls_aead_cipher_hd_t aead;
		uint8_t nonce[12];

		memcpy(nonce, s->encr_key.data + key.size, 4);
		memcpy(nonce + 4, iv, iv_len);
		ck_assert_int_eq(gnutls_aead_cipher_init(&aead, gcm_of[size], &key), 0);
		ck_assert_int_eq(gnutls_aead_cipher_encrypt(aead, nonce, sizeof(nonce), header.data,
							    header.len, icv_len, text.data, text.len,
							    body + iv_len, &len), 0);
		gnutls_aead_cipher_deinit(aead);
	} else {
		gnutls_mac_algorithm_t mac = s->integ_key.len == 32 ? GNUTLS_MAC_SHA256 :
					     s->integ_key.len == 48 ? GNUTLS_MAC_SHA384 :
								      GNUTLS_MAC_SHA512;
		gnutls_datum_t iv_datum = { iv, 16 };
		gnutls_cipher_hd_t cipher;
		gnutls_hmac_hd_t hmac;
		uint8_t full[64];

		icv_len = s->integ_key.len / 2;
		ck_assert_int_eq(gnutls_cipher_init(&cipher, cbc_of[size], &key, &iv_datum), 0);
		ck_assert_int_eq(gnutls_cipher_encrypt2(cipher, text.data, text.len, body + iv_len,
							text.len), 0);
		gnutls_cipher_deinit(cipher);
		ck_assert_int_eq(gnutls_hmac_init(&hmac, mac, s->integ_key.data, s->integ_key.len), 0);
		gnutls_hmac(hmac, header.data, header.len);
		gnutls_hmac(hmac, body, iv_len + text.len);
		gnutls_hmac_deinit(hmac, full);
		memcpy(body + iv_len + text.len, full, icv_len);
	}
	return bytes_of(body, iv_len + text.len + icv_len);
}

/* Padding of the peer's choice: RFC 7296 3.14 and RFC 5282 3 want all of it taken. */
START_TEST(test_padding)
{
	struct unit_random random = { 14 };
	struct seal s = random_seal(&suites[_i], &random);
	struct bytes header = hex("202122232425262728292a2b2c2d2e2f");
	size_t block = suites[_i].integ ? 16 : 1;
	uint8_t text[PLAIN_MAX];
	struct bytes body;

	for (size_t n = block; n <= 288; n += block) {
		unit_random_fill(&random, text, n);
		for (size_t pad = 0; pad < 256; pad++) {
			text[n - 1] = (uint8_t)pad;
			body = peer_makes(&s, header, bytes_of(text, n));
			if (pad < n)
				opens_to(&s, header, body, bytes_of(text, n));
			else
				does_not_open(&s, header, body);
		}
		if (block == 1)
			n += 40;
	}
	seal_wipe(&s);
}
END_TEST

/* Cipher blocks in part, under a MAC that is right. */
START_TEST(test_alignment)
{
	struct unit_random random = { 15 };
	struct seal s = random_seal(&suites[_i], &random);
	struct bytes mac_key = secret_view(&s.integ_key), header = hex("2021222324");
	static const uint16_t prfs[] = {
		ALG_PRF_HMAC_SHA2_256, ALG_PRF_HMAC_SHA2_384, ALG_PRF_HMAC_SHA2_512,
	};
	uint8_t body[128] = { 0 }, mac[PRF_LEN_MAX];

	for (size_t n = 0; n < 33; n++) {
		const struct bytes parts[] = { header, bytes_of(body, 16 + n) };

		if (n && n % 16 == 0)
			continue;
		memset(body, 0, sizeof(body));
		ck_assert_int_eq(prf_compute(prfs[_i - 3], mac_key, parts, 2, mac), 0);
		memcpy(body + 16 + n, mac, mac_key.len / 2);
		does_not_open(&s, header, bytes_of(body, 16 + n + mac_key.len / 2));
	}
	seal_wipe(&s);
}
END_TEST

/* A seal whose parts do not fit together is refused by every call. */
START_TEST(test_unusable)
{
	static const struct {
		struct suite suite;
		size_t encr_key, integ_key;
	} bad[] = {
		{ { ALG_ENCR_AES_GCM_16, 128, ALG_INTEG_NONE }, 16, 0 }, /* no salt */
		{ { ALG_ENCR_AES_GCM_16, 128, ALG_INTEG_NONE }, 36, 0 },
		{ { ALG_ENCR_AES_GCM_16, 64, ALG_INTEG_NONE }, 12, 0 },
		{ { ALG_ENCR_AES_GCM_16, 128, ALG_INTEG_HMAC_SHA2_256_128 }, 20, 32 },
		{ { ALG_ENCR_AES_CBC, 128, ALG_INTEG_NONE }, 16, 0 },
		{ { ALG_ENCR_AES_CBC, 128, ALG_INTEG_HMAC_SHA2_256_128 }, 16, 16 },
		{ { ALG_ENCR_AES_CBC, 128, ALG_INTEG_HMAC_SHA2_256_128 }, 0, 32 },
		{ { ALG_ENCR_AES_CBC, 128, 2 }, 16, 20 }, /* SHA-1 */
		{ { 3, 0, ALG_INTEG_HMAC_SHA2_256_128 }, 24, 32 }, /* 3DES */
		/* Those of ESP alone. */
		{ { ALG_ENCR_AES_GCM_8, 128, ALG_INTEG_NONE }, 20, 0 },
		{ { ALG_ENCR_AES_CCM_16, 128, ALG_INTEG_NONE }, 19, 0 },
		{ { ALG_ENCR_CHACHA20_POLY1305, 0, ALG_INTEG_NONE }, 36, 0 },
		{ { ALG_ENCR_NULL_AUTH_AES_GMAC, 128, ALG_INTEG_NONE }, 20, 0 },
		{ { ALG_ENCR_AES_CTR, 128, ALG_INTEG_HMAC_SHA2_256_128 }, 20, 32 },
		{ { ALG_ENCR_NULL, 0, ALG_INTEG_HMAC_SHA2_256_128 }, 0, 32 },
		{ { ALG_ENCR_AES_CBC, 128, ALG_INTEG_AES_CMAC_96 }, 16, 16 },
	};
	uint8_t key[64] = { 0 }, iv[16] = { 0 }, out[128];
	size_t len;

	for (size_t i = 0; i < COUNT_OF(bad); i++) {
		struct seal s = seal_of(&bad[i].suite, bytes_of(key, bad[i].encr_key),
					bytes_of(key, bad[i].integ_key));

		ck_assert_uint_eq(seal_body_len(&s, 10), 0);
		ck_assert_int_eq(seal_make(&s, BYTES_NONE, iv, BYTES_NONE, out), -EINVAL);
		ck_assert_int_eq(seal_open(&s, BYTES_NONE, bytes_of(out, 64), out + 64, &len),
				 -EINVAL);
		seal_wipe(&s);
		ck_assert_ptr_null(s.encr_key.data);
		ck_assert_ptr_null(s.integ_key.data);
	}
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_loop_test(tc, test_gcm_vector, 0, COUNT_OF(gcm));
	tcase_add_loop_test(tc, test_cbc_vector, 0, COUNT_OF(cbc));
	tcase_add_test(tc, test_gcm_bad_tag);
	tcase_add_loop_test(tc, test_round_trip, 0, COUNT_OF(suites));
	tcase_add_loop_test(tc, test_every_bit_counts, 0, COUNT_OF(suites));
	tcase_add_loop_test(tc, test_truncated, 0, COUNT_OF(suites));
	tcase_add_loop_test(tc, test_padding, 0, COUNT_OF(suites));
	tcase_add_loop_test(tc, test_alignment, 3, COUNT_OF(suites));
	tcase_add_test(tc, test_unusable);
}

int main(void)
{
	return unit_run("seal", add);
}
