import Glibc
import Kernel
import Model
import SystemPackage

/// Held only while something is being changed, never while waiting.
///
/// A `flock` on the root of the bpffs: it is what all runs of a node share, whatever their database, it needs
/// no file of its own, and the kernel drops it with the process.
public struct NodeLock: ~Copyable {
    private let directory: OwnedDescriptor

    public init(bpffs: BPFFileSystem) throws(MigrateError) {
        // SAFETY: the path outlives the call.
        let raw = unsafe open(bpffs.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard raw >= 0 else {
            throw MigrateError(.noBPFFS, "cannot open \(bpffs.path)", facts: ["\(Errno(rawValue: errno))"])
        }
        let opened = OwnedDescriptor(owning: raw)
        guard flock(opened.raw, LOCK_EX | LOCK_NB) == 0 else {
            throw MigrateError(
                .locked, "cannot lock this node", facts: ["another migrate command holds the lock on \(bpffs.path)"],
                remedy: "Wait for it to end, then try again; see who:  fuser -v \(bpffs.path)")
        }
        directory = opened
    }

    /// Runs `body` under the lock, which is let go whatever comes of it.
    public static func holding<T>(
        _ bpffs: BPFFileSystem, _ body: () throws(MigrateError) -> T
    ) throws(MigrateError) -> T {
        let lock = try NodeLock(bpffs: bpffs)
        let value = try body()
        _ = consume lock
        return value
    }
}
