/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * The maps of the lab's throw-away deployment: names, sizes and layouts are those
 * of Istio ambient's eBPF redirection (1.20), so that the built-in profile fits.
 */
#ifndef MIGRATE_LAB_AMBIENT_H
#define MIGRATE_LAB_AMBIENT_H

#define AMBIENT_APPS_MAX  1024
#define AMBIENT_CB_INDEX  4
#define AMBIENT_CB_BYPASS 0xC001F00Du /* delivered by the proxy: let it in */

#define AMBIENT_CAPTURE_DNS 1 /* struct ambient_proxy.flag */

#define AMBIENT_HOST_IPV4 0 /* indexes of host_ip_info */
#define AMBIENT_HOST_IPV6 1

/* app_info: where a pod's address lives; key __be32 */
struct ambient_app {
	__u32 ifindex;    /* host side of the pod's veth */
	__u8 mac_addr[6]; /* pod side's */
	__u8 pads[2];
};

/* ztunnel_info: the proxy of this node; all zero when there is none */
struct ambient_proxy {
	__u32 ifindex;
	__u8 mac_addr[6];
	__u8 flag;
	__u8 pad;
};

/* host_ip_info: the node's own addresses */
struct ambient_host {
	__be32 addr[4]; /* IPv4 in the last word */
};

#endif
