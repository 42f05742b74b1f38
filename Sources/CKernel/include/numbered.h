// Calls of the ledger's traffic: datagrams that carry their number, and what TCP says of itself.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "../../../bpf/lab/witness.h"

/// Most datagrams of one call below.
#define MIGRATE_NUMBERED_MAX 64
/// Bytes that one call sends at most.
#define MIGRATE_NUMBERED_BYTES 16384

/// Sends `count` datagrams of `size` bytes over a connected UDP socket, numbered from `first` on; returns how many left.
/// Why: sendmmsg() is declared only under _GNU_SOURCE.
int migrate_send_numbered(int fd, uint32_t flow, uint64_t first, size_t size, int count);

/// The same as one super-packet, over a socket with migrate_segment(): all of them, or none.
int migrate_send_numbered_together(int fd, uint32_t flow, uint64_t first, size_t size, int count);

/// Makes the kernel cut what a UDP socket sends into datagrams of `size` bytes, as late as it can (UDP_SEGMENT, udp(7)).
/// Why: the option's number is in no header that Swift's Glibc module exports.
int migrate_segment(int fd, int size);

/// Takes up to `room` datagrams without waiting and keeps their numbers; returns how many came, 0 when there are none.
/// One that carries no number has a magic other than WITNESS_MAGIC.
/// Why: recvmmsg(), as above.
int migrate_receive_numbered(int fd, struct witness_number *_Nonnull numbers, int room);

/// Segments that a TCP socket sent again (tcpi_total_retrans of TCP_INFO, linux/tcp.h).
/// Why: glibc's struct tcp_info ends before that member on some systems, and the kernel's header collides with glibc's.
int migrate_retransmitted(int fd, uint32_t *_Nonnull segments);
