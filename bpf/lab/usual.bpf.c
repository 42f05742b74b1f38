/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * The pattern as usually written, to measure the replacement against: one lookup
 * with the neighbor in it, its MAC copied into the frame, bpf_redirect. It keeps the
 * deployments' contract (what is eligible, what a hit marks) and asks nothing else:
 * not whether the next hop is the destination, nor what the device is. Where the
 * neighbor is not known the packet goes to the stack.
 */
#include <stdbool.h>
#include <stddef.h>
#include <linux/types.h>
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/pkt_cls.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_endian.h>

#include "../uapi_shim.h"
#include "ambient.h"
#include "fabric.h"

/* tot_len stays 0: given one, the kernel takes a GSO packet for one that is too long. */
static __always_inline void ask4(const struct __sk_buff *ctx, const struct iphdr *ip,
				 struct bpf_fib_lookup *fib)
{
	fib->family = AF_INET;
	fib->l4_protocol = ip->protocol;
	fib->tos = ip->tos;
	fib->ipv4_src = ip->saddr;
	fib->ipv4_dst = ip->daddr;
	fib->ifindex = ctx->ifindex;
}

static __always_inline void ask6(const struct __sk_buff *ctx, const struct ipv6hdr *ip,
				 struct bpf_fib_lookup *fib)
{
	fib->family = AF_INET6;
	fib->l4_protocol = ip->nexthdr;
	fib->flowinfo = *(const __be32 *)ip & bpf_htonl(IPV6_FLOWINFO_BITS);
	__builtin_memcpy(fib->ipv6_src, &ip->saddr, sizeof(fib->ipv6_src));
	__builtin_memcpy(fib->ipv6_dst, &ip->daddr, sizeof(fib->ipv6_dst));
	fib->ifindex = ctx->ifindex;
}

SEC("tc")
int usual_ambient(struct __sk_buff *ctx)
{
	const void *data = (const void *)(long)ctx->data;
	const void *end = (const void *)(long)ctx->data_end;
	const struct ethhdr *eth = data;
	const struct iphdr *ip = (const void *)(eth + 1);
	struct bpf_fib_lookup fib = {};

	if ((const void *)(ip + 1) > end || eth->h_proto != bpf_htons(ETH_P_IP))
		return TC_ACT_OK;
	if (ip->protocol != IPPROTO_TCP && ip->protocol != IPPROTO_UDP)
		return TC_ACT_OK;
	ask4(ctx, ip, &fib);
	if (bpf_fib_lookup(ctx, &fib, sizeof(fib), 0) != BPF_FIB_LKUP_RET_SUCCESS)
		return TC_ACT_OK;
	ctx->cb[AMBIENT_CB_INDEX] = AMBIENT_CB_BYPASS;
	if (bpf_skb_store_bytes(ctx, offsetof(struct ethhdr, h_dest), fib.dmac, ETH_ALEN, 0))
		return TC_ACT_SHOT;
	return bpf_redirect(fib.ifindex, 0);
}

SEC("tc")
int usual_fabric(struct __sk_buff *ctx)
{
	const void *data = (const void *)(long)ctx->data;
	const void *end = (const void *)(long)ctx->data_end;
	const struct ethhdr *eth = data;
	struct bpf_fib_lookup fib = {};
	__u8 macs[2 * ETH_ALEN];

	if ((const void *)(eth + 1) > end)
		return TC_ACT_OK;
	if (eth->h_proto == bpf_htons(ETH_P_IP)) {
		const struct iphdr *ip = (const void *)(eth + 1);

		if ((const void *)(ip + 1) > end)
			return TC_ACT_OK;
		ask4(ctx, ip, &fib);
	} else if (eth->h_proto == bpf_htons(ETH_P_IPV6)) {
		const struct ipv6hdr *ip = (const void *)(eth + 1);

		if ((const void *)(ip + 1) > end)
			return TC_ACT_OK;
		ask6(ctx, ip, &fib);
	} else {
		return TC_ACT_OK;
	}
	if (bpf_fib_lookup(ctx, &fib, sizeof(fib), 0) != BPF_FIB_LKUP_RET_SUCCESS)
		return TC_ACT_OK;
	/* As the fabric does: both MACs at once. */
	__builtin_memcpy(macs, fib.dmac, ETH_ALEN);
	__builtin_memcpy(macs + ETH_ALEN, fib.smac, ETH_ALEN);
	if (bpf_skb_store_bytes(ctx, offsetof(struct ethhdr, h_dest), macs, sizeof(macs), 0))
		return TC_ACT_SHOT;
	ctx->mark = FABRIC_MARK;
	return bpf_redirect(fib.ifindex, 0);
}

char _license[] SEC("license") = "Dual BSD/GPL";
