/* SPDX-License-Identifier: GPL-2.0 */
/* A real svti device for a suite, on the loopback of the first namespace. */
#ifndef _SVTI_TESTS_RIG_H
#define _SVTI_TESTS_RIG_H

#include <kunit/test.h>
#include <linux/netdevice.h>
#include <linux/skbuff.h>

#include "../algo.h"
#include "../sad.h"
#include "../spd.h"
#include "../stats.h"

/* 127.0.0.1 and 127.0.0.2: both ends of the tunnel. */
#define RIG_HERE  0x7f000001
#define RIG_THERE 0x7f000002

/**
 * struct rig_tap - packets as a device received them
 * @type: how the stack calls it
 * @queue: copies, oldest first
 * @proto: only packets of this protocol, of IPv4 or IPv6, 0 for all
 */
struct rig_tap {
	struct packet_type type;
	struct sk_buff_head queue;
	u8 proto;
};

struct svti_outer;

/**
 * struct rig - a device of kind svti, and what passes
 * @dev: "kunit0"
 * @sdev: its private part
 * @wire: ESP packets on the loopback: what the device sent
 * @inner: what the device received
 * @limits: of the SAs that rig_sa() makes
 */
struct rig {
	struct net_device *dev;
	struct svti_device *sdev;
	struct rig_tap wire;
	struct rig_tap inner;
	struct svti_limits limits;
};

int rig_init(struct kunit *test);
void rig_exit(struct kunit *test);

struct svti_sa *rig_sa(struct kunit *test, u8 dir, u32 spi, const struct svti_algo *algo,
		       const struct svti_keys *keys, bool esn, u32 dst);
struct svti_sa *rig_sa_outer(struct kunit *test, u8 dir, u32 spi, struct svti_outer *outer);
int rig_install(struct kunit *test, struct svti_sa *sa, struct svti_policy *policy);
struct svti_policy *rig_any_policy(struct kunit *test, u8 dir, u32 reqid);
void rig_flush(struct rig *rig);

struct sk_buff *rig_inner(struct kunit *test, u32 len, u16 id);
struct sk_buff *rig_inner6(struct kunit *test, u32 len, u16 id);
void rig_send(struct kunit *test, struct sk_buff *skb);
void rig_receive(struct kunit *test, const void *esp, u32 len, u8 tos);
void rig_receive6(struct kunit *test, const void *esp, u32 len, u8 tclass);
struct sk_buff *rig_tap_next(struct rig_tap *tap);
unsigned long rig_drops(struct rig *rig, enum svti_drop reason);
unsigned long rig_all_drops(struct rig *rig);
void rig_expect_drop(struct kunit *test, enum svti_drop reason, const char *what);

extern const struct svti_keys rig_gcm_keys;
extern const struct svti_keys rig_cbc_keys;
const struct svti_algo *rig_gcm(void);
const struct svti_algo *rig_cbc(void);

#endif /* _SVTI_TESTS_RIG_H */
