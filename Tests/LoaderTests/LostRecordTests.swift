import Glibc
import Inventory
import Kernel
import Model
import TestSupport
import Testing

@testable import Loader

extension LoaderSuite {
    /// The record of a run cannot be read any more while its programs are being replaced.
    @Suite struct LostRecord {
        static let hooks = 16

        /// The legacy program on many interfaces; they must be as before in the end.
        private func withMany(_ body: (TestNode, PlanOutcome) throws -> Void) throws {
            try withNode(pods: 1) { node in
                let pin = try node.pinned("ztunnel_host_ingress")
                for index in 2...Self.hooks {
                    try node.sh(
                        """
                        ip link add many\(index) type veth peer name peer\(index); ip link set many\(index) up
                        tc qdisc add dev many\(index) clsact
                        tc filter add dev many\(index) ingress prio 1 handle 1 bpf direct-action object-pinned \(pin)
                        """)
                }
                let plan = try node.plan()
                #expect(plan.hooks.count == Self.hooks)
                let before = try filters(node)
                #expect(before.count == Self.hooks)
                try body(node, plan)
                #expect(try filters(node) == before)
            }
        }

        private func filters(_ node: TestNode) throws -> [String] {
            try (["hz"] + (2...Self.hooks).map { "many\($0)" }).map { try node.filters($0) }
        }

        /// Does `script` when half of the hooks are replaced, and then a signal comes.
        private func interrupt(_ node: TestNode, _ plan: PlanOutcome, _ script: @escaping (String) -> String) throws
            -> TestNode.Applied.Undone
        {
            var isReplacing = false
            var looks = 0
            var failure: (any Error)?
            let journal = TestJournal(onBegin: { (phase, _) throws(MigrateError) in isReplacing = phase == .replace })
            node.limits = ExchangeLimits(chunk: Self.hooks / 2)
            let applied = try node.apply(
                plan, journal,
                interrupted: {
                    guard isReplacing else { return nil }
                    looks += 1
                    guard looks == 2 else { return nil }
                    do {
                        let run = try #require(try node.pinnedRuns().first)
                        try node.sh(script("\(TestNode.bpffs)/migrate/\(run)"))
                    } catch { failure = error }
                    return SIGTERM
                })
            #expect(looks == 2 && failure == nil)
            return try applied.undone()
        }

        @Test(
            arguments: [
                "rm PINS/record", "rm PINS/*", "rm PINS/*; rmdir PINS", "mount -t bpf none /sys/fs/bpf",
                "umount -l /sys/fs/bpf; mount -t bpf none /sys/fs/bpf", "chmod 777 PINS",
            ])
        func `a signal in the middle: every hook is back, proven`(script: String) throws {
            try withMany { node, plan in
                let undone = try interrupt(node, plan) { script.replacing("PINS", with: $0) }
                let restoration = try #require(undone.restoration)
                #expect(undone.cause.code == .interrupted && undone.reason == .operator)
                #expect(restoration.state == .rolledBack && restoration.proof.identical && restoration.changed)
                #expect(restoration.proof.hooks?.count == Self.hooks)
                #expect(restoration.proof.hooks?.allSatisfy { $0.standing == .asBefore } == true)
                if script.hasPrefix("mount") { try node.sh("umount /sys/fs/bpf") }
                #expect(try node.pinnedRuns() == [])
            }
        }

        /// Descriptors run out: what is not put back is told, and its pins stay.
        @Test func `no descriptor is left: back, or mixed with the pins in place`() throws {
            try withMany { node, plan in
                var limit = rlimit()
                getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
                var isInterrupted = false
                var isRunningOut = false
                let journal = TestJournal(
                    onEnd: { (phase, _) throws(MigrateError) in
                        guard phase == .replace, !isInterrupted else { return }
                        isInterrupted = true
                    },
                    onState: { (state) throws(MigrateError) in
                        // The undo begins: from here on nothing can be opened.
                        guard state == .rollingBack, !isRunningOut else { return }
                        isRunningOut = true
                        var none = rlimit(rlim_cur: 0, rlim_max: limit.rlim_max)
                        setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &none)
                    })
                defer { setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) }
                let applied = try node.apply(
                    plan, journal, interrupted: { isInterrupted ? SIGTERM : nil })
                setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
                let undone = try applied.undone()
                #expect(isRunningOut)
                // Nobody could look: that is no mixed state.
                #expect(undone.cause.code == .interrupted && undone.restoration?.state == .residual, "\(undone)")
                #expect(try node.pinnedRuns() == [applied.runID])
                #expect(try node.rollback(applied.runID).proof.identical)
            }
        }
    }
}
