/// By hand at many hooks alike: one loop, for nobody pastes a hundred commands.
extension BreakGlass {
    /// As many as are written out one by one.
    static let written = 8

    /// All that one command has in common with others but the interface, the number of the pin, and a link.
    private struct Likeness: Hashable {
        var netnsPath: String?
        var kind: HookKind
        var direction: HookDirection
        var chain: UInt32
        var priority: UInt16
        var handle: UInt32
        var protocolName: String
        var classID: UInt32?
        var hasLink: Bool
        var replacementID: UInt32?

        init(_ place: Place) {
            netnsPath = place.netnsPath
            kind = place.kind
            direction = place.direction
            chain = place.chain
            priority = place.priority
            handle = place.handle
            protocolName = place.protocolName
            classID = place.classID
            hasLink = place.linkID != nil
            replacementID = place.replacementID
        }
    }

    /// Commands for all of the places, in the order of the first place of each; what fails ends a loop and fails it.
    static func replacements(_ places: [Place], pinDirectory: String) -> [String] {
        var order: [Likeness] = []
        var alike: [Likeness: [Int]] = [:]
        for (index, place) in places.enumerated() {
            let likeness = Likeness(place)
            if alike[likeness] == nil { order.append(likeness) }
            alike[likeness, default: []].append(index)
        }
        return order.flatMap { likeness -> [String] in
            let indices = alike[likeness] ?? []
            guard indices.count > written else {
                return indices.map { index in
                    let place = places[index]
                    return command(
                        place, device: place.interface.shellWord, link: place.linkID.map { "\($0)" },
                        pin: "\(pinDirectory)/legacy_\(index)")
                }
            }
            // Number, interface, link: none of them has a colon, not even an interface (`dev_valid_name`).
            let words = indices.map { index in
                "\(index):\(places[index].interface):\(places[index].linkID ?? 0)".shellWord
            }
            let body = command(
                places[indices[0]], device: "\"$d\"", link: likeness.hasLink ? "'$l'" : nil,
                pin: "\(pinDirectory)/legacy_$n")
            return [
                "(for h in \(words.joined(separator: " ")); do n=${h%%:*}; d=${h#*:}; l=${d##*:}; d=${d%:*}; "
                    + "\(body) || exit 1; done)"
            ]
        }
    }

    private static func command(_ place: Place, device: String, link: String?, pin: String) -> String {
        let enter = place.netnsPath.map { "nsenter --net=\($0.shellWord) " } ?? ""
        return enter
            + (place.kind == .tcx
                ? tcx(place, device: device, link: link, pin: pin) : filter(place, device: device, pin: pin))
    }
}
