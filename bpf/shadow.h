/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * What the shadow is told and what it counts; docs/shadow.md says what it means. Plain layouts,
 * fixed widths; included from C (BPF and user space).
 */
#ifndef MIGRATE_SHADOW_H
#define MIGRATE_SHADOW_H

#include "fib_redirect.h"

#define MIGRATE_SHADOW_DESTINATIONS 16384 /* destinations that are counted apart, at most */
#define MIGRATE_SHADOW_FRAME 128          /* bytes of a packet that are shown */
#define MIGRATE_SHADOW_FIRST 2            /* packets shown of a difference, for each processor */
#define MIGRATE_SHADOW_RING (256 * 1024)  /* bytes of packets that wait to be read */

/* A legacy map: how its keys are spelt, and where its values have what a redirect needs. */
struct migrate_legacy_map {
	struct migrate_key key; /* size 0: the legacy program has no map of this family */
	__u32 ifindex_offset;
	__u32 ifindex_width; /* 2 or 4, host order */
	__u32 mac_offset;    /* of the destination MAC */
};

struct migrate_shadow_config {
	struct migrate_config replacement;
	struct migrate_legacy_map map4;
	struct migrate_legacy_map map6;
};

/* What was found of a packet; also the counters' index. */
enum migrate_comparison {
	MIGRATE_AGREED = 0,         /* both redirect, to the same device and MAC */
	MIGRATE_UNRESOLVED = 1,     /* both, to the same device; the kernel would have to resolve the MAC */
	MIGRATE_DEVICE_DIFFERS = 2, /* both, to different devices */
	MIGRATE_MAC_DIFFERS = 3,    /* both, to the same device, with different MACs */
	MIGRATE_FIB_MISSES = 4,     /* the map redirects, the replacement would not */
	MIGRATE_MAP_MISSES = 5,     /* the map does not redirect, the replacement would */
	MIGRATE_COMPARISONS = 6,    /* those above are counted for each destination */
	MIGRATE_BOTH_MISS = 6,      /* neither redirects */
	MIGRATE_INELIGIBLE = 7,     /* not the contract's: neither program looks at it */
	MIGRATE_UNTABLED = 8,       /* of those above, to destinations for which there was no room */
	MIGRATE_UNSHOWN = 9,        /* packets that were to be shown, and for which there was no room */
	MIGRATE_SHADOW_COUNTERS = 10,
};

struct migrate_destination {
	__u8 address[16]; /* network order; IPv4 in the first four bytes */
	__u32 family;     /* MIGRATE_FAMILY_* */
};

/* What both say of one packet. 36 bytes. */
struct migrate_views {
	__u32 comparison;  /* enum migrate_comparison */
	__u32 input;       /* interface that it came in by */
	__u32 map_ifindex; /* what the map's entry says */
	__u32 fib_ifindex; /* the FIB's device, 0 when it named none */
	__s32 fib;         /* BPF_FIB_LKUP_RET_*, -errno, MIGRATE_NOT_ASKED */
	__u32 outcome;     /* enum migrate_outcome: what the replacement would do */
	__u8 map_mac[6];
	__u8 fib_mac[6]; /* the neighbor's; zero: not resolved, or not asked for */
};

/* A destination's counts, for each processor. 88 bytes. */
struct migrate_destination_row {
	__u64 packets[MIGRATE_COMPARISONS];
	struct migrate_views differing; /* of the last packet of which they differed */
	__u32 pad;
};

/* A packet of which they differ, and its beginning. 192 bytes. */
struct migrate_shown_packet {
	__u32 length; /* of the whole packet, with its link-layer header */
	__u32 shown;  /* bytes of it below */
	struct migrate_destination destination;
	struct migrate_views views;
	__u8 bytes[MIGRATE_SHADOW_FRAME];
};

#endif
