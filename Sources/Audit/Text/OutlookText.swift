import Model

/// How a run stands, in one clause: for errors, which have no document.
public enum OutlookText {
    /// `run r-77aa is provisional: the replacement has the traffic until 04:15:04Z (in 9 min 58 s), then …`.
    public static func sentence(_ runID: String, _ outlook: RunOutlook) -> String {
        "run \(runID) is \(outlook.state.rawValue)"
            + OutlookWords.detail(
                outlook.state, outlook.reason, share: outlook.share, until: outlook.confirmBy,
                seconds: outlook.confirmInSeconds, fallsForward: outlook.fallForward != .none)
    }

    /// The same of a run of which only the pins are known: who has the traffic, as its cell says.
    public static func pinned(_ runID: String, _ outlook: RunOutlook, _ cell: CellReading) -> String {
        let unknown = "run \(runID): who has the traffic is not known, "
        switch (cell, outlook.state) {
        case (.unreadable(let why), _): return unknown + "its cell cannot be read: \(why)"
        case (.none, _), (.over, _): return unknown + "no cell of it is pinned"
        case (.seen, .committed):
            return "run \(runID) is committed: the replacement has the traffic, \(OutlookWords.lasting)"
        case (.seen, .installing), (.seen, .rollingBack):
            return "run \(runID) is \(outlook.state.rawValue): packets take the legacy programs"
        case (.seen, _): return sentence(runID, outlook)
        }
    }
}
