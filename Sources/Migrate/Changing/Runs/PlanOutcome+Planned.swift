import Inventory
import Model

extension PlanOutcome {
    /// What can fail: destinations that are delivered afterwards wherever their key is asked for. Where an interface has another
    /// number in another namespace it is not known which one leads there.
    var planned: [IPAddress: UInt32] {
        var planned: [IPAddress: UInt32] = [:], others: Set<IPAddress> = []
        for finding in delivered.map(\.finding) {
            switch finding.effect {
            case .same, .healed:
                planned.merge([finding.address: finding.kernel.ifindex ?? 0]) { $0 == $1 ? $0 : 0 }
            default: others.insert(finding.address)
            }
        }
        return planned.filter { !others.contains($0.key) }
    }
}
