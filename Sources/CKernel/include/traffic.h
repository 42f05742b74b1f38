// Calls of the lab's measuring traffic.
#pragma once

#include <stddef.h>

/// Keeps the calling thread on one processor.
/// Why: glibc declares sched_setaffinity() and cpu_set_t only under _GNU_SOURCE.
int migrate_run_on_processor(int processor);

/// Most packets of one call below.
#define MIGRATE_PACKETS_MAX 64

/// Sends `size` bytes at `payload` up to `count` times over a connected UDP socket, or one bound by
/// migrate_bind_frames(); returns how often.
/// Why: sendmmsg() is declared only under _GNU_SOURCE.
int migrate_send_packets(int fd, const void *_Nonnull payload, size_t size, int count);

/// Takes up to `count` packets from a UDP socket and throws them away; returns how many, 0 when there are none.
/// Why: recvmmsg(), as above.
int migrate_receive_packets(int fd, int count);

/// Binds a packet socket to an interface; what it sends goes to the device at once, past its queueing discipline.
/// Why: bind() takes a sockaddr, which needs a pointer cast that Swift calls unsafe; PACKET_QDISC_BYPASS is in no
/// header that Swift's Glibc module exports.
int migrate_bind_frames(int fd, int ifindex);
