// SPDX-License-Identifier: GPL-2.0-or-later
/* ike/: selectors, timers, hash table, key material. */
#include <errno.h>
#include <stdlib.h>

#include "crypto/alg.h"
#include "crypto/prf.h"
#include "ike/hash.h"
#include "ike/keymat.h"
#include "ike/timer.h"
#include "ike/ts.h"
#include "unit/unit.h"

static struct wire_ts ts(uint8_t proto, uint16_t port_min, uint16_t port_max, const char *min,
			 const char *max)
{
	struct wire_ts ts = { .proto = proto, .port_min = port_min, .port_max = port_max };

	ck_assert_int_eq(addr_parse(&ts.min, min), 0);
	ck_assert_int_eq(addr_parse(&ts.max, max), 0);
	return ts;
}

#define TCP 6
#define UDP 17

/* Each of the peer's with each of ours; RFC 7296 2.9. */
static const struct {
	struct {
		uint8_t proto;
		uint16_t port_min, port_max;
		const char *min, *max;
	} theirs, ours, both; /* both.min NULL: nothing */
} meetings[] = {
	{ { 0, 0, 65535, "10.0.0.0", "10.0.0.255" },
	  { 0, 0, 65535, "10.0.0.0", "10.0.0.255" },
	  { 0, 0, 65535, "10.0.0.0", "10.0.0.255" } },
	{ { 0, 0, 65535, "0.0.0.0", "255.255.255.255" },
	  { 0, 0, 65535, "10.0.0.3", "10.0.0.3" },
	  { 0, 0, 65535, "10.0.0.3", "10.0.0.3" } },
	{ { 0, 0, 65535, "10.0.0.0", "10.0.0.200" },
	  { 0, 0, 65535, "10.0.0.100", "10.0.1.0" },
	  { 0, 0, 65535, "10.0.0.100", "10.0.0.200" } },
	{ { 0, 0, 65535, "10.0.0.0", "10.0.0.99" },
	  { 0, 0, 65535, "10.0.0.100", "10.0.1.0" },
	  { 0, 0, 0, NULL, NULL } },
	{ { TCP, 0, 65535, "10.0.0.0", "10.0.0.9" },
	  { 0, 0, 65535, "10.0.0.0", "10.0.0.9" },
	  { TCP, 0, 65535, "10.0.0.0", "10.0.0.9" } },
	{ { TCP, 0, 65535, "10.0.0.0", "10.0.0.9" },
	  { UDP, 0, 65535, "10.0.0.0", "10.0.0.9" },
	  { 0, 0, 0, NULL, NULL } },
	{ { TCP, 10, 100, "10.0.0.0", "10.0.0.9" },
	  { TCP, 90, 200, "10.0.0.0", "10.0.0.9" },
	  { TCP, 90, 100, "10.0.0.0", "10.0.0.9" } },
	{ { TCP, 10, 89, "10.0.0.0", "10.0.0.9" },
	  { TCP, 90, 200, "10.0.0.0", "10.0.0.9" },
	  { 0, 0, 0, NULL, NULL } },
	/* OPAQUE is in any port and in itself. */
	{ { TCP, 65535, 0, "10.0.0.0", "10.0.0.9" },
	  { TCP, 0, 65535, "10.0.0.0", "10.0.0.9" },
	  { TCP, 65535, 0, "10.0.0.0", "10.0.0.9" } },
	{ { TCP, 65535, 0, "10.0.0.0", "10.0.0.9" },
	  { TCP, 65535, 0, "10.0.0.0", "10.0.0.9" },
	  { TCP, 65535, 0, "10.0.0.0", "10.0.0.9" } },
	{ { TCP, 80, 80, "10.0.0.0", "10.0.0.9" },
	  { TCP, 65535, 0, "10.0.0.0", "10.0.0.9" },
	  { 0, 0, 0, NULL, NULL } },
	{ { 0, 0, 65535, "fd00::", "fd00::ffff" },
	  { 0, 0, 65535, "10.0.0.0", "10.0.0.9" },
	  { 0, 0, 0, NULL, NULL } },
	{ { 0, 0, 65535, "fd00::", "fd00::ffff" },
	  { 0, 0, 65535, "fd00::1", "fd01::" },
	  { 0, 0, 65535, "fd00::1", "fd00::ffff" } },
};

#define TS(m) ts((m).proto, (m).port_min, (m).port_max, (m).min, (m).max)

static void one(struct wire_ts_list *list, struct wire_ts t)
{
	list->count = 1;
	list->ts[0] = t;
}

static void same(const struct wire_ts *a, const struct wire_ts *b)
{
	ck_assert_uint_eq(a->proto, b->proto);
	ck_assert_uint_eq(a->port_min, b->port_min);
	ck_assert_uint_eq(a->port_max, b->port_max);
	ck_assert(addr_equal(&a->min, &b->min));
	ck_assert(addr_equal(&a->max, &b->max));
}

START_TEST(test_narrow)
{
	struct wire_ts_list theirs, ours, both;

	one(&theirs, TS(meetings[_i].theirs));
	one(&ours, TS(meetings[_i].ours));
	for (unsigned int turn = 0; turn < 2; turn++) {
		struct wire_ts want;

		if (turn)
			ts_narrow(&both, &ours, &theirs);
		else
			ts_narrow(&both, &theirs, &ours);
		if (!meetings[_i].both.min) {
			ck_assert_uint_eq(both.count, 0);
			ck_assert(!ts_is_subset(&both, &ours));
			continue;
		}
		want = TS(meetings[_i].both);
		ck_assert_uint_eq(both.count, 1);
		same(&both.ts[0], &want);
		ck_assert(ts_is_subset(&both, &ours));
		ck_assert(ts_is_subset(&both, &theirs));
	}
}
END_TEST

/* The selector of the packet that asked comes first, the wide one behind it: the wide one covers it. */
START_TEST(test_narrow_lists)
{
	struct wire_ts_list theirs = { .count = 2 }, ours = { .count = 2 }, both;

	theirs.ts[0] = ts(TCP, 80, 80, "10.0.0.7", "10.0.0.7");
	theirs.ts[1] = ts(0, 0, 65535, "10.0.0.0", "10.0.255.255");
	ours.ts[0] = ts(0, 0, 65535, "10.0.0.0", "10.0.0.255");
	ours.ts[1] = ts(0, 0, 65535, "10.0.9.0", "10.0.9.255");
	ts_narrow(&both, &theirs, &ours);
	ck_assert_uint_eq(both.count, 2);
	same(&both.ts[0], &ours.ts[0]);
	same(&both.ts[1], &ours.ts[1]);
	ck_assert(ts_is_subset(&both, &ours));
	ck_assert(!ts_is_subset(&ours, &(struct wire_ts_list){ .count = 1, .ts[0] = ours.ts[0] }));
}
END_TEST

/* Any number of selectors on either side: no more than there is room for. */
START_TEST(test_narrow_many)
{
	struct wire_ts_list theirs = { .count = WIRE_TS_MAX }, ours = { .count = WIRE_TS_MAX },
			    both;

	for (unsigned int i = 0; i < WIRE_TS_MAX; i++) {
		theirs.ts[i] = ts(0, (uint16_t)(i * 100), (uint16_t)(i * 100 + 60), "10.0.0.0",
				  "10.0.0.9");
		ours.ts[i] = ts(0, (uint16_t)(i * 100 + 50), (uint16_t)(i * 100 + 110), "10.0.0.0",
				"10.0.0.9");
	}
	ts_narrow(&both, &theirs, &ours);
	ck_assert_uint_eq(both.count, WIRE_TS_MAX);
	ck_assert(ts_is_subset(&both, &ours));
	ck_assert(ts_is_subset(&both, &theirs));
}
END_TEST

/* Timers against a plain array. */
enum {
	TIMERS = 300
};

struct alarm {
	struct timer timer;
	struct timers *timers;
	uint64_t due; /* 0: not armed */
	unsigned int fired;
	uint64_t *now;
};

static void ring(void *ctx)
{
	struct alarm *a = ctx;

	must(a->due && a->due <= *a->now);
	must(!a->timer.armed);
	a->due = 0;
	a->fired++;
}

static uint64_t earliest(const struct alarm *alarm)
{
	uint64_t first = UINT64_MAX;

	for (unsigned int i = 0; i < TIMERS; i++)
		if (alarm[i].due && alarm[i].due < first)
			first = alarm[i].due;
	return first;
}

START_TEST(test_timers)
{
	struct unit_random random = { .state = (uint64_t)_i + 1 };
	static struct alarm alarm[TIMERS];
	struct timers timers = { 0 };
	uint64_t now = 1;

	for (unsigned int i = 0; i < TIMERS; i++) {
		alarm[i] = (struct alarm){ .now = &now };
		timer_setup(&alarm[i].timer, ring, &alarm[i]);
	}
	for (unsigned int step = 0; step < 5000; step++) {
		struct alarm *a = &alarm[unit_random(&random) % TIMERS];

		if (unit_random(&random) % 3) {
			a->due = now + unit_random(&random) % 1000;
			timer_set(&timers, &a->timer, a->due);
		} else {
			a->due = 0;
			timer_cancel(&timers, &a->timer);
		}
		must(timers_next(&timers) == earliest(alarm));
		if (unit_random(&random) % 8)
			continue;
		now += unit_random(&random) % 100;
		while (timers_fire(&timers, now))
			must(timers_next(&timers) == earliest(alarm));
		must(earliest(alarm) > now);
	}
	now = UINT64_MAX - 1;
	while (timers_fire(&timers, now))
		;
	ck_assert_ptr_null(timers.root);
}
END_TEST

struct entry {
	struct hash_node node;
	uint32_t key;
	bool in;
};

static struct entry *find(const struct hash *h, uint32_t key)
{
	struct hash_node *n = hash_first(h, hash_of(h, bytes_of(&key, sizeof(key))));

	for (; n; n = hash_next(n))
		if (((struct entry *)(void *)n)->key == key)
			return (struct entry *)(void *)n;
	return NULL;
}

START_TEST(test_hash)
{
	enum {
		ENTRIES = 5000
	};
	const uint8_t key[16] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15 };
	struct entry *e = calloc(ENTRIES, sizeof(*e));
	struct unit_random random = { .state = 5 };
	size_t count = 0;
	struct hash h;

	ck_assert_int_eq(hash_init(&h, key), 0);
	for (uint32_t i = 0; i < ENTRIES; i++)
		e[i].key = i;
	for (unsigned int step = 0; step < 40000; step++) {
		struct entry *x = &e[unit_random(&random) % ENTRIES];

		must(find(&h, x->key) == (x->in ? x : NULL));
		if (x->in)
			hash_del(&h, &x->node);
		else
			hash_add(&h, &x->node, hash_of(&h, bytes_of(&x->key, sizeof(x->key))));
		x->in = !x->in;
		count += x->in ? 1 : (size_t)-1;
		must(h.count == count);
	}
	must(h.slots >= 2048);
	hash_del(&h, &(struct hash_node){ 0 });
	hash_free(&h);
	free(e);
}
END_TEST

/* SipHash-2-4, the vectors of its reference implementation: key and input count up from 0. */
START_TEST(test_siphash)
{
	static const struct {
		size_t len;
		uint64_t hash;
	} vectors[] = {
		{ 0, 0x726fdb47dd0e0e31 },
		{ 1, 0x74f839c593dc67fd },
		{ 8, 0x93f5f5799a932462 },
		{ 15, 0xa129ca6149be45e5 },
	};
	uint8_t octets[16];
	struct hash h;

	for (uint8_t i = 0; i < 16; i++)
		octets[i] = i;
	ck_assert_int_eq(hash_init(&h, octets), 0);
	for (unsigned int i = 0; i < COUNT_OF(vectors); i++)
		ck_assert_uint_eq(hash_of(&h, bytes_of(octets, vectors[i].len)),
				  vectors[i].hash | 1);
	hash_free(&h);
}
END_TEST

/* NIST CAVP, "IKE v2" (CAVS 17.3), SHA-256, g^ir length 256, COUNT 0: 132 octets of each. */
static const char dkm[] =
	"0b137d669b0947d7d026d593f0305ad401ff0c471357d695778a9c7f4b4869ece98aca531188d16041b3bb93"
	"6d2dbb3b4993a6e768a809160de45d0283f273a6cdf6854379e31be72b8d3d1fa990cf9c5b015ca9f918a7df"
	"6253c958114a09d4e1c19bdcd4db14b29d98db1a74ad405c588662c14a04d0d36aa4ab55e90f8986d12d4aad";
static const char dkm_child[] =
	"7d808e2b44635300e7025f1b640c431b13a9b3b891cd45a15261f4f3c4a7e39b3a3c8017ccc2b74610faf52b"
	"a3faf6d9e83c859b448217b24dadc82c9887460b7bd724236b9885914cc93b39d6c749e92f36b30c9eb6a9f5"
	"9e396bc7c0ac4878512639cc612c5660ddb1a1fed360ac8b9b3f548f13482d0431b38eca293ef97681e179fc";

static struct bytes part(struct bytes b, size_t at, size_t len)
{
	return bytes_of(b.data + at, len);
}

START_TEST(test_keymat)
{
	struct bytes ni = hex("3f302be1abcb28e1"), nr = hex("8c332ee006064c9b");
	struct bytes g_ir = hex("0f4d257d7a58fc4545c7d7a88119eee5d5c9690c5b4c989171d3abbfd99d1d29");
	struct bytes spi_i = hex("40dac39e1e1a8640"), spi_r = hex("8619a1cf9a6e4c07");
	struct suite ike = { .encr = ALG_ENCR_AES_GCM_16, .key_bits = 128, .prf = 5 };
	struct suite esp = { .encr = ALG_ENCR_AES_CBC, .key_bits = 256, .integ = 12, .esn = true };
	struct bytes want = hex(dkm);
	struct child_keys child;
	struct ike_keys keys;

	ck_assert_int_eq(keymat_ike(&keys, &ike, g_ir, ni, nr, spi_i.data, spi_r.data), 0);
	ck_bytes_eq(secret_view(&keys.d), part(want, 0, 32));
	ck_bytes_eq(secret_view(&keys.seal_i.encr_key), part(want, 32, 20));
	ck_bytes_eq(secret_view(&keys.seal_r.encr_key), part(want, 52, 20));
	ck_bytes_eq(secret_view(&keys.pi), part(want, 72, 32));
	ck_assert_uint_eq(keys.pr.len, 32);
	ck_bytes_eq(bytes_of(keys.pr.data, 28), part(want, 104, 28));
	ck_assert_uint_eq(keys.seal_i.integ_key.len, 0);

	/* RFC 7296 2.17: from the initiator first, encryption before integrity. */
	want = hex(dkm_child);
	ck_assert_int_eq(keymat_child(&child, &esp, 5, &keys.d, ni, nr), 0);
	ck_bytes_eq(child.encr_i, part(want, 0, 32));
	ck_bytes_eq(child.integ_i, part(want, 32, 32));
	ck_bytes_eq(child.encr_r, part(want, 64, 32));
	ck_bytes_eq(child.integ_r, part(want, 96, 32));
	secret_wipe(&child.keymat);
	/* RFC 7634 2: 36 octets; RFC 4309 7.1: 3 of salt; NULL draws for integrity alone. */
	esp = (struct suite){ .encr = ALG_ENCR_CHACHA20_POLY1305 };
	ck_assert_int_eq(keymat_child(&child, &esp, 5, &keys.d, ni, nr), 0);
	ck_bytes_eq(child.encr_i, part(want, 0, 36));
	ck_bytes_eq(child.encr_r, part(want, 36, 36));
	secret_wipe(&child.keymat);
	esp = (struct suite){ .encr = ALG_ENCR_AES_CCM_8, .key_bits = 256 };
	ck_assert_int_eq(keymat_child(&child, &esp, 5, &keys.d, ni, nr), 0);
	ck_bytes_eq(child.encr_r, part(want, 35, 35));
	secret_wipe(&child.keymat);
	esp = (struct suite){ .encr = ALG_ENCR_NULL, .integ = ALG_INTEG_HMAC_SHA2_384_192 };
	ck_assert_int_eq(keymat_child(&child, &esp, 5, &keys.d, ni, nr), 0);
	ck_assert_uint_eq(child.encr_i.len + child.encr_r.len, 0);
	ck_bytes_eq(child.integ_i, part(want, 0, 48));
	ck_bytes_eq(child.integ_r, part(want, 48, 48));
	secret_wipe(&child.keymat);
	esp = (struct suite){ .encr = ALG_ENCR_NULL };
	ck_assert_int_eq(keymat_child(&child, &esp, 5, &keys.d, ni, nr), -EINVAL);
	esp = (struct suite){ .encr = 3, .integ = ALG_INTEG_HMAC_SHA1_96 };
	ck_assert_int_eq(keymat_child(&child, &esp, 5, &keys.d, ni, nr), -EINVAL);
	keymat_wipe(&keys);

	/* With integrity, its two keys come before those of encryption. */
	ike = (struct suite){ .encr = ALG_ENCR_AES_CBC, .key_bits = 128, .integ = 12, .prf = 5 };
	want = hex(dkm);
	ck_assert_int_eq(keymat_ike(&keys, &ike, g_ir, ni, nr, spi_i.data, spi_r.data), 0);
	ck_bytes_eq(secret_view(&keys.seal_i.integ_key), part(want, 32, 32));
	ck_bytes_eq(secret_view(&keys.seal_r.integ_key), part(want, 64, 32));
	ck_bytes_eq(secret_view(&keys.seal_i.encr_key), part(want, 96, 16));
	ck_bytes_eq(secret_view(&keys.seal_r.encr_key), part(want, 112, 16));
	keymat_wipe(&keys);
}
END_TEST

/* RFC 7296 2.15: message | nonce | prf(SK_p, ID payload without its generic header). */
START_TEST(test_signed_octets)
{
	struct bytes message = hex("00010203"), nonce = hex("0405"), id = hex("02000000616c696365");
	struct secret p = { 0 }, octets = { 0 };
	uint8_t mac[PRF_LEN_MAX];

	ck_assert_int_eq(secret_copy(&p, hex("aabbcc")), 0);
	ck_assert_int_eq(prf_compute(5, secret_view(&p), &id, 1, mac), 0);
	ck_assert_int_eq(keymat_signed_octets(&octets, 5, message, nonce, &p, id), 0);
	ck_assert_uint_eq(octets.len, 4 + 2 + 32);
	ck_bytes_eq(bytes_of(octets.data, 6), hex("000102030405"));
	ck_bytes_eq(bytes_of(octets.data + 6, 32), bytes_of(mac, 32));
	secret_wipe(&octets);
	secret_wipe(&p);
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_loop_test(tc, test_narrow, 0, COUNT_OF(meetings));
	tcase_add_test(tc, test_narrow_lists);
	tcase_add_test(tc, test_narrow_many);
	tcase_add_loop_test(tc, test_timers, 0, 4);
	tcase_add_test(tc, test_hash);
	tcase_add_test(tc, test_siphash);
	tcase_add_test(tc, test_keymat);
	tcase_add_test(tc, test_signed_octets);
}

int main(void)
{
	return unit_run("ike_parts", add);
}
