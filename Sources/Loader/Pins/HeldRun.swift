import Glibc
import Kernel
import Model
import SystemPackage

/// What a run holds open while it is installed: its pins' directories and the programs it replaces.
///
/// Undoing it then needs no path: somebody may remove the pins, or mount over them, while hooks are being replaced.
final class HeldRun {
    private let runID: String
    private let bpffs: OwnedDescriptor
    private let root: OwnedDescriptor
    private let directory: OwnedDescriptor
    private var programs: [UInt32: OpenProgram] = [:]

    /// - Parameter pins: just made by this process.
    init(_ pins: RunPins, in bpffs: BPFFileSystem) throws(KernelError) {
        runID = pins.runID
        self.bpffs = try Self.open(bpffs.path, AT_FDCWD, follow: true)
        root = try Self.open(RunPins.rootName, self.bpffs.raw)
        directory = try Self.open(pins.runID, root.raw)
    }

    /// Descriptors are few: beyond this many programs, pins and ids have to do.
    private static let room = 256

    func hold(_ program: OpenProgram) {
        guard programs.count < Self.room else { return }
        programs[program.reference.id] = program
    }

    func program(_ id: UInt32) -> OpenProgram? { programs[id] }

    /// The run's control program, once it is loaded.
    private(set) var control: OpenProgram?

    func hold(control: consuming BPFProgram) { self.control = OpenProgram(control) }

    /// Before its pins go, so that nothing of ours is held any more.
    func releaseControl() { control = nil }

    /// Removes those of this run's pins whose names begin so; what cannot be removed stays.
    func removePins(named prefix: String) { RunPins.removePins(in: directory, named: prefix) }

    /// Removes what this run pinned, wherever that is by now.
    func removePins() throws(KernelError) {
        try RunPins.removePins(in: directory)
        // SAFETY: the names outlive the calls.
        guard unsafe unlinkat(root.raw, runID, AT_REMOVEDIR) == 0 || errno == ENOENT else {
            throw KernelError.call("remove", "pins of run \(runID)", Errno(rawValue: errno))
        }
        // Other runs may have their pins there.
        _ = unsafe unlinkat(bpffs.raw, RunPins.rootName, AT_REMOVEDIR)
    }

    private static func open(_ name: String, _ parent: CInt, follow: Bool = false) throws(KernelError)
        -> OwnedDescriptor
    {
        let flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC | (follow ? 0 : O_NOFOLLOW)
        // SAFETY: the name outlives the call.
        let raw = unsafe openat(parent, name, flags)
        guard raw >= 0 else { throw KernelError.call("open", name, Errno(rawValue: errno)) }
        return OwnedDescriptor(owning: raw)
    }
}
