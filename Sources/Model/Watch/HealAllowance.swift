/// How often `watch` may convert a hook, so that it never fights another writer. Pure: time is told to it.
public struct HealAllowance: Hashable, Sendable {
    /// Tries that a place has, after which whoever takes it wins.
    public static let tries = 3

    public enum Answer: Hashable, Sendable {
        case go
        /// As many as may be were healed within the last minute.
        case later
        /// Somebody insists on this place.
        case givenUp
    }

    /// Heals in a minute, over all hooks.
    private let perMinute: Int
    /// Seconds at which heals began, within the last minute.
    private var begun: [UInt64] = []
    private var spent: [HealPlace: Int] = [:]

    public init(perMinute: Int) { self.perMinute = perMinute }

    /// Whether a place may be healed now, in seconds of a clock that nobody sets back. Takes nothing.
    public func ask(_ place: HealPlace, at seconds: UInt64) -> Answer {
        if spent[place, default: 0] >= Self.tries { return .givenUp }
        return begun.filter { $0 + 60 > seconds }.count < perMinute ? .go : .later
    }

    /// A heal of that place begins.
    public mutating func take(_ place: HealPlace, at seconds: UInt64) {
        begun = begun.filter { $0 + 60 > seconds } + [seconds]
        spent[place, default: 0] += 1
    }

    /// The operator took it back, which counts for all.
    public mutating func giveUp(_ place: HealPlace) { spent[place] = Self.tries }

    /// What its interface had goes with it.
    public mutating func forget(allBut devices: Set<DeviceKey>) {
        spent = spent.filter { devices.contains($0.key.device) }
    }

    /// Places that are given up.
    public var givenUp: Set<HealPlace> { Set(spent.filter { $0.value >= Self.tries }.keys) }
}

/// A place whose tries are counted: an interface and a direction, for whoever takes a hook may come with another handle.
public struct HealPlace: Hashable, Sendable {
    public var device: DeviceKey
    public var direction: HookDirection

    public init(_ hook: Hook) {
        device = DeviceKey(netns: hook.netns.cookie, ifindex: hook.ifindex)
        direction = hook.direction
    }
}
