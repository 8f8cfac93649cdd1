// SPDX-License-Identifier: GPL-2.0-or-later
/* Values of single keys: text in, value or a sentence out. */
#include <arpa/inet.h>
#include <errno.h>
#include <gnutls/gnutls.h>
#include <netinet/in.h>
#include <stdlib.h>

#include "config/priv.h"

enum {
	DURATION_MAX = 366 * 24 * 3600, /* seconds */
	SECRET_TEXT_MIN = 8,
	SECRET_TEXT_MAX = 63,
	SECRET_OCTETS_MIN = 8,
	SECRET_OCTETS_MAX = 64,
};

static int refuse(const char **why, const char *sentence)
{
	*why = sentence;
	return -EINVAL;
}

int value_bool(const char *text, bool *value, const char **why)
{
	static const char *const words[2][3] = { { "false", "no", "off" },
						 { "true", "yes", "on" } };

	for (int v = 0; v < 2; v++)
		for (int i = 0; i < 3; i++)
			if (!strcmp(text, words[v][i])) {
				*value = v;
				return 0;
			}
	return refuse(why, "write true or false");
}

int value_duration(const char *text, uint32_t *seconds, const char **why)
{
	static const char units[] = "smhd";
	static const uint32_t factor[] = { 1, 60, 3600, 24 * 3600 };
	const char *unit;
	uint64_t n = 0;
	size_t i;

	for (i = 0; text[i] >= '0' && text[i] <= '9' && i < 10; i++)
		n = n * 10 + (uint64_t)(text[i] - '0');
	unit = text[i] ? strchr(units, text[i]) : units;
	if (!i || !unit || (text[i] && text[i + 1]))
		return refuse(why, "write a time such as 30s, 5m, 4h or 3d");
	n *= factor[unit - units];
	if (n > DURATION_MAX)
		return refuse(why, "the time is longer than 366d");
	*seconds = (uint32_t)n;
	return 0;
}

int value_count(const char *text, uint32_t max, uint32_t *value, const char **why)
{
	uint64_t n = 0;
	size_t i;

	for (i = 0; text[i] >= '0' && text[i] <= '9' && i < 10; i++)
		n = n * 10 + (uint64_t)(text[i] - '0');
	if (!i || text[i] || n > max)
		return refuse(why, "write a number from 0 (no limit) to 1000000");
	*value = (uint32_t)n;
	return 0;
}

int value_address(const char *text, struct addr *addr, const char **why)
{
	struct in6_addr ip6;

	if (addr_parse(addr, text))
		return refuse(why, "not an IP address; write e.g. 192.168.0.1 or 2001:db8::1");
	if (addr->family != AF_INET6)
		return 0;
	memcpy(&ip6, addr->ip, sizeof(ip6));
	if (IN6_IS_ADDR_V4MAPPED(&ip6))
		return refuse(why, "an IPv4 address in IPv6 form; write it as 192.168.0.1");
	if (IN6_IS_ADDR_LINKLOCAL(&ip6))
		return refuse(why, "a link-local address means something on one link alone; write "
				   "a global or unique local address");
	if (IN6_IS_ADDR_MULTICAST(&ip6) || IN6_IS_ADDR_UNSPECIFIED(&ip6))
		return refuse(why, "not the address of one host");
	return 0;
}

/* Sets the bits of @addr from number @from on; returns whether one of them was set before. */
static bool set_bits(struct addr *addr, unsigned long from)
{
	bool any = false;

	for (unsigned long bit = from; bit < addr_len(addr) * 8; bit++) {
		uint8_t mask = 0x80 >> bit % 8;

		any |= addr->ip[bit / 8] & mask;
		addr->ip[bit / 8] |= mask;
	}
	return any;
}

static int netmask_bits(const char *text, unsigned long *bits)
{
	struct addr mask;
	uint32_t host;

	if (addr_parse(&mask, text) || mask.family != AF_INET)
		return -EINVAL;
	memcpy(&host, mask.ip, 4);
	host = ~ntohl(host);
	if (host & (host + 1))
		return -ERANGE;
	for (*bits = 32; host; host >>= 1)
		--*bits;
	return 0;
}

/* "10.1.0.0/16", "10.1.0.0 255.255.0.0", "2001:db8::/32", or an address alone */
int value_subnet(const char *text, struct wire_ts *ts, const char **why)
{
	static const char form[] = "not a subnet; write e.g. 10.1.0.0/16 or 2001:db8::/32";
	char address[64], *end;
	size_t len = strcspn(text, "/ ");
	struct addr min, max;
	unsigned long bits;

	if (len >= sizeof(address))
		return refuse(why, form);
	memcpy(address, text, len);
	address[len] = '\0';
	if (addr_parse(&min, address))
		return refuse(why, form);
	bits = addr_len(&min) * 8;
	if (text[len] == '/') {
		bits = strtoul(text + len + 1, &end, 10);
		if (*end || text[len + 1] < '0' || text[len + 1] > '9' ||
		    bits > addr_len(&min) * 8)
			return refuse(why, min.family == AF_INET
						   ? "the length of the subnet is not 0 to 32"
						   : "the length of the subnet is not 0 to 128");
	} else if (text[len]) {
		int r = min.family == AF_INET ? netmask_bits(text + len + 1, &bits) : -EINVAL;

		if (r)
			return refuse(why, r == -ERANGE ? "not a netmask; write e.g. 10.1.0.0/16"
							: form);
	}
	max = min;
	if (set_bits(&max, bits))
		return refuse(why,
			      "has bits set behind the length of the subnet; write the network's "
			      "own address");
	*ts = (struct wire_ts){ .port_max = UINT16_MAX, .min = min, .max = max };
	return 0;
}

static bool is_name_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '-' || c == '_' || c == '.';
}

int value_name(const char *text, const char **why)
{
	size_t len = strlen(text);

	if (!len || len >= IKE_NAME_MAX)
		return refuse(why, "a name has 1 to 63 characters");
	for (size_t i = 0; i < len; i++)
		if (!is_name_char(text[i]))
			return refuse(why, "a name is made of letters, digits, '-', '_' and '.'");
	return 0;
}

int value_interface(const char *text, const char **why)
{
	size_t len = strlen(text);

	if (!len || len >= IKE_INTERFACE_MAX || !strcmp(text, ".") || !strcmp(text, ".."))
		return refuse(why, "the name of an interface has 1 to 15 characters, as svti1");
	for (size_t i = 0; i < len; i++)
		if (!is_name_char(text[i]))
			return refuse(
				why,
				"the name of an interface is made of letters, digits, '-', '_' "
				"and '.'");
	return 0;
}

/* GnuTLS decodes into memory of its own, which is wiped. */
static int decode(const gnutls_datum_t *text, bool hex, struct secret *secret)
{
	gnutls_datum_t out = { NULL, 0 };
	int r = hex ? gnutls_hex_decode2(text, &out) : gnutls_base64_decode2(text, &out);

	r = r < 0 ? -EINVAL : 0;
	if (!r && (out.size < SECRET_OCTETS_MIN || out.size > SECRET_OCTETS_MAX))
		r = -ERANGE;
	if (!r)
		r = secret_copy(secret, bytes_of(out.data, out.size));
	if (out.data)
		gnutls_memset(out.data, 0, out.size);
	gnutls_free(out.data);
	return r;
}

int value_secret(const char *text, struct secret *secret, const char **why)
{
	size_t len = strlen(text);
	bool hex = !strncmp(text, "0x", 2);
	gnutls_datum_t coded;
	int r;

	if (!hex && strncmp(text, "0s", 2)) {
		if (len < SECRET_TEXT_MIN || len > SECRET_TEXT_MAX)
			return refuse(why, "a secret has 8 to 63 characters");
		for (size_t i = 0; i < len; i++)
			if (text[i] < ' ' || text[i] > '~')
				return refuse(
					why,
					"a secret is ASCII text, 0x and hex, or 0s and base64");
		r = secret_copy(secret, bytes_of(text, len));
	} else {
		coded = (gnutls_datum_t){ (unsigned char *)text + 2, (unsigned int)len - 2 };
		r = decode(&coded, hex, secret);
	}
	if (r == -EINVAL)
		return refuse(why,
			      hex ? "what follows 0x is not hex" : "what follows 0s is not base64");
	if (r == -ERANGE)
		return refuse(why, "a secret in hex or base64 has 8 to 64 octets");
	return r ? refuse(why, "out of memory") : 0;
}
