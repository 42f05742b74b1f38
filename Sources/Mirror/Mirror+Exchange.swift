import CMirror
import Kernel
import Model
import SystemPackage

extension Mirror {
    /// How long a frame may take to come through before the mirror is given up.
    static let patience = Duration.seconds(5)

    /// Sends frames one by one, each of them bounded by fences.
    mutating func exchange(
        _ frames: [MirrorFrame], at ifindex: UInt32, mtu: UInt32
    ) throws(KernelError) -> [[Observed]] {
        // Bound to one processor and forgotten: nothing else shall stay bound.
        try NamespaceThread.run(orFail: { $0 }) { () throws(KernelError) -> [[Observed]] in
            let bound = migrate_stay_on_processor()
            guard bound == 0 else { throw .call("bind", "thread to its processor", Errno(rawValue: -bound)) }
            var observed: [[Observed]] = []
            observed.reserveCapacity(frames.count)
            for frame in frames { observed.append(try exchange(frame, at: ifindex, mtu: mtu)) }
            return observed
        }
    }

    /// What one frame became.
    ///
    /// A veth hands a frame to the queue of the processor it was sent on (`netif_rx`), which is worked off in order, and
    /// everything that is sent meanwhile goes behind it. A first fence goes in where the frame did: when it has come
    /// through, the frame has passed program and stack, and what left is in the queue. A second one, coming out, is
    /// behind that.
    private mutating func exchange(
        _ frame: MirrorFrame, at ifindex: UInt32, mtu: UInt32
    ) throws(KernelError) -> [Observed] {
        while try sockets.far.take() != nil {}
        guard try send(frame, at: ifindex, mtu: mtu) else { return [] }
        fences += 1
        let mark = MirrorFrame(Fence.bytes(fences))
        let deadline = ContinuousClock.now.advanced(by: Self.patience)
        try sockets.far.send(mark, out: fence)
        while true {
            guard let seen = try sockets.near.receive(until: deadline) else { throw Self.lost("in") }
            if seen.bytes == mark.bytes { break }
        }
        try sockets.near.send(mark, out: fence)
        var observed: [Observed] = []
        while true {
            guard let seen = try sockets.far.receive(until: deadline) else { throw Self.lost("out") }
            if seen.ifindex != fence {
                if !Noise.isReport(seen.bytes) { observed.append(Noise.settled(seen)) }
            } else if seen.bytes == mark.bytes {
                return observed
            }
        }
    }

    /// - Returns: whether it came in: what is longer than the device takes does not, and recent kernels say so (`ENOBUFS`,
    ///   `is_skb_forwardable` of net/core/dev.c).
    private func send(_ frame: MirrorFrame, at ifindex: UInt32, mtu: UInt32) throws(KernelError) -> Bool {
        do throws(KernelError) {
            if frame.linearLength != nil {
                try sockets.farPaged.send(frame, out: ifindex)
            } else {
                try sockets.far.send(frame, out: ifindex)
            }
            return true
        } catch {
            guard error.errno == .noBufferSpace, frame.bytes.count > Int(mtu) + 14 else { throw error }
            return false
        }
    }

    private static func lost(_ way: String) -> KernelError {
        .timeout("wait for", "fence on its way \(way)", seconds: Int(patience.components.seconds))
    }
}

/// Frames that separate others: of an EtherType for local experiments (IEEE 802), so that no protocol takes them.
enum Fence {
    static let etherType: UInt16 = 0x88b5

    /// To everybody, from nobody, with a number.
    static func bytes(_ number: UInt64) -> [UInt8] {
        [UInt8](repeating: 0xff, count: 6) + MACAddress(value: 0x0200_0000_fe03).bytes
            + [UInt8(etherType >> 8), UInt8(etherType & 0xff)]
            + (0..<8).map { UInt8(truncatingIfNeeded: number >> (56 - 8 * UInt64($0))) }
    }
}
