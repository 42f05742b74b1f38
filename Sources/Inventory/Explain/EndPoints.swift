import Model

/// Interfaces of a snapshot by address and MAC, with the namespace they are in.
struct EndPoints {
    private let snapshot: Snapshot
    private let paths: [UInt64: String]

    init(_ snapshot: Snapshot) {
        self.snapshot = snapshot
        paths = Dictionary(
            snapshot.namespaces.compactMap { netns in netns.path.map { (netns.cookie, $0) } },
            uniquingKeysWith: { first, _ in first })
    }

    func endPoint(_ link: Link) -> ExplanationDocument.EndPoint {
        let addresses = snapshot.addresses.filter {
            $0.netns == link.netns && $0.ifindex == link.ifindex && !$0.address.isLinkLocal
        }
        return .init(
            netns: link.netns, path: paths[link.netns], interface: link.name, ifindex: link.ifindex, mac: link.mac,
            addresses: addresses.map(\.address).sorted())
    }

    func having(_ address: IPAddress) -> [ExplanationDocument.EndPoint] {
        let places = snapshot.addresses.filter { $0.address == address }
        return snapshot.links.filter { link in
            places.contains { $0.netns == link.netns && $0.ifindex == link.ifindex }
        }.map(endPoint)
    }

    func having(_ mac: MACAddress) -> [ExplanationDocument.EndPoint] {
        snapshot.links.filter { $0.mac == mac }.map(endPoint)
    }
}
