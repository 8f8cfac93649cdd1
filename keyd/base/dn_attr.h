/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Attribute types of distinguished names: RFC 4514 3, RFC 4519, RFC 5280 appendix A.1. */
#ifndef KEYD_BASE_DN_ATTR_H
#define KEYD_BASE_DN_ATTR_H

#include "base/bytes.h"

/**
 * struct dn_attr - one attribute type
 * @name: in text, compared without case
 * @oid: content octets
 * @tag: string type that RFC 5280 demands, 0: any DirectoryString
 */
struct dn_attr {
	const char *name;
	struct bytes oid;
	uint8_t tag;
};

/* NULL when unknown. */
const struct dn_attr *dn_attr_find(const char *name, size_t len);
const char *dn_attr_name(struct bytes oid);

#endif
