#include "CKernel.h"

#include <errno.h>
#include <linux/bpf.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The member `query` of union bpf_attr, include/uapi/linux/bpf.h of Linux 6.6. */
struct query {
	uint32_t target_ifindex;
	uint32_t attach_type;
	uint32_t query_flags;
	uint32_t attach_flags;
	uint64_t prog_ids;
	uint32_t count;
	uint32_t pad;
	uint64_t prog_attach_flags;
	uint64_t link_ids;
	uint64_t link_attach_flags;
	uint64_t revision;
};
_Static_assert(sizeof(struct query) == 64, "the kernel's layout");

int migrate_program_list(uint32_t ifindex, uint32_t attach_type, uint32_t *program_ids, uint32_t *link_ids,
		      uint32_t *count, uint64_t *revision)
{
	struct query query = {
		.target_ifindex = ifindex,
		.attach_type = attach_type,
		.prog_ids = (uintptr_t)program_ids,
		.count = *count,
		.link_ids = (uintptr_t)link_ids,
	};

	/* prog_attach_flags stays empty: the kernel writes zeros there (bpf_mprog_query). */
	int result = syscall(SYS_bpf, BPF_PROG_QUERY, &query, sizeof(query)) ? -errno : 0;

	*count = query.count;
	*revision = query.revision;
	return result;
}
