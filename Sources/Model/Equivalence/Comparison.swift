/// Compares what two programs made of one packet. Pure.
public struct Comparison: Sendable {
    public enum Aspect: String, Codable, Hashable, Sendable, CaseIterable {
        case verdict
        case length
        case destinationMAC = "destination-mac"
        case sourceMAC = "source-mac"
        case bytes
        case mark
        case priority
        case controlBlock = "control-block"
        /// Where it leaves; real frames only.
        case device
    }

    public enum Judgement: Hashable, Sendable {
        case same
        case designed(Set<DesignedDifference>)
        /// The entry is wrong today, or will be, and the plan says so: that is all there is to it.
        case explained(Effect)
        case different([Aspect])
    }

    /// How the replacement redirects: who writes the MACs, and whether the veth is passed by.
    public var egress: Egress
    /// Families whose source MAC the legacy program writes.
    public var rewritesSource: Set<AddressFamily>
    public var contract: Profile.Contract
    /// Whether a member that cannot be placed is dropped.
    public var dropsMembers: Bool
    /// The interface that packets come in on.
    public var input: UInt32

    public init(
        egress: Egress, rewritesSource: Set<AddressFamily>, contract: Profile.Contract, dropsMembers: Bool,
        input: UInt32
    ) {
        self.egress = egress
        self.rewritesSource = rewritesSource
        self.contract = contract
        self.dropsMembers = dropsMembers
        self.input = input
    }

    public func judge(
        _ packet: PacketCase, to target: PacketTarget, legacy: ProgramOutcome, replacement: ProgramOutcome
    ) -> Judgement {
        let aspects = Self.aspects(legacy, replacement)
        // Of a packet that both drop nothing is left to compare.
        if aspects.isEmpty || (legacy.verdict == .shot && replacement.verdict == .shot) { return .same }
        switch (legacy.verdict, replacement.verdict) {
        case (.redirect, .redirect):
            return bothRedirect(packet, target, aspects, legacy: legacy, replacement: replacement)
        case (.redirect, _): return onlyLegacy(packet, target, replacement) ?? .different(aspects)
        case (_, .redirect) where target.role == .widened && isRedirectedAsPromised(packet, replacement):
            return .designed([.widened])
        default: return .different(aspects)
        }
    }

    /// Only MACs may differ, and only as the neighbor subsystem needs it or the kernel's neighbor has it.
    private func bothRedirect(
        _ packet: PacketCase, _ target: PacketTarget, _ aspects: [Aspect], legacy: ProgramOutcome,
        replacement: ProgramOutcome
    ) -> Judgement {
        var designed: Set<DesignedDifference> = []
        var left: [Aspect] = []
        for aspect in aspects {
            let reason: DesignedDifference? =
                switch aspect {
                case .destinationMAC: destination(packet, target, replacement)
                case .sourceMAC: isSourceByDesign(packet, target, replacement) ? .sourceMAC : nil
                case .mark: isCrossing(replacement.mark, packet.metadata.mark) ? .crossing : nil
                case .priority: isCrossing(replacement.priority, packet.metadata.priority) ? .crossing : nil
                default: nil
                }
            if let reason { designed.insert(reason) } else { left.append(aspect) }
        }
        guard left.isEmpty else { return .different(left) }
        return target.finding?.effect == .healed ? .explained(.healed) : .designed(designed)
    }

    private func destination(
        _ packet: PacketCase, _ target: PacketTarget, _ replacement: ProgramOutcome
    ) -> DesignedDifference? {
        let came = packet.frame.prefix(6), left = replacement.frame.prefix(6)
        if left == came { return .destinationMAC }
        if let first = came.first, left.first == first & ~1, left.dropFirst() == came.dropFirst() { return .groupBit }
        guard egress == .mac, let neighbor = target.finding?.kernel.mac else { return nil }
        return Array(left) == neighbor.bytes ? .destinationMAC : nil
    }

    /// As the veth makes it, whose crossing bpf_redirect_peer leaves out; what goes through the veth keeps its own till then.
    private func isCrossing(_ left: UInt32, _ came: UInt32) -> Bool { egress == .peer && (left == 0 || left == came) }

    private func isSourceByDesign(_ packet: PacketCase, _ target: PacketTarget, _ replacement: ProgramOutcome) -> Bool {
        guard rewritesSource.contains(target.address.family) else { return false }
        let left = Array(replacement.frame.dropFirst(6).prefix(6))
        if left == Array(packet.frame.dropFirst(6).prefix(6)) { return true }
        return egress == .mac && target.finding?.kernel.sourceMAC?.bytes == left
    }

    /// The replacement must leave alone, or drop by the contract, what it does not redirect.
    private func onlyLegacy(
        _ packet: PacketCase, _ target: PacketTarget, _ replacement: ProgramOutcome
    ) -> Judgement? {
        let isMiss = replacement.verdict == (contract.onMiss == .next ? .next : .ok)
        let isDrop = dropsMembers && replacement.verdict == .shot
        guard isMiss || isDrop, replacement.isUntouched(packet) else { return nil }
        return reason(toLeave: packet.kind, packet.frame, to: target, isMiss: isMiss)
    }

    /// Why a packet that the legacy program redirects may be left to the stack, or dropped by the contract.
    public func reason(
        toLeave kind: PacketKind, _ frame: [UInt8], to target: PacketTarget, isMiss: Bool
    ) -> Judgement? {
        if isMiss, target.address.family == .ipv6, kind == .neighborDiscovery {
            return .designed([.neighborDiscovery])
        }
        if isMiss, HeaderChain(frame)?.isBeyondBounds == true { return .designed([.boundedHeaders]) }
        if let finding = target.finding, finding.kernel.gateway == nil, finding.kernel.ifindex == input {
            return .designed([.sameDevice])
        }
        switch target.finding?.effect {
        case .some(let effect) where effect != .same && effect != .healed: return .explained(effect)
        default: return nil
        }
    }

    /// Redirected with the contract's marks, and nothing else done to it.
    private func isRedirectedAsPromised(_ packet: PacketCase, _ outcome: ProgramOutcome) -> Bool {
        var words = packet.metadata.controlBlock
        if let set = contract.controlBlock, words.indices.contains(Int(set.index)) {
            words[Int(set.index)] = set.value
        }
        let (mark, priority) = (packet.metadata.mark, packet.metadata.priority)
        let isMarked =
            egress == .peer
            ? isCrossing(outcome.mark, mark) && isCrossing(outcome.priority, priority)
            : outcome.mark == contract.mark ?? mark && outcome.priority == priority
        return isMarked && outcome.controlBlock == words && outcome.frame.count == packet.frame.count
            && outcome.frame.dropFirst(12) == packet.frame.dropFirst(12)
    }

    /// All in which two outcomes differ.
    public static func aspects(_ a: ProgramOutcome, _ b: ProgramOutcome) -> [Aspect] {
        var aspects: [Aspect] = []
        if a.verdict != b.verdict { aspects.append(.verdict) }
        if a.frame.count != b.frame.count { aspects.append(.length) }
        if a.frame.prefix(6) != b.frame.prefix(6) { aspects.append(.destinationMAC) }
        if a.frame.dropFirst(6).prefix(6) != b.frame.dropFirst(6).prefix(6) { aspects.append(.sourceMAC) }
        if a.frame.dropFirst(12) != b.frame.dropFirst(12) { aspects.append(.bytes) }
        if a.mark != b.mark { aspects.append(.mark) }
        if a.priority != b.priority { aspects.append(.priority) }
        if a.controlBlock != b.controlBlock { aspects.append(.controlBlock) }
        return aspects
    }
}
