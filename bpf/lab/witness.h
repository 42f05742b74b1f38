/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * What the ledger's traffic and its witness in the pods agree on. Numbers are in this
 * machine's byte order: a packet never leaves it.
 */
#ifndef MIGRATE_LAB_WITNESS_H
#define MIGRATE_LAB_WITNESS_H

#include <linux/types.h>

#define WITNESS_UDP_PORT 7300 /* of the receiver */
#define WITNESS_TCP_PORT 7301 /* of the receiver, too; of either end in a packet */
#define WITNESS_TTL 64        /* of the pods' packets, unless a stack forwards them */

/* What every datagram begins with. */
struct witness_number {
	__u32 magic;
	__u32 flow;
	__u64 sequence; /* dense, from 0 */
};

#define WITNESS_MAGIC 0x6c656467u

/* Who delivered a packet: bits, of which each packet has room for four. */
#define WITNESS_LEGACY 1
#define WITNESS_REPLACEMENT 2
#define WITNESS_STACK 4   /* its TTL says that a stack forwarded it */
#define WITNESS_UNKNOWN 8 /* its source MAC is nobody's */

#define WITNESS_LANES 16 /* packets of a word */
#define WITNESS_WORDS 8
#define WITNESS_ROW (WITNESS_LANES * WITNESS_WORDS) /* packets of a row */

/* A row of the table, with the packets' four bits, lowest number lowest. */
struct witness_row {
	__u64 word[WITNESS_WORDS];
};

struct witness_config {
	__u16 legacy[3]; /* source MACs, as they lie in a frame */
	__u16 kernel[3];
	__u32 rows; /* of each flow */
};

enum witness_class {
	WITNESS_UDP,
	WITNESS_TCP,
	WITNESS_OTHER, /* ARP, neighbor discovery */
	WITNESS_CLASSES,
};

/* Where a frame was seen: leaving a pod, or arriving in one, by whom. */
enum witness_place {
	WITNESS_SENT,
	WITNESS_BY_LEGACY,
	WITNESS_BY_REPLACEMENT,
	WITNESS_BY_STACK,
	WITNESS_BY_UNKNOWN,
	WITNESS_AGAIN,    /* of those that arrived: numbered, and delivered by the same before */
	WITNESS_UNTABLED, /* of those that arrived: its number is beyond the table */
	WITNESS_PLACES,
};

/* Counters: frames by place and class, then the packets that are in them. */
#define WITNESS_FRAMES(place, class) ((place) * WITNESS_CLASSES + (class))
#define WITNESS_COUNTERS (2 * WITNESS_PLACES * WITNESS_CLASSES)

#endif
