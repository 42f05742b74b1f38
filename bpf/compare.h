/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * Compares, packet by packet, what the legacy map says with what the replacement would do. It decides with the
 * replacement's own code (parse.h, decide.h, members.h), told the same, and touches neither the packet's bytes nor
 * mark, priority or cb[].
 *
 * The including file defines `shadow`, and `config`, as for decide.h.
 */
#ifndef MIGRATE_COMPARE_H
#define MIGRATE_COMPARE_H

#include <stdbool.h>
#include <stddef.h>
#include <linux/types.h>
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_endian.h>

#include "decide.h"
#include "members.h"
#include "parse.h"
#include "shadow.h"
#include "uapi_shim.h"

/* They stand in for the maps that the legacy program reads. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__uint(key_size, MIGRATE_KEY_MAX);
	__uint(value_size, 4);
} legacy_map4 SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__uint(key_size, MIGRATE_KEY_MAX);
	__uint(value_size, 4);
} legacy_map6 SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, MIGRATE_SHADOW_COUNTERS);
	__type(key, __u32);
	__type(value, __u64);
} shadow_totals SEC(".maps");

/* Not preallocated: a node has few destinations, and may have many processors. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, MIGRATE_SHADOW_DESTINATIONS);
	__type(key, struct migrate_destination);
	__type(value, struct migrate_destination_row);
} shadow_rows SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, MIGRATE_SHADOW_RING);
} shadow_packets SEC(".maps");

/* What a destination's counts begin with; too long for the stack. */
static struct migrate_destination_row no_packets;

static __always_inline void tally(__u32 counter)
{
	__u64 *total = bpf_map_lookup_elem(&shadow_totals, &counter);

	if (total)
		(*total)++;
}

static __always_inline bool is_difference(__u32 comparison)
{
	return comparison != MIGRATE_AGREED && comparison != MIGRATE_UNRESOLVED;
}

static __always_inline bool is_zero(const __u8 *mac)
{
	return !(mac[0] | mac[1] | mac[2] | mac[3] | mac[4] | mac[5]);
}

/* What the legacy map says of the destination; whether it has an entry for it. */
static __always_inline bool read_entry(const __u8 *value, const volatile struct migrate_legacy_map *map,
				       struct migrate_views *views)
{
	if (!value)
		return false;
	if (map->ifindex_width == 2)
		views->map_ifindex = *(const __u16 *)(value + map->ifindex_offset);
	else
		views->map_ifindex = *(const __u32 *)(value + map->ifindex_offset);
	for (int i = 0; i < 6; i++)
		views->map_mac[i] = value[map->mac_offset + i];
	return true;
}

static __always_inline bool ask_map(const struct migrate_flow *flow, struct migrate_views *views)
{
	if (flow->family == AF_INET)
		return shadow.map4.key.size &&
		       read_entry(look_up4(&legacy_map4, &shadow.map4.key, flow), &shadow.map4, views);
	return shadow.map6.key.size &&
	       read_entry(look_up6(&legacy_map6, &shadow.map6.key, flow), &shadow.map6, views);
}

/*
 * The MAC that the kernel would write, without resolving anything: the replacement's own lookup
 * may skip the neighbor. Zero where there is none, as older kernels say of one that failed.
 */
static __always_inline void ask_neighbor(struct __sk_buff *ctx, const struct migrate_flow *flow,
					 struct bpf_fib_lookup *fib, struct migrate_views *views)
{
	long result;

	/*
	 * Else the compiler keeps the address of ctx->ifindex from the first lookup, and the
	 * verifier takes no field of a context by any other pointer than the context's own.
	 */
	barrier_var(ctx);
	result = ask_fib(ctx, flow, config.fib_flags & ~(__u32)BPF_FIB_LOOKUP_SKIP_NEIGH, fib);
	if (result == BPF_FIB_LKUP_RET_SUCCESS || result == BPF_FIB_LKUP_RET_FRAG_NEEDED)
		__builtin_memcpy(views->fib_mac, fib->dmac, sizeof(views->fib_mac));
}

static __always_inline bool same_mac(const struct migrate_views *views)
{
	bool same = true;

	for (int i = 0; i < 6; i++)
		same &= views->map_mac[i] == views->fib_mac[i];
	return same;
}

static __always_inline enum migrate_comparison compare(bool in_map, const struct migrate_views *views)
{
	bool redirected = views->outcome == MIGRATE_REDIRECTED;

	if (!in_map)
		return redirected ? MIGRATE_MAP_MISSES : MIGRATE_BOTH_MISS;
	if (!redirected)
		return MIGRATE_FIB_MISSES;
	if (views->map_ifindex != views->fib_ifindex)
		return MIGRATE_DEVICE_DIFFERS;
	/* What goes straight into the pod's namespace keeps the MAC it came with, and nobody reads it. */
	if (config.egress == MIGRATE_EGRESS_PEER)
		return MIGRATE_AGREED;
	if (is_zero(views->fib_mac))
		return MIGRATE_UNRESOLVED;
	return same_mac(views) ? MIGRATE_AGREED : MIGRATE_MAC_DIFFERS;
}

static __always_inline void show(struct __sk_buff *ctx, const struct migrate_destination *destination,
				 const struct migrate_views *views)
{
	struct migrate_shown_packet *packet;
	__u32 length = ctx->len;

	packet = bpf_ringbuf_reserve(&shadow_packets, sizeof(*packet), 0);
	if (!packet) {
		tally(MIGRATE_UNSHOWN);
		return;
	}
	packet->length = length;
	packet->destination = *destination;
	packet->views = *views;
	if (length > MIGRATE_SHADOW_FRAME)
		length = MIGRATE_SHADOW_FRAME;
	packet->shown = length;
	/* Not by a comparison with 0, of which the verifier before 6.8 learns nothing. */
	if (length < ETH_HLEN || bpf_skb_load_bytes(ctx, 0, packet->bytes, length))
		packet->shown = 0;
	bpf_ringbuf_submit(packet, 0);
}

static __always_inline struct migrate_destination_row *row_of(const struct migrate_destination *key)
{
	struct migrate_destination_row *row = bpf_map_lookup_elem(&shadow_rows, key);

	if (row)
		return row;
	bpf_map_update_elem(&shadow_rows, key, &no_packets, BPF_NOEXIST);
	return bpf_map_lookup_elem(&shadow_rows, key);
}

static __always_inline void keep(struct __sk_buff *ctx, const struct migrate_flow *flow,
				 const struct migrate_views *views)
{
	const __u32 comparison = views->comparison;
	struct migrate_destination destination;
	struct migrate_destination_row *row;

	__builtin_memset(&destination, 0, sizeof(destination));
	__builtin_memcpy(destination.address, flow->dst, sizeof(flow->dst));
	destination.family = flow->family == AF_INET ? MIGRATE_FAMILY_IPV4 : MIGRATE_FAMILY_IPV6;
	row = row_of(&destination);
	if (!row || comparison >= MIGRATE_COMPARISONS) {
		tally(MIGRATE_UNTABLED);
		return;
	}
	if (is_difference(comparison)) {
		row->differing = *views;
		if (row->packets[comparison] < MIGRATE_SHADOW_FIRST)
			show(ctx, &destination, views);
	}
	row->packets[comparison]++;
}

/* What the replacement would do, membership included. */
static __always_inline enum migrate_outcome judge_on_link(struct __sk_buff *ctx,
							  const struct migrate_flow *flow,
							  struct bpf_fib_lookup *fib, long *result)
{
	return decide(ctx, flow, fib, result);
}

static __always_inline enum migrate_outcome judge_keys(struct __sk_buff *ctx,
						       const struct migrate_flow *flow,
						       struct bpf_fib_lookup *fib, long *result)
{
	*result = MIGRATE_NOT_ASKED;
	return is_legacy_key(flow) ? decide(ctx, flow, fib, result) : MIGRATE_NOT_MEMBER;
}

static __always_inline enum migrate_outcome judge_enrolled(struct __sk_buff *ctx,
							   const struct migrate_flow *flow,
							   struct bpf_fib_lookup *fib, long *result)
{
	enum migrate_outcome outcome = decide(ctx, flow, fib, result);

	if (outcome == MIGRATE_REDIRECTED && !is_enrolled(outcome, fib))
		return MIGRATE_NOT_MEMBER;
	return outcome;
}

typedef enum migrate_outcome (*judgement)(struct __sk_buff *ctx, const struct migrate_flow *flow,
					  struct bpf_fib_lookup *fib, long *result);

static __always_inline void look(struct __sk_buff *ctx, judgement judge)
{
	struct migrate_views views;
	struct bpf_fib_lookup fib;
	struct packet packet;
	bool in_map;
	long result;

	if (!parse(ctx, &packet)) {
		tally(MIGRATE_INELIGIBLE);
		return;
	}
	__builtin_memset(&views, 0, sizeof(views));
	views.input = ctx->ifindex;
	in_map = ask_map(&packet.flow, &views);
	views.outcome = judge(ctx, &packet.flow, &fib, &result);
	views.fib = result;
	if (fib_placed(result))
		views.fib_ifindex = fib.ifindex;
	if (in_map && views.outcome == MIGRATE_REDIRECTED)
		ask_neighbor(ctx, &packet.flow, &fib, &views);
	views.comparison = compare(in_map, &views);
	tally(views.comparison);
	/* What neither redirects may be to anywhere in the world: it is counted as a whole. */
	if (views.comparison != MIGRATE_BOTH_MISS)
		keep(ctx, &packet.flow, &views);
}

#endif
