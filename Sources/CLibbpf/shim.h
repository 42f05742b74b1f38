#pragma once
#include <errno.h>
#include <string.h>

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
/* mallopt() is not in the module of the C library. */
#include <malloc.h>
#include <linux/bpf.h>

#include "links.h"
#include "probe.h"
#include "cut_probe.h"
#include "packets.h"

// libbpf refuses (EINVAL) an options structure with a byte set behind its last field, the padding at its
// end included. Swift does not keep padding at zero, in optimised builds least of all, so every call with
// such a structure is made here, where LIBBPF_OPTS clears all of it. They return what libbpf returns.

/// The map with this id, read-only.
static inline int migrate_map_by_id_read_only(__u32 id)
{
	LIBBPF_OPTS(bpf_get_fd_by_id_opts, options, .open_flags = BPF_F_RDONLY);

	return bpf_map_get_fd_by_id_opts(id, &options);
}

/// What is pinned at `path`, read-only.
static inline int migrate_pin_read_only(const char *_Nonnull path)
{
	LIBBPF_OPTS(bpf_obj_get_opts, options, .file_flags = BPF_F_RDONLY);

	return bpf_obj_get_opts(path, &options);
}

/// What the kernel says of a map.
static inline int migrate_map_info(int map, struct bpf_map_info *_Nonnull info)
{
	__u32 size = sizeof(*info);

	memset(info, 0, sizeof(*info));
	return bpf_obj_get_info_by_fd(map, info, &size);
}

/// What the kernel says of a BTF object, and up to `size` bytes of it; `info->btf_size` is then its whole size.
static inline int migrate_btf_info(int btf, struct bpf_btf_info *_Nonnull info, void *_Nullable bytes,
				   __u32 size)
{
	__u32 length = sizeof(*info);

	memset(info, 0, sizeof(*info));
	info->btf = (__u64)(unsigned long)bytes;
	info->btf_size = size;
	return bpf_obj_get_info_by_fd(btf, info, &length);
}

/// What the kernel says of a program, and the ids of up to `room` maps that it uses.
static inline int migrate_program_info(int program, struct bpf_prog_info *_Nonnull info,
				       __u32 *_Nullable maps, __u32 room)
{
	__u32 size = sizeof(*info);

	memset(info, 0, sizeof(*info));
	info->nr_map_ids = room;
	info->map_ids = (__u64)(unsigned long)maps;
	return bpf_obj_get_info_by_fd(program, info, &size);
}

/// The instructions of a program after the verifier's rewriting; *length is the room in bytes, then what there is.
static inline int migrate_program_instructions(int program, __u64 *_Nullable room, __u32 *_Nonnull length)
{
	struct bpf_prog_info info;
	__u32 size = sizeof(info);
	int result;

	memset(&info, 0, sizeof(info));
	info.xlated_prog_len = *length;
	info.xlated_prog_insns = (__u64)(unsigned long)room;
	result = bpf_obj_get_info_by_fd(program, &info, &size);
	*length = info.xlated_prog_len;
	return result;
}

/// What a tc program under test gets to see, and leaves behind.
struct migrate_test_context {
	__u32 ifindex;
	__u32 mark;
	__u32 cb[5];
};

/// BPF_PROG_TEST_RUN of a tc program. `size_out` is the room for the packet on entry and its length on return.
/// The kernel refuses (EINVAL) a context with anything set that it does not take, so that is cleared here, too.
static inline int migrate_test_run(int program, const void *_Nonnull packet, __u32 size,
				   void *_Nonnull packet_out, __u32 *_Nonnull size_out,
				   struct migrate_test_context *_Nonnull context, int repeat,
				   __u32 *_Nonnull verdict, __u32 *_Nonnull duration)
{
	struct __sk_buff in, out;

	memset(&in, 0, sizeof(in));
	memset(&out, 0, sizeof(out));
	in.ifindex = context->ifindex;
	in.mark = context->mark;
	memcpy(in.cb, context->cb, sizeof(in.cb));
	LIBBPF_OPTS(bpf_test_run_opts, options, .data_in = packet, .data_size_in = size,
		    .data_out = packet_out, .data_size_out = *size_out, .ctx_in = &in,
		    .ctx_size_in = sizeof(in), .ctx_out = &out, .ctx_size_out = sizeof(out),
		    .repeat = repeat);
	int result = bpf_prog_test_run_opts(program, &options);

	*size_out = options.data_size_out;
	*verdict = options.retval;
	*duration = options.duration;
	context->mark = out.mark;
	memcpy(context->cb, out.cb, sizeof(out.cb));
	return result;
}

/// clsact on `ifindex`, unless it is said to be there or turns out to be, and `program` in it at that place: every
/// protocol, direct action.
static inline int migrate_attach_clsact(int ifindex, enum bpf_tc_attach_point point, int program,
					__u32 priority, __u32 handle, int has_qdisc)
{
	LIBBPF_OPTS(bpf_tc_hook, hook, .ifindex = ifindex, .attach_point = point);
	LIBBPF_OPTS(bpf_tc_opts, options, .prog_fd = program, .handle = handle,
		    .priority = priority);
	int result = has_qdisc ? 0 : bpf_tc_hook_create(&hook);

	return result && result != -EEXIST ? result : bpf_tc_attach(&hook, &options);
}

/// Another program in a place that migrate_attach_clsact() filled: the same filter, replaced in place.
static inline int migrate_replace_clsact(int ifindex, enum bpf_tc_attach_point point, int program,
					 __u32 priority, __u32 handle)
{
	LIBBPF_OPTS(bpf_tc_hook, hook, .ifindex = ifindex, .attach_point = point);
	LIBBPF_OPTS(bpf_tc_opts, options, .prog_fd = program, .handle = handle,
		    .priority = priority, .flags = BPF_TC_F_REPLACE);

	return bpf_tc_attach(&hook, &options);
}
