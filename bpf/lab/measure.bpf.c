/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * Two helpers of the measurement: what a run costs without any program's work, and
 * a program that gives the same packet another destination each time, which a test
 * run with repeats cannot do by itself.
 */
#include <linux/types.h>
#include <linux/bpf.h>
#include <linux/pkt_cls.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_endian.h>

#include "measure.h"

const volatile struct measure_spread config = {};

/* The program under measurement. */
struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32);
} measured SEC(".maps");

/*
 * Far enough apart that no prefetcher helps, and a prime: every destination comes
 * once before any comes again.
 */
#define STRIDE 20599

__u32 position;

SEC("tc")
int empty(struct __sk_buff *ctx)
{
	return TC_ACT_OK;
}

SEC("tc")
int spread(struct __sk_buff *ctx)
{
	void *data = (void *)(long)ctx->data;
	const void *end = (const void *)(long)ctx->data_end;
	__u32 offset = config.offset;
	__be32 *word = data + offset;

	if (offset > 64 || (const void *)(word + 1) > end || !config.count)
		return TC_ACT_SHOT;
	position = (position + STRIDE) % config.count;
	*word = bpf_htonl(config.first + position);
	bpf_tail_call(ctx, &measured, 0);
	return TC_ACT_SHOT;
}

char _license[] SEC("license") = "Dual BSD/GPL";
