/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * A map-based deployment to migrate in tests and demonstrations. It behaves like
 * Istio ambient's eBPF redirection as far as a migration can notice: which hook
 * reads which map, what a hit does, what a miss returns.
 *
 *   ztunnel_host_ingress  proxy's host veth, ingress: delivers to pods by app_info
 *   app_outbound          pod's host veth, ingress: sends to the proxy
 *   app_inbound           pod's host veth, egress: sends to the proxy, unless it
 *                         was the proxy that delivered
 *   ztunnel_tproxy        proxy's own veth, in its namespace
 */
#include <stdbool.h>
#include <stddef.h>
#include <linux/types.h>
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/ip.h>
#include <linux/pkt_cls.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_endian.h>

#include "ambient.h"

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, AMBIENT_APPS_MAX);
	__uint(pinning, LIBBPF_PIN_NONE);
	__type(key, __be32);
	__type(value, struct ambient_app);
} app_info SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__uint(pinning, LIBBPF_PIN_NONE);
	__type(key, __u32);
	__type(value, struct ambient_proxy);
} ztunnel_info SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 2);
	__uint(pinning, LIBBPF_PIN_NONE);
	__type(key, __u32);
	__type(value, struct ambient_host);
} host_ip_info SEC(".maps");

/* Part of the deployment's face; the lab's programs log nothing. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__uint(pinning, LIBBPF_PIN_NONE);
	__type(key, __u32);
	__type(value, __u32);
} log_level SEC(".maps");

/* The IPv4 header of a TCP or UDP packet, else NULL. */
static __always_inline const struct iphdr *captured(struct __sk_buff *ctx)
{
	const void *data = (const void *)(long)ctx->data;
	const void *end = (const void *)(long)ctx->data_end;
	const struct ethhdr *eth = data;
	const struct iphdr *ip = (const void *)(eth + 1);

	if ((const void *)(ip + 1) > end || eth->h_proto != bpf_htons(ETH_P_IP))
		return NULL;
	if (ip->protocol != IPPROTO_TCP && ip->protocol != IPPROTO_UDP)
		return NULL;
	return ip;
}

/* The kubelet's probes come from the node itself and bypass the proxy. */
static __always_inline bool concerns_host(__be32 source, __be32 destination)
{
	__u32 index = AMBIENT_HOST_IPV4;
	const struct ambient_host *host = bpf_map_lookup_elem(&host_ip_info, &index);

	return host && host->addr[3] && (host->addr[3] == source || host->addr[3] == destination);
}

static __always_inline int redirect_to(struct __sk_buff *ctx, __u32 ifindex, const __u8 *mac)
{
	__u8 copy[ETH_ALEN];

	__builtin_memcpy(copy, mac, ETH_ALEN);
	if (bpf_skb_store_bytes(ctx, offsetof(struct ethhdr, h_dest), copy, ETH_ALEN, 0))
		return TC_ACT_SHOT;
	return bpf_redirect(ifindex, 0);
}

/* Captured traffic without a proxy must not slip past it. */
static __always_inline int to_proxy(struct __sk_buff *ctx)
{
	const struct ambient_proxy *proxy;
	__u32 index = 0;

	proxy = bpf_map_lookup_elem(&ztunnel_info, &index);
	if (!proxy || !proxy->ifindex)
		return TC_ACT_SHOT;
	return redirect_to(ctx, proxy->ifindex, proxy->mac_addr);
}

SEC("tc")
int ztunnel_host_ingress(struct __sk_buff *ctx)
{
	const struct iphdr *ip = captured(ctx);
	const struct ambient_app *app;
	__be32 address;

	if (!ip)
		return TC_ACT_OK;
	address = ip->daddr;
	app = bpf_map_lookup_elem(&app_info, &address);
	if (!app)
		return TC_ACT_OK;
	ctx->cb[AMBIENT_CB_INDEX] = AMBIENT_CB_BYPASS;
	return redirect_to(ctx, app->ifindex, app->mac_addr);
}

SEC("tc")
int app_outbound(struct __sk_buff *ctx)
{
	const struct iphdr *ip = captured(ctx);

	if (!ip || concerns_host(ip->saddr, ip->daddr))
		return TC_ACT_OK;
	return to_proxy(ctx);
}

SEC("tc")
int app_inbound(struct __sk_buff *ctx)
{
	const struct iphdr *ip = captured(ctx);

	if (!ip || ctx->cb[AMBIENT_CB_INDEX] == AMBIENT_CB_BYPASS ||
	    concerns_host(ip->saddr, ip->daddr))
		return TC_ACT_OK;
	return to_proxy(ctx);
}

/* In the original it steers to the proxy's sockets; here it only holds the hook. */
SEC("tc")
int ztunnel_tproxy(struct __sk_buff *ctx)
{
	return TC_ACT_OK;
}

char _license[] SEC("license") = "Dual BSD/GPL";
