import Mirror
import Model

/// Where a frame ended: the stack's mark is the TTL, which is one less.
enum MirrorWay: Hashable {
    case redirected
    case routed
    case gone
    /// Several frames, or other contents.
    case other
}

/// What came of one frame.
struct Arrival {
    let seen: [Observed]
    let way: MirrorWay

    init(_ seen: [Observed], of sent: FrameCase) {
        self.seen = seen
        let content = Self.content(sent.frame)
        guard let one = seen.first else {
            way = .gone
            return
        }
        let got = Array(one.bytes.dropFirst(12))
        if seen.count == 1, got == content {
            way = .redirected
        } else {
            way = seen.count == 1 && Self.isOneHop(got, content) ? .routed : .other
        }
    }

    var devices: [UInt32] { seen.map(\.ifindex) }

    /// As the plan shows it: a frame that comes out as it went in was redirected, one with a TTL less was not.
    var outcome: ProgramOutcome {
        let verdict: TCVerdict =
            switch way {
            case .redirected: .redirect
            case .routed: .ok
            case .gone: .shot
            case .other: .next
            }
        return ProgramOutcome(
            verdict: verdict, frame: seen.first?.bytes ?? [], mark: 0, priority: 0, controlBlock: [0, 0, 0, 0, 0])
    }

    /// What follows the MACs, without the outermost VLAN tag, which the kernel keeps beside it.
    private static func content(_ bytes: [UInt8]) -> [UInt8] {
        let isTagged =
            bytes.count > 14 && (bytes[12] == 0x81 && bytes[13] == 0 || bytes[12] == 0x88 && bytes[13] == 0xa8)
        return Array(bytes.dropFirst(isTagged ? 16 : 12))
    }

    /// TTL (and so IPv4's checksum), or hop limit, one less.
    private static func isOneHop(_ got: [UInt8], _ sent: [UInt8]) -> Bool {
        guard got.count == sent.count, sent.count > 13 else { return false }
        let place = sent[0] == 0x08 ? 10 : 9
        let changing = sent[0] == 0x08 ? [10, 12, 13] : [9]
        return got[place] == sent[place] &- 1
            && got.indices.allSatisfy { changing.contains($0) || got[$0] == sent[$0] }
    }
}

/// Compares what came of one frame.
struct MirrorJudge {
    let comparison: Comparison

    func judge(_ today: Arrival, _ afterwards: Arrival, _ one: FrameCase, to target: PacketTarget)
        -> Comparison.Judgement
    {
        if today.seen == afterwards.seen { return .same }
        let aspects = aspects(today, afterwards)
        let effect = target.finding?.effect
        if afterwards.way == .redirected {
            guard isAsPromised(afterwards, one, target) else { return .different(aspects) }
            if let effect, effect != .same { return .explained(effect) }
            // The neighbor subsystem writes both MACs; who passes the veth by leaves both alone.
            let reasons: [Comparison.Aspect: DesignedDifference] =
                comparison.egress == .peer
                ? [.destinationMAC: .destinationMAC, .sourceMAC: .sourceMAC] : [.sourceMAC: .sourceMAC]
            let designed = aspects.compactMap { reasons[$0] }
            return designed.count == aspects.count ? .designed(Set(designed)) : .different(aspects)
        }
        guard today.way == .redirected else {
            // A stale entry's frame may end at a device that is not there.
            guard today.way == .gone, let effect, effect != .same else { return .different(aspects) }
            return .explained(effect)
        }
        // What the stack makes of it, an error or a packet without its padding, is the stack's business.
        let isMiss = afterwards.way != .gone || !comparison.dropsMembers
        return comparison.reason(toLeave: one.kind, one.frame, to: target, isMiss: isMiss) ?? .different(aspects)
    }

    /// By the FIB's device, with the neighbor's MAC; to the peer with those it came with.
    private func isAsPromised(_ arrival: Arrival, _ sent: FrameCase, _ target: PacketTarget) -> Bool {
        guard let finding = target.finding, let one = arrival.seen.first else { return false }
        guard one.ifindex == finding.kernel.ifindex else { return false }
        if comparison.egress == .peer { return one.bytes.prefix(12) == sent.frame.prefix(12) }
        return Array(one.bytes.prefix(6)) == finding.kernel.mac?.bytes
    }

    private func aspects(_ today: Arrival, _ afterwards: Arrival) -> [Comparison.Aspect] {
        guard today.way == afterwards.way, let a = today.seen.first, let b = afterwards.seen.first else {
            return [.verdict] + (today.devices == afterwards.devices ? [] : [.device])
        }
        var aspects: [Comparison.Aspect] = []
        if today.devices != afterwards.devices { aspects.append(.device) }
        if a.bytes.prefix(6) != b.bytes.prefix(6) { aspects.append(.destinationMAC) }
        if a.bytes.dropFirst(6).prefix(6) != b.bytes.dropFirst(6).prefix(6) { aspects.append(.sourceMAC) }
        if a.bytes.dropFirst(12) != b.bytes.dropFirst(12) || a.vlan != b.vlan || a.gsoSize != b.gsoSize
            || today.seen.count != afterwards.seen.count
        {
            aspects.append(.bytes)
        }
        return aspects
    }
}
