import Glibc
import Kernel
import Model
import SystemPackage

/// The deployment's own pins of the maps that a finalized run no longer needs.
///
/// An installed CNI plugin loads against them: without them the next pod has no network. So nothing of them is touched
/// while one of the profile's writers is there.
public struct LegacyPins {
    let profile: Profile
    let bpffs: BPFFileSystem

    public init(_ profile: Profile, in bpffs: BPFFileSystem) {
        self.profile = profile
        self.bpffs = bpffs
    }

    /// Absolute paths, in the profile's order.
    public func paths() -> [String] {
        let pins = bpffs.pins()
        return profile.maps.compactMap(\.pin).flatMap { PinPattern($0).matches(among: pins) }
            .map { "\(bpffs.path)/\($0)" }
    }

    /// Writers that are there, one line each: plugins by their paths, and processes by their names. A place that cannot be
    /// looked at counts as one that holds it.
    /// - Parameter isPrivate: the bpffs is not the host's, and so what is outside this mount namespace knows nothing of these
    ///   pins.
    public func installedWriters(isPrivate: Bool) -> [String] {
        let plugins = profile.writers.plugins.flatMap { plugin in
            ((isPrivate ? [] : ["/proc/1/root" + plugin]) + [plugin])
                .compactMap { Self.presence(of: $0, plugin) }.prefix(1)
        }
        let running = DirectoryListing.names(in: "/proc").compactMap { name -> String? in
            guard pid_t(name) != nil, let command = TextFile.line("/proc/\(name)/comm"),
                profile.writers.processes.contains(command),
                !isPrivate || Self.mountNamespace(name) == Self.mountNamespace("self")
            else { return nil }
            return "process \(name) (\(command)) runs"
        }
        return plugins + running
    }

    /// `nil`: it is not there.
    private static func presence(of path: String, _ plugin: String) -> String? {
        var facts = stat()
        // SAFETY: the path outlives the call, which fills `facts`.
        if unsafe lstat(path, &facts) == 0 { return "\(plugin) is installed" }
        let cause = Errno(rawValue: errno)
        return cause == .noSuchFileOrDirectory || cause == .notDirectory
            ? nil : "whether \(plugin) is installed could not be seen: \(path): \(cause)"
    }

    private static func mountNamespace(_ process: String) -> UInt64? {
        var facts = stat()
        // SAFETY: the path outlives the call, which fills `facts`.
        return unsafe stat("/proc/\(process)/ns/mnt", &facts) == 0 ? UInt64(facts.st_ino) : nil
    }

    /// Removes the pins; a map that nobody else holds goes with its pin. Returns those that are gone.
    /// - Throws: `kernelRead` for one that would not go.
    public func unpin() throws(MigrateError) -> [String] {
        let paths = paths()
        for path in paths {
            // SAFETY: the path outlives the call.
            guard unsafe unlink(path) == 0 || errno == ENOENT else {
                throw MigrateError(
                    .kernelRead, "cannot unpin \(path)", changed: "the run is final; this pin and those after it stay",
                    facts: ["\(Errno(rawValue: errno))"], remedy: "See what is there:  ls -l \(path)")
            }
        }
        return paths
    }
}
