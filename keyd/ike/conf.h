/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the protocol core is told about a connection. Filled by config/, owned by the core afterwards. */
#ifndef KEYD_IKE_CONF_H
#define KEYD_IKE_CONF_H

#include "base/ident.h"
#include "wire/wire.h"

enum {
	IKE_NAME_MAX = 64, /* of a connection or child, with NUL: letters, digits, '-', '_', '.' */
	IKE_DESCRIPTION_MAX = 128,
	IKE_INTERFACE_MAX = 16, /* IFNAMSIZ */
	IKE_LABEL_MAX = 128,
	IKE_PROPOSALS_MAX = 16,
	IKE_PROPOSAL_TRANSFORMS_MAX = 24,
	IKE_CHILDREN_MAX = 1, /* of a connection */
	IKE_CONF_TS_MAX = 16, /* subnets of one side of a child */
};

/**
 * struct ike_proposal - one alternative, in order of preference inside each transform type
 * @protocol: IKE_PROTO_IKE or IKE_PROTO_ESP
 * @count: transforms in use
 */
struct ike_proposal {
	uint8_t protocol;
	unsigned int count;
	struct wire_transform transform[IKE_PROPOSAL_TRANSFORMS_MAX];
};

struct ike_proposals {
	unsigned int count;
	struct ike_proposal proposal[IKE_PROPOSALS_MAX];
};

/*
 * Parse "aes128gcm16-prfsha256-x25519, aes256-sha256-ecp256". Each proposal must be complete
 * and sound: an AEAD has a PRF (IKE) and no integrity, another cipher has integrity, which
 * implies the PRF of the same hash; IKE needs a group. Returns 0, or -EINVAL with a sentence.
 */
int ike_proposals_parse(struct ike_proposals *ps, uint8_t protocol, const char *text, char *why,
			size_t why_len);
/* What is offered when the configuration says nothing, RFC 8247 and RFC 8221. */
void ike_proposals_default(struct ike_proposals *ps, uint8_t protocol);
/* The text that parses to @ps. */
void ike_proposals_format(const struct ike_proposals *ps, char *buf, size_t len);

bool ike_proposals_equal(const struct ike_proposals *a, const struct ike_proposals *b);

enum ike_method {
	IKE_AUTH_BY_PSK,
	IKE_AUTH_BY_CERT,
};

struct ike_child_conf {
	char name[IKE_NAME_MAX];
	struct ike_proposals esp;
	struct wire_ts_list local; /* at least one selector */
	struct wire_ts_list remote;
};

/**
 * struct ike_conn_conf - a connection as configured, every default resolved
 * @local: our address; AF_UNSPEC: any (a responder)
 * @peer: the peer's; AF_UNSPEC: any (a responder)
 * @initiator: keep it up; else wait for the peer or for traffic
 * @udp_encap: ESP goes in UDP also where there is no NAT
 * @local_id: resolved, never IDENT_ANY
 * @remote_id: may be a pattern
 * @certificate: label of our certificate, empty with PSK
 * @ca: label of the peer's trust anchor, empty with PSK
 * @ca_key_hash: SHA-1 of its SubjectPublicKeyInfo, for CERTREQ (RFC 7296 3.7)
 * @dpd_delay: seconds of silence before a liveness check, 0: never
 * @child: the Child SA that IKE_AUTH sets up
 */
struct ike_conn_conf {
	char name[IKE_NAME_MAX];
	char description[IKE_DESCRIPTION_MAX];
	char interface[IKE_INTERFACE_MAX];
	struct addr local;
	struct addr peer;
	bool initiator;
	bool udp_encap;
	enum ike_method method;
	struct ident local_id;
	struct ident remote_id;
	char certificate[IKE_LABEL_MAX];
	char ca[IKE_LABEL_MAX];
	uint8_t ca_key_hash[20];
	struct ike_proposals ike;
	uint32_t dpd_delay;
	struct ike_child_conf child;
};

/**
 * struct ike_limits - how strangers are kept at bay; names and defaults are those of strongSwan
 * @cookie_threshold: half-open IKE SAs from which on a cookie is asked for (RFC 7296 2.6);
 *	0: never, IKE_COOKIE_ALWAYS
 * @block_threshold: half-open IKE SAs of one peer address (IPv6: of its /64), 0: any number
 * @half_open_max: half-open IKE SAs in all, 0: as many as there is room for
 */
struct ike_limits {
	uint32_t cookie_threshold;
	uint32_t block_threshold;
	uint32_t half_open_max;
};

#define IKE_COOKIE_ALWAYS UINT32_MAX

enum {
	IKE_COOKIE_THRESHOLD = 10,
	IKE_BLOCK_THRESHOLD = 5,
};

/* Deep copy; 0 or -ENOMEM. */
int ike_conn_conf_copy(struct ike_conn_conf *to, const struct ike_conn_conf *from);
void ike_conn_conf_free(struct ike_conn_conf *c);
bool ike_conn_conf_equal(const struct ike_conn_conf *a, const struct ike_conn_conf *b);

#endif
