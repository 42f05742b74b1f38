import Glibc
import Inventory
import Model
import TestSupport
import Testing

extension ScenarioSuite {
    /// What goes away while it is read: whatever is read is whole, or an error names what was not.
    @Suite struct VanishingReads {
        /// Runs `body` again and again while a shell loop, inside the node, keeps changing things.
        private func whileLooping(_ node: TestNode, _ loop: String, rounds: Int = 12, _ body: () throws -> Void) throws
        {
            let pid = try node.sh("(while :; do \(loop); done) >/dev/null 2>&1 & echo $!")
            let process = try #require(pid_t(pid.split(separator: "\n").first ?? ""))
            defer { kill(process, SIGKILL) }
            for _ in 0..<rounds { try body() }
        }

        @Test func `namespaces that come and go: the rest is read, and what was not seen is named`() throws {
            try withNode(pods: 2) { node in
                let whole = try node.plan()
                var seen = 0
                let loop = """
                    ip netns add fleeting; ip link add fleet0 type veth peer name fleet1 netns fleeting;
                    ip netns del fleeting; ip link del fleet0
                    """
                try whileLooping(node, loop) {
                    let plan = try node.plan()
                    #expect(plan.document.verdicts == whole.document.verdicts)
                    // A namespace is there with its links, or it is not there; never half.
                    let known = Set(plan.snapshot.namespaces.map(\.cookie))
                    #expect(plan.snapshot.links.allSatisfy { known.contains($0.netns) })
                    seen += known.count > whole.snapshot.namespaces.count ? 1 : 0
                    for gap in plan.snapshot.unobserved { #expect(gap.what.contains("namespace") && !gap.why.isEmpty) }
                }
                try node.sh("ip netns del fleeting || true; ip link del fleet0 || true")
            }
        }

        @Test func `a pin that comes and goes: the map, or an error that names it`() throws {
            try withNode(pods: 1) { node in
                let map = try #require(node.lab.state.maps.first { $0.name == "app_info" })
                let pin = "\(TestNode.bpffs)/ambient/app_info"
                let entries = try node.plan().document.entriesTotal
                var failures = 0
                try whileLooping(node, "rm -f \(pin); bpftool map pin id \(map.id) \(pin)", rounds: 20) { () throws in
                    do {
                        #expect(try node.plan().document.entriesTotal == entries)
                    } catch let error as MigrateError {
                        failures += 1
                        #expect(error.text.contains(pin), "\(error.text)")
                    }
                }
                try node.sh("[ -e \(pin) ] || bpftool map pin id \(map.id) \(pin) || [ -e \(pin) ]")
                #expect(try node.plan().document.entriesTotal == entries)
            }
        }

        @Test func `entries that come and go: those that stay are all read, each as it is`() throws {
            try withNode(pods: 2) { node in
                let map = try #require(node.lab.state.maps.first { $0.name == "app_info" })
                let before = try node.plan(.onLink)
                let value = "9 9 9 9 2 2 2 2 2 2 0 0"
                let loop = """
                    for last in 1 2 3 4 5 6 7 8; do bpftool map update id \(map.id) key 10 200 0 $last value \(value); done;
                    for last in 1 2 3 4 5 6 7 8; do bpftool map delete id \(map.id) key 10 200 0 $last; done
                    """
                try whileLooping(node, loop) {
                    let findings = try node.plan(.onLink).findings
                    let stayed = findings.filter { !"\($0.address)".hasPrefix("10.200.") }
                    #expect(stayed.map(\.address).sorted() == before.findings.map(\.address).sorted())
                    #expect(Set(findings.map(\.address)).count == findings.count, "an entry came twice")
                    for extra in findings where "\(extra.address)".hasPrefix("10.200.") {
                        #expect(extra.legacy.ifindex == 0x0909_0909)
                    }
                }
                for last in 1...8 { try node.sh("bpftool map delete id \(map.id) key 10 200 0 \(last) 2>&1 || true") }
            }
        }
    }
}
