// SPDX-License-Identifier: GPL-2.0-or-later
/* Proposals as people write them, RFC 7296 3.3 underneath. What a peer offers: select.c. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

#include "crypto/alg.h"
#include "ike/conf.h"

static int refuse(char *why, size_t why_len, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
static int refuse(char *why, size_t why_len, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(why, why_len, fmt, args);
	va_end(args);
	return -EINVAL;
}

static unsigned int count_type(const struct ike_proposal *p, uint8_t type)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < p->count; i++)
		n += p->transform[i].type == type;
	return n;
}

static bool has(const struct ike_proposal *p, uint8_t type, uint16_t id, uint16_t key_bits)
{
	for (unsigned int i = 0; i < p->count; i++)
		if (p->transform[i].type == type && p->transform[i].id == id &&
		    p->transform[i].key_bits == key_bits)
			return true;
	return false;
}

static bool add(struct ike_proposal *p, uint8_t type, uint16_t id, uint16_t key_bits)
{
	if (p->count == IKE_PROPOSAL_TRANSFORMS_MAX)
		return false;
	p->transform[p->count++] =
		(struct wire_transform){ .type = type, .id = id, .key_bits = key_bits };
	return true;
}

static bool is_aead(const struct ike_proposal *p)
{
	for (unsigned int i = 0; i < p->count; i++)
		if (p->transform[i].type == IKE_TT_ENCR && alg_is_aead(p->transform[i].id))
			return true;
	return false;
}

/* The PRF that "sha256" stands for beside the integrity algorithm. */
static uint16_t prf_of_integ(uint16_t integ)
{
	switch (integ) {
	case ALG_INTEG_HMAC_SHA2_256_128:
		return ALG_PRF_HMAC_SHA2_256;
	case ALG_INTEG_HMAC_SHA2_384_192:
		return ALG_PRF_HMAC_SHA2_384;
	default:
		return ALG_PRF_HMAC_SHA2_512;
	}
}

/* RFC 5282 8: an AEAD has no integrity algorithm, and does not share a proposal with others. */
static int check_ciphers(const struct ike_proposal *p, const char *text, char *why, size_t why_len)
{
	unsigned int ciphers = count_type(p, IKE_TT_ENCR), aead = 0;

	for (unsigned int i = 0; i < p->count; i++)
		aead += p->transform[i].type == IKE_TT_ENCR && alg_is_aead(p->transform[i].id);
	if (!ciphers)
		return refuse(why, why_len, "%s has no cipher; add e.g. aes128gcm16", text);
	if (aead && aead != ciphers)
		return refuse(why, why_len,
			      "%s mixes ciphers that authenticate with others that do not; "
			      "write two proposals, with a comma between them",
			      text);
	if (aead && count_type(p, IKE_TT_INTEG))
		return refuse(why, why_len,
			      "%s has an integrity algorithm, which its cipher brings "
			      "itself; take it out",
			      text);
	if (!aead && !count_type(p, IKE_TT_INTEG))
		return refuse(why, why_len, "%s has no integrity algorithm; add e.g. sha256", text);
	return 0;
}

static bool imply_prf(struct ike_proposal *p)
{
	unsigned int count = p->count;

	for (unsigned int i = 0; i < count; i++)
		if (p->transform[i].type == IKE_TT_INTEG &&
		    !add(p, IKE_TT_PRF, prf_of_integ(p->transform[i].id), 0))
			return false;
	return true;
}

/* Check the whole, and add what its words imply. */
static int complete(struct ike_proposal *p, const char *text, char *why, size_t why_len)
{
	bool room = true;
	int r = check_ciphers(p, text, why, why_len);

	if (r)
		return r;
	if (p->protocol == IKE_PROTO_IKE) {
		if (!count_type(p, IKE_TT_KE))
			return refuse(why, why_len, "%s has no group; add e.g. x25519", text);
		if (!count_type(p, IKE_TT_PRF) && is_aead(p))
			return refuse(why, why_len, "%s has no PRF; add e.g. prfsha256", text);
		if (!count_type(p, IKE_TT_PRF))
			room = imply_prf(p);
	} else if (!count_type(p, IKE_TT_ESN)) {
		/* Either is fine, RFC 7296 3.3.2; long sequence numbers are preferred. */
		room = add(p, IKE_TT_ESN, ALG_ESN_YES, 0) && add(p, IKE_TT_ESN, ALG_ESN_NO, 0);
	}
	if (!room)
		return refuse(why, why_len, "%s has too many algorithms", text);
	return 0;
}

static int parse_name(struct ike_proposal *p, const char *name, size_t len, char *why,
		      size_t why_len)
{
	const struct alg *alg = alg_by_name(name, len);
	int shown = len > 32 ? 32 : (int)len;

	if (!alg)
		return refuse(why, why_len, "unknown algorithm '%.*s'", shown, name);
	if (p->protocol == IKE_PROTO_IKE ? !alg->ike : !alg->esp)
		return refuse(why, why_len, "'%.*s' is not for %s", shown, name,
			      p->protocol == IKE_PROTO_IKE ? "IKE" : "ESP");
	if (has(p, alg->type, alg->id, alg->key_bits))
		return refuse(why, why_len, "'%.*s' is there twice", shown, name);
	if (!add(p, alg->type, alg->id, alg->key_bits))
		return refuse(why, why_len, "more than %d algorithms in one proposal",
			      IKE_PROPOSAL_TRANSFORMS_MAX);
	return 0;
}

static int parse_one(struct ike_proposal *p, uint8_t protocol, const char *text, size_t len,
		     char *why, size_t why_len)
{
	char shown[64];

	*p = (struct ike_proposal){ .protocol = protocol };
	snprintf(shown, sizeof(shown), "%.*s", len > 63 ? 63 : (int)len, text);
	for (size_t at = 0; at <= len;) {
		const char *end = memchr(text + at, '-', len - at);
		size_t name_len = end ? (size_t)(end - text) - at : len - at;
		int r;

		if (!name_len)
			return refuse(why, why_len, "an empty name in '%s'; write e.g. %s", shown,
				      protocol == IKE_PROTO_IKE ? "aes128gcm16-prfsha256-x25519"
								: "aes128gcm16");
		r = parse_name(p, text + at, name_len, why, why_len);
		if (r)
			return r;
		at += name_len + 1;
	}
	return complete(p, shown, why, why_len);
}

/**
 * ike_proposals_parse() - proposals from text
 * @ps: result
 * @protocol: IKE_PROTO_IKE or IKE_PROTO_ESP
 * @text: proposals with commas between them, names with '-' between them
 * @why: what is wrong, a sentence
 * @why_len: octets of @why
 *
 * A group in an ESP proposal is kept: it is for the Child SAs of CREATE_CHILD_SA. That of IKE_AUTH
 * has no KE payload, so its proposal goes out without the group (RFC 7296 1.2) and its keys come
 * from the IKE SA's own exchange (RFC 7296 2.17).
 *
 * Return: 0 or -EINVAL.
 */
int ike_proposals_parse(struct ike_proposals *ps, uint8_t protocol, const char *text, char *why,
			size_t why_len)
{
	static const char blank[] = " \t";

	ps->count = 0;
	for (;;) {
		size_t len, next;
		int r;

		text += strspn(text, blank);
		next = len = strcspn(text, ",");
		while (len && strchr(blank, text[len - 1]))
			len--;
		if (ps->count == IKE_PROPOSALS_MAX)
			return refuse(why, why_len, "more than %d proposals", IKE_PROPOSALS_MAX);
		r = parse_one(&ps->proposal[ps->count], protocol, text, len, why, why_len);
		if (r)
			return r;
		ps->count++;
		if (!text[next])
			return 0;
		text += next + 1;
	}
}

/**
 * ike_proposals_default() - what is offered when nothing is configured
 * @ps: result
 * @protocol: IKE_PROTO_IKE or IKE_PROTO_ESP
 *
 * The algorithms of RFC 8247 2 and RFC 8221 5 and 6 that are at least SHOULD and that keyd and
 * svti have, AEAD first; but not NULL, nor what is on its way out or for small devices.
 */
void ike_proposals_default(struct ike_proposals *ps, uint8_t protocol)
{
	static const char ike[] =
		"aes128gcm16-aes256gcm16-prfsha256-prfsha384-prfsha512"
		"-x25519-ecp256-ecp384-modp3072-modp2048,"
		"aes128-aes256-sha256-sha384-sha512-x25519-ecp256-ecp384-modp3072-modp2048";
	static const char esp[] = "aes128gcm16-aes256gcm16-chacha20poly1305, "
				  "aes128-aes256-sha256-sha512";
	char why[128];

	ike_proposals_parse(ps, protocol, protocol == IKE_PROTO_IKE ? ike : esp, why, sizeof(why));
}

/* Would complete() add it? Then it need not be written. */
static bool is_implied(const struct ike_proposal *p, unsigned int i)
{
	unsigned int integs = count_type(p, IKE_TT_INTEG), first = p->count - integs;

	if (p->transform[i].type == IKE_TT_ESN)
		return p->count >= 2 && p->transform[p->count - 2].id == ALG_ESN_YES &&
		       p->transform[p->count - 2].type == IKE_TT_ESN &&
		       p->transform[p->count - 1].id == ALG_ESN_NO;
	if (p->transform[i].type != IKE_TT_PRF || !integs || count_type(p, IKE_TT_PRF) != integs)
		return false;
	for (unsigned int k = 0, n = first; k < first; k++)
		if (p->transform[k].type == IKE_TT_INTEG &&
		    (p->transform[n].type != IKE_TT_PRF ||
		     p->transform[n++].id != prf_of_integ(p->transform[k].id)))
			return false;
	return true;
}

/**
 * ike_proposals_format() - text from proposals
 * @ps: proposals
 * @buf: gets what ike_proposals_parse() reads back; cut when it does not fit
 * @len: octets of @buf, at least 1
 */
void ike_proposals_format(const struct ike_proposals *ps, char *buf, size_t len)
{
	size_t at = 0;

	buf[0] = '\0';
	for (unsigned int i = 0; i < ps->count; i++) {
		const struct ike_proposal *p = &ps->proposal[i];
		const char *between = i ? ", " : "";

		for (unsigned int k = 0; k < p->count && at < len; k++) {
			const struct wire_transform *t = &p->transform[k];
			const struct alg *alg = alg_find(t->type, t->id, t->key_bits);

			if (!alg || is_implied(p, k))
				continue;
			at += (size_t)snprintf(buf + at, len - at, "%s%s", between, alg->name);
			between = "-";
		}
	}
}
