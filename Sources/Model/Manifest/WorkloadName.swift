extension Workload {
    /// The longest name of a Job: its pods carry it as a label (`validation.LabelValueMaxLength`).
    static let longestName = 63

    /// Of lower-case letters, digits and hyphens: what was given, else verb, node and the first characters of the subject's id.
    public var objectName: String {
        if let name { return name }
        guard case .job(let node) = kind else { return "migrate-\(verb.rawValue)" }
        let id = subject.map { $0.hasPrefix("p-") || $0.hasPrefix("r-") ? String($0.dropFirst(2)) : $0 }
        let tail = id.map { "-\(Self.label($0).prefix(8))" } ?? ""
        let head = "migrate-\(verb.rawValue)-"
        let label = Self.label(node)
        // Two nodes must not share a name: one that is changed on the way gets a digest of the node's.
        if label == node, head.count + label.count + tail.count <= Self.longestName { return head + label + tail }
        let digest = "-\(Digest.sha256(Array(node.utf8)).prefix(8))"
        var short = label.prefix(max(1, Self.longestName - head.count - digest.count - tail.count))
        while short.last == "-" { short.removeLast() }
        return "\(head)\(short)\(digest)\(tail)"
    }

    private static func label(_ text: String) -> String {
        String(text.lowercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" })
    }

    /// RFC 1123: what Kubernetes takes for a node's name, and with `dots` false for that of a Job or a namespace.
    public static func isName(_ text: String, dots: Bool) -> Bool {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        return text.utf8.count <= (dots ? 253 : longestName) && (dots || parts.count == 1)
            && parts.allSatisfy { part in
                !part.isEmpty && part.first != "-" && part.last != "-"
                    && part.utf8.allSatisfy {
                        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0)
                            || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || $0 == UInt8(ascii: "-")
                    }
            }
    }

    /// Roughly what a container runtime takes for an image: no white space, nothing that YAML or a shell could read otherwise.
    public static func isImage(_ text: String) -> Bool {
        text.wholeMatch(of: #/[a-z0-9][A-Za-z0-9._\/:@-]{0,511}/#) != nil
    }
}
