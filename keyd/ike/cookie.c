// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How strangers are kept at bay: an IKE_SA_INIT that would cost memory and a public value is let in
 * only while few others are half-open, or with a cookie, which shows that its source address is
 * one that our answers reach (RFC 7296 2.6).
 *
 * Nothing is kept for a cookie: it is a MAC over what the request says, under a secret that is
 * replaced every minute. The one before is good for another minute.
 */
#include "crypto/alg.h"
#include "crypto/prf.h"
#include "ike/sa.h"

enum {
	COOKIE_MAC_LEN = 16,
	COOKIE_LEN = 1 + COOKIE_MAC_LEN, /* number of the secret, MAC */
};

/* Secrets have alternate places, by their number. */
static void make_secret(struct ike *ike)
{
	struct cookie_jar *jar = &ike->cookies;

	jar->number++;
	jar->made_at = ike_now(ike);
	ike_random(ike, jar->secret[jar->number & 1], sizeof(jar->secret[0]));
}

static void rotate(struct ike *ike)
{
	struct cookie_jar *jar = &ike->cookies;
	uint64_t age = ike_now(ike) - jar->made_at;

	if (jar->usable && age < IKE_COOKIE_SECRET_TIME)
		return;
	/* What is older than two lives ends both. */
	if (!jar->usable || age >= 2 * IKE_COOKIE_SECRET_TIME)
		make_secret(ike);
	make_secret(ike);
	jar->usable = true;
}

/* Cookie = <VersionIDofSecret> | MAC(<secret>, Ni | IPi | SPIi), RFC 7296 2.6. */
static bool make_cookie(const struct ike *ike, uint8_t number, const struct message *m,
			struct bytes nonce, uint8_t cookie[static COOKIE_LEN])
{
	const struct addr *from = &m->remote->addr;
	const struct bytes part[] = {
		nonce,
		bytes_of(from->ip, addr_len(from)),
		bytes_of(m->h.spi_i, WIRE_SPI_LEN),
	};
	uint8_t mac[PRF_LEN_MAX];

	if (prf_compute(ALG_PRF_HMAC_SHA2_256,
			bytes_of(ike->cookies.secret[number & 1], sizeof(ike->cookies.secret[0])),
			part, 3, mac))
		return false;
	cookie[0] = number;
	memcpy(cookie + 1, mac, COOKIE_MAC_LEN);
	return true;
}

/* It is the first payload of a repeated request. */
static bool has_cookie(struct ike *ike, const struct message *m, struct bytes nonce)
{
	const struct wire_payload *first = &m->payloads->payload[0];
	uint8_t right[COOKIE_LEN];
	struct wire_notify n;

	if (first->type != IKE_PAYLOAD_NOTIFY || wire_parse_notify(&n, first->body) ||
	    n.type != IKE_N_COOKIE || n.data.len != COOKIE_LEN)
		return false;
	rotate(ike);
	if ((uint8_t)(ike->cookies.number - n.data.data[0]) > 1)
		return false;
	return make_cookie(ike, n.data.data[0], m, nonce, right) &&
	       bytes_equal_secret(n.data, bytes_of(right, COOKIE_LEN));
}

/*
 * Not rationed as other answers are: it is smaller than the request, costs one MAC, and who means
 * it must get one while others flood us.
 */
static void ask(struct ike *ike, const struct message *m, struct bytes nonce)
{
	uint8_t cookie[COOKIE_LEN];
	struct wire_header h = m->h;
	struct wire_out o;

	rotate(ike);
	if (!make_cookie(ike, ike->cookies.number, m, nonce, cookie))
		return;
	h.flags = WIRE_FLAG_RESPONSE;
	wire_begin_message(&o, ike->sealed, sizeof(ike->sealed), &h);
	wire_put_notify(&o, 0, BYTES_NONE, IKE_N_COOKIE, bytes_of(cookie, sizeof(cookie)));
	message_send(ike, m->local, m->remote, bytes_of(ike->sealed, wire_end_message(&o)));
	ike->counters.cookies_out++;
}

static bool under_pressure(const struct ike *ike)
{
	uint32_t threshold = ike->limits.cookie_threshold;

	return threshold == IKE_COOKIE_ALWAYS ||
	       (threshold && ike->half_open_count + ike->parked >= threshold);
}

/*
 * One peer has so many half-open already. They may be forged, in its name, or forgotten: so one
 * that has brought a cookie takes the place of one that has not, or that is old.
 */
static bool admit_to_peer(struct ike *ike, const struct message *m, struct bytes nonce, bool proven)
{
	struct half_open *weak;

	if (!ike->limits.block_threshold ||
	    half_open_from(ike, &m->remote->addr, &weak) < ike->limits.block_threshold)
		return true;
	if (!proven && ike->limits.cookie_threshold) {
		ask(ike, m, nonce);
		return false;
	}
	if (proven && weak) {
		half_open_drop(weak);
		return true;
	}
	ike_drop(ike, &ike->counters.drop_blocked, m->remote,
		 "IKE_SA_INIT: %u IKE SAs of this peer are half-open, block-threshold is %u",
		 half_open_from(ike, &m->remote->addr, &weak), ike->limits.block_threshold);
	return false;
}

bool cookie_admit(struct ike *ike, const struct message *m, struct bytes nonce, bool *proven)
{
	uint32_t max = ike->limits.half_open_max;

	*proven = has_cookie(ike, m, nonce);
	if (!*proven && under_pressure(ike)) {
		ask(ike, m, nonce);
		return false;
	}
	if (max && ike->half_open_count >= max) {
		ike_drop(ike, &ike->counters.drop_limit, m->remote,
			 "IKE_SA_INIT: init-limit-half-open = %u is reached", max);
		return false;
	}
	return admit_to_peer(ike, m, nonce, *proven);
}
