// SPDX-License-Identifier: GPL-2.0-or-later
/* The sockets of IKE on the loopback interface, at ports that nobody needs. */
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#include "net/net.h"
#include "unit.h"

enum {
	PATIENCE = 5000 /* ms */
};

static uint16_t port, port_natt;
static struct net *net;
static int peer;
static uint16_t peer_port;
static char why[NET_WHY_MAX];

static struct {
	unsigned int count;
	struct endpoint local, remote;
	uint8_t data[65536];
	size_t len;
} got;

static void receive(void *ctx, const struct endpoint *local, const struct endpoint *remote,
		    struct bytes message)
{
	ck_assert_ptr_eq(ctx, &got);
	got.count++;
	got.local = *local;
	got.remote = *remote;
	got.len = message.len;
	if (message.len)
		memcpy(got.data, message.data, message.len);
}

static uint16_t bound_port(int fd)
{
	struct sockaddr_in sin;
	socklen_t len = sizeof(sin);

	ck_assert_int_eq(getsockname(fd, (struct sockaddr *)&sin, &len), 0);
	return ntohs(sin.sin_port);
}

static int udp(void)
{
	const struct sockaddr_in any = { .sin_family = AF_INET };
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	ck_assert_int_eq(bind(fd, (const struct sockaddr *)&any, sizeof(any)), 0);
	return fd;
}

static void setup(void)
{
	int a = udp(), b = udp();

	port = bound_port(a);
	port_natt = bound_port(b);
	close(a);
	close(b);
	memset(&got, 0, sizeof(got));
	net = net_open(port, port_natt, receive, &got, why);
	ck_assert_msg(net, "%s", why);
	peer = udp();
	peer_port = bound_port(peer);
}

static void teardown(void)
{
	net_close(net);
	close(peer);
}

static struct endpoint at(const char *text, uint16_t where)
{
	struct endpoint e = { .port = where };

	ck_assert_int_eq(addr_parse(&e.addr, text), 0);
	return e;
}

/* From the peer to a port of ours at 127.0.0.2. */
static void send_to(uint16_t where, const void *data, size_t len)
{
	const struct endpoint to = at("127.0.0.2", where);
	struct sockaddr_storage ss;
	socklen_t ss_len = endpoint_to_sockaddr(&to, &ss);

	ck_assert_int_eq(sendto(peer, data, len, 0, (struct sockaddr *)&ss, ss_len), (ssize_t)len);
}

static void take(unsigned int socket)
{
	struct pollfd fd = { .fd = net_fd(net, socket), .events = POLLIN };

	ck_assert_int_eq(poll(&fd, 1, PATIENCE), 1);
	net_read(net, socket);
}

START_TEST(test_receive)
{
	char text[ADDR_STRLEN];

	send_to(port, "hello", 5);
	take(0);
	ck_assert_uint_eq(got.count, 1);
	ck_bytes_eq(bytes_of(got.data, got.len), bytes_of("hello", 5));
	ck_assert_str_eq(addr_format(&got.local.addr, text), "127.0.0.2");
	ck_assert_uint_eq(got.local.port, port);
	ck_assert_str_eq(addr_format(&got.remote.addr, text), "127.0.0.1");
	ck_assert_uint_eq(got.remote.port, peer_port);
}
END_TEST

/* On the second port only what has the marker is IKE; a keepalive and ESP are not. */
START_TEST(test_marker)
{
	send_to(port_natt, "\377", 1);
	send_to(port_natt, "\1\2\3\4esp", 7);
	send_to(port_natt, "\0\0\0", 3);
	send_to(port_natt, "", 0);
	send_to(port_natt, "\0\0\0\0hello", 9);
	send_to(port_natt, "\0\0\0\0", 4);
	take(1);
	ck_assert_uint_eq(got.count, 2);
	ck_assert_uint_eq(got.len, 0);
	ck_assert_uint_eq(got.local.port, port_natt);
	send_to(port_natt, "\0\0\0\0hello", 9);
	take(1);
	ck_bytes_eq(bytes_of(got.data, got.len), bytes_of("hello", 5));
	/* The first port has no marker: octets are taken as they are. */
	send_to(port, "\0\0\0\0hello", 9);
	take(0);
	ck_assert_uint_eq(got.len, 9);
}
END_TEST

START_TEST(test_batches)
{
	unsigned int i;

	for (i = 0; i < 100; i++)
		send_to(port, &i, sizeof(i));
	take(0);
	ck_assert_uint_eq(got.count, 100);
	ck_assert_int_eq(memcmp(got.data, &(unsigned int){ 99 }, sizeof(i)), 0);
}
END_TEST

/* The answer leaves from the address and port that were asked for. */
static void send_from(uint16_t from, const char *want, size_t want_len)
{
	const struct endpoint local = at("127.0.0.3", from), remote = at("127.0.0.1", peer_port);
	struct sockaddr_in sin;
	socklen_t len = sizeof(sin);
	uint8_t buf[64];
	ssize_t n;

	ck_assert_int_eq(net_send(net, &local, &remote, bytes_of("answer", 6)), 0);
	n = recvfrom(peer, buf, sizeof(buf), 0, (struct sockaddr *)&sin, &len);
	ck_assert_int_gt(n, 0);
	ck_bytes_eq(bytes_of(buf, n), bytes_of(want, want_len));
	ck_assert_uint_eq(ntohs(sin.sin_port), from);
	ck_assert_uint_eq(ntohl(sin.sin_addr.s_addr), 0x7f000003);
}

START_TEST(test_send)
{
	struct endpoint local = at("127.0.0.1", port), remote = at("::1", peer_port);

	send_from(port, "answer", 6);
	send_from(port_natt, "\0\0\0\0answer", 10);
	ck_assert_int_lt(net_send(net, &local, &remote, bytes_of("answer", 6)), 0);
}
END_TEST

/* The largest message of IKE gets through in fragments. */
START_TEST(test_large)
{
	static uint8_t data[60000];

	memset(data, 7, sizeof(data));
	send_to(port, data, sizeof(data));
	take(0);
	ck_bytes_eq(bytes_of(got.data, got.len), bytes_of(data, sizeof(data)));
}
END_TEST

START_TEST(test_taken)
{
	ck_assert_ptr_null(net_open(port, port_natt, receive, &got, why));
	ck_assert_ptr_nonnull(strstr(why, "another IKE daemon"));
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, test_receive);
	tcase_add_test(tc, test_marker);
	tcase_add_test(tc, test_batches);
	tcase_add_test(tc, test_send);
	tcase_add_test(tc, test_large);
	tcase_add_test(tc, test_taken);
}

int main(void)
{
	return unit_run("net", add);
}
