#include "CMirror.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#define RECEIVE_ROOM (8 << 20)

static int set(int fd, int level, int option, int value)
{
	return setsockopt(fd, level, option, &value, sizeof(value)) ? -errno : 0;
}

int migrate_packet_open(uint16_t protocol)
{
	int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, htons(protocol));
	int result;

	if (fd < 0)
		return -errno;
	result = set(fd, SOL_PACKET, PACKET_VNET_HDR, 1);
	if (!result)
		result = set(fd, SOL_PACKET, PACKET_AUXDATA, 1);
	if (!result)
		result = set(fd, SOL_PACKET, PACKET_QDISC_BYPASS, 1);
	if (!result)
		result = set(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, 1);
	if (!result)
		result = set(fd, SOL_SOCKET, SO_RCVBUFFORCE, RECEIVE_ROOM);
	if (result) {
		close(fd);
		return result;
	}
	return fd;
}

static struct sockaddr_ll out_of(uint32_t ifindex)
{
	/* Protocol 0: the kernel reads it off the frame (packet_parse_headers). */
	return (struct sockaddr_ll){ .sll_family = AF_PACKET, .sll_ifindex = (int)ifindex };
}

int migrate_packet_send(int fd, uint32_t ifindex, const struct virtio_net_hdr *offload, const void *frame, size_t size)
{
	struct sockaddr_ll device = out_of(ifindex);
	struct iovec parts[] = {
		{ .iov_base = (void *)offload, .iov_len = sizeof(*offload) },
		{ .iov_base = (void *)frame, .iov_len = size },
	};
	struct msghdr message = {
		.msg_name = &device, .msg_namelen = sizeof(device), .msg_iov = parts, .msg_iovlen = 2,
	};

	return sendmsg(fd, &message, 0) < 0 ? -errno : 0;
}

/* One slot of one block: a frame of 64 KB would need so much contiguous memory. */
#define RING_BYTES (32 << 10)
/* Where the kernel looks for a slot's data (tpacket_snd): behind the header, without its sockaddr_ll. */
#define RING_DATA (TPACKET2_HDRLEN - sizeof(struct sockaddr_ll))

long migrate_packet_prepare_paged(int fd)
{
	struct tpacket_req ring = {
		.tp_block_size = RING_BYTES, .tp_block_nr = 1, .tp_frame_size = RING_BYTES, .tp_frame_nr = 1,
	};
	int result = set(fd, SOL_PACKET, PACKET_VERSION, TPACKET_V2);

	if (result)
		return result;
	if (setsockopt(fd, SOL_PACKET, PACKET_TX_RING, &ring, sizeof(ring)))
		return -errno;
	return RING_BYTES - TPACKET2_HDRLEN - (long)sizeof(struct virtio_net_hdr);
}

int migrate_packet_send_paged(int fd, uint32_t ifindex, const struct virtio_net_hdr *offload, const void *frame,
			      size_t size)
{
	struct sockaddr_ll device = out_of(ifindex);
	uint8_t *ring = mmap(NULL, RING_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	struct tpacket2_hdr *slot = (struct tpacket2_hdr *)ring;
	int result = 0;

	if (ring == MAP_FAILED)
		return -errno;
	memcpy(ring + RING_DATA, offload, sizeof(*offload));
	memcpy(ring + RING_DATA + sizeof(*offload), frame, size);
	slot->tp_len = sizeof(*offload) + size;
	__atomic_store_n(&slot->tp_status, TP_STATUS_SEND_REQUEST, __ATOMIC_RELEASE);
	/* Waits until the slot's pages are no longer used. */
	if (sendto(fd, NULL, 0, 0, (struct sockaddr *)&device, sizeof(device)) < 0)
		result = -errno;
	else if (__atomic_load_n(&slot->tp_status, __ATOMIC_ACQUIRE) == TP_STATUS_WRONG_FORMAT)
		result = -EINVAL;
	/* A slot that was refused must not be tried again with the next frame. */
	__atomic_store_n(&slot->tp_status, TP_STATUS_AVAILABLE, __ATOMIC_RELEASE);
	munmap(ring, RING_BYTES);
	return result;
}

static void read_tag(struct msghdr *message, struct migrate_frame_facts *facts)
{
	for (struct cmsghdr *part = CMSG_FIRSTHDR(message); part; part = CMSG_NXTHDR(message, part)) {
		struct tpacket_auxdata told;

		if (part->cmsg_level != SOL_PACKET || part->cmsg_type != PACKET_AUXDATA)
			continue;
		memcpy(&told, CMSG_DATA(part), sizeof(told));
		facts->has_tag = !!(told.tp_status & TP_STATUS_VLAN_VALID);
		facts->tag_tci = told.tp_vlan_tci;
		facts->tag_type = told.tp_status & TP_STATUS_VLAN_TPID_VALID ? told.tp_vlan_tpid : 0x8100;
	}
}

long migrate_packet_receive(int fd, void *buffer, size_t size, struct migrate_frame_facts *facts)
{
	struct sockaddr_ll device = { 0 };
	struct virtio_net_hdr offload = { 0 };
	union {
		char bytes[CMSG_SPACE(sizeof(struct tpacket_auxdata))];
		struct cmsghdr align;
	} control;
	struct iovec parts[] = {
		{ .iov_base = &offload, .iov_len = sizeof(offload) },
		{ .iov_base = buffer, .iov_len = size },
	};
	struct msghdr message = {
		.msg_name = &device, .msg_namelen = sizeof(device), .msg_iov = parts, .msg_iovlen = 2,
		.msg_control = control.bytes, .msg_controllen = sizeof(control.bytes),
	};
	ssize_t count = recvmsg(fd, &message, MSG_DONTWAIT | MSG_TRUNC);

	if (count < 0)
		return -errno;
	if (count < (ssize_t)sizeof(offload))
		return -EPROTO;
	*facts = (struct migrate_frame_facts){
		.ifindex = (uint32_t)device.sll_ifindex,
		.gso_type = offload.gso_type & ~VIRTIO_NET_HDR_GSO_ECN,
		.gso_size = offload.gso_size,
	};
	read_tag(&message, facts);
	return count - (ssize_t)sizeof(offload);
}
