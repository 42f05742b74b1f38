import FoundationEssentials
import Glibc
import Inventory
import Kernel
import Loader
import Model
import TestSupport
import Testing

extension LoaderSuite {
    /// What is said of a run, by its cell, its record and its programs on a real node.
    @Suite struct Outlooks {
        private struct Run {
            var node: TestNode
            var plan: PlanDocument
            var record: RunRecord

            var outlook: RunOutlook { RunOutlook.now(record, again: "migrate plan") }

            func inspected<T>(_ body: (RunInspector) throws -> T) throws -> T {
                try node.lab.enter { try body(try RunInspector(record, outlook: outlook)) }
            }

            func bpffs() throws -> BPFFileSystem { try BPFFileSystem(path: TestNode.bpffs) }

            func leftovers() throws -> [String] {
                try node.lab.enter {
                    try Leftovers(bpffs: bpffs(), netnsPath: nil, known: [(record, outlook.state)]).lines()
                }
            }

            func remains() throws -> [String] {
                try node.lab.enter { Remains.lines(record, outlook, plan: plan, bpffs: try bpffs()) }
            }
        }

        /// A node with two proxies and a provisional run, whose journal says whatever the test wants it to.
        private func withRun(window: Int = 60, _ body: (inout Run) throws -> Void) throws {
            try withTwoHooks { node, outcome in
                let applied = try node.apply(outcome, cut: .switch, window: window)
                guard case .provisional(let made) = applied.result else {
                    throw TestFailure("not provisional: \(applied.result)")
                }
                let pins = try node.pins(of: applied.runID)
                let record = try node.lab.enter { try pins.read() }
                let plain = { (id: UInt32) in try node.lab.enter { try BPFProgram(id: id).record.reference } }
                var run = Run(
                    node: node, plan: outcome.document,
                    record: RunRecord(
                        id: applied.runID, planID: outcome.document.planID, bootID: Host.bootID(), node: "n",
                        nodeNetns: record.nodeNetns, pinDirectory: pins.directory, state: .provisional, cut: .switch,
                        confirmWithin: window, startedAt: Date(),
                        hooks: try zip(outcome.hooks, made.replacements).enumerated().map { index, pair in
                            .init(
                                index: index, before: pair.0, replacement: pair.1,
                                plain: try plain(record.hooks[index].plainID))
                        }))
                do { try body(&run) } catch {
                    _ = try? node.rollback(applied.runID)
                    throw error
                }
            }
        }

        @Test func `provisional, committed by the cell before the journal says so, then rolled back`() throws {
            try withRun { run in
                let open = try run.node.lab.enter { run.outlook }
                #expect(
                    open.state == .provisional && open.share == 100 && (50...60).contains(open.confirmInSeconds ?? 0))
                #expect(try run.inspected { $0.drift() } == [] && run.leftovers() == [])
                #expect(try run.inspected { $0.missingPins() } == nil)
                _ = try run.node.control(run.record.id) { try $0.commit() }
                let committed = try run.node.lab.enter { run.outlook }
                #expect(committed.state == .committed && committed.confirmBy == nil)
                #expect(try run.inspected { $0.drift() } == [] && run.remains() == [])
                _ = try run.node.control(run.record.id) { try $0.rollBack() }
                #expect(try run.node.lab.enter { run.outlook }.state == .rollingBack)
                // Half-way back both the legacy program and ours are as they should be.
                #expect(try run.inspected { $0.drift() } == [])
                #expect(try run.node.rollback(run.record.id).proof.identical)
                (run.record.state, run.record.reason) = (.rolledBack, .operator)
                #expect(try run.node.lab.enter { run.outlook }.state == .rolledBack && run.leftovers() == [])
            }
        }

        @Test func `the deadline, with nobody there to write it`() throws {
            try withRun(window: 1) { run in
                sleep(2)
                let outlook = try run.node.lab.enter { run.outlook }
                #expect(outlook.state == .expired && outlook.reason == .deadline && outlook.share == 0)
                #expect(try run.inspected { $0.drift() } == [])
                #expect(try run.node.rollback(run.record.id).proof.identical)
            }
        }

        @Test func `a cell whose pin was removed is found by the switches, and the pin is missed`() throws {
            try withRun { run in
                let pin = "\(run.record.pinDirectory)/cell"
                let map = try run.node.lab.enter { try BPFMap(pin: pin).record.id }
                try run.node.sh("rm \(pin)")
                let outlook = try run.node.lab.enter { run.outlook }
                #expect(outlook.state == .provisional && (outlook.confirmInSeconds ?? 0) > 40)
                #expect(try run.inspected { $0.missingPins() }?.contains("cell gone from") == true)
                try run.node.sh("bpftool map pin id \(map) \(pin)")
                #expect(try run.node.rollback(run.record.id).proof.identical)
            }
        }

        @Test func `something else at the cell's place is said, and the journal's state shown`() throws {
            try withRun { run in
                let pin = "\(run.record.pinDirectory)/cell"
                try run.node.sh("mv \(pin) \(TestNode.bpffs)/kept")
                try run.node.lab.enter {
                    let other = try BPFMap(pin: "\(run.record.pinDirectory)/record")
                    try run.node.pins(of: run.record.id).pin(other.descriptor, at: pin)
                }
                let sight = try run.node.lab.enter { RunSight(run.record) }
                guard case .unreadable = sight.cell else { throw TestFailure("\(sight)") }
                let outlook = try run.node.lab.enter { run.outlook }
                #expect(outlook.state == .provisional && outlook.waitingFor?.contains("cannot be read") == true)
                try run.node.sh("rm \(pin); mv \(TestNode.bpffs)/kept \(pin)")
                #expect(try run.node.rollback(run.record.id).proof.identical)
            }
        }

        @Test func `packets that fell forward are drift`() throws {
            try withRun { run in
                try run.node.sh(
                    "bpftool map delete pinned \(run.record.pinDirectory)/slot_0 key 0 0 0 0")
                _ = try run.node.control(run.record.id) { try $0.rollBack() }
                _ = try run.node.burst(["pod1"])
                let drift = try run.inspected { $0.drift() }
                #expect(drift.count == 1 && drift.first?.contains("[\(Code.fellForward.text)]") == true, "\(drift)")
                #expect(try run.node.rollback(run.record.id).proof.identical)
            }
        }

        @Test func `finalized: the plain replacements are in the slots, and what remains of the deployment is told`()
            throws
        {
            try withNode(pods: 1) { node in
                let outcome = try node.plan(.onLink)
                let applied = try node.apply(outcome, cut: .switch, window: nil)
                guard case .committed(let switches, _, _, _) = applied.result else {
                    throw TestFailure("not committed: \(applied.result)")
                }
                let pins = try node.pins(of: applied.runID)
                let pinned = try node.lab.enter { try pins.read() }
                let plain = try node.lab.enter { try BPFProgram(id: pinned.hooks[0].plainID).record.reference }
                var run = Run(
                    node: node, plan: outcome.document,
                    record: RunRecord(
                        id: applied.runID, planID: outcome.document.planID, bootID: Host.bootID(), node: "n",
                        nodeNetns: pinned.nodeNetns, pinDirectory: pins.directory, state: .committed, cut: .switch,
                        startedAt: Date(),
                        hooks: [.init(index: 0, before: outcome.hooks[0], replacement: switches[0], plain: plain)]))
                _ = try node.finalize(applied.runID)
                // The journal was not written: the pins are gone, and the plain replacements are there.
                let cutOff = try node.lab.enter { run.outlook }
                #expect(
                    cutOff.state == .committed && cutOff.isFinalizing && cutOff.next?.command.contains("resume") == true
                )
                #expect(try run.inspected { $0.drift() + [$0.missingPins()].compactMap(\.self) } == [])
                run.record.state = .finalized
                #expect(try run.inspected { $0.drift() } == [] && run.leftovers() == [])
                #expect(try run.inspected { $0.hooksNow().hooks.map(\.standing) } == [.ours])
                let remains = try run.remains()
                #expect(remains.contains { $0.hasPrefix("map app_info pinned at /sys/fs/bpf/") && $0.contains("CNI") })
                // A switch that somebody holds is a leftover: it was to go with the run.
                run.record.hooks[0].replacement = plain
                run.record.hooks[0].plain = nil
                run.record.state = .rolledBack
                #expect(try run.leftovers().count == 1)
                try node.sh("tc filter del dev hz ingress")
            }
        }
    }
}
