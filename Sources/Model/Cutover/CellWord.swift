/// What the cell of a run says: which program packets take (bpf/cell.h; docs/cutover.md).
public enum CellState: UInt8, Codable, Hashable, Sendable, CaseIterable {
    /// Not flipped yet: the legacy programs.
    case legacy = 0
    /// Provisional: the replacement, until the deadline.
    case open = 1
    case committed = 2
    /// The deadline passed without a confirmation: the legacy programs, for good.
    case expired = 3
    case breaker = 4
    case rolledBack = 5

    public var isFinal: Bool { self == .expired || self == .breaker || self == .rolledBack }
}

/// The 64-bit word that all hooks of a run share; every transition is one compare-and-swap of it.
public struct CellWord: Hashable, Sendable {
    public var state: CellState
    /// Counts transitions, modulo 256.
    public var epoch: UInt8
    /// Share of the flows on the replacement, of ``wholeShare``.
    public var share: UInt32
    /// `bpf_jiffies64` at which packets take the legacy program again, in units of 16 jiffies; 0: none.
    public var deadline: UInt64

    public static let wholeShare: UInt32 = 65_536

    public init(state: CellState, epoch: UInt8 = 0, share: UInt32 = 0, deadline: UInt64 = 0) {
        self.state = state
        self.epoch = epoch
        self.share = share
        self.deadline = deadline
    }

    /// `nil` for a word that no version of the control program writes.
    public init?(raw: UInt64) {
        guard let state = CellState(rawValue: UInt8(raw & 0xf)) else { return nil }
        let share = UInt32(raw >> 12 & 0x1ffff)
        guard share <= Self.wholeShare else { return nil }
        self.init(state: state, epoch: UInt8(raw >> 4 & 0xff), share: share, deadline: raw >> 29)
    }

    public var raw: UInt64 {
        UInt64(state.rawValue) | UInt64(epoch) << 4 | UInt64(share) << 12 | deadline << 29
    }
}

/// The cell of a run as it was read, by BPF's own clock.
public struct CellSight: Hashable, Sendable {
    public var word: CellWord
    /// Milliseconds until the deadline; zero or less once it has passed; `nil` where none is set.
    public var remainingMilliseconds: Int?

    public init(word: CellWord, remainingMilliseconds: Int?) {
        self.word = word
        self.remainingMilliseconds = remainingMilliseconds
    }

    /// What packets take now, whether or not the timer has written it yet.
    public var effectiveState: CellState {
        word.state == .open && (remainingMilliseconds ?? 1) <= 0 ? .expired : word.state
    }
}
