// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * NAT traversal, RFC 7296 2.23: who of the two is behind a NAT, what follows from it for the ports
 * of IKE and the encapsulation of ESP, and where a peer is whose NAT has moved it.
 */
#include "crypto/prf.h"
#include "ike/sa.h"

enum {
	HASH_LEN = 20
};

/* SHA-1 of the SPIs of the header, address and port, in the order in which they are sent. */
static void hash_of_endpoint(const struct wire_header *h, const struct endpoint *at,
			     uint8_t hash[static HASH_LEN])
{
	const uint8_t port[] = { (uint8_t)(at->port >> 8), (uint8_t)at->port };
	const struct bytes part[] = {
		bytes_of(h->spi_i, WIRE_SPI_LEN),
		bytes_of(h->spi_r, WIRE_SPI_LEN),
		bytes_of(at->addr.ip, addr_len(&at->addr)),
		bytes_of(port, sizeof(port)),
	};

	hash_sha1(part, 4, hash);
}

static void put(struct wire_out *o, uint16_t type, const struct wire_header *h,
		const struct endpoint *at)
{
	uint8_t hash[HASH_LEN];

	hash_of_endpoint(h, at, hash);
	wire_put_notify(o, 0, BYTES_NONE, type, bytes_of(hash, sizeof(hash)));
}

void natt_put(struct wire_out *o, const struct wire_header *h, const struct endpoint *local,
	      const struct endpoint *remote, bool forced)
{
	/* No port is 0: whoever looks at it sees a NAT. */
	const struct endpoint nowhere = { .addr = local->addr };

	put(o, IKE_N_NAT_DETECTION_SOURCE_IP, h, forced ? &nowhere : local);
	put(o, IKE_N_NAT_DETECTION_DESTINATION_IP, h, remote);
}

/* Is there one of @type, and does one fit @at? A peer with several addresses sends several. */
static void compare(const struct wire_chain *c, uint16_t type, const struct wire_header *h,
		    const struct endpoint *at, bool *there, bool *fits)
{
	uint8_t hash[HASH_LEN];

	*there = *fits = false;
	hash_of_endpoint(h, at, hash);
	for (unsigned int i = 0; i < c->count; i++) {
		struct wire_notify n;

		if (c->payload[i].type != IKE_PAYLOAD_NOTIFY ||
		    wire_parse_notify(&n, c->payload[i].body) || n.type != type)
			continue;
		*there = true;
		*fits |= bytes_equal(n.data, bytes_of(hash, sizeof(hash)));
	}
}

struct natt natt_read(const struct message *m, bool forced)
{
	bool source, destination, is_peer, is_us;
	struct natt natt = { 0 };

	compare(m->payloads, IKE_N_NAT_DETECTION_SOURCE_IP, &m->h, m->remote, &source, &is_peer);
	compare(m->payloads, IKE_N_NAT_DETECTION_DESTINATION_IP, &m->h, m->local, &destination,
		&is_us);
	if (!source || !destination)
		return natt;
	natt.peer_behind = !is_peer;
	natt.we_behind = !is_us;
	natt.encap = natt.peer_behind || natt.we_behind || forced;
	return natt;
}

void natt_float(struct sa *sa)
{
	if (!sa->natt.encap)
		return;
	sa->local.port = IKE_PORT_NATT;
	sa->remote.port = IKE_PORT_NATT;
}

/*
 * A packet that is the peer's own, and new, says where it is. Behind a NAT ourselves we do not
 * listen to that: one packet that somebody else sent on could break the connection.
 */
void natt_follow(struct sa *sa, const struct endpoint *local, const struct endpoint *remote)
{
	char name[ADDR_STRLEN];

	if (!sa->natt.peer_behind || sa->natt.we_behind || endpoint_equal(&sa->remote, remote) ||
	    local->port != sa->local.port)
		return;
	sa->remote = *remote;
	ike_log(sa->ike, LOG_LEVEL_INFO, sa->conn, "#%u the peer's NAT has moved it to %s", sa->id,
		endpoint_format(remote, name));
	child_follow(sa);
}

void ike_mapping(struct ike *ike, uint32_t spi_in, const struct endpoint *remote)
{
	struct child *child = child_by_spi(ike, spi_in);

	if (child && child->installed && child->sa->state == SA_ESTABLISHED)
		natt_follow(child->sa, &child->sa->local, remote);
}
