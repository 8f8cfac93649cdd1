/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What svtictl's words of a selector mean, and how they are shown. */
#ifndef KEYD_TOOLS_SVTICTL_SELECTOR_H
#define KEYD_TOOLS_SVTICTL_SELECTOR_H

#include "tools/svtictl.h"

/* Parsers of a word's value: 0, or -1 with a sentence in @why, of WHY_MAX. */
int parse_address(struct addr *a, const char *word, const char *text, char *why);
int parse_prefix(struct addr *a, uint32_t *len, const char *word, const char *text, char *why);
int parse_proto(struct request *r, char *text, char *why);
int parse_sport(struct request *r, char *text, char *why);
int parse_dport(struct request *r, char *text, char *why);
int parse_type(struct request *r, char *text, char *why);
int parse_code(struct request *r, char *text, char *why);
/* svtictl_parse.c: decimal, or hexadecimal behind 0x. No sign, no blanks. */
bool parse_number(uint64_t *n, const char *text, uint64_t max);

/*
 * Types, and codes unless NULL, as the ports of a policy: RFC 4301 4.4.1.1. 0, or -1 with a
 * sentence when the protocol has none.
 */
int selector_set_types(struct kernel_sp *sp, const struct octet_range *types,
		       const struct octet_range *codes, char *why);
/* The way back; false when the policy says nothing of types, or what these words cannot say. */
bool selector_types(const struct kernel_sp *sp, struct octet_range *types,
		    struct octet_range *codes);

#endif
