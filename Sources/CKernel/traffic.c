#define _GNU_SOURCE
#include "CKernel.h"

#include <errno.h>
#include <linux/if_packet.h>
#include <sched.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

int migrate_run_on_processor(int processor)
{
	cpu_set_t set;

	if (processor < 0 || processor >= CPU_SETSIZE)
		return -EINVAL;
	CPU_ZERO(&set);
	CPU_SET(processor, &set);
	return sched_setaffinity(0, sizeof(set), &set) ? -errno : 0;
}

/// All messages share one piece of memory: what is in them does not matter.
static int prepare(struct mmsghdr *messages, struct iovec *piece, int count)
{
	if (count > MIGRATE_PACKETS_MAX)
		count = MIGRATE_PACKETS_MAX;
	memset(messages, 0, sizeof(*messages) * MIGRATE_PACKETS_MAX);
	for (int i = 0; i < count; i++) {
		messages[i].msg_hdr.msg_iov = piece;
		messages[i].msg_hdr.msg_iovlen = 1;
	}
	return count;
}

int migrate_send_packets(int fd, const void *payload, size_t size, int count)
{
	struct mmsghdr messages[MIGRATE_PACKETS_MAX];
	struct iovec piece = { .iov_base = (void *)payload, .iov_len = size };
	int sent = sendmmsg(fd, messages, prepare(messages, &piece, count), MSG_NOSIGNAL);

	return sent < 0 ? -errno : sent;
}

int migrate_receive_packets(int fd, int count)
{
	struct mmsghdr messages[MIGRATE_PACKETS_MAX];
	char room[256];
	struct iovec piece = { .iov_base = room, .iov_len = sizeof(room) };
	int taken = recvmmsg(fd, messages, prepare(messages, &piece, count), MSG_DONTWAIT, NULL);

	if (taken < 0)
		return errno == EAGAIN ? 0 : -errno;
	return taken;
}

int migrate_bind_frames(int fd, int ifindex)
{
	struct sockaddr_ll address = { .sll_family = AF_PACKET, .sll_ifindex = ifindex };
	int one = 1;

	if (bind(fd, (struct sockaddr *)&address, sizeof(address)))
		return -errno;
	return setsockopt(fd, SOL_PACKET, PACKET_QDISC_BYPASS, &one, sizeof(one)) ? -errno : 0;
}
