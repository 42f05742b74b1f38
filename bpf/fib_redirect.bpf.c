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
#include <linux/types.h>
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#include "fib_redirect.h"

const volatile struct migrate_config config = {};

#include "replace.h"

#define REPLACEMENT(suffix, replace)                                                               \
	SEC("tc") int fib_redirect##suffix(struct __sk_buff *ctx)                                  \
	{                                                                                          \
		enum migrate_outcome outcome;                                                      \
                                                                                                   \
		return replace(ctx, &outcome, false);                                              \
	}                                                                                          \
	SEC("tc") int fib_switch##suffix(struct __sk_buff *ctx)                                    \
	{                                                                                          \
		return take_side(ctx, replace);                                                    \
	}

REPLACEMENT(, replace_on_link)
REPLACEMENT(_keys, replace_keys)
REPLACEMENT(_enrolled, replace_enrolled)

#include "fib_probe.h"

char _license[] SEC("license") = "Dual BSD/GPL";
