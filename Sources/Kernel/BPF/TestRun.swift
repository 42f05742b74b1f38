import CLibbpf
import Glibc
import SystemPackage

/// What a test run came back with.
public struct TestRunResult: Sendable {
    /// The program's return value, such as `TC_ACT_REDIRECT` (7).
    public var verdict: UInt32
    /// The packet afterwards.
    public var packet: [UInt8]
    /// `skb->cb` afterwards, five words.
    public var controlBlock: [UInt32]
    /// `skb->mark` afterwards.
    public var mark: UInt32
    /// Mean nanoseconds per run.
    public var duration: UInt32
}

/// Runs a tc program without attaching it (`BPF_PROG_TEST_RUN`, net/bpf/test_run.c).
public enum TestRun {
    /// Runs `program` `repeats` times on one packet as if it had come in on `ifindex`.
    ///
    /// Happens in the calling thread's network namespace, with its live routes. `packet` is an Ethernet
    /// frame of at least 14 bytes and at most a page. Map writes and other side effects are real.
    public static func tc(
        _ program: borrowing OwnedDescriptor, packet: [UInt8], ifindex: UInt32, repeats: Int = 1, mark: UInt32 = 0,
        controlBlock: [UInt32] = []
    ) throws(KernelError) -> TestRunResult {
        // SAFETY: __sk_buff is plain numbers here; its pointers stay zero.
        var context = unsafe __sk_buff()
        unsafe context.ifindex = ifindex
        unsafe context.mark = mark
        // SAFETY: `cb` is five plain u32.
        unsafe withUnsafeMutableBytes(of: &context.cb) { bytes in
            for (index, word) in controlBlock.prefix(5).enumerated() {
                unsafe bytes.storeBytes(of: word, toByteOffset: 4 * index, as: UInt32.self)
            }
        }
        var after = unsafe __sk_buff()
        // Room for the headers a program may push.
        var output = [UInt8](repeating: 0, count: packet.count + 256)
        var options = unsafe bpf_test_run_opts()
        let raw = program.raw
        // SAFETY: every pointer in the options is valid for the call and its size is told with it.
        let result = unsafe packet.withUnsafeBytes { input in
            unsafe output.withUnsafeMutableBytes { room in
                unsafe withUnsafeMutablePointer(to: &context) { contextIn in
                    unsafe withUnsafeMutablePointer(to: &after) { contextOut in
                        unsafe options.sz = MemoryLayout<bpf_test_run_opts>.size
                        unsafe options.data_in = input.baseAddress
                        unsafe options.data_size_in = UInt32(input.count)
                        unsafe options.data_out = room.baseAddress
                        unsafe options.data_size_out = UInt32(room.count)
                        unsafe options.ctx_in = UnsafeRawPointer(contextIn)
                        unsafe options.ctx_size_in = UInt32(MemoryLayout<__sk_buff>.size)
                        unsafe options.ctx_out = UnsafeMutableRawPointer(contextOut)
                        unsafe options.ctx_size_out = UInt32(MemoryLayout<__sk_buff>.size)
                        unsafe options.repeat = CInt(repeats)
                        return unsafe bpf_prog_test_run_opts(raw, &options)
                    }
                }
            }
        }
        try checked("test-run", "program on ifindex \(ifindex)", result)
        // SAFETY: as above.
        let words = unsafe withUnsafeBytes(of: after.cb) { bytes in
            (0..<5).map { unsafe bytes.loadUnaligned(fromByteOffset: 4 * $0, as: UInt32.self) }
        }
        return unsafe TestRunResult(
            verdict: options.retval, packet: Array(output.prefix(Int(options.data_size_out))), controlBlock: words,
            mark: after.mark, duration: options.duration)
    }
}
