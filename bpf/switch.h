/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * The prologue that makes a replacement a switch: it reads the cell, and hands the packet to
 * the legacy program where that says so.
 */
#ifndef MIGRATE_SWITCH_H
#define MIGRATE_SWITCH_H

#include <stdbool.h>
#include <linux/types.h>
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#include "cell.h"

struct migrate_cell {
	struct migrate_cell_head head;
	struct bpf_timer timer;
};

/* One word for all hooks of a run; user space puts the run's own in its place. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct migrate_cell);
} migrate_cell SEC(".maps");

/* The legacy program of this hook; likewise. */
struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 1);
	__uint(key_size, 4);
	__uint(value_size, 4);
} migrate_slot SEC(".maps");

/* Jiffies cost next to nothing; a clock that user space shares costs 17 ns and more. */
static __always_inline bool has_passed(__u64 word)
{
	__u64 deadline = word >> MIGRATE_DEADLINE_SHIFT;

	return deadline && bpf_jiffies64() >> MIGRATE_JIFFIES_SHIFT >= deadline;
}

static __always_inline __u64 read_word(const struct migrate_cell *cell)
{
	return *(const volatile __u64 *)&cell->head.word;
}

static __always_inline __u64 share_of(__u64 word)
{
	return word >> MIGRATE_SHARE_SHIFT & MIGRATE_SHARE_MASK;
}

static __always_inline __u64 state_of(__u64 word)
{
	return word & MIGRATE_STATE_MASK;
}

/* Which program takes a packet, as far as the word alone can say. */
enum side {
	TO_LEGACY,
	TO_REPLACEMENT,
	BY_SHARE, /* its flow decides */
};

static __always_inline enum side side_of(__u64 word)
{
	switch (state_of(word)) {
	case MIGRATE_COMMITTED:
		return TO_REPLACEMENT;
	case MIGRATE_OPEN:
		if (has_passed(word))
			return TO_LEGACY;
		return share_of(word) >= MIGRATE_WHOLE_SHARE ? TO_REPLACEMENT : BY_SHARE;
	default:
		return TO_LEGACY;
	}
}

static __always_inline struct migrate_cell *find_cell(void)
{
	const __u32 zero = 0;

	return bpf_map_lookup_elem(&migrate_cell, &zero);
}

#endif
