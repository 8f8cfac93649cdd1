// SPDX-License-Identifier: GPL-2.0-or-later
/* Child SAs as policies and SAs, on a kernel that only keeps lists. */
#include <errno.h>
#include <stdlib.h>

#include "children.h"
#include "unit.h"

/* --- the kernel */

enum {
	LIST_MAX = 600
};

static struct {
	struct kernel_sa sa[LIST_MAX];
	struct kernel_sp sp[LIST_MAX];
	unsigned int sas, sps;
	int refuse; /* errno for sa-new */
} fake;

int kernel_ifindex(struct kernel *k, const char *name)
{
	(void)k;
	return !strcmp(name, "svti1") ? 1 : -ENODEV;
}

int kernel_link_ensure(struct kernel *k, const char *name)
{
	return kernel_ifindex(k, name);
}

const char *kernel_error(const struct kernel *k)
{
	(void)k;
	return "the kernel refused";
}

static bool same_selector(const struct kernel_sp *a, const struct kernel_sp *b)
{
	return a->dir == b->dir && addr_equal(&a->src, &b->src) && addr_equal(&a->dst, &b->dst) &&
	       a->src_prefix == b->src_prefix && a->dst_prefix == b->dst_prefix &&
	       a->proto == b->proto && a->sport_min == b->sport_min &&
	       a->dport_min == b->dport_min && a->has_priority == b->has_priority &&
	       a->priority == b->priority;
}

static unsigned int find_sp(const struct kernel_sp *sp)
{
	unsigned int i = 0;

	while (i < fake.sps && !same_selector(&fake.sp[i], sp))
		i++;
	return i;
}

/* As the real one: a policy that is there already is refused. */
int kernel_sp_new(struct kernel *k, int ifindex, const struct kernel_sp *sp, unsigned int sps,
		  uint32_t *index)
{
	unsigned int i;

	(void)k;
	(void)ifindex;
	(void)index;
	for (i = 0; i < sps; i++)
		if (find_sp(&sp[i]) < fake.sps)
			return -EEXIST;
	for (i = 0; i < sps; i++)
		fake.sp[fake.sps++] = sp[i];
	return 0;
}

int kernel_sa_new(struct kernel *k, int ifindex, const struct kernel_sa *sa, unsigned int sas,
		  const struct kernel_sp *sp, unsigned int sps)
{
	int error = fake.refuse ? fake.refuse : kernel_sp_new(k, ifindex, sp, sps, NULL);

	if (error)
		return error;
	memcpy(&fake.sa[fake.sas], sa, sas * sizeof(*sa));
	fake.sas += sas;
	return 0;
}

int kernel_sp_del(struct kernel *k, int ifindex, const struct kernel_sp *sp)
{
	unsigned int i = find_sp(sp);

	(void)k;
	(void)ifindex;
	if (i == fake.sps)
		return -ENOENT;
	fake.sp[i] = fake.sp[--fake.sps];
	return 0;
}

static unsigned int find_sa(uint32_t dir, uint32_t spi)
{
	unsigned int i = 0;

	while (i < fake.sas && (fake.sa[i].dir != dir || fake.sa[i].spi != spi))
		i++;
	return i;
}

int kernel_sa_del(struct kernel *k, int ifindex, uint32_t dir, uint32_t spi, const struct addr *dst)
{
	unsigned int i = find_sa(dir, spi);

	(void)k;
	(void)ifindex;
	if (i == fake.sas || (dst && !addr_equal(&fake.sa[i].dst, dst)))
		return -ENOENT;
	fake.sa[i] = fake.sa[--fake.sas];
	return 0;
}

int kernel_sa_set(struct kernel *k, int ifindex, const struct kernel_sa *sa)
{
	unsigned int i = find_sa(sa->dir, sa->spi);

	(void)k;
	(void)ifindex;
	if (i == fake.sas)
		return -ENOENT;
	fake.sa[i].src = sa->src;
	fake.sa[i].dst = sa->dst;
	fake.sa[i].encap_sport = sa->encap_sport;
	fake.sa[i].encap_dport = sa->encap_dport;
	return 0;
}

int kernel_sa_get(struct kernel *k, int ifindex, uint32_t dir, uint32_t spi, struct kernel_sa *sa)
{
	unsigned int i = find_sa(dir, spi);

	(void)k;
	(void)ifindex;
	if (i == fake.sas)
		return -ENOENT;
	*sa = fake.sa[i];
	return 0;
}

int kernel_sa_each(struct kernel *k, int ifindex,
		   void (*each)(void *ctx, const struct kernel_sa *sa), void *ctx)
{
	unsigned int i;

	(void)k;
	(void)ifindex;
	for (i = 0; i < fake.sas; i++)
		each(ctx, &fake.sa[i]);
	return 0;
}

int kernel_sp_each(struct kernel *k, int ifindex,
		   void (*each)(void *ctx, const struct kernel_sp *sp), void *ctx)
{
	unsigned int i;

	(void)k;
	(void)ifindex;
	for (i = 0; i < fake.sps; i++)
		each(ctx, &fake.sp[i]);
	return 0;
}

int kernel_sa_flush(struct kernel *k, int ifindex, uint32_t dir, uint32_t reqid)
{
	(void)k;
	(void)ifindex;
	ck_assert(!dir && !reqid);
	fake.sas = 0;
	return 0;
}

int kernel_sp_flush(struct kernel *k, int ifindex, uint32_t dir, uint32_t reqid)
{
	(void)k;
	(void)ifindex;
	ck_assert(!dir && !reqid);
	fake.sps = 0;
	return 0;
}

/* --- the tests */

static struct children *c;
static char why[CHILDREN_WHY_MAX];
static struct wire_ts_list local, remote;

static void add_ts(struct wire_ts_list *list, const char *min, const char *max, uint8_t proto,
		   uint16_t port_min, uint16_t port_max)
{
	struct wire_ts *ts = &list->ts[list->count++];

	ts->proto = proto;
	ts->port_min = port_min;
	ts->port_max = port_max;
	ck_assert_int_eq(addr_parse(&ts->min, min), 0);
	ck_assert_int_eq(addr_parse(&ts->max, max), 0);
}

static void setup(void)
{
	memset(&fake, 0, sizeof(fake));
	memset(&local, 0, sizeof(local));
	memset(&remote, 0, sizeof(remote));
	add_ts(&local, "10.1.0.0", "10.1.0.255", 0, 0, 65535);
	add_ts(&remote, "10.2.0.0", "10.2.0.255", 0, 0, 65535);
	c = children_new(NULL);
}

static void teardown(void)
{
	children_free(c);
}

static struct ike_install child(uint32_t spi)
{
	struct ike_install ask = {
		.connection = "ipsec1",
		.child = "net",
		.interface = "svti1",
		.reqid = 1,
		.spi_in = spi,
		.spi_out = spi + 1,
		.encr = 20,
		.key_bits = 128,
		.esn = true,
		.encr_key_in = bytes_of("in", 2),
		.encr_key_out = bytes_of("out", 3),
		.ts_local = &local,
		.ts_remote = &remote,
	};

	addr_parse(&ask.local, "192.168.0.1");
	addr_parse(&ask.remote, "192.168.0.2");
	return ask;
}

static int install(uint32_t spi)
{
	struct ike_install ask = child(spi);

	return children_install(c, &ask, why);
}

static void uninstall(uint32_t spi)
{
	const struct ike_uninstall what = {
		.interface = "svti1", .reqid = 1, .spi_in = spi, .spi_out = spi + 1
	};

	children_uninstall(c, &what);
}

START_TEST(test_one_child)
{
	const struct kernel_sa *in = &fake.sa[0], *out = &fake.sa[1];
	const struct kernel_sp *sp = fake.sp;
	char text[ADDR_STRLEN];

	ck_assert_int_eq(install(0x1000), 0);
	ck_assert_uint_eq(fake.sas, 2);
	ck_assert(in->dir == SVTI_DIR_IN && in->spi == 0x1000 && in->encr_key.len == 2);
	ck_assert_str_eq(addr_format(&in->src, text), "192.168.0.2");
	ck_assert(out->dir == SVTI_DIR_OUT && out->spi == 0x1001 && out->encr_key.len == 3);
	ck_assert_str_eq(addr_format(&out->src, text), "192.168.0.1");
	ck_assert(in->esn && in->reqid == 1 && !in->has_replay_window);
	ck_assert_uint_eq(fake.sps, 2);
	ck_assert(sp[1].dir == SVTI_DIR_OUT && sp[1].reqid == 1 && sp[1].src_prefix == 24);
	ck_assert_str_eq(addr_format(&sp[1].src, text), "10.1.0.0");
	ck_assert(sp[0].dir == SVTI_DIR_IN);
	ck_assert_str_eq(addr_format(&sp[0].src, text), "10.2.0.0");
	uninstall(0x1000);
	ck_assert_uint_eq(fake.sas, 0);
	ck_assert_uint_eq(fake.sps, 0);
}
END_TEST

/* ESP in UDP, to a peer whose NAT moves it. */
START_TEST(test_moved)
{
	const struct kernel_sa *in = &fake.sa[0], *out = &fake.sa[1];
	struct ike_install ask = child(0x1000);
	struct ike_move move = { .interface = "svti1", .reqid = 1, .spi_in = 0x1000 };
	char text[ADDR_STRLEN];

	ask.encap_local = 4500;
	ask.encap_remote = 20000;
	ask.keepalive = true;
	ck_assert_int_eq(children_install(c, &ask, why), 0);
	ck_assert(in->encap_sport == 20000 && in->encap_dport == 4500 && !in->has_keepalive);
	ck_assert(out->encap_sport == 4500 && out->encap_dport == 20000);
	ck_assert(out->has_keepalive && out->keepalive == 20);
	move.spi_out = 0x1001;
	move.local = (struct endpoint){ ask.local, 4500 };
	move.remote.port = 30000;
	addr_parse(&move.remote.addr, "192.168.0.7");
	children_move(c, &move);
	ck_assert(in->encap_sport == 30000 && in->encap_dport == 4500);
	ck_assert(out->encap_sport == 4500 && out->encap_dport == 30000);
	ck_assert_str_eq(addr_format(&in->src, text), "192.168.0.7");
	ck_assert_str_eq(addr_format(&out->dst, text), "192.168.0.7");
	move.spi_in = 0x9000;
	children_move(c, &move);
	uninstall(0x1000);
	ck_assert_uint_eq(fake.sas + fake.sps, 0);
}
END_TEST

/* A tunnel that is made anew: SAs of the same traffic share policies and reqid. */
START_TEST(test_shared_policies)
{
	const struct kernel_sa old = { .dir = SVTI_DIR_OUT, .spi = 0x1001 };
	const struct kernel_sa new = { .dir = SVTI_DIR_OUT, .spi = 0x2001 };
	const struct kernel_sa none = { .dir = SVTI_DIR_IN, .spi = 0x2001 };
	struct ike_install ask = child(0x2000);

	ck_assert_int_eq(install(0x1000), 0);
	ask.reqid = 9;
	ck_assert_int_eq(children_install(c, &ask, why), 0);
	ck_assert_uint_eq(fake.sas, 4);
	ck_assert_uint_eq(fake.sps, 2);
	ck_assert_uint_eq(fake.sa[2].reqid, 1);
	ck_assert_uint_eq(children_reqid(c, "svti1", 1, NULL), 9);
	ck_assert_uint_eq(children_reqid(c, "svti1", 1, &old), 1);
	ck_assert_uint_eq(children_reqid(c, "svti1", 1, &new), 9);
	ck_assert_uint_eq(children_reqid(c, "svti1", 1, &none), 0);
	uninstall(0x1000);
	ck_assert_uint_eq(fake.sas, 2);
	ck_assert_uint_eq(fake.sps, 2);
	ck_assert_uint_eq(children_reqid(c, "svti1", 1, NULL), 9);
	uninstall(0x1000);
	ck_assert_uint_eq(fake.sas, 2);
	uninstall(0x2000);
	ck_assert_uint_eq(fake.sas + fake.sps, 0);
	ck_assert_uint_eq(children_reqid(c, "svti1", 1, NULL), 1);
}
END_TEST

/* Another connection or peer does not get into the bundle, and so not at its traffic. */
START_TEST(test_not_shared)
{
	struct ike_install ask = child(0x2000);

	ck_assert_int_eq(install(0x1000), 0);
	ask.reqid = 9;
	ask.connection = "ipsec2";
	ck_assert_int_eq(children_install(c, &ask, why), -EEXIST);
	ask = child(0x2000);
	ask.reqid = 9;
	addr_parse(&ask.remote, "192.168.0.3");
	ck_assert_int_eq(children_install(c, &ask, why), -EEXIST);
	ck_assert_uint_eq(fake.sas, 2);
	remote.ts[0].proto = 6;
	ck_assert_int_eq(children_install(c, &ask, why), 0);
	ck_assert_uint_eq(fake.sa[2].reqid, 9);
	ck_assert_uint_eq(fake.sps, 4);
	ck_assert_int_eq(install(0x1000), -ENOMEM);
	uninstall(0x2000);
	uninstall(0x1000);
	ck_assert_uint_eq(fake.sas + fake.sps, 0);
}
END_TEST

/* A trap is behind the policies of the Child SA, and neither takes the other away. */
START_TEST(test_trap)
{
	const struct ike_trap trap = { .connection = "ipsec1",
				       .interface = "svti1",
				       .reqid = 1,
				       .ts_local = &local,
				       .ts_remote = &remote };

	children_trap_add(c, &trap);
	ck_assert_uint_eq(fake.sps, 1);
	ck_assert_uint_eq(fake.sp[0].dir, SVTI_DIR_OUT);
	ck_assert_uint_eq(fake.sp[0].priority, CHILDREN_TRAP_PRIORITY);
	ck_assert_int_gt(fake.sp[0].priority, SVTI_PRIORITY_DEFAULT);
	ck_assert_int_eq(install(0x1000), 0);
	ck_assert_uint_eq(fake.sps, 3);
	uninstall(0x1000);
	ck_assert_uint_eq(fake.sps, 1);
	ck_assert_uint_eq(fake.sp[0].priority, CHILDREN_TRAP_PRIORITY);
	children_trap_del(c, &trap);
	ck_assert_uint_eq(fake.sps, 0);
	children_trap_del(c, &trap);
}
END_TEST

START_TEST(test_refused)
{
	struct ike_install ask = child(0x1000);

	fake.refuse = -EEXIST;
	ck_assert_int_eq(children_install(c, &ask, why), -EEXIST);
	ck_assert_str_eq(why, "the kernel refused");
	fake.refuse = 0;
	ask.interface = "svti9";
	ck_assert_int_eq(children_install(c, &ask, why), -ENODEV);
	uninstall(0x1000);
	ck_assert_int_eq(install(0x1000), 0);
	ck_assert_uint_eq(fake.sps, 2);
}
END_TEST

START_TEST(test_adopt)
{
	ck_assert_int_eq(install(0x1000), 0);
	ck_assert_int_eq(children_adopt(c, "svti1", why), 0);
	ck_assert_uint_eq(fake.sas + fake.sps, 0);
	ck_assert_int_eq(children_adopt(c, "eth0", why), -ENODEV);
	ck_assert_ptr_nonnull(strstr(why, "eth0"));
}
END_TEST

static unsigned int gone;

static void count_gone(void *ctx, const char *interface, uint32_t reqid)
{
	(void)ctx;
	ck_assert_str_eq(interface, "svti1");
	ck_assert_uint_eq(reqid, 1);
	gone++;
	uninstall(0x1000);
}

START_TEST(test_each_gone)
{
	gone = 0;
	ck_assert_int_eq(install(0x1000), 0);
	children_each_gone(c, count_gone, NULL);
	ck_assert_uint_eq(gone, 0);
	kernel_sa_del(NULL, 1, SVTI_DIR_OUT, 0x1001, NULL);
	children_each_gone(c, count_gone, NULL);
	ck_assert_uint_eq(gone, 1);
	children_each_gone(c, count_gone, NULL);
	ck_assert_uint_eq(gone, 1);
}
END_TEST

static int policies(bool both)
{
	struct kernel_sp sp[CHILDREN_POLICIES_MAX];
	int n = children_policies(sp, &local, &remote, both, why);

	if (n > 0)
		memcpy(fake.sp, sp, n * sizeof(*sp));
	return n;
}

/* Every pair of one family and protocol, and no other. */
START_TEST(test_pairs)
{
	local.count = remote.count = 0;
	add_ts(&local, "10.1.0.0", "10.1.0.255", 6, 80, 81);
	add_ts(&local, "10.1.1.0", "10.1.1.255", 17, 0, 65535);
	add_ts(&local, "2001:db8::", "2001:db8::ffff", 0, 0, 65535);
	add_ts(&remote, "0.0.0.0", "255.255.255.255", 0, 0, 65535);
	add_ts(&remote, "10.9.0.1", "10.9.0.2", 6, 0, 65535);
	ck_assert_int_eq(policies(true), 2 * (1 + 2 + 1));
	ck_assert(fake.sp[0].has_sport && fake.sp[0].sport_min == 80 && fake.sp[0].sport_max == 81);
	ck_assert(!fake.sp[0].has_dport && fake.sp[0].proto == 6 && fake.sp[0].dst_prefix == 0);
	ck_assert(fake.sp[1].has_dport && fake.sp[1].dport_min == 80 && !fake.sp[1].has_sport);
	ck_assert_int_eq(policies(false), 4);
}
END_TEST

static void ck_sport(const struct kernel_sp *sp, uint16_t min, uint16_t max)
{
	ck_assert(sp->has_sport);
	ck_assert_uint_eq(sp->sport_min, min);
	ck_assert_uint_eq(sp->sport_max, max);
}

/* RFC 4301 7.2: of two ports both can be seen or neither. */
START_TEST(test_opaque)
{
	local.count = remote.count = 0;
	add_ts(&local, "10.1.0.0", "10.1.0.255", 17, 53, 53);
	add_ts(&local, "10.1.0.0", "10.1.0.255", 17, 65535, 0);
	add_ts(&remote, "10.2.0.0", "10.2.0.255", 17, 0, 65535);
	ck_assert_int_eq(policies(true), 4);
	ck_sport(&fake.sp[0], 53, 53);
	ck_assert(!fake.sp[0].has_dport && fake.sp[0].proto == 17);
	ck_sport(&fake.sp[2], 65535, 0);
	ck_assert(!fake.sp[2].has_dport);
	ck_assert(!fake.sp[3].has_sport && fake.sp[3].has_dport);
	ck_assert(fake.sp[3].dport_min == 65535 && fake.sp[3].dport_max == 0);
	/* 53 with opaque is no packet; opaque with opaque is. */
	remote.count = 0;
	add_ts(&remote, "10.2.0.0", "10.2.0.255", 17, 65535, 0);
	ck_assert_int_eq(policies(true), 2);
	ck_sport(&fake.sp[0], 65535, 0);
	ck_assert(fake.sp[0].has_dport && fake.sp[0].dport_min > fake.sp[0].dport_max);
	local.count = 1;
	ck_assert_int_eq(policies(true), -EINVAL);
	/* A protocol without ports may say that it has none, RFC 4301 4.4.1.3 A. */
	local.count = remote.count = 0;
	add_ts(&local, "10.1.0.0", "10.1.0.255", 47, 65535, 0);
	add_ts(&remote, "10.2.0.0", "10.2.0.255", 47, 65535, 0);
	ck_assert_int_eq(policies(true), 2);
	ck_sport(&fake.sp[0], 65535, 0);
}
END_TEST

/* RFC 4301 4.4.1.3: the local selector is for what is sent, the remote one for what comes. */
START_TEST(test_types)
{
	local.count = remote.count = 0;
	add_ts(&local, "10.1.0.0", "10.1.0.255", 1, 0x800, 0x8ff);
	add_ts(&remote, "10.2.0.0", "10.2.0.255", 1, 0, 0xff);
	ck_assert_int_eq(policies(true), 2);
	ck_sport(&fake.sp[0], 0x800, 0x8ff);
	ck_assert(fake.sp[0].dir == SVTI_DIR_OUT && !fake.sp[0].has_dport);
	ck_sport(&fake.sp[1], 0, 0xff);
	ck_assert(fake.sp[1].dir == SVTI_DIR_IN && !fake.sp[1].has_dport);
	/* C: sent, but not received, where only later fragments come. */
	remote.ts[0].port_min = 65535;
	remote.ts[0].port_max = 0;
	ck_assert_int_eq(policies(true), 2);
	ck_sport(&fake.sp[0], 0x800, 0x8ff);
	ck_sport(&fake.sp[1], 65535, 0);
	/* One type out, all of them in. */
	remote.count = 0;
	add_ts(&remote, "10.2.0.0", "10.2.0.255", 0, 0, 65535);
	ck_assert_int_eq(policies(true), 2);
	ck_sport(&fake.sp[0], 0x800, 0x8ff);
	ck_assert(!fake.sp[1].has_sport && !fake.sp[1].has_dport && fake.sp[1].proto == 1);
	local.ts[0].proto = remote.ts[0].proto = 135;
	local.ts[0].port_min = local.ts[0].port_max = 0x500;
	ck_assert_int_eq(policies(true), 2);
	ck_sport(&fake.sp[0], 0x500, 0x500);
}
END_TEST

START_TEST(test_no_policy)
{
	remote.count = 0;
	ck_assert_int_eq(policies(true), -EINVAL);
	add_ts(&remote, "::", "::1", 0, 0, 65535);
	ck_assert_int_eq(policies(true), -EINVAL);
	remote.count = 0;
	add_ts(&remote, "10.2.0.9", "10.2.0.1", 0, 0, 65535);
	ck_assert_int_lt(policies(true), 0);
	remote.count = 0;
	add_ts(&remote, "10.2.0.0", "10.2.0.1", 47, 80, 80);
	ck_assert_int_eq(policies(true), -EOPNOTSUPP);
	remote.count = 0;
	add_ts(&remote, "10.2.0.0", "10.2.0.1", 0, 65535, 0);
	ck_assert_int_eq(policies(true), -EOPNOTSUPP);
	remote.count = 0;
	add_ts(&remote, "10.2.0.0", "10.2.0.1", 0, 80, 80);
	ck_assert_int_eq(policies(true), -EOPNOTSUPP);
}
END_TEST

/* A peer may choose ranges that need thousands of prefixes: they are counted before they are made. */
START_TEST(test_too_many)
{
	local.count = remote.count = 0;
	add_ts(&local, "0.0.0.1", "255.255.255.254", 0, 0, 65535);
	add_ts(&remote, "0.0.0.1", "255.255.255.254", 0, 0, 65535);
	ck_assert_int_eq(policies(true), -E2BIG);
	ck_assert_ptr_nonnull(strstr(why, "254"));
	remote.count = 0;
	add_ts(&remote, "10.0.0.0", "10.0.0.6", 0, 0, 65535);
	ck_assert_int_eq(policies(false), 62 * 3);
	ck_assert_int_eq(policies(true), -E2BIG);
	remote.count = 0;
	add_ts(&remote, "10.0.0.0", "10.0.0.1", 0, 0, 65535);
	ck_assert_int_eq(policies(true), 124);
	add_ts(&remote, "10.0.0.4", "10.0.0.5", 0, 0, 65535);
	ck_assert_int_eq(policies(true), 248);
	add_ts(&remote, "10.0.0.8", "10.0.0.9", 0, 0, 65535);
	ck_assert_int_eq(policies(true), -E2BIG);
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, test_one_child);
	tcase_add_test(tc, test_moved);
	tcase_add_test(tc, test_shared_policies);
	tcase_add_test(tc, test_not_shared);
	tcase_add_test(tc, test_trap);
	tcase_add_test(tc, test_refused);
	tcase_add_test(tc, test_adopt);
	tcase_add_test(tc, test_each_gone);
	tcase_add_test(tc, test_pairs);
	tcase_add_test(tc, test_opaque);
	tcase_add_test(tc, test_types);
	tcase_add_test(tc, test_no_policy);
	tcase_add_test(tc, test_too_many);
}

int main(void)
{
	return unit_run("children", add);
}
