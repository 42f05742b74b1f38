import Inventory
import Lab
import Model
import TestSupport
import Testing

extension ScenarioSuite {
    @Suite struct Memberships {
        @Test func `an agent that is alive: auto means legacy-keys`() throws {
            try withNode { node in
                let plan = try node.plan()
                #expect(plan.document.membership.chosen == .legacyKeys)
                #expect(plan.document.membership.why.contains("install-cni (pid \(node.lab.state.keeper.pid))"))
                #expect(plan.document.decision.replacement.program == "fib_redirect_keys")
            }
        }

        /// The same as an agent that is gone, seen from the other side: its name is not among the profile's writers.
        @Test func `nobody who keeps the keys: undecided, unless asked for`() throws {
            try withNode { node in
                var profile = try TestNode.profile()
                profile.writers.processes = ["some-other-agent"]
                let plan = try node.plan(profile: profile)
                #expect(plan.blocked == [Code.membershipUndecided.text])
                #expect(plan.blocker(.membershipUndecided)?.message.contains("some-other-agent") == true)
                for membership in Membership.allCases {
                    #expect(try node.plan(membership, profile: profile).blocked == [])
                }
            }
        }

        @Test func `every local pod is a member: auto means on-link`() throws {
            try withNode { node in
                var profile = try TestNode.profile()
                profile.members = .allLocalPods
                let plan = try node.plan(profile: profile)
                #expect(plan.document.membership.chosen == .onLink && plan.blocked == [])
                #expect(plan.document.decision.replacement.program == "fib_redirect")
            }
        }

        @Test func `on-link widens to the plain pod and to second addresses, legacy-keys to nothing`() throws {
            try withNode { node in
                try node.sh("ip addr add 10.9.0.111/32 dev eth0", in: "pod1")
                try node.sh("ip route add 10.9.0.111 dev pod1 scope link")
                let onLink = try node.plan(.onLink).document.membership
                let plain = try node.lab.pod("plain").address.description
                #expect(
                    onLink.widened.map { "\($0.address) \($0.interface)" } == ["\(plain) plain", "10.9.0.111 pod1"])
                #expect(onLink.widenedTotal == 2 && onLink.lost == [])
                let keys = try node.plan(.legacyKeys).document.membership
                #expect(keys.widened == [] && keys.widenedTotal == 0 && keys.lost == [])
                // pod1's interface is in the set, and with it whatever is behind it.
                let enrolled = try node.plan(.enrolled).document.membership
                #expect(enrolled.widened.map { "\($0.address) \($0.interface)" } == ["10.9.0.111 pod1"])
                #expect(enrolled.lost == [] && enrolled.enrolled?.interfaces.map(\.interface) == ["pod1", "pod2"])
                for section in [onLink, keys, enrolled] {
                    let modes = try #require(section.modes)
                    #expect(modes.map(\.mode) == [.onLink, .enrolled, .legacyKeys])
                    #expect(modes.map(\.widenedTotal) == [2, 1, 0] && modes.map(\.lostTotal) == [0, 0, 0])
                    #expect(modes[0].widenedFirst.map(\.description) == [plain, "10.9.0.111"])
                    #expect(modes.allSatisfy { $0.effects == ["same": 2] })
                }
            }
        }

        @Test func `an address without a route to its pod is not widened`() throws {
            try withNode { node in
                try node.sh("ip addr add 10.9.0.111/32 dev eth0", in: "pod1")
                #expect(
                    try !node.plan(.onLink).document.membership.widened.contains { "\($0.address)" == "10.9.0.111" })
            }
        }

        /// An entry without a usable answer is lost whatever the membership, and both say so.
        @Test(arguments: Membership.allCases) func `redirected only today: lost`(_ membership: Membership) throws {
            try withNode(pods: 1, faults: true) { node in
                let plan = try node.plan(membership)
                let broken = try node.lab.pod("broken")
                #expect(
                    plan.document.membership.lost.map { "\($0.address) \($0.interface) \($0.why)" } == [
                        "\(broken.address) broken via-gateway"
                    ])
                #expect(plan.warning(.lost) != nil)
            }
        }

        @Test func `the widened pod is really redirected, under on-link only`() throws {
            try withNode { node in
                for membership in Membership.allCases {
                    let run = try node.mustApply(try node.plan(membership))
                    let ledger = try node.burst(["plain"])
                    #expect(ledger.isClean)
                    let counters = try node.counters(run.replacement)
                    #expect(counters["redirected"] == (membership == .onLink ? ledger.sent : 0))
                    #expect(counters["not_member"] == (membership == .onLink ? 0 : ledger.sent))
                    try node.rollback(run.runID)
                }
            }
        }
    }
}
