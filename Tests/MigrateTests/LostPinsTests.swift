import Glibc
import Model
import TestSupport
import Testing

@testable import Lab

extension MigrateSuite {
    /// Pins that somebody removes, or hides, while a run's switches are in the slots.
    @Suite struct LostPins {
        private static let kept = "/sys/fs/bpf/kept"

        /// Packets fall forward at the deadline: nothing is lost, but they do not take the legacy program, and that is said.
        @Test(arguments: [true, false]) func `removed in the window`(isLegacyKept: Bool) throws {
            try withNode(pods: 1) { node in
                let plan = try node.plan()
                let before = (slot: try node.slot(), filters: try node.proxyFilters())
                try node.lab.underTraffic("pins removed, legacy program \(isLegacyKept ? "kept" : "freed")") {
                    if isLegacyKept { try node.sh("bpftool prog pin id \(before.slot.program) \(Self.kept)") }
                    let run = try node.provisional(plan, within: "5s")
                    try node.sh("rm -r /sys/fs/bpf/migrate; rm -f /sys/fs/bpf/ambient/ztunnel_host_ingress")
                    let early = try node.status(exit: 30)
                    #expect(early.drift.contains { $0.contains("gone from") }, "\(early)")
                    #expect(early.state != "idle", "\(early)")
                    node.wait(seconds: 6)
                    let late = try node.status(exit: 30)
                    #expect(late.state == "expired", "\(late)")
                    #expect(late.drift.contains { $0.contains("[\(Code.fellForward.text)]") }, "\(late)")
                    #expect(late.counters["fell_forward", default: 0] > 100, "\(late)")
                    let words = try node.migrate("status", exit: 30).stdout
                    #expect(late.fellForward == true && words.contains("packets fall forward"), "\(words)")
                    #expect(!words.contains("packets take the legacy programs"), "\(words)")
                    let result = try node.run(try node.words(["resume", run.runID, "-o", "json"]))
                    if isLegacyKept {
                        node.expect(result, exit: 21, code: .notConfirmed)
                        #expect(try node.runDocument(result).proof?.identical == true)
                        #expect(try node.proxyFilters() == before.filters)
                    } else {
                        node.expect(result, exit: 22, code: .residue)
                        let left = try node.runDocument(result)
                        #expect(left.state == .residual && left.next?.command.contains("--force-drift") == true)
                        #expect(left.proof?.differences.contains { $0.contains("has freed program") } == true)
                        try node.attachLegacyProgramAnew()
                        #expect(try node.rollback("--force-drift").state == .rolledBack)
                    }
                }
                #expect(try node.status().state == "idle")
                if isLegacyKept { try node.sh("rm \(Self.kept)") }
            }
        }

        /// Whatever the journal says, a run without its pins is no run that only waits.
        @Test(arguments: ["installing", "provisional", "expired", "rolling-back", "committed"])
        func `status is not quiet, whatever the journal says`(state: String) throws {
            try withNode(pods: 1) { node in
                let filters = try node.proxyFilters()
                try node.sh("bpftool prog pin id \(try node.slot().program) \(Self.kept)")
                let run = try node.provisional(try node.plan())
                try node.sh("rm -r /sys/fs/bpf/migrate")
                try node.sh("sqlite3 \(node.database) \"UPDATE runs SET state = '\(state)'\"")
                let status = try node.status(exit: 30)
                #expect(status.runID == run.runID && !status.drift.isEmpty, "\(status)")
                #expect(status.next != nil)
                let back = try node.rollback()
                #expect(back.proof?.identical == true, "\(back)")
                #expect(try node.proxyFilters() == filters)
                #expect(try node.status().state == "idle")
                try node.sh("rm \(Self.kept)")
            }
        }

        @Test func `pins and switch are both gone: settled`() throws {
            try withNode(pods: 1) { node in
                let filters = try node.proxyFilters()
                let legacy = try node.slot()
                try node.sh("bpftool prog pin id \(legacy.program) \(Self.kept)")
                let run = try node.provisional(try node.plan())
                try node.sh(
                    """
                    rm -r /sys/fs/bpf/migrate
                    tc filter replace dev \(node.proxyInterface) ingress pref 1 handle 0x1 protocol all \
                        bpf direct-action object-pinned \(Self.kept)
                    """)
                let ours = try #require(run.hooks.first?.after?.id)
                for _ in 0..<300 where BPFIdentifier.programExists(ours) { usleep(10_000) }
                let status = try node.status(exit: 30)
                #expect(status.runID == run.runID && !status.drift.isEmpty, "\(status)")
                let result = try node.run(try node.words(["resume", "-o", "json"]))
                node.expect(result, exit: 20, code: .rolledBack)
                #expect(try node.runDocument(result).proof?.identical == true)
                #expect(try node.proxyFilters() == filters)
                #expect(try node.status().state == "idle")
                try node.sh("rm \(Self.kept)")
            }
        }

        /// Out of sight they hold: the kernel takes the run back in time. What cannot be seen is not claimed to be gone.
        @Test func `hidden by another bpffs`() throws {
            try withNode(pods: 1) { node in
                let plan = try node.plan()
                let before = try node.state()
                try node.lab.underTraffic("pins hidden in the window") {
                    let run = try node.provisional(plan, within: "6s")
                    try node.sh("mount -t bpf none /sys/fs/bpf")
                    let status = try node.status(exit: 30)
                    #expect(status.state == "provisional" && status.drift.contains { $0.contains("gone from") })
                    node.expect(try node.run(try node.words(["confirm"])), exit: 10, code: nil)
                    node.wait(seconds: 6)
                    let late = try node.status(exit: 30)
                    #expect(late.state == "expired" && late.counters["fell_forward"] == 0, "\(late)")
                    #expect(late.counters["to_legacy", default: 0] > 1, "\(late)")
                    let hidden = try node.run(try node.words(["resume", "-o", "json"]))
                    node.expect(hidden, exit: 22, code: .residue)
                    #expect(try node.runDocument(hidden).state == .residual)
                    try node.sh("umount /sys/fs/bpf")
                    let settled = try node.run(verb: "resume", run.runID, exit: 21, code: .notConfirmed)
                    #expect(settled.proof?.identical == true)
                }
                #expect(try node.state() == before)
                #expect(try node.status().state == "idle")
            }
        }

        /// A container's own bpffs goes with it: whoever consents to that (`--private-bpffs`) loses the way back, and is told.
        @Test func `a bpffs that ends with its container`() throws {
            try withNode(pods: 1) { node in
                let filters = try node.proxyFilters()
                try node.sh("bpftool prog pin id \(try node.slot().program) \(Self.kept)")
                let map = try node.sh("bpftool map show pinned /sys/fs/bpf/ambient/app_info").prefix { $0 != ":" }
                let plan = "\(node.scratch)/inside.json", script = "\(node.scratch)/container"
                let make = try node.words(["plan", "--membership", "on-link", "--out", plan])
                let apply = try node.words(["apply", "--node", Node.name, "--confirm-within", "5s", "--detach", plan])
                try TextFile.replace(
                    script,
                    with: """
                        set -e
                        mount -t bpf none /sys/fs/bpf; mkdir /sys/fs/bpf/ambient
                        bpftool map pin id \(map) /sys/fs/bpf/ambient/app_info
                        \(make.joined(separator: " ")); \(apply.joined(separator: " "))
                        """)
                try node.lab.underTraffic("a bpffs that ends") {
                    node.expect(try node.run(["unshare", "--mount", "sh", script]), exit: 0, code: nil)
                    let status = try node.status(exit: 30)
                    #expect(status.drift.contains { $0.contains("gone from") }, "\(status)")
                    node.wait(seconds: 6)
                    let late = try node.status(exit: 30)
                    #expect(late.drift.contains { $0.contains("[\(Code.fellForward.text)]") }, "\(late)")
                    let run = try node.run(verb: "resume", exit: 21, code: .notConfirmed)
                    #expect(run.proof?.identical == true)
                }
                #expect(try node.proxyFilters() == filters)
                #expect(try node.status().state == "idle")
                try node.sh("rm \(Self.kept)")
            }
        }
    }
}
