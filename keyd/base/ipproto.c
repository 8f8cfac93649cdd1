// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/ipproto.h"

#include <stddef.h>
#include <string.h>

enum {
	OSPF = 89
};

static const struct {
	uint8_t number;
	const char *name;
} protos[] = {
	{ IPPROTO_ICMP, "icmp" },     { IPPROTO_IGMP, "igmp" }, { IPPROTO_IPIP, "ipip" },
	{ IPPROTO_TCP, "tcp" },	      { IPPROTO_UDP, "udp" },	{ IPPROTO_DCCP, "dccp" },
	{ IPPROTO_GRE, "gre" },	      { IPPROTO_ESP, "esp" },	{ IPPROTO_AH, "ah" },
	{ IPPROTO_ICMPV6, "icmpv6" }, { OSPF, "ospf" },		{ IPPROTO_PIM, "pim" },
	{ IPPROTO_SCTP, "sctp" },     { IPPROTO_MH, "mh" },	{ IPPROTO_UDPLITE, "udplite" },
};

enum {
	PROTOS = sizeof(protos) / sizeof(*protos)
};

const char *ipproto_name(uint8_t proto)
{
	for (size_t i = 0; i < PROTOS; i++)
		if (protos[i].number == proto)
			return protos[i].name;
	return NULL;
}

uint8_t ipproto_by_name(const char *name, size_t len)
{
	for (size_t i = 0; i < PROTOS; i++)
		if (strlen(protos[i].name) == len && !strncmp(protos[i].name, name, len))
			return protos[i].number;
	return 0;
}

bool ipproto_has_ports(uint8_t proto)
{
	return proto == IPPROTO_TCP || proto == IPPROTO_UDP || proto == IPPROTO_UDPLITE ||
	       proto == IPPROTO_SCTP || proto == IPPROTO_DCCP;
}

bool ipproto_has_type(uint8_t proto)
{
	return ipproto_has_code(proto) || proto == IPPROTO_MH;
}

bool ipproto_has_code(uint8_t proto)
{
	return proto == IPPROTO_ICMP || proto == IPPROTO_ICMPV6;
}
