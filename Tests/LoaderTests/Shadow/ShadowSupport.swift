import Glibc
import Inventory
import Kernel
import Lab
import Loader
import Model
import TestSupport
import Testing

/// What shadows counted while something happened.
struct ShadowResult {
    var totals: ShadowTotals
    var destinations: [ShadowDestination]
    var packets: [ShadowPacket]

    subscript(address: IPAddress) -> ShadowDestination? { destinations.first { $0.address == address } }
}

extension TestNode {
    /// Shadows in front of the plan's hooks for as long as `body` takes.
    ///
    /// - Parameter told: makes the replacement that they compare another one.
    func shadowed(
        _ plan: PlanOutcome, told: (inout RedirectConfiguration) -> Void = { _ in }, _ body: (Shadows) throws -> Void
    ) throws -> ShadowResult {
        try Requirement.tcx.insist()
        let groups = try ShadowGroup.groups(plan).map { group in
            var group = group
            told(&group.configuration.replacement)
            return group
        }
        return try lab.enter {
            let shadows = try Shadows(groups, members: plan.enrolled, node: plan.node)
            try body(shadows)
            #expect(shadows.disturbances() == [])
            shadows.detach()
            return ShadowResult(
                totals: try shadows.totals(), destinations: try shadows.destinations(),
                packets: try shadows.takePackets())
        }
    }

    /// A burst under shadows; every packet must be accounted for, and arrive.
    func shadowedBurst(
        _ plan: PlanOutcome, to pods: [String], isClean: Bool = true, ipv6: Bool = false,
        told: (inout RedirectConfiguration) -> Void = { _ in }, sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> ShadowResult {
        var sent: UInt64 = 0
        let result = try shadowed(plan, told: told) { _ in
            let ledger = try burst(pods, ipv6: ipv6)
            #expect(ledger.isClean || !isClean, "\(ledger)", sourceLocation: sourceLocation)
            sent = ledger.sent
        }
        // With IPv6 pods say something of their own now and then, to multicast groups: neither redirects that.
        let counted = ipv6 ? result.totals.compared.all : result.totals.eligible
        #expect(sent > 0 && counted == sent, "\(sent) \(result.totals)", sourceLocation: sourceLocation)
        let rows = result.destinations.reduce(into: ShadowCounts()) { $0 += $1.packets }
        #expect(rows == result.totals.compared, sourceLocation: sourceLocation)
        return result
    }
}
