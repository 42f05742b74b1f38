import Kernel
import Model

/// What a plan is asked for.
public struct PlanOptions: Sendable {
    public var bpffs: BPFFileSystem
    /// The node's namespace; `nil` is the one the command runs in.
    public var netnsPath: String?
    public var profile: Profile
    /// `nil` is `auto`.
    public var membership: Membership?
    public var egress: Egress
    public var acceptUnknown: Bool
    public var allEntries: Bool
    /// The bpffs is not the host's, and that is meant.
    public var privateBPFFS: Bool
    public var toolVersion: String
    /// Whether legacy program and replacement are run on the same packets.
    public var equivalence: Bool

    public init(
        bpffs: BPFFileSystem, netnsPath: String?, profile: Profile, membership: Membership?, egress: Egress,
        acceptUnknown: Bool, allEntries: Bool, privateBPFFS: Bool, toolVersion: String, equivalence: Bool = false
    ) {
        self.bpffs = bpffs
        self.netnsPath = netnsPath
        self.profile = profile
        self.membership = membership
        self.egress = egress
        self.acceptUnknown = acceptUnknown
        self.allEntries = allEntries
        self.privateBPFFS = privateBPFFS
        self.toolVersion = toolVersion
        self.equivalence = equivalence
    }
}
