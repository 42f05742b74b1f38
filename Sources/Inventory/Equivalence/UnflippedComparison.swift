import Kernel
import Model

/// Runs the live legacy program alone and through a switch that is not flipped on the same packets: what `apply` installs
/// first must change nothing at all, so here nothing is tolerated.
///
/// For programs that ``HookComparison`` has found pure.
struct UnflippedComparison {
    let hook: ComparedHook
    let configuration: RedirectConfiguration
    let seed: UInt64

    /// Destinations: the switch does not look at packets, so a few of each kind show it.
    private static let targets = 16

    func run() throws(KernelError) -> EquivalenceTally {
        try hook.namespace.run { () throws(KernelError) in
            let legacy = try BPFProgram(id: hook.program)
            let trial = try SwitchTrial(configuration, legacy: hook.program)
            var run = PacketRun(ifindex: hook.ifindex)
            var tally = EquivalenceTally()
            let generator = CaseGenerator(sources: hook.sources, seed: seed)
            for (target, _) in PacketTargets.some(hook.targets, Self.targets) {
                for packet in generator.cases(to: target.address, thorough: false) {
                    do throws(KernelError) {
                        try compare(packet, target, legacy, trial.program, &run, &tally)
                    } catch {
                        // What the kernel does not take for one program it does not take for the other.
                        guard error.errno == .invalidArgument else { throw error }
                        tally.skip()
                    }
                }
            }
            return tally
        }
    }

    private func compare(
        _ packet: PacketCase, _ target: PacketTarget, _ legacy: borrowing BPFProgram, _ switched: borrowing BPFProgram,
        _ run: inout PacketRun, _ tally: inout EquivalenceTally
    ) throws(KernelError) {
        var today = try run.run(legacy, on: packet), afterwards = try run.run(switched, on: packet)
        if today != afterwards {
            // A writer may have been at work between the two: what differs is run once more.
            today = try run.run(legacy, on: packet)
            afterwards = try run.run(switched, on: packet)
        }
        let aspects = Comparison.aspects(today, afterwards)
        tally.count(aspects.isEmpty ? .same : .different(aspects)) { aspects in
            PacketDifference(
                hook: "\(hook.title), the switch before it flips", packet: packet, target: target, aspects: aspects,
                legacy: .init(today), replacement: .init(afterwards))
        }
    }
}
