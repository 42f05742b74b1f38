import Model
import ModelSamples
import Testing

@Suite struct EntryBatchTests {
    private func entries(_ numbers: Range<UInt32>) -> [MapEntry] {
        numbers.map { number in
            Sample.entry(
                .v4(0x0a00_0000 + number), ifindex: UInt8(number % 256), mac: MACAddress(value: UInt64(number) << 8))
        }
    }

    @Test func `entries come out as they went in`() throws {
        let given = entries(0..<300)
        let batch = EntryBatch(given)
        #expect(batch.count == 300 && batch.keySize == 4 && batch.valueSize == 12)
        #expect(batch.entries == given && batch[7] == given[7])
        #expect(EntryBatch([]).entries.isEmpty)
    }

    @Test func `a batch is decoded as its entries are`() throws {
        let layout = try Sample.profile().maps[0]
        let given = entries(0..<300)
        let targets = layout.decode(EntryBatch(given))
        #expect(targets == given.map { layout.decode($0) })
        #expect(targets[258]?.address.description == "10.0.1.2" && targets[258]?.ifindex == 2)
        #expect(targets[258]?.mac.description == "00:00:00:01:02:00")
    }

    @Test func `buffers may be longer than what is in them`() {
        let batch = EntryBatch(
            mapID: 1, keySize: 2, valueSize: 1, count: 1, keys: [1, 2, 9, 9], values: [3, 9])
        #expect(batch.entries == [MapEntry(mapID: 1, key: [1, 2], value: [3])])
    }
}

@Suite struct MapSketchTests {
    private func sketch(_ entries: [UInt32: UInt8]) -> MapSketch {
        var sketch = MapSketch()
        let all = entries.map { Sample.entry(.v4($0.key), ifindex: $0.value, mac: MACAddress(value: 1)) }.shuffled()
        // In whatever order and by whatever batches it is read.
        for start in stride(from: 0, to: all.count, by: 77) {
            sketch.add(EntryBatch(Array(all[start..<min(start + 77, all.count)])))
        }
        return sketch
    }

    @Test func `what stays the same shows nothing`() {
        var entries: [UInt32: UInt8] = [:]
        for number in 0..<5_000 { entries[UInt32(number)] = UInt8(number % 250) }
        let activity = sketch(entries).activity(until: sketch(entries), milliseconds: 7)
        #expect(activity.keysChanged == 0 && activity.intervalMs == 7)
        #expect(sketch(entries).count == 5_000)
    }

    @Test func `keys that come, go and change are told apart`() {
        var before: [UInt32: UInt8] = [:]
        for number in 0..<100 { before[UInt32(number) << 9] = UInt8(number) }
        var after = before
        after[1 << 9] = 200
        after[2 << 9] = 200
        after[3 << 9] = nil
        for number: UInt32 in 1...3 { after[0x0a00_0000 + number] = 1 }
        let activity = sketch(before).activity(until: sketch(after), milliseconds: 1)
        #expect(activity.added == 3 && activity.removed == 1 && activity.changed == 2)
        #expect(activity.keysChanged == 6)
    }

    /// A lower bound, never more than what happened.
    @Test func `of many changes in few parts at least some show`() {
        var before: [UInt32: UInt8] = [:]
        for number in 0..<200_000 { before[UInt32(number)] = 1 }
        let after = before.mapValues { _ in UInt8(2) }
        let activity = sketch(before).activity(until: sketch(after), milliseconds: 1)
        #expect(activity.keysChanged > 60_000 && activity.keysChanged <= 200_000)
        #expect(!activity.isExact)
    }
}
