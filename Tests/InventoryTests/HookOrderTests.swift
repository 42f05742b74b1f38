import Testing

@testable import Inventory
@testable import Model

struct HookOrderTests {
    private func hook(
        _ kind: HookKind, chain: UInt32 = 0, priority: UInt16 = 5, position: UInt32? = nil, netns: UInt64 = 1,
        ifindex: UInt32 = 4
    ) -> Hook {
        Hook(
            netns: NamespaceIdentity(cookie: netns, inode: netns, path: nil), interface: "hz", ifindex: ifindex,
            kind: kind, direction: .ingress, chain: chain, priority: priority, handle: 1, etherType: 3, program: nil,
            filter: nil, attachment: position.map { Attachment(position: $0) })
    }

    @Test func `the node's own come first, whatever the cookies`() {
        let order = HookOrder(node: 70)
        let own = hook(.clsact, netns: 70, ifindex: 99), other = hook(.clsact, netns: 3)
        #expect(order.precedes(own, other) && !order.precedes(other, own))
        #expect(order.precedes(hook(.xdp), hook(.tcx)) && order.precedes(hook(.tcx), hook(.clsact)))
    }

    @Test func `who shares a slot runs before or after`() {
        let ours = [hook(.clsact)]
        func turn(_ hook: Hook) -> String? { HookOrder.turn(of: hook, among: ours) }
        #expect(turn(hook(.xdp)) == "runs before ours" && turn(hook(.tcx, position: 0)) == "runs before ours")
        #expect(turn(hook(.clsact, priority: 4)) == "runs before ours")
        #expect(turn(hook(.clsact, priority: 6)) == "runs after ours, on what it does not redirect")
        #expect(turn(hook(.clsact)) == "runs at the same priority as ours")
        #expect(turn(hook(.clsact, chain: 9)) == "runs only where a filter jumps to chain 9")
        #expect(HookOrder.turn(of: hook(.xdp), among: []) == nil)
        let list = [hook(.tcx, position: 1)]
        #expect(HookOrder.turn(of: hook(.tcx, position: 2), among: list)?.hasPrefix("runs after ours") == true)
    }

    @Test func `another interface or direction is another slot`() {
        #expect(HookOrder.shareSlot(hook(.xdp), hook(.clsact)))
        #expect(!HookOrder.shareSlot(hook(.xdp, netns: 2), hook(.clsact)))
        #expect(!HookOrder.shareSlot(hook(.xdp, ifindex: 5), hook(.clsact)))
    }
}
