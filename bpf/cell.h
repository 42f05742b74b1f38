/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * The cell of a run, and what the control program is asked; docs/cutover.md is the contract.
 * Plain layouts, fixed widths; included from C (BPF and user space).
 */
#ifndef MIGRATE_CELL_H
#define MIGRATE_CELL_H

/* The word: state, epoch, share, deadline, from the lowest bit on. */
#define MIGRATE_EPOCH_SHIFT 4
#define MIGRATE_SHARE_SHIFT 12
#define MIGRATE_DEADLINE_SHIFT 29

#define MIGRATE_STATE_MASK 0xf
#define MIGRATE_EPOCH_MASK 0xff
#define MIGRATE_SHARE_MASK 0x1ffff

#define MIGRATE_WHOLE_SHARE 65536
/* The deadline counts 16 jiffies as one: 35 bits of it last for seventeen years at 1,000 Hz. */
#define MIGRATE_JIFFIES_SHIFT 4

enum migrate_state {
	MIGRATE_LEGACY = 0,
	MIGRATE_OPEN = 1,
	MIGRATE_COMMITTED = 2,
	MIGRATE_EXPIRED = 3,
	MIGRATE_BREAKER = 4,
	MIGRATE_ROLLED_BACK = 5,
};

/* Bytes of the cell's value that user space reads; the kernel's timer follows them. */
struct migrate_cell_head {
	__u64 word;
	/* CLOCK_BOOTTIME of the initial time namespace, nanoseconds; 0: none */
	__u64 deadline;
	/* When the word changed last, likewise. */
	__u64 changed;
	/* Epoch of the word that the deadline above belongs to. */
	__u64 armed;
};

/* What follows the Ethernet header of the packet that the control program is run on, and comes back in it. */
#define MIGRATE_REQUEST_TYPE 0x88b5 /* EtherType for local experiments, IEEE 802 */
#define MIGRATE_REQUEST_VERSION 1

enum migrate_operation {
	MIGRATE_DO_OPEN = 1,
	MIGRATE_DO_COMMIT = 2,
	MIGRATE_DO_EXTEND = 3,
	MIGRATE_DO_ROLL_BACK = 4,
	MIGRATE_DO_LOOK = 5,
	MIGRATE_DO_SHARE = 6,
};

enum migrate_answer {
	MIGRATE_DONE = 0,
	MIGRATE_MALFORMED = 1,     /* no request of this version, or a value out of range */
	MIGRATE_NOT_LEGACY = 2,    /* open: the cell was opened before */
	MIGRATE_NOT_OPEN = 3,      /* commit, extend, share: another state */
	MIGRATE_TOO_LATE = 4,      /* commit, extend, share: the deadline has passed */
	MIGRATE_PARTIAL = 5,       /* commit: a share of the flows still takes the legacy programs */
	MIGRATE_NO_TIMER = 6,      /* open, extend: the kernel would not arm the timer */
	MIGRATE_CONTENDED = 7,     /* the word kept changing; ask again */
	MIGRATE_FINAL = 8,         /* roll back: expired, breaker or rolled back before */
};

struct migrate_request {
	/* asked */
	__u32 version;
	__u32 operation;
	__u64 duration; /* open: until the deadline; extend: how much later it shall be; nanoseconds */
	__u64 tick;     /* nanoseconds of a jiffy; user space knows them from clock_getres */
	__u32 share;    /* open, share: of MIGRATE_WHOLE_SHARE */
	/* answered */
	__u32 answer;
	__u64 before; /* the word */
	__u64 after;
	__u64 now;      /* CLOCK_BOOTTIME of the initial time namespace, nanoseconds */
	__u64 deadline; /* likewise; 0: none */
	__u64 jiffies;
};

#endif
