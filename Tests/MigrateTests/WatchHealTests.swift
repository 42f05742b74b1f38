import Foundation
import Glibc
import Model
import TestSupport
import Testing

@testable import Lab

extension MigrateSuite {
    /// `watch --heal`: what it converts, what it leaves, and what is left of it when it is killed.
    @Suite struct WatchHeal {
        /// The last heal that was told of: its run, and how long it took.
        private func heal(_ watch: RunningWatch) throws -> (run: String, milliseconds: Int) {
            let line = try #require(watch.lines.last { $0.contains("healed: ") })
            let match = try #require(line.firstMatch(of: #/ (\d+) ms after it was heard of; run (r-\w+)/#))
            return (String(match.2), try #require(Int(match.1)))
        }

        @Test func `a proxy is replaced under traffic: its hook is converted before the next packet, and none is lost`()
            throws
        {
            try withNode(pods: 2) { node in
                let run = try node.apply(try node.plan())
                let watch = try RunningWatch(node, "--heal", "--confirm-after", "1s")
                try watch.wait("hooks: 1 committed")
                let traffic = try Traffic.start(in: node.lab, TrafficOptions(rate: 10, seconds: 600))
                try node.addProxyLink()
                let attaching = Clock.now()
                try node.attachLegacy(of: run.runID)
                let attached = Clock.now()
                try node.sh(
                    "ip -n ztunnel route replace default via \(LabAddresses.podGateway) dev eth2 onlink")
                try watch.wait("healed: hz2 clsact/ingress")
                let healed = try heal(watch)
                #expect(try node.program(at: "hz2").hasPrefix("fib_switch"))
                try watch.wait("confirmed: run \(healed.run)")
                // The old proxy goes, and packets come by the new one alone.
                try node.sh("ip link del hz")
                let moved = traffic.receivedSoFar
                sleep(2)
                #expect(traffic.receivedSoFar > moved)
                let ledger = traffic.stop()
                #expect(ledger.isClean, "\(ledger)")
                print(
                    "watch --heal: \(healed.milliseconds) ms from the notification to the flip, of which \(try node.milliseconds(of: healed.run, until: "flip")) ms in the journal; "
                        + "the agent's tc took \((attached - attaching) / 1_000_000) ms; \(ledger.sent) packets, \(ledger.lost) lost"
                )
                // The bound is the next packet's, with room for machines that do other things.
                #expect(healed.milliseconds < 1000)
                let status = try node.status()
                #expect(status.state == "committed" && status.runID == run.runID && status.drift.isEmpty, "\(status)")
                #expect(status.gone?.count == 1 && status.others.contains { $0.contains("a heal") }, "\(status)")
                try watch.end(exit: 0)
                let back = try node.rollback()
                #expect(back.runID == healed.run && back.proof?.identical == true, "the newest first")
                #expect(try node.program(at: "hz2") == (try #require(run.hooks.first?.before?.name)))
                #expect(try node.rollback().proof?.vanished.count == 1)
                #expect(try node.states() == ["rolled-back", "rolled-back"])
                try node.migrate("audit", "verify")
            }
        }

        @Test
        func
            `a hook that drifted back to the legacy program is converted; a heal that has gone with its pod is closed`()
            throws
        {
            try withNode(pods: 1) { node in
                let run = try node.apply(try node.plan())
                let watch = try RunningWatch(node, "--heal", "--confirm-after", "1s")
                try watch.wait("hooks: 1 committed")
                try node.attachLegacy(to: "hz", of: run.runID)
                try watch.wait("healed: hz clsact/ingress")
                try watch.wait("confirmed: ")
                #expect(try node.status().drift.isEmpty)
                try node.addProxyLink()
                try node.attachLegacy(of: run.runID)
                try watch.wait("healed: hz2 clsact/ingress")
                try watch.wait("confirmed: ", times: 2)
                try node.sh("ip link del hz2")
                try watch.wait("closed: run ")
                #expect(try node.states() == ["rolled-back", "committed", "committed"])
                try watch.end(exit: 0)
                #expect(try node.rollback().proof?.identical == true)
                // Of the run that an operator applied the hook holds what was there, by another's hand.
                #expect(try node.rollback().proof?.identical == true)
                #expect(try node.status().state == "idle")
            }
        }

        @Test func `a second writer that insists wins after three tries, and is reported`() throws {
            try withNode(pods: 1) { node in
                let run = try node.apply(try node.plan())
                let watch = try RunningWatch(node, "--heal", "--confirm-after", "2s")
                try watch.wait("hooks: 1 committed")
                try node.addProxyLink()
                for round in 1...3 {
                    try node.attachLegacy(of: run.runID)
                    try watch.wait("healed: hz2", times: round)
                }
                try node.attachLegacy(of: run.runID)
                try watch.wait("[\(Code.healGivenUp.text)]")
                sleep(3)
                #expect(watch.lines.count { $0.contains("healed: hz2") } == 3, "\(watch.said)")
                let legacy = try #require(run.hooks.first?.before?.name)
                #expect(try node.program(at: "hz2") == legacy, "theirs stays")
                try watch.wait("1 given up")
                try watch.end(exit: 30)
                #expect(watch.lines.contains { $0.contains("[\(Code.healTakenBack.text)]") }, "\(watch.said)")
                let states = try node.states()
                #expect(states.count { $0 == "committed" } == 1, "\(states)")
                #expect(try node.program(at: "hz").hasPrefix("fib_switch"))
                try node.sh("ip link del hz2")
                #expect(try node.rollback().proof?.identical == true)
            }
        }

        @Test func `what is unlike the committed hooks, or comes while something blocks, is left and said`() throws {
            try withNode(pods: 1) { node in
                let run = try node.apply(try node.plan())
                let watch = try RunningWatch(node, "--heal", "--limit", "1")
                try watch.wait("hooks: 1 committed")
                // Not ours to convert: on egress.
                try node.addProxyLink()
                try node.sh(
                    "tc filter add dev hz2 egress prio 1 handle 1 bpf direct-action object-pinned /sys/fs/bpf/migrate/\(run.runID)/legacy_0"
                )
                try watch.wait("it is at clsact/egress  [\(Code.notHealed.text)]")
                try node.sh("tc filter del dev hz2 egress; sysctl -qw net.ipv4.conf.hz2.forwarding=0")
                try node.attachLegacy(of: run.runID)
                try watch.wait("forwarding is off")
                try node.sh("sysctl -qw net.ipv4.conf.hz2.forwarding=1")
                try node.attachLegacy(of: run.runID)
                try watch.wait("healed: hz2")
                // One a minute.
                try node.addProxyLink("hz3")
                try node.attachLegacy(to: "hz3", of: run.runID)
                try watch.wait("[\(Code.healLater.text)]")
                #expect(try node.program(at: "hz3") == (try #require(run.hooks.first?.before?.name)))
                try watch.end(exit: 30)
                #expect(try node.rollback().proof?.identical == true)
                #expect(try node.rollback().proof?.identical == true)
                try node.sh("ip link del hz2; ip link del hz3")
            }
        }

        @Test func `the operator takes a heal back, then the run: neither is begun again`() throws {
            try withNode(pods: 1) { node in
                let run = try node.apply(try node.plan())
                let watch = try RunningWatch(node, "--heal", "--confirm-after", "1s")
                try watch.wait("hooks: 1 committed")
                try node.addProxyLink()
                try node.attachLegacy(of: run.runID)
                try watch.wait("confirmed: ")
                let healed = try heal(watch)
                #expect(try node.rollback(healed.run).proof?.identical == true)
                try watch.wait("[\(Code.healGivenUp.text)]")
                #expect(try node.rollback(run.runID).proof?.identical == true)
                try watch.wait("No run is committed")
                sleep(2)
                #expect(watch.lines.count { $0.contains("healed: ") } == 1, "\(watch.said)")
                try watch.end(exit: 0)
                #expect(try node.states() == ["rolled-back", "rolled-back"])
                try node.sh("ip link del hz2")
            }
        }

        /// SIGKILL at every durable write and every pin of a heal: one `resume`, or the next watch, settles it.
        @Test(.requires(.strace), arguments: [("fdatasync", 1), ("fdatasync", 3), ("fdatasync", 5), ("bpf", 0)])
        func `killed in the middle of a heal, it is settled by resume`(call: String, step: Int) throws {
            try withNode(pods: 1) { node in
                let run = try node.apply(try node.plan())
                let before = try node.state()
                try node.addProxyLink()
                try node.attachLegacy(of: run.runID)
                let there = try node.state()
                // The hook is there already: the first look heals it.
                let inject =
                    call == "bpf"
                    ? ["-e", "trace=link,mkdir", "-e", "inject=mkdir:signal=SIGKILL:when=1"]
                    : ["-e", "trace=\(call)", "-e", "inject=\(call):signal=SIGKILL:when=\(step)"]
                let watch = try node.run(
                    ["timeout", "-s", "KILL", "60", "strace", "-f", "-qq", "-o", "/dev/null"] + inject
                        + (try node.words(["watch", "--node", Node.name, "--heal"])))
                #expect(watch.status == 137, "\(watch)")
                let resume = try node.run(try node.words(["resume", "--detach"]))
                #expect([0, 20, 21].contains(resume.status), "\(resume)")
                // One that had flipped waits for its deadline, or for whoever comes first.
                if try node.states().first == "provisional" { try node.rollback() }
                #expect(try node.state() == there, "\(call) \(step)")
                #expect(try node.states().last == "committed")
                try node.sh("ip link del hz2")
                #expect(try node.state() == before)
                #expect(try node.rollback().proof?.identical == true)
            }
        }

        @Test func `killed behind the flip, the next watch decides`() throws {
            try withNode(pods: 1) { node in
                let run = try node.apply(try node.plan())
                let first = try RunningWatch(node, "--heal", "--confirm-after", "1m", name: "first")
                try first.wait("hooks: 1 committed")
                try node.addProxyLink()
                try node.attachLegacy(of: run.runID)
                try first.wait("healed: ")
                let healed = try heal(first)
                first.command.send(SIGKILL)
                #expect(try first.command.wait() == 137)
                #expect(try node.states() == ["provisional", "committed"])
                let second = try RunningWatch(node, "--heal", "--confirm-after", "1s", name: "second")
                try second.wait("confirmed: run \(healed.run)")
                try second.end(exit: 0)
                #expect(try node.rollback().runID == healed.run)
                #expect(try node.rollback().proof?.identical == true)
                try node.sh("ip link del hz2")
            }
        }

        @Test func `the set of enrolled interfaces is kept`() throws {
            try withNode(pods: 3) { node in
                let run = try node.apply(try node.plan(membership: .enrolled))
                let watch = try RunningWatch(node, "--heal", "--confirm-after", "1s")
                try watch.wait("hooks: 1 committed")
                let pod = try node.lab.move("pod3")
                try watch.wait("enrolled: \(pod.interface) (\(pod.ifindex))")
                #expect(try node.status().drift == [])
                let ledger = try node.burst(["pod3"], ipv6: false)
                #expect(ledger.isClean, "\(ledger)")
                // A heal's own set is as the committed run's is by then.
                try node.addProxyLink()
                try node.attachLegacy(of: run.runID)
                try watch.wait("confirmed: ")
                let healed = try heal(watch)
                let netns = try node.sh("ls /sys/fs/bpf/migrate/\(run.runID) | grep enrolled_").prefix { $0 != "\n" }
                func set(_ run: String) throws -> String {
                    try node.sh(
                        "bpftool -j map dump pinned /sys/fs/bpf/migrate/\(run)/\(netns) | jq -c '[.[].key] | sort'")
                }
                #expect(try set(healed.run) == set(run.runID))
                try watch.end(exit: 0)
                #expect(try node.rollback().proof?.identical == true)
                #expect(try node.rollback().proof?.identical == true)
                try node.sh("ip link del hz2")
            }
        }
    }
}
