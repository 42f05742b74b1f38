import Glibc
import Kernel
import Model
import Testing

@Suite(.needsRoot, .serialized) struct NamespaceTests {
    struct Odd: Error, Equatable {}

    @Test func `a body runs inside and leaves nothing behind`() throws {
        let before = try NetworkNamespace.current()
        let other = try NetworkNamespace.makeEmpty()
        #expect(other.identity != before.identity && other.identity.inode != before.identity.inode)
        #expect(
            try other.run { () throws(KernelError) in try NetworkNamespace.current().identity.cookie } == other.cookie)
        #expect(try NetworkNamespace.current().identity == before.identity)
        #expect(try other.shell("ls /proc/self/net/dev_snmp6").split(separator: "\n") == ["lo"])
        #expect(throws: Odd()) { try other.run(rethrowing: { throw Odd() }) }
        #expect(try other.run { 7 } == 7)
        #expect(throws: Odd()) { try other.run { throw Odd() } }
        let error = #expect(throws: KernelError.self) {
            try other.run { () throws(KernelError) in throw .refused("do", "nothing", "why not") }
        }
        #expect(error?.code == .refused)
    }

    @Test func `a cookie is never used again, an inode is`() throws {
        var cookies: Set<UInt64> = []
        for _ in 0..<5 { cookies.insert(try NetworkNamespace.makeEmpty().cookie) }
        #expect(cookies.count == 5)
    }

    @Test func `other files are no namespaces`() {
        for path in ["/dev/null", "/proc/self/ns/mnt", "/nonexistent"] {
            #expect(throws: KernelError.self) { try NetworkNamespace(path: path) }
        }
    }

    @Test func `discovery finds a process's namespace once and this one first`() throws {
        let other = try NetworkNamespace.makeEmpty()
        let processes = try other.shell("sleep 30 >/dev/null 2>&1 & echo $!; sleep 30 >/dev/null 2>&1 & echo $!")
            .split(separator: "\n").compactMap { pid_t($0) }
        defer { for process in processes { kill(process, SIGKILL) } }
        #expect(processes.count == 2)
        let seen = try NamespaceDiscovery.observe()
        #expect(seen.namespaces.first?.identity == (try NetworkNamespace.current().identity))
        let found = seen.namespaces.filter { $0.identity == other.identity }
        #expect(found.count == 1)
        #expect(processes.map { "/proc/\($0)/ns/net" }.contains(found.first?.identity.path))
        #expect(Set(seen.namespaces.map(\.identity)).count == seen.namespaces.count)
    }

    @Test func `what cannot be opened is named`() throws {
        // In a mount namespace of its own, so that the host's /run/netns stays as it is.
        let text = try shell(
            "unshare -m sh -c 'mount -t tmpfs x /run; mkdir /run/netns; echo > /run/netns/bad; exec sleep 30' >/dev/null 2>&1 & echo $!; for try in $(seq 100); do [ $(cat /proc/$!/comm) != sleep ] || break; sleep 0.1; done"
        )
        let process = try #require(pid_t(text.split(separator: "\n").first ?? ""))
        defer { kill(process, SIGKILL) }
        let mounts = open("/proc/\(process)/ns/mnt", O_RDONLY | O_CLOEXEC)
        defer { close(mounts) }
        // Its root: in a chroot the mount namespace's own is another.
        let root = open("/proc/\(process)/root", O_RDONLY | O_CLOEXEC)
        defer { close(root) }
        let here = try NetworkNamespace.current()
        let seen = try here.run(mountNamespace: mounts, root: root, rethrowing: { try NamespaceDiscovery.observe() })
        let named = seen.unobserved.filter { $0.what.hasSuffix("/netns/bad") }
        #expect(named.count == 1)
        let bad = try #require(named.first)
        #expect(bad.why == "open /run/netns/bad: malformed: not a network namespace")
    }

    @Test func `sysctls are those of the thread's namespace`() throws {
        let other = try NetworkNamespace.makeEmpty()
        try other.shell("ip link add v.0 type veth peer name v1")
        let outside = try Sysctl.number("net/ipv4/conf/all/forwarding")
        let flipped = outside == 1 ? 0 : 1
        try other.shell("echo \(flipped) > /proc/sys/net/ipv4/conf/all/forwarding")
        let inside = try other.run { () throws(KernelError) in
            [
                try Sysctl.number("net/ipv4/conf/all/forwarding"), try Sysctl.number("net/ipv4/conf/v.0/forwarding"),
                try Sysctl.number("net/ipv6/conf/v.0/forwarding"),
                try Sysctl.number("net/ipv4/neigh/default/gc_thresh3"),
            ]
        }
        #expect(inside == [flipped, flipped, 0, nil])
        #expect(try Sysctl.number("net/ipv4/conf/all/forwarding") == outside)
        #expect(try Sysctl.read("net/ipv4/conf/v.0/forwarding") == nil)
        #expect(try Sysctl.read("kernel/ostype") == "Linux")
    }

    @Test func `nothing leaks`() throws {
        func descriptors() throws -> Int {
            try shell("ls /proc/\(getpid())/fd | wc -l").split(separator: "\n").compactMap { Int($0) }.first ?? 0
        }
        // Other suites run in parallel: what counts is that many rounds add nothing near their number.
        let before = try descriptors()
        for _ in 0..<200 {
            let namespace = try NetworkNamespace.makeEmpty()
            var socket = try namespace.socket()
            #expect(try socket.links(netns: namespace.cookie).count >= 1)
        }
        #expect(try descriptors() < before + 100)
    }
}
