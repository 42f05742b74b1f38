import Glibc
import Kernel
import Model

/// The hooks of a race, and who may be put there.
struct RaceHooks {
    let contestants: [Contestant]
    private let path: MeasuredPath
    private let lab: LabNode
    private let legacy: Contestant
    /// What was taken from the pods' egress for the time of the race, so that `peer` may take part.
    private let egress: Contestant?

    /// - Parameter only: how the names of those begin that take part; empty means all.
    init(_ path: MeasuredPath, only: [String], in lab: LabNode) throws {
        self.path = path
        self.lab = lab
        let family = lab.state.options.family
        legacy = try Cost.legacy(path, in: lab)
        let again = try BPFProgram(id: legacy.program.record.reference.id)
        var all = [
            // Twice the same: what their ratio is off 1 is the noise.
            legacy, Contestant("legacy again", again),
            Contestant("usual", try MeasuredObject.usual.load("usual_\(family.rawValue)")),
        ]
        let replacements = try lab.enter { try Replacements(in: lab) }
        // Ambient's app_inbound decides at the pods' egress: `peer` would go past it.
        for egress in Egress.allCases where egress != .peer || family == .fabric {
            all.append(try lab.enter { try replacements.load(egress, .onLink) })
        }
        contestants = all.filter { each in only.isEmpty || only.contains { each.name.hasPrefix($0) } }
        guard !contestants.isEmpty else {
            throw LabError(
                .unusable, "nobody takes part", facts: ["there are \(all.map(\.name).joined(separator: ", "))"])
        }
        egress = try Self.takeEgress(path, in: lab)
    }

    func put(_ contestant: Contestant) throws {
        try lab.enter {
            for ifindex in path.hooks {
                try TrafficControl.replace(
                    program: contestant.program.descriptor, at: ifindex, .ingress, path.place)
            }
        }
    }

    /// Makes sure that the contestant carried the packets of `body`, and not the stack.
    func watching(_ contestant: Contestant, _ body: () throws -> Slice.Sample) throws -> Slice.Sample {
        let forwarded = try lab.enter { try StackForwards.count() }
        let before = try contestants.map { contestant in try contestant.outcomes() }
        let sample = try body()
        for (other, before) in zip(contestants, before) where other.counts {
            let mine = other.name == contestant.name
            // Somebody else's counters stand still.
            try OutcomeCheck.require(
                other.name, before, try other.outcomes(),
                redirected: mine ? sample.packets + (path.hooks.count > 1 ? sample.answers : 0) : 0, exactly: !mine)
        }
        let stack = try lab.enter { try StackForwards.count() } - forwarded
        guard stack < 20 else {
            throw LabError(
                .system, "measure \(contestant.name): packets went through the stack",
                facts: ["\(stack) of at least \(sample.packets)"])
        }
        return sample
    }

    /// As it was before.
    func restore() {
        try? put(legacy)
        guard let egress else { return }
        try? lab.enter {
            for pod in [path.sender, path.receiver] {
                try TrafficControl.attach(program: egress.program.descriptor, to: pod.ifindex, .egress, path.place)
            }
        }
    }

    /// Takes the fabric's policy off both pods; the contestants' packets all go without it.
    private static func takeEgress(_ path: MeasuredPath, in lab: LabNode) throws -> Contestant? {
        guard lab.state.options.family == .fabric,
            let policy = lab.state.programs.first(where: { $0.name == "fabric_policy" })
        else { return nil }
        let held = Contestant("policy", try BPFProgram(id: policy.id))
        for pod in [path.sender, path.receiver] {
            try lab.run(["tc", "filter", "del", "dev", pod.interface, "egress"]).mustSucceed()
        }
        return held
    }
}
