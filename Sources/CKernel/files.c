#include "CKernel.h"

#include <errno.h>
#include <sys/vfs.h>

int migrate_filesystem_magic(const char *path, uint32_t *magic)
{
	struct statfs facts;

	if (statfs(path, &facts) != 0)
		return -errno;
	*magic = (uint32_t)facts.f_type;
	return 0;
}
