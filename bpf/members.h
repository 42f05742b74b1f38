/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * Who is a member, for the memberships that ask: the maps behind that, and how a destination is
 * looked up in a legacy map. Shared by the replacement and the shadow.
 *
 * The including file defines `config`, as for decide.h.
 */
#ifndef MIGRATE_MEMBERS_H
#define MIGRATE_MEMBERS_H

#include <stdbool.h>
#include <stddef.h>
#include <linux/types.h>
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_endian.h>

#include "fib_redirect.h"
#include "flow.h"
#include "uapi_shim.h"

/*
 * They stand in for the legacy maps, whose file descriptors user space puts here;
 * only their keys are asked for, their values are no longer believed. The one of a
 * family without a map is left out: what refers to it is dead code then.
 */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__uint(key_size, MIGRATE_KEY_MAX);
	__uint(value_size, 4);
} legacy_keys4 SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__uint(key_size, MIGRATE_KEY_MAX);
	__uint(value_size, 4);
} legacy_keys6 SEC(".maps");

/*
 * Interfaces with a member behind them, by ifindex: user space puts a run's own set in
 * its place. A device map, because the kernel takes an interface out when it goes
 * (dev_map_notification, kernel/bpf/devmap.c), so that another one that is given its
 * number later is none of the set.
 */
struct {
	__uint(type, BPF_MAP_TYPE_DEVMAP_HASH);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32);
} enrolled SEC(".maps");

/* What a map says of the destination as it spells it, NULL where it has no such key. */
static __always_inline const void *look_up4(void *map, const volatile struct migrate_key *spelling,
					    const struct migrate_flow *flow)
{
	__u32 key[MIGRATE_KEY_MAX / 4] = {};
	__u32 offset = spelling->offset;
	__u32 address = flow->dst[0];

	if (offset > MIGRATE_KEY_MAX - 4)
		return NULL;
	key[0] = spelling->prefix_length;
	if (spelling->host_order)
		address = bpf_ntohl(address);
	/* Byte by byte: the offset need not be aligned, the stack insists on it. */
	for (int i = 0; i < 4; i++)
		((__u8 *)key)[offset + i] = ((__u8 *)&address)[i];
	return bpf_map_lookup_elem(map, key);
}

static __always_inline const void *look_up6(void *map, const volatile struct migrate_key *spelling,
					    const struct migrate_flow *flow)
{
	__u32 key[MIGRATE_KEY_MAX / 4] = {};
	__u32 offset = spelling->offset;

	if (offset > MIGRATE_KEY_MAX - 16)
		return NULL;
	key[0] = spelling->prefix_length;
	for (int i = 0; i < 16; i++)
		((__u8 *)key)[offset + i] = ((const __u8 *)flow->dst)[i];
	return bpf_map_lookup_elem(map, key);
}

static __always_inline const void *legacy_value4(const struct migrate_flow *flow)
{
	return look_up4(&legacy_keys4, &config.key4, flow);
}

static __always_inline const void *legacy_value6(const struct migrate_flow *flow)
{
	return look_up6(&legacy_keys6, &config.key6, flow);
}

/* Membership legacy-keys: whether the destination is a key of its family's map. */
static __always_inline bool is_legacy_key(const struct migrate_flow *flow)
{
	if (flow->family == AF_INET)
		return config.key4.size && legacy_value4(flow);
	return config.key6.size && legacy_value6(flow);
}

/* The FIB found the destination itself on a device, whatever stands against redirecting. */
static __always_inline bool is_on_link(enum migrate_outcome outcome)
{
	return outcome == MIGRATE_REDIRECTED || outcome == MIGRATE_SAME_DEVICE ||
	       outcome == MIGRATE_DEVICE_DENIED || outcome == MIGRATE_DEVICE_UNFIT;
}

/* Membership enrolled: whether what decide() said names a device of the set. */
static __always_inline bool is_enrolled(enum migrate_outcome outcome,
					const struct bpf_fib_lookup *fib)
{
	return is_on_link(outcome) && bpf_map_lookup_elem(&enrolled, &fib->ifindex);
}

#endif
