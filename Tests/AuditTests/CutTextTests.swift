import Audit
import Model
import ModelSamples
import Testing

/// How a plan says in which way it takes over.
@Suite struct CutTextTests {
    private func plan(_ cut: CutKind, tcx: Bool = false) throws -> PlanDocument {
        var plan = try Sample.plan()
        plan.decision.cut = cut
        for index in plan.hooks.indices where plan.hooks[index].action == .replace {
            if tcx && index > 0 { plan.hooks[index].kind = .tcx }
            plan.hooks[index].guarantee = cut.guarantee(at: plan.hooks[index].kind)
        }
        return plan
    }

    @Test func `a direct cut says that it has no window, and how it is applied`() throws {
        let text = PlanText.render(try plan(.direct))
        #expect(
            text.contains(
                "  cut          direct: 2 hooks are replaced in place, one after the other; no confirm window\n"
                    + "               in place: every packet meets the old or the new program; a second writer is detected, not excluded\n"
            ))
        #expect(text.hasSuffix(" --confirm-within none\n"))
    }

    @Test func `where hooks differ each says what holds for it`() throws {
        let text = PlanText.render(try plan(.switch, tcx: true))
        #expect(text.contains("  cut          switch: one store flips all 2 hooks;"))
        let both = [
            "reads app_info; flips with all others by one store; the slot: a second writer is detected, not excluded",
            "reads app_info; flips with all others by one store; the kernel refuses when somebody else changed the place",
        ]
        for guarantee in both { #expect(text.contains(guarantee), "\(text)") }
        #expect(!text.contains("               flips with"))
        #expect(!PlanText.render(try plan(.switch)).contains("reads app_info; flips"))
    }

    @Test func `without a hook there is nothing to cut`() throws {
        var plan = try plan(.switch)
        plan.hooks.removeAll { $0.action == .replace }
        #expect(!PlanText.render(plan).contains("  cut "))
    }
}
