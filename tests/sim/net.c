// SPDX-License-Identifier: GPL-2.0-or-later
/* The virtual clock and the network. */
#include <stdio.h>
#include <stdlib.h>

#include "sim/sim.h"

enum {
	IKE_PORT = 500,
	IKE_PORT_NATT = 4500,
};

/*
 * A NAT gives each node behind it an address, and its ports others; what comes for a mapping that
 * it has not got, or has lost, is lost as well.
 */
static struct endpoint outside_of(const struct node *node, const struct endpoint *local)
{
	if (!node->outside.family)
		return (struct endpoint){ node->addr, local->port };
	return (struct endpoint){ node->outside, (uint16_t)(local->port + node->shift) };
}

/* Something that will happen: a packet arrives, or an answer of the environment. */
struct sim_event {
	uint64_t when, order;
	struct node *to;
	struct packet *packet; /* of sim->sent, NULL: an answer */
	struct endpoint from, at; /* as the receiver sees it */
	uint8_t *data;	       /* what arrives of it */
	size_t len;
	uint64_t token;
	struct ike_answer answer;
	uint8_t auth[256];
	char reason[160];
	char cert_text[3][80];
	struct bytes cert[3];
};

/* splitmix64 */
uint32_t sim_random(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return (uint32_t)((z ^ z >> 31) >> 16);
}

struct sim *sim_new(uint64_t seed)
{
	struct sim *sim = calloc(1, sizeof(*sim));

	ck_assert_ptr_nonnull(sim);
	sim->seed = sim->random = seed;
	sim->now = 1000 * SECOND;
	sim->delay = 10;
	return sim;
}

struct node *sim_node(struct sim *sim, const char *name)
{
	struct node *node = calloc(1, sizeof(*node));
	struct ike_env env;

	ck_assert_ptr_nonnull(node);
	ck_assert_uint_lt(sim->nodes, SIM_NODES);
	node->sim = sim;
	node->index = sim->nodes;
	node->name = name;
	node->addr = (struct addr){ AF_INET, { 192, 168, 0, (uint8_t)(sim->nodes + 1) } };
	node->timer = UINT64_MAX;
	node->random = sim->seed * 1000003 + sim->nodes + 1;
	node->psk = "correct horse battery staple";
	node->subject = name;
	node->ca = node->trusts = "root";
	sim->node[sim->nodes++] = node;
	env = world_env(node);
	node->ike = ike_new(&env);
	ck_assert_ptr_nonnull(node->ike);
	return node;
}

static void event_free(struct sim_event *e)
{
	free(e->data);
}

void sim_free(struct sim *sim)
{
	for (unsigned int i = 0; i < sim->nodes; i++) {
		ike_free(sim->node[i]->ike);
		world_reset(sim->node[i]);
		free(sim->node[i]);
	}
	for (size_t i = 0; i < sim->event_count; i++)
		event_free(&sim->events[i]);
	for (size_t i = 0; i < sim->sents; i++) {
		free(sim->sent[i]->data);
		free(sim->sent[i]);
	}
	free(sim->events);
	free(sim->sent);
	free(sim);
}

static struct sim_event *push(struct sim *sim, uint64_t when)
{
	struct sim_event *e;

	if (sim->event_count == sim->event_room) {
		sim->event_room = sim->event_room ? 2 * sim->event_room : 64;
		sim->events = realloc(sim->events, sim->event_room * sizeof(*e));
		ck_assert_ptr_nonnull(sim->events);
	}
	e = &sim->events[sim->event_count++];
	memset(e, 0, sizeof(*e));
	e->when = when;
	e->order = sim->next_order++;
	return e;
}

void sim_answer_later(struct node *node, uint64_t delay, uint64_t token,
		      const struct ike_answer *answer)
{
	struct sim_event *e = push(node->sim, node->sim->now + delay);

	e->to = node;
	e->token = token;
	e->answer = *answer;
	ck_assert_uint_le(answer->auth.len, sizeof(e->auth));
	if (answer->auth.len)
		memcpy(e->auth, answer->auth.data, answer->auth.len);
	if (answer->reason)
		snprintf(e->reason, sizeof(e->reason), "%s", answer->reason);
	ck_assert_uint_le(answer->certs, 3);
	for (unsigned int i = 0; i < answer->certs; i++)
		snprintf(e->cert_text[i], sizeof(e->cert_text[i]), "%.*s", (int)answer->cert[i].len,
			 (const char *)answer->cert[i].data);
}

/* Pointers into the event are right only when it does not move any more. */
static void give_answer(struct sim_event *e)
{
	e->answer.auth.data = e->auth;
	e->answer.reason = e->reason[0] ? e->reason : NULL;
	e->answer.cert = e->cert;
	for (unsigned int i = 0; i < e->answer.certs; i++)
		e->cert[i] = bytes_of(e->cert_text[i], strlen(e->cert_text[i]));
	ike_answer(e->to->ike, e->token, &e->answer);
}

static struct packet *record(struct node *from, const struct endpoint *local,
			     const struct endpoint *remote, struct bytes message)
{
	struct sim *sim = from->sim;
	struct packet *p = calloc(1, sizeof(*p));

	ck_assert_ptr_nonnull(p);
	ck_assert_uint_le(message.len, SIM_PACKET_MAX);
	p->when = sim->now;
	p->from = from;
	p->local = *local;
	p->remote = *remote;
	p->len = message.len;
	p->data = malloc(message.len ? message.len : 1);
	ck_assert_ptr_nonnull(p->data);
	memcpy(p->data, message.data, message.len);
	ck_assert_int_eq(wire_parse_header(&p->h, message), 0);
	if (sim->sents == sim->sent_room) {
		sim->sent_room = sim->sent_room ? 2 * sim->sent_room : 256;
		sim->sent = realloc(sim->sent, sim->sent_room * sizeof(struct packet *));
		ck_assert_ptr_nonnull(sim->sent);
	}
	sim->sent[sim->sents++] = p;
	return p;
}

/* Who gets what is sent to @to, and at which port. */
static struct node *node_at(struct sim *sim, const struct endpoint *to, struct endpoint *at)
{
	for (unsigned int i = 0; i < sim->nodes; i++) {
		struct node *node = sim->node[i];
		uint16_t shift = node->outside.family ? node->shift : 0;

		*at = (struct endpoint){ node->addr, (uint16_t)(to->port - shift) };
		if (addr_equal(node->outside.family ? &node->outside : &node->addr, &to->addr) &&
		    (!node->outside.family || at->port == IKE_PORT || at->port == IKE_PORT_NATT))
			return node;
	}
	return NULL;
}

static bool happens(struct sim *sim, unsigned int of_1000)
{
	return sim_random(&sim->random) % 1000 < of_1000;
}

static void transmit(struct sim *sim, struct packet *p, struct node *to, const struct endpoint *at)
{
	struct sim_event *e;

	if (happens(sim, sim->loss))
		return;
	e = push(sim, sim->now + sim->delay +
			      (sim->jitter ? sim_random(&sim->random) % sim->jitter : 0));
	e->to = to;
	e->packet = p;
	e->from = outside_of(p->from, &p->local);
	e->at = *at;
	e->len = p->len;
	/* Exactly as large as it is, so that the sanitizer sees who reads on. */
	e->data = malloc(p->len ? p->len : 1);
	ck_assert_ptr_nonnull(e->data);
	memcpy(e->data, p->data, p->len);
	if (e->len && happens(sim, sim->corrupt))
		e->data[sim_random(&sim->random) % e->len] ^=
			(uint8_t)(1 << sim_random(&sim->random) % 8);
}

void sim_send_packet(struct node *from, const struct endpoint *local, const struct endpoint *remote,
		     struct bytes message)
{
	struct sim *sim = from->sim;
	struct packet *p = record(from, local, remote, message);
	struct endpoint at;
	struct node *to = node_at(sim, remote, &at);

	if (sim->tap && !sim->tap(sim, p))
		return;
	if (!to || from->mute)
		return;
	transmit(sim, p, to, &at);
	if (happens(sim, sim->duplicate))
		transmit(sim, p, to, &at);
}

void sim_deliver(struct node *to, const struct endpoint *from, const void *data, size_t len)
{
	struct endpoint local = { to->addr, IKE_PORT };
	uint8_t *copy = malloc(len ? len : 1);

	ck_assert_ptr_nonnull(copy);
	if (len)
		memcpy(copy, data, len);
	ike_receive(to->ike, &local, from, bytes_of(copy, len));
	free(copy);
}

static void happen(struct sim_event *e)
{
	if (!e->packet) {
		give_answer(e);
		return;
	}
	if (!e->to->deaf)
		ike_receive(e->to->ike, &e->at, &e->from, bytes_of(e->data, e->len));
	event_free(e);
}

static size_t first_event(const struct sim *sim)
{
	size_t first = 0;

	for (size_t i = 1; i < sim->event_count; i++)
		if (sim->events[i].when < sim->events[first].when ||
		    (sim->events[i].when == sim->events[first].when &&
		     sim->events[i].order < sim->events[first].order))
			first = i;
	return first;
}

/* One thing happens; false: nothing does until @end. */
static bool step(struct sim *sim, uint64_t end)
{
	struct node *timer = NULL;
	struct sim_event e;
	size_t first;

	for (unsigned int i = 0; i < sim->nodes; i++)
		if (sim->node[i]->timer <= end && (!timer || sim->node[i]->timer < timer->timer))
			timer = sim->node[i];
	first = first_event(sim);
	if (sim->event_count && sim->events[first].when <= end &&
	    (!timer || sim->events[first].when <= timer->timer)) {
		e = sim->events[first];
		sim->events[first] = sim->events[--sim->event_count];
		sim->now = e.when > sim->now ? e.when : sim->now;
		happen(&e);
		return true;
	}
	if (!timer)
		return false;
	sim->now = timer->timer > sim->now ? timer->timer : sim->now;
	timer->timer = UINT64_MAX;
	ike_timer(timer->ike);
	return true;
}

void sim_run(struct sim *sim, uint64_t ms)
{
	uint64_t end = sim->now + ms;

	while (step(sim, end))
		;
	sim->now = end;
}

bool sim_run_until(struct sim *sim, uint64_t ms, bool (*is)(struct sim *sim))
{
	uint64_t end = sim->now + ms;

	while (!is(sim))
		if (!step(sim, end))
			return false;
	return true;
}

void sim_crash(struct node *node)
{
	struct sim *sim = node->sim;
	struct ike_env env = world_env(node);
	size_t kept = 0;

	ike_free(node->ike);
	world_reset(node);
	for (size_t i = 0; i < sim->event_count; i++) {
		if (sim->events[i].to == node && !sim->events[i].packet)
			continue;
		sim->events[kept++] = sim->events[i];
	}
	sim->event_count = kept;
	node->timer = UINT64_MAX;
	node->ike = ike_new(&env);
	ck_assert_ptr_nonnull(node->ike);
}

const struct packet *sim_last(struct sim *sim, struct node *from, uint8_t exchange, bool response)
{
	for (size_t i = sim->sents; i--;) {
		const struct packet *p = sim->sent[i];

		if (p->from == from && p->h.exchange == exchange &&
		    !!(p->h.flags & WIRE_FLAG_RESPONSE) == response)
			return p;
	}
	return NULL;
}

unsigned int sim_count(struct sim *sim, struct node *from, uint8_t exchange, bool response)
{
	unsigned int count = 0;

	for (size_t i = 0; i < sim->sents; i++)
		count += sim->sent[i]->from == from && sim->sent[i]->h.exchange == exchange &&
			 !!(sim->sent[i]->h.flags & WIRE_FLAG_RESPONSE) == response;
	return count;
}
