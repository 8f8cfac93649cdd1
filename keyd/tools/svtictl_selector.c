// SPDX-License-Identifier: GPL-2.0-or-later
/* What svtictl's words of a selector mean, and how they are shown. */
#include <stdio.h>

#include "base/ipproto.h"
#include "tools/svtictl_selector.h"

/* --- addresses */

int parse_address(struct addr *a, const char *word, const char *text, char *why)
{
	if (addr_parse(a, text)) {
		snprintf(why, WHY_MAX, "%s '%.64s' is not an address", word, text);
		return -1;
	}
	return 0;
}

static bool has_host_bits(const struct addr *a, uint32_t len)
{
	uint32_t bit;

	for (bit = len; bit < addr_len(a) * 8; bit++)
		if (a->ip[bit / 8] & 0x80 >> bit % 8)
			return true;
	return false;
}

int parse_prefix(struct addr *a, uint32_t *len, const char *word, const char *text, char *why)
{
	const char *slash = strchr(text, '/');
	char host[ADDR_STRLEN];
	uint64_t n;

	memset(a, 0, sizeof(*a));
	if (!strcmp(text, "any"))
		return 0;
	snprintf(host, sizeof(host), "%.*s",
		 slash && slash - text < ADDR_STRLEN ? (int)(slash - text) : ADDR_STRLEN - 1, text);
	if (parse_address(a, word, host, why))
		return -1;
	n = addr_len(a) * 8;
	if (slash && !parse_number(&n, slash + 1, n)) {
		snprintf(why, WHY_MAX, "%s '%.64s' has no prefix length from 0 to %zu", word, text,
			 addr_len(a) * 8);
		return -1;
	}
	*len = n;
	if (has_host_bits(a, *len)) {
		snprintf(why, WHY_MAX, "%s '%.64s' has bits set behind its prefix length", word,
			 text);
		return -1;
	}
	return 0;
}

/* "10.1.0.0/24", "any" */
void format_prefix(char *buf, size_t len, const struct addr *a, uint32_t prefix)
{
	char text[ADDR_STRLEN];

	if (a->family == AF_UNSPEC)
		snprintf(buf, len, "any");
	else
		snprintf(buf, len, "%s/%u", addr_format(a, text), prefix);
}

/* --- protocols */

int parse_proto(struct request *r, char *text, char *why)
{
	uint64_t n = ipproto_by_name(text, strlen(text));

	if (!strcmp(text, "any"))
		return 0;
	if (!n && (!parse_number(&n, text, 255) || !n)) {
		snprintf(why, WHY_MAX, "proto '%.64s' is not a protocol: tcp, udp, icmp, 1 to 255",
			 text);
		return -1;
	}
	r->sp.proto = n;
	return 0;
}

/* --- ports and types */

/* "7", "5-9" */
static bool parse_range(uint64_t *min, uint64_t *max, char *text, uint64_t limit)
{
	char *dash = strchr(text, '-');

	if (dash)
		*dash = 0;
	if (!parse_number(min, text, limit))
		return false;
	*max = *min;
	return !dash || (parse_number(max, dash + 1, limit) && *min <= *max);
}

static int parse_octets(struct octet_range *range, const char *word, char *text, char *why)
{
	uint64_t min, max;

	if (!parse_range(&min, &max, text, UINT8_MAX)) {
		snprintf(why, WHY_MAX, "%s wants a number from 0 to 255, or a range like 0-15",
			 word);
		return -1;
	}
	range->min = min;
	range->max = max;
	return 0;
}

int parse_type(struct request *r, char *text, char *why)
{
	return parse_octets(&r->types, "type", text, why);
}

int parse_code(struct request *r, char *text, char *why)
{
	return parse_octets(&r->codes, "code", text, why);
}

static int parse_ports(bool *has, uint16_t *min, uint16_t *max, const char *word, char *text,
		       char *why)
{
	uint64_t a = UINT16_MAX, b = 0;

	if (!strcmp(text, "any"))
		return 0;
	if (strcmp(text, "opaque") && !parse_range(&a, &b, text, UINT16_MAX)) {
		snprintf(why, WHY_MAX, "%s wants a port, a range like 1000-2000, opaque or any",
			 word);
		return -1;
	}
	*has = true;
	*min = a;
	*max = b;
	return 0;
}

int parse_sport(struct request *r, char *text, char *why)
{
	return parse_ports(&r->sp.has_sport, &r->sp.sport_min, &r->sp.sport_max, "sport", text,
			   why);
}

int parse_dport(struct request *r, char *text, char *why)
{
	return parse_ports(&r->sp.has_dport, &r->sp.dport_min, &r->sp.dport_max, "dport", text,
			   why);
}

int selector_set_types(struct kernel_sp *sp, const struct octet_range *types,
		       const struct octet_range *codes, char *why)
{
	const struct octet_range all = { 0, ipproto_has_code(sp->proto) ? UINT8_MAX : 0 };

	if (!ipproto_has_type(sp->proto)) {
		snprintf(why, WHY_MAX, "type wants proto icmp, icmpv6 or mh");
		return -1;
	}
	if (codes && !ipproto_has_code(sp->proto)) {
		snprintf(why, WHY_MAX, "code wants proto icmp or icmpv6");
		return -1;
	}
	if (!codes)
		codes = &all;
	sp->has_sport = true;
	sp->sport_min = (uint16_t)(types->min << 8 | codes->min);
	sp->sport_max = (uint16_t)(types->max << 8 | codes->max);
	return 0;
}

/* --- shown */

void format_proto(char *buf, size_t len, uint32_t proto)
{
	const char *name = proto ? ipproto_name((uint8_t)proto) : "any";

	if (name)
		snprintf(buf, len, "%s", name);
	else
		snprintf(buf, len, "%u", proto);
}

static size_t add_range(char *buf, size_t len, const char *word, unsigned int min, unsigned int max)
{
	if (min == max)
		return (size_t)snprintf(buf, len, " %s %u", word, min);
	return (size_t)snprintf(buf, len, " %s %u-%u", word, min, max);
}

static size_t add_ports(char *buf, size_t len, const char *word, uint16_t min, uint16_t max)
{
	if (min > max)
		return (size_t)snprintf(buf, len, " %s opaque", word);
	return add_range(buf, len, word, min, max);
}

bool selector_types(const struct kernel_sp *sp, struct octet_range *types,
		    struct octet_range *codes)
{
	uint16_t min = sp->has_sport ? sp->sport_min : sp->dport_min;
	uint16_t max = sp->has_sport ? sp->sport_max : sp->dport_max;
	bool same = !sp->has_sport || !sp->has_dport ||
		    (sp->dport_min == min && sp->dport_max == max);

	*types = (struct octet_range){ min >> 8, max >> 8 };
	*codes = (struct octet_range){ min & UINT8_MAX, max & UINT8_MAX };
	return ipproto_has_type(sp->proto) && (sp->has_sport || sp->has_dport) && same && min <= max;
}

void format_ports(char *buf, size_t len, const struct kernel_sp *sp)
{
	struct octet_range types, codes;
	size_t at = 0;

	buf[0] = '\0';
	if (selector_types(sp, &types, &codes)) {
		at = add_range(buf, len, "type", types.min, types.max);
		if (ipproto_has_code(sp->proto) && (codes.min || codes.max != UINT8_MAX))
			add_range(buf + at, len - at, "code", codes.min, codes.max);
		return;
	}
	if (sp->has_sport)
		at = add_ports(buf, len, "sport", sp->sport_min, sp->sport_max);
	if (sp->has_dport)
		add_ports(buf + at, len - at, "dport", sp->dport_min, sp->dport_max);
}
