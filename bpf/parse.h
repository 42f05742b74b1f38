/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * From a frame to the flow that the FIB is asked with; says no to what is not the
 * replacement's business. The including file defines `config`, as for decide.h.
 */
#ifndef MIGRATE_PARSE_H
#define MIGRATE_PARSE_H

#include <stdbool.h>
#include <linux/types.h>
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>
#include <linux/in6.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_endian.h>

#include "fib_redirect.h"
#include "flow.h"
#include "uapi_shim.h"

#define MIGRATE_EXTENSIONS_MAX 6 /* IPv6 extension headers walked over */

/* What the parser found. */
struct packet {
	struct migrate_flow flow;
	__u8 first_dmac_byte;
};

static __always_inline bool has_ports(__u8 protocol)
{
	return protocol == IPPROTO_TCP || protocol == IPPROTO_UDP || protocol == IPPROTO_SCTP;
}

static __always_inline bool l4_wanted(__u8 protocol)
{
	if (config.l4 & MIGRATE_L4_ANY)
		return true;
	return (config.l4 & MIGRATE_L4_TCP && protocol == IPPROTO_TCP) ||
	       (config.l4 & MIGRATE_L4_UDP && protocol == IPPROTO_UDP);
}

/*
 * Ports serve only rules that select on them. A packet too short to show them is
 * still the legacy program's business (which never looks), so they stay 0.
 */
static __always_inline void read_ports(const void *l4, const void *end, struct migrate_flow *flow)
{
	const __be16 *ports = l4;

	if (!has_ports(flow->l4_protocol) || (const void *)(ports + 2) > end)
		return;
	flow->sport = ports[0];
	flow->dport = ports[1];
}

static __always_inline bool parse_ipv4(const void *data, const void *end, struct migrate_flow *flow)
{
	const struct iphdr *ip = data;

	if ((const void *)(ip + 1) > end)
		return false;
	if (!l4_wanted(ip->protocol))
		return false;
	flow->family = AF_INET;
	flow->l4_protocol = ip->protocol;
	flow->tos = ip->tos;
	flow->src[0] = ip->saddr;
	flow->dst[0] = ip->daddr;
	/* Later fragments have no ports: ask alike for all parts of a datagram. */
	if (ip->ihl >= 5 && !(ip->frag_off & bpf_htons(IP_MF | IP_OFFSET)))
		read_ports(data + ip->ihl * 4, end, flow);
	return true;
}

static __always_inline bool parse_ipv6(const void *data, const void *end, struct migrate_flow *flow)
{
	const struct ipv6hdr *ip = data;
	const void *cursor = ip + 1;
	bool fragment = false;
	__u8 next;

	if (cursor > end)
		return false;
	next = ip->nexthdr;
	flow->family = AF_INET6;
	flow->flowinfo = *(const __be32 *)data & bpf_htonl(IPV6_FLOWINFO_BITS);
	__builtin_memcpy(flow->src, &ip->saddr, sizeof(flow->src));
	__builtin_memcpy(flow->dst, &ip->daddr, sizeof(flow->dst));

#pragma clang loop unroll(full)
	for (int i = 0; i < MIGRATE_EXTENSIONS_MAX; i++) {
		const __u8 *header = cursor;

		if (next != IPPROTO_HOPOPTS && next != IPPROTO_ROUTING && next != IPPROTO_DSTOPTS &&
		    next != IPPROTO_FRAGMENT)
			break;
		/* Each is at least eight bytes long and starts with the next one's kind. */
		if (cursor + 8 > end)
			return false;
		if (next == IPPROTO_FRAGMENT) {
			next = header[0];
			fragment = true;
			/* What follows in a later fragment is data, not headers. */
			if (*(const __be16 *)(header + 2) & bpf_htons(IP6_OFFSET)) {
				flow->l4_protocol = next;
				return l4_wanted(next);
			}
			cursor += 8;
		} else {
			next = header[0];
			cursor += (header[1] + 1) * 8;
		}
	}

	if (cursor > end || !l4_wanted(next))
		return false;
	flow->l4_protocol = next;
	if (next == IPPROTO_ICMPV6) {
		const __u8 *type = cursor;

		/* Neighbor discovery belongs to the link it was sent on. */
		if ((const void *)(type + 1) > end)
			return false;
		if (*type >= NDISC_FIRST && *type <= NDISC_LAST)
			return false;
	} else if (!fragment) {
		read_ports(cursor, end, flow);
	}
	return true;
}

/*
 * Reads what lies in the linear part and no more, as the legacy program does:
 * pulling would make the same packet take another way than before.
 */
static __always_inline bool parse(struct __sk_buff *ctx, struct packet *packet)
{
	const void *data = (const void *)(long)ctx->data;
	const void *end = (const void *)(long)ctx->data_end;
	const struct ethhdr *eth = data;

	__builtin_memset(packet, 0, sizeof(*packet));
	if ((const void *)(eth + 1) > end)
		return false;
	packet->first_dmac_byte = eth->h_dest[0];
	if (config.families & MIGRATE_FAMILY_IPV4 && eth->h_proto == bpf_htons(ETH_P_IP))
		return parse_ipv4(eth + 1, end, &packet->flow);
	if (config.families & MIGRATE_FAMILY_IPV6 && eth->h_proto == bpf_htons(ETH_P_IPV6))
		return parse_ipv6(eth + 1, end, &packet->flow);
	return false;
}

#endif
