extension PlanDocument {
    private struct Header: Decodable {
        var formatVersion: String
        var kind: String
    }

    /// A plan from the bytes of a file, checked to be what it says: kind, version, digest and id.
    ///
    /// - Parameter name: how messages name it: a path, or `-`.
    /// - Throws: `unreadablePlan`, `otherVersion` or `editedPlan`, all of which end a command with 65.
    public static func read(_ bytes: [UInt8], named name: String) throws(MigrateError) -> PlanDocument {
        try checkHeader(bytes, name)
        let plan: PlanDocument
        do {
            plan = try JSON.decode(PlanDocument.self, from: bytes)
        } catch {
            throw MigrateError(
                .unreadablePlan, "cannot read plan \(name)", facts: [fault(error)],
                remedy: "Make a new one:  migrate plan --out plan.json")
        }
        guard (try? plan.isIntact()) == true else {
            throw MigrateError(
                .editedPlan, "cannot read plan \(name)",
                facts: ["its digest does not fit its contents: it was edited or cut"],
                remedy: "Make a new one:  migrate plan --out plan.json")
        }
        return plan
    }

    /// Its header was read, so all of it is JSON: what the decoder then calls no valid JSON, without a place, is a number.
    private static func fault(_ error: any Error) -> String {
        if case DecodingError.dataCorrupted(let context) = error, context.codingPath.isEmpty {
            return "a number in it does not fit its field: it is too great, negative or a fraction"
        }
        return "it is no whole plan: \(error)"
    }

    private static func checkHeader(_ bytes: [UInt8], _ name: String) throws(MigrateError) {
        guard let header = try? JSON.decode(Header.self, from: bytes) else {
            throw MigrateError(
                .unreadablePlan, "cannot read plan \(name)", facts: ["it is not a document of this program"],
                remedy: "Make one:  migrate plan --out plan.json")
        }
        guard header.kind == "plan" else {
            throw MigrateError(
                .otherVersion, "cannot read plan \(name)", facts: ["it is a document of kind \(header.kind)"],
                remedy: "Make one:  migrate plan --out plan.json")
        }
        let major = documentFormatVersion.split(separator: ".").first
        guard header.formatVersion.split(separator: ".").first == major else {
            throw MigrateError(
                .otherVersion, "cannot read plan \(name)",
                facts: ["its format is \(header.formatVersion), this program reads \(documentFormatVersion)"],
                remedy: "Make a new one with this version:  migrate plan --out plan.json")
        }
    }
}
