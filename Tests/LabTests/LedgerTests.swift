import Model
import Testing

@testable import Lab

@Suite struct LedgerTests {
    private func flow(sent: UInt64, _ arrivals: [UInt64]) -> Ledger.Flow {
        var count = FlowCount()
        for (moment, number) in arrivals.enumerated() {
            count.record(number, sent: UInt64(moment) * 1_000_000, at: UInt64(moment) * 1_000_000 + 40_000)
        }
        return Ledger.Flow(
            pod: "pod1", address: .v4(0x0a09_000b), sent: sent, refused: 0, dropped: 0, count: count)
    }

    private func ledger(_ flows: Ledger.Flow...) -> Ledger {
        Ledger(run: "1", rate: 1000, milliseconds: 5, flows: flows)
    }

    @Test func `all in order is clean`() {
        let ledger = ledger(flow(sent: 5, [0, 1, 2, 3, 4]))
        #expect(ledger.isClean && ledger.received == 5)
        #expect(ledger.flows[0].longestSilenceMicroseconds == 1000)
        #expect(ledger.flows[0].longestDelayMicroseconds == 40)
    }

    @Test func `a gap is a loss, at the end as well`() {
        #expect(ledger(flow(sent: 5, [0, 1, 3, 4])).lost == 1)
        #expect(ledger(flow(sent: 5, [0, 1, 2])).lost == 2)
        #expect(ledger(flow(sent: 5, [])).lost == 5)
    }

    @Test func `a copy is a duplicate and hides no loss`() {
        let ledger = ledger(flow(sent: 4, [0, 1, 1, 1, 3]))
        #expect(ledger.duplicated == 2 && ledger.lost == 1 && ledger.received == 3 && ledger.reordered == 0)
    }

    @Test func `a packet that was overtaken is reordered`() {
        let ledger = ledger(flow(sent: 5, [0, 2, 3, 1, 4]))
        #expect(ledger.reordered == 1 && ledger.lost == 0 && !ledger.isClean)
    }

    @Test func `nothing sent is not clean`() {
        #expect(!ledger(flow(sent: 0, [])).isClean)
    }

    @Test func `sums are over all flows`() {
        let ledger = ledger(flow(sent: 3, [0, 1, 2]), flow(sent: 3, [0, 0]))
        #expect(ledger.sent == 6 && ledger.received == 4 && ledger.lost == 2 && ledger.duplicated == 1)
    }

    @Test func `JSON keeps it`() throws {
        let ledger = ledger(flow(sent: 4, [0, 1, 1, 3]))
        let text = try JSON.canonical(ledger)
        #expect(try JSON.decode(Ledger.self, from: text) == ledger)
        #expect(String(decoding: text, as: UTF8.self).contains("\"lost\":1"))
    }

    @Test func `numbers far apart are kept apart`() {
        var set = SequenceSet()
        let numbers: [UInt64] = [0, 63, 64, 65, 10_000, 3_600_000]
        #expect(numbers.allSatisfy { set.insert($0) } && set.count == 6)
        #expect(numbers.allSatisfy { !set.insert($0) } && set.count == 6)
    }

    @Test(arguments: [28, 64, 1400]) func `a packet is read as it was written`(size: Int) {
        let packet = TrafficPacket(run: .max - 1, flow: 7, sequence: 1 << 40, sent: 123_456_789_012)
        let bytes = packet.bytes(count: size)
        #expect(bytes.count == size && TrafficPacket(bytes) == packet)
        #expect(TrafficPacket(bytes.prefix(27)) == nil)
    }
}
