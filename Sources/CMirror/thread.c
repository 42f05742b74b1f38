#define _GNU_SOURCE
#include "CMirror.h"

#include <errno.h>
#include <sched.h>

int migrate_stay_on_processor(void)
{
	int processor = sched_getcpu();
	cpu_set_t *only;
	size_t size;
	int result;

	if (processor < 0)
		return -errno;
	only = CPU_ALLOC(processor + 1);
	if (!only)
		return -ENOMEM;
	size = CPU_ALLOC_SIZE(processor + 1);
	CPU_ZERO_S(size, only);
	CPU_SET_S(processor, size, only);
	result = sched_setaffinity(0, size, only) ? -errno : 0;
	CPU_FREE(only);
	return result;
}
