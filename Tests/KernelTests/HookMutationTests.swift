import CKernel
import Model
import TestSupport
import Testing

@testable import Kernel

/// Damaged messages of the decoders for xdp and nftables: a fault or a value, never a crash.
struct HookMutationTests {
    private static let xdp =
        FamilyHeader.link(ifindex: 3)
        + NetlinkAttributes.filled {
            $0.add(IFLA_IFNAME, "eth0")
            $0.nest(IFLA_XDP) {
                $0.add(IFLA_XDP_ATTACHED, UInt8(XDP_ATTACHED_SKB))
                $0.add(IFLA_XDP_SKB_PROG_ID, UInt32(7))
            }
        }
    private static let chain: [UInt8] =
        [1, 0, 0, 0]
        + NetlinkAttributes.filled {
            $0.add(Int(NFTA_CHAIN_TABLE.rawValue), "t")
            $0.nest(Int(NFTA_CHAIN_HOOK.rawValue)) {
                $0.add(Int(NFTA_HOOK_HOOKNUM.rawValue), UInt32(2).bigEndian)
                $0.nest(Int(NFTA_HOOK_DEVS.rawValue)) { $0.add(Int(NFTA_DEVICE_NAME.rawValue), "eth0") }
            }
            $0.add(Int(NFTA_CHAIN_USE.rawValue), UInt32(1).bigEndian)
        }

    private func mutate(_ whole: [UInt8], _ parse: ([UInt8]) throws(NetlinkFault) -> Void) {
        var numbers = Numbers(state: 7)
        var readable = 0
        for _ in 0..<10_000 {
            var bytes = whole
            for _ in 0..<Int.random(in: 1...4, using: &numbers) {
                let at = Int.random(in: bytes.indices, using: &numbers)
                bytes[at] = UInt8.random(in: .min ... .max, using: &numbers)
            }
            if Bool.random(using: &numbers) { bytes.removeLast(Int.random(in: 0..<bytes.count, using: &numbers)) }
            do throws(NetlinkFault) {
                try parse(bytes)
                readable += 1
            } catch {}
        }
        #expect(readable > 0 && readable < 10_000)
    }

    @Test func `xdp programs`() {
        mutate(Self.xdp) { (bytes) throws(NetlinkFault) in
            _ = try bytes.withSpan { (bytes) throws(NetlinkFault) in try XDPPrograms(netlink: bytes) }
        }
    }

    @Test func `base chains`() {
        mutate(Self.chain) { (bytes) throws(NetlinkFault) in
            _ = try bytes.withSpan { (bytes) throws(NetlinkFault) in try PacketFilter(netlink: bytes, netns: 1) }
        }
    }
}
