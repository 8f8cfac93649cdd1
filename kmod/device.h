/* SPDX-License-Identifier: GPL-2.0 */
/* One svti network device, and what a namespace that carries ESP knows. */
#ifndef _SVTI_DEVICE_H
#define _SVTI_DEVICE_H

#include <linux/mutex.h>
#include <linux/netdevice.h>
#include <linux/workqueue.h>
#include <net/gro_cells.h>

#include "outer.h"
#include "sad.h"
#include "spd.h"
#include "stats.h"

/**
 * struct svti_device - the private part of a net_device of kind "svti"
 * @dev: the device
 * @underlay: the namespace that sends and receives the outer packets: where the link was made;
 *	constant. Lives longer than the device, which dies with it
 * @id: chosen by the administrator, 0: none; constant
 * @via: what carries the outer packets in @underlay; changed under RTNL
 * @spd: its policies
 * @sad: its SAs
 * @drops: its named drop counters
 * @gro: where decrypted packets are merged and handed to the stack
 * @lock: held by whoever changes @spd, @sad or what follows
 * @generation: changes with every change of @spd or @sad, for dumps
 * @acquiring: outbound policies that may acquire an SA
 * @waiting: policies at which packets wait for an SA
 * @waiting_memory: what these packets take up
 * @retry: looks up once more what waits
 * @dying: nothing may be added any more
 * @event_seq: number of the last notification
 * @underlay_list: in &svti_net.devices, under RTNL
 */
struct svti_device {
	struct net_device *dev;
	struct net *underlay;
	u32 id;
	struct svti_via via;
	struct svti_spd spd;
	struct svti_sad sad;
	struct svti_drops __percpu *drops;
	struct gro_cells gro;
	struct mutex lock;
	u32 generation;
	u32 acquiring;
	atomic_t waiting;
	atomic_t waiting_memory;
	struct rcu_work retry;
	bool dying;
	atomic_t event_seq;
	struct list_head underlay_list;
};

/* Is @dev one of ours? */
bool svti_device_is(const struct net_device *dev);
/* Carrier follows "has an outbound SA, or a policy that may acquire one". */
void svti_device_carrier(struct svti_device *sdev);

void svti_device_setup(struct net_device *dev);
void svti_device_reroute(struct svti_device *sdev, const struct svti_via *via);

int svti_device_init(void);
void svti_device_exit(void);

#endif /* _SVTI_DEVICE_H */
