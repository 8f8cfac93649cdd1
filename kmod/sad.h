/* SPDX-License-Identifier: GPL-2.0 */
/* Security associations: their life, and how packets and configuration find them. */
#ifndef _SVTI_SAD_H
#define _SVTI_SAD_H

#include <linux/hrtimer.h>
#include <linux/netfilter.h>
#include <linux/percpu-refcount.h>
#include <linux/rhashtable.h>
#include <linux/workqueue.h>
#include <linux/xarray.h>
#include <svti.h>

#include "header.h"
#include "keepalive.h"
#include "life.h"
#include "replay.h"
#include "stats.h"

struct crypto_aead;
struct netlink_ext_ack;
struct svti_algo;
struct svti_device;
struct svti_dummy;
struct svti_outer;

/* Bits of &svti_sa.state: what has been told of its life. */
enum svti_sa_state {
	SVTI_SA_WARNED, /* a soft limit was reached */
	SVTI_SA_ENDED, /* a hard limit was reached; it is about to be removed */
};

/**
 * struct svti_sa - a security association, one direction
 * @dir: enum svti_dir
 * @esn: extended sequence numbers
 * @header: how outer and inner headers relate
 * @tfc: outbound: octets that inner packets are padded to, 0: not at all
 * @dummy: outbound: its dummy packets, or NULL
 * @transport: transport mode, else tunnel mode
 * @live: packets may use it; set once, when all of its message has been installed
 * @spi: as in the packet
 * @reqid: ties it to the policies of that number
 * @algo: what protects it
 * @aead: keyed transform
 * @outer: addresses and ports of the tunnel, replaced as a whole
 * @sdev: device; held
 * @stats: per-CPU counters
 * @ref: one for the SAD, one for each request that is with the crypto layer. What was found
 *	under RCU may be referenced without a question: the count cannot reach 0 within a grace
 *	period of the kill, which follows the unlinking
 * @used: ktime_get_seconds() of the last packet, 0: never used
 * @state: bits of enum svti_sa_state
 * @budget: what is left of its octets and packets, NULL without such limits
 * @seq_soft: outbound: at this sequence number, a warning is given
 * @seq: outbound: the last sequence number given out
 * @seq_max: outbound: the last one that may be
 * @replay: inbound: anti-replay window
 * @id: number in &svti_sad.all
 * @key_bits: of the encryption key
 * @born: ktime_get_boottime() of the installation
 * @limits: of its life
 * @life_timer: those in seconds
 * @end_reason: enum svti_expire_reason, when it has ended
 * @keepalive: outbound: for NATs on the way
 * @mapping_quiet: inbound: jiffies64 until which no other address of the peer is told
 * @in_node: inbound: in &svti_net.in
 * @out_node: outbound: in &svti_net.out
 * @group: outbound: SAs of the same reqid
 * @group_list: in @group, newest first
 * @end_work: removes an SA that has ended
 * @free_work: the end, where it may sleep
 * @devref: tracks the reference to @sdev
 */
struct svti_sa {
	u8 dir;
	bool esn;
	bool transport;
	bool live;
	struct svti_header header;
	__be32 spi;
	u32 reqid;
	const struct svti_algo *algo;
	struct crypto_aead *aead;
	struct svti_outer __rcu *outer;
	u32 tfc;
	struct svti_dummy *dummy;
	struct svti_device *sdev;
	struct svti_sa_stats __percpu *stats;
	struct percpu_ref ref;
	time64_t used;
	unsigned long state;
	struct svti_budget *budget;
	u64 seq_soft;
	u64 seq_max;
	/* Apart from what packets only read. */
	union {
		atomic64_t seq;
		struct svti_replay replay;
	} ____cacheline_aligned_in_smp;

	u32 id;
	u32 key_bits;
	ktime_t born;
	struct svti_limits limits;
	struct hrtimer life_timer;
	u32 end_reason;
	struct svti_keepalive keepalive;
	atomic64_t mapping_quiet;
	union {
		struct rhash_head in_node;
		struct rhlist_head out_node;
	};
	struct svti_sa_group *group;
	struct list_head group_list;
	struct work_struct end_work;
	struct work_struct free_work;
	netdevice_tracker devref;
};

/**
 * struct svti_sad - the SAs of one device, under its mutex
 * @all: every SA, by id
 * @groups: outbound SAs, by reqid
 * @next_id: where the search for a free id starts
 * @count: SAs in @all
 * @outbound: outbound SAs
 */
struct svti_sad {
	struct xarray all;
	struct rhashtable groups;
	u32 next_id;
	u32 count;
	u32 outbound;
};

/**
 * struct svti_net - what a namespace that carries ESP knows
 * @in: inbound SAs, by SPI, which is unique in the namespace
 * @out: outbound SAs, by SPI, which is unique for a destination
 * @out_lock: held by whoever adds to @out, or changes a destination
 * @devices: devices with this underlay, under RTNL
 */
struct svti_net {
	struct rhashtable in;
	struct rhltable out;
	struct mutex out_lock;
	struct list_head devices;
};

/**
 * struct svti_sa_config - what makes an SA
 * @dir: enum svti_dir
 * @spi: network order
 * @reqid: see &svti_sa.reqid
 * @algo: a row of the table
 * @keys: keys that fit it; borrowed
 * @esn: extended sequence numbers
 * @transport: transport mode
 * @window: replay window, packets, inbound
 * @tfc: see &svti_sa.tfc
 * @dummy: outbound: milliseconds of silence before a dummy packet, 0: none
 * @header: how outer and inner headers relate
 * @limits: of its life
 * @keepalive: seconds, see &svti_keepalive.period
 * @outer: taken over by the SA when svti_sa_new() succeeds
 */
struct svti_sa_config {
	u8 dir;
	__be32 spi;
	u32 reqid;
	const struct svti_algo *algo;
	const struct svti_keys *keys;
	bool esn;
	bool transport;
	u32 window;
	u32 tfc;
	u32 dummy;
	struct svti_header header;
	struct svti_limits limits;
	u32 keepalive;
	struct svti_outer *outer;
};

int svti_sad_init(struct svti_sad *sad);
void svti_sad_destroy(struct svti_sad *sad);
struct svti_net *svti_net(const struct net *net);

struct svti_sa *svti_sa_new(struct svti_device *sdev, const struct svti_sa_config *config,
			    struct netlink_ext_ack *extack);
/* An SA that was never inserted, or that svti_sad_remove() took out. */
void svti_sa_kill(struct svti_sa *sa);
void svti_sa_put(struct svti_sa *sa);

int svti_sad_insert(struct svti_sa *sa, struct netlink_ext_ack *extack);
void svti_sad_remove(struct svti_sa *sa);
struct svti_sa *svti_sad_newest(const struct svti_sad *sad, u32 reqid);
void svti_sad_reroute(struct svti_sad *sad);
void svti_sad_talk(struct svti_sa *sa);
struct svti_outer *svti_sad_move(struct svti_sa *sa, struct svti_outer *outer,
				 struct netlink_ext_ack *extack);

struct svti_sa *svti_sad_find_in(struct net *net, __be32 spi, const union nf_inet_addr *dst,
				 u8 family);
struct svti_sa *svti_sad_find_out(struct net *net, __be32 spi, const union nf_inet_addr *dst,
				  u8 family);
struct svti_sa *svti_sad_find(const struct svti_device *sdev, u8 dir, __be32 spi,
			      const union nf_inet_addr *dst, u8 family, bool *ambiguous);

void svti_sa_warn(struct svti_sa *sa, enum svti_expire_reason reason);
void svti_sa_end(struct svti_sa *sa, enum svti_expire_reason reason);
/* Has it reached a hard limit? Then its packets wait for another one. */
static inline bool svti_sa_ended(const struct svti_sa *sa)
{
	return test_bit(SVTI_SA_ENDED, &sa->state);
}
void svti_sa_count(struct svti_sa *sa, u32 bytes);
void svti_sa_count_dummy(struct svti_sa *sa);
void svti_sa_count_replayed(struct svti_sa *sa);
void svti_sa_count_auth_failed(struct svti_sa *sa);

/* Where SAs end their life, and what packets want done with the mutex of a device. */
extern struct workqueue_struct *svti_wq;

int svti_sa_module_init(void);
void svti_sa_module_exit(void);
int svti_sad_module_init(void);
void svti_sad_module_exit(void);

/* Under the device's mutex; @i is an unsigned long. The SA at hand may be removed. */
#define svti_sad_for_each(sad, i, sa) xa_for_each_start(&(sad)->all, i, sa, i)

#endif /* _SVTI_SAD_H */
