import Model

extension MigrateError {
    /// One error for what several hooks have to say: the worst one's, with the facts of the others behind its own.
    ///
    /// The worst is what is lost, for that decides how a run ends; else the first.
    static func joined(_ refusals: [MigrateError]) -> MigrateError? {
        guard let worst = refusals.firstIndex(where: { $0.code == .mixed }) ?? refusals.indices.first else {
            return nil
        }
        var error = refusals[worst]
        let others = refusals.enumerated().filter { $0.offset != worst }.map(\.element)
        error.facts += others.prefix(20).flatMap { other in other.facts.map { "\(other.what): \($0)" } }
        if others.count > 20 { error.facts.append("and \(others.count - 20) more hooks") }
        return error
    }
}
