/// By hand, last: the pins, which hold the only copy of a program that is not back in its place.
extension BreakGlass {
    /// Removes them only if the kernel has freed our programs and every place holds its program again or is gone; otherwise
    /// it says that they stay, and fails.
    ///
    /// That an interface or a namespace is not found does not show that it is gone, least of all in the namespace of
    /// whoever types this; that our program is freed shows that it is attached nowhere. Both are asked of the kernel,
    /// whatever became of the lines before.
    static func removal(_ places: [Place], pins: String, parent: String, cut: CutKind) -> String {
        let ids = places.compactMap(\.replacementID)
        let back = alike(places).map { alike in
            let isBack = "{ \(holds(alike)) || ! \(alike.place.enter)ip link show dev \(alike.device); }"
            return alike.isWritten ? isBack : "(\(loop(alike, places))\(isBack) || exit 1; done)"
        }
        let conditions =
            cut == .switch
            ? back + freedAtCut(places, pins: pins)
            : (ids.count == places.count ? freed(Set(ids)) : freed(recorded: pins)) + back
        return
            "# then the pins, unless something still needs them\nif { \(conditions.joined(separator: " && ")); } >/dev/null 2>&1; "
            + "then rm -r \(pins) && rmdir --ignore-fail-on-non-empty \(parent); "
            + "else echo 'a hook is not back: the pins stay' >&2; false; fi"
    }

    /// After an RCU grace period.
    static func freed(_ ids: Set<UInt32>) -> [String] {
        let pattern = "^(\(ids.sorted().map(String.init).joined(separator: "|"))):"
        return loaded + ["! echo \"$loaded\" | grep -qE '\(pattern)'"]
    }

    /// A plan knows none of our programs; the record that is pinned with the run does: bytes 44 to 47 of its values
    /// (docs/pins.md). Where that cannot be read, the pins stay.
    private static func freed(recorded pins: String) -> [String] {
        let value = "s/.*value:\\[\\(0x..,\\)\\{44\\}0x\\(..\\),0x\\(..\\),0x\\(..\\),0x\\(..\\).*/\\5\\4\\3\\2/p"
        return loaded + [
            "ids=$(for r in \(pins)/record; do bpftool -j map dump pinned $r; done"
                + " | tr -d '\" \\n' | tr '{' '\\n' | sed -n '\(value)')",
            "[ -n \"$ids\" ]", "(for x in $ids; do ! echo \"$loaded\" | grep -q \"^$((0x$x)):\" || exit 1; done)",
        ]
    }

    static let loaded = ["sleep 1", "loaded=$(bpftool prog show)"]

    private static func holds(_ alike: Alike) -> String {
        let place = alike.place
        guard place.kind != .tcx else { return place.enter + tcxHolds(alike) }
        let direction = place.kind == .ingress ? "ingress" : place.direction.rawValue
        return "\(place.enter)tc filter show dev \(alike.device) \(direction) prio \(place.priority)"
            + " | grep -qw \(alike.isWritten ? "'id \(alike.program)'" : "\"id $p\"")"
    }
}
