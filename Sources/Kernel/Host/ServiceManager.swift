import CKernel
import Glibc

/// The service manager that started this process, if one did (sd_notify(3)).
public enum ServiceManager {
    /// Tells it lines such as `READY=1`. Nobody waits for it, and nothing depends on whether it heard.
    public static func tell(_ lines: String...) {
        // SAFETY: the text is copied at once.
        guard let path = unsafe getenv("NOTIFY_SOCKET").map({ unsafe String(cString: $0) }), !path.isEmpty else { return }
        let text = lines.joined(separator: "\n")
        // SAFETY: both texts outlive the call, and the second has that many bytes.
        _ = unsafe migrate_send_to_socket(path, text, text.utf8.count)
    }
}
