// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/ident.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#include "base/dn.h"

enum {
	TEXT_MAX = 255
}; /* octets of a configured name, mail address or key id */

/* Ranks of ident_match(). */
enum {
	RANK_NONE = 0,
	RANK_ANY = 1,
	RANK_WILD_MIN = 2,
	RANK_WILD_MAX = 900,
	RANK_EXACT = 1000
};

static int set(struct ident *id, uint8_t type, const void *data, size_t len)
{
	uint8_t *copy = NULL;

	if (len) {
		copy = malloc(len);
		if (!copy)
			return -ENOMEM;
		memcpy(copy, data, len);
	}
	*id = (struct ident){ .type = type, .data = copy, .len = len };
	return 0;
}

static struct bytes view(const struct ident *id)
{
	return bytes_of(id->data, id->len);
}

static int refuse(const char **why, const char *sentence)
{
	*why = sentence;
	return -EINVAL;
}

static int parse_address(struct ident *id, const char *text, const char **why)
{
	struct addr addr;

	if (addr_parse(&addr, text))
		return refuse(why, "not an IP address; write e.g. 192.168.0.1");
	return set(id, addr.family == AF_INET ? IDENT_IPV4 : IDENT_IPV6, addr.ip, addr_len(&addr));
}

static bool is_plain(const char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text <= ' ' || (unsigned char)*text == 0x7f)
			return false;
	return true;
}

static int parse_text(struct ident *id, enum ident_type type, const char *text, const char **why)
{
	const char *star = type == IDENT_KEY_ID ? NULL : strrchr(text, '*');
	size_t len = strlen(text);

	if (!len)
		return refuse(why, "the identity is empty");
	if (len > TEXT_MAX)
		return refuse(why, "the identity is longer than 255 octets");
	if (!is_plain(text))
		return refuse(why, "a name, mail address or key id has no spaces in it");
	if (type == IDENT_EMAIL && (!strchr(text, '@') || text[len - 1] == '@' || *text == '@'))
		return refuse(why, "not a mail address; write e.g. alice@example.com");
	if (star &&
	    (star != text || !text[1] || text[1] != (type == IDENT_FQDN ? '.' : '@') || !text[2]))
		return refuse(why, "'*' stands only at the front, as in *.example.com or "
				   "*@example.com");
	return set(id, type, text, len);
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static int parse_dn(struct ident *id, const char *text, const char **why)
{
	uint8_t der[IDENT_LEN_MAX];
	size_t len = 0;

	if (strncasecmp(text, "0x", 2)) {
		len = dn_from_text(text, der, sizeof(der), why);
		return len ? set(id, IDENT_DN, der, len) : -EINVAL;
	}
	for (text += 2; *text; text += 2) {
		int high = hex_digit(text[0]), low = high < 0 ? -1 : hex_digit(text[1]);

		if (low < 0 || len == sizeof(der))
			return refuse(why, "not the hex of a distinguished name");
		der[len++] = (uint8_t)(high << 4 | low);
	}
	if (!dn_valid(bytes_of(der, len)))
		return refuse(why, "the hex is not the DER of a distinguished name");
	return set(id, IDENT_DN, der, len);
}

static int parse_typed(struct ident *id, const char *text, const char **why, bool *typed)
{
	static const struct {
		const char *word;
		enum ident_type type;
	} words[] = {
		{ "inet", IDENT_IPV4 },	 { "name", IDENT_FQDN }, { "email", IDENT_EMAIL },
		{ "key", IDENT_KEY_ID }, { "dn", IDENT_DN },
	};
	size_t len = strcspn(text, " \t");

	*typed = false;
	for (size_t i = 0; text[len] && i < sizeof(words) / sizeof(words[0]); i++) {
		if (strlen(words[i].word) != len || strncmp(words[i].word, text, len))
			continue;
		text += len + strspn(text + len, " \t");
		*typed = true;
		if (words[i].type == IDENT_IPV4)
			return parse_address(id, text, why);
		if (words[i].type == IDENT_DN)
			return parse_dn(id, text, why);
		return parse_text(id, words[i].type, text, why);
	}
	return 0;
}

int ident_parse(struct ident *id, const char *text, const char **why)
{
	struct addr addr;
	bool typed;
	int r;

	*why = "out of memory";
	*id = (struct ident){ .type = IDENT_ANY };
	text += strspn(text, " \t");
	if (!strcmp(text, "any") || !strcmp(text, "%any"))
		return 0;
	r = parse_typed(id, text, why, &typed);
	if (typed)
		return r;
	if (!addr_parse(&addr, text))
		return parse_address(id, text, why);
	if (strchr(text, '='))
		return parse_dn(id, text, why);
	return parse_text(id, strchr(text, '@') ? IDENT_EMAIL : IDENT_FQDN, text, why);
}

int ident_from_wire(struct ident *id, uint8_t type, struct bytes data)
{
	bool fits = data.len && data.len <= IDENT_LEN_MAX;

	*id = (struct ident){ .type = IDENT_ANY };
	switch (type) {
	case IDENT_IPV4:
		fits = data.len == 4;
		break;
	case IDENT_IPV6:
		fits = data.len == 16;
		break;
	case IDENT_FQDN:
	case IDENT_EMAIL: /* RFC 7296 3.5: no terminators; a NUL hides what comes behind it */
		fits = fits && !memchr(data.data, 0, data.len);
		break;
	case IDENT_DN: /* an empty one must not be sent, RFC 4945 3.1.5 */
		fits = fits && dn_valid(data);
		break;
	case IDENT_KEY_ID:
		break;
	default:
		fits = false;
	}
	return fits ? set(id, type, data.data, data.len) : -EINVAL;
}

int ident_copy(struct ident *to, const struct ident *from)
{
	return set(to, from->type, from->data, from->len);
}

void ident_free(struct ident *id)
{
	free(id->data);
	*id = (struct ident){ .type = IDENT_ANY };
}

static void format_text(const struct ident *id, char buf[static IDENT_STRLEN])
{
	size_t at = 0;

	for (size_t i = 0; i < id->len; i++) {
		uint8_t c = id->data[i];

		if (at + 8 > IDENT_STRLEN) {
			strcpy(buf + at, "...");
			return;
		}
		if (c < ' ' || c > '~' || c == '\\')
			at += (size_t)snprintf(buf + at, IDENT_STRLEN - at, "\\%02X", c);
		else
			buf[at++] = (char)c;
	}
	buf[at] = '\0';
}

const char *ident_format(const struct ident *id, char buf[static IDENT_STRLEN])
{
	struct addr addr = { 0 };

	if (!id) {
		strcpy(buf, "(none)");
		return buf;
	}
	switch (id->type) {
	case IDENT_ANY:
		strcpy(buf, "any");
		break;
	case IDENT_IPV4:
	case IDENT_IPV6:
		addr.family = id->type == IDENT_IPV4 ? AF_INET : AF_INET6;
		memcpy(addr.ip, id->data, id->len < sizeof(addr.ip) ? id->len : sizeof(addr.ip));
		snprintf(buf, IDENT_STRLEN, "%s", addr_format(&addr, (char[ADDR_STRLEN]){ 0 }));
		break;
	case IDENT_DN:
		dn_format(view(id), buf, IDENT_STRLEN);
		break;
	default:
		format_text(id, buf);
	}
	return buf;
}

bool ident_equal(const struct ident *a, const struct ident *b)
{
	if (a->type != b->type)
		return false;
	if (bytes_equal(view(a), view(b)))
		return true;
	switch (a->type) {
	case IDENT_FQDN:
	case IDENT_EMAIL:
		return a->len == b->len &&
		       !strncasecmp((const char *)a->data, (const char *)b->data, a->len);
	case IDENT_DN:
		return !dn_compare(view(a), view(b), false);
	default:
		return false;
	}
}

bool ident_is_pattern(const struct ident *id)
{
	switch (id->type) {
	case IDENT_ANY:
		return true;
	case IDENT_FQDN:
	case IDENT_EMAIL:
		return id->len > 1 && id->data[0] == '*';
	case IDENT_DN:
		return dn_has_wildcard(view(id));
	default:
		return false;
	}
}

/* "*.example.com" and "*@example.com": what is behind the '*' ends the name. */
static int match_suffix(const struct ident *pattern, const struct ident *id)
{
	size_t tail = pattern->len - 1;
	int rank = RANK_WILD_MIN + (int)(tail > TEXT_MAX ? TEXT_MAX : tail);

	if (id->len <= tail || strncasecmp((const char *)pattern->data + 1,
					   (const char *)id->data + id->len - tail, tail))
		return RANK_NONE;
	return rank;
}

int ident_match(const struct ident *pattern, const struct ident *id)
{
	int wild;

	if (pattern->type == IDENT_ANY)
		return RANK_ANY;
	if (ident_equal(pattern, id))
		return RANK_EXACT;
	if (pattern->type != id->type || !ident_is_pattern(pattern))
		return RANK_NONE;
	if (pattern->type != IDENT_DN)
		return match_suffix(pattern, id);
	wild = dn_compare(view(pattern), view(id), true);
	if (wild < 0)
		return RANK_NONE;
	return wild < RANK_WILD_MAX - RANK_WILD_MIN ? RANK_WILD_MAX - wild : RANK_WILD_MIN;
}
