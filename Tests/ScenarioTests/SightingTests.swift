import Inventory
import Kernel
import Lab
import Model
import TestSupport
import Testing

extension ScenarioSuite {
    /// What is on the node beside the deployment, as a plan shows it.
    @Suite struct Sightings {
        private func xdp(_ node: TestNode) throws -> String {
            try node.sh("ip -d link show dev hz | grep -o 'prog/xdp.*'")
        }

        private func lines(_ plan: PlanOutcome, _ kind: HookKind) -> [PlanDocument.HookLine] {
            plan.document.hooks.filter { $0.netns == plan.node.identity && $0.kind == kind }
        }

        @Test(arguments: ["xdpgeneric", "xdpdrv"])
        func `a foreign xdp program in front of the slot is seen with its owner, and stays`(_ mode: String) throws {
            try withNode { node in
                let (id, pin) = try node.xdpProgram("xdp_guard")
                try node.sh("ip link set dev hz \(mode) pinned \(pin)")
                let before = try xdp(node)
                let plan = try node.plan()
                #expect(plan.blocked == [])
                let line = try #require(lines(plan, .xdp).first)
                #expect(line.action == .foreign && line.program?.id == id && line.interface == "hz")
                #expect(line.mode == (mode == "xdpdrv" ? .native : .generic) && line.position == 0)
                #expect(line.owner == HookOwner(pins: [pin]))
                let run = try node.mustApply(plan)
                #expect(try node.burst(["pod1"]).isClean)
                #expect(try node.lab.enter { OtherHooks.compare(since: plan.document) } == .init())
                #expect(try xdp(node) == before)
                #expect(try node.rollback(run.runID).proof.identical)
                #expect(try xdp(node) == before)
                #expect(try node.lab.enter { OtherHooks.compare(since: plan.document) } == .init())
            }
        }

        @Test func `tcx and xdp in front, a filter in the chain, a bridge port: all are foreign, and all stay`() throws
        {
            try withNode { node in
                let (tcx, tcxPin) = try node.foreignProgram("front"),
                    (filter, filterPin) = try node.foreignProgram("chain")
                let (guardian, xdpPin) = try node.xdpProgram("xdp_guard")
                let link = try node.link(tcxPin)
                try node.sh(
                    """
                    ip link set dev hz xdpgeneric pinned \(xdpPin)
                    tc filter add dev hz ingress prio 7 handle 9 bpf direct-action object-pinned \(filterPin)
                    ip link add br9 type bridge; ip link set br9 up
                    ip link add port9 type veth peer name port9p; ip link set port9 master br9 up
                    tc qdisc add dev port9 clsact
                    tc filter add dev port9 ingress prio 4 bpf direct-action object-pinned \(filterPin)
                    """)
                let others = {
                    (
                        try node.tcx().entries, try xdp(node), try node.filters("port9"),
                        try node.sh("tc -d filter show dev hz ingress prio 7"),
                        try node.sh("bridge -d link show dev port9")
                    )
                }
                let before = try others(), all = try node.filters("hz")
                let plan = try node.plan()
                #expect(plan.blocked == [])
                let foreign = plan.document.hooks.filter { $0.action == .foreign && $0.netns == plan.node.identity }
                #expect(foreign.compactMap(\.program?.id).sorted() == [tcx, filter, guardian, filter].sorted())
                #expect(foreign.first { $0.kind == .tcx }?.linkID == link.id)
                let run = try node.mustApply(plan)
                #expect(try node.burst(["pod1"]).isClean)
                #expect(try others() == before)
                #expect(try node.rollback(run.runID).proof.identical)
                #expect(try others() == before && node.filters("hz") == all)
            }
        }

        @Test func `an xdp program that comes and one that goes are reported`() throws {
            try withNode { node in
                let (first, pin) = try node.xdpProgram("xdp_first"), (second, next) = try node.xdpProgram("xdp_second")
                try node.sh("ip link set dev hz xdpgeneric pinned \(pin)")
                let plan = try node.plan()
                let changes = { try node.lab.enter { OtherHooks.compare(since: plan.document).changes } }
                try node.sh("ip -force link set dev hz xdpgeneric pinned \(next)")
                #expect(
                    try changes() == [
                        "hz xdp/ingress: program \(first) (xdp_first) before, program \(second) (xdp_second) now"
                    ])
                try node.sh("ip link set dev hz xdpgeneric off")
                #expect(try changes() == ["hz xdp/ingress: program \(first) (xdp_first) before, nothing now"])
            }
        }

        @Test func `a legacy program at xdp is seen, not replaced: a blocker`() throws {
            try withNode { node in
                let map = try #require(try node.plan().document.decision.maps.first?.id)
                let (id, pin) = try node.xdpProgram("xdp_legacy", using: map)
                try node.sh("ip link set dev hz xdpgeneric pinned \(pin)")
                let plan = try node.plan()
                #expect(plan.blocked == [Code.unsupportedHook.text])
                #expect(
                    plan.blocker(.unsupportedHook)?.message
                        == "hz xdp/ingress: program \(id) (xdp_legacy) reads the legacy map; xdp is seen, not replaced")
                let line = try #require(lines(plan, .xdp).first)
                #expect(line.action == .keep && line.why.contains("reads ambient/app_info; xdp is seen, not replaced"))
                #expect(plan.document.decision.hooks.map(\.kind) == [.clsact])
            }
        }

        @Test func `the writer of the map is known to hold it writable`() throws {
            try withNode { node in
                let plan = try node.plan()
                let map = try #require(plan.document.maps.first { $0.pin == "ambient/app_info" })
                #expect(map.holders.map(\.command) == ["install-cni"] && map.holders.map(\.writable) == [true])
                #expect(plan.warning(.foreignWriter) == nil && plan.warning(.mapNearlyFull) == nil)
                #expect(plan.document.membership.why.contains("install-cni"))
            }
        }

        @Test func `who filters is listed, and what on-link means for it is said`() throws {
            try withNode { node in
                let bare = try node.plan(.onLink)
                #expect(bare.document.filtering == [])
                #expect(bare.document.membership.filtering == "nothing filters forwarded packets here")
                #expect(bare.warning(.filtersSkipped) == nil)
                try node.lab.enter { try LegacyTable.make("filter") }
                let plan = try node.plan(.onLink)
                #expect(plan.document.filtering?.map(\.hook) == ["input", "forward", "output"])
                #expect(plan.warning(.filtersSkipped)?.message.hasSuffix("skip iptables filter/FORWARD") == true)
                let keys = try node.plan(.legacyKeys)
                #expect(keys.warning(.filtersSkipped) == nil)
                #expect(keys.document.membership.filtering?.hasPrefix("iptables filter/FORWARD: ") == true)
                #expect(plan.document.filtering == keys.document.filtering)
            }
        }

        @Test func `a foreign filter on a bridge port is listed as such, and stays`() throws {
            try withNode { node in
                let (id, pin) = try node.foreignProgram()
                try node.sh(
                    """
                    ip link add br9 type bridge; ip link set br9 up
                    ip link add port9 type veth peer name port9p; ip link set port9 master br9 up
                    tc qdisc add dev port9 clsact
                    tc filter add dev port9 ingress prio 4 bpf direct-action object-pinned \(pin)
                    """)
                let before = try node.filters("port9")
                let plan = try node.plan()
                #expect(plan.blocked == [])
                let line = try #require(plan.document.hooks.first { $0.interface == "port9" })
                #expect(line.action == .foreign && line.program?.id == id && line.owner?.pins == [pin])
                #expect(line.why.hasSuffix("; a port of bridge br9"))
                let run = try node.mustApply(plan)
                #expect(try node.rollback(run.runID).proof.identical)
                #expect(try node.filters("port9") == before)
            }
        }

        /// The legacy program redirects before the bridge sees the packet; so does the replacement, and what it asks the
        /// FIB is asked for the port.
        @Test func `a legacy program on a bridge port: a warning, and it can be served`() throws {
            try withNode { node in
                try node.sh("ip link add br9 type bridge; ip link set br9 up; ip link set hz master br9")
                let plan = try node.plan()
                #expect(plan.blocked == [])
                #expect(plan.warning(.bridgePort)?.message == "hz clsact/ingress: hz is a port of bridge br9")
                #expect(try plan.judged(node.pod1.address) == "match/same")
                let run = try node.mustApply(plan)
                #expect(try node.burst(["pod1"]).isClean)
                #expect(try (node.counters(run.replacement)["redirected"] ?? 0) > 0)
                #expect(try node.rollback(run.runID).proof.identical)
            }
        }
    }
}
