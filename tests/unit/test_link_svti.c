// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The plugin of ip. This program plays ip: it exports what the plugin looks for there, opens it
 * as ip does, and watches what it makes of arguments and attributes.
 */
#include <dlfcn.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <svti.h>

#include "unit.h"

struct link_util {
	struct link_util *next;
	const char *id;
	int maxattr;
	int (*parse)(struct link_util *kind, int argc, char **argv, struct nlmsghdr *msg);
	void (*print)(struct link_util *kind, FILE *out, struct rtattr *attr[]);
	void (*unused[4])(void);
};

/* --- ip */

#define EXPORTED __attribute__((visibility("default")))

static int parse_nothing(struct link_util *kind, int argc, char **argv, struct nlmsghdr *msg)
{
	(void)kind, (void)argc, (void)argv, (void)msg;
	return 0;
}

static void print_nothing(struct link_util *kind, FILE *out, struct rtattr *attr[])
{
	(void)kind, (void)out, (void)attr;
}

extern struct link_util vrf_link_util;
EXPORTED struct link_util vrf_link_util = {
	.id = "vrf",
	.maxattr = IFLA_VRF_MAX,
	.parse = parse_nothing,
	.print = print_nothing,
};

static bool json;
static char printed[256];

static void note(const char *key, const char *value)
{
	size_t len = strlen(printed);

	snprintf(printed + len, sizeof(printed) - len, "%s=%s;", key, value);
}

bool is_json_context(void);
EXPORTED bool is_json_context(void)
{
	return json;
}

int print_color_uint(int where, int color, const char *key, const char *format, unsigned int value);
EXPORTED int print_color_uint(int where, int color, const char *key, const char *format,
			      unsigned int value)
{
	char text[16];

	(void)color, (void)format;
	ck_assert_int_eq(where, 2);
	snprintf(text, sizeof(text), "%u", value);
	note(key, text);
	return 0;
}

int print_color_string(int where, int color, const char *key, const char *format,
		       const char *value);
EXPORTED int print_color_string(int where, int color, const char *key, const char *format,
				const char *value)
{
	(void)color, (void)format;
	ck_assert_int_eq(where, 2);
	note(key, value);
	return 0;
}

/* --- what ip does with a plugin */

static struct link_util *open_plugin(void)
{
	void *plugin = dlopen(SVTI_PLUGIN, RTLD_LAZY);

	ck_assert_msg(plugin, "%s", dlerror());
	return dlsym(plugin, "svti_link_util");
}

static struct {
	struct nlmsghdr head;
	struct ifinfomsg info;
	char rest[1024];
} request;

/* Parse words separated by spaces; attributes are in request.rest then. */
static int parse(const char *text)
{
	struct link_util *svti = open_plugin();
	char copy[256], *argv[16] = { 0 }, *word;
	int argc = 0;

	memset(&request, 0xaa, sizeof(request));
	request.head.nlmsg_len = NLMSG_LENGTH(sizeof(request.info));
	snprintf(copy, sizeof(copy), "%s", text);
	for (word = strtok(copy, " "); word; word = strtok(NULL, " "))
		argv[argc++] = word;
	return svti->parse(svti, argc, argv, &request.head);
}

static uint32_t attribute(int index, int type)
{
	struct rtattr *attr = (void *)(request.rest + index * RTA_LENGTH(4));
	uint32_t value;

	ck_assert_int_eq(attr->rta_type, type);
	ck_assert_int_eq(attr->rta_len, RTA_LENGTH(4));
	memcpy(&value, RTA_DATA(attr), 4);
	return value;
}

static int attributes(void)
{
	return (request.head.nlmsg_len - NLMSG_LENGTH(sizeof(request.info))) / RTA_LENGTH(4);
}

START_TEST(arguments_become_attributes)
{
	ck_assert_int_eq(parse("id 100 fwmark 0x1"), 0);
	ck_assert_int_eq(attributes(), 2);
	ck_assert_uint_eq(attribute(0, IFLA_SVTI_ID), 100);
	ck_assert_uint_eq(attribute(1, IFLA_SVTI_FWMARK), 1);
	ck_assert_int_eq(parse("fwmark 4294967295 nolink"), 0);
	ck_assert_uint_eq(attribute(0, IFLA_SVTI_FWMARK), UINT32_MAX);
	ck_assert_uint_eq(attribute(1, IFLA_SVTI_LINK), 0);
	ck_assert_int_eq(parse(""), 0);
	ck_assert_int_eq(attributes(), 0);
}
END_TEST

START_TEST(wrong_arguments_are_refused)
{
	static const char *const wrong[] = {
		"id", "id -1", "id 4294967296", "id 18446744073709551617", "id 1x", "id x", "id +1",
		"id 1 id 1", "nolink link lo", "link no-such-interface", "colour 3", "help", "fwmark",
	};
	size_t i;

	for (i = 0; i < COUNT_OF(wrong); i++)
		ck_assert_msg(parse(wrong[i]), "accepted: %s", wrong[i]);
}
END_TEST

START_TEST(requests_have_an_end)
{
	struct link_util *svti = open_plugin();
	char *argv[] = { "id", "1", "fwmark", "2" };

	memset(&request, 0, sizeof(request));
	request.head.nlmsg_len = 1024 - RTA_LENGTH(4);
	ck_assert_int_eq(svti->parse(svti, 2, argv, &request.head), 0);
	ck_assert_uint_eq(request.head.nlmsg_len, 1024);
	request.head.nlmsg_len = 1024 - RTA_LENGTH(4);
	ck_assert_int_ne(svti->parse(svti, 4, argv, &request.head), 0);
	ck_assert_uint_eq(request.head.nlmsg_len, 1024);
}
END_TEST

/* Attributes as the kernel sends them, one of them too short. */
static const char *show(bool as_json)
{
	static struct {
		struct rtattr head;
		uint32_t value;
	} id = { { RTA_LENGTH(4), IFLA_SVTI_ID }, 100 },
	  link = { { RTA_LENGTH(4), IFLA_SVTI_LINK }, 4000000 },
	  mark = { { RTA_LENGTH(4), IFLA_SVTI_FWMARK }, 0xfffffffe };
	struct link_util *svti = open_plugin();
	struct rtattr *attr[IFLA_SVTI_MAX + 1] = { 0 };
	FILE *out;

	attr[IFLA_SVTI_ID] = &id.head;
	attr[IFLA_SVTI_LINK] = &link.head;
	attr[IFLA_SVTI_FWMARK] = &mark.head;
	json = as_json;
	memset(printed, 0, sizeof(printed));
	out = as_json ? stdout : fmemopen(printed, sizeof(printed), "w");
	svti->print(svti, out, attr);
	if (!as_json)
		fclose(out);
	/* A kernel that says nothing of the kind. */
	svti->print(svti, stdout, NULL);
	return printed;
}

START_TEST(attributes_are_shown)
{
	ck_assert_str_eq(show(false), "id 100 link if4000000 fwmark 0xfffffffe ");
	ck_assert_str_eq(show(true), "id=100;link=if4000000;fwmark=0xfffffffe;");
}
END_TEST

START_TEST(another_ip_gets_nothing)
{
	const struct link_util right = vrf_link_util;

	ck_assert_ptr_nonnull(open_plugin());
	vrf_link_util.id = NULL;
	ck_assert_ptr_null(open_plugin());
	vrf_link_util = right;
	vrf_link_util.id = "team";
	ck_assert_ptr_null(open_plugin());
	vrf_link_util = right;
	vrf_link_util.maxattr = 7;
	ck_assert_ptr_null(open_plugin());
	vrf_link_util = right;
	vrf_link_util.print = NULL;
	ck_assert_ptr_null(open_plugin());
	vrf_link_util = right;
	ck_assert_ptr_nonnull(open_plugin());
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_test(tc, arguments_become_attributes);
	tcase_add_test(tc, wrong_arguments_are_refused);
	tcase_add_test(tc, requests_have_an_end);
	tcase_add_test(tc, attributes_are_shown);
	tcase_add_test(tc, another_ip_gets_nothing);
}

int main(void)
{
	return unit_run("link_svti", add);
}
