/// Who does something on this node, from where, and with which tool: what the audit log says of each command.
public struct AuditOrigin: Codable, Hashable, Sendable {
    /// `/etc/machine-id` of the host; `unknown` where it cannot be read.
    public var machineID: String
    public var bootID: String
    public var node: String
    public var actor: CommandRecord.Actor
    /// The command line, each argument cut at ``argumentLimit`` characters.
    public var arguments: [String]
    public var tool: Tool

    /// Characters of an argument that are kept.
    public static let argumentLimit = 1000

    public init(
        machineID: String?, bootID: String, node: String, actor: CommandRecord.Actor, arguments: [String], tool: Tool
    ) {
        self.machineID = machineID ?? "unknown"
        self.bootID = bootID
        self.node = node
        self.actor = actor
        self.arguments = arguments.map { $0.count > Self.argumentLimit ? "\($0.prefix(Self.argumentLimit))…" : $0 }
        self.tool = tool
    }
}
