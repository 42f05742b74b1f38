import Model

/// The map's, the hooks' and the programs' part of an explanation, in lines.
struct ExplanationWords {
    private let document: ExplanationDocument

    init(_ document: ExplanationDocument) { self.document = document }

    // MARK: Interfaces

    /// `eth0 in /run/netns/pod1`; of the node's own namespace only the name.
    func place(_ end: ExplanationDocument.EndPoint) -> String {
        end.netns == document.node.netns.cookie
            ? "\(end.interface) of the node" : "\(end.interface) in \(end.path ?? "netns \(end.netns)")"
    }

    /// With its addresses.
    func full(_ end: ExplanationDocument.EndPoint) -> String {
        let addresses = end.addresses.isEmpty ? "no address" : Words.list(end.addresses.map(\.description))
        return "\(place(end)) (\(addresses))"
    }

    var holders: String {
        document.holders.isEmpty ? "nobody that could be seen here" : Words.list(document.holders.map(place))
    }

    // MARK: Maps

    func title(_ map: ExplanationDocument.MapAnswer) -> String {
        let count = "\(map.entriesTotal) \(map.entriesTotal == 1 ? "entry" : "entries")"
        let holds = map.entries.isEmpty ? "does not hold it" : "holds it"
        return "Map \(map.title) (id \(map.id), \(map.type), \(count)) \(holds):"
    }

    func missing(_ map: ExplanationDocument.MapAnswer) -> [String] {
        ExplanationText.table([("key", "\(map.key), not there"), ("read by", readBy(map))])
    }

    func entries(_ map: ExplanationDocument.MapAnswer) -> [String] {
        var rows: [(String, String)] = []
        for entry in map.entries {
            let spelt = entry.key == map.key ? "" : " (legacy-keys would ask for \(map.key))"
            rows += [("key", entry.key + spelt), ("value", entry.value), ("says", says(entry, in: map))]
            rows.append(("", "\(entry.mac) is \(owner(entry.macHolders))"))
            if let source = entry.sourceMAC { rows.append(("", "source MAC \(source)")) }
        }
        return ExplanationText.table(rows + [("read by", readBy(map))])
    }

    /// Interface indexes mean something in the namespace of the program that reads the map.
    private func says(_ entry: ExplanationDocument.Entry, in map: ExplanationDocument.MapAnswer) -> String {
        let named = document.places.compactMap(\.legacy).filter { $0.mapID == map.id && $0.ifindex == entry.ifindex }
        let interface: String
        if let here = named.first {
            let state = here.isUp ? "" : ", which is down"
            interface =
                here.interface.map { "\($0) (ifindex \(entry.ifindex))\(state)" }
                ?? "ifindex \(entry.ifindex), which is gone"
        } else {
            interface = "ifindex \(entry.ifindex)"
        }
        return "\(interface), MAC \(entry.mac)"
    }

    private func owner(_ ends: [ExplanationDocument.EndPoint]) -> String {
        ends.isEmpty ? "nobody's MAC here today" : "the MAC of \(Words.list(ends.map(full))) today"
    }

    private func readBy(_ map: ExplanationDocument.MapAnswer) -> String {
        map.readBy.isEmpty ? "no attached program" : Words.list(map.readBy)
    }

    // MARK: Hooks and programs

    var attached: [String] {
        guard !document.attached.isEmpty else { return [] }
        let modes = Set(document.places.flatMap(\.programs).filter(\.isAttached).compactMap(\.membership))
        let hooks = document.places.flatMap(\.hooks)
        let ours = alike(hooks.filter(\.isOurs)), legacy = alike(hooks.filter { !$0.isOurs })
        let there = legacy.isEmpty ? "" : " there"
        return (ours.isEmpty ? Page.limited(document.attached.map { "  " + $0 }) : ours)
            + [
                modes.contains(.legacyKeys)
                    ? "  The maps are asked\(there) whether the address is a key; what they say of it is no longer believed."
                    : "  The maps are no longer asked\(there); what they hold decides nothing."
            ]
            + (legacy.isEmpty
                ? [] : ["  The legacy program is still attached, and what the maps hold decides:"] + legacy)
    }

    /// One line for each program and kind of hook: on a node with a hook for every pod there may be hundreds.
    private func alike(_ hooks: [ExplanationDocument.HookPoint]) -> [String] {
        var titles: [String] = []
        var interfaces: [String: [String]] = [:]
        for hook in hooks {
            let program = "program \(hook.program?.id ?? 0) (\(hook.program?.name ?? "?"))"
            let title =
                "\(hook.kind.rawValue)/\(hook.direction.rawValue)"
                + "\(Words.elsewhere(hook.netns, than: document.node.netns)): \(program)"
            if interfaces[title] == nil { titles.append(title) }
            if interfaces[title]?.contains(hook.interface) != true {
                interfaces[title, default: []].append(hook.interface)
            }
        }
        return titles.map { "  \(Words.list(interfaces[$0] ?? [])) \($0)" }
    }

    func title(_ place: ExplanationDocument.Place) -> String {
        guard let hook = place.hooks.first else { return "For a packet of the node itself (no hook was asked):" }
        let titles = place.hooks.map { $0.title + Words.elsewhere($0.netns, than: document.node.netns) }
        let programs = Set(place.hooks.map { Words.program($0.program) }).sorted()
        let source = hook.source.map { ", a packet from \($0)" } ?? ""
        return "At \(Words.list(titles)): program \(Words.list(programs))\(source):"
    }

    func programs(_ place: ExplanationDocument.Place) -> [String] {
        var table = Table([.left, .left, .left, .left])
        for program in place.programs {
            let name =
                program.program == .legacy ? "legacy program" : "replacement, \(program.membership?.rawValue ?? "")"
            table.add(
                (program.isAttached ? "* " : "  ") + name, fate(program), target(program),
                [program.outcome == "hit" || program.outcome == "redirected" ? nil : program.outcome, program.why]
                    .compactMap(\.self).joined(separator: ": "))
        }
        return table.lines(indent: "  ")
    }

    private func fate(_ program: ExplanationDocument.Forecast) -> String {
        switch program.fate {
        case .redirected: "redirected"
        case .stack: "to the stack"
        case .next: "to the next program"
        case .dropped: "dropped"
        }
    }

    private func target(_ program: ExplanationDocument.Forecast) -> String {
        guard program.fate == .redirected else { return "" }
        let interface = program.interface ?? program.ifindex.map { "ifindex \($0)" } ?? "?"
        return interface + (program.mac.map { " \($0)" } ?? "")
    }
}
