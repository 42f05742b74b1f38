import Kernel
import Model

/// What the cross-check comes to over all entries, in memory that does not grow with their number: every entry is counted,
/// lists hold the first by address.
///
/// Only ``delivered`` holds every entry of its kind: these are destinations that some namespace of this machine has, and
/// they are no more than its addresses.
public struct EntryTally: Sendable {
    /// How many entries a message names.
    static let shown = 3

    public internal(set) var verdicts: [Verdict: Int] = [:]
    public internal(set) var effects: [Effect: Int] = [:]
    /// Entries that were judged.
    public internal(set) var total = 0
    /// Entries that the replacement redirects at some hook: each takes a neighbor as soon as it is warmed or traffic comes,
    /// whether or not anybody answers.
    public internal(set) var redirected: [AddressFamily: Int] = [:]
    /// Of the survey's legacy maps, in their order: what comes of their entries.
    public internal(set) var maps: [MapTally]
    /// Answers that `RTM_GETROUTE` was asked for and did not give.
    public internal(set) var unanswered = 0
    /// Answers that it was not asked for.
    public internal(set) var leftOut = 0
    /// What the plan lists.
    var listed = Smallest<IPAddress, Finding>(PlanDocument.listLimit)
    /// Redirected only today.
    var lost = Smallest<IPAddress, PlanDocument.Destination>(PlanDocument.listLimit)
    /// Interfaces by which some key's packets are delivered afterwards, or may be: a member is behind them.
    public internal(set) var enrolled: Set<DeviceKey> = []
    /// Keys redirected today and afterwards and delivered nowhere, by the interface that the FIB names.
    var strays: [DeviceKey: Smallest<IPAddress, PlanDocument.Destination>] = [:]
    /// Delivered today, afterwards, or both.
    public internal(set) var delivered: [Delivered] = []

    /// What packets are made for, where any are.
    var sample = EntrySample(seed: nil)

    var broken = Smallest<IPAddress, Finding>(shown)
    var unknown = Smallest<IPAddress, Finding>(shown)
    var dependent = Smallest<IPAddress, Finding>(shown)
    var differing = Smallest<IPAddress, Finding>(shown)
    var failed = Smallest<IPAddress, Finding>(shown)
    /// A pod holds the address, and no packet reaches it, today nor afterwards.
    var unreached = Smallest<IPAddress, Finding>(shown)
    /// Packets come with another source MAC afterwards than the map says.
    var resourced = Smallest<IPAddress, Finding>(shown)
    /// For which the two doors name different devices.
    var disagreeing = Smallest<IPAddress, Finding>(shown)

    /// A destination that packets reach, and the namespace in which they do.
    public struct Delivered: Sendable {
        public var finding: Finding
        /// Cookie of the hook's namespace.
        public var netns: UInt64
    }

    /// Of one map.
    public struct MapTally: Sendable {
        /// Entries that were judged.
        public internal(set) var total = 0
        /// Entries whose address no namespace here holds.
        public internal(set) var gone = 0
        /// Entries that are delivered today, or may be.
        public internal(set) var delivered = 0

        /// The first by address of those that are gone.
        public internal(set) var firstGone: IPAddress?

        mutating func count(_ effect: Effect, _ address: IPAddress) {
            total += 1
            switch effect {
            case .gone:
                gone += 1
                firstGone = min(firstGone ?? address, address)
            case .same, .broken, .unknown: delivered += 1
            case .healed, .stillBroken: break
            }
        }
    }

    /// - Parameters:
    ///   - all: whether entries that match are listed, too.
    ///   - maps: how many legacy maps there are.
    init(all: Bool, maps: Int) {
        listsAll = all
        self.maps = Array(repeating: MapTally(), count: maps)
    }
    private let listsAll: Bool

    /// Which of the lists an entry may have to go into; told from its judgement once for all that share it.
    struct Lists: OptionSet {
        var rawValue: UInt8
        static let listed = Lists(rawValue: 1)
        static let delivered = Lists(rawValue: 2)
        static let lost = Lists(rawValue: 4)
        static let named = Lists(rawValue: 8)
        /// Makes the FIB's interface one with a member behind it.
        static let enrolling = Lists(rawValue: 16)
        static let stray = Lists(rawValue: 32)
    }

    func lists(_ judgement: Judgement, isRedirected: Bool) -> Lists {
        var lists: Lists = []
        if listsAll || judgement.verdict != .match { lists.insert(.listed) }
        if [.same, .healed, .broken].contains(judgement.effect) { lists.insert(.delivered) }
        if isRedirected && [.same, .healed, .unknown].contains(judgement.effect) {
            lists.insert(.enrolling)
        } else if judgement.legacyInterface != nil {
            lists.insert(isRedirected ? .stray : .lost)
        }
        if [.broken, .unknown, .stillBroken].contains(judgement.effect)
            || [.dependsOnPacket, .neighborDiffers, .neighborFailed].contains(judgement.verdict)
            || judgement.kernel.sourceMAC != nil
        {
            lists.insert(.named)
        }
        return lists
    }

    mutating func count(_ number: Int, _ judgement: Judgement) {
        total += number
        verdicts[judgement.verdict, default: 0] += number
        effects[judgement.effect, default: 0] += number
    }

    /// Puts one entry into the lists it belongs to; it is counted apart.
    mutating func list(_ target: LegacyTarget, _ judgement: Judgement, _ lists: Lists, netns: UInt64) {
        let address = target.address
        if lists.contains(.listed) { listed.offer(address, judgement.finding(of: target)) }
        if lists.contains(.lost) {
            lost.offer(
                address,
                .init(
                    address: address, interface: judgement.legacyInterface ?? "", why: judgement.verdict.rawValue))
        }
        if lists.contains(.stray), let ifindex = judgement.kernel.ifindex {
            strays[DeviceKey(netns: netns, ifindex: ifindex), default: .init(PlanDocument.listLimit)].offer(
                address,
                .init(
                    address: address, interface: judgement.legacyInterface ?? "", why: judgement.verdict.rawValue))
        }
        if lists.contains(.delivered) {
            delivered.append(Delivered(finding: judgement.finding(of: target), netns: netns))
        }
        guard lists.contains(.named) else { return }
        let finding = judgement.finding(of: target)
        // Only packets that the replacement delivers come with its source MAC.
        if finding.sourceDiffers, ![.broken, .gone, .stillBroken].contains(finding.effect) {
            resourced.offer(address, finding)
        }
        switch judgement.effect {
        case .broken: broken.offer(address, judgement.finding(of: target))
        case .unknown: unknown.offer(address, judgement.finding(of: target))
        case .stillBroken: unreached.offer(address, judgement.finding(of: target))
        default: break
        }
        switch judgement.verdict {
        case .dependsOnPacket: dependent.offer(address, judgement.finding(of: target))
        case .neighborDiffers: differing.offer(address, judgement.finding(of: target))
        case .neighborFailed: failed.offer(address, judgement.finding(of: target))
        default: break
        }
    }

    /// What the plan says of it.
    var section: PlanDocument.EntrySection {
        .init(
            verdicts: Dictionary(uniqueKeysWithValues: verdicts.map { ($0.key.rawValue, $0.value) }),
            effects: Dictionary(uniqueKeysWithValues: effects.map { ($0.key.rawValue, $0.value) }),
            listed: listed.elements, total: total)
    }
}
