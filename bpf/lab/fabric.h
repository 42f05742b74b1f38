/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * The maps of the lab's second deployment. It is of the same pattern as the first
 * one and alike in no detail: one map for each family, the address behind another
 * member of the key and in host order, two interface indexes of which the second
 * is the pod's, both MACs, each with its padding.
 */
#ifndef MIGRATE_LAB_FABRIC_H
#define MIGRATE_LAB_FABRIC_H

#define FABRIC_ENDPOINTS_MAX 4096

#define FABRIC_MARK 0x200u /* on a packet that the fabric delivers */

#define FABRIC_ENDPOINT_LOCAL 1 /* flags of an endpoint */

/* struct fabric_policy.mode */
#define FABRIC_POLICY_OPEN   0
#define FABRIC_POLICY_STRICT 1 /* a pod takes only what the fabric delivers, and the node's own */

/* A MAC as the fabric stores it. */
struct fabric_mac {
	__u8 addr[6];
	__u8 pad[2];
};

/* endpoints4: the network's number is 0, there is one only */
struct fabric_key4 {
	__u32 vni;
	__u32 address; /* host order */
};

struct fabric_endpoint4 {
	__u32 oif;                  /* towards other nodes; not for pods of this one */
	__u32 lxc_ifindex;          /* host side of the pod's veth */
	struct fabric_mac lxc_mac;  /* pod side's: destination */
	struct fabric_mac node_mac; /* host side's: source */
	__u32 flags;
};

/* endpoints6; its key is a struct in6_addr */
struct fabric_endpoint6 {
	struct fabric_mac node_mac;
	__u32 flags;
	__u32 lxc_ifindex;
	struct fabric_mac lxc_mac;
	__u32 oif;
	__u32 pad;
};

/* policy: one, at index 0 */
struct fabric_policy {
	__u32 mode;
	__be32 node4; /* the node's own addresses: its probes need no mark */
	__be32 node6[4];
};

#endif
