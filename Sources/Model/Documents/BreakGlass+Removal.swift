/// By hand, last: the pins, which hold the only copy of a program that is not back in its place.
extension BreakGlass {
    /// Removes them only if the kernel has freed our programs, as far as they are known, and every place holds its program
    /// again or is gone; otherwise it says that they stay, and fails.
    ///
    /// That an interface or a namespace is not found does not show that it is gone; that our program is freed shows that
    /// it is attached nowhere. Both are asked of the kernel, whatever became of the lines before.
    static func removal(_ places: [Place], pins: String, parent: String) -> String {
        let ids = places.compactMap(\.replacementID)
        let isKnown = ids.count == places.count
        let conditions =
            (isKnown ? freed(Set(ids)) : [])
            + alike(places).map { alike in
                let isBack = "{ \(holds(alike)) || \(isGone(alike, isFreed: isKnown)); }"
                return alike.isWritten ? isBack : "(\(loop(alike, places))\(isBack) || exit 1; done)"
            }
        return "if { \(conditions.joined(separator: " && ")); } >/dev/null 2>&1; "
            + "then rm -r \(pins) && rmdir --ignore-fail-on-non-empty \(parent); "
            + "else echo 'a hook is not back: the pins stay' >&2; false; fi"
    }

    /// After an RCU grace period.
    private static func freed(_ ids: Set<UInt32>) -> [String] {
        let pattern = "^(\(ids.sorted().map(String.init).joined(separator: "|"))):"
        return ["sleep 1", "loaded=$(bpftool prog show)", "! echo \"$loaded\" | grep -qE '\(pattern)'"]
    }

    /// A plan knows none of our programs: then a namespace must be entered to show that the interface is not there.
    private static func isGone(_ alike: Alike, isFreed: Bool) -> String {
        let enter = alike.place.enter
        let look = "! \(enter)ip link show dev \(alike.device)"
        return isFreed || enter.isEmpty ? look : "{ \(enter)true && \(look); }"
    }

    private static func holds(_ alike: Alike) -> String {
        let place = alike.place
        guard place.kind != .tcx else { return place.enter + tcxHolds(alike) }
        let direction = place.kind == .ingress ? "ingress" : place.direction.rawValue
        return "\(place.enter)tc filter show dev \(alike.device) \(direction) prio \(place.priority)"
            + " | grep -qw \(alike.isWritten ? "'id \(alike.program)'" : "\"id $p\"")"
    }
}
