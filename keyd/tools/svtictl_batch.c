// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Many commands from a file. Policies that are added one after the other go to the kernel
 * together, which is many times as fast; the outcome is the same as one by one.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/svtictl.h"

enum {
	ARGS_MAX = 64,
	LINE_ROOM = 4096, /* at first: what a longer line leaves behind is not wiped */
};

/**
 * struct batch - a file that is being run
 * @k: the kernel
 * @name: of the file
 * @json: answers as JSON: each policy's, so they go one by one
 * @dev: of @sp
 * @sp: policies to be added
 * @line: where each of them stands
 * @count: of them
 */
struct batch {
	struct kernel *k;
	const char *name;
	bool json;
	char dev[64];
	struct kernel_sp sp[SVTI_BATCH_MAX];
	unsigned int line[SVTI_BATCH_MAX];
	unsigned int count;
};

/* The kernel took nothing: add one by one up to the culprit. */
static int add_singly(struct batch *b, int ifindex)
{
	for (unsigned int i = 0; i < b->count; i++) {
		tool_at(b->name, b->line[i]);
		if (kernel_sp_new(b->k, ifindex, &b->sp[i], 1, NULL))
			return tool_fail(kernel_error(b->k));
	}
	return 0;
}

/* Add what has been collected. */
static int flush(struct batch *b)
{
	int ifindex, status = 0;

	if (!b->count)
		return 0;
	tool_at(b->name, b->line[0]);
	ifindex = kernel_ifindex(b->k, b->dev);
	if (ifindex < 0)
		status = tool_fail(kernel_error(b->k));
	else if (kernel_sp_new(b->k, ifindex, b->sp, b->count, NULL))
		status = add_singly(b, ifindex);
	b->count = 0;
	return status;
}

static int collect(struct batch *b, const struct request *r, unsigned int line)
{
	int status = 0;

	if (b->count == SVTI_BATCH_MAX || (b->count && strcmp(b->dev, r->dev)))
		status = flush(b);
	if (status)
		return status;
	if (strlen(r->dev) >= sizeof(b->dev)) {
		tool_at(b->name, line);
		return tool_fail("no interface has such a long name");
	}
	strcpy(b->dev, r->dev);
	b->sp[b->count] = r->sp;
	b->line[b->count++] = line;
	return 0;
}

static int run_one(struct batch *b, const struct request *r, unsigned int line)
{
	int status;

	if (r->command == SP_ADD && !b->json && !r->json)
		return collect(b, r, line);
	status = flush(b);
	if (status)
		return status;
	tool_at(b->name, line);
	if (r->command & (HELP | VERSION | ALGORITHMS | BATCH | MONITOR)) {
		tool_fail("this command does not stand in a file");
		return EXIT_USAGE;
	}
	return run_request(b->k, r);
}

/* Words of @text, cut at blanks, up to a comment. Returns their number, -1: too many. */
static int split(char *text, char *argv[static ARGS_MAX + 1])
{
	static const char blanks[] = " \t\r\n";
	int argc = 0;
	char *save;

	for (char *word = strtok_r(text, blanks, &save); word && *word != '#';
	     word = strtok_r(NULL, blanks, &save)) {
		if (argc == ARGS_MAX)
			return -1;
		argv[argc++] = word;
	}
	argv[argc] = NULL;
	return argc;
}

static int run_line(struct batch *b, char *text, unsigned int line)
{
	char *argv[ARGS_MAX + 1], why[WHY_MAX] = "too many words";
	int argc = split(text, argv), status;
	struct request r = { 0 };

	if (!argc)
		return 0;
	if (argc < 0 || request_parse(&r, argc, argv, why)) {
		request_wipe(&r);
		/* What stands before has been right. */
		status = flush(b);
		if (status)
			return status;
		tool_at(b->name, line);
		tool_fail(why);
		return EXIT_USAGE;
	}
	r.json |= b->json;
	status = run_one(b, &r, line);
	request_wipe(&r);
	return status;
}

int run_batch(struct kernel *k, FILE *in, const char *name, bool json)
{
	struct batch *b = calloc(1, sizeof(*b));
	char *text = malloc(LINE_ROOM);
	size_t room = LINE_ROOM;
	unsigned int line = 0;
	int status = 0;

	if (!b || !text) {
		free(b);
		free(text);
		return tool_fail("out of memory");
	}
	b->k = k;
	b->name = name;
	b->json = json;
	while (!status && getline(&text, &room, in) >= 0)
		status = run_line(b, text, ++line);
	if (!status)
		status = flush(b);
	tool_at(NULL, 0);
	if (!status && ferror(in))
		status = tool_fail("cannot read the file to its end");
	/* There may be keys in it. */
	explicit_bzero(text, room);
	free(text);
	free(b);
	return status;
}
