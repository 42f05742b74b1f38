import Model

extension Sample {
    /// Two destinations of three differ, and a packet of each is shown.
    public static func shadow(
        id: String = "w-0a1b2c3d4e5f", differing: Bool = true, packets: Bool = true, disturbed: [String] = []
    ) throws -> ShadowDocument {
        var totals = ShadowTotals(), rows: [ShadowDestination] = [], shown: [ShadowPacket] = []
        if packets {
            (totals.compared.agreed, totals.compared.unresolved, totals.bothMiss) = (118_000, 400, 1_500)
            var fine = ShadowDestination(netns: netns.cookie, address: try address("10.9.4.10"), packets: .init())
            fine.packets.agreed = 118_400
            rows.append(fine)
        }
        totals.ineligible = 37
        if differing {
            (totals.compared.macDiffers, totals.compared.mapMisses, totals.unshown) = (90, 10, 2)
            let views = try [movedPod(), strangerPod()]
            for (last, view) in zip(["11", "12"], views) {
                var row = ShadowDestination(
                    netns: netns.cookie, address: try address("10.9.4.\(last)"), packets: .init(), views: view)
                let isPlain = view.legacy == nil
                row.packets[isPlain ? .mapMisses : .macDiffers] = isPlain ? 10 : 90
                row.note = isPlain ? "planned: widened" : nil
                rows.append(row)
                guard
                    let frame = Packet(from: try address("10.9.4.2"), to: row.address, .udp(source: 1, destination: 2))
                else { throw Unusable(text: "no packet") }
                shown.append(
                    ShadowPacket(
                        netns: row.netns, address: row.address, comparison: isPlain ? .mapMisses : .macDiffers,
                        length: 42, bytes: frame.bytes, views: view))
            }
        }
        return ShadowDocument(
            shadowID: id, plan: try plan(), tool: Tool(version: "1.0.0", object: "00ff"), hooks: [hook()],
            startedAt: time, endedAt: time.addingTimeInterval(600), askedSeconds: 600, milliseconds: 600_000,
            endedBy: .duration, packets: totals, destinations: rows, shown: shown, disturbed: disturbed, warnings: [])
    }

    /// A pod that was made again: the map has its old MAC.
    private static func movedPod() throws -> ShadowViews {
        ShadowViews(
            input: 7, legacy: .init(ifindex: 21, interface: "pod1", mac: MACAddress(value: 0x0200_0000_0001)),
            kernel: .init(
                outcome: "redirected", lookup: "success", ifindex: 21, interface: "pod1",
                mac: MACAddress(value: 0x0600_0000_0001)))
    }

    /// A pod that the map does not hold.
    private static func strangerPod() throws -> ShadowViews {
        ShadowViews(
            input: 7, legacy: nil,
            kernel: .init(outcome: "redirected", lookup: "success", ifindex: 22, interface: "plain"))
    }
}
