import FoundationEssentials
import Kernel
import Model

/// What the kernel says of a packet that the node itself sends: all there is to say where no program of a deployment is
/// attached.
public enum NodeAnswer {
    static func place(
        _ address: IPAddress, node: NetworkNamespace, topology: Topology, points: EndPoints
    ) throws(MigrateError) -> ExplanationDocument.Place {
        let answer = try reading("the kernel's answer") { () throws(KernelError) in
            try node.run { () throws(KernelError) in
                var socket = try NetlinkSocket()
                return try socket.answers(
                    to: [RouteQuery(destination: address)], mode: .matchedRoute, netns: node.identity.cookie
                ).first
            }
        }
        let view = KernelView(topology: topology, points: points, denied: [])
        return .init(
            hooks: [], legacy: nil,
            kernel: view.answer(
                address, probe: nil, route: answer, getroute: answer?.errno.map { "\($0)" } ?? "no answer",
                input: nil), verdict: nil, effect: nil, note: "", programs: [])
    }

    /// Of a machine without the profile's deployment.
    public static func document(
        _ address: IPAddress, netnsPath: String?, toolVersion: String
    ) throws(MigrateError) -> ExplanationDocument {
        let node = try reading("the node's network namespace") { () throws(KernelError) in
            if let netnsPath { return try NetworkNamespace(path: netnsPath) }
            return try .current()
        }
        let identity = NodeIdentity(
            name: Host.nodeName(), machineID: Host.machineID() ?? "", bootID: Host.bootID(),
            kernel: Host.kernelRelease(), netns: node.identity)
        var snapshot = Snapshot(id: "", takenAt: Date(), node: identity, profile: "")
        _ = try NetworkReader(node: node).read(into: &snapshot)
        try RoutingReader.read([node], into: &snapshot)
        let points = EndPoints(snapshot)
        let place = try place(address, node: node, topology: Topology(snapshot), points: points)
        return ExplanationDocument(
            createdAt: snapshot.takenAt, tool: Tool(version: toolVersion, object: ReplacementObject.digest),
            node: identity, profile: nil, address: address, holders: points.having(address), places: [place],
            reason: FindingWords.kernel(address, place), unobserved: snapshot.unobserved,
            next: NextStep(what: "look for a deployment", command: "migrate discover"))
    }
}
