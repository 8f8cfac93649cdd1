/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Several IKE cores in one process, under a virtual clock and with a network that loses, doubles,
 * delays, reorders and corrupts as a seed says. One seed gives one run, always the same.
 */
#ifndef TESTS_SIM_SIM_H
#define TESTS_SIM_SIM_H

#include <check.h>

#include "ike/ike.h"

enum {
	SIM_NODES = 6,
	SIM_FAKE_SAS = 64,
	SIM_TRAPS = 16,
	SIM_LINES = 4096,
	SIM_PACKET_MAX = 8192,
	SECOND = 1000,
	MINUTE = 60 * SECOND,
	HOUR = 60 * MINUTE,
};

struct sim;
struct node;

/* What the fake kernel of a node holds. */
struct fake_sa {
	bool used;
	char interface[IKE_INTERFACE_MAX];
	uint32_t reqid, spi_in, spi_out;
	struct addr local, remote;
	uint16_t encap_local, encap_remote;
	bool keepalive;
	uint16_t encr, key_bits, integ;
	bool esn;
	uint8_t encr_in[64], encr_out[64], integ_in[64], integ_out[64];
	size_t encr_len, integ_len;
	struct wire_ts_list ts_local, ts_remote;
	uint64_t heard_at; /* last inbound packet, 0: never */
};

struct packet {
	uint64_t when; /* sent */
	struct node *from;
	struct endpoint local, remote; /* as the sender sees it */
	struct wire_header h;
	size_t len;
	uint8_t *data;
};

/**
 * struct node - a host with a core
 * @psk: the pre-shared key of all of its connections
 * @subject: identity in its certificate
 * @ca: who issued that
 * @trusts: the CA that it accepts
 * @sign_delay: ms until the environment answers; also the others
 * @withhold: proofs that its pki never gives
 * @sign_error: errno of its keys
 * @install_error: errno of its kernel
 * @outside: address of the NAT that it is behind; AF_UNSPEC: of none
 * @shift: what the NAT adds to its ports; another one: the mapping was lost
 * @moves: times that the kernel was told where a peer is now
 * @deaf: nothing reaches it
 * @mute: nothing that it sends leaves
 */
struct node {
	struct sim *sim;
	unsigned int index;
	const char *name;
	struct addr addr;
	struct ike *ike;
	uint64_t timer;
	uint64_t random;
	const char *psk, *subject, *ca, *trusts;
	uint64_t sign_delay, verify_delay, install_delay;
	uint32_t withhold;
	int sign_error, install_error;
	struct addr outside;
	uint16_t shift;
	unsigned int moves;
	bool deaf, mute;
	struct fake_sa sa[SIM_FAKE_SAS];
	uint32_t trap[SIM_TRAPS];
	unsigned int traps, installs, uninstalls, signs, verifies;
	unsigned int ike_up, ike_down, child_up, child_down;
	uint32_t hashes; /* that the peer announced, when it last signed */
	unsigned int certreqs;
	uint8_t certreq[IKE_CERTREQS_MAX][20];
	char *line[SIM_LINES];
	unsigned int lines;
};

/**
 * struct sim - the world
 * @loss: of 1000 packets
 * @duplicate: of 1000
 * @corrupt: of 1000
 * @delay: ms, the least one
 * @jitter: ms more, at random: this reorders
 * @tap: sees every packet before the network does; false: it is lost
 */
struct sim {
	uint64_t seed, random;
	uint64_t now;
	unsigned int nodes;
	struct node *node[SIM_NODES];
	unsigned int loss, duplicate, corrupt;
	uint64_t delay, jitter;
	bool (*tap)(struct sim *sim, struct packet *packet);
	void *tap_ctx;
	struct packet **sent;
	size_t sents, sent_room;
	struct sim_event *events;
	size_t event_count, event_room;
	uint64_t next_order;
};

struct sim *sim_new(uint64_t seed);
void sim_free(struct sim *sim);
struct node *sim_node(struct sim *sim, const char *name);
/* Run until that much time has passed. */
void sim_run(struct sim *sim, uint64_t ms);
/* Run until @is is true, or the time is over, or nothing can happen any more. */
bool sim_run_until(struct sim *sim, uint64_t ms, bool (*is)(struct sim *sim));
uint32_t sim_random(uint64_t *state);
/* Give a datagram to a node, as if it came from @from. */
void sim_deliver(struct node *to, const struct endpoint *from, const void *data, size_t len);
/* Stop a node without a word and start it anew, empty. */
void sim_crash(struct node *node);
/* Let an answer or a packet come later. */
void sim_answer_later(struct node *node, uint64_t delay, uint64_t token,
		      const struct ike_answer *answer);
void sim_send_packet(struct node *from, const struct endpoint *local, const struct endpoint *remote,
		     struct bytes message);
/* The last packet that @from sent in that exchange, NULL: none. */
const struct packet *sim_last(struct sim *sim, struct node *from, uint8_t exchange, bool response);
unsigned int sim_count(struct sim *sim, struct node *from, uint8_t exchange, bool response);

/* world.c */
struct ike_env world_env(struct node *node);
void world_reset(struct node *node);
bool node_logged(const struct node *node, const char *text);
unsigned int node_sas(const struct node *node);
/* Traffic of the Child SAs of both: what DPD looks at. */
void world_traffic(struct node *a, struct node *b);

/* scenario.c: what tests say and ask. */
void conf_between(struct ike_conn_conf *conf, struct node *self, struct node *peer);
void conf_any_peer(struct ike_conn_conf *conf);
void conf_cert(struct ike_conn_conf *conf);
void conf_ike(struct ike_conn_conf *conf, const char *text);
void conf_esp(struct ike_conn_conf *conf, const char *text);
void conf_local(struct ike_conn_conf *conf, const char *min, const char *max);
void conf_remote(struct ike_conn_conf *conf, const char *min, const char *max);
void conf_id(struct ident *id, const char *text);
void node_set(struct node *node, struct ike_conn_conf *conf); /* and frees @conf */
/* Alice and Bob with mirrored connections "ipsec1"; Bob is the initiator. */
struct pair {
	struct sim *sim;
	struct node *alice, *bob;
	struct ike_conn_conf a, b; /* freed by pair_start() */
};
void pair_init(struct pair *p, uint64_t seed);
void pair_start(struct pair *p);
void pair_free(struct pair *p);
enum ike_conn_state node_state(struct node *node, const char *connection);
const char *node_error(struct node *node, const char *connection);
/* SAs of a connection that are shown. */
unsigned int node_ike_sas(struct node *node, const char *connection);
/* Each installed Child SA of one has its mirror at the other: SPIs, keys, selectors. */
void assert_mirrored(struct node *a, struct node *b);
bool same_selectors(const struct wire_ts_list *a, const struct wire_ts_list *b);
bool pair_is_up(struct sim *sim);
/* Nothing but the connections themselves is left. */
void assert_quiet(struct node *node);

/* Everything in the core that a message must not change unless it is accepted. */
struct snapshot {
	struct ike_counters counters;
	enum ike_conn_state state;
	unsigned int sas, installs, uninstalls, signs, verifies;
};
void snapshot_take(struct snapshot *s, struct node *node);
/* Nothing but counters changed, and @drops of them that begin with drop_ did, by that much. */
void snapshot_unchanged(const struct snapshot *s, struct node *node, uint64_t drops);
uint64_t drops_of(const struct ike_counters *c);

int sim_main(const char *name, void (*add)(TCase *tc));

#endif
