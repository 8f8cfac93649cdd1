/* SPDX-License-Identifier: GPL-2.0 */
/* The tracepoint svti:svti_drop; drop.c defines it. Off it costs a jump that is not taken. */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM svti

#if !defined(_SVTI_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define _SVTI_TRACE_H

#include <linux/in6.h>
#include <linux/netdevice.h>
#include <linux/tracepoint.h>

/* A flow's addresses come as %pISpc and its namesakes in the tools want them. */
TRACE_EVENT(svti_drop,
	TP_PROTO(const struct net_device *dev, const char *reason, u32 spi, u8 proto,
		 const struct sockaddr_in6 *src, const struct sockaddr_in6 *dst),

	TP_ARGS(dev, reason, spi, proto, src, dst),

	TP_STRUCT__entry(
		__array(char, dev, IFNAMSIZ)
		__field(int, ifindex)
		__array(char, reason, ETH_GSTRING_LEN)
		__field(u32, spi)
		__field(u8, proto)
		__field(u16, sport)
		__field(u16, dport)
		__array(u8, src, sizeof(struct sockaddr_in6))
		__array(u8, dst, sizeof(struct sockaddr_in6))
	),

	TP_fast_assign(
		strscpy(__entry->dev, dev->name, IFNAMSIZ);
		__entry->ifindex = dev->ifindex;
		strscpy(__entry->reason, reason, ETH_GSTRING_LEN);
		__entry->spi = spi;
		__entry->proto = proto;
		__entry->sport = ntohs(src->sin6_port);
		__entry->dport = ntohs(dst->sin6_port);
		memcpy(__entry->src, src, sizeof(*src));
		memcpy(__entry->dst, dst, sizeof(*dst));
	),

	TP_printk("dev=%s reason=%s spi=0x%08x proto=%u src=%pISpc dst=%pISpc",
		  __entry->dev, __entry->reason, __entry->spi, __entry->proto, __entry->src,
		  __entry->dst)
);

#endif /* _SVTI_TRACE_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
