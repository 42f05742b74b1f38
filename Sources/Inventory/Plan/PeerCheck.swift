import Model

/// Whether packets can be put behind the veths that they leave by, and what they would pass by then.
///
/// `bpf_redirect_peer` (net/core/filter.c, `skb_do_redirect`) makes a packet appear at the other end as if it had come
/// through: past the egress of the host side (qdisc, filters, tcx, netfilter's netdev hook) and past the driver, and with
/// that past an XDP program in the driver of the other end. A generic one still runs: see ``GenericXDP``.
struct PeerCheck {
    let links: [Link]
    let hooks: [Hook]
    let filters: [PacketFilter]
    /// Of the namespaces that the devices are in.
    let qdiscs: [Qdisc]

    /// - Parameters:
    ///   - devices: that packets leave by.
    ///   - legacy: the hooks to replace.
    func blockers(_ devices: Set<DeviceKey>, legacy: [Hook]) -> [PlanDocument.Blocker] {
        var found = legacy.filter { $0.direction != .ingress }.map { hook in
            PlanDocument.Blocker(
                .peerUnfit, "\(hook.title): bpf_redirect_peer works from ingress only", remedy: Self.remedy)
        }
        var unfit = InterfaceReasons()
        for device in devices.sorted() {
            guard let link = link(device) else { continue }
            if let why = self.unfit(link) { unfit.add(why, link.name) }
        }
        found += unfit.all.map { .init(.peerUnfit, "\($0.names): \($0.reason)", remedy: Self.remedy) }
        found += skipped(devices).all.map {
            .init(.peerSkips, "\($0.names): would skip \($0.reason)", remedy: Self.remedy)
        }
        return found
    }

    /// What packets pass by on their way to behind these devices; those without another end take the usual way.
    func skipped(_ devices: Set<DeviceKey>) -> InterfaceReasons {
        var skipped = InterfaceReasons()
        for link in devices.sorted().compactMap(link) where unfit(link) == nil {
            for what in self.skipped(link) { skipped.add(what, link.name) }
        }
        return skipped
    }

    static func warning(_ devices: Int) -> PlanDocument.Blocker {
        .init(
            .peerUnwatched,
            "packets pass \(devices.of("interface")) by and keep their MAC addresses; interfaces that come later, and what is attached later, were not looked at",
            remedy: "After attaching anything to a pod's interface, look whether it is skipped:  migrate status")
    }

    private static let remedy = "Let packets go through the veth:  migrate plan --egress neigh"

    private func link(_ device: DeviceKey) -> Link? {
        links.first { $0.netns == device.netns && $0.ifindex == device.ifindex }
    }

    /// Why there is no other end to put packets to; `nil` where there is.
    private func unfit(_ link: Link) -> String? {
        guard link.kind == "veth" || link.kind == "netkit" else {
            return "a device of kind \(link.kind ?? "none") has no other end"
        }
        guard let netns = link.peerNetns else {
            return link.peerNetnsID == nil
                ? "the other end is in the same namespace" : "the namespace of the other end could not be seen"
        }
        return netns == link.netns ? "the other end is in the same namespace" : nil
    }

    /// What packets would pass by, a phrase for each.
    private func skipped(_ link: Link) -> [String] {
        let onHost = hooks.filter { isOn($0, link.netns, link.ifindex) && $0.direction == .egress }.map { hook in
            "\(name(hook)) at \(hook.kind.rawValue)/egress"
        }
        let inPod = hooks.filter { hook in
            guard let netns = link.peerNetns, let peer = link.peer else { return false }
            return hook.kind == .xdp && hook.attachment?.mode != .generic && isOn(hook, netns, peer)
        }.map { "\(name($0)) at xdp in the driver of the other end" }
        let queues = qdiscs.filter { $0.netns == link.netns && $0.ifindex == link.ifindex && !Self.isIdle($0) }
            .map { "qdisc \($0.kind)" }
        let chains = filters.filter { filter in
            filter.netns == link.netns && filter.family == "netdev" && filter.hook == "egress"
                && filter.devices.contains { Self.names($0, link.name) }
        }.map(\.title)
        return onHost + queues + chains + inPod
    }

    private func isOn(_ hook: Hook, _ netns: UInt64, _ ifindex: UInt32) -> Bool {
        hook.netns.cookie == netns && hook.ifindex == ifindex
    }

    private func name(_ hook: Hook) -> String {
        hook.program.map { "program \($0.id) (\($0.name))" } ?? "a filter of kind \(hook.filter?.kind ?? "?")"
    }

    /// What a veth has by itself, and what only holds filters, which are looked at one by one.
    private static func isIdle(_ qdisc: Qdisc) -> Bool { ["noqueue", "clsact", "ingress"].contains(qdisc.kind) }

    /// `pod*` stands for all names that begin so.
    private static func names(_ pattern: String, _ name: String) -> Bool {
        pattern.hasSuffix("*") ? name.hasPrefix(pattern.dropLast()) : pattern == name
    }
}
