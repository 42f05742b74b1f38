// The calls that exchange an attached program. Only Loader may depend on this target: that, and not a promise, keeps
// them from the rooms that look. They return 0, or -errno, so that no other call can overwrite the cause.
#pragma once

#include <stdint.h>

/// Puts `program` in the place of `expected` behind the link `link` (BPF_LINK_UPDATE with BPF_F_REPLACE).
///
/// One step, under the kernel's lock: -EPERM when the link holds another program than `expected`, -ENOLINK when its
/// interface is gone, -ENOENT when it was detached, -EEXIST when `program` is attached at that place already
/// (tcx_link_update, kernel/bpf/tcx.c).
/// Why: not bpf_link_update(), which is in reach of every target that reads through libbpf.
int migrate_link_exchange(int link, int program, int expected);

/// Puts `program` in the place of `expected`, which is attached at tcx without a link (BPF_PROG_ATTACH with
/// BPF_F_REPLACE), on an interface of the calling thread's network namespace.
///
/// -ESTALE when the list is not of `revision` any more, -ENOENT when `expected` is not in it, -EBUSY when a link
/// holds it, -EEXIST when `program` is in it already (bpf_mprog_attach, kernel/bpf/mprog.c).
/// Why: libbpf 1.1 has no expected revision.
int migrate_tcx_exchange(uint32_t ifindex, uint32_t attach_type, int program, int expected, uint64_t revision);

/// Attaches `program` at tcx by a link that nobody pins, and that goes with its last descriptor (BPF_LINK_CREATE), on an
/// interface of the calling thread's network namespace. Returns the link's descriptor, or -errno.
///
/// In front of the link `link`, or of the program `before` that is attached without one; both 0: behind all that is there.
/// -ENOENT when what it is to stand in front of is not in the list, -ERANGE when the list is full, -ENODEV when the interface
/// is gone, -EINVAL where the kernel has no tcx (tcx_link_attach, kernel/bpf/tcx.c; bpf_mprog_attach, kernel/bpf/mprog.c).
/// Why: libbpf 1.1 has no tcx links, and bpf_link_create() is in reach of every target that reads through libbpf.
int migrate_tcx_link(uint32_t ifindex, uint32_t attach_type, int program, uint32_t link, uint32_t before);
