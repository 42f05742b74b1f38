import Model

/// The route that a broken entry needs: to the interface that the map names.
enum HostRoute {
    /// - Parameter netns: of the hook; `nil` stands for the node's.
    /// - Returns: `nil` where no route would help.
    static func command(_ finding: Finding, in netns: NamespaceIdentity?, _ node: NodeIdentity) -> String? {
        guard finding.effect == .broken, [.viaGateway, .noRoute, .unreachable].contains(finding.verdict),
            finding.kernel.lookup != "forwarding-disabled", let interface = finding.legacy.interface
        else { return nil }
        let enter = (netns ?? node.netns).path.map { "nsenter \("--net=\($0)".shellWord) " } ?? ""
        // A route that refuses the address is in the way of another.
        let verb = finding.verdict == .unreachable ? "replace" : "add"
        return "\(enter)ip route \(verb) \(finding.address) dev \(interface.shellWord)"
    }
}
