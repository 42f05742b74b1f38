// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/* A program that no verifier takes, whoever loads it: it reads a packet's bytes without asking how many there are.
 * For the tests of what is said then; the kernel answers EACCES. */
#include <linux/bpf.h>
#include <linux/pkt_cls.h>
#include <bpf/bpf_helpers.h>

SEC("tc")
int unbounded(struct __sk_buff *skb)
{
	const volatile char *packet = (const volatile char *)(long)skb->data;

	return packet[64] ? TC_ACT_OK : TC_ACT_SHOT;
}

char _license[] SEC("license") = "GPL";
