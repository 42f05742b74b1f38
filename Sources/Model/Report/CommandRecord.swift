import FoundationEssentials

/// A command that planned, or changed a run: who gave it, with which program, on which kernel.
public struct CommandRecord: Codable, Hashable, Sendable {
    /// The words that were typed, the program's name not among them.
    public var arguments: [String]
    public var startedAt: Date
    /// Nanoseconds since boot (`CLOCK_BOOTTIME`), which nobody sets back.
    public var startedNs: UInt64
    public var pid: Int32
    public var actor: Actor
    public var tool: Tool
    /// The linker's hash of the program (`readelf -n`); `nil` where it was linked without one.
    public var buildID: String?
    /// SHA-256 of the program's file; `nil` where it was not read: a command that takes packets back does not wait for it.
    public var executable: String?
    /// `uname -r`.
    public var kernel: String
    /// SHA-256 of `/sys/kernel/btf/vmlinux`: tells kernels of one release apart. `nil` where there is none, or it was not read.
    public var btf: String?

    public init(
        arguments: [String], startedAt: Date, startedNs: UInt64, pid: Int32, actor: Actor, tool: Tool,
        buildID: String?, executable: String?, kernel: String, btf: String?
    ) {
        self.arguments = arguments
        self.startedAt = startedAt
        self.startedNs = startedNs
        self.pid = pid
        self.actor = actor
        self.tool = tool
        self.buildID = buildID
        self.executable = executable
        self.kernel = kernel
        self.btf = btf
    }

    /// On whose behalf a process runs, as the kernel and its environment tell.
    public struct Actor: Codable, Hashable, Sendable {
        /// Real user id (credentials(7)).
        public var uid: UInt32
        /// Who logged in, kept through su and sudo (`/proc/self/loginuid`); `nil` where nobody did.
        public var loginUID: UInt32?
        /// What sudo(8) says; the environment can say anything.
        public var sudoUser: String?
        public var pod: Pod?

        public init(uid: UInt32, loginUID: UInt32? = nil, sudoUser: String? = nil, pod: Pod? = nil) {
            self.uid = uid
            self.loginUID = loginUID
            self.sudoUser = sudoUser
            self.pod = pod
        }
    }

    /// The Kubernetes pod that a process runs in, by its environment and its mounted service account.
    public struct Pod: Codable, Hashable, Sendable {
        public var name: String
        public var namespace: String?
        /// The uid of the Job that made it: the same for every pod that Kubernetes puts in the place of another.
        public var job: String?
        public init(name: String, namespace: String? = nil, job: String? = nil) {
            self.name = name
            self.namespace = namespace
            self.job = job
        }
    }
}
