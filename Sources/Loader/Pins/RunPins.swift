import Glibc
import Kernel
import Model
import SystemPackage

/// The pins of one run, `<bpffs>/migrate/<run>/`: all that a rollback needs, without database or this version.
///
/// The layout is a contract (docs/pins.md). Directories are 0700, for whoever can open a pin can use it.
public struct RunPins: Sendable {
    public let directory: String
    public let runID: String

    public init(bpffs: BPFFileSystem, runID: String) {
        directory = Self.root(bpffs) + "/" + runID
        self.runID = runID
    }

    static let rootName = "migrate"
    public static func root(_ bpffs: BPFFileSystem) -> String { bpffs.path + "/" + rootName }

    /// Runs that have pins, sorted.
    public static func runs(_ bpffs: BPFFileSystem) -> [String] {
        DirectoryListing.names(in: root(bpffs)).filter { $0.hasPrefix("r-") }
    }

    public var recordPath: String { directory + "/" + PinName.record }
    public func legacyPath(_ index: Int) -> String { directory + "/" + PinName.legacy(index) }
    public var cellPath: String { directory + "/" + PinName.cell }
    public var controlPath: String { directory + "/" + PinName.control }
    public func slotPath(_ pair: UInt32) -> String { directory + "/" + PinName.slot(pair) }
    public func plainPath(_ pair: UInt32) -> String { directory + "/" + PinName.plain(pair) }

    public func enrolledPath(_ netns: UInt64) -> String { directory + "/" + EnrolledPin.name(netns) }

    var parent: String { String(directory.dropLast(runID.count + 1)) }

    /// Creates the directory and its parent, mode 0700.
    public func create() throws(KernelError) {
        try make(parent, mayExist: true)
        try requireOwn(parent)
        try make(directory, mayExist: false)
        try requireOwn(directory)
    }

    private func make(_ path: String, mayExist: Bool) throws(KernelError) {
        // SAFETY: the path outlives the call.
        if unsafe mkdir(path, 0o700) == 0 { return }
        let cause = Errno(rawValue: errno)
        guard mayExist && cause == .fileExists else { throw KernelError.call("create", path, cause) }
    }

    /// That directory and parent are root's own: in a bpffs that everybody may write to, anybody could have put
    /// a directory or a link there.
    public func requireOwn() throws(KernelError) {
        try requireOwn(parent)
        try requireOwn(directory)
    }

    private func requireOwn(_ path: String) throws(KernelError) {
        var facts = stat()
        // SAFETY: the call fills `facts`; it does not follow a link.
        guard unsafe lstat(path, &facts) == 0 else { throw KernelError.call("look at", path, Errno(rawValue: errno)) }
        guard facts.st_mode & S_IFMT == S_IFDIR, facts.st_uid == 0, facts.st_mode & 0o022 == 0 else {
            throw KernelError.refused("use", path, "it is not a directory of root's that nobody else may write to")
        }
    }
}
