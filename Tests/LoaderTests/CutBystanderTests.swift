import Glibc
import Inventory
import Kernel
import Loader
import Model
import TestSupport
import Testing

extension LoaderSuite {
    /// What others attached beside ours stays byte for byte, whatever becomes of a run.
    @Suite(.requires(.bpftool)) struct CutBystanders {
        /// How a run ends.
        enum Ending: String, CaseIterable { case expiry, rollback, confirmed, finalized }

        /// Filters of others in every place of the proxy's interface, and programs at tcx in front and with a link.
        private func addOthers(_ node: TestNode) throws -> HeldLink {
            let (one, two, three) = try (
                node.foreignProgram("one"), node.foreignProgram("two"), node.foreignProgram("three")
            )
            try node.sh(
                """
                tc filter add dev hz ingress prio 2 bpf direct-action object-pinned \(one.pin)
                tc filter add dev hz ingress prio 3 handle 5 chain 4 bpf object-pinned \(two.pin) classid 1:7
                tc filter add dev hz egress prio 2 bpf direct-action object-pinned \(one.pin)
                """)
            try node.attach(two.pin)
            try node.attach(two.pin, egress: true)
            return try node.link(three.pin)
        }

        /// As the tools of an operator list it, without the one filter of the deployment.
        private func others(_ node: TestNode) throws -> String {
            try node.sh(
                """
                for place in 'ingress prio 2' 'ingress prio 3 chain 4' egress; do tc -d filter show dev hz $place; done
                for dev in $(ip -br link | sed 's/[ @].*//' | grep -v '^hz$'); do
                    echo "= $dev"; tc -d filter show dev $dev ingress; tc -d filter show dev $dev egress
                done 2>&1
                tc qdisc show
                bpftool net show | grep -v '^hz(.*clsact/ingress \\(fib_\\|ztunnel_host\\)'
                """)
        }

        /// Programs and links at tcx, in order, and how often the lists were changed: a bpftool of Debian 12 lists none.
        private func tcx(_ node: TestNode) throws -> [TCXList] {
            let index = try ifindex(node)
            return try node.lab.enter {
                try [HookDirection.ingress, .egress].compactMap { try TCXList.read(ifindex: index, direction: $0) }
            }
        }

        private func ifindex(_ node: TestNode) throws -> UInt32 { try node.lab.enter { if_nametoindex("hz") } }

        @Test func `filters and tcx programs beside a filter of ours`() throws {
            try withNode(pods: 1) { node in
                let link = try addOthers(node)
                _ = try node.pinned("ztunnel_host_ingress")
                let before = try (own: node.filters("hz"), others: others(node), tcx: tcx(node))
                #expect(before.tcx.map(\.entries.count) == [2, 1])
                #expect(before.others.contains("flowid 1:7"))
                try node.lab.underTraffic("beside others, clsact") {
                    for ending in Ending.allCases {
                        try play(node, ending) { (step) throws in
                            #expect(try others(node) == before.others, "\(ending), \(step)")
                            #expect(try tcx(node) == before.tcx, "\(ending), \(step)")
                        }
                        if ending != .finalized { #expect(try node.filters("hz") == before.own, "\(ending)") }
                    }
                }
                try node.restoreProxyFilter()
                withExtendedLifetime(link) {}
            }
        }

        @Test(arguments: [true, false]) func `tcx programs beside one of ours`(linked: Bool) throws {
            try withNode(pods: 1) { node in
                let (front, behind) = try (node.foreignProgram("front"), node.foreignProgram("behind"))
                try node.attach(front.pin)
                let own = try node.moveToTCX(linked: linked)
                let last = try node.link(behind.pin)
                let before = try node.tcx().entries
                #expect(before.count == 3)
                try node.lab.underTraffic("beside others, tcx") {
                    for ending in Ending.allCases {
                        try play(node, ending) { (step) throws in
                            let now = try node.tcx().entries
                            #expect(now.map(\.linkID) == before.map(\.linkID), "\(ending), \(step)")
                            #expect(now.count == 3 && now[0] == before[0] && now[2] == before[2], "\(ending), \(step)")
                        }
                        if ending != .finalized { #expect(try node.tcx().entries == before, "\(ending)") }
                    }
                }
                if let own {
                    try node.update(own, by: try node.pinned("ztunnel_host_ingress"))
                } else {
                    try node.replace(
                        program: try node.tcx().entries[1].programID, by: try node.pinned("ztunnel_host_ingress"))
                }
                withExtendedLifetime((own, last)) {}
            }
        }

        /// A run from beginning to end; looks after every step.
        private func play(_ node: TestNode, _ ending: Ending, _ look: (String) throws -> Void) throws {
            let run = try node.open(window: ending == .expiry ? 2 : 60)
            try look("provisional")
            switch ending {
            case .expiry: try node.waitForExpiry(run.runID)
            case .rollback: break
            case .confirmed, .finalized: #expect(try node.control(run.runID) { try $0.commit() }.refusal == nil)
            }
            try look("decided")
            if ending == .finalized {
                #expect(try node.finalize(run.runID).leftovers() == [])
            } else {
                #expect(try node.rollback(run.runID).proof.identical, "\(ending)")
            }
            try look("over")
        }
    }
}
