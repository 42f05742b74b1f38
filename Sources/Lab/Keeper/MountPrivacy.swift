import Glibc

/// Keeps the lab's mounts to itself.
///
/// unshare(1) does it where `/` is a mount point. In a plain chroot it is none: then each mount that can be seen
/// is made private, and that the one behind `/` shares nothing is found by trying.
enum MountPrivacy {
    /// What to ask of unshare(1).
    static func propagation() throws(LabError) -> String {
        try mountPoints("self").contains("/") ? "private" : "unchanged"
    }

    /// Before the first mount, in the lab's own mount namespace.
    static func establish() throws(LabError) {
        let points = try mountPoints("self")
        guard !points.contains("/") else { return }
        for point in points {
            // SAFETY: mount() reads its strings; source, type and data are unused.
            try checked("make private", point, unsafe mount(nil, point, nil, UInt(MS_PRIVATE), nil))
        }
    }

    /// After mounting on a path below `/` itself: that the starter does not see it.
    static func verify(_ path: String) throws(LabError) {
        guard try mountPoints("\(getppid())").contains(path), try !mountPoints("self").contains("/") else { return }
        // SAFETY: umount() reads the path; the starter's copy goes with it.
        _ = unsafe umount(path)
        throw LabError(
            .unusable, "keep the lab's mounts private",
            facts: ["/ is no mount point here, and the file system behind it shares its mounts"],
            remedy: "Make it one before the chroot:  mount --bind ROOT ROOT")
    }

    /// Where something is mounted, as that process sees it (proc(5), mountinfo).
    private static func mountPoints(_ process: String) throws(LabError) -> [String] {
        try TextFile.read("/proc/\(process)/mountinfo").split(separator: "\n").compactMap { line in
            let fields = line.split(separator: " ")
            return fields.count > 4 ? String(fields[4]) : nil
        }
    }
}
