import CKernel
import Glibc
import Model
import Testing

@testable import Lab

extension LabSuite {
    /// What the ledger must find: each time something goes wrong on purpose, and the account says what.
    @Suite struct LedgerFaults {
        /// Traffic without any cut, closed after `body`.
        private func account(_ body: (LabNode, CycleTraffic) throws -> Void) throws -> CycleAccount {
            let lab = try LabNode.forTest(.fabric, pods: 2)
            let pods = lab.pods.filter { $0.enrolled && $0.fault == nil }
            try mark(lab, Witness.legacyMAC)
            let flows = CycleFlows.count(pods: pods.count)
            let witness = try Witness(in: lab, pods: pods, flows: flows, numbers: 100_000)
            let legacy = try #require(lab.state.programs.first { $0.name == "fabric_forward" })
            let audit = try CycleAudit(witness, legacy: legacy.id)
            let traffic = try CycleTraffic(in: lab, pods: pods, rate: 5_000, limit: 100_000)
            audit.begin(CycleKind(.committed), traffic)
            try traffic.start()
            while traffic.sent < 2_000 { usleep(5_000) }
            do {
                try body(lab, traffic)
            } catch {
                _ = try? traffic.stop()
                throw error
            }
            let account = try audit.close(traffic)
            #expect(account.total.sent >= 2_000)
            try lab.down()
            return account
        }

        /// Gives every entry that source MAC.
        private func mark(_ lab: LabNode, _ mac: MACAddress) throws {
            for var entry in try lab.entries() {
                entry.sourceMAC = mac
                try lab.setEntry(entry)
            }
        }

        /// The policy of the fabric: whether a pod takes what the stack gives it.
        private func openPolicy(_ lab: LabNode) throws {
            let node = lab.state.address.networkBytes, node6 = LabAddresses.node6.networkBytes
            try lab.enter {
                try DeploymentMap(pin: FabricDeployment.pin("policy", nil)).update(
                    UInt32(0).bytes, UInt32(0).bytes + node + node6)
            }
        }

        @Test func `nothing wrong, nothing found`() throws {
            let account = try account { _, _ in }
            let total = account.total
            // No replacement was there to deliver anything, which is a fault of a ledger of cycles.
            #expect(account.faults == ["one side delivered nothing"], "\(account)")
            #expect(total.byLegacy == total.sent && account.hooks.switchRuns == 0)
            #expect(
                account.bulk.bytesReceived > 0 && account.datagrams.byLegacy < total.sent, "segmented ones are fewer")
        }

        @Test func `what the deployment's policy drops is lost, and by neither`() throws {
            let account = try account { lab, traffic in
                let entry = try lab.entry(of: "pod1")
                try lab.removeEntry(entry)
                let now = traffic.sent
                while traffic.sent < now + 1_000 { usleep(5_000) }
                try lab.setEntry(entry)
            }
            let total = account.total
            #expect(total.lost > 0 && total.lost == total.byNeither && total.duplicated == 0, "\(account)")
            #expect(total.byLegacy + total.byNeither == total.sent && account.datagrams.missing > 0)
            #expect(account.faults.contains("datagrams by neither: \(total.byNeither)"), "\(account.faults)")
        }

        @Test func `what came by the stack is received, and by neither`() throws {
            let account = try account { lab, traffic in
                try openPolicy(lab)
                let entry = try lab.entry(of: "pod1")
                try lab.removeEntry(entry)
                let now = traffic.sent
                while traffic.sent < now + 1_000 { usleep(5_000) }
                try lab.setEntry(entry)
            }
            #expect(account.total.lost == 0 && account.total.byNeither > 0, "\(account)")
            #expect(account.datagrams.byOthers > 0 && account.datagrams.missing == 0)
        }

        @Test func `the same numbers again are duplicates, and by both when both delivered them`() throws {
            let account = try account { lab, traffic in
                let from = try lab.pod("pod2"), to = try lab.pod("pod1")
                let socket = try Entering.run(network: lab.networkPath(from.namespace)) {
                    let socket = try UDPSocket(.ipv4)
                    try socket.connect(to.address, port: UInt16(WITNESS_UDP_PORT))
                    return socket
                }
                #expect(migrate_send_numbered(socket.raw, 0, 0, 64, 8) == 8)
                usleep(100_000)
                // With the source MAC of the host's device they look like the replacement's.
                try mark(lab, LabAddresses.hostMAC)
                #expect(migrate_send_numbered(socket.raw, 0, 8, 64, 4) == 4)
                usleep(100_000)
                try mark(lab, Witness.legacyMAC)
            }
            let total = account.total
            #expect(total.duplicated == 12 && total.byBoth == 4 && total.lost == 0, "\(account)")
            #expect(total.reordered == 0)
            // Nobody redirected what seems to come from the replacement.
            #expect(account.hooks.redirected == 0 && account.hooks.arrivedByReplacement > 0)
            #expect(account.faults.contains { $0.hasPrefix("redirected by the replacement, and arrived by it: 0 and") })
        }
    }
}

@Suite struct ArrivalsTests {
    @Test func `copies and overtaken numbers are named`() {
        var arrivals = Arrivals()
        for number: UInt64 in [0, 2, 1, 2, 3, 3] { arrivals.record(number) }
        #expect(arrivals.copies == [2, 3] && arrivals.overtaken == [1])
        #expect((0...3).allSatisfy(arrivals.seen.contains) && !arrivals.seen.contains(4) && arrivals.seen.count == 4)
    }

    @Test func `marks are four bits a packet, flow by flow`() {
        let marks = WitnessMarks(words: [0x21, 0, 0x3 << 60, 0x8], wordsPerFlow: 2)
        #expect(marks.mark(flow: 0, 0) == .legacy && marks.mark(flow: 0, 1) == .replacement)
        #expect(marks.mark(flow: 0, 2) == [] && marks.mark(flow: 1, 15) == [.legacy, .replacement])
        #expect(marks.mark(flow: 1, 16).intersection([.legacy, .replacement]) == [])
    }
}
