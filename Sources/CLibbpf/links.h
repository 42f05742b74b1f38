// BPF links and programs at places that Debian 12's headers (6.1) do not know yet.
// Layouts and numbers are those of include/uapi/linux/bpf.h in the kernel version that each line names.
#pragma once
#include <errno.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <bpf/bpf.h>
#include <linux/bpf.h>

enum {
	MIGRATE_LINK_XDP = 6,	     // BPF_LINK_TYPE_XDP, 5.9
	MIGRATE_LINK_NETFILTER = 10, // BPF_LINK_TYPE_NETFILTER, 6.4
	MIGRATE_LINK_TCX = 11,	     // BPF_LINK_TYPE_TCX, 6.6
	MIGRATE_LINK_NETKIT = 13,    // BPF_LINK_TYPE_NETKIT, 6.7

	MIGRATE_NETKIT_PRIMARY = 54, // BPF_NETKIT_PRIMARY, 6.7
	MIGRATE_NETKIT_PEER = 55,    // BPF_NETKIT_PEER, 6.7
};

/// The part of struct bpf_link_info that is read here (6.7). An older kernel fills what it knows; the rest stays 0.
struct migrate_link_info {
	__u32 type;
	__u32 id;
	__u32 prog_id;
	__u32 : 32;
	union {
		struct {
			__u32 ifindex; // in its device's own namespace; 0 once the device is gone
		} xdp;
		struct {
			__u32 pf;
			__u32 hooknum;
			__s32 priority;
			__u32 flags;
		} netfilter;
		struct {
			__u32 ifindex;
			__u32 attach_type;
		} tcx, netkit;
		__u64 room[6];
	};
};

/// What the kernel says of a link.
static inline int migrate_link_info(int link, struct migrate_link_info *_Nonnull info)
{
	__u32 size = sizeof(*info);

	memset(info, 0, sizeof(*info));
	return bpf_obj_get_info_by_fd(link, info, &size);
}
