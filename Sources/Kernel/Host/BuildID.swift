import Glibc

/// The hash that the linker put into the running program: tells builds apart, and is read at once (`readelf -n`).
public enum BuildID {
    /// Lower-case hexadecimal digits; `nil` where the program was linked without one.
    public static func current() -> String? {
        let raw = unsafe open("/proc/self/exe", O_RDONLY | O_CLOEXEC)
        guard raw >= 0 else { return nil }
        let file = OwnedDescriptor(owning: raw)
        var bytes = [UInt8](repeating: 0, count: 1 << 16)
        // SAFETY: pread writes at most `count` bytes.
        let length = unsafe pread(file.raw, &bytes, bytes.count, 0)
        return length < 64 ? nil : find(Array(bytes.prefix(length)))
    }

    /// In the beginning of a 64-bit little-endian ELF file (elf(5)): the note of type `NT_GNU_BUILD_ID` in a segment `PT_NOTE`.
    package static func find(_ bytes: [UInt8]) -> String? {
        func number(_ offset: Int, _ width: Int) -> Int? {
            guard offset >= 0, offset <= bytes.count - width else { return nil }
            return bytes[offset..<offset + width].reversed().reduce(0) { ($0 & (.max >> 9)) << 8 | Int($1) }
        }
        guard bytes.starts(with: [0x7f, 0x45, 0x4c, 0x46, 2, 1]), let table = number(32, 8), let size = number(54, 2),
            let count = number(56, 2)
        else { return nil }
        for header in 0..<count {
            let place = table &+ header &* size
            guard number(place, 4) == 4, var note = number(place &+ 8, 8), let length = number(place &+ 32, 8) else {
                continue
            }
            let end = min(bytes.count, note &+ min(length, bytes.count))
            while note < end, let name = number(note, 4), let text = number(note &+ 4, 4),
                let type = number(note &+ 8, 4)
            {
                let content = note &+ 12 &+ (name &+ 3) & ~3
                if type == 3, name == 4, text <= 64, content &+ text <= bytes.count {
                    return bytes[content..<content + text].map { hex($0) }.joined()
                }
                note = content &+ (text &+ 3) & ~3
                if note <= place { break }
            }
        }
        return nil
    }

    private static func hex(_ byte: UInt8) -> String { (byte < 16 ? "0" : "") + String(byte, radix: 16) }
}
