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
            let netns = namespace.identity.cookie
            // No gap to go on with, as other namespaces are: what is decided there rests on it.
            let view = try reading("routing of \(namespace.identity.title)") {
                () throws(KernelError) in
                try namespace.run { () throws(KernelError) in
                    var socket = try NetlinkSocket()
                    return View(
                        rules: try socket.rules(netns: netns), routes: try socket.routes(netns: netns),
                        neighbors: try socket.neighbors(netns: netns))
                }
            }
            snapshot.rules += view.rules
            snapshot.routes += view.routes
            snapshot.neighbors += view.neighbors
        }
    }
}
