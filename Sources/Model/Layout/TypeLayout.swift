/// What the bytes of a key or a value mean, member by member, as BTF describes the type.
///
/// Structs, unions, arrays of structs and typedefs are resolved: every member is a run of bytes with a path such as
/// `endpoint.mac`. Members of a union overlap. Bytes that no member covers are members of kind `padding`.
public struct TypeLayout: Codable, Hashable, Sendable {
    /// As C writes it: `struct ambient_app`, `__be32`.
    public var typeName: String
    /// Bytes.
    public var size: UInt32
    /// By offset.
    public var members: [Member]

    public struct Member: Codable, Hashable, Sendable {
        /// Dotted from the type's own members on; empty where the type has none, as a number has not.
        public var path: String
        /// Bytes from the start of the type.
        public var offset: UInt32
        /// Bytes of all elements together; of a bitfield those that it touches.
        public var size: UInt32
        public var kind: Kind
        /// The member's own type, before typedefs are resolved: `__be32`, `__u8`, `struct in6_addr`.
        public var typeName: String
        /// Elements of an array; 1 for everything else.
        public var count: UInt32
        /// Of a bitfield: the first bit, counted from the member's offset as this machine counts bits.
        public var bitOffset: UInt32?
        /// Of a bitfield.
        public var bits: UInt32?
        /// Of an enumeration: the name of each value.
        public var names: [EnumName]?

        public init(
            path: String, offset: UInt32, size: UInt32, kind: Kind, typeName: String, count: UInt32 = 1,
            bitOffset: UInt32? = nil, bits: UInt32? = nil, names: [EnumName]? = nil
        ) {
            self.path = path
            self.offset = offset
            self.size = size
            self.kind = kind
            self.typeName = typeName
            self.count = count
            self.bitOffset = bitOffset
            self.bits = bits
            self.names = names
        }
    }

    public struct EnumName: Codable, Hashable, Sendable {
        /// As a signed number; unsigned ones above 2^63 wrap.
        public var value: Int64
        public var name: String
        public init(value: Int64, name: String) {
            self.value = value
            self.name = name
        }
    }

    public enum Kind: String, Codable, Hashable, Sendable {
        case unsigned, signed, bool, float
        /// An array of bytes: a MAC, an address, a key.
        case bytes
        /// An array of char.
        case text
        case enumeration, pointer, bitfield
        /// Known by size only: a long array of structs, or a type that BTF only names.
        case opaque
        case padding
    }

    public init(typeName: String, size: UInt32, members: [Member]) {
        self.typeName = typeName
        self.size = size
        self.members = members
    }
}

/// What BTF says of a map's keys and values.
public struct MapLayout: Codable, Hashable, Sendable {
    public var key: TypeLayout?
    public var value: TypeLayout?

    public init(key: TypeLayout?, value: TypeLayout?) {
        self.key = key
        self.value = value
    }
}

extension TypeLayout {
    /// `struct ambient_app {ifindex at 0, mac_addr at 4}`; the first dozen members.
    public var summary: String {
        let named = members.filter { $0.kind != .padding && !$0.path.isEmpty }
        guard !named.isEmpty else { return typeName }
        let shown = named.prefix(12).map { "\($0.path) at \($0.offset)" } + (named.count > 12 ? ["…"] : [])
        return "\(typeName) {\(shown.joined(separator: ", "))}"
    }
}

extension MapLayout {
    /// Key and value in one line.
    public var summary: String { "\(key?.summary ?? "?") → \(value?.summary ?? "?")" }
}
