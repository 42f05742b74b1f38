// Why not libbpf's btf__*: the version of Debian 12 (1.1) takes a blob's inner references on trust, and malformed BTF
// has crashed it. Here nothing is believed: the whole blob is checked once, and every read is inside its bounds.

/// The types of one BTF blob (include/uapi/linux/btf.h, Documentation/bpf/btf.rst).
public struct BTF: Sendable {
    let bytes: [UInt8]
    /// Where each type begins in the blob; type 1 is the first, 0 is void.
    let offsets: [UInt32]
    /// The string section.
    let strings: Range<Int>

    /// Types without void.
    public var typeCount: Int { offsets.count }

    /// More than any kernel has; the kernel itself takes 16 MB from programs (`BTF_MAX_SIZE`).
    static let sizeLimit = 64 << 20

    /// Reads and checks a whole blob. Pure.
    public init(_ bytes: [UInt8]) throws(BTFFault) {
        guard bytes.count <= Self.sizeLimit else { throw BTFFault("\(bytes.count) bytes, \(Self.sizeLimit) at most") }
        let sections = try bytes.withSpan { (span) throws(BTFFault) in try Sections(span) }
        let offsets = try bytes.withSpan { (span) throws(BTFFault) in try Self.offsets(span, sections.types) }
        self.bytes = bytes
        self.offsets = offsets
        strings = sections.strings
        try bytes.withSpan { (span) throws(BTFFault) in
            for index in offsets.indices { try check(try type(UInt32(index + 1), in: span), in: span) }
        }
    }

    private struct Sections {
        var types: Range<Int>
        var strings: Range<Int>

        /// From `struct btf_header`.
        init(_ bytes: RawSpan) throws(BTFFault) {
            let magic = try bytes.half(at: 0)
            guard magic != 0x9feb else { throw BTFFault("it is of a machine with the other byte order") }
            guard magic == 0xeb9f else { throw BTFFault("its magic number is 0x\(String(magic, radix: 16))") }
            let version = try bytes.octet(at: 2)
            guard version == 1 else { throw BTFFault("its version is \(version)") }
            let header = Int(try bytes.word(at: 4))
            guard header >= 24, header <= bytes.byteCount else { throw BTFFault("its header has \(header) bytes") }
            types = try Self.section(bytes, at: 8, header, "types")
            strings = try Self.section(bytes, at: 16, header, "strings")
            guard types.lowerBound % 4 == 0 else { throw BTFFault("its types are not aligned") }
            guard !types.overlaps(strings) else { throw BTFFault("its types and strings overlap") }
            guard !strings.isEmpty, try bytes.octet(at: strings.lowerBound) == 0,
                try bytes.octet(at: strings.upperBound - 1) == 0
            else { throw BTFFault("its strings do not begin and end with a zero byte") }
        }

        private static func section(
            _ bytes: RawSpan, at place: Int, _ header: Int, _ what: String
        ) throws(BTFFault) -> Range<Int> {
            let start = header + Int(try bytes.word(at: place))
            let end = start + Int(try bytes.word(at: place + 4))
            guard end <= bytes.byteCount else {
                throw BTFFault("its \(what) end at \(end) of \(bytes.byteCount) bytes")
            }
            return start..<end
        }
    }

    private static func offsets(_ bytes: RawSpan, _ section: Range<Int>) throws(BTFFault) -> [UInt32] {
        var offsets: [UInt32] = []
        var place = section.lowerBound
        while place < section.upperBound {
            let id = UInt32(offsets.count + 1)
            guard section.upperBound - place >= BTFType.headerSize else {
                throw BTFFault("\(section.upperBound - place) bytes are left, \(BTFType.headerSize) needed", type: id)
            }
            let type = try BTFType(bytes, at: place, id: id)
            let end = type.trailing + type.kind.trailing(type.count)
            guard end <= section.upperBound else { throw BTFFault("it ends behind the types", type: id) }
            offsets.append(UInt32(place))
            place = end
        }
        return offsets
    }

    /// The type with this id, which is not void.
    func type(_ id: UInt32, in bytes: RawSpan) throws(BTFFault) -> BTFType {
        guard id >= 1, Int(id) <= offsets.count else {
            throw BTFFault(id == 0 ? "void where a type is needed" : "there is no type \(id)")
        }
        return try BTFType(bytes, at: Int(offsets[Int(id) - 1]), id: id)
    }

    /// A name; longer ones than the kernel takes (`KSYM_NAME_LEN`) are a fault.
    func text(_ offset: UInt32, in bytes: RawSpan) throws(BTFFault) -> String {
        try checkName(offset)
        let start = strings.lowerBound + Int(offset)
        var end = start
        while try bytes.octet(at: end) != 0 {
            end += 1
            guard end - start < 512 else { throw BTFFault("a name is longer than 511 bytes") }
        }
        return String(decoding: bytes.extracting(start..<end).byteArray(), as: UTF8.self)
    }

    func checkName(_ offset: UInt32) throws(BTFFault) {
        guard Int(offset) < strings.count else {
            throw BTFFault("a name at \(offset) of \(strings.count) bytes of strings")
        }
    }
}
