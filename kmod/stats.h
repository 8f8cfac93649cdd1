/* SPDX-License-Identifier: GPL-2.0 */
/* Counters of a device, and the name of every reason to drop a packet. */
#ifndef _SVTI_STATS_H
#define _SVTI_STATS_H

#include <linux/ethtool.h>
#include <linux/percpu.h>
#include <linux/u64_stats_sync.h>

struct net_device;
struct rtnl_link_stats64;
struct sk_buff;
struct svti_device;
struct svti_sa;

/*
 * X(reason, name in `ethtool -S`, counter of the link that it is part of)
 *
 * The ports of a later fragment are not known: TX_ and RX_FRAGMENT_NO_POLICY say that there is
 * no policy of ANY or OPAQUE ports for it, RFC 4301 7; RX_FRAGMENT_OFFSET, that it lies over the
 * ports of the first one. RX_DUMMY is no loss: RFC 4303 2.6 wants dummy packets discarded
 * without notice.
 */
#define SVTI_DROPS(X)                                                                              \
	X(TX_INNER_MALFORMED, "tx_inner_malformed", tx_errors)                                     \
	X(TX_INNER_PROTO, "tx_inner_proto", tx_dropped)                                            \
	X(TX_NO_POLICY, "tx_no_policy", tx_dropped)                                                \
	X(TX_FRAGMENT_NO_POLICY, "tx_fragment_no_policy", tx_dropped)                              \
	X(TX_POLICY_DISCARD, "tx_policy_discard", tx_dropped)                                      \
	X(TX_ACQUIRE_OVERFLOW, "tx_acquire_overflow", tx_dropped)                                  \
	X(TX_ACQUIRE_TIMEOUT, "tx_acquire_timeout", tx_dropped)                                    \
	X(TX_ACQUIRE_FLUSHED, "tx_acquire_flushed", tx_dropped)                                    \
	X(TX_NESTED_TOO_DEEP, "tx_nested_too_deep", tx_errors)                                     \
	X(TX_NO_ROUTE, "tx_no_route", tx_errors)                                                   \
	X(TX_ROUTE_LOOP, "tx_route_loop", tx_errors)                                               \
	X(TX_TOO_BIG, "tx_too_big", tx_errors)                                                     \
	X(TX_TRANSPORT_ENDS, "tx_transport_ends", tx_dropped)                                      \
	X(TX_TRANSPORT_FRAGMENT, "tx_transport_fragment", tx_dropped)                              \
	X(TX_SEGMENT, "tx_segment", tx_errors)                                                     \
	X(TX_NO_MEMORY, "tx_no_memory", tx_dropped)                                                \
	X(TX_CRYPTO_BUSY, "tx_crypto_busy", tx_dropped)                                            \
	X(TX_CRYPTO_ERROR, "tx_crypto_error", tx_errors)                                           \
	X(TX_OUTPUT, "tx_output", tx_errors)                                                       \
	X(RX_MALFORMED, "rx_malformed", rx_errors)                                                 \
	X(RX_REPLAYED, "rx_replayed", rx_dropped)                                                  \
	X(RX_EXPIRED, "rx_expired", rx_dropped)                                                    \
	X(RX_AUTH_FAILED, "rx_auth_failed", rx_errors)                                             \
	X(RX_NO_MEMORY, "rx_no_memory", rx_dropped)                                                \
	X(RX_CRYPTO_BUSY, "rx_crypto_busy", rx_dropped)                                            \
	X(RX_CRYPTO_ERROR, "rx_crypto_error", rx_errors)                                           \
	X(RX_BAD_PADDING, "rx_bad_padding", rx_errors)                                             \
	X(RX_DUMMY, "rx_dummy", rx_nohandler)                                                      \
	X(RX_INNER_PROTO, "rx_inner_proto", rx_dropped)                                            \
	X(RX_TRANSPORT_ENDS, "rx_transport_ends", rx_dropped)                                      \
	X(RX_INNER_MALFORMED, "rx_inner_malformed", rx_errors)                                     \
	X(RX_NO_POLICY, "rx_no_policy", rx_dropped)                                                \
	X(RX_FRAGMENT_NO_POLICY, "rx_fragment_no_policy", rx_dropped)                              \
	X(RX_FRAGMENT_OFFSET, "rx_fragment_offset", rx_dropped)                                    \
	X(RX_POLICY_DISCARD, "rx_policy_discard", rx_dropped)                                      \
	X(RX_POLICY_MISMATCH, "rx_policy_mismatch", rx_dropped)                                    \
	X(RX_ECN, "rx_ecn", rx_dropped)                                                            \
	X(RX_DEVICE_DOWN, "rx_device_down", rx_dropped)

enum svti_drop {
#define X(reason, name, field) SVTI_DROP_##reason,
	SVTI_DROPS(X)
#undef X
	SVTI_DROP_COUNT
};

/**
 * struct svti_drops - what one CPU dropped of one device
 * @count: packets, by enum svti_drop; unsigned long, so that no reader sees half of one
 */
struct svti_drops {
	unsigned long count[SVTI_DROP_COUNT];
};

/**
 * struct svti_sa_stats - what one CPU counted for one SA
 * @syncp: for the others on 32-bit machines
 * @packets: inner packets sent or accepted
 * @bytes: octets of these, inner header included
 * @replayed: dropped as replayed or too old
 * @auth_failed: dropped for a wrong ICV
 * @dummies: dummy packets sent or received, which @packets does not count
 */
struct svti_sa_stats {
	struct u64_stats_sync syncp;
	u64_stats_t packets;
	u64_stats_t bytes;
	u64_stats_t replayed;
	u64_stats_t auth_failed;
	u64_stats_t dummies;
};

/**
 * struct svti_sa_totals - the sum of struct svti_sa_stats over all CPUs
 * @packets: see there
 * @bytes: see there
 * @replayed: see there
 * @auth_failed: see there
 * @dummies: see there
 */
struct svti_sa_totals {
	u64 packets;
	u64 bytes;
	u64 replayed;
	u64 auth_failed;
	u64 dummies;
};

/* drop.c */
void svti_drop(struct svti_device *sdev, const struct svti_sa *sa, struct sk_buff *skb,
	       enum svti_drop reason);
void svti_drop_sealed(const struct svti_sa *sa, struct sk_buff *skb, enum svti_drop reason);

extern const char svti_drop_names[SVTI_DROP_COUNT][ETH_GSTRING_LEN];
void svti_drops_to_link(const struct svti_device *sdev, struct rtnl_link_stats64 *stats);
void svti_sa_totals(const struct svti_sa_stats __percpu *stats, struct svti_sa_totals *totals);

extern const struct ethtool_ops svti_ethtool_ops;

#endif /* _SVTI_STATS_H */
