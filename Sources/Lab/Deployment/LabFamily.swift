/// What kind of deployment the lab's node runs. All are of one pattern: pinned maps from address to interface and
/// MAC, programs that redirect by them, an agent that holds the maps writable.
public enum LabFamily: String, Codable, Hashable, Sendable, CaseIterable {
    /// As Istio ambient 1.20 does it: a proxy, on whose interface one program delivers to the pods.
    case ambient
    /// No proxy: a program on every pod's interface, a map for each address family, both MACs rewritten.
    case fabric

    var deployment: any LabDeployment.Type {
        switch self {
        case .ambient: AmbientDeployment.self
        case .fabric: FabricDeployment.self
        }
    }
}
