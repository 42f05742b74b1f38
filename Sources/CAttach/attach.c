#include "CAttach.h"

#include <errno.h>
#include <linux/bpf.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The member `link_update` of union bpf_attr, include/uapi/linux/bpf.h. */
struct link_update {
	uint32_t link_fd;
	uint32_t new_prog_fd;
	uint32_t flags;
	uint32_t old_prog_fd;
};

/* Its anonymous member for BPF_PROG_ATTACH, as of Linux 6.6. */
struct attach {
	uint32_t target_ifindex;
	uint32_t attach_bpf_fd;
	uint32_t attach_type;
	uint32_t attach_flags;
	uint32_t replace_bpf_fd;
	uint32_t relative_fd;
	uint64_t expected_revision;
};
_Static_assert(sizeof(struct attach) == 32, "the kernel's layout");

/* Flags of a place in a list, include/uapi/linux/bpf.h as of Linux 6.6; Debian 12's headers are of 6.1. */
enum {
	PLACE_BEFORE = 1 << 3, /* BPF_F_BEFORE */
	PLACE_BY_ID = 1 << 5,  /* BPF_F_ID */
	PLACE_BY_LINK = 1 << 13, /* BPF_F_LINK */
};

/* Its member `link_create` for tcx, likewise. */
struct link_create {
	uint32_t prog_fd;
	uint32_t target_ifindex;
	uint32_t attach_type;
	uint32_t flags;
	uint32_t relative_id;
	uint32_t : 32;
	uint64_t expected_revision;
};
_Static_assert(sizeof(struct link_create) == 32, "the kernel's layout");

int migrate_link_exchange(int link, int program, int expected)
{
	struct link_update update = {
		.link_fd = link,
		.new_prog_fd = program,
		.flags = BPF_F_REPLACE,
		.old_prog_fd = expected,
	};

	return syscall(SYS_bpf, BPF_LINK_UPDATE, &update, sizeof(update)) ? -errno : 0;
}

int migrate_tcx_exchange(uint32_t ifindex, uint32_t attach_type, int program, int expected, uint64_t revision)
{
	struct attach attach = {
		.target_ifindex = ifindex,
		.attach_bpf_fd = program,
		.attach_type = attach_type,
		.attach_flags = BPF_F_REPLACE,
		.replace_bpf_fd = expected,
		.expected_revision = revision,
	};

	return syscall(SYS_bpf, BPF_PROG_ATTACH, &attach, sizeof(attach)) ? -errno : 0;
}

int migrate_tcx_link(uint32_t ifindex, uint32_t attach_type, int program, uint32_t link, uint32_t before)
{
	struct link_create create = {
		.prog_fd = program,
		.target_ifindex = ifindex,
		.attach_type = attach_type,
		.relative_id = link ? link : before,
	};
	int made;

	if (link || before)
		create.flags = PLACE_BEFORE | PLACE_BY_ID | (link ? PLACE_BY_LINK : 0);
	made = syscall(SYS_bpf, BPF_LINK_CREATE, &create, sizeof(create));
	return made < 0 ? -errno : made;
}
