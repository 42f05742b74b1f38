import Glibc
import Kernel
import Model
import Testing

@Suite(.needsRoot, .serialized) struct NetlinkFilterTests {
    let node: NetworkNamespace
    /// Returns 0 for every packet: one classic instruction, as `tc … bytecode` wants it.
    static let bytecode = "bytecode '1,6 0 0 0,'"

    init() throws {
        node = try NetworkNamespace.makeEmpty()
        try node.shell(
            """
            set -e; ip link set lo up
            ip link add v0 type veth peer name v1; ip link set v0 up; ip link set v1 up
            tc qdisc add dev v0 clsact; tc qdisc add dev v1 ingress
            """)
    }

    @Test func `qdiscs and shared blocks`() throws {
        try node.shell(
            """
            set -e; ip link add s0 type veth peer name s1
            tc qdisc add dev s0 ingress_block 22 egress_block 23 clsact
            tc qdisc add dev s1 ingress_block 22 ingress
            tc filter add block 22 protocol ip prio 5 bpf da \(Self.bytecode)
            """)
        var socket = try node.socket()
        let qdiscs = try socket.qdiscs(netns: node.cookie)
        let v0 = try node.index("v0")
        let clsact = try #require(qdiscs.first { $0.ifindex == v0 && $0.kind == "clsact" })
        #expect(clsact.ingressBlock == 0 && clsact.handle == 0xffff_0000 && clsact.parent == 0xffff_fff1)
        let s0 = try node.index("s0")
        let shared = try #require(qdiscs.first { $0.ifindex == s0 && $0.kind == "clsact" })
        #expect(shared.ingressBlock == 22 && shared.egressBlock == 23)
        let filters = try socket.filters(ifindex: s0, parent: Filter.clsactIngress, netns: node.cookie)
        #expect(filters.map(\.ifindex) == [Filter.sharedBlock] && filters.first?.parent == 22)
    }

    @Test func `filters of every parent and chain`() throws {
        try node.shell(
            """
            set -e
            tc filter add dev v0 ingress protocol all prio 1 handle 0x7 bpf da \(Self.bytecode) classid 1:5
            tc filter add dev v0 ingress protocol ip prio 2 bpf \(Self.bytecode) action mirred egress mirror dev v0
            tc filter add dev v0 ingress chain 9 protocol ipv6 prio 3 bpf da \(Self.bytecode)
            tc filter add dev v0 egress protocol 0x88cc prio 4 u32 match u32 0 0
            tc filter add dev v1 ingress protocol all prio 5 bpf da \(Self.bytecode)
            """)
        var socket = try node.socket()
        let v0 = try node.index("v0")
        let ingress = try socket.filters(ifindex: v0, parent: Filter.clsactIngress, netns: node.cookie)
        #expect(ingress.map(\.priority) == [1, 2, 3] && ingress.map(\.chain) == [0, 0, 9])
        #expect(ingress.map(\.protocol) == [3, 0x0800, 0x86dd])
        let direct = try #require(ingress.first)
        #expect(direct.handle == 7 && direct.kind == "bpf" && direct.parent == Filter.clsactIngress)
        let bpf = try #require(direct.bpf)
        #expect(bpf.isClassic && bpf.isDirectAction && bpf.programID == nil && bpf.name == nil && bpf.tag == nil)
        #expect(bpf.classID == 0x10005 && bpf.offloadFlags == 8 && !bpf.isOffloaded && !bpf.hasActions)
        #expect(ingress[1].bpf?.hasActions == true && ingress[1].bpf?.isDirectAction == false)
        let egress = try socket.filters(ifindex: v0, parent: Filter.clsactEgress, netns: node.cookie)
        #expect(egress.allSatisfy { $0.protocol == 0x88cc && $0.kind == "u32" && $0.bpf == nil })
        // u32 lists its hash table as well as the filter: two handles in one priority.
        #expect(egress.map(\.handle) == [0x8000_0000, 0x8000_0800])
        let v1 = try node.index("v1")
        let old = try socket.filters(ifindex: v1, parent: Filter.ingressQdisc, netns: node.cookie)
        // The dump names the parent that the last writer used: tc's word `ingress` is clsact's.
        #expect(old.map(\.parent) == [Filter.clsactIngress] && old.first?.bpf?.isDirectAction == true)
        try node.shell("tc filter add dev v1 parent ffff: protocol all prio 6 bpf da \(Self.bytecode)")
        let now = try socket.filters(ifindex: v1, parent: Filter.ingressQdisc, netns: node.cookie)
        #expect(now.map(\.parent) == [Filter.ingressQdisc, Filter.ingressQdisc])
        for filter in old + now { #expect(try socket.filter(at: filter.slot, netns: node.cookie) == filter) }
    }

    @Test func `no qdisc and no interface mean no filters`() throws {
        var socket = try node.socket()
        let lo = try node.index("lo")
        #expect(try socket.filters(ifindex: lo, parent: Filter.clsactIngress, netns: 0).isEmpty)
        #expect(try socket.filters(ifindex: 9999, parent: Filter.clsactIngress, netns: 0).isEmpty)
    }

    @Test func `one filter is read again by its exact slot`() throws {
        try node.shell(
            """
            set -e
            tc filter add dev v0 ingress protocol all prio 1 handle 0x7 bpf da \(Self.bytecode)
            tc filter add dev v0 ingress chain 9 protocol all prio 1 handle 0x7 bpf da \(Self.bytecode)
            """)
        var socket = try node.socket()
        let v0 = try node.index("v0")
        let all = try socket.filters(ifindex: v0, parent: Filter.clsactIngress, netns: node.cookie)
        #expect(all.count == 2)
        for filter in all { #expect(try socket.filter(at: filter.slot, netns: node.cookie) == filter) }
        var slot = try #require(all.first).slot
        slot.handle = 8
        #expect(try socket.filter(at: slot, netns: node.cookie) == nil)
        slot.handle = 7
        slot.priority = 2
        #expect(try socket.filter(at: slot, netns: node.cookie) == nil)
        slot.priority = 1
        slot.protocol = 0x0800
        #expect(try socket.filter(at: slot, netns: node.cookie) == nil)
        slot.protocol = 3
        slot.chain = 4
        #expect(try socket.filter(at: slot, netns: node.cookie) == nil)
        slot.chain = 0
        try node.shell("tc filter del dev v0 ingress")
        #expect(try socket.filter(at: slot, netns: node.cookie) == nil)
        try node.shell("tc qdisc del dev v0 clsact")
        #expect(try socket.filter(at: slot, netns: node.cookie) == nil)
        try node.shell("ip link del v0")
        #expect(throws: KernelError.self) { try socket.filter(at: slot, netns: node.cookie) }
    }

    @Test func `a program filter shows id, tag and name`() throws {
        if try node.shell("command -v clang || true").isEmpty { try Test.cancel("no clang to make an object with") }
        try node.shell(
            """
            set -e; d=$(mktemp -d); trap 'rm -r $d' EXIT
            echo 'int pass(void *skb) __attribute__((section("classifier"))); int pass(void *skb) { return 0; }
            char l[] __attribute__((section("license"))) = "GPL";' > $d/p.c
            clang -O2 -target bpf -c $d/p.c -o $d/p.o
            tc filter add dev v0 ingress protocol all prio 1 handle 1 bpf da obj $d/p.o sec classifier
            """)
        var socket = try node.socket()
        let filters = try socket.filters(
            ifindex: try node.index("v0"), parent: Filter.clsactIngress, netns: node.cookie)
        let bpf = try #require(filters.first?.bpf)
        #expect((bpf.programID ?? 0) > 0 && bpf.tag?.count == 16 && !bpf.isClassic)
        #expect(bpf.name == "p.o:[classifier]" && bpf.flags == 1 && bpf.classID == nil)
    }

    @Test func `the monitor tells every change and who made it`() throws {
        var monitor = try node.monitor()
        #expect(try monitor.pending().isEmpty)
        try node.shell(
            """
            set -e
            tc filter add dev v0 ingress protocol all prio 1 handle 0x7 bpf da \(Self.bytecode)
            tc filter replace dev v0 ingress protocol all prio 1 handle 0x7 bpf da \(Self.bytecode) classid 1:1
            tc filter del dev v0 ingress protocol all prio 1 handle 0x7 bpf
            tc qdisc del dev v0 clsact
            """)
        let told = try monitor.pending()
        let filters = told.compactMap { (told) -> (Bool, Filter)? in
            if case .filter(let filter) = told.object { (told.isRemoval, filter) } else { nil }
        }
        #expect(filters.prefix(3).map(\.0) == [false, false, true])
        #expect(filters.prefix(3).map(\.1.handle) == [7, 7, 7] && filters.first?.1.netns == node.cookie)
        // The kernel itself speaks of chains, with port 0; of filters and qdiscs in the name of who asked.
        #expect(told.allSatisfy { if case .other = $0.object { true } else { $0.portID != 0 } })
        #expect(
            told.contains {
                if case .qdisc(let qdisc) = $0.object { qdisc.kind == "clsact" && $0.isRemoval } else { false }
            })
    }

    /// What a module that changes the node does: build, send with a call of its own, read the replies.
    @Test func `replies to two changes in one send are told apart`() throws {
        let v0 = try node.index("v0")
        var monitor = try node.monitor()
        var socket = try node.socket()
        let slot = FilterSlot(
            ifindex: v0, parent: Filter.clsactIngress, chain: 0, priority: 3, protocol: 3, handle: 5)
        // RTM_NEWTFILTER with NLM_F_ACK, and NLM_F_CREATE or NLM_F_REPLACE: the second finds nothing to replace.
        let messages = [(Int32(0x404), slot), (Int32(0x104), with(slot) { $0.handle = 6 })].map { flags, slot in
            NetlinkMessage(type: 44, flags: flags, family: slot.header).with {
                $0.add(1, "bpf")
                $0.add(11, slot.chain)
                $0.nest(2) {
                    $0.add(4, UInt16(1))
                    $0.add(5, bytes: [6, 0, 0, 0, 0, 0, 0, 0])
                    $0.add(8, UInt32(1))
                }
            }
        }
        let first = socket.takeSequences(2)
        let bytes = messages[0].encoded(sequence: first) + messages[1].encoded(sequence: first + 1)
        #expect(send(socket.descriptor, bytes, bytes.count, 0) == bytes.count)
        let replies = try socket.receiveReplies(to: first, count: 2, operation: "change", subject: "filters")
        #expect(replies.map(\.header.sequence) == [first, first + 1])
        #expect(replies.map { $0.status?.errno?.rawValue } == [nil, ENOENT])
        #expect(replies.allSatisfy { $0.status != nil })
        #expect(replies[1].status?.text?.isEmpty == false)
        #expect(try socket.filter(at: slot, netns: node.cookie)?.bpf?.isDirectAction == true)
        let told = try monitor.pending().filter { if case .filter = $0.object { true } else { false } }
        #expect(told.map(\.portID) == [socket.portID] && told.map(\.sequence) == [first])
    }

    private func with(_ slot: FilterSlot, _ change: (inout FilterSlot) -> Void) -> FilterSlot {
        var copy = slot
        change(&copy)
        return copy
    }
}
