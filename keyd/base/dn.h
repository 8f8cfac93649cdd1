/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Distinguished names: the DER of a Name (RFC 5280 4.1.2.4) as identities need it. */
#ifndef KEYD_BASE_DN_H
#define KEYD_BASE_DN_H

#include "base/bytes.h"

enum {
	DN_RDNS_MAX = 64, /* relative names in a name that is accepted */
	DN_AVAS_MAX = 8, /* attributes in one relative name */
};

/* Well-formed DER of a name with at least one RDN, within the limits, no NUL in its text. */
bool dn_valid(struct bytes der);
/*
 * RDN by RDN in order, attribute types equal, text without case and with spaces folded, string
 * types not looked at (RFC 4945 3.1.5 with the folding of RFC 5280 7.1, ASCII only). With
 * @wildcards a value "*" of @pattern stands for any one value. Returns the number of values that
 * were met by a wildcard, or -1 when the names differ.
 */
int dn_compare(struct bytes pattern, struct bytes name, bool wildcards);
bool dn_has_wildcard(struct bytes der);
/* "CN=alice, O=Example" in the order of the DER; never control characters; cut with "...". */
void dn_format(struct bytes der, char *buf, size_t len);
/*
 * Encode what dn_format() writes: the order of the text is the order in the certificate, as
 * other IKE daemons have it; values are escaped as in RFC 4514 2.4. @der has room for @cap
 * octets. Returns the length, or 0 with a sentence in @why (static storage).
 */
size_t dn_from_text(const char *text, uint8_t *der, size_t cap, const char **why);

#endif
