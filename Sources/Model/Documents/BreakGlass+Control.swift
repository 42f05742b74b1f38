/// By hand, first of all: the cell, which hands every hook's packets back to the legacy programs at once.
extension BreakGlass {
    /// Runs the control program that is pinned with the run, with the request to roll back (bpf/cell.h): an Ethernet header
    /// of EtherType 0x88b5, then version 1 and operation 4 as little-endian numbers, then what is asked by other operations.
    ///
    /// The lines that follow take our programs out of the slots. bpftool prints what the program returned: 0 is done, 2 that
    /// the cell is in a final state, in which packets take the legacy programs already.
    static func control(pins: String) -> String {
        "# hand all packets back to the legacy programs, at once\n{ head -c 12 /dev/zero; printf '\\210\\265\\1\\0\\0\\0\\4\\0\\0\\0'; head -c \(requestTail) /dev/zero; }"
            + " | bpftool prog run pinned \(pins)/control data_in -"
    }

    /// Bytes of `struct migrate_request` behind version and operation.
    static let requestTail = 64

    /// Whether the kernel has freed switches and plain replacements. The latter are pinned, which keeps them loaded: those
    /// pins go first, once every place that was found is back, for they are of no use any more.
    static func freedAtCut(_ places: [Place], pins: String) -> [String] {
        let known = places.flatMap { [$0.replacementID, $0.plainID] }.compactMap { $0 }
        let isKnown = places.allSatisfy { $0.replacementID != nil && $0.plainID != nil }
        return ["rm -f \(pins)/plain_*"] + (isKnown ? freed(Set(known)) : freedAtCut(recorded: pins))
    }

    /// By the record of the run: bytes 44 to 47 and 1540 to 1543 of its values (docs/pins.md).
    private static func freedAtCut(recorded pins: String) -> [String] {
        let number = "s/0x\\(..\\),0x\\(..\\),0x\\(..\\),0x\\(..\\)/\\4\\3\\2\\1/g; s/,/ /g"
        return loaded + [
            "ids=$(for r in \(pins)/record; do bpftool -j map dump pinned $r; done"
                + " | tr -d '\" \\n' | tr '{' '\\n' | sed -n 's/.*value:\\[//p' | cut -d, -f45-48,1541-1544"
                + " | sed '\(number)')",
            "[ -n \"$ids\" ]", "(for x in $ids; do ! echo \"$loaded\" | grep -q \"^$((0x$x)):\" || exit 1; done)",
        ]
    }
}
