/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* What the measuring programs are told. */
#ifndef MIGRATE_LAB_MEASURE_H
#define MIGRATE_LAB_MEASURE_H

#define MEASURE_IPV4_OFFSET 30 /* last word of the destination: Ethernet 14, daddr 16 */
#define MEASURE_IPV6_OFFSET 50 /* Ethernet 14, daddr 24, word 12 */

struct measure_spread {
	__u32 offset; /* of the destination's last word in the frame */
	__u32 first;  /* that word of the first destination, host order */
	__u32 count;  /* destinations, one after the other; not divisible by 20,599 */
};

#endif
