/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * How the cell's word changes: by one compare-and-swap, whoever makes it. Shared by the
 * control program, its timer, and the switch's breaker.
 */
#ifndef MIGRATE_TRANSITION_H
#define MIGRATE_TRANSITION_H

#include <stdbool.h>
#include <linux/types.h>
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#include "switch.h"

static __always_inline __u64 word_of(__u64 before, __u64 state, __u64 share, __u64 deadline)
{
	__u64 epoch = ((before >> MIGRATE_EPOCH_SHIFT) + 1) & MIGRATE_EPOCH_MASK;

	return state | epoch << MIGRATE_EPOCH_SHIFT | share << MIGRATE_SHARE_SHIFT |
	       deadline << MIGRATE_DEADLINE_SHIFT;
}

static __always_inline bool exchange(struct migrate_cell *cell, __u64 before, __u64 after)
{
	if (__sync_val_compare_and_swap(&cell->head.word, before, after) != before)
		return false;
	cell->head.changed = bpf_ktime_get_boot_ns();
	return true;
}

/* A final word says since which state it is final, and has no deadline any more. */
static __always_inline bool finish(struct migrate_cell *cell, __u64 before, __u64 state)
{
	return exchange(cell, before, word_of(before, state, 0, 0));
}

#endif
