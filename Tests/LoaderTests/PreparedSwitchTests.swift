import Glibc
import Kernel
import Lab
import Loader
import Model
import TestSupport
import Testing

extension LoaderSuite {
    /// A switch that is loaded before its hook is known.
    @Suite struct Prepared {
        @Test(arguments: [Membership.onLink, .legacyKeys, .enrolled])
        func `taken over it is a run as any other, and leaves nothing`(membership: Membership) throws {
            try withNode(pods: 2) { node in
                let before = try node.filters("hz")
                let applied = try node.apply(
                    try node.plan(membership), cut: .switch, window: 60, isPrepared: true)
                guard case .provisional(let run) = applied.result else {
                    throw TestFailure("not provisional: \(applied.result)")
                }
                #expect(run.replacements.map(\.name).allSatisfy { $0.hasPrefix("fib_switch") })
                #expect(try node.burst(["pod1", "pod2"]).lost == 0)
                let counted = try node.counters(run.replacements[0])
                #expect(counted["redirected", default: 0] > 0 && counted["fell_forward"] == 0, "\(counted)")
                let pins = try node.pins(of: applied.runID)
                let pinned = try node.lab.enter { try pins.read() }
                #expect(pinned.hooks.map(\.pair) == [0] && pinned.hooks[0].plainID != 0)
                #expect(try node.control(applied.runID) { try $0.commit() }.after.state == .committed)
                let restoration = try node.rollback(applied.runID)
                #expect(restoration.proof.identical, "\(restoration.proof)")
                #expect(try node.filters("hz") == before)
            }
        }

        @Test func `undone by a second writer it leaves nothing either`() throws {
            try withNode(pods: 1) { node in
                let foreign = try node.foreignProgram()
                let applied = try node.apply(
                    try node.plan(), cut: .switch, window: 60, isPrepared: true,
                    afterCheck: { _ in try? node.overwrite(with: foreign.pin) })
                let undone = try applied.undone()
                #expect(undone.cause.code == .stalePlan, "\(undone.cause)")
                #expect(try node.programID() == foreign.id, "theirs stays")
                try node.sh("rm \(foreign.pin)")
            }
        }
    }
}
