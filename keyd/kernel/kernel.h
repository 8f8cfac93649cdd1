/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The svti generic-netlink family as a C interface, over libnl. Used by keyd and svtictl.
 * Every call that fails returns a negative errno and leaves a sentence, the kernel's own
 * (extended ack) where it gave one, in kernel_error().
 */
#ifndef KEYD_KERNEL_KERNEL_H
#define KEYD_KERNEL_KERNEL_H

#include <net/if.h>
#include <svti.h>

#include "base/addr.h"
#include "base/bytes.h"

struct kernel;

/* When an SA is to be replaced, and when it ends; 0: never. */
struct kernel_limit {
	uint64_t soft, hard;
	uint64_t left; /* until @hard; coming out only */
};

struct kernel_sa {
	uint32_t spi; /* host order */
	uint32_t dir; /* enum svti_dir */
	struct addr src, dst;
	uint32_t reqid;
	uint32_t encr, integ;		  /* IKEv2 transform ids */
	struct bytes encr_key, integ_key; /* going in only */
	bool esn;
	bool decap_dscp;
	bool has_replay_window;
	uint32_t replay_window;
	bool encap_off;			   /* to kernel_sa_set(): no encapsulation any more */
	uint16_t encap_sport, encap_dport; /* 0: none */
	uint32_t mode; /* enum svti_mode, 0: the default */
	bool has_keepalive;
	uint32_t keepalive; /* seconds, 0: never */
	/* Outbound: */
	bool has_dscp, has_ttl;
	uint32_t dscp;
	uint32_t df; /* enum svti_df, 0: the default */
	uint32_t ttl; /* 0: that of the inner packet */
	uint32_t tfc; /* octets that inner packets are padded to, 0: not at all */
	uint32_t dummy; /* milliseconds of silence before a dummy packet, 0: none */
	struct kernel_limit life_bytes, life_packets, life_seconds;
	/* Coming out only: */
	uint32_t key_bits;
	uint64_t seq, packets, bytes, age, replayed, auth_failed, dummies, keepalives;
	bool used;
	uint64_t idle; /* seconds, when @used */
};

struct kernel_sp {
	uint32_t index;
	uint32_t dir;
	struct addr src, dst; /* AF_UNSPEC: any */
	uint32_t src_prefix, dst_prefix;
	uint32_t proto; /* 0: any */
	bool has_sport, has_dport;
	uint16_t sport_min, sport_max, dport_min, dport_max; /* 65535-0: OPAQUE */
	bool has_priority;
	uint32_t priority;
	bool has_reqid; /* going in: also when it is 0 */
	uint32_t reqid;
	uint32_t action;	 /* enum svti_action, 0: the default */
	uint64_t packets, bytes; /* coming out only */
};

/**
 * struct kernel_source - where an event comes from
 * @ifindex: of the device, in the network namespace where it lives
 * @name: its name there
 * @elsewhere: that is another namespace than ours
 * @netnsid: number of that namespace in ours, -1: it has none
 * @seq: number of the event
 */
struct kernel_source {
	uint32_t ifindex;
	char name[IF_NAMESIZE];
	bool elsewhere;
	int32_t netnsid;
	uint32_t seq;
};

struct kernel_acquire {
	struct kernel_source from;
	uint32_t sp_index;
	uint32_t reqid;
	struct addr src, dst;
	uint32_t proto;
	bool has_ports;
	uint16_t sport, dport; /* as in a policy: of ICMP type and code */
};

struct kernel_expire {
	struct kernel_source from;
	struct kernel_sa sa;
	uint32_t reason; /* enum svti_expire_reason */
	bool hard;	 /* it is gone; false: it should soon be replaced */
};

/* The peer of an inbound SA sends from somewhere else than the SA has it. */
struct kernel_mapping {
	struct kernel_source from;
	struct kernel_sa sa;
	struct addr src;
	uint16_t encap_sport; /* 0: it sends plain ESP */
};

/* NULL, with a sentence in *why, when the family is not there ("modprobe svti"). */
struct kernel *kernel_open(const char **why);
void kernel_close(struct kernel *k);
const char *kernel_error(const struct kernel *k);

/* Interfaces. */
/* Of an svti link. > 0, or a negative errno. */
int kernel_ifindex(struct kernel *k, const char *name);
/* Make the svti link if it is not there and set it up. Returns its index or a negative errno. */
int kernel_link_ensure(struct kernel *k, const char *name);
/* All svti links; ends at the first error of @each, which it returns. */
int kernel_link_each(struct kernel *k, int (*each)(void *ctx, int ifindex, const char *name),
		     void *ctx);

/* All SAs and policies of the call, or none of them. */
int kernel_sa_new(struct kernel *k, int ifindex, const struct kernel_sa *sa, unsigned int sas,
		  const struct kernel_sp *sp, unsigned int sps);
/*
 * Change endpoint, keepalive or replay window of the SA with this direction and SPI, whatever of
 * it is given.
 */
int kernel_sa_set(struct kernel *k, int ifindex, const struct kernel_sa *sa);
/* @dst: AF_UNSPEC unless two outbound SAs share the SPI. */
int kernel_sa_del(struct kernel *k, int ifindex, uint32_t dir, uint32_t spi,
		  const struct addr *dst);
int kernel_sa_get(struct kernel *k, int ifindex, uint32_t dir, uint32_t spi, struct kernel_sa *sa);
int kernel_sa_each(struct kernel *k, int ifindex,
		   void (*each)(void *ctx, const struct kernel_sa *sa), void *ctx);
/* @dir, @reqid: 0 for all. */
int kernel_sa_flush(struct kernel *k, int ifindex, uint32_t dir, uint32_t reqid);
/* *index gets the number of a single new policy, may be NULL. */
int kernel_sp_new(struct kernel *k, int ifindex, const struct kernel_sp *sp, unsigned int sps,
		  uint32_t *index);
/* Of the policy with sp->index: priority and reqid when they are given, action unless 0. */
int kernel_sp_set(struct kernel *k, int ifindex, const struct kernel_sp *sp);
/* By sp->index when it is not 0, else by direction, selector and priority. */
int kernel_sp_del(struct kernel *k, int ifindex, const struct kernel_sp *sp);
int kernel_sp_each(struct kernel *k, int ifindex,
		   void (*each)(void *ctx, const struct kernel_sp *sp), void *ctx);
int kernel_sp_flush(struct kernel *k, int ifindex, uint32_t dir, uint32_t reqid);

/* Events: a file descriptor to poll, and a call that handles what is there. */
struct kernel_events {
	void *ctx;
	void (*acquire)(void *ctx, const struct kernel_acquire *acquire);
	void (*expire)(void *ctx, const struct kernel_expire *expire);
	void (*mapping)(void *ctx, const struct kernel_mapping *mapping); /* may be NULL */
	void (*overrun)(void *ctx); /* events were lost: look at the SAD and SPD again */
};
int kernel_events_open(struct kernel *k, const struct kernel_events *events);
int kernel_events_fd(const struct kernel *k);
int kernel_events_read(struct kernel *k);

/* An address range as prefixes. Returns their number, or -E2BIG when @max is too small. */
int kernel_range_to_prefixes(const struct addr *min, const struct addr *max, struct addr *prefix,
			     uint32_t *len, unsigned int maximum);

#endif
