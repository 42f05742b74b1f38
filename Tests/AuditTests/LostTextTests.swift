import Audit
import Model
import ModelSamples
import Testing

@Suite struct LostTextTests {
    /// A plan that loses a destination behind an interface whose egress program is kept.
    private func text(_ membership: Membership, _ failure: Profile.OnFailure, _ miss: Profile.OnMiss) throws -> String {
        var plan = try Sample.plan()
        let kept = try #require(plan.hooks.firstIndex { $0.action == .keep })
        plan.hooks[kept].direction = .egress
        plan.decision.membership = membership
        plan.decision.profile.contract.onFailure = failure
        plan.decision.profile.contract.onMiss = miss
        plan.membership.lost = [
            .init(address: try Sample.address("10.9.4.17"), interface: plan.hooks[kept].interface, why: "via-gateway")
        ]
        plan.membership.lostTotal = 1
        return PlanText.render(plan)
    }

    @Test(arguments: [
        (Membership.onLink, Profile.OnFailure.drop, Profile.OnMiss.ok, "go through the stack afterwards"),
        (.legacyKeys, .pass, .ok, "go through the stack afterwards"),
        (.legacyKeys, .pass, .next, "go on to the next program afterwards"),
        (.legacyKeys, .drop, .ok, "dropped afterwards (a key that the kernel cannot place; on_failure is drop)"),
        (
            .enrolled, .drop, .ok,
            "go through the stack afterwards, or dropped where the kernel names an interface of the set"
        ),
    ])
    func `what becomes of a lost destination is what the program does with it`(
        _ membership: Membership, _ failure: Profile.OnFailure, _ miss: Profile.OnMiss, _ afterwards: String
    ) throws {
        let text = try text(membership, failure, miss)
        let lines = text.split(separator: "\n").drop { !$0.hasPrefix("Lost (1)") }.prefix(2)
        #expect(lines.first == "Lost (1): redirected today, \(afterwards)")
        // It is in the map: that is why it is redirected today.
        #expect(lines.last?.hasSuffix("via-gateway") == true, "\(lines)")
    }
}
