/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The UDP sockets of IKE: 500, and 4500 where a non-ESP marker tells IKE from ESP (RFC 7296
 * 2.23, RFC 3948 2.2), for IPv4 and again for IPv6. Bound to every address, so that an address
 * may come and go; the local address of each datagram is told and set. Link-local addresses have
 * no place here: they mean nothing without their link, which an SA does not know.
 */
#ifndef KEYD_NET_NET_H
#define KEYD_NET_NET_H

#include "base/addr.h"

enum {
	NET_PORT = 500,
	NET_PORT_NATT = 4500,
	NET_SOCKETS = 4, /* 500 and 4500 of IPv4, then of IPv6 */
	NET_WHY_MAX = 256,
};

struct net;

/* @message is valid during the call. */
typedef void (*net_receive)(void *ctx, const struct endpoint *local, const struct endpoint *remote,
			    struct bytes message);

/* NULL with a sentence in @why: the port is taken, or may not be bound. */
struct net *net_open(uint16_t port, uint16_t port_natt, net_receive receive, void *ctx,
		     char why[static NET_WHY_MAX]);
void net_close(struct net *net);
/* The file descriptor of socket 0..NET_SOCKETS-1, to poll; -1: this machine has no IPv6. */
int net_fd(const struct net *net, unsigned int socket);
/* Handle what socket @socket holds; returns after a bounded number of datagrams. */
void net_read(struct net *net, unsigned int socket);
/*
 * Send from @local, whose port and family select the socket. Returns 0 or a negative errno: a message
 * that could not be sent is as good as lost, and is sent again by the protocol.
 */
int net_send(struct net *net, const struct endpoint *local, const struct endpoint *remote,
	     struct bytes message);

#endif
