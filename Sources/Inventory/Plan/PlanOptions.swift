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
    /// For `enrolled`: a set of interfaces that nobody keeps is accepted.
    public var staticSet: Bool
    public var cut: CutKind
    public var allEntries: Bool
    /// The bpffs is not the host's, and that is meant.
    public var privateBPFFS: Bool
    public var toolVersion: String
    /// Whether legacy program and replacement are run on the same packets.
    public var equivalence: Bool
    /// The profile as the command line names it, where it does: a built-in one's name, or the absolute path of a file.
    public var profileName: String?
    /// Hooks of a run that is being installed, as they were: its switches stand there, and packets still take these.
    public var behind: [Hook] = []
    /// Who plans; kept with the plan.
    public var made: CommandRecord?
    /// Makes suggested commands run as they are printed: puts the caller's own options into them.
    public var echo: @Sendable (String) -> String = { $0 }

    public init(
        bpffs: BPFFileSystem, netnsPath: String?, profile: Profile, membership: Membership?, egress: Egress,
        acceptUnknown: Bool, staticSet: Bool = false, cut: CutKind = .switch, allEntries: Bool, privateBPFFS: Bool,
        toolVersion: String, equivalence: Bool = false
    ) {
        self.bpffs = bpffs
        self.netnsPath = netnsPath
        self.profile = profile
        self.membership = membership
        self.egress = egress
        self.acceptUnknown = acceptUnknown
        self.staticSet = staticSet
        self.cut = cut
        self.allEntries = allEntries
        self.privateBPFFS = privateBPFFS
        self.toolVersion = toolVersion
        self.equivalence = equivalence
    }
}
