/// A verb as Kubernetes runs it: a Job on one node, or a DaemonSet on every node.
///
/// A plain value; ``WorkloadManifest`` (Audit) writes it as YAML.
public struct Workload: Hashable, Sendable {
    public enum Kind: Hashable, Sendable {
        /// Pinned to the node of this name.
        case job(node: String)
        case daemonSet
    }

    public var kind: Kind
    public var verb: PrivilegedVerb
    /// The verb's own words, consents among them; its name and the words that every pod passes are added.
    public var options: [String]
    /// Where a container's image is, as a container runtime reads it.
    public var image: String
    public var namespace = Workload.namespace
    /// `nil`: made of verb, node and subject.
    public var name: String?
    /// The plan or run that is named on the command line, for the workload's name.
    public var subject: String?
    /// Absolute path on the node, and in the container.
    public var stateDirectory = Workload.stateDirectory
    public var bpffs = Workload.bpffs
    /// Of the program that prints it.
    public var version: String

    public static let namespace = "migrate"
    public static let stateDirectory = "/var/lib/migrate"
    public static let bpffs = "/sys/fs/bpf"

    public init(
        _ kind: Kind, _ verb: PrivilegedVerb, options: [String], image: String, subject: String? = nil, version: String
    ) {
        self.kind = kind
        self.verb = verb
        self.options = options
        self.image = image
        self.subject = subject
        self.version = version
    }

    /// Whether it may change the node: then the bpffs is writable to it.
    public var isChanging: Bool {
        switch verb {
        case .preflight, .discover, .plan, .explain, .diff, .status: false
        case .shadow, .apply, .confirm, .extend, .canary, .rollback, .finalize, .resume, .watch: true
        }
    }

    /// Seconds from SIGTERM to SIGKILL. The most that a verb does after a signal is to undo an installation that has not flipped yet,
    /// which takes seconds; the rest is for a loaded node. A verb that only looks just ends.
    public var terminationGraceSeconds: Int { isChanging ? 120 : 30 }

    /// How often a Job's pod is made again when it was killed or another command had the lock.
    public static let retries = 3

    /// Exit codes after which a Job has failed at once (`podFailurePolicy`): whatever does not pass by itself.
    public static var finalExitCodes: [Int32] {
        ExitStatus.allCases.filter { $0 != .done && !$0.isTransient }.map(\.rawValue).sorted()
    }
}
