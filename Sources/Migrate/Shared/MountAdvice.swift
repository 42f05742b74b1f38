import Kernel
import Model

/// How to get a bpffs at a path. Mounted over a directory that holds something, it would hide all of that.
public enum MountAdvice {
    public static func remedy(_ path: String) -> String {
        let listing = DirectoryListing.list(path)
        guard listing.errno == nil, listing.names.isEmpty else {
            return "Name the place of one with --bpffs; see where they are:  findmnt -t bpf"
        }
        return "Mount it:  mount -t bpf bpf \(path.shellWord)"
    }
}
