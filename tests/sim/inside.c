// SPDX-License-Identifier: GPL-2.0-or-later
#include "sim/inside.h"

#include <stdlib.h>

struct sa *inside_sa(struct node *node)
{
	struct list *sas = &node->ike->sas;

	return list_empty(sas) ? NULL : container_of(sas->prev, struct sa, in_ike);
}

void inside_check(struct node *node)
{
	struct ike *ike = node->ike;
	unsigned int sas = 0, parked = 0;

	for (struct list *at = ike->sas.next; at != &ike->sas; at = at->next) {
		const struct sa *sa = container_of(at, struct sa, in_ike);

		sas++;
		parked += sa->parked;
		ck_assert_int_ne(sa->state, SA_DEAD);
		if (sa->child && sa->child->asked)
			ck_assert(sa->proofs & IKE_PROOF_PEER_AUTH &&
				  sa->proofs & IKE_PROOF_IDENTITY);
		if (sa->state != SA_ESTABLISHED)
			continue;
		ck_assert_msg(auth_is_complete(sa), "seed %lu: %s has an IKE SA without proofs",
			      (unsigned long)node->sim->seed, node->name);
		ck_assert_ptr_null(sa->handshake);
		ck_assert_ptr_nonnull(sa->conn);
	}
	ck_assert_uint_eq(sas, ike->sa_count);
	ck_assert_uint_eq(parked, ike->parked);
	ck_assert_uint_le(ike->half_open_count, IKE_HALF_OPEN_MAX);
	ck_assert_uint_le(ike->lingering, IKE_CLOSED_MAX);
}

void inside_send(struct node *from, uint8_t exchange, bool response, uint32_t id,
		 const struct wire_out *inner)
{
	struct sa *sa = inside_sa(from);
	struct bytes message;

	ck_assert_ptr_nonnull(sa);
	message = message_seal(sa, exchange, response, id, inner);
	ck_assert_uint_gt(message.len, 0);
	sim_send_packet(from, &sa->local, &sa->remote, message);
}

size_t inside_init(uint8_t *buf, size_t cap, uint64_t spi, bool sound, struct bytes cookie)
{
	static const uint8_t basepoint[32] = { 9 };
	struct wire_header h = { .exchange = IKE_EXCHANGE_IKE_SA_INIT,
				 .flags = WIRE_FLAG_INITIATOR };
	struct ike_proposals ps;
	struct wire_out o;
	uint8_t nonce[32];

	memcpy(h.spi_i, &spi, 8);
	memset(nonce, (int)spi, sizeof(nonce));
	ike_proposals_default(&ps, IKE_PROTO_IKE);
	wire_begin_message(&o, buf, cap, &h);
	if (cookie.len)
		wire_put_notify(&o, 0, BYTES_NONE, IKE_N_COOKIE, cookie);
	suite_put_offer(&o, &ps, BYTES_NONE);
	wire_put_ke(&o, 31, bytes_of(basepoint, sound ? 32 : 31));
	wire_put_nonce(&o, bytes_of(nonce, sizeof(nonce)));
	return wire_end_message(&o);
}

void inside_put(struct wire_out *o, const struct wire_payload *payload)
{
	size_t at = wire_begin_payload(o, payload->type);

	wire_put(o, payload->body.data, payload->body.len);
	wire_end_payload(o, at);
}

static struct sa *sa_of(const struct packet *p)
{
	const uint8_t *spi = p->h.flags & WIRE_FLAG_INITIATOR ? p->h.spi_i : p->h.spi_r;
	struct sa *sa = sa_find(p->from->ike, spi);

	ck_assert_ptr_nonnull(sa);
	return sa;
}

void inside_rewrite(struct packet *p, inside_change change, void *ctx)
{
	static uint8_t buf[SIM_PACKET_MAX];
	struct sa *sa = sa_of(p);
	struct ike *ike = p->from->ike;
	struct wire_chain outer, inner;
	struct bytes raw = bytes_of(p->data, p->len), message;
	struct wire_out o;

	ck_assert_int_eq(
		wire_parse_chain(&outer, p->h.next_payload,
				 bytes_of(p->data + WIRE_HEADER_LEN, p->len - WIRE_HEADER_LEN)),
		0);
	ck_assert_int_eq(message_open(ike, &sa->seal_out, raw, &outer, &inner), 0);
	wire_begin_chain(&o, buf, sizeof(buf));
	change(&inner, &o, ctx);
	message = message_seal(sa, p->h.exchange, p->h.flags & WIRE_FLAG_RESPONSE, p->h.message_id,
			       &o);
	ck_assert_uint_gt(message.len, 0);
	free(p->data);
	p->len = message.len;
	p->data = malloc(p->len);
	ck_assert_ptr_nonnull(p->data);
	memcpy(p->data, message.data, message.len);
}
