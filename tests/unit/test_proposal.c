// SPDX-License-Identifier: GPL-2.0-or-later
/* ike/: proposals as text, and the choice among those of a peer (RFC 7296 2.7, 3.3; RFC 5282 8). */
#include <errno.h>
#include <stdio.h>

#include "crypto/alg.h"
#include "ike/select.h"
#include "unit/unit.h"

static const struct {
	uint8_t protocol;
	const char *text, *why;
} refused[] = {
	{ IKE_PROTO_IKE, "", "an empty name" },
	{ IKE_PROTO_IKE, "aes128gcm16-", "an empty name" },
	{ IKE_PROTO_IKE, "-x25519", "an empty name" },
	{ IKE_PROTO_IKE, "aes128gcm16-prfsha256-x25519,", "an empty name" },
	{ IKE_PROTO_IKE, "aes128gcm16-prfsha256-x25519,,", "an empty name" },
	{ IKE_PROTO_IKE, "aes128gcm16 -prfsha256-x25519", "unknown algorithm 'aes128gcm16 '" },
	{ IKE_PROTO_IKE, "3des-sha1-modp1024", "unknown algorithm '3des'" },
	{ IKE_PROTO_IKE, "aes128gcm16-prfsha256", "has no group; add e.g. x25519" },
	{ IKE_PROTO_IKE, "aes128gcm16-x25519", "has no PRF; add e.g. prfsha256" },
	{ IKE_PROTO_IKE, "aes128gcm16-sha256-x25519", "which its cipher brings itself" },
	{ IKE_PROTO_IKE, "aes128-x25519", "has no integrity algorithm" },
	{ IKE_PROTO_IKE, "aes128-prfsha256-x25519", "has no integrity algorithm" },
	{ IKE_PROTO_IKE, "sha256-x25519", "has no cipher" },
	{ IKE_PROTO_IKE, "aes128-aes128gcm16-sha256-x25519", "mixes ciphers that authenticate" },
	{ IKE_PROTO_IKE, "aes128gcm16-aes128gcm16-prfsha256-x25519", "is there twice" },
	{ IKE_PROTO_IKE, "aes128gcm16-prfsha256-x25519-esn", "'esn' is not for IKE" },
	{ IKE_PROTO_ESP, "aes128gcm16-prfsha256", "'prfsha256' is not for ESP" },
	{ IKE_PROTO_IKE, "aes128-sha1-x25519", "'sha1' is not for IKE" },
	{ IKE_PROTO_IKE, "chacha20poly1305-prfsha256-x25519", "'chacha20poly1305' is not for IKE" },
	{ IKE_PROTO_IKE, "null-sha256-x25519", "'null' is not for IKE" },
	{ IKE_PROTO_ESP, "null", "has no integrity algorithm" },
	{ IKE_PROTO_ESP, "aes128gmac-sha256", "which its cipher brings itself" },
	{ IKE_PROTO_ESP, "aes128ccm8-aes128ctr-sha1", "mixes ciphers that authenticate" },
	{ IKE_PROTO_ESP, "aes128", "has no integrity algorithm" },
	{ IKE_PROTO_ESP, "esn", "has no cipher" },
};

START_TEST(test_refused)
{
	struct ike_proposals ps;
	char why[160] = "";

	ck_assert_int_eq(
		ike_proposals_parse(&ps, refused[_i].protocol, refused[_i].text, why, sizeof(why)),
		-EINVAL);
	ck_assert_msg(strstr(why, refused[_i].why), "'%s': %s", refused[_i].text, why);
}
END_TEST

/* No more proposals, no more algorithms than there is room for. */
START_TEST(test_too_many)
{
	char text[1024] = "aes128gcm16";
	struct ike_proposals ps;
	char why[160];

	for (unsigned int i = 1; i < IKE_PROPOSALS_MAX; i++)
		strcat(text, ", aes128gcm16");
	ck_assert_int_eq(ike_proposals_parse(&ps, IKE_PROTO_ESP, text, why, sizeof(why)), 0);
	ck_assert_uint_eq(ps.count, IKE_PROPOSALS_MAX);
	strcat(text, ", aes128gcm16");
	ck_assert_int_eq(ike_proposals_parse(&ps, IKE_PROTO_ESP, text, why, sizeof(why)), -EINVAL);
	ck_assert_ptr_nonnull(strstr(why, "more than 16 proposals"));
}
END_TEST

static const struct {
	uint8_t protocol;
	const char *text, *formatted;
} texts[] = {
	{ IKE_PROTO_IKE, "aes128gcm16-prfsha256-x25519", NULL },
	{ IKE_PROTO_IKE, "aes128-sha256-x25519", NULL },
	{ IKE_PROTO_IKE, "aes128-sha256-sha512-x25519-modp2048", NULL },
	{ IKE_PROTO_IKE, "aes128-sha256-prfsha512-x25519", NULL },
	{ IKE_PROTO_IKE, " aes128-sha256-ecp256 ,\taes256gcm16-prfsha384-ecp384",
	  "aes128-sha256-ecp256, aes256gcm16-prfsha384-ecp384" },
	{ IKE_PROTO_IKE, "aes128gcm128-prfsha256-curve25519", "aes128gcm16-prfsha256-x25519" },
	{ IKE_PROTO_ESP, "aes128gcm16", NULL },
	{ IKE_PROTO_ESP, "aes128gcm16-x25519", NULL },
	{ IKE_PROTO_ESP, "aes128gcm16-noesn, aes256-sha256-esn", NULL },
	{ IKE_PROTO_ESP, "aes128gcm16-noesn-esn", NULL },
	{ IKE_PROTO_ESP, "aes128gcm16-esn-noesn", "aes128gcm16" },
	{ IKE_PROTO_ESP, "chacha20poly1305-aes256gcm8, aes256ctr-null-sha384-aescmac", NULL },
	{ IKE_PROTO_ESP, "aes192ccm64, aes128gmac", "aes192ccm8, aes128gmac" },
};

START_TEST(test_format)
{
	struct ike_proposals ps, again;
	char why[160], text[256], small[8];

	ck_assert_int_eq(
		ike_proposals_parse(&ps, texts[_i].protocol, texts[_i].text, why, sizeof(why)), 0);
	ike_proposals_format(&ps, text, sizeof(text));
	ck_assert_str_eq(text, texts[_i].formatted ? texts[_i].formatted : texts[_i].text);
	ck_assert_int_eq(ike_proposals_parse(&again, texts[_i].protocol, text, why, sizeof(why)),
			 0);
	ck_assert(ike_proposals_equal(&ps, &again));
	ike_proposals_format(&ps, small, sizeof(small));
	ck_assert_uint_eq(strlen(small), sizeof(small) - 1);
}
END_TEST

START_TEST(test_defaults)
{
	struct ike_proposals ps, again;
	char text[512], why[160];
	uint8_t protocol = _i ? IKE_PROTO_ESP : IKE_PROTO_IKE;

	ike_proposals_default(&ps, protocol);
	ck_assert_uint_eq(ps.count, 2);
	ike_proposals_format(&ps, text, sizeof(text));
	ck_assert_int_eq(ike_proposals_parse(&again, protocol, text, why, sizeof(why)), 0);
	ck_assert(ike_proposals_equal(&ps, &again));
}
END_TEST

/* Transforms of a peer: { type, id, key bits }. */
#define GCM(bits)                                             \
	{                                                     \
		IKE_TT_ENCR, ALG_ENCR_AES_GCM_16, bits, false \
	}
#define CBC(bits)                                          \
	{                                                  \
		IKE_TT_ENCR, ALG_ENCR_AES_CBC, bits, false \
	}
#define ENCR(id, bits)                       \
	{                                    \
		IKE_TT_ENCR, id, bits, false \
	}
#define INTEG(id)                          \
	{                                  \
		IKE_TT_INTEG, id, 0, false \
	}
#define PRF(id)                          \
	{                                \
		IKE_TT_PRF, id, 0, false \
	}
#define KE(id)                          \
	{                               \
		IKE_TT_KE, id, 0, false \
	}
#define ESN(id)                          \
	{                                \
		IKE_TT_ESN, id, 0, false \
	}

struct offer {
	uint8_t protocol;
	const char *ours;
	struct wire_transform theirs[10];
	uint16_t prefer_ke;
	const char *chosen; /* NULL: nothing */
	const char *why;
};

/* clang-format off */
static const struct offer offers[] = {
	{ IKE_PROTO_IKE, "aes128gcm16-prfsha256-x25519", { GCM(128), PRF(5), KE(31) }, 0,
	  "AES_GCM_16-128/PRF_HMAC_SHA2_256/CURVE_25519", NULL },
	/* Ours is the order. */
	{ IKE_PROTO_IKE, "aes256gcm16-aes128gcm16-prfsha512-prfsha256-ecp256-x25519",
	  { GCM(128), GCM(256), PRF(5), PRF(7), KE(31), KE(19) }, 0,
	  "AES_GCM_16-256/PRF_HMAC_SHA2_512/ECP_256", NULL },
	/* Except that a group which came with a public value saves a round trip. */
	{ IKE_PROTO_IKE, "aes128gcm16-prfsha256-ecp256-x25519",
	  { GCM(128), PRF(5), KE(31), KE(19) }, 31,
	  "AES_GCM_16-128/PRF_HMAC_SHA2_256/CURVE_25519", NULL },
	{ IKE_PROTO_IKE, "aes128gcm16-prfsha256-ecp256", { GCM(128), PRF(5), KE(31), KE(19) }, 31,
	  "AES_GCM_16-128/PRF_HMAC_SHA2_256/ECP_256", NULL },
	/* The second of ours fits. */
	{ IKE_PROTO_IKE, "aes128gcm16-prfsha256-x25519, aes128-sha256-x25519",
	  { CBC(128), INTEG(12), PRF(5), KE(31) }, 0,
	  "AES_CBC-128/HMAC_SHA2_256_128/PRF_HMAC_SHA2_256/CURVE_25519", NULL },
	/* RFC 5282 8: NONE by name is right, anything else beside an AEAD is not. */
	{ IKE_PROTO_IKE, "aes128gcm16-prfsha256-x25519", { GCM(128), INTEG(0), PRF(5), KE(31) }, 0,
	  "AES_GCM_16-128/PRF_HMAC_SHA2_256/CURVE_25519", NULL },
	{ IKE_PROTO_IKE, "aes128gcm16-prfsha256-x25519", { GCM(128), INTEG(12), PRF(5), KE(31) },
	  0, NULL, "peer offered sha256, connection c wants none" },
	/* A key length is part of the algorithm, and must be there. */
	{ IKE_PROTO_IKE, "aes128gcm16-prfsha256-x25519", { GCM(256), PRF(5), KE(31) }, 0, NULL,
	  "peer offered aes256gcm16, connection c wants aes128gcm16" },
	{ IKE_PROTO_IKE, "aes128gcm16-prfsha256-x25519", { GCM(0), PRF(5), KE(31) }, 0, NULL,
	  "connection c wants aes128gcm16" },
	/* RFC 7296 3.3.6: an attribute nobody knows spoils the transform... */
	{ IKE_PROTO_IKE, "aes128gcm16-prfsha256-x25519",
	  { { IKE_TT_ENCR, ALG_ENCR_AES_GCM_16, 128, true }, PRF(5), KE(31) }, 0, NULL,
	  "connection c wants aes128gcm16" },
	/* ...and a type nobody knows the proposal. */
	{ IKE_PROTO_IKE, "aes128gcm16-prfsha256-x25519",
	  { GCM(128), PRF(5), KE(31), { 6, 1, 0, false } }, 0, NULL, "understands" },
	{ IKE_PROTO_IKE, "aes128gcm16-prfsha256-x25519", { GCM(128), PRF(5), KE(31), ESN(0) }, 0,
	  NULL, "understands" },
	{ IKE_PROTO_IKE, "aes128gcm16-prfsha256-x25519", { GCM(128), PRF(5), KE(19) }, 0, NULL,
	  "peer offered ecp256, connection c wants x25519" },
	{ IKE_PROTO_IKE, "aes128gcm16-prfsha256-x25519", { GCM(128), PRF(5) }, 0, NULL,
	  "peer offered none, connection c wants x25519" },
	{ IKE_PROTO_ESP, "aes128gcm16", { GCM(128), ESN(0) }, 0, "AES_GCM_16-128", NULL },
	{ IKE_PROTO_ESP, "aes128gcm16", { GCM(128), ESN(0), ESN(1) }, 0, "AES_GCM_16-128/ESN",
	  NULL },
	{ IKE_PROTO_ESP, "aes128gcm16-esn", { GCM(128), ESN(0) }, 0, NULL,
	  "peer offered noesn, connection c wants esn" },
	/* A peer that says nothing of ESN does not have it. */
	{ IKE_PROTO_ESP, "aes128gcm16", { GCM(128) }, 0, "AES_GCM_16-128", NULL },
	{ IKE_PROTO_ESP, "aes128gcm16-esn", { GCM(128) }, 0, NULL, "connection c wants esn" },
	/* RFC 7296 1.2: groups have no place here, nor are they in the way. */
	{ IKE_PROTO_ESP, "aes128gcm16-x25519", { GCM(128), KE(31), ESN(0) }, 0, "AES_GCM_16-128",
	  NULL },
	{ IKE_PROTO_ESP, "aes128gcm16", { GCM(128), KE(0), ESN(0) }, 0, "AES_GCM_16-128", NULL },
	{ IKE_PROTO_ESP, "aes128-sha256", { CBC(128), INTEG(12), ESN(1) }, 0,
	  "AES_CBC-128/HMAC_SHA2_256_128/ESN", NULL },
	{ IKE_PROTO_ESP, "aes128-sha256", { CBC(128), INTEG(14), ESN(1) }, 0, NULL,
	  "peer offered sha512, connection c wants sha256" },
	/* RFC 7634 4, RFC 7296 3.3.5: no Key Length where there is but one. */
	{ IKE_PROTO_ESP, "chacha20poly1305", { ENCR(28, 0), INTEG(0), ESN(1) }, 0,
	  "CHACHA20_POLY1305/ESN", NULL },
	{ IKE_PROTO_ESP, "chacha20poly1305", { ENCR(28, 256), ESN(1) }, 0, NULL,
	  "connection c wants chacha20poly1305" },
	{ IKE_PROTO_ESP, "null-sha1", { ENCR(11, 0), INTEG(2), ESN(1) }, 0,
	  "NULL/HMAC_SHA1_96/ESN", NULL },
	{ IKE_PROTO_ESP, "aes256ctr-sha384-aescmac", { ENCR(13, 256), INTEG(8), ESN(0) }, 0,
	  "AES_CTR-256/AES_CMAC_96", NULL },
	{ IKE_PROTO_ESP, "aes128gmac", { ENCR(21, 128), ESN(0) }, 0, "NULL_AES_GMAC-128", NULL },
	{ IKE_PROTO_ESP, "aes128ccm12", { ENCR(15, 128), INTEG(12), ESN(0) }, 0, NULL,
	  "connection c wants" },
};
/* clang-format on */

static struct wire_proposal proposal_of(const struct offer *offer, const uint8_t *spi)
{
	struct wire_proposal p = {
		.number = 1,
		.protocol = offer->protocol,
		.spi = bytes_of(spi, offer->protocol == IKE_PROTO_ESP ? 4 : 0),
	};

	while (p.count < 10 && offer->theirs[p.count].type) {
		p.transform[p.count] = offer->theirs[p.count];
		p.count++;
	}
	return p;
}

/* The attribute that nobody knows is put in by hand, in place of the Key Length. */
static struct bytes body_of(const struct wire_proposal *p, uint8_t *buf, size_t cap)
{
	struct wire_out o;

	wire_begin_chain(&o, buf, cap);
	wire_put_sa(&o, p, 1);
	ck_assert(!o.overflow);
	for (unsigned int i = 0, at = 12 + (unsigned int)p->spi.len; i < p->count; i++) {
		if (p->transform[i].unknown_attr)
			buf[at + 9] = 99;
		at += p->transform[i].key_bits ? 12 : 8;
	}
	return bytes_of(buf + 4, o.len - 4);
}

START_TEST(test_select)
{
	const struct offer *offer = &offers[_i];
	const uint8_t spi[4] = { 1, 2, 3, 4 };
	struct wire_proposal p = proposal_of(offer, spi), answer;
	struct select_as as = { "c", offer->protocol, offer->prefer_ke };
	struct ike_proposals ours;
	char why[256] = "", text[128];
	uint8_t buf[1024], reply[256];
	struct suite suite;
	struct wire_out o;
	struct bytes rest;

	ck_assert_int_eq(ike_proposals_parse(&ours, offer->protocol, offer->ours, why, sizeof(why)),
			 0);
	if (!offer->chosen) {
		ck_assert_int_eq(suite_select(&suite, &ours, body_of(&p, buf, sizeof(buf)), &as,
					      why, sizeof(why)),
				 -ENOENT);
		ck_assert_msg(strstr(why, offer->why), "%s", why);
		return;
	}
	ck_assert_int_eq(
		suite_select(&suite, &ours, body_of(&p, buf, sizeof(buf)), &as, why, sizeof(why)),
		0);
	suite_format(&suite, offer->protocol, text, sizeof(text));
	ck_assert_str_eq(text, offer->chosen);
	ck_assert_uint_eq(suite.spi_len, p.spi.len);
	ck_assert(!memcmp(suite.spi, spi, p.spi.len));

	/* RFC 7296 2.7: one of each type in the proposal (a group in ESP excepted), no more. */
	wire_begin_chain(&o, reply, sizeof(reply));
	suite_put(&o, &suite, offer->protocol, bytes_of(spi, p.spi.len));
	rest = bytes_of(reply + 4, o.len - 4);
	ck_assert_int_eq(wire_next_proposal(&answer, &rest), 1);
	ck_assert_uint_eq(rest.len, 0);
	for (uint8_t type = 1; type <= 5; type++) {
		unsigned int offered = 0, answered = 0;

		for (unsigned int i = 0; i < p.count; i++)
			offered += p.transform[i].type == type &&
				   !(offer->protocol == IKE_PROTO_ESP && type == IKE_TT_KE &&
				     p.transform[i].id);
		for (unsigned int i = 0; i < answer.count; i++)
			answered += answer.transform[i].type == type;
		ck_assert_uint_eq(answered, offered > 0);
	}
	if (offer->protocol == IKE_PROTO_IKE)
		ck_assert(suite_allowed(&suite, &ours));
}
END_TEST

/* What comes back must be one suite of what went out, with its number. */
START_TEST(test_check)
{
	struct select_as as = { "c", IKE_PROTO_IKE, 0 };
	struct ike_proposals ours;
	struct wire_proposal p[2] = {
		{ .number = 2,
		  .protocol = IKE_PROTO_IKE,
		  .count = 4,
		  .transform = { CBC(128), INTEG(12), PRF(5), KE(31) } },
	};
	uint8_t buf[1024];
	struct suite suite;
	struct wire_out o;
	char why[256];

	ck_assert_int_eq(ike_proposals_parse(&ours, IKE_PROTO_IKE,
					     "aes128gcm16-prfsha256-x25519, "
					     "aes128-aes256-sha256-x25519-ecp256",
					     why, sizeof(why)),
			 0);
#define CHECK(count)                                                        \
	(wire_begin_chain(&o, buf, sizeof(buf)), wire_put_sa(&o, p, count), \
	 suite_check(&suite, &ours, bytes_of(buf + 4, o.len - 4), &as, why, sizeof(why)))
	ck_assert_int_eq(CHECK(1), 0);
	ck_assert_uint_eq(suite.integ, ALG_INTEG_HMAC_SHA2_256_128);
	p[0].number = 1; /* another one than it says */
	ck_assert_int_eq(CHECK(1), -ENOENT);
	p[0].number = 3; /* one that was not sent */
	ck_assert_int_eq(CHECK(1), -EBADMSG);
	p[0].number = 2;
	p[0].transform[4] = p[0].transform[0]; /* two of a type */
	p[0].count = 5;
	ck_assert_int_eq(CHECK(1), -EBADMSG);
	p[0].transform[4] = (struct wire_transform)KE(19);
	ck_assert_int_eq(CHECK(1), -EBADMSG);
	p[0].count = 3; /* none of a type */
	ck_assert_int_eq(CHECK(1), -ENOENT);
	p[0].count = 4;
	p[0].transform[3].id = 14; /* not offered */
	ck_assert_int_eq(CHECK(1), -ENOENT);
	p[0].transform[3].id = 31;
	p[1] = p[0]; /* two proposals */
	p[0].number = 1;
	ck_assert_int_eq(CHECK(2), -EBADMSG);
	ck_assert_int_eq(CHECK(0), -EBADMSG);
}
END_TEST

/* A connection may become the one if it would have agreed too. */
START_TEST(test_allowed)
{
	struct suite suite = {
		.encr = ALG_ENCR_AES_CBC, .key_bits = 256, .integ = 12, .prf = 5, .ke = 31
	};
	struct ike_proposals ours;
	char why[160];

	ike_proposals_default(&ours, IKE_PROTO_IKE);
	ck_assert(suite_allowed(&suite, &ours));
	suite.key_bits = 192;
	ck_assert(!suite_allowed(&suite, &ours));
	suite.key_bits = 128;
	/* Each part is in one of them, the whole is in none. */
	ck_assert_int_eq(ike_proposals_parse(&ours, IKE_PROTO_IKE,
					     "aes128-sha256-ecp256, aes256-sha256-x25519", why,
					     sizeof(why)),
			 0);
	ck_assert(!suite_allowed(&suite, &ours));
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_loop_test(tc, test_refused, 0, COUNT_OF(refused));
	tcase_add_test(tc, test_too_many);
	tcase_add_loop_test(tc, test_format, 0, COUNT_OF(texts));
	tcase_add_loop_test(tc, test_defaults, 0, 2);
	tcase_add_loop_test(tc, test_select, 0, COUNT_OF(offers));
	tcase_add_test(tc, test_check);
	tcase_add_test(tc, test_allowed);
}

int main(void)
{
	return unit_run("proposal", add);
}
