/// What "map-based redirect" means in one kind of deployment.
///
/// Read from YAML by ``ProfileReader``; the built-in ones are in ``BuiltInProfiles``.
public struct Profile: Codable, Hashable, Sendable {
    public var name: String
    public var summary: String
    /// Whether every pod of the node is a member, or only those the map holds.
    public var members: Members
    /// The maps that say where a destination is: the ones this migration retires.
    public var maps: [LegacyMap]
    /// What belongs to the same deployment and stays as it is, with the reason.
    public var keep: [Kept]
    /// Where the legacy programs are attached.
    public var hook: HookSelector
    public var contract: Contract
    public var writers: Writers

    public enum Members: String, Codable, CaseIterable, Sendable {
        case allLocalPods = "all-local-pods"
        case enrolled
    }

    public enum ByteOrder: String, Codable, CaseIterable, Sendable {
        case network
        case host
    }

    /// Found by its pin or by its name; one of the two is given.
    public struct LegacyMap: Codable, Hashable, Sendable {
        /// Path relative to the bpffs, as ``PinPattern`` reads it: each pin that fits is a legacy map.
        public var pin: String?
        /// The kernel's name of the map, for maps that are not pinned; the kernel knows its first 15 characters.
        public var name: String?
        public var key: KeyLayout
        public var value: ValueLayout

        /// How messages name it.
        public var title: String { pin ?? name ?? "" }

        public init(pin: String? = nil, name: String? = nil, key: KeyLayout, value: ValueLayout) {
            self.pin = pin
            self.name = name
            self.key = key
            self.value = value
        }
    }

    /// Bytes of a key; offsets from its start.
    public struct KeyLayout: Codable, Hashable, Sendable {
        public var size: UInt32
        public var offset: UInt32
        public var family: AddressFamily
        public var byteOrder: ByteOrder

        public init(size: UInt32, offset: UInt32, family: AddressFamily, byteOrder: ByteOrder) {
            self.size = size
            self.offset = offset
            self.family = family
            self.byteOrder = byteOrder
        }
    }

    /// Bytes of a value; offsets from its start.
    public struct ValueLayout: Codable, Hashable, Sendable {
        public var size: UInt32
        public var ifindexOffset: UInt32
        /// 2 or 4 bytes, host order.
        public var ifindexWidth: UInt32
        public var destinationMACOffset: UInt32
        /// Present where the legacy program rewrites the source as well.
        public var sourceMACOffset: UInt32?

        public init(
            size: UInt32, ifindexOffset: UInt32, ifindexWidth: UInt32, destinationMACOffset: UInt32,
            sourceMACOffset: UInt32? = nil
        ) {
            self.size = size
            self.ifindexOffset = ifindexOffset
            self.ifindexWidth = ifindexWidth
            self.destinationMACOffset = destinationMACOffset
            self.sourceMACOffset = sourceMACOffset
        }
    }

    /// A map whose readers stay, or a program that reads none of the maps; one of the two is given.
    public struct Kept: Codable, Hashable, Sendable {
        /// Path relative to the bpffs, as ``PinPattern`` reads it: every map that fits stays.
        public var pin: String?
        /// Name of a program; the kernel knows its first 15 characters.
        public var program: String?
        public var why: String
    }

    public struct HookSelector: Codable, Hashable, Sendable {
        public var kind: HookKind
        public var direction: HookDirection
    }

    /// What the legacy program promises its neighbours; becomes the replacement's configuration.
    public struct Contract: Codable, Hashable, Sendable {
        public var families: [AddressFamily]
        public var protocols: [L4Protocol]
        public var onFailure: OnFailure
        public var onMiss: OnMiss
        /// Word of `skb->cb` set on a redirected packet.
        public var controlBlock: ControlBlock?
        /// `skb->mark` set on a redirected packet.
        public var mark: UInt32?

        public init(
            families: [AddressFamily], protocols: [L4Protocol], onFailure: OnFailure, onMiss: OnMiss = .ok,
            controlBlock: ControlBlock? = nil, mark: UInt32? = nil
        ) {
            self.families = families
            self.protocols = protocols
            self.onFailure = onFailure
            self.onMiss = onMiss
            self.controlBlock = controlBlock
            self.mark = mark
        }
    }

    public enum L4Protocol: String, Codable, CaseIterable, Sendable {
        case tcp
        case udp
        case any
    }

    /// What happens to a packet for a known member that the FIB cannot place.
    public enum OnFailure: String, Codable, CaseIterable, Sendable {
        case pass
        case drop
    }

    /// What the program returns for a packet that it does not redirect.
    public enum OnMiss: String, Codable, Sendable, CaseIterable {
        /// `TC_ACT_OK`, at tcx `TCX_PASS`: the packet goes on to the stack, and nobody behind the hook sees it.
        case ok
        /// `TC_ACT_UNSPEC`, at tcx `TCX_NEXT`: the next filter or program decides.
        case next
    }

    public struct ControlBlock: Codable, Hashable, Sendable {
        /// 0…4.
        public var index: UInt32
        public var value: UInt32
        public init(index: UInt32, value: UInt32) {
            self.index = index
            self.value = value
        }
    }

    /// Who keeps the legacy maps up to date.
    public struct Writers: Codable, Hashable, Sendable {
        /// Names of processes, as in `/proc/PID/comm`.
        public var processes: [String]
        /// Paths of CNI plugins on the node.
        public var plugins: [String]
    }
}
