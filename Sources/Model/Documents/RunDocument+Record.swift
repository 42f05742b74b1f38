extension RunDocument {
    /// What the journal says of a run, as a document; of its hooks what the proof read back, if there is one.
    public init(_ run: RunRecord, changed: Bool, proof: Proof? = nil) {
        let isInSlot = run.state == .committed || run.state == .finalized || run.state == .provisional
        self.init(
            runID: run.id, planID: run.planID, changed: changed, state: run.state, reason: run.reason,
            share: isInSlot ? 100 : 0,
            hooks: run.hooks.map { hook in
                HookLine(
                    hook.before, after: isInSlot ? hook.replacement : hook.before.program,
                    guarantee: run.cut.guarantee(at: hook.before.kind))
            }, proof: proof,
            breakGlass: isInSlot || run.state.isOpen
                ? BreakGlass.commands(
                    run.hooks.map {
                        BreakGlass.Place($0.before, replacement: $0.replacement?.id)
                    },
                    pins: String(run.pinDirectory.dropLast(run.id.count + 1)), run: run.id)
                : [])
        nodeNetns = run.nodeNetns
        if !isInSlot, let read = proof?.hooks { show(read, of: run.hooks.map(\.before)) }
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
