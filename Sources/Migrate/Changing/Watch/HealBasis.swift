import Inventory
import Kernel
import Loader
import MigrateShared
import Model
import Store

/// What a heal needs that is known before there is a hook: whether the committed run's decision still stands, and a switch that is
/// loaded as it says.
final class HealBasis {
    let base: WatchedRuns.Base
    /// What on the node keeps every hook from being healed, one line each.
    let blockers: [String]
    /// Destinations that can fail.
    let planned: [IPAddress: UInt32]
    private let breaker: Breaker
    private let members: Int
    /// By the cookie of the hooks' namespace.
    private var switches: [UInt64: PreparedSwitch] = [:]

    /// Reads and cross-checks the whole node, as `plan` does, with the held hooks as they were.
    init(_ runs: WatchedRuns, _ base: WatchedRuns.Base, _ context: CommandContext, _ store: Store) {
        self.base = base
        // Armed in any case: of a heal nobody is asked.
        breaker = ((try? store.trial(run: base.run.id)) ?? nil)?.breaker.map { Breaker(limit: $0) } ?? .standard
        do throws(MigrateError) {
            let now = try Self.plan(runs, base, context)
            blockers = Self.differences(base.plan.decision, now.document)
            planned = now.planned
            members = now.enrolled.count
        } catch {
            blockers = (["the node could not be read: \(error.what)"] + error.facts.prefix(1))
            planned = [:]
            members = 0
        }
    }

    private static func plan(
        _ runs: WatchedRuns, _ base: WatchedRuns.Base, _ context: CommandContext
    ) throws(MigrateError) -> PlanOutcome {
        var asked = base.plan.asked
        asked.membership = base.plan.decision.membership
        let builtIn = BuiltInProfiles.sources.first { $0.name == base.plan.decision.profile.name }?.name
        return try context.asking(asked) { (context) throws(MigrateError) in
            try context.plan(asked, profile: base.plan.asked.profile ?? builtIn, allEntries: false, behind: runs.before)
        }
    }

    /// What of the decision is another than was committed, and what would block a plan.
    private static func differences(_ was: Decision, _ now: PlanDocument) -> [String] {
        let found = now.decision
        var lines: [String] = []
        func same(_ what: String, _ isSame: Bool) {
            if !isSame { lines.append("\(what) is another than the committed run's") }
        }
        same("the profile", found.profile == was.profile)
        same("the membership", found.membership == was.membership)
        same("the way out (egress)", found.egress == was.egress)
        same("the replacement's object", found.replacement.object == was.replacement.object)
        same(
            "what the kernel offers the replacement",
            found.replacement.fibFlags == was.replacement.fibFlags
                && found.replacement.readsDevice == was.replacement.readsDevice
                && found.replacement.program == was.replacement.program)
        same("a legacy map", Set(found.maps.map(\.id)) == Set(was.maps.map(\.id)))
        let known = Set(was.replacement.denied.map { DeviceKey(netns: $0.netns, ifindex: $0.ifindex) })
        lines += found.replacement.denied.filter { !known.contains(DeviceKey(netns: $0.netns, ifindex: $0.ifindex)) }
            .map { "\($0.interface) (\($0.ifindex)) is to be denied, and the run's program does not know" }
        // All proxies may be gone for a moment: the next one's hook is just what is waited for.
        let passing: Set = [Code.noHooks.text, Code.alreadyOurs.text]
        lines += now.blockers.filter { !passing.contains($0.code) }.map { "\($0.message) [\($0.code)]" }
        return lines
    }

    /// The same decision, as the committed run's program was told; with the breaker armed.
    func configuration(_ netns: UInt64) -> RedirectConfiguration {
        var told = RedirectConfiguration(base.plan.decision, netns: netns)
        told.breaker = breaker
        return told
    }

    /// Loads a switch for each namespace that has none in store. One that cannot be loaded now is loaded when it is needed.
    func prepare() {
        guard blockers.isEmpty else { return }
        for hook in base.run.hooks {
            let netns = hook.before.netns.cookie
            guard switches[netns] == nil, let legacy = hook.before.program?.id else { continue }
            switches[netns] = try? PreparedSwitch.load(
                configuration(netns), like: legacy, planned: planned, interfaces: members)
        }
    }

    /// The one that was loaded, which is used once.
    func takeSwitch(_ netns: UInt64) -> PreparedSwitch? { switches.removeValue(forKey: netns) }
}
