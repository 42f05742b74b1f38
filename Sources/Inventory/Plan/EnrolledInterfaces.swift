import Model

/// The interfaces with a member behind them, and what it means that nobody keeps the set of them.
enum EnrolledInterfaces {
    /// By namespace and index.
    static func find(_ devices: Set<DeviceKey>, links: [Link]) -> [EnrolledSet.Interface] {
        let names = Dictionary(
            links.map { (DeviceKey(netns: $0.netns, ifindex: $0.ifindex), $0.name) }, uniquingKeysWith: { $1 })
        return devices.sorted().compactMap { device in
            names[device].map { .init(netns: device.netns, ifindex: device.ifindex, interface: $0) }
        }
    }

    static func blocker(_ membership: Membership, staticSet: Bool) -> PlanDocument.Blocker? {
        guard membership == .enrolled, !staticSet else { return nil }
        return .init(
            .setNotKept, "nothing puts the interfaces of pods that come later into the set",
            remedy:
                "Accept that those are not redirected (\(Code.setNotKept.text) says what that may mean):  migrate plan --membership enrolled --static-set; or keep to the keys:  migrate plan --membership legacy-keys"
        )
    }

    static func warning(_ set: EnrolledSet?, staticSet: Bool, node: String) -> PlanDocument.Blocker? {
        guard let set, staticSet else { return nil }
        return .init(
            .setIsStatic,
            "the set holds \(set.interfacesTotal.of("interface")), room is for \(set.room): pods that come later, or move, are not redirected and go through the stack, where a program of the deployment on their interface may let in only what the map delivers; interfaces that go are taken out",
            remedy:
                "See what is left of it:  migrate status; to make it anew, plan and apply after:  migrate rollback --node \(node)"
        )
    }
}
