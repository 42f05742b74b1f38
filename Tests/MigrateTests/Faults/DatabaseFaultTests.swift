import Glibc
import Testing
import TestSupport

@testable import Lab

extension MigrateSuite {
    /// Disk full and I/O error at every write of every verb that keeps something, with traffic running.
    ///
    /// The short form tries one fault in so many, from a random one on; `MIGRATE_TEST_FAULTS=all` (`make faults`) all of them,
    /// `MIGRATE_TEST_FAULTS=rollback` all of one verb and nothing else.
    @Suite(.requires(.strace)) struct DatabaseFaults {
        static let verbs = [
            FaultTable.Verb(name: "plan", stand: .nothing, stride: 90),
            .init(name: "apply", stand: .nothing, stride: 120),
            .init(name: "confirm", stand: .provisional, stride: 32),
            .init(name: "canary", stand: .provisional, stride: 28),
            .init(name: "rollback", stand: .committed, stride: 28),
            .init(name: "finalize", stand: .committed, stride: 32),
            .init(name: "shadow", stand: .nothing, stride: 32),
        ]

        private static let asked = getenv("MIGRATE_TEST_FAULTS").map { String(cString: $0) } ?? ""
        private var isWhole: Bool { !Self.asked.isEmpty }
        private static var verbsAsked: [FaultTable.Verb] {
            verbs.filter { asked.isEmpty || asked == "all" || asked == $0.name }
        }

        @Test(arguments: verbsAsked) func `an error at any call on its files`(verb: FaultTable.Verb) throws {
            try table(verb) { try $0.fill(isWhole: isWhole) }
        }

        /// A real one, filled to the last page.
        @Test(arguments: verbsAsked) func `a full file system`(verb: FaultTable.Verb) throws {
            let rooms = isWhole ? Array(0...40) : [Int.random(in: 0...24)]
            print("\(verb.name): rooms of \(rooms) pages")
            try table(verb, isSmall: true) { try $0.fill(rooms: rooms) }
        }

        private func table(
            _ verb: FaultTable.Verb, isSmall: Bool = false, _ fill: (FaultTable) throws -> Void
        ) throws {
            try withNode(pods: 1, ipv6: false) { node in
                // What `plan` asks for before it begins, twice 4 MiB, and little more.
                if isSmall { try node.sh("mount -t tmpfs -o size=12m,mode=0700 tmpfs \(node.scratch)/state") }
                let table = try FaultTable(node, verb)
                let traffic = try Traffic.start(
                    in: node.lab, TrafficOptions(pods: ["pod1"], rate: 200, seconds: 3600, drainMilliseconds: 500))
                do { try fill(table) } catch {
                    _ = traffic.stop()
                    throw error
                }
                let ledger = traffic.stop()
                #expect(ledger.lost == 0, "\(ledger.lost) of \(ledger.sent) packets were lost")
                table.show(ledger)
            }
        }
    }
}
