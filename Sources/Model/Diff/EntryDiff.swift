/// Compares the entries of two snapshots as they stream by, each side in the order of maps and keys.
///
/// Neither side is ever held as a whole: a map may have a million entries.
public enum EntryDiff {
    /// An entry under the name of its map, which both sides share where their map ids differ.
    public struct Entry: Sendable {
        public var map: String
        public var key: [UInt8]
        public var value: [UInt8]
        /// What the profile makes of key and value, where it says.
        public var address: String?
        public var ifindex: UInt32?
        /// Bytes into the value: said only of entries that differ, for most do not.
        public var macOffset: Int?
        public init(map: String, key: [UInt8], value: [UInt8], address: String?, ifindex: UInt32?, macOffset: Int?) {
            self.map = map
            self.key = key
            self.value = value
            self.address = address
            self.ifindex = ifindex
            self.macOffset = macOffset
        }

        var mac: MACAddress? { macOffset.flatMap { MACAddress(bytes: value.dropFirst($0).prefix(6)) } }

        /// As SQLite orders texts and blobs: byte by byte.
        static func precedes(_ left: Entry, _ right: Entry) -> Bool {
            left.map == right.map
                ? left.key.lexicographicallyPrecedes(right.key)
                : left.map.utf8.lexicographicallyPrecedes(right.map.utf8)
        }
    }

    /// The sides take turns, smaller key first.
    public static func compare(
        _ before: () throws -> Entry?, _ after: () throws -> Entry?
    ) rethrows -> DiffGroup {
        var group = DiffGroup(name: "entries")
        var old = try before(), new = try after()
        while old != nil || new != nil {
            if let left = old, new.map({ Entry.precedes(left, $0) }) ?? true {
                group.remove(item(left).thing)
                old = try before()
            } else if let right = new, old.map({ Entry.precedes(right, $0) }) ?? true {
                group.add(item(right).thing)
                new = try after()
            } else if let left = old, let right = new {
                if left.value != right.value {
                    let changes = item(left).changes(to: item(right))
                    group.change(.init(title: item(right).title, attributes: changes))
                }
                old = try before()
                new = try after()
            }
        }
        return group
    }

    /// In words where the profile has some. The value's bytes as well: they may differ where the words do not.
    private static func item(_ entry: Entry) -> DiffItem {
        DiffItem(
            [], title: "\(entry.map) \(entry.address ?? "key \(entry.key.hex)")",
            [("ifindex", entry.ifindex), ("mac", entry.mac), ("value", entry.value.hex)])
    }
}
