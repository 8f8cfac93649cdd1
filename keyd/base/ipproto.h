/* SPDX-License-Identifier: GPL-2.0-or-later */
/* IP protocols: their names, and what their "ports" are, RFC 4301 4.4.1.1. */
#ifndef KEYD_BASE_IPPROTO_H
#define KEYD_BASE_IPPROTO_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

/* "udp"; NULL when it has no name here. */
const char *ipproto_name(uint8_t proto);
/* By the name of @len characters; 0 when there is none. */
uint8_t ipproto_by_name(const char *name, size_t len);
/* Two ports? */
bool ipproto_has_ports(uint8_t proto);
/* One type in place of the ports, in the upper half; a code in the lower one? */
bool ipproto_has_type(uint8_t proto);
bool ipproto_has_code(uint8_t proto);

#endif
