/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
#ifndef MIGRATE_FLOW_H
#define MIGRATE_FLOW_H

#include <linux/types.h>

/* What of a packet the FIB is asked with. */
struct migrate_flow {
	__be32 src[4]; /* IPv4 in the first word, the others zero */
	__be32 dst[4];
	__be32 flowinfo; /* IPv6: traffic class and flow label */
	__be16 sport;    /* 0 when the packet does not show it */
	__be16 dport;
	__u8 family; /* AF_INET or AF_INET6 */
	__u8 l4_protocol;
	__u8 tos; /* IPv4 */
};

#endif
