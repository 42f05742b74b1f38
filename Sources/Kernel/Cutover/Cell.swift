import BPFObjects
import Model

/// The cell of a run, read-only.
public struct Cell: ~Copyable {
    public let map: BPFMap
    /// As the object names it (bpf/control.bpf.c).
    public static let name = "migrate_cell"

    /// Throws ENOENT where nothing is pinned there, `refused` for a map that is no cell.
    public init(pin path: String) throws(KernelError) {
        try self.init(try BPFMap(pin: path))
    }

    public init(_ map: consuming BPFMap) throws(KernelError) {
        // The record of a run has keys of four bytes and long values, too.
        guard map.record.name == Self.name, map.record.keySize == 4,
            map.record.valueSize >= UInt32(MemoryLayout<migrate_cell_head>.size)
        else {
            throw .refused("read", "map \(map.record.id)", "it is no cell of a run")
        }
        self.map = map
    }

    /// What packets take now. Reads BPF's clock only where a deadline is set.
    public func sight() throws(KernelError) -> CellSight {
        let head = try head()
        guard let word = CellWord(raw: head.word) else {
            throw .malformed("read", "cell \(map.record.id)", "word 0x\(String(head.word, radix: 16))")
        }
        guard word.state == .open, head.deadline != 0 else { return CellSight(word: word, remainingMilliseconds: nil) }
        let now = try BPFClock.read().boottime
        let left = Int64(bitPattern: head.deadline &- now)
        return CellSight(word: word, remainingMilliseconds: Int(left / 1_000_000))
    }

    func head() throws(KernelError) -> migrate_cell_head {
        guard let value = try map.value(of: [0, 0, 0, 0]) else {
            throw .malformed("read", "cell \(map.record.id)", "it has no entry")
        }
        var head = migrate_cell_head()
        // SAFETY: as many bytes are copied as the structure has.
        unsafe withUnsafeMutableBytes(of: &head) { unsafe $0.copyBytes(from: value.prefix($0.count)) }
        return head
    }
}
