import FoundationEssentials
import Model
import ModelSamples
import Testing

@testable import Store

/// Figures for whoever asks: `MIGRATE_STORE_ENTRIES=100000 swift test --filter SpeedTests`.
@Suite struct SpeedTests {
    static let entries = Int(ProcessInfo.processInfo.environment["MIGRATE_STORE_ENTRIES"] ?? "") ?? 0

    @Test(.enabled(if: entries > 0, "set MIGRATE_STORE_ENTRIES"))
    func `many entries`() throws {
        let scratch = try Scratch()
        let store = try scratch.open()
        var snapshot = try Sample.snapshot()
        snapshot.entries = (0..<Self.entries).shuffled().map { number in
            Sample.entry(
                .v4(0x0a00_0000 + UInt32(number)), ifindex: UInt8(number % 256), mac: MACAddress(value: UInt64(number)))
        }
        let map = try Sample.profile().maps[0]
        let clock = ContinuousClock()
        print("save snapshot:", try clock.measure { try store.save(snapshot, decode: map.decode) })
        let findings = snapshot.entries.compactMap(map.decode).map { target in
            Finding(
                address: target.address, legacy: .init(ifindex: target.ifindex, interface: "veth1", mac: target.mac),
                kernel: .init(lookup: "success", ifindex: target.ifindex, interface: "veth1", mac: target.mac),
                verdict: .match, effect: .same, note: "")
        }
        let plan = try Sample.plan(findings: findings)
        print("save plan:", try clock.measure { try store.save(plan: plan, findings: findings) })
        var count = 0
        print("read snapshot:", try clock.measure { count = try store.snapshot(idPrefix: "s-").entries.count })
        #expect(count == Self.entries)
        print("read findings:", try clock.measure { count = try store.findings(planID: plan.planID).count })
        #expect(count == Self.entries)
        print("checkpoint:", try clock.measure { try store.checkpointAndClose() })
        print("bytes per entry:", (scratch.size("state/migrate.db") ?? 0) / Self.entries)
    }
}
