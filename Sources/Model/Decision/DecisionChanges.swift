extension Decision {
    /// What differs between the decision that was approved and the one the node asks for now, one line each.
    public func changes(to now: Decision) -> [String] {
        var lines: [String] = []
        func compare(_ what: String, _ before: some CustomStringConvertible, _ after: some CustomStringConvertible) {
            if before.description != after.description {
                lines.append("\(what): \(before) when planned, \(after) now.")
            }
        }
        compare("node", node, now.node)
        compare("machine id", machineID, now.machineID)
        compare("boot", bootID, now.bootID)
        compare("network namespace cookie", netns, now.netns)
        // What happened to the node first, hook by hook; then what follows from it, and what was asked otherwise.
        lines += hookChanges(to: now)
        let identities = { (maps: [MapIdentity]) in maps.map { "\($0.pin) id \($0.id)" }.joined(separator: ", ") }
        compare("legacy maps", identities(maps), identities(now.maps))
        compare("profile", profile.name, now.profile.name)
        if profile.name == now.profile.name && profile != now.profile {
            lines.append("profile \(profile.name): its text changed.")
        }
        compare("membership", membership.rawValue, now.membership.rawValue)
        compare("egress", egress.rawValue, now.egress.rawValue)
        compare("cut", cut.rawValue, now.cut.rawValue)
        compare("--accept-unknown", acceptUnknown, now.acceptUnknown)
        compare("--static-set", staticSet ?? false, now.staticSet ?? false)
        compare("replacement object", replacement.object.prefix(12), now.replacement.object.prefix(12))
        compare("replacement program", replacement.program, now.replacement.program)
        compare("FIB lookup flags", replacement.fibFlags, now.replacement.fibFlags)
        compare("reads link types", replacement.readsDevice, now.replacement.readsDevice)
        let denied = { (list: [DeniedDevice]) in
            list.isEmpty ? "none" : list.map { "\($0.interface) (\($0.why))" }.joined(separator: ", ")
        }
        compare("interfaces not redirected to", denied(replacement.denied), denied(now.replacement.denied))
        // The steps follow from the rest; on their own they say nothing.
        if lines.isEmpty { compare("steps", steps.joined(separator: "; "), now.steps.joined(separator: "; ")) }
        return lines
    }

    private func hookChanges(to now: Decision) -> [String] {
        func place(_ hook: Precondition) -> String {
            "\(hook.netns)/\(hook.ifindex)/\(hook.kind)/\(hook.direction)/\(hook.chain)/\(hook.priority)/\(hook.handle)/\(hook.etherType)"
                // A program attached without a link has no other name for its place.
                + (hook.kind == .tcx ? "/\(hook.linkID.map { "link \($0)" } ?? "program \(hook.program.id)")" : "")
        }
        func title(_ hook: Precondition) -> String { hook.title + hook.elsewhere(than: netns) }
        var lines: [(at: (UInt64, UInt32), text: String)] = []
        for before in hooks {
            let at = (before.netns, before.ifindex)
            guard let after = now.hooks.first(where: { place($0) == place(before) }) else {
                lines.append((at, "\(title(before)): program \(before.program.id) when planned, not there now."))
                continue
            }
            if after.program != before.program {
                lines.append(
                    (
                        at,
                        "\(title(before)): program \(before.program.id) (tag \(before.program.tag)) when planned, "
                            + "\(after.program.id) (tag \(after.program.tag)) now."
                    ))
            } else if after != before {
                lines.append((at, "\(title(before)): the filter's attributes changed."))
            }
        }
        for after in now.hooks where !hooks.contains(where: { place($0) == place(after) }) {
            let text = "\(title(after)): not there when planned, program \(after.program.id) now."
            lines.append(((after.netns, after.ifindex), text))
        }
        // By interface, so that what went from one and what came to it stand together; of one, what went first.
        return lines.enumerated().sorted {
            ($0.element.at.0, $0.element.at.1, $0.offset) < ($1.element.at.0, $1.element.at.1, $1.offset)
        }.map(\.element.text)
    }
}
