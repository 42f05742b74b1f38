#define _GNU_SOURCE
#include "CKernel.h"

#include <errno.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

/// udp(7); <linux/udp.h> collides with glibc's.
#define UDP_SEGMENT_OPTION 103

/// Fills `bytes` with `count` datagrams; -EINVAL if they do not fit.
static int number(char *bytes, uint32_t flow, uint64_t first, size_t size, int count)
{
	if (size < sizeof(struct witness_number) || count < 1 || count > MIGRATE_NUMBERED_MAX ||
	    size * (size_t)count > MIGRATE_NUMBERED_BYTES)
		return -EINVAL;
	memset(bytes, 0, size * (size_t)count);
	for (int i = 0; i < count; i++) {
		struct witness_number one = { .magic = WITNESS_MAGIC, .flow = flow, .sequence = first + (uint64_t)i };

		memcpy(bytes + size * (size_t)i, &one, sizeof(one));
	}
	return 0;
}

int migrate_send_numbered(int fd, uint32_t flow, uint64_t first, size_t size, int count)
{
	struct mmsghdr messages[MIGRATE_NUMBERED_MAX] = {};
	struct iovec pieces[MIGRATE_NUMBERED_MAX];
	char bytes[MIGRATE_NUMBERED_BYTES];
	int result = number(bytes, flow, first, size, count);

	if (result)
		return result;
	for (int i = 0; i < count; i++) {
		pieces[i] = (struct iovec){ .iov_base = bytes + size * (size_t)i, .iov_len = size };
		messages[i].msg_hdr.msg_iov = &pieces[i];
		messages[i].msg_hdr.msg_iovlen = 1;
	}
	result = sendmmsg(fd, messages, (unsigned int)count, MSG_NOSIGNAL | MSG_DONTWAIT);
	return result < 0 ? -errno : result;
}

int migrate_send_numbered_together(int fd, uint32_t flow, uint64_t first, size_t size, int count)
{
	char bytes[MIGRATE_NUMBERED_BYTES];
	int result = number(bytes, flow, first, size, count);

	if (result)
		return result;
	return send(fd, bytes, size * (size_t)count, MSG_NOSIGNAL | MSG_DONTWAIT) < 0 ? -errno : count;
}

int migrate_segment(int fd, int size)
{
	return setsockopt(fd, IPPROTO_UDP, UDP_SEGMENT_OPTION, &size, sizeof(size)) ? -errno : 0;
}

int migrate_receive_numbered(int fd, struct witness_number *numbers, int room)
{
	struct mmsghdr messages[MIGRATE_NUMBERED_MAX] = {};
	struct iovec pieces[MIGRATE_NUMBERED_MAX];
	int taken;

	if (room > MIGRATE_NUMBERED_MAX)
		room = MIGRATE_NUMBERED_MAX;
	memset(numbers, 0, sizeof(*numbers) * (size_t)room);
	for (int i = 0; i < room; i++) {
		pieces[i] = (struct iovec){ .iov_base = &numbers[i], .iov_len = sizeof(numbers[i]) };
		messages[i].msg_hdr.msg_iov = &pieces[i];
		messages[i].msg_hdr.msg_iovlen = 1;
	}
	taken = recvmmsg(fd, messages, (unsigned int)room, MSG_DONTWAIT, NULL);
	if (taken < 0)
		return errno == EAGAIN ? 0 : -errno;
	return taken;
}

int migrate_retransmitted(int fd, uint32_t *segments)
{
	struct tcp_info info = {};
	socklen_t size = sizeof(info);

	if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &size))
		return -errno;
	*segments = info.tcpi_total_retrans;
	return 0;
}
