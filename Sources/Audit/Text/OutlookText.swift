import Model

/// How a run stands, in one clause: for errors, which have no document.
public enum OutlookText {
    /// `run r-77aa is provisional: the replacement has the traffic until 04:15:04Z (in 9 min 58 s), then …`.
    public static func sentence(_ runID: String, _ outlook: RunOutlook) -> String {
        "run \(runID) is \(outlook.state.rawValue)"
            + OutlookWords.detail(
                outlook.state, outlook.reason, share: outlook.share, until: outlook.confirmBy,
                seconds: outlook.confirmInSeconds)
    }
}
