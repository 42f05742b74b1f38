import Glibc
import SystemPackage

/// Reads sysctls.
///
/// Those below `net/` are the calling thread's own: procfs looks them up in the network namespace of
/// the thread that opens the file (`net_ctl_root`, net/sysctl_net.c), so that reading them inside
/// `NetworkNamespace.run` gives that namespace's, whatever /proc is mounted.
public enum Sysctl {
    /// - Parameter path: below `/proc/sys`, as in `net/ipv4/conf/eth0.100/forwarding`.
    /// - Returns: the value without the final newline; `nil` where there is no such sysctl here.
    /// - Throws: `call` for any other reason.
    public static func read(_ path: String) throws(KernelError) -> String? {
        // SAFETY: the path is a C string for the call.
        let raw = unsafe open("/proc/sys/\(path)", O_RDONLY | O_CLOEXEC)
        guard raw >= 0 else {
            if errno == ENOENT { return nil }
            throw .call("open", "sysctl \(path)", .last)
        }
        let file = OwnedDescriptor(owning: raw)
        var bytes = [UInt8](repeating: 0, count: 4096)
        let room = bytes.count
        // SAFETY: no more than `room` bytes are written. A sysctl is read whole or not at all.
        let count = unsafe Glibc.read(file.raw, &bytes, room)
        guard count >= 0 else { throw .call("read", "sysctl \(path)", .last) }
        let text = String(decoding: bytes.prefix(count), as: UTF8.self)
        return text.hasSuffix("\n") ? String(text.dropLast()) : text
    }

    /// As `read`, for a number.
    public static func number(_ path: String) throws(KernelError) -> Int? {
        guard let text = try read(path) else { return nil }
        guard let number = Int(text) else { throw .malformed("read", "sysctl \(path)", "not a number: \(text)") }
        return number
    }
}
