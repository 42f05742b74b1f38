import Audit
import FoundationEssentials
import Model
import ModelSamples
import Testing

@Suite struct DiffTextTests {
    @Test func `a diff as an operator reads it`() throws {
        let before = try Sample.snapshot()
        var after = before
        after.links[1].mtu = 9000
        after.links[1].master = nil
        after.routes.removeLast()
        after.hooks[0] = Sample.hook(program: Sample.ours)
        let node = DiffDocument.Side(source: .node, id: nil, node: "worker-7", takenAt: Sample.time + 60)
        let side = DiffDocument.Side(source: .snapshot, id: before.id, node: "worker-7", takenAt: Sample.time)
        let text = DiffText.render(
            DiffDocument(before: side, after: node, groups: SnapshotDiff.groups(before, after)))
        #expect(
            text == """
                From snapshot s-3f9c1a2b4d5e, 2026-02-03 04:05:06 UTC, node worker-7
                to   the node as it is, 2026-02-03 04:06:06 UTC, node worker-7

                hooks (1 changed):
                ~ hz clsact/ingress prio 49152 handle 0x1 chain 0 proto all
                    program: 168 app_redirect (tag 646f99559a3b1c2d) → 203 fib_redirect (tag a1b2c3d4e5f60718)

                links (1 changed):
                ~ veth4 (12)
                    master: ifindex 3 → none
                    mtu: 1500 → 9000

                routes (1 removed):
                - 192.0.2.0/24 table main metric 0: flags 0x0, kind blackhole, origin unspecified, scope global

                0 added, 1 removed, 2 changed.

                """)
    }

    @Test func `nothing differs, and the plan is still the plan`() {
        let side = DiffDocument.Side(source: .plan, id: "p-0123456789abcdef", node: "n", takenAt: Sample.time)
        let text = DiffText.render(DiffDocument(before: side, after: side, samePlan: true, groups: []))
        #expect(text.hasSuffix("\nNothing differs. The plan id is the same.\n"))
        let other = DiffText.render(
            DiffDocument(
                before: side, after: side, samePlan: false, decision: ["membership: a when planned, b now."], groups: []
            ))
        #expect(
            other.contains("decision:\n  membership: a when planned, b now.") && other.contains("The plan id differs."))
    }

    @Test func `twenty lines of a list, and how many more there are`() {
        let items = (0..<30).map { DiffItem([.number(UInt64($0))], title: "thing \($0)", []) }
        let side = DiffDocument.Side(source: .node, id: nil, node: "n", takenAt: Sample.time)
        let text = DiffText.render(
            DiffDocument(before: side, after: side, groups: [DiffGroup.compare("links", [], items)]))
        #expect(text.contains("links (30 added):") && text.contains("  … and 10 more") && !text.contains("thing 20"))
    }
}
