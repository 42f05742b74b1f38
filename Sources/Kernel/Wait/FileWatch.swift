import Glibc
import SystemPackage

/// Tells that something in directories was made, changed or removed, not what (inotify(7)).
struct FileWatch: ~Copyable {
    private let file: OwnedDescriptor

    var descriptor: CInt { file.raw }

    init() throws(KernelError) {
        let raw = inotify_init1(CInt(IN_CLOEXEC | IN_NONBLOCK))
        guard raw >= 0 else { throw .call("make", "file watch", .last) }
        file = OwnedDescriptor(owning: raw)
    }

    func add(_ directory: String) throws(KernelError) {
        let changes = IN_MODIFY | IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_DELETE_SELF | IN_ONLYDIR
        // SAFETY: the path outlives the call.
        let result = unsafe inotify_add_watch(file.raw, directory, UInt32(changes))
        guard result >= 0 else { throw .call("watch", directory, .last) }
    }

    /// Throws away what happened; whether anything had.
    func drain() throws(KernelError) -> Bool {
        var buffer = [UInt8](repeating: 0, count: 4096)
        var any = false
        while true {
            // SAFETY: the buffer has as many bytes as the call is told.
            let length = unsafe read(file.raw, &buffer, buffer.count)
            if length > 0 { any = true }
            guard length <= 0 else { continue }
            guard length == 0 || errno == EAGAIN || errno == EINTR else { throw .call("read", "file watch", .last) }
            return any
        }
    }
}
