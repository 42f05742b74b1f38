/// Compares two snapshots, all but the entries of their maps.
///
/// What always changes is left out: counters, times, revisions, how many entries a map holds. Of a neighbor's state only
/// whether it can be used, for reachable, stale, delay and probe follow each other all day. A namespace that only one side
/// has is one thing, with how much is in it: a pod that came or went is one line and not twenty.
public enum SnapshotDiff {
    public static func groups(_ before: Snapshot, _ after: Snapshot) -> [DiffGroup] {
        let whole = Set(before.namespaces.map(\.cookie)).symmetricDifference(after.namespaces.map(\.cookie))
        let old = SnapshotItems(before, whole: whole), new = SnapshotItems(after, whole: whole)
        return zip(old.groups, new.groups).map { DiffGroup.compare($0.name, $0.items, $1.items) }
    }

    /// Names of the groups, in their order; entries come behind the maps.
    public static let names = [
        "node", "namespaces", "maps", "entries", "programs", "hooks", "links", "addresses", "rules", "routes",
        "neighbors", "packet_filters", "unobserved",
    ]

    /// With the entries' group where it belongs.
    public static func groups(_ before: Snapshot, _ after: Snapshot, entries: DiffGroup) -> [DiffGroup] {
        (groups(before, after) + [entries]).sorted { place($0) < place($1) }
    }

    private static func place(_ group: DiffGroup) -> Int { names.firstIndex(of: group.name) ?? names.count }
}

/// A snapshot's things as items, names of interfaces and namespaces in their titles.
struct SnapshotItems {
    private let snapshot: Snapshot
    private var interfaces: [UInt64: [UInt32: String]] = [:]
    private var paths: [UInt64: String] = [:]
    /// Namespaces of which nothing is said but that they are there.
    private let whole: Set<UInt64>

    init(_ snapshot: Snapshot, whole: Set<UInt64>) {
        self.snapshot = snapshot
        self.whole = whole
        for link in snapshot.links { interfaces[link.netns, default: [:]][link.ifindex] = link.name }
        for namespace in snapshot.namespaces { paths[namespace.cookie] = namespace.path }
    }

    var groups: [(name: String, items: [DiffItem])] {
        [
            ("node", [node]), ("namespaces", snapshot.namespaces.map(item)), ("maps", snapshot.maps.map(item)),
            ("programs", snapshot.programs.map(item)),
            ("hooks", snapshot.hooks.filter { !whole.contains($0.netns.cookie) }.map(item)),
            ("links", snapshot.links.filter { !whole.contains($0.netns) }.map(item)),
            ("addresses", snapshot.addresses.filter { !whole.contains($0.netns) }.map(item)),
            ("rules", snapshot.rules.filter { !whole.contains($0.netns) }.map(item)),
            ("routes", snapshot.routes.filter { !whole.contains($0.netns) }.map(item)),
            // Groups have no neighbor that could be another one: their MAC follows from the address (RFC 1112, RFC 2464).
            (
                "neighbors",
                snapshot.neighbors.filter { !whole.contains($0.netns) && !$0.address.isMulticastOrBroadcast }.map(item)
            ),
            ("packet_filters", snapshot.filters.filter { !($0.netns.map(whole.contains) ?? false) }.map(item)),
            ("unobserved", snapshot.unobserved.map(item)),
        ]
    }

    /// ` in /run/netns/pod1`; nothing for the node's own namespace.
    func place(_ netns: UInt64) -> String {
        netns == snapshot.node.netns.cookie ? "" : " in \(paths[netns] ?? "netns \(netns)")"
    }

    /// `veth1`, or `ifindex 7` where there is no such interface.
    func interface(_ ifindex: UInt32, _ netns: UInt64) -> String {
        interfaces[netns]?[ifindex] ?? "ifindex \(ifindex)"
    }

    private var node: DiffItem {
        let node = snapshot.node
        return DiffItem(
            [], title: "node",
            [
                ("name", node.name), ("machine_id", node.machineID), ("boot_id", node.bootID), ("kernel", node.kernel),
                ("netns", node.netns.cookie), ("profile", snapshot.profile),
            ])
    }

    /// Its path is only one of many ways to it, and may be that of a process that ended.
    private func item(_ namespace: NamespaceIdentity) -> DiffItem {
        let cookie = namespace.cookie
        let isNode = namespace == snapshot.node.netns
        let contents: [(String, Int)] =
            whole.contains(cookie)
            ? [
                ("hooks", snapshot.hooks.count { $0.netns.cookie == cookie }),
                ("links", snapshot.links.count { $0.netns == cookie }),
                ("addresses", snapshot.addresses.count { $0.netns == cookie }),
            ] : []
        return DiffItem(
            [.number(cookie)], title: namespace.path ?? (isNode ? namespace.title : "netns \(cookie)"),
            contents.map { ($0.0, $0.1 == 0 ? nil : $0.1) })
    }

    /// Named by its pin, as the profile names it: an agent that starts anew pins another map there.
    private func item(_ map: MapRecord) -> DiffItem {
        DiffItem(
            [map.pin.map(DiffItem.Part.text) ?? .number(UInt64(map.id))],
            title: map.pin ?? "\(map.name) (id \(map.id))",
            [
                ("id", map.id), ("name", map.name), ("type", map.typeName), ("key_size", map.keySize),
                ("value_size", map.valueSize), ("max_entries", map.maxEntries), ("flags", hex(map.flags)),
                (
                    "holders",
                    list(map.holders.map { "\($0.command) (pid \($0.pid)\($0.writable == true ? ", writable" : ""))" })
                ),
            ])
    }

    private func item(_ program: ProgramRecord) -> DiffItem {
        DiffItem(
            [.number(UInt64(program.id))], title: "\(program.id) \(program.reference.name)",
            [
                ("name", program.reference.name), ("tag", program.reference.tag), ("type", program.type),
                ("maps", list(program.mapIDs.map(String.init))), ("pins", list(program.pins)),
                ("uid", program.createdByUID),
            ])
    }

    private func item(_ link: Link) -> DiffItem {
        DiffItem(
            [.number(link.netns), .number(UInt64(link.ifindex))],
            title: "\(link.name) (\(link.ifindex))\(place(link.netns))",
            [
                ("name", link.name), ("kind", link.kind), ("mac", link.mac), ("mtu", link.mtu),
                ("flags", hex(link.flags)),
                ("state", link.isUp ? "up" : "down"), ("master", link.master.map { interface($0, link.netns) }),
                ("peer", link.peer), ("peer_netns", link.peerNetns),
            ])
    }

    private func item(_ address: InterfaceAddress) -> DiffItem {
        DiffItem(
            [
                .number(address.netns), .number(UInt64(address.ifindex)), .address(address.address),
                .number(UInt64(address.prefixLength)),
            ],
            title: "\(address.address)/\(address.prefixLength) on \(interface(address.ifindex, address.netns))"
                + place(address.netns), [("scope", RoutingNames.scope(address.scope))])
    }

    private func item(_ route: Route) -> DiffItem {
        let hops = route.nextHops.map { hop in
            "\(hop.gateway.map { "via \($0) " } ?? "")dev \(interface(hop.ifindex, route.netns))"
        }
        // On every link there is a route of the same name to what is there: the device tells them apart.
        let isOfLink = route.destination.address.isLinkLocal || route.destination.address.isMulticastOrBroadcast
        let device = isOfLink ? route.outputInterface : nil
        return DiffItem(
            [
                .number(route.netns), .number(UInt64(route.table)), .address(route.destination.address),
                .number(UInt64(route.destination.length)), .number(UInt64(route.metric)), .number(UInt64(device ?? 0)),
            ],
            title:
                "\(route.destination)\(device.map { " dev \(interface($0, route.netns))" } ?? "") table \(RoutingNames.table(route.table)) metric \(route.metric)\(place(route.netns))",
            [
                ("kind", route.kind.name), ("gateway", route.gateway),
                ("interface", route.outputInterface.map { interface($0, route.netns) }), ("next_hops", list(hops)),
                ("scope", RoutingNames.scope(route.scope)), ("origin", RoutingNames.origin(route.origin)),
                ("preferred_source", route.preferredSource),
                ("flags", hex(route.flags)),
            ])
    }

    private func item(_ neighbor: Neighbor) -> DiffItem {
        let isFixed = !neighbor.state.isDisjoint(with: [.permanent, .noarp])
        return DiffItem(
            [.number(neighbor.netns), .number(UInt64(neighbor.ifindex)), .address(neighbor.address)],
            title: "\(neighbor.address) on \(interface(neighbor.ifindex, neighbor.netns))\(place(neighbor.netns))",
            [
                ("mac", neighbor.mac),
                (
                    "state",
                    isFixed ? neighbor.state.name : neighbor.state.isDisjoint(with: .valid) ? "unusable" : "usable"
                ),
            ])
    }

    private func item(_ unobserved: Unobserved) -> DiffItem {
        DiffItem([.text(unobserved.what)], title: unobserved.what, [("why", unobserved.why)])
    }
}

func hex(_ number: UInt32) -> String { "0x" + String(number, radix: 16) }

func list(_ parts: [String]) -> String? { parts.isEmpty ? nil : parts.sorted().joined(separator: ", ") }
