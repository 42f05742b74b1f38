import FoundationEssentials
import Model
import Testing

@testable import Inventory

/// What `watch` makes of what it sees, by hand-made runs and hooks.
struct HookStandingsTests {
    private static let map: UInt32 = 40
    private static let legacy = ProgramReference(id: 7, name: "to_pods", tag: "aaaa")
    private static let ours = ProgramReference(id: 70, name: "fib_switch", tag: "bbbb")

    private func hook(
        _ ifindex: UInt32, _ program: ProgramReference?, direction: HookDirection = .ingress, kind: HookKind = .clsact,
        handle: UInt32 = 1, netns: UInt64 = Fixture.node, link: UInt32? = nil
    ) -> Hook {
        Hook(
            netns: .init(cookie: netns, inode: 1, path: nil), interface: "i\(ifindex)", ifindex: ifindex, kind: kind,
            direction: direction, chain: 0, priority: 1, handle: handle, etherType: 3, program: program, filter: nil,
            attachment: kind == .tcx ? Attachment(linkID: link, position: 0, revision: 1) : nil)
    }

    private func run(_ id: String, _ hooks: [Hook], ours: ProgramReference = Self.ours) -> RunRecord {
        RunRecord(
            id: id, planID: "p-1", bootID: "b", node: "n", nodeNetns: Fixture.node, pinDirectory: "/p", state: .committed,
            cut: .switch, startedAt: Date(timeIntervalSince1970: 0),
            hooks: hooks.enumerated().map { .init(index: $0, before: $1, replacement: ours) })
    }

    private func seen(_ hooks: [Hook], _ interfaces: [UInt32], only: Set<DeviceKey>? = nil) -> HookStandings.Seen {
        HookStandings.Seen(
            hooks: hooks, interfaces: Set(interfaces.map { DeviceKey(netns: Fixture.node, ifindex: $0) }),
            namespaces: [Fixture.node], reads: [7: [Self.map], 8: [Self.map], 9: [99], 70: [Self.map], 71: [Self.map]],
            devices: only)
    }

    private let likeness = LegacyLikeness(
        tags: ["aaaa"], maps: [Self.map: "ambient/app_info"], kinds: [.clsact], directions: [.ingress], kept: [5])

    private func sort(_ runs: [RunRecord], _ seen: HookStandings.Seen) -> [WatchedHook] {
        HookStandings.sort(runs, seen, likeness)
    }

    @Test func `what the run left is committed, and what is gone with its interface is vanished`() {
        let run = run("r-1", [hook(4, Self.legacy), hook(5, Self.legacy)])
        let found = sort([run], seen([hook(4, Self.ours)], [4]))
        #expect(found.map(\.standing) == [.committed, .vanished])
        #expect(!found.contains(where: \.isTrouble) && found.allSatisfy { $0.runID == "r-1" })
    }

    @Test func `a place with another program, or none, has drifted, and only the legacy program is like what was there`() {
        let run = run("r-1", [hook(4, Self.legacy), hook(5, Self.legacy), hook(6, Self.legacy)])
        let foreign = ProgramReference(id: 9, name: "other", tag: "cccc")
        let found = sort([run], seen([hook(4, foreign), hook(6, Self.legacy)], [4, 5, 6]))
        #expect(found.map(\.standing) == [.drifted, .drifted, .drifted])
        #expect(found[0].unlike?.contains("tag cccc") == true && found[1].unlike == "no program is there")
        #expect(found[2].unlike == nil && found[2].hook.program == Self.legacy)
        #expect(found[0].what == "program 70 expected, program 9 (other, tag cccc) is there")
    }

    @Test func `at a place of no run what reads the map, or is the legacy program, is new`() {
        let again = ProgramReference(id: 8, name: "to_pods", tag: "aaaa")
        let reader = ProgramReference(id: 7, name: "reads", tag: "dddd")
        let foreign = ProgramReference(id: 9, name: "other", tag: "cccc")
        let kept = ProgramReference(id: 5, name: "kept", tag: "aaaa")
        let found = sort(
            [run("r-1", [hook(4, Self.legacy)])],
            seen(
                [hook(4, Self.ours), hook(10, again), hook(11, reader), hook(12, foreign), hook(13, kept)],
                [4, 10, 11, 12, 13]))
        #expect(found.map(\.standing) == [.committed, .new, .new])
        #expect(found[1].unlike == nil && found[1].hook.ifindex == 10 && found[1].runID == nil)
        #expect(found[2].unlike?.contains("tag dddd") == true, "another program of the deployment is left to people")
    }

    @Test func `another direction, kind or map is unlike`() {
        let stranger = ProgramReference(id: 9, name: "to_pods", tag: "aaaa")
        let found = sort(
            [], seen([hook(4, Self.legacy, direction: .egress), hook(5, Self.legacy, kind: .tcx), hook(6, stranger)], [4, 5, 6]))
        #expect(found.map(\.standing) == [.new, .new, .new] && found.allSatisfy { $0.unlike != nil })
        #expect(found[2].unlike?.contains("reads none of ambient/app_info") == true)
    }

    @Test func `a heal's program at the place of an older run is no drift, and one line tells of the place`() {
        let switched = ProgramReference(id: 71, name: "fib_switch", tag: "bbbb")
        let base = run("r-1", [hook(4, Self.legacy)]), heal = run("r-2", [hook(4, Self.legacy)], ours: switched)
        let found = sort([heal, base], seen([hook(4, switched)], [4]))
        #expect(found.map(\.standing) == [.committed] && found.first?.runID == "r-2")
        #expect(sort([heal, base], seen([hook(4, Self.legacy)], [4])).map(\.standing) == [.drifted])
    }

    @Test func `a look at some interfaces says nothing of the others, and none of namespaces that were not read`() {
        let run = run("r-1", [hook(4, Self.legacy), hook(5, Self.legacy), hook(6, Self.legacy, netns: 99)])
        let found = sort(
            [run], seen([hook(5, Self.legacy)], [4, 5], only: [DeviceKey(netns: Fixture.node, ifindex: 5)]))
        #expect(found.map(\.hook.ifindex) == [5] && found.map(\.standing) == [.drifted])
    }

    @Test func `at tcx a stranger beside our program is none of its place's business`() {
        let before = hook(4, Self.legacy, kind: .tcx, link: 3)
        let foreign = ProgramReference(id: 9, name: "other", tag: "cccc")
        let found = sort(
            [run("r-1", [before])],
            seen([hook(4, foreign, kind: .tcx, link: 8), hook(4, Self.ours, kind: .tcx, link: 3)], [4]))
        #expect(found.map(\.standing) == [.committed])
    }

    @Test func `without a run to hold it against nothing is new`() {
        #expect(HookStandings.sort([], seen([hook(4, Self.legacy)], [4]), nil).isEmpty)
    }
}
