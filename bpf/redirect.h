/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * How the replacement redirects a packet of which that was decided, and what it counts.
 *
 * The including file defines `config`, as for decide.h.
 */
#ifndef MIGRATE_REDIRECT_H
#define MIGRATE_REDIRECT_H

#include <stdbool.h>
#include <stddef.h>
#include <linux/types.h>
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/pkt_cls.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_endian.h>

#include "fib_redirect.h"
#include "decide.h"
#include "parse.h"
#include "uapi_shim.h"

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, MIGRATE_OUTCOMES);
	__type(key, __u32);
	__type(value, __u64);
} outcomes SEC(".maps");

static __always_inline void count(__u32 outcome)
{
	__u64 *counter = bpf_map_lookup_elem(&outcomes, &outcome);

	if (counter)
		(*counter)++;
}

/*
 * The barriers keep the compiler from merging the stores into one with a computed
 * offset, which the verifier refuses on a context.
 */
static __always_inline void mark_redirected(struct __sk_buff *ctx)
{
	__u32 value = config.cb_value;

	switch (config.cb_index) {
	case 0:
		ctx->cb[0] = value;
		barrier();
		break;
	case 1:
		ctx->cb[1] = value;
		barrier();
		break;
	case 2:
		ctx->cb[2] = value;
		barrier();
		break;
	case 3:
		ctx->cb[3] = value;
		barrier();
		break;
	case 4:
		ctx->cb[4] = value;
		barrier();
		break;
	}
	/* It would not come through the veth either: see redirect_peer. */
	if (config.set_mark && config.egress != MIGRATE_EGRESS_PEER)
		ctx->mark = config.mark;
}

/* The neighbor subsystem fills in both MACs, and resolves and queues when it must. */
static __always_inline long redirect_neigh(struct __sk_buff *ctx, const struct packet *packet,
					   const struct bpf_fib_lookup *fib)
{
	struct bpf_redir_neigh next_hop;

	/*
	 * Given a group MAC the kernel drops the packet, where the legacy program
	 * overwrote it. Touch the packet in this case only: a store unclones it.
	 */
	if (packet->first_dmac_byte & 1) {
		__u8 unicast = packet->first_dmac_byte & ~1;

		if (bpf_skb_store_bytes(ctx, offsetof(struct ethhdr, h_dest), &unicast,
					sizeof(unicast), 0))
			return TC_ACT_SHOT;
	}

	/* Naming the next hop spares the kernel a second lookup. */
	__builtin_memset(&next_hop, 0, sizeof(next_hop));
	next_hop.nh_family = packet->flow.family;
	for (int i = 0; i < 4; i++)
		next_hop.ipv6_nh[i] = packet->flow.dst[i];
	return bpf_redirect_neigh(fib->ifindex, &next_hop, sizeof(next_hop), 0);
}

/*
 * The classic pattern: the FIB's own view of the neighbor, written into the frame.
 * A zero MAC is what older kernels give for a neighbor that failed.
 */
static __always_inline bool neighbor_known(const struct bpf_fib_lookup *fib, long result)
{
	if (config.fib_flags & BPF_FIB_LOOKUP_SKIP_NEIGH || result == BPF_FIB_LKUP_RET_NO_NEIGH)
		return false;
	return fib->dmac[0] | fib->dmac[1] | fib->dmac[2] | fib->dmac[3] | fib->dmac[4] |
	       fib->dmac[5];
}

/* The source stays as it came, unless the legacy program rewrote it as well. */
static __always_inline long write_macs(struct __sk_buff *ctx, const struct packet *packet,
				       const struct bpf_fib_lookup *fib)
{
	const __u32 family = packet->flow.family == AF_INET ? MIGRATE_FAMILY_IPV4 :
							      MIGRATE_FAMILY_IPV6;
	__u8 macs[2 * ETH_ALEN];

	__builtin_memcpy(macs, fib->dmac, ETH_ALEN);
	__builtin_memcpy(macs + ETH_ALEN, fib->smac, ETH_ALEN);
	if (config.rewrite_source & family)
		return bpf_skb_store_bytes(ctx, offsetof(struct ethhdr, h_dest), macs, sizeof(macs),
					   0);
	return bpf_skb_store_bytes(ctx, offsetof(struct ethhdr, h_dest), macs, ETH_ALEN, 0);
}

/*
 * Straight into the namespace behind the veth, past the host side's egress. What the way
 * through the veth does to a packet is done here: it loses mark and priority when it goes
 * into another namespace (____dev_forward_skb, include/linux/netdevice.h), and is judged
 * anew whom it is for: readdressed to nobody, it must not stay someone else's.
 */
static __always_inline long redirect_peer(struct __sk_buff *ctx, const struct bpf_fib_lookup *fib)
{
	if (ctx->pkt_type != PACKET_HOST && bpf_skb_change_type(ctx, PACKET_HOST))
		return TC_ACT_SHOT;
	ctx->mark = 0;
	barrier();
	ctx->priority = 0;
	return bpf_redirect_peer(fib->ifindex, 0);
}

static __always_inline long redirect(struct __sk_buff *ctx, const struct packet *packet,
				     struct bpf_fib_lookup *fib, long result)
{
	/* What the veth would not take ends there, as it did: the peer is not asked. */
	if (config.egress == MIGRATE_EGRESS_PEER && result != BPF_FIB_LKUP_RET_FRAG_NEEDED)
		return redirect_peer(ctx, fib);
	if (config.egress == MIGRATE_EGRESS_MAC && neighbor_known(fib, result)) {
		if (write_macs(ctx, packet, fib))
			return TC_ACT_SHOT;
		return bpf_redirect(fib->ifindex, 0);
	}
	return redirect_neigh(ctx, packet, fib);
}

/*
 * Redirects a packet of which that was decided. The verdict goes to *action, which is
 * untouched when a helper fails.
 */
static __always_inline enum migrate_outcome send(struct __sk_buff *ctx, const struct packet *packet,
						 struct bpf_fib_lookup *fib, long result,
						 int *action)
{
	long verdict = redirect(ctx, packet, fib, result);

	if (verdict != TC_ACT_REDIRECT)
		return MIGRATE_ERROR;
	/* Only now: a mark on a packet that goes to the stack would mislead the next hook. */
	mark_redirected(ctx);
	*action = verdict;
	return MIGRATE_REDIRECTED;
}

#endif
