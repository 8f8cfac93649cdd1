/* SPDX-License-Identifier: GPL-2.0-or-later */
/* svtictl: manual keying and inspection of svti devices, without a daemon. */
#ifndef KEYD_TOOLS_SVTICTL_H
#define KEYD_TOOLS_SVTICTL_H

#include <stdio.h>

#include "kernel/kernel.h"

enum {
	WHY_MAX = 256
};

enum command {
	SA_ADD = 1 << 0,
	SA_DEL = 1 << 1,
	SA_SHOW = 1 << 2,
	SA_FLUSH = 1 << 3,
	SP_ADD = 1 << 4,
	SP_DEL = 1 << 5,
	SP_SHOW = 1 << 6,
	SP_FLUSH = 1 << 7,
	MONITOR = 1 << 8,
	HELP = 1 << 9,
	VERSION = 1 << 10,
	ALGORITHMS = 1 << 11,
	SP_SET = 1 << 12,
	BATCH = 1 << 13,
	SA_SET = 1 << 14,
};

/**
 * struct request - a parsed command line
 * @dev: device, NULL: all of them (show)
 * @file: of batch, "-" for standard input
 * @sa: for the SA commands; its keys point to @key and @auth_key
 * @sp: for the policy commands
 * @types: of ICMP or of a Mobility Header, which go into the ports of @sp
 * @codes: of ICMP
 * @given: bit n: word n of the grammar was given
 * @also: what is to be added in the same step
 */
struct request {
	enum command command;
	bool json;
	const char *dev;
	const char *file;
	struct kernel_sa sa;
	struct kernel_sp sp;
	struct octet_range {
		uint8_t min, max;
	} types, codes;
	uint64_t given;
	uint8_t key[SVTI_KEY_LEN_MAX];
	uint8_t auth_key[SVTI_KEY_LEN_MAX];
	struct request *also;
};

/*
 * Parse the words after the program's name. Keys are overwritten in @argv. Returns 0, or -1
 * with a sentence in @why. The caller wipes @r in either case.
 */
int request_parse(struct request *r, int argc, char **argv, char why[static WHY_MAX]);
void request_wipe(struct request *r);

/*
 * svtictl_alg.c. Both return 0, or -1 with a sentence in @why.
 *
 * alg_parse(): encryption and integrity of @sa from "aes128gcm16", "aes128-sha256".
 * alg_check_keys(): do the keys have the lengths that these want?
 */
int alg_parse(struct kernel_sa *sa, const char *text, char *why);
int alg_check_keys(const struct kernel_sa *sa, char *why);
void alg_format(char *buf, size_t len, const struct kernel_sa *sa);
/* All that there are; returns 0 or -1 when standard output cannot take it. */
int alg_list(bool json);

/* Does an SA or policy of a dump fit what `show` was asked for? */
bool request_wants_sa(const struct request *r, const struct kernel_sa *sa);
bool request_wants_sp(const struct request *r, const struct kernel_sp *sp);

const char *format_dir(uint32_t dir);
/* "copy", "set", "clear" */
const char *format_df(uint32_t df);
const char *format_reason(uint32_t reason);
/* "tcp", "89", "any" */
void format_proto(char *buf, size_t len, uint32_t proto);
/* "10.1.0.0/24", "any" */
void format_prefix(char *buf, size_t len, const struct addr *a, uint32_t prefix);

/* " type 8 code 0", " sport 80", "": what a policy says of ports, in words of the grammar */
void format_ports(char *buf, size_t len, const struct kernel_sp *sp);

/* Run one command, but none of HELP, VERSION, BATCH. Returns the exit status. */
int run_request(struct kernel *k, const struct request *r);
/*
 * Run the commands of a file, one a line, up to the first that fails. @name is for sentences.
 * Returns the exit status.
 */
int run_batch(struct kernel *k, FILE *in, const char *name, bool json);
/* Say why and return the exit status of failure. */
int tool_fail(const char *why);
/* From now on say, before why, that it is line @line of @name; NULL: no more. */
void tool_at(const char *name, unsigned int line);

enum {
	EXIT_FAILED = 1,
	EXIT_USAGE = 2
};

/* Where the results of one command go: text at once, or one JSON array at the end. */
struct output {
	bool json;
	void *array; /* json_t */
};
int output_begin(struct output *o, bool json);
void output_sa(struct output *o, const char *dev, const struct kernel_sa *sa);
void output_sp(struct output *o, const char *dev, const struct kernel_sp *sp);
void output_acquire(struct output *o, const struct kernel_acquire *acquire);
void output_expire(struct output *o, const struct kernel_expire *expire);
void output_mapping(struct output *o, const struct kernel_mapping *mapping);
void output_overrun(struct output *o);
/* Print the array; returns 0 or -1 when standard output cannot take it. */
int output_end(struct output *o);

#endif
