/// By hand, last: the pins, which hold the only copy of a program that is not back in its place.
extension BreakGlass {
    /// Removes them only if the kernel has freed our programs, and every place holds its program again or is gone;
    /// otherwise it says that they stay, and fails.
    ///
    /// That an interface or a namespace is not found does not show that it is gone; that our program is freed shows that
    /// it is attached nowhere. Both are asked of the kernel, whatever became of the lines before.
    static func removal(_ places: [Place], pins: String, parent: String) -> String {
        // Freed after an RCU grace period.
        let conditions =
            ["sleep 1", "loaded=$(bpftool prog show)", "! echo \"$loaded\" | grep -qE '\(ours(places))'"]
            + places.map { "{ \(holds($0)) || ! \($0.enter)ip link show dev \($0.interface.shellWord); }" }
        return "if { \(conditions.joined(separator: " && ")); } >/dev/null 2>&1; "
            + "then rm -r \(pins) && rmdir --ignore-fail-on-non-empty \(parent); "
            + "else echo 'a hook is not back: the pins stay' >&2; false; fi"
    }

    /// Lines of `bpftool prog show` that are of our programs: by id, where all are known, else by name.
    private static func ours(_ places: [Place]) -> String {
        let ids = places.compactMap(\.replacementID)
        guard ids.count == places.count else { return " name fib_redirect" }
        return "^(\(Set(ids).sorted().map(String.init).joined(separator: "|"))):"
    }

    private static func holds(_ place: Place) -> String {
        guard place.kind != .tcx else { return place.enter + tcxHolds(place) }
        let direction = place.kind == .ingress ? "ingress" : place.direction.rawValue
        return "\(place.enter)tc filter show dev \(place.interface.shellWord) \(direction) prio \(place.priority)"
            + " | grep -qw 'id \(place.programID)'"
    }
}
