// Which programs are attached at tcx or netkit, as the kernel tells. Reading only: what changes a list is in CAttach.
#pragma once

#include <stdint.h>

/// BPF_TCX_INGRESS and BPF_TCX_EGRESS (enum bpf_attach_type, include/uapi/linux/bpf.h of Linux 6.6).
/// Why: Debian 12's headers are of 6.1.
#define MIGRATE_TCX_INGRESS 46
#define MIGRATE_TCX_EGRESS 47

/// BPF_PROG_QUERY of one interface of the calling thread's network namespace and one attach type of tcx or netkit, in the
/// order in which the programs run (bpf_mprog_query, kernel/bpf/mprog.c). Needs CAP_NET_ADMIN.
///
/// On entry `count` is the room in both arrays, on return the number of programs attached; -ENOSPC when they did not
/// fit. A link id of 0 is a program attached without a link. `revision` counts the changes of the list.
/// -EINVAL: this kernel has no tcx, or no netkit; -ENODEV: no such interface; -ENXIO: it is no netkit device; -EACCES: it is
/// one's peer, whose lists belong to the primary device.
/// Why: libbpf 1.1 knows neither link ids nor revisions.
int migrate_program_list(uint32_t ifindex, uint32_t attach_type, uint32_t *_Nonnull program_ids,
		      uint32_t *_Nonnull link_ids, uint32_t *_Nonnull count, uint64_t *_Nonnull revision);
