import Kernel
import Model

extension RunRecord {
    /// The same run with its pins where they are reached now: its bpffs may be mounted, or linked to, somewhere else than
    /// when the run was recorded. The recorded place holds as long as it is there.
    public func located(in bpffs: BPFFileSystem?) -> RunRecord {
        guard let bpffs, DirectoryListing.list(pinDirectory).errno != nil else { return self }
        let other = "\(bpffs.path)/migrate/\(id)"
        guard DirectoryListing.list(other).errno == nil else { return self }
        var run = self
        run.pinDirectory = other
        return run
    }
}
