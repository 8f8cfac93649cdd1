// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/dn_attr.h"

#include <strings.h>

#include "base/der.h"

#define OID(octets)                                           \
	{                                                     \
		(const uint8_t *)(octets), sizeof(octets) - 1 \
	}
#define X520(n)	 OID("\x55\x04" n)
#define PKCS9(n) OID("\x2a\x86\x48\x86\xf7\x0d\x01\x09" n)
#define PILOT(n) OID("\x09\x92\x26\x89\x93\xf2\x2c\x64\x01" n)

/* The first name of an OID is the one that is written. */
static const struct dn_attr attrs[] = {
	{ "CN", X520("\x03"), 0 },
	{ "O", X520("\x0a"), 0 },
	{ "OU", X520("\x0b"), 0 },
	{ "C", X520("\x06"), DER_PRINTABLE },
	{ "ST", X520("\x08"), 0 },
	{ "L", X520("\x07"), 0 },
	{ "E", PKCS9("\x01"), DER_IA5 },
	{ "emailAddress", PKCS9("\x01"), DER_IA5 },
	{ "email", PKCS9("\x01"), DER_IA5 },
	{ "DC", PILOT("\x19"), DER_IA5 },
	{ "UID", PILOT("\x01"), 0 },
	{ "serialNumber", X520("\x05"), DER_PRINTABLE },
	{ "street", X520("\x09"), 0 },
	{ "title", X520("\x0c"), 0 },
	{ "description", X520("\x0d"), 0 },
	{ "businessCategory", X520("\x0f"), 0 },
	{ "postalCode", X520("\x11"), 0 },
	{ "name", X520("\x29"), 0 },
	{ "SN", X520("\x04"), 0 },
	{ "surname", X520("\x04"), 0 },
	{ "GN", X520("\x2a"), 0 },
	{ "givenName", X520("\x2a"), 0 },
	{ "initials", X520("\x2b"), 0 },
	{ "generationQualifier", X520("\x2c"), 0 },
	{ "dnQualifier", X520("\x2e"), DER_PRINTABLE },
	{ "pseudonym", X520("\x41"), 0 },
	{ "organizationIdentifier", X520("\x61"), 0 },
	{ "unstructuredName", PKCS9("\x02"), 0 },
	{ "unstructuredAddress", PKCS9("\x08"), 0 },
};

enum {
	ATTRS = sizeof(attrs) / sizeof(attrs[0])
};

const struct dn_attr *dn_attr_find(const char *name, size_t len)
{
	for (unsigned int i = 0; i < ATTRS; i++)
		if (strlen(attrs[i].name) == len && !strncasecmp(attrs[i].name, name, len))
			return &attrs[i];
	return NULL;
}

const char *dn_attr_name(struct bytes oid)
{
	for (unsigned int i = 0; i < ATTRS; i++)
		if (bytes_equal(attrs[i].oid, oid))
			return attrs[i].name;
	return NULL;
}
