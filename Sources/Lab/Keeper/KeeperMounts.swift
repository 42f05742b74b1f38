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
        try giveMachineID()
    }

    /// A machine that never booted, such as a fresh chroot, has an empty machine id (machine-id(5)): this node gets
    /// one of its own, as a file that only it sees.
    private static func giveMachineID() throws(LabError) {
        let path = "/etc/machine-id"
        let text = try? TextFile.read(path)
        guard let text, text.prefix(while: \.isHexDigit).count != 32 else { return }
        let draft = "/run/netns/.machine-id"
        let digits = (0..<2).map { _ in String(UInt64.random(in: .min ... .max) | 1 << 63, radix: 16) }.joined()
        try TextFile.replace(draft, with: digits + "\n")
        // SAFETY: mount() reads its strings; a bind mount has neither type nor options.
        try checked("mount a machine id on", path, unsafe mount(draft, path, nil, UInt(MS_BIND), nil))
        // The bind mount holds the file; its name would look like a namespace's.
        _ = unsafe unlink(draft)
    }

    private static func mountFresh(_ type: String, at path: String) throws(LabError) {
        let flags = type == "bpf" ? 0 : UInt(MS_NOSUID | MS_NODEV | MS_NOEXEC)
        // SAFETY: mount() reads its strings; there are no options.
        try checked("mount \(type) on", path, unsafe mount(type, path, type, flags, nil))
    }
}
