// SPDX-License-Identifier: GPL-2.0-or-later
/* Two UDP sockets of each family, read in batches. */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/log.h"
#include "net/net.h"

enum {
	PORTS = 2,
	BATCH = 32,
	BATCHES_AT_ONCE = 8, /* then the rest of the program has its turn */
	DATAGRAM_MAX = 65536,
	MARKER_LEN = 4,	  /* of zeros, RFC 3948 2.2 */
	BUFFER = 8 << 20, /* octets: thousands of first messages of handshakes at once */
	CONTROL_MAX = CMSG_SPACE(sizeof(struct in6_pktinfo)), /* and of in_pktinfo */
};

struct slot {
	struct sockaddr_storage from;
	struct iovec iov;
	char control[CONTROL_MAX] __attribute__((aligned(sizeof(size_t))));
	uint8_t data[DATAGRAM_MAX];
};

struct net {
	int fd[NET_SOCKETS];
	uint16_t port[PORTS];
	net_receive receive;
	void *ctx;
	struct mmsghdr header[BATCH];
	struct slot slot[BATCH];
};

/* The second socket of a family. */
enum {
	NATT = 1
};

static bool is_natt(unsigned int socket)
{
	return socket % PORTS == NATT;
}

static int family_of(unsigned int socket)
{
	return socket < PORTS ? AF_INET : AF_INET6;
}

static int set_ip4(int fd)
{
	const int on = 1, fragment = IP_PMTUDISC_DONT;

	if (setsockopt(fd, IPPROTO_IP, IP_PKTINFO, &on, sizeof(on)) ||
	    setsockopt(fd, IPPROTO_IP, IP_MTU_DISCOVER, &fragment, sizeof(fragment)))
		return -errno;
	return 0;
}

static int set_ip6(int fd)
{
	const int on = 1, fragment = IPV6_PMTUDISC_DONT;

	if (setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on)) ||
	    setsockopt(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, &on, sizeof(on)) ||
	    setsockopt(fd, IPPROTO_IPV6, IPV6_MTU_DISCOVER, &fragment, sizeof(fragment)))
		return -errno;
	return 0;
}

static int set_options(int fd, unsigned int socket)
{
	const int buffer = BUFFER, encap = UDP_ENCAP_ESPINUDP;
	/* A message above the path MTU is fragmented, not refused: certificates are long. */
	int error = family_of(socket) == AF_INET ? set_ip4(fd) : set_ip6(fd);

	if (error)
		return error;
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &buffer, sizeof(buffer)))
		(void)setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof(buffer));
	if (is_natt(socket) && setsockopt(fd, IPPROTO_UDP, UDP_ENCAP, &encap, sizeof(encap)))
		log_warning("net",
			    "the kernel takes no ESP on UDP port %d of IPv%c (%s): peers behind "
			    "NAT will not get through",
			    NET_PORT_NATT, family_of(socket) == AF_INET ? '4' : '6',
			    strerror(errno));
	return 0;
}

static void explain(char why[static NET_WHY_MAX], uint16_t port, unsigned int socket, int error)
{
	const char *hint = "";

	if (error == -EADDRINUSE)
		hint = ": is another IKE daemon running?";
	else if (error == -EACCES)
		hint = ": CAP_NET_BIND_SERVICE is needed";
	snprintf(why, NET_WHY_MAX, "cannot open UDP port %u of IPv%c: %s%s", port,
		 family_of(socket) == AF_INET ? '4' : '6', strerror(-error), hint);
}

static int open_socket(uint16_t port, unsigned int socket_index)
{
	const struct endpoint any = { .addr.family = family_of(socket_index), .port = port };
	int fd = socket(any.addr.family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	struct sockaddr_storage ss;
	int error;

	if (fd < 0)
		return -errno;
	error = set_options(fd, socket_index);
	if (!error && bind(fd, (const struct sockaddr *)&ss, endpoint_to_sockaddr(&any, &ss)))
		error = -errno;
	if (error) {
		close(fd);
		return error;
	}
	return fd;
}

static void prepare(struct net *net)
{
	unsigned int i;

	for (i = 0; i < BATCH; i++) {
		struct slot *s = &net->slot[i];

		s->iov = (struct iovec){ .iov_base = s->data, .iov_len = sizeof(s->data) };
		net->header[i].msg_hdr = (struct msghdr){
			.msg_name = &s->from,
			.msg_namelen = sizeof(s->from),
			.msg_iov = &s->iov,
			.msg_iovlen = 1,
			.msg_control = s->control,
			.msg_controllen = sizeof(s->control),
		};
	}
}

struct net *net_open(uint16_t port, uint16_t port_natt, net_receive receive, void *ctx,
		     char why[static NET_WHY_MAX])
{
	struct net *net = calloc(1, sizeof(*net));
	unsigned int i;

	if (!net) {
		snprintf(why, NET_WHY_MAX, "out of memory");
		return NULL;
	}
	net->receive = receive;
	net->ctx = ctx;
	net->port[0] = port;
	net->port[NATT] = port_natt;
	for (i = 0; i < NET_SOCKETS; i++)
		net->fd[i] = -1;
	for (i = 0; i < NET_SOCKETS; i++) {
		net->fd[i] = open_socket(net->port[i % PORTS], i);
		if (net->fd[i] == -EAFNOSUPPORT && family_of(i) == AF_INET6) {
			net->fd[i] = -1;
		} else if (net->fd[i] < 0) {
			explain(why, net->port[i % PORTS], i, net->fd[i]);
			net_close(net);
			return NULL;
		}
	}
	return net;
}

void net_close(struct net *net)
{
	unsigned int i;

	if (!net)
		return;
	for (i = 0; i < NET_SOCKETS; i++)
		if (net->fd[i] >= 0)
			close(net->fd[i]);
	free(net);
}

int net_fd(const struct net *net, unsigned int socket)
{
	return net->fd[socket];
}

static void local_address(struct endpoint *local, struct msghdr *h)
{
	struct in6_pktinfo info6;
	struct in_pktinfo info;
	struct cmsghdr *c;

	for (c = CMSG_FIRSTHDR(h); c; c = CMSG_NXTHDR(h, c)) {
		if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_PKTINFO) {
			memcpy(&info, CMSG_DATA(c), sizeof(info));
			local->addr.family = AF_INET;
			memcpy(local->addr.ip, &info.ipi_addr, sizeof(info.ipi_addr));
		} else if (c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_PKTINFO) {
			memcpy(&info6, CMSG_DATA(c), sizeof(info6));
			local->addr.family = AF_INET6;
			memcpy(local->addr.ip, &info6.ipi6_addr, sizeof(info6.ipi6_addr));
		}
	}
}

static bool is_link_local(const struct addr *a)
{
	struct in6_addr ip6;

	memcpy(&ip6, a->ip, sizeof(ip6));
	return a->family == AF_INET6 && IN6_IS_ADDR_LINKLOCAL(&ip6);
}

static void handle(struct net *net, unsigned int socket, struct mmsghdr *m)
{
	static const uint8_t marker[MARKER_LEN];
	struct endpoint local = { .port = net->port[socket % PORTS] }, remote;
	struct bytes message = bytes_of(m->msg_hdr.msg_iov->iov_base, m->msg_len);

	if (m->msg_hdr.msg_flags & MSG_TRUNC ||
	    endpoint_from_sockaddr(&remote, m->msg_hdr.msg_name) || is_link_local(&remote.addr))
		return;
	if (is_natt(socket)) {
		/* Keepalives (one octet of 0xff) and ESP that the kernel left to us have none. */
		if (message.len < MARKER_LEN || memcmp(message.data, marker, MARKER_LEN))
			return;
		message.data += MARKER_LEN;
		message.len -= MARKER_LEN;
	}
	local_address(&local, &m->msg_hdr);
	net->receive(net->ctx, &local, &remote, message);
}

void net_read(struct net *net, unsigned int socket)
{
	unsigned int batch;
	int i, n;

	for (batch = 0; batch < BATCHES_AT_ONCE; batch++) {
		prepare(net);
		n = recvmmsg(net->fd[socket], net->header, BATCH, 0, NULL);
		for (i = 0; i < n; i++)
			handle(net, socket, &net->header[i]);
		if (n < BATCH)
			return;
	}
}

static void put_control(struct msghdr *h, char *control, int level, int type, const void *data,
			size_t len)
{
	struct cmsghdr *c;

	h->msg_control = control;
	h->msg_controllen = CMSG_SPACE(len);
	c = CMSG_FIRSTHDR(h);
	c->cmsg_level = level;
	c->cmsg_type = type;
	c->cmsg_len = CMSG_LEN(len);
	memcpy(CMSG_DATA(c), data, len);
}

static void set_source(struct msghdr *h, char *control, const struct addr *from)
{
	struct in6_pktinfo info6 = { 0 };
	struct in_pktinfo info = { 0 };

	if (from->family == AF_INET) {
		memcpy(&info.ipi_spec_dst, from->ip, sizeof(info.ipi_spec_dst));
		put_control(h, control, IPPROTO_IP, IP_PKTINFO, &info, sizeof(info));
	} else if (from->family == AF_INET6) {
		memcpy(&info6.ipi6_addr, from->ip, sizeof(info6.ipi6_addr));
		put_control(h, control, IPPROTO_IPV6, IPV6_PKTINFO, &info6, sizeof(info6));
	}
}

int net_send(struct net *net, const struct endpoint *local, const struct endpoint *remote,
	     struct bytes message)
{
	const bool natt = local->port == net->port[NATT];
	const unsigned int socket = (remote->addr.family == AF_INET6 ? PORTS : 0) + natt;
	char control[CONTROL_MAX] __attribute__((aligned(sizeof(size_t)))) = { 0 };
	uint8_t marker[MARKER_LEN] = { 0 };
	struct sockaddr_storage to;
	struct iovec iov[2] = {
		{ .iov_base = marker, .iov_len = natt ? MARKER_LEN : 0 },
		{ .iov_base = (void *)(uintptr_t)message.data, .iov_len = message.len },
	};
	struct msghdr h = { .msg_name = &to, .msg_iov = iov, .msg_iovlen = 2 };

	if (net->fd[socket] < 0 ||
	    (local->addr.family != AF_UNSPEC && local->addr.family != remote->addr.family))
		return -EAFNOSUPPORT;
	h.msg_namelen = endpoint_to_sockaddr(remote, &to);
	set_source(&h, control, &local->addr);
	return sendmsg(net->fd[socket], &h, 0) < 0 ? -errno : 0;
}
