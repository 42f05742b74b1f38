/// What was found out of a deployment, to be made a profile of.
///
/// What cannot be seen from outside gets the value that redirects least; it is for a person to correct.
public struct ProfileDraft: Sendable {
    public struct Map: Hashable, Sendable {
        public var pin: String?
        public var name: String?
        public var keySize: UInt32
        public var addressOffset: UInt32
        public var family: AddressFamily
        public var byteOrder: Profile.ByteOrder
        public var valueSize: UInt32
        public var ifindexOffset: UInt32
        public var ifindexWidth: UInt32
        public var destinationMACOffset: UInt32
        public var sourceMACOffset: UInt32?

        public init(
            pin: String? = nil, name: String? = nil, keySize: UInt32, addressOffset: UInt32, family: AddressFamily,
            byteOrder: Profile.ByteOrder, valueSize: UInt32, ifindexOffset: UInt32, ifindexWidth: UInt32,
            destinationMACOffset: UInt32, sourceMACOffset: UInt32? = nil
        ) {
            self.pin = pin
            self.name = name
            self.keySize = keySize
            self.addressOffset = addressOffset
            self.family = family
            self.byteOrder = byteOrder
            self.valueSize = valueSize
            self.ifindexOffset = ifindexOffset
            self.ifindexWidth = ifindexWidth
            self.destinationMACOffset = destinationMACOffset
            self.sourceMACOffset = sourceMACOffset
        }

        public var legacyMap: Profile.LegacyMap {
            Profile.LegacyMap(
                pin: pin, name: name,
                key: .init(size: keySize, offset: addressOffset, family: family, byteOrder: byteOrder),
                value: .init(
                    size: valueSize, ifindexOffset: ifindexOffset, ifindexWidth: ifindexWidth,
                    destinationMACOffset: destinationMACOffset, sourceMACOffset: sourceMACOffset))
        }
    }

    public var name: String
    public var summary: String
    public var maps: [Map]
    public var kind: HookKind
    public var direction: HookDirection
    public var writers: [String]
    /// Where the program's instructions show one.
    public var mark: UInt32?
    public var controlBlock: Profile.ControlBlock?

    public init(
        name: String, summary: String, maps: [Map], kind: HookKind, direction: HookDirection, writers: [String],
        mark: UInt32? = nil, controlBlock: Profile.ControlBlock? = nil
    ) {
        self.name = name
        self.summary = summary
        self.maps = maps
        self.kind = kind
        self.direction = direction
        self.writers = writers
        self.mark = mark
        self.controlBlock = controlBlock
    }

    /// TCP and UDP only, and only what the map holds: nothing that the legacy program may have left alone is redirected.
    public var profile: Profile {
        let families = AddressFamily.allCases.filter { family in maps.contains { $0.family == family } }
        return Profile(
            name: name, summary: summary, members: .enrolled, maps: maps.map(\.legacyMap), keep: [],
            hook: .init(kind: kind, direction: direction),
            contract: .init(
                families: families, protocols: [.tcp, .udp], onFailure: .pass, controlBlock: controlBlock,
                mark: mark),
            writers: .init(processes: writers, plugins: []))
    }
}
