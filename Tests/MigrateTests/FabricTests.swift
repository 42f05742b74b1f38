import Foundation
import Glibc
import Model
import Testing

@testable import Lab

extension MigrateSuite {
    /// The second family from outside, with the profile that the documentation shows.
    @Suite struct Fabric {
        private func profile() throws -> String { try Programs.root + "/docs/examples/fabric.yaml" }

        @Test(arguments: [Membership.legacyKeys, .onLink])
        func `plan, apply, status and rollback with a profile of one's own, under traffic`(
            _ membership: Membership
        ) throws {
            try withNode(.fabric, pods: 4) { node in
                let profile = try profile()
                let before = try node.state()
                let plan = node.scratch + "/plan.json"
                try node.migrate(
                    "plan", "--profile", profile, "--membership", membership.rawValue, "--all-entries", "--out", plan)
                let document = try node.document(plan)
                #expect(document.verdicts == ["match": 8] && document.effects == ["same": 8])
                #expect(document.hooks.count { $0.action == .replace } == 4)
                #expect(try node.state() == before)

                let traffic = try Traffic.start(
                    in: node.lab, TrafficOptions(pods: ["pod1", "pod2", "pod3", "pod4"], seconds: 60, ipv6: true))
                while traffic.receivedSoFar < 200 { usleep(10_000) }
                let run = try node.runDocument(
                    try node.migrate(
                        "apply", "--profile", profile, "--node", Node.name, "--confirm-within", "none", "-o", "json",
                        plan))
                #expect(run.state == .committed && run.hooks.count == 4)
                // A plan of a profile of one's own is read with that profile, and the error says so.
                let without = try node.migrate("diff", plan, exit: 64, code: .usage)
                #expect(without.stderr.contains("migrate diff") && without.stderr.contains("--profile FILE"))
                let replacement = try #require(run.hooks.first?.after?.id)
                #expect(run.hooks.allSatisfy { $0.after?.id == replacement })
                let kinds = try node.maps(ofProgram: node.plain(of: run.runID)).filter { $0.type.hasSuffix("hash") }
                    .map(\.id)
                let keyed =
                    membership == .onLink ? [] : [try node.id(ofMap: "endpoints4"), try node.id(ofMap: "endpoints6")]
                #expect(kinds.sorted() == keyed.sorted())
                usleep(200_000)
                #expect(try node.status().counters["redirected", default: 0] > 0)
                let back = try node.rollback()
                #expect(back.proof?.identical == true && back.state == .rolledBack)
                #expect(traffic.stop().isClean)
                #expect(try node.state() == before)
            }
        }

        @Test func `discovered with no profile: as printed it matches every entry, is applied and taken back`() throws {
            try withNode(.fabric, pods: 4) { node in
                let before = try node.state()
                let path = "\(node.scratch)/profile.yaml", plan = "\(node.scratch)/plan.json"
                let printed = try node.migrate("discover").stdout
                // Without the mark the fabric's policy drops what the replacement redirects.
                #expect(printed.contains("\n  mark: 0x200\n"))
                try printed.write(toFile: path, atomically: true, encoding: .utf8)
                try node.migrate("plan", "--profile", path, "--membership", "legacy-keys", "--out", plan)
                #expect(try node.document(plan).verdicts == ["match": 8])
                #expect(try node.document(plan).blockers.isEmpty)
                let traffic = try Traffic.start(
                    in: node.lab, TrafficOptions(pods: ["pod1", "pod2", "pod3", "pod4"], seconds: 60, ipv6: true))
                while traffic.receivedSoFar < 200 { usleep(10_000) }
                try node.migrate(
                    "apply", "--profile", path, "--node", Node.name, "--confirm-within", "none", "-o", "json", plan)
                usleep(200_000)
                #expect(try node.status().counters["redirected", default: 0] > 0)
                #expect(try node.rollback().proof?.identical == true)
                #expect(traffic.stop().isClean)
                #expect(try node.state() == before)
            }
        }

        @Test func `without the profile nothing is found, and a wrong one is refused`() throws {
            try withNode(.fabric) { node in
                try node.refuses("plan", exit: 69, code: .notHere)
                let wrong = node.scratch + "/wrong.yaml"
                try node.sh("sed 's/size: 28/size: 24/' \(profile()) >\(wrong)")
                try node.refuses("plan", "--profile", wrong, exit: 65, code: .layout)
                try node.sh("sed 's/byte_order: host/byte_order: network/' \(profile()) >\(wrong)")
                let result = try node.migrate("plan", "--profile", wrong, exit: 10)
                #expect(result.stdout.contains(Code.addressesNotHere.text))
                try node.sh("sed 's,fabric/endpoints4,fabric/endpoints5,' \(profile()) >\(wrong)")
                let missing = try node.migrate("plan", "--profile", wrong, exit: 10)
                #expect(missing.stdout.contains(Code.missingMap.text) && missing.stdout.contains("fabric/endpoints5"))
                try node.sh("sed 's/kind: clsact/kind: tcx/; s/mark: 0x200//' \(profile()) >\(wrong)")
                let elsewhere = try node.migrate("plan", "--profile", wrong)
                #expect(elsewhere.stdout.contains(Code.otherPlace.text))
                #expect(elsewhere.stdout.contains(Code.unmarkedContract.text))
            }
        }

        /// A pod that is made again comes with the deployment's program at its new interface, and so does a new pod.
        @Test func `a pod made again and a new one have hooks that go by the map: status shows them`() throws {
            try withNode(.fabric, pods: 2) { node in
                let plan = node.scratch + "/plan.json"
                try node.migrate("plan", "--profile", profile(), "--membership", "on-link", "--out", plan)
                let run = try node.runDocument(
                    try node.migrate(
                        "apply", "--profile", profile(), "--node", Node.name, "--confirm-within", "none", "-o", "json",
                        plan))
                #expect(try node.status().drift == [])
                try node.lab.move("pod1")
                try node.lab.add("extra")
                let drift = try node.status(exit: 30).drift.filter { $0.contains(" reads fabric/endpoints4") }
                #expect(drift.count == 2, "\(drift)")
                for interface in ["pod1-2", "extra"] {
                    #expect(drift.contains { $0.hasPrefix("\(interface) clsact/ingress: ") }, "\(drift)")
                }
                #expect(try node.rollback().runID == run.runID)
            }
        }

        @Test func `the commands by hand put every hook back`() throws {
            try withNode(.fabric, pods: 3) { node in
                let plan = node.scratch + "/plan.json"
                let hooks = { try node.sh("for pod in pod1 pod2 pod3; do tc -d filter show dev $pod ingress; done") }
                let before = try hooks()
                try node.migrate("plan", "--profile", profile(), "--out", plan)
                let run = try node.runDocument(
                    try node.migrate(
                        "apply", "--profile", profile(), "--node", Node.name, "--confirm-within", "none", "-o", "json",
                        plan))
                #expect(try hooks() != before)
                for line in run.breakGlass { try node.sh(line) }
                // tc writes its own name of the program; the rest is as it was.
                let ids = { (text: String) in text.split(separator: " ").filter { UInt32($0) != nil } }
                #expect(try ids(hooks()) == ids(before))
            }
        }
    }
}
