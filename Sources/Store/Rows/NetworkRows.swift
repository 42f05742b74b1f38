import GRDB
import Model

extension NamespaceIdentity: SnapshotPart {
    static let storedTable = "namespace_rows"
    static let storedColumns = ["netns", "inode", "path"]

    var storedValues: [(any DatabaseValueConvertible)?] { [cookie.bits, inode.bits, path] }

    init(row: Row) throws {
        self.init(cookie: try row.bits("netns"), inode: try row.bits("inode"), path: try row.optional("path"))
    }
}

extension Link: SnapshotPart {
    static let storedTable = "link_rows"
    static let storedColumns = [
        "netns", "ifindex", "name", "kind", "hardware_type", "mac", "flags", "mtu", "master", "peer", "peer_netns_id",
        "peer_netns",
    ]

    var storedValues: [(any DatabaseValueConvertible)?] {
        [
            netns.bits, ifindex, name, kind, hardwareType, mac?.description, flags, mtu, master, peer, peerNetnsID,
            peerNetns?.bits,
        ]
    }

    init(row: Row) throws {
        self.init(
            netns: try row.bits("netns"), ifindex: try row.value("ifindex"), name: try row.value("name"),
            kind: try row.optional("kind"), hardwareType: try row.value("hardware_type"),
            mac: try row.optionalParsed("mac", MACAddress.init), flags: try row.value("flags"),
            mtu: try row.value("mtu"), master: try row.optional("master"), peer: try row.optional("peer"),
            peerNetnsID: try row.optional("peer_netns_id"), peerNetns: try row.optionalBits("peer_netns"))
    }
}

extension InterfaceAddress: SnapshotPart {
    static let storedTable = "address_rows"
    static let storedColumns = ["netns", "ifindex", "address", "prefix_length", "scope"]

    var storedValues: [(any DatabaseValueConvertible)?] {
        [netns.bits, ifindex, address.description, prefixLength, scope]
    }

    init(row: Row) throws {
        self.init(
            netns: try row.bits("netns"), ifindex: try row.value("ifindex"),
            address: try row.parsed("address", IPAddress.init), prefixLength: try row.value("prefix_length"),
            scope: try row.value("scope"))
    }
}

extension Neighbor: SnapshotPart {
    static let storedTable = "neighbor_rows"
    static let storedColumns = ["netns", "ifindex", "address", "mac", "state", "flags"]

    var storedValues: [(any DatabaseValueConvertible)?] {
        [netns.bits, ifindex, address.description, mac?.description, state.rawValue, flags]
    }

    init(row: Row) throws {
        self.init(
            netns: try row.bits("netns"), ifindex: try row.value("ifindex"),
            address: try row.parsed("address", IPAddress.init), mac: try row.optionalParsed("mac", MACAddress.init),
            state: State(rawValue: try row.value("state")), flags: try row.value("flags"))
    }
}

extension Unobserved: SnapshotPart {
    static let storedTable = "unobserved_rows"
    static let storedColumns = ["what", "why"]

    var storedValues: [(any DatabaseValueConvertible)?] { [what, why] }

    init(row: Row) throws { self.init(what: try row.value("what"), why: try row.value("why")) }
}
