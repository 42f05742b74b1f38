/// A span of time as an operator types it: `90s`, `10m`, `1h30m`, `7d`.
public struct TimeSpan: Hashable, Sendable {
    /// At least 1, at most ``longest``.
    public var seconds: Int

    /// 30 days; the control program takes a day more, so that such a window can be extended (bpf/control.bpf.c).
    public static let longest = 30 * 86_400

    public init(seconds: Int) { self.seconds = seconds }

    private static let units: [(letter: Character, seconds: Int)] = [("d", 86_400), ("h", 3600), ("m", 60), ("s", 1)]

    /// What is wrong with a text that is no span of time.
    public enum Fault: Error, Hashable, Sendable {
        /// Not numbers with units, from the largest to the smallest, each once.
        case form
        case tooShort
        case tooLong

        public var words: String {
            switch self {
            case .form: "it is written as 90s, 10m, 1h30m or 7d"
            case .tooShort: "at least 1s"
            case .tooLong: "at most 30d"
            }
        }
    }

    public init(_ text: String) throws(Fault) {
        var rest = text[...], total = 0
        for unit in Self.units {
            let digits = rest.prefix { $0.isASCII && $0.isNumber }
            guard !digits.isEmpty, rest.dropFirst(digits.count).first == unit.letter else { continue }
            // More digits than any span in range has are too long, whatever they say.
            guard digits.count < 10, let count = Int(digits) else { throw .tooLong }
            total += count * unit.seconds
            rest = rest.dropFirst(digits.count + 1)
        }
        guard rest.isEmpty, !text.isEmpty else { throw .form }
        guard total > 0 else { throw .tooShort }
        guard total <= Self.longest else { throw .tooLong }
        seconds = total
    }

    /// `1h30m`; what ``init(_:)`` reads. Less than a second is `0s`.
    public var text: String {
        var left = max(0, seconds), text = ""
        for unit in Self.units where left >= unit.seconds {
            text += "\(left / unit.seconds)\(unit.letter)"
            left %= unit.seconds
        }
        return text.isEmpty ? "0s" : text
    }
}
