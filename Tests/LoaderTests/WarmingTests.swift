import Glibc
import Kernel
import Loader
import Model
import TestSupport
import Testing

extension LoaderSuite {
    @Suite struct Warming {
        private func warm(_ node: TestNode, _ targets: [NeighborWarming.Target], timeout: Int = 2000) throws
            -> [NeighborWarming.Target]
        {
            try node.lab.enter {
                try NeighborWarming.warm(targets, in: [try NetworkNamespace.current()], timeout: timeout)
            }
        }

        private func target(_ node: TestNode, _ address: IPAddress, _ ifindex: UInt32) throws -> NeighborWarming.Target
        {
            let netns = try node.lab.enter { try NetworkNamespace.current().identity.cookie }
            return .init(netns: netns, address: address, ifindex: ifindex)
        }

        @Test func `who answers is resolved, who does not is told`() throws {
            try withNode { node in
                let pod = try node.lab.pod("pod1")
                try node.sh("ip neigh del \(pod.address) dev pod1")
                let nobody = try target(node, .v4(0x0a4d_0001), pod.ifindex)
                let gone = try target(node, pod.address, 9999)
                let pending = try warm(
                    node, [try target(node, pod.address, pod.ifindex), nobody, gone], timeout: 400)
                #expect(Set(pending) == [nobody, gone])
                #expect(try node.sh("ip neigh show \(pod.address)").contains("\(pod.mac)"))
            }
        }

        @Test func `what has an answer is not asked again`() throws {
            try withNode { node in
                let pod = try node.lab.pod("pod1")
                for state in ["permanent", "stale", "noarp"] {
                    try node.sh("ip neigh replace \(pod.address) lladdr 02:00:00:00:00:01 dev pod1 nud \(state)")
                    let before = try node.sh("ip neigh show nud all \(pod.address)")
                    #expect(try warm(node, [try target(node, pod.address, pod.ifindex)]) == [])
                    #expect(
                        try node.sh("ip neigh show nud all \(pod.address)") == before
                            && before.contains(state.uppercased()))
                }
            }
        }

        @Test func `each in its own namespace, all at once`() throws {
            try withNode { node in
                let pod = try node.lab.pod("pod1")
                let host = try #require(
                    IPAddress(
                        try node.sh("ip -4 route show default", in: "pod1").split(separator: " ").dropFirst(2).first
                            .map(String.init) ?? ""))
                try node.sh("ip neigh flush dev pod1")
                try node.sh("ip neigh flush dev eth0", in: "pod1")
                let (inside, index) = try node.lab.enter("pod1") {
                    (try NetworkNamespace.current(), if_nametoindex("eth0"))
                }
                let outside = try node.lab.enter { try NetworkNamespace.current() }
                let targets = [
                    NeighborWarming.Target(
                        netns: outside.identity.cookie, address: pod.address, ifindex: pod.ifindex),
                    .init(netns: inside.identity.cookie, address: host, ifindex: index),
                    // Of the one what only the other has, and of a namespace that nobody knows.
                    .init(netns: inside.identity.cookie, address: .v4(0x0a4d_0001), ifindex: index),
                    .init(netns: 1, address: host, ifindex: index),
                ]
                let pending = try NeighborWarming.warm(targets, in: [outside, inside], timeout: 600)
                #expect(pending == Array(targets.suffix(2)))
                #expect(try node.sh("ip neigh show \(host)", in: "pod1").contains("lladdr"))
            }
        }

        @Test func `both families, and nothing to do is nothing`() throws {
            try withNode(ipv6: true) { node in
                let pod = try node.lab.pod("pod1")
                let address = try #require(pod.ipv6)
                try node.sh("ip neigh flush dev pod1")
                #expect(
                    try warm(
                        node,
                        [
                            try target(node, address, pod.ifindex),
                            try target(node, pod.address, pod.ifindex),
                        ]) == [])
                #expect(try warm(node, []) == [])
            }
        }
    }

    /// The lock is the bpffs' own: whoever changes this node holds it.
    @Suite struct Locks {
        @Test func `one at a time, let go whatever comes of it`() throws {
            try withNode(pods: 1) { node in
                try node.lab.enter {
                    let bpffs = try BPFFileSystem(path: TestNode.bpffs)
                    try NodeLock.holding(bpffs) { () throws(MigrateError) in
                        let error = #expect(throws: MigrateError.self) { _ = try NodeLock.holding(bpffs) { 1 } }
                        #expect(error?.code == .locked && error?.changed == "nothing was changed")
                    }
                    #expect(throws: MigrateError.self) {
                        try NodeLock.holding(bpffs) { () throws(MigrateError) in throw MigrateError.full }
                    }
                    #expect(try NodeLock.holding(bpffs) { 1 } == 1)
                }
            }
        }

        @Test func `a command that it starts does not inherit it`() throws {
            try withNode(pods: 1) { node in
                try node.lab.enter {
                    let bpffs = try BPFFileSystem(path: TestNode.bpffs)
                    let held = try NodeLock.holding(bpffs) { () throws(MigrateError) in
                        try MigrateError.wrapping { try node.sh("ls -l /proc/self/fd") }
                    }
                    #expect(!held.contains("/sys/fs/bpf"))
                }
            }
        }
    }
}
