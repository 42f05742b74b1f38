// Programs of a few instructions that tell what this kernel takes from tc; loaded and run, never attached.
#pragma once
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <linux/bpf.h>

/// One instruction. Why: the kernel's own macros (include/linux/filter.h) are in no uapi header.
static inline struct bpf_insn migrate_insn(__u8 code, __u8 to, __u8 from, __s16 offset, __s32 immediate)
{
	return (struct bpf_insn){ .code = code, .dst_reg = to, .src_reg = from, .off = offset, .imm = immediate };
}

static inline int migrate_load_probe(const char *_Nonnull name, const struct bpf_insn *_Nonnull instructions,
				     size_t count)
{
	return bpf_prog_load(BPF_PROG_TYPE_SCHED_CLS, name, "GPL", instructions, count, NULL);
}

/// `return bpf_redirect_peer(1, 0)`: a descriptor, or -errno. Run, it answers TC_ACT_REDIRECT (7) and sends nothing.
/// Why: a helper that a kernel lacks is refused by its verifier, and by nothing before.
static inline int migrate_load_peer_probe(void)
{
	struct bpf_insn code[] = {
		migrate_insn(BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_1, 0, 0, 1),
		migrate_insn(BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_2, 0, 0, 0),
		migrate_insn(BPF_JMP | BPF_CALL, 0, 0, 0, BPF_FUNC_redirect_peer),
		migrate_insn(BPF_JMP | BPF_EXIT, 0, 0, 0, 0),
	};

	return migrate_load_probe("probe_peer", code, sizeof(code) / sizeof(code[0]));
}

/// Looks for interface 1 in an empty BPF_MAP_TYPE_DEVMAP_HASH of its own and returns 0 when it is not there, else 1:
/// a descriptor, or -errno.
/// Why: kernels before 5.4 have no such map, and which programs may look into it is the verifier's word.
static inline int migrate_load_device_set_probe(void)
{
	int map = bpf_map_create(BPF_MAP_TYPE_DEVMAP_HASH, "probe_devices", 4, 4, 1, NULL);
	struct bpf_insn code[] = {
		migrate_insn(BPF_ST | BPF_MEM | BPF_W, BPF_REG_10, 0, -4, 1),
		migrate_insn(BPF_ALU64 | BPF_MOV | BPF_X, BPF_REG_2, BPF_REG_10, 0, 0),
		migrate_insn(BPF_ALU64 | BPF_ADD | BPF_K, BPF_REG_2, 0, 0, -4),
		migrate_insn(BPF_LD | BPF_DW | BPF_IMM, BPF_REG_1, BPF_PSEUDO_MAP_FD, 0, map),
		migrate_insn(0, 0, 0, 0, 0),
		migrate_insn(BPF_JMP | BPF_CALL, 0, 0, 0, BPF_FUNC_map_lookup_elem),
		migrate_insn(BPF_JMP | BPF_JEQ | BPF_K, BPF_REG_0, 0, 1, 0),
		migrate_insn(BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_0, 0, 0, 1),
		migrate_insn(BPF_JMP | BPF_EXIT, 0, 0, 0, 0),
	};
	int program;

	if (map < 0)
		return map;
	program = migrate_load_probe("probe_devices", code, sizeof(code) / sizeof(code[0]));
	close(map);
	return program;
}

/// A ring buffer of one page: a descriptor, or -errno.
/// Why: kernels before 5.8 have no such map (BPF_MAP_TYPE_RINGBUF).
static inline int migrate_make_ring_buffer_probe(void)
{
	return bpf_map_create(BPF_MAP_TYPE_RINGBUF, "probe_ring", 0, 0, (__u32)sysconf(_SC_PAGESIZE), NULL);
}
