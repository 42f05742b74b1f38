import Inventory
import Kernel
import Loader
import MigrateShared
import Model
import Store

/// The runs that hold on this node, as journal and cells have them.
struct WatchedRuns {
    /// Newest first: committed and finalized ones, and heals that wait to be confirmed.
    var holding: [RunRecord] = []
    /// Runs that `watch` began.
    var heals: Set<String> = []
    /// The newest that an operator applied and that is committed: what comes later is held against it.
    var base: Base?

    struct Base {
        var run: RunRecord
        var plan: PlanDocument
    }

    init() {}

    /// - Parameter known: what was read before: a run's plan does not change, and plans are long.
    init(_ store: Store, _ bpffs: BPFFileSystem, known: WatchedRuns) throws(MigrateError) {
        let boot = Host.bootID()
        heals = try store.heals()
        let isHeal = heals
        let runs = try store.runs {
            $0.bootID == boot && $0.purpose == .cut
                && ([.committed, .finalized].contains($0.state) || $0.state == .provisional && isHeal.contains($0.id))
        }
        for run in runs.map({ $0.located(in: bpffs) }) {
            let state = RunOutlook.now(run, again: "").state
            guard state.holdsSlots, state != .expired else { continue }
            holding.append(run)
            guard base == nil, state == .committed, !heals.contains(run.id) else { continue }
            if let same = known.base, same.run.id == run.id {
                base = Base(run: run, plan: same.plan)
            } else if let plan = try store.plan(ofRun: run.id) {
                base = Base(run: run, plan: plan)
            }
        }
    }

    /// Namespaces with hooks of theirs, and the node's.
    var namespaces: Set<UInt64> {
        Set(holding.flatMap { $0.hooks.map(\.before.netns.cookie) + [$0.nodeNetns] })
    }

    /// Hooks as they were before any run; of a place the oldest one's word counts.
    var before: [Hook] { holding.reversed().flatMap(\.hooks).map(\.before) }

    var likeness: LegacyLikeness? {
        base.map { LegacyLikeness($0.plan, hooks: $0.run.hooks.map(\.before)) }
    }
}
