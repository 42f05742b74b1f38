/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * What user space and the BPF programs agree on. Plain layouts, fixed widths,
 * no padding that is not named; included from C (BPF and user space).
 */
#ifndef MIGRATE_FIB_REDIRECT_H
#define MIGRATE_FIB_REDIRECT_H

#define MIGRATE_DENY_MAX 256 /* interfaces that may be listed as not eligible */
#define MIGRATE_KEY_MAX 64   /* longest key of a legacy map, bytes */
#define MIGRATE_CPUS_MAX 8192 /* processors that the breaker asks at most */

/* struct migrate_config.families */
#define MIGRATE_FAMILY_IPV4 1
#define MIGRATE_FAMILY_IPV6 2

/* struct migrate_config.l4 */
#define MIGRATE_L4_TCP 1
#define MIGRATE_L4_UDP 2
#define MIGRATE_L4_ANY 4

/* struct migrate_config.egress */
#define MIGRATE_EGRESS_NEIGH 0
#define MIGRATE_EGRESS_MAC 1
#define MIGRATE_EGRESS_PEER 2

/* struct migrate_config.on_failure: a member that the FIB cannot place */
#define MIGRATE_FAILURE_PASS 0
#define MIGRATE_FAILURE_DROP 1

/* struct migrate_config.on_miss: what everything that is not redirected returns */
#define MIGRATE_MISS_OK 0   /* TC_ACT_OK: on to the stack */
#define MIGRATE_MISS_NEXT 1 /* TC_ACT_UNSPEC: the next filter or tcx program decides */

#define MIGRATE_CB_NONE 0xffffffffu

/* How an address sits in the key of a legacy map; everything else of the key is 0. */
struct migrate_key {
	__u32 size;   /* 0: the family has no map, and no members */
	__u32 offset; /* of the address, bytes */
	__u32 host_order; /* 1: an IPv4 address stored as a host-order u32 */
	__u32 prefix_length; /* LPM trie: bits, written to the first word; else 0 */
	__u32 ifindex_offset; /* of the interface in the value, bytes */
	__u32 ifindex_width;  /* 2 or 4, this machine's byte order; 0: not known */
};

/* When a switch takes the run back by itself. */
struct migrate_breaker {
	__u32 limit;   /* share of failures that is too much, of 65,536; 0: never */
	__u32 minimum; /* failures without which nothing is concluded */
	__u32 cpus;    /* processors that may count; at most MIGRATE_CPUS_MAX */
};

/*
 * The legacy program's contract and the plan's choices; lives in .rodata, so
 * that the verifier removes what is not used.
 */
struct migrate_config {
	__u32 families;
	__u32 l4;
	__u32 egress;
	__u32 on_failure;
	__u32 on_miss;
	__u32 cb_index; /* 0..4, or MIGRATE_CB_NONE */
	__u32 cb_value;
	__u32 set_mark; /* 0 or 1 */
	__u32 mark;
	__u32 fib_flags;  /* BPF_FIB_LOOKUP_*; SKIP_NEIGH where the kernel has it */
	__u32 read_device; /* 1: the kernel has the kfuncs; compare link types */
	__u32 deny_count;
	__u32 deny[MIGRATE_DENY_MAX]; /* ifindexes never redirected to */
	/* egress mac: MIGRATE_FAMILY_* whose source MAC the legacy program rewrites, too */
	__u32 rewrite_source;
	/* legacy-keys; and what a switch may call a failure */
	struct migrate_key key4;
	struct migrate_key key6;
	struct migrate_breaker breaker;
};

/* Where a packet's way through the program ended; also the counters' index. */
enum migrate_outcome {
	MIGRATE_REDIRECTED = 0,
	MIGRATE_NOT_ELIGIBLE = 1,   /* family, protocol or too short: returned to the stack */
	MIGRATE_NOT_UNICAST = 2,    /* multicast, broadcast, unspecified, loopback, IPv6 link-local */
	MIGRATE_NOT_MEMBER = 3,     /* legacy-keys: no key; enrolled: the device is not in the set */
	MIGRATE_FIB_MISS = 4,       /* the FIB has no usable answer; see fib */
	MIGRATE_GATEWAY = 5,        /* next hop is not the destination itself */
	MIGRATE_SAME_DEVICE = 6,    /* would leave where it came in */
	MIGRATE_DEVICE_DENIED = 7,  /* on the deny list */
	MIGRATE_DEVICE_UNFIT = 8,   /* not of the input device's link type, or another device's port */
	MIGRATE_ERROR = 9,          /* a helper failed after the decision was to redirect */
	MIGRATE_DROPPED = 10,       /* of the misses above: member, and on_failure says drop */
	/* of a switch; not among the outcomes above, which count what the replacement did */
	MIGRATE_TO_LEGACY = 11,     /* handed to the legacy program */
	MIGRATE_FELL_FORWARD = 12,  /* should have been, and could not: the replacement took it */
	/* of an open run; these also */
	MIGRATE_LEGACY_SHARE = 13,  /* of MIGRATE_TO_LEGACY: its flow is not in the share */
	MIGRATE_LEGACY_MISS = 14,   /* of those: the destination is no key of the legacy map */
	MIGRATE_LEGACY_FAILED = 15, /* of those: planned, a key, and the device it names is gone */
	MIGRATE_FAILED = 16,        /* of the replacement's misses: planned, and still a key; and two below */
	MIGRATE_MISDIRECTED = 17,   /* of REDIRECTED: planned, still a key, and to a wrong device; failed */
	MIGRATE_WIDENED = 18,       /* of REDIRECTED: neither planned nor a key */
	MIGRATE_OUTSIDER = 19,      /* of those: enrolled, and the plan knows of nothing behind that device; failed */
	MIGRATE_OUTCOMES = 24,
};

/* What fib and neighbor of a query say when that lookup was not made (-ENODATA). */
#define MIGRATE_NOT_ASKED (-61)

/* One question to fib_probe, and its answer. 104 bytes. */
struct migrate_query {
	/* asked */
	__u8 src[16]; /* network order; IPv4 in the first four bytes */
	__u8 dst[16];
	__u32 family; /* MIGRATE_FAMILY_* */
	__u32 l4_protocol;
	__u16 sport; /* host order */
	__u16 dport;
	/* answered */
	__s32 fib;       /* BPF_FIB_LKUP_RET_* with the replacement's flags, -errno, NOT_ASKED */
	__u32 outcome;   /* enum migrate_outcome: what the replacement would do */
	__u32 ifindex;   /* FIB's output device, 0 when none */
	__u8 next_hop[16];
	__u32 next_hop_family; /* MIGRATE_FAMILY_* */
	__s32 neighbor;  /* BPF_FIB_LKUP_RET_* of the lookup that reads the neighbor, likewise */
	__u8 dmac[6];    /* neighbor's, when neighbor is 0 */
	__u8 smac[6];
	__u32 route_mtu; /* bytes, as the lookup gave it; 0 when it did not */
	__u32 pad[2];
};

#define MIGRATE_PROBE_CAPACITY 4096 /* queries a probe's map holds */

#endif
