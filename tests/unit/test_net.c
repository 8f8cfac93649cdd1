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

/* Addresses of the loopback interface: of the peer, of keyd, and another one of keyd's. */
static const struct ends {
	sa_family_t family;
	unsigned int socket; /* the first one of the family */
	const char *peer, *here, *other;
} ends4 = { AF_INET, 0, "127.0.0.1", "127.0.0.2", "127.0.0.3" },
  ends6 = { AF_INET6, 2, "::1", "::1", "::1" };
static const struct ends *ends;
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
	struct sockaddr_storage ss;
	socklen_t len = sizeof(ss);
	struct endpoint e;

	ck_assert_int_eq(getsockname(fd, (struct sockaddr *)&ss, &len), 0);
	ck_assert_int_eq(endpoint_from_sockaddr(&e, (struct sockaddr *)&ss), 0);
	return e.port;
}

static int udp(void)
{
	const struct endpoint any = { .addr.family = ends->family };
	struct sockaddr_storage ss;
	socklen_t len = endpoint_to_sockaddr(&any, &ss);
	int fd = socket(ends->family, SOCK_DGRAM, 0);

	ck_assert_int_eq(bind(fd, (const struct sockaddr *)&ss, len), 0);
	return fd;
}

/* Each test runs with IPv4, and again with IPv6. */
static void begin(int loop)
{
	int a, b;

	ends = loop ? &ends6 : &ends4;
	a = udp();
	b = udp();
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

static void end(void)
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

/* From the peer to a port of ours. */
static void send_to(uint16_t where, const void *data, size_t len)
{
	const struct endpoint to = at(ends->here, where);
	struct sockaddr_storage ss;
	socklen_t ss_len = endpoint_to_sockaddr(&to, &ss);

	ck_assert_int_eq(sendto(peer, data, len, 0, (struct sockaddr *)&ss, ss_len), (ssize_t)len);
}

static void take(unsigned int socket)
{
	struct pollfd fd = { .fd = net_fd(net, ends->socket + socket), .events = POLLIN };

	ck_assert_int_eq(poll(&fd, 1, PATIENCE), 1);
	net_read(net, ends->socket + socket);
}

START_TEST(test_receive)
{
	char text[ADDR_STRLEN];

	begin(_i);
	send_to(port, "hello", 5);
	take(0);
	ck_assert_uint_eq(got.count, 1);
	ck_bytes_eq(bytes_of(got.data, got.len), bytes_of("hello", 5));
	ck_assert_str_eq(addr_format(&got.local.addr, text), ends->here);
	ck_assert_uint_eq(got.local.port, port);
	ck_assert_str_eq(addr_format(&got.remote.addr, text), ends->peer);
	ck_assert_uint_eq(got.remote.port, peer_port);
	end();
}
END_TEST

/* On the second port only what has the marker is IKE; a keepalive and ESP are not. */
START_TEST(test_marker)
{
	begin(_i);
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
	end();
}
END_TEST

START_TEST(test_batches)
{
	unsigned int i;

	begin(_i);
	for (i = 0; i < 100; i++)
		send_to(port, &i, sizeof(i));
	take(0);
	ck_assert_uint_eq(got.count, 100);
	ck_assert_int_eq(memcmp(got.data, &(unsigned int){ 99 }, sizeof(i)), 0);
	end();
}
END_TEST

/* The answer leaves from the address and port that were asked for. */
static void send_from(uint16_t from, const char *want, size_t want_len)
{
	const struct endpoint local = at(ends->other, from), remote = at(ends->peer, peer_port);
	struct sockaddr_storage ss;
	socklen_t len = sizeof(ss);
	struct endpoint seen;
	uint8_t buf[64];
	ssize_t n;

	ck_assert_int_eq(net_send(net, &local, &remote, bytes_of("answer", 6)), 0);
	n = recvfrom(peer, buf, sizeof(buf), 0, (struct sockaddr *)&ss, &len);
	ck_assert_int_gt(n, 0);
	ck_bytes_eq(bytes_of(buf, n), bytes_of(want, want_len));
	ck_assert_int_eq(endpoint_from_sockaddr(&seen, (struct sockaddr *)&ss), 0);
	ck_assert(endpoint_equal(&seen, &local));
}

START_TEST(test_send)
{
	begin(_i);
	send_from(port, "answer", 6);
	send_from(port_natt, "\0\0\0\0answer", 10);
	end();
}
END_TEST

/* Both ends are of one family. */
START_TEST(test_mixed)
{
	struct endpoint ip4 = at("127.0.0.1", port), ip6 = at("::1", peer_port);

	begin(_i);
	ck_assert_int_lt(net_send(net, &ip4, &ip6, bytes_of("answer", 6)), 0);
	ip6.port = port;
	ip4.port = peer_port;
	ck_assert_int_lt(net_send(net, &ip6, &ip4, bytes_of("answer", 6)), 0);
	end();
}
END_TEST

/* The largest message of IKE gets through in fragments. */
START_TEST(test_large)
{
	static uint8_t data[60000];

	begin(_i);
	memset(data, 7, sizeof(data));
	send_to(port, data, sizeof(data));
	take(0);
	ck_bytes_eq(bytes_of(got.data, got.len), bytes_of(data, sizeof(data)));
	end();
}
END_TEST

START_TEST(test_taken)
{
	begin(_i);
	ck_assert_ptr_null(net_open(port, port_natt, receive, &got, why));
	ck_assert_ptr_nonnull(strstr(why, "another IKE daemon"));
	end();
}
END_TEST

static void add(TCase *tc)
{
	tcase_add_loop_test(tc, test_receive, 0, 2);
	tcase_add_loop_test(tc, test_marker, 0, 2);
	tcase_add_loop_test(tc, test_batches, 0, 2);
	tcase_add_loop_test(tc, test_send, 0, 2);
	tcase_add_loop_test(tc, test_mixed, 0, 2);
	tcase_add_loop_test(tc, test_large, 0, 2);
	tcase_add_loop_test(tc, test_taken, 0, 2);
}

int main(void)
{
	return unit_run("net", add);
}
