// SPDX-License-Identifier: GPL-2.0-or-later
#include "ike/select.h"

#include <errno.h>
#include <stdio.h>

#include "crypto/alg.h"

/* In the order in which they are looked at, and complained of. */
static const uint8_t type_order[] = { IKE_TT_ENCR, IKE_TT_INTEG, IKE_TT_PRF, IKE_TT_KE,
				      IKE_TT_ESN };
enum {
	TYPES = sizeof(type_order),
	RANK_FITS = TYPES + 1
};

static bool offers_type(const struct wire_proposal *p, uint8_t type)
{
	for (unsigned int i = 0; i < p->count; i++)
		if (p->transform[i].type == type)
			return true;
	return false;
}

static bool offers(const struct wire_proposal *p, uint8_t type, uint16_t id, uint16_t key_bits)
{
	for (unsigned int i = 0; i < p->count; i++) {
		const struct wire_transform *t = &p->transform[i];

		if (t->type == type && t->id == id && t->key_bits == key_bits && !t->unknown_attr)
			return true;
	}
	return false;
}

/* RFC 7296 3.3.6: a transform type that we do not know spoils its proposal. */
static bool types_are_known(const struct wire_proposal *p, uint8_t protocol)
{
	for (unsigned int i = 0; i < p->count; i++)
		switch (p->transform[i].type) {
		case IKE_TT_ENCR:
		case IKE_TT_INTEG:
		case IKE_TT_KE:
			break;
		case IKE_TT_PRF:
			if (protocol != IKE_PROTO_IKE)
				return false;
			break;
		case IKE_TT_ESN:
			if (protocol == IKE_PROTO_IKE)
				return false;
			break;
		default:
			return false;
		}
	return true;
}

/* The first of ours that the peer has too; @first, if it is among them, before all. */
static const struct wire_transform *
common(const struct ike_proposal *o, const struct wire_proposal *p, uint8_t type, uint16_t first)
{
	const struct wire_transform *best = NULL;

	for (unsigned int i = 0; i < o->count; i++) {
		const struct wire_transform *t = &o->transform[i];

		if (t->type != type || !offers(p, type, t->id, t->key_bits))
			continue;
		if (!best || (first && t->id == first))
			best = t;
	}
	return best;
}

static bool pick_integ(struct suite *s, const struct ike_proposal *o, const struct wire_proposal *p)
{
	const struct wire_transform *t;

	if (alg_is_aead(s->encr)) {
		/* RFC 5282 8: none, or NONE by name. */
		s->integ = ALG_INTEG_NONE;
		s->echo_integ_none = offers(p, IKE_TT_INTEG, ALG_INTEG_NONE, 0);
		return s->echo_integ_none || !offers_type(p, IKE_TT_INTEG);
	}
	t = common(o, p, IKE_TT_INTEG, 0);
	if (t)
		s->integ = t->id;
	return t;
}

static bool pick_ke(struct suite *s, const struct ike_proposal *o, const struct wire_proposal *p,
		    const struct select_as *as)
{
	const struct wire_transform *t;

	if (as->protocol != IKE_PROTO_IKE) {
		/*
		 * IKE_AUTH has no KE payload, and only NONE may stand here (RFC 7296 1.2). A
		 * group that a peer names all the same is not taken up.
		 */
		s->echo_ke_none = offers(p, IKE_TT_KE, ALG_KE_NONE, 0);
		return true;
	}
	t = common(o, p, IKE_TT_KE, as->prefer_ke);
	if (t)
		s->ke = t->id;
	return t;
}

static bool pick_esn(struct suite *s, const struct ike_proposal *o, const struct wire_proposal *p)
{
	const struct wire_transform *t;

	if (!offers_type(p, IKE_TT_ESN)) {
		/* An old peer that knows short sequence numbers alone. */
		for (unsigned int i = 0; i < o->count; i++)
			if (o->transform[i].type == IKE_TT_ESN && o->transform[i].id == ALG_ESN_NO)
				return true;
		return false;
	}
	t = common(o, p, IKE_TT_ESN, 0);
	s->echo_esn = true;
	s->esn = t && t->id == ALG_ESN_YES;
	return t;
}

static bool pick(struct suite *s, uint8_t type, const struct ike_proposal *o,
		 const struct wire_proposal *p, const struct select_as *as)
{
	const struct wire_transform *t;

	switch (type) {
	case IKE_TT_ENCR:
		t = common(o, p, IKE_TT_ENCR, 0);
		if (t) {
			s->encr = t->id;
			s->key_bits = t->key_bits;
		}
		return t;
	case IKE_TT_INTEG:
		return pick_integ(s, o, p);
	case IKE_TT_PRF:
		if (as->protocol != IKE_PROTO_IKE)
			return true;
		t = common(o, p, IKE_TT_PRF, 0);
		if (t)
			s->prf = t->id;
		return t;
	case IKE_TT_KE:
		return pick_ke(s, o, p, as);
	default:
		return as->protocol == IKE_PROTO_IKE || pick_esn(s, o, p);
	}
}

/* How far two proposals agree: RANK_FITS, or the index of the type that they differ in. */
static unsigned int fit(struct suite *s, const struct ike_proposal *o,
			const struct wire_proposal *p, const struct select_as *as)
{
	*s = (struct suite){ .number = p->number, .spi_len = (uint8_t)p->spi.len };
	if (p->protocol != as->protocol || p->spi.len > sizeof(s->spi) ||
	    !types_are_known(p, as->protocol))
		return 0;
	if (p->spi.len)
		memcpy(s->spi, p->spi.data, p->spi.len);
	for (unsigned int i = 0; i < TYPES; i++)
		if (!pick(s, type_order[i], o, p, as))
			return i + 1;
	return RANK_FITS;
}

/* As it is configured, which is what has to be changed. */
const char *transform_name(uint8_t type, uint16_t id, uint16_t key_bits)
{
	const struct alg *alg = alg_find(type, id, key_bits);

	return alg ? alg->name : alg_name(type, id, key_bits);
}

static void list_peer(const struct wire_proposal *p, uint8_t type, char *buf, size_t len)
{
	size_t at = 0;

	snprintf(buf, len, "none");
	for (unsigned int i = 0; i < p->count && at < len; i++) {
		const struct wire_transform *t = &p->transform[i];

		if (t->type == type)
			at += (size_t)snprintf(buf + at, len - at, "%s%s", at ? "/" : "",
					       transform_name(type, t->id, t->key_bits));
	}
}

static void list_ours(const struct ike_proposal *o, uint8_t type, char *buf, size_t len)
{
	size_t at = 0;

	snprintf(buf, len, "none");
	for (unsigned int i = 0; i < o->count && at < len; i++) {
		const struct wire_transform *t = &o->transform[i];

		if (t->type == type)
			at += (size_t)snprintf(buf + at, len - at, "%s%s", at ? "/" : "",
					       transform_name(type, t->id, t->key_bits));
	}
}

static void explain(const struct ike_proposal *o, const struct wire_proposal *p, unsigned int rank,
		    const struct select_as *as, char *why, size_t why_len)
{
	char theirs[160], mine[160];
	uint8_t type;

	if (!rank) {
		snprintf(why, why_len, "peer offered no proposal that connection %s understands",
			 as->connection);
		return;
	}
	type = type_order[rank - 1];
	list_peer(p, type, theirs, sizeof(theirs));
	list_ours(o, type, mine, sizeof(mine));
	snprintf(why, why_len, "peer offered %s, connection %s wants %s", theirs, as->connection,
		 mine);
}

int suite_select(struct suite *suite, const struct ike_proposals *ours, struct bytes body,
		 const struct select_as *as, char *why, size_t why_len)
{
	unsigned int best = 0;
	bool explained = false;

	for (unsigned int i = 0; i < ours->count; i++) {
		struct bytes rest = body;
		struct wire_proposal p;
		int r;

		while ((r = wire_next_proposal(&p, &rest)) > 0) {
			unsigned int rank = fit(suite, &ours->proposal[i], &p, as);

			if (rank == RANK_FITS)
				return 0;
			if (explained && rank <= best)
				continue;
			explained = true;
			best = rank;
			explain(&ours->proposal[i], &p, rank, as, why, why_len);
		}
		if (r < 0) {
			snprintf(why, why_len, "malformed SA payload: %s", wire_error_text(r));
			return -EBADMSG;
		}
	}
	if (!explained)
		snprintf(why, why_len, "peer offered no proposal");
	return -ENOENT;
}

static bool one_of_each(const struct wire_proposal *p)
{
	for (unsigned int i = 0; i < p->count; i++)
		for (unsigned int k = 0; k < i; k++)
			if (p->transform[k].type == p->transform[i].type)
				return false;
	return true;
}

int suite_check(struct suite *suite, const struct ike_proposals *ours, struct bytes body,
		const struct select_as *as, char *why, size_t why_len)
{
	struct bytes rest = body;
	struct wire_proposal p, more;
	unsigned int rank;
	int r;

	snprintf(why, why_len, "peer did not choose exactly one of the proposals");
	r = wire_next_proposal(&p, &rest);
	if (r <= 0)
		return -EBADMSG;
	if (wire_next_proposal(&more, &rest))
		return -EBADMSG;
	if (!p.number || p.number > ours->count || !one_of_each(&p))
		return -EBADMSG;
	rank = fit(suite, &ours->proposal[p.number - 1], &p, as);
	if (rank == RANK_FITS)
		return 0;
	explain(&ours->proposal[p.number - 1], &p, rank, as, why, why_len);
	return -ENOENT;
}

static bool wants(const struct ike_proposal *o, uint8_t type, uint16_t id, uint16_t key_bits)
{
	for (unsigned int i = 0; i < o->count; i++)
		if (o->transform[i].type == type && o->transform[i].id == id &&
		    o->transform[i].key_bits == key_bits)
			return true;
	return false;
}

bool suite_allowed(const struct suite *s, const struct ike_proposals *ours)
{
	for (unsigned int i = 0; i < ours->count; i++) {
		const struct ike_proposal *o = &ours->proposal[i];

		if (wants(o, IKE_TT_ENCR, s->encr, s->key_bits) &&
		    (alg_is_aead(s->encr) || wants(o, IKE_TT_INTEG, s->integ, 0)) &&
		    wants(o, IKE_TT_PRF, s->prf, 0) && wants(o, IKE_TT_KE, s->ke, 0))
			return true;
	}
	return false;
}

void suite_put_offer(struct wire_out *o, const struct ike_proposals *ours, struct bytes spi)
{
	struct wire_proposal ps[IKE_PROPOSALS_MAX];

	for (unsigned int i = 0; i < ours->count; i++) {
		const struct ike_proposal *from = &ours->proposal[i];
		struct wire_proposal *to = &ps[i];

		to->number = (uint8_t)(i + 1);
		to->protocol = from->protocol;
		to->spi = spi;
		to->count = 0;
		for (unsigned int k = 0; k < from->count; k++)
			if (from->protocol == IKE_PROTO_IKE || from->transform[k].type != IKE_TT_KE)
				to->transform[to->count++] = from->transform[k];
	}
	wire_put_sa(o, ps, ours->count);
}

static void answer(struct wire_proposal *p, uint8_t type, uint16_t id, uint16_t key_bits)
{
	p->transform[p->count++] =
		(struct wire_transform){ .type = type, .id = id, .key_bits = key_bits };
}

void suite_put(struct wire_out *o, const struct suite *s, uint8_t protocol, struct bytes spi)
{
	struct wire_proposal p = { .number = s->number, .protocol = protocol, .spi = spi };

	answer(&p, IKE_TT_ENCR, s->encr, s->key_bits);
	if (protocol == IKE_PROTO_IKE)
		answer(&p, IKE_TT_PRF, s->prf, 0);
	if (s->integ || s->echo_integ_none)
		answer(&p, IKE_TT_INTEG, s->integ, 0);
	if (protocol == IKE_PROTO_IKE)
		answer(&p, IKE_TT_KE, s->ke, 0);
	else if (s->echo_ke_none)
		answer(&p, IKE_TT_KE, ALG_KE_NONE, 0);
	if (s->echo_esn)
		answer(&p, IKE_TT_ESN, s->esn ? ALG_ESN_YES : ALG_ESN_NO, 0);
	wire_put_sa(o, &p, 1);
}

static const char *shown(uint8_t type, uint16_t id, uint16_t key_bits)
{
	const struct alg *alg = alg_find(type, id, key_bits);

	return alg ? alg->display : "?";
}

void suite_format(const struct suite *s, uint8_t protocol, char *buf, size_t len)
{
	size_t at = (size_t)snprintf(buf, len, "%s", shown(IKE_TT_ENCR, s->encr, s->key_bits));

	if (s->integ && at < len)
		at += (size_t)snprintf(buf + at, len - at, "/%s", shown(IKE_TT_INTEG, s->integ, 0));
	if (protocol == IKE_PROTO_IKE && at < len)
		snprintf(buf + at, len - at, "/%s/%s", shown(IKE_TT_PRF, s->prf, 0),
			 shown(IKE_TT_KE, s->ke, 0));
	else if (s->esn && at < len)
		snprintf(buf + at, len - at, "/ESN");
}
