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
        var plainID: UInt32?

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
            plainID = place.plainID
        }
    }

    /// Places whose commands differ in no more than a loop can say; the first of each group in the order of the places.
    struct Alike {
        var indices: [Int]
        /// Of the first one's pin.
        var pin: Int
        /// The first of them.
        var place: Place
        /// One place, written out; otherwise a loop over all of them.
        var isWritten: Bool

        /// The interface as a word of the shell.
        var device: String { isWritten ? place.interface.shellWord : "\"$d\"" }
        /// Ids, within a word in single quotes.
        var link: String? { place.linkID.map { isWritten ? "\($0)" : "'$l'" } }
        var program: String { isWritten ? "\(place.programID)" : "'$p'" }
        var number: String { isWritten ? "\(pin)" : "$n" }
    }

    static func alike(_ places: [Place]) -> [Alike] {
        let numbers = PinName.legacyNumbers(places.map(\.programID))
        var order: [Likeness] = []
        var alike: [Likeness: [Int]] = [:]
        for (index, place) in places.enumerated() {
            let likeness = Likeness(place)
            if alike[likeness] == nil { order.append(likeness) }
            alike[likeness, default: []].append(index)
        }
        return order.flatMap { likeness -> [Alike] in
            let indices = alike[likeness] ?? []
            guard indices.count > written else {
                return indices.map { Alike(indices: [$0], pin: numbers[$0], place: places[$0], isWritten: true) }
            }
            return [Alike(indices: indices, pin: numbers[indices[0]], place: places[indices[0]], isWritten: false)]
        }
    }

    /// The opening of a loop over places. Number of the pin, interface, link, program: none of them has a colon, not even an
    /// interface (`dev_valid_name`, net/core/dev.c).
    static func loop(_ alike: Alike, _ places: [Place]) -> String {
        let numbers = PinName.legacyNumbers(places.map(\.programID))
        let words = alike.indices.map { index in
            "\(numbers[index]):\(places[index].interface):\(places[index].linkID ?? 0):\(places[index].programID)"
                .shellWord
        }
        return "for h in \(words.joined(separator: " ")); do "
            + "n=${h%%:*}; h=${h#*:}; d=${h%%:*}; h=${h#*:}; l=${h%%:*}; p=${h#*:}; "
    }

    /// Commands for all of the places, in the order of the first place of each; a loop goes over all of its places, and
    /// fails at its end if one of them could not be put back.
    static func replacements(_ places: [Place], pinDirectory: String) -> [String] {
        alike(places).map { alike in
            let pin = "\(pinDirectory)/legacy_\(alike.number)"
            let command =
                alike.place.enter
                + (alike.place.kind == .tcx
                    ? tcx(alike.place, device: alike.device, link: alike.link, pin: pin)
                    : filter(alike.place, device: alike.device, pin: pin))
            return alike.isWritten ? command : "(f=0; \(loop(alike, places))\(command) || f=1; done; exit $f)"
        }
    }
}
