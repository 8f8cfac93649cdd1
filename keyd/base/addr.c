// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/addr.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>

/**
 * addr_len() - octets of an address
 * @a: address
 *
 * Return: 4, 16, or 0 for "any".
 */
size_t addr_len(const struct addr *a)
{
	switch (a->family) {
	case AF_INET:
		return sizeof(struct in_addr);
	case AF_INET6:
		return sizeof(struct in6_addr);
	default:
		return 0;
	}
}

bool addr_equal(const struct addr *a, const struct addr *b)
{
	return a->family == b->family && !memcmp(a->ip, b->ip, addr_len(a));
}

bool endpoint_equal(const struct endpoint *a, const struct endpoint *b)
{
	return a->port == b->port && addr_equal(&a->addr, &b->addr);
}

/**
 * addr_parse() - read a numeric address
 * @a: result; unchanged on error
 * @text: "192.168.0.1" or "2001:db8::1", nothing before or behind it
 *
 * Return: 0 or -EINVAL.
 */
int addr_parse(struct addr *a, const char *text)
{
	struct addr parsed = { .family = AF_INET };

	if (inet_pton(AF_INET, text, parsed.ip) != 1) {
		parsed.family = AF_INET6;
		if (inet_pton(AF_INET6, text, parsed.ip) != 1)
			return -EINVAL;
	}
	*a = parsed;
	return 0;
}

/**
 * addr_format() - write an address as text
 * @a: address
 * @buf: where to
 *
 * Return: @buf; "any" for AF_UNSPEC.
 */
const char *addr_format(const struct addr *a, char buf[static ADDR_STRLEN])
{
	if (!addr_len(a) || !inet_ntop(a->family, a->ip, buf, ADDR_STRLEN))
		strcpy(buf, "any");
	return buf;
}

/**
 * endpoint_format() - write an address with its port as text
 * @e: endpoint
 * @buf: where to
 *
 * Return: @buf, "192.168.0.1[500]".
 */
const char *endpoint_format(const struct endpoint *e, char buf[static ADDR_STRLEN])
{
	size_t len;

	addr_format(&e->addr, buf);
	len = strlen(buf);
	snprintf(buf + len, ADDR_STRLEN - len, "[%u]", e->port);
	return buf;
}

/**
 * endpoint_to_sockaddr() - for the socket calls
 * @e: endpoint
 * @ss: result, unused octets zero
 *
 * Return: the length of the sockaddr, 0 for AF_UNSPEC.
 */
socklen_t endpoint_to_sockaddr(const struct endpoint *e, struct sockaddr_storage *ss)
{
	memset(ss, 0, sizeof(*ss));
	switch (e->addr.family) {
	case AF_INET: {
		struct sockaddr_in *sin = (struct sockaddr_in *)ss;

		sin->sin_family = AF_INET;
		sin->sin_port = htons(e->port);
		memcpy(&sin->sin_addr, e->addr.ip, sizeof(sin->sin_addr));
		return sizeof(*sin);
	}
	case AF_INET6: {
		struct sockaddr_in6 *sin6 = (struct sockaddr_in6 *)ss;

		sin6->sin6_family = AF_INET6;
		sin6->sin6_port = htons(e->port);
		memcpy(&sin6->sin6_addr, e->addr.ip, sizeof(sin6->sin6_addr));
		return sizeof(*sin6);
	}
	default:
		return 0;
	}
}

static void from_in(struct addr *a, const void *ip)
{
	*a = (struct addr){ .family = AF_INET };
	memcpy(a->ip, ip, sizeof(struct in_addr));
}

static void from_in6(struct addr *a, const struct in6_addr *ip)
{
	/* What a dual-stack socket shows of an IPv4 peer: the last four octets are the address. */
	if (IN6_IS_ADDR_V4MAPPED(ip)) {
		from_in(a, &ip->s6_addr[12]);
		return;
	}
	*a = (struct addr){ .family = AF_INET6 };
	memcpy(a->ip, ip, sizeof(*ip));
}

/**
 * endpoint_from_sockaddr() - from what the socket calls give
 * @e: result; unchanged on error
 * @sa: complete for its family
 *
 * Return: 0 or -EAFNOSUPPORT.
 */
int endpoint_from_sockaddr(struct endpoint *e, const struct sockaddr *sa)
{
	switch (sa->sa_family) {
	case AF_INET: {
		const struct sockaddr_in *sin = (const struct sockaddr_in *)sa;

		from_in(&e->addr, &sin->sin_addr);
		e->port = ntohs(sin->sin_port);
		return 0;
	}
	case AF_INET6: {
		const struct sockaddr_in6 *sin6 = (const struct sockaddr_in6 *)sa;

		from_in6(&e->addr, &sin6->sin6_addr);
		e->port = ntohs(sin6->sin6_port);
		return 0;
	}
	default:
		return -EAFNOSUPPORT;
	}
}
