import CKernel
import CLibbpf
import Glibc
import Model
import Testing
import TestSupport

@testable import Kernel

extension BPFTests {
    struct XDPHooks {
        private func hooks(_ node: NetworkNamespace) throws -> [Hook] {
            try HookReader.hooks(in: node).filter { $0.kind == .xdp }
        }

        @Test(arguments: [
            (UInt32(XDP_FLAGS_SKB_MODE), Model.Attachment.Mode.generic), (UInt32(XDP_FLAGS_DRV_MODE), .native),
        ])
        func `generic and native programs are seen where they are`(_ flags: UInt32, _ mode: Model.Attachment.Mode)
            throws
        {
            let node = try NetworkNamespace.withVeth("a", "b")
            let program = try xdpProgram("xdp_guard")
            try node.attachXDP(program, to: "b", flags: flags)
            let found = try hooks(node)
            #expect(found.map(\.interface) == ["b"])
            let hook = try #require(found.first)
            #expect(hook.ifindex == (try node.index("b")) && hook.netns.cookie == node.cookie)
            #expect(hook.direction == .ingress && hook.filter == nil && hook.program == program.record.reference)
            #expect(hook.attachment == Model.Attachment(mode: mode))
        }

        @Test func `its link, once the links are asked, and the hook as it is now`() throws {
            let node = try NetworkNamespace.withVeth("a")
            let program = try xdpProgram(), next = try xdpProgram("xdp_next")
            let link = try node.linkXDP(program, to: "a")
            let id = try BPFLink(owning: copy(of: link)).record.id
            var found = try hooks(node)
            let said = BPFLinkRecord.assign(try BPFLink.all().links, to: &found)
            #expect(said == [] && found.map { $0.attachment?.linkID } == [id])
            let hook = try #require(found.first)
            func now() throws -> Hook? {
                try node.run { () throws(KernelError) in
                    var socket = try NetlinkSocket()
                    return try HookReader.current(hook, socket: &socket)
                }
            }
            #expect(try now()?.program == program.record.reference)
            try checked("update", "link", bpf_link_update(link.raw, next.descriptor.raw, nil))
            #expect(try now()?.program == next.record.reference)
            try checked("detach", "link", bpf_link_detach(link.raw))
            #expect(try now() == nil)
        }

        @Test func `a program attached without a link has none, though another has one`() throws {
            let node = try NetworkNamespace.withVeth("a", "b")
            let program = try xdpProgram()
            try node.attachXDP(program, to: "a", flags: UInt32(XDP_FLAGS_SKB_MODE))
            let link = try node.linkXDP(program, to: "b")
            var found = try hooks(node)
            #expect(BPFLinkRecord.assign(try BPFLink.all().links, to: &found) == [])
            let id = try BPFLink(owning: copy(of: link)).record.id
            #expect(found.sorted { $0.interface < $1.interface }.map { $0.attachment?.linkID } == [nil, id])
        }

        @Test func `the same index and program in two namespaces: which link is whose is left open, and said`() throws {
            let one = try NetworkNamespace.withVeth("a"), two = try NetworkNamespace.withVeth("a")
            let program = try xdpProgram()
            let first = try one.linkXDP(program, to: "a"), second = try two.linkXDP(program, to: "a")
            var found = try hooks(one) + hooks(two)
            #expect(Set(found.map(\.ifindex)).count == 1 && found.count == 2)
            let said = BPFLinkRecord.assign(try BPFLink.all().links, to: &found)
            #expect(found.allSatisfy { $0.attachment?.linkID == nil })
            #expect(said.map(\.what) == ["link of a xdp/ingress, program \(program.record.id)"])
            #expect(first.raw != second.raw)
        }

        @Test func `interfaces without a program have no hook`() throws {
            #expect(try hooks(NetworkNamespace.withVeth("a")) == [])
        }

        @Test func `a device that runs one itself besides the stack's has two`() throws {
            let nest = NetlinkAttributes.filled {
                $0.add(IFLA_XDP_ATTACHED, UInt8(XDP_ATTACHED_MULTI))
                $0.add(IFLA_XDP_SKB_PROG_ID, UInt32(0))
                $0.add(IFLA_XDP_DRV_PROG_ID, UInt32(4_000_000_000))
                $0.add(IFLA_XDP_HW_PROG_ID, UInt32(4_000_000_001))
            }
            let message =
                FamilyHeader.link(ifindex: 3)
                + NetlinkAttributes.filled {
                    $0.add(IFLA_XDP, bytes: nest)
                    $0.add(IFLA_IFNAME, "eth0")
                }
            let found = try message.withSpan { (bytes) throws(NetlinkFault) in try XDPPrograms(netlink: bytes) }
            #expect(found?.ids == [.native: 4_000_000_000, .offload: 4_000_000_001])
            let hooks = found?.hooks(in: .init(cookie: 1, inode: 1, path: nil))
            #expect(hooks?.map { $0.attachment?.mode } == [.native, .offload])
            #expect(hooks?.first?.program == .init(id: 4_000_000_000, name: "", tag: ""))
        }

        @Test func `a nest cut short is a fault that names the attribute`() {
            let message =
                FamilyHeader.link(ifindex: 3)
                + NetlinkAttributes.filled {
                    $0.add(IFLA_XDP, bytes: NetlinkAttributes.filled { $0.add(IFLA_XDP_SKB_PROG_ID, UInt16(1)) })
                }
            let fault = #expect(throws: NetlinkFault.self) {
                try message.withSpan { (bytes) throws(NetlinkFault) in try XDPPrograms(netlink: bytes) }
            }
            #expect(fault?.path == [UInt16(IFLA_XDP), UInt16(IFLA_XDP_SKB_PROG_ID)])
        }
    }

    struct NetkitHooks {
        /// Where the kernel knows netkit a veth is a device of another kind, else the whole kind is unknown.
        @Test func `no netkit means none, not an error`() throws {
            let node = try NetworkNamespace.withVeth("a")
            let index = try node.index("a")
            for type in [MIGRATE_NETKIT_PRIMARY, MIGRATE_NETKIT_PEER] {
                let found = try node.run { () throws(KernelError) in
                    try NetkitHookReader.query(ifindex: index, attachType: UInt32(type)).programs.count
                }
                #expect(found == 0)
            }
            var link = try #require(try node.socket().first(named: "a", netns: node.cookie))
            link.kind = "netkit"
            let netns = node.identity
            let hooks = try node.run { () throws(KernelError) in
                try NetkitHookReader.hooks(in: netns, links: [link])
            }
            #expect(hooks == [])
        }
    }
}

extension NetlinkAttributes {
    static func filled(_ fill: (inout NetlinkAttributes) -> Void) -> [UInt8] {
        var attributes = NetlinkAttributes()
        fill(&attributes)
        return attributes.bytes
    }
}

extension NetlinkSocket {
    consuming func first(named name: String, netns: UInt64) throws -> Link? {
        try links(netns: netns).first { $0.name == name }
    }
}
