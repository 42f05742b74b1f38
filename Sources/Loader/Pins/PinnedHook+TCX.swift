import Kernel
import Model

/// What layout 2 keeps of a hook at tcx (docs/pins.md).
extension PinnedHook {
    func put(tcx attachment: Attachment?, in writer: inout RecordWriter) {
        writer.put(attachment?.linkID ?? 0, at: 224)
        writer.put(attachment?.position ?? 0, at: 228)
        writer.put(attachment?.revision ?? 0, at: 232)
        writer.put(UInt32(before.direction == .ingress ? 0 : 1), at: 240)
        guard let list else { return }
        writer.put(UInt32(list.entries.count), at: 244)
        writer.put(list.revision, at: 248)
        for (index, entry) in list.entries.prefix(TCXList.limit).enumerated() {
            writer.put(entry.programID, at: 1024 + 8 * index)
            writer.put(entry.linkID ?? 0, at: 1028 + 8 * index)
        }
    }

    static func direction(_ reader: RecordReader) -> HookDirection {
        (reader.number(at: 240) as UInt32) == 0 ? .ingress : .egress
    }

    static func attachment(_ reader: RecordReader) -> Attachment {
        Attachment(linkID: linkID(reader, at: 224), position: reader.number(at: 228), revision: reader.number(at: 232))
    }

    /// `nil` where the list was not known, or cannot be one.
    static func list(_ reader: RecordReader) -> TCXList? {
        let count: UInt32 = reader.number(at: 244)
        guard count > 0, count <= TCXList.limit, reader.bytes.count >= 1024 + 8 * Int(count) else { return nil }
        let entries = (0..<Int(count)).map { index in
            TCXList.Entry(
                programID: reader.number(at: 1024 + 8 * index), linkID: linkID(reader, at: 1028 + 8 * index))
        }
        return TCXList(entries: entries, revision: reader.number(at: 248))
    }

    /// Ids start at 1 (`link_idr`, kernel/bpf/syscall.c).
    private static func linkID(_ reader: RecordReader, at offset: Int) -> UInt32? {
        let id: UInt32 = reader.number(at: offset)
        return id == 0 ? nil : id
    }
}
