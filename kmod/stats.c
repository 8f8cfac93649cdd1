// SPDX-License-Identifier: GPL-2.0
/* Counters: what a device dropped and why, and what an SA carried. */
#include <linux/ethtool.h>
#include <linux/netdevice.h>

#include "device.h"
#include "stats.h"

const char svti_drop_names[SVTI_DROP_COUNT][ETH_GSTRING_LEN] = {
#define X(reason, name, field) [SVTI_DROP_##reason] = name,
	SVTI_DROPS(X)
#undef X
};

static unsigned long drop_sum(const struct svti_device *sdev, enum svti_drop reason)
{
	unsigned long sum = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		sum += READ_ONCE(per_cpu_ptr(sdev->drops, cpu)->count[reason]);
	return sum;
}

/**
 * svti_drops_to_link() - add all drops to the counters of the link
 * @sdev: the device
 * @stats: where to add
 */
void svti_drops_to_link(const struct svti_device *sdev, struct rtnl_link_stats64 *stats)
{
#define X(reason, name, field) stats->field += drop_sum(sdev, SVTI_DROP_##reason);
	SVTI_DROPS(X)
#undef X
}

/**
 * svti_sa_totals() - sum up the counters of an SA
 * @stats: the counters
 * @totals: filled in
 */
void svti_sa_totals(const struct svti_sa_stats __percpu *stats, struct svti_sa_totals *totals)
{
	int cpu;

	memset(totals, 0, sizeof(*totals));
	for_each_possible_cpu(cpu) {
		const struct svti_sa_stats *s = per_cpu_ptr(stats, cpu);
		struct svti_sa_totals one;
		unsigned int start;

		do {
			start = u64_stats_fetch_begin(&s->syncp);
			one.packets = u64_stats_read(&s->packets);
			one.bytes = u64_stats_read(&s->bytes);
			one.replayed = u64_stats_read(&s->replayed);
			one.auth_failed = u64_stats_read(&s->auth_failed);
			one.dummies = u64_stats_read(&s->dummies);
		} while (u64_stats_fetch_retry(&s->syncp, start));
		totals->packets += one.packets;
		totals->bytes += one.bytes;
		totals->replayed += one.replayed;
		totals->auth_failed += one.auth_failed;
		totals->dummies += one.dummies;
	}
}

static int get_sset_count(struct net_device *dev, int set)
{
	return set == ETH_SS_STATS ? SVTI_DROP_COUNT : -EOPNOTSUPP;
}

static void get_strings(struct net_device *dev, u32 set, u8 *data)
{
	if (set == ETH_SS_STATS)
		memcpy(data, svti_drop_names, sizeof(svti_drop_names));
}

static void get_ethtool_stats(struct net_device *dev, struct ethtool_stats *stats, u64 *data)
{
	const struct svti_device *sdev = netdev_priv(dev);

	for (enum svti_drop reason = 0; reason < SVTI_DROP_COUNT; reason++)
		data[reason] = drop_sum(sdev, reason);
}

static void get_drvinfo(struct net_device *dev, struct ethtool_drvinfo *info)
{
	strscpy(info->driver, KBUILD_MODNAME, sizeof(info->driver));
}

const struct ethtool_ops svti_ethtool_ops = {
	.get_drvinfo = get_drvinfo,
	.get_link = ethtool_op_get_link,
	.get_sset_count = get_sset_count,
	.get_strings = get_strings,
	.get_ethtool_stats = get_ethtool_stats,
};
