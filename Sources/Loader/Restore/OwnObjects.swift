import Kernel
import Model

/// What a run pinned of its own making: it must be gone when the pins are.
struct OwnObjects: Sendable {
    private var programs: Set<UInt32> = []
    private var maps: [UInt32: String] = [:]

    /// As the pins hold them now; what is not pinned any more is not looked for.
    /// - Parameter attached: whether the plain replacements, and the sets that they ask, are in the hooks for good.
    init(_ pins: RunPins, attached: Bool = false) {
        for name in DirectoryListing.names(in: pins.directory) {
            let path = pins.directory + "/" + name
            if name == "control" || name.hasPrefix("plain_") && !attached {
                if let program = try? BPFProgram(pin: path) { programs.insert(program.record.id) }
            } else if name == "cell" || name == "record" || name.hasPrefix("slot_")
                || name.hasPrefix(EnrolledPin.prefix) && !attached
            {
                if let map = try? BPFMap(pin: path) { maps[map.record.id] = map.record.name }
            }
        }
    }

    /// What the kernel has not freed after ten seconds, one line each with who holds it.
    func stillThere() -> [String] {
        // Freed after RCU grace periods, one after the other: a program holds its maps.
        if Patience.wait(seconds: 10, until: { isGone }) { return [] }
        let holders = Holders()
        let words = { (held: [MapRecord.Process]?) in
            held.map { ": held by " + $0.map { "process \($0.pid) (\($0.command))" }.joined(separator: ", ") }
                ?? ", though no process was found that holds it"
        }
        return programs.filter(BPFProgram.exists).sorted().map {
            "our program \($0) is still loaded\(words(holders.programs[$0]))"
        }
            + maps.filter { BPFMap.exists(id: $0.key) }.sorted { $0.key < $1.key }.map {
                "our map \($0.key) (\($0.value)) is still there\(words(holders.maps[$0.key]))"
            }
    }

    private var isGone: Bool {
        !programs.contains(where: BPFProgram.exists) && !maps.keys.contains(where: BPFMap.exists)
    }
}
