import Glibc
import Inventory
import Loader
import Model
import TestSupport
import Testing

extension LoaderSuite {
    /// A hook in a pod whose namespace no path names any more, and in which no process lives.
    @Suite(.requires(.python3)) struct HiddenNamespaces {
        /// Applies to the node's hook and to one of the pod's, then takes the name of its namespace away.
        /// - Parameter holder: lines of python that have descriptor 9 on the pod's namespace, and keep it.
        private func withHidden(
            _ holder: String, _ body: (TestNode, _ run: TestNode.Applied, _ holder: pid_t) throws -> Void
        ) throws {
            try withNode(pods: 1) { node in
                let pin = try node.pinned("ztunnel_host_ingress")
                try node.sh(
                    """
                    tc qdisc add dev eth0 clsact
                    tc filter add dev eth0 ingress prio 3 handle 5 bpf direct-action object-pinned \(pin)
                    """, in: "pod1")
                let applied = try node.apply(try node.plan())
                guard case .committed = applied.result else { throw TestFailure("\(applied.result)") }
                let text = try node.sh(
                    "exec 9</run/netns/pod1; python3 -c '\(holder)' >/dev/null 2>&1 </dev/null & echo $!; sleep 2")
                let process = try #require(pid_t(text.split(separator: "\n").first ?? ""))
                defer { kill(process, SIGKILL) }
                try node.sh("ip netns del pod1")
                try body(node, applied, process)
            }
        }

        @Test func `a descriptor holds it: it is found, and its hook put back, too`() throws {
            try withHidden("import time; time.sleep(60)") { node, run, holder in
                let filters = { try node.sh("nsenter --net=/proc/\(holder)/fd/9 tc -d filter show dev eth0 ingress") }
                #expect(try filters().contains("fib_redirect"))
                let restored = try node.rollback(run.runID)
                #expect(restored.state == .rolledBack && restored.proof.identical && restored.proof.vanished == [])
                #expect(restored.proof.hooks?.map(\.standing) == [.asBefore, .asBefore], "\(restored.proof)")
                #expect(try !filters().contains("fib_redirect") && filters().contains("ztunnel_host_in"))
            }
        }

        /// A socket does not show which namespace it keeps: the hook lives on where nobody finds it.
        @Test func `a socket holds it: a residue, the pins stay; it goes, and so does the hook`() throws {
            let holder = """
                import ctypes,os,socket,time
                c=ctypes.CDLL(None); own=os.open("/proc/self/ns/net",0)
                c.setns(9,0); s=socket.socket(); c.setns(own,0); os.close(own); os.close(9); time.sleep(60)
                """
            try withHidden(holder) { node, run, holder in
                // Only the socket is left.
                try node.sh("for i in $(seq 200); do [ -L /proc/\(holder)/fd/9 ] || break; sleep 0.1; done")
                let ours = try #require(run.journal.replacements.values.map(\.id).max())
                let lost = try node.rollback(run.runID)
                #expect(lost.state == .residual && !lost.proof.identical && lost.changed)
                #expect(lost.proof.hooks?.map(\.standing) == [.asBefore, .unknown] && lost.proof.vanished == [])
                let line = try #require(lost.proof.differences.first)
                #expect(line.contains("eth0 clsact/ingress in ") && line.contains("not found"), "\(line)")
                #expect(
                    line.contains("is still loaded: it may be attached there") && line.contains("not looked into: "))
                #expect(try node.pinnedRuns() == [run.runID])
                #expect(try node.sh("bpftool prog show id \(ours)").contains("fib_redirect"))

                kill(holder, SIGKILL)
                // Namespaces are taken down in the background.
                for _ in 0..<200 where try node.sh("bpftool prog show").contains("\(ours): ") { usleep(20_000) }
                let settled = try node.rollback(run.runID)
                #expect(settled.state == .rolledBack && settled.proof.identical && !settled.changed)
                #expect(settled.proof.hooks?.map(\.standing) == [.asBefore, .vanished])
                let vanished = try #require(settled.proof.vanished.first)
                #expect(vanished.hasSuffix("not found, and the kernel has freed our program \(ours)"), "\(vanished)")
            }
        }
    }
}
