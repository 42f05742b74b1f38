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
        var context = migrate_test_context()
        context.ifindex = ifindex
        context.mark = mark
        // SAFETY: `cb` is five plain u32.
        unsafe withUnsafeMutableBytes(of: &context.cb) { bytes in
            for (index, word) in controlBlock.prefix(5).enumerated() {
                unsafe bytes.storeBytes(of: word, toByteOffset: 4 * index, as: UInt32.self)
            }
        }
        // Room for the headers a program may push.
        var output = [UInt8](repeating: 0, count: packet.count + 256)
        var size = UInt32(output.count), verdict: UInt32 = 0, duration: UInt32 = 0
        // SAFETY: packet and output are given with their sizes; everything is used during the call only.
        let result = unsafe migrate_test_run(
            program.raw, packet, UInt32(packet.count), &output, &size, &context, CInt(repeats), &verdict, &duration)
        try checked("test-run", "program on ifindex \(ifindex)", result)
        // SAFETY: as above.
        let words = unsafe withUnsafeBytes(of: context.cb) { bytes in
            (0..<5).map { unsafe bytes.loadUnaligned(fromByteOffset: 4 * $0, as: UInt32.self) }
        }
        return TestRunResult(
            verdict: verdict, packet: Array(output.prefix(Int(size))), controlBlock: words, mark: context.mark,
            duration: duration)
    }
}
