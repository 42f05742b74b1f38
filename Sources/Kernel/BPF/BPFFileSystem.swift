import CKernel
import Glibc
import Model
import SystemPackage

/// A mounted BPF file system, where maps and programs are pinned.
public struct BPFFileSystem: Sendable {
    /// Absolute path of the mount.
    public let path: String

    /// Throws `refused` when no bpffs is mounted there (`BPF_FS_MAGIC`, include/uapi/linux/magic.h).
    public init(path: String) throws(KernelError) {
        var magic: UInt32 = 0
        // SAFETY: the call fills `magic`.
        try checked("open", "bpffs \(path)", unsafe migrate_filesystem_magic(path, &magic))
        guard magic == 0xcafe_4a11 else {
            throw KernelError.refused("open", "bpffs \(path)", "no bpffs is mounted there")
        }
        self.path = path
    }

    /// Whether it is the one process 1 sees at `/sys/fs/bpf`; `nil` when that cannot be read.
    public func isHosts() -> Bool? {
        guard let own = Self.device(path), let host = Self.device("/proc/1/root/sys/fs/bpf") else { return nil }
        return own == host
    }

    private static func device(_ path: String) -> dev_t? {
        var facts = stat()
        // SAFETY: the call fills `facts`.
        return unsafe stat(path, &facts) == 0 ? facts.st_dev : nil
    }

    /// Every pin below the mount, as paths relative to it, sorted. What cannot be opened is left out.
    public func pins() -> [String] { walk().pins }

    /// As ``pins()``, with the directories that could not be listed.
    func walk() -> (pins: [String], unobserved: [Unobserved]) {
        var found: [String] = []
        var unobserved: [Unobserved] = []
        var pending = [""]
        while let directory = pending.popLast() {
            let listed = DirectoryListing.list(path + "/" + directory)
            if let errno = listed.errno, errno != .noSuchFileOrDirectory {
                unobserved.append(Unobserved(what: "pins below \(path)/\(directory)", why: "\(errno)"))
            }
            // No pin's name has a dot (`bpf_lookup`, kernel/bpf/inode.c); maps.debug and progs.debug are the kernel's own.
            for name in listed.names where !name.contains(".") {
                let relative = directory.isEmpty ? name : directory + "/" + name
                var facts = stat()
                // SAFETY: the call fills `facts`.
                guard unsafe lstat(path + "/" + relative, &facts) == 0 else { continue }
                if facts.st_mode & S_IFMT == S_IFDIR { pending.append(relative) } else { found.append(relative) }
            }
        }
        return (found.sorted(), unobserved)
    }
}
