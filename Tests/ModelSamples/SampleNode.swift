import FoundationEssentials
import Model

/// A node as it might be: two hooks with a map of four pods, one of them stale. For tests only.
public enum Sample {
    public struct Unusable: Error {
        public var text: String
        public init(text: String) { self.text = text }
    }

    /// 2026-02-03 04:05:06 UTC.
    public static let time = Date(timeIntervalSince1970: 1_770_091_506)

    public static let netns = NamespaceIdentity(cookie: 1, inode: 4_026_531_840, path: "/proc/1/ns/net")
    /// A cookie that SQLite's signed numbers cannot hold as a number.
    public static let podNetns = NamespaceIdentity(cookie: .max - 6, inode: 4_026_532_200, path: nil)

    public static let node = NodeIdentity(
        name: "worker-7", machineID: "0f8e4c1b2a3d4e5f60718293a4b5c6d7",
        bootID: "5a1c7f0e-54e9-4a0b-9f6e-3f2f6e1c9b11", kernel: "6.1.0-18-amd64", netns: netns)

    public static let legacy = ProgramReference(id: 168, name: "app_redirect", tag: "646f99559a3b1c2d")
    public static let ours = ProgramReference(id: 203, name: "fib_redirect", tag: "a1b2c3d4e5f60718")
    /// What comes after a switch at last.
    public static let plain = ProgramReference(id: 204, name: "fib_redirect", tag: "0011223344556677")

    public static func address(_ text: String) throws -> IPAddress {
        guard let address = IPAddress(text) else { throw Unusable(text: text) }
        return address
    }

    public static func prefix(_ text: String) throws -> IPPrefix {
        guard let prefix = IPPrefix(text) else { throw Unusable(text: text) }
        return prefix
    }

    /// `02:00:00:00:00:<last>`.
    public static func mac(_ last: UInt8) -> MACAddress { MACAddress(value: 0x0200_0000_0000 | UInt64(last)) }

    public static func profile() throws -> Profile {
        guard let profile = try BuiltInProfiles.all().first else { throw Unusable(text: "no built-in profile") }
        return profile
    }

    /// A direct-action filter on clsact ingress with all attributes, or none of the optional ones.
    public static func hook(
        _ interface: String = "hz", ifindex: UInt32 = 7, program: ProgramReference? = legacy, isBare: Bool = false
    ) -> Hook {
        let bpf = Filter.BPF(
            programID: program?.id, tag: program?.tag, name: isBare ? nil : "app_redirect.o:[tc]",
            classID: isBare ? nil : 0x1_0001, flags: isBare ? nil : 1, offloadFlags: isBare ? nil : 8)
        return Hook(
            netns: netns, interface: interface, ifindex: ifindex, kind: .clsact, direction: .ingress, chain: 0,
            priority: 49_152, handle: 1, etherType: 3, program: program,
            filter: Filter(
                netns: netns.cookie, ifindex: ifindex, parent: Filter.clsactIngress, priority: 49_152, protocol: 3,
                handle: 1, chain: 0, kind: "bpf", bpf: bpf))
    }

    /// An XDP program of somebody else, pinned and held.
    public static let xdp = Hook(
        netns: netns, interface: "hz", ifindex: 7, kind: .xdp, direction: .ingress, chain: 0, priority: 0, handle: 0,
        etherType: 3, program: ProgramReference(id: 77, name: "xdp_guard", tag: "00112233aabbccdd"), filter: nil,
        attachment: Attachment(linkID: 31, mode: .native),
        owner: HookOwner(
            pins: ["/sys/fs/bpf/guard/link"], holders: [MapRecord.Process(pid: 1203, command: "guardd")]))

    /// One of each kind, one of them in no known namespace.
    public static let filters = [
        PacketFilter(
            netns: netns.cookie, kind: .nftables, family: "inet", hook: "forward", priority: -10, type: "filter",
            table: "firewall", chain: "fwd", policy: "drop", rules: 12),
        PacketFilter(
            netns: podNetns.cookie, kind: .nftables, family: "netdev", hook: "ingress", priority: 0, type: "filter",
            table: "t", chain: "c", policy: "accept", rules: 0, devices: ["eth0", "eth1"]),
        PacketFilter(
            netns: netns.cookie, kind: .iptables, family: "ip", hook: "postrouting", priority: 100, table: "nat",
            chain: "POSTROUTING"),
        PacketFilter(
            netns: nil, kind: .bpf, family: "ip6", hook: "forward", priority: -128,
            program: ProgramReference(id: 55, name: "lb", tag: "0f1e2d3c4b5a6978"), linkID: 14),
    ]

    /// A map entry in the layout of the built-in profile.
    public static func entry(_ address: IPAddress, ifindex: UInt8, mac: MACAddress) -> MapEntry {
        MapEntry(mapID: 41, key: address.networkBytes, value: [ifindex, 0, 0, 0] + mac.bytes + [0, 0])
    }

    /// What map 41 of the snapshot holds; the second is too short for the profile.
    public static func entries() throws -> [MapEntry] {
        [
            entry(try address("10.9.0.4"), ifindex: 12, mac: mac(4)),
            MapEntry(mapID: 41, key: try address("10.9.0.5").networkBytes, value: [1, 2]),
        ]
    }

    /// With something in every list, and every optional value both there and missing.
    public static func snapshot(id: String = "s-3f9c1a2b4d5e", takenAt: Date = time) throws -> Snapshot {
        let pod = try address("10.9.0.4")
        let six = try address("fd00::4")
        return Snapshot(
            id: id, takenAt: takenAt, node: node, profile: "istio-ambient", namespaces: [netns, podNetns],
            maps: [
                MapRecord(
                    id: 41, name: "app_info", type: 1, keySize: 4, valueSize: 12, maxEntries: 1024, flags: 1,
                    pin: "ambient/app_info", entries: 2,
                    holders: [
                        .init(pid: 812, command: "install-cni", writable: true),
                        .init(pid: 4411, command: "bpftool", writable: false),
                    ], activity: MapActivity(intervalMs: 400, keysChanged: 3, added: 2, removed: 1, changed: 0)),
                MapRecord(id: 40, name: "", type: 2, keySize: 4, valueSize: 4, maxEntries: 1, flags: 0),
            ],
            programs: [
                ProgramRecord(
                    reference: legacy, type: 3, mapIDs: [41, 40], loadedAt: .max, createdByUID: 0,
                    pins: ["ambient/prog"]),
                ProgramRecord(reference: ours, type: 3, mapIDs: [], loadedAt: 17, createdByUID: 1000),
            ],
            hooks: [
                hook(), hook("hz2", ifindex: 8, isBare: true),
                Hook(
                    netns: podNetns, interface: "eth0", ifindex: 2, kind: .tcx, direction: .egress, chain: 0,
                    priority: 0, handle: 0, etherType: 3, program: nil, filter: nil,
                    attachment: Attachment(linkID: 9, position: 1, revision: .max - 2), owner: HookOwner()),
                xdp,
            ],
            filters: filters,
            links: [
                Link(netns: 1, ifindex: 1, name: "lo", hardwareType: 772, flags: 9, mtu: 65_536),
                Link(
                    netns: 1, ifindex: 12, name: "veth4", kind: "veth", mac: mac(0xfe), flags: 0x1043, master: 3,
                    peer: 2, peerNetnsID: -1, peerNetns: podNetns.cookie),
            ],
            addresses: [
                InterfaceAddress(netns: 1, ifindex: 1, address: try address("::1"), prefixLength: 128, scope: 254),
                InterfaceAddress(netns: podNetns.cookie, ifindex: 2, address: pod, prefixLength: 32, scope: 0),
            ],
            rules: [
                Rule(netns: 1, family: .ipv4, priority: 0, table: 255),
                Rule(
                    netns: 1, family: .ipv6, priority: 100, action: 7, table: 1000, source: try prefix("fd00::/64"),
                    destination: try prefix("::/0"), inputInterface: "hz", outputInterface: "veth4", mark: 0x200,
                    markMask: 0xfff, tos: 16, ipProtocol: 6, sourcePorts: .init(first: 1, last: 2),
                    destinationPorts: .init(first: 80, last: 443), userIDs: .init(first: 0, last: .max),
                    isInverted: true),
            ],
            routes: [
                Route(
                    netns: 1, table: 254, kind: .unicast, destination: try prefix("10.9.0.4/32"), outputInterface: 12),
                Route(
                    netns: 1, table: 254, kind: .unicast, destination: try prefix("::/0"), gateway: six,
                    nextHops: [.init(ifindex: 3, gateway: six), .init(ifindex: 4, gateway: nil)], metric: 1024,
                    scope: 253, origin: 3, preferredSource: six, flags: 16),
                Route(netns: 1, table: 254, kind: .blackhole, destination: try prefix("192.0.2.0/24")),
            ],
            neighbors: [
                Neighbor(netns: 1, ifindex: 12, address: pod, mac: mac(4), state: .reachable, flags: 0x80),
                Neighbor(netns: 1, ifindex: 12, address: six, mac: nil, state: [.incomplete, .failed]),
            ],
            unobserved: [Unobserved(what: "namespace of pid 77", why: "the process ended")])
    }
}
