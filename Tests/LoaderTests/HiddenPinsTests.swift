import Inventory
import Loader
import Model
import TestSupport
import Testing

extension LoaderSuite {
    /// Somebody mounts another bpffs over the one that holds the pins: out of sight, they hold all the same.
    @Suite struct HiddenPins {
        private static let hide = "mount -t bpf none \(TestNode.bpffs)"
        private static let show = "umount \(TestNode.bpffs)"

        /// The phases of a run with a switch; hidden at the end of each.
        private static let phases = [RunPhase.pin, .load, .replace, .verify, .warm]

        @Test func `in the middle of an installation: undone, and nothing is left`() throws {
            try withNode(pods: 1) { node in
                try node.addSecondProxy()
                let before = try (node.filters("hz"), node.filters("hz2"))
                try node.lab.underTraffic("bpffs hidden while applying") {
                    for phase in Self.phases {
                        let applied = try hiding(node, after: phase)
                        let seen = try node.sh("find \(TestNode.bpffs) -mindepth 1 ! -name '*.debug'")
                        try node.sh(Self.show)
                        let undone = try applied.undone()
                        #expect(undone.cause.code != .bug, "after \(phase): \(undone.cause)")
                        #expect(undone.restoration?.state == .rolledBack, "after \(phase): \(undone)")
                        #expect(undone.restoration?.proof.identical == true, "after \(phase): \(undone)")
                        #expect(seen == "", "after \(phase): pins in the other bpffs")
                        #expect(try node.pinnedRuns() == [], "after \(phase)")
                        #expect(try node.filters("hz") == before.0 && node.filters("hz2") == before.1)
                    }
                }
                try node.sh("ip link del hz2")
            }
        }

        private func hiding(_ node: TestNode, after hidden: RunPhase) throws -> TestNode.Applied {
            try node.apply(
                try node.plan(.legacyKeys),
                TestJournal(onEnd: { (phase, _) throws(MigrateError) in
                    guard phase == hidden else { return }
                    try MigrateError.wrapping { try node.sh(Self.hide) }
                }), cut: .switch, window: 60)
        }

        @Test func `in the window: the deadline holds, and afterwards it is settled`() throws {
            try withNode(pods: 1) { node in
                let before = try node.filters("hz")
                try node.lab.underTraffic("bpffs hidden in the window") {
                    let run = try node.open(window: 2)
                    try node.sh("\(Self.hide); sleep 3")
                    #expect(throws: (any Error).self) { try node.control(run.runID) { try $0.commit() } }
                    #expect(throws: MigrateError.self) { try node.rollback(run.runID) }
                    #expect(try node.programID() == run.made.replacements[0].id)
                    try node.sh(Self.show)
                    // The timer wrote it: nothing had asked.
                    #expect(try node.cell(run.runID).word.state == .expired)
                    let counted = try node.counters(run.made.replacements[0])
                    #expect(counted["to_legacy", default: 0] > 100 && counted["fell_forward"] == 0, "\(counted)")
                    let restored = try node.rollback(run.runID)
                    #expect(restored.proof.identical && restored.reason == .deadline)
                }
                #expect(try node.filters("hz") == before)
            }
        }
    }
}
