import Glibc
import Model
import Testing

@testable import Lab

extension MigrateSuite {
    /// Health checks before the flip, in the window, and before a confirmation.
    @Suite struct Health {
        /// A check that passes while a file is there.
        private func check(_ node: Node) throws -> (line: String, file: String) {
            let file = node.scratch + "/healthy"
            try node.sh("touch \(file)")
            return ("echo first; echo looked at \(file); test -e \(file)", file)
        }

        @Test func `a check that fails before the flip: nothing flips, and the reason is told`() throws {
            try withNode(pods: 1) { node in
                let plan = try node.plan()
                let before = try node.state()
                let run = try node.run(
                    verb: "apply", "--node", Node.name, "--check", "echo not today >&2; exit 3", plan, exit: 20,
                    code: .unhealthy)
                #expect(run.state == .rolledBack && run.reason == .health && run.proof?.identical == true)
                #expect(try node.state() == before)
                let report = try node.migrate("report").stdout
                #expect(report.contains("exit 3: not today") && report.contains("before-flip"), "\(report)")
            }
        }

        @Test func `a check that does not end is ended, with all that it started`() throws {
            try withNode(pods: 1) { node in
                let plan = try node.plan()
                let run = try node.run(
                    verb: "apply", "--node", Node.name, "--check", "sleep 4711 & sleep 4711", "--check-every", "1s",
                    plan,
                    exit: 20, code: .unhealthy)
                #expect(run.reason == .health)
                #expect(try node.sh("pgrep -x -f 'sleep 4711' || true") == "")
            }
        }

        @Test func `a check that fails in the window takes the run back within an interval`() throws {
            try withNode(pods: 1) { node in
                let plan = try node.plan()
                let before = try node.state()
                let check = try check(node)
                let apply = try BackgroundCommand(
                    node,
                    try node.words(["apply", "--node", Node.name, "--check", check.line, "--check-every", "1s", plan]))
                try node.waitForWord("is provisional", of: apply)
                node.wait(seconds: 2.5)
                #expect(try node.status().state == "provisional")
                let begun = Clock.now()
                try node.sh("rm \(check.file)")
                #expect(try apply.wait() == 20, "\(apply.said)")
                let seconds = Double(Clock.now() - begun) / 1e9
                // An interval, and what the rollback itself takes.
                #expect(seconds < 4, "\(seconds)")
                print("unhealthy to rolled back: \(seconds) s")
                #expect(
                    apply.said.contains("[\(Code.unhealthy.text)]") && apply.said.contains(check.file), "\(apply.said)")
                #expect(try node.state() == before)
                let run = try node.run(verb: "resume")
                #expect(run.reason == .health)
                let health = try #require(run.health)
                #expect(health.contains { $0.check.moment == .window && $0.check.subject == .command && $0.times > 1 })
                #expect(health.contains { !$0.check.isHealthy && $0.check.finding.contains("exit 1: looked at") })
                #expect(health.contains { $0.check.subject == .neighbors && $0.check.vantage.contains("namespace") })
            }
        }

        @Test func `a check that fails before the confirmation takes the run back`() throws {
            try withNode(pods: 1) { node in
                let plan = try node.plan()
                let before = try node.state()
                let check = try check(node)
                _ = try node.run(verb: "apply", "--node", Node.name, "--check", check.line, "--detach", plan)
                try node.sh("rm \(check.file)")
                let run = try node.run(verb: "confirm", exit: 20, code: .unhealthy)
                #expect(run.state == .rolledBack && run.reason == .health && run.proof?.identical == true)
                #expect(try node.state() == before)
                try node.sh("touch \(check.file)")
                _ = try node.run(verb: "apply", "--node", Node.name, "--check", check.line, "--detach", plan)
                #expect(try node.run(verb: "confirm").state == .committed)
                try node.rollback()
            }
        }

        /// The questions before a confirmation take their time; what was seen of the hooks before them may be over.
        @Test func `a hook that others take while confirm asks is not confirmed`() throws {
            try withNode(pods: 1) { node in
                try node.addSecondProxy()
                let plan = try node.plan(membership: .legacyKeys)
                let (now, seen) = (node.scratch + "/now", node.scratch + "/seen")
                let check = "test ! -e \(now) || { touch \(seen); while test -e \(now); do sleep 0.1; done; }"
                let run = try node.run(
                    verb: "apply", "--node", Node.name, "--check", check, "--check-every", "30s", "--detach", plan)
                try node.sh("touch \(now)")
                let confirm = try BackgroundCommand(node, try node.words(["confirm"]))
                try node.sh("while ! test -e \(seen); do sleep 0.1; done")
                let foreign = try node.takeSecondProxy()
                try node.sh("rm \(now)")
                #expect(try confirm.wait() == 11, "\(confirm.said)")
                #expect(confirm.said.contains("[\(Code.hooksNotOurs.text)]"), "\(confirm.said)")
                #expect(confirm.said.contains("program \(foreign)"), "\(confirm.said)")
                #expect(try node.status(exit: 30).state == "provisional")
                try node.putIntoSecondProxy("/sys/fs/bpf/migrate/\(run.runID)/legacy_0")
                #expect(try node.rollback().proof?.identical == true)
                try node.sh("ip link del hz2; rm \(Node.foreignPin)")
            }
        }

        @Test func `a check that ends takes what it left in the background with it`() throws {
            try withNode(pods: 1) { node in
                let plan = try node.plan()
                _ = try node.run(
                    verb: "apply", "--node", Node.name, "--check", "sleep 4712 & true", "--detach", plan)
                #expect(try node.sh("pgrep -x -f 'sleep 4712' || true") == "")
                try node.rollback()
            }
        }

        @Test func `a check that never stops writing is ended in time`() throws {
            try withNode(pods: 1) { node in
                let plan = try node.plan()
                let run = try node.run(
                    verb: "apply", "--node", Node.name, "--check", "yes & yes & exec cat /dev/zero", "--check-every",
                    "1s", plan, exit: 20, code: .unhealthy)
                #expect(run.reason == .health)
            }
        }

        @Test func `a check of nothing is refused, and one that is asked too seldom is told`() throws {
            try withNode(pods: 1) { node in
                let plan = try node.plan()
                for nothing in ["", " "] {
                    try node.refuses(
                        "apply", "--node", Node.name, "--check", nothing, "--detach", plan, exit: 64, code: .usage)
                }
                let seldom = try node.migrate(
                    "apply", "--node", Node.name, "--check-every", "10m", "--confirm-within", "10m", "--detach", plan,
                    code: .checkedSeldom)
                #expect(seldom.stderr.contains("nothing is asked within it"), "\(seldom)")
                try node.rollback()
            }
        }

        @Test func `a neighbor that fails in the window takes the run back, and its pod has traffic again`() throws {
            try withNode(pods: 2) { node in
                let plan = try node.plan()
                let before = try node.proxyFilters()
                let apply = try node.waiting(plan)
                let traffic = try Traffic.start(in: node.lab, TrafficOptions(pods: ["pod1"], rate: 200, seconds: 600))
                while traffic.receivedSoFar < 100 { usleep(10_000) }
                try node.silence("pod1")
                #expect(try apply.wait() == 20, "\(apply.said)")
                let so = traffic.receivedSoFar
                let pod = try node.lab.pod("pod1")
                #expect(apply.said.contains("failed since the flip: \(pod.address)"), "\(apply.said)")
                #expect(apply.said.contains("[\(Code.unhealthy.text)]"), "\(apply.said)")
                node.wait(seconds: 1)
                // The legacy program writes the pod's MAC and asks nobody.
                #expect(traffic.receivedSoFar > so + 100)
                _ = traffic.stop()
                #expect(try node.run(verb: "resume").reason == .health)
                #expect(try node.proxyFilters() == before)
            }
        }

        @Test func `a neighbor that somebody deletes has not failed`() throws {
            try withNode(pods: 1) { node in
                let plan = try node.plan()
                let apply = try BackgroundCommand(
                    node, try node.words(["apply", "--node", Node.name, "--check-every", "1s", plan]))
                try node.waitForWord("is provisional", of: apply)
                let pod = try node.lab.pod("pod1")
                let traffic = try Traffic.start(in: node.lab, TrafficOptions(pods: ["pod1"], rate: 200, seconds: 600))
                while traffic.receivedSoFar < 100 { usleep(10_000) }
                for _ in 0..<3 {
                    try node.sh("ip neigh del \(pod.address) dev \(pod.interface)")
                    node.wait(seconds: 0.7)
                }
                #expect(try node.status().state == "provisional", "\(apply.said)")
                // The kernel asked for it again, and queued what came meanwhile.
                #expect(traffic.stop().isClean)
                _ = try node.run(verb: "confirm")
                #expect(try apply.wait() == 0, "\(apply.said)")
                try node.rollback()
            }
        }

        @Test func `a route to a wrong device is met by a neighbor that does not answer there`() throws {
            try withNode(pods: 2) { node in
                let plan = try node.plan()
                // The breaker is there first.
                let apply = try BackgroundCommand(
                    node, try node.words(["apply", "--node", Node.name, "--breaker", "off", plan]))
                try node.waitForWord("is provisional", of: apply)
                let (pod, wrong) = (try node.lab.pod("pod1"), try node.lab.pod("pod2"))
                let traffic = try Traffic.start(in: node.lab, TrafficOptions(pods: ["pod1"], rate: 200, seconds: 600))
                while traffic.receivedSoFar < 100 { usleep(10_000) }
                let route = try node.sh("ip route show \(pod.address)").split(separator: "\n").first ?? ""
                try node.sh("ip route replace \(pod.address) dev \(wrong.interface) scope link")
                #expect(try apply.wait() == 20, "\(apply.said)")
                #expect(apply.said.contains("\(pod.address) on ifindex \(wrong.ifindex)"), "\(apply.said)")
                let so = traffic.receivedSoFar
                node.wait(seconds: 1)
                #expect(traffic.receivedSoFar > so + 100, "the legacy program delivers again")
                _ = traffic.stop()
                try node.sh("ip route del \(pod.address); ip route add \(route)")
            }
        }

        @Test func `a device whose errors grow takes the run back`() throws {
            try withNode(pods: 1) { node in
                let plan = try node.plan()
                let apply = try node.waiting(plan)
                let pod = try node.lab.pod("pod1")
                let traffic = try Traffic.start(in: node.lab, TrafficOptions(pods: ["pod1"], rate: 200, seconds: 600))
                while traffic.receivedSoFar < 100 { usleep(10_000) }
                // The pod's side takes nothing as long as this, and the node's counts what it would not take.
                try node.sh("ip -n pod1 link set eth0 mtu 68")
                #expect(try apply.wait() == 20, "\(apply.said)")
                #expect(apply.said.contains("errors since the flip: \(pod.interface)"), "\(apply.said)")
                _ = traffic.stop()
            }
        }
    }
}
