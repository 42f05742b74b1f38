extension RunDocument {
    /// What holds of a run, as a document; of its hooks what the proof read back, if there is one.
    ///
    /// - Parameter outlook: as the node was found; `nil`: as the journal has it, with nothing to type next.
    public init(_ run: RunRecord, changed: Bool, outlook: RunOutlook? = nil, proof: Proof? = nil) {
        let known = outlook ?? .journal(run)
        let state = known.state
        self.init(
            runID: run.id, planID: run.planID, changed: changed, state: state, reason: known.reason,
            share: known.share, confirmBy: known.confirmBy, confirmInSeconds: known.confirmInSeconds,
            next: outlook?.next,
            hooks: run.hooks.map { hook in
                HookLine(
                    hook.before, after: state.holdsSlots ? hook.inSlot(state) : hook.before.program,
                    guarantee: run.cut.guarantee(at: hook.before.kind))
            }, proof: proof,
            breakGlass: state == .committed || state.isOpen
                ? BreakGlass.commands(
                    run.hooks.map {
                        BreakGlass.Place($0.before, replacement: $0.replacement?.id, plain: $0.plain?.id)
                    },
                    pins: String(run.pinDirectory.dropLast(run.id.count + 1)), run: run.id, cut: run.cut)
                : [])
        fellForward = known.fallForward == .none ? nil : true
        nodeNetns = run.nodeNetns
        if run.purpose != .cut { purpose = run.purpose }
        if !state.holdsSlots, let read = proof?.hooks { show(read, of: run.hooks.map(\.before)) }
    }

    /// Of each hook what was read back, in place of what the journal would have it be.
    public mutating func show(_ readings: [HookReading], of hooks: [Hook]) {
        guard readings.count == hooks.count else { return }
        let guarantees = self.hooks.map(\.guarantee)
        self.hooks = hooks.indices.map { index in
            HookLine(
                hooks[index], readings[index],
                guarantee: guarantees.count == hooks.count ? guarantees[index] : Self.guarantee(hooks[index].kind))
        }
    }

    /// What holds while the program at a hook of this kind is exchanged.
    public static func guarantee(_ kind: HookKind, cut: CutKind = .direct) -> String { cut.guarantee(at: kind) }
}
