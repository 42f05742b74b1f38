import Foundation
import Glibc
import Model
import TestSupport
import Testing

@testable import Lab

extension MigrateSuite {
    /// Somebody else takes a hook of a run with a switch: every verb says so, with both programs' ids.
    @Suite struct WindowDrift {
        @Test func `in the window and at finalize: said by status, confirm and finalize`() throws {
            try withNode(pods: 1) { node in
                try node.addSecondProxy()
                let run = try node.provisional(try node.plan(membership: .legacyKeys))
                let ours = try #require(run.hooks.last?.after?.id)
                try node.lab.underTraffic("a hook is taken in the window") {
                    let foreign = try node.takeSecondProxy()
                    func names(_ line: String) -> Bool {
                        line.contains("hz2") && line.contains("\(ours)") && line.contains("\(foreign)")
                    }
                    let status = try node.status(exit: 30)
                    #expect(status.state == "provisional" && status.drift.count == 1, "\(status)")
                    #expect(status.drift.first.map(names) == true, "\(status.drift)")
                    #expect(status.next?.command.contains("migrate rollback") == true, "\(status)")
                    let refusal = try node.migrate("confirm", exit: 11, code: .hooksNotOurs)
                    #expect(refusal.stderr.split(separator: "\n").map(String.init).contains(where: names), "\(refusal)")
                    let waits = try node.status(exit: 30)
                    #expect(waits.state == "provisional" && (1...600).contains(waits.confirmInSeconds ?? 0), "\(waits)")
                    #expect(try node.cellState(run.runID) == .open)
                    let confirmed = try node.run(verb: "confirm", "--force-drift")
                    #expect(confirmed.state == .committed)
                    #expect(confirmed.warnings.contains(where: names), "\(confirmed.warnings)")
                    let still = try node.status(exit: 30)
                    #expect(still.state == "committed" && still.drift.contains(where: names), "\(still)")
                    let refused = try node.migrate("finalize", "--node", Node.name, exit: 30, code: .hooksTaken)
                    #expect(refused.stderr.contains("hz2") && refused.stderr.contains("\(foreign)"), "\(refused)")
                    #expect(try node.status(exit: 30).state == "committed")
                    #expect(try node.secondProxyProgram() == foreign)
                    // The hook that nobody took is plain by now.
                    #expect(try node.slot().program != ours)
                    try node.putIntoSecondProxy("/sys/fs/bpf/migrate/\(run.runID)/plain_0")
                    #expect(try node.run(verb: "finalize", "--node", Node.name).state == .finalized)
                }
                #expect(try node.status().state == "finalized")
                try node.attachLegacyProgramAnew()
                try node.sh("ip link del hz2; rm \(Node.foreignPin)")
            }
        }

        /// An agent that starts again may make its map anew; the replacement keeps the one that it was loaded with.
        @Test func `another map under the pin of the keys is drift, in the window and committed`() throws {
            try withNode(pods: 1) { node in
                let pin = "/sys/fs/bpf/ambient/app_info"
                try node.provisional(try node.plan(membership: .legacyKeys))
                #expect(try node.status().drift == [])
                try node.sh(
                    """
                    bpftool map pin pinned \(pin) /sys/fs/bpf/kept; rm \(pin)
                    bpftool map create \(pin) type hash key 4 value 12 entries 64 name app_info
                    """)
                #expect(try node.status(exit: 30).drift.map { $0.contains("[\(Code.keyMapReplaced.text)]") } == [true])
                try node.migrate("confirm")
                let drift = try node.status(exit: 30).drift
                #expect(drift.contains { $0.contains("ambient/app_info is map") }, "\(drift)")
                try node.sh("rm \(pin); mv /sys/fs/bpf/kept \(pin)")
                #expect(try node.status().drift == [])
                #expect(try node.rollback().proof?.identical == true)
            }
        }

        @Test func `confirm says who is there, until when the run waits, and both ways on as printed`() throws {
            try withNode(pods: 1) { node in
                try node.addSecondProxy()
                let plan = try node.plan(membership: .legacyKeys)
                let before = try node.proxyFilters()
                let run = try node.provisional(plan)
                let ours = try #require(run.hooks.last?.after?.id)
                let foreign = try node.takeSecondProxy()
                // A consent comes from the command line only.
                let result = try node.migrate(
                    "confirm", environment: ["MIGRATE_FORCE_DRIFT": "true"], exit: 11, code: .hooksNotOurs)
                let line = result.stderr.split(separator: "\n").first { $0.contains("hz2") }
                #expect(line?.contains("\(ours)") == true && line?.contains("\(foreign)") == true, "\(result)")
                #expect(result.stderr.contains("the replacement has the traffic until "), "\(result)")
                let both = try #require(node.command(after: "Take it back:", in: result.stderr))
                let (back, keep) = try (
                    #require(both.split(separator: ";").first.map(String.init)),
                    #require(node.command(after: "to others:", in: both))
                )
                try node.shell("\(back) || [ $? = 22 ]")
                try node.putIntoSecondProxy("/sys/fs/bpf/migrate/\(run.runID)/legacy_0")
                #expect(try node.rollback().proof?.identical == true)
                try node.sh("rm \(Node.foreignPin)")
                let second = try node.provisional(plan)
                _ = try node.takeSecondProxy()
                try node.shell(keep.replacingOccurrences(of: run.runID, with: second.runID))
                #expect(try node.status(exit: 30).state == "committed")
                try node.putIntoSecondProxy("/sys/fs/bpf/migrate/\(second.runID)/legacy_0")
                #expect(try node.rollback().proof?.identical == true)
                #expect(try node.proxyFilters() == before)
                try node.sh("ip link del hz2; rm \(Node.foreignPin)")
            }
        }

        @Test(arguments: ["ip link del hz2", "tc qdisc del dev hz2 clsact"])
        func `a hook that goes in the window: said, and the rest is right`(how: String) throws {
            try withNode(pods: 1) { node in
                try node.addSecondProxy()
                let before = try node.proxyFilters()
                let run = try node.provisional(try node.plan(membership: .legacyKeys))
                try node.lab.underTraffic("\(how) in the window") {
                    try node.sh(how)
                    let status = try node.status(exit: 30)
                    #expect(status.state == "provisional" && status.drift.contains { $0.contains("hz2") }, "\(status)")
                    // What went with its interface is nobody's; a filter that was removed is missed.
                    let isVanished = how.hasPrefix("ip")
                    if !isVanished {
                        let refusal = try node.migrate("confirm", exit: 11, code: .hooksNotOurs)
                        #expect(refusal.stderr.contains("hz2") && refusal.stderr.contains("is gone"), "\(refusal)")
                    }
                    let confirm = ["confirm", "-o", "json"] + (isVanished ? [] : ["--force-drift"])
                    let confirmed = try node.runDocument(try node.run(try node.words(confirm)))
                    #expect(confirmed.warnings.contains { $0.contains("hz2") }, "\(confirmed.warnings)")
                    if isVanished {
                        let back = try node.rollback()
                        #expect(back.proof?.identical == true && back.proof?.vanished.count == 1, "\(back)")
                    } else {
                        let left = try node.rollback(exit: 22)
                        #expect(left.proof?.differences.count == 1 && left.proof?.vanished.isEmpty == true, "\(left)")
                        try node.sh("tc qdisc add dev hz2 clsact")
                        try node.putIntoSecondProxy("/sys/fs/bpf/migrate/\(run.runID)/legacy_0")
                        #expect(try node.rollback().proof?.identical == true)
                    }
                    #expect(try node.proxyFilters() == before)
                }
                #expect(try node.status().state == "idle")
                try node.sh("ip link del hz2 2>/dev/null || true")
            }
        }

        @Test func `at rollback: a residue, until the hook is left to them`() throws {
            try withNode(pods: 1) { node in
                try node.addSecondProxy()
                let before = try node.proxyFilters()
                let run = try node.provisional(try node.plan(membership: .legacyKeys))
                let legacy = try #require(run.hooks.last?.before?.id)
                try node.lab.underTraffic("a hook is taken before the rollback") {
                    let foreign = try node.takeSecondProxy()
                    let back = try node.rollback(exit: 22)
                    #expect(back.state == .residual && back.proof?.identical == false)
                    let line = try #require(back.proof?.differences.first)
                    #expect(
                        line.contains("hz2") && line.contains("\(foreign)") && line.contains("\(legacy)"), "\(line)")
                    #expect(try node.proxyFilters() == before)
                    #expect(try node.status(exit: 30).state == "residual")
                    let left = try node.rollback("--force-drift")
                    #expect(left.state == .rolledBack)
                    #expect(left.proof?.changedByOthers.contains { $0.contains("\(foreign)") } == true, "\(left)")
                    #expect(try node.secondProxyProgram() == foreign)
                    #expect(try node.proxyFilters() == before)
                }
                #expect(try node.status().state == "idle")
                try node.sh("ip link del hz2; rm \(Node.foreignPin)")
            }
        }
    }
}
