/// What kind of node to build.
public struct LabOptions: Codable, Hashable, Sendable {
    /// Names the state file, so that several labs may be up.
    public var name: String
    /// Number of healthy enrolled pods, 1…400.
    ///
    /// The kernel counts neighbors over all namespaces against `gc_thresh3` (1,024 by default).
    public var pods: Int
    /// Adds one map entry of each kind of fault.
    public var faults: Bool
    public var ipv6: Bool

    public init(name: String = "lab", pods: Int = 4, faults: Bool = false, ipv6: Bool = true) {
        self.name = name
        self.pods = pods
        self.faults = faults
        self.ipv6 = ipv6
    }

    public func validate() throws(LabError) {
        try Self.validate(name: name)
        guard (1...400).contains(pods) else {
            throw LabError(.unusable, "\(pods) pods cannot be had", facts: ["between 1 and 400"])
        }
    }

    /// The name becomes a file name: letters, digits, hyphens.
    public static func validate(name: String) throws(LabError) {
        let fits = name.utf8.allSatisfy { byte in
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "-")
        }
        guard fits, (1...32).contains(name.utf8.count) else {
            throw LabError(
                .unusable, "a lab cannot be named \(name)", facts: ["1 to 32 of a-z, 0-9 and -"])
        }
    }
}
