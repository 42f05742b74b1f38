import Glibc
import Model
import SystemPackage

/// The process that is the lab: its namespaces, mounts and pins exist because it lives, so nothing can be left
/// behind, however it dies. It also plays the deployment's agent, with writable descriptors of the maps.
public enum Keeper {
    /// Builds the lab and stays. Runs on the main thread of a process that unshare(1) has put into namespaces of
    /// its own: unshare() itself is in no C module that Swift sees, and the tool also makes the mounts private.
    /// - Parameter bound: ends when standard input does, that is, with the process that started it.
    public static func run(_ options: LabOptions, bound: Bool) -> Never {
        signal(SIGPIPE, SIG_IGN)
        setsid()
        closeInherited()
        do throws(LabError) {
            let held = try build(options)
            report(KeeperReport())
            silence(input: !bound)
            withExtendedLifetime(held) { stay(bound: bound) }
            StateFile.remove(options.name)
            exit(0)
        } catch {
            report(KeeperReport(error: error))
            exit(1)
        }
    }

    private static func build(_ options: LabOptions) throws(LabError) -> [HeldMaps] {
        let mounts = try ownNamespaces()
        var state = LabState(options: options, keeper: try .current(), mountNamespace: mounts)
        try StateFile.claim(state)
        do throws(LabError) {
            try KeeperMounts.make()
            var held: [HeldMaps] = []
            for site in LabSite.all(options) {
                if let tenant = site.tenant { try IPBatch.run(["netns add \(tenant)"]) }
                held.append(
                    try site.inside { () throws(LabError) in
                        var builder = NodeBuilder(state: state, site: site)
                        try builder.build()
                        state = builder.state
                        let held = try options.family.deployment.install(on: &state, site: site)
                        try Warmup.run(Warmup.talking(state, site))
                        return held
                    })
            }
            try TextFile.write(options.family.deployment.agent, to: "/proc/self/comm")
            state.ready = true
            try StateFile.write(state)
            return held
        } catch {
            StateFile.remove(options.name)
            throw error
        }
    }

    /// Refuses to touch namespaces that are also its parent's: somebody typed the hidden command.
    private static func ownNamespaces() throws(LabError) -> UInt64 {
        let parent = "\(getppid())"
        guard let mounts = NamespaceInode.of("self", "mnt"), let network = NamespaceInode.of("self", "net"),
            mounts != NamespaceInode.of(parent, "mnt"), network != NamespaceInode.of(parent, "net")
        else {
            throw LabError(
                .unusable, "keeper is not for typing", facts: ["it builds in namespaces of its own only"],
                remedy: "Build a lab:  migrate-lab up")
        }
        return mounts
    }

    /// What the starter's parents left open: this process outlives them, and a pipe of theirs must not stay open.
    private static func closeInherited() {
        guard let names = try? FileList.names(in: "/proc/self/fd") else { return }
        for descriptor in names.compactMap(CInt.init) where descriptor > 2 { close(descriptor) }
    }

    private static func report(_ report: KeeperReport) {
        guard let line = try? JSON.canonical(report) else { return }
        // Nobody may be listening any more; then nobody wants to know.
        _ = try? FileDescriptor.standardOutput.writeAll(line + [UInt8(ascii: "\n")])
    }

    /// Lets go of the starter's descriptors, so that it sees the end of them.
    private static func silence(input: Bool) {
        let null = try? FileDescriptor.open(FilePath("/dev/null"), .readWrite, options: .closeOnExec)
        guard let null else { return }
        let streams: [FileDescriptor] = [.standardOutput, .standardError] + (input ? [.standardInput] : [])
        for stream in streams {
            _ = try? null.duplicate(as: stream)
        }
    }

    private static func stay(bound: Bool) {
        guard bound else { while true { pause() } }
        var waiting = pollfd(fd: 0, events: Int16(POLLIN), revents: 0)
        // SAFETY: one structure. Nobody writes: whatever happens on it is its end.
        while unsafe poll(&waiting, 1, -1) < 0 && errno == EINTR {}
    }
}
