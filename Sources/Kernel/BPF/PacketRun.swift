import CLibbpf
import Glibc
import Model
import SystemPackage

/// Runs a tc program on one packet after the other, without attaching it (`BPF_PROG_TEST_RUN`, net/bpf/test_run.c).
///
/// In the calling thread's network namespace, with its live routes. Map writes and other side effects are real.
public struct PacketRun {
    /// The interface that packets come in on.
    public var ifindex: UInt32
    /// Reused from packet to packet.
    private var room: [UInt8]

    public init(ifindex: UInt32) {
        self.ifindex = ifindex
        // The kernel takes a page at most; there is room for what a program may push.
        room = [UInt8](repeating: 0, count: 8192)
    }

    /// - Parameter packet: its frame has at least 15 bytes: more than an Ethernet header.
    public mutating func run(
        _ program: borrowing BPFProgram, on packet: PacketCase
    ) throws(KernelError) -> ProgramOutcome {
        var context = migrate_packet_context()
        context.ifindex = ifindex
        context.mark = packet.metadata.mark
        context.priority = packet.metadata.priority
        context.segment_size = packet.metadata.segmentSize
        // SAFETY: `cb` is five plain u32.
        unsafe withUnsafeMutableBytes(of: &context.cb) { bytes in
            for (index, word) in packet.metadata.controlBlock.prefix(5).enumerated() {
                unsafe bytes.storeBytes(of: word, toByteOffset: 4 * index, as: UInt32.self)
            }
        }
        var size = UInt32(room.count), verdict: UInt32 = 0
        // SAFETY: packet and room are given with their sizes; everything is used during the call only.
        let result = unsafe migrate_packet_run(
            program.descriptor.raw, packet.frame, UInt32(packet.frame.count), &room, &size, &context, &verdict)
        try checked("test-run", "program \(program.record.id) on ifindex \(ifindex)", result)
        // SAFETY: as above.
        let words = unsafe withUnsafeBytes(of: context.cb) { bytes in
            (0..<5).map { unsafe bytes.loadUnaligned(fromByteOffset: 4 * $0, as: UInt32.self) }
        }
        return ProgramOutcome(
            verdict: TCVerdict(returned: verdict), frame: Array(room.prefix(Int(size))), mark: context.mark,
            priority: context.priority, controlBlock: words)
    }
}
