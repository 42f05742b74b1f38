/// What kind of node to build.
public struct LabOptions: Codable, Hashable, Sendable {
    /// Names the state file, so that several labs may be up.
    public var name: String
    public var family: LabFamily
    /// Number of healthy enrolled pods of each tenant, 1…400 in all.
    ///
    /// The kernel counts neighbors over all namespaces against `gc_thresh3` (1,024 by default).
    public var pods: Int
    /// Adds one map entry of each kind of fault.
    public var faults: Bool
    public var ipv6: Bool
    /// Namespaces that each play the node for pods of their own; with 1 there is only the lab's own.
    public var tenants: Int

    public init(
        name: String = "lab", family: LabFamily = .ambient, pods: Int = 4, faults: Bool = false, ipv6: Bool = true,
        tenants: Int = 1
    ) {
        self.name = name
        self.family = family
        self.pods = pods
        self.faults = faults
        self.ipv6 = ipv6
        self.tenants = tenants
    }

    public func validate() throws(LabError) {
        try Self.validate(name: name)
        // Where no proxy sends, one pod needs another one to send to it.
        let least = family.deployment.proxy == nil ? 2 : 1
        guard (least...400).contains(pods) else {
            throw LabError(.unusable, "\(pods) pods cannot be had", facts: ["between \(least) and 400"])
        }
        guard tenants == 1 || family.deployment.proxy == nil else {
            throw LabError(
                .unusable, "\(tenants) tenants cannot be had", facts: ["family \(family.rawValue) has one proxy"],
                remedy: "Take the other family:  --family fabric")
        }
        guard (1...16).contains(tenants), pods * tenants <= 400 else {
            throw LabError(
                .unusable, "\(tenants) tenants of \(pods) pods cannot be had",
                facts: ["between 1 and 16 tenants, at most 400 pods in all"])
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
