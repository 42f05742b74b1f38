import Lab
import Model
import TestSupport
import Testing

@testable import Inventory

extension ScenarioSuite {
    /// A namespace whose only hook is on the veth of the only pod there.
    @Suite struct OwnHooks {
        private func profile(_ tenants: String) throws -> Profile {
            var profile = try TestNode.profile(.fabric)
            for index in profile.maps.indices {
                profile.maps[index].pin = profile.maps[index].title.replacing("fabric/", with: "fabric/\(tenants)/")
            }
            return profile
        }

        private func pod(_ interface: String, of tenant: String, _ node: TestNode) throws -> LabPod {
            try #require(node.lab.pods.first { $0.tenant == tenant && $0.interface == interface })
        }

        /// Takes the second pod of a tenant away: its hook, its entries, itself.
        private func leaveOnePod(_ node: TestNode, in tenant: String) throws {
            let other = try pod("pod2", of: tenant, node)
            for entry in try node.lab.entries() where [other.address, other.ipv6].contains(entry.address) {
                try node.lab.removeEntry(entry)
            }
            try node.sh("ip -n \(tenant) link del pod2")
        }

        @Test func `the pod alone breaks nothing, and is converted with the others`() throws {
            try withNode(.fabric, ipv6: true, tenants: 2) { node in
                try leaveOnePod(node, in: "t2")
                let plan = try node.plan(profile: profile("*"))
                #expect(plan.blocked == [] && plan.hooks.count == 3)
                let alone = plan.findings.filter { $0.note.contains("no packet takes this redirect") }
                #expect(alone.count == 2 && alone.allSatisfy { $0.effect == .same && $0.legacy.interface == "pod1" })
                #expect(plan.findings.allSatisfy { $0.effect == .same })
                let run = try node.mustApply(plan)
                #expect(try node.rollback(run.runID).proof.identical)
            }
        }

        /// With a second hook that reads the map there is somebody whose packets take the redirect.
        @Test func `a route that is missing breaks where another hook reads the map`() throws {
            try withNode(.fabric, ipv6: true, tenants: 2) { node in
                try node.sh("ip -n t2 route del \(try pod("pod1", of: "t2", node).address)")
                let plan = try node.plan(profile: profile("t2"))
                #expect(plan.blocked == [Code.brokenEntries.text])
            }
        }
    }
}

extension ScenarioSuite {
    /// Break-glass where there are many hooks: a loop, typed into a shell.
    @Suite struct ManyHooksByHand {
        @Test func `the plan's command puts every program back`() throws {
            try withNode(.fabric, pods: 12, ipv6: true) { node in
                let pods = node.lab.pods.filter(\.enrolled).map(\.interface)
                let plan = try node.plan()
                #expect(plan.blocked == [] && plan.hooks.count == 12)
                let run = try node.mustApply(plan)
                for pod in pods { #expect(try node.filters(pod).contains("fib_redirect")) }
                #expect(plan.document.breakGlass.count == 3, "the cell, a loop, and the removal of the pins")
                // Replaced directly, the run has no cell.
                let lines = plan.document.breakGlass.dropFirst()
                #expect(lines.allSatisfy { $0.contains("for h in 0:") })
                for line in lines { try node.sh(line) }
                let legacy = try #require(plan.hooks.first?.program?.id)
                for pod in pods {
                    let filters = try node.filters(pod)
                    #expect(filters.contains(" id \(legacy) ") && !filters.contains(" id \(run.replacement.id) "))
                }
                #expect(try node.burst(["pod1", "pod12"], ipv6: true).isClean)
            }
        }
    }
}
