import Kernel
import Mirror
import Model

/// Sends real frames through both programs, in namespaces made for that: where a redirect goes, and with which MACs.
///
/// The near namespace has the hook's interface and those of some entries, under their own numbers; what the node's FIB
/// answered for these entries is what it answers. Both programs are attached there and nowhere else.
struct MirrorComparison {
    /// Entries that are shown, of each family and effect; a device costs the kernel some milliseconds.
    static let entries = 4

    let hook: ComparedHook
    let configuration: RedirectConfiguration
    let topology: Topology
    let seed: UInt64

    func run() throws(KernelError) -> EquivalenceTally {
        var tally = EquivalenceTally()
        let targets = shown()
        guard let input = topology.link(hook.ifindex), let arrival = input.mac, let layout = layout(input, targets)
        else { return tally }
        let generator = CaseGenerator(sources: hook.sources, seed: seed)
        let cases = targets.flatMap { target in
            generator.frames(to: target.address, arrival: arrival).map { (target, $0) }
        }
        let frames = cases.map { Self.frame($0.1) }
        var mirror = try Mirror(layout)
        let legacy = try BPFProgram(id: hook.program)
        let replacement = try hook.namespace.run { () throws(KernelError) in
            try configuration.mirrored(layout).enrolling(hook.members, ReplacementObject.load)
        }
        let today = try mirror.observe(legacy.descriptor.raw, at: hook.ifindex, frames: frames)
        let afterwards = try mirror.observe(replacement.descriptor.raw, at: hook.ifindex, frames: frames)
        // Where nothing comes out on either side, everything looks alike.
        let delivered = zip(cases, today).filter { $0.0.0.finding?.effect == .same }
        guard delivered.isEmpty || delivered.contains(where: { !$0.1.isEmpty }) else {
            throw .refused("compare", "frames", "none of \(delivered.count) to delivered entries came out")
        }
        let comparison = Comparison(hook, configuration)
        for (number, (target, one)) in cases.enumerated() {
            let a = Arrival(today[number], of: one), b = Arrival(afterwards[number], of: one)
            tally.count(MirrorJudge(comparison: comparison).judge(a, b, one, to: target)) { aspects in
                PacketDifference(
                    hook: hook.title, packet: PacketCase(one.kind, one.frame), target: target, aspects: aspects,
                    legacy: .init(a.outcome, devices: a.devices), replacement: .init(b.outcome, devices: b.devices))
            }
        }
        return tally
    }

    private static func frame(_ one: FrameCase) -> MirrorFrame {
        let isIPv4 = one.frame.count > 13 && one.frame[12] == 0x08
        let segmentation = one.segmentSize.map {
            MirrorFrame.Segmentation(isIPv4 ? .tcp4 : .tcp6, size: $0, transportOffset: isIPv4 ? 34 : 54)
        }
        return MirrorFrame(one.frame, segmentation: segmentation, linearLength: one.linearLength)
    }

    /// Entries of every kind, and what is no entry.
    private func shown() -> [PacketTarget] {
        var counts: [String: Int] = [:]
        return hook.targets.map(\.target).filter { target in
            let what =
                "\(target.address.family.rawValue) \(target.role.rawValue) \(target.finding?.effect.rawValue ?? "")"
            counts[what, default: 0] += 1
            guard counts[what, default: 0] <= Self.entries, target.role != .special else { return false }
            guard let finding = target.finding else { return target.role == .unknown }
            return finding.kernel.gateway == nil && finding.kernel.ifindex != nil && finding.kernel.mac != nil
        }
    }

    private func layout(_ input: Link, _ targets: [PacketTarget]) -> MirrorLayout? {
        var devices: [UInt32: MirrorLayout.Device] = [:]
        func show(_ ifindex: UInt32) -> Bool {
            if devices[ifindex] != nil { return true }
            guard let link = topology.link(ifindex), let mac = link.mac else { return false }
            devices[ifindex] = .init(
                ifindex: ifindex, name: link.name, mac: mac, mtu: link.mtu, isHook: ifindex == input.ifindex,
                kind: link.kind)
            return true
        }
        guard show(input.ifindex) else { return nil }
        var destinations: [MirrorLayout.Destination] = []
        for target in targets {
            guard let finding = target.finding, let ifindex = finding.kernel.ifindex, show(ifindex) else { continue }
            // The map's device, too, so that what it redirects is seen.
            _ = show(finding.legacy.ifindex)
            destinations.append(.init(address: target.address, ifindex: ifindex, neighbor: finding.kernel.mac))
        }
        return MirrorLayout(devices: devices.values.sorted { $0.ifindex < $1.ifindex }, destinations: destinations)
    }
}
