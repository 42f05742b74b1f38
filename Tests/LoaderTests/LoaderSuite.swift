import Inventory
import Loader
import Model
import TestSupport
import Testing

/// The room that changes a node, on a real one.
@Suite(.requires(.root), .requires(.bpffs), .serialized) struct LoaderSuite {}

extension TestNode.Applied {
    struct Undone {
        var cause: MigrateError
        var reason: RunReason
        var restoration: Restoration?
    }

    /// Insists that it was undone.
    func undone() throws -> Undone {
        guard case .undone(let cause, let reason, let restoration) = result else { throw TestFailure("committed") }
        return Undone(cause: cause, reason: reason, restoration: restoration)
    }
}

/// A node with two proxies, planned; afterwards the filters must be as they were before.
func withTwoHooks(_ membership: Membership = .legacyKeys, _ body: (TestNode, PlanOutcome) throws -> Void) throws {
    try withNode(pods: 1) { node in
        try node.addSecondProxy()
        let before = try (node.filters("hz"), node.filters("hz2"))
        try body(node, try node.plan(membership))
        #expect(try node.filters("hz") == before.0)
        #expect(try node.filters("hz2") == before.1)
    }
}
