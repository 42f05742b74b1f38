import FoundationEssentials

/// How a run stands at this moment, and what follows: every verb's document takes it from here.
///
/// The journal says how far the tool came, the cell which program packets take, the boot whether any of it is left. Where
/// they disagree a command was cut off between two writes, or the kernel has acted by itself: then the kernel's word holds.
public struct RunOutlook: Hashable, Sendable {
    public var state: RunState
    public var reason: RunReason?
    /// Per cent of the flows on the replacement.
    public var share: Int
    /// For display; the kernel goes by a clock of its own.
    public var confirmBy: Date?
    /// Whole seconds, never more than there are.
    public var confirmInSeconds: Int?
    public var next: NextStep?
    /// Who or what must act; `nil` where nobody must.
    public var waitingFor: String?
    /// A `finalize` that was cut off: some hooks hold the switch, others the plain replacement.
    public var isFinalizing: Bool
    /// Where packets are to take the legacy programs, now or at the deadline, and do not.
    public var fallForward: FallForward
    /// Whether the program is there that confirms and extends it.
    private var hasControl: Bool

    /// - Parameters:
    ///   - run: as the journal has it.
    ///   - cell: what is pinned for it.
    ///   - isFinalizing: what the run's record says (docs/pins.md, entry 0).
    ///   - fallForward: what slots and counters of its switches say.
    ///   - hasControl: whether the control program is pinned where the run's pins are.
    ///   - bootID: of the boot that is.
    ///   - node: this node's name.
    ///   - again: the command that makes a new plan.
    public init(
        _ run: RunRecord, cell: CellReading, isFinalizing: Bool = false, fallForward: FallForward = .none,
        hasControl: Bool = true, bootID: String, node: String, now: Date = Date(), again: String
    ) {
        let isThisBoot = run.bootID == bootID
        let sight = isThisBoot ? cell.sight : nil
        let isOver = isThisBoot && cell == .over
        state = isThisBoot ? Self.state(run.state, sight) : run.state == .rolledBack ? .rolledBack : .gone
        if isOver { state = .rollingBack }
        // Packets took the legacy programs all along: there is no other way in or out.
        if run.purpose == .shadow, state == .installing || state == .rollingBack { state = .shadow }
        reason = isOver && state != .shadow ? run.reason ?? .operator : Self.reason(run, state, sight)
        let isHandedOn = state == .provisional || state == .expired || state == .shadow
        self.fallForward = isThisBoot && isHandedOn ? fallForward : .none
        self.hasControl = hasControl
        let isStanding = state == .expired || state == .shadow
        share = isStanding && self.fallForward == .unreachable ? 100 : Self.share(state, sight)
        self.isFinalizing = isFinalizing && state == .committed
        if state == .provisional || state == .mixed, sight?.effectiveState == .open,
            let left = sight?.remainingMilliseconds
        {
            confirmBy = now + Double(left) / 1000
            confirmInSeconds = left / 1000
        }
        next = nil
        waitingFor = nil
        next = next(run, isThisBoot ? cell : .none, node: node, again: again)
        waitingFor = waiting(run, isThisBoot ? cell : .none)
    }

    /// As the journal has it: nobody has looked at the node.
    public static func journal(_ run: RunRecord) -> RunOutlook {
        RunOutlook(run, cell: .none, bootID: run.bootID, node: run.node, again: "migrate plan")
    }

    // MARK: State

    /// Of this boot.
    private static func state(_ journal: RunState, _ sight: CellSight?) -> RunState {
        switch journal {
        // What a proof found of hooks, the cell does not know; and there is no way out of these.
        case .residual, .mixed, .rolledBack, .finalized, .gone: return journal
        case .installing, .shadow, .provisional, .expired, .rollingBack, .committed: break
        }
        return switch sight?.effectiveState {
        case .legacy?: journal == .rollingBack || journal == .shadow ? journal : .installing
        case .open?: .provisional
        case .committed?: .committed
        case .expired?, .breaker?: .expired
        case .rolledBack?: .rollingBack
        case nil: journal
        }
    }

    private static func reason(_ run: RunRecord, _ state: RunState, _ sight: CellSight?) -> RunReason? {
        switch state {
        case .gone: .reboot
        case .expired: sight?.effectiveState == .breaker ? .breaker : sight == nil ? run.reason ?? .deadline : .deadline
        // A way back that was begun, and of which packets know nothing.
        case .provisional, .committed, .shadow: nil
        case .installing, .rollingBack, .finalized, .rolledBack, .residual, .mixed: run.reason
        }
    }

    /// A part of the flows is neither none nor all of them, however small the rest.
    private static func share(_ state: RunState, _ sight: CellSight?) -> Int {
        switch (state, sight?.effectiveState) {
        case (.rolledBack, _), (.gone, _): return 0
        case (.finalized, _), (_, .committed?): return 100
        case (_, .open?):
            let share = Int(sight?.word.share ?? 0), whole = Int(CellWord.wholeShare)
            if share == 0 || share == whole { return share == 0 ? 0 : 100 }
            return min(99, max(1, (share * 100 + whole / 2) / whole))
        case (_, .some): return 0
        case (.provisional, nil), (.committed, nil): return 100
        case (_, nil): return 0
        }
    }

    // MARK: What follows

    private func next(_ run: RunRecord, _ cell: CellReading, node: String, again: String) -> NextStep {
        let resume = "migrate resume \(run.id)", rollback = "migrate rollback --node \(node) \(run.id)"
        switch state {
        case .installing, .expired, .rollingBack: return NextStep(what: "settle it", command: resume)
        case .shadow:
            return NextStep(
                what: "take the shadow out of the slots, unless somebody watches it still", command: rollback)
        case .provisional where cell == .none: return NextStep(what: "settle it", command: resume)
        case .provisional where !hasControl:
            return NextStep(
                at: confirmBy,
                what: "take it back: its control program is out of reach, so that nothing can confirm it",
                command: rollback)
        case .provisional where fallForward == .unreachable:
            return NextStep(
                at: confirmBy,
                what:
                    "take it back: its switches cannot reach the legacy programs any more, not at the deadline either",
                command: rollback)
        case .provisional where share < 100:
            // A part of the flows cannot be confirmed (MIG1212).
            return NextStep(
                at: confirmBy,
                what:
                    "take all flows there, then confirm (take it back: abort; more time: extend)",
                command: "migrate canary 100% \(run.id)")
        case .provisional:
            return NextStep(
                at: confirmBy,
                what: "keep it (take it back: abort; more time: extend)",
                command: "migrate confirm \(run.id)")
        case .committed where isFinalizing: return NextStep(what: "finish what finalize began", command: resume)
        case .committed where run.cut == .switch:
            // The one that can be undone is the one to copy.
            return NextStep(
                what: "take it back (once it has proved itself: finalize, no way back)",
                command: rollback)
        case .committed: return NextStep(what: "take it back", command: rollback)
        case .finalized: return NextStep(what: "nothing is to be done; see that it holds", command: "migrate status")
        case .rolledBack: return NextStep(what: "nothing is open; look again", command: again)
        case .residual, .mixed: return NextStep(what: "try again when they are mended", command: rollback)
        case .gone: return NextStep(what: "the reboot took the run with it; look again", command: again)
        }
    }

    private func waiting(_ run: RunRecord, _ cell: CellReading) -> String? {
        let cutOff = "a command that was cut off; nobody works on it unless another migrate runs now"
        switch state {
        case .rollingBack where cell == .over:
            return
                "somebody to write down that it was taken back: nothing of it is left, packets take what is in the slots"
        case .installing, .rollingBack: return cutOff
        case .shadow:
            return "the shadow that watches it, or, where that was cut off, the next command that changes the node"
        case .provisional:
            switch cell {
            case .seen where !hasControl: return "its deadline, or somebody to take it back"
            case .seen: return "a confirmation"
            case .unreadable(let why): return "a confirmation; until when is not known, its cell cannot be read: \(why)"
            case .none, .over: return "somebody to settle it: its cell is gone, so that nothing can confirm it"
            }
        case .expired where fallForward != .none: return "somebody to take our programs out of the slots"
        case .expired: return "somebody to take our programs out of the slots; packets take the legacy programs"
        case .committed: return isFinalizing ? "finalize, which was cut off" : nil
        case .residual, .mixed: return "somebody to look at the differences"
        case .finalized, .rolledBack, .gone: return nil
        }
    }
}
