// Programs of a few instructions that tell whether this kernel has what a switch and its cell need; loaded and run, never
// attached. Each returns a descriptor, or -errno.
#pragma once
#include <bpf/bpf.h>
#include <linux/bpf.h>
#include <linux/btf.h>

#include "probe.h"

enum {
	MIGRATE_TCX_INGRESS = 46, // BPF_TCX_INGRESS, 6.6 (include/uapi/linux/bpf.h)
	MIGRATE_TCX_EGRESS = 47,  // BPF_TCX_EGRESS, 6.6
};

/// A tc program that tail-calls entry 0 of `slots`, and returns 1 where it cannot. It is the first that refers to the map,
/// which from then on takes only programs like it (`bpf_prog_map_compatible`, kernel/bpf/core.c).
static inline int migrate_load_tail_call(int slots, __u32 attach_type)
{
	struct bpf_insn code[] = {
		migrate_insn(BPF_LD | BPF_DW | BPF_IMM, BPF_REG_2, BPF_PSEUDO_MAP_FD, 0, slots),
		migrate_insn(0, 0, 0, 0, 0),
		migrate_insn(BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_3, 0, 0, 0),
		migrate_insn(BPF_JMP | BPF_CALL, 0, 0, 0, BPF_FUNC_tail_call),
		migrate_insn(BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_0, 0, 0, 1),
		migrate_insn(BPF_JMP | BPF_EXIT, 0, 0, 0, 0),
	};
	LIBBPF_OPTS(bpf_prog_load_opts, options,
		    .expected_attach_type = (enum bpf_attach_type)attach_type);

	return bpf_prog_load(BPF_PROG_TYPE_SCHED_CLS, "probe_tail_call", "GPL", code,
			     sizeof(code) / sizeof(code[0]), &options);
}

/// `return 5`: what a probe calls.
static inline int migrate_load_callee_probe(void)
{
	struct bpf_insn code[] = {
		migrate_insn(BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_0, 0, 0, 5),
		migrate_insn(BPF_JMP | BPF_EXIT, 0, 0, 0, 0),
	};

	return migrate_load_probe("probe_callee", code, sizeof(code) / sizeof(code[0]));
}

/// Returns 0 when `bpf_jiffies64` has counted any, else 1.
/// Why: kernels before 5.6 have no such helper (BPF_FUNC_jiffies64).
static inline int migrate_load_jiffies_probe(void)
{
	struct bpf_insn code[] = {
		migrate_insn(BPF_JMP | BPF_CALL, 0, 0, 0, BPF_FUNC_jiffies64),
		migrate_insn(BPF_ALU64 | BPF_MOV | BPF_X, BPF_REG_1, BPF_REG_0, 0, 0),
		migrate_insn(BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_0, 0, 0, 1),
		migrate_insn(BPF_JMP | BPF_JEQ | BPF_K, BPF_REG_1, 0, 1, 0),
		migrate_insn(BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_0, 0, 0, 0),
		migrate_insn(BPF_JMP | BPF_EXIT, 0, 0, 0, 0),
	};

	return migrate_load_probe("probe_jiffies", code, sizeof(code) / sizeof(code[0]));
}

/// Exchanges 5 by 7 in a 64-bit word of its stack, by one compare-and-swap, and returns the word.
/// Why: BPF_CMPXCHG is an instruction of 5.12, and of later kernels on some machines.
static inline int migrate_load_swap_probe(void)
{
	struct bpf_insn code[] = {
		migrate_insn(BPF_ST | BPF_MEM | BPF_DW, BPF_REG_10, 0, -8, 5),
		migrate_insn(BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_0, 0, 0, 5),
		migrate_insn(BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_1, 0, 0, 7),
		migrate_insn(BPF_STX | BPF_ATOMIC | BPF_DW, BPF_REG_10, BPF_REG_1, -8, BPF_CMPXCHG),
		migrate_insn(BPF_LDX | BPF_MEM | BPF_DW, BPF_REG_0, BPF_REG_10, -8, 0),
		migrate_insn(BPF_JMP | BPF_EXIT, 0, 0, 0, 0),
	};

	return migrate_load_probe("probe_swap", code, sizeof(code) / sizeof(code[0]));
}

/// An array map whose one value is a `struct bpf_timer`, which the kernel knows by BTF: by its name and size.
static inline int migrate_make_timer_map(void)
{
	static const struct {
		struct btf_header header;
		struct btf_type key;
		__u32 key_bits;
		struct btf_type timer;
		struct btf_type value;
		struct btf_member member;
		char strings[16];
	} types = {
		.header = { .magic = BTF_MAGIC, .version = BTF_VERSION, .hdr_len = sizeof(struct btf_header),
			    .type_len = 3 * sizeof(struct btf_type) + sizeof(__u32) +
					sizeof(struct btf_member),
			    .str_off = 3 * sizeof(struct btf_type) + sizeof(__u32) +
				       sizeof(struct btf_member),
			    .str_len = 16 },
		.key = { .name_off = 1, .info = BTF_KIND_INT << 24, .size = 4 },
		.key_bits = 32,
		.timer = { .name_off = 5, .info = BTF_KIND_STRUCT << 24, .size = 16 },
		.value = { .info = BTF_KIND_STRUCT << 24 | 1, .size = 16 },
		.member = { .name_off = 0, .type = 2, .offset = 0 },
		.strings = "\0u32\0bpf_timer",
	};
	int btf = bpf_btf_load(&types, sizeof(types), NULL), map;

	if (btf < 0)
		return btf;
	LIBBPF_OPTS(bpf_map_create_opts, options, .btf_fd = (__u32)btf, .btf_key_type_id = 1,
		    .btf_value_type_id = 3);
	map = bpf_map_create(BPF_MAP_TYPE_ARRAY, "probe_timer", 4, 16, 1, &options);
	close(btf);
	return map;
}

/// Makes the timer in the one value of `map` ready, on CLOCK_BOOTTIME, and returns what `bpf_timer_init` does: 0. The timer
/// is never started.
/// Why: kernels before 5.15 have no timers.
static inline int migrate_load_timer_probe(int map)
{
	struct bpf_insn code[] = {
		migrate_insn(BPF_ST | BPF_MEM | BPF_W, BPF_REG_10, 0, -4, 0),
		migrate_insn(BPF_ALU64 | BPF_MOV | BPF_X, BPF_REG_2, BPF_REG_10, 0, 0),
		migrate_insn(BPF_ALU64 | BPF_ADD | BPF_K, BPF_REG_2, 0, 0, -4),
		migrate_insn(BPF_LD | BPF_DW | BPF_IMM, BPF_REG_1, BPF_PSEUDO_MAP_FD, 0, map),
		migrate_insn(0, 0, 0, 0, 0),
		migrate_insn(BPF_JMP | BPF_CALL, 0, 0, 0, BPF_FUNC_map_lookup_elem),
		migrate_insn(BPF_JMP | BPF_JNE | BPF_K, BPF_REG_0, 0, 2, 0),
		migrate_insn(BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_0, 0, 0, 1),
		migrate_insn(BPF_JMP | BPF_EXIT, 0, 0, 0, 0),
		migrate_insn(BPF_ALU64 | BPF_MOV | BPF_X, BPF_REG_1, BPF_REG_0, 0, 0),
		migrate_insn(BPF_LD | BPF_DW | BPF_IMM, BPF_REG_2, BPF_PSEUDO_MAP_FD, 0, map),
		migrate_insn(0, 0, 0, 0, 0),
		migrate_insn(BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_3, 0, 0, 7), // CLOCK_BOOTTIME
		migrate_insn(BPF_JMP | BPF_CALL, 0, 0, 0, BPF_FUNC_timer_init),
		migrate_insn(BPF_JMP | BPF_EXIT, 0, 0, 0, 0),
	};

	return migrate_load_probe("probe_timer", code, sizeof(code) / sizeof(code[0]));
}
