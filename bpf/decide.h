/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * The one decision: may this flow be redirected, and to which device? Shared by
 * the replacement and the probe, so that the probe answers with the very code
 * that later handles packets.
 *
 * The including file defines `config` (struct migrate_config) in .rodata: its
 * values are constants to the verifier, which removes what they switch off.
 */
#ifndef MIGRATE_DECIDE_H
#define MIGRATE_DECIDE_H

#include <stdbool.h>
#include <linux/types.h>
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_endian.h>
#include <bpf/bpf_core_read.h>

#include "fib_redirect.h"
#include "uapi_shim.h"

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

/*
 * The few kernel fields that the device test reads; CO-RE moves the offsets.
 */
struct hlist_node___local {
	struct hlist_node___local *next;
} __attribute__((preserve_access_index));

struct hlist_head___local {
	struct hlist_node___local *first;
} __attribute__((preserve_access_index));

struct net___local {
	struct hlist_head___local *dev_index_head;
} __attribute__((preserve_access_index));

struct possible_net_t___local {
	struct net___local *net;
} __attribute__((preserve_access_index));

struct net_device___local {
	unsigned long priv_flags : 32;
	int ifindex;
	struct possible_net_t___local nd_net;
	struct hlist_node___local index_hlist;
	const void *rtnl_link_ops;
} __attribute__((preserve_access_index));

struct sk_buff___local {
	struct net_device___local *dev;
} __attribute__((preserve_access_index));

enum netdev_priv_flags___local {
	IFF_BRIDGE_PORT___local = 1,
	IFF_OVS_DATAPATH___local = 2,
	IFF_TEAM_PORT___local = 3,
	IFF_L3MDEV_SLAVE___local = 4,
	IFF_BONDING___local = 5,
};

/*
 * Weak: with read_device 0 their calls are dead code, and the object loads on a
 * kernel that has neither.
 */
extern void *bpf_cast_to_kern_ctx(void *ctx) __ksym __weak;
extern void *bpf_rdonly_cast(const void *object, __u32 btf_id) __ksym __weak;

/*
 * Buckets are walked this far: enough for 16,384 devices in one namespace. What
 * lies deeper counts as not found, which errs towards the stack.
 */
#define MIGRATE_BUCKET_MAX 64

#define MIGRATE_PORT_FLAG(flags, name)                                                             \
	(bpf_core_enum_value_exists(enum netdev_priv_flags___local, name##___local) &&             \
	 ((flags) & bpf_core_enum_value(enum netdev_priv_flags___local, name##___local)))

/* A device that hands what it receives to another one has no pod behind it. */
static __always_inline bool is_port(struct net_device___local *device)
{
	__u64 flags = BPF_CORE_READ_BITFIELD(device, priv_flags);

	return MIGRATE_PORT_FLAG(flags, IFF_BRIDGE_PORT) ||
	       MIGRATE_PORT_FLAG(flags, IFF_OVS_DATAPATH) ||
	       MIGRATE_PORT_FLAG(flags, IFF_TEAM_PORT) ||
	       MIGRATE_PORT_FLAG(flags, IFF_L3MDEV_SLAVE) ||
	       MIGRATE_PORT_FLAG(flags, IFF_BONDING);
}

/*
 * The output device must be of the input device's kind (rtnl_link_ops are one
 * object per kind) and nobody's port. The helpers do not tell, so look into the
 * kernel's own table of devices, under the RCU section that every tc program
 * runs in. Physical devices have no rtnl_link_ops: nothing to compare, no fit.
 */
static __always_inline bool device_fits(struct __sk_buff *ctx, __u32 ifindex)
{
	const __u32 device_id = bpf_core_type_id_kernel(struct net_device___local);
	const __u32 head_id = bpf_core_type_id_kernel(struct hlist_head___local);
	const __u64 member = bpf_core_field_offset(struct net_device___local, index_hlist);
	struct sk_buff___local *skb = bpf_cast_to_kern_ctx(ctx);
	struct net_device___local *input = skb->dev;
	struct net_device___local *device;
	struct hlist_head___local *bucket;
	struct hlist_node___local *node;
	const void *kind;

	/* Reads through a dangling or null pointer yield 0, they do not fault. */
	kind = input->rtnl_link_ops;
	if (!kind)
		return false;
	bucket = input->nd_net.net->dev_index_head;
	if (!bucket)
		return false;
	bucket += ifindex & (NETDEV_HASHENTRIES - 1);
	bucket = bpf_rdonly_cast(bucket, head_id);
	node = bucket->first;

#pragma clang loop unroll(disable)
	for (int i = 0; i < MIGRATE_BUCKET_MAX; i++) {
		if (!node)
			return false;
		device = bpf_rdonly_cast((void *)node - member, device_id);
		if (device->ifindex == (int)ifindex)
			return device->rtnl_link_ops == kind && !is_port(device);
		node = device->index_hlist.next;
	}
	return false;
}

static __always_inline bool device_denied(__u32 ifindex)
{
#pragma clang loop unroll(disable)
	for (__u32 i = 0; i < MIGRATE_DENY_MAX; i++) {
		if (i >= config.deny_count)
			break;
		if (config.deny[i] == ifindex)
			return true;
	}
	return false;
}

/* The FIB answers for multicast and its like too; a pod is always unicast. */
static __always_inline bool is_unicast(const struct migrate_flow *flow)
{
	__u32 first = bpf_ntohl(flow->dst[0]);

	if (flow->family == AF_INET)
		return first != 0 && first != 0xffffffff && first >> 24 != 127 && first >> 28 != 0xe;
	/* :: and ::1 */
	if (!(flow->dst[0] | flow->dst[1] | flow->dst[2]) && bpf_ntohl(flow->dst[3]) <= 1)
		return false;
	/* ff00::/8; fe80::/10 is no pod's address, and means something else on each link */
	return first >> 24 != 0xff && first >> 22 != 0xfe80 >> 6;
}

static __always_inline long ask_fib(struct __sk_buff *ctx, const struct migrate_flow *flow,
				    __u32 flags, struct bpf_fib_lookup *fib)
{
	__builtin_memset(fib, 0, sizeof(*fib));
	fib->family = flow->family;
	fib->l4_protocol = flow->l4_protocol;
	fib->sport = flow->sport;
	fib->dport = flow->dport;
	/* tot_len stays 0: the kernel then checks the packet's own length, GSO included */
	fib->ifindex = ctx->ifindex;
	if (flow->family == AF_INET)
		fib->tos = flow->tos;
	else
		fib->flowinfo = flow->flowinfo;
	for (int i = 0; i < 4; i++) {
		fib->ipv6_src[i] = flow->src[i];
		fib->ipv6_dst[i] = flow->dst[i];
	}
	return bpf_fib_lookup(ctx, fib, sizeof(*fib), flags);
}

/*
 * Answers whose output device and next hop are valid. NO_NEIGH: the neighbor
 * subsystem will resolve. FRAG_NEEDED: too long for the device, or the device is
 * down; the legacy program redirects such packets too, and they end there alike.
 */
static __always_inline bool fib_placed(long result)
{
	return result == BPF_FIB_LKUP_RET_SUCCESS || result == BPF_FIB_LKUP_RET_NO_NEIGH ||
	       result == BPF_FIB_LKUP_RET_FRAG_NEEDED;
}

/* The FIB finds a way to everything; only a neighbor on the link is local. */
static __always_inline bool next_hop_is(const struct bpf_fib_lookup *fib,
					const struct migrate_flow *flow)
{
	if (fib->family != flow->family || fib->ipv6_dst[0] != flow->dst[0])
		return false;
	return flow->family == AF_INET ||
	       (fib->ipv6_dst[1] == flow->dst[1] && fib->ipv6_dst[2] == flow->dst[2] &&
		fib->ipv6_dst[3] == flow->dst[3]);
}

/*
 * On return *result is what bpf_fib_lookup said (MIGRATE_NOT_ASKED if it was not
 * called) and *fib its answer.
 */
static __always_inline enum migrate_outcome decide(struct __sk_buff *ctx,
						   const struct migrate_flow *flow,
						   struct bpf_fib_lookup *fib, long *result)
{
	*result = MIGRATE_NOT_ASKED;
	if (!is_unicast(flow))
		return MIGRATE_NOT_UNICAST;

	*result = ask_fib(ctx, flow, config.fib_flags, fib);
	if (!fib_placed(*result) || fib->ifindex == 0)
		return MIGRATE_FIB_MISS;
	if (!next_hop_is(fib, flow))
		return MIGRATE_GATEWAY;
	if (fib->ifindex == ctx->ifindex)
		return MIGRATE_SAME_DEVICE;
	if (device_denied(fib->ifindex))
		return MIGRATE_DEVICE_DENIED;
	if (config.read_device && !device_fits(ctx, fib->ifindex))
		return MIGRATE_DEVICE_UNFIT;
	return MIGRATE_REDIRECTED;
}

#endif
