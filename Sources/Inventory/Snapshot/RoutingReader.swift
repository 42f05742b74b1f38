import Kernel
import Model

/// Reads rules, routes and neighbors of the namespaces in which legacy programs are attached, and of the node's own.
///
/// Only there does anything depend on them, and which those are is known when hooks and programs have been read.
enum RoutingReader {
    private struct View: Sendable {
        var rules: [Rule] = []
        var routes: [Route] = []
        var neighbors: [Neighbor] = []
    }

    static func read(_ namespaces: [NetworkNamespace], into snapshot: inout Snapshot) throws(MigrateError) {
        for namespace in namespaces {
            // No gap to go on with, as other namespaces are: what is decided there rests on it.
            try reading(title(namespace)) { () throws(KernelError) in try add(namespace, to: &snapshot) }
        }
    }

    /// As `read`, where nothing is decided on it: one that went away meanwhile is noted as not seen.
    static func readWhatCanBe(_ namespaces: [NetworkNamespace], into snapshot: inout Snapshot) {
        for namespace in namespaces {
            do throws(KernelError) { try add(namespace, to: &snapshot) } catch {
                snapshot.unobserved.append(Unobserved(what: title(namespace), why: error.description))
            }
        }
    }

    private static func title(_ namespace: NetworkNamespace) -> String {
        "routing of \(namespace.identity.title)"
    }

    private static func add(_ namespace: NetworkNamespace, to snapshot: inout Snapshot) throws(KernelError) {
        let netns = namespace.identity.cookie
        let view = try namespace.run { () throws(KernelError) in
            var socket = try NetlinkSocket()
            return View(
                rules: try socket.rules(netns: netns), routes: try socket.routes(netns: netns),
                neighbors: try socket.neighbors(netns: netns))
        }
        snapshot.rules += view.rules
        snapshot.routes += view.routes
        snapshot.neighbors += view.neighbors
    }
}
