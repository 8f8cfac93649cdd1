// SPDX-License-Identifier: GPL-2.0-or-later
/* keyd/kernel without a kernel: ranges, attributes there and back, and how an answer is read. */
#include "kernel/kernel.c"

#include "unit.h"

static struct addr addr(const char *text)
{
	struct addr a;

	ck_assert_int_eq(addr_parse(&a, text), 0);
	return a;
}

/* "10.0.0.0/8 ..." or the negative errno */
static const char *prefixes(const char *min, const char *max, unsigned int maximum)
{
	static char text[2048];
	struct addr a = addr(min), b = addr(max), prefix[256];
	uint32_t len[256];
	char one[ADDR_STRLEN];
	int i, n = kernel_range_to_prefixes(&a, &b, prefix, len, maximum);
	size_t at = 0;

	text[0] = 0;
	if (n < 0)
		snprintf(text, sizeof(text), "%d", n);
	for (i = 0; i < n; i++)
		at += snprintf(text + at, sizeof(text) - at, "%s%s/%u", i ? " " : "",
			       addr_format(&prefix[i], one), len[i]);
	return text;
}

START_TEST(test_ranges)
{
	ck_assert_str_eq(prefixes("0.0.0.0", "255.255.255.255", 1), "0.0.0.0/0");
	ck_assert_str_eq(prefixes("10.1.0.0", "10.1.0.255", 1), "10.1.0.0/24");
	ck_assert_str_eq(prefixes("10.0.0.7", "10.0.0.7", 1), "10.0.0.7/32");
	ck_assert_str_eq(prefixes("255.255.255.255", "255.255.255.255", 1), "255.255.255.255/32");
	ck_assert_str_eq(prefixes("10.0.0.1", "10.0.0.6", 8),
			 "10.0.0.1/32 10.0.0.2/31 10.0.0.4/31 10.0.0.6/32");
	ck_assert_str_eq(prefixes("10.0.0.0", "10.0.1.127", 8), "10.0.0.0/24 10.0.1.0/25");
	ck_assert_str_eq(prefixes("::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", 1), "::/0");
	ck_assert_str_eq(prefixes("2001:db8::", "2001:db8::1:ffff", 2), "2001:db8::/111");
}
END_TEST

START_TEST(test_ranges_refused)
{
	char text[16];

	snprintf(text, sizeof(text), "%d", -E2BIG);
	ck_assert_str_eq(prefixes("10.0.0.1", "10.0.0.6", 3), text);
	snprintf(text, sizeof(text), "%d", -EINVAL);
	ck_assert_str_eq(prefixes("10.0.0.2", "10.0.0.1", 8), text);
	ck_assert_str_eq(prefixes("10.0.0.2", "::1", 8), text);
}
END_TEST

/* The worst range of IPv4 takes 62 prefixes, and they cover it without a gap or overlap. */
START_TEST(test_range_covers)
{
	struct addr a = addr("0.0.0.1"), b = addr("255.255.255.254"), prefix[62];
	uint32_t len[62], next = 1, at;
	int i, n = kernel_range_to_prefixes(&a, &b, prefix, len, 62);

	ck_assert_int_eq(n, 62);
	for (i = 0; i < n; i++) {
		memcpy(&at, prefix[i].ip, sizeof(at));
		ck_assert_uint_eq(ntohl(at), next);
		next += 1u << (32 - len[i]);
	}
	ck_assert_uint_eq(next, 0xffffffff);
}
END_TEST

static struct nlattr *first(struct nl_msg *msg)
{
	return nlmsg_attrdata(nlmsg_hdr(msg), 0);
}

static struct nl_msg *message(void)
{
	struct nl_msg *msg = nlmsg_alloc_size(4096);

	nlmsg_put(msg, 0, 0, 100, 0, 0);
	return msg;
}

START_TEST(test_sa_attributes)
{
	struct kernel_sa out, in = {
		.spi = 0x1001,
		.dir = SVTI_DIR_OUT,
		.src = addr("192.168.0.1"),
		.dst = addr("192.168.0.2"),
		.reqid = 7,
		.encr = 20,
		.integ = 12,
		.esn = true,
		.has_replay_window = true,
		.replay_window = 0,
		.encap_sport = 4500,
		.encap_dport = 61234,
		.decap_dscp = true,
		.mode = SVTI_MODE_TRANSPORT,
		.has_dscp = true,
		.has_ttl = true,
		.df = SVTI_DF_SET,
		.tfc = 1400,
		.dummy = 20,
		.has_keepalive = true,
		.keepalive = 20,
		.life_bytes = { .soft = 1, .hard = UINT64_MAX },
		.life_packets = { .hard = 1ULL << 40 },
		.life_seconds = { .soft = 60 },
	};
	struct nl_msg *msg = message();

	ck_assert_int_eq(kernel_put_sa(msg, &in), 0);
	ck_assert_int_eq(kernel_get_sa(&out, first(msg)), 0);
	ck_assert_uint_eq(out.spi, in.spi);
	ck_assert_uint_eq(out.dir, in.dir);
	ck_assert(addr_equal(&out.src, &in.src) && addr_equal(&out.dst, &in.dst));
	ck_assert_uint_eq(out.reqid, 7);
	ck_assert_uint_eq(out.encr, 20);
	ck_assert_uint_eq(out.integ, 12);
	ck_assert(out.esn && out.has_replay_window && !out.replay_window && !out.used);
	ck_assert_uint_eq(out.encap_sport, 4500);
	ck_assert_uint_eq(out.encap_dport, 61234);
	ck_assert(out.decap_dscp && out.has_dscp && !out.dscp && out.has_ttl && !out.ttl);
	ck_assert_uint_eq(out.df, SVTI_DF_SET);
	ck_assert_uint_eq(out.mode, SVTI_MODE_TRANSPORT);
	ck_assert(out.tfc == 1400 && out.dummy == 20);
	ck_assert(out.has_keepalive && out.keepalive == 20);
	ck_assert(!memcmp(&out.life_bytes, &in.life_bytes, sizeof(in.life_bytes)));
	ck_assert(!memcmp(&out.life_packets, &in.life_packets, sizeof(in.life_packets)));
	ck_assert(!memcmp(&out.life_seconds, &in.life_seconds, sizeof(in.life_seconds)));
	nlmsg_free(msg);
}
END_TEST

START_TEST(test_sp_attributes)
{
	struct kernel_sp out, in = {
		.index = 3,
		.dir = SVTI_DIR_IN,
		.src = addr("10.1.0.0"),
		.src_prefix = 24,
		.proto = 6,
		.has_sport = true,
		.sport_min = 65535,
		.sport_max = 0,
		.has_dport = true,
		.dport_min = 0,
		.dport_max = 80,
		.has_reqid = true,
		.has_priority = true,
		.priority = 0,
		.action = SVTI_ACTION_DISCARD,
	};
	struct nl_msg *msg = message();

	ck_assert_int_eq(kernel_put_sp(msg, &in), 0);
	ck_assert_int_eq(kernel_get_sp(&out, first(msg)), 0);
	ck_assert_uint_eq(out.index, 3);
	ck_assert_uint_eq(out.src_prefix, 24);
	ck_assert_int_eq(out.dst.family, AF_UNSPEC);
	ck_assert(out.has_sport && out.sport_min == 65535 && out.sport_max == 0);
	ck_assert(out.has_dport && out.dport_min == 0 && out.dport_max == 80);
	ck_assert(out.has_reqid && !out.reqid);
	ck_assert_uint_eq(out.priority, 0);
	ck_assert_uint_eq(out.action, SVTI_ACTION_DISCARD);
	nlmsg_free(msg);
}
END_TEST

/* A flag says that the SA is gone. */
START_TEST(test_expire_attributes)
{
	struct kernel_sa in = { .spi = 0x1001, .dir = SVTI_DIR_IN };
	struct nl_msg *msg = message();
	struct kernel_expire out;

	ck_assert_int_eq(kernel_put_sa(msg, &in), 0);
	nla_put_u32(msg, SVTI_A_SA_EXPIRE_REASON, SVTI_EXPIRE_SECONDS);
	first(msg)->nla_len += NLA_HDRLEN + 4;
	ck_assert_int_eq(kernel_get_expire(&out, first(msg)), 0);
	ck_assert_uint_eq(out.sa.spi, 0x1001);
	ck_assert_uint_eq(out.reason, SVTI_EXPIRE_SECONDS);
	ck_assert(!out.hard);
	nla_put_flag(msg, SVTI_A_SA_EXPIRE_HARD);
	first(msg)->nla_len += NLA_HDRLEN;
	ck_assert_int_eq(kernel_get_expire(&out, first(msg)), 0);
	ck_assert(out.hard);
	nlmsg_free(msg);
}
END_TEST

/* What is too short, too long or absent is an error and not a guess. */
START_TEST(test_bad_attributes)
{
	struct nl_msg *msg = message();
	struct nlattr *nest;
	struct kernel_sa sa;

	nest = nla_nest_start(msg, SVTI_A_SA);
	nla_put_u32(msg, SVTI_A_SA_SPI, 1);
	nla_nest_end(msg, nest);
	ck_assert_int_eq(kernel_get_sa(&sa, first(msg)), -EBADMSG);
	nla_put_u32(msg, SVTI_A_SA_DIR, 1);
	nest->nla_len += NLA_HDRLEN + 4;
	ck_assert_int_eq(kernel_get_sa(&sa, first(msg)), 0);
	nla_put(msg, SVTI_A_SA_SRC, 4, "abcd");
	nest->nla_len += NLA_HDRLEN + 4;
	ck_assert_int_eq(kernel_get_sa(&sa, first(msg)), 0);
	nla_put(msg, SVTI_A_SA_DST, 5, "abcde");
	nest->nla_len += NLA_HDRLEN + 8;
	ck_assert_int_eq(kernel_get_sa(&sa, first(msg)), -EBADMSG);
	nlmsg_free(msg);
}
END_TEST

/* --- answers */

static struct kernel k;
static struct answer a;

static void *append(int *len, uint16_t type, uint16_t flags, const void *data, size_t size)
{
	struct nlmsghdr *h = (struct nlmsghdr *)(k.buffer + *len);

	memset(h, 0, NLMSG_SPACE(size));
	h->nlmsg_len = NLMSG_LENGTH(size);
	h->nlmsg_type = type;
	h->nlmsg_flags = flags;
	h->nlmsg_seq = 5;
	memcpy(NLMSG_DATA(h), data, size);
	*len += NLMSG_SPACE(size);
	return h;
}

/* An NLMSG_ERROR as the kernel makes it, @request octets of ours sent back. */
static int error_message(int error, uint16_t flags, size_t request, const char *sentence)
{
	char body[512] = "";
	struct nlmsgerr *err = (struct nlmsgerr *)body;
	struct nlattr *attr;
	int len = 0;
	size_t at = sizeof(*err) + NLMSG_ALIGN(request);

	err->error = error;
	err->msg.nlmsg_len = NLMSG_HDRLEN + request;
	attr = (struct nlattr *)(body + at);
	attr->nla_type = NLMSGERR_ATTR_MSG;
	attr->nla_len = NLA_HDRLEN + strlen(sentence) + 1;
	memcpy(nla_data(attr), sentence, strlen(sentence) + 1);
	append(&len, NLMSG_ERROR, flags, body, at + NLA_ALIGN(attr->nla_len));
	return len;
}

static void fresh(void)
{
	k.error[0] = 0;
	a = (struct answer){ .seq = 5 };
}

START_TEST(test_extended_ack)
{
	int status = 1;

	fresh();
	ck_assert(take_datagram(
		&k, &a, error_message(-EEXIST, NLM_F_ACK_TLVS | NLM_F_CAPPED, 20, "wrong place"),
		&status));
	ck_assert_int_eq(status, -EEXIST);
	fresh();
	ck_assert(take_datagram(
		&k, &a,
		error_message(-EEXIST, NLM_F_ACK_TLVS | NLM_F_CAPPED, 0, "the SPI is taken"),
		&status));
	ck_assert_str_eq(kernel_error(&k), "the SPI is taken");
	/* The request is sent back whole, and the sentence is behind it. */
	fresh();
	ck_assert(take_datagram(
		&k, &a, error_message(-EEXIST, NLM_F_ACK_TLVS, 37, "the SPI is taken"), &status));
	ck_assert_int_eq(status, -EEXIST);
	ck_assert_str_eq(kernel_error(&k), "the SPI is taken");
	fresh();
	ck_assert(take_datagram(&k, &a, error_message(-EEXIST, 0, 0, "no flag"), &status));
	ck_assert_str_eq(kernel_error(&k), "");
}
END_TEST

/* A request length that points outside of the datagram reads nothing there. */
START_TEST(test_extended_ack_lies)
{
	int len = error_message(-EEXIST, NLM_F_ACK_TLVS, 0, "x"), status = 0;
	struct nlmsgerr *err = NLMSG_DATA(k.buffer);

	fresh();
	err->msg.nlmsg_len = 0x7fffffff;
	ck_assert(take_datagram(&k, &a, len, &status));
	ck_assert_int_eq(status, -EEXIST);
	ck_assert_str_eq(kernel_error(&k), "");
	err->error = 1;
	ck_assert(take_datagram(&k, &a, len, &status));
	ck_assert_int_eq(status, -EBADMSG);
}
END_TEST

static int count_reply(void *ctx, struct nlmsghdr *h)
{
	(void)h;
	return ++*(int *)ctx > 2 ? -ENOMEM : 0;
}

START_TEST(test_dump)
{
	int replies = 0, status = 1, len = 0, zero = 0;
	struct nlmsghdr *h;

	fresh();
	a.reply = count_reply;
	a.ctx = &replies;
	append(&len, 100, NLM_F_MULTI, &zero, sizeof(zero));
	h = append(&len, 100, NLM_F_MULTI, &zero, sizeof(zero));
	h->nlmsg_seq = 4; /* of an earlier question */
	append(&len, 100, NLM_F_MULTI | NLM_F_DUMP_INTR, &zero, sizeof(zero));
	ck_assert(!take_datagram(&k, &a, len, &status));
	ck_assert_int_eq(replies, 2);
	ck_assert(a.changed);
	len = 0;
	append(&len, NLMSG_DONE, NLM_F_MULTI, &zero, sizeof(zero));
	ck_assert(take_datagram(&k, &a, len, &status));
	ck_assert_int_eq(status, 0);
}
END_TEST

/* The end of a dump has a status, and its sentence. */
START_TEST(test_dump_fails)
{
	char body[64] = "";
	struct nlattr *attr = (struct nlattr *)(body + 4);
	int status = 0, len = 0;

	fresh();
	*(int *)body = -ENODEV;
	attr->nla_type = NLMSGERR_ATTR_MSG;
	attr->nla_len = NLA_HDRLEN + sizeof("gone");
	memcpy(nla_data(attr), "gone", sizeof("gone"));
	append(&len, NLMSG_DONE, NLM_F_MULTI | NLM_F_ACK_TLVS, body, 4 + NLA_ALIGN(attr->nla_len));
	ck_assert(take_datagram(&k, &a, len, &status));
	ck_assert_int_eq(status, -ENODEV);
	ck_assert_str_eq(kernel_error(&k), "gone");
}
END_TEST

static int tries;

static int interrupted(struct kernel *kernel, void *ctx)
{
	(void)kernel;
	return ++tries < *(int *)ctx ? -EINTR : 0;
}

static void again(void *ctx)
{
	(void)ctx;
}

START_TEST(test_dump_again)
{
	int until = 3;

	tries = 0;
	ck_assert_int_eq(kernel_dump(&k, "list", interrupted, again, &until), 0);
	ck_assert_int_eq(tries, 3);
	tries = 0;
	until = 1000;
	ck_assert_int_eq(kernel_dump(&k, "list", interrupted, again, &until), -EAGAIN);
	ck_assert_int_eq(tries, DUMP_TRIES);
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_test(tc, test_ranges);
	tcase_add_test(tc, test_ranges_refused);
	tcase_add_test(tc, test_range_covers);
	tcase_add_test(tc, test_sa_attributes);
	tcase_add_test(tc, test_sp_attributes);
	tcase_add_test(tc, test_expire_attributes);
	tcase_add_test(tc, test_bad_attributes);
	tcase_add_test(tc, test_extended_ack);
	tcase_add_test(tc, test_extended_ack_lies);
	tcase_add_test(tc, test_dump);
	tcase_add_test(tc, test_dump_fails);
	tcase_add_test(tc, test_dump_again);
}

int main(void)
{
	return unit_run("kernel", add);
}
