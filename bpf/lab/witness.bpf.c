/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * The ledger's witness in the pods, at their own eth0, where no hook of a migration is:
 *
 *   witness_sent     egress: counts what leaves the pod
 *   witness_arrived  ingress: counts what arrives by whom delivered it, and writes that
 *                    down under the number of every datagram
 *
 * Both leave every packet as it is.
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

#include "witness.h"

const volatile struct witness_config config = {};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, WITNESS_COUNTERS);
	__type(key, __u32);
	__type(value, __u64);
} witnessed SEC(".maps");

/* Rows flow by flow; user space puts one of the size it needs in its place. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct witness_row);
} marks SEC(".maps");

/* What of a frame matters here. */
struct seen {
	enum witness_class class;
	__u32 packets;
	__u32 payload; /* offset of a datagram's number */
	__u8 ttl;
};

static __always_inline void add(__u32 index, __u64 amount)
{
	__u64 *counter = bpf_map_lookup_elem(&witnessed, &index);

	if (counter)
		*counter += amount;
}

static __always_inline void count(enum witness_place place, const struct seen *seen)
{
	__u32 index = WITNESS_FRAMES(place, seen->class);

	add(index, 1);
	add(index + WITNESS_PLACES * WITNESS_CLASSES, seen->packets);
}

/* The lab's packets have no IP options and no extension headers. */
static __always_inline void look(struct __sk_buff *ctx, struct seen *seen)
{
	__u32 offset = sizeof(struct ethhdr);
	__be16 ports[2];
	__u8 protocol;

	seen->class = WITNESS_OTHER;
	seen->packets = ctx->gso_segs ? ctx->gso_segs : 1;
	seen->ttl = WITNESS_TTL;
	if (ctx->protocol == bpf_htons(ETH_P_IP)) {
		struct iphdr ip;

		if (bpf_skb_load_bytes(ctx, offset, &ip, sizeof(ip)))
			return;
		protocol = ip.protocol;
		seen->ttl = ip.ttl;
		offset += sizeof(ip);
	} else if (ctx->protocol == bpf_htons(ETH_P_IPV6)) {
		struct ipv6hdr ip;

		if (bpf_skb_load_bytes(ctx, offset, &ip, sizeof(ip)))
			return;
		protocol = ip.nexthdr;
		seen->ttl = ip.hop_limit;
		offset += sizeof(ip);
	} else {
		return;
	}
	if (bpf_skb_load_bytes(ctx, offset, ports, sizeof(ports)))
		return;
	if (protocol == IPPROTO_TCP && (ports[0] == bpf_htons(WITNESS_TCP_PORT) ||
					ports[1] == bpf_htons(WITNESS_TCP_PORT)))
		seen->class = WITNESS_TCP;
	if (protocol == IPPROTO_UDP && ports[1] == bpf_htons(WITNESS_UDP_PORT))
		seen->class = WITNESS_UDP;
	seen->payload = offset + 8;
}

static __always_inline bool is_from(const __u16 frame[3], const volatile __u16 known[3])
{
	return frame[0] == known[0] && frame[1] == known[1] && frame[2] == known[2];
}

static __always_inline enum witness_place who(struct __sk_buff *ctx, const struct seen *seen)
{
	__u16 source[3];

	if (seen->ttl != WITNESS_TTL)
		return WITNESS_BY_STACK;
	if (bpf_skb_load_bytes(ctx, offsetof(struct ethhdr, h_source), source, sizeof(source)))
		return WITNESS_BY_UNKNOWN;
	if (is_from(source, config.legacy))
		return WITNESS_BY_LEGACY;
	return is_from(source, config.kernel) ? WITNESS_BY_REPLACEMENT : WITNESS_BY_UNKNOWN;
}

/*
 * Of a frame with several datagrams the numbers follow each other, and do not reach over the end
 * of a word: the sender sees to that.
 */
static __always_inline void note(struct __sk_buff *ctx, const struct seen *seen,
				 enum witness_place place)
{
	__u64 lanes = 0x1111111111111111ull;
	struct witness_number number;
	struct witness_row *row;
	__u64 *word, before;
	__u32 index;

	if (bpf_skb_load_bytes(ctx, seen->payload, &number, sizeof(number)) ||
	    number.magic != WITNESS_MAGIC)
		return count(WITNESS_UNTABLED, seen);
	index = number.flow * config.rows + number.sequence / WITNESS_ROW;
	row = bpf_map_lookup_elem(&marks, &index);
	if (!row || number.sequence / WITNESS_ROW >= config.rows)
		return count(WITNESS_UNTABLED, seen);
	if (seen->packets < WITNESS_LANES)
		lanes &= (1ull << seen->packets * 4) - 1;
	/* WITNESS_BY_LEGACY is 1, and its bit 1; those of the others follow alike. */
	lanes <<= place - WITNESS_BY_LEGACY + number.sequence % WITNESS_LANES * 4;
	word = &row->word[number.sequence / WITNESS_LANES % WITNESS_WORDS];
	before = __sync_fetch_and_or(word, lanes);
	if (before & lanes)
		count(WITNESS_AGAIN, seen);
}

SEC("tc")
int witness_sent(struct __sk_buff *ctx)
{
	struct seen seen;

	look(ctx, &seen);
	count(WITNESS_SENT, &seen);
	return TC_ACT_UNSPEC;
}

SEC("tc")
int witness_arrived(struct __sk_buff *ctx)
{
	enum witness_place place;
	struct seen seen;

	look(ctx, &seen);
	place = who(ctx, &seen);
	count(place, &seen);
	if (seen.class == WITNESS_UDP)
		note(ctx, &seen, place);
	return TC_ACT_UNSPEC;
}

char _license[] SEC("license") = "Dual BSD/GPL";
