import FoundationEssentials

/// What a change buys, in the terms for which the kernel's own tables are preferred to a map: what was measured, how, and what
/// was not.
public struct Gain: Codable, Hashable, Sendable {
    /// How the changes of a map were counted.
    public enum Method: String, Codable, Hashable, Sendable {
        /// The plan read every entry twice.
        case twoReadings = "two-readings"
        /// What the plan's snapshot holds, against the map as it was when the report was made.
        case snapshotAndNow = "snapshot-and-now"
        case notMeasured = "not-measured"
    }

    /// Changes of a map's entries that somebody had to make, and nobody needs once programs ask the kernel.
    public struct Updates: Codable, Hashable, Sendable {
        public var mapID: UInt32
        public var map: String
        public var method: Method
        /// Milliseconds that were watched; `nil` where nothing was.
        public var intervalMs: Int?
        /// Keys that came, went or changed in that time: at least so many updates, since a key that changed twice counts once.
        public var keysChanged: Int?
        /// The same for an hour; `nil` where less than ``shortest`` was watched: too little to speak of an hour.
        public var perHour: Int?
        /// Why it was not measured, or what limits it; may be empty.
        public var note: String

        /// Milliseconds: one minute.
        public static let shortest = 60_000

        public init(
            mapID: UInt32, map: String, method: Method, intervalMs: Int? = nil, keysChanged: Int? = nil,
            note: String = ""
        ) {
            self.mapID = mapID
            self.map = map
            self.method = method
            self.intervalMs = intervalMs
            self.keysChanged = keysChanged
            self.note = note
            if let intervalMs, let keysChanged, intervalMs >= Self.shortest {
                let (product, overflows) = keysChanged.multipliedReportingOverflow(by: 3_600_000)
                perHour = overflows ? nil : product / intervalMs
            }
        }
    }

    /// A program or map of the deployment.
    public struct Object: Codable, Hashable, Sendable {
        public enum Kind: String, Codable, Hashable, Sendable {
            case program
            case map
        }

        public var kind: Kind
        public var id: UInt32
        public var name: String
        /// What it is charged, as `/proc/self/fdinfo` says when it is open (`memlock`); `nil` where nobody could read it.
        public var bytesMemlock: UInt64?
        /// Whether it was still in the kernel when the report was made; `nil`: nobody looked.
        public var isLoaded: Bool?

        public init(kind: Kind, id: UInt32, name: String, bytesMemlock: UInt64? = nil, isLoaded: Bool? = nil) {
            self.kind = kind
            self.id = id
            self.name = name
            self.bytesMemlock = bytesMemlock
            self.isLoaded = isLoaded
        }
    }

    /// How full a map is.
    public struct Occupancy: Codable, Hashable, Sendable {
        public var mapID: UInt32
        public var map: String
        public var entries: Int
        public var maxEntries: UInt32
        /// Of a million places, those that are taken.
        public var perMillion: Int

        public init(_ map: MapRecord) {
            mapID = map.id
            self.map = map.title
            entries = map.entries
            maxEntries = map.maxEntries
            perMillion = map.maxEntries == 0 ? 0 : Int(UInt64(map.entries) * 1_000_000 / UInt64(map.maxEntries))
        }
    }

    public var updates: [Updates]
    /// Entries that were not a match, by verdict.
    public var outOfStep: [String: Int]
    public var outOfStepTotal: Int
    public var entriesTotal: Int
    /// Destinations that are lost with the map and delivered by the kernel's tables.
    public var healed: Int
    /// Legacy programs and maps of the deployment.
    public var objects: [Object]
    /// When it was looked whether they are still loaded; `nil`: nobody looked.
    public var lookedAt: Date?
    public var occupancy: [Occupancy]

    /// What a plan alone tells.
    public init(_ plan: PlanDocument) {
        let legacy = plan.decision.maps.map(\.id)
        let maps = plan.maps.filter { legacy.contains($0.id) }
        updates = maps.map(Updates.init)
        outOfStep = plan.verdicts.filter { $0.key != Verdict.match.rawValue && $0.value > 0 }
        outOfStepTotal = outOfStep.values.reduce(0, +)
        entriesTotal = plan.entriesTotal
        healed = plan.effects[Effect.healed.rawValue] ?? 0
        objects = plan.footprint ?? []
        occupancy = maps.map(Occupancy.init)
    }

    /// Of what was looked at, that which the kernel has let go.
    public var retired: [Object] { objects.filter { $0.isLoaded == false } }

    public func retired(_ kind: Object.Kind) -> Int { retired.count { $0.kind == kind } }

    /// Of the retired ones whose size is known.
    public var retiredBytes: UInt64 { retired.reduce(0) { $0 &+ ($1.bytesMemlock ?? 0) } }
}

extension Gain.Updates {
    /// From the two readings of the plan.
    public init(_ map: MapRecord) {
        guard let activity = map.activity else {
            self.init(mapID: map.id, map: map.title, method: .notMeasured, note: "its entries were read once")
            return
        }
        self.init(
            mapID: map.id, map: map.title, method: .twoReadings, intervalMs: activity.intervalMs,
            keysChanged: activity.keysChanged,
            note: activity.isExact ? "" : "keys were compared by sums: at least so many")
    }
}
