#define _GNU_SOURCE
#include "CTestBPF.h"

#include <errno.h>
#include <linux/bpf.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

int test_netfilter_link(int program, uint32_t family, uint32_t hook, int32_t priority)
{
	struct {
		uint32_t prog_fd;
		uint32_t target_fd;
		uint32_t attach_type;
		uint32_t flags;
		uint32_t pf;
		uint32_t hooknum;
		int32_t priority;
		uint32_t netfilter_flags;
	} attr;

	memset(&attr, 0, sizeof(attr));
	attr.prog_fd = program;
	attr.attach_type = 45; // BPF_NETFILTER
	attr.pf = family;
	attr.hooknum = hook;
	attr.priority = priority;
	long result = syscall(SYS_bpf, BPF_LINK_CREATE, &attr, sizeof(attr));

	return result < 0 ? -errno : (int)result;
}
