import Model

/// The hooks of the node before and after: what program was in each slot, and what is there now.
enum HooksPicture {
    private static let limit = 8

    static func draw(_ run: RunDocument) throws -> Picture {
        var picture = Picture(
            id: "hooks", title: "Hooks before and after",
            description: run.hooks.prefix(limit).map(words).joined(separator: "; "),
            caption:
                "Left: the program in the slot before the run. Right: the program that was read back, or that the journal has. "
                + "A blue edge is the replacement’s, a violet one the deployment’s own, a red one neither.")
        try picture.text(0, 14, "before", "soft")
        try picture.text(Picture.width / 2 + 14, 14, "after", "soft")

        var y = 24
        for hook in run.hooks.prefix(limit) {
            let place = "\(hook.interface)  \(hook.kind.rawValue)/\(hook.direction.rawValue)"
            try picture.text(0, y + 12, place, room: 60)
            try slot(hook.before, at: 0, y + 18, hook.before == nil ? "box" : "edge-legacy", &picture)
            try slot(
                hook.after, at: Picture.width / 2 + 14, y + 18, edge(hook), &picture)
            let middle = y + 18 + 17
            try picture.line(
                [(Picture.width / 2 - 12, middle), (Picture.width / 2 + 12, middle)], "arrow")
            try picture.line(
                [
                    (Picture.width / 2 + 7, middle - 4), (Picture.width / 2 + 12, middle),
                    (Picture.width / 2 + 7, middle + 4),
                ], "arrow")
            if let ours = hook.ours, ours != hook.after {
                try picture.text(0, y + 70, "meanwhile: \(Words.program(ours))", "soft", room: 64)
                y += 16
            }
            y += 64
        }
        if run.hooks.count > limit {
            try picture.text(0, y + 12, "… and \((run.hooks.count - limit).of("hook")) more, in the table", "soft")
        }
        return picture
    }

    private static func slot(
        _ program: ProgramReference?, at x: Int, _ y: Int, _ style: String, _ picture: inout Picture
    ) throws {
        try picture.box(x, y, Picture.width / 2 - 15, 36, style, round: 5)
        guard let program else { return try picture.text(x + 8, y + 22, "no program", "soft") }
        try picture.text(x + 8, y + 15, "\(program.id) \(program.name)", room: 26)
        try picture.text(x + 8, y + 30, "tag \(program.tag)", "soft mono", room: 26)
    }

    private static func edge(_ hook: RunDocument.HookLine) -> String {
        switch hook.standing {
        case .ours?: "edge-ours"
        case .asBefore?: "edge-legacy"
        case .others?, .differs?: "edge-bad"
        case .vanished?, .unknown?: "box"
        case nil: hook.before == hook.after ? "edge-legacy" : "edge-ours"
        }
    }

    private static func words(_ hook: RunDocument.HookLine) -> String {
        let after = hook.before == hook.after ? "the same" : hook.after.map { Words.program($0) } ?? "none"
        let meanwhile = hook.ours.map { ", meanwhile \(Words.program($0))" } ?? ""
        return
            "\(hook.interface) \(hook.kind.rawValue)/\(hook.direction.rawValue): before \(Words.program(hook.before)), after \(after)\(meanwhile)"
    }
}
