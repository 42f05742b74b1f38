import Model
import Testing

@testable import Inventory

struct MapWarningsTests {
    private func warnings(
        entries: Int = 1, max: UInt32 = 1000, holders: [MapRecord.Process] = []
    ) throws -> [PlanDocument.Blocker] {
        let profile = try #require(try BuiltInProfiles.all().first)
        let record = MapRecord(
            id: 40, name: "app_info", type: 1, keySize: 4, valueSize: 12, maxEntries: max, flags: 0,
            pin: "ambient/app_info", entries: entries, holders: holders)
        return MapWarnings.find([(try #require(profile.maps.first), record)], writers: profile.writers)
    }

    @Test(arguments: [(899, 0), (900, 1), (1000, 1)]) func `nearly full is 90 %`(_ entries: Int, _ count: Int) throws {
        let found = try warnings(entries: entries)
        #expect(found.map(\.code) == [String](repeating: Code.mapNearlyFull.text, count: count))
    }

    @Test func `what it says`() throws {
        #expect(
            try warnings(entries: 950).first?.message == "ambient/app_info (id 40): 950 of 1000 entries are in use")
    }

    @Test func `the profile's writer may write, and anybody may read`() throws {
        #expect(
            try warnings(holders: [
                .init(pid: 8, command: "install-cni", writable: true), .init(pid: 9, command: "x", writable: false),
                .init(pid: 10, command: "y"),
            ]).isEmpty)
    }

    @Test func `somebody else with a writable descriptor is named`() throws {
        let found = try warnings(holders: [
            .init(pid: 8, command: "install-cni", writable: true), .init(pid: 9, command: "fixer", writable: true),
        ])
        #expect(found.map(\.code) == [Code.foreignWriter.text])
        #expect(found.first?.message.contains("held writable by fixer (pid 9), which") == true)
        #expect(found.first?.remedy.contains("/proc/9/exe") == true)
    }
}
