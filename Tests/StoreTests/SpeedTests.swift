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
        let clock = ContinuousClock()
        let layout = try Sample.profile().maps[0]
        let batches = stride(from: 0, to: Self.entries, by: 4096).map { start in
            EntryBatch(
                (start..<min(start + 4096, Self.entries)).map { number in
                    Sample.entry(
                        .v4(0x0a00_0000 + UInt32(number)), ifindex: UInt8(number % 256),
                        mac: MACAddress(value: UInt64(number)))
                })
        }
        for round in 1...12 {
            let taken = try clock.measure {
                try store.record(snapshotID: "s-\(round)") { (writer) throws(MigrateError) in
                    writer.begin(map: 41, macOffset: 4)
                    let answer = try writer.keep(Judgement(Sample.finding))
                    for batch in batches {
                        try writer.append(
                            batch, targets: layout.decode(batch), answers: .init(repeating: answer, count: batch.count))
                    }
                    return ((), Recorded(snapshot: try Sample.wrapped("s-\(round)"), plan: nil))
                }
            }
            print("record:", taken)
        }
        var count = 0
        print("read:", try clock.measure { count = try store.entries(snapshotID: "s-12").count })
        #expect(count == Self.entries)
        print("checkpoint:", try clock.measure { try store.checkpointAndClose() })
        print("bytes per entry:", (scratch.size("state/migrate.db") ?? 0) / Self.entries / 10)
    }
}
