/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * Makes every transition of a run's cell, by compare-and-swap; never attached, only test-run.
 * Whoever asks, and from whichever time namespace, there is one clock and one set of rules.
 *
 *   control  what docs/cutover.md lists
 *   clock    says what time it is here; refers to no cell
 */
#include <stdbool.h>
#include <stddef.h>
#include <linux/types.h>
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/pkt_cls.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_endian.h>

#include "transition.h"

#define CLOCK_BOOTTIME 7
#define NANOSECONDS 1000000000ull
#define LONGEST (31ull * 86400 * NANOSECONDS)
/* A callback that was too early, or met a transition half-way, looks again after so long. */
#define AGAIN (10ull * 1000 * 1000)
#define ATTEMPTS 8

static __always_inline __u64 epoch_of(__u64 word)
{
	return word >> MIGRATE_EPOCH_SHIFT & MIGRATE_EPOCH_MASK;
}

/* By either clock: packets go by the second one. */
static __always_inline bool is_late(const struct migrate_cell *cell, __u64 word, __u64 now)
{
	__u64 deadline = cell->head.deadline;

	if (has_passed(word))
		return true;
	return cell->head.armed == epoch_of(word) && deadline && now >= deadline;
}

/*
 * Runs with no process alive, for the map's pin holds the timer and the timer holds this
 * program (kernel/bpf/helpers.c, bpf_timer_set_callback).
 */
static int expire(void *map, __u32 *key, struct migrate_cell *cell)
{
	__u64 now = bpf_ktime_get_boot_ns(), word = read_word(cell), left;

	if (state_of(word) != MIGRATE_OPEN)
		return 0;
	if (is_late(cell, word, now)) {
		if (!finish(cell, word, MIGRATE_EXPIRED))
			bpf_timer_start(&cell->timer, AGAIN, 0);
		return 0;
	}
	/* Extended meanwhile, or just being extended. */
	left = cell->head.deadline > now ? cell->head.deadline - now : AGAIN;
	bpf_timer_start(&cell->timer, left, 0);
	return 0;
}

static __always_inline bool arm(struct migrate_cell *cell, __u64 duration)
{
	/* EBUSY: an extension; it has its clock already. */
	bpf_timer_init(&cell->timer, &migrate_cell, CLOCK_BOOTTIME);
	return !bpf_timer_set_callback(&cell->timer, expire) &&
	       !bpf_timer_start(&cell->timer, duration, 0);
}

static __always_inline bool is_duration(const struct migrate_request *request)
{
	return request->duration && request->duration <= LONGEST && request->tick &&
	       request->tick <= NANOSECONDS;
}

/* Rounded up: packets must not be ahead of the timer. */
static __always_inline __u64 deadline_in(__u64 duration, __u64 tick)
{
	__u64 at = bpf_jiffies64() + duration / tick + (1 << MIGRATE_JIFFIES_SHIFT);

	return at >> MIGRATE_JIFFIES_SHIFT;
}

static __always_inline __u32 set_deadline(struct migrate_cell *cell,
					  const struct migrate_request *request, __u64 word,
					  __u64 duration, __u64 share, __u64 now)
{
	__u64 after = word_of(word, MIGRATE_OPEN, share, deadline_in(duration, request->tick));

	/* Before the word: what is open always has its timer. A timer that finds it not open does nothing. */
	if (!arm(cell, duration))
		return MIGRATE_NO_TIMER;
	if (!exchange(cell, word, after))
		return MIGRATE_CONTENDED;
	cell->head.deadline = now + duration;
	cell->head.armed = epoch_of(after);
	return MIGRATE_DONE;
}

static __always_inline __u32 open_cell(struct migrate_cell *cell,
				       const struct migrate_request *request, __u64 word, __u64 now)
{
	if (!is_duration(request) || request->share > MIGRATE_WHOLE_SHARE)
		return MIGRATE_MALFORMED;
	if (state_of(word) != MIGRATE_LEGACY)
		return MIGRATE_NOT_LEGACY;
	return set_deadline(cell, request, word, request->duration, request->share, now);
}

static __always_inline __u32 extend(struct migrate_cell *cell,
				    const struct migrate_request *request, __u64 word, __u64 now)
{
	__u64 left;

	if (!is_duration(request))
		return MIGRATE_MALFORMED;
	if (state_of(word) != MIGRATE_OPEN)
		return MIGRATE_NOT_OPEN;
	left = cell->head.deadline > now ? cell->head.deadline - now : 0;
	if (left + request->duration > LONGEST)
		return MIGRATE_MALFORMED;
	return set_deadline(cell, request, word, left + request->duration, share_of(word), now);
}

/*
 * The same deadline and the same timer. What is armed is armed for an epoch, and that is
 * another one now; until it says so, the jiffies in the word alone decide what is late.
 */
static __always_inline __u32 set_share(struct migrate_cell *cell,
				       const struct migrate_request *request, __u64 word)
{
	__u64 after;

	if (request->share > MIGRATE_WHOLE_SHARE)
		return MIGRATE_MALFORMED;
	if (state_of(word) != MIGRATE_OPEN)
		return MIGRATE_NOT_OPEN;
	if (share_of(word) == request->share)
		return MIGRATE_DONE;
	after = word_of(word, MIGRATE_OPEN, request->share, word >> MIGRATE_DEADLINE_SHIFT);
	if (!exchange(cell, word, after))
		return MIGRATE_CONTENDED;
	cell->head.armed = epoch_of(after);
	return MIGRATE_DONE;
}

static __always_inline __u32 commit(struct migrate_cell *cell, __u64 word)
{
	__u64 state = state_of(word);

	if (state == MIGRATE_COMMITTED)
		return MIGRATE_DONE;
	if (state != MIGRATE_OPEN && state != MIGRATE_LEGACY)
		return MIGRATE_NOT_OPEN;
	if (state == MIGRATE_OPEN && share_of(word) != MIGRATE_WHOLE_SHARE)
		return MIGRATE_PARTIAL;
	if (!exchange(cell, word, word_of(word, MIGRATE_COMMITTED, MIGRATE_WHOLE_SHARE, 0)))
		return MIGRATE_CONTENDED;
	cell->head.deadline = 0;
	bpf_timer_cancel(&cell->timer);
	return MIGRATE_DONE;
}

static __always_inline __u32 roll_back(struct migrate_cell *cell, __u64 word)
{
	__u64 state = state_of(word);

	if (state > MIGRATE_COMMITTED)
		return MIGRATE_FINAL;
	if (!finish(cell, word, MIGRATE_ROLLED_BACK))
		return MIGRATE_CONTENDED;
	cell->head.deadline = 0;
	bpf_timer_cancel(&cell->timer);
	return MIGRATE_DONE;
}

/* The word before the clock: what is decided on it was so at the time, or the exchange fails. */
static __always_inline __u32 act(struct migrate_cell *cell, struct migrate_request *request)
{
	__u64 word = read_word(cell), now = bpf_ktime_get_boot_ns();

	request->before = word;
	request->now = now;
	request->jiffies = bpf_jiffies64();

	if (state_of(word) == MIGRATE_OPEN && is_late(cell, word, now)) {
		if (!finish(cell, word, MIGRATE_EXPIRED))
			return MIGRATE_CONTENDED;
		word = read_word(cell);
	}
	if (state_of(word) == MIGRATE_EXPIRED &&
	    (request->operation == MIGRATE_DO_COMMIT || request->operation == MIGRATE_DO_EXTEND ||
	     request->operation == MIGRATE_DO_SHARE))
		return MIGRATE_TOO_LATE;
	switch (request->operation) {
	case MIGRATE_DO_OPEN:
		return open_cell(cell, request, word, now);
	case MIGRATE_DO_COMMIT:
		return commit(cell, word);
	case MIGRATE_DO_EXTEND:
		return extend(cell, request, word, now);
	case MIGRATE_DO_SHARE:
		return set_share(cell, request, word);
	case MIGRATE_DO_ROLL_BACK:
		return roll_back(cell, word);
	case MIGRATE_DO_LOOK:
		return MIGRATE_DONE;
	}
	return MIGRATE_MALFORMED;
}

static __always_inline struct migrate_request *request_in(struct __sk_buff *ctx)
{
	void *data = (void *)(long)ctx->data, *end = (void *)(long)ctx->data_end;
	struct migrate_request *request = data + ETH_HLEN;

	return (void *)(request + 1) > end ? NULL : request;
}

SEC("tc")
int control(struct __sk_buff *ctx)
{
	struct migrate_request *packet = request_in(ctx), request;
	struct migrate_cell *cell = find_cell();

	if (!packet || !cell)
		return TC_ACT_SHOT;
	/* The stack's copy is aligned, the packet need not be. */
	__builtin_memcpy(&request, packet, sizeof(request));
	request.before = read_word(cell);
	request.answer = request.version == MIGRATE_REQUEST_VERSION ? act(cell, &request) :
								      MIGRATE_MALFORMED;
	request.after = read_word(cell);
	request.deadline = cell->head.deadline;
	packet = request_in(ctx);
	if (!packet)
		return TC_ACT_SHOT;
	__builtin_memcpy(packet, &request, sizeof(request));
	return request.answer == MIGRATE_DONE ? TC_ACT_OK : TC_ACT_SHOT;
}

SEC("tc")
int clock(struct __sk_buff *ctx)
{
	struct migrate_request *packet = request_in(ctx);

	if (!packet)
		return TC_ACT_SHOT;
	packet->now = bpf_ktime_get_boot_ns();
	packet->jiffies = bpf_jiffies64();
	return TC_ACT_OK;
}

char _license[] SEC("license") = "Dual BSD/GPL";
