/// What comparing packet by packet comes to, of a hook or of all of them.
public struct EquivalenceTally: Hashable, Sendable {
    /// Differences that are listed; all are counted.
    public static let listLimit = 200
    /// Of one destination: a list of one pod's packets would hide the others.
    static let destinationLimit = 8

    public private(set) var cases = 0
    public private(set) var differences: [PacketDifference] = []
    public private(set) var differencesTotal = 0
    /// Packets that differed as is documented, by ``DesignedDifference``; one may count under two of them.
    public private(set) var byDesign: [String: Int] = [:]
    /// Packets to entries that are not treated alike today and afterwards, by ``Effect``.
    public private(set) var byEffect: [String: Int] = [:]

    private var listed: [IPAddress: Int] = [:]
    /// Packets that the kernel does not take in a test run.
    public private(set) var skipped = 0

    public init() {}

    public mutating func skip() { skipped += 1 }

    public mutating func count(
        _ judgement: Comparison.Judgement, orElse difference: ([Comparison.Aspect]) -> PacketDifference
    ) {
        cases += 1
        switch judgement {
        case .same: break
        case .designed(let reasons): for reason in reasons { byDesign[reason.rawValue, default: 0] += 1 }
        case .explained(let effect): byEffect[effect.rawValue, default: 0] += 1
        case .different(let aspects):
            differencesTotal += 1
            if differences.count < Self.listLimit { list(difference(aspects)) }
        }
    }

    private mutating func list(_ difference: PacketDifference) {
        guard listed[difference.destination, default: 0] < Self.destinationLimit else { return }
        listed[difference.destination, default: 0] += 1
        differences.append(difference)
    }

    public mutating func add(_ other: EquivalenceTally) {
        cases += other.cases
        skipped += other.skipped
        differencesTotal += other.differencesTotal
        differences += other.differences.prefix(Self.listLimit - differences.count)
        byDesign.merge(other.byDesign, uniquingKeysWith: +)
        byEffect.merge(other.byEffect, uniquingKeysWith: +)
    }
}
