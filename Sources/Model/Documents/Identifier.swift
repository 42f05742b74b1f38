/// Ids of plans (`p-`), runs (`r-`), snapshots (`s-`) and shadows (`w-`).
public enum Identifier {
    /// A new random id: the prefix and twelve hexadecimal digits.
    public static func random(prefix: String) -> String {
        let value = UInt64.random(in: 0..<(1 << 48))
        let digits = String(value, radix: 16)
        return prefix + String(repeating: "0", count: 12 - digits.count) + digits
    }

    /// As text shows it: prefix and the first twelve digits. Any unique beginning is accepted as input.
    public static func short(_ id: String) -> String { String(id.prefix(14)) }
}
