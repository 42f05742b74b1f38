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
        /// What lines have in common that may stand for each other.
        var likeness: String
    }

    /// - Parameter all: the command that shows every one.
    static func render(_ lines: [Line], all: String) -> [String] {
        let groups = Few.grouped(lines, by: \.likeness)
        let shown = groups.flatMap(\.shown)
        var table = Table([.left, .left, .left])
        for line in shown { table.add(line.title, line.kind, line.programs) }
        var rows = zip(table.lines(), shown).map { first, line in
            [first, "    " + line.slot + (line.remark.isEmpty ? "" : "; " + line.remark)]
        }[...]
        return groups.flatMap { group in
            let own = rows.prefix(group.shown.count).flatMap { $0 }
            rows = rows.dropFirst(group.shown.count)
            return own + (group.more == 0 ? [] : ["    … and \(group.more) more like it; all of them:  \(all)"])
        }
    }
}
