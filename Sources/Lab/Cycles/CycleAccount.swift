/// What became of every packet while hooks were exchanged again and again.
public struct CycleAccount: Codable, Hashable, Sendable {
    /// The datagrams sent during cycles of one kind, each by its number.
    public struct Row: Codable, Hashable, Sendable {
        public var kind: CycleKind?
        public var cycles = 0
        public var sent: UInt64 = 0
        /// These four add up to `sent`: by whom it came into the pod.
        public var byLegacy: UInt64 = 0
        public var byReplacement: UInt64 = 0
        public var byBoth: UInt64 = 0
        public var byNeither: UInt64 = 0
        /// Never came to the application.
        public var lost: UInt64 = 0
        /// Further copies that came to the application.
        public var duplicated: UInt64 = 0
        public var reordered: UInt64 = 0

        mutating func add(_ other: Row) {
            cycles += other.cycles
            sent += other.sent
            byLegacy += other.byLegacy
            byReplacement += other.byReplacement
            byBoth += other.byBoth
            byNeither += other.byNeither
            lost += other.lost
            duplicated += other.duplicated
            reordered += other.reordered
        }
    }

    /// TCP, by bytes at its ends and by frames, of up to 64 KiB, in between.
    public struct Bulk: Codable, Hashable, Sendable {
        public var connections: Int
        public var bytesSent: UInt64
        public var bytesReceived: UInt64
        /// Pieces that were not what was sent at their place.
        public var differing: UInt64
        /// Segments that TCP sent again.
        public var retransmitted: UInt64
        /// With acknowledgements, and what opens a connection.
        public var frames: Frames
    }

    /// Frames of one class, at the pods; a super-packet is one.
    public struct Frames: Codable, Hashable, Sendable {
        public var sent: UInt64
        public var byLegacy: UInt64
        public var byReplacement: UInt64
        /// Forwarded by the stack, or with a source MAC that is nobody's.
        public var byOthers: UInt64
        public var missing: UInt64 {
            let arrived = byLegacy + byReplacement + byOthers
            return sent > arrived ? sent - arrived : 0
        }
    }

    /// What the kernel counted at the hooks.
    public struct Hooks: Codable, Hashable, Sendable {
        /// Every frame that left a pod, ARP and neighbor discovery among them: each meets one hook.
        public var frames: UInt64
        /// Runs of the legacy program out of a hook's own slot.
        public var legacyRuns: UInt64
        /// Runs of switches, and what they did: all three add up to them.
        public var switchRuns: UInt64
        public var handedToLegacy: UInt64
        public var redirected: UInt64
        public var passed: UInt64
        public var fellForward: UInt64
        /// Frames that came into a pod with the replacement's mark: as many as it redirected.
        public var arrivedByReplacement: UInt64
    }

    public var formatVersion = "1.0"
    public var kind = "cycle-ledger"
    public var milliseconds: UInt64
    public var flows: Int
    public var rows: [Row]
    public var datagrams: Frames
    public var bulk: Bulk
    public var hooks: Hooks
    /// Datagrams that found a receiving socket full: the lab's fault, not the node's.
    public var droppedByReceiver: UInt64
    /// What ended the cycles before their time. What a switch counted in the last one is then missing.
    public var failure: String?

    public var total: Row {
        rows.reduce(into: Row()) { $0.add($1) }
    }

    /// What must not be, one line each; empty is a ledger that balances.
    public var faults: [String] {
        let total = total
        let zero: [(String, UInt64)] = [
            ("datagrams lost", total.lost), ("datagrams duplicated", total.duplicated),
            ("datagrams reordered", total.reordered), ("datagrams by both", total.byBoth),
            ("datagrams by neither", total.byNeither), ("frames of TCP by neither", bulk.frames.byOthers),
            ("frames of TCP missing", bulk.frames.missing), ("pieces of bulk that differ", bulk.differing),
            ("packets that fell forward", hooks.fellForward),
        ]
        let equal: [(String, UInt64, UInt64)] = [
            ("bytes of bulk sent and received", bulk.bytesSent, bulk.bytesReceived),
            ("frames that left pods, and runs at the hooks", hooks.frames, hooks.legacyRuns + hooks.switchRuns),
            ("redirected by the replacement, and arrived by it", hooks.redirected, hooks.arrivedByReplacement),
        ]
        return (failure.map { [$0] } ?? []) + zero.filter { $0.1 != 0 }.map { "\($0.0): \($0.1)" }
            + equal.filter { $0.1 != $0.2 }.map { "\($0.0): \($0.1) and \($0.2)" }
            + (total.sent == 0 ? ["nothing was sent"] : [])
            + (total.byLegacy == 0 || total.byReplacement == 0 ? ["one side delivered nothing"] : [])
    }
}
