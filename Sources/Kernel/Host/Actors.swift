import Glibc
import Model

extension CommandRecord.Actor {
    /// On whose behalf this process runs.
    public static func current() -> Self {
        // 4294967295: nobody logged in (`INVALID_UID`, kernel/audit.c).
        let login = TextFile.line("/proc/self/loginuid").flatMap { UInt32($0) }
        return Self(
            uid: getuid(), loginUID: login == .max ? nil : login, sudoUser: environment("SUDO_USER"), pod: pod())
    }

    private static func pod() -> CommandRecord.Pod? {
        guard environment("KUBERNETES_SERVICE_HOST") != nil || environment("POD_NAME") != nil else { return nil }
        guard let name = environment("POD_NAME") ?? environment("HOSTNAME") else { return nil }
        return CommandRecord.Pod(
            name: name,
            namespace: environment("POD_NAMESPACE")
                ?? TextFile.line("/var/run/secrets/kubernetes.io/serviceaccount/namespace"),
            job: environment("JOB_UID"))
    }

    private static func environment(_ name: String) -> String? {
        // SAFETY: no other thread changes the environment; the text is copied at once.
        guard let text = unsafe getenv(name) else { return nil }
        let value = unsafe String(cString: text)
        return value.isEmpty ? nil : value
    }
}
