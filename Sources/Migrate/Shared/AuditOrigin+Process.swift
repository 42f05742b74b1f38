import Glibc
import Kernel
import Model

extension AuditOrigin {
    /// This very process.
    public static func process() -> AuditOrigin {
        // 2^32 - 1: nobody logged in (proc_loginuid_read, fs/proc/base.c).
        let loginUID = TextFile.line("/proc/self/loginuid").flatMap(UInt32.init).flatMap { $0 == .max ? nil : $0 }
        return AuditOrigin(
            machineID: Host.machineID(), bootID: Host.bootID(), node: Host.nodeName(), uid: geteuid(),
            loginUID: loginUID, sudoUser: getenv("SUDO_USER").map { String(cString: $0) },
            arguments: CommandLine.arguments,
            tool: Tool(version: Version.number, object: ReplacementObject.digest))
    }
}
