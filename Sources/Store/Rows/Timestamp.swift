import FoundationEssentials

/// Times as the database keeps them: RFC 3339, UTC, milliseconds, `2026-02-03T04:05:06.789Z`.
///
/// Text that people and SQLite's date functions both read, and that sorts by time.
enum Timestamp {
    static func text(_ date: Date) -> String {
        let milliseconds = Int64((date.timeIntervalSince1970 * 1000).rounded())
        let (seconds, rest) = milliseconds.quotientAndRemainder(dividingBy: 1000)
        let whole = Date(timeIntervalSince1970: Double(seconds)).formatted(.iso8601)
        let digits = String(rest)
        return "\(whole.dropLast()).\(String(repeating: "0", count: 3 - digits.count))\(digits)Z"
    }

    static func date(_ text: String) throws -> Date {
        let parts = text.dropLast().split(separator: ".")
        guard text.hasSuffix("Z"), let first = parts.first,
            let whole = try? Date("\(first)Z", strategy: .iso8601),
            let milliseconds = parts.count == 2 ? Int(parts[1]) : 0
        else { throw DamagedRow("A time is not one: \(text)") }
        return Date(timeIntervalSince1970: whole.timeIntervalSince1970 + Double(milliseconds) / 1000)
    }
}
