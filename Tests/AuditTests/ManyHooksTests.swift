import Audit
import Model
import ModelSamples
import Testing

/// A node with a hook for each pod is told in about a screen, and nothing of it is lost.
@Suite struct ManyHooksTests {
    private func plan(_ count: UInt32) throws -> PlanDocument {
        let hooks = (0..<count).map { number in
            Sample.hook(
                "pod\(number)", ifindex: 100 + number,
                program: ProgramReference(id: 500 + number, name: "from_pod", tag: "646f99559a3b1c2d"))
        }
        var plan = try Sample.plan(hooks: hooks)
        plan.steps =
            hooks.indices.map { "pin program \($0 + 500) (from_pod) as migrate/legacy_\($0)" }
            + ["ask the kernel to resolve the neighbors"] + hooks.map { "replace \($0.title) in place" }
        plan.blockers = hooks.map { .init(.forwardingOff, "\($0.interface): ipv4 forwarding is off", remedy: "on") }
        return plan
    }

    @Test func `of many hooks alike the first few are shown`() throws {
        let plan = try plan(100)
        let text = PlanText.render(plan)
        let lines = text.split(separator: "\n")
        #expect(lines.count < 80, "\(lines.count) lines")
        #expect(lines.count { $0.hasPrefix("~ pod") } == 3)
        let command = "migrate show \(Identifier.short(plan.planID)) -o json"
        #expect(text.contains("    … and 97 more like it; all of them:  \(command)\n"))
        #expect(text.contains("  3. pin program 502") && !text.contains("  4. pin program 503"))
        #expect(text.contains("  101. ask the kernel") && text.contains("  102. replace pod0 "))
        #expect(text.contains("… and 97 more of MIG1303; all of them:  \(command)"))
        #expect(text.contains("Blocked by MIG1303"))
    }

    @Test func `a few are all shown`() throws {
        let text = PlanText.render(try plan(8))
        #expect(!text.contains(" more like it") && text.contains("~ pod7") && text.contains("  17. replace pod7 "))
    }

    @Test func `one that is not like the others is always shown`() throws {
        var plan = try plan(100)
        plan.hooks[57].priority = 7
        let text = PlanText.render(plan)
        #expect(text.contains("~ pod57 ") && text.contains("… and 96 more like it"))
    }

    @Test func `a run's hooks, likewise`() throws {
        var run = Sample.rolledBack(planID: "p-0123456789abcdef")
        let hook = try #require(run.hooks.first)
        run.hooks = (0..<100).map { number in
            var line = hook
            line.interface = "pod\(number)"
            return line
        }
        let text = RunText.render(run)
        #expect(text.split(separator: "\n").count < 30 && text.contains("… and 97 more like it"))
        run.hooks[70].after = Sample.ours
        #expect(RunText.render(run).contains("~ pod70"))
    }
}
