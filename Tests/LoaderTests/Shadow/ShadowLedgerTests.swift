import Glibc
import Inventory
import Kernel
import Lab
import Loader
import Model
import TestSupport
import Testing

extension LoaderSuite {
    /// Coming, standing and going, a shadow costs no packet: none is lost, doubled or overtaken.
    @Suite(.requires(.tcx)) struct ShadowLedger {
        @Test(arguments: [LabFamily.ambient, .fabric])
        func `forty shadows come and go under traffic`(family: LabFamily) throws {
            try withNode(family, pods: 3, ipv6: family == .fabric) { node in
                let plan = try node.plan()
                let groups = try ShadowGroup.groups(plan)
                let traffic = try Traffic.start(
                    in: node.lab,
                    TrafficOptions(
                        pods: ["pod1", "pod2", "pod3"], rate: 2000, seconds: 600, ipv6: family == .fabric))
                var counted = ShadowCounts()
                do {
                    while traffic.receivedSoFar < 300 { usleep(1_000) }
                    try node.lab.enter {
                        for _ in 1...40 {
                            let shadows = try Shadows(groups, members: plan.enrolled, node: plan.node)
                            usleep(50_000)
                            shadows.detach()
                            counted += try shadows.totals().compared
                        }
                    }
                } catch {
                    _ = traffic.stop()
                    throw error
                }
                let ledger = traffic.stop()
                #expect(ledger.isClean, "\(ledger)")
                #expect(counted.differing == 0 && counted.all > 0 && counted.all < ledger.sent, "\(counted)")
                print(
                    "shadow, \(family.rawValue): \(ledger.sent) packets through 40 shadows, \(ledger.lost) lost, \(counted.all) compared"
                )
            }
        }

        @Test func `one that stands for long counts every packet once`() throws {
            try withNode(pods: 4) { node in
                let plan = try node.plan()
                var sent: UInt64 = 0
                let result = try node.shadowed(plan) { shadows in
                    let ledger = try Traffic.start(
                        in: node.lab,
                        TrafficOptions(pods: (1...4).map { "pod\($0)" }, rate: 5000, seconds: 5)
                    ).wait()
                    #expect(ledger.isClean, "\(ledger)")
                    sent = ledger.sent
                }
                #expect(result.totals.eligible == sent && result.totals.compared.differing == 0)
                print("shadow: \(sent) packets sent, \(result.totals.eligible) counted")
            }
        }
    }
}
