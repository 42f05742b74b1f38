import Kernel
import Mirror
import Model

/// Sends real frames through both programs, in namespaces made for that: where a redirect goes, and with which MACs.
///
/// The near namespace has the hook's interface and those of some entries, under their own numbers; what the node's FIB
/// answered for these entries is what it answers. Both programs are attached there and nowhere else.
struct MirrorComparison {
    let hook: ComparedHook
    let configuration: RedirectConfiguration
    let topology: Topology
    let seed: UInt64

    struct Result {
        var tally = EquivalenceTally()
        /// Frames, by ``DestinationRole``.
        var roles: [String: Int] = [:]
    }

    /// What became of a frame.
    private struct Pair {
        var today: Arrival
        var afterwards: Arrival
        var judgement: Comparison.Judgement
    }

    private typealias Case = (target: PacketTarget, frame: FrameCase)

    func run() throws(KernelError) -> Result {
        let subject = "frames"
        guard let input = topology.link(hook.ifindex), let arrival = input.mac else {
            throw .refused("compare", subject, "interface \(hook.ifindex) has no MAC")
        }
        let shown = MirrorTargets(hook: hook, topology: topology)
        if let reason = shown.reason { throw .refused("compare", subject, reason) }
        let layout = layout(input, arrival, shown.targets)
        let generator = CaseGenerator(sources: hook.sources, seed: seed)
        let cases: [Case] = shown.targets.flatMap { target in
            generator.frames(to: target.address, arrival: arrival).map { (target, $0) }
        }
        var mirror = try Mirror(layout)
        let legacy = try BPFProgram(id: hook.program)
        let replacement = try hook.namespace.run { () throws(KernelError) in
            try configuration.mirrored(layout).enrolling(hook.members, ReplacementObject.load)
        }
        var pairs = try look(cases, legacy, replacement, &mirror)
        // Where nothing comes out on either side, everything looks alike.
        let delivered = zip(cases, pairs).filter { $0.0.target.finding?.effect == .same }
        guard delivered.isEmpty || delivered.contains(where: { !$0.1.today.seen.isEmpty }) else {
            throw .refused("compare", subject, "none of \(delivered.count) to delivered entries came out")
        }
        // Another writer may have been at work between the two: what differs is sent once more.
        let doubtful = pairs.indices.filter { if case .different = pairs[$0].judgement { true } else { false } }
        if !doubtful.isEmpty {
            let again = try look(doubtful.map { cases[$0] }, legacy, replacement, &mirror)
            for (index, pair) in zip(doubtful, again) { pairs[index] = pair }
        }
        return result(cases, pairs)
    }

    private func look(
        _ cases: [Case], _ legacy: borrowing BPFProgram, _ replacement: borrowing BPFProgram, _ mirror: inout Mirror
    ) throws(KernelError) -> [Pair] {
        let frames = cases.map { Self.frame($0.frame) }
        let today = try mirror.observe(legacy.descriptor.raw, at: hook.ifindex, frames: frames)
        let afterwards = try mirror.observe(replacement.descriptor.raw, at: hook.ifindex, frames: frames)
        let judge = MirrorJudge(comparison: Comparison(hook, configuration))
        return cases.indices.map { index in
            let one = cases[index]
            let a = Arrival(today[index], of: one.frame), b = Arrival(afterwards[index], of: one.frame)
            return Pair(today: a, afterwards: b, judgement: judge.judge(a, b, one.frame, to: one.target))
        }
    }

    private func result(_ cases: [Case], _ pairs: [Pair]) -> Result {
        var result = Result()
        for ((target, one), pair) in zip(cases, pairs) {
            result.roles[target.role.rawValue, default: 0] += 1
            result.tally.count(pair.judgement) { aspects in
                PacketDifference(
                    hook: hook.title, packet: PacketCase(one.kind, one.frame), target: target, aspects: aspects,
                    legacy: .init(pair.today.outcome, devices: pair.today.devices),
                    replacement: .init(pair.afterwards.outcome, devices: pair.afterwards.devices))
            }
        }
        return result
    }

    private static func frame(_ one: FrameCase) -> MirrorFrame {
        let isIPv4 = one.frame.count > 13 && one.frame[12] == 0x08
        let segmentation = one.segmentSize.map {
            MirrorFrame.Segmentation(isIPv4 ? .tcp4 : .tcp6, size: $0, transportOffset: isIPv4 ? 34 : 54)
        }
        return MirrorFrame(one.frame, segmentation: segmentation, linearLength: one.linearLength)
    }

    private func layout(_ input: Link, _ mac: MACAddress, _ targets: [PacketTarget]) -> MirrorLayout {
        func device(_ link: Link, _ mac: MACAddress) -> MirrorLayout.Device {
            .init(
                ifindex: link.ifindex, name: link.name, mac: mac, mtu: link.mtu, isHook: link.ifindex == input.ifindex,
                kind: link.kind)
        }
        var devices = [input.ifindex: device(input, mac)]
        func show(_ ifindex: UInt32) -> Bool {
            if devices[ifindex] != nil { return true }
            guard let link = topology.link(ifindex), let mac = link.mac else { return false }
            devices[ifindex] = device(link, mac)
            return true
        }
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
