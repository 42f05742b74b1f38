import FoundationEssentials
import Kernel
import Model

/// The command that runs, as records name it.
public enum ThisCommand {
    /// Read once, when it is asked first: the same for all that one command does.
    public static let record = with(
        executable: FileDigest.sha256("/proc/self/exe"), btf: FileDigest.sha256("/sys/kernel/btf/vmlinux"))

    /// Without what takes a tenth of a second to read: packets may be waiting for it.
    public static let atOnce = with(executable: nil, btf: nil)

    private static func with(executable: String?, btf: String?) -> CommandRecord {
        CommandRecord(
            arguments: Array(CommandLine.arguments.dropFirst()), startedAt: Date(), startedNs: BootClock.now(),
            pid: ProcessInfo.processInfo.processIdentifier, actor: .current(),
            tool: Tool(version: Version.number, object: ReplacementObject.digest), buildID: BuildID.current(),
            executable: executable, kernel: Host.kernelRelease(), btf: btf)
    }
}
