/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * The shadow: what the legacy map says of live packets against what the replacement would do (compare.h).
 *
 *   fib_shadow, ...         stands in front of a legacy program, and gives every packet on as it came
 *   fib_switch_look, ...    stands in its place, where nothing can stand in front: a switch (replace.h) that looks
 *                           first. Its run's cell stays in state legacy, so that every packet takes the legacy program
 *
 * Each for every membership: on-link, _keys, _enrolled.
 */
#include <linux/types.h>
#include <linux/bpf.h>
#include <linux/pkt_cls.h>
#include <bpf/bpf_helpers.h>

#include "shadow.h"

const volatile struct migrate_shadow_config shadow = {};

/* What the replacement's headers are told by. */
#define config shadow.replacement

#include "compare.h"
#include "replace.h"

#define SHADOW(suffix, judge, replace)                                                             \
	SEC("tc") int fib_shadow##suffix(struct __sk_buff *ctx)                                    \
	{                                                                                          \
		look(ctx, judge);                                                                  \
		return TC_ACT_UNSPEC; /* TCX_NEXT */                                               \
	}                                                                                          \
	SEC("tc") int fib_switch_look##suffix(struct __sk_buff *ctx)                               \
	{                                                                                          \
		look(ctx, judge);                                                                  \
		return take_side(ctx, replace);                                                    \
	}

SHADOW(, judge_on_link, replace_on_link)
SHADOW(_keys, judge_keys, replace_keys)
SHADOW(_enrolled, judge_enrolled, replace_enrolled)

char _license[] SEC("license") = "Dual BSD/GPL";
