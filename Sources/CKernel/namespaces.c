#define _GNU_SOURCE
#include "CKernel.h"

#include <errno.h>
#include <linux/nsfs.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <sys/socket.h>

#ifndef SO_NETNS_COOKIE
#define SO_NETNS_COOKIE 71
#endif

int migrate_enter_network_namespace(int fd)
{
	return setns(fd, CLONE_NEWNET) ? -errno : 0;
}

int migrate_enter_mount_namespace(int fd, int root)
{
	if (unshare(CLONE_FS))
		return -errno;
	if (setns(fd, CLONE_NEWNS))
		return -errno;
	if (root < 0)
		return 0;
	return fchdir(root) || chroot(".") ? -errno : 0;
}

int migrate_new_network_namespace(void)
{
	return unshare(CLONE_NEWNET) ? -errno : 0;
}

int migrate_namespace_type(int fd)
{
	int type = ioctl(fd, NS_GET_NSTYPE);

	return type < 0 ? -errno : type;
}

int migrate_network_namespace_type(void)
{
	return CLONE_NEWNET;
}

int migrate_namespace_cookie(int fd, uint64_t *cookie)
{
	socklen_t length = sizeof(*cookie);

	return getsockopt(fd, SOL_SOCKET, SO_NETNS_COOKIE, cookie, &length) ? -errno : 0;
}
