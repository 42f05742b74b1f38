import Foundation
import Glibc
import Model
import TestSupport
import Testing

@testable import Lab

extension MigrateSuite {
    /// The point of no return.
    @Suite struct Finalizing {
        @Test func `finalize leaves the plain replacement and nothing of the run, and rollback is refused`() throws {
            try withNode { node in
                let plan = try node.plan()
                let traffic = try Traffic.start(in: node.lab, TrafficOptions(pods: ["pod1", "pod2"], seconds: 600))
                while traffic.receivedSoFar < 200 { usleep(10_000) }
                let legacy = try node.slot()
                try node.provisional(plan)
                try node.refuses("finalize", "--node", Node.name, exit: 10, code: .notCommitted)
                _ = try node.run(verb: "confirm")
                let armed = try node.slot().program
                let run = try node.run(verb: "finalize", "--node", Node.name)
                #expect(run.state == .finalized && run.changed && run.breakGlass.isEmpty)
                let slot = try node.slot()
                #expect(slot.program != armed && slot.place == legacy.place)
                #expect(run.hooks.map(\.after?.id) == [slot.program] && run.hooks.map(\.standing) == [.ours])
                #expect(try !node.sh("ls /sys/fs/bpf").contains("migrate"))
                #expect(try node.status().state == "finalized")
                for words in [["rollback"], ["rollback", run.runID]] {
                    let refused = try node.run(try node.words(words + ["--node", Node.name]))
                    node.expect(refused, exit: 10, code: .alreadyFinalized)
                }
                #expect(try node.slot() == slot)
                let again = try node.run(verb: "finalize", "--node", Node.name)
                #expect(again.state == .finalized && !again.changed)
                #expect(try node.run(verb: "resume").state == .finalized)
                #expect(traffic.stop().isClean)
                try node.attachLegacyProgramAnew()
            }
        }

        /// An installed plugin loads against the maps, and an agent writes them: they stay while one is there.
        @Test func `the deployment's maps stay, unless nobody needs them`() throws {
            try withNode(pods: 1) { node in
                // The lab's own agent cannot be ended: to a profile that knows another one it is no writer.
                let source = try #require(BuiltInProfiles.sources.first { $0.name == "istio-ambient" }).yaml
                let profile = "\(node.scratch)/profile.yaml"
                try source.replacingOccurrences(of: "[install-cni]", with: "[other-agent]")
                    .write(toFile: profile, atomically: false, encoding: .utf8)
                let words = ["finalize", "--node", Node.name, "--unpin-maps"]
                let plan = "\(node.scratch)/plan.json"
                for named in [[], ["--profile", profile]] {
                    let asked = named + ["--membership", "on-link", "--out", plan]
                    node.expect(try node.run(try node.words(["plan"] + asked)), exit: 0, code: nil)
                    let apply = ["apply", "--node", Node.name, "--confirm-within", "none"] + named + [plan]
                    node.expect(try node.run(try node.words(apply)), exit: 0, code: nil)
                    guard named.isEmpty else { continue }
                    let refused = try node.run(try node.words(words))
                    node.expect(refused, exit: 10, code: .writerInstalled)
                    #expect(refused.stderr.contains("(install-cni) runs"), "\(refused)")
                    try node.rollback()
                }
                // A plugin that only this node sees.
                try node.sh(
                    """
                    over=\(node.scratch)/over
                    mkdir $over; mount -t tmpfs none $over; mkdir $over/upper $over/work
                    mount -t overlay overlay -o lowerdir=/opt,upperdir=$over/upper,workdir=$over/work /opt
                    mkdir -p /opt/cni/bin; touch /opt/cni/bin/istio-cni
                    """)
                let refused = try node.run(try node.words(words))
                node.expect(refused, exit: 10, code: .writerInstalled)
                #expect(refused.stderr.contains("/opt/cni/bin/istio-cni is installed"), "\(refused)")
                #expect(try node.status().state == "committed")
                try node.sh("rm /opt/cni/bin/istio-cni")
                let run = try node.runDocument(try node.run(try node.words(words + ["-o", "json"])))
                #expect(run.state == .finalized && run.changed)
                #expect(
                    run.warnings.contains { $0.hasPrefix("unpinned ") && $0.hasSuffix("/app_info") }, "\(run.warnings)")
                #expect(try node.run(["test", "-e", AmbientMap.pin("app_info")]).status != 0)
                try node.sh("umount /opt \(node.scratch)/over")
            }
        }
    }
}
