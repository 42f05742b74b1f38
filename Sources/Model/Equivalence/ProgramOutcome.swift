/// What a tc program left of a packet.
public struct ProgramOutcome: Hashable, Sendable {
    public var verdict: TCVerdict
    public var frame: [UInt8]
    public var mark: UInt32
    public var priority: UInt32
    /// `skb->cb`, five words.
    public var controlBlock: [UInt32]

    public init(verdict: TCVerdict, frame: [UInt8], mark: UInt32, priority: UInt32, controlBlock: [UInt32]) {
        self.verdict = verdict
        self.frame = frame
        self.mark = mark
        self.priority = priority
        self.controlBlock = controlBlock
    }

    /// Whether all but the verdict is as the case had it.
    func isUntouched(_ packet: PacketCase) -> Bool {
        frame == packet.frame && mark == packet.metadata.mark && priority == packet.metadata.priority
            && controlBlock == packet.metadata.controlBlock
    }
}

/// What a direct-action program's return value does (`cls_bpf_exec_opcode`, net/sched/cls_bpf.c; tcx takes every
/// value but these for the next program's business as well, `tcx_action_code`, include/net/tcx.h).
public enum TCVerdict: String, Codable, Hashable, Sendable {
    case ok
    case shot
    case stolen
    case redirect
    case trap
    case next

    public init(returned: UInt32) {
        switch returned {
        case 0: self = .ok
        case 2: self = .shot
        case 4: self = .stolen
        case 7: self = .redirect
        case 8: self = .trap
        default: self = .next
        }
    }
}
