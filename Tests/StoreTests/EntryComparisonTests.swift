import Model
import ModelSamples
import Testing

@testable import Store

/// Entries of two snapshots, compared where they are.
@Suite struct EntryComparisonTests {
    private let scratch: Scratch
    private let store: Store

    init() throws {
        scratch = try Scratch()
        store = try scratch.open()
    }

    private func entries(_ numbers: some Sequence<Int>, mac: UInt8 = 1) throws -> [MapEntry] {
        numbers.map { Sample.entry(.v4(0x0a09_0000 + UInt32($0)), ifindex: 12, mac: Sample.mac(mac)) }
    }

    private func save(_ id: String, _ entries: [MapEntry], in store: Store? = nil) throws {
        try (store ?? self.store).save(Sample.snapshot(id: id), entries: entries)
    }

    @Test func `added, removed and changed, in the order of their keys`() throws {
        try save("s-1", entries((1...300).reversed()))
        try save("s-2", entries(2...299) + entries([300], mac: 9) + entries([500, 400]))
        let group = try store.compareEntries(of: "s-1", with: "s-2", in: store)
        #expect(group.removed.map(\.title) == ["ambient/app_info 10.9.0.1"])
        #expect(group.added.map(\.title) == ["ambient/app_info 10.9.1.144", "ambient/app_info 10.9.1.244"])
        #expect(group.changed.map(\.title) == ["ambient/app_info 10.9.1.44"])
        #expect(
            group.changed[0].attributes[0]
                == .init(name: "mac", before: "02:00:00:00:00:01", after: "02:00:00:00:00:09"))
        #expect(try store.compareEntries(of: "s-2", with: "s-2", in: store).isEmpty)
    }

    @Test func `the other side may be a store that nobody sees`() throws {
        try save("s-1", entries(1...10))
        let temporary = try Store.temporary(in: scratch.directory)
        try save("s-now", entries(2...11), in: temporary)
        let group = try store.compareEntries(of: "s-1", with: "s-now", in: temporary)
        #expect(group.removedTotal == 1 && group.addedTotal == 1 && group.changedTotal == 0)
        #expect(try store.snapshots().map(\.id) == ["s-1"])
    }

    @Test func `a snapshot without entries`() throws {
        try save("s-1", [])
        try save("s-2", entries(1...3))
        #expect(try store.compareEntries(of: "s-1", with: "s-2", in: store).addedTotal == 3)
    }
}
