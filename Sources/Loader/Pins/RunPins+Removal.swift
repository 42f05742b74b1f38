import Glibc
import Kernel
import Model
import SystemPackage

/// Taking pins away: after a rollback all of them, after `finalize` those that only a rollback needs.
extension RunPins {
    /// Removes the pins of the run, the directory, and the parent when it is empty. What is gone already is fine.
    ///
    /// Only names of this layout go, and through the directory itself: nothing can be put in its place meanwhile.
    public func remove() throws(KernelError) {
        try removePins(.undone)
    }

    /// After ``markFinalizing()``, when every hook holds its plain replacement: removes what only a rollback and the
    /// switches need. The sets of enrolled interfaces stay, and the directory with them, for the programs ask them.
    ///
    /// The record goes last, so that a directory with anything else in it always says what it is; cut off half-way, it is
    /// called again.
    public func removeLegacyPins() throws(KernelError) {
        try removePins(.finalized)
    }

    private func removePins(_ removal: PinName.Removal) throws(KernelError) {
        // SAFETY: the path outlives the call; a link is not followed.
        let raw = unsafe open(directory, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard raw >= 0 else {
            guard errno == ENOENT else { throw KernelError.call("open", directory, Errno(rawValue: errno)) }
            return
        }
        let opened = OwnedDescriptor(owning: raw)
        try requireOwn()
        try Self.removePins(in: opened, removal)
        guard unsafe rmdir(directory) == 0 || errno == ENOENT || removal == .finalized && errno == ENOTEMPTY else {
            throw KernelError.call("remove", directory, Errno(rawValue: errno))
        }
        // Other runs may have their pins there.
        _ = unsafe rmdir(parent)
    }

    /// Removes the pins of this layout, not the directory.
    static func removePins(
        in opened: borrowing OwnedDescriptor, _ removal: PinName.Removal = .undone
    ) throws(KernelError) {
        let names = DirectoryListing.names(in: "/proc/self/fd/\(opened.raw)")
        for name in PinName.removal(names, removal) {
            // SAFETY: the name outlives the call.
            guard unsafe unlinkat(opened.raw, name, 0) == 0 || errno == ENOENT else {
                throw KernelError.call("unpin", name, Errno(rawValue: errno))
            }
        }
    }

    /// Removes those pins whose names begin so; what cannot be removed stays.
    func remove(named prefix: String) {
        // SAFETY: the path outlives the call; a link is not followed.
        let raw = unsafe open(directory, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard raw >= 0 else { return }
        let opened = OwnedDescriptor(owning: raw)
        Self.removePins(in: opened, named: prefix)
    }

    static func removePins(in opened: borrowing OwnedDescriptor, named prefix: String) {
        for name in DirectoryListing.names(in: "/proc/self/fd/\(opened.raw)") where name.hasPrefix(prefix) {
            // SAFETY: the name outlives the call.
            _ = unsafe unlinkat(opened.raw, name, 0)
        }
    }
}
