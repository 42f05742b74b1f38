import Glibc
import Kernel
import Model
import SystemPackage

/// The pins of one run, `<bpffs>/migrate/<run>/`: all that a rollback needs, without database or this version.
///
/// The layout is a contract (docs/pins.md): `legacy_<n>` is the program that was in hook n, `record` an array
/// map that describes each hook. Directories are 0700, for whoever can open a pin can use it.
public struct RunPins: Sendable {
    public let directory: String
    public let runID: String

    public init(bpffs: BPFFileSystem, runID: String) {
        directory = Self.root(bpffs) + "/" + runID
        self.runID = runID
    }

    public static func root(_ bpffs: BPFFileSystem) -> String { bpffs.path + "/migrate" }

    /// Runs that have pins, sorted.
    public static func runs(_ bpffs: BPFFileSystem) -> [String] {
        DirectoryListing.names(in: root(bpffs)).filter { $0.hasPrefix("r-") }
    }

    public var recordPath: String { directory + "/record" }
    public func legacyPath(_ index: Int) -> String { directory + "/legacy_\(index)" }

    /// Creates the directory and its parent, mode 0700.
    public func create() throws(KernelError) {
        let parent = String(directory.prefix(directory.count - runID.count - 1))
        try make(parent, mayExist: true)
        try make(directory, mayExist: false)
    }

    private func make(_ path: String, mayExist: Bool) throws(KernelError) {
        // SAFETY: the path outlives the call.
        if unsafe mkdir(path, 0o700) == 0 { return }
        let cause = Errno(rawValue: errno)
        guard mayExist && cause == .fileExists else { throw KernelError.call("create", path, cause) }
    }

    /// Removes every pin of the run, the directory, and the parent when it is empty. What is gone already is fine.
    public func remove() throws(KernelError) {
        for name in DirectoryListing.names(in: directory) {
            // SAFETY: the path outlives the call.
            guard unsafe unlink(directory + "/" + name) == 0 || errno == ENOENT else {
                throw KernelError.call("unpin", directory + "/" + name, Errno(rawValue: errno))
            }
        }
        guard unsafe rmdir(directory) == 0 || errno == ENOENT else {
            throw KernelError.call("remove", directory, Errno(rawValue: errno))
        }
        let parent = String(directory.prefix(directory.count - runID.count - 1))
        // Other runs may have their pins there.
        _ = unsafe rmdir(parent)
    }
}
