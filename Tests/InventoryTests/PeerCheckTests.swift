import Model
import Testing

@testable import Inventory

struct PeerCheckTests {
    private static let device = DeviceKey(netns: Fixture.node, ifindex: Fixture.vethA)

    private func check(
        _ devices: [UInt32] = [Fixture.vethA], hooks: [Hook] = [], filters: [PacketFilter] = [], qdiscs: [Qdisc] = [],
        legacy: [Hook] = [], links: [Link] = Fixture.links
    ) -> [String] {
        PeerCheck(links: links, hooks: hooks, filters: filters, qdiscs: qdiscs)
            .blockers(Set(devices.map { DeviceKey(netns: Fixture.node, ifindex: $0) }), legacy: legacy)
            .map { "\($0.code) \($0.message)" }
    }

    private func hook(
        _ kind: HookKind, _ direction: HookDirection, on ifindex: UInt32 = Fixture.vethA,
        in netns: UInt64 = Fixture.node,
        mode: Model.Attachment.Mode? = nil
    ) -> Hook {
        Hook(
            netns: NamespaceIdentity(cookie: netns, inode: 1, path: nil), interface: "va", ifindex: ifindex, kind: kind,
            direction: direction, chain: 0, priority: 0, handle: 0, etherType: 3,
            program: ProgramReference(id: 7, name: "guard", tag: ""), filter: nil,
            attachment: mode.map { Model.Attachment(mode: $0) })
    }

    private func qdisc(_ kind: String, on ifindex: UInt32 = Fixture.vethA) -> Qdisc {
        Qdisc(netns: Fixture.node, ifindex: ifindex, kind: kind, handle: 0, parent: .max)
    }

    @Test func `a veth into another namespace with nothing on it`() {
        #expect(check().isEmpty)
        #expect(check(qdiscs: ["noqueue", "clsact", "ingress"].map { qdisc($0) }).isEmpty)
    }

    @Test(arguments: [HookKind.clsact, .tcx, .netkit]) func `a program at egress of the host side`(kind: HookKind) {
        let code = Code.peerSkips.text
        #expect(
            check(hooks: [hook(kind, .egress)]) == [
                "\(code) va: would skip program 7 (guard) at \(kind.rawValue)/egress"
            ])
        // At ingress it sees what comes from the pod; on another interface, or in another namespace, other packets.
        #expect(check(hooks: [hook(kind, .ingress)]).isEmpty)
        #expect(check(hooks: [hook(kind, .egress, on: Fixture.vethB)]).isEmpty)
        #expect(check(hooks: [hook(kind, .egress, in: Fixture.podB)]).isEmpty)
    }

    @Test func `xdp: in the driver of the other end only`() {
        #expect(check(hooks: [hook(.xdp, .ingress, mode: .generic), hook(.xdp, .ingress, mode: .native)]).isEmpty)
        #expect(check(hooks: [hook(.xdp, .ingress, on: 2, in: Fixture.podA, mode: .generic)]).isEmpty)
        #expect(check(hooks: [hook(.xdp, .ingress, on: 2, in: Fixture.podB, mode: .native)]).isEmpty)
        #expect(
            check(hooks: [hook(.xdp, .ingress, on: 2, in: Fixture.podA, mode: .native)]) == [
                "\(Code.peerSkips.text) va: would skip program 7 (guard) at xdp in the driver of the other end"
            ])
    }

    @Test(arguments: ["tbf", "htb", "fq_codel", "pfifo_fast"]) func `a queue`(kind: String) {
        #expect(check(qdiscs: [qdisc(kind)]) == ["\(Code.peerSkips.text) va: would skip qdisc \(kind)"])
        #expect(check(qdiscs: [qdisc(kind, on: Fixture.vethB)]).isEmpty)
    }

    @Test func `nftables at egress of this device, by name or by the beginning of it`() {
        func chain(_ devices: [String], _ hook: String = "egress", netns: UInt64 = Fixture.node) -> PacketFilter {
            PacketFilter(
                netns: netns, kind: .nftables, family: "netdev", hook: hook, priority: 0, table: "t", chain: "c",
                policy: "accept", rules: 0, devices: devices)
        }
        for devices in [["va"], ["vb", "va"], ["v*"], ["va*"]] {
            #expect(
                check(filters: [chain(devices)]) == [
                    "\(Code.peerSkips.text) va: would skip nftables netdev t/c (egress)"
                ])
        }
        #expect(check(filters: [chain(["vb", "w*"])]).isEmpty)
        #expect(check(filters: [chain(["va"], "ingress")]).isEmpty)
        #expect(check(filters: [chain(["va"], netns: Fixture.podA)]).isEmpty)
    }

    @Test func `devices without another end in another namespace`() {
        let code = Code.peerUnfit.text
        #expect(check([Fixture.sameA]) == ["\(code) vs: the other end is in the same namespace"])
        #expect(check([Fixture.tunnel]) == ["\(code) tun0: a device of kind tun has no other end"])
        #expect(check([Fixture.uplink]) == ["\(code) eth0: a device of kind none has no other end"])
        var links = Fixture.links
        let place = links.firstIndex { $0.ifindex == Fixture.vethA && $0.netns == Fixture.node }
        links[place ?? 0].peerNetns = nil
        links[place ?? 0].peerNetnsID = 4
        #expect(check(links: links) == ["\(code) va: the namespace of the other end could not be seen"])
    }

    @Test func `a hook that is not at ingress, and interfaces with the same reason in one line`() {
        #expect(
            check([], legacy: [hook(.clsact, .egress), hook(.clsact, .ingress)]) == [
                "\(Code.peerUnfit.text) va clsact/egress: bpf_redirect_peer works from ingress only"
            ])
        #expect(
            check([Fixture.vethA, Fixture.vethB], qdiscs: [qdisc("tbf"), qdisc("tbf", on: Fixture.vethB)]) == [
                "\(Code.peerSkips.text) va, vb: would skip qdisc tbf"
            ])
    }
}
