import Model

/// Everything that decides about the packets to one address, to be read from top to bottom: the map, the kernel, the
/// programs, and what it comes to.
public enum ExplanationText {
    public static func render(_ document: ExplanationDocument) -> String {
        var page = Page()
        let words = ExplanationWords(document)
        page.line("\(document.address) on node \(document.node.name)")
        page.add(
            table([
                ("held by", words.holders), ("profile", document.profile ?? "none whose maps are on this node"),
                ("namespace", document.node.netns.title),
            ]))
        for map in document.maps {
            page.section(words.title(map), map.entries.isEmpty ? words.missing(map) : words.entries(map))
        }
        page.section("Attached now (a run's replacement):", words.attached)
        for place in document.places {
            page.section(words.title(place), table(ExplanationKernelWords(words, place).rows))
            page.section("  What becomes of a packet to it there (* attached now):", words.programs(place))
        }
        page.section("Not seen:", Page.limited(document.unobserved.map { "  \($0.what): \($0.why)" }, limit: 4))
        let judged = document.verdict.map { "\($0.rawValue), \(document.effect?.rawValue ?? "?"): " } ?? ""
        let note = document.note.isEmpty ? [] : ["Note: \(document.note)."]
        page.gap()
        page.line(judged + document.reason)
        page.add(note)
        page.add(([document.next].compactMap(\.self) + document.further).map { "  \($0.what):  \($0.command)" })
        return page.text
    }

    static func table(_ rows: [(String, String)]) -> [String] {
        var table = Table([.left, .left])
        for (name, text) in rows { table.add(name, text) }
        return table.lines(indent: "  ")
    }
}
