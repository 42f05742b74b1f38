extension PlanDocument {
    /// Whether legacy program and replacement were run on the same packets, and what came of it.
    public struct Equivalence: Codable, Hashable, Sendable {
        /// Of one hook.
        public struct Hook: Codable, Hashable, Sendable {
            /// As the decision names it.
            public var hook: String
            /// Cookie of its namespace.
            public var netns: UInt64
            public var program: ProgramReference
            public var cases: Int
            public var differences: Int
            public init(hook: String, netns: UInt64, program: ProgramReference, cases: Int, differences: Int) {
                self.hook = hook
                self.netns = netns
                self.program = program
                self.cases = cases
                self.differences = differences
            }
        }

        /// Whether both programs were run at every hook.
        public var ran: Bool
        /// Packets that both were run on.
        public var cases: Int
        /// What nothing explains: the first ``EquivalenceTally/listLimit``.
        public var differences: [PacketDifference]
        public var differencesTotal: Int?
        /// Why a program was not run, each in a line.
        public var refused: [String]?
        /// Packets that differ as `docs/datapath.md` lists it, by name.
        public var byDesign: [String: Int]?
        /// Packets to entries that are wrong today or will be, by effect.
        public var byEffect: [String: Int]?
        /// Packets that the kernel does not take in a test run.
        public var skipped: Int?
        /// Entries that packets were made for; fewer than there are where a map is large.
        public var entries: Int?
        /// The packets are the same for the same seed.
        public var seed: UInt32?
        /// Maps whose contents changed while packets were compared.
        public var changedMaps: [String]?
        public var hooks: [Hook]?
        /// What was left out to bound the time that many hooks take, each in a line.
        public var leftOut: [String]?
        /// Real frames that both programs were given in a namespace of their own; they count as cases.
        public var frames: Int?
        /// These frames, by what their destination is: `entry`, `unknown`.
        public var framesByRole: [String: Int]?
        /// Packets given to the legacy program alone and through a switch that is not flipped; they count as cases. `nil` for
        /// a direct cut, and in plans of earlier versions.
        public var unflipped: Int?
        /// Why there were none at some hook, each in a line.
        public var framesRefused: [String]?

        public init(ran: Bool, cases: Int, differences: [PacketDifference]) {
            self.ran = ran
            self.cases = cases
            self.differences = differences
        }

        /// What was not asked for.
        public static let notRun = Equivalence(ran: false, cases: 0, differences: [])
    }
}
