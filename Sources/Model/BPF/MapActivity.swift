/// How a map's entries changed by themselves between two reads of it.
///
/// A lower bound: a key that changed and changed back between the reads leaves no trace.
public struct MapActivity: Codable, Hashable, Sendable {
    /// Milliseconds from the start of the first read to the start of the second.
    public var intervalMs: Int
    /// Keys that came, went, or whose value differs.
    public var keysChanged: Int
    /// Of these, keys that only the second read found; `nil` where the reads were compared as a whole.
    public var added: Int?
    /// Keys that only the first read found.
    public var removed: Int?
    /// Keys that both found, with different values.
    public var changed: Int?
    /// Keys that one read met twice: they moved while it was under way.
    public var moved: Int
    /// Whether every key was compared; otherwise `keysChanged` is at least so many.
    public var isExact: Bool

    public init(
        intervalMs: Int, keysChanged: Int, added: Int? = nil, removed: Int? = nil, changed: Int? = nil, moved: Int = 0,
        isExact: Bool = true
    ) {
        self.intervalMs = intervalMs
        self.keysChanged = keysChanged
        self.added = added
        self.removed = removed
        self.changed = changed
        self.moved = moved
        self.isExact = isExact
    }
}
