import Inventory
import Loader
import Model
import TestSupport
import Testing

extension LoaderSuite {
    /// A journal that cannot be written: `apply` undoes, a rollback goes on.
    @Suite struct Journals {
        static let applying: [RunPhase] = [.pin, .load, .warm, .replace, .verify, .commit]

        @Test func `intent before every act, evidence after it`() throws {
            try withTwoHooks { node, plan in
                let applied = try node.apply(plan)
                #expect(applied.journal.phases == Self.applying)
                // One durable write for all: the kernel can tell which hooks are done.
                #expect(applied.journal.lines.filter { $0.phase == .replace }.count == 1)
                #expect(applied.journal.lines.allSatisfy { $0.evidence?.isEmpty == false })
                #expect(applied.journal.states == [.committed])
                let back = TestJournal()
                let restored = try node.rollback(applied.runID, back)
                #expect(back.phases == [.restore, .unpin] && back.lines.allSatisfy { $0.evidence != nil })
                #expect(back.states == [.rollingBack, .rolledBack] && restored.lostJournal == [])
                #expect(Set(restored.timings.keys) == ["restore_us", "prove_us", "unpin_us"])
            }
        }

        @Test(arguments: applying) func `full before an act: undone, identical`(phase: RunPhase) throws {
            try withTwoHooks { node, plan in
                var isFull = false
                let journal = TestJournal(onBegin: { (begun, _) throws(MigrateError) in
                    isFull = isFull || begun == phase
                    if isFull { throw .full }
                })
                let applied = try node.apply(plan, journal)
                let undone = try applied.undone()
                #expect(undone.cause.code == .diskFull)
                #expect(undone.restoration?.proof.identical ?? true)
                #expect((undone.restoration == nil) == (phase == .pin), "only without pins there is nothing to restore")
                #expect(undone.restoration.map { !$0.lostJournal.isEmpty } ?? true)
                #expect(undone.restoration?.changed ?? false == [.verify, .commit].contains(phase))
            }
        }

        @Test(arguments: applying) func `full after an act: undone, identical`(phase: RunPhase) throws {
            try withTwoHooks { node, plan in
                let journal = TestJournal(onEnd: { (ended, _) throws(MigrateError) in
                    if ended == phase { throw .full }
                })
                let undone = try node.apply(plan, journal).undone()
                #expect(undone.cause.code == .diskFull && undone.restoration?.proof.identical == true)
                #expect(undone.restoration?.state == .rolledBack)
            }
        }

        @Test func `the state cannot be written either: undone, and the lines are told`() throws {
            try withTwoHooks { node, plan in
                let journal = TestJournal(onState: { (_) throws(MigrateError) in throw .full })
                let undone = try node.apply(plan, journal).undone()
                #expect(undone.cause.code == .diskFull && undone.restoration?.proof.identical == true)
                #expect(undone.restoration?.lostJournal.first == "state: rolling-back (no space left on device)")
                #expect(undone.restoration?.lostJournal.last == "state: rolled-back (no space left on device)")
            }
        }

        @Test func `full while rolling back: it goes on, and says what is missing`() throws {
            try withTwoHooks { node, plan in
                let run = try node.mustApply(plan)
                let journal = TestJournal(
                    onBegin: { (_, _) throws(MigrateError) in throw .full },
                    onState: { (_) throws(MigrateError) in throw .full })
                let restored = try node.rollback(run.runID, journal)
                #expect(restored.proof.identical && restored.state == .rolledBack && restored.changed)
                // Two states, and for the hooks and the pins an intent and an evidence each.
                #expect(restored.lostJournal.count == 6)
                #expect(restored.lostJournal.contains { $0.hasPrefix("restore: put program") && $0.contains("hz2") })
                #expect(
                    restored.lostJournal.contains {
                        $0.hasPrefix("restore: hz ") && $0.contains("hz2 clsact/ingress: program")
                    })
                #expect(restored.lostJournal.contains("unpin: nothing of the run is left"))
            }
        }

        @Test func `evidence cannot be written while rolling back: only that is missing`() throws {
            try withTwoHooks { node, plan in
                let run = try node.mustApply(plan)
                let journal = TestJournal(onEnd: { (_, _) throws(MigrateError) in throw .full })
                let restored = try node.rollback(run.runID, journal)
                // After the first failure only the final state is tried: the node does not wait for a busy database.
                #expect(restored.proof.identical && restored.lostJournal.count == 3)
                #expect(journal.lines.count == 1 && journal.states == [.rollingBack, .rolledBack])
            }
        }

        @Test func `without a journal at all`() throws {
            try withTwoHooks { node, plan in
                let run = try node.mustApply(plan)
                let restored = try node.rollback(run.runID, nil)
                #expect(restored.proof.identical && restored.lostJournal == [])
            }
        }
    }

    /// Signals are looked at before every step: pin, load, warm, each chunk of hooks (here of one), verify.
    @Suite struct Interruptions {
        @Test(arguments: 1...6) func `a signal before any step undoes`(step: Int) throws {
            try withTwoHooks { node, plan in
                node.limits = ExchangeLimits(chunk: 1)
                var looks = 0
                let applied = try node.apply(
                    plan,
                    interrupted: {
                        looks += 1
                        return looks == step ? 15 : nil
                    })
                let undone = try applied.undone()
                #expect(looks == step && undone.cause.code == .interrupted && undone.reason == .operator)
                #expect(undone.cause.what == "stopped by signal 15")
                #expect((undone.restoration == nil) == (step == 1))
                #expect(undone.restoration?.proof.identical ?? true)
                #expect(undone.restoration?.changed ?? false == (step > 4))
                #expect(applied.journal.states.last == .rolledBack)
            }
        }

        @Test func `a run that ends without any step: the next one is not hindered`() throws {
            try withTwoHooks { node, plan in
                _ = try node.apply(plan, interrupted: { 2 }).undone()
                let run = try node.mustApply(plan)
                #expect(try node.rollback(run.runID).proof.identical)
                // A second rollback finds no run.
                #expect(throws: MigrateError.self) { try node.rollback(run.runID) }
            }
        }
    }
}
