/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * How a switch divides the flows while its run is open, what it counts of failures, and the breaker: when too many of
 * the packets that the replacement should have delivered were not, it takes the run back by
 * itself. Nothing of this lies on the way of a packet that is redirected.
 *
 * The including file defines `config`, `outcomes`, count() and the look into the legacy maps.
 */
#ifndef MIGRATE_FAILURES_H
#define MIGRATE_FAILURES_H

#include "flow_hash.h"
#include "parse.h"
#include "transition.h"

struct migrate_address {
	__be32 word[4]; /* IPv4 as ::ffff:a.b.c.d (RFC 4291, 2.5.5.2) */
};

/*
 * Destinations whose effect the plan called same or healed, each with the interface that
 * leads to it; user space puts the run's own in its place. Only they can fail: what else is
 * a key of the legacy map leads nowhere here, or came later, and nobody has judged it.
 */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__type(key, struct migrate_address);
	__type(value, __u32);
} planned SEC(".maps");

/* Interfaces that they are behind: a set of members (enrolled) that names another one is wrong. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32);
} planned_devices SEC(".maps");

/* Failures of all processors, since the flip. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} failures SEC(".maps");

/* The interface that leads to a planned destination, 0 where that is not known; NULL: not planned. */
static __always_inline const __u32 *planned_ifindex(const struct migrate_flow *flow)
{
	struct migrate_address address = {};

	if (flow->family == AF_INET) {
		address.word[2] = bpf_htonl(0xffff);
		address.word[3] = flow->dst[0];
	} else {
		__builtin_memcpy(&address, flow->dst, sizeof(address));
	}
	return bpf_map_lookup_elem(&planned, &address);
}

static __always_inline bool is_planned(const struct migrate_flow *flow)
{
	return planned_ifindex(flow) != NULL;
}

/* Redirected packets of all processors. The loop ends where the kernel knows no processor. */
static __always_inline __u64 redirected(void)
{
	const __u32 outcome = MIGRATE_REDIRECTED;
	__u64 sum = 0;

#pragma clang loop unroll(disable)
	for (__u32 cpu = 0; cpu < MIGRATE_CPUS_MAX; cpu++) {
		const __u64 *counter;

		if (cpu >= config.breaker.cpus)
			break;
		counter = bpf_map_lookup_percpu_elem(&outcomes, &outcome, cpu);
		if (!counter)
			break;
		sum += *counter;
	}
	return sum;
}

/*
 * Judged once the minimum is reached, and then at every eighth failure: the sum over all
 * processors is dear, and one processor's packets alone need not be like those of the others.
 */
static __always_inline bool passes_limit(void)
{
	const __u32 zero = 0;
	__u64 *sum = bpf_map_lookup_elem(&failures, &zero);
	__u64 failed;

	if (!sum)
		return false;
	failed = __sync_fetch_and_add(sum, 1) + 1;
	if (failed < config.breaker.minimum || (failed - config.breaker.minimum) & 7)
		return false;
	return failed * MIGRATE_WHOLE_SHARE > (failed + redirected()) * config.breaker.limit;
}

/* Counts a failure of an open run, and takes the run back when there are too many. */
static __always_inline void fail(struct migrate_cell *cell)
{
	__u64 word;

	count(MIGRATE_FAILED);
	if (!config.breaker.limit || !passes_limit())
		return;
	word = read_word(cell);
	/* Whoever changed the word meanwhile goes first; the next failure tries again. */
	if (state_of(word) == MIGRATE_OPEN && !has_passed(word))
		finish(cell, word, MIGRATE_BREAKER);
}

/*
 * Of a packet that the replacement did not redirect. It is parsed again, so that nothing of it
 * is kept at hand for this while the others are on their way.
 */
static __always_inline void note_failure(struct __sk_buff *ctx)
{
	struct migrate_cell *cell = find_cell();
	struct packet packet;

	if (!cell || state_of(read_word(cell)) != MIGRATE_OPEN || !parse(ctx, &packet))
		return;
	/* Still a key: whoever keeps the map may have taken the destination out. */
	if (is_planned(&packet.flow) && is_legacy_key(&packet.flow))
		fail(cell);
}

/* Byte by byte: the value need not be aligned. 0 where nobody knows where it is. */
static __always_inline __u32 ifindex_in(const __u8 *value, __u32 offset, __u32 width)
{
	__u32 ifindex = 0;

	if (width == 4) {
		for (int i = 0; i < 4; i++)
			((__u8 *)&ifindex)[i] = value[offset + i];
	} else if (width == 2) {
		/* Of two bytes in this machine's order, the upper half stays 0. */
		__u16 half;

		for (int i = 0; i < 2; i++)
			((__u8 *)&half)[i] = value[offset + i];
		ifindex = half;
	}
	return ifindex;
}

/* Whether the legacy map holds the destination, and the interface that it names. */
static __always_inline bool legacy_ifindex(const struct migrate_flow *flow, __u32 *ifindex)
{
	const __u8 *value;

	if (flow->family == AF_INET) {
		if (!config.key4.size)
			return false;
		value = legacy_value4(flow);
		if (!value)
			return false;
		*ifindex = ifindex_in(value, config.key4.ifindex_offset, config.key4.ifindex_width);
		return true;
	}
	if (!config.key6.size)
		return false;
	value = legacy_value6(flow);
	if (!value)
		return false;
	*ifindex = ifindex_in(value, config.key6.ifindex_offset, config.key6.ifindex_width);
	return true;
}

/*
 * Whether a planned destination was redirected to a wrong device: neither the plan's nor the
 * one that the legacy map names by now. Where the plan's is gone the pod has moved, and the
 * FIB may well be ahead of whoever keeps the map.
 */
static __always_inline bool is_misdirected(struct __sk_buff *ctx, const struct migrate_flow *flow,
					   __u32 planned, __u32 chosen)
{
	__u32 named;

	if (!legacy_ifindex(flow, &named) || named == chosen)
		return false;
	return !config.read_device || device_exists(ctx, planned);
}

/*
 * Of a packet that was redirected while the run is open. For a planned destination that goes where it
 * should, this is one lookup.
 */
static __always_inline void judge_redirect(struct __sk_buff *ctx, const struct migrate_flow *flow,
					   __u32 chosen, bool by_set)
{
	const __u32 *planned = planned_ifindex(flow);
	struct migrate_cell *cell = find_cell();

	if (planned) {
		if (!*planned || *planned == chosen || !is_misdirected(ctx, flow, *planned, chosen))
			return;
		count(MIGRATE_MISDIRECTED);
	} else {
		if (is_legacy_key(flow))
			return;
		count(MIGRATE_WIDENED);
		/* On the link everybody is a member; of a set only who was put there. */
		if (!by_set || bpf_map_lookup_elem(&planned_devices, &chosen))
			return;
		count(MIGRATE_OUTSIDER);
	}
	if (cell)
		fail(cell);
}

/* How a packet will fare with the legacy program, to which its flow leads. */
static __always_inline void observe_legacy(struct __sk_buff *ctx, const struct migrate_flow *flow)
{
	__u32 ifindex;

	count(MIGRATE_LEGACY_SHARE);
	if (!legacy_ifindex(flow, &ifindex)) {
		count(MIGRATE_LEGACY_MISS);
		return;
	}
	if (config.read_device && ifindex && is_planned(flow) && !device_exists(ctx, ifindex))
		count(MIGRATE_LEGACY_FAILED);
}

/* What cannot be parsed is the legacy program's: it has no flow that could change sides. */
static __always_inline bool is_in_share(struct __sk_buff *ctx, __u64 word)
{
	struct packet packet;

	if (!parse(ctx, &packet))
		return false;
	if (flow_hash(&packet.flow) < share_of(word))
		return true;
	observe_legacy(ctx, &packet.flow);
	return false;
}

#endif
