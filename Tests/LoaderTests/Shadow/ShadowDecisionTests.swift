import Inventory
import Kernel
import Lab
import Loader
import Model
import TestSupport
import Testing

extension LoaderSuite {
    /// Shadow and replacement, loaded alike and attached to nothing, on packets of every kind.
    @Suite(.requires(.tcx)) struct ShadowDecision {
        @Test(arguments: Membership.allCases, [LabFamily.ambient, .fabric])
        func `it decides as the replacement does, and touches no packet`(membership: Membership, family: LabFamily)
            throws
        {
            try withNode(family, pods: 2, ipv6: true) { node in
                let plan = try node.plan(membership)
                let group = try #require(try ShadowGroup.groups(plan).first)
                let hook = try #require(group.hooks.first)
                var targets = plan.findings.map(\.address)
                targets += try [node.lab.pod("plain").address, node.lab.state.gateways[0].address]
                targets += ["198.51.100.7", "224.0.0.5", "2001:db8::7"].compactMap { IPAddress($0) }
                try node.lab.enter {
                    let members = Set(plan.enrolled.map(\.ifindex)).sorted()
                    try group.configuration.replacement.enrolling(members) { told throws(KernelError) in
                        var configuration = group.configuration
                        configuration.replacement = told
                        let shadow = try ShadowObject.load(configuration)
                        let replacement = try ReplacementObject.load(told)
                        try compare(shadow, replacement, targets, ifindex: hook.ifindex)
                    }
                }
            }
        }

        private func compare(
            _ shadow: borrowing LoadedShadow, _ replacement: borrowing BPFProgram, _ targets: [IPAddress],
            ifindex: UInt32
        ) throws(KernelError) {
            var runs = PacketRun(ifindex: ifindex)
            var redirected = 0, count: UInt64 = 0
            for target in targets {
                for packet in CaseGenerator(sources: [:], seed: 7).cases(to: target, thorough: true) {
                    // What the kernel takes for no test run is no packet of this comparison.
                    guard let after = try? runs.run(replacement, on: packet) else { continue }
                    let before = try shadow.counters.readTotals()
                    let left = try runs.run(shadow.program, on: packet)
                    #expect(left.verdict == .next && left.frame == packet.frame, "\(target) \(packet.kind)")
                    #expect(left.mark == packet.metadata.mark && left.priority == packet.metadata.priority)
                    #expect(left.controlBlock == packet.metadata.controlBlock)
                    let now = try shadow.counters.readTotals()
                    let isMissed = now.bothMiss + now.ineligible + now.compared.fibMisses
                    let wasMissed = before.bothMiss + before.ineligible + before.compared.fibMisses
                    let isRedirected = isMissed == wasMissed
                    #expect(now.seen == before.seen + 1)
                    #expect(isRedirected == (after.verdict == .redirect), "\(target) \(packet.kind) \(after.verdict)")
                    redirected += isRedirected ? 1 : 0
                    count += 1
                }
            }
            #expect(redirected > 50 && count > 500, "\(redirected) of \(count)")
        }
    }
}
