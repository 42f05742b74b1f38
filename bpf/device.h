/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * May a device have a pod behind it? Read from the kernel's own structures, by the
 * kfunc that takes an address for an object.
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

/*
 * The heads are read as nodes: both are but a pointer to the next node. For each type
 * that is named here libbpf goes through all types of the kernel.
 */
struct net___local {
	struct hlist_node___local *dev_index_head;
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
 * Weak: with read_device 0 its calls are dead code, and the object loads on a
 * kernel that lacks it.
 *
 * It takes the context, too: what a tc program is given is the address of the packet's
 * sk_buff. bpf_cast_to_kern_ctx() says the same and has it trusted, for which the
 * verifier goes through all types of the kernel at each read.
 */
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

/* The device that the packet came in on. */
static __always_inline struct net_device___local *input_device(struct __sk_buff *ctx)
{
	struct sk_buff___local *skb =
		bpf_rdonly_cast(ctx, bpf_core_type_id_kernel(struct sk_buff___local));

	return skb->dev;
}

/*
 * The device of which this is the link in a bucket.
 *
 * Subtracted by an instruction of its own: the compiler would negate the offset once and
 * add it, and of a negated number the verifier of 6.12 knows nothing: it refuses the sum.
 */
static __always_inline struct net_device___local *device_of(void *node)
{
	__u64 member = bpf_core_field_offset(struct net_device___local, index_hlist);

	asm("%[node] -= %[member]" : [node] "+r"(node) : [member] "r"(member));
	return bpf_rdonly_cast(node, bpf_core_type_id_kernel(struct net_device___local));
}

/* The kernel's own table of devices; the helpers do not tell. 0 where it has none of that index. */
static __always_inline struct net_device___local *find_device(struct net_device___local *input,
							      __u32 ifindex)
{
	struct net_device___local *device;
	struct hlist_node___local *node;

	node = input->nd_net.net->dev_index_head;
	if (!node)
		return NULL;
	node += ifindex & (NETDEV_HASHENTRIES - 1);
	device = device_of(node);

#pragma clang loop unroll(disable)
	for (int i = 0; i < MIGRATE_BUCKET_MAX; i++) {
		node = device->index_hlist.next;
		if (!node)
			return NULL;
		device = device_of(node);
		if (device->ifindex == (int)ifindex)
			return device;
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
	struct net_device___local *input = input_device(ctx);
	/* Reads through a dangling or null pointer yield 0, they do not fault. */
	const void *kind = input->rtnl_link_ops;
	struct net_device___local *device;

	if (!kind)
		return false;
	device = find_device(input, ifindex);
	return device && device->rtnl_link_ops == kind && !is_port(device);
}

/* In the namespace that the packet came in. */
static __always_inline bool device_exists(struct __sk_buff *ctx, __u32 ifindex)
{
	return find_device(input_device(ctx), ifindex) != NULL;
}

#endif
