import FoundationEssentials
import Inventory
import Kernel
import Loader
import MigrateShared
import Model
import Store

/// What comes after a heal, out of the packets' way: confirmed or rolled back, and what others left is closed.
extension Watching {
    private var takeBack: TakeBack {
        TakeBack(context: context, bpffs: bpffs, node: Host.nodeName(), acceptDrift: true)
    }

    /// Heals whose time has come.
    /// - Parameter isEnding: then that of all.
    func decide(isEnding: Bool) {
        closeSuperseded()
        let due = pending.filter {
            isEnding || $0.value.duration(to: .now) >= .seconds(options.confirmAfterSeconds)
        }.keys.sorted()
        guard !due.isEmpty else { return }
        var standing: [RunAtHand] = []
        for id in due {
            guard let run = try? RunAtHand(id: id, store, bpffs) else { continue }
            switch run.duty {
            case .wait:
                if let taken = lost(run) {
                    back(run, because: .failure, "\(taken)")
                } else {
                    standing.append(run)
                }
            case .takeBack(let reason): back(run, because: reason, "\(reason.rawValue)")
            case .recordCommit, .nothing, .finalize, .close, .unknown: pending[id] = nil
            }
        }
        guard !standing.isEmpty else { return }
        renewBasis()
        let blocker = basis.map(\.blockers.first) ?? "the committed run holds no longer"
        for run in standing {
            if let blocker {
                back(run, because: .health, blocker)
            } else {
                confirm(run)
            }
        }
    }

    /// What is in the hook of a heal that does not hold its program any more. What went with its interface is no loss.
    private func lost(_ run: RunAtHand) -> String? {
        (try? RunInspector(run.record, outlook: run.outlook).taken())?.first
    }

    private func confirm(_ run: RunAtHand) {
        let id = run.record.id
        underLock("confirm run \(id)") { () throws(MigrateError) in
            let journal = StoreJournal(store: store, runID: id, command: ThisCommand.record)
            let outcome = try Confirmation(bpffs: bpffs, runID: id, journal: journal).commit()
            // It is looked at again with the next tick: the kernel has decided.
            guard outcome.answer.refusal == nil else { return }
            pending[id] = nil
            let now = try RunAtHand(id: id, store, bpffs)
            let document = now.document(changed: true)
            SystemLog.write(.confirm, document)
            log.write(document, "confirmed: run \(id), \(now.record.hooks.first?.before.title ?? "?")")
        }
    }

    private func back(_ run: RunAtHand, because reason: RunReason, _ why: String) {
        let id = run.record.id
        underLock("take run \(id) back") { () throws(MigrateError) in
            let outcome = try takeBack.restore(run.record, store, because: reason)
            pending[id] = nil
            places[id] = nil
            takenBack += 1
            log.tell(.healTakenBack, "taken back: run \(id), \(run.record.hooks.first?.before.title ?? "?"): \(why)")
            log.write(outcome.document, "run \(id) is \(outcome.document.state.rawValue)")
        }
        try? reload()
    }

    /// Heals whose hook is gone, or that a later heal has taken over: nothing of them is in a slot.
    private func closeSuperseded() {
        let ours = runs.holding.filter { runs.heals.contains($0.id) && $0.state == .committed }
        guard !ours.isEmpty else { return }
        let seen = namespaces.look(at: Set(ours.flatMap(\.hooks).map { HealPlace($0.before).device }))
        for run in ours {
            guard let hook = run.hooks.first, seen.namespaces.contains(hook.before.netns.cookie) else { continue }
            let isGone = !seen.interfaces.contains(HealPlace(hook.before).device)
            let isTaken = runs.holding.prefix { $0.id != run.id }
                .contains { $0.hooks.first?.before.isSamePlace(as: hook.before) == true }
            guard isGone || isTaken else { continue }
            underLock("close run \(run.id)") { () throws(MigrateError) in
                let outcome = try takeBack.restore(run, store, because: .operator)
                places[run.id] = nil
                log.write(
                    outcome.document,
                    "closed: run \(run.id), \(hook.before.title): \(isGone ? "its interface is gone" : "healed again since")"
                )
            }
            try? reload()
        }
    }

    /// Runs that are to be given back: expired ones, and heals of a watch that was killed. Those whose window is open are
    /// decided by this one.
    func settle() {
        guard let open = try? store.openRuns(), let heals = try? store.heals() else { return }
        for record in open where record.bootID == Host.bootID() && record.purpose == .cut {
            let run = RunAtHand(record, store, bpffs)
            let isHeal = heals.contains(record.id)
            switch run.duty {
            case .takeBack(let reason) where run.outlook.state == .expired || isHeal:
                underLock("settle run \(record.id)") { () throws(MigrateError) in
                    // Whoever had the lock may have settled it.
                    guard try RunAtHand(id: record.id, store, bpffs).duty == run.duty else { return }
                    var takeBack = self.takeBack
                    takeBack.acceptDrift = isHeal
                    let outcome = try takeBack.restore(record, store, because: reason)
                    log.write(outcome.document, "settled: run \(record.id) is \(outcome.document.state.rawValue)")
                }
            case .wait where isHeal && pending[record.id] == nil:
                pending[record.id] = .now
                places[record.id] = record.hooks.first.map { HealPlace($0.before) }
            case .recordCommit where isHeal:
                underLock("settle run \(record.id)") { () throws(MigrateError) in
                    try store.update(run: record.id, state: .committed, endedAt: Date())
                }
            default: break
            }
        }
    }

    /// A heal that somebody else took back is not begun again.
    func noteRollbacks() {
        for (id, place) in places where !runs.holding.contains(where: { $0.id == id }) {
            guard let run = try? store.run(idPrefix: id), run.state == .rolledBack, run.reason == .operator else {
                continue
            }
            allowance.giveUp(place)
            places[id] = nil
            pending[id] = nil
        }
    }

    /// Under membership `enrolled`: what members are behind belongs in the sets of the committed run and of its heals.
    func keepSets() {
        guard let base = runs.base, base.plan.decision.membership == .enrolled else { return }
        for run in runs.holding where run.planID == base.plan.planID {
            guard let missing = try? RunInspector(run).unenrolled(base.plan, bpffs: bpffs), !missing.isEmpty else {
                continue
            }
            underLock("keep the sets of run \(run.id)") { () throws(MigrateError) in
                for (netns, members) in Dictionary(grouping: missing, by: \.netns) {
                    guard let namespace = namespaces[netns] else { continue }
                    let put = try MemberKeeping.put(members, bpffs: bpffs, runID: run.id, in: namespace)
                    guard !put.isEmpty, run.id == base.run.id else { continue }
                    log.tell("enrolled: \(put.map { "\($0.interface) (\($0.ifindex))" }.joined(separator: ", "))")
                }
            }
        }
    }

    /// Another command may have it: then with the next tick.
    private func underLock(_ what: String, _ body: () throws(MigrateError) -> Void) {
        do throws(MigrateError) {
            try NodeLock.holding(bpffs, body)
        } catch {
            guard error.code != .locked else { return }
            var error = error
            error.facts.insert("while it was to \(what)", at: 0)
            Console.error(context.settings.echoed(in: error.text))
        }
    }
}
