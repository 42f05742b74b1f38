import Model

extension Effect {
    /// What becomes of packets to such an entry's address.
    var words: String {
        switch self {
        case .same: "delivered today and afterwards"
        case .healed: "lost today, delivered afterwards"
        case .broken: "delivered today, lost afterwards"
        case .gone: "nobody here has the address"
        case .stillBroken: "lost today and afterwards"
        case .unknown: "the pod's side could not be read"
        }
    }
}
