#include "CKernel.h"

#include <errno.h>
#include <sys/socket.h>

int migrate_netlink_bind(int fd, uint32_t *port_id)
{
	struct sockaddr_nl address = { .nl_family = AF_NETLINK };
	socklen_t length = sizeof(address);

	if (bind(fd, (struct sockaddr *)&address, sizeof(address)))
		return -errno;
	if (getsockname(fd, (struct sockaddr *)&address, &length))
		return -errno;
	*port_id = address.nl_pid;
	return 0;
}

long migrate_netlink_receive(int fd, void *buffer, size_t size, int flags, uint32_t *sender)
{
	struct sockaddr_nl address = { 0 };
	socklen_t length = sizeof(address);
	ssize_t count = recvfrom(fd, buffer, size, flags | MSG_TRUNC, (struct sockaddr *)&address, &length);

	if (count < 0)
		return -errno;
	*sender = address.nl_pid;
	return count;
}
