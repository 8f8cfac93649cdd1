/* SPDX-License-Identifier: GPL-2.0 */
/* The two pipelines: inner packet to ESP, ESP to inner packet. */
#ifndef _SVTI_ESP_H
#define _SVTI_ESP_H

#include <linux/netdevice.h>

struct svti_device;
struct svti_policy;
struct svti_sa;

/* esp_tx.c: ndo_start_xmit of the device, what an acquire goes on with, dummy packets. */
netdev_tx_t svti_xmit(struct sk_buff *skb, struct net_device *dev);
void svti_look_up(struct svti_device *sdev, struct sk_buff *skb, bool waited);
void svti_protect(struct svti_policy *policy, struct svti_sa *sa, struct sk_buff *skb);
void svti_send_dummy(struct svti_sa *sa);

/* esp_fragment.c: fragmentation before encryption. */
struct sk_buff *svti_fragment(const struct svti_sa *sa, struct sk_buff *skb, u32 mtu);

/* esp_rx.c: the ESP handlers beside those of xfrm. */
int svti_esp_register(void);
void svti_esp_unregister(void);

#endif /* _SVTI_ESP_H */
