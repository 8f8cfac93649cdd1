/* SPDX-License-Identifier: GPL-2.0-or-later */
/* IKE identities, RFC 7296 3.5, and how a configured one matches a received one, RFC 4945 3.1. */
#ifndef KEYD_BASE_IDENT_H
#define KEYD_BASE_IDENT_H

#include "base/addr.h"

/* ID types, the numbers on the wire. */
enum ident_type {
	IDENT_ANY = 0, /* not on the wire: matches every identity */
	IDENT_IPV4 = 1,
	IDENT_FQDN = 2,
	IDENT_EMAIL = 3,
	IDENT_IPV6 = 5,
	IDENT_DN = 9, /* DER of a Name */
	IDENT_KEY_ID = 11,
};

enum {
	IDENT_LEN_MAX = 2048, /* octets of an identity that is accepted from a peer */
	IDENT_STRLEN = 512, /* buffer for ident_format(); longer ones are cut with "..." */
};

/**
 * struct ident - an owned identity
 * @type: enum ident_type
 * @data: ID data as on the wire, heap
 * @len: octets
 */
struct ident {
	uint8_t type;
	uint8_t *data;
	size_t len;
};

/*
 * Parse what a configuration says: an optional type word ("inet", "name", "email", "key",
 * "dn") and a value, or a value alone whose kind is seen from its form: an address, text
 * with '=' is a DN ("CN=alice, O=Example": the order written is the order in the certificate,
 * see base/dn.h), text with '@' an e-mail address, else a name. "dn 0x..." takes DER. "any" or "%any" give IDENT_ANY.
 * Returns 0, or -EINVAL with a sentence in @why (static storage).
 */
int ident_parse(struct ident *id, const char *text, const char **why);
/* Check a received one: known type, length fits the type, no NUL in text, a DN that is well-formed DER. */
int ident_from_wire(struct ident *id, uint8_t type, struct bytes data);
int ident_copy(struct ident *to, const struct ident *from);
void ident_free(struct ident *id);
/* Printable text for logs and `keydctl show`: "CN=alice", never control characters. NULL is fine. */
const char *ident_format(const struct ident *id, char buf[static IDENT_STRLEN]);
/* Same identity: names and mail without case, DNs RDN by RDN without string type and case (RFC 4945 3.1.5). */
bool ident_equal(const struct ident *a, const struct ident *b);
/* IDENT_ANY or one with a wildcard, which only a configured remote identity may be. */
bool ident_is_pattern(const struct ident *id);
/*
 * Does @id satisfy the configured @pattern? Returns 0 for no, else a rank: a higher one is
 * the better match (exact before wildcard before IDENT_ANY).
 */
int ident_match(const struct ident *pattern, const struct ident *id);

#endif
