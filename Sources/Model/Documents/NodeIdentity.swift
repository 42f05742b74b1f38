/// The machine a document speaks of.
public struct NodeIdentity: Codable, Hashable, Sendable {
    /// `NODE_NAME`, else the host name.
    public var name: String
    /// `/etc/machine-id` of the host (machine-id(5)).
    public var machineID: String
    /// `/proc/sys/kernel/random/boot_id`.
    public var bootID: String
    /// `uname -r`.
    public var kernel: String
    /// The namespace whose routes and neighbors count.
    public var netns: NamespaceIdentity

    public init(name: String, machineID: String, bootID: String, kernel: String, netns: NamespaceIdentity) {
        self.name = name
        self.machineID = machineID
        self.bootID = bootID
        self.kernel = kernel
        self.netns = netns
    }
}

/// Something that could not be read, and why: what was not seen is said.
public struct Unobserved: Codable, Hashable, Sendable {
    public var what: String
    public var why: String
    public init(what: String, why: String) {
        self.what = what
        self.why = why
    }
}
