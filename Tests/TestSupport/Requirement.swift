import Glibc
import Testing

/// Something a test needs and a machine may lack.
///
/// A test that lacks it is skipped; when `MIGRATE_TEST_REQUIRE` names it (`root,bpffs`), it fails instead, so
/// that a machine meant to run every test cannot pass by skipping them.
public enum Requirement: String, Sendable, CaseIterable {
    /// Namespaces, tc and BPF: CAP_SYS_ADMIN, CAP_NET_ADMIN and CAP_BPF.
    case root
    /// A bpffs may be mounted out of the host's sight: root, and a mount namespace other than that of an
    /// ancestor (process 1 is one, but not everywhere may it be looked at).
    case bpffs
    /// The initial network namespace is in reach, and its limit of neighbors is low enough to be met with thousands
    /// of pods: the test raises that limit, for the machine, and puts it back.
    case neighborlimit
    /// A tool in PATH, by its name; Debian has each in a package of the same name.
    case strace
    case sqlite3
    case jq
    case bpftool
    case python3
    /// Features of the kernel, found out live.
    case linktypes
    case tcx
    case netfilterprograms
    case udpsegments
    /// Checks metrics; in Debian's package prometheus.
    case promtool
    /// Modules of Debian's own Python: python3-html5lib, python3-jsonschema.
    case html5lib
    case jsonschema

    public var isMet: Bool {
        switch self {
        case .root: geteuid() == 0
        case .bpffs: geteuid() == 0 && Self.hasOwnMounts()
        case .neighborlimit: geteuid() == 0 && (InitialNetwork.neighbors() ?? .max) < 6000
        case .strace, .sqlite3, .jq, .bpftool, .python3, .promtool: Self.isInstalled(rawValue)
        case .html5lib, .jsonschema: access("/usr/lib/python3/dist-packages/\(rawValue)/__init__.py", R_OK) == 0
        case .linktypes: KernelTraits.comparesLinkTypes
        case .tcx: KernelTraits.hasTCX
        case .netfilterprograms: KernelTraits.hasNetfilterPrograms
        case .udpsegments: KernelTraits.sendsUDPSegments
        }
    }

    public var isDemanded: Bool { Self.demandedNames.contains(rawValue) }

    /// What `MIGRATE_TEST_REQUIRE` lists.
    public static var demandedNames: [String] {
        guard let listed = getenv("MIGRATE_TEST_REQUIRE") else { return [] }
        return String(cString: listed).split(separator: ",").map(String.init)
    }

    public var reason: Comment {
        switch self {
        case .root: "needs CAP_SYS_ADMIN: run as root"
        case .bpffs: "needs a mount namespace of its own: unshare --mount --net"
        case .neighborlimit: "needs an ancestor in the initial network namespace, with gc_thresh3 below 6000 there"
        case .strace, .sqlite3, .jq, .bpftool, .python3: "needs \(rawValue): apt-get install \(rawValue)"
        case .linktypes: "needs bpf_rdonly_cast, as the replacement uses it (Linux 6.2)"
        case .tcx: "needs tcx (Linux 6.6)"
        case .udpsegments: "needs packet sockets that send UDP to be segmented (Linux 6.2)"
        case .netfilterprograms: "needs BPF_PROG_TYPE_NETFILTER (Linux 6.4)"
        case .promtool: "needs promtool: apt-get install prometheus"
        case .html5lib, .jsonschema: "needs \(rawValue): apt-get install python3-\(rawValue)"
        }
    }

    private static func isInstalled(_ tool: String) -> Bool {
        let path = getenv("PATH").map { String(cString: $0) } ?? ""
        return (path.split(separator: ":") + ["/usr/sbin", "/usr/bin", "/sbin", "/bin"]).contains {
            access("\($0)/\(tool)", X_OK) == 0
        }
    }

    private static func hasOwnMounts() -> Bool {
        guard let own = mountNamespace(of: getpid()) else { return false }
        var process = getppid()
        while process > 0 {
            if let other = mountNamespace(of: process), other != own { return true }
            process = parent(of: process)
        }
        return false
    }

    /// 0 where there is none, or it cannot be read.
    static func parent(of process: pid_t) -> pid_t {
        guard let file = fopen("/proc/\(process)/status", "r") else { return 0 }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 256)
        while fgets(&line, CInt(line.count), file) != nil {
            let text = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            if text.hasPrefix("PPid:") {
                return text.split(whereSeparator: \.isWhitespace).last.flatMap { pid_t($0) } ?? 0
            }
        }
        return 0
    }

    private static func mountNamespace(of process: pid_t) -> String? {
        var buffer = [CChar](repeating: 0, count: 256)
        let length = readlink("/proc/\(process)/ns/mnt", &buffer, buffer.count)
        return length < 0 ? nil : String(decoding: buffer.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}

/// A demanded requirement that is not met.
public struct RequirementMissing: Error, CustomStringConvertible {
    public var description: String
}

extension Trait where Self == ConditionTrait {
    /// Skips where `requirement` is not met, fails where it is demanded and not met.
    public static func requires(_ requirement: Requirement) -> Self {
        .enabled(requirement.reason) {
            try requirement.decide(
                isMet: requirement.isMet, missing: Requirement.allCases.filter { $0.isDemanded && !$0.isMet })
        }
    }
}

extension Requirement {
    /// Whether to run; throws instead of skipping while anything demanded is missing.
    ///
    /// Not only where this very requirement is demanded: of several traits on a suite, one that skips would win over
    /// one that throws.
    public func decide(isMet: Bool, missing demanded: [Requirement]) throws(RequirementMissing) -> Bool {
        if let first = demanded.first, !isMet {
            throw RequirementMissing(description: "MIGRATE_TEST_REQUIRE names \(first.rawValue): \(first.reason)")
        }
        return isMet
    }

    /// The same from within a test: goes on, skips the rest of it, or throws. Not from a thread of the test's own.
    public func insist() throws {
        let missing = Requirement.allCases.filter { $0.isDemanded && !$0.isMet }
        guard try !decide(isMet: isMet, missing: missing) else { return }
        try Test.cancel(reason)
    }
}
