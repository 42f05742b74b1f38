import Inventory
import Kernel
import Lab
import Loader
import Model

extension TestNode {
    /// A second veth into the proxy's namespace, with the legacy program on it.
    public func addSecondProxy() throws {
        let pin = try pinned("ztunnel_host_ingress")
        try sh(
            """
            ip link add hz2 type veth peer name eth1 netns ztunnel
            ip link set hz2 up; ip -n ztunnel link set eth1 up
            ip -n ztunnel addr add 10.9.0.3/32 dev eth1; ip route add 10.9.0.3 dev hz2 scope link
            tc qdisc add dev hz2 clsact
            tc filter add dev hz2 ingress prio 1 handle 1 bpf direct-action object-pinned \(pin)
            """)
    }

    /// Puts another program into the slot that the deployment uses, as a second writer does.
    public func overwrite(_ device: String = "hz", with pin: String) throws {
        try sh("tc filter replace dev \(device) ingress prio 1 handle 1 bpf direct-action object-pinned \(pin)")
    }

    /// The id of the program in that slot; 0 when there is none.
    public func programID(_ device: String = "hz") throws -> UInt32 {
        let words = try filters(device).split(whereSeparator: \.isWhitespace)
        guard let place = words.firstIndex(of: "id"), words.indices.contains(place + 1) else { return 0 }
        return UInt32(words[place + 1]) ?? 0
    }

    public func pins(of runID: String) throws -> RunPins {
        try lab.enter { RunPins(bpffs: try BPFFileSystem(path: Self.bpffs), runID: runID) }
    }
}

extension PlanOutcome {
    /// Every finding, in the order of addresses; of a plan with all entries.
    public var findings: [Finding] { document.entries }

    /// The codes that keep it from being applied, sorted.
    public var blocked: [String] { document.blockers.map(\.code).sorted() }
}
