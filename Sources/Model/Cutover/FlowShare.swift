/// A share of the flows, or of failures: whole parts of 65,536, as the cell and the breaker count (bpf/cell.h).
public struct FlowShare: Codable, Hashable, Sendable, Comparable {
    /// 0 … ``CellWord/wholeShare``.
    public var parts: UInt32

    public init(parts: UInt32) { self.parts = min(parts, CellWord.wholeShare) }

    public static let whole = FlowShare(parts: CellWord.wholeShare)
    /// What the breaker takes as too many failures where nothing is said: 1 %.
    public static let breaker = FlowShare(parts: 655)

    public static func < (one: FlowShare, other: FlowShare) -> Bool { one.parts < other.parts }

    /// What is wrong with a text that is no share.
    public enum Fault: Error, Hashable, Sendable {
        /// No number with up to two decimals and a per cent sign.
        case form
        case nothing
        case tooMuch

        public var words: String {
            switch self {
            case .form: "it is written as 5% or 0.5%"
            case .nothing: "it must be more than nothing"
            case .tooMuch: "at most 100%"
            }
        }
    }

    /// `5%`, `0.5%`, `100%`; rounded to the nearest part. No floating point: what is approved is exact.
    public init(_ text: String) throws(Fault) {
        guard text.hasSuffix("%") else { throw .form }
        let halves = text.dropLast().split(separator: ".", omittingEmptySubsequences: false)
        let isNumber = { (half: Substring) in !half.isEmpty && half.allSatisfy { $0.isASCII && $0.isNumber } }
        guard (1...2).contains(halves.count), halves.allSatisfy(isNumber), let first = halves.first else { throw .form }
        let decimals = halves.count == 2 ? halves[1] : ""
        guard decimals.count <= 2 else { throw .form }
        guard first.count <= 6, let percent = UInt64(first) else { throw .tooMuch }
        let padded = decimals + String(repeating: "0", count: 2 - decimals.count)
        let hundredths = percent * 100 + (UInt64(padded) ?? 0)
        guard hundredths > 0 else { throw .nothing }
        guard hundredths <= 10_000 else { throw .tooMuch }
        let parts = (hundredths * UInt64(CellWord.wholeShare) + 5_000) / 10_000
        self.init(parts: UInt32(parts))
    }

    /// `5%`, `0.5%`; with as many decimals as it takes, two at most.
    public var text: String {
        let hundredths = (UInt64(parts) * 10_000 + UInt64(CellWord.wholeShare) / 2) / UInt64(CellWord.wholeShare)
        var decimals = String(hundredths % 100)
        decimals = String(repeating: "0", count: 2 - decimals.count) + decimals
        while decimals.hasSuffix("0") { decimals.removeLast() }
        return "\(hundredths / 100)\(decimals.isEmpty ? "" : ".")\(decimals)%"
    }
}
