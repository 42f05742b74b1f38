import Kernel
import Model

extension AuditOrigin {
    /// This very process.
    public static func process() -> AuditOrigin {
        AuditOrigin(
            machineID: Host.machineID(), bootID: Host.bootID(), node: Host.nodeName(), actor: .current(),
            arguments: CommandLine.arguments,
            tool: Tool(version: Version.number, object: ReplacementObject.digest))
    }
}
