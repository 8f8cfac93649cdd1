// SPDX-License-Identifier: GPL-2.0-or-later
/* Names in DER: walked with bounds, compared, written for people. */
#include "base/dn.h"

#include <stdio.h>

#include "base/der.h"
#include "base/dn_attr.h"

struct ava {
	struct bytes oid;
	uint8_t tag;
	struct bytes value;
};

struct rdn {
	unsigned int count;
	struct ava ava[DN_AVAS_MAX];
};

/* Strings of one octet a character, or UTF-8: those that compare with each other. */
static bool is_text(uint8_t tag)
{
	switch (tag) {
	case DER_UTF8:
	case 0x12: /* NumericString */
	case DER_PRINTABLE:
	case 0x14: /* TeletexString */
	case DER_IA5:
	case 0x1a: /* VisibleString */
		return true;
	default:
		return false;
	}
}

static bool next_ava(struct bytes *set, struct ava *ava)
{
	struct bytes seq;

	return der_expect(set, DER_SEQUENCE, &seq) && der_expect(&seq, DER_OID, &ava->oid) &&
	       ava->oid.len && der_next(&seq, &ava->tag, &ava->value) && !seq.len &&
	       !(is_text(ava->tag) && ava->value.len && memchr(ava->value.data, 0, ava->value.len));
}

static bool next_rdn(struct bytes *rdns, struct rdn *rdn)
{
	struct bytes set;

	if (!der_expect(rdns, DER_SET, &set) || !set.len)
		return false;
	for (rdn->count = 0; set.len; rdn->count++)
		if (rdn->count == DN_AVAS_MAX || !next_ava(&set, &rdn->ava[rdn->count]))
			return false;
	return true;
}

static bool open_name(struct bytes der, struct bytes *rdns)
{
	return der_expect(&der, DER_SEQUENCE, rdns) && !der.len;
}

bool dn_valid(struct bytes der)
{
	struct bytes rdns;
	struct rdn rdn;
	unsigned int count;

	if (!open_name(der, &rdns) || !rdns.len)
		return false;
	for (count = 0; rdns.len; count++)
		if (count == DN_RDNS_MAX || !next_rdn(&rdns, &rdn))
			return false;
	return true;
}

static uint8_t fold(uint8_t c)
{
	return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
}

/* The next character with case and runs of spaces folded, -1 at the end. */
static int next_folded(struct bytes *text)
{
	uint8_t c;

	if (!text->len)
		return -1;
	c = *text->data;
	do {
		text->data++;
		text->len--;
	} while (c == ' ' && text->len && *text->data == ' ');
	if (c == ' ' && !text->len)
		return -1; /* trailing spaces do not count */
	return fold(c);
}

static bool text_equal(struct bytes a, struct bytes b)
{
	int c, d;

	for (; a.len && *a.data == ' '; a.len--)
		a.data++;
	for (; b.len && *b.data == ' '; b.len--)
		b.data++;
	do {
		c = next_folded(&a);
		d = next_folded(&b);
	} while (c == d && c >= 0);
	return c == d;
}

static bool is_wildcard(const struct ava *ava)
{
	return is_text(ava->tag) && ava->value.len == 1 && *ava->value.data == '*';
}

static bool ava_equal(const struct ava *a, const struct ava *b)
{
	if (!bytes_equal(a->oid, b->oid))
		return false;
	if (is_text(a->tag) && is_text(b->tag))
		return text_equal(a->value, b->value);
	return a->tag == b->tag && bytes_equal(a->value, b->value);
}

/*
 * Attributes of one RDN are a set, whose DER order depends on the string types. First each
 * plain one takes its equal, then each wildcard takes any that is left of its type.
 */
static int rdn_compare(const struct rdn *p, const struct rdn *n, bool wildcards)
{
	bool taken[DN_AVAS_MAX] = { false };
	int wild = 0;

	if (p->count != n->count)
		return -1;
	for (int pass = 0; pass < 2; pass++) {
		for (unsigned int i = 0; i < p->count; i++) {
			bool any = wildcards && is_wildcard(&p->ava[i]);
			unsigned int j;

			if (any != (pass == 1))
				continue;
			for (j = 0; j < n->count; j++)
				if (!taken[j] && (any ? bytes_equal(p->ava[i].oid, n->ava[j].oid)
						      : ava_equal(&p->ava[i], &n->ava[j])))
					break;
			if (j == n->count)
				return -1;
			taken[j] = true;
			wild += any;
		}
	}
	return wild;
}

int dn_compare(struct bytes pattern, struct bytes name, bool wildcards)
{
	struct rdn p, n;
	int wild = 0, r;

	if (!dn_valid(pattern) || !dn_valid(name) || !open_name(pattern, &pattern) ||
	    !open_name(name, &name))
		return -1;
	while (pattern.len && name.len) {
		if (!next_rdn(&pattern, &p) || !next_rdn(&name, &n))
			return -1;
		r = rdn_compare(&p, &n, wildcards);
		if (r < 0)
			return -1;
		wild += r;
	}
	return pattern.len || name.len ? -1 : wild;
}

bool dn_has_wildcard(struct bytes der)
{
	struct bytes rdns;
	struct rdn rdn;

	if (!open_name(der, &rdns))
		return false;
	while (rdns.len && next_rdn(&rdns, &rdn))
		for (unsigned int i = 0; i < rdn.count; i++)
			if (is_wildcard(&rdn.ava[i]))
				return true;
	return false;
}

/* Text that is being written; once it is full it stays as it is. */
struct text {
	char *buf;
	size_t len;
	size_t cap;
	bool full;
};

static void put(struct text *t, const char *s)
{
	size_t n = strlen(s);

	if (t->full || n >= t->cap - t->len) {
		t->full = true;
		return;
	}
	memcpy(t->buf + t->len, s, n + 1);
	t->len += n;
}

static void put_hex(struct text *t, const char *prefix, uint8_t octet)
{
	char hex[8];

	snprintf(hex, sizeof(hex), "%s%02X", prefix, octet);
	put(t, hex);
}

/* RFC 4514 2.4; whatever is not printable ASCII goes out as \XX. */
static void put_value(struct text *t, const struct ava *ava)
{
	struct bytes v = ava->value;

	if (!is_text(ava->tag)) {
		put(t, "#");
		put_hex(t, "", ava->tag);
		for (size_t i = 0; i < v.len; i++)
			put_hex(t, "", v.data[i]);
		return;
	}
	for (size_t i = 0; i < v.len; i++) {
		char c = (char)v.data[i], plain[3] = { c, 0, 0 };

		if (v.data[i] < ' ' || v.data[i] > '~') {
			put_hex(t, "\\", v.data[i]);
			continue;
		}
		if (strchr(",+\"\\<>;", c) || (c == '#' && !i) ||
		    (c == ' ' && (!i || i + 1 == v.len))) {
			plain[0] = '\\';
			plain[1] = c;
		}
		put(t, plain);
	}
}

/* Dotted form of an OID, its arcs up to 32 bits. */
static void put_oid(struct text *t, struct bytes oid)
{
	uint32_t arc = 0;
	bool first = true;
	char dotted[32];

	for (size_t i = 0; i < oid.len; i++) {
		arc = arc << 7 | (oid.data[i] & 0x7f);
		if (oid.data[i] & 0x80)
			continue;
		if (first) {
			uint32_t top = arc < 80 ? arc / 40 : 2;

			snprintf(dotted, sizeof(dotted), "%u.%u", top, arc - top * 40);
		} else {
			snprintf(dotted, sizeof(dotted), ".%u", arc);
		}
		put(t, dotted);
		first = false;
		arc = 0;
	}
}

void dn_format(struct bytes der, char *buf, size_t len)
{
	struct text t = { buf, 0, len, false };
	struct bytes rdns;
	struct rdn rdn;

	buf[0] = '\0';
	if (!open_name(der, &rdns))
		return;
	while (rdns.len && next_rdn(&rdns, &rdn)) {
		for (unsigned int i = 0; i < rdn.count; i++) {
			const char *name = dn_attr_name(rdn.ava[i].oid);

			if (t.len || t.full)
				put(&t, i ? "+" : ", ");
			if (name)
				put(&t, name);
			else
				put_oid(&t, rdn.ava[i].oid);
			put(&t, "=");
			put_value(&t, &rdn.ava[i]);
		}
	}
	if (t.full && len > 4)
		strcpy(buf + (t.len > len - 4 ? len - 4 : t.len), "...");
}
