import Model

/// The kernel's part of an explanation: one row for each thing that decides.
struct ExplanationKernelWords {
    private let words: ExplanationWords
    private let place: ExplanationDocument.Place

    init(_ words: ExplanationWords, _ place: ExplanationDocument.Place) {
        self.words = words
        self.place = place
    }

    var rows: [(String, String)] {
        let kernel = place.kernel
        var rows: [(String, String?)] = [
            ("rule", kernel.rule.map(rule)), ("rule before", kernel.packetRule.map(rule)),
            ("route", kernel.route.map(route) ?? "none named"), ("neighbor", kernel.neighbor.map(neighbor)),
            ("device", kernel.device.map(device)),
        ]
        rows += kernel.device.map(otherEnd) ?? []
        rows += [("FIB helper", kernel.fib.map(fib)), ("RTM_GETROUTE", getroute(kernel))]
        if let verdict = place.verdict {
            let note = place.note.isEmpty ? "" : "; \(place.note)"
            rows.append(("verdict", "\(verdict.rawValue), \(place.effect?.rawValue ?? "?")\(note)"))
        }
        return rows.compactMap { name, text in text.map { (name, $0) } }
    }

    private func rule(_ line: ExplanationDocument.RuleLine) -> String { "\(line.priority): \(line.text)" }

    /// As ip-route(8) writes it, with the table always named.
    private func route(_ line: ExplanationDocument.RouteLine) -> String {
        var parts = line.type == "unicast" ? [] : [line.type]
        parts.append(line.prefix.isDefault ? "default" : "\(line.prefix)")
        if let gateway = line.gateway { parts.append("via \(gateway)") }
        if let interface = line.interface { parts.append("dev \(interface)") }
        parts += line.nextHops.map { "nexthop \($0)" }
        parts += ["table \(line.table)", "scope \(line.scope)", "proto \(line.protocol)"]
        if line.metric != 0 { parts.append("metric \(line.metric)") }
        return parts.joined(separator: " ")
    }

    private func neighbor(_ line: ExplanationDocument.NeighborLine) -> String {
        line.state == "none"
            ? "\(line.address): none yet" : "\(line.address) \(line.mac.map { "\($0) " } ?? "no MAC, ")\(line.state)"
    }

    private func device(_ line: ExplanationDocument.DeviceLine) -> String {
        var parts = ["\(line.interface) (ifindex \(line.ifindex))", line.kind, line.isUp ? "up" : "down"].compactMap(
            \.self)
        if let master = line.master { parts.append("a port of \(master)\(line.masterKind.map { " (\($0))" } ?? "")") }
        if let denied = line.denied { parts.append("never redirected to: it \(denied)") }
        return parts.joined(separator: ", ")
    }

    private func otherEnd(_ line: ExplanationDocument.DeviceLine) -> [(String, String?)] {
        if line.isPeerHidden { return [("other end", "in a namespace that could not be opened")] }
        guard let peer = line.peer else { return [] }
        return [("other end", "\(words.full(peer)), MAC \(peer.mac.map { "\($0)" } ?? "none")")]
    }

    private func fib(_ answer: ExplanationDocument.FIBAnswer) -> String {
        guard let ifindex = answer.ifindex else { return answer.lookup }
        let hop = answer.nextHop.map { ", next hop \($0)" } ?? ""
        let neighbor = answer.mac.map { ", MAC \($0)" } ?? ", neighbor \(answer.neighborLookup)"
        return "\(answer.lookup): \(answer.interface ?? "ifindex \(ifindex)")\(hop)\(neighbor)"
    }

    private func getroute(_ kernel: ExplanationDocument.KernelAnswer) -> String {
        guard let route = kernel.route else { return kernel.getroute }
        let hop = route.gateway.map { ", next hop \($0)" } ?? ""
        return "\(route.type): " + (route.interface ?? route.nextHops.joined(separator: ", ")) + hop
    }
}
