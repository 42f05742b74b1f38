/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * The lab's second map-based deployment: no proxy, a program on every pod's veth.
 *
 *   fabric_forward  pod's host veth, ingress: delivers to pods by endpoints4 and
 *                   endpoints6, whatever the protocol, with both MACs rewritten
 *   fabric_policy   pod's host veth, egress: takes what the fabric delivered (the
 *                   mark says so) and what the node itself sends; reads policy
 */
#include <stdbool.h>
#include <stddef.h>
#include <linux/types.h>
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/in6.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/pkt_cls.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_endian.h>

#include "fabric.h"

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, FABRIC_ENDPOINTS_MAX);
	__type(key, struct fabric_key4);
	__type(value, struct fabric_endpoint4);
} endpoints4 SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, FABRIC_ENDPOINTS_MAX);
	__type(key, struct in6_addr);
	__type(value, struct fabric_endpoint6);
} endpoints6 SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct fabric_policy);
} policy SEC(".maps");

/* Both MACs at once, then out to the pod. */
static __always_inline int deliver(struct __sk_buff *ctx, __u32 ifindex,
				   const struct fabric_mac *destination,
				   const struct fabric_mac *source)
{
	__u8 macs[2 * ETH_ALEN];

	__builtin_memcpy(macs, destination->addr, ETH_ALEN);
	__builtin_memcpy(macs + ETH_ALEN, source->addr, ETH_ALEN);
	if (bpf_skb_store_bytes(ctx, offsetof(struct ethhdr, h_dest), macs, sizeof(macs), 0))
		return TC_ACT_SHOT;
	ctx->mark = FABRIC_MARK;
	return bpf_redirect(ifindex, 0);
}

static __always_inline int forward4(struct __sk_buff *ctx, const struct iphdr *ip)
{
	struct fabric_key4 key = { .address = bpf_ntohl(ip->daddr) };
	const struct fabric_endpoint4 *endpoint = bpf_map_lookup_elem(&endpoints4, &key);

	if (!endpoint)
		return TC_ACT_OK;
	return deliver(ctx, endpoint->lxc_ifindex, &endpoint->lxc_mac, &endpoint->node_mac);
}

static __always_inline int forward6(struct __sk_buff *ctx, const struct ipv6hdr *ip)
{
	struct in6_addr key = ip->daddr;
	const struct fabric_endpoint6 *endpoint = bpf_map_lookup_elem(&endpoints6, &key);

	if (!endpoint)
		return TC_ACT_OK;
	return deliver(ctx, endpoint->lxc_ifindex, &endpoint->lxc_mac, &endpoint->node_mac);
}

SEC("tc")
int fabric_forward(struct __sk_buff *ctx)
{
	const void *data = (const void *)(long)ctx->data;
	const void *end = (const void *)(long)ctx->data_end;
	const struct ethhdr *eth = data;

	if ((const void *)(eth + 1) > end)
		return TC_ACT_OK;
	if (eth->h_proto == bpf_htons(ETH_P_IP)) {
		const struct iphdr *ip = (const void *)(eth + 1);

		return (const void *)(ip + 1) > end ? TC_ACT_OK : forward4(ctx, ip);
	}
	if (eth->h_proto == bpf_htons(ETH_P_IPV6)) {
		const struct ipv6hdr *ip = (const void *)(eth + 1);

		return (const void *)(ip + 1) > end ? TC_ACT_OK : forward6(ctx, ip);
	}
	return TC_ACT_OK;
}

/* Neighbor discovery comes from the link's own addresses, probes from the node's. */
static __always_inline bool is_nodes6(const struct in6_addr *source,
				      const struct fabric_policy *rules)
{
	const __be32 *words = source->s6_addr32;

	if (bpf_ntohl(words[0]) >> 22 == 0xfe80 >> 6)
		return true;
	return words[0] == rules->node6[0] && words[1] == rules->node6[1] &&
	       words[2] == rules->node6[2] && words[3] == rules->node6[3];
}

SEC("tc")
int fabric_policy(struct __sk_buff *ctx)
{
	const void *data = (const void *)(long)ctx->data;
	const void *end = (const void *)(long)ctx->data_end;
	const struct ethhdr *eth = data;
	const struct fabric_policy *rules;
	__u32 zero = 0;

	rules = bpf_map_lookup_elem(&policy, &zero);
	if (!rules || rules->mode != FABRIC_POLICY_STRICT || ctx->mark == FABRIC_MARK)
		return TC_ACT_OK;
	if ((const void *)(eth + 1) > end)
		return TC_ACT_OK;
	if (eth->h_proto == bpf_htons(ETH_P_IP)) {
		const struct iphdr *ip = (const void *)(eth + 1);

		if ((const void *)(ip + 1) > end || ip->saddr == rules->node4)
			return TC_ACT_OK;
		return TC_ACT_SHOT;
	}
	if (eth->h_proto == bpf_htons(ETH_P_IPV6)) {
		const struct ipv6hdr *ip = (const void *)(eth + 1);

		if ((const void *)(ip + 1) > end || is_nodes6(&ip->saddr, rules))
			return TC_ACT_OK;
		return TC_ACT_SHOT;
	}
	return TC_ACT_OK;
}

char _license[] SEC("license") = "Dual BSD/GPL";
