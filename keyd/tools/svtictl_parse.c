// SPDX-License-Identifier: GPL-2.0-or-later
/* The grammar of svtictl: one table of words, each with its commands and its parser. */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "tools/svtictl.h"
#include "tools/svtictl_selector.h"

enum {
	ANY_SA = SA_ADD | SA_SET | SA_DEL | SA_SHOW | SA_FLUSH,
	ANY_SP = SP_ADD | SP_SET | SP_DEL | SP_SHOW | SP_FLUSH,
	SELECTOR = SP_ADD | SP_DEL,
};

/* Decimal, or hexadecimal behind 0x. No sign, no blanks. */
bool parse_number(uint64_t *n, const char *text, uint64_t max)
{
	int base = text[0] == '0' && (text[1] == 'x' || text[1] == 'X') ? 16 : 10;
	const char *digits = base == 16 ? text + 2 : text;
	char *end;

	if (!isxdigit((unsigned char)*digits))
		return false;
	errno = 0;
	*n = strtoull(digits, &end, base);
	return !errno && !*end && *n <= max;
}

static int number(uint32_t *n, const char *word, const char *text, uint32_t max, char *why)
{
	uint64_t value;

	if (!parse_number(&value, text, max)) {
		snprintf(why, WHY_MAX, "%s '%.64s' is not a number from 0 to %u", word, text, max);
		return -1;
	}
	*n = value;
	return 0;
}

static int parse_dev(struct request *r, char *text, char *why)
{
	(void)why;
	r->dev = text;
	return 0;
}

static int parse_dir(struct request *r, char *text, char *why)
{
	uint32_t dir = !strcmp(text, "in") ? SVTI_DIR_IN : !strcmp(text, "out") ? SVTI_DIR_OUT : 0;

	if (!dir) {
		snprintf(why, WHY_MAX, "dir '%.64s' is neither in nor out", text);
		return -1;
	}
	r->sa.dir = r->sp.dir = dir;
	return 0;
}

static int parse_spi(struct request *r, char *text, char *why)
{
	if (number(&r->sa.spi, "spi", text, UINT32_MAX, why))
		return -1;
	if (!r->sa.spi)
		snprintf(why, WHY_MAX, "spi 0 stands for no SA (RFC 4303 2.1)");
	return r->sa.spi ? 0 : -1;
}

static int parse_reqid(struct request *r, char *text, char *why)
{
	if (number(&r->sa.reqid, "reqid", text, UINT32_MAX, why))
		return -1;
	r->sp.reqid = r->sa.reqid;
	r->sp.has_reqid = true;
	return 0;
}

static int parse_index(struct request *r, char *text, char *why)
{
	return number(&r->sp.index, "index", text, UINT32_MAX, why);
}

static int parse_src(struct request *r, char *text, char *why)
{
	if (r->command & ANY_SA)
		return parse_address(&r->sa.src, "src", text, why);
	return parse_prefix(&r->sp.src, &r->sp.src_prefix, "src", text, why);
}

static int parse_dst(struct request *r, char *text, char *why)
{
	if (r->command & ANY_SA)
		return parse_address(&r->sa.dst, "dst", text, why);
	return parse_prefix(&r->sp.dst, &r->sp.dst_prefix, "dst", text, why);
}

static int parse_alg(struct request *r, char *text, char *why)
{
	return alg_parse(&r->sa, text, why);
}

/* Takes the octets out of the text and wipes it: it is in the process list. */
static int parse_hex(uint8_t *key, struct bytes *view, const char *word, char *text, char *why)
{
	size_t digits = strlen(text), i;
	bool fine = text[0] == '0' && (text[1] == 'x' || text[1] == 'X') && digits > 2 &&
		    digits % 2 == 0 && strspn(text + 2, "0123456789abcdefABCDEF") == digits - 2;
	char octet[3] = "";

	if (fine && (digits - 2) / 2 > SVTI_KEY_LEN_MAX) {
		snprintf(why, WHY_MAX, "%s is of %zu octets, above the maximum of %d", word,
			 (digits - 2) / 2, SVTI_KEY_LEN_MAX);
	} else if (fine) {
		view->data = key;
		view->len = (digits - 2) / 2;
		for (i = 0; i < view->len; i++) {
			memcpy(octet, text + 2 + 2 * i, 2);
			key[i] = strtoul(octet, NULL, 16);
		}
	} else {
		snprintf(why, WHY_MAX, "%s is not 0x and an even number of hexadecimal digits",
			 word);
	}
	explicit_bzero(octet, sizeof(octet));
	explicit_bzero(text, digits);
	return view->data ? 0 : -1;
}

static int parse_key(struct request *r, char *text, char *why)
{
	return parse_hex(r->key, &r->sa.encr_key, "key", text, why);
}

static int parse_auth_key(struct request *r, char *text, char *why)
{
	return parse_hex(r->auth_key, &r->sa.integ_key, "auth-key", text, why);
}

static int parse_switch(bool *on, const char *word, const char *text, char *why)
{
	*on = !strcmp(text, "on");
	if (*on || !strcmp(text, "off"))
		return 0;
	snprintf(why, WHY_MAX, "%s '%.64s' is neither on nor off", word, text);
	return -1;
}

static int parse_esn(struct request *r, char *text, char *why)
{
	return parse_switch(&r->sa.esn, "esn", text, why);
}

static int parse_decap_dscp(struct request *r, char *text, char *why)
{
	return parse_switch(&r->sa.decap_dscp, "decap-dscp", text, why);
}

/* A number that goes into the outer header, or what stands there in the inner one. */
static int number_or_copy(bool *is_number, uint32_t *n, const char *word, const char *text,
			  uint32_t min, uint32_t max, char *why)
{
	uint64_t value;

	*is_number = strcmp(text, "copy");
	if (!*is_number)
		return 0;
	if (!parse_number(&value, text, max) || value < min) {
		snprintf(why, WHY_MAX, "%s '%.64s' is neither copy nor a number from %u to %u",
			 word, text, min, max);
		return -1;
	}
	*n = value;
	return 0;
}

static int parse_dscp(struct request *r, char *text, char *why)
{
	return number_or_copy(&r->sa.has_dscp, &r->sa.dscp, "dscp", text, 0, 63, why);
}

static int parse_ttl(struct request *r, char *text, char *why)
{
	bool is_number;

	r->sa.has_ttl = true;
	return number_or_copy(&is_number, &r->sa.ttl, "ttl", text, 1, 255, why);
}

static int parse_mode(struct request *r, char *text, char *why)
{
	r->sa.mode = !strcmp(text, "tunnel")	  ? SVTI_MODE_TUNNEL
		     : !strcmp(text, "transport") ? SVTI_MODE_TRANSPORT
						  : 0;
	if (r->sa.mode)
		return 0;
	snprintf(why, WHY_MAX, "mode '%.64s' is neither tunnel nor transport", text);
	return -1;
}

static int parse_tfc(struct request *r, char *text, char *why)
{
	if (number(&r->sa.tfc, "tfc", text, SVTI_TFC_MAX, why))
		return -1;
	if (!r->sa.tfc)
		snprintf(why, WHY_MAX, "tfc 0 pads nothing: leave it out");
	return r->sa.tfc ? 0 : -1;
}

static int parse_dummy(struct request *r, char *text, char *why)
{
	if (number(&r->sa.dummy, "dummy", text, SVTI_DUMMY_MAX, why))
		return -1;
	if (r->sa.dummy < SVTI_DUMMY_MIN)
		snprintf(why, WHY_MAX, "dummy wants %d milliseconds or more", SVTI_DUMMY_MIN);
	return r->sa.dummy < SVTI_DUMMY_MIN ? -1 : 0;
}

static const char *const df_names[] = {
	[SVTI_DF_COPY] = "copy", [SVTI_DF_SET] = "set", [SVTI_DF_CLEAR] = "clear"
};

const char *format_df(uint32_t df)
{
	return df && df <= SVTI_DF_CLEAR ? df_names[df] : "unknown";
}

static int parse_df(struct request *r, char *text, char *why)
{
	for (r->sa.df = SVTI_DF_COPY; r->sa.df <= SVTI_DF_CLEAR; r->sa.df++)
		if (!strcmp(text, df_names[r->sa.df]))
			return 0;
	snprintf(why, WHY_MAX, "df '%.64s' is neither copy, set nor clear", text);
	return -1;
}

static int parse_window(struct request *r, char *text, char *why)
{
	r->sa.has_replay_window = true;
	return number(&r->sa.replay_window, "replay-window", text, UINT32_MAX, why);
}

static int parse_encap(struct request *r, char *text, char *why)
{
	char *colon = strchr(text, ':');
	uint64_t sport = 0, dport = 0;
	bool fine;

	if (!strcmp(text, "off")) {
		r->sa.encap_off = true;
		return 0;
	}
	if (colon)
		*colon = 0;
	fine = colon && parse_number(&sport, text, UINT16_MAX) &&
	       parse_number(&dport, colon + 1, UINT16_MAX) && sport && dport;
	if (!fine) {
		snprintf(why, WHY_MAX,
			 "encap wants two ports from 1 to 65535, as in 4500:4500, or off");
		return -1;
	}
	r->sa.encap_sport = sport;
	r->sa.encap_dport = dport;
	return 0;
}

static int parse_keepalive(struct request *r, char *text, char *why)
{
	r->sa.has_keepalive = true;
	return number(&r->sa.keepalive, "keepalive", text, SVTI_KEEPALIVE_MAX, why);
}

static int parse_limit(uint64_t *n, const char *word, const char *text, char *why)
{
	if (parse_number(n, text, UINT64_MAX) && *n)
		return 0;
	snprintf(why, WHY_MAX, "%s '%.64s' is not a number from 1 to 2^64 - 1", word, text);
	return -1;
}

#define LIMIT(kind, unit)                                                                \
	static int parse_##kind##_##unit(struct request *r, char *text, char *why)       \
	{                                                                                \
		return parse_limit(&r->sa.life_##unit.kind, #kind "-" #unit, text, why); \
	}

LIMIT(soft, bytes)
LIMIT(hard, bytes)
LIMIT(soft, packets)
LIMIT(hard, packets)
LIMIT(soft, seconds)
LIMIT(hard, seconds)

static int parse_priority(struct request *r, char *text, char *why)
{
	r->sp.has_priority = true;
	return number(&r->sp.priority, "priority", text, UINT32_MAX, why);
}

static int parse_action(struct request *r, char *text, char *why)
{
	r->sp.action = !strcmp(text, "protect")	  ? SVTI_ACTION_PROTECT
		       : !strcmp(text, "discard") ? SVTI_ACTION_DISCARD
		       : !strcmp(text, "bypass")  ? SVTI_ACTION_BYPASS
						  : 0;
	if (r->sp.action)
		return 0;
	snprintf(why, WHY_MAX, "action '%.64s' is neither protect nor discard", text);
	return -1;
}

static const struct word {
	const char *name;
	unsigned int allowed; /* commands */
	unsigned int required;
	int (*parse)(struct request *r, char *text, char *why);
} words[] = {
	{ "dev", ANY_SA | ANY_SP | MONITOR, (ANY_SA | ANY_SP) & ~(unsigned int)(SA_SHOW | SP_SHOW),
	  parse_dev },
	{ "dir", (ANY_SA | ANY_SP) & ~(unsigned int)SP_SET, SA_ADD | SA_SET | SA_DEL | SP_ADD,
	  parse_dir },
	{ "spi", SA_ADD | SA_SET | SA_DEL | SA_SHOW, SA_ADD | SA_SET | SA_DEL, parse_spi },
	{ "src", SA_ADD | SA_SET | SELECTOR, SA_ADD, parse_src },
	{ "dst", SA_ADD | SA_SET | SA_DEL | SELECTOR, SA_ADD, parse_dst },
	{ "alg", SA_ADD, SA_ADD, parse_alg },
	{ "key", SA_ADD, 0, parse_key },
	{ "auth-key", SA_ADD, 0, parse_auth_key },
	{ "esn", SA_ADD, 0, parse_esn },
	{ "replay-window", SA_ADD | SA_SET, 0, parse_window },
	{ "encap", SA_ADD | SA_SET, 0, parse_encap },
	{ "mode", SA_ADD, 0, parse_mode },
	{ "dscp", SA_ADD, 0, parse_dscp },
	{ "df", SA_ADD, 0, parse_df },
	{ "ttl", SA_ADD, 0, parse_ttl },
	{ "decap-dscp", SA_ADD, 0, parse_decap_dscp },
	{ "tfc", SA_ADD, 0, parse_tfc },
	{ "dummy", SA_ADD, 0, parse_dummy },
	{ "keepalive", SA_ADD | SA_SET, 0, parse_keepalive },
	{ "soft-bytes", SA_ADD, 0, parse_soft_bytes },
	{ "hard-bytes", SA_ADD, 0, parse_hard_bytes },
	{ "soft-packets", SA_ADD, 0, parse_soft_packets },
	{ "hard-packets", SA_ADD, 0, parse_hard_packets },
	{ "soft-seconds", SA_ADD, 0, parse_soft_seconds },
	{ "hard-seconds", SA_ADD, 0, parse_hard_seconds },
	{ "reqid", SA_ADD | SA_SHOW | SA_FLUSH | SP_ADD | SP_SET | SP_SHOW | SP_FLUSH, 0,
	  parse_reqid },
	{ "index", SP_SET | SP_DEL | SP_SHOW, SP_SET, parse_index },
	{ "proto", SELECTOR, 0, parse_proto },
	{ "sport", SELECTOR, 0, parse_sport },
	{ "dport", SELECTOR, 0, parse_dport },
	{ "type", SELECTOR, 0, parse_type },
	{ "code", SELECTOR, 0, parse_code },
	{ "priority", SELECTOR | SP_SET, 0, parse_priority },
	{ "action", SP_ADD | SP_SET, 0, parse_action },
};

enum {
	WORDS = sizeof(words) / sizeof(*words)
};

/* Words of `ip xfrm` and of swanctl that this version has no answer to. */
static const char *const not_yet[] = {
	"family", "lifetime", "limit",	    "mark",	   "if_id", "offload", "ecn",
	"tmpl",	  "flag",     "extra-flag", "coa",	   "comp",  "sel",     "enc",
	"auth",	  "aead",     "auth-trunc", "output-mark", "vrf",   "level",   "seq",
	"seq-hi", "oseq",     "ctx",	    "ptype",
};

static const struct {
	const char *object, *verb;
	enum command command;
} commands[] = {
	{ "sa", "add", SA_ADD },
	{ "sa", "set", SA_SET },
	{ "sa", "del", SA_DEL },
	{ "sa", "show", SA_SHOW },
	{ "sa", "flush", SA_FLUSH },
	{ "sp", "add", SP_ADD },
	{ "sp", "set", SP_SET },
	{ "sp", "del", SP_DEL },
	{ "sp", "show", SP_SHOW },
	{ "sp", "flush", SP_FLUSH },
	{ "batch", NULL, BATCH },
	{ "monitor", NULL, MONITOR },
	{ "help", "algorithms", ALGORITHMS },
	{ "help", NULL, HELP },
};

/* Returns the number of words that the command takes, or -1. */
static int parse_command(struct request *r, int argc, char **argv, char *why)
{
	size_t i;

	for (i = 0; argc > 0 && i < sizeof(commands) / sizeof(*commands); i++) {
		if (strcmp(argv[0], commands[i].object))
			continue;
		r->command = commands[i].command;
		if (r->command == BATCH && argc == 2)
			r->file = argv[1];
		if (!commands[i].verb)
			return r->file ? 2 : 1;
		if (argc > 1 && !strcmp(argv[1], commands[i].verb))
			return 2;
	}
	if (argc == 0)
		snprintf(why, WHY_MAX, "a command is missing: see --help");
	else if (!r->command)
		snprintf(why, WHY_MAX,
			 "'%.64s' is not a command: sa, sp, monitor or batch (see --help)",
			 argv[0]);
	else
		snprintf(why, WHY_MAX, "%s wants add, set, del, show or flush%s%.64s", argv[0],
			 argc > 1 ? ", not " : "", argc > 1 ? argv[1] : "");
	return -1;
}

static int unknown_word(const char *name, char *why)
{
	size_t i;

	for (i = 0; i < sizeof(not_yet) / sizeof(*not_yet); i++)
		if (!strcmp(name, not_yet[i])) {
			snprintf(why, WHY_MAX, "'%s' is not supported by this version of svti",
				 name);
			return -1;
		}
	snprintf(why, WHY_MAX, "'%.64s' is not a word of this command (see --help)", name);
	return -1;
}

static int parse_word(struct request *r, char *name, char *value, char *why)
{
	size_t i;

	for (i = 0; i < WORDS; i++)
		if (!strcmp(name, words[i].name) && words[i].allowed & r->command)
			break;
	if (i == WORDS)
		return unknown_word(name, why);
	if (!value) {
		snprintf(why, WHY_MAX, "'%s' wants a value", name);
		return -1;
	}
	if (r->given & 1ULL << i) {
		snprintf(why, WHY_MAX, "'%s' is given twice", name);
		return -1;
	}
	r->given |= 1ULL << i;
	return words[i].parse(r, value, why);
}

static bool given(const struct request *r, const char *name)
{
	size_t i;

	for (i = 0; i < WORDS; i++)
		if (!strcmp(name, words[i].name))
			return r->given & 1ULL << i;
	return false;
}

/* Type and code take the place of a port: RFC 4301 4.4.1.1. */
static int fold_types(struct request *r, char *why)
{
	if (given(r, "code") && !given(r, "type")) {
		snprintf(why, WHY_MAX, "code wants a type");
		return -1;
	}
	if (!given(r, "type"))
		return 0;
	if (given(r, "sport") || given(r, "dport")) {
		snprintf(why, WHY_MAX, "type is given instead of sport and dport, not beside them");
		return -1;
	}
	return selector_set_types(&r->sp, &r->types, given(r, "code") ? &r->codes : NULL, why);
}

/* Is there more than what the command cannot do without? */
static bool given_more(const struct request *r)
{
	size_t i;

	for (i = 0; i < WORDS; i++)
		if (r->given & 1ULL << i && !(words[i].required & r->command))
			return true;
	return false;
}

static int check_whole(struct request *r, char *why)
{
	size_t i;

	for (i = 0; i < WORDS; i++)
		if (words[i].required & r->command && !(r->given & 1ULL << i)) {
			snprintf(why, WHY_MAX, "'%s' is missing", words[i].name);
			return -1;
		}
	if (r->command == SP_DEL && given(r, "index") == given(r, "dir")) {
		snprintf(why, WHY_MAX, "either 'index', or 'dir' with the selector, is wanted");
		return -1;
	}
	if (r->command == SA_SET && !given_more(r)) {
		snprintf(why, WHY_MAX,
			 "what is to change? src, dst, encap, keepalive or replay-window");
		return -1;
	}
	if (r->command == SP_SET && !given(r, "priority") && !given(r, "reqid") &&
	    !given(r, "action")) {
		snprintf(why, WHY_MAX, "set wants a priority, a reqid or an action");
		return -1;
	}
	if (r->command == BATCH && !r->file) {
		snprintf(why, WHY_MAX, "batch wants a file, or - for standard input");
		return -1;
	}
	/* 0 means "all" to the kernel: what was meant as a restriction must not widen. */
	if (r->command & (SA_FLUSH | SP_FLUSH) && given(r, "reqid") && !r->sa.reqid) {
		snprintf(why, WHY_MAX, "flush wants a reqid above 0, or none to flush all");
		return -1;
	}
	if (r->command & SELECTOR)
		return fold_types(r, why);
	return r->command == SA_ADD ? alg_check_keys(&r->sa, why) : 0;
}

/* Options are the same for all commands and may stand anywhere. Takes them out of @argv. */
static int parse_options(struct request *r, int *argc, char **argv, char *why)
{
	int i, left = 0;

	for (i = 0; i < *argc; i++) {
		if (argv[i][0] != '-' || !argv[i][1]) {
			argv[left++] = argv[i];
		} else if (!strcmp(argv[i], "--json")) {
			r->json = true;
		} else if (!strcmp(argv[i], "-h") || !strcmp(argv[i], "--help")) {
			r->command = HELP;
		} else if (!strcmp(argv[i], "--version")) {
			r->command = VERSION;
		} else {
			snprintf(why, WHY_MAX, "'%.64s' is not an option (see --help)", argv[i]);
			return -1;
		}
	}
	*argc = left;
	return 0;
}

static int parse_words(struct request *r, int argc, char **argv, char *why);

/* What follows "and": of the same command and device. */
static int parse_also(struct request *r, int argc, char **argv, char *why)
{
	r->also = calloc(1, sizeof(*r->also));
	if (!r->also) {
		snprintf(why, WHY_MAX, "out of memory");
		return -1;
	}
	r->also->command = r->command;
	r->also->dev = r->dev;
	/* The first word of the grammar. */
	r->also->given = 1;
	return parse_words(r->also, argc, argv, why);
}

static int parse_words(struct request *r, int argc, char **argv, char *why)
{
	int i;

	for (i = 0; i < argc; i += 2) {
		if (r->command == SA_ADD && !strcmp(argv[i], "and"))
			break;
		if (parse_word(r, argv[i], i + 1 < argc ? argv[i + 1] : NULL, why))
			return -1;
	}
	if (check_whole(r, why))
		return -1;
	return i < argc ? parse_also(r, argc - i - 1, argv + i + 1, why) : 0;
}

int request_parse(struct request *r, int argc, char **argv, char why[static WHY_MAX])
{
	int i;

	memset(r, 0, sizeof(*r));
	if (parse_options(r, &argc, argv, why))
		return -1;
	if (r->command)
		return 0;
	i = parse_command(r, argc, argv, why);
	if (i < 0)
		return -1;
	return parse_words(r, argc - i, argv + i, why);
}

void request_wipe(struct request *r)
{
	if (r->also) {
		request_wipe(r->also);
		free(r->also);
	}
	explicit_bzero(r, sizeof(*r));
}

bool request_wants_sa(const struct request *r, const struct kernel_sa *sa)
{
	return (!given(r, "dir") || r->sa.dir == sa->dir) &&
	       (!given(r, "spi") || r->sa.spi == sa->spi) &&
	       (!given(r, "reqid") || r->sa.reqid == sa->reqid);
}

bool request_wants_sp(const struct request *r, const struct kernel_sp *sp)
{
	return (!given(r, "dir") || r->sp.dir == sp->dir) &&
	       (!given(r, "index") || r->sp.index == sp->index) &&
	       (!given(r, "reqid") || r->sp.reqid == sp->reqid);
}
