import Kernel
import Mirror
import Model
import Testing

/// Where a frame ends.
enum Way: Equatable {
    /// By a program: nothing but MACs is changed.
    case redirected(UInt32)
    /// By the stack: TTL or hop limit is one less.
    case routed(UInt32)
    /// Not at all.
    case gone
    /// Anything else: several frames, other contents.
    case other([Observed])

    init(_ seen: [Observed], of frame: MirrorFrame) {
        guard let one = seen.first else {
            self = .gone
            return
        }
        let sent = Way.content(frame.bytes), got = Array(one.bytes.dropFirst(12))
        if seen.count == 1, got == sent {
            self = .redirected(one.ifindex)
        } else if seen.count == 1, got == Way.oneHop(sent) {
            self = .routed(one.ifindex)
        } else {
            self = .other(seen)
        }
    }

    /// What follows the MACs, without the outermost VLAN tag, which the kernel keeps beside it.
    private static func content(_ bytes: [UInt8]) -> [UInt8] {
        let tagged = bytes[12] == 0x81 || bytes[12] == 0x88 && bytes[13] == 0xa8
        return Array(bytes.dropFirst(tagged ? 16 : 12))
    }

    /// After a router: RFC 1141 for the checksum of IPv4.
    private static func oneHop(_ content: [UInt8]) -> [UInt8] {
        var copy = content
        switch (content[0], content[1]) {
        case (0x08, 0) where content.count > 12:
            copy[10] -= 1
            let sum = UInt32(content[12]) << 8 + UInt32(content[13]) + 0x100
            let folded = UInt16(truncatingIfNeeded: sum + sum >> 16)
            (copy[12], copy[13]) = (UInt8(folded >> 8), UInt8(folded & 0xff))
        case (0x86, 0xdd) where content.count > 9: copy[9] -= 1
        default: break
        }
        return copy
    }
}

/// Legacy program and replacement on the same frames, one after the other.
struct Comparison {
    var frames: [MirrorFrame]
    var legacy: [[Observed]]
    var ours: [[Observed]]

    init(
        _ legacy: borrowing LegacyProgram, _ replacement: borrowing BPFProgram, _ frames: [MirrorFrame],
        in layout: MirrorLayout = Sample.layout
    ) throws {
        var mirror = try Mirror(layout)
        self.frames = frames
        self.legacy = try mirror.observe(legacy.program.raw, at: Sample.hook, frames: frames)
        ours = try mirror.observe(replacement.descriptor.raw, at: Sample.hook, frames: frames)
    }

    /// All frames end so, by either program, and nothing but the source MAC differs, which `keepsSource` forbids, too.
    func expect(
        _ way: Way, keepsSource: Bool = false, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(legacy.count == frames.count && ours.count == frames.count, sourceLocation: sourceLocation)
        for (frame, (theirs, mine)) in zip(frames, zip(legacy, ours)) {
            let line = Comment(rawValue: FrameText.line(frame.bytes))
            #expect(Way(theirs, of: frame) == way, line, sourceLocation: sourceLocation)
            #expect(Way(mine, of: frame) == way, line, sourceLocation: sourceLocation)
            let differ = keepsSource ? theirs != mine : !Self.alike(theirs, mine)
            #expect(!differ, line, sourceLocation: sourceLocation)
        }
    }

    /// Alike but for the source MAC: of ours, it is always the output device's.
    private static func alike(_ theirs: [Observed], _ mine: [Observed]) -> Bool {
        func anonymous(_ seen: Observed) -> Observed {
            var copy = seen
            copy.bytes.replaceSubrange(6..<12, with: [0, 0, 0, 0, 0, 0])
            return copy
        }
        return theirs.map(anonymous) == mine.map(anonymous)
    }
}

extension MirrorFrame {
    init(_ packet: Packet) { self.init(packet.bytes) }
}
