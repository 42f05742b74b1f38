import Glibc
import Model
import Testing

@testable import Lab

extension MigrateSuite {
    /// A share of the flows first, from outside: `apply --canary`, `canary`, and what keeps a part from being confirmed.
    @Suite struct Canary {
        @Test func `five per cent, then half, then all, then kept`() throws {
            try withNode(pods: 4) { node in
                let plan = try node.plan()
                let before = try node.state()
                let pods = ["pod1", "pod2", "pod3", "pod4"]
                let traffic = try Traffic.start(in: node.lab, TrafficOptions(pods: pods, rate: 1000, seconds: 600))
                while traffic.receivedSoFar < 200 { usleep(10_000) }
                let first = try node.run(verb: "apply", "--node", Node.name, "--canary", "5%", "--detach", plan)
                #expect(first.state == .provisional && first.share == 5 && first.changed && first.sides != nil)
                try node.refuses("confirm", exit: 10, code: .partialShare)
                let half = try node.run(verb: "canary", "50%")
                #expect(half.share == 50 && half.changed && half.state == .provisional)
                #expect(abs(try #require(half.confirmBy).timeIntervalSince(try #require(first.confirmBy))) < 3)
                #expect(try !node.run(verb: "canary", "50%", half.runID).changed)
                node.wait(seconds: 1)
                let sides = try #require(try node.status().sides)
                #expect(sides.legacy.packets + sides.replacement.packets > 500, "\(sides)")
                #expect(sides.legacy.failed == 0 && sides.replacement.failed == 0 && sides.verdict != .worse)
                let text = try node.run(try node.words(["status"])).stdout
                #expect(text.contains("Both sides:") && text.contains("not redirected"), "\(text)")
                let less = try node.migrate("canary", "20%", "-o", "json", code: .shareShrinks)
                #expect(try node.runDocument(less).share == 20)
                #expect(try node.run(verb: "canary", "100%").share == 100)
                #expect(try node.run(verb: "confirm").state == .committed)
                #expect(traffic.stop().isClean)
                try node.refuses("canary", "50%", exit: 10, code: .notOpen)
                try node.rollback()
                #expect(try node.state() == before)
            }
        }

        @Test func `what is no share, no check, or no time to try it, is refused`() throws {
            try withNode(pods: 1) { node in
                let plan = try node.plan()
                for share in ["5", "0%", "101%", "half", "1.2345%", "-1%"] {
                    try node.refuses("apply", "--node", Node.name, "--canary=\(share)", plan, exit: 64, code: .badShare)
                }
                try node.refuses("canary", "0%", exit: 64, code: .badShare)
                try node.refuses("apply", "--node", Node.name, "--breaker", "1", plan, exit: 64, code: .badShare)
                try node.refuses("apply", "--node", Node.name, "--check", " ", plan, exit: 64, code: .usage)
                try node.refuses(
                    "apply", "--node", Node.name, "--confirm-within", "none", "--canary", "5%", plan, exit: 64,
                    code: .windowlessCanary)
                try node.refuses("canary", "50%", exit: 12, code: .noRun)
            }
        }

        @Test func `too late, the slots are given back`() throws {
            try withNode(pods: 1) { node in
                let plan = try node.plan()
                let before = try node.state()
                _ = try node.run(
                    verb: "apply", "--node", Node.name, "--canary", "5%", "--confirm-within", "1s", "--detach", plan)
                node.wait(seconds: 1.2)
                let late = try node.run(verb: "canary", "50%", exit: 21, code: .notConfirmed)
                #expect(late.state == .rolledBack && late.reason == .deadline && late.proof?.identical == true)
                #expect(try node.state() == before)
            }
        }

        @Test(arguments: [true, false]) func `the breaker takes it back, and whoever comes next settles it`(
            isWaiting: Bool
        ) throws {
            try withNode(pods: 2) { node in
                let plan = try node.plan()
                let before = try node.proxyFilters()
                let pod = try node.lab.pod("pod1")
                var apply: BackgroundCommand?
                if isWaiting { apply = try node.waiting(plan) } else { try node.provisional(plan) }
                let route = try node.sh("ip route show \(pod.address)").split(separator: "\n").first ?? ""
                let traffic = try Traffic.start(in: node.lab, TrafficOptions(pods: ["pod1"], rate: 500, seconds: 600))
                while traffic.receivedSoFar < 100 { usleep(10_000) }
                try node.sh("ip route del \(pod.address)")
                let run: RunDocument
                if let apply {
                    #expect(try apply.wait() == 20, "\(apply.said)")
                    #expect(apply.said.contains("[\(Code.breakerTripped.text)]"), "\(apply.said)")
                    run = try node.run(verb: "resume")
                } else {
                    node.wait(seconds: 0.5)
                    #expect(try node.status(exit: 30).reason == .breaker)
                    run = try node.run(verb: "resume", exit: 20, code: .breakerTripped)
                    #expect(run.sides?.verdict == .worse, "\(String(describing: run.sides))")
                }
                #expect(run.state == .rolledBack && run.reason == .breaker)
                let lost = traffic.stop().lost
                #expect((1..<60).contains(lost), "\(lost) lost")
                #expect(try node.proxyFilters() == before)
                let report = try node.migrate("report").stdout
                #expect(report.contains("THE REPLACEMENT IS WORSE"), "\(report)")
                try node.sh("ip route add \(route)")
            }
        }
    }
}
