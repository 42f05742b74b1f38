import CLibbpf
import Inventory
import Kernel
import Lab
import Loader
import Model
import TestSupport
import Testing

/// What a legacy program does to UDP packets, whatever its map says.
enum Oddity: String, CaseIterable, Sendable, CustomTestStringConvertible {
    case drops, dropsHalf, stealsAll, redirectsNowhere, saysUnknown, saysUnspecified, rewritesPort, rewritesAddress
    /// Calls itself until the kernel allows no more tail calls (33), and drops then.
    case loops

    var testDescription: String { rawValue }

    /// In front of the deployment's program, which goes on where these do not end.
    fileprivate var instructions: [bpf_insn] {
        func end(_ verdict: Int32) -> [bpf_insn] { Assembly.set(0, verdict) + Assembly.exit }
        let body: [bpf_insn] =
            switch self {
            case .drops: end(2)  // TC_ACT_SHOT
            case .dropsHalf:
                // bpf_get_prandom_u32, whose lowest bit decides.
                [Assembly.call(7), Assembly.and(0, 1), Assembly.skipIfZero(0, 2), end(2)].flatMap { $0 }
            case .stealsAll: end(4)  // TC_ACT_STOLEN
            case .redirectsNowhere: end(7)  // TC_ACT_REDIRECT, without bpf_redirect
            case .saysUnknown: end(77)
            case .saysUnspecified: end(-1)
            case .rewritesPort: Assembly.storeByte(7, 35, 0x77)  // the source port's lower half
            case .rewritesAddress: Assembly.storeByte(7, 33, 251)  // a host that there is not
            case .loops: []
            }
        // EtherType IPv4, protocol UDP.
        let count = Int16(body.count)
        let isIPv4 = Assembly.loadHalf(3, from: 7, 12) + Assembly.skipUnless(3, is: 0x0008, count + 2)
        let isUDP = Assembly.loadByte(3, from: 7, 23) + Assembly.skipUnless(3, is: 17, count)
        return isIPv4 + isUDP + body
    }

    /// Of packets to a pod: what part arrives.
    fileprivate var delivered: ClosedRange<Double> {
        switch self {
        case .rewritesPort: 1...1
        case .dropsHalf: 0.3...0.7
        default: 0...0
        }
    }

    /// Whether the kernel counts what is lost as dropped by the filter.
    fileprivate var isCounted: Bool { [.drops, .dropsHalf, .loops].contains(self) }
}

extension LoaderSuite {
    /// A shadow in front of a legacy program that misbehaves: it changes nothing of that, counts every packet once, and
    /// tells of what can be seen from in front.
    @Suite(.requires(.tcx)) struct ShadowOddLegacy {
        @Test(arguments: Oddity.allCases)
        func `it fares as without a shadow, and what the kernel counted is told`(oddity: Oddity) throws {
            try withNode(pods: 1, ipv6: false) { node in
                try node.wrapLegacy("odd", oddity.instructions)
                if oddity == .loops {
                    try node.sh(
                        "bpftool map update pinned \(TestNode.bpffs)/test_odd_calls key 0 0 0 0 "
                            + "value pinned \(TestNode.bpffs)/test_odd")
                }
                let filters = try node.sh("tc -s -d filter show dev hz ingress | grep -v Sent")
                let alone = try node.burst(["pod1"])
                let plan = try node.plan(.onLink)
                var shadowed: Ledger?, dropped: (certain: [String], possible: [String]) = ([], [])
                let result = try node.shadowed(plan) { shadows in
                    shadowed = try node.burst(["pod1"])
                    dropped = try shadows.dropped()
                }
                let beside = try #require(shadowed)
                for ledger in [alone, beside] {
                    let part = Double(ledger.received) / Double(ledger.sent)
                    #expect(oddity.delivered.contains(part), "\(ledger)")
                    #expect(ledger.flows.allSatisfy { $0.duplicated == 0 && $0.reordered == 0 })
                }
                // It asks map and kernel of the packet as it came, and both say the same of it.
                #expect(result.totals.compared.agreed == beside.sent && result.totals.compared.differing == 0)
                #expect(dropped.certain.count == (oddity.isCounted ? 1 : 0) && dropped.possible == [], "\(dropped)")
                #expect(try node.sh("tc -s -d filter show dev hz ingress | grep -v Sent") == filters)
                let told = dropped.certain.first ?? "nothing is told: the kernel counts no drop"
                print(
                    "\(oddity): \(beside.received) of \(beside.sent) arrived, \(alone.received) of \(alone.sent) without; \(told)"
                )
            }
        }

        /// The kernel counts drops for a qdisc, and a new one begins at none.
        @Test func `a qdisc that was made anew has dropped no four thousand million packets`() throws {
            try withNode(pods: 1, ipv6: false) { node in
                try node.wrapLegacy("odd", Oddity.drops.instructions)
                _ = try node.burst(["pod1"])
                let plan = try node.plan(.onLink)
                let groups = try ShadowGroup.groups(plan)
                let dropped = try node.lab.enter {
                    let shadows = try Shadows(groups, members: plan.enrolled, node: plan.node)
                    try node.sh("tc qdisc del dev hz clsact; tc qdisc add dev hz clsact")
                    let dropped = try shadows.dropped()
                    shadows.detach()
                    return dropped
                }
                #expect(dropped.certain == [] && dropped.possible == [], "\(dropped)")
            }
        }
    }
}
