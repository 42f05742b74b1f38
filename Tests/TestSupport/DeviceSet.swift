import Kernel

enum DeviceSet {
    /// Keys of a DEVMAP_HASH, in order.
    static func members(pin: String) throws -> [UInt32] {
        let map = try BPFMap(pin: pin)
        return try map.entries().map { entry in entry.key.reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) } }
            .sorted()
    }
}
