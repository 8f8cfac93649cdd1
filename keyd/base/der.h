/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Walking DER that a stranger wrote: one element after the other, never past the end. */
#ifndef KEYD_BASE_DER_H
#define KEYD_BASE_DER_H

#include "base/bytes.h"

enum der_tag {
	DER_OID = 0x06,
	DER_UTF8 = 0x0c,
	DER_PRINTABLE = 0x13,
	DER_IA5 = 0x16,
	DER_SEQUENCE = 0x30,
	DER_SET = 0x31,
};

/*
 * Take one element off the front of @in. Tags of one octet, definite and minimal lengths
 * below 2^16 (X.690 10.1). Returns false at the end and for everything else.
 */
bool der_next(struct bytes *in, uint8_t *tag, struct bytes *value);
/* The same for an element that must have @tag. */
bool der_expect(struct bytes *in, uint8_t tag, struct bytes *value);

#endif
