import Glibc
import Testing

/// Something a test needs and a machine may lack.
///
/// A test that lacks it is skipped; when `MIGRATE_TEST_REQUIRE` names it (`root,bpffs`), it fails instead, so
/// that a machine meant to run every test cannot pass by skipping them.
public enum Requirement: String, Sendable, CaseIterable {
    /// Namespaces, tc and BPF: CAP_SYS_ADMIN, CAP_NET_ADMIN and CAP_BPF.
    case root
    /// A bpffs may be mounted out of the host's sight: root, and a mount namespace other than process 1's.
    case bpffs

    public var isMet: Bool {
        switch self {
        case .root: geteuid() == 0
        case .bpffs: geteuid() == 0 && Self.mountNamespace("self") != Self.mountNamespace("1")
        }
    }

    public var isDemanded: Bool {
        guard let listed = getenv("MIGRATE_TEST_REQUIRE") else { return false }
        return String(cString: listed).split(separator: ",").contains { $0 == rawValue }
    }

    var reason: Comment {
        switch self {
        case .root: "needs CAP_SYS_ADMIN: run as root"
        case .bpffs: "needs a mount namespace of its own: unshare --mount --net"
        }
    }

    private static func mountNamespace(_ process: String) -> String? {
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
            if !requirement.isMet && requirement.isDemanded {
                throw RequirementMissing(description: "MIGRATE_TEST_REQUIRE names \(requirement.rawValue): \(requirement.reason)")
            }
            return requirement.isMet
        }
    }
}
