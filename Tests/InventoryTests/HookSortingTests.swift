import Model
import Testing

@testable import Inventory

struct HookSortingTests {
    private static let legacyMap: UInt32 = 40, keptMap: UInt32 = 41

    private func hook(
        _ interface: UInt32, _ program: UInt32?, name: String, priority: UInt16 = 1, netns: UInt64 = Fixture.node,
        direction: HookDirection = .ingress
    ) -> Hook {
        Hook(
            netns: .init(cookie: netns, inode: 1, path: nil), interface: "i\(interface)", ifindex: interface,
            kind: .clsact,
            direction: direction, chain: 0, priority: priority, handle: 1, etherType: 3,
            program: program.map { ProgramReference(id: $0, name: name, tag: "0123") }, filter: nil)
    }

    private func record(_ id: UInt32, name: String, maps: [UInt32]) -> ProgramRecord {
        ProgramRecord(
            reference: .init(id: id, name: name, tag: "0123"), type: 3, mapIDs: maps, loadedAt: 0, createdByUID: 0)
    }

    private func sort(_ hooks: [Hook], _ programs: [ProgramRecord], keep: String? = nil) throws -> HookSorting {
        var profile = try #require(try BuiltInProfiles.all().first)
        if let keep {
            profile.keep = Array(profile.keep.prefix(1))
            profile.keep[0].pin = keep
        }
        let layout = try #require(profile.maps.first)
        let legacy = MapRecord(
            id: Self.legacyMap, name: "app_info", type: 1, keySize: 4, valueSize: 12, maxEntries: 9, flags: 0,
            pin: layout.pin)
        let kept = MapRecord(
            id: Self.keptMap, name: "ztunnel_info", type: 2, keySize: 4, valueSize: 12, maxEntries: 1, flags: 0,
            pin: "ambient/ztunnel_info")
        let snapshot = Fixture.snapshot {
            $0.maps = [legacy, kept]
            $0.hooks = hooks
            $0.programs = programs
        }
        return HookSorting(snapshot, profile: profile, maps: [(layout, legacy)])
    }

    @Test(arguments: ["ambient/ztunnel_*": true, "*/ztunnel_info": true, "ambient/?": false, "ztunnel_*": false])
    func `a pin to keep may be a pattern`(keep: String, fits: Bool) throws {
        let sorting = try sort(
            [hook(4, 8, name: "other")], [record(8, name: "other", maps: [Self.keptMap])], keep: keep)
        #expect(sorting.lines.map(\.action) == [fits ? .keep : .foreign])
    }

    @Test func `what reads the legacy map is replaced, whatever its name`() throws {
        let sorting = try sort(
            [hook(4, 7, name: "anything")], [record(7, name: "anything", maps: [Self.legacyMap, 99])])
        #expect(sorting.lines.map(\.action) == [.replace])
        #expect(sorting.lines.first?.why == "reads ambient/app_info")
        #expect(sorting.legacy.map(\.ifindex) == [4])
        #expect(!sorting.holdsOurs)
    }

    @Test func `a program with the legacy one's name that does not read the map is foreign`() throws {
        let sorting = try sort([hook(4, 7, name: "ztunnel_host_in")], [record(7, name: "ztunnel_host_in", maps: [99])])
        #expect(sorting.lines.map(\.action) == [.foreign])
        #expect(sorting.legacy.isEmpty)
    }

    @Test func `readers of the deployment's other maps are kept, with the profile's reason`() throws {
        let sorting = try sort(
            [hook(5, 8, name: "app_outbound")], [record(8, name: "app_outbound", maps: [Self.keptMap])])
        #expect(sorting.lines.map(\.action) == [.keep])
        #expect(sorting.lines.first?.why == "sends to the proxy, whose place does not follow from the destination")
    }

    @Test func `reading both means replaced`() throws {
        let sorting = try sort([hook(5, 8, name: "x")], [record(8, name: "x", maps: [Self.keptMap, Self.legacyMap])])
        #expect(sorting.lines.map(\.action) == [.replace])
    }

    @Test func `our own program is neither replaced nor foreign, also when it asks the legacy map for keys`() throws {
        let sorting = try sort(
            [hook(4, 7, name: "fib_redirect_ke"), hook(5, 8, name: "fib_redirect")],
            [
                record(7, name: "fib_redirect_ke", maps: [Self.legacyMap, 90]),
                record(8, name: "fib_redirect", maps: [91]),
            ])
        #expect(sorting.lines.map(\.action) == [.ours, .ours])
        #expect(sorting.holdsOurs)
        #expect(sorting.legacy.isEmpty)
    }

    @Test func `classic filters and programs that went away are foreign`() throws {
        let sorting = try sort([hook(4, nil, name: ""), hook(5, 77, name: "")], [])
        #expect(sorting.lines.map(\.action) == [.foreign, .foreign])
    }

    @Test func `hooks come by namespace, interface, direction and priority`() throws {
        let hooks = [
            hook(5, 7, name: "a", netns: 2), hook(5, 7, name: "a", priority: 2), hook(5, 7, name: "a"),
            hook(4, 7, name: "a", direction: .ingress), hook(4, 7, name: "a", direction: .egress),
        ]
        let legacy = try sort(hooks, [record(7, name: "a", maps: [Self.legacyMap])]).legacy
        #expect(legacy.map(\.ifindex) == [4, 4, 5, 5, 5])
        #expect(legacy.map(\.priority) == [1, 1, 1, 2, 1])
        #expect(legacy.prefix(2).map(\.direction) == [.egress, .ingress])
        #expect(legacy.last?.netns.cookie == 2)
    }
}
