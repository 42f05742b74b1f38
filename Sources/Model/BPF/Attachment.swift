/// A program that is attached without a filter, at a place of kind tcx, xdp or netkit.
public struct Attachment: Codable, Hashable, Sendable {
    /// How an XDP program meets packets (`XDP_FLAGS_*_MODE`, include/uapi/linux/if_link.h).
    public enum Mode: String, Codable, Hashable, Sendable {
        /// In the driver.
        case native
        /// In the stack, before anything else (`XDP_FLAGS_SKB_MODE`).
        case generic
        /// On the device itself.
        case offload
    }

    /// The BPF link that holds the program; `nil` where it is attached directly (`BPF_PROG_ATTACH`, rtnetlink).
    public var linkID: UInt32?
    /// From 0, in the order in which the place's programs run; 0 for xdp.
    public var position: UInt32
    /// Of the place's whole list: every attach, replace and detach raises it (`struct bpf_mprog_bundle`). `nil` for xdp.
    public var revision: UInt64?
    /// For xdp.
    public var mode: Mode?

    public init(linkID: UInt32? = nil, position: UInt32 = 0, revision: UInt64? = nil, mode: Mode? = nil) {
        self.linkID = linkID
        self.position = position
        self.revision = revision
        self.mode = mode
    }
}

/// Who keeps a program at its place: it goes when the last of these goes.
public struct HookOwner: Codable, Hashable, Sendable {
    /// Pins of the link, or, where there is none, of the program; absolute paths.
    public var pins: [String]
    /// Processes with a descriptor of the link, or, where there is none, of the program.
    public var holders: [MapRecord.Process]

    public init(pins: [String] = [], holders: [MapRecord.Process] = []) {
        self.pins = pins
        self.holders = holders
    }
}
