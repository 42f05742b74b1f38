import Foundation

/// Says which system calls of a command changed something that is not its own.
///
/// Whatever is not known to be harmless counts as a change.
struct NoChangeChecker {
    /// A directory that may be written to: the state directory.
    let allowedDirectory: String
    private(set) var violations: [String] = []
    /// How many calls of a kind were looked at; a checker that saw none has proven nothing.
    private(set) var seen: [String: Int] = [:]
    /// Descriptors of maps that this process made itself.
    private var ownMaps: Set<Int> = []

    /// What `strace -e trace=` must show.
    static let traced =
        "bpf,%network,%file,unshare,setns,close,dup,dup2,dup3,fcntl,mmap,mount,umount2,fsconfig,fsmount,move_mount,pivot_root,"
        + "ioctl,ftruncate,fchmod,fchown,fallocate,sethostname,setdomainname,init_module,finit_module,reboot,swapon,"
        + "perf_event_open,keyctl,add_key"

    init(allowedDirectory: String) { self.allowedDirectory = allowedDirectory }

    static func check(_ calls: [SystemCall], allowedDirectory: String) -> NoChangeChecker {
        var checker = NoChangeChecker(allowedDirectory: allowedDirectory)
        for call in calls { checker.look(at: call) }
        return checker
    }

    /// What the command made for itself.
    private var own = OwnNamespaces()

    private mutating func look(at call: SystemCall) {
        own.follow(call)
        if own.contain(call) { return count("own namespace") }
        switch call.name {
        case "bpf": bpf(call)
        case "sendto", "sendmsg", "sendmmsg": send(call)
        case "close": if let descriptor = call.descriptor, !call.failed { ownMaps.remove(descriptor) }
        case "dup", "dup2", "dup3": copied(call)
        case "fcntl": if call.arguments.contains("F_DUPFD") { copied(call) }
        case "mmap": map(call)
        case "open", "openat", "openat2", "creat": open(call)
        case "setsockopt": setOption(call)
        case "ioctl": control(call)
        case "connect": if !call.arguments.contains("AF_UNIX") { note(call) }
        case let name where Self.alwaysChanging.contains(name): note(call)
        case let name where Self.changingFiles.contains(name): file(call)
        default: break
        }
    }

    private static let alwaysChanging: Set = [
        "mount", "umount2", "fsconfig", "fsmount", "move_mount", "pivot_root", "sethostname", "setdomainname",
        "init_module",
        "finit_module", "reboot", "swapon", "perf_event_open", "keyctl", "add_key", "chroot", "mknod", "mknodat",
        "setxattr",
        "lsetxattr", "removexattr", "lremovexattr", "acct",
    ]
    private static let changingFiles: Set = [
        "rename", "renameat", "renameat2", "unlink", "unlinkat", "mkdir", "mkdirat", "rmdir", "link", "linkat",
        "symlink",
        "symlinkat", "truncate", "ftruncate", "chmod", "fchmod", "fchmodat", "chown", "lchown", "fchown", "fchownat",
        "utimensat", "utime", "utimes", "fallocate",
    ]

    private mutating func note(_ call: SystemCall) {
        if !call.failed { violations.append("\(call.name)(\(call.arguments.prefix(240))) = \(call.result.prefix(40))") }
    }

    private mutating func count(_ what: String) { seen[what, default: 0] += 1 }
}

// Each kind of call.
extension NoChangeChecker {
    private static let lookingCommands: Set = [
        "BPF_MAP_CREATE", "BPF_MAP_LOOKUP_ELEM", "BPF_MAP_LOOKUP_BATCH", "BPF_MAP_GET_NEXT_KEY", "BPF_PROG_LOAD",
        "BPF_BTF_LOAD", "BPF_PROG_TEST_RUN", "BPF_PROG_TEST_RUN_OPTS", "BPF_PROG_GET_NEXT_ID", "BPF_MAP_GET_NEXT_ID",
        "BPF_BTF_GET_NEXT_ID", "BPF_LINK_GET_NEXT_ID", "BPF_PROG_GET_FD_BY_ID", "BPF_MAP_GET_FD_BY_ID",
        "BPF_BTF_GET_FD_BY_ID", "BPF_LINK_GET_FD_BY_ID", "BPF_OBJ_GET", "BPF_OBJ_GET_INFO_BY_FD", "BPF_PROG_QUERY",
        "BPF_TASK_FD_QUERY", "BPF_PROG_BIND_MAP",
    ]
    private static let ownMapCommands: Set = [
        "BPF_MAP_UPDATE_ELEM", "BPF_MAP_UPDATE_BATCH", "BPF_MAP_DELETE_ELEM", "BPF_MAP_DELETE_BATCH", "BPF_MAP_FREEZE",
    ]

    private mutating func bpf(_ call: SystemCall) {
        let command = String(call.arguments.prefix { $0 != "," })
        count(command)
        if command == "BPF_MAP_CREATE", !call.failed, let made = call.number { ownMaps.insert(made) }
        if Self.lookingCommands.contains(command) { return }
        if Self.ownMapCommands.contains(command), let target = number(after: "map_fd=", in: call.arguments),
            ownMaps.contains(target)
        {
            return
        }
        note(call)
    }

    private func number(after mark: String, in text: String) -> Int? {
        text.range(of: mark).flatMap { Int(text[$0.upperBound...].prefix { $0.isNumber }) }
    }

    private mutating func copied(_ call: SystemCall) {
        guard !call.failed, let from = call.descriptor, let to = call.number else { return }
        if ownMaps.contains(from) { ownMaps.insert(to) } else { ownMaps.remove(to) }
    }

    /// A map of another that is mapped for writing could be written to without a call.
    private mutating func map(_ call: SystemCall) {
        let parts = call.arguments.components(separatedBy: ", ")
        guard parts.count >= 5, parts[2].contains("PROT_WRITE"), parts[3].contains("MAP_SHARED"),
            parts[4].contains("bpf-map"), let descriptor = Int(parts[4].prefix { $0.isNumber })
        else { return }
        if !ownMaps.contains(descriptor) { note(call) }
    }

    /// rtnetlink counts in fours: NEW, DEL, GET, SET; of nfnetlink one message is asked for. strace names a message where it knows the socket; in another
    /// network namespace it only has the number. No packet is sent anywhere else.
    private mutating func send(_ call: SystemCall) {
        guard call.arguments.contains("<NETLINK:") else { return note(call) }
        let types = call.arguments.matches(of: #/nlmsg_type=(0x[0-9a-f]+|[A-Z_0-9<|]+)/#).map { String($0.1) }
        count("netlink")
        let looks = types.allSatisfy { type in
            if type.hasPrefix("0x") {
                // 0xa04: the request for nftables' chains. rtnetlink's own numbers end below 256.
                return Int(type.dropFirst(2), radix: 16).map { (16..<256) ~= $0 && $0 % 4 == 2 || $0 == 0xa04 } ?? false
            }
            return type.hasPrefix("RTM_GET") || type == "NFNL_SUBSYS_NFTABLES<<8|NFT_MSG_GETCHAIN"
        }
        let creates = #/NLM_F_(CREATE|APPEND)/#
        if types.isEmpty || !looks || call.arguments.contains(creates) { note(call) }
    }

    private mutating func setOption(_ call: SystemCall) {
        let harmless = ["SOL_NETLINK", "SO_RCVBUF", "SO_SNDBUF", "SO_RCVTIMEO", "SO_SNDTIMEO", "SO_NETNS_COOKIE"]
        if !harmless.contains(where: call.arguments.contains) { note(call) }
    }

    private mutating func control(_ call: SystemCall) {
        let changing = #/SIOC(S|ADD|DEL|BR|BOND)|PERF_EVENT_IOC|TUNSET|FS_IOC_SET/#
        if call.arguments.contains(changing) && !call.arguments.contains("SIOCSTAMP") { note(call) }
    }

    private mutating func open(_ call: SystemCall) {
        count("open")
        let writes = ["O_WRONLY", "O_RDWR", "O_CREAT", "O_TRUNC", "O_APPEND"].contains(where: call.arguments.contains)
        if writes || call.name == "creat" { file(call) }
    }

    /// A change of a file: allowed in the state directory, and on terminals and /dev/null.
    private mutating func file(_ call: SystemCall) {
        var paths = call.arguments.matches(of: #/"([^"]*)"/#).map { String($0.1) }
        if paths.isEmpty { paths = call.arguments.matches(of: #/^[0-9]+<([^>]*)>/#).map { String($0.1) } }
        let allowed = paths.allSatisfy { path in
            path == allowedDirectory || path.hasPrefix(allowedDirectory + "/") || path == "/dev/null"
                || path.hasPrefix("/dev/tty")
                || path.hasPrefix("/dev/pts/")
        }
        if paths.isEmpty || !allowed { note(call) }
    }
}
