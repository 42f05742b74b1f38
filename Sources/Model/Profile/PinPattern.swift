/// A path of pins relative to the bpffs in which `*` stands for any part of a name and `?` for one character;
/// neither stands for a slash. No pin's name has one of them for itself that a pattern could not match.
public struct PinPattern: Hashable, Sendable {
    public var text: String

    public init(_ text: String) { self.text = text }

    /// Whether it can stand for more than one pin.
    public var isGlob: Bool { text.contains("*") || text.contains("?") }

    public func matches(_ pin: String) -> Bool {
        let patterns = text.split(separator: "/", omittingEmptySubsequences: false)
        let names = pin.split(separator: "/", omittingEmptySubsequences: false)
        return patterns.count == names.count
            && zip(patterns, names).allSatisfy { Self.matches(Array($0.utf8), Array($1.utf8)) }
    }

    /// Of those given, in their order. What this program pins for its runs is nobody's deployment.
    public func matches(among pins: [String]) -> [String] {
        guard isGlob else { return pins.contains(text) ? [text] : [] }
        return pins.filter { !$0.hasPrefix("migrate/") && matches($0) }
    }

    /// Linear but for the last star, to which it comes back.
    private static func matches(_ pattern: [UInt8], _ name: [UInt8]) -> Bool {
        var at = 0, place = 0
        var star: (pattern: Int, name: Int)?
        while place < name.count {
            if at < pattern.count, pattern[at] == UInt8(ascii: "*") {
                star = (at, place)
                at += 1
            } else if at < pattern.count, pattern[at] == UInt8(ascii: "?") || pattern[at] == name[place] {
                at += 1
                place += 1
            } else if let last = star {
                at = last.pattern + 1
                place = last.name + 1
                star = (last.pattern, place)
            } else {
                return false
            }
        }
        return pattern[at...].allSatisfy { $0 == UInt8(ascii: "*") }
    }

    /// The pattern that all the pins fit and that differs from them in one part of the path only; `nil` where there is none.
    public static func common(_ pins: [String]) -> PinPattern? {
        guard let first = pins.first else { return nil }
        if pins.allSatisfy({ $0 == first }) { return PinPattern(first) }
        let paths = pins.map { $0.split(separator: "/").map(String.init) }
        guard Set(paths.map(\.count)).count == 1 else { return nil }
        let differing = paths[0].indices.filter { part in Set(paths.map { $0[part] }).count > 1 }
        guard differing.count == 1, paths[0].count > 1 || paths[0][0].count > 1 else { return nil }
        let names = paths.map { $0[differing[0]] }
        let head = names.dropFirst().reduce(names[0]) { String(zip($0, $1).prefix { $0 == $1 }.map(\.0)) }
        var path = paths[0]
        path[differing[0]] = head + "*"
        // A star alone in the first place would take in every deployment.
        guard path.count > 1 || !head.isEmpty else { return nil }
        return PinPattern(path.joined(separator: "/"))
    }
}
