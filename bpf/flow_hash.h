/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * Which side of a canary a flow is on. Both directions of a connection have the same value,
 * and it never changes: a flow that is on the replacement's side stays there while the
 * share only grows.
 *
 * The kernel's own hash of a packet (bpf_get_hash_recalc) would do neither: a network card
 * may have computed it, differently for each direction, and its key differs from boot to boot.
 */
#ifndef MIGRATE_FLOW_HASH_H
#define MIGRATE_FLOW_HASH_H

#include <linux/types.h>
#include <bpf/bpf_helpers.h>

#include "flow.h"

/* Every bit of the result depends on every bit of what goes in; no two inputs give the same. */
static __always_inline __u64 mix(__u64 value)
{
	/* The golden ratio's fraction: odd, and without a pattern in its bits. */
	const __u64 factor = 0x9e3779b97f4a7c15ull;

	value ^= value >> 32;
	value *= factor;
	value ^= value >> 29;
	value *= factor;
	value ^= value >> 32;
	return value;
}

static __always_inline __u64 hash_end(const __be32 address[4], __be16 port)
{
	__u64 value = mix((__u64)address[0] << 32 | address[1]);

	value = mix(value + ((__u64)address[2] << 32 | address[3]));
	return mix(value + port);
}

/*
 * The sum does not care which end comes first. Fragments have no ports (parse.h): all parts of
 * a datagram go together, if not always with the whole datagrams of their flow.
 */
static __always_inline __u32 flow_hash(const struct migrate_flow *flow)
{
	__u64 ends = hash_end(flow->src, flow->sport) + hash_end(flow->dst, flow->dport);

	return mix(ends + flow->l4_protocol) & 0xffff;
}

#endif
