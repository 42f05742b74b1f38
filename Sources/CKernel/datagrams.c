// struct in6_pktinfo and the options' names.
#define _GNU_SOURCE
#include "CKernel.h"

#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

int migrate_tell_interface(int fd, int family)
{
	int on = 1;
	int result;

	if (family == AF_INET6 && setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on)))
		return -errno;
	result = family == AF_INET6 ? setsockopt(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, &on, sizeof(on)) :
				      setsockopt(fd, IPPROTO_IP, IP_PKTINFO, &on, sizeof(on));
	return result ? -errno : 0;
}

long migrate_receive_at_interface(int fd, void *buffer, size_t size, uint32_t *ifindex)
{
	union {
		struct cmsghdr header;
		char bytes[CMSG_SPACE(sizeof(struct in6_pktinfo)) + CMSG_SPACE(sizeof(struct in_pktinfo))];
	} control;
	struct iovec part = { .iov_base = buffer, .iov_len = size };
	struct msghdr message = { .msg_iov = &part,
				  .msg_iovlen = 1,
				  .msg_control = &control,
				  .msg_controllen = sizeof(control) };
	ssize_t count = recvmsg(fd, &message, MSG_DONTWAIT);

	if (count < 0)
		return -errno;
	*ifindex = 0;
	for (struct cmsghdr *one = CMSG_FIRSTHDR(&message); one; one = CMSG_NXTHDR(&message, one)) {
		if (one->cmsg_level == IPPROTO_IP && one->cmsg_type == IP_PKTINFO) {
			struct in_pktinfo info;

			memcpy(&info, CMSG_DATA(one), sizeof(info));
			*ifindex = (uint32_t)info.ipi_ifindex;
		} else if (one->cmsg_level == IPPROTO_IPV6 && one->cmsg_type == IPV6_PKTINFO) {
			struct in6_pktinfo info;

			memcpy(&info, CMSG_DATA(one), sizeof(info));
			*ifindex = info.ipi6_ifindex;
		}
	}
	return count;
}
