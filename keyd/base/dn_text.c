// SPDX-License-Identifier: GPL-2.0-or-later
/* A name in text made into DER: "C=SE, O=Example, CN=alice", RFC 4514 3 but in encoding order. */
#include "base/dn.h"

#include "base/der.h"
#include "base/dn_attr.h"

enum {
	VALUE_MAX = 256,
	OID_MAX = 32,
	AVA_MAX = VALUE_MAX + OID_MAX + 16,
};

/* Octets that grow from the front of a buffer of fixed size. */
struct out {
	uint8_t *data;
	size_t len;
	size_t cap;
};

struct ava_der {
	uint8_t data[AVA_MAX];
	size_t len;
};

static bool put(struct out *o, const void *data, size_t len)
{
	if (len > o->cap - o->len)
		return false;
	if (len)
		memcpy(o->data + o->len, data, len);
	o->len += len;
	return true;
}

static bool put_tlv(struct out *o, uint8_t tag, const void *data, size_t len)
{
	uint8_t head[4] = { tag, (uint8_t)len };
	size_t n = 2;

	if (len > 0xffff)
		return false;
	if (len > 0xff) {
		head[1] = 0x82;
		head[2] = (uint8_t)(len >> 8);
		head[3] = (uint8_t)len;
		n = 4;
	} else if (len > 0x7f) {
		head[1] = 0x81;
		head[2] = (uint8_t)len;
		n = 3;
	}
	return put(o, head, n) && put(o, data, len);
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool put_arc(struct out *o, uint32_t arc)
{
	uint8_t octet;

	for (int shift = 28; shift >= 0; shift -= 7) {
		if (shift && !(arc >> shift))
			continue;
		octet = (uint8_t)((arc >> shift & 0x7f) | (shift ? 0x80 : 0));
		if (!put(o, &octet, 1))
			return false;
	}
	return true;
}

/* "2.5.4.3" */
static bool put_dotted(struct out *o, const char *s, size_t len)
{
	uint64_t arc = 0, first = 0;
	unsigned int arcs = 0;
	bool digits = false;

	for (size_t i = 0; i <= len; i++) {
		if (i < len && s[i] >= '0' && s[i] <= '9') {
			arc = arc * 10 + (uint64_t)(s[i] - '0');
			digits = true;
			if (arc > UINT32_MAX)
				return false;
			continue;
		}
		if ((i < len && s[i] != '.') || !digits)
			return false;
		if (!arcs)
			first = arc;
		else if (arcs == 1 && (first > 2 || (first < 2 && arc > 39) ||
				       !put_arc(o, (uint32_t)(first * 40 + arc))))
			return false;
		else if (arcs > 1 && !put_arc(o, (uint32_t)arc))
			return false;
		arcs++;
		arc = 0;
		digits = false;
	}
	return arcs >= 2;
}

static const char *skip_spaces(const char *s)
{
	while (*s == ' ')
		s++;
	return s;
}

/* Read the attribute type up to '='. */
static const char *read_type(const char **text, struct out *oid, uint8_t *tag)
{
	const char *s = skip_spaces(*text);
	size_t len = strcspn(s, "=,+"), name = len;
	const struct dn_attr *attr;

	if (s[len] != '=')
		return "a distinguished name is written like \"CN=alice, O=Example\"";
	while (name && s[name - 1] == ' ')
		name--;
	attr = dn_attr_find(s, name);
	*tag = attr ? attr->tag : 0;
	if (attr ? !put(oid, attr->oid.data, attr->oid.len) : !put_dotted(oid, s, name))
		return "unknown attribute in the distinguished name; known are CN, O, OU, C, ST, L, "
		       "E, DC, UID, serialNumber and others, or a dotted object identifier";
	*text = s + len + 1;
	return NULL;
}

/* "#0c0161": the value in hex DER */
static const char *read_hex_value(const char **text, struct out *value)
{
	const char *s = *text + 1;

	for (; *s && *s != ',' && *s != '+' && *s != ' '; s += 2) {
		int high = hex_digit(s[0]), low = high < 0 ? -1 : hex_digit(s[1]);
		uint8_t octet = low < 0 ? 0 : (uint8_t)(high << 4 | low);

		if (low < 0 || !put(value, &octet, 1))
			return "the hex value after '#' in the distinguished name is not hex";
	}
	*text = skip_spaces(s);
	return NULL;
}

static const char *read_escape(const char **s, uint8_t *octet)
{
	int high = hex_digit((*s)[1]), low = high < 0 ? -1 : hex_digit((*s)[2]);

	if (low >= 0) {
		*octet = (uint8_t)(high << 4 | low);
		*s += 3;
		return *octet ? NULL : "the distinguished name has a NUL in it";
	}
	if (!(*s)[1] || !strchr(" \"#+,;<=>\\", (*s)[1]))
		return "after '\\' in a distinguished name comes a special character or two hex "
		       "digits";
	*octet = (uint8_t)(*s)[1];
	*s += 2;
	return NULL;
}

static const char *read_value(const char **text, struct out *value)
{
	const char *s = skip_spaces(*text), *why;
	size_t kept = 0; /* up to here nothing is a trailing space */
	uint8_t octet;

	while (*s && *s != ',' && *s != '+') {
		bool escaped = *s == '\\';

		if (strchr("\"<>;", *s))
			return "write \\ before \" < > ; in a distinguished name";
		if (escaped) {
			why = read_escape(&s, &octet);
			if (why)
				return why;
		} else {
			octet = (uint8_t)*s++;
		}
		if (!put(value, &octet, 1))
			return "a value in the distinguished name is too long";
		if (escaped || octet != ' ')
			kept = value->len;
	}
	value->len = kept;
	*text = s;
	return kept ? NULL : "an attribute of the distinguished name has no value";
}

/* RFC 5280 4.1.2.4: PrintableString where it can be, else UTF8String. */
static uint8_t string_tag(uint8_t wanted, const struct out *value)
{
	bool printable = true, ascii = true;

	for (size_t i = 0; i < value->len; i++) {
		uint8_t c = value->data[i];

		ascii &= c < 0x80;
		printable &= (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
			     (c >= 'a' && c <= 'z') || (c && strchr(" '()+,-./:=?", c));
	}
	if (wanted == DER_IA5 && ascii)
		return DER_IA5;
	return printable ? DER_PRINTABLE : DER_UTF8;
}

static const char *read_ava(const char **text, struct ava_der *ava)
{
	uint8_t oid_data[OID_MAX], value_data[VALUE_MAX], body_data[AVA_MAX], tag;
	struct out oid = { oid_data, 0, sizeof(oid_data) };
	struct out value = { value_data, 0, sizeof(value_data) };
	struct out body = { body_data, 0, sizeof(body_data) };
	struct out out = { ava->data, 0, sizeof(ava->data) };
	const char *why = read_type(text, &oid, &tag);
	bool fits;

	if (why)
		return why;
	*text = skip_spaces(*text);
	fits = put_tlv(&body, DER_OID, oid.data, oid.len);
	if (**text == '#') {
		why = read_hex_value(text, &value);
		fits = fits && put(&body, value.data, value.len);
	} else {
		why = read_value(text, &value);
		fits = fits && put_tlv(&body, string_tag(tag, &value), value.data, value.len);
	}
	if (why)
		return why;
	if (!fits || !put_tlv(&out, DER_SEQUENCE, body.data, body.len))
		return "a value in the distinguished name is too long";
	ava->len = out.len;
	return NULL;
}

/* DER: the elements of a SET OF in ascending order (X.690 11.6). */
static void sort_avas(struct ava_der *ava, unsigned int count)
{
	for (unsigned int i = 1; i < count; i++)
		for (unsigned int j = i; j; j--) {
			struct ava_der *a = &ava[j - 1], *b = &ava[j], swap;
			size_t common = a->len < b->len ? a->len : b->len;
			int order = memcmp(a->data, b->data, common);

			if (order < 0 || (!order && a->len <= b->len))
				break;
			swap = *a;
			*a = *b;
			*b = swap;
		}
}

static const char *read_rdn(const char **text, struct out *rdns)
{
	struct ava_der ava[DN_AVAS_MAX];
	uint8_t set_data[DN_AVAS_MAX * AVA_MAX];
	struct out set = { set_data, 0, sizeof(set_data) };
	unsigned int count = 0;
	const char *why;

	do {
		if (count == DN_AVAS_MAX)
			return "too many attributes joined by '+' in the distinguished name";
		if (count)
			++*text;
		why = read_ava(text, &ava[count++]);
		if (why)
			return why;
	} while (**text == '+');
	sort_avas(ava, count);
	for (unsigned int i = 0; i < count; i++)
		if (!put(&set, ava[i].data, ava[i].len))
			return "the distinguished name is too long";
	if (!put_tlv(rdns, DER_SET, set.data, set.len))
		return "the distinguished name is too long";
	return NULL;
}

size_t dn_from_text(const char *text, uint8_t *der, size_t cap, const char **why)
{
	struct out out = { der, 0, cap };
	uint8_t rdns_data[2048];
	struct out rdns = { rdns_data, 0, sizeof(rdns_data) };

	do {
		*why = read_rdn(&text, &rdns);
		if (*why)
			return 0;
	} while (*text++ == ',');
	if (text[-1]) {
		*why = "a distinguished name is written like \"CN=alice, O=Example\"";
		return 0;
	}
	if (!put_tlv(&out, DER_SEQUENCE, rdns.data, rdns.len)) {
		*why = "the distinguished name is too long";
		return 0;
	}
	if (!dn_valid(bytes_of(der, out.len))) {
		*why = "the distinguished name is not well-formed";
		return 0;
	}
	return out.len;
}
