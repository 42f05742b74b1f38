/// Reads a frame's fields, none of which need be there.
struct ByteReader {
    let bytes: [UInt8]
    /// Where what is read next begins.
    var offset = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var left: Int { max(0, bytes.count - offset) }

    /// Counted from `offset`, which stays.
    func byte(_ place: Int) -> UInt8? {
        bytes.indices.contains(offset + place) ? bytes[offset + place] : nil
    }

    func word(_ place: Int) -> UInt16? {
        guard let upper = byte(place), let lower = byte(place + 1) else { return nil }
        return UInt16(upper) << 8 | UInt16(lower)
    }

    func slice(_ place: Int, _ count: Int) -> ArraySlice<UInt8>? {
        let start = offset + place
        guard start >= 0, count >= 0, start <= bytes.count - count else { return nil }
        return bytes[start..<start + count]
    }
}
