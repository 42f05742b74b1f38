import Glibc
import Model
import TestSupport
import Testing

@testable import Kernel

/// Namespaces that no process lives in.
@Suite(.needsRoot, .serialized) struct NamespaceHolderTests {
    /// Starts `command` with descriptor 9 on a new namespace, lets go of it here, and ends the command afterwards.
    /// - Parameter closes: whether the command closes the descriptor once something else of it holds the namespace.
    private func withHolder(_ command: String, closes: Bool = true, _ body: (UInt64, pid_t) throws -> Void) throws {
        var other: NetworkNamespace? = try .makeEmpty()
        let (cookie, descriptor) = try (#require(other?.cookie), #require(other?.descriptor))
        let text = try shell(
            "exec 9</proc/\(getpid())/fd/\(descriptor); \(command) >/dev/null 2>&1 & echo $!; \(closes ? Self.closed : "sleep 0.5")"
        )
        let process = try #require(pid_t(text.split(separator: "\n").first ?? ""))
        defer {
            kill(process, SIGKILL)
            withExtendedLifetime(other) {}
        }
        other = nil
        try body(cookie, process)
    }

    private static let closed = "for i in $(seq 200); do [ -L /proc/$!/fd/9 ] || break; sleep 0.1; done"

    private func expectFound(_ cookie: UInt64, at path: String) throws {
        #expect(try !NamespaceDiscovery.observe().namespaces.contains { $0.identity.cookie == cookie })
        let found = try NamespaceDiscovery.observe(seeking: [cookie]).namespaces.filter { $0.identity.cookie == cookie }
        #expect(found.map(\.identity.path) == [path])
    }

    @Test func `a descriptor holds it`() throws {
        try withHolder("exec sleep 30", closes: false) { cookie, process in
            try expectFound(cookie, at: "/proc/\(process)/fd/9")
        }
    }

    @Test func `a mount in another mount namespace holds it`() throws {
        let mount =
            "mount -t tmpfs x /mnt; mkdir '/mnt/a b'; touch '/mnt/a b/ns'; mount --bind /proc/self/fd/9 '/mnt/a b/ns'"
        try withHolder("unshare -m sh -c \"\(mount); exec sleep 30 9<&-\"") { cookie, process in
            try expectFound(cookie, at: "/proc/\(process)/root/mnt/a b/ns")
        }
    }

    @Test(.requires(.python3)) func `a thread is in it, and its process is not`() throws {
        let script = """
            import ctypes,os,threading,time
            def stay():
                assert ctypes.CDLL(None).setns(9, 0x40000000) == 0
                os.close(9)
                time.sleep(30)
            threading.Thread(target=stay).start()
            """
        try withHolder("exec python3 -c '\(script)'") { cookie, process in
            let threads = DirectoryListing.names(in: "/proc/\(process)/task").filter { $0 != "\(process)" }
            try expectFound(cookie, at: "/proc/\(process)/task/\(try #require(threads.first))/ns/net")
        }
    }

    @Test func `what is not found is said to be perhaps in a socket`() throws {
        let seen = try NamespaceDiscovery.observe(seeking: [.max])
        #expect(seen.unobserved.contains { $0.what == "sockets" })
        #expect(try !NamespaceDiscovery.observe().unobserved.contains { $0.what == "sockets" })
    }

    @Test func `mount points of namespaces are read from a mount table`() {
        let table = """
            22 1 0:20 / /proc rw shared:5 - proc proc rw
            90 22 0:4 net:[4026532177] /run/netns/pod1 rw shared:9 master:2 - nsfs nsfs rw
            91 22 0:4 mnt:[4026532178] /run/x rw - nsfs nsfs rw
            92 22 0:4 net:[4026532179] /run/a\\040b\\134c rw - nsfs nsfs rw
            93 22 0:4 net:[4026532180] /run/odd rw - tmpfs nsfs rw
            short line
            """
        #expect(MountTable.namespaceFiles(in: table) == ["/run/netns/pod1", "/run/a b\\c"])
        #expect(MountTable.unescaped("\\9x\\04") == "\\9x\\04")
    }
}
