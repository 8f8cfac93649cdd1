// SPDX-License-Identifier: GPL-2.0-or-later
/* crypto/dh.h: vectors, an oracle for MODP, and public values that must be refused. */
#include <errno.h>
#include <stdlib.h>

#include <gmp.h>

#include "crypto/alg.h"
#include "crypto/dh.h"
#include "crypto/group.h"
#include "unit/unit.h"

static const uint16_t all_groups[] = {
	ALG_KE_X25519, ALG_KE_ECP_256, ALG_KE_ECP_384, ALG_KE_MODP_2048, ALG_KE_MODP_3072,
};

static const struct dh_group *const modp[] = { &group_modp_2048, &group_modp_3072 };

/* Whole exchanges; the private values are those that the random source gives. */
static const struct {
	const char *source;
	uint16_t group;
	const char *i_private, *i_public, *r_private, *r_public, *shared;
} exchanges[] = {
	{
		.source = "RFC 5903 8.1",
		.group = ALG_KE_ECP_256,
		.i_private = "c88f01f510d9ac3f70a292daa2316de544e9aab8afe84049c62a9c57862d1433",
		.i_public = "dad0b65394221cf9b051e1feca5787d098dfe637fc90b9ef945d0c37725811805271a0461cdb8252"
			"d61f1c456fa3e59ab1f45b33accf5f58389e0577b8990bb3",
		.r_private = "c6ef9c5d78ae012a011164acb397ce2088685d8f06bf9be0b283ab46476bee53",
		.r_public = "d12dfb5289c8d4f81208b70270398c342296970a0bccb74c736fc7554494bf6356fbf3ca366cc23e"
			"8157854c13c58d6aac23f046ada30f8353e74f33039872ab",
		.shared = "d6840f6b42f6edafd13116e0e12565202fef8e9ece7dce03812464d04b9442de",
	},
	{
		.source = "RFC 5903 8.2",
		.group = ALG_KE_ECP_384,
		.i_private = "099f3c7034d4a2c699884d73a375a67f7624ef7c6b3c0f160647b67414dce655e35b538041e649ee"
			"3faef896783ab194",
		.i_public = "667842d7d180ac2cde6f74f37551f55755c7645c20ef73e31634fe72b4c55ee6de3ac808acb4bdb4"
			"c88732aee95f41aa9482ed1fc0eeb9cafc4984625ccfc23f65032149e0e144ada024181535a0f38e"
			"eb9fcff3c2c947dae69b4c634573a81c",
		.r_private = "41cb0779b4bdb85d47846725fbec3c9430fab46cc8dc5060855cc9bda0aa2942e0308312916b8ed2"
			"960e4bd55a7448fc",
		.r_public = "e558dbef53eecde3d3fccfc1aea08a89a987475d12fd950d83cfa41732bc509d0d1ac43a0336def9"
			"6fda41d0774a3571dcfbec7aacf3196472169e838430367f66eebe3c6e70c416dd5f0c68759dd1ff"
			"f83fa40142209dff5eaad96db9e6386c",
		.shared = "11187331c279962d93d604243fd592cb9d0a926f422e47187521287e7156c5c4d603135569b9e9d0"
			"9cf5d4a270f59746",
	},
	{
		.source = "RFC 8031 A",
		.group = ALG_KE_X25519,
		.i_private = "751fb4308655b476b6789b7325f9ea8cddd16a58533ff6d9e60009464a5f9d94",
		.i_public = "48d5ddd4061257ba166fa3f9bbdb74f1a4e81c089384fa77f790709f0dfbc766",
		.r_private = "0a54645253290d60ddadd0e030bacd9e5501efdc220755a1e978f1b839a05688",
		.r_public = "0be7c1f5aad87d7e448662673298a443478b859745179eaf564c79c0ef6eee25",
		.shared = "c74950607a12327f3204d94b6825bfb068b7f8319a9e3708ed3d43ce8130c950",
	},
	{
		.source = "RFC 7748 6.1",
		.group = ALG_KE_X25519,
		.i_private = "77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a",
		.i_public = "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a",
		.r_private = "5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb",
		.r_public = "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f",
		.shared = "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742",
	},
};

/* Project Wycheproof, testvectors_v1/{ecdh_secp256r1_ecpoint,x25519}_test.json, by tcId. */
static const struct {
	int id;
	uint16_t group;
	const char *comment;
	const char *private, *public, *shared;
} edge_cases[] = {
	{ 3, ALG_KE_ECP_256, "shared secret has x-coordinate that satisfies x**2 = 0",
	  "0a0d622a47e48f6bc1038ace438c6f528aa00ad2bd1da5f13ee46bf5f633d71a",
	  "58fd4168a87795603e2b04390285bdca6e57de6027fe211dd9d25e2212d29e62080d36bd224d7405"
	  "509295eed02a17150e03b314f96da37445b0d1d29377d12c",
	  "0000000000000000000000000000000000000000000000000000000000000000" },
	{ 4, ALG_KE_ECP_256, "shared secret has x-coordinate p-3",
	  "0a0d622a47e48f6bc1038ace438c6f528aa00ad2bd1da5f13ee46bf5f633d71a",
	  "a1ecc24bf0d0053d23f5fd80ddf1735a1925039dc1176c581a7e795163c8b9ba2cb5a4e4d5109f45"
	  "27575e3137b83d79a9bcb3faeff90d2aca2bed71bb523e7e",
	  "ffffffff00000001000000000000000000000000fffffffffffffffffffffffc" },
	{ 50, ALG_KE_ECP_256, "y-coordinate of the public key is small",
	  "55d55f11bb8da1ea318bca7266f0376662441ea87270aa2077f1b770c4854a48",
	  "000000000000000000000001ea77d449ffffffffffffffffffffffffffffffff000000007afbc0b3"
	  "25e820646dec622fb558a51c342aa257f4b6a8ec5ddf144f",
	  "1b085213a9c89d353e1111af078c38c502b7b4771efba51f589b5be243417bdc" },
	{ 100, ALG_KE_ECP_256, "ephemeral key has x-coordinate with repeating bit-pattern of size 62",
	  "55d55f11bb8da1ea318bca7266f0376662441ea87270aa2077f1b770c4854a48",
	  "00fffffffe00000003fffffff80000000fffffffe00000003fffffff8000000007bc25fb4d2b4cd1"
	  "2a16515725d64cdbd5bc86b7f84ef005c9e51d0700a3a4b8",
	  "68e8765c71a63f3458e8edb2e52f499a1de13ae1ff1c95f18c4adad9d898667a" },
	{ 200, ALG_KE_ECP_256, "point with coordinate x = 0",
	  "809c461d8b39163537ff8f5ef5b977e4cdb980e70e38a7ee0b37cc876729e9ff",
	  "81bfb55b010b1bdf08b8d9d8590087aa278e28febff3b05632eeff09011c55798cd2f199d9815d75"
	  "85073034eb76c93d50799b354b0fb1e77eb75eba8bff3d58",
	  "b485f3364354b738dc5402729b880c90c502d9ab52ccf81e3d21602c7b9bd909" },
	{ 87, ALG_KE_X25519, "non-canonical public key",
	  "0016b62af5cabde8c40938ebf2108e05d27fa0533ed85d70015ad4ad39762d54",
	  "efffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
	  "b4d10e832714972f96bd3382e4d082a21a8333a16315b3ffb536061d2482360d" },
	{ 90, ALG_KE_X25519, "non-canonical public key",
	  "98c2b08cbac14e15953154e3b558d42bb1268a365b0ef2f22725129d8ac5cb7f",
	  "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
	  "9c034fcd8d3bf69964958c0105161fcb5d1ea5b8f8abb371491e42a7684c2322" },
	{ 99, ALG_KE_X25519, "non-canonical public key",
	  "c85f08e60c845f82099141a66dc4583d2b1040462c544d33d0453b20b1a6377e",
	  "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
	  "e9db74bc88d0d9bf046ddd13f943bccbe6dbb47d49323f8dfeedc4a694991a3c" },
};

static const struct {
	int id;
	uint16_t group;
	const char *comment;
	const char *public;
} refused[] = {
	{ 332, ALG_KE_ECP_256, "point is not on curve",
	  "00000000000000000000000000000000000000000000000000000000000000000000000000000000"
	  "000000000000000000000000000000000000000000000000" },
	{ 335, ALG_KE_ECP_256, "point is not on curve",
	  "0000000000000000000000000000000000000000000000000000000000000000ffffffff00000001"
	  "000000000000000000000000ffffffffffffffffffffffff" },
	{ 340, ALG_KE_ECP_256, "point is not on curve",
	  "ffffffff00000001000000000000000000000000fffffffffffffffffffffffe0000000000000000"
	  "000000000000000000000000000000000000000000000000" },
	{ 347, ALG_KE_ECP_256, "point is not on curve",
	  "ffffffff00000001000000000000000000000000ffffffffffffffffffffffffffffffff00000001"
	  "000000000000000000000000ffffffffffffffffffffffff" },
	{ 32, ALG_KE_X25519, "public key = 0",
	  "0000000000000000000000000000000000000000000000000000000000000000" },
	{ 33, ALG_KE_X25519, "public key = 1",
	  "0100000000000000000000000000000000000000000000000000000000000000" },
	{ 63, ALG_KE_X25519, "public key with low order",
	  "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800" },
	{ 64, ALG_KE_X25519, "public key with low order",
	  "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157" },
	{ 65, ALG_KE_X25519, "public key with low order",
	  "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f" },
	{ 66, ALG_KE_X25519, "public key with low order",
	  "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b880" },
	{ 68, ALG_KE_X25519, "public key with low order",
	  "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff" },
	{ 74, ALG_KE_X25519, "public key with low order",
	  "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f" },
	{ 75, ALG_KE_X25519, "public key with low order",
	  "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f" },
	{ 82, ALG_KE_X25519, "public key with low order",
	  "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff" },
};

/* A random source that gives what it was told to. */
static void give(void *ctx, void *buf, size_t len)
{
	const struct bytes *octets = ctx;

	ck_assert_uint_eq(len, octets->len);
	memcpy(buf, octets->data, len);
}

static void generate(struct dh *dh, uint16_t group, struct bytes private)
{
	ck_assert_int_eq(dh_generate(dh, group, give, &private), 0);
	ck_assert_uint_eq(dh->pub_len, dh_public_len(group));
}

static void shared_is(const struct dh *dh, struct bytes peer, struct bytes want)
{
	struct secret shared = { 0 };

	ck_assert_int_eq(dh_compute(dh, peer, &shared), 0);
	ck_bytes_eq(secret_view(&shared), want);
	secret_wipe(&shared);
}

static void is_refused(const struct dh *dh, struct bytes peer)
{
	struct secret shared = { 0 };

	ck_assert_int_eq(dh_compute(dh, peer, &shared), -EBADMSG);
	ck_assert_ptr_null(shared.data);
	ck_assert_uint_eq(shared.len, 0);
}

START_TEST(test_exchange)
{
	struct dh i, r;

	generate(&i, exchanges[_i].group, hex(exchanges[_i].i_private));
	generate(&r, exchanges[_i].group, hex(exchanges[_i].r_private));
	ck_bytes_eq(bytes_of(i.pub, i.pub_len), hex(exchanges[_i].i_public));
	ck_bytes_eq(bytes_of(r.pub, r.pub_len), hex(exchanges[_i].r_public));
	shared_is(&i, bytes_of(r.pub, r.pub_len), hex(exchanges[_i].shared));
	shared_is(&r, bytes_of(i.pub, i.pub_len), hex(exchanges[_i].shared));
	dh_wipe(&i);
	dh_wipe(&r);
}
END_TEST

START_TEST(test_edge_case)
{
	struct dh dh;

	generate(&dh, edge_cases[_i].group, hex(edge_cases[_i].private));
	shared_is(&dh, hex(edge_cases[_i].public), hex(edge_cases[_i].shared));
	dh_wipe(&dh);
}
END_TEST

START_TEST(test_refused)
{
	struct unit_random random = { 1 };
	struct dh dh;

	ck_assert_int_eq(dh_generate(&dh, refused[_i].group, unit_random_fill, &random), 0);
	is_refused(&dh, hex(refused[_i].public));
	dh_wipe(&dh);
}
END_TEST

/* Off the curve by one bit, everywhere. */
START_TEST(test_off_curve)
{
	struct unit_random random = { 2 };
	struct dh ours, theirs;

	ck_assert_int_eq(dh_generate(&ours, ALG_KE_ECP_384, unit_random_fill, &random), 0);
	ck_assert_int_eq(dh_generate(&theirs, ALG_KE_ECP_384, unit_random_fill, &random), 0);
	for (size_t bit = 0; bit < 8 * theirs.pub_len; bit++) {
		theirs.pub[bit / 8] ^= (uint8_t)(1 << bit % 8);
		is_refused(&ours, bytes_of(theirs.pub, theirs.pub_len));
		theirs.pub[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	dh_wipe(&ours);
	dh_wipe(&theirs);
}
END_TEST

START_TEST(test_length)
{
	struct unit_random random = { 3 };
	struct dh ours, theirs;
	uint8_t longer[512] = { 0 };

	ck_assert_int_eq(dh_generate(&ours, all_groups[_i], unit_random_fill, &random), 0);
	ck_assert_int_eq(dh_generate(&theirs, all_groups[_i], unit_random_fill, &random), 0);
	memcpy(longer, theirs.pub, theirs.pub_len);
	is_refused(&ours, BYTES_NONE);
	is_refused(&ours, bytes_of(theirs.pub, 1));
	is_refused(&ours, bytes_of(theirs.pub, theirs.pub_len - 1));
	is_refused(&ours, bytes_of(longer, theirs.pub_len + 1));
	dh_wipe(&ours);
	dh_wipe(&theirs);
}
END_TEST

/* pi * 2^bits, rounded down, with Machin's 16 atan(1/5) - 4 atan(1/239) and bits to spare. */
static void pi_times_2_to(mpz_t pi, unsigned int bits)
{
	enum { SPARE = 64 };
	static const struct {
		long factor;
		unsigned long x;
	} atan[] = { { 16, 5 }, { -4, 239 } };
	mpz_t power, term;

	mpz_inits(power, term, NULL);
	mpz_set_ui(pi, 0);
	for (size_t i = 0; i < COUNT_OF(atan); i++) {
		mpz_set_ui(power, 1);
		mpz_mul_2exp(power, power, bits + SPARE);
		mpz_tdiv_q_ui(power, power, atan[i].x);
		for (unsigned long k = 1; mpz_sgn(power); k += 2) {
			mpz_tdiv_q_ui(term, power, k);
			mpz_mul_si(term, term, k % 4 == 1 ? atan[i].factor : -atan[i].factor);
			mpz_add(pi, pi, term);
			mpz_tdiv_q_ui(power, power, atan[i].x * atan[i].x);
		}
	}
	mpz_tdiv_q_2exp(pi, pi, SPARE);
	mpz_clears(power, term, NULL);
}

/* RFC 3526: 2^n - 2^(n-64) - 1 + 2^64 * ([2^(n-130) pi] + extra), a safe prime. */
START_TEST(test_modp_prime)
{
	static const unsigned long extra[] = { 124476, 1690314 };
	const struct dh_group *g = modp[_i];
	unsigned int n = 8u * g->public_len;
	mpz_t prime, want, power;

	mpz_inits(prime, want, power, NULL);
	mpz_import(prime, g->public_len, 1, 1, 1, 0, g->prime);

	pi_times_2_to(want, n - 130);
	mpz_add_ui(want, want, extra[_i]);
	mpz_mul_2exp(want, want, 64);
	mpz_ui_pow_ui(power, 2, n);
	mpz_add(want, want, power);
	mpz_ui_pow_ui(power, 2, n - 64);
	mpz_sub(want, want, power);
	mpz_sub_ui(want, want, 1);
	ck_assert_int_eq(mpz_cmp(prime, want), 0);

	ck_assert_int_ne(mpz_probab_prime_p(prime, 16), 0);
	mpz_tdiv_q_2exp(prime, prime, 1);
	ck_assert_int_ne(mpz_probab_prime_p(prime, 16), 0);
	mpz_clears(prime, want, power, NULL);
}
END_TEST

/* base^exponent mod p by another road. */
static struct bytes modp_power(const struct dh_group *g, struct bytes base, struct bytes exponent)
{
	static uint8_t result[512];
	mpz_t b, e, p;
	size_t used;

	mpz_inits(b, e, p, NULL);
	mpz_import(b, base.len, 1, 1, 1, 0, base.data);
	mpz_import(e, exponent.len, 1, 1, 1, 0, exponent.data);
	mpz_import(p, g->public_len, 1, 1, 1, 0, g->prime);
	mpz_powm(b, b, e, p);
	used = (mpz_sizeinbase(b, 2) + 7) / 8;
	memset(result, 0, sizeof(result));
	mpz_export(result + g->public_len - used, NULL, 1, 1, 1, 0, b);
	mpz_clears(b, e, p, NULL);
	return bytes_of(result, g->public_len);
}

START_TEST(test_modp_oracle)
{
	const struct dh_group *g = modp[_i];
	struct unit_random random = { 4 };
	const uint8_t two = 2;
	struct dh a, b;

	for (unsigned int n = 0; n < 8; n++) {
		ck_assert_int_eq(dh_generate(&a, g->id, unit_random_fill, &random), 0);
		ck_assert_int_eq(dh_generate(&b, g->id, unit_random_fill, &random), 0);
		ck_bytes_eq(bytes_of(a.pub, a.pub_len),
			    modp_power(g, bytes_of(&two, 1), secret_view(&a.priv)));
		shared_is(&a, bytes_of(b.pub, b.pub_len),
			  modp_power(g, bytes_of(b.pub, b.pub_len), secret_view(&a.priv)));
		shared_is(&b, bytes_of(a.pub, a.pub_len),
			  modp_power(g, bytes_of(b.pub, b.pub_len), secret_view(&a.priv)));
		dh_wipe(&a);
		dh_wipe(&b);
	}
}
END_TEST

/* RFC 7296 2.14: padded to the length of the prime. 2^8, and that to the 8th. */
START_TEST(test_modp_padding)
{
	const struct dh_group *g = modp[_i];
	uint8_t eight[64] = { 0 }, want[512] = { 0 };
	struct dh dh;

	eight[g->private_len - 1] = 8;
	generate(&dh, g->id, bytes_of(eight, g->private_len));
	want[g->public_len - 2] = 1;
	ck_bytes_eq(bytes_of(dh.pub, dh.pub_len), bytes_of(want, g->public_len));
	want[g->public_len - 2] = 0;
	want[g->public_len - 9] = 1;
	shared_is(&dh, bytes_of(dh.pub, dh.pub_len), bytes_of(want, g->public_len));
	dh_wipe(&dh);
}
END_TEST

/* RFC 5903 7: coordinates that begin with zeros keep them. Small multiples of the base point. */
START_TEST(test_ecp_padding)
{
	static const struct {
		uint16_t group;
		size_t private_len;
		unsigned int private;
		const char *public;
	} cases[] = {
		{ ALG_KE_ECP_256, 32, 379,
		  "005543894af3d00ed7d740abdbd75c96b06877b787db5f70eea78b90a8d7c00a"
		  "bb4c85a3d8ea29efaafa24406912dd84d5b14dc32bf656ef6c6bd58a5d943f92" },
		{ ALG_KE_ECP_256, 32, 43,
		  "986ae2506f1ff104d04230861d8f4b498f4bc4c6d009b30f7544dc129b82d28d"
		  "003cccc0a6460e0ae328a4d97d3c7b61d86fc6289c189f2525110c441bb07e97" },
		{ ALG_KE_ECP_384, 48, 197,
		  "004d104b26ee5671f72c10c986841d3e65d285e2516161b7baa341b12631b9e3"
		  "2b6f0d5896d8431c51d5d93a37cbc90ef11a1e3f8b7b90538ee42cc00ee934a6"
		  "e2ee25541607d8fb65c7a8b11e2f886853886eef3865ec933200b9f25599f29f" },
		{ ALG_KE_ECP_384, 48, 176,
		  "d03aa748f5f48eb3e0c54b683f25d2e2d7d7e3201282a95b57a59ffb8f94cf4c"
		  "43b1107ca944b9211c351112de16ed18000a08c602dc5e0031dad088c19305f6"
		  "b252a2bc3f245f7a5b80b484c7b99f6981c32374c714a7683255f5331f66bb06" },
	};
	uint8_t private[48] = { 0 };
	struct dh dh;

	private[cases[_i].private_len - 2] = (uint8_t)(cases[_i].private >> 8);
	private[cases[_i].private_len - 1] = (uint8_t)cases[_i].private;
	generate(&dh, cases[_i].group, bytes_of(private, cases[_i].private_len));
	ck_bytes_eq(bytes_of(dh.pub, dh.pub_len), hex(cases[_i].public));
	dh_wipe(&dh);
}
END_TEST

/* RFC 6989 2.1: 1 < y < p - 1. */
START_TEST(test_modp_range)
{
	const struct dh_group *g = modp[_i];
	struct unit_random random = { 5 };
	struct secret shared = { 0 };
	uint8_t y[512] = { 0 };
	size_t last = g->public_len - 1u;
	struct dh dh;

	ck_assert_int_eq(dh_generate(&dh, g->id, unit_random_fill, &random), 0);
	is_refused(&dh, bytes_of(y, g->public_len));
	y[last] = 1;
	is_refused(&dh, bytes_of(y, g->public_len));
	y[last] = 2;
	ck_assert_int_eq(dh_compute(&dh, bytes_of(y, g->public_len), &shared), 0);
	secret_wipe(&shared);

	memcpy(y, g->prime, g->public_len);
	is_refused(&dh, bytes_of(y, g->public_len)); /* p */
	y[last] = (uint8_t)(g->prime[last] - 1);
	is_refused(&dh, bytes_of(y, g->public_len));
	y[last] = (uint8_t)(g->prime[last] - 2);
	ck_assert_int_eq(dh_compute(&dh, bytes_of(y, g->public_len), &shared), 0);
	secret_wipe(&shared);
	memset(y, 0xff, g->public_len);
	is_refused(&dh, bytes_of(y, g->public_len));
	dh_wipe(&dh);
}
END_TEST

/* The same octet for ever; from the second draw on a sound one. */
struct stuck {
	uint8_t octet;
	bool recovers;
	unsigned int draws;
};

static void stuck_random(void *ctx, void *buf, size_t len)
{
	struct stuck *s = ctx;

	s->draws++;
	memset(buf, s->recovers && s->draws > 1 ? 0x5a : s->octet, len);
}

START_TEST(test_random_source)
{
	struct stuck zeros = { .octet = 0 }, ones = { .octet = 0xff };
	struct stuck late = { .octet = 0xff, .recovers = true };
	struct dh dh;

	ck_assert_int_eq(dh_generate(&dh, ALG_KE_ECP_256, stuck_random, &zeros), -EIO);
	ck_assert_int_eq(dh_generate(&dh, ALG_KE_MODP_2048, stuck_random, &zeros), -EIO);
	ck_assert_int_eq(dh_generate(&dh, ALG_KE_ECP_384, stuck_random, &ones), -EIO);
	ck_assert_ptr_null(dh.pub);
	ck_assert_ptr_null(dh.priv.data);

	ck_assert_int_eq(dh_generate(&dh, ALG_KE_ECP_256, stuck_random, &late), 0);
	ck_assert_uint_eq(late.draws, 2);
	dh_wipe(&dh);
}
END_TEST

START_TEST(test_unknown_group)
{
	struct unit_random random = { 6 };
	struct secret shared = { 0 };
	struct dh dh;

	ck_assert_uint_eq(dh_public_len(0), 0);
	ck_assert_uint_eq(dh_public_len(2), 0);
	ck_assert_uint_eq(dh_public_len(65535), 0);
	ck_assert_int_eq(dh_generate(&dh, 2, unit_random_fill, &random), -EINVAL);
	ck_assert_int_eq(dh_compute(&dh, BYTES_NONE, &shared), -EINVAL);
	dh_wipe(&dh);
	dh_wipe(&dh);
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_loop_test(tc, test_exchange, 0, COUNT_OF(exchanges));
	tcase_add_loop_test(tc, test_edge_case, 0, COUNT_OF(edge_cases));
	tcase_add_loop_test(tc, test_refused, 0, COUNT_OF(refused));
	tcase_add_test(tc, test_off_curve);
	tcase_add_loop_test(tc, test_length, 0, COUNT_OF(all_groups));
	tcase_add_loop_test(tc, test_modp_prime, 0, COUNT_OF(modp));
	tcase_add_loop_test(tc, test_modp_oracle, 0, COUNT_OF(modp));
	tcase_add_loop_test(tc, test_modp_padding, 0, COUNT_OF(modp));
	tcase_add_loop_test(tc, test_ecp_padding, 0, 4);
	tcase_add_loop_test(tc, test_modp_range, 0, COUNT_OF(modp));
	tcase_add_test(tc, test_random_source);
	tcase_add_test(tc, test_unknown_group);
}

int main(void)
{
	return unit_run("dh", add);
}
