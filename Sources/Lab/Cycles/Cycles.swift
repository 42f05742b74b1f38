import CKernel
import Glibc
import Kernel
import Model

/// Apply and rollback, again and again, under traffic of all pods, with an account of every packet.
public enum Cycles {
    public struct Options: Sendable {
        public var cycles: Int
        /// Datagrams of each cycle, at least: a cycle that is faster waits for them.
        public var packets: Int
        /// Datagrams per second.
        public var rate: Int
        /// A shadow in front of the hooks in every cycle, not in every fourth.
        public var shadow: Bool
        public var membership: Membership
        /// Paths of the command under test, of the fabric's profile, and of a directory for the database, root's alone.
        public var migrate: String
        public var profile: String
        public var state: String

        public init(
            cycles: Int, packets: Int = 10_000, rate: Int = 20_000, shadow: Bool = false,
            membership: Membership = .onLink, migrate: String, profile: String, state: String
        ) {
            self.cycles = cycles
            self.packets = packets
            self.rate = rate
            self.shadow = shadow
            self.membership = membership
            self.migrate = migrate
            self.profile = profile
            self.state = state
        }

        func validate() throws(LabError) {
            guard (1...100_000).contains(cycles), (100...1_000_000).contains(packets), (100...200_000).contains(rate)
            else {
                throw LabError(
                    .unusable, "these cycles cannot be had",
                    facts: ["1 to 100000 cycles, 100 to 1000000 packets of each, at 100 to 200000 per second"])
            }
        }

        /// Numbers that each flow may use. Cycles that take longer than planned send more.
        func numbers(flows: Int) -> UInt64 {
            UInt64(max(6 * cycles * packets, 1_000_000) / flows / NumberedFlow.turn * NumberedFlow.turn)
        }
    }

    /// - Parameters:
    ///   - lab: of family fabric, with IPv6; its map gets another source MAC.
    ///   - told: how many cycles are over, after each.
    public static func run(
        in lab: LabNode, _ options: Options, told: (Int) -> Void = { _ in }
    ) throws -> CycleAccount {
        try options.validate()
        guard lab.state.options.family == .fabric, lab.state.options.ipv6, lab.state.tenants.isEmpty,
            let legacy = lab.state.programs.first(where: { $0.name == "fabric_forward" })
        else {
            throw LabError(
                .unusable, "the ledger needs family fabric with IPv6, which has hooks for both families",
                remedy: "migrate-lab up --family fabric")
        }
        let command = CycleCommand(lab, migrate: options.migrate, profile: options.profile, state: options.state)
        let pods = lab.pods.filter { $0.enrolled && $0.fault == nil }
        for entry in try lab.entries() { try lab.setEntry(entry.marked) }
        let flows = CycleFlows.count(pods: pods.count), numbers = options.numbers(flows: flows)
        let witness = try Witness(in: lab, pods: pods, flows: flows, numbers: numbers)
        let plan = try command.plan(options.membership)
        let audit = try CycleAudit(witness, legacy: legacy.id)
        let traffic = try CycleTraffic(in: lab, pods: pods, rate: options.rate, limit: numbers)
        try traffic.start()
        var failure: String?
        do {
            let kinds = CycleKind.inTurn(shadowed: options.shadow)
            for index in 0..<options.cycles {
                let kind = kinds[index % kinds.count]
                audit.begin(kind, traffic)
                try cycle(kind, command, plan, traffic, audit, UInt64(options.packets))
                told(index + 1)
            }
        } catch { failure = "\(error)" }
        var account = try audit.close(traffic)
        account.failure = failure
        return account
    }

    /// The verbs one after the other, with packets behind each.
    private static func cycle(
        _ kind: CycleKind, _ command: CycleCommand, _ plan: String, _ traffic: CycleTraffic, _ audit: CycleAudit,
        _ packets: UInt64
    ) throws {
        let begun = traffic.sent, verbs = kind.verbs(plan: plan, node: command.node)
        let shadow = kind.isShadowed ? try command.shadow(plan) : nil
        var held: [HookRuns.Held] = []
        for (index, verb) in verbs.enumerated() {
            try wait(traffic, until: traffic.sent + packets / 4)
            let document = try command.run(verb)
            if index == 0 {
                held = try Set(document.hooks.compactMap(\.after?.id)).map { try HookRuns.Held(switch: $0) }
            }
        }
        try wait(traffic, until: begun + packets)
        try shadow?.end()
        try audit.runs.settle(held)
    }

    private static func wait(_ traffic: CycleTraffic, until sent: UInt64) throws {
        let rate = traffic.rate
        while traffic.sent < sent {
            try traffic.check()
            guard !traffic.isUsedUp else {
                throw LabError(
                    .system, "go on with the ledger", changed: "the last cycle was not undone",
                    facts: ["the numbers are used up: the cycles take too long for this rate"],
                    remedy: "Send less:  make ledger RATE=\(rate / 2)")
            }
            usleep(2_000)
        }
    }
}

extension LabMapEntry {
    /// With the source MAC by which the witness knows the legacy program.
    fileprivate var marked: LabMapEntry {
        var entry = self
        entry.sourceMAC = Witness.legacyMAC
        return entry
    }
}
