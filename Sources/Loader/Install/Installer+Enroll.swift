import Kernel
import Model

extension Installer {
    /// For membership `enrolled`: makes, fills and pins the set of each namespace.
    ///
    /// After the record, which a rollback needs first, and before the load, for the program refers to the set.
    /// - Returns: what the replacements are told, with the sets.
    func enroll() throws(MigrateError) -> [UInt64: RedirectConfiguration] {
        var told = request.configurations
        let namespaces = told.filter { $0.value.membership == .enrolled }.keys.sorted()
        guard !namespaces.isEmpty else { return told }
        try checkInterruption()
        return try record(.enroll, "make the sets of enrolled interfaces") { () throws(MigrateError) in
            let directory = try self.namespaces()
            var evidence: [String] = []
            for netns in namespaces {
                guard let namespace = directory[netns] else {
                    throw MigrateError(
                        .hookVanished, "cannot make the set of enrolled interfaces",
                        facts: ["network namespace \(netns) is gone"])
                }
                let members = request.members.filter { $0.netns == netns }, path = pins.enrolledPath(netns)
                let made = try acting("make the set of enrolled interfaces") { () throws(KernelError) in
                    if let prepared = request.prepared?.members {
                        return try MemberSet.make(members, into: prepared.set, in: namespace, pin: path)
                    }
                    return try MemberSet.make(members, in: namespace, pin: path)
                }
                told[netns]?.enrolledMap = made.mapID
                let gone = made.missing.isEmpty ? "" : ", gone meanwhile: \(made.missing.joined(separator: ", "))"
                evidence.append("map \(made.mapID) holds \(made.count)\(gone)")
            }
            return (told, evidence.joined(separator: "; "))
        }
    }
}
