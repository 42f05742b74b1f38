// What tests attach to have something to read: calls that libbpf 1.1 does not know.
#pragma once
#include <stdint.h>

/// A BPF link of `program` on a netfilter hook of the calling thread's network namespace: BPF_LINK_CREATE with
/// BPF_NETFILTER (include/uapi/linux/bpf.h of Linux 6.4). Returns the link's descriptor or -errno.
int test_netfilter_link(int program, uint32_t family, uint32_t hook, int32_t priority);
