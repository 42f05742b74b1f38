/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * Constants that the BPF programs need and the uapi headers do not carry (or
 * carry only where a BPF target cannot include them). Each names its source in
 * the kernel tree.
 */
#ifndef MIGRATE_UAPI_SHIM_H
#define MIGRATE_UAPI_SHIM_H

/* include/linux/socket.h; libc's <sys/socket.h> does not build for BPF */
#ifndef AF_INET
#define AF_INET 2
#endif
#ifndef AF_INET6
#define AF_INET6 10
#endif

/* include/net/ip.h: the fragment word of an IPv4 header, host order */
#define IP_MF     0x2000
#define IP_OFFSET 0x1fff

/* include/net/ipv6.h: the fragment word of an IPv6 fragment header, host order */
#define IP6_OFFSET 0xfff8

/* include/net/ipv6.h: IPV6_FLOWINFO_MASK (traffic class and flow label), host order */
#define IPV6_FLOWINFO_BITS 0x0fffffff

/* include/net/ndisc.h: router solicitation 133 to redirect 137 */
#define NDISC_FIRST 133
#define NDISC_LAST  137

/* include/linux/netdevice.h: NETDEV_HASHENTRIES, buckets of net->dev_index_head */
#define NETDEV_HASHENTRIES 256

#endif
