/// Times by name, in the order in which the names came.
struct Samples {
    private(set) var names: [String] = []
    private var microseconds: [String: [Int]] = [:]

    mutating func time<T>(_ name: String, _ body: () throws -> T) rethrows -> T {
        let start = ContinuousClock.now
        let value = try body()
        let spent = start.duration(to: .now).components
        add(name, Int(spent.seconds) * 1_000_000 + Int(spent.attoseconds / 1_000_000_000_000))
        return value
    }

    mutating func add(_ name: String, _ spent: Int) {
        if microseconds[name] == nil { names.append(name) }
        microseconds[name, default: []].append(spent)
    }

    func last(_ name: String) -> Int { microseconds[name]?.last ?? 0 }

    func median(_ name: String) -> Int {
        let sorted = (microseconds[name] ?? []).sorted()
        return sorted.isEmpty ? 0 : sorted[sorted.count / 2]
    }

    func milliseconds(_ name: String) -> String { decimal(median(name), 1000) }
    func ratio(_ name: String, to other: String) -> String { decimal(median(name), max(1, median(other))) }

    /// Two places.
    private func decimal(_ value: Int, _ unit: Int) -> String {
        let hundredths = (value * 100 + unit / 2) / unit
        let rest = hundredths % 100
        return "\(hundredths / 100).\(rest < 10 ? "0" : "")\(rest)"
    }
}

extension String {
    func padding(_ width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
    func padded(to width: Int) -> String { String(repeating: " ", count: max(0, width - count)) + self }
}
