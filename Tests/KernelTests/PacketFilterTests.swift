import CKernel
import CLibbpf
import Glibc
import Model
import SystemPackage
import Testing
import TestSupport

@testable import Kernel

extension BPFTests {
    struct PacketFilters {
        private func filters(_ node: NetworkNamespace) throws -> [PacketFilter] {
            let cookie = node.cookie
            return try node.run { () throws(KernelError) in try PacketFilterReader.filters(netns: cookie) }
        }

        @Test func `an empty namespace filters nothing`() throws {
            #expect(try filters(NetworkNamespace.makeEmpty()) == [])
        }

        @Test func `base chains with hook, priority, type, policy and rules; other chains are none`() throws {
            let node = try NetworkNamespace.makeEmpty()
            var ruleset = Ruleset()
            ruleset.table("firewall", family: Ruleset.inet)
            ruleset.chain("fwd", in: "firewall", family: Ruleset.inet, hook: 2, priority: -10, policy: 0)
            ruleset.chain("jumped_to", in: "firewall", family: Ruleset.inet)
            ruleset.rule(chain: "fwd", in: "firewall", family: Ruleset.inet)
            ruleset.rule(chain: "fwd", in: "firewall", family: Ruleset.inet)
            ruleset.table("nat6", family: Ruleset.ip6)
            ruleset.chain("post", in: "nat6", family: Ruleset.ip6, hook: 4, priority: 100, type: "nat", policy: 1)
            try ruleset.commit(in: node)
            #expect(
                try filters(node).sorted { $0.title < $1.title } == [
                    PacketFilter(
                        netns: node.cookie, kind: .nftables, family: "inet", hook: "forward", priority: -10,
                        type: "filter", table: "firewall", chain: "fwd", policy: "drop", rules: 2),
                    PacketFilter(
                        netns: node.cookie, kind: .nftables, family: "ip6", hook: "postrouting", priority: 100,
                        type: "nat", table: "nat6", chain: "post", policy: "accept", rules: 0),
                ])
            #expect(try filters(NetworkNamespace.makeEmpty()) == [])
        }

        @Test func `chains of the netdev family name their device`() throws {
            let node = try NetworkNamespace.withVeth("a")
            var ruleset = Ruleset()
            ruleset.table("t", family: Ruleset.netdev)
            ruleset.chain("in", in: "t", family: Ruleset.netdev, hook: 0, priority: 5, policy: 1, device: "a")
            try ruleset.commit(in: node)
            let found = try #require(try filters(node).first)
            #expect(found.devices == ["a"] && found.hook == "ingress" && found.family == "netdev")
            #expect(!found.isOnForwardPath)
        }

        @Test func `tables of iptables and ip6tables show their chains`() throws {
            let node = try NetworkNamespace.makeEmpty()
            try node.run(rethrowing: {
                try LegacyTable.make("nat")
                try LegacyTable.make("filter", ipv6: true)
            })
            let found = try filters(node)
            #expect(
                found.map(\.title) == [
                    "iptables nat/PREROUTING", "iptables nat/INPUT", "iptables nat/OUTPUT", "iptables nat/POSTROUTING",
                    "ip6tables filter/INPUT", "ip6tables filter/FORWARD", "ip6tables filter/OUTPUT",
                ])
            #expect(found.allSatisfy { $0.netns == node.cookie && $0.kind == .iptables && $0.rules == nil })
            #expect(found.filter(\.isOnForwardPath).count == 3)
        }

        @Test func `BPF programs on netfilter's hooks, of no known namespace`() throws {
            let node = try NetworkNamespace.makeEmpty()
            let program = try netfilterProgram("nf_guard")
            let link = try node.linkNetfilter(program, family: 2, hook: 2, priority: -128)
            let id = try BPFLink(owning: copy(of: link)).record.id
            let found = PacketFilterReader.filters(try BPFLink.all().links).filter { $0.linkID == id }
            #expect(
                found == [
                    PacketFilter(
                        netns: nil, kind: .bpf, family: "ip", hook: "forward", priority: -128,
                        program: program.record.reference, linkID: id)
                ])
            #expect(found.first?.isOnForwardPath == true && found.first?.isIdle == false)
        }

        @Test func `this socket sends that one read and nothing else`() throws {
            let chain = UInt16(NFNL_SUBSYS_NFTABLES) << 8
            let reads = (UInt16.min...UInt16.max).filter { NetlinkProtocol.netfilter.isRead($0) }
            #expect(reads == [chain | UInt16(NFT_MSG_GETCHAIN.rawValue)])
            // What is a read by rtnetlink's rule may delete here.
            #expect(NetlinkProtocol.route.isRead(chain | UInt16(NFT_MSG_DELTABLE.rawValue)))
            var socket = try NetlinkSocket(.netfilter)
            let error = #expect(throws: KernelError.self) {
                let type = Int(chain | UInt16(NFT_MSG_DELTABLE.rawValue))
                try socket.send([NetlinkMessage(type: type, family: [0, 0, 0, 0])], first: 1, "read", "nothing")
            }
            #expect(error?.code == .refused)
        }

        @Test func `a chain's message cut short is a fault`() throws {
            let message: [UInt8] =
                [1, 0, 0, 0]
                + NetlinkAttributes.filled {
                    $0.add(Int(NFTA_CHAIN_POLICY.rawValue), UInt16(1))
                }
            #expect(throws: NetlinkFault.self) {
                try message.withSpan { (bytes) throws(NetlinkFault) in try PacketFilter(netlink: bytes, netns: 1) }
            }
        }
    }
}

/// nftables objects in the making: a transaction of nfnetlink (`NFNL_MSG_BATCH_BEGIN`, net/netfilter/nfnetlink.c).
struct Ruleset {
    /// `NFPROTO_*`.
    static let inet: UInt8 = 1, ip6: UInt8 = 10, netdev: UInt8 = 5
    private var messages: [NetlinkMessage] = []

    mutating func table(_ name: String, family: UInt8) {
        add(NFT_MSG_NEWTABLE.rawValue, family) { $0.add(Int(NFTA_TABLE_NAME.rawValue), name) }
    }

    mutating func chain(
        _ name: String, in table: String, family: UInt8, hook: UInt32? = nil, priority: Int32 = 0,
        type: String = "filter", policy: UInt32 = 1, device: String? = nil
    ) {
        add(NFT_MSG_NEWCHAIN.rawValue, family) { chain in
            chain.add(Int(NFTA_CHAIN_TABLE.rawValue), table)
            chain.add(Int(NFTA_CHAIN_NAME.rawValue), name)
            guard let hook else { return }
            chain.nest(Int(NFTA_CHAIN_HOOK.rawValue)) {
                $0.add(Int(NFTA_HOOK_HOOKNUM.rawValue), hook.bigEndian)
                $0.add(Int(NFTA_HOOK_PRIORITY.rawValue), UInt32(bitPattern: priority).bigEndian)
                if let device { $0.add(Int(NFTA_HOOK_DEV.rawValue), device) }
            }
            chain.add(Int(NFTA_CHAIN_POLICY.rawValue), policy.bigEndian)
            chain.add(Int(NFTA_CHAIN_TYPE.rawValue), type)
        }
    }

    /// A rule without expressions, which every packet passes.
    mutating func rule(chain: String, in table: String, family: UInt8) {
        add(NFT_MSG_NEWRULE.rawValue, family, flags: NLM_F_CREATE | NLM_F_APPEND) {
            $0.add(Int(NFTA_RULE_TABLE.rawValue), table)
            $0.add(Int(NFTA_RULE_CHAIN.rawValue), chain)
        }
    }

    private mutating func add(
        _ type: UInt32, _ family: UInt8, flags: CInt = NLM_F_CREATE, _ fill: (inout NetlinkAttributes) -> Void
    ) {
        messages.append(
            NetlinkMessage(
                type: Int(NFNL_SUBSYS_NFTABLES) << 8 | Int(type), flags: flags | NLM_F_ACK, family: [family, 0, 0, 0]
            ).with(fill))
    }

    func commit(in node: NetworkNamespace) throws {
        let marks = [NFNL_MSG_BATCH_BEGIN, NFNL_MSG_BATCH_END].map {
            NetlinkMessage(type: Int($0), family: [0, 0, 0, UInt8(NFNL_SUBSYS_NFTABLES)])
        }
        try node.run(rethrowing: {
            var socket = try NetlinkSocket(.netfilter)
            let first = socket.takeSequences(messages.count + 2)
            let bytes = ([marks[0]] + messages + [marks[1]]).enumerated().flatMap { number, message in
                message.encoded(sequence: first + UInt32(number))
            }
            try checked("send", "ruleset", CInt(send(socket.descriptor, bytes, bytes.count, 0)))
            let replies = try socket.receiveReplies(
                to: first + 1, count: messages.count, operation: "make", subject: "ruleset")
            for reply in replies {
                if let errno = reply.status?.errno { throw KernelError.call("make", "ruleset", errno) }
            }
        })
    }
}
