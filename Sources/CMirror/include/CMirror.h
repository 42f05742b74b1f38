// Frames in and out of network devices, past every socket and route. Only Mirror may depend on this target: its
// sockets are made in namespaces of its own. Calls return 0 or a value, or -errno, so that no other call can overwrite
// the cause.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include <linux/veth.h>
#include <linux/virtio_net.h>

/// What the kernel tells with a frame: struct sockaddr_ll, tpacket_auxdata and virtio_net_hdr, in host byte order.
struct migrate_frame_facts {
	uint32_t ifindex;
	uint8_t has_tag;
	/// VIRTIO_NET_HDR_GSO_*; NONE (0) for a single packet.
	uint8_t gso_type;
	uint16_t gso_size;
	/// VLAN tag that travels beside the bytes: control information and EtherType.
	uint16_t tag_tci;
	uint16_t tag_type;
};

/// A packet socket (packet(7)) for raw frames on all devices of the calling thread's namespace.
///
/// `protocol` is an EtherType in host byte order, 3 for all, 0 for none (sending only). Frames sent on it bypass the
/// qdisc (PACKET_QDISC_BYPASS), and it does not see its own (PACKET_IGNORE_OUTGOING).
/// Why: these options' numbers are in no header that Swift's Glibc module exports.
int migrate_packet_open(uint16_t protocol);

/// Sends one frame out of a device, segmentation and checksum as `offload` says (PACKET_VNET_HDR).
///
/// The first page of it is linear memory in the kernel, whatever `offload` says of the header's length.
/// Why: sendmsg() with a sockaddr_ll, which Swift would have to build with pointer casts.
int migrate_packet_send(int fd, uint32_t ifindex, const struct virtio_net_hdr *_Nonnull offload,
			const void *_Nonnull frame, size_t size);

/// Gives a socket of migrate_packet_open() room for one frame that is sent without being copied (PACKET_TX_RING).
/// Afterwards it sends by migrate_packet_send_paged() only. Returns the longest frame in bytes.
long migrate_packet_prepare_paged(int fd);

/// As migrate_packet_send(), with only the first `offload->hdr_len` bytes (at least 14) in linear memory and the rest
/// in page fragments: a program that reads between data and data_end does not see them (tpacket_fill_skb,
/// net/packet/af_packet.c).
int migrate_packet_send_paged(int fd, uint32_t ifindex, const struct virtio_net_hdr *_Nonnull offload,
			      const void *_Nonnull frame, size_t size);

/// Takes one frame if there is one: -EAGAIN otherwise. Returns its full length, which is more than `size` if it was cut.
long migrate_packet_receive(int fd, void *_Nonnull buffer, size_t size, struct migrate_frame_facts *_Nonnull facts);

/// Binds the calling thread to the processor it runs on.
/// Why: glibc declares sched_setaffinity() and its sets only under _GNU_SOURCE.
int migrate_stay_on_processor(void);
