// The kernel's side of the boundary: uapi headers that no Swift module exports, and calls that
// glibc's module hides. Every symbol of our own starts with migrate_ and says why it exists.
// The calls return 0 or a value, or -errno, so that no other call can overwrite the cause.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include <linux/fib_rules.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/neighbour.h>
#include <linux/net_namespace.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>
#include <linux/pkt_cls.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>

#include "numbered.h"
#include "systemlog.h"
#include "tcx.h"
#include "traffic.h"
#include "waiting.h"

/// Moves the calling thread into the network namespace behind `fd`.
/// Why: glibc declares setns() only under _GNU_SOURCE, which Swift's Glibc module does not set.
int migrate_enter_network_namespace(int fd);

/// Moves the calling thread into the mount namespace behind `fd`.
/// Why: setns() as above; and the kernel refuses a mount namespace (EINVAL) to a thread that shares
/// its working directory with others, so this calls unshare(CLONE_FS) first.
/// setns() leads to the root of the whole namespace; `root`, a directory in it, becomes / unless it is -1.
int migrate_enter_mount_namespace(int fd, int root);

/// Gives the calling thread a new, empty network namespace of its own.
/// Why: glibc declares unshare() only under _GNU_SOURCE.
int migrate_new_network_namespace(void);

/// CLONE_NEW* type of the namespace behind `fd` (NS_GET_NSTYPE, linux/nsfs.h); -ENOTTY for any other file.
/// Why: ioctl() is variadic, which Swift cannot call.
int migrate_namespace_type(int fd);

/// CLONE_NEWNET, to compare with the answer of migrate_namespace_type().
/// Why: glibc defines the constant only under _GNU_SOURCE.
int migrate_network_namespace_type(void);

/// Cookie of the network namespace that the socket `fd` was made in (SO_NETNS_COOKIE, Linux 5.14).
/// Why: the option's number is in no header that Swift's Glibc module exports.
int migrate_namespace_cookie(int fd, uint64_t *_Nonnull cookie);

/// Binds a netlink socket to a port id that the kernel picks, and says which.
/// Why: bind() and getsockname() take a sockaddr, which needs a pointer cast that Swift calls unsafe.
int migrate_netlink_bind(int fd, uint32_t *_Nonnull port_id);

/// Receives one datagram. Returns its full length, which is more than `size` if it was cut, and the
/// sender's port id (0: the kernel).
/// Why: recvfrom() with a sockaddr_nl, as above.
long migrate_netlink_receive(int fd, void *_Nonnull buffer, size_t size, int flags, uint32_t *_Nonnull sender);

/// Makes a datagram socket of that family (AF_INET, AF_INET6) tell by which interface each packet came (ip(7), ipv6(7)),
/// and an IPv6 one leave IPv4 alone, so that both may have one port.
/// Why: the names of ipv6(7)'s options are hidden from Swift's Glibc module.
int migrate_tell_interface(int fd, int family);

/// Receives one datagram without waiting; returns its length, cut to `size`. `ifindex` is where it came in, 0 if
/// nobody asked.
/// Why: control messages are read with macros, which Swift cannot call.
long migrate_receive_at_interface(int fd, void *_Nonnull buffer, size_t size, uint32_t *_Nonnull ifindex);

/// Sends `length` bytes to the datagram socket at `path`, of which a leading @ stands for the abstract name space (unix(7)).
/// Why: sendto() takes a sockaddr_un, whose path is a tuple in Swift.
int migrate_send_to_socket(const char *_Nonnull path, const char *_Nonnull bytes, size_t length);

/// Magic number of the file system that holds `path` (statfs(2), linux/magic.h).
/// Why: Swift's Glibc module has no statfs().
int migrate_filesystem_magic(const char *_Nonnull path, uint32_t *_Nonnull magic);
