/// What a run puts its programs into the slots for.
public enum RunPurpose: String, Codable, Hashable, Sendable {
    /// To take over from the legacy programs.
    case cut
    /// To compare, where nothing can stand in front of a hook: every packet takes its legacy program.
    case shadow
}
