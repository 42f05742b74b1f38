import Model
import Testing

@testable import Inventory

struct OtherHooksTests {
    private static let ours = ProgramReference(id: 200, name: "fib_redirect", tag: "1")
    private static let legacy: UInt32 = 100

    private func hook(
        _ program: UInt32?, _ position: UInt32, kind: HookKind = .tcx, link: UInt32? = nil,
        mode: Model.Attachment.Mode? = nil, name: String = "p", interface: UInt32 = 4
    ) -> Hook {
        Hook(
            netns: .init(cookie: Fixture.node, inode: 1, path: nil), interface: "hz", ifindex: interface, kind: kind,
            direction: .ingress, chain: 0, priority: 0, handle: 0, etherType: 3,
            program: program.map { ProgramReference(id: $0, name: name, tag: "t") }, filter: nil,
            attachment: Model.Attachment(linkID: link, position: position, revision: 7, mode: mode))
    }

    private func line(_ hook: Hook, _ action: PlanDocument.HookLine.Action = .foreign) -> PlanDocument.HookLine {
        .init(hook, action: action, why: "")
    }

    /// A foreign program, the legacy one, another foreign one.
    private var before: [PlanDocument.HookLine] {
        [line(hook(5, 0, link: 50)), line(hook(Self.legacy, 1, link: 60), .replace), line(hook(6, 2))]
    }

    @Test func `nothing changed, whichever program is in the run's own slot`() {
        for program in [Self.legacy, 200] {
            let now = [hook(6, 2), hook(program, 1, link: 60), hook(5, 0, link: 50)]
            #expect(OtherHooks.changes(from: before, to: now) == [])
        }
    }

    @Test func `a revision that only counted our own changes is none`() {
        var now = [hook(5, 0, link: 50), hook(Self.legacy, 1, link: 60), hook(6, 2)]
        for index in now.indices { now[index].attachment?.revision = 99 }
        #expect(OtherHooks.changes(from: before, to: now) == [])
    }

    @Test func `another order is a change`() {
        let now = [hook(5, 1, link: 50), hook(Self.legacy, 0, link: 60), hook(6, 2)]
        #expect(
            OtherHooks.changes(from: before, to: now) == [
                "hz tcx/ingress: program 5 (p, link 50), the run's own slot, program 6 (p) before, "
                    + "the run's own slot, program 5 (p, link 50), program 6 (p) now"
            ])
    }

    @Test func `another program in a foreign link, another link, a link instead of none`() {
        for changed in [
            [hook(9, 0, link: 50), hook(6, 2)], [hook(5, 0, link: 51), hook(6, 2)], [hook(5, 0), hook(6, 2)],
            [hook(5, 0, link: 50), hook(6, 2, link: 70)], [hook(5, 0, link: 50)],
            [hook(5, 0, link: 50), hook(6, 2), hook(7, 3)],
        ] {
            #expect(OtherHooks.changes(from: before, to: changed + [hook(Self.legacy, 1, link: 60)]).count == 1)
        }
    }

    @Test func `the run's own slot that is gone is a change of the list`() {
        #expect(OtherHooks.changes(from: before, to: [hook(5, 0, link: 50), hook(6, 2)]).count == 1)
    }

    @Test func `a slot without a link is known by the legacy program or ours`() {
        let lines = [line(hook(5, 0)), line(hook(Self.legacy, 1), .replace)]
        for slot in [hook(Self.legacy, 1), hook(200, 1, name: "fib_redirect")] {
            #expect(OtherHooks.changes(from: lines, to: [hook(5, 0), slot]) == [])
        }
        #expect(OtherHooks.changes(from: lines, to: [hook(5, 0), hook(201, 1)]).count == 1)
    }

    @Test func `xdp: the program counts, and the mode; the link where both times it could be told`() {
        let lines = [line(hook(5, 0, kind: .xdp, link: 50, mode: .native))]
        #expect(OtherHooks.changes(from: lines, to: [hook(5, 0, kind: .xdp, link: 50, mode: .native)]) == [])
        #expect(OtherHooks.changes(from: lines, to: [hook(5, 0, kind: .xdp, mode: .native)]) == [])
        #expect(OtherHooks.changes(from: lines, to: [hook(5, 0, kind: .xdp, link: 51, mode: .native)]).count == 1)
        #expect(OtherHooks.changes(from: lines, to: [hook(6, 0, kind: .xdp, link: 50, mode: .native)]).count == 1)
        #expect(
            OtherHooks.changes(from: lines, to: []) == ["hz xdp/ingress: program 5 (p, link 50) before, nothing now"])
        // Two places: one was left, one was taken.
        #expect(OtherHooks.changes(from: lines, to: [hook(5, 0, kind: .xdp, link: 50, mode: .generic)]).count == 2)
    }

    @Test func `netkit and tcx of one interface are places of their own`() {
        let lines = [line(hook(5, 0)), line(hook(6, 0, kind: .netkit))]
        #expect(OtherHooks.changes(from: lines, to: [hook(6, 0, kind: .netkit), hook(5, 0)]) == [])
        #expect(
            OtherHooks.changes(from: lines, to: [hook(5, 0)]) == [
                "hz netkit/ingress: program 6 (p) before, nothing now"
            ])
    }

    @Test func `filters: program by place; a classic one that is gone is a change, too`() {
        var filter = hook(5, 0, kind: .clsact)
        filter.attachment = nil
        var classic = filter
        classic.program = nil
        classic.priority = 2
        let lines = [line(filter), line(classic)]
        #expect(OtherHooks.changes(from: lines, to: [filter, classic]) == [])
        #expect(OtherHooks.changes(from: lines, to: [filter]) == ["hz clsact/ingress: no program before, nothing now"])
        #expect(
            OtherHooks.changes(from: [], to: [filter]) == ["hz clsact/ingress: nothing before, program 5 (p) now"])
    }

    @Test func `a namespace that is not there is said, not passed over`() throws {
        var plan = try planOfNowhere()
        plan.node.netns = NamespaceIdentity(cookie: .max, inode: 0, path: nil)
        let compared = OtherHooks.compare(since: plan)
        #expect(compared.changes == [] && compared.notCompared.count == 1)
        #expect(compared.notCompared.first?.hasPrefix("what others changed beside the run's hooks: ") == true)
    }

    private func planOfNowhere() throws -> PlanDocument {
        let profile = try #require(try BuiltInProfiles.all().first)
        let decision = Decision(
            node: "n", machineID: "m", bootID: "b", netns: .max, profile: profile, membership: .onLink, egress: .neigh,
            replacement: .init(object: "", program: "", fibFlags: 0, readsDevice: true, denied: []), maps: [],
            hooks: [], steps: [])
        return PlanDocument(
            planID: "p-0", createdAt: .init(timeIntervalSince1970: 0), tool: Tool(version: "0", object: ""),
            node: Fixture.identity, snapshotID: "s-1", decision: decision,
            asked: .init(membership: nil, egress: .neigh, acceptUnknown: false), maps: [],
            entries: .init([], all: false),
            membership: .init(chosen: .onLink, why: "", widened: [], lost: []), hooks: [],
            blockers: [], warnings: [], equivalence: .notRun, breakGlass: [],
            unobserved: [])
    }
}
