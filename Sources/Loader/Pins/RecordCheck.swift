import Kernel
import Model

extension PinnedHook {
    /// The layout by which an entry is read: its own, or, of a later version that only added to it, the newest that is known
    /// here. `nil` where it is none of these, or has another length than that layout.
    static func layout(of bytes: [UInt8]) -> UInt32? {
        let reader = RecordReader(bytes: bytes)
        if let expected = sizes[reader.version] { return expected == bytes.count ? reader.version : nil }
        guard reader.version > layoutVersion, bytes.count >= size else { return nil }
        return (1...layoutVersion).contains(reader.number(at: readAsOffset)) ? layoutVersion : nil
    }

    /// What in the bytes of a record's entry cannot have been written by this layout; `nil` where nothing is.
    ///
    /// A rollback puts into the slot what stands here, so that a half-written or foreign entry must not pass for one.
    static func fault(in bytes: [UInt8]) -> String? {
        guard let least = sizes.values.min(), bytes.count >= least else {
            return "\(bytes.count) bytes, \(size) needed"
        }
        let reader = RecordReader(bytes: bytes)
        let number = { (offset: Int) -> UInt32 in reader.number(at: offset) }
        guard let layout = layout(of: bytes) else {
            return sizes[number(0)].map { "\(bytes.count) bytes, \($0) needed" } ?? "layout version \(number(0))"
        }
        // Layout 1 knew filters only.
        guard let kind = kinds[number(4)], kind != .tcx || layout > 1 else { return "hook kind \(number(4))" }
        if kind == .tcx, number(240) > 1 { return "direction \(number(240))" }
        if kind == .tcx, number(244) > TCXList.limit { return "\(number(244)) programs at tcx" }
        if reader.number(at: 8) as UInt64 == 0 { return "no namespace" }
        if number(16) == 0 { return "no interface" }
        if number(32) > UInt32(UInt16.max) { return "priority \(number(32))" }
        if number(36) > UInt32(UInt16.max) { return "protocol \(number(36))" }
        if number(40) == 0 { return "no legacy program" }
        if number(48) > 0xf { return "attributes 0x\(String(number(48), radix: 16))" }
        if layout > 2, number(switchOffset) == noPair, number(switchOffset + 4) != 0 {
            return "plain replacement \(number(switchOffset + 4)) of no pair"
        }
        for (name, offset, room) in texts where !reader.isText(at: offset, room: room) { return "\(name) is no text" }
        return nil
    }

    private static let texts = [
        ("interface", 64, 64), ("program name", 128, 32), ("program tag", 160, 32), ("filter tag", 192, 32),
        ("filter name", 256, 256), ("namespace path", 512, 512),
    ]
}

extension PinnedRun {
    /// What in the bytes of entry 0 cannot have been written; `nil` where nothing is.
    static func fault(in header: [UInt8]) -> String? {
        let reader = RecordReader(bytes: header)
        guard let layout = PinnedHook.layout(of: header) else { return "layout version \(reader.version)" }
        let cut: UInt32 = reader.number(at: 16), phase: UInt32 = reader.number(at: phaseOffset)
        if layout > 2, cuts[cut] == nil { return "cut \(cut)" }
        return phase > 1 ? "phase \(phase)" : nil
    }

    /// What the hooks say that does not fit the run; `nil` where all does.
    static func fault(in hooks: [PinnedHook], cut: CutKind) -> String? {
        for (index, hook) in hooks.enumerated() {
            guard let pair = hook.pair else { continue }
            if cut == .direct { return "hook \(index): pair \(pair) in a direct cut" }
            // There is a pair for each hook at most, numbered from 0.
            if pair >= UInt32(hooks.count) { return "hook \(index): pair \(pair) of \(hooks.count.of("hook"))" }
        }
        return nil
    }
}

extension RecordReader {
    /// Whether a text ends within its room, with nothing but zeros behind it.
    func isText(at offset: Int, room: Int) -> Bool {
        let field = bytes[offset..<offset + room]
        guard let end = field.firstIndex(of: 0) else { return false }
        return field[end...].allSatisfy { $0 == 0 }
    }
}
