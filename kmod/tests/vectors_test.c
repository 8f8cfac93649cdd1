// SPDX-License-Identifier: GPL-2.0
/* Published packets and ICVs against the sealer and against requests as the pipelines make them. */
#include <kunit/test.h>
#include <net/ip.h>

#include "../compat.h"
#include "../device.h"
#include "../request.h"
#include "esp_vectors.h"
#include "rig.h"
#include "sealer.h"
#include "suites.h"

enum {
	ROOM = 512
};

struct blob {
	u8 data[256];
	u32 len;
};

static void blob_of(struct kunit *test, struct blob *blob, const char *hex)
{
	blob->len = strlen(hex) / 2;
	KUNIT_ASSERT_LE(test, blob->len, sizeof(blob->data));
	KUNIT_ASSERT_EQ(test, hex2bin(blob->data, hex, blob->len), 0);
}

/* A published packet; without a published ICV it gets the sealer's. */
struct packet {
	struct blob key, iv, aad, plain, cipher, icv;
	struct svti_keys keys;
	struct sealer sealer;
	u64 seq;
};

static const struct svti_algo *row(struct kunit *test, u32 encr, u32 integ)
{
	const struct svti_algo *algo = svti_algo_find(encr, integ);

	KUNIT_ASSERT_NOT_NULL(test, algo);
	return algo;
}

static void add_icv(struct kunit *test, struct packet *p)
{
	u8 *whole = kunit_kzalloc(test, ROOM, GFP_KERNEL);
	u32 len = sealer_seal(test, &p->sealer, p->seq, p->iv.data, p->plain.data, p->plain.len,
			      whole);

	memcpy(p->icv.data, whole + len - p->icv.len, p->icv.len);
	kunit_kfree(test, whole);
}

static struct packet *packet_of(struct kunit *test, const struct esp_vector *v,
				const struct svti_algo *algo)
{
	struct packet *p = kunit_kzalloc(test, sizeof(*p), GFP_KERNEL);
	const __be32 *aad = (const __be32 *)p->aad.data;

	KUNIT_ASSERT_NOT_NULL(test, p);
	blob_of(test, &p->key, v->key);
	blob_of(test, &p->iv, v->iv);
	blob_of(test, &p->aad, v->aad);
	blob_of(test, &p->plain, v->plain);
	blob_of(test, &p->cipher, v->cipher);
	p->keys = sealer_keys(algo, 0);
	p->keys.encr = p->key.data;
	p->keys.encr_len = p->key.len;
	p->sealer = (struct sealer){
		.algo = algo,
		.keys = &p->keys,
		.spi = ntohl(aad[0]),
		.esn = p->aad.len == 12,
	};
	p->seq = ntohl(aad[1]);
	if (p->sealer.esn)
		p->seq = p->seq << 32 | ntohl(aad[2]);
	if (v->icv)
		blob_of(test, &p->icv, v->icv);
	/* NIST SP 800-38D 7.1: a shorter tag is the beginning of the whole one. */
	p->icv.len = algo->icv_len;
	if (!v->icv)
		add_icv(test, p);
	return p;
}

static u32 whole_packet(const struct packet *p, u8 *out)
{
	u8 *pos = out;
	__be32 lo = htonl(lower_32_bits(p->seq));

	memcpy(pos, p->aad.data, 4);
	memcpy(pos + 4, &lo, 4);
	pos += 8;
	memcpy(pos, p->iv.data, p->iv.len);
	pos += p->iv.len;
	memcpy(pos, p->cipher.data, p->cipher.len);
	pos += p->cipher.len;
	memcpy(pos, p->icv.data, p->icv.len);
	return pos + p->icv.len - out;
}

/* Nothing is asynchronous here. */
static void answer(void *data, int err)
{
}

SVTI_CRYPTO_DONE(never, answer, void)

/* One request, as the pipelines make it. @text: @len octets of payload and room for the ICV. */
static int crypt(struct kunit *test, struct svti_sa *sa, u64 seq, const u8 *iv, u8 *text, u32 len)
{
	struct svti_request *req;
	int err;

	local_bh_disable();
	req = svti_request_get(sa, NULL, never);
	KUNIT_EXPECT_NOT_NULL(test, req);
	svti_request_fill(req, seq, iv, text, len);
	err = sa->dir == SVTI_DIR_OUT ? crypto_aead_encrypt(&req->aead)
				      : crypto_aead_decrypt(&req->aead);
	svti_request_put(req);
	local_bh_enable();
	return err;
}

static void check_packet(struct kunit *test, const struct packet *p, const char *name)
{
	const struct sealer *s = &p->sealer;
	u8 *text = kunit_kzalloc(test, ROOM, GFP_KERNEL);
	const u8 *iv = p->iv.data;
	u32 len = p->plain.len;
	struct svti_sa *sa;

	sa = rig_sa(test, SVTI_DIR_OUT, s->spi, s->algo, s->keys, s->esn, RIG_THERE);
	memcpy(text, p->plain.data, len);
	KUNIT_EXPECT_EQ(test, crypt(test, sa, p->seq, iv, text, len), 0);
	KUNIT_EXPECT_EQ_MSG(test, memcmp(text, p->cipher.data, len), 0, "%s", name);
	KUNIT_EXPECT_EQ_MSG(test, memcmp(text + len, p->icv.data, p->icv.len), 0, "%s", name);
	svti_sa_kill(sa);

	sa = rig_sa(test, SVTI_DIR_IN, s->spi, s->algo, s->keys, s->esn, RIG_HERE);
	KUNIT_EXPECT_EQ(test, crypt(test, sa, p->seq, iv, text, len), 0);
	KUNIT_EXPECT_EQ_MSG(test, memcmp(text, p->plain.data, len), 0, "%s", name);
	memcpy(text, p->cipher.data, len);
	KUNIT_EXPECT_EQ_MSG(test, crypt(test, sa, p->seq + 1, iv, text, len), -EBADMSG, "%s", name);
	if (s->esn) {
		memcpy(text, p->cipher.data, len);
		KUNIT_EXPECT_EQ_MSG(test, crypt(test, sa, p->seq + BIT_ULL(32), iv, text, len),
				    -EBADMSG, "%s", name);
	}
	svti_sa_kill(sa);
	kunit_kfree(test, text);
}

/* The sealer first: it is to judge the pipelines. */
static void check_vector(struct kunit *test, const struct esp_vector *v, u32 encr, u32 integ)
{
	struct packet *p = packet_of(test, v, row(test, encr, integ));
	u8 *sealed = kunit_kzalloc(test, ROOM, GFP_KERNEL);
	u8 *whole = kunit_kzalloc(test, ROOM, GFP_KERNEL);
	u32 len;

	len = sealer_seal(test, &p->sealer, p->seq, p->iv.data, p->plain.data, p->plain.len,
			  sealed);
	KUNIT_EXPECT_EQ(test, len, whole_packet(p, whole));
	KUNIT_EXPECT_EQ_MSG(test, memcmp(sealed, whole, len), 0, "%s, sealer", v->name);
	check_packet(test, p, v->name);
}

static void published_gcm(struct kunit *test)
{
	for (u32 i = 0; i < ARRAY_SIZE(gcm_vectors); i++) {
		check_vector(test, &gcm_vectors[i], SVTI_ENCR_AES_GCM_16, SVTI_INTEG_NONE);
		check_vector(test, &gcm_vectors[i], SVTI_ENCR_AES_GCM_12, SVTI_INTEG_NONE);
		check_vector(test, &gcm_vectors[i], SVTI_ENCR_AES_GCM_8, SVTI_INTEG_NONE);
	}
}

static void published_chacha(struct kunit *test)
{
	for (u32 i = 0; i < ARRAY_SIZE(chacha_vectors); i++)
		check_vector(test, &chacha_vectors[i], SVTI_ENCR_CHACHA20_POLY1305,
			     SVTI_INTEG_NONE);
}

static void published_gmac(struct kunit *test)
{
	for (u32 i = 0; i < ARRAY_SIZE(gmac_vectors); i++)
		check_vector(test, &gmac_vectors[i], SVTI_ENCR_NULL_AUTH_AES_GMAC, SVTI_INTEG_NONE);
}

/* With each integrity algorithm beside it. */
static void check_cipher(struct kunit *test, const struct esp_vector *v, u32 encr)
{
	const struct svti_algo *algo;

	for (u32 i = 0; (algo = svti_algo_at(i)); i++)
		if (algo->encr == encr)
			check_vector(test, v, encr, algo->integ);
}

static void published_cbc(struct kunit *test)
{
	for (u32 i = 0; i < ARRAY_SIZE(cbc_vectors); i++)
		check_cipher(test, &cbc_vectors[i], SVTI_ENCR_AES_CBC);
}

static void published_ctr(struct kunit *test)
{
	for (u32 i = 0; i < ARRAY_SIZE(ctr_vectors); i++)
		check_cipher(test, &ctr_vectors[i], SVTI_ENCR_AES_CTR);
}

/*
 * The additional data of these do not look like those of ESP, so that they judge the sealer alone,
 * and it judges svti.
 */
static void published_ccm(struct kunit *test)
{
	for (u32 i = 0; i < ARRAY_SIZE(ccm_vectors); i++) {
		const struct ccm_vector *v = &ccm_vectors[i];
		struct blob *b = kunit_kzalloc(test, sizeof(*b) * 5, GFP_KERNEL);
		struct blob *key = b, *nonce = b + 1, *aad = b + 2, *plain = b + 3, *cipher = b + 4;
		struct svti_keys keys = { .encr = key->data };
		struct sealer s = { .keys = &keys };

		blob_of(test, key, v->key);
		blob_of(test, nonce, v->nonce);
		blob_of(test, aad, v->aad);
		blob_of(test, plain, v->plain);
		blob_of(test, cipher, v->cipher);
		/* RFC 4309 4: the salt is the beginning of the nonce, the IV its rest. */
		memcpy(key->data + key->len, nonce->data, 3);
		keys.encr_len = key->len + 3;
		s.algo = row(test, SVTI_ENCR_AES_CCM_16, SVTI_INTEG_NONE);
		sealer_combine(test, &s, aad->data, aad->len, nonce->data + 3, plain->data,
			       plain->len);
		KUNIT_EXPECT_EQ_MSG(test, memcmp(plain->data, cipher->data, cipher->len), 0, "%s",
				    v->name);
		kunit_kfree(test, b);
	}
}

/*
 * The data as if they were an ESP packet without encryption: the first 8 octets are SPI and
 * sequence number.
 */
static void check_mac(struct kunit *test, const struct mac_vector *v, u32 integ)
{
	const struct svti_algo *algo = row(test, SVTI_ENCR_NULL, integ);
	struct packet *p = kunit_kzalloc(test, sizeof(*p), GFP_KERNEL);
	u8 icv[SVTI_ICV_LEN_MAX];
	__be32 head[2];

	blob_of(test, &p->key, v->key);
	blob_of(test, &p->plain, v->plain);
	blob_of(test, &p->icv, v->icv);
	KUNIT_ASSERT_EQ(test, p->icv.len, algo->icv_len);
	memcpy(head, p->plain.data, sizeof(head));
	p->keys = (struct svti_keys){ .integ = p->key.data, .integ_len = p->key.len };
	p->sealer = (struct sealer){ .algo = algo, .keys = &p->keys, .spi = ntohl(head[0]) };
	p->seq = ntohl(head[1]);
	sealer_mac(test, &p->sealer, p->plain.data, p->plain.len, icv);
	KUNIT_EXPECT_EQ_MSG(test, memcmp(icv, p->icv.data, p->icv.len), 0, "%s, sealer", v->name);

	p->plain.len -= sizeof(head);
	memmove(p->plain.data, p->plain.data + sizeof(head), p->plain.len);
	p->cipher = p->plain;
	check_packet(test, p, v->name);
}

static void published_macs(struct kunit *test)
{
	static const struct {
		u16 integ;
		const struct mac_vector *vector;
		u32 count;
	} sets[] = {
		{ SVTI_INTEG_HMAC_SHA2_256_128, sha256_vectors, ARRAY_SIZE(sha256_vectors) },
		{ SVTI_INTEG_HMAC_SHA2_384_192, sha384_vectors, ARRAY_SIZE(sha384_vectors) },
		{ SVTI_INTEG_HMAC_SHA2_512_256, sha512_vectors, ARRAY_SIZE(sha512_vectors) },
		{ SVTI_INTEG_HMAC_SHA1_96, sha1_vectors, ARRAY_SIZE(sha1_vectors) },
		{ SVTI_INTEG_AES_XCBC_96, xcbc_vectors, ARRAY_SIZE(xcbc_vectors) },
		{ SVTI_INTEG_AES_CMAC_96, cmac_vectors, ARRAY_SIZE(cmac_vectors) },
	};

	for (u32 i = 0; i < ARRAY_SIZE(sets); i++)
		for (u32 j = 0; j < sets[i].count; j++)
			check_mac(test, &sets[i].vector[j], sets[i].integ);
}

/* --- received for real */

static void receive_vector(struct kunit *test, const struct esp_vector *v, u32 encr,
			   enum svti_drop reason)
{
	struct packet *p = packet_of(test, v, row(test, encr, SVTI_INTEG_NONE));
	const struct sealer *s = &p->sealer;
	struct svti_sa *sa = rig_sa(test, SVTI_DIR_IN, s->spi, s->algo, s->keys, s->esn, RIG_HERE);
	u8 *whole = kunit_kzalloc(test, ROOM, GFP_KERNEL);
	struct svti_policy *policy = rig_any_policy(test, SVTI_DIR_IN, sa->reqid);
	u32 len = whole_packet(p, whole);

	KUNIT_ASSERT_EQ(test, rig_install(test, sa, policy), 0);
	sa->replay.top = p->seq - 1;
	whole[len - 1] ^= 1;
	rig_receive(test, whole, len, 0);
	rig_expect_drop(test, SVTI_DROP_RX_AUTH_FAILED, v->name);
	KUNIT_EXPECT_EQ(test, sa->replay.top, p->seq - 1);
	whole[len - 1] ^= 1;
	rig_receive(test, whole, len, 0);
	rig_expect_drop(test, reason, v->name);
	KUNIT_EXPECT_EQ(test, sa->replay.top, p->seq);
	rig_receive(test, whole, len, 0);
	rig_expect_drop(test, SVTI_DROP_RX_REPLAYED, v->name);
	rig_flush(test->priv);
}

/*
 * These carry ICMP or nothing at all in transport mode, which a tunnel refuses, but only after
 * ICV and padding have been found right.
 */
static void published_received(struct kunit *test)
{
	for (u32 i = 0; i < ARRAY_SIZE(gcm_vectors); i++)
		receive_vector(test, &gcm_vectors[i], SVTI_ENCR_AES_GCM_16,
			       SVTI_DROP_RX_INNER_PROTO);
}

/* This one is a tunnel's, and comes out as the RFC has it. */
static void published_delivered(struct kunit *test)
{
	const struct svti_algo *algo = row(test, SVTI_ENCR_CHACHA20_POLY1305, SVTI_INTEG_NONE);
	struct packet *p = packet_of(test, &chacha_vectors[0], algo);
	const struct sealer *s = &p->sealer;
	struct svti_sa *sa = rig_sa(test, SVTI_DIR_IN, s->spi, algo, s->keys, s->esn, RIG_HERE);
	struct svti_policy *policy = rig_any_policy(test, SVTI_DIR_IN, sa->reqid);
	u8 *whole = kunit_kzalloc(test, ROOM, GFP_KERNEL);
	struct rig *rig = test->priv;
	struct sk_buff *skb;

	KUNIT_ASSERT_EQ(test, rig_install(test, sa, policy), 0);
	rig_receive(test, whole, whole_packet(p, whole), 0);
	skb = rig_tap_next(&rig->inner);
	KUNIT_ASSERT_NOT_NULL(test, skb);
	KUNIT_ASSERT_EQ(test, skb->len, ntohs(ip_hdr(skb)->tot_len));
	KUNIT_EXPECT_EQ(test, memcmp(skb->data, p->plain.data, skb->len), 0);
	kfree_skb(skb);
}

static struct kunit_case cases[] = {
	KUNIT_CASE(published_gcm),	 KUNIT_CASE(published_chacha),
	KUNIT_CASE(published_gmac),	 KUNIT_CASE(published_cbc),
	KUNIT_CASE(published_ctr),	 KUNIT_CASE(published_ccm),
	KUNIT_CASE(published_macs),	 KUNIT_CASE(published_received),
	KUNIT_CASE(published_delivered), {},
};

struct kunit_suite svti_vectors_suite = {
	.name = "svti_vectors",
	.init = rig_init,
	.exit = rig_exit,
	.test_cases = cases,
};
