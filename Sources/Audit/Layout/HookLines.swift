/// Hooks in two lines each: place and program aligned, then the slot and a remark.
///
/// In one line they are wider than any terminal.
enum HookLines {
    struct Line {
        /// Symbol and interface.
        var title: String
        /// `clsact/ingress`.
        var kind: String
        var programs: String
        var slot: String
        /// Why, or with what guarantee; may be empty.
        var remark: String
    }

    static func render(_ lines: [Line]) -> [String] {
        var table = Table([.left, .left, .left])
        for line in lines { table.add(line.title, line.kind, line.programs) }
        return zip(table.lines(), lines).flatMap { first, line in
            [first, "    " + line.slot + (line.remark.isEmpty ? "" : "; " + line.remark)]
        }
    }
}
