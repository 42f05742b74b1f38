/// How a hook stands to the committed runs of its node (docs/watch.md).
public enum WatchStanding: String, Codable, Hashable, Sendable, CaseIterable {
    /// It holds the program of a committed run.
    case committed
    /// Its place holds something else, or nothing.
    case drifted
    /// It holds a legacy program, at a place of no run.
    case new
    /// Its interface is gone.
    case vanished
}

/// A hook that `watch` looks at.
public struct WatchedHook: Hashable, Sendable {
    /// As it is; of one that is gone, or whose place is empty, as it was before its run.
    public var hook: Hook
    public var standing: WatchStanding
    /// The run that the place is of; `nil` for a new one.
    public var runID: String?
    /// What is to be said of it, in a clause after its title.
    public var what: String
    /// What makes a drifted or a new one unlike the hooks that the run replaced; `nil`: it is like them.
    public var unlike: String?

    public init(_ hook: Hook, _ standing: WatchStanding, runID: String?, what: String, unlike: String? = nil) {
        self.hook = hook
        self.standing = standing
        self.runID = runID
        self.what = what
        self.unlike = unlike
    }

    /// Whether somebody should do something about it.
    public var isTrouble: Bool { standing == .drifted || standing == .new }
}
