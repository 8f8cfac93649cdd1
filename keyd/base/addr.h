/* SPDX-License-Identifier: GPL-2.0-or-later */
/* IP addresses and address-with-port, free of sockaddr. */
#ifndef KEYD_BASE_ADDR_H
#define KEYD_BASE_ADDR_H

#include <sys/socket.h>

#include "base/bytes.h"

enum { ADDR_STRLEN = 64 }; /* longest text of addr_format()/endpoint_format(), with NUL */

/**
 * struct addr - an IP address
 * @family: AF_INET, AF_INET6, or AF_UNSPEC: "any"
 * @ip: 4 or 16 octets in network order, the rest zero
 */
struct addr {
	uint8_t family;
	uint8_t ip[16];
};

/**
 * struct endpoint - where a datagram comes from or goes to
 * @addr: address
 * @port: UDP port, host order
 */
struct endpoint {
	struct addr addr;
	uint16_t port;
};

/* Octets of an address: 4, 16, or 0 for AF_UNSPEC. */
size_t addr_len(const struct addr *a);
bool addr_equal(const struct addr *a, const struct addr *b);
bool endpoint_equal(const struct endpoint *a, const struct endpoint *b);
/* Numeric text only, no name look-up. Returns 0 or -EINVAL. */
int addr_parse(struct addr *a, const char *text);
/* Text into @buf, which is returned. */
const char *addr_format(const struct addr *a, char buf[static ADDR_STRLEN]);
/* "192.168.0.1[500]" */
const char *endpoint_format(const struct endpoint *e, char buf[static ADDR_STRLEN]);
/* Returns the length of the sockaddr, or 0 for AF_UNSPEC. */
socklen_t endpoint_to_sockaddr(const struct endpoint *e, struct sockaddr_storage *ss);
/* Returns 0, or -EAFNOSUPPORT. A v4-mapped IPv6 address becomes IPv4. */
int endpoint_from_sockaddr(struct endpoint *e, const struct sockaddr *sa);

#endif
