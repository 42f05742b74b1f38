/*
 * Preloaded into the very program that users run, it counts the calls that change something that lasts, names them, and
 * ends the process by SIGKILL right before the one that the environment asks for:
 *
 *   MIGRATE_KILL_AT=N    before the N-th such call, counted from 1 over all threads; 0 or none: never
 *   MIGRATE_KILL_LOG=F   appends a line for each: its name
 *
 * Killed before the next call, a process is killed after this one: nothing between two of them outlasts it.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

#include <linux/bpf.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>

#include "../../bpf/cell.h"

static atomic_int count;
/* Before a run has pins, maps are only written to while something is being tried. */
static atomic_bool has_pins;

static long real_syscall(long number, long a, long b, long c, long d, long e, long f)
{
	static long (*real)(long, ...);

	if (!real)
		real = (long (*)(long, ...))dlsym(RTLD_NEXT, "syscall");
	return real(number, a, b, c, d, e, f);
}

static void step(const char *name)
{
	const char *log = getenv("MIGRATE_KILL_LOG"), *at = getenv("MIGRATE_KILL_AT");
	int number = atomic_fetch_add(&count, 1) + 1;

	if (log) {
		char line[128];
		int length = snprintf(line, sizeof(line), "%s\n", name);
		int file = (int)real_syscall(SYS_openat, AT_FDCWD, (long)log, O_WRONLY | O_APPEND | O_CREAT,
					     0600, 0, 0);

		if (length > 0 && file >= 0)
			real_syscall(SYS_write, file, (long)line, length, 0, 0, 0);
		real_syscall(SYS_close, file, 0, 0, 0, 0, 0);
	}
	if (at && atoi(at) == number) {
		real_syscall(SYS_kill, getpid(), SIGKILL, 0, 0, 0, 0);
		for (;;)
			pause();
	}
}

static const char *last(const char *path)
{
	const char *slash = path ? strrchr(path, '/') : NULL;

	return slash ? slash + 1 : path ? path : "?";
}

static int is_of_run(const char *path)
{
	return path && strstr(path, "/migrate/r-") != NULL;
}

static const char *const operations[] = {"?", "open", "commit", "extend", "roll back", "look"};

/* The control program's requests, by what they look like; NULL for other test runs, and for one that asks for nothing. */
static const char *request(const union bpf_attr *attr)
{
	const unsigned char *packet = (const unsigned char *)(unsigned long)attr->test.data_in;
	struct migrate_request asked;

	if (!packet || attr->test.data_size_in != 14 + sizeof(asked))
		return NULL;
	if (packet[12] != MIGRATE_REQUEST_TYPE >> 8 || packet[13] != (MIGRATE_REQUEST_TYPE & 0xff))
		return NULL;
	memcpy(&asked, packet + 14, sizeof(asked));
	if (asked.operation < MIGRATE_DO_OPEN || asked.operation > MIGRATE_DO_ROLL_BACK)
		return NULL;
	return operations[asked.operation];
}

static void bpf_step(int command, const union bpf_attr *attr)
{
	const char *path = NULL;
	char name[96];

	if (command == BPF_OBJ_PIN || command == BPF_OBJ_GET)
		path = (const char *)(unsigned long)attr->pathname;
	if (is_of_run(path))
		atomic_store(&has_pins, 1);
	switch (command) {
	case BPF_OBJ_PIN:
		snprintf(name, sizeof(name), "pin %s", last(path));
		break;
	case BPF_MAP_UPDATE_ELEM:
	case BPF_MAP_UPDATE_BATCH:
		if (!atomic_load(&has_pins))
			return;
		snprintf(name, sizeof(name), "write to a map");
		break;
	case BPF_LINK_UPDATE:
		snprintf(name, sizeof(name), "update a link");
		break;
	case BPF_PROG_ATTACH:
		snprintf(name, sizeof(name), "attach a program");
		break;
	case BPF_PROG_TEST_RUN:
		if (!request(attr))
			return;
		snprintf(name, sizeof(name), "cell: %s", request(attr));
		break;
	default:
		return;
	}
	step(name);
}

long syscall(long number, ...)
{
	va_list list;
	long arguments[6];

	va_start(list, number);
	for (int i = 0; i < 6; i++)
		arguments[i] = va_arg(list, long);
	va_end(list);
	if (number == SYS_bpf)
		bpf_step((int)arguments[0], (const union bpf_attr *)arguments[1]);
	return real_syscall(number, arguments[0], arguments[1], arguments[2], arguments[3], arguments[4],
			    arguments[5]);
}

ssize_t send(int socket, const void *bytes, size_t size, int flags)
{
	struct nlmsghdr header;

	if (size >= sizeof(header)) {
		memcpy(&header, bytes, sizeof(header));
		if (header.nlmsg_type == RTM_NEWTFILTER)
			step("replace filters");
		else if (header.nlmsg_type == RTM_NEWNEIGH)
			step("resolve neighbors");
	}
	return real_syscall(SYS_sendto, socket, (long)bytes, (long)size, flags, 0, 0);
}

int mkdir(const char *path, mode_t mode)
{
	if (is_of_run(path))
		atomic_store(&has_pins, 1);
	step(is_of_run(path) ? "make the run's directory" : "make a directory");
	return (int)real_syscall(SYS_mkdir, (long)path, mode, 0, 0, 0, 0);
}

int unlinkat(int parent, const char *path, int flags)
{
	char name[96];

	snprintf(name, sizeof(name), "remove %s", strncmp(last(path), "r-", 2) ? last(path) : "the run's directory");
	step(name);
	return (int)real_syscall(SYS_unlinkat, parent, (long)path, flags, 0, 0, 0);
}

int rmdir(const char *path)
{
	step(is_of_run(path) ? "remove the run's directory" : "remove a directory");
	return (int)real_syscall(SYS_rmdir, (long)path, 0, 0, 0, 0, 0);
}

int fdatasync(int file)
{
	step("commit to the database");
	return (int)real_syscall(SYS_fdatasync, file, 0, 0, 0, 0, 0);
}
