import Glibc

/// What the lab sees instead of the machine's own: its interfaces in /sys, an empty bpffs, no named namespaces.
enum KeeperMounts {
    /// In the calling process's mount namespace, which must be private.
    static func make() throws(LabError) {
        // sysfs shows the network namespace of whoever mounts it.
        try mountFresh("sysfs", at: "/sys")
        try mountFresh("bpf", at: "/sys/fs/bpf")
        // SAFETY: mkdir() reads the path. It stays empty on the machine: `ip netns` makes the same one.
        guard unsafe mkdir("/run/netns", 0o755) == 0 || errno == EEXIST else {
            throw .call("make", "/run/netns", .init(rawValue: errno))
        }
        try mountFresh("tmpfs", at: "/run/netns")
    }

    private static func mountFresh(_ type: String, at path: String) throws(LabError) {
        let flags = type == "bpf" ? 0 : UInt(MS_NOSUID | MS_NODEV | MS_NOEXEC)
        // SAFETY: mount() reads its strings; there are no options.
        try checked("mount \(type) on", path, unsafe mount(type, path, type, flags, nil))
    }
}
