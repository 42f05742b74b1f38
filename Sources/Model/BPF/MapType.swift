/// The type of a map: `BPF_MAP_TYPE_*` (include/uapi/linux/bpf.h), in documents by the kernel's name for it.
public struct MapType: Sendable {
    public var number: UInt32
    /// As earlier versions did. What is read so is written so again: the digest of an old plan stays as it is.
    private var isWrittenAsNumber = false

    public init(_ number: UInt32) { self.number = number }

    private static let names: [UInt32: String] = [
        1: "hash", 2: "array", 3: "prog_array", 5: "percpu_hash", 6: "percpu_array", 9: "lru_hash",
        10: "lru_percpu_hash", 11: "lpm_trie", 25: "devmap_hash",
    ]
    private static let unnamed = "type-"

    /// As bpftool prints it.
    public var name: String { Self.names[number] ?? "\(Self.unnamed)\(number)" }

    init?(name: String) {
        if let known = Self.names.first(where: { $0.value == name }) {
            self.init(known.key)
        } else if name.hasPrefix(Self.unnamed), let number = UInt32(name.dropFirst(Self.unnamed.count)) {
            self.init(number)
        } else {
            return nil
        }
    }
}

extension MapType: Hashable {
    public static func == (left: MapType, right: MapType) -> Bool { left.number == right.number }
    public func hash(into hasher: inout Hasher) { hasher.combine(number) }
}

extension MapType: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let number = try? container.decode(UInt32.self) {
            self.init(number)
            isWrittenAsNumber = true
            return
        }
        let name = try container.decode(String.self)
        guard let type = MapType(name: name) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "no type of maps: \(name)")
        }
        self = type
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        if isWrittenAsNumber { try container.encode(number) } else { try container.encode(name) }
    }
}
