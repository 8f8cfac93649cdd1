// SPDX-License-Identifier: GPL-2.0
/* A real svti device for a suite: made through rtnetlink, fed and watched like any other. */
#include <linux/delay.h>
#include <linux/etherdevice.h>
#include <linux/file.h>
#include <linux/inetdevice.h>
#include <linux/ipv6.h>
#include <linux/net.h>
#include <linux/rtnetlink.h>
#include <net/ip.h>
#include <net/ipv6.h>
#include <net/net_namespace.h>
#include <net/netlink.h>
#include <net/protocol.h>
#include <net/route.h>

#include "../db.h"
#include "../device.h"
#include "../esp.h"
#include "../outer.h"
#include "rig.h"

#define RIG_NAME "kunit0"

static const u8 key_octets[SVTI_KEY_LEN_MAX] = { 7, 1, 200, 9, 42, 77, 13, 250, 66, 5, 31 };

const struct svti_keys rig_gcm_keys = { .encr = key_octets, .encr_len = 20 };
const struct svti_keys rig_cbc_keys = {
	.encr = key_octets, .encr_len = 16, .integ = key_octets + 16, .integ_len = 32
};

const struct svti_algo *rig_gcm(void)
{
	return svti_algo_find(SVTI_ENCR_AES_GCM_16, SVTI_INTEG_NONE);
}

const struct svti_algo *rig_cbc(void)
{
	return svti_algo_find(SVTI_ENCR_AES_CBC, SVTI_INTEG_HMAC_SHA2_256_128);
}

/* --- rtnetlink, as a program would use it */

static int rtnl_talk(struct sk_buff *request)
{
	struct {
		struct nlmsghdr hdr;
		struct nlmsgerr err;
		u8 rest[512];
	} answer = {};
	struct kvec vec = { .iov_base = request->data, .iov_len = request->len };
	struct msghdr msg = {};
	struct socket *sock;
	struct file *file;
	int err;

	err = sock_create_kern(&init_net, AF_NETLINK, SOCK_RAW, NETLINK_ROUTE, &sock);
	if (err)
		goto out;
	/* Whoever asks for a capability looks at the file. */
	file = sock_alloc_file(sock, 0, NULL);
	err = PTR_ERR_OR_ZERO(file);
	if (err)
		goto out;
	err = kernel_sendmsg(sock, &msg, &vec, 1, vec.iov_len);
	if (err >= 0) {
		vec = (struct kvec){ .iov_base = &answer, .iov_len = sizeof(answer) };
		err = kernel_recvmsg(sock, &msg, &vec, 1, vec.iov_len, 0);
	}
	if (err >= 0)
		err = answer.hdr.nlmsg_type == NLMSG_ERROR ? answer.err.error : -EPROTO;
	fput(file);
out:
	kfree_skb(request);
	return err;
}

static int link_request(u16 type, u16 flags, const char *name, const char *kind, u32 state)
{
	struct sk_buff *skb = nlmsg_new(NLMSG_DEFAULT_SIZE, GFP_KERNEL);
	struct ifinfomsg *ifi;
	struct nlmsghdr *nlh;
	struct nlattr *nest;

	if (!skb)
		return -ENOMEM;
	nlh = nlmsg_put(skb, 0, 1, type, sizeof(*ifi), NLM_F_REQUEST | NLM_F_ACK | flags);
	ifi = nlmsg_data(nlh);
	*ifi = (struct ifinfomsg){ .ifi_flags = state, .ifi_change = IFF_UP };
	nla_put_string(skb, IFLA_IFNAME, name);
	if (kind) {
		nest = nla_nest_start(skb, IFLA_LINKINFO);
		nla_put_string(skb, IFLA_INFO_KIND, kind);
		nla_nest_end(skb, nest);
	}
	nlmsg_end(skb, nlh);
	return rtnl_talk(skb);
}

/* --- taps */

static u8 proto_of(const struct sk_buff *skb)
{
	return ip_hdr(skb)->version == 6 ? ipv6_hdr(skb)->nexthdr : ip_hdr(skb)->protocol;
}

static int on_packet(struct sk_buff *skb, struct net_device *dev, struct packet_type *type,
		     struct net_device *orig_dev)
{
	struct rig_tap *tap = container_of(type, struct rig_tap, type);
	struct sk_buff *copy;

	if (!tap->proto || proto_of(skb) == tap->proto) {
		copy = skb_copy(skb, GFP_ATOMIC);
		if (copy)
			skb_queue_tail(&tap->queue, copy);
	}
	consume_skb(skb);
	return 0;
}

static void tap_open(struct rig_tap *tap, struct net_device *dev, u8 proto)
{
	skb_queue_head_init(&tap->queue);
	tap->proto = proto;
	tap->type = (struct packet_type){
		.type = htons(ETH_P_ALL),
		.dev = dev,
		.func = on_packet,
		.ignore_outgoing = true,
	};
	dev_add_pack(&tap->type);
}

static void tap_close(struct rig_tap *tap)
{
	dev_remove_pack(&tap->type);
	skb_queue_purge(&tap->queue);
}

/**
 * rig_tap_next() - the oldest packet of a tap
 * @tap: the tap
 *
 * Return: a packet, data at the IP header, to be freed; or NULL if none comes for 50 ms.
 */
struct sk_buff *rig_tap_next(struct rig_tap *tap)
{
	for (u32 i = 0; i < 10 && skb_queue_empty(&tap->queue); i++)
		msleep(5);
	return skb_dequeue(&tap->queue);
}

/* --- begin and end */

/**
 * rig_init() - the init function of a suite
 * @test: its &kunit.priv is the rig
 *
 * Return: 0 or an error.
 */
int rig_init(struct kunit *test)
{
	struct rig *rig = kunit_kzalloc(test, sizeof(*rig), GFP_KERNEL);
	int err;

	if (!rig)
		return -ENOMEM;
	test->priv = rig;
	err = link_request(RTM_NEWLINK, 0, "lo", NULL, IFF_UP)
		      ?: link_request(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, RIG_NAME,
				      KBUILD_MODNAME, IFF_UP);
	if (err)
		return err;
	rig->dev = dev_get_by_name(&init_net, RIG_NAME);
	rig->sdev = netdev_priv(rig->dev);
	tap_open(&rig->wire, init_net.loopback_dev, IPPROTO_ESP);
	tap_open(&rig->inner, rig->dev, 0);
	return 0;
}

/**
 * rig_exit() - the exit function of a suite: the device goes with all that is in it
 * @test: the test
 */
void rig_exit(struct kunit *test)
{
	struct rig *rig = test->priv;

	if (!rig || !rig->dev)
		return;
	tap_close(&rig->wire);
	tap_close(&rig->inner);
	dev_put(rig->dev);
	/* Waits for every reference to the device, so for every SA. */
	KUNIT_EXPECT_EQ(test, link_request(RTM_DELLINK, 0, RIG_NAME, NULL, 0), 0);
	rcu_barrier();
}

/* --- what is in the device */

static struct svti_sa *make_sa(struct kunit *test, struct svti_sa_config *config)
{
	struct rig *rig = test->priv;
	struct svti_sa *sa;

	KUNIT_ASSERT_NOT_NULL(test, config->outer);
	svti_header_init(&config->header);
	sa = svti_sa_new(rig->sdev, config, NULL);
	KUNIT_ASSERT_FALSE(test, IS_ERR(sa));
	return sa;
}

/**
 * rig_sa() - an SA that is not installed yet
 * @test: the test
 * @dir: direction
 * @spi: SPI, host order
 * @algo: what protects it
 * @keys: keys
 * @esn: extended sequence numbers
 * @dst: outer destination, host order
 *
 * Its reqid is 1, its window 64.
 *
 * Return: the SA.
 */
struct svti_sa *rig_sa(struct kunit *test, u8 dir, u32 spi, const struct svti_algo *algo,
		       const struct svti_keys *keys, bool esn, u32 dst)
{
	union nf_inet_addr from = { .ip = htonl(RIG_HERE) }, to = { .ip = htonl(dst) };
	struct rig *rig = test->priv;
	struct svti_sa_config config = {
		.dir = dir,
		.spi = htonl(spi),
		.reqid = 1,
		.algo = algo,
		.keys = keys,
		.esn = esn,
		.window = 64,
		.limits = rig->limits,
		.outer = svti_outer_new(AF_INET, &from, &to, 0, 0),
	};

	return make_sa(test, &config);
}

/**
 * rig_sa_outer() - an SA that is not installed yet, between any addresses
 * @test: the test
 * @dir: direction
 * @spi: SPI, host order
 * @outer: its outer headers, taken over
 *
 * AES-GCM with rig_gcm_keys, no ESN; its reqid is 1, its window 64.
 *
 * Return: the SA.
 */
struct svti_sa *rig_sa_outer(struct kunit *test, u8 dir, u32 spi, struct svti_outer *outer)
{
	struct svti_sa_config config = {
		.dir = dir,
		.spi = htonl(spi),
		.reqid = 1,
		.algo = rig_gcm(),
		.keys = &rig_gcm_keys,
		.window = 64,
		.outer = outer,
	};

	return make_sa(test, &config);
}

/**
 * rig_any_policy() - a policy for every packet
 * @test: the test
 * @dir: direction
 * @reqid: its reqid
 *
 * Return: the policy, not installed yet.
 */
struct svti_policy *rig_any_policy(struct kunit *test, u8 dir, u32 reqid)
{
	struct svti_policy *policy = svti_policy_alloc(GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, policy);
	policy->sel.sport_max = 65535;
	policy->sel.dport_max = 65535;
	policy->dir = dir;
	policy->action = SVTI_ACTION_PROTECT;
	policy->priority = SVTI_PRIORITY_DEFAULT;
	policy->reqid = reqid;
	return policy;
}

/**
 * rig_install() - install an SA, a policy or both
 * @test: the test
 * @sa: or NULL
 * @policy: or NULL
 *
 * Return: 0 or an error; then both are gone all the same.
 */
int rig_install(struct kunit *test, struct svti_sa *sa, struct svti_policy *policy)
{
	struct svti_batch *batch = kunit_kzalloc(test, sizeof(*batch), GFP_KERNEL);
	struct rig *rig = test->priv;
	int err;

	KUNIT_ASSERT_NOT_NULL(test, batch);
	if (sa)
		batch->sa[batch->sas++] = sa;
	if (policy)
		batch->policy[batch->policies++] = policy;
	mutex_lock(&rig->sdev->lock);
	err = svti_db_install(rig->sdev, batch, NULL);
	mutex_unlock(&rig->sdev->lock);
	if (err && sa)
		svti_sa_kill(sa);
	if (err && policy)
		svti_policy_free(policy);
	kunit_kfree(test, batch);
	return err;
}

/**
 * rig_flush() - remove every SA and every policy
 * @rig: the rig
 */
void rig_flush(struct rig *rig)
{
	mutex_lock(&rig->sdev->lock);
	svti_db_flush(rig->sdev);
	mutex_unlock(&rig->sdev->lock);
}

/* --- packets */

/**
 * rig_inner() - an inner packet
 * @test: the test
 * @len: octets, IP header included
 * @id: identification, to tell it from others
 *
 * Return: a UDP packet from 10.1.0.1 to 10.2.0.1 with no checksum.
 */
struct sk_buff *rig_inner(struct kunit *test, u32 len, u16 id)
{
	struct rig *rig = test->priv;
	struct sk_buff *skb = alloc_skb(len + 256, GFP_KERNEL);
	struct iphdr *iph;

	KUNIT_ASSERT_NOT_NULL(test, skb);
	skb_reserve(skb, 128);
	skb_reset_network_header(skb);
	iph = skb_put_zero(skb, len);
	for (u32 i = sizeof(*iph); i < len; i++)
		skb->data[i] = i * 3 + id;
	*iph = (struct iphdr){
		.version = 4,
		.ihl = 5,
		.tot_len = htons(len),
		.id = htons(id),
		.ttl = 64,
		.protocol = IPPROTO_UDP,
		.saddr = htonl(0x0a010001),
		.daddr = htonl(0x0a020001),
	};
	ip_send_check(iph);
	skb->protocol = htons(ETH_P_IP);
	skb->dev = rig->dev;
	return skb;
}

/**
 * rig_inner6() - an inner packet of IPv6
 * @test: the test
 * @len: octets, IPv6 header included
 * @id: to tell it from others
 *
 * Return: a UDP packet from fd01::1 to fd02::1 with no checksum.
 */
struct sk_buff *rig_inner6(struct kunit *test, u32 len, u16 id)
{
	struct rig *rig = test->priv;
	struct sk_buff *skb = alloc_skb(len + 256, GFP_KERNEL);
	struct ipv6hdr *ip6h;

	KUNIT_ASSERT_NOT_NULL(test, skb);
	skb_reserve(skb, 128);
	skb_reset_network_header(skb);
	ip6h = skb_put_zero(skb, len);
	for (u32 i = sizeof(*ip6h); i < len; i++)
		skb->data[i] = i * 3 + id;
	*ip6h = (struct ipv6hdr){
		.version = 6,
		.payload_len = htons(len - sizeof(*ip6h)),
		.nexthdr = IPPROTO_UDP,
		.hop_limit = 64,
		.saddr.s6_addr = { 0xfd, 1, [15] = 1 },
		.daddr.s6_addr = { 0xfd, 2, [15] = 1 },
	};
	skb->protocol = htons(ETH_P_IPV6);
	skb->dev = rig->dev;
	return skb;
}

/**
 * rig_send() - send an inner packet through the device
 * @test: the test
 * @skb: from rig_inner() or rig_inner6()
 */
void rig_send(struct kunit *test, struct sk_buff *skb)
{
	/* Not dev_queue_xmit(): the queue opens some time after the carrier is there. */
	local_bh_disable();
	KUNIT_EXPECT_EQ(test, svti_xmit(skb, skb->dev), NETDEV_TX_OK);
	local_bh_enable();
}

/* What the underlay has received, its outer IP header of @header_len octets still to be filled in. */
static struct sk_buff *outer_packet(struct kunit *test, const void *esp, u32 len, u32 header_len,
				    u16 protocol)
{
	struct sk_buff *skb = alloc_skb(len + 128, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, skb);
	skb_reserve(skb, 64);
	skb_reset_mac_header(skb);
	skb_reset_network_header(skb);
	skb_put_zero(skb, header_len);
	skb_put_data(skb, esp, len);
	skb_pull(skb, header_len);
	skb_reset_transport_header(skb);
	skb->protocol = htons(protocol);
	skb->dev = init_net.loopback_dev;
	return skb;
}

/**
 * rig_receive() - have the stack receive an ESP packet over IPv4
 * @test: the test
 * @esp: from the SPI on
 * @len: octets
 * @tos: TOS octet of the outer header
 */
void rig_receive(struct kunit *test, const void *esp, u32 len, u8 tos)
{
	struct sk_buff *skb = outer_packet(test, esp, len, sizeof(struct iphdr), ETH_P_IP);
	struct iphdr *iph = ip_hdr(skb);

	*iph = (struct iphdr){
		.version = 4,
		.ihl = 5,
		.tos = tos,
		.tot_len = htons(len + sizeof(*iph)),
		.ttl = 64,
		.protocol = IPPROTO_ESP,
		.saddr = htonl(RIG_THERE),
		.daddr = htonl(RIG_HERE),
	};
	ip_send_check(iph);
	/* As ip_local_deliver() does it. */
	local_bh_disable();
	rcu_read_lock();
	rcu_dereference(inet_protos[IPPROTO_ESP])->handler(skb);
	rcu_read_unlock();
	local_bh_enable();
}

/**
 * rig_receive6() - have the stack receive an ESP packet over IPv6
 * @test: the test
 * @esp: from the SPI on
 * @len: octets
 * @tclass: traffic class of the outer header
 */
void rig_receive6(struct kunit *test, const void *esp, u32 len, u8 tclass)
{
	struct sk_buff *skb = outer_packet(test, esp, len, sizeof(struct ipv6hdr), ETH_P_IPV6);
	struct ipv6hdr *ip6h = ipv6_hdr(skb);

	ip6_flow_hdr(ip6h, tclass, htonl(0x12345));
	ip6h->payload_len = htons(len);
	ip6h->nexthdr = IPPROTO_ESP;
	ip6h->hop_limit = 64;
	ip6h->saddr = in6addr_loopback;
	ip6h->daddr = in6addr_loopback;
	local_bh_disable();
	rcu_read_lock();
	rcu_dereference(inet6_protos[IPPROTO_ESP])->handler(skb);
	rcu_read_unlock();
	local_bh_enable();
}

/**
 * rig_drops() - how often something happened
 * @rig: the rig
 * @reason: what
 *
 * Return: packets dropped for @reason.
 */
unsigned long rig_drops(struct rig *rig, enum svti_drop reason)
{
	unsigned long sum = 0;
	int cpu;

	for_each_possible_cpu(cpu)
		sum += per_cpu_ptr(rig->sdev->drops, cpu)->count[reason];
	return sum;
}

/**
 * rig_all_drops() - packets dropped for whatever reason
 * @rig: the rig
 *
 * Return: the sum of rig_drops() over all reasons.
 */
unsigned long rig_all_drops(struct rig *rig)
{
	unsigned long sum = 0;

	for (u32 reason = 0; reason < SVTI_DROP_COUNT; reason++)
		sum += rig_drops(rig, reason);
	return sum;
}

/**
 * rig_expect_drop() - one packet was dropped since the last call, and on this CPU
 * @test: the test
 * @reason: what for
 * @what: said when that is not so
 */
void rig_expect_drop(struct kunit *test, enum svti_drop reason, const char *what)
{
	struct rig *rig = test->priv;
	struct svti_drops *drops = this_cpu_ptr(rig->sdev->drops);

	KUNIT_EXPECT_EQ_MSG(test, rig_all_drops(rig), 1, "%s", what);
	KUNIT_EXPECT_EQ_MSG(test, rig_drops(rig, reason), 1, "%s", what);
	memset(drops, 0, sizeof(*drops));
}
