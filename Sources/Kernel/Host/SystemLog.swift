import CKernel

/// The system's log, where an operator looks for what happened to a node who has never heard of this program.
///
/// Best effort: where nobody listens at `/dev/log`, as in most containers, or its reader hangs, the line is lost, and nothing
/// waits or fails. The journal and the audit log are what must not be lost.
public enum SystemLog {
    /// Severities of syslog(3).
    public enum Severity: Int32, Sendable {
        case error = 3
        case warning = 4
        case notice = 5
    }

    /// `LOG_DAEMON`: what happens to a node's packets belongs beside what routing daemons and the kubelet say, and every
    /// distribution keeps it where operators read. `LOG_AUTHPRIV` is for who may do what, is often kept where only
    /// security reads it, and who did what is in the audit log.
    private static let daemon: Int32 = 3 << 3

    /// - Returns: whether somebody took it.
    @discardableResult
    public static func write(_ line: String, _ severity: Severity = .notice) -> Bool {
        // SAFETY: both texts are read during the call only.
        unsafe migrate_system_log(daemon | severity.rawValue, "migrate", line) == 0
    }
}
