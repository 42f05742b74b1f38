/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * Asks the FIB for a batch of destinations, with the replacement's own decision:
 * never attached, run by BPF_PROG_TEST_RUN with the hook's interface as ifindex and
 * one repetition per query. Sends nothing and resolves no neighbor.
 *
 * Part of the replacement's object (fib_redirect.bpf.c includes it at its end): one load
 * serves both, and both read the same constants.
 */
#ifndef MIGRATE_FIB_PROBE_H
#define MIGRATE_FIB_PROBE_H

#include <stdbool.h>
#include <linux/types.h>
#include <linux/bpf.h>
#include <linux/pkt_cls.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_endian.h>

#include "fib_redirect.h"
#include "uapi_shim.h"

#include "decide.h"

/* Both maps are mapped into user space: no system call per query. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, MIGRATE_PROBE_CAPACITY);
	__type(key, __u32);
	__type(value, struct migrate_query);
} queries SEC(".maps");

/* The index of the next query. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} cursor SEC(".maps");

static __always_inline void read_question(const struct migrate_query *query,
					  struct migrate_flow *flow)
{
	__builtin_memset(flow, 0, sizeof(*flow));
	flow->family = query->family == MIGRATE_FAMILY_IPV6 ? AF_INET6 : AF_INET;
	flow->l4_protocol = query->l4_protocol;
	flow->sport = bpf_htons(query->sport);
	flow->dport = bpf_htons(query->dport);
	__builtin_memcpy(&flow->src[0], &query->src[0], 4);
	__builtin_memcpy(&flow->dst[0], &query->dst[0], 4);
	if (query->family == MIGRATE_FAMILY_IPV6) {
		__builtin_memcpy(&flow->src[1], &query->src[4], 12);
		__builtin_memcpy(&flow->dst[1], &query->dst[4], 12);
	}
}

static __always_inline void clear_answer(struct migrate_query *query)
{
	query->fib = MIGRATE_NOT_ASKED;
	query->neighbor = MIGRATE_NOT_ASKED;
	query->ifindex = 0;
	query->next_hop_family = 0;
	query->route_mtu = 0;
	__builtin_memset(query->next_hop, 0, sizeof(query->next_hop));
	__builtin_memset(query->dmac, 0, sizeof(query->dmac));
	__builtin_memset(query->smac, 0, sizeof(query->smac));
}

static __always_inline void write_next_hop(struct migrate_query *query,
					   const struct bpf_fib_lookup *fib)
{
	__builtin_memcpy(&query->next_hop[0], &fib->ipv6_dst[0], 4);
	if (fib->family == AF_INET6) {
		query->next_hop_family = MIGRATE_FAMILY_IPV6;
		__builtin_memcpy(&query->next_hop[4], &fib->ipv6_dst[1], 12);
	} else {
		query->next_hop_family = MIGRATE_FAMILY_IPV4;
	}
}

SEC("tc")
int fib_probe(struct __sk_buff *ctx)
{
	struct migrate_query *query;
	struct bpf_fib_lookup fib;
	struct migrate_flow flow;
	__u32 zero = 0, index;
	__u64 *next;
	long result;

	next = bpf_map_lookup_elem(&cursor, &zero);
	if (!next || *next >= MIGRATE_PROBE_CAPACITY)
		return TC_ACT_OK;
	index = *next;
	query = bpf_map_lookup_elem(&queries, &index);
	if (!query)
		return TC_ACT_OK;
	*next = index + 1;

	read_question(query, &flow);
	clear_answer(query);
	query->outcome = decide(ctx, &flow, &fib, &result);
	query->fib = result;
	if (!fib_placed(result))
		return TC_ACT_OK;
	query->ifindex = fib.ifindex;
	write_next_hop(query, &fib);
	/* Shares its bytes with tot_len, which is 0 where the kernel does not say. */
	query->route_mtu = fib.mtu_result;

	/* The replacement's lookup may skip the neighbor; its present state is evidence. */
	result = ask_fib(ctx, &flow, config.fib_flags & ~(__u32)BPF_FIB_LOOKUP_SKIP_NEIGH, &fib);
	query->neighbor = result;
	if (result == BPF_FIB_LKUP_RET_SUCCESS || result == BPF_FIB_LKUP_RET_FRAG_NEEDED) {
		__builtin_memcpy(query->dmac, fib.dmac, sizeof(query->dmac));
		__builtin_memcpy(query->smac, fib.smac, sizeof(query->smac));
	}
	return TC_ACT_OK;
}

#endif
