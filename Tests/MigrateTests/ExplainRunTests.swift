import Glibc
import Model
import TestSupport
import Testing

@testable import Lab

extension ExplanationDocument {
    /// What is said of the attached program at the places where it is.
    fileprivate var attachedPrograms: [Forecast] { places.flatMap(\.programs).filter(\.isAttached) }
}

extension MigrateSuite {
    /// Explained while a run is in place: what is attached tells by itself what it does, not what a plan of now would make.
    @Suite struct ExplainingRuns {
        @Test func `a pod that moved is not in the set of the run, and packets to it are not redirected`() throws {
            try withNode { node in
                try node.apply(try node.plan(membership: .enrolled))
                let address = try node.lab.pod("pod1").address
                let before = try node.explain(address)
                #expect(before.attachedPrograms.map(\.fate) == [.redirected])
                #expect(before.attachedPrograms[0].why.contains("pod1 is in its set"))
                #expect(!before.note.contains("does not redirect it"))

                try node.lab.move("pod1")
                let after = try node.explain(address)
                let attached = try #require(after.attachedPrograms.first { $0.program == .replacement })
                #expect(attached.membership == .enrolled && attached.fate == .stack && attached.outcome == "not_member")
                #expect(attached.why.contains("pod1-2 is not in its set"))
                #expect(after.note.contains("what is attached does not redirect it: pod1-2"), "\(after.note)")
                // As the program's own counters have it.
                let counters = try node.status(exit: 30).counters
                let burst = try node.burst(["pod1"], ipv6: false)
                #expect(burst.sent > 0 && burst.flows.allSatisfy { $0.received == 0 })
                let more = try node.status(exit: 30).counters["not_member", default: 0]
                #expect(more >= counters["not_member", default: 0] + burst.sent)
                try node.rollback()
            }
        }

        @Test func `a legacy program that is gone is said, and the keys are still asked`() throws {
            try withNode(pods: 1) { node in
                let run = try node.apply(try node.plan(membership: .legacyKeys))
                let address = try node.lab.pod("pod1").address
                let legacy = try #require(run.hooks.first?.before?.id)
                try node.sh("rm -r /sys/fs/bpf/migrate/\(run.runID)")
                // The last reference goes with the pin; the kernel frees programs a little later.
                for _ in 0..<200 where BPFIdentifier.programExists(legacy) { usleep(10_000) }
                let document = try node.explain(address)
                #expect(document.attachedPrograms.map(\.membership) == [.legacyKeys])
                #expect(document.attachedPrograms.map(\.fate) == [.redirected], "\(document.places)")
                #expect(document.judged == "match/same" || document.judged == "unresolved-neighbor/same")
                #expect(document.places[0].programs[0].why.contains("it is not loaded any more"))
                #expect(document.note.contains("the legacy program is not loaded any more"), "\(document.note)")
                #expect(try node.burst(["pod1"], ipv6: false).isClean)
                try node.sh("tc filter del dev hz ingress")
            }
        }

        @Test func `which hooks still run the legacy program`() throws {
            try withNode(.fabric, pods: 3) { node in
                let profile = try Programs.root + "/docs/examples/fabric.yaml"
                let plan = "\(node.scratch)/plan.json"
                try node.migrate("plan", "--profile", profile, "--membership", "on-link", "--out", plan)
                try node.migrate(
                    "apply", "--profile", profile, "--node", Node.name, "--confirm-within", "none", "-o", "json", plan)
                let address = try node.lab.pod("pod1").address
                // The profile is that of the run.
                let whole = try node.migrate("explain", "\(address)").stdout
                #expect(whole.contains("\n  pod1, pod2, pod3 clsact/ingress: program "), "\(whole)")
                #expect(whole.contains("  The maps are no longer asked; what they hold decides nothing.\n"))
                #expect(!whole.contains("still attached"))

                try node.lab.move("pod1")
                try node.lab.add("extra")
                let parts = try node.migrate("explain", "\(address)").stdout
                #expect(parts.contains("\n  pod2, pod3 clsact/ingress: program "), "\(parts)")
                #expect(parts.contains("  The maps are no longer asked there; what they hold decides nothing.\n"))
                #expect(parts.contains("  The legacy program is still attached, and what the maps hold decides:\n"))
                let lines = parts.split(separator: "\n").drop { !$0.contains("still attached") }.dropFirst()
                let line = try #require(lines.first)
                #expect(line.contains("pod1-2") && line.contains("extra"), "\(line)")
                try node.rollback()
            }
        }

        @Test func `a neighbor that is wrong today heals once the kernel notices, and plan and explain say when`()
            throws
        {
            try withNode { node in
                let before = try node.lab.pod("pod1")
                try node.lab.renew("pod1", announced: false)
                try node.sh("ip neigh replace \(before.address) lladdr \(before.mac) dev pod1 nud stale")
                let document = try node.explain(before.address)
                #expect(document.judged == "mac-mismatch/healed")
                #expect(document.note.contains("until the kernel notices, up to about 53 s"), "\(document.note)")
                #expect(document.note.contains("\(before.mac), the map's MAC as well"))
                #expect(document.reason.contains("arrive once the kernel notices that its neighbor is wrong"))
                let replaced = document.places[0].programs.filter {
                    $0.program == .replacement && $0.fate == .redirected
                }
                #expect(replaced.count == 3)
                #expect(replaced.allSatisfy { $0.why.contains("takes no packet for \(before.mac): lost until") })
                let plan = try node.document(try node.plan())
                let finding = try #require(plan.entries.first { $0.address == before.address })
                #expect(finding.note == document.note)
                // A neighbor that is right has no such remark.
                try node.sh("ip neigh del \(before.address) dev pod1")
                let asked = try node.explain(before.address)
                #expect(asked.judged == "mac-mismatch/healed" && !asked.note.contains("notices"))
                #expect(asked.reason.hasSuffix("by the kernel's routes they arrive."))
            }
        }

        @Test func `words of a plan, addresses that are no pod's, and the route that a broken entry needs`() throws {
            try withNode(faults: true) { node in
                let healed = try node.migrate("explain", "healed").stdout
                #expect(healed == "healed (effect of an entry)\n\(Effect.healed.why)\n")
                let mismatch = try node.migrate("explain", "mac-mismatch", "-o", "json").stdout
                #expect(mismatch.contains("verdict") && mismatch.contains(Verdict.macMismatch.why), "\(mismatch)")
                #expect(try node.explain("::1").reason.contains("loopback"))
                #expect(try node.explain("fe80::1").reason.contains("link-local"))
                let broken = try node.lab.pod("broken").address
                let document = try node.explain(broken)
                #expect(document.judged == "via-gateway/broken")
                let route = try #require(document.further.first { $0.what == "give it a host route" })
                try node.sh(route.command)
                #expect(try node.explain(broken).effect == .same)
            }
        }
    }
}
