/// A network namespace that plays the node for its pods: the lab's own, or a tenant's.
struct LabSite {
    /// Name of its namespace below /run/netns; `nil` is the lab's own.
    var tenant: String?
    /// Counted from 0; each has addresses of its own.
    var index: UInt32

    static func all(_ options: LabOptions) -> [LabSite] {
        guard options.tenants > 1 else { return [LabSite(tenant: nil, index: 0)] }
        return (0..<UInt32(options.tenants)).map { LabSite(tenant: "t\($0 + 1)", index: $0) }
    }

    /// What a namespace of this site is called below /run/netns.
    func namespace(_ name: String) -> String { tenant.map { "\($0)-\(name)" } ?? name }

    /// Runs `body` with this site as the network namespace of its thread.
    func inside<T>(_ body: () throws(LabError) -> T) throws(LabError) -> T {
        guard let tenant else { return try body() }
        return try Entering.inside("/run/netns/\(tenant)", body)
    }
}
