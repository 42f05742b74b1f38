/// The one line that the keeper sends to the command that started it.
struct KeeperReport: Codable {
    /// `nil`: the lab is ready.
    var error: LabError?
}
