/* SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause) */
/*
 * The svti generic-netlink family: the only way to configure the policies (SPD) and
 * security associations (SAD) of an svti device.
 *
 * svti.yaml beside this file is the source of truth; tests compare the two.
 *
 * Every request names the device by SVTI_A_IFINDEX, looked up in the network namespace of
 * the socket, and needs CAP_NET_ADMIN in that namespace's user namespace and in that of the
 * underlay, where the link was made. A refusal carries one sentence as extended ack. Keys go
 * in and never come out.
 */
#ifndef _UAPI_SVTI_H
#define _UAPI_SVTI_H

#include <linux/types.h>

#define SVTI_FAMILY_NAME "svti"
#define SVTI_FAMILY_VERSION 1

/* Multicast groups, sent in the underlay namespace; joining needs CAP_NET_ADMIN. */
#define SVTI_MCGRP_SA "sa"
#define SVTI_MCGRP_ACQUIRE "acquire"

/* Every numeric limit of the interface. */
enum {
	SVTI_SPI_MIN = 256, /* 1-255 are reserved, RFC 4303 2.1 */
	SVTI_REPLAY_WINDOW_DEFAULT = 1024, /* packets */
	SVTI_REPLAY_WINDOW_MAX = 8192, /* packets */
	SVTI_TTL_DEFAULT = 64, /* of the outer header */
	SVTI_TFC_MAX = 65535, /* octets of an inner packet with its padding */
	SVTI_DUMMY_MIN = 10, /* milliseconds of silence before a dummy packet */
	SVTI_DUMMY_MAX = 3600000,
	SVTI_ADDR_LEN_MAX = 16, /* octets; an address has 4 or 16 */
	SVTI_KEY_LEN_MAX = 64, /* octets of key material, a salt included */
	SVTI_KEEPALIVE_MAX = 3600, /* seconds */
	SVTI_BATCH_MAX = 256, /* SAs plus policies in one sa-new */
	SVTI_PRIORITY_DEFAULT = 1000, /* of a policy; a smaller number is looked at first */
	SVTI_SAS_MAX = 131072, /* SAs of one device */
	SVTI_POLICIES_MAX = 262144, /* policies of one device */
	SVTI_SHAPES_MAX = 4096, /* different sets of prefix lengths and port spans in a device */
};

/* Direction as seen from the device: OUT is encrypted and sent, IN received and decrypted. */
enum svti_dir {
	SVTI_DIR_IN = 1,
	SVTI_DIR_OUT,
};

/* What a policy does with a packet that it selects, RFC 4301 4.4.1. */
enum svti_action {
	SVTI_ACTION_PROTECT = 1,
	SVTI_ACTION_DISCARD,
	SVTI_ACTION_BYPASS, /* refused: what is not to be protected is not routed here */
};

/* Bits of SVTI_A_SA_FLAGS. */
enum svti_sa_flag {
	SVTI_SA_FLAG_ESN = 1 << 0, /* 64-bit extended sequence numbers, RFC 4303 2.2.1 */
	SVTI_SA_FLAG_DECAP_DSCP = 1 << 1, /* inbound: the outer DSCP goes into the inner header */
};

/* What of a packet ESP protects, RFC 4303 3.1. */
enum svti_mode {
	SVTI_MODE_TUNNEL = 1, /* all of it, behind a header of the SA's */
	SVTI_MODE_TRANSPORT, /* what its headers carry: its addresses must be those of the SA */
};

/* May an outer IPv4 packet be fragmented, RFC 4301 8.1. */
enum svti_df {
	SVTI_DF_COPY = 1, /* as the inner packet says; inner IPv6 may not */
	SVTI_DF_SET, /* never: what is too big is fragmented before encryption, if it may be */
	SVTI_DF_CLEAR, /* always, also when the inner packet may not */
};

/* Which limit an SA has reached, SVTI_A_SA_EXPIRE_REASON. */
enum svti_expire_reason {
	SVTI_EXPIRE_SEQUENCE = 1, /* sequence numbers, RFC 4303 3.3.3; soft: 2^28 are left */
	SVTI_EXPIRE_BYTES,
	SVTI_EXPIRE_PACKETS,
	SVTI_EXPIRE_SECONDS,
};

/*
 * Attributes of the link itself: rtnetlink, kind "svti", IFLA_INFO_DATA. Not part of the family
 * and its specification.
 */
enum {
	IFLA_SVTI_UNSPEC,
	IFLA_SVTI_ID, /* u32, not 0: one device of that id on each link; for its life */
	IFLA_SVTI_LINK, /* u32, index of an interface or VRF of the underlay; 0: none */
	IFLA_SVTI_FWMARK, /* u32, mark of the outer packets and their route; 0: none */
	__IFLA_SVTI_MAX,
};
#define IFLA_SVTI_MAX (__IFLA_SVTI_MAX - 1)

/* Attributes at the top of each message. */
enum {
	SVTI_A_UNSPEC,
	SVTI_A_IFINDEX, /* u32, the svti device; of an event: in the namespace where it lives */
	SVTI_A_SA, /* nest of SVTI_A_SA_*; sa-new takes several */
	SVTI_A_SP, /* nest of SVTI_A_SP_*; sa-new and sp-new take several */
	SVTI_A_ACQUIRE, /* nest of SVTI_A_ACQUIRE_* */
	/* Only in events: */
	SVTI_A_EVENT_SEQ, /* u32, counts the events of one device, to notice lost ones */
	SVTI_A_IFNAME, /* string, name of the device */
	SVTI_A_NETNSID, /* s32, the namespace of a device that lives in another; -1: unknown */
	__SVTI_A_MAX,
};
#define SVTI_A_MAX (__SVTI_A_MAX - 1)

/* A security association. */
enum {
	SVTI_A_SA_UNSPEC,
	SVTI_A_SA_PAD,
	SVTI_A_SA_SPI, /* u32 as a number in host order, >= SVTI_SPI_MIN */
	SVTI_A_SA_DIR, /* u32, enum svti_dir */
	SVTI_A_SA_SRC, /* binary, 4 or 16 octets: outer source address */
	SVTI_A_SA_DST, /* binary, 4 or 16 octets: outer destination address */
	SVTI_A_SA_REQID, /* u32, ties the SA to policies of the same reqid, also 0, the default */
	SVTI_A_SA_ENCR, /* u32, IKEv2 encryption transform id (IANA) */
	SVTI_A_SA_ENCR_KEY, /* binary: key, with the salt behind it; absent with NULL encryption */
	SVTI_A_SA_INTEG, /* u32, IKEv2 integrity transform id; absent or 0 with AEAD */
	SVTI_A_SA_INTEG_KEY, /* binary */
	SVTI_A_SA_FLAGS, /* u32, enum svti_sa_flag */
	SVTI_A_SA_REPLAY_WINDOW, /* u32, packets, 0..SVTI_REPLAY_WINDOW_MAX; inbound only */
	SVTI_A_SA_ENCAP_SPORT, /* u16 network order: UDP encapsulation, RFC 3948; 0: none */
	SVTI_A_SA_ENCAP_DPORT, /* u16 network order; both ports or none */
	SVTI_A_SA_MODE, /* u32, enum svti_mode, default tunnel */
	SVTI_A_SA_DSCP, /* u32, 0..63: of the outer header; absent: copied; outbound only */
	SVTI_A_SA_DF, /* u32, enum svti_df, default copy; outbound only */
	SVTI_A_SA_TTL, /* u32, 0..255, default SVTI_TTL_DEFAULT; 0: copied; outbound only */
	SVTI_A_SA_TFC, /* u32, 1..SVTI_TFC_MAX: inner packets are padded to so many octets */
	SVTI_A_SA_DUMMY, /* u32, milliseconds of silence before a dummy packet; outbound only */
	SVTI_A_SA_KEEPALIVE, /* u32, seconds without a packet, then one for the NAT; 0: never */
	/*
	 * Lifetimes, RFC 4301 4.4.2.1, all of them > 0; absent: no limit. At the soft limit the SA
	 * goes on, at the hard one it is removed. Limits of bytes and packets may be met up to 1/64
	 * early where several CPUs share an SA, and are never exceeded.
	 */
	SVTI_A_SA_SOFT_BYTES, /* u64, octets encrypted or decrypted, padding included */
	SVTI_A_SA_HARD_BYTES, /* u64 */
	SVTI_A_SA_SOFT_PACKETS, /* u64 */
	SVTI_A_SA_HARD_PACKETS, /* u64 */
	SVTI_A_SA_SOFT_SECONDS, /* u64, since installed, suspended or not */
	SVTI_A_SA_HARD_SECONDS, /* u64 */
	/* Only in answers and notifications: */
	SVTI_A_SA_KEY_BITS, /* u32, of the encryption key without salt */
	SVTI_A_SA_SEQ, /* u64, last sent, or highest received, sequence number */
	SVTI_A_SA_PACKETS, /* u64 */
	SVTI_A_SA_BYTES, /* u64, of inner packets */
	SVTI_A_SA_AGE, /* u64, seconds since installed */
	SVTI_A_SA_IDLE, /* u64, seconds since last used; absent: never used */
	SVTI_A_SA_REPLAYED, /* u64, packets dropped as replayed or too old */
	SVTI_A_SA_AUTH_FAILED, /* u64, packets dropped for a wrong ICV */
	SVTI_A_SA_DUMMIES, /* u64, dummy packets sent or received; not in PACKETS */
	SVTI_A_SA_LEFT_BYTES, /* u64, until HARD_BYTES */
	SVTI_A_SA_LEFT_PACKETS, /* u64, until HARD_PACKETS */
	SVTI_A_SA_LEFT_SECONDS, /* u64, until HARD_SECONDS */
	SVTI_A_SA_KEEPALIVES, /* u64, NAT keepalives sent */
	SVTI_A_SA_NEW_SRC, /* binary: where a packet came from; SRC: where from it was expected */
	SVTI_A_SA_NEW_ENCAP_SPORT, /* u16 network order, the same of ENCAP_SPORT; absent: plain */
	SVTI_A_SA_EXPIRE_REASON, /* u32, enum svti_expire_reason */
	SVTI_A_SA_EXPIRE_HARD, /* flag: the SA has ended and is gone; absent: it goes on */
	__SVTI_A_SA_MAX,
};
#define SVTI_A_SA_MAX (__SVTI_A_SA_MAX - 1)

/*
 * A security policy. An absent selector attribute selects everything.
 *
 * Of several policies for a packet, the one with the smallest priority decides. Of equal ones
 * it is the more specific one: addresses before none, then more bits of prefix in sum, then a
 * protocol before none, then fewer ports in sum; and in the end the older one.
 *
 * Both ports of ICMP and ICMPv6 (1, 58) are type << 8 | code, those of a Mobility Header (135)
 * type << 8, RFC 4301 4.4.1.1. Ports from 65535 to 0 are OPAQUE: packets whose ports cannot be
 * seen, such as later fragments. Those are in no range of ports, but where no ports are given.
 */
enum {
	SVTI_A_SP_UNSPEC,
	SVTI_A_SP_PAD,
	SVTI_A_SP_INDEX, /* u32, given by the kernel, unique in the device */
	SVTI_A_SP_DIR, /* u32, enum svti_dir */
	SVTI_A_SP_SRC, /* binary, 4 or 16 octets */
	SVTI_A_SP_SRC_PREFIX, /* u32, bits; default: all of the address */
	SVTI_A_SP_DST, /* binary, 4 or 16 octets */
	SVTI_A_SP_DST_PREFIX, /* u32, bits; default: all of the address */
	SVTI_A_SP_PROTO, /* u32, 1..255; absent: any */
	SVTI_A_SP_SPORT_MIN, /* u32, host order, 0..65535; needs SVTI_A_SP_PROTO */
	SVTI_A_SP_SPORT_MAX, /* u32, default: SPORT_MIN */
	SVTI_A_SP_DPORT_MIN, /* u32 */
	SVTI_A_SP_DPORT_MAX, /* u32, default: DPORT_MIN */
	SVTI_A_SP_PRIORITY, /* u32, default SVTI_PRIORITY_DEFAULT */
	SVTI_A_SP_REQID, /* u32; protect only; default 0; inbound, that of the packet's SA */
	SVTI_A_SP_ACTION, /* u32, enum svti_action, default protect */
	/* Only in answers: */
	SVTI_A_SP_PACKETS, /* u64 */
	SVTI_A_SP_BYTES, /* u64 */
	__SVTI_A_SP_MAX,
};
#define SVTI_A_SP_MAX (__SVTI_A_SP_MAX - 1)

/* What a packet that found a policy but no SA looks like. */
enum {
	SVTI_A_ACQUIRE_UNSPEC,
	SVTI_A_ACQUIRE_SP_INDEX, /* u32, the policy */
	SVTI_A_ACQUIRE_REQID, /* u32, of the policy */
	SVTI_A_ACQUIRE_SRC, /* binary, inner source address */
	SVTI_A_ACQUIRE_DST, /* binary, inner destination address */
	SVTI_A_ACQUIRE_PROTO, /* u32 */
	SVTI_A_ACQUIRE_SPORT, /* u32, host order, as in a policy; absent: cannot be seen */
	SVTI_A_ACQUIRE_DPORT, /* u32 */
	__SVTI_A_ACQUIRE_MAX,
};
#define SVTI_A_ACQUIRE_MAX (__SVTI_A_ACQUIRE_MAX - 1)

enum svti_cmd {
	SVTI_CMD_UNSPEC,
	/*
	 * Install SAs and, in the same step, policies: all of the message or nothing of it.
	 * A new outbound SA takes over at once from an older one of the same reqid.
	 */
	SVTI_CMD_SA_NEW,
	SVTI_CMD_SA_SET, /* change endpoint, keepalive or replay window of an SA in place */
	SVTI_CMD_SA_GET, /* one by direction and SPI, or all as a dump */
	SVTI_CMD_SA_DEL, /* by direction and SPI (and DST where two outbound ones share it) */
	SVTI_CMD_SA_FLUSH, /* all, or of one direction or reqid */
	SVTI_CMD_SP_NEW, /* answers with SVTI_A_SP_INDEX under NLM_F_ECHO */
	SVTI_CMD_SP_SET, /* change priority, reqid or action of a policy, by index */
	SVTI_CMD_SP_GET, /* one by index, or all as a dump */
	SVTI_CMD_SP_DEL, /* by index, or by direction, selector and priority */
	SVTI_CMD_SP_FLUSH, /* all, or of one direction or reqid */
	/* Notifications. */
	SVTI_CMD_SA_EXPIRE_NTF,
	SVTI_CMD_ACQUIRE_NTF,
	SVTI_CMD_SA_MAPPING_NTF, /* the peer sends from elsewhere; the SA stays as it is */
	__SVTI_CMD_MAX,
};
#define SVTI_CMD_MAX (__SVTI_CMD_MAX - 1)

#endif /* _UAPI_SVTI_H */
