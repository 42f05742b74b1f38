#pragma once
// Included by shim.h, behind libbpf's headers.

/// What beside a packet's bytes a tc program under test gets to see, and leaves behind.
struct migrate_packet_context {
	__u32 ifindex;
	__u32 mark;
	__u32 priority;
	__u32 segment_size; /* gso_size, bytes; 0: none */
	__u32 cb[5];
};

/// BPF_PROG_TEST_RUN of a tc program on one packet, once. `size_out` is the room for the packet on entry and its
/// length on return. The kernel refuses (EINVAL) a context with anything set that it does not take.
static inline int migrate_packet_run(int program, const void *_Nonnull packet, __u32 size,
				     void *_Nonnull packet_out, __u32 *_Nonnull size_out,
				     struct migrate_packet_context *_Nonnull context,
				     __u32 *_Nonnull verdict)
{
	struct __sk_buff in, out;

	memset(&in, 0, sizeof(in));
	memset(&out, 0, sizeof(out));
	in.ifindex = context->ifindex;
	in.mark = context->mark;
	in.priority = context->priority;
	in.gso_size = context->segment_size;
	if (context->segment_size)
		in.gso_segs = (size + context->segment_size - 1) / context->segment_size;
	memcpy(in.cb, context->cb, sizeof(in.cb));
	LIBBPF_OPTS(bpf_test_run_opts, options, .data_in = packet, .data_size_in = size,
		    .data_out = packet_out, .data_size_out = *size_out, .ctx_in = &in,
		    .ctx_size_in = sizeof(in), .ctx_out = &out, .ctx_size_out = sizeof(out),
		    .repeat = 1);
	int result = bpf_prog_test_run_opts(program, &options);

	*size_out = options.data_size_out;
	*verdict = options.retval;
	context->mark = out.mark;
	context->priority = out.priority;
	memcpy(context->cb, out.cb, sizeof(out.cb));
	return result;
}
