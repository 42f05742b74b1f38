import Model

/// What is true of the programs that are attached and follows from no finding: a finding is about map and routes, as a plan
/// of now would be.
enum AttachedWords {
    /// - Parameter orphans: replacements whose legacy program is not loaded any more.
    static func notes(_ document: ExplanationDocument, _ orphans: Set<UInt32>) -> [String] {
        let outside = document.places.flatMap(\.programs).first { program in
            program.isAttached && program.program == .replacement && program.fate != .redirected
                && program.outcome == "not_member"
        }
        var notes: [String] = []
        if let outside, document.places.contains(where: { $0.effect == .same || $0.effect == .healed }) {
            notes.append("what is attached does not redirect it: \(outside.why)")
        }
        if document.places.flatMap(\.hooks).contains(where: { $0.program.map { orphans.contains($0.id) } ?? false }) {
            notes.append(
                "the legacy program is not loaded any more, so that rollback cannot put it back; the deployment's agent can, "
                    + "by attaching its program again")
        }
        return notes
    }
}
