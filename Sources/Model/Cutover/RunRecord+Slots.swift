extension RunState {
    /// Whether every slot of the run holds our program, whichever program packets take.
    public var holdsSlots: Bool {
        switch self {
        case .provisional, .expired, .committed, .finalized: true
        case .installing, .shadow, .rollingBack, .rolledBack, .residual, .mixed, .gone: false
        }
    }
}

extension RunRecord.RunHook {
    /// Our program that is in the slot in a state that holds it; `nil` where it was not loaded.
    public func inSlot(_ state: RunState) -> ProgramReference? {
        state == .finalized ? plain ?? replacement : replacement
    }

    /// Ids of our programs that may be in the slot.
    public var ours: Set<UInt32> { Set([replacement?.id, plain?.id].compactMap(\.self)) }

    /// Which programs may be in the slot, the one that is expected first.
    public func expected(in state: RunState, isFinalizing: Bool = false) -> [ProgramReference?] {
        if state.holdsSlots { return [inSlot(state)] + (isFinalizing ? [plain] : []) }
        // One after the other is replaced or put back; where that was cut off, nobody knows.
        let isPartly = state == .installing || state == .rollingBack || state == .shadow
        return [before.program] + (isPartly ? [replacement, plain].filter { $0 != nil } : [])
    }
}
