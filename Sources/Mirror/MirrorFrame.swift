import CMirror
import Model

/// A frame to send into a mirror.
///
/// VLAN tags are written in line. The kernel takes the outermost off before any tc program runs, and keeps it beside the
/// packet (`skb_vlan_untag`, net/core/dev.c): both spellings of a tagged frame are the same to a program.
public struct MirrorFrame: Hashable, Sendable {
    /// A packet that stands for several, cut apart later.
    public struct Segmentation: Hashable, Sendable {
        public enum Kind: Hashable, Sendable { case tcp4, tcp6, udp }

        public var kind: Kind
        /// Payload bytes of each segment.
        public var size: UInt16
        /// Where the transport's header begins, in bytes from the start of the frame.
        public var transportOffset: Int

        public init(_ kind: Kind, size: UInt16, transportOffset: Int) {
            self.kind = kind
            self.size = size
            self.transportOffset = transportOffset
        }
    }

    /// From the destination MAC on, without check sequence.
    public var bytes: [UInt8]
    public var segmentation: Segmentation?
    /// How many of the bytes (14 at least) lie in the packet's linear part; `nil` is all, or the kernel's choice.
    ///
    /// What lies beyond is not between `data` and `data_end` of a program. With segmentation the kernel itself pulls the
    /// headers.
    public var linearLength: Int?

    public init(_ bytes: [UInt8], segmentation: Segmentation? = nil, linearLength: Int? = nil) {
        self.bytes = bytes
        self.segmentation = segmentation
        self.linearLength = linearLength
    }

    /// `struct virtio_net_hdr`, in host byte order as packet(7) wants it.
    var offload: virtio_net_hdr {
        var header = virtio_net_hdr()
        if let linearLength { header.hdr_len = UInt16(clamping: linearLength) }
        guard let segmentation else { return header }
        let start = segmentation.transportOffset
        let isUDP = segmentation.kind == .udp
        header.flags = UInt8(VIRTIO_NET_HDR_F_NEEDS_CSUM)
        header.gso_size = segmentation.size
        header.csum_start = UInt16(clamping: start)
        header.csum_offset = isUDP ? 6 : 16
        // A TCP header says its own length, in words of four bytes.
        let words = bytes.indices.contains(start + 12) ? Int(bytes[start + 12] >> 4) : 5
        header.hdr_len = UInt16(clamping: start + (isUDP ? 8 : 4 * words))
        header.gso_type =
            switch segmentation.kind {
            case .tcp4: UInt8(VIRTIO_NET_HDR_GSO_TCPV4)
            case .tcp6: UInt8(VIRTIO_NET_HDR_GSO_TCPV6)
            case .udp: 5  // VIRTIO_NET_HDR_GSO_UDP_L4 (Linux 6.2)
            }
        return header
    }
}

/// A frame that left a device of the mirror.
public struct Observed: Hashable, Sendable {
    /// A VLAN tag that travelled beside the bytes.
    public struct Tag: Hashable, Sendable {
        /// Priority (3 bits), DEI (1), identifier (12).
        public var control: UInt16
        /// 0x8100 or 0x88a8.
        public var etherType: UInt16

        public init(control: UInt16, etherType: UInt16 = EtherType.vlanTag) {
            self.control = control
            self.etherType = etherType
        }
    }

    /// The device of the mirror, and so of the node.
    public var ifindex: UInt32
    /// Without the tag.
    public var bytes: [UInt8]
    public var vlan: Tag?
    /// Payload bytes of each segment, of a packet that is still to be cut apart.
    public var gsoSize: UInt16?

    public init(ifindex: UInt32, bytes: [UInt8], vlan: Tag? = nil, gsoSize: UInt16? = nil) {
        self.ifindex = ifindex
        self.bytes = bytes
        self.vlan = vlan
        self.gsoSize = gsoSize
    }
}
