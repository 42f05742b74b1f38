/// A BPF map (`struct bpf_map_info`, include/uapi/linux/bpf.h).
public struct MapRecord: Codable, Hashable, Sendable {
    public var id: UInt32
    public var name: String
    private var mapType: MapType
    /// Bytes.
    public var keySize: UInt32
    /// Bytes.
    public var valueSize: UInt32
    public var maxEntries: UInt32
    /// `BPF_F_*`.
    public var flags: UInt32
    /// Path of the pin, relative to the bpffs.
    public var pin: String?
    /// Entries read.
    public var entries: Int
    /// Processes that hold a descriptor of it.
    public var holders: [Process]
    /// How its entries change; `nil` where it was read once.
    public var activity: MapActivity?
    /// What BTF says of its keys and values; `nil` where the map has none.
    public var layout: MapLayout?

    /// A process, as found in `/proc`, and what it holds.
    public struct Process: Codable, Hashable, Sendable {
        public var pid: Int32
        public var command: String
        /// Of a map: whether a descriptor of it can change entries (`O_ACCMODE` of its flags). `nil` for programs and
        /// links, and where nobody looked.
        public var writable: Bool?
        public init(pid: Int32, command: String, writable: Bool? = nil) {
            self.pid = pid
            self.command = command
            self.writable = writable
        }
    }

    public init(
        id: UInt32, name: String, type: UInt32, keySize: UInt32, valueSize: UInt32, maxEntries: UInt32,
        flags: UInt32, pin: String? = nil, entries: Int = 0, holders: [Process] = [], activity: MapActivity? = nil,
        layout: MapLayout? = nil
    ) {
        self.id = id
        self.name = name
        mapType = MapType(type)
        self.keySize = keySize
        self.valueSize = valueSize
        self.maxEntries = maxEntries
        self.flags = flags
        self.pin = pin
        self.entries = entries
        self.holders = holders
        self.activity = activity
        self.layout = layout
    }

    /// How messages name it: by its pin, or, without one, by the kernel's name for it.
    public var title: String { pin ?? name }

    /// `BPF_MAP_TYPE_LPM_TRIE`: its keys begin with a prefix length (`struct bpf_lpm_trie_key`).
    public var isTrie: Bool { type == 11 }

    /// `BPF_MAP_TYPE_DEVMAP_HASH` by ifindex: the kernel takes an interface out when it goes.
    public var isDeviceSet: Bool { type == 25 && keySize == 4 }

    /// `BPF_MAP_TYPE_*`: 1 hash, 2 array.
    public var type: UInt32 {
        get { mapType.number }
        set { mapType = MapType(newValue) }
    }

    /// The kernel's name of the type, as bpftool prints it.
    public var typeName: String { mapType.name }

    private enum CodingKeys: String, CodingKey {
        case id, name, keySize, valueSize, maxEntries, flags, pin, entries, holders, activity, layout
        case mapType = "type"
    }
}

/// One entry of a map: the bytes as read, and what the profile makes of them.
public struct MapEntry: Codable, Hashable, Sendable {
    public var mapID: UInt32
    public var key: [UInt8]
    public var value: [UInt8]

    public init(mapID: UInt32, key: [UInt8], value: [UInt8]) {
        self.mapID = mapID
        self.key = key
        self.value = value
    }
}
