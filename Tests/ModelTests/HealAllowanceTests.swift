import Model
import Testing

struct HealAllowanceTests {
    private func place(_ ifindex: UInt32, _ direction: HookDirection = .ingress) -> HealPlace {
        HealPlace(
            Hook(
                netns: .init(cookie: 1, inode: 1, path: nil), interface: "i", ifindex: ifindex, kind: .clsact,
                direction: direction, chain: 0, priority: 1, handle: 1, etherType: 3, program: nil, filter: nil))
    }

    @Test func `three tries for a place, however long they take; another place has its own`() {
        var allowance = HealAllowance(perMinute: 100)
        for second in [0, 1000, 100_000] as [UInt64] {
            #expect(allowance.ask(place(4), at: second) == .go)
            allowance.take(place(4), at: second)
        }
        #expect(allowance.ask(place(4), at: 1_000_000) == .givenUp)
        #expect(allowance.ask(place(4, .egress), at: 1_000_000) == .go)
        #expect(allowance.ask(place(5), at: 1_000_000) == .go && allowance.givenUp == [place(4)])
    }

    @Test func `so many a minute, over all places; those of the minute before count no more`() {
        var allowance = HealAllowance(perMinute: 2)
        allowance.take(place(4), at: 10)
        allowance.take(place(5), at: 30)
        #expect(allowance.ask(place(6), at: 69) == .later)
        #expect(allowance.ask(place(6), at: 70) == .go)
        allowance.take(place(6), at: 70)
        #expect(allowance.ask(place(7), at: 89) == .later && allowance.ask(place(7), at: 90) == .go)
    }

    @Test func `what the operator took back is given up at once; a new interface begins anew`() {
        var allowance = HealAllowance(perMinute: 10)
        allowance.giveUp(place(4))
        #expect(allowance.ask(place(4), at: 0) == .givenUp)
        allowance.forget(allBut: [DeviceKey(netns: 1, ifindex: 9)])
        #expect(allowance.ask(place(4), at: 0) == .go && allowance.givenUp.isEmpty)
    }
}
