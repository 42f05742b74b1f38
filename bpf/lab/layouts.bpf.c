/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * Maps of every layout that the tests of the BTF decoder read; no programs. What
 * clang writes for them is what deployments have, not what a test would make up.
 */
#include <stdbool.h>
#include <linux/types.h>
#include <linux/bpf.h>
#include <linux/in6.h>
#include <bpf/bpf_helpers.h>

union layouts_mac {
	struct {
		__u32 p1;
		__u16 p2;
	};
	__u8 addr[6];
};

enum layouts_verdict {
	LAYOUTS_PASS = 0,
	LAYOUTS_DROP = 2,
	LAYOUTS_LOST = -1,
};

struct layouts_endpoint {
	__u32 ifindex;
	union layouts_mac mac;
	__u16 zone : 3, port : 13;
};

struct layouts_value {
	__be32 address;
	struct layouts_endpoint endpoint;
	const volatile __s16 balance;
	bool enrolled;
	/* one byte of padding */
	enum layouts_verdict verdict;
	char name[8];
	__u32 table[2][3];
	struct {
		__u16 low;
		__u8 high;
	} pairs[2];
	/* four bytes of padding */
	__u64 seen;
	union {
		__u64 whole;
		__u32 half;
	};
};

struct layouts_key6 {
	__u8 family;
	__u8 pad[3];
	struct in6_addr address;
};

struct layouts_prefix {
	__u32 prefixlen;
	__be32 address;
};

/* Twelve bytes: a per-CPU map keeps sixteen of them for each processor. */
struct layouts_counts {
	__u32 packets[3];
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16);
	__type(key, struct layouts_key6);
	__type(value, struct layouts_value);
} lay_nested SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(max_entries, 16);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, struct layouts_prefix);
	__type(value, __u32);
} lay_prefixes SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 16);
	__type(key, __be32);
	__type(value, struct layouts_endpoint);
} lay_recent SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_HASH);
	__uint(max_entries, 16);
	__type(key, __u32);
	__type(value, struct layouts_counts);
} lay_counts SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16);
	__uint(key_size, 4);
	__uint(value_size, 12);
} lay_untyped SEC(".maps");

char _license[] SEC("license") = "Dual BSD/GPL";
