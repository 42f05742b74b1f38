import Foundation
import Glibc
import Model
import TestSupport
import Testing

@testable import Lab

/// The checker itself, on lines as strace writes them.
@Suite struct NoChangeCheckerTests {
    private func violations(_ lines: String...) -> [String] {
        NoChangeChecker.check(SystemCall.parse(lines.joined(separator: "\n")), allowedDirectory: "/state").violations
    }

    @Test(arguments: [
        #"7 bpf(BPF_PROG_ATTACH, {target_fd=3}, 20) = 0"#, #"7 bpf(BPF_PROG_DETACH, {target_fd=3}, 20) = 0"#,
        #"7 bpf(BPF_LINK_CREATE, {link_create={}}, 20) = 5"#, #"7 bpf(BPF_LINK_UPDATE, {link_update={}}, 20) = 0"#,
        #"7 bpf(BPF_OBJ_PIN, {pathname="/sys/fs/bpf/x", bpf_fd=5}, 20) = 0"#,
        #"7 bpf(BPF_RAW_TRACEPOINT_OPEN, {}, 20) = 5"#,
        #"7 bpf(BPF_MAP_DELETE_ELEM, {map_fd=5<anon_inode:bpf-map>, key=0x1}, 32) = 0"#,
        #"7 bpf(BPF_MAP_UPDATE_ELEM, {map_fd=5<anon_inode:bpf-map>, key=0x1}, 32) = 0"#,
        #"7 sendto(3<NETLINK:[ROUTE:1]>, [{nlmsg_len=84, nlmsg_type=RTM_NEWTFILTER, nlmsg_flags=NLM_F_REQUEST}], 84, 0, NULL, 0) = 84"#,
        #"7 sendto(3<NETLINK:[ROUTE:1]>, [{nlmsg_len=84, nlmsg_type=RTM_DELQDISC, nlmsg_flags=NLM_F_REQUEST}], 84, 0, NULL, 0) = 84"#,
        #"7 sendto(3<NETLINK:[99]>, [{nlmsg_len=84, nlmsg_type=0x1c /* NLMSG_??? */, nlmsg_flags=NLM_F_REQUEST}], 84, 0, NULL, 0) = 84"#,
        #"7 sendto(3<NETLINK:[NETFILTER:1]>, [{nlmsg_len=20, nlmsg_type=NFNL_SUBSYS_NFTABLES<<8|NFT_MSG_DELTABLE, nlmsg_flags=NLM_F_REQUEST}], 20, 0, NULL, 0) = 20"#,
        #"7 sendto(3<NETLINK:[99]>, [{nlmsg_len=20, nlmsg_type=0xa02 /* NLMSG_??? */, nlmsg_flags=NLM_F_REQUEST}], 20, 0, NULL, 0) = 20"#,
        #"7 sendto(3<NETLINK:[99]>, [[{nlmsg_type=0x1e}], [{nlmsg_type=0x1d}]], 84, 0, NULL, 0) = 84"#,
        #"7 sendto(3<NETLINK:[99]>, "\x14\0", 2, 0, NULL, 0) = 2"#,
        #"7 sendto(3<UDP:[0.0.0.0:9]>, "x", 1, 0, {sa_family=AF_INET}, 16) = 1"#,
        #"7 openat(AT_FDCWD</>, "/etc/x", O_WRONLY|O_CREAT, 0600) = 3</etc/x>"#,
        #"7 openat(AT_FDCWD</>, "/proc/sys/net/ipv4/ip_forward", O_RDWR) = 3</proc/sys/net/ipv4/ip_forward>"#,
        #"7 rename("/state/a", "/etc/a") = 0"#, #"7 unlink("/sys/fs/bpf/x") = 0"#,
        #"7 mkdir("/sys/fs/bpf/migrate", 0700) = 0"#,
        #"7 openat(AT_FDCWD</>, "/statement", O_WRONLY) = 3</statement>"#, #"7 fchmod(3</etc/x>, 0600) = 0"#,
        #"7 mount("bpf", "/sys/fs/bpf", "bpf", 0, NULL) = 0"#, #"7 ioctl(3<socket:[1]>, SIOCSIFFLAGS, {}) = 0"#,
        #"7 mmap(NULL, 4096, PROT_READ|PROT_WRITE, MAP_SHARED, 5<anon_inode:bpf-map>, 0) = 0x7f"#,
    ])
    func `a change is found`(line: String) { #expect(violations(line).count == 1) }

    @Test func `what is its own, and what failed, is no change`() {
        #expect(
            violations(
                #"7 bpf(BPF_MAP_CREATE, {map_type=BPF_MAP_TYPE_ARRAY}, 72) = 5<anon_inode:bpf-map>"#,
                #"8 bpf(BPF_MAP_UPDATE_ELEM, {map_fd=5<anon_inode:bpf-map>, key=0x1}, 32) = 0"#,
                #"8 fcntl(5<anon_inode:bpf-map>, F_DUPFD_CLOEXEC, 3) = 9<anon_inode:bpf-map>"#,
                #"8 bpf(BPF_MAP_FREEZE, {map_fd=9<anon_inode:bpf-map>}, 4) = 0"#,
                #"7 bpf(BPF_MAP_CREATE, {map_type=BPF_MAP_TYPE_PROG_ARRAY}, 72) = 11<anon_inode:bpf-map>"#,
                #"7 bpf(BPF_MAP_UPDATE_ELEM, {map_fd=11<anon_inode:bpf-map>, key=0x1, value=0x2}, 32) = 0"#,
                #"7 sendto(3<NETLINK:[ROUTE:1]>, [{nlmsg_len=84, nlmsg_type=RTM_GETLINK, nlmsg_flags=NLM_F_DUMP}], 84, 0, NULL, 0) = 84"#,
                #"7 sendto(3<NETLINK:[NETFILTER:1]>, [{nlmsg_len=20, nlmsg_type=NFNL_SUBSYS_NFTABLES<<8|NFT_MSG_GETCHAIN, nlmsg_flags=NLM_F_DUMP}], 20, 0, NULL, 0) = 20"#,
                #"7 sendto(3<NETLINK:[99]>, [{nlmsg_len=20, nlmsg_type=0xa04 /* NLMSG_??? */, nlmsg_flags=0x300}], 20, 0, NULL, 0) = 20"#,
                #"7 openat(AT_FDCWD</>, "/state/migrate.db", O_RDWR|O_CREAT, 0600) = 3</state/migrate.db>"#,
                #"7 openat(AT_FDCWD</>, "/etc/x", O_RDWR) = -1 EACCES (Permission denied)"#,
                #"7 unlink("/state/migrate.db-wal") = 0"#) == [])
    }

    @Test func `in a namespace of its own a command does as it likes, and nowhere else`() {
        let send =
            #"7 sendto(3<NETLINK:[99]>, [{nlmsg_len=84, nlmsg_type=0x10 /* NLMSG_??? */, nlmsg_flags=0x605}], 84, 0, NULL, 0) = 84"#
        let setting =
            #"7 openat(AT_FDCWD</>, "/proc/sys/net/ipv4/ip_forward", O_WRONLY) = 4</proc/sys/net/ipv4/ip_forward>"#
        let enter = "7 unshare(CLONE_NEWNET) = 0"
        let open = "7 socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE) = 3<NETLINK:[99]>"
        #expect(violations(enter, open, send, setting) == [])
        #expect(violations(open, enter, send).count == 1, "a socket stays in the namespace it was made in")
        #expect(violations(enter, open.replacing("7 ", with: "8 "), send).count == 1)
        #expect(violations(enter, open, "8 close(3<NETLINK:[99]>) = 0", send).count == 1)
        #expect(violations(enter, "7 setns(5</run/netns/x>, CLONE_NEWNET) = 0", open, send, setting).count == 2)
        #expect(violations("7 unshare(CLONE_NEWNET) = -1 EPERM (Operation not permitted)", open, send).count == 1)
        #expect(violations("7 unshare(CLONE_NEWNS) = 0", setting).count == 1)
    }

    @Test func `a descriptor that was closed is not its own any more, and halves of a line are joined`() {
        #expect(
            violations(
                #"7 bpf(BPF_MAP_CREATE, {map_type=BPF_MAP_TYPE_ARRAY}, 72 <unfinished ...>"#,
                #"8 close(3</etc/passwd>) = 0"#, #"7 <... bpf resumed>) = 5<anon_inode:bpf-map>"#,
                #"7 close(5<anon_inode:bpf-map>) = 0"#,
                #"7 bpf(BPF_MAP_UPDATE_ELEM, {map_fd=5<anon_inode:bpf-map>, key=0x1}, 32) = 0"#
            ).count == 1)
    }
}

extension MigrateSuite {
    /// That looking changes nothing is not taken on trust: every system call of every looking verb is read.
    @Suite(.requires(.strace)) struct NoChange {
        private func traced(_ node: Node, _ words: [String], exit: Int32) throws -> NoChangeChecker {
            let log = "\(node.scratch)/trace"
            let strace = ["strace", "-f", "-yy", "-v", "-s", "64", "-o", log, "-e", "trace=\(NoChangeChecker.traced)"]
            let result = try node.run(strace + words)
            #expect(result.status == exit, "\(result)")
            let text = String(decoding: try Data(contentsOf: URL(filePath: log)), as: UTF8.self)
            return .check(SystemCall.parse(text), allowedDirectory: "\(node.scratch)/state")
        }

        @Test func `no looking verb changes anything`() throws {
            try withNode(faults: true) { node in
                try node.lab.mend()
                try node.silence("pod2")
                let path = try node.plan(acceptUnknown: true)
                let plan = try node.document(path)
                let run = try node.apply(path)
                func expectQuiet(_ verb: [String], exit: Int32 = 0, sees: [String] = []) throws {
                    let checker = try traced(node, try node.words(verb), exit: exit)
                    #expect(checker.violations == [], "\(verb)")
                    for kind in sees + ["open"] {
                        #expect((checker.seen[kind] ?? 0) > 0, "\(verb): no \(kind) was seen")
                    }
                }
                try expectQuiet(["status"], sees: ["netlink", "BPF_OBJ_GET_INFO_BY_FD"])
                try expectQuiet(["report"])
                try expectQuiet(["report", "--format", "json", run.runID])
                try expectQuiet(["plan"], exit: 10, sees: ["netlink"])
                let asks = ["netlink", "BPF_PROG_LOAD", "BPF_PROG_TEST_RUN", "BPF_OBJ_GET"]
                try expectQuiet(["explain", "10.9.0.11"], sees: asks)
                try node.rollback()
                try expectQuiet(["discover"], sees: ["netlink", "BPF_MAP_GET_NEXT_KEY", "BPF_BTF_GET_FD_BY_ID"])
                try expectQuiet(["discover", "--map", "ambient/app_info", "-o", "json"])
                try expectQuiet(["preflight"], sees: ["BPF_PROG_LOAD", "BPF_PROG_TEST_RUN"])
                for membership in ["on-link", "legacy-keys"] {
                    try expectQuiet(
                        ["plan", "--membership", membership],
                        // The legacy programs go into arrays of its own: the trial tail call.
                        sees: ["netlink", "BPF_PROG_LOAD", "BPF_PROG_TEST_RUN", "BPF_OBJ_GET", "BPF_MAP_UPDATE_ELEM"])
                    try expectQuiet(["plan", "--cut", "direct", "--membership", membership])
                    try expectQuiet(["plan", "--no-save", "--all-entries", "--membership", membership, "-o", "json"])
                }
                for membership in ["on-link", "legacy-keys"] {
                    try expectQuiet(
                        ["plan", "--equivalence", "--membership", membership],
                        sees: [
                            "netlink", "BPF_PROG_LOAD", "BPF_PROG_TEST_RUN", "BPF_OBJ_GET_INFO_BY_FD", "own namespace",
                        ])
                }
                for what in [path, plan.planID, plan.snapshotID, run.runID] { try expectQuiet(["show", what]) }
                for what in [path, plan.snapshotID] {
                    try expectQuiet(["diff", what], sees: ["netlink", "BPF_PROG_TEST_RUN", "BPF_OBJ_GET"])
                }
                try expectQuiet(["diff", plan.snapshotID, path])
                try expectQuiet(["history"])
                try expectQuiet(["explain", "MIG1101"])
                for verb in ["verify", "head", "export"] { try expectQuiet(["audit", verb]) }
                try expectQuiet(["audit", "verify", node.database])
                for address in ["10.9.0.11", "203.0.113.9", "fd00:9::b"] {
                    try expectQuiet(["explain", address, "-o", "json"], sees: asks)
                }
                // Nothing is pinned there: the kernel alone is asked.
                try node.sh("mkdir /sys/fs/bpf/none")
                try expectQuiet(["explain", "10.9.0.11", "--bpffs", "/sys/fs/bpf/none"], exit: 69, sees: ["netlink"])
                try node.sh("rmdir /sys/fs/bpf/none")
                try expectQuiet(["status"], sees: ["netlink"])
            }
        }

        @Test func `watching a run changes nothing`() throws {
            try withNode(pods: 1) { node in
                try node.provisional(try node.plan())
                let watch = try node.words(["status", "--watch", "--interval", "1s"])
                let checker = try traced(node, ["timeout", "--preserve-status", "-s", "INT", "4"] + watch, exit: 0)
                #expect(checker.violations == [])
                #expect((checker.seen["netlink"] ?? 0) > 0 && (checker.seen["BPF_OBJ_GET"] ?? 0) > 1, "\(checker.seen)")
                try node.rollback()
            }
        }

        @Test func `looking while a shadow is in the slots changes nothing`() throws {
            try withNode(pods: 1) { node in
                let path = try node.plan()
                let shadow = try node.slotShadowing(path)
                let run = try node.shadowRun(exit: 0)
                let looks: [(verb: [String], exit: Int32)] = [
                    (["status"], 0), (["report", run], 0), (["plan", "--membership", "on-link"], 10),
                    (["show", run], 0),
                    (["explain", "10.9.0.11"], 0), (["discover"], 0), (["preflight"], 0), (["history"], 0),
                ]
                for look in looks {
                    let checker = try traced(node, try node.words(look.verb), exit: look.exit)
                    #expect(checker.violations == [] && (checker.seen["open"] ?? 0) > 0, "\(look.verb)")
                }
                #expect(try node.shadowRun(exit: 0) == run)
                shadow.send(SIGINT)
                #expect(try shadow.wait() == 0, "\(shadow.said)")
            }
        }

        @Test func `the checker catches the verbs that change`() throws {
            try withNode(pods: 1) { node in
                let path = try node.plan(acceptUnknown: true)
                // A neighbor that is not known yet, so that there is something to warm.
                try node.silence("pod1")
                let words = try node.words(["apply", "--node", Node.name, "--confirm-within", "none", path])
                let apply = try traced(node, words, exit: 0).violations
                for mark in ["BPF_OBJ_PIN", "RTM_NEWTFILTER", "RTM_NEWNEIGH", "mkdir("] {
                    #expect(apply.contains { $0.contains(mark) }, "\(mark) was not found in \(apply)")
                }
                let rollback = try traced(node, try node.words(["rollback", "--node", Node.name]), exit: 0).violations
                for mark in ["RTM_NEWTFILTER", "unlinkat(", "rmdir("] {
                    #expect(rollback.contains { $0.contains(mark) }, "\(mark) was not found in \(rollback)")
                }
                // A file outside of the state directory, although this one was asked for.
                let log = try traced(
                    node,
                    try node.words([
                        "plan", "--membership", "on-link", "--no-save", "--out", "\(node.scratch)/out.json",
                    ]), exit: 0
                ).violations
                #expect(log.contains { $0.contains("out.json") }, "\(log)")
            }
        }
    }
}
