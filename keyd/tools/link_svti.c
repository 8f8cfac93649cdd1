// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A plugin for iproute2: the arguments of "ip link add ... type svti", and what "ip -d link"
 * shows of them. ip opens link_svti.so in its plugin directory and asks for svti_link_util.
 *
 * That is no stable interface of ip. So before we hand anything out, we look whether kinds that
 * are built into this very ip are laid out as we think; if not, ip goes on as without a plugin:
 * it makes svti devices, and refuses arguments that it cannot understand.
 */
#include <dlfcn.h>
#include <elf.h>
#include <errno.h>
#include <limits.h>
#include <link.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <svti.h>

/* What ip knows of a kind of link: the same from iproute2 4.19 to 6.15 at least. */
struct link_util {
	struct link_util *next;
	const char *id;
	int maxattr;
	int (*parse)(struct link_util *kind, int argc, char **argv, struct nlmsghdr *msg);
	void (*print)(struct link_util *kind, FILE *out, struct rtattr *attr[]);
	void (*print_xstats)(struct link_util *kind, FILE *out, struct rtattr *attr);
	void (*help)(struct link_util *kind, int argc, char **argv, FILE *out);
	int (*parse_ifla_xstats)(struct link_util *kind, int argc, char **argv);
	int (*print_ifla_xstats)(struct nlmsghdr *msg, void *arg);
};

enum {
	/* As long as ip lets a request be that a kind adds to. */
	REQUEST_LEN = 1024,
	PRINT_JSON = 2,
};

/* Functions of ip; weak, so that one that is missing is noticed in time. */
#define OF_IP __attribute__((weak))
OF_IP bool is_json_context(void);
OF_IP int print_color_uint(int where, int color, const char *key, const char *format,
			   unsigned int value);
OF_IP int print_color_string(int where, int color, const char *key, const char *format,
			     const char *value);

/* --- what there is to say and to show */

static void print_number(FILE *out, const char *name, uint32_t value)
{
	if (is_json_context())
		print_color_uint(PRINT_JSON, 0, name, NULL, value);
	else
		fprintf(out, "%s %u ", name, value);
}

static void print_text(FILE *out, const char *name, const char *value)
{
	if (is_json_context())
		print_color_string(PRINT_JSON, 0, name, NULL, value);
	else
		fprintf(out, "%s %s ", name, value);
}

static void print_mark(FILE *out, const char *name, uint32_t value)
{
	char text[16];

	snprintf(text, sizeof(text), "0x%x", value);
	print_text(out, name, text);
}

static void print_link(FILE *out, const char *name, uint32_t value)
{
	char text[IF_NAMESIZE + 16];

	if (!if_indextoname(value, text))
		snprintf(text, sizeof(text), "if%u", value);
	print_text(out, name, text);
}

static int read_number(const char *name, const char *text, uint32_t *value)
{
	unsigned long number;
	char *end;

	errno = 0;
	number = strtoul(text, &end, 0);
	if (*text < '0' || *text > '9' || *end || errno || number > UINT32_MAX) {
		fprintf(stderr, "svti: %s '%s' is not a number of 32 bits\n", name, text);
		return -1;
	}
	*value = number;
	return 0;
}

static int read_link(const char *name, const char *text, uint32_t *value)
{
	*value = if_nametoindex(text);
	if (*value)
		return 0;
	fprintf(stderr, "svti: there is no interface '%s' to be the %s\n", text, name);
	return -1;
}

/* By attribute; each is a u32. */
static const struct {
	const char *name;
	int (*read)(const char *name, const char *text, uint32_t *value);
	void (*print)(FILE *out, const char *name, uint32_t value);
} known[IFLA_SVTI_MAX + 1] = {
	[IFLA_SVTI_ID] = { "id", read_number, print_number },
	[IFLA_SVTI_LINK] = { "link", read_link, print_link },
	[IFLA_SVTI_FWMARK] = { "fwmark", read_number, print_mark },
};

/* --- arguments */

static void print_help(struct link_util *kind, int argc, char **argv, FILE *out)
{
	(void)kind, (void)argc, (void)argv;
	fputs("Usage: ... svti [ id ID ]\n"
	      "                [ { link DEV | nolink } ]\n"
	      "                [ fwmark MARK ]\n"
	      "\n"
	      "Where: ID   := 1..4294967295, given to one device on each link\n"
	      "       DEV  := interface or VRF that carries the encrypted packets\n"
	      "       MARK := 0x0..0xffffffff, mark of the encrypted packets and their route\n",
	      out);
}

static int add_u32(struct nlmsghdr *msg, unsigned short type, uint32_t value)
{
	struct rtattr *attr = (void *)((char *)msg + NLMSG_ALIGN(msg->nlmsg_len));

	if (NLMSG_ALIGN(msg->nlmsg_len) + RTA_LENGTH(sizeof(value)) > REQUEST_LEN) {
		fprintf(stderr, "svti: too many arguments for one request\n");
		return -1;
	}
	attr->rta_type = type;
	attr->rta_len = RTA_LENGTH(sizeof(value));
	memcpy(RTA_DATA(attr), &value, sizeof(value));
	msg->nlmsg_len = NLMSG_ALIGN(msg->nlmsg_len) + attr->rta_len;
	return 0;
}

/* One argument; returns how many words it took, or -1. */
static int parse_one(int argc, char **argv, unsigned short *type, uint32_t *value)
{
	if (!strcmp(*argv, "nolink")) {
		*type = IFLA_SVTI_LINK;
		*value = 0;
		return 1;
	}
	for (*type = 1; *type <= IFLA_SVTI_MAX; ++*type)
		if (!strcmp(*argv, known[*type].name))
			break;
	if (*type > IFLA_SVTI_MAX) {
		fprintf(stderr, "svti: '%s' is not known here; see: ip link help svti\n", *argv);
		return -1;
	}
	if (argc < 2) {
		fprintf(stderr, "svti: %s wants a value; see: ip link help svti\n", *argv);
		return -1;
	}
	return known[*type].read(*argv, argv[1], value) ? -1 : 2;
}

static int parse(struct link_util *kind, int argc, char **argv, struct nlmsghdr *msg)
{
	bool given[IFLA_SVTI_MAX + 1] = { false };
	unsigned short type;
	uint32_t value;
	int words;

	if (argc && !strcmp(*argv, "help")) {
		print_help(kind, argc, argv, stderr);
		return -1;
	}
	for (; argc > 0; argc -= words, argv += words) {
		words = parse_one(argc, argv, &type, &value);
		if (words < 0)
			return -1;
		if (given[type]) {
			fprintf(stderr, "svti: '%s' says once more what was said already\n", *argv);
			return -1;
		}
		given[type] = true;
		if (add_u32(msg, type, value))
			return -1;
	}
	return 0;
}

static void print(struct link_util *kind, FILE *out, struct rtattr *attr[])
{
	uint32_t value;
	int type;

	(void)kind;
	for (type = 1; attr && type <= IFLA_SVTI_MAX; type++) {
		if (!attr[type] || RTA_PAYLOAD(attr[type]) != sizeof(value))
			continue;
		memcpy(&value, RTA_DATA(attr[type]), sizeof(value));
		known[type].print(out, known[type].name, value);
	}
}

/* --- what ip asks for */

static struct link_util svti = {
	.id = "svti",
	.maxattr = IFLA_SVTI_MAX,
	.parse = parse,
	.print = print,
	.help = print_help,
};

/* A kind that every ip has: is it where, and as large as, we think it is? */
static bool is_as_known(const char *symbol, const char *id, int maxattr)
{
	const struct link_util *kind = dlsym(RTLD_DEFAULT, symbol);
	const ElfW(Sym) *entry;
	Dl_info info;

	return kind && dladdr1(kind, &info, (void **)&entry, RTLD_DL_SYMENT) && entry &&
	       entry->st_size == sizeof(*kind) && kind->id && !strcmp(kind->id, id) &&
	       kind->maxattr == maxattr && kind->parse && kind->print;
}

/* For the compiler, what dlsym() calls can only find a function. */
typedef void found(void);

/*
 * dlsym() calls this when ip asks for svti_link_util, and hands out what it returns; NULL: there
 * is none.
 */
static found *look_at_ip(void)
{
	if (!is_json_context || !print_color_uint || !print_color_string ||
	    !is_as_known("vrf_link_util", "vrf", IFLA_VRF_MAX))
		return NULL;
	return (found *)&svti;
}

found svti_link_util __attribute__((ifunc("look_at_ip"), visibility("default")));
