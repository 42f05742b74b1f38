/// Fixed places in a block of bytes.
struct RecordWriter {
    private(set) var bytes: [UInt8]
    init(size: Int) { bytes = [UInt8](repeating: 0, count: size) }

    mutating func put<T: FixedWidthInteger>(_ value: T, at offset: Int) {
        for index in 0..<MemoryLayout<T>.size {
            bytes[offset + index] = UInt8(truncatingIfNeeded: value.littleEndian >> (8 * index))
        }
    }

    /// Cut to `room - 1` bytes, so that it always ends with a zero.
    mutating func put(_ text: String, at offset: Int, room: Int) {
        for (index, byte) in text.utf8.prefix(room - 1).enumerated() { bytes[offset + index] = byte }
    }
}

struct RecordReader {
    let bytes: [UInt8]

    /// Layout version; 0 for a block too short to say.
    var version: UInt32 { bytes.count >= 4 ? number(at: 0) : 0 }

    func number<T: FixedWidthInteger>(at offset: Int) -> T {
        (0..<MemoryLayout<T>.size).reduce(T.zero) { $0 | T(truncatingIfNeeded: bytes[offset + $1]) << (8 * $1) }
    }

    func text(at offset: Int, room: Int) -> String {
        String(decoding: bytes[offset..<offset + room].prefix { $0 != 0 }, as: UTF8.self)
    }
}
