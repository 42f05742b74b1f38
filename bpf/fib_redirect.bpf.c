/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * The replacement of a program that redirects by a map of addresses: it asks the
 * kernel's FIB instead. Three programs, of which user space loads one:
 *
 *   fib_redirect           membership on-link: what is on the link is a member
 *   fib_redirect_enrolled  membership enrolled: what leaves by an interface of the set is
 *   fib_redirect_keys      membership legacy-keys: what is a key of its family's map is
 *
 * Each of them also as a switch (fib_switch, ...), which hands packets to the legacy program
 * as long as the run's cell says so, or those whose flow is not in the cell's share.
 *
 * Everything that is not redirected goes on to the stack, as it did before.
 */
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
#include "uapi_shim.h"

const volatile struct migrate_config config = {};

#include "decide.h"
#include "members.h"
#include "parse.h"
#include "transition.h"

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

#include "failures.h"

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

/* Decides and, if so, redirects a packet that is eligible and, where that is asked, a member. */
static __always_inline enum migrate_outcome place(struct __sk_buff *ctx,
						  const struct packet *packet, int *action,
						  bool is_open)
{
	struct bpf_fib_lookup fib;
	enum migrate_outcome outcome;
	long result;

	outcome = decide(ctx, &packet->flow, &fib, &result);
	if (outcome == MIGRATE_REDIRECTED)
		outcome = send(ctx, packet, &fib, result, action);
	if (is_open && outcome == MIGRATE_REDIRECTED)
		judge_redirect(ctx, &packet->flow, fib.ifindex, false);
	return outcome;
}

/* A member given to the stack may come back here through the proxy, for ever. */
static __always_inline int failed_member(int action)
{
	if (config.on_failure != MIGRATE_FAILURE_DROP)
		return action;
	count(MIGRATE_DROPPED);
	return TC_ACT_SHOT;
}

/* As the legacy program does: whoever stands behind it saw its misses, or did not. */
static __always_inline int miss(void)
{
	return config.on_miss == MIGRATE_MISS_NEXT ? TC_ACT_UNSPEC : TC_ACT_OK;
}

/*
 * Each of the three returns the verdict, and says in *outcome where the packet's way ended.
 * While a run is open what is redirected is judged as well.
 */
static __always_inline int replace_on_link(struct __sk_buff *ctx, enum migrate_outcome *outcome,
						 bool is_open)
{
	int action = miss();
	struct packet packet;

	*outcome = MIGRATE_NOT_ELIGIBLE;
	if (parse(ctx, &packet))
		*outcome = place(ctx, &packet, &action, is_open);
	count(*outcome);
	return action;
}

static __always_inline int replace_keys(struct __sk_buff *ctx, enum migrate_outcome *outcome,
					      bool is_open)
{
	int action = miss();
	struct packet packet;

	*outcome = MIGRATE_NOT_ELIGIBLE;
	if (!parse(ctx, &packet)) {
		count(MIGRATE_NOT_ELIGIBLE);
		return action;
	}
	if (!is_legacy_key(&packet.flow)) {
		*outcome = MIGRATE_NOT_MEMBER;
		count(MIGRATE_NOT_MEMBER);
		return action;
	}
	*outcome = place(ctx, &packet, &action, is_open);
	count(*outcome);
	return *outcome == MIGRATE_REDIRECTED ? action : failed_member(action);
}

/*
 * Who is a member is known only once the FIB has named the device: what it cannot place
 * goes to the stack, whatever on_failure says.
 */
static __always_inline int replace_enrolled(struct __sk_buff *ctx, enum migrate_outcome *outcome,
						  bool is_open)
{
	struct bpf_fib_lookup fib;
	int action = miss();
	struct packet packet;
	bool member;
	long result;

	*outcome = MIGRATE_NOT_ELIGIBLE;
	if (!parse(ctx, &packet)) {
		count(MIGRATE_NOT_ELIGIBLE);
		return action;
	}
	*outcome = decide(ctx, &packet.flow, &fib, &result);
	member = is_enrolled(*outcome, &fib);
	if (*outcome == MIGRATE_REDIRECTED)
		*outcome = member ? send(ctx, &packet, &fib, result, &action) : MIGRATE_NOT_MEMBER;
	if (is_open && *outcome == MIGRATE_REDIRECTED)
		judge_redirect(ctx, &packet.flow, fib.ifindex, true);
	count(*outcome);
	return member && *outcome != MIGRATE_REDIRECTED ? failed_member(action) : action;
}

/* Hands the packet to the legacy program, and does not come back, unless that cannot be done. */
static __always_inline void tail_call_legacy(struct __sk_buff *ctx)
{
	count(MIGRATE_TO_LEGACY);
	bpf_tail_call_static(ctx, &migrate_slot, 0);
	count(MIGRATE_FELL_FORWARD);
}

#define REPLACEMENT(suffix, replace)                                                               \
	SEC("tc") int fib_redirect##suffix(struct __sk_buff *ctx)                                  \
	{                                                                                          \
		enum migrate_outcome outcome;                                                      \
                                                                                                   \
		return replace(ctx, &outcome, false);                                              \
	}                                                                                          \
	SEC("tc") int fib_switch##suffix(struct __sk_buff *ctx)                                    \
	{                                                                                          \
		struct migrate_cell *cell = find_cell();                                           \
		__u64 word = cell ? read_word(cell) : MIGRATE_LEGACY;                              \
		enum side side = side_of(word);                                                    \
		enum migrate_outcome outcome;                                                      \
		int action;                                                                        \
                                                                                                   \
		if (side == TO_LEGACY || (side == BY_SHARE && !is_in_share(ctx, word)))            \
			tail_call_legacy(ctx);                                                     \
		action = replace(ctx, &outcome, state_of(word) == MIGRATE_OPEN);                   \
		if (outcome != MIGRATE_REDIRECTED)                                                 \
			note_failure(ctx);                                                         \
		return action;                                                                     \
	}

REPLACEMENT(, replace_on_link)
REPLACEMENT(_keys, replace_keys)
REPLACEMENT(_enrolled, replace_enrolled)

#include "fib_probe.h"

char _license[] SEC("license") = "Dual BSD/GPL";
