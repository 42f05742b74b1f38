import FoundationEssentials

/// What `migrate discover` found: maps of the pattern "address → interface index and MAC", with a profile for each.
public struct DiscoveryDocument: Codable, Sendable {
    /// How many of a map's entries bear out what its bytes are taken for. Every number counts entries.
    public struct Evidence: Codable, Hashable, Sendable {
        /// Looked at; a sample where the map holds more.
        public var entries = 0
        /// Keys that are addresses of this node's pods, or have a neighbor or a host route.
        public var addresses = 0
        /// As `addresses`, if the address were in the other byte order.
        public var addressesInOtherOrder = 0
        /// Values that name a live interface of this node.
        public var interfaces = 0
        /// Those of them whose peer's namespace holds the address, or that the node reaches the address through.
        public var leading = 0
        /// MACs that are the interface's peer's, or the address's neighbor's.
        public var macs = 0
        /// MACs at the place of the source that are the interface's own.
        public var sources = 0
        /// Entries that agree in all of this: address, way and MAC.
        public var agreeing = 0

        public init() {}
    }

    /// One map, or several alike, and how their bytes are read.
    public struct MapFinding: Codable, Hashable, Sendable {
        public var maps: [MapRecord]
        public var layout: Profile.LegacyMap
        public var evidence: Evidence
        /// Percent.
        public var confidence: Int
        public var samples: [Sample]
        /// What else is worth knowing of the layout.
        public var notes: [String]

        public init(
            maps: [MapRecord], layout: Profile.LegacyMap, evidence: Evidence, confidence: Int, samples: [Sample],
            notes: [String]
        ) {
            self.maps = maps
            self.layout = layout
            self.evidence = evidence
            self.confidence = confidence
            self.samples = samples
            self.notes = notes
        }
    }

    /// One entry: its bytes in hexadecimal, and what BTF makes of them where the map has any.
    public struct Sample: Codable, Hashable, Sendable {
        public var key: String
        public var value: String
        public var keyMembers: [DecodedMember]?
        /// Of a per-CPU map those of each processor.
        public var valueMembers: [[DecodedMember]]?

        public init(key: String, value: String, keyMembers: [DecodedMember]?, valueMembers: [[DecodedMember]]?) {
            self.key = key
            self.value = value
            self.keyMembers = keyMembers
            self.valueMembers = valueMembers
        }
    }

    public struct Candidate: Codable, Hashable, Sendable {
        /// Percent: the least of its maps'.
        public var confidence: Int
        /// Name of the built-in profile that it is.
        public var builtIn: String?
        /// Id of the run that has replaced its programs already.
        public var replacedBy: String?
        public var findings: [MapFinding]
        public var hooks: [PlanDocument.HookLine]
        public var profile: Profile
        /// The profile with the evidence as comments, as `--profile` takes it.
        public var yaml: String

        public init(
            confidence: Int, builtIn: String?, replacedBy: String? = nil, findings: [MapFinding],
            hooks: [PlanDocument.HookLine], profile: Profile, yaml: String
        ) {
            self.confidence = confidence
            self.builtIn = builtIn
            self.replacedBy = replacedBy
            self.findings = findings
            self.hooks = hooks
            self.profile = profile
            self.yaml = yaml
        }

        public var title: String { findings.map(\.layout.title).joined(separator: ", ") }
    }

    /// A map that is no candidate.
    public struct Other: Codable, Hashable, Sendable {
        public var map: MapRecord
        public var why: String
        public var samples: [Sample]

        public init(map: MapRecord, why: String, samples: [Sample]) {
            self.map = map
            self.why = why
            self.samples = samples
        }
    }

    public var formatVersion = documentFormatVersion
    public var kind = "discovery"
    public var node: String
    /// How confidence is computed.
    public var rule: String
    /// Best first.
    public var candidates: [Candidate]
    /// Candidates whose confidence is below what was asked for.
    public var unlikely: [Candidate]
    public var others: [Other]
    public var unobserved: [Unobserved]

    public init(
        node: String, rule: String, candidates: [Candidate], unlikely: [Candidate], others: [Other],
        unobserved: [Unobserved]
    ) {
        self.node = node
        self.rule = rule
        self.candidates = candidates
        self.unlikely = unlikely
        self.others = others
        self.unobserved = unobserved
    }
}
