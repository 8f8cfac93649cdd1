// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A responder between IKE_SA_INIT and IKE_AUTH: one allocation with the two messages and our
 * private value, under 1 KiB with x25519 and our default proposals. Keys are derived when the first
 * IKE_AUTH comes, once, and a struct sa is made when one decrypts: so a stranger costs no more than
 * this, and forged messages cost the peer nothing.
 */
#include <errno.h>
#include <stdlib.h>

#include "crypto/prf.h"
#include "ike/sa.h"

struct half_open {
	struct ike *ike;
	struct list in_ike;
	struct hash_node by_spi, by_request, by_peer;
	bool proven; /* the peer is where it says: it brought a cookie */
	uint64_t created_at;
	struct endpoint remote;
	struct suite suite;
	struct dh dh; /* until there are keys */
	struct ike_keys *keys;
	struct natt natt;
	uint32_t peer_hashes;
	uint8_t spi_i[WIRE_SPI_LEN], spi_r[WIRE_SPI_LEN];
	uint8_t digest[20];
	uint16_t request_len, response_len;
	uint8_t data[]; /* request, response */
};

size_t half_open_size(const struct half_open *ho)
{
	return sizeof(*ho) + ho->request_len + ho->response_len + ho->dh.priv.len;
}

static struct bytes request_of(const struct half_open *ho)
{
	return bytes_of(ho->data, ho->request_len);
}

static struct bytes response_of(const struct half_open *ho)
{
	return bytes_of(ho->data + ho->request_len, ho->response_len);
}

struct half_open *half_open_find(const struct ike *ike, const uint8_t *spi_r)
{
	uint64_t hash = hash_of(&ike->half_open_spi, bytes_of(spi_r, WIRE_SPI_LEN));
	struct hash_node *n = hash_first(&ike->half_open_spi, hash);

	for (; n; n = hash_next(n)) {
		struct half_open *ho = container_of(n, struct half_open, by_spi);

		if (!memcmp(ho->spi_r, spi_r, WIRE_SPI_LEN))
			return ho;
	}
	return NULL;
}

bool half_open_is_from(const struct half_open *ho, const uint8_t *spi_i)
{
	return !memcmp(ho->spi_i, spi_i, WIRE_SPI_LEN);
}

void half_open_drop(struct half_open *ho)
{
	struct ike *ike = ho->ike;

	hash_del(&ike->half_open_spi, &ho->by_spi);
	hash_del(&ike->half_open_request, &ho->by_request);
	hash_del(&ike->half_open_peer, &ho->by_peer);
	list_del(&ho->in_ike);
	ike->counters.half_open = --ike->half_open_count;
	dh_wipe(&ho->dh);
	if (ho->keys)
		keymat_wipe(ho->keys);
	free(ho->keys);
	free(ho);
}

static struct half_open *oldest(const struct ike *ike)
{
	return list_empty(&ike->half_open)
		       ? NULL
		       : container_of(ike->half_open.next, struct half_open, in_ike);
}

/* All live equally long, so the oldest one is the next to go. */
static void arm(struct ike *ike)
{
	const struct half_open *ho = oldest(ike);

	if (ho)
		timer_set(&ike->timers, &ike->half_open_timer, ho->created_at + IKE_HALF_OPEN_TIME);
}

void half_open_timeout(void *ctx)
{
	struct ike *ike = ctx;
	struct half_open *ho;

	while ((ho = oldest(ike)) && ho->created_at + IKE_HALF_OPEN_TIME <= ike_now(ike))
		half_open_drop(ho);
	arm(ike);
}

void half_open_flush(struct ike *ike)
{
	struct half_open *ho;

	while ((ho = oldest(ike)))
		half_open_drop(ho);
}

/*
 * RFC 7296 2.1: a repeated IKE_SA_INIT request is known by all of its octets, here by their
 * digest, and by where it came from.
 */
bool half_open_repeat(struct ike *ike, const struct message *m)
{
	struct hash_node *n;
	uint8_t digest[20];

	hash_sha1(&m->raw, 1, digest);
	n = hash_first(&ike->half_open_request,
		       hash_of(&ike->half_open_request, bytes_of(digest, sizeof(digest))));
	for (; n; n = hash_next(n)) {
		struct half_open *ho = container_of(n, struct half_open, by_request);

		if (memcmp(ho->digest, digest, sizeof(digest)) ||
		    !endpoint_equal(&ho->remote, m->remote))
			continue;
		ike->counters.retransmit_received++;
		message_send(ike, m->local, m->remote, response_of(ho));
		return true;
	}
	return false;
}

/* An IPv6 host has its /64 to choose addresses from. */
static size_t prefix_len(const struct addr *peer)
{
	return peer->family == AF_INET6 ? 8 : addr_len(peer);
}

static uint64_t hash_of_peer(const struct ike *ike, const struct addr *peer)
{
	return hash_of(&ike->half_open_peer, bytes_of(peer->ip, prefix_len(peer)));
}

static bool same_peer(const struct addr *a, const struct addr *b)
{
	return a->family == b->family && !memcmp(a->ip, b->ip, prefix_len(a));
}

unsigned int half_open_from(struct ike *ike, const struct addr *peer, struct half_open **weak)
{
	struct hash_node *n = hash_first(&ike->half_open_peer, hash_of_peer(ike, peer));
	unsigned int count = 0;

	*weak = NULL;
	for (; n; n = hash_next(n)) {
		struct half_open *ho = container_of(n, struct half_open, by_peer);

		if (!same_peer(&ho->remote.addr, peer))
			continue;
		count++;
		if (!ho->proven || ho->created_at + IKE_HALF_OPEN_STALE <= ike_now(ike))
			*weak = ho;
	}
	return count;
}

int half_open_add(struct ike *ike, const struct message *m, struct bytes response,
		  const struct suite *suite, struct dh *dh, const struct natt *natt, uint32_t peer_hashes,
		  bool proven)
{
	struct half_open *ho;

	if (ike->half_open_count >= IKE_HALF_OPEN_MAX) {
		ike->counters.drop_limit++;
		half_open_drop(oldest(ike));
	}
	ho = calloc(1, sizeof(*ho) + m->raw.len + response.len);
	if (!ho)
		return -1;
	ho->ike = ike;
	ho->created_at = ike_now(ike);
	ho->remote = *m->remote;
	ho->suite = *suite;
	ho->natt = *natt;
	ho->peer_hashes = peer_hashes;
	ho->proven = proven;
	/* The public value is in the response. */
	ho->dh.group = dh->group;
	secret_move(&ho->dh.priv, &dh->priv);
	memcpy(ho->spi_i, m->h.spi_i, WIRE_SPI_LEN);
	memcpy(ho->spi_r, response.data + WIRE_SPI_LEN, WIRE_SPI_LEN);
	hash_sha1(&m->raw, 1, ho->digest);
	ho->request_len = (uint16_t)m->raw.len;
	ho->response_len = (uint16_t)response.len;
	memcpy(ho->data, m->raw.data, m->raw.len);
	memcpy(ho->data + m->raw.len, response.data, response.len);

	hash_add(&ike->half_open_spi, &ho->by_spi,
		 hash_of(&ike->half_open_spi, bytes_of(ho->spi_r, WIRE_SPI_LEN)));
	hash_add(&ike->half_open_request, &ho->by_request,
		 hash_of(&ike->half_open_request, bytes_of(ho->digest, sizeof(ho->digest))));
	hash_add(&ike->half_open_peer, &ho->by_peer, hash_of_peer(ike, &ho->remote.addr));
	list_add_tail(&ho->in_ike, &ike->half_open);
	ike->counters.half_open = ++ike->half_open_count;
	arm(ike);
	return 0;
}

/* The peer's public value and nonce; the request was found good when the record was made. */
static bool read_init(struct bytes message, struct wire_ke *ke, struct bytes *nonce)
{
	const struct wire_payload *ke_payload, *nonce_payload;
	struct wire_header h;
	struct wire_chain c;

	if (wire_parse_header(&h, message) ||
	    wire_parse_chain(
		    &c, h.next_payload,
		    bytes_of(message.data + WIRE_HEADER_LEN, message.len - WIRE_HEADER_LEN)))
		return false;
	ke_payload = wire_find(&c, IKE_PAYLOAD_KE);
	nonce_payload = wire_find(&c, IKE_PAYLOAD_NONCE);
	return ke_payload && nonce_payload && !wire_parse_ke(ke, ke_payload->body) &&
	       !wire_parse_nonce(nonce, nonce_payload->body);
}

static bool derive(struct half_open *ho)
{
	struct secret shared = { 0 };
	struct wire_ke theirs, ours;
	struct bytes ni, nr;
	int r;

	if (ho->keys)
		return true;
	ho->keys = calloc(1, sizeof(*ho->keys));
	if (!ho->keys || !read_init(request_of(ho), &theirs, &ni) ||
	    !read_init(response_of(ho), &ours, &nr))
		return false;
	r = dh_compute(&ho->dh, theirs.data, &shared);
	if (!r)
		r = keymat_ike(ho->keys, &ho->suite, secret_view(&shared), ni, nr, ho->spi_i,
			       ho->spi_r);
	secret_wipe(&shared);
	dh_wipe(&ho->dh);
	ho->dh = (struct dh){ 0 };
	return !r;
}

static uint8_t *copy(struct bytes b)
{
	uint8_t *to = malloc(b.len);

	if (to)
		memcpy(to, b.data, b.len);
	return to;
}

static bool fill_handshake(struct sa *sa, const struct half_open *ho)
{
	struct ike_keys *keys = ho->keys;
	struct handshake *hs = sa->handshake;
	struct bytes ni, nr;
	struct wire_ke ke;

	hs->message_i = copy(request_of(ho));
	hs->message_r = copy(response_of(ho));
	if (!hs->message_i || !hs->message_r || !read_init(request_of(ho), &ke, &ni) ||
	    !read_init(response_of(ho), &ke, &nr))
		return false;
	hs->message_i_len = ho->request_len;
	hs->message_r_len = ho->response_len;
	memcpy(hs->nonce_i, ni.data, ni.len);
	memcpy(hs->nonce_r, nr.data, nr.len);
	hs->nonce_i_len = ni.len;
	hs->nonce_r_len = nr.len;
	hs->peer_hashes = ho->peer_hashes;
	secret_move(&hs->sk_d, &keys->d);
	secret_move(&hs->sk_pi, &keys->pi);
	secret_move(&hs->sk_pr, &keys->pr);
	return true;
}

static struct sa *make_sa(struct half_open *ho, const struct message *m)
{
	struct sa *sa = sa_new(ho->ike, NULL, false, ho->spi_r);

	if (!sa)
		return NULL;
	if (!fill_handshake(sa, ho)) {
		sa_kill(sa);
		return NULL;
	}
	memcpy(sa->spi_i, ho->spi_i, WIRE_SPI_LEN);
	sa->created_at = ho->created_at;
	/* RFC 7296 2.11: where the peer is now, by a message that is its own. */
	sa->local = *m->local;
	sa->remote = *m->remote;
	sa->natt = ho->natt;
	sa->suite = ho->suite;
	sa->window.receive_id = 1;
	sa->seal_in = ho->keys->seal_i;
	sa->seal_out = ho->keys->seal_r;
	ho->keys->seal_i = ho->keys->seal_r = (struct seal){ 0 };
	unique_set_tie(sa);
	sa_enter(sa, SA_HALF_OPEN, IKE_PARKED_TIME);
	return sa;
}

/**
 * half_open_promote() - IKE_AUTH came for a half-open record
 * @ho: the record; freed when an SA takes its place, or when it cannot come to anything
 * @m: the message, a request with id 1
 * @outer: its payloads, SK is the last
 * @inner: gets what is in SK
 * @inside: what message_open() thinks of that
 *
 * Return: the SA, or NULL: the message was dropped and counted.
 */
struct sa *half_open_promote(struct half_open *ho, const struct message *m,
			     const struct wire_chain *outer, struct wire_chain *inner, int *inside)
{
	struct ike *ike = ho->ike;
	struct sa *sa;

	if (ike->parked >= IKE_PARKED_MAX) {
		ike_drop(ike, &ike->counters.drop_limit, m->remote,
			 "IKE_AUTH: %u handshakes are being checked already", ike->parked);
		return NULL;
	}
	if (!derive(ho)) {
		ike_drop(ike, &ike->counters.drop_malformed, m->remote,
			 "IKE_AUTH after a KE payload that is no public value");
		half_open_drop(ho);
		return NULL;
	}
	*inside = message_open(ike, &ho->keys->seal_i, m->raw, outer, inner);
	if (*inside == -EBADMSG) {
		ike_drop(ike, &ike->counters.drop_decrypt, m->remote,
			 "IKE_AUTH that does not decrypt");
		return NULL;
	}
	hash_del(&ike->half_open_spi, &ho->by_spi);
	sa = make_sa(ho, m);
	if (!sa)
		ike_drop(ike, &ike->counters.drop_limit, m->remote, "IKE_AUTH: no room for it");
	half_open_drop(ho);
	return sa;
}
