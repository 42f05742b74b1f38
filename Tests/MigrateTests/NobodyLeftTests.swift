import Glibc
import Model
import TestSupport
import Testing

@testable import Lab

extension MigrateSuite {
    /// Everything of ours dies inside the window, wherever it ran: the kernel alone takes the traffic back.
    @Suite struct NobodyLeft {
        @Test(arguments: [true, false]) func `killed while it waits, with traffic and without`(withTraffic: Bool) throws
        {
            try withNode(pods: 1) { node in
                let plan = try node.plan()
                let before = try node.state()
                func play() throws {
                    let apply = try node.waiting(plan, within: "6s")
                    let begun = Clock.now()
                    apply.send(SIGKILL)
                    #expect(try apply.wait() == 137, "\(apply.said)")
                    try expectTakenBack(
                        node, window: 6, since: begun, withTraffic ? "killed, traffic" : "killed, no traffic",
                        isIdle: !withTraffic)
                    let run = try node.run(verb: "resume", exit: 21, code: .notConfirmed)
                    #expect(run.state == .rolledBack && run.reason == .deadline && run.proof?.identical == true)
                }
                if withTraffic { try node.lab.underTraffic("killed in the window", play) } else { try play() }
                #expect(try node.state() == before)
                #expect(try node.status().state == "idle")
            }
        }

        /// With no process that holds anything of the run, its cell expires in time, and packets take the legacy program.
        private func expectTakenBack(
            _ node: Node, window: Double, since begun: UInt64, _ what: String, isIdle: Bool = false
        ) throws {
            let run = try node.pinnedRun()
            // What goes with a PID namespace takes a moment.
            var holders = try node.holders(ofRun: run)
            for _ in 0..<5 where !holders.isEmpty { holders = try node.holders(ofRun: run) }
            #expect(holders.isEmpty, "\(what): a process holds something of the run")
            let ours = try node.slot().program
            #expect(try node.cellState(run) == .open, "\(what)")
            let seconds = try node.secondsUntilExpired(run, since: begun)
            print("\(what): a window of \(window) s expired after \((seconds * 100).rounded() / 100) s")
            #expect(seconds > window - 1 && seconds < window + 2, "\(what)")
            // Nobody has taken the switch out; it hands every packet on.
            #expect(try node.slot().program == ours)
            let handed = try node.handedOn()
            if isIdle { #expect(try node.burst(["pod1"], ipv6: false).isClean) } else { node.wait(seconds: 0.5) }
            #expect(try node.handedOn() >= handed + 100, "\(what)")
            #expect(try node.status(exit: 30).state == "expired")
        }

        // MARK: Time namespaces

        /// Clocks that say other times than the kernel's own.
        struct Offset: Sendable, CustomTestStringConvertible {
            var boottime: Int
            var monotonic: Int
            var testDescription: String { "boottime \(boottime) s, monotonic \(monotonic) s" }
            var words: [String] {
                [
                    "unshare", "--time", "--fork", "--kill-child", "--boottime", "\(boottime)", "--monotonic",
                    "\(monotonic)",
                ]
            }
        }

        static let offsets = [Offset(boottime: 100_000, monotonic: 50_000), Offset(boottime: 0, monotonic: 7_200)]

        private func requireOffsets(_ node: Node) throws {
            let result = try node.run(Self.offsets[0].words + ["cut", "-d.", "-f1", "/proc/uptime"])
            guard let inside = Int(result.stdout.prefix { $0 != "\n" }) else {
                try Test.cancel("no time namespaces here: \(result)")
            }
            let outside = try #require(Int(node.sh("cut -d. -f1 /proc/uptime").prefix { $0 != "\n" }))
            #expect(abs(inside - outside - 100_000) < 5)
        }

        @Test(arguments: offsets) func `applied in a time namespace: the deadline is the kernel's`(offset: Offset)
            throws
        {
            try withNode(pods: 1) { node in
                try requireOffsets(node)
                let plan = try node.plan()
                let before = try node.state()
                try node.lab.underTraffic("time namespace, \(offset.testDescription)") {
                    let apply = [
                        "apply", "--node", Node.name, "--confirm-within", "8s", "--detach", "-o", "json", plan,
                    ]
                    let applied = try node.run(offset.words + (try node.words(apply)))
                    let begun = Clock.now()
                    node.expect(applied, exit: 0, code: nil)
                    let run = try node.runDocument(applied)
                    #expect((5...8).contains(run.confirmInSeconds ?? 0), "\(applied)")
                    try expectTakenBack(node, window: 8, since: begun, "time namespace")
                    let resumed = try node.run(offset.words + (try node.words(["resume", "-o", "json"])))
                    node.expect(resumed, exit: 21, code: .notConfirmed)
                    #expect(try node.runDocument(resumed).proof?.identical == true)
                }
                #expect(try node.state() == before)
            }
        }

        @Test(arguments: offsets) func `an apply that waits in a time namespace ends in time`(offset: Offset) throws {
            try withNode(pods: 1) { node in
                try requireOffsets(node)
                let plan = try node.plan()
                let before = try node.state()
                let apply = try BackgroundCommand(
                    node,
                    offset.words + (try node.words(["apply", "--node", Node.name, "--confirm-within", "3s", plan])))
                try node.waitForWord("is provisional", of: apply)
                let begun = Clock.now()
                #expect(try apply.wait() == 21, "\(apply.said)")
                let seconds = Double(Clock.now() - begun) / 1e9
                #expect(seconds > 2 && seconds < 10, "\(seconds) s: \(apply.said)")
                #expect(try node.state() == before)
            }
        }

        @Test(arguments: offsets) func `inside and outside say the same, and either may confirm`(offset: Offset) throws
        {
            try withNode(pods: 1) { node in
                try requireOffsets(node)
                let plan = try node.plan()
                func status(_ prefix: [String]) throws -> StatusDocument {
                    let result = try node.run(prefix + (try node.words(["status", "-o", "json"])))
                    node.expect(result, exit: 0, code: nil)
                    return try JSON.decode(StatusDocument.self, from: Array(result.stdout.utf8))
                }
                for isConfirmedInside in [false, true] {
                    let apply = [
                        "apply", "--node", Node.name, "--confirm-within", "10m", "--detach", "-o", "json", plan,
                    ]
                    let prefix = isConfirmedInside ? [] : offset.words
                    node.expect(try node.run(prefix + (try node.words(apply))), exit: 0, code: nil)
                    let (inside, outside) = try (status(offset.words), status([]))
                    let left = try #require(inside.confirmInSeconds)
                    #expect((560...600).contains(left))
                    #expect(try abs(left - #require(outside.confirmInSeconds)) <= 3)
                    let by = try (#require(inside.confirmBy), #require(outside.confirmBy))
                    #expect(abs(by.0.timeIntervalSince(by.1)) < 2, "\(by)")
                    let extended = try node.run(
                        offset.words + (try node.words(["extend", "--by", "1h", "-o", "json"])))
                    node.expect(extended, exit: 0, code: nil)
                    #expect(try (4150...4200).contains(#require(status([]).confirmInSeconds)))
                    let confirm = (isConfirmedInside ? offset.words : []) + (try node.words(["confirm", "-o", "json"]))
                    let confirmed = try node.run(confirm)
                    node.expect(confirmed, exit: 0, code: nil)
                    #expect(try node.runDocument(confirmed).state == .committed)
                    try node.rollback()
                }
            }
        }

        // MARK: Mount namespaces that end

        /// Sees the bpffs that process 1 sees; with it go its mounts, not the pins. `container` is what runs in it.
        ///
        /// Process 1 of a PID namespace stands for the host's here: the machine's own may be out of reach. So no
        /// `--private-bpffs` is said: the plan would be refused if this were not taken for the host's.
        private func container(_ words: [String], propagation: String) -> [String] {
            ["unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc", "--"]
                // The shell stays process 1.
                + ["sh", "-c", "unshare --mount --propagation \(propagation) -- \"$@\"; exit $?", "sh"] + words
        }

        private func publicWords(_ node: Node, _ verb: [String]) throws -> [String] {
            [try Programs.migrate] + verb + ["--db", node.database]
        }

        @Test(arguments: ["slave", "private"]) func `applied in a container that ends: pins stay, the deadline holds`(
            propagation: String
        ) throws {
            try withNode(pods: 1) { node in
                let plan = try node.plan()
                let before = try node.state()
                let words = try publicWords(node, ["apply", "--node", Node.name, "--confirm-within", "8s", plan])
                try node.lab.underTraffic("container, \(propagation)") {
                    let apply = try BackgroundCommand(node, container(words, propagation: propagation))
                    try node.waitForWord("is provisional", of: apply)
                    let begun = Clock.now()
                    // The container and all in it go at once.
                    apply.send(SIGKILL)
                    #expect(try apply.wait() == 137, "\(apply.said)")
                    try expectTakenBack(node, window: 8, since: begun, "container, \(propagation)")
                    let run = try node.run(verb: "resume", exit: 21, code: .notConfirmed)
                    #expect(run.proof?.identical == true)
                }
                #expect(try node.state() == before)
                #expect(try node.status().state == "idle")
            }
        }

        /// The host's bpffs under another path, as a pod with a hostPath volume has it.
        @Test func `applied in a container that has the host's bpffs elsewhere`() throws {
            try withNode(pods: 1) { node in
                let before = try node.state()
                let plan = "\(node.scratch)/inside.json", script = "\(node.scratch)/container"
                let make = try publicWords(node, ["plan", "--bpffs", "/mnt", "--membership", "on-link", "--out", plan])
                let apply = try publicWords(
                    node,
                    ["apply", "--bpffs", "/mnt", "--node", Node.name, "--confirm-within", "8s", "--detach", plan])
                try TextFile.replace(
                    script,
                    with: """
                        set -e
                        mount --bind /sys/fs/bpf /mnt; mount -t bpf none /sys/fs/bpf
                        \(make.joined(separator: " ")); \(apply.joined(separator: " "))
                        """)
                try node.lab.underTraffic("container, bound elsewhere") {
                    let applied = try node.run(container(["sh", script], propagation: "private"))
                    let begun = Clock.now()
                    node.expect(applied, exit: 0, code: nil)
                    let seen = try node.run(try node.words(["status", "-o", "json"]))
                    #expect(seen.stdout.contains("\"state\" : \"provisional\""), "\(seen)")
                    try expectTakenBack(node, window: 8, since: begun, "container, bound elsewhere")
                    let run = try node.run(verb: "resume", exit: 21, code: .notConfirmed)
                    #expect(run.proof?.identical == true)
                }
                #expect(try node.state() == before)
                #expect(try node.status().state == "idle")
            }
        }
    }
}
