/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * What the replacement does with a packet, for each membership; and the switch, which first asks the run's cell
 * whose packet it is.
 *
 * The including file defines `config`, as for decide.h.
 */
#ifndef MIGRATE_REPLACE_H
#define MIGRATE_REPLACE_H

#include "members.h"
#include "redirect.h"
#include "transition.h"
#include "failures.h"

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

typedef int (*replacement)(struct __sk_buff *ctx, enum migrate_outcome *outcome, bool is_open);

/* The switch: the packet goes where the cell says. */
static __always_inline int take_side(struct __sk_buff *ctx, replacement replace)
{
	struct migrate_cell *cell = find_cell();
	__u64 word = cell ? read_word(cell) : MIGRATE_LEGACY;
	enum side side = side_of(word);
	enum migrate_outcome outcome;
	int action;

	if (side == TO_LEGACY || (side == BY_SHARE && !is_in_share(ctx, word)))
		tail_call_legacy(ctx);
	action = replace(ctx, &outcome, state_of(word) == MIGRATE_OPEN);
	if (outcome != MIGRATE_REDIRECTED)
		note_failure(ctx);
	return action;
}

#endif
