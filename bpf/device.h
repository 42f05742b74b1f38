/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * May a device have a pod behind it? Read from the kernel's own structures, by two
 * kfuncs that turn a context into the packet behind it and an address into an object.
 */
#ifndef MIGRATE_DEVICE_H
#define MIGRATE_DEVICE_H

#include <stdbool.h>
#include <linux/types.h>
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>

#include "uapi_shim.h"

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

/* The kernel's own table of devices; the helpers do not tell. 0 where it has none of that index. */
static __always_inline struct net_device___local *find_device(struct net_device___local *input,
							      __u32 ifindex)
{
	const __u32 device_id = bpf_core_type_id_kernel(struct net_device___local);
	const __u32 head_id = bpf_core_type_id_kernel(struct hlist_head___local);
	const __u64 member = bpf_core_field_offset(struct net_device___local, index_hlist);
	struct net_device___local *device;
	struct hlist_head___local *bucket;
	struct hlist_node___local *node;

	bucket = input->nd_net.net->dev_index_head;
	if (!bucket)
		return NULL;
	bucket += ifindex & (NETDEV_HASHENTRIES - 1);
	bucket = bpf_rdonly_cast(bucket, head_id);
	node = bucket->first;

#pragma clang loop unroll(disable)
	for (int i = 0; i < MIGRATE_BUCKET_MAX; i++) {
		if (!node)
			return NULL;
		device = bpf_rdonly_cast((void *)node - member, device_id);
		if (device->ifindex == (int)ifindex)
			return device;
		node = device->index_hlist.next;
	}
	return NULL;
}

/*
 * The output device must be of the input device's kind (rtnl_link_ops are one
 * object per kind) and nobody's port. Looked up under the RCU section that every tc
 * program runs in. Physical devices have no rtnl_link_ops: nothing to compare, no fit.
 */
static __always_inline bool device_fits(struct __sk_buff *ctx, __u32 ifindex)
{
	struct sk_buff___local *skb = bpf_cast_to_kern_ctx(ctx);
	/* Reads through a dangling or null pointer yield 0, they do not fault. */
	const void *kind = skb->dev->rtnl_link_ops;
	struct net_device___local *device;

	if (!kind)
		return false;
	device = find_device(skb->dev, ifindex);
	return device && device->rtnl_link_ops == kind && !is_port(device);
}

/* In the namespace that the packet came in. */
static __always_inline bool device_exists(struct __sk_buff *ctx, __u32 ifindex)
{
	struct sk_buff___local *skb = bpf_cast_to_kern_ctx(ctx);

	return find_device(skb->dev, ifindex) != NULL;
}

#endif
