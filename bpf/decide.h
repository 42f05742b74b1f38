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

#include "device.h"
#include "fib_redirect.h"
#include "flow.h"
#include "uapi_shim.h"

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
